"""Lines and tables in reading order, as formats without geometry hold them (docx, html), put on pages.

A cell's content is a flow of its own, tables included, so a table is a draft until it is known what its inner
tables are: parts of a form, or the whole of it, in a table that only lays out the page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from extract.errors import TooLarge
from extract.limits import MAX_CELLS, MAX_PAGES
from extract.model import Cell, Line, Page, Table

HIDDEN = "hidden texts left out"
DELETIONS = "tracked deletions left out"
STRUCK = "struck-through texts left out"

_MOST_CELLS = f"its tables have more than {MAX_CELLS:,} places for cells; split it into smaller files"
_MOST_PAGES = f"the document has more than {MAX_PAGES:,} pages; split it into smaller files"


class Break(Enum):
    """What stands between blocks: the end of a page."""

    PAGE = "page"


@dataclass(slots=True)
class DraftCell:
    """A cell while its table is read."""

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    blocks: "list[Block]" = field(default_factory=list)

    def holds_tables(self) -> bool:
        return any(isinstance(block, DraftTable) for block in self.blocks)

    def holds_text(self) -> bool:
        return any(isinstance(block, str) and block.strip() for block in self.blocks)


@dataclass(slots=True)
class DraftTable:
    """A table while it is read: its cells in reading order, none over another."""

    cells: list[DraftCell]

    def is_frame(self) -> bool:
        """Whether no text stands beside another cell, be it empty, so that what is in the table just flows.

        Cells that hold tables don't count: a page that is laid out by tables is a frame, a form that has a
        table in one of its cells is none.
        """
        rows: defaultdict[int, list[DraftCell]] = defaultdict(list)
        for cell in self.cells:
            if not cell.holds_tables():
                rows[cell.row].append(cell)
        return not any(len(row) > 1 and any(cell.holds_text() for cell in row) for row in rows.values())


Block = str | DraftTable | Break
"""A paragraph (its lines parted by ``\\n``), a table, or a break."""


class Places:
    """Counts the places of a file's tables against the limit."""

    def __init__(self, source: str) -> None:
        self._source, self._left = source, MAX_CELLS

    def take(self, count: int) -> None:
        """Count ``count`` places more. Raises ``TooLarge``."""
        self._left -= count
        if self._left < 0:
            raise TooLarge(self._source, _MOST_CELLS)


def pages(source: str, blocks: Iterable[Block], notes: Mapping[str, int]) -> tuple[Page, ...]:
    """The pages of ``blocks``, at least one.

    ``notes`` concern the whole file and stand on the first page, each with its count, where it has one.
    Raises ``TooLarge``.
    """
    places = Places(source)
    drafts: list[tuple[list[Table], list[Line]]] = [([], [])]
    for block in _settled(blocks):
        tables, lines = drafts[-1]
        if isinstance(block, DraftTable):
            tables += _tables(block, places)
        elif isinstance(block, str):
            lines += (Line(text, len(tables)) for text in map(str.strip, block.split("\n")) if text)
        elif tables or lines:
            drafts.append(([], []))
        if len(drafts) > MAX_PAGES:
            raise TooLarge(source, _MOST_PAGES)
    if len(drafts) > 1 and drafts[-1] == ([], []):
        drafts.pop()
    first_notes = tuple(f"{note}: {count}" if count else note for note, count in notes.items())
    return tuple(
        Page(number, tuple(tables), tuple(lines), notes=first_notes if number == 1 else ())
        for number, (tables, lines) in enumerate(drafts, 1)
    )


def _settled(blocks: Iterable[Block], *, in_cell: bool = False) -> Iterator[Block]:
    """``blocks``, and those in the cells of tables, with what is in frames in the place of the frames.

    Outside of cells only what is around a table is a frame: a table of one column may well be a form.
    """
    for block in blocks:
        if not isinstance(block, DraftTable):
            yield block
            continue
        for cell in block.cells:
            cell.blocks = list(_settled(cell.blocks, in_cell=True))
        holds_tables = any(cell.holds_tables() for cell in block.cells)
        if block.is_frame() and (in_cell or holds_tables or not block.cells):
            yield from (inner for cell in block.cells for inner in cell.blocks)
        else:
            yield block


def _tables(draft: DraftTable, places: Places) -> Iterator[Table]:
    """The table, then those that are in its cells."""
    rows = max(cell.row + cell.rowspan for cell in draft.cells)
    columns = max(cell.column + cell.colspan for cell in draft.cells)
    places.take(rows * columns)
    yield Table(tuple(map(_cell, draft.cells)), rows, columns)
    for cell in draft.cells:
        for block in cell.blocks:
            if isinstance(block, DraftTable):
                yield from _tables(block, places)


def _cell(draft: DraftCell) -> Cell:
    lines = [line.strip() for block in draft.blocks if isinstance(block, str) for line in block.split("\n")]
    text = "\n".join(lines).strip("\n")
    return Cell(
        draft.row,
        draft.column,
        text,
        draft.rowspan,
        draft.colspan,
        lines=tuple(text.split("\n")) if text else (),
    )
