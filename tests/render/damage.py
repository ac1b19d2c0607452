"""What happens to a table's grid: merges lost, rows pushed aside, blank rows and columns put in.

Each takes a sheet and gives another that says the same, so the truth stays.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.render.sheet import Cell, Sheet


def unmerge(sheet: Sheet, rng: Random) -> Sheet:
    """Merged cells become single ones, the text in the first; now and then the wide ones stay wide."""
    wide = rng.random() < 0.5
    cells = []
    for cell in sheet.cells:
        colspan = cell.colspan if wide else 1
        for row, column in cell.places():
            if wide and column > cell.column:
                continue
            text = cell.text if (row, column) == (cell.row, cell.column) else ""
            cells.append(Cell(row, column, text, 1, colspan, cell.kind))
    return replace(sheet, cells=cells)


def repeat(sheet: Sheet, rng: Random) -> Sheet:
    """Labels stand on every row that they cover."""
    cells = []
    for cell in sheet.cells:
        if cell.kind == "label" or rng.random() < 0.5:
            rows = range(cell.row, cell.row + cell.rowspan)
            cells += [replace(cell, row=row, rowspan=1) for row in rows]
        else:
            cells.append(cell)
    return replace(sheet, cells=cells)


def _cut_at(cells: list[Cell], row: int) -> list[Cell]:
    """The cells with none crossing above ``row``; the piece below is blank."""
    found = []
    for cell in cells:
        above = row - cell.row
        if 0 < above < cell.rowspan:
            found += [
                replace(cell, rowspan=above),
                replace(cell, row=row, rowspan=cell.rowspan - above, text=""),
            ]
        else:
            found.append(cell)
    return found


def shift(sheet: Sheet, rng: Random) -> Sheet:
    """Runs of indicator rows stand a column further to the right, or to the left over a covered label."""
    cells, width = list(sheet.cells), len(sheet.widths)
    rows = [row for row in sheet.body if row not in sheet.header_rows()]
    runs = []
    at = rng.randrange(1, max(2, len(rows) // 2))
    while at < len(rows):
        end = min(len(rows), at + rng.randint(2, 9))
        run = [row for row in rows[at:end] if row - rows[at] < end - at]
        runs.append((run[0], run[-1] + 1))
        at = end + rng.randint(3, 12)
    for first, end in runs:
        cells = _cut_at(_cut_at(cells, first), end)
        inside = [cell for cell in cells if first <= cell.row < end]
        left = [cell for cell in inside if cell.column == 0]
        if rng.random() < 0.4 and all(not cell.text and cell.colspan == 1 for cell in left):
            gone = {id(cell) for cell in left}
            cells = [cell for cell in cells if id(cell) not in gone]
            moved, blank = -1, width - 1
        else:
            moved, blank = 1, 0
        chosen = {id(cell) for cell in inside}
        cells = [
            replace(cell, column=cell.column + moved) if id(cell) in chosen else cell for cell in cells
        ] + [Cell(row, blank) for row in range(first, end)]
    ends: dict[int, int] = {}
    for cell in cells:
        for row, column in cell.places():
            ends[row] = max(ends.get(row, 0), column)
    cells += [Cell(row, width) for row, last in ends.items() if last < width]
    return replace(sheet, cells=cells, widths=[*sheet.widths, sum(sheet.widths) / width])


def _with_row(sheet: Sheet, at: int) -> Sheet:
    """A blank row before row ``at``; what is merged over the place grows."""
    cells = []
    for cell in sheet.cells:
        if cell.row >= at:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell.row + cell.rowspan > at:
            cells.append(replace(cell, rowspan=cell.rowspan + 1))
        else:
            cells.append(cell)
    covered = {place for cell in cells for place in cell.places()}
    cells += [Cell(at, column) for column in range(len(sheet.widths)) if (at, column) not in covered]
    body = [row + (row >= at) for row in sheet.body]
    hidden = [row + (row >= at) for row in sheet.hidden_rows]
    return replace(sheet, cells=cells, row_count=sheet.row_count + 1, body=body, hidden_rows=hidden)


def _with_column(sheet: Sheet, at: int) -> Sheet:
    """A blank narrow column before column ``at``; what is merged over the place grows."""
    cells = []
    for cell in sheet.cells:
        if cell.column >= at:
            cells.append(replace(cell, column=cell.column + 1))
        elif cell.column + cell.colspan > at:
            cells.append(replace(cell, colspan=cell.colspan + 1))
        else:
            cells.append(cell)
    covered = {place for cell in cells for place in cell.places()}
    cells += [Cell(row, at) for row in range(sheet.row_count) if (row, at) not in covered]
    widths = [*sheet.widths[:at], min(sheet.widths) / 3, *sheet.widths[at:]]
    hidden = [column + (column >= at) for column in sheet.hidden_columns]
    return replace(sheet, cells=cells, widths=widths, hidden_columns=hidden)


def pad(sheet: Sheet, rng: Random) -> Sheet:
    """Blank rows and columns; of a workbook some are hidden."""
    for _ in range(rng.choice([1, 1, 2])):
        at = rng.randint(0, len(sheet.widths))
        sheet = _with_column(sheet, at)
        if rng.random() < 0.4:
            sheet = replace(sheet, hidden_columns=[*sheet.hidden_columns, at])
    for _ in range(rng.choice([0, 1, 3])):
        at = rng.randint(1, sheet.row_count)
        sheet = _with_row(sheet, at)
        if rng.random() < 0.4:
            sheet = replace(sheet, hidden_rows=[*sheet.hidden_rows, at])
    return sheet


GRID: dict[str, Callable[[Sheet, Random], Sheet]] = {
    "unmerged": unmerge,
    "repeated": repeat,
    "shifted": shift,
    "padded": pad,
}
