"""Sheets of Excel workbooks, damaged workbooks, and limits."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from extract import EncryptedFile, Line, TooLarge, UnreadableFile
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.xlsxs import MAIN, cells, merged, pack, parts_of, read_parts, read_sheet, relations, texts

# Sheets


def test_each_sheet_is_a_page() -> None:
    sheets = (cells("A1 甲"), "<sheetData/>", cells("A1 丙"))
    pages = read_parts(parts_of(*sheets, states={2: "hidden", 3: "veryHidden"}))
    assert [(page.number, page.name, page.notes, len(page.tables)) for page in pages] == [
        (1, "表1", (), 1),
        (2, "表2", ("hidden sheet",), 0),
        (3, "表3", ("very hidden sheet",), 1),
    ]


def test_hidden_rows_and_columns_stay_and_are_noted() -> None:
    columns = "".join(
        f'<col min="{first}" max="{last}" hidden="{hidden}"/>'
        for first, last, hidden in ((3, 3, 1), (4, 4, 0), (5, 16_384, 1))
    )
    rows = "".join(
        f'<row r="{n}"{hidden}><c r="F{n}"><v>{n}</v></c></row>'
        for n, hidden in enumerate(("", ' hidden="1"', ' hidden="true"', "", ' hidden="1"', ' hidden="0"'), 1)
    )
    page = read_sheet(f"<cols>{columns}</cols><sheetData>{rows}<row r='99' hidden='1'/></sheetData>")
    assert page.notes == ("hidden rows: 2-3, 5", "hidden columns: C, E-F")
    assert list(texts(page).values()) == ["1", "2", "3", "4", "5", "6"]


def test_what_is_hidden_is_doubtful_unless_a_part_of_its_cell_is_seen() -> None:
    hidden = '<cols><col min="2" max="3" hidden="1"/></cols>'
    sheet = hidden + cells("A1 甲", "B1 乙", "B2 丙", "D1 丁", after=merged("B2:D2"))
    page = read_sheet(sheet.replace("</row>", '</row><row r="9" hidden="true"><c r="A9"><v>9</v></c></row>'))
    assert {cell.text: cell.confidence for cell in page.tables[0].cells} == {
        "甲": 1.0,
        "乙": 0.5,
        "丙": 1.0,
        "丁": 1.0,
        "9": 0.5,
    }
    pages = read_parts(parts_of(cells("A1 甲"), cells("A1 乙"), states={2: "hidden"}))
    assert [page.tables[0].cells[0].confidence for page in pages] == [1.0, 0.5]


def test_chart_sheets_and_modules_are_noted() -> None:
    parts = parts_of(cells("A1 甲"), "", "")
    parts["xl/worksheets/sheet2.xml"] = f'<chartsheet xmlns="{MAIN}"/>'
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace('r:id="worksheet3"', 'r:id=""')
    pages = read_parts(parts)
    assert [page.notes for page in pages] == [
        (),
        ("no cells: the sheet is a chartsheet",),
        ("no cells: the sheet is a module",),
    ]


def test_text_boxes_are_lines_above_or_below_the_cells() -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

    def box(row: int, *paragraphs: str) -> str:
        body = "".join(f"<a:p><a:r><a:rPr/><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
        return (
            f"<anchor><from><row>{row}</row></from><grpSp><sp><txBody>{body}</txBody></sp></grpSp></anchor>"
        )

    parts = parts_of(cells("A3 甲"))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(drawing="../drawings/drawing1.xml")
    fallback = "<Fallback><sp><txBody><a:p><a:r><a:t>旧</a:t></a:r></a:p></txBody></sp></Fallback>"
    parts["xl/drawings/drawing1.xml"] = (
        f'<wsDr xmlns="{drawing}" xmlns:a="a">{box(5, "注：", "一<a:br/>")}{box(0, "2024年度")}'
        f"<anchor><pic/>{fallback}</anchor></wsDr>"
    )
    (page,) = read_parts(parts)
    assert page.lines == (Line("2024年度", 0), Line("注：", 1), Line("一", 1))
    assert page.notes == ("pictures and charts, of which no text is read: 1",)


# Damage and limits


def damaged(parts: Mapping[str, str | bytes]) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_parts(parts)
    assert "\n" not in caught.value.problem
    return caught.value.problem


@pytest.mark.parametrize(
    ("sheet", "what"),
    [
        ('<sheetData><row><c r="A1"><v>abc</v></c></row></sheetData>', "could not convert string to float"),
        ('<sheetData><row><c r="A1"><v>1_0</v></c></row></sheetData>', "a number 1_0"),
        ('<sheetData><row><c r="A1"><v>1e999</v></c></row></sheetData>', "a number 1e999"),
        ('<sheetData><row><c r="A1" t="s"><v>7</v></c></row></sheetData>', "range"),
        ('<sheetData><row><c r="A1" t="s"><v>-1</v></c></row></sheetData>', "a number -1"),
        ('<sheetData><row><c r="A1" s="9"><v>1</v></c></row></sheetData>', "range"),
        ('<sheetData><row><c r="A1" t="z"><v>1</v></c></row></sheetData>', "a cell of type z"),
        ('<sheetData><row r="0"><c><v>1</v></c></row></sheetData>', "more rows or columns"),
        ('<sheetData><row r="1048577"><c><v>1</v></c></row></sheetData>', "more rows or columns"),
        ('<sheetData><row><c r="XFD1"/><c><v>1</v></c></row></sheetData>', "more rows or columns"),
        ('<cols><col min="0" max="3" hidden="1"/></cols>', "columns 0 to 3"),
        ('<sheetData><row><c r="A0"><v>1</v></c></row></sheetData>', "a cell A0"),
        ('<sheetData><row><c r="A1048577"><v>1</v></c></row></sheetData>', "a cell A1048577"),
        ('<sheetData><row><c r="XFE1"><v>1</v></c></row></sheetData>', "a column XFE"),
        ('<sheetData><row><c r="É1"><v>1</v></c></row></sheetData>', "a column É"),
        ('<mergeCells><mergeCell ref="B2:A1"/></mergeCells>', "merged range B2:A1"),
        ("<sheetData><row>", "mismatched tag"),
        ("<a>" * 300 + "</a>" * 300, "elements nested too deep"),
    ],
)
def test_what_no_program_writes_is_damage(sheet: str, what: str) -> None:
    assert what in damaged(parts_of(sheet))


def test_a_part_that_is_missing_is_damage() -> None:
    for part, what in {
        "xl/worksheets/sheet1.xml": "sheet 表1 is missing",
        "xl/workbook.xml": "no sheets",
        "xl/sharedStrings.xml": "range",
    }.items():
        parts = parts_of(
            '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>', strings="<si><t>甲</t></si>"
        )
        del parts[part]
        assert what in damaged(parts)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_damage() -> None:
    parts, name = parts_of(cells("A1 甲")), "xl/worksheets/sheet1.xml"
    buffer = io.BytesIO(pack(parts))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, str(parts[name]))  # the same once more
    assert texts(read_file(SourceFile("a.xlsx", buffer.getvalue())).pages[0]) == {(0, 0): "甲"}
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name.upper(), str(parts[name]).replace("甲", "乙"))
    with pytest.raises(UnreadableFile, match="two members"):
        read_file(SourceFile("a.xlsx", buffer.getvalue()))


def test_entities_are_refused_and_not_expanded() -> None:
    entities = '<!DOCTYPE worksheet [<!ENTITY a "x">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"):
        parts = parts_of(cells("A1 甲"))
        parts[part] = f"{entities}]>{str(parts[part]).replace('甲', '&i;')}"
        assert "the file is damaged" in damaged(parts) or "a DTD in it" in damaged(parts)


@pytest.mark.parametrize(
    ("sheet", "strings"),
    [
        (merged("A1:CV30000"), ""),
        (
            "<sheetData><row>" + '<c t="s"><v>0</v></c>' * 600 + "</row></sheetData>",
            f"<si><t>{'甲' * 10**6}</t></si>",
        ),
    ],
    ids=["merged cells", "one long text, often"],
)
def test_what_grows_beyond_the_file_is_refused(sheet: str, strings: str) -> None:
    with pytest.raises(TooLarge, match="more than 2,000,000 places"):
        read_sheet(sheet, strings=strings)


def test_too_many_sheets_are_refused() -> None:
    with pytest.raises(TooLarge, match="more than 1,000 sheets"):
        read_parts(parts_of(*["<sheetData/>"] * 1_001))


def test_a_binary_workbook_says_what_to_do() -> None:
    parts = parts_of(cells("A1 甲"))
    parts["_rels/.rels"] = relations(officeDocument="xl/workbook.bin")
    assert damaged(parts) == "the workbook is a binary one (xlsb), which cannot be read; save it as xlsx"


def test_an_encrypted_member_says_so() -> None:
    data = bytearray(pack(parts_of(cells("A1 甲"))))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(EncryptedFile):
        read_file(SourceFile("a.xlsx", bytes(data)))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_a_workbook_that_is_cut_short_is_refused(kept: float) -> None:
    data = pack(parts_of(cells(*(f"A{n} {n}" for n in range(1, 200)))))
    with pytest.raises(Exception, match="damaged"):
        read_file(SourceFile("a.xlsx", data[: int(len(data) * kept)]))
