"""PDFs that real programs print: what was put in comes back, cell by cell."""

import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter

from extract import Document, read
from tests.extract.partitions import Place, places

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 120

LONG = "承担全市教育信息化规划、建设、应用与培训工作，负责教育资源平台建设与运维，2024年满意度≥90%；"
FORM: list[Place] = [
    (0, 0, 1, 6, "项目支出绩效目标表（2024年度）"),
    (1, 0, 1, 1, "主要职能"),
    (1, 1, 1, 5, LONG * 2),
    (2, 0, 1, 1, "一级指标"),
    (2, 1, 1, 1, "二级指标"),
    (2, 2, 1, 2, "三级指标"),
    (2, 4, 1, 1, "指标值"),
    (2, 5, 1, 1, "备注"),
    (3, 0, 4, 1, "产出"),
    (3, 1, 2, 1, "数量指标"),
    (3, 2, 1, 2, "平台运维服务人员数量"),
    (3, 4, 1, 1, "≥100人"),
    (3, 5, 2, 1, LONG),
    (4, 2, 1, 2, "门户网站长期访问次数"),
    (4, 4, 1, 1, ">6.4万人次"),
    (5, 1, 2, 1, "质量指标"),
    (5, 2, 1, 2, "IT 设备完好率"),
    (5, 4, 1, 1, "95%"),
    (5, 5, 1, 1, ""),
    (6, 2, 1, 1, "户外"),
    (6, 3, 1, 1, "风险"),
    (6, 4, 1, 2, "无"),
]


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)


def by_office(file: Path) -> Document:
    """``file`` printed by LibreOffice."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    run(SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", file.parent, file)
    return read(file.with_suffix(".pdf"))


def by_chromium(file: Path) -> Document:
    """``file`` printed by Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    target = file.with_suffix(".pdf")
    run(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={target}", file.as_uri())
    return read(target)


def without_blanks(cells: Sequence[Place]) -> list[Place]:
    return [(*cell[:4], "".join(cell[4].split())) for cell in cells]


def test_a_text_document(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(7, 6, "Table Grid")
    for row, column, rowspan, colspan, text in FORM:
        cell = table.cell(row, column).merge(table.cell(row + rowspan - 1, column + colspan - 1))
        cell.text = text
    document.add_paragraph("填表人：张三")
    document.save(str(tmp_path / "form.docx"))
    (page,) = by_office(tmp_path / "form.docx").pages
    assert without_blanks(places(page.tables[0])) == without_blanks(FORM)
    assert [(line.text, line.tables_above) for line in page.lines] == [("填表人：张三", 1)]


def test_a_web_page_with_borders_of_all_kinds(tmp_path: Path) -> None:
    rows = [
        "".join(
            f'<td rowspan="{rowspan}" colspan="{colspan}">{escape(text)}</td>'
            for at, _, rowspan, colspan, text in FORM
            if at == row
        )
        for row in range(7)
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    borders = ("1px solid black", "3px double #333", "1px dashed gray", "1px dotted blue")
    tables = [f"<p>{border}</p><table>{body}</table>" for border in borders]
    styles = [
        f"table:nth-of-type({number}) td {{border: {border}}}" for number, border in enumerate(borders, 1)
    ]
    style = "table {border-collapse: collapse; break-inside: avoid} td {height: 20px}" + "".join(styles)
    page = f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(tables)}"
    (tmp_path / "form.html").write_text(page, "utf-8")
    printed = [table for page in by_chromium(tmp_path / "form.html").pages for table in page.tables]
    assert len(printed) == len(borders)
    for table in printed:
        assert without_blanks(places(table)) == without_blanks(FORM)


def test_a_sheet_that_is_wider_than_the_page(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    side = Side("thin")
    for row in range(1, 8):
        sheet.row_dimensions[row].height = 60
        for column in range(1, 7):
            sheet.cell(row, column).border = Border(side, side, side, side)
            sheet.column_dimensions[get_column_letter(column)].width = 20
    for row, column, rowspan, colspan, text in FORM:
        cell = sheet.cell(row + 1, column + 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if rowspan > 1 or colspan > 1:
            sheet.merge_cells(
                start_row=row + 1,
                end_row=row + rowspan,
                start_column=column + 1,
                end_column=column + colspan,
            )
    book.save(tmp_path / "form.xlsx")
    left, right = by_office(tmp_path / "form.xlsx").pages
    (one,), (other,) = left.tables, right.tables
    assert one.row_edges == pytest.approx(other.row_edges, abs=1)
    cut = {cell.row: cell for cell in one.cells if "right" in cell.open_sides}
    rest = {cell.row: cell for cell in other.cells if "left" in cell.open_sides}
    assert list(cut) == list(rest) == [0, 1, 2, 3, 4, 5]
    assert [cell.text for cell in cut.values()][2:] == [
        *("三级指标", "平台运维服务人员数量", "门户网站长期访问次数", "IT 设备完好率")
    ]
    assert not any(cell.text for row, cell in rest.items() if row != 1)
    # Each page shows its part of each line, and has the whole behind it.
    assert "".join(left + right for left, right in zip(cut[1].lines, rest[1].lines, strict=True)) == LONG * 2
    for part in (cut[1], rest[1]):
        assert part.whole and part.whole.replace("\n", "") == LONG * 2
    uncut = {(cell.row, cell.text.replace("\n", "")) for cell in other.cells if not cell.open_sides}
    assert uncut == {(row, text) for row, column, _, _, text in FORM if column > 3} | {(6, "风险")}
