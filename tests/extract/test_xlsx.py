"""The reader of Excel workbooks: parts of XML in, pages with the texts that Excel shows out."""

import io

import openpyxl
import pytest

from extract import Cell, Page
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.xlsxs import MAIN, STRICT, cells, merged, parts_of, read_parts, read_sheet, text_of, texts

# Texts


def test_rows_and_columns_count_from_the_first_cell_of_the_sheet() -> None:
    page = read_sheet(cells("B3 指标", "AA12 ≥90%"))
    assert page == Page(1, page.tables, name="表1")
    (table,) = page.tables
    assert (table.row_count, table.column_count) == (12, 27)
    assert table.cells == (Cell(2, 1, "指标", lines=("指标",)), Cell(11, 26, "≥90%", lines=("≥90%",)))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('s="1"><v>0.95</v>', "95%"),
        ('s="1" t="n"><v> 0.95 </v>', "95%"),
        ('s="2"><v>1234.5</v>', "1,234.50"),
        ('s="3"><v>45356</v>', "2024年3月5日"),
        ('s="3" t="d"><v>2024-03-05T00:00:00</v>', "2024年3月5日"),
        ('s="4" t="d"><v>14:24:00</v>', "14:24"),
        ('s="5"><v>5</v>', "≥5"),
        ('s="6"><v>12.34</v>', "12.3万元"),
        ('s=""><v>0.28999999999999998</v>', "0.29"),
        ("><v>123456789012</v>", "1.23457E+11"),
        ('t="b"><v>1</v>', "TRUE"),
        ('t="b" s="1"><v>0</v>', "FALSE"),
        ('t="e"><v>#DIV/0!</v>', "#DIV/0!"),
        ('t="str"><f>A1</f><v>甲&#13;&#10;乙</v>', "甲\n乙"),
        ("><f>100%</f><v>1</v>", "1"),
        ('t="inlineStr"><is><t>=100%</t></is>', "=100%"),
        ('t="inlineStr"><is><r><t>绩</t></r><r><rPr><b/></rPr><t>效</t></r></is>', "绩效"),
        ('t="inlineStr" s="7"><is><t>健全</t></is>', "（健全）"),
    ],
)
def test_a_cell_shows_what_excel_shows(cell: str, text: str) -> None:
    codes = ("0%", "#,##0.00", 'yyyy"年"m"月"d"日"', "h:mm", '"≥"0', '0.0"万元"', "0;0;0;（@）")
    assert text_of(cell, codes) == text


def test_shared_strings_are_whole_but_for_phonetic_runs() -> None:
    strings = (
        "<si><t>甲</t></si>"
        "<si><r><t>数量</t></r><r><rPr/><t xml:space='preserve'> 指标</t></r>"
        "<rPh sb='0' eb='1'><t>shù</t></rPh><phoneticPr/></si>"
        "<si><t>一、_x000D_\n二、_x005F_x000D__x0007_</t></si>"
    )
    assert text_of('t="s"><v>1</v>', strings=strings) == "数量 指标"
    page = read_sheet('<sheetData><row><c t="s"><v>2</v></c></row></sheetData>', strings=strings)
    (cell,) = page.tables[0].cells
    assert (cell.text, cell.lines) == ("一、\n二、_x000D_", ("一、", "二、_x000D_"))


def rich(*runs: tuple[str, str]) -> str:
    return "".join(f"<r><rPr>{look}</rPr><t>{text}</t></r>" for text, look in runs)


RAISED, STRUCK = '<vertAlign val="superscript"/>', "<strike/>"


def test_struck_through_runs_are_left_out_and_noted() -> None:
    runs = rich(("旧", STRUCK), ("新", '<strike val="0"/>')) + "<r><t>值</t></r>"
    strings = f"<si>{runs}</si><si><t>甲</t></si>"
    row = f'<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is>{runs}</is></c>'
    page = read_sheet(f"<sheetData><row>{row}</row></sheetData>", strings=strings)
    assert list(texts(page).values()) == ["新值", "甲", "新值"]
    assert page.notes == ("struck-through texts left out: A1, C1",)


def test_superscripts_are_no_digits_of_the_number_before_them() -> None:
    strings = f"<si>{rich(('10', ''), ('3', RAISED), ('，5m', ''), ('2', RAISED))}</si>"
    assert text_of('t="s"><v>0</v>', strings=strings) == "10³，5m²"


def test_cells_of_a_struck_through_style_are_left_out_and_noted() -> None:
    parts = parts_of(
        '<sheetData><row><c s="1"><v>5</v></c><c s="2"><v>3</v></c><c><v>6</v></c><c s="1"/>'
        '<c t="inlineStr" s="1"><is><t>旧</t></is></c></row></sheetData>'
    )
    fonts = f"<fonts><font/><font>{STRUCK}</font><font>{RAISED}</font></fonts>"
    styles = "".join(f'<xf numFmtId="0" fontId="{n}"/>' for n in range(3))
    parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{fonts}<cellXfs>{styles}</cellXfs></styleSheet>'
    (page,) = read_parts(parts)
    assert texts(page) == {(0, 1): "³", (0, 2): "6"}
    assert page.notes == ("struck-through texts left out: A1, E1",)


def test_cells_and_rows_without_names_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r='4'/>"
    named = "<row><c r='C5'><v>3</v></c><c><v>4</v></c></row>"
    page = read_sheet(f"<sheetData>{rows}{named}</sheetData>")
    assert texts(page) == {(0, 0): "1", (0, 2): "2", (4, 2): "3", (4, 3): "4"}


def test_a_text_that_its_cell_does_not_show_is_in_no_other() -> None:
    stray = '<c><v>1</v><is><t>甲</t></is></c><c t="inlineStr"><is><t>乙</t></is></c>'
    assert texts(read_sheet(f"<sheetData><row>{stray}</row></sheetData>")) == {(0, 0): "1", (0, 1): "乙"}


def test_blank_cells_are_none() -> None:
    page = read_sheet('<sheetData><row><c r="A1" s="0"/><c r="B1" t="str"><v> </v></c></row></sheetData>')
    assert page == Page(1, name="表1")


def test_days_may_count_from_1904() -> None:
    assert text_of('s="1"><v>43894</v>', ("yyyy-m-d",), workbook='<workbookPr date1904="1"/>') == "2024-3-5"
    assert text_of('s="1"><v>45356</v>', ("yyyy-m-d",), workbook='<workbookPr date1904="0"/>') == "2024-3-5"


@pytest.mark.parametrize(("prefix", "namespace"), [("", STRICT), ("x:", MAIN)], ids=["strict", "prefix"])
def test_other_namespaces_and_prefixes_read_alike(prefix: str, namespace: str) -> None:
    parts = parts_of(
        cells("A1 甲", after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), namespace=namespace
    )
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    for name in ("worksheet", "sheetData", "row", "c", "is", "t", "mergeCells", "mergeCell"):
        sheet = sheet.replace(f"<{name} ", f"<{prefix}{name} ").replace(f"<{name}>", f"<{prefix}{name}>")
        sheet = sheet.replace(f"</{name}>", f"</{prefix}{name}>")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("xmlns=", f"xmlns{':x' if prefix else ''}=")
    (page,) = read_parts(parts)
    assert page.tables[0].cells == (Cell(0, 0, "甲", 1, 2, lines=("甲",)),)


def test_a_workbook_without_styles_and_strings_is_read() -> None:
    parts = parts_of('<sheetData><row><c s="7"><v>0.95</v></c></row></sheetData>')
    del parts["xl/styles.xml"], parts["xl/sharedStrings.xml"]
    (page,) = read_parts(parts)
    assert texts(page) == {(0, 0): "0.95"}


def test_what_openpyxl_writes_is_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "绩效"
    sheet["A1"] = "绩效目标表"
    sheet.merge_cells("A1:C2")
    sheet["B3"] = 0.95
    sheet["B3"].number_format = "0.0%"
    sheet["C3"] = "=100%"
    sheet["C3"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    (page,) = read_file(SourceFile("a.xlsx", file.getvalue())).pages
    assert page.name == "绩效"
    assert page.tables[0].cells == (
        Cell(0, 0, "绩效目标表", 2, 3, lines=("绩效目标表",)),
        Cell(2, 1, "95.0%", lines=("95.0%",)),
        Cell(2, 2, "=100%", lines=("=100%",)),
    )


# Formulas, and what is doubtful


def test_formulas_without_a_result_are_empty_and_noted() -> None:
    without = "<c><f>B1</f></c><c><f>1+1</f><v/></c>"
    with_result = '<c t="str"><f>""</f><v></v></c><c><f>2</f><v>2</v></c>'
    page = read_sheet(f"<sheetData><row>{without}{with_result}</row></sheetData>")
    assert page.notes == ("formulas without a stored result, left empty: A1, B1",)
    assert texts(page) == {(0, 3): "2"}


def test_results_that_excel_computes_anew_are_doubtful() -> None:
    sheet = "<sheetData><row><c><f>B9</f><v>0</v></c><c><v>5</v></c></row></sheetData>"
    page = read_sheet(sheet, workbook='<calcPr fullCalcOnLoad="1"/>')
    assert [(cell.text, cell.confidence) for cell in page.tables[0].cells] == [("0", 0.5), ("5", 1.0)]
    assert page.notes == ("formulas that are to be computed anew, their stored results shown: A1",)


def test_a_format_that_is_not_understood_is_doubtful() -> None:
    sheet = '<sheetData><row><c s="1"><v>0.5</v></c><c s="1" t="str"><v>甲</v></c></row></sheetData>'
    page = read_sheet(sheet, ("[NatNum12]0",))
    assert [(cell.text, cell.confidence) for cell in page.tables[0].cells] == [("0.5", 0.5), ("甲", 0.5)]
    assert page.notes == ("number format [NatNum12]0 not understood, value shown without it: A1, B1",)


def test_zeros_may_not_be_shown() -> None:
    view = '<sheetViews><sheetView showZeros="0"/></sheetViews>'
    page = read_sheet(f"{view}<sheetData><row><c><v>0</v></c><c><v>0.4</v></c></row></sheetData>")
    assert texts(page) == {(0, 1): "0.4"}
    assert page.notes == ("zeros that the sheet does not show: A1",)


def test_conditional_number_formats_are_noted() -> None:
    rules = (
        '<conditionalFormatting sqref="B2:B9"><cfRule dxfId="1"/></conditionalFormatting>'
        '<conditionalFormatting sqref="C2"><cfRule dxfId="0"/></conditionalFormatting>'
    )
    parts = parts_of(cells("A1 甲", after=rules))
    styles = str(parts["xl/styles.xml"])
    dxfs = "<dxfs><dxf><font/></dxf><dxf><numFmt numFmtId='9' formatCode=';;;'/></dxf></dxfs>"
    parts["xl/styles.xml"] = styles.replace("</styleSheet>", f"{dxfs}</styleSheet>")
    (page,) = read_parts(parts)
    assert page.notes == ("ranges in which a condition may give numbers another format: B2:B9",)


# Merged cells


def spans(page: Page) -> dict[tuple[int, int], tuple[str, int, int]]:
    (table,) = page.tables
    return {(cell.row, cell.column): (cell.text, cell.rowspan, cell.colspan) for cell in table.cells}


def test_merged_cells_have_spans_and_empty_ones_stay() -> None:
    page = read_sheet(cells("A1 标题", "A2 产出", after=merged("A1:C1", "A2:A3", "B4:C5", "D1:D1")))
    assert spans(page) == {(0, 0): ("标题", 1, 3), (1, 0): ("产出", 2, 1), (3, 1): ("", 2, 2)}
    assert (page.tables[0].row_count, page.tables[0].column_count) == (5, 3)


def test_texts_under_a_merged_cell_are_not_shown() -> None:
    page = read_sheet(cells("A1 甲", "B1 乙", "A2 丙", "C1 丁", after=merged("A1:B2")))
    assert spans(page) == {(0, 0): ("甲", 2, 2), (0, 2): ("丁", 1, 1)}
    assert page.notes == ("texts under merged cells left out: B1, A2",)


def test_of_ranges_that_overlap_the_first_counts() -> None:
    page = read_sheet(cells("A1 甲", "B2 乙", "C3 丙", after=merged("A1:B1", "B1:B2", "C3:D3")))
    assert spans(page) == {(0, 0): ("甲", 1, 2), (1, 1): ("乙", 1, 1), (2, 2): ("丙", 1, 2)}


def test_whole_columns_and_rows_end_with_the_sheet() -> None:
    page = read_sheet(cells("A1 标题", "B3 丙", "C9 丁", after=merged("A1:XFD2", "B3:B1048576")))
    assert spans(page) == {(0, 0): ("标题", 2, 3), (2, 1): ("丙", 7, 1), (8, 2): ("丁", 1, 1)}


def test_a_stray_far_cell_costs_nothing() -> None:
    page = read_sheet(cells("A1 甲", "XFD1048576 乙", after=merged("A1:B2")))
    (table,) = page.tables
    assert (len(table.cells), table.row_count, table.column_count) == (2, 1_048_576, 16_384)
