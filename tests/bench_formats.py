"""How much of forms in office formats comes back: `python -m tests.bench_formats [--count 45]`.

Renders cases (see tests/render), runs the pipeline over them as a user would, and compares what it publishes
with the truth, by format, producer and damage. The measures are those of tests/bench.py. `--bar 0.99` fails
where the strict F1 of a format is below it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.bench import HEADER, Counts, Record, judge, rate, same
from tests.render.__main__ import add_options, checked, write_all

GROUPS = ("format", "producer", "damage")
HEADS = ("filings", "found", "header", "strict", "c.prec", "c.recall", "fields", "amounts")
Tables = dict[str, list[Record]]


def published(out: Path) -> dict[str, list[Tables]]:
    """{source: its forms, each {table: rows}}."""
    found: dict[str, list[Tables]] = defaultdict(list)
    forms: dict[str, Tables] = {}
    for filing in pq.read_table(out / "filings.parquet").to_pylist():
        tables: Tables = {"filing": [filing], "fields": [], "amounts": [], "indicators": []}
        forms[filing["filing_id"]] = tables
        found[filing["source"]].append(tables)
    for table in ("fields", "amounts", "indicators"):
        for row in pq.read_table(out / f"{table}.parquet").to_pylist():
            forms[row["filing_id"]][table].append(row)
    return found


def _alike(truth: Record, form: Tables) -> int:
    """How many header columns a form shares with a truth."""
    return sum(same(truth["filing"], form["filing"][0], column) for column in HEADER)


def matched(truths: list[Record], forms: list[Tables]) -> list[tuple[Record | None, Tables]]:
    """Each true form with the published one most like it; forms that are left over have no truth."""
    left = list(forms)
    pairs: list[tuple[Record | None, Tables]] = []
    for truth in truths:
        best = max(left, key=lambda form: _alike(truth, form), default=None)
        if best:
            left.remove(best)
        pairs.append((truth, best or {"filing": [], "fields": [], "amounts": [], "indicators": []}))
    return pairs + [(None, form) for form in left]


def score(folder: Path, out: Path, dimensions: Sequence[str] = GROUPS) -> dict[tuple[str, str], Counts]:
    """{(dimension, group): counts} for what the truths carry beside; ("", "") holds all filings."""
    forms = published(out)
    totals: dict[tuple[str, str], Counts] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for path in sorted((folder / "truth").glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        groups = [("", "")]
        for dimension in dimensions:
            value: Any = answer[dimension]
            groups += [(dimension, str(name)) for name in (value if isinstance(value, list) else [value])]

        def add(metric: str, *counts: float, groups: list[tuple[str, str]] = groups) -> None:
            for group in groups:
                totals[group][metric] = [a + b for a, b in zip(totals[group][metric], counts, strict=True)]

        for truth, tables in matched(answer.get("forms", [answer]), forms.get(path.stem, [])):
            found = bool(tables["filing"])
            add("filings", found and truth is not None, found, truth is not None)
            nothing: Record = {"filing": {}, "fields": [], "amounts": [], "indicators": []}
            judge(truth or nothing, tables, add)
    return totals


def report(totals: dict[tuple[str, str], Counts]) -> None:
    """A line a group."""
    print("".join(f"{head:>9}" for head in HEADS))
    for group in sorted(totals):
        t = totals[group]
        cells = [
            f"{t['filings'][2]:9.0f}",
            rate(t["filings"]),
            rate(t["header"]),
            rate(t["strict"]),
            rate(t["certain"], "precision"),
            rate(t["certain"], "recall"),
            rate(t["fields"]),
            rate(t["amounts"]),
        ]
        print("".join(cells) + f"  {' '.join(group).strip() or 'all'}")


def run(folder: Path) -> None:
    """Read FOLDER/filings into FOLDER/out as a user would."""
    command = [sys.executable, "-m", "pipeline.cli", "extract", str(folder / "filings")]
    status = subprocess.run([*command, "-o", str(folder / "out")], stdout=subprocess.DEVNULL).returncode
    if status not in (0, 1) or not (folder / "out" / "filings.parquet").exists():
        sys.exit(f"the pipeline ended with {status} and nothing to compare")


def main() -> None:
    """Render, run, compare."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench_formats", description=__doc__, formatter_class=layout
    )
    add_options(parser)
    parser.add_argument("--keep", type=Path, help="keep filings, truths and output here, an empty folder")
    parser.add_argument("--bar", type=float, default=0.0, help="lowest strict F1 of a format")
    options = checked(parser)
    if options.keep and options.keep.exists() and any(options.keep.iterdir()):
        parser.error(f"{options.keep} is not empty: what an earlier run left would count as well")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        write_all(folder, options)
        start = time.perf_counter()
        run(folder)
        seconds = time.perf_counter() - start
        totals = score(folder, folder / "out")
        report(totals)
        files = len(list((folder / "filings").iterdir()))
        print(f"{files} files read in {seconds:.1f} s; seed {options.seed}")
    low = [
        name
        for (dimension, name), t in totals.items()
        if dimension == "format" and 2 * t["strict"][0] < options.bar * (t["strict"][1] + t["strict"][2])
    ]
    if low:
        sys.exit(f"strict F1 below {options.bar}: {', '.join(sorted(low))}")


if __name__ == "__main__":
    main()
