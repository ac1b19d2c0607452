"""Reading the files of mappings: every entry knows its file and line, so that a fault can be named.

Of what the entries mean nothing is known here; ``mappings`` and ``mapforms`` take them from these classes.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import yaml

from normalize.maptypes import fold

_TEXT, _FLAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
_TRUE = frozenset({"true", "yes", "on"})


class MappingError(Exception):
    """A fault in a file of mappings: where it is, what is wrong and what to do."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(path, line, message)
        self.path, self.line, self.message = path, line, message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Sourced(Protocol):
    """An entry of a file, a node or a row."""

    def error(self, message: str) -> MappingError:
        """The error that says ``message`` of this entry."""
        ...


def decode(path: Path, content: bytes) -> str:
    """The text of a file; a byte order mark, which spreadsheets write, is left out."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MappingError(path, line, "is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)") from None


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a YAML file."""

    path: Path
    node: yaml.Node

    def error(self, message: str) -> MappingError:
        """The error that says ``message`` of this node."""
        return MappingError(self.path, self.node.start_mark.line + 1, message)

    def entries(self) -> dict[str, "Node"]:
        """The entries of a mapping, its keys being free."""
        return {key.text(): value for key, value in self._pairs()}

    def entries_of(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Node"]:
        """The entries of a mapping that has the ``required`` keys and may have the ``optional`` ones."""
        for key, _ in self._pairs():
            if key.text() not in {*required, *optional}:
                known = ", ".join([*required, *optional])
                raise key.error(f"unknown key {key.text()!r}; use one of: {known}")
        entries = self.entries()
        for name in required:
            if name not in entries:
                raise self.error(f"key {name!r} is missing; add it")
        return entries

    def _pairs(self) -> list[tuple["Node", "Node"]]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("is no mapping; write `key: value` entries here")
        pairs = [(Node(self.path, key), Node(self.path, value)) for key, value in self.node.value]
        seen: set[str] = set()
        for key, _ in pairs:
            if key.text() in seen:
                raise key.error(f"key {key.text()!r} stands twice; put both entries into one")
            seen.add(key.text())
        return pairs

    def items(self) -> list["Node"]:
        """The items of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("is no list; write [one, two] here, also for a single one")
        return [Node(self.path, item) for item in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """The items of a list of texts."""
        return tuple(item.text() for item in self.items())

    def text(self) -> str:
        """The text of a scalar; numbers, dates and empty values are none."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != _TEXT:
            raise self.error("is no text; write a text here, in quotes where it looks like a number")
        if not self.node.value.strip():
            raise self.error("is empty; write a text here or take the entry out")
        return str(self.node.value)

    def choice(self, choices: Collection[str], what: str) -> str:
        """A text that is one of ``choices``."""
        if self.text() not in choices:
            raise self.error(f"unknown {what} {self.text()!r}; use one of: {', '.join(choices)}")
        return self.text()

    def flag(self) -> bool:
        """A truth value."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != _FLAG:
            raise self.error("is neither true nor false; write one of them")
        return str(self.node.value).lower() in _TRUE


def read_yaml(path: Path, content: bytes) -> Node:
    """The root node of a YAML file."""
    try:
        node = yaml.compose(decode(path, content), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MappingError(path, line, f"is no valid YAML ({error.problem}); correct the line") from None
    except yaml.YAMLError as error:
        problem = str(error).replace("\n", " ")
        raise MappingError(path, 1, f"is no valid YAML ({problem}); correct the file") from None
    if node is None:
        raise MappingError(path, 1, "is empty; write its entries or take the file away")
    return Node(path, node)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a CSV file."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def error(self, message: str) -> MappingError:
        """The error that says ``message`` of this row."""
        return MappingError(self.path, self.line, message)

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        if not self.cells[column]:
            raise self.error(f"column {column!r} is empty; fill it in")
        return self.cells[column]

    def optional(self, column: str) -> str:
        """A cell that may be empty."""
        return self.cells[column]

    def texts(self, column: str) -> tuple[str, ...]:
        """The parts of a cell between `|`, none where it is empty."""
        parts = tuple(part.strip() for part in self.cells[column].split("|")) if self.cells[column] else ()
        if not all(parts):
            raise self.error(f"column {column!r} has an empty part; take the spare | out")
        return parts

    def choice(self, column: str, choices: Collection[str]) -> str:
        """A cell that is one of ``choices``."""
        if self.cells[column] not in choices:
            found, known = self.cells[column], ", ".join(choices)
            raise self.error(f"unknown {column} {found!r}; use one of: {known}")
        return self.cells[column]


def read_csv(path: Path, content: bytes, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV file that has just these ``columns``, in any order; blank rows are passed over."""
    reader = csv.reader(io.StringIO(decode(path, content), newline=""), strict=True)
    rows: list[Row] = []
    begun = 1  # the line on which the row begins; a quoted text may run on
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, columns)
        begun = reader.line_num + 1
        for cells in reader:
            line, begun = begun, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = (
                    f"has {len(cells)} cells, the header {len(header)}; put texts with a comma in quotes"
                )
                raise MappingError(path, line, message)
            values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            rows.append(Row(path, line, values))
    except csv.Error as error:
        raise MappingError(path, begun, f"is no valid CSV ({error}); correct the quotes") from None
    return rows


def _check_header(path: Path, header: Sequence[str], columns: Sequence[str]) -> None:
    for name in header:
        if name not in columns:
            raise MappingError(path, 1, f"unknown column {name!r}; use: {', '.join(columns)}")
        if header.count(name) > 1:
            raise MappingError(path, 1, f"column {name!r} stands twice; take one out")
    for name in columns:
        if name not in header:
            raise MappingError(path, 1, f"column {name!r} is missing; add it")


_Entry = TypeVar("_Entry", bound=Sourced)


def unique(named: Iterable[tuple[str, _Entry]], what: str) -> None:
    """Nothing, or the error that two entries have the same name (folded)."""
    seen: set[str] = set()
    for name, entry in named:
        if fold(name) in seen:
            raise entry.error(f"{what} {name!r} stands twice; keep one of them")
        seen.add(fold(name))


def names(node: Node | None, what: str) -> tuple[str, ...]:
    """The texts of a list in which none stands twice; none where the list is not there."""
    if node is None:
        return ()
    unique(((item.text(), item) for item in node.items()), what)
    return node.texts()
