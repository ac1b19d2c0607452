"""The reader of old Excel workbooks: records in, pages with the texts that Excel shows out."""

import math

import pytest

from extract import Cell, EncryptedFile, ExtractError, Page, UnreadableFile
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract import oldoffice
from tests.extract.oldoffice import (
    boolean,
    error,
    hidden_column,
    hidden_row,
    label,
    merged,
    number,
    ole,
    record,
    rich,
)


def read_pages(*sheets: bytes, **given: object) -> tuple[Page, ...]:
    data = ole("Workbook", oldoffice.workbook(*sheets, **given))  # type: ignore[arg-type]
    return read_file(SourceFile("a.xls", data)).pages


def texts(page: Page) -> dict[tuple[int, int], str]:
    (table,) = page.tables
    return {(cell.row, cell.column): cell.text for cell in table.cells}


def test_cells_show_what_excel_shows() -> None:
    sheet = (
        label(0, 1, 0)
        + number(1, 0, 0.95, 1)
        + number(1, 1, 45356.0, 2)
        + number(2, 0, 45356.5, 3)
        + number(2, 1, 123456789012.0)
        + boolean(3, 0, True)
        + error(3, 1, 0x07)
        + number(4, 0, math.nan)
        + label(5, 0, 1, 4)
    )
    (page,) = read_pages(
        sheet,
        texts=("绩效\r\n目标", "健全"),
        codes=("0%", 'yyyy"年"m"月"d"日"'),
        built_in=(22, 49),
    )
    assert texts(page) == {
        (0, 1): "绩效\n目标",
        (1, 0): "95%",
        (1, 1): "2024年3月5日",
        (2, 0): "2024/3/5 12:00",
        (2, 1): "1.23457E+11",
        (3, 0): "TRUE",
        (3, 1): "#DIV/0!",
        (4, 0): "#NUM!",
        (5, 0): "健全",
    }
    assert page.tables[0].cells[0].lines == ("绩效", "目标")
    assert (page.number, page.name, page.notes) == (1, "表1", ())


def test_merged_cells_have_spans() -> None:
    (page,) = read_pages(label(0, 0, 0) + label(2, 2, 0) + merged((0, 1, 0, 2), (4, 4, 0, 1)), texts=("甲",))
    assert page.tables[0].cells == (
        Cell(0, 0, "甲", 2, 3, lines=("甲",)),
        Cell(2, 2, "甲", lines=("甲",)),
        Cell(4, 0, "", 1, 2),
    )


def test_hidden_rows_columns_and_sheets_stay_and_are_noted() -> None:
    first = hidden_column(1) + hidden_row(0) + hidden_row(1) + label(0, 0, 0) + label(2, 1, 0)
    pages = read_pages(first, label(0, 0, 0), label(0, 0, 0), texts=("甲",), states=(0, 1, 2))
    assert [page.notes for page in pages] == [
        ("hidden rows: 1-2", "hidden columns: B"),
        ("hidden sheet",),
        ("very hidden sheet",),
    ]
    assert texts(pages[0]) == {(0, 0): "甲", (2, 1): "甲"}


def test_days_may_count_from_1904() -> None:
    (page,) = read_pages(number(0, 0, 43894.0, 1), codes=("yyyy-m-d",), settings=record(0x22, "H", 1))
    assert texts(page) == {(0, 0): "2024-3-5"}


def test_zeros_may_not_be_shown() -> None:
    view = record(0x23E, "HHHIHHI", 0x6A6, 0, 0, 64, 0, 0, 0)  # without the bit for zeros
    (page,) = read_pages(number(0, 0, 0.0) + number(0, 1, 5.0) + view)
    assert texts(page) == {(0, 1): "5"}
    assert page.notes == ("zeros that the sheet does not show: A1",)


def test_a_stray_far_cell_costs_nothing() -> None:
    (page,) = read_pages(label(0, 0, 0) + label(65_535, 255, 0), texts=("甲",))
    assert (len(page.tables[0].cells), page.tables[0].row_count) == (2, 65_536)


@pytest.mark.parametrize(("name", "format"), [("a.xls", "xls"), ("a.ET", "et"), ("a.doc", "xls")])
def test_the_extension_tells_et_from_xls(name: str, format: str) -> None:
    data = ole("Workbook", oldoffice.workbook(label(0, 0, 0), texts=("甲",)))
    document = read_file(SourceFile(name, data))
    assert (document.format, len(document.pages)) == (format, 1)


def test_a_workbook_under_a_password_says_so() -> None:
    protected = record(0x2F, "HHHIIIIIIIIIIIII", 1, 1, 1, *[0] * 13)
    with pytest.raises(EncryptedFile):
        read_pages(label(0, 0, 0), texts=("甲",), settings=protected)


def test_a_workbook_that_is_cut_short_is_refused_wherever() -> None:
    sheet = b"".join(number(row, column, float(row)) for row in range(100) for column in range(6))
    data = ole("Workbook", oldoffice.workbook(sheet))
    for end in range(512, len(data), 97):
        with pytest.raises(ExtractError):
            read_file(SourceFile("a.xls", data[:end]))


def test_a_stream_that_is_cut_short_is_refused() -> None:
    sheet = b"".join(number(row, 0, float(row)) for row in range(1_000))
    stream = oldoffice.workbook(sheet)
    for end in (len(stream) - 4, len(stream) - 18 * 5 - 4, len(stream) // 2):
        with pytest.raises(UnreadableFile, match="damaged or unusual"):
            read_file(SourceFile("a.xls", ole("Workbook", stream[:end])))


def test_damage_is_one_line() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_file(SourceFile("a.xls", ole("Workbook", b"\x09\x08\xff\xff")))
    assert caught.value.problem.endswith("open it in Excel or WPS and save it as xlsx")
    assert "\n" not in caught.value.problem


def test_what_is_struck_through_is_left_out_and_what_is_raised_stays_apart() -> None:
    struck, raised = (0x08, 0), (0, 1)
    (page,) = read_pages(
        label(0, 0, 0) + label(0, 1, 1) + label(0, 2, 2, 1) + number(0, 3, 3.0, 2) + number(0, 4, 5.0),
        texts=(rich("新旧值", (1, 1), (2, 0)), rich("10" + "3", (2, 2)), "旧"),
        looks=(struck, raised),
    )
    assert texts(page) == {(0, 0): "新值", (0, 1): "10³", (0, 3): "³", (0, 4): "5"}
    assert page.notes == ("struck-through texts left out: A1, C1",)
