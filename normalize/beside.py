"""Stage 2, sheets: columns whose rulings a page does not show.

In a table without outer rulings a merged label that covers a whole page has no ruling around it there: its
text, if the page prints it, stands beside the table. The page before tells which columns those are.
"""

from collections.abc import Sequence
from dataclasses import replace

from normalize.sheets import Sheet, SheetCell, SheetLine, SheetTable, is_same_edge, text_of


def with_columns_beside(sheets: Sequence[Sheet]) -> list[Sheet]:
    """``sheets`` with a cell for each column on the left that the page before has and the page does not."""
    completed: list[Sheet] = []
    for sheet in sheets:
        above = completed[-1] if completed else None
        if above and above.tables and sheet.tables:
            sheet = _completed(sheet, above.tables[-1])
        completed.append(sheet)
    return completed


def _completed(sheet: Sheet, above: SheetTable) -> Sheet:
    table = sheet.tables[0]
    if not table.box or not above.column_edges or not table.column_edges:
        return sheet
    left = table.column_edges[0]
    missing = [edge for edge in above.column_edges if edge < left and not is_same_edge(edge, left)]
    alike = is_same_edge(above.column_edges[-1], table.column_edges[-1])
    continues = any(is_same_edge(edge, left) for edge in above.column_edges)
    if not missing or not alike or not continues:
        return sheet
    lines = [line for line in sheet.lines if _is_beside(line, table, left)]
    edges = [*missing, left]
    cells = [_cell(edges, column, table, lines) for column in range(len(missing))]
    moved = [replace(cell, column=cell.column + len(missing)) for cell in table.cells]
    table = replace(
        table,
        cells=(*cells, *moved),
        box=(missing[0], *table.box[1:]),
        column_edges=(*missing, *table.column_edges),
    )
    kept = tuple(line for line in sheet.lines if line not in lines)
    return replace(sheet, tables=(table, *sheet.tables[1:]), lines=kept)


def _is_beside(line: SheetLine, table: SheetTable, left: float) -> bool:
    if not line.box or not table.box:
        return False
    middle = (line.box[1] + line.box[3]) / 2
    return line.box[2] <= left + 1 and table.box[1] <= middle <= table.box[3]


def _cell(edges: Sequence[float], column: int, table: SheetTable, lines: Sequence[SheetLine]) -> SheetCell:
    """The cell of one column, as high as the table, with the lines that stand in it."""
    assert table.box
    box = (edges[column], table.box[1], edges[column + 1], table.box[3])
    own = [line for line in lines if line.box and box[0] <= (line.box[0] + line.box[2]) / 2 < box[2]]
    return SheetCell(
        text_of(own) if own else replace(table.cells[0].text, text="", raw=""),
        0,
        column,
        rowspan=len(table.row_edges) - 1,
        box=box,
        lines=tuple((line.box, line.text.text) for line in own if line.box),
        open_sides=("left", "top", "right", "bottom"),
    )
