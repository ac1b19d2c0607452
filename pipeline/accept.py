"""What a person decided about the suggested names, taken into indicators.csv: all of it, or nothing."""

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from normalize.mapfiles import MappingError, Row, decode, read_csv
from normalize.mappings import fold, load
from pipeline.csvfile import unguarded
from pipeline.suggest import COLUMNS

_BOM = b"\xef\xbb\xbf"
_ID = re.compile(r"JX\d+")
_NEW = "new"
_FILLED_IN = ("level1", "level2", "unit", "direction", "definition", "formula", "source", "confirmed")
_COLUMNS = ("id", "name", "aliases", *_FILLED_IN)

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A name taken in: as a new indicator, or (where ``alias`` says so) as an alias of ``name``."""

    id: str
    name: str
    alias: str | None = None


def accept(file: Path, folder: Path) -> list[Change]:
    """Take the decisions of ``file`` into the mappings in ``folder``; ``MappingError`` where one is wrong.

    Rows are ordered by id, and what is not decided about keeps its text, so that a diff shows the
    decisions. Nothing is written unless the mappings are right with all of them.
    """
    load(folder)
    path = folder / "indicators.csv"
    before = path.read_bytes()
    table = _Table([dict(row.cells) for row in read_csv(path, before, _COLUMNS)])
    decided = [row for row in read_csv(file, file.read_bytes(), COLUMNS) if row.optional("decision")]
    for row in (row for row in decided if _decision(row) == _NEW):
        table.create(row)
    for row in (row for row in decided if _decision(row) != _NEW):
        table.add_alias(row)
    if table.changes:
        content = table.rendered(before)
        _check(folder, content, table.asked_for)
        _replace(path, content)
    return table.changes


class _Table:
    """The rows of indicators.csv by id, as decisions change them; ``asked_for`` says which row did."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = {record["id"]: record for record in sorted(records, key=_number)}
        self.changes: list[Change] = []
        self.asked_for: dict[str, Row] = {}
        self._created: dict[str, Record] = {}  # by folded name
        self._owners = {fold(alias): one["name"] for one in records for alias in _aliases(one)}
        self._owners |= {fold(one["name"]): one["name"] for one in records}

    def create(self, row: Row) -> None:
        """A new indicator; its id is the next number, taken ones are never reused."""
        name = _name(row)
        if fold(name) in self._created:
            raise row.error(f"name {name!r} is new twice; keep one of them")
        if fold(self._owners.get(fold(name), name)) != fold(name):
            raise self._taken(row, name)
        id = f"JX{max(map(_number, self.records.values()), default=0) + 1:04}"
        cells = {column: " ".join(row.optional(column).split()) for column in _FILLED_IN}
        self.records[id] = self._created[fold(name)] = {"id": id, "name": name, "aliases": ""} | cells
        self._changed(row, Change(id, name))

    def add_alias(self, row: Row) -> None:
        """An alias of the indicator that the decision names."""
        record = self.records.get(_decision(row)) or self._created.get(_decision(row))
        if record is None:
            raise row.error(
                f"decision {row.text('decision')!r} is none; write an id of indicators.csv, {_NEW}, or a name"
                f" that has {_NEW} in this file"
            )
        alias, aliases = _name(row), _aliases(record)
        if fold(alias) in map(fold, aliases):
            return
        if fold(alias) in self._owners:
            raise self._taken(row, alias)
        record["aliases"] = "|".join([*aliases, alias])
        self._changed(row, Change(record["id"], record["name"], alias))

    def _changed(self, row: Row, change: Change) -> None:
        self.changes.append(change)
        self.asked_for[change.id] = row

    def _taken(self, row: Row, name: str) -> MappingError:
        owner = self._owners[fold(name)]
        return row.error(f"name {name!r} stands for {owner!r} already; leave its decision empty")

    def rendered(self, before: bytes) -> bytes:
        """The file's bytes, with the byte order mark and the line ends that it had ``before``."""
        text = io.StringIO(newline="")
        end = "\r\n" if b"\r\n" in before else "\n"
        writer = csv.DictWriter(text, list(next(iter(self.records.values()))), lineterminator=end)
        writer.writeheader()
        writer.writerows(self.records.values())
        return (_BOM if before.startswith(_BOM) else b"") + text.getvalue().encode()


def _decision(row: Row) -> str:
    """An id, ``new``, or a folded name."""
    text = fold(row.text("decision"))
    return text.upper() if _ID.fullmatch(text.upper()) else text.lower() if text.lower() == _NEW else text


def _name(row: Row) -> str:
    """The name as it was before it was guarded against being run as a formula."""
    name = unguarded(row.text("name"))
    if "|" in name:
        raise row.error("the name holds a |, which parts aliases; write it without")
    return name


def _number(record: Record) -> int:
    return int(record["id"].removeprefix("JX"))


def _aliases(record: Record) -> list[str]:
    return [alias.strip() for alias in record["aliases"].split("|")] if record["aliases"] else []


def _check(folder: Path, content: bytes, asked_for: dict[str, Row]) -> None:
    """Nothing, or the error that the mappings would have, said of the row that asked for it."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(folder, Path(scratch) / "mappings"))
        (copy / "indicators.csv").write_bytes(content)
        try:
            load(copy)
        except MappingError as error:
            line = decode(error.path, content).splitlines()[error.line - 1]
            row = asked_for.get(line.partition(",")[0])
            if row is not None:
                raise row.error(error.message) from None
            raise MappingError(folder / "indicators.csv", error.line, error.message) from None


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a kill leaves the old file or the new one."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
