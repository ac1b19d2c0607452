"""Stage 2, sheets: what pages print, in the coordinates of the sheet that they are pages of.

Where a format has geometry, pages that a sheet was cut into are put side by side (strips.py), cells that run
over a page break are one again (breaks.py), and the columns of all tables are counted alike, so that a row
stands under a header of another page. Without geometry a sheet is a page as it was read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extract.model import Box, Cell, Document, Page, Reading, Table
from normalize.model import Place, Text

_PAGE_NUMBER = re.compile(r"[-—–\s·]*(?:第\s*)?\d+\s*(?:页)?(?:\s*[,，/共]*\s*\d+\s*页?)?[-—–\s·]*")
_PADDING = 13.0  # points between the text of a cell and its rulings, both sides together
_SAME_EDGE = 2.0  # points up to which two rulings are one (double borders are 1 to 2 points apart)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell in its sheet: ``box`` and those of its ``lines`` in the sheet's points.

    ``whole`` is its text with what the page hides, where the reader knows it. ``continues`` is the cell of
    an earlier page that this one goes on with: its text covers the rows of this one. ``readings`` are what
    else the reader may have seen.
    """

    text: Text
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    lines: tuple[tuple[Box, str], ...] = ()
    open_sides: tuple[str, ...] = ()
    whole: str | None = None
    continues: Text | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table of a sheet; ``ruled`` where its cells stand as they are printed, with their spans."""

    cells: tuple[SheetCell, ...]
    number: int
    ruled: bool
    box: Box | None = None
    row_edges: tuple[float, ...] = ()
    column_edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line outside tables, below ``tables_above`` tables of its sheet."""

    text: Text
    tables_above: int = 0
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, or the part of one that stands on a page; ``page`` is the first of its printed pages."""

    page: int
    tables: tuple[SheetTable, ...]
    lines: tuple[SheetLine, ...]


def read_sheets(document: Document) -> list[Sheet]:
    """The pages of a document, each as a sheet of its own."""
    ruled = any(_shows_cells(table) for page in document.pages for table in page.tables)
    return [_sheet(page, ruled) for page in document.pages]


def _shows_cells(table: Table) -> bool:
    """Whether a table comes from a format that keeps cells apart: with their boxes, or with spans."""
    return bool(table.bbox) or any(cell.rowspan > 1 or cell.colspan > 1 for cell in table.cells)


def _sheet(page: Page, ruled: bool) -> Sheet:
    tables = tuple(_table(table, page, number, ruled) for number, table in enumerate(page.tables, start=1))
    lines = tuple(
        SheetLine(
            replace(_text(line.text, page, 0, number, 1, line.bbox), confidence=line.confidence),
            line.tables_above,
            line.bbox,
        )
        for number, line in enumerate(page.lines, start=1)
    )
    return Sheet(page.number, tables, lines)


def _table(table: Table, page: Page, number: int, ruled: bool) -> SheetTable:
    cells = tuple(_cell(cell, page, number) for cell in table.cells)
    return SheetTable(cells, number, ruled, table.bbox, table.row_edges, table.column_edges)


def _cell(cell: Cell, page: Page, number: int) -> SheetCell:
    text = _text(cell.text, page, number, cell.row + 1, cell.column + 1, cell.bbox)
    return SheetCell(
        replace(text, confidence=cell.confidence),
        cell.row,
        cell.column,
        cell.rowspan,
        cell.colspan,
        cell.bbox,
        tuple(zip(cell.line_boxes, cell.lines, strict=True)) if cell.line_boxes else (),
        cell.open_sides,
        cell.whole,
        readings=cell.alternatives,
    )


def _text(text: str, page: Page, table: int, row: int, column: int, box: Box | None) -> Text:
    return Text(text, text, Place(page.number, table, row, column, box, page.name))


def text_of(lines: Sequence[SheetLine]) -> Text:
    """Lines of text, one at least, as the text of one cell, as it was read."""
    first, *others = (line.text for line in lines)
    text = "\n".join(line.text.text for line in lines)
    return replace(first.with_parts(*others), text=text, raw=text)


def union_of(edges: Iterable[float]) -> list[float]:
    """Positions in order, those that are one ruling once."""
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > _SAME_EDGE:
            found.append(edge)
    return found


def index_of(edges: Sequence[float], position: float) -> int:
    """The index of the edge nearest to ``position``."""
    return min(range(len(edges)), key=lambda k: abs(edges[k] - position))


def is_same_edge(one: float, other: float) -> bool:
    """Whether two positions are those of one ruling."""
    return abs(one - other) <= _SAME_EDGE


def is_full(line: Box, cell: Box) -> bool:
    """Whether a line is as long as its cell allows, but for a character, so that it may be a wrapped one."""
    return (cell[2] - cell[0]) - (line[2] - line[0]) < (line[3] - line[1]) + _PADDING


def is_page_number(text: str) -> bool:
    """Whether a line is the number of its page."""
    return _PAGE_NUMBER.fullmatch(text.strip()) is not None


def with_common_columns(sheets: Sequence[Sheet]) -> list[Sheet]:
    """``sheets`` with the columns of all tables that have edges counted by the edges of all of them."""
    tables = [table for sheet in sheets for table in sheet.tables]
    edges = union_of(edge for table in tables for edge in table.column_edges)
    return [
        replace(sheet, tables=tuple(_recounted(table, edges) for table in sheet.tables)) for sheet in sheets
    ]


def _recounted(table: SheetTable, edges: Sequence[float]) -> SheetTable:
    if not table.column_edges:
        return table
    columns = {edge: index_of(edges, edge) for edge in table.column_edges}

    def recounted(cell: SheetCell) -> SheetCell:
        start = columns[table.column_edges[cell.column]]
        end = columns[table.column_edges[cell.column + cell.colspan]]
        return replace(cell, column=start, colspan=max(1, end - start))

    return replace(table, cells=tuple(map(recounted, table.cells)))
