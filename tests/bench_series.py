"""How well indicators are linked over the years: `python -m tests.bench_series [--units 200] [--seed 7]`.

First the samples: the department forms of 2024 and 2026, read as a user would, against links that a person
drew (`series/samples.csv`: `same`, or `open` where a person cannot tell; everything else is two things).
Then made-up histories: of each unit a form of two years, whose indicators are pairs of names that the
vocabulary was not tuned on (`vocabulary/pairs.csv`): names of a pair labelled `same` are one indicator under
two names, those of any other pair one that was given up and one that is new. Precision: of the links drawn,
those that are right; recall: of the right ones, those drawn.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from normalize.mappings import load
from normalize.vocabulary import Vocabulary
from pipeline.series import FILING_COLUMNS, INDICATOR_COLUMNS, links, scopes
from tests.vocabulary.pairs import Pair, labelled

ROOT = Path(__file__).parent.parent
SAMPLES = Path(__file__).parent / "series" / "samples.csv"
PAIRS_OF_A_UNIT = 30
Printed = tuple[str, str]


def report(what: str, drawn: set[Any], right: set[Any]) -> None:
    """Print the figures, and what was drawn wrongly or not at all."""
    hit = len(drawn & right)
    print(
        f"{what}: {len(right)} links, {len(drawn)} drawn, "
        f"precision {hit / len(drawn):.4f}, recall {hit / len(right):.4f}"
    )
    for name, some in (("wrong", drawn - right), ("missed", right - drawn)):
        for pair in sorted({pair[-2:] for pair in some}):
            print(f"  {name}: {' | '.join(pair)}")


def samples() -> None:
    """The figures of the samples."""
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        labels = {(row["of_2024"], row["of_2026"]): row["label"] for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pipeline.cli", "extract", str(ROOT / "samples/filings"), "-o"]
        subprocess.run([*command, f"{scratch}/out"], stdout=subprocess.DEVNULL)
        rows = pq.read_table(f"{scratch}/out/tidy.parquet").to_pylist()
    series: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        if row["series_id"]:
            series[row["series_id"]][row["fiscal_year"]] = row["indicator"]
    drawn = {(names[2024], names[2026]) for names in series.values() if {2024, 2026} <= names.keys()}
    right = {pair for pair, label in labels.items() if label == "same"}
    report("samples", {pair for pair in drawn if labels.get(pair) != "open"}, right)


def histories(units: int, seed: int) -> None:
    """The figures of made-up histories."""
    chance = random.Random(seed)
    pairs = [pair for pair in labelled() if pair.split == "held_out"]
    thing = _things(labelled())
    filings: list[dict[str, Any]] = []
    indicators: list[dict[str, Any]] = []
    right = set()
    for number in range(units):
        unit = f"单位{number}"
        sides: tuple[list[Printed], list[Printed]] = ([], [])
        used: set[str] = set()
        for pair in chance.sample(pairs, PAIRS_OF_A_UNIT):
            if used & (things := {thing[pair.one], thing[pair.other]}):
                continue  # a form has an indicator once
            used |= things
            both = [(pair.one, pair.one_level2), (pair.other, pair.other_level2)]
            chance.shuffle(both)
            for side, printed in zip(sides, both, strict=True):
                side.append(printed)
            if pair.label == "same":
                right.add((unit, both[0][0], both[1][0]))
        for year, side in zip((2024, 2025), sides, strict=True):
            chance.shuffle(side)
            filings.append(_filing(f"{number}-{year}", unit, year))
            indicators += _indicators(f"{number}-{year}", side)
    names = {(row["filing_id"], row["row"]): row["indicator"] for row in indicators}
    series: dict[str, list[str]] = defaultdict(list)
    of_filing: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in indicators:
        of_filing[row["filing_id"]].append(row)
    vocabulary = Vocabulary(load())
    for scope in scopes(filings):
        for link in links(scope, [row for one in scope for row in of_filing[one["filing_id"]]], vocabulary):
            unit = f"单位{link.filing_id.partition('-')[0]}"
            series[link.series_id] += [unit] if not series[link.series_id] else []
            series[link.series_id].append(names[link.filing_id, link.row])
    report("histories", {tuple(one) for one in series.values()}, right)


def _things(pairs: Sequence[Pair]) -> dict[str, str]:
    """For each name one that stands for all that are the same thing by the labels."""
    thing = {name: name for pair in pairs for name in (pair.one, pair.other)}
    for pair in pairs:
        if pair.label == "same":
            old, new = thing[pair.one], thing[pair.other]
            thing |= {name: new for name, one in thing.items() if one == old}
    return thing


def _filing(filing_id: str, unit: str, year: int) -> dict[str, Any]:
    row = dict.fromkeys(FILING_COLUMNS) | {"form": "department_target"}
    return row | {"filing_id": filing_id, "unit_name": unit, "fiscal_year": year}


def _indicators(filing_id: str, printed: Iterable[Printed]) -> Iterator[dict[str, Any]]:
    for row, (name, level2) in enumerate(printed, start=1):
        place = {"filing_id": filing_id, "row": row, "level2": level2, "indicator": name, "confidence": 1.0}
        yield dict.fromkeys(INDICATOR_COLUMNS) | place


def main() -> None:
    """Print the figures of both."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_series", description=__doc__)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    samples()
    histories(options.units, options.seed)


if __name__ == "__main__":
    main()
