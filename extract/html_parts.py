"""What an HTML page is put together from while it is read: flowing text, the rows of a table, a choice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from extract.flow import Block, DraftCell, DraftTable, Places

_SPACES = re.compile(r"[ \t\r\n\f]+")
_INTEGER = re.compile(r"[ \t\r\n\f]*\+?(\d{1,9})")


def integer(text: str | None, default: int) -> int:
    """The number that ``text`` begins with, as browsers read it; ``default`` where it begins with none."""
    match = _INTEGER.match(text or "")
    return int(match[1]) if match else default


class TextFlow:
    """Text as it flows, with the tables in it. White space is one space, none where a line begins."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._parts: list[str] = []

    def add_text(self, text: str) -> None:
        text = _SPACES.sub(" ", text)
        if text.startswith(" ") and (not self._parts or self._parts[-1].endswith((" ", "\n"))):
            text = text[1:]
        self.add_laid_out(text)

    def add_laid_out(self, text: str) -> None:
        """Add ``text`` with its white space."""
        if text:
            self._parts.append(text)

    def end_line(self) -> None:
        """What follows begins a line."""
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")

    def add_block(self, block: Block) -> None:
        self._end_text()
        self._blocks.append(block)

    def blocks(self) -> list[Block]:
        self._end_text()
        return self._blocks

    def _end_text(self) -> None:
        if self._parts:
            self._blocks.append("".join(self._parts).removesuffix("\n"))
            self._parts = []


@dataclass(slots=True)
class RowCell:
    """A cell of a row, not yet in its place; a rowspan of 0 reaches down to the end of the section."""

    colspan: int
    rowspan: int
    blocks: list[Block] = field(default_factory=list)

    @classmethod
    def spanning(cls, attributes: Mapping[str, str]) -> "RowCell":
        """An empty cell with the spans of ``attributes``, within what all browsers allow."""
        colspan = integer(attributes.get("colspan"), 1) or 1
        return cls(min(colspan, 1_000), min(integer(attributes.get("rowspan"), 1), 65_534))


class Rows:
    """The rows of a table in sections (head, body, foot), as they come."""

    def __init__(self) -> None:
        self._sections: list[tuple[str, list[list[RowCell]]]] = [("tbody", [])]
        self._row: list[RowCell] | None = None

    def begin_section(self, name: str) -> None:
        self._sections.append((name, []))
        self._row = None

    def begin_row(self) -> None:
        self._row = []
        self._sections[-1][1].append(self._row)

    def end_row(self) -> None:
        self._row = None

    def add(self, cell: RowCell) -> None:
        if self._row is None:
            self.begin_row()
        self._sections[-1][1][-1].append(cell)

    def table(self, places: Places) -> DraftTable:
        """The rows as a table. The first head is printed first, the first foot last.

        Counts the ``places`` that are gone over beyond one for each cell. Raises ``TooLarge``.
        """
        head, foot = (
            next((section for section in self._sections if section[0] == name), None)
            for name in ("thead", "tfoot")
        )
        in_order = sorted(self._sections, key=lambda section: (section is foot) - (section is head))
        cells: list[DraftCell] = []
        first_row = 0
        for _, rows in in_order:
            cells += _placed(rows, first_row, places)
            first_row += len(rows)
        return DraftTable(cells)


def _placed(rows: list[list[RowCell]], first_row: int, places: Places) -> list[DraftCell]:
    """The cells of a section, each in the first free place of its row; a span ends where a place is taken."""
    placed = []
    taken: list[int] = []  # of each column, down to which row it is taken
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            start = column
            while column < len(taken) and taken[column] > row:
                column += 1
            end = min(
                (at for at in range(column, min(column + cell.colspan, len(taken))) if taken[at] > row),
                default=column + cell.colspan,
            )
            places.take(end - start - 1)
            rowspan = min(cell.rowspan or len(rows), len(rows) - row)
            taken += [0] * (end - len(taken))
            taken[column:end] = [row + rowspan] * (end - column)
            placed.append(DraftCell(first_row + row, column, rowspan, end - column, cell.blocks))
            column = end
    return placed


@dataclass(slots=True)
class OpenCell:
    """A cell that is being read, and what was being read when it began."""

    cell: RowCell
    rows: Rows
    flow: TextFlow

    def end(self, content: TextFlow) -> None:
        self.cell.blocks = content.blocks()
        self.rows.add(self.cell)


class Options:
    """The options of a choice (select), of which a page shows those that are chosen."""

    def __init__(self, *, is_multiple: bool) -> None:
        self._is_multiple = is_multiple
        self._options: list[tuple[list[str], bool, bool]] = []

    def begin_option(self, *, is_selected: bool, is_disabled: bool) -> None:
        self._options.append(([], is_selected, is_disabled))

    def add_text(self, text: str) -> None:
        if self._options:
            self._options[-1][0].append(text)

    def text(self) -> str:
        """What is shown: the option chosen last or, of a choice of one, the first that can be chosen."""
        chosen = [parts for parts, is_selected, _ in self._options if is_selected]
        if not self._is_multiple:
            chosen = chosen[-1:] or [parts for parts, _, is_disabled in self._options if not is_disabled][:1]
        return " ".join("".join(parts) for parts in chosen)
