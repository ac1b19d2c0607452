"""Sheets as a workbook: merged ranges, wrapped texts, sums and rates as numbers or as text."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from random import Random
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tests.render.sheet import Cell, Look, Sheet, with_title_inside

STYLES: dict[str, Literal["thin", "medium", "double", "dashed"]] = {
    "thin": "thin",
    "thick": "medium",
    "double": "double",
    "open": "thin",
    "dashed": "dashed",
}
UNIT_FORMAT = re.compile(r"(\d+)(人|个|次|场|份|条|所|家|项)")
TALLEST = 409.0  # points, Excel's limit
SMALLEST = 45  # per cent of the size that a print is scaled to
CHARACTER = 7.0  # points of a column's width, as LibreOffice prints it
A4, MARGINS = (595.0, 842.0), (101.0, 108.0)  # points; what the margins take of width and height


@dataclass(frozen=True, slots=True)
class Paper:
    """How a workbook prints: ``fit`` to a page's width, or cut into pages ``across`` and about ``down``.

    ``right_first``: pages go to the right first, then down. ``width``, in characters, is for what is not cut.
    """

    width: float = 100.0
    fit: bool = False
    landscape: bool = False
    across: int = 0
    down: int = 1
    right_first: bool = False


PLAIN = Paper()


def _number(text: str, kind: str, rng: Random) -> tuple[object, str] | None:
    """The value and number format that show the text, where there are such."""
    if kind == "amount" and re.fullmatch(r"[\d,]+(\.\d+)?", text):
        decimals = len(text.partition(".")[2])
        if "," not in text and decimals != 2:
            return float(text), "General"
        shown = "0." + "0" * decimals if decimals else "0"
        return float(text.replace(",", "")), "#,##" * ("," in text) + shown
    if kind == "target" and (rate := re.fullmatch(r"(\d+(?:\.(\d+))?)%", text)):
        places = len(rate[2] or "")
        return round(float(rate[1]) / 100, 6), "0%" if not places else f"0.{'0' * places}%"
    if kind == "target" and (counted := UNIT_FORMAT.fullmatch(text)) and rng.random() < 0.5:
        return int(counted[1]), f'0"{counted[2]}"'
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.fromisoformat(text), "yyyy-mm-dd"
    return None


def _is_turned(cell: Cell, look: Look) -> bool:
    """Whether the cell's characters stand one under the other."""
    return look.vertical == "turned" and cell.kind == "caption" and cell.rowspan > 3 and len(cell.text) < 12


def _write(at: BookCell, cell: Cell, look: Look, rng: Random) -> None:
    """The cell's value: a number where one shows the same, else text, also where it looks like a formula."""
    number = _number(cell.text, cell.kind, rng) if look.numbers else None
    if number:
        at.value, at.number_format = number  # type: ignore[assignment]
    elif cell.text:
        at.value, at.data_type = cell.text, "s"
        if rng.random() < 0.3:
            at.number_format = "@"
    align = "left" if cell.kind == "text" else "right" if cell.kind == "amount" else "center"
    rotation = 255 if _is_turned(cell, look) else 0
    at.alignment = Alignment(align, "center", text_rotation=rotation, wrap_text=True)
    at.font = Font(look.font, look.size, bold=cell.kind == "title")
    if look.shaded and cell.kind == "header":
        at.fill = PatternFill("solid", "D9E2F3")


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column of a width in characters."""
    room = max(1.0, 0.85 * width * CHARACTER / size)
    ems = [sum(1 if char > "\u2000" else 0.55 for char in line) for line in text.split("\n")]
    return sum(max(1, ceil(one / room)) for one in ems)


def _heights(sheet: Sheet, widths: list[float], look: Look) -> list[float]:
    """Row heights that hold every text; merged cells share what they lack among their rows."""
    line = look.size * 1.55
    heights = [line * 1.2] * sheet.row_count
    for cell in sorted(sheet.cells, key=lambda one: one.rowspan):
        width = sum(widths[cell.column : cell.column + cell.colspan])
        need = (_lines(cell.text, width, look.size) + 0.4) * line
        rows = range(cell.row, cell.row + cell.rowspan)
        lack = need - sum(heights[row] for row in rows)
        if lack > 0 and not _is_turned(cell, look):
            for row in rows:
                heights[row] += lack / cell.rowspan
    return [min(height, TALLEST) for height in heights]


def _pages(widths: list[float], page: float) -> int:
    """How many pages columns take side by side: none is cut."""
    count, left = 1, page
    for width in widths:
        if width > left and left < page:
            count, left = count + 1, page
        left -= width
    return count


def _sizes(sheet: Sheet, look: Look, paper: Paper) -> tuple[list[float], list[float], int]:
    """Column widths in characters, row heights in points, and the scale that prints the pages wanted."""

    def columns(total: float) -> list[float]:
        return [total * share / sum(sheet.widths) for share in sheet.widths]

    if not paper.across:
        widths = columns(paper.width)
        return widths, _heights(sheet, widths, look), 100
    wide, high = sorted(A4, reverse=paper.landscape)
    page, tall, scale = (wide - MARGINS[0]) / CHARACTER, high - MARGINS[1], 100
    for _ in range(4):
        room = page * 100 / scale
        totals = (room * paper.across * share / 100 for share in range(50, 110, 3))
        widths = next((w for w in map(columns, totals) if _pages(w, room) >= paper.across), columns(room))
        heights = _heights(sheet, widths, look)
        scale = max(SMALLEST, min(100, int(95 * paper.down * tall / sum(heights))))
    stretch = min(2.0, max(1.0, (paper.down - 0.4) * tall * 100 / scale / sum(heights)))
    return widths, [min(height * stretch, TALLEST) for height in heights], scale


def _borders(sheet: Sheet, cell: Cell, look: Look) -> Border:
    """Lines on all sides, but for the outer sides of open tables."""
    side = Side(STYLES[look.border])
    left = Side(None) if look.border == "open" and cell.column == 0 else side
    last = cell.column + cell.colspan == len(sheet.widths)
    return Border(left, Side(None) if look.border == "open" and last else side, side, side)


def _fill(page: Worksheet, sheet: Sheet, look: Look, rng: Random, paper: Paper) -> None:
    """The sheet's cells, spans, sizes and print settings."""
    titles = 0 if sheet.title == "" else 1 + len(sheet.above)
    printed = with_title_inside(sheet) if titles else sheet
    widths, heights, scale = _sizes(printed, look, paper)
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    for cell in printed.cells:
        at = page.cell(cell.row + 1, cell.column + 1)
        _write(at, cell, look, rng)  # type: ignore[arg-type]
        if cell.kind == "title" and not look.inside:
            at.font = Font(look.font, look.size + 4 * (cell.row == 0), bold=cell.row == 0)
        else:
            border = _borders(printed, cell, look)
            for row, column in cell.places():
                page.cell(row + 1, column + 1).border = border
        if cell.rowspan > 1 or cell.colspan > 1:
            page.merge_cells(
                start_row=cell.row + 1,
                end_row=cell.row + cell.rowspan,
                start_column=cell.column + 1,
                end_column=cell.column + cell.colspan,
            )
    for number, height in enumerate(heights, 1):
        page.row_dimensions[number].height = height
    for row in printed.hidden_rows:
        page.row_dimensions[row + 1].hidden = True
    for column in printed.hidden_columns:
        page.column_dimensions[get_column_letter(column + 1)].hidden = True
    page.page_setup.paperSize = 9
    page.page_setup.orientation = "landscape" if paper.landscape else "portrait"
    page.page_setup.pageOrder = "overThenDown" if paper.right_first else "downThenOver"
    page.page_setup.scale = scale
    if paper.fit:
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        if look.repeat and titles:
            page.print_title_rows = f"1:{titles}"


def render(sheets: list[Sheet], look: Look, rng: Random, paper: Paper = PLAIN, extra: bool = False) -> bytes:
    """The workbook, a page a sheet; ``extra`` adds the pages that people leave in a workbook."""
    book = Workbook()
    del book["Sheet"]
    if extra and rng.random() < 0.5:
        notes = book.create_sheet("填报说明")
        for row, text in enumerate(["填报说明", "1. 本表由预算单位填报。", "2. 金额单位为万元。"], 1):
            notes.cell(row, 1, text)
        notes.sheet_state = rng.choice(["visible", "hidden"])
    for number, sheet in enumerate(sheets, 1):
        name = rng.choice(["Sheet{}", "绩效目标表{}", "表{}"]).format(number)
        _fill(book.create_sheet(name), sheet, look, rng, paper)
    if extra:
        book.create_sheet("Sheet99")
    book.active = next(n for n, page in enumerate(book.worksheets) if page.sheet_state == "visible")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
