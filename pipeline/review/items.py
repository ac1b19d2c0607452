"""The queue: published rows that are doubtful, the least certain first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from normalize.decisions import DECIDED, MAIN, DecidedTable, as_text
from normalize.model import REVIEW_BELOW
from pipeline.decisions import Record
from pipeline.report.view import level

_NAMES: Mapping[DecidedTable, str] = {"indicators": "indicator", "amounts": "item", "fields": "label"}
_OF_FORM = ("filing_id", "sha256", "source", "title", "superseded_by")


@dataclass(frozen=True, slots=True)
class Item:
    """A doubtful row: where it is published, where it is printed, and what it says (``values``, as texts)."""

    filing_id: str
    table: DecidedTable
    row: int
    part: str
    sha256: str
    source: str
    title: str
    page: int
    location: str
    read: str
    confidence: float
    name: str
    values: Mapping[str, str | None]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What decisions know it by."""
        return self.sha256, self.table, self.location, self.part

    @property
    def main(self) -> str | None:
        """The value that the row is about."""
        return self.values[MAIN[self.table]]

    @property
    def level(self) -> str:
        """``doubtful`` or ``weak``."""
        return level(self.confidence)

    def record(self, decision: str, values: Mapping[str, str | None], note: str = "") -> Record:
        """The line of a file of decisions that says this of the row."""
        told = {
            **{"decision": decision, "source": self.source, "title": self.title, "page": str(self.page)},
            **{"table": self.table, "part": self.part, "confidence": f"{self.confidence:.4f}"},
            **{"note": note, "read": self.read, "sha256": self.sha256, "location": self.location},
        }
        return told | {column: value or "" for column, value in values.items()}


def queue(out: Path) -> list[Item]:
    """The doubtful rows of what is published in ``out``; superseded forms want no review.

    Raises ``OSError`` where ``out`` holds no tables.
    """
    filings = pq.read_table(out / "filings.parquet", columns=list(_OF_FORM)).to_pylist()
    forms = {row["filing_id"]: row for row in filings if row["superseded_by"] is None}
    items = [item for table in DECIDED for item in _doubtful(out, table, forms)]
    return sorted(items, key=lambda item: (item.confidence, item.filing_id, item.table, item.row, item.part))


def _doubtful(out: Path, table: DecidedTable, forms: Mapping[str, dict[str, Any]]) -> Iterator[Item]:
    rows = pq.read_table(out / f"{table}.parquet", filters=pc.field("confidence") < REVIEW_BELOW)
    for row in rows.to_pylist():
        form = forms.get(row["filing_id"])
        if form is None:
            continue
        yield Item(
            row["filing_id"],
            table,
            row["row"],
            row["field"] if table == "fields" else row["period"],
            form["sha256"],
            form["source"],
            form["title"] or form["source"],
            row["page"],
            row["location"],
            row["raw"] or "",
            row["confidence"],
            row[_NAMES[table]] or "",
            {column: as_text(row[column]) for column in DECIDED[table]},
        )


def as_records(items: Sequence[Item]) -> Iterator[Record]:
    """The queue as lines of a file of decisions, none decided."""
    for item in items:
        yield item.record("", item.values)
