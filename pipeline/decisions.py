"""Decisions of people as a CSV or workbook: which rows, and what each is to say.

The queue of doubtful rows has the same columns, with ``decision`` left blank: filled in, a queue is a file
of decisions. Rows are found again by the file's bytes and the place in it, whatever the file is called.
"""

import csv
import hashlib
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from extract import read
from normalize.decisions import DECIDED, DecidedTable, Decision, Verdict
from normalize.mapfiles import Row, read_csv
from pipeline import workbook
from pipeline.csvfile import guarded, unguarded

VALUES = tuple(dict.fromkeys(column for columns in DECIDED.values() for column in columns))
COLUMNS = (
    *("decision", "source", "title", "page", "table", "part", "confidence", "alternatives"),
    *VALUES,
    *("note", "read", "sha256", "location"),
)
"""What tells a row is at the end; ``source`` to ``alternatives`` are for the person who fills it in."""

VERDICTS: Mapping[str, Verdict] = {
    "accept": "accept",
    "接受": "accept",
    "correct": "correct",
    "更正": "correct",
    "lost": "lost",
    "缺失": "lost",
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"-?[0-9,]+(?:\.[0-9]+)?")
NUMBERS = ("weight", "score", "amount")

Record = dict[str, str]
"""A line of the file, its cells as texts."""


def place_of(out: Path) -> Path:
    """The file of decisions beside the output folder ``out``."""
    out = out.resolve()
    return out.with_name(f"{out.name}.decisions.csv")


def read_records(path: Path) -> list[Record]:
    """The decided lines of a file, none where it is not there; ``MappingError`` where one is wrong."""
    if not path.exists():
        return []
    content = _sheet(path) if path.suffix == workbook.SUFFIX else path.read_bytes()
    return [_checked(row) for row in read_csv(path, content, COLUMNS) if row.optional("decision")]


def _sheet(path: Path) -> bytes:
    """The first sheet of a workbook as CSV; ``ExtractError`` where it cannot be read."""
    table = read(path).pages[0].tables[0]
    lines = [[""] * table.column_count for _ in range(table.row_count)]
    for one in table.cells:
        lines[one.row][one.column] = one.text
    return _as_csv(lines)


def _as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _checked(row: Row) -> Record:
    record = {column: unguarded(text) for column, text in row.cells.items()}
    word = row.choice("decision", VERDICTS)
    columns = DECIDED[_table(row.choice("table", DECIDED))]
    if not _SHA256.fullmatch(row.text("sha256")):
        raise row.error("sha256 is no SHA-256; leave the last columns as they are")
    row.text("location")
    for column in NUMBERS:
        if column in columns and record[column] and not is_number(record[column]):
            raise row.error(f"{column} {record[column]!r} is no number; write digits alone, amounts in 万元")
    return record | {"decision": VERDICTS[word]}


def is_number(text: str) -> bool:
    """Whether a text is a number as decisions write them."""
    return _NUMBER.fullmatch(text) is not None


def of_files(records: Iterable[Record]) -> dict[str, tuple[Decision, ...]]:
    """The decisions on each file, by its SHA-256."""
    found: dict[str, list[Decision]] = defaultdict(list)
    for record in merged(records):
        found[record["sha256"]].append(_decision(record))
    return {sha256: tuple(decisions) for sha256, decisions in found.items()}


def fingerprint(decisions: Iterable[Decision]) -> str:
    """A hash of what was decided about a file."""
    return hashlib.sha256("\n".join(map(repr, decisions)).encode()).hexdigest()


def _decision(record: Record) -> Decision:
    table = _table(record["table"])
    return Decision(
        table,
        record["location"],
        record["part"],
        record["read"],
        VERDICTS[record["decision"]],
        {column: record[column] or None for column in DECIDED[table]},
        record["note"] or None,
    )


def _table(name: str) -> DecidedTable:
    return next(table for table in DECIDED if table == name)


def merged(records: Iterable[Record]) -> list[Record]:
    """Records by file and place, in a fixed order; of several on one row the last."""
    last = {
        (record["sha256"], record["table"], record["location"], record["part"]): record for record in records
    }
    return [last[key] for key in sorted(last)]


def write_records(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Write a file of decisions or a queue, a CSV or (by its name) a workbook; whole or not at all."""
    lines = [[str(record.get(column) or "") for column in COLUMNS] for record in records]
    beside = path.with_name(f".{path.name}.new")
    try:
        if path.suffix == workbook.SUFFIX:
            workbook.write_texts(beside, COLUMNS, lines)
        else:
            beside.write_bytes(_as_csv([COLUMNS, *([guarded(text) for text in line] for line in lines)]))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
