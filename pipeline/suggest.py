"""Names of indicators that the vocabulary does not have, as a CSV that a person fills in.

Names that are alike stand in one group, the groups with the most indicators first. What a new row of
indicators.csv needs is filled in as the filings print it; the person decides and corrects.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

from normalize.mappings import Mappings, fold
from normalize.model import REVIEW_BELOW
from normalize.vocabulary import Vocabulary
from pipeline.csvfile import cell

COLUMNS = (
    "group",
    "count",
    "filings",
    "name",
    "nearest_id",
    "nearest",
    "likeness",
    "targets",
    "decision",
    "level1",
    "level2",
    "unit",
    "direction",
    "definition",
    "formula",
    "source",
    "confirmed",
)
_READ = ["filing_id", "row", "level1", "level2", "indicator", "target", "comparator", "unit", "confidence"]
_ALIKE = 80.0  # of names in one group
_TARGETS = 3  # targets shown of a name
_BETTER = {"≥": "more", ">": "more", "≤": "less", "<": "less"}


@dataclass
class _Name:
    """What the filings print of a name."""

    text: str
    rows: set[tuple[str, int]] = field(default_factory=set)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    directions: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)

    def add(self, row: dict[str, Any], source: str) -> None:
        """Count one row of ``indicators``."""
        self.rows.add((row["filing_id"], row["row"]))
        self.places[row["level1"] or "", row["level2"] or ""] += 1
        if source:
            self.sources[source] += 1
        self.directions[_BETTER.get(row["comparator"], "none")] += 1
        self.units[row["unit"] or ""] += 1
        if row["target"]:
            self.targets[row["target"]] += 1

    @property
    def rank(self) -> tuple[int, str]:
        """Most indicators first."""
        return -len(self.rows), self.text


def suggest(out: Path, mappings: Mappings) -> list[dict[str, object]]:
    """A row (of ``COLUMNS``) for each name in the tables of ``out`` that the vocabulary does not have.

    Only rows whose confidence needs no review count: other names may be damaged. ``OSError`` where ``out``
    holds no tables.
    """
    vocabulary = Vocabulary(mappings)
    names = _unmatched(out, vocabulary)
    rows: list[dict[str, object]] = []
    for number, group in enumerate(_groups(names, vocabulary), start=1):
        rows += [{"group": number} | _row(name, vocabulary, mappings) for name in group]
    return rows


def write(rows: Iterable[dict[str, object]], path: Path) -> None:
    """``rows`` as a CSV that spreadsheets open; ``FileExistsError`` rather than write over an older one."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([cell(row[column]) for column in COLUMNS] for row in rows)


def _unmatched(out: Path, vocabulary: Vocabulary) -> list[_Name]:
    """The names that neither are in the vocabulary nor match anything under their levels."""
    filings = pq.read_table(out / "filings.parquet", columns=["filing_id", "title", "fiscal_year"])
    sources = {row["filing_id"]: _source(row) for row in filings.to_pylist()}
    names: dict[str, _Name] = {}
    for batch in pq.ParquetFile(out / "indicators.parquet").iter_batches(columns=_READ):
        for row in batch.to_pylist():
            text = row["indicator"]
            if not text or row["confidence"] < REVIEW_BELOW:
                continue
            if vocabulary.known(text) or vocabulary.match(text, row["level1"], row["level2"]):
                continue
            names.setdefault(fold(text), _Name(text)).add(row, sources[row["filing_id"]])
    return sorted(names.values(), key=lambda name: name.rank)


def _source(filing: dict[str, Any]) -> str:
    year = f"（{filing['fiscal_year']}）" if filing["fiscal_year"] else ""
    return f"{filing['title'] or ''}{year}".replace("|", " ")


def _groups(names: Sequence[_Name], vocabulary: Vocabulary) -> list[list[_Name]]:
    """``names`` with those that are alike together, each beside the most frequent name that it is like."""
    groups: dict[str, list[_Name]] = {}
    for name in names:
        near = process.extract(name.text, groups.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None)
        leader = next((one for one, _, _ in near if vocabulary.likeness(name.text, one)), name.text)
        groups.setdefault(leader, []).append(name)
    return sorted(groups.values(), key=lambda group: (-sum(len(name.rows) for name in group), group[0].rank))


def _row(name: _Name, vocabulary: Vocabulary, mappings: Mappings) -> dict[str, object]:
    nearest = vocabulary.nearest(name.text)
    level1, level2 = _place(name.places, mappings)
    return {
        "count": len(name.rows),
        "filings": len({filing for filing, _ in name.rows}),
        "name": name.text,
        "nearest_id": nearest.indicator_id if nearest else None,
        "nearest": nearest.canonical if nearest else None,
        "likeness": round(nearest.score) if nearest else None,
        "targets": "; ".join(_most(name.targets)[:_TARGETS]),
        "decision": None,
        "level1": level1,
        "level2": level2,
        "unit": _most(name.units)[0],
        "direction": _most(name.directions)[0],
        "definition": None,
        "formula": None,
        "source": next(iter(_most(name.sources)), None),
        "confirmed": "yes",
    }


def _most(counted: Counter[str]) -> list[str]:
    """The most frequent first; of equally frequent ones the same in every run."""
    return sorted(counted, key=lambda one: (-counted[one], one))


def _place(places: Counter[tuple[str, str]], mappings: Mappings) -> tuple[str, str]:
    """The most frequent levels, as levels.csv names them; empty where it does not have them."""
    level1, level2 = min(places, key=lambda place: (-places[place], place))
    first = _level(1, "", level1, mappings)
    return first, _level(2, first, level2, mappings)


def _level(number: int, parent: str, printed: str, mappings: Mappings) -> str:
    found = (
        level.name
        for level in mappings.levels
        if (level.level, level.parent) == (number, parent)
        and fold(printed) in map(fold, (level.name, *level.aliases))
    )
    return next(found, "")
