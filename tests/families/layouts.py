"""Forms written as grids: a line is a row, `|` parts its cells, `^` is merged with the cell above and `<`
with the one on its left, `⏎` breaks a line inside a cell. What stands before the first row is the title
(`#`) and the lines under it."""

import json
from pathlib import Path
from typing import Any

from extract.model import Cell as ReadCell
from extract.model import Document, Line, Page, Table
from tests.render.sheet import Cell, Sheet

FOLDER = Path(__file__).parent
FORMS = FOLDER / "forms"
NAMES = sorted(path.stem for path in FORMS.glob("*.txt"))
OF_FAMILIES = [name for name in NAMES if not name.startswith("region_")]
"""Forms that are a family each, all of whose labels its mapping knows. The others are in layouts of other
regions; their truths judge what they hold alone: indicators, fields and amounts that mappings know."""


def truth(name: str) -> dict[str, Any]:
    """The truth of a form, as ``shared/score.py`` reads it."""
    answer: dict[str, Any] = json.loads((FOLDER / "truths" / f"{name}.json").read_text(encoding="utf-8"))
    return answer


def sheet(name: str) -> Sheet:
    """The form of a name as printed."""
    return read((FORMS / f"{name}.txt").read_text(encoding="utf-8"))


def read(text: str) -> Sheet:
    """The form that ``text`` is the grid of."""
    title, above, grid = "", [], []
    for line in text.splitlines():
        if "|" in line:
            grid.append([cell.strip().replace("⏎", "\n") for cell in line.split("|")])
        elif line.startswith("# "):
            title = line.removeprefix("# ")
        elif line.strip():
            above.append(line.strip())
    cells = [
        Cell(
            row,
            column,
            text,
            1 + _run([line[column] for line in grid[row + 1 :]], "^"),
            1 + _run(grid[row][column + 1 :], "<"),
        )
        for row, line in enumerate(grid)
        for column, text in enumerate(line)
        if text not in ("^", "<")
    ]
    heads = [row for row, line in enumerate(grid) if "三级指标" in line or "指标名称" in line]
    form = Sheet(title, above, cells, _widths(cells, len(grid[0])), len(grid))
    form.body = list(range(min(heads, default=0), len(grid)))
    for cell in cells:
        cell.kind = "header" if cell.row in heads and cell.rowspan == 1 else _kind(cell)
    form.owners()  # raises where cells claim one place, or none does
    return form


def _kind(cell: Cell) -> str:
    return "caption" if cell.rowspan > 3 and cell.column == 0 else "text" if len(cell.text) > 20 else "target"


def _widths(cells: list[Cell], count: int) -> list[float]:
    """The columns' shares of the width, by the texts that stand in one of them alone."""
    widths = [3.0] * count
    for cell in cells:
        if cell.colspan == 1:
            longest = max(map(len, cell.text.split("\n")))
            widths[cell.column] = max(widths[cell.column], min(longest, 9))
    return widths


def _run(texts: list[str], mark: str) -> int:
    return next((n for n, text in enumerate(texts) if text != mark), len(texts))


def document(form: Sheet) -> Document:
    """What a reader sees of a form whose cells have their spans."""
    cells = (ReadCell(cell.row, cell.column, cell.text, cell.rowspan, cell.colspan) for cell in form.cells)
    table = Table(tuple(cells), form.row_count, len(form.widths))
    lines = tuple(Line(text) for text in (form.title, *form.above) if text)
    return Document("form", "0", "docx", (Page(1, (table,), lines),))


def plain(form: Sheet) -> str:
    """A form as tab-separated text, blank where cells are merged."""
    rows = [[""] * len(form.widths) for _ in range(form.row_count)]
    for cell in form.cells:
        rows[cell.row][cell.column] = cell.text.replace("\n", "")
    lines = [form.title, *form.above, "", *("\t".join(row) for row in rows)]
    return "\n".join(lines) + "\n"
