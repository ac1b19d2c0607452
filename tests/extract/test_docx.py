"""Word documents, each made here of nothing but the XML that shows one difficulty."""

import io
import time
import zipfile
from itertools import pairwise

import docx
import pytest
from hypothesis import given

from extract import Document, EmptyFile, EncryptedFile, Line, Page, Table, TooLarge, UnreadableFile
from extract import docx as docx_reader
from extract.numbering import number
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.partitions import Place, partitions, places

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(**parts: str) -> bytes:
    """A package of the parts named, in word/; without document.xml where there is none."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"settings": "<settings/>", **parts}.items():
            archive.writestr(f"word/{name}.xml", text)
        relations = "".join(
            f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>' for name in parts
        )
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
    return file.getvalue()


def document(body: str, namespace: str = TRANSITIONAL, **parts: str) -> bytes:
    root = f'<w:document xmlns:w="{namespace}" xmlns:r="{RELATIONS}" xmlns:mc="mc" xmlns:v="v" xmlns:m="m">'
    return package(document=f"{root}<w:body>{body}</w:body></w:document>", **parts)


def read_bytes(data: bytes) -> Document:
    return read_file(SourceFile("filing.docx", data))


def read(body: str, **parts: str) -> tuple[Page, ...]:
    return read_bytes(document(body, **parts)).pages


def only_page(body: str, **parts: str) -> Page:
    (page,) = read(body, **parts)
    return page


def lines(body: str, **parts: str) -> list[str]:
    return [line.text for line in only_page(body, **parts).lines]


def only_table(body: str) -> Table:
    (table,) = only_page(body).tables
    return table


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(text: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text) if text else ''}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    """A cell; a content that is no markup is its one paragraph."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*content: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(content)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


# The grid


def test_cells_have_their_places_and_empty_ones_are_places() -> None:
    table = only_table(tbl(tr(tc("指标"), tc("值")), tr(tc(), tc("=5个"))))
    assert places(table) == [(0, 0, 1, 1, "指标"), (0, 1, 1, 1, "值"), (1, 0, 1, 1, ""), (1, 1, 1, 1, "=5个")]
    assert (table.row_count, table.column_count, table.bbox) == (2, 2, None)


def test_merged_cells_are_one_cell_with_spans() -> None:
    table = only_table(
        tbl(
            tr(tc("产出", RESTART), tc("数量", span(2))),
            tr(tc("", CONTINUE), tc("质量"), tc("90%")),
            tr(tc("", CONTINUE), tc("时效", span(2))),
        )
    )
    assert places(table) == [
        (0, 0, 3, 1, "产出"),
        (0, 1, 1, 2, "数量"),
        (1, 1, 1, 1, "质量"),
        (1, 2, 1, 1, "90%"),
        (2, 1, 1, 2, "时效"),
    ]
    assert (table.row_count, table.column_count) == (3, 3)


def test_a_row_may_begin_after_the_first_column() -> None:
    table = only_table(tbl(tr(tc("甲"), tc("乙")), tr(tc("丙"), properties='<w:gridBefore w:val="1"/>')))
    assert places(table)[-1] == (1, 1, 1, 1, "丙")


def test_a_merge_downwards_begins_anew_at_restart_and_at_other_sides() -> None:
    table = only_table(
        tbl(
            tr(tc("甲", RESTART), tc("一")),
            tr(tc("乙", RESTART), tc("二")),
            tr(tc("丙", CONTINUE + span(2))),
            tr(tc("丁"), tc("四")),
            tr(tc("戊", CONTINUE), tc("五")),
        )
    )
    assert [cell for cell in places(table) if cell[1] == 0] == [
        (0, 0, 1, 1, "甲"),
        (1, 0, 1, 1, "乙"),
        (2, 0, 1, 2, "丙"),
        (3, 0, 1, 1, "丁"),
        (4, 0, 1, 1, "戊"),
    ]


def test_the_older_merge_sideways() -> None:
    restart, further = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    rows = (
        tr(tc("甲", restart + RESTART), tc("", further + RESTART), tc("乙")),
        tr(tc("", restart + CONTINUE), tc("", further + CONTINUE), tc("丙")),
    )
    assert places(only_table(tbl(*rows))) == [(0, 0, 2, 2, "甲"), (0, 2, 1, 1, "乙"), (1, 2, 1, 1, "丙")]


def test_text_under_a_merged_cell_is_not_seen_and_noted() -> None:
    page = only_page(tbl(tr(tc("甲", RESTART), tc("一")), tr(tc("藏", CONTINUE), tc("二"))))
    assert places(page.tables[0])[0] == (0, 0, 2, 1, "甲")
    assert page.notes == ("hidden texts left out: 1",)


def continued(cells: list[Place], row: int) -> list[Place]:
    """The cells of ``row``, those that a merge from above goes on in included, in their order."""
    here = [cell for cell in cells if cell[0] <= row < cell[0] + cell[2]]
    return sorted(here, key=lambda cell: cell[1])


def written(cell: Place, row: int) -> str:
    """What ``cell`` is in ``row``: itself, or a place that its merge goes on in."""
    top, _, height, width, text = cell
    merge = "" if height == 1 else RESTART if top == row else CONTINUE
    return tc(text if top == row else "", span(width) + merge)


@given(partitions())
def test_any_grid_survives(cells: list[Place]) -> None:
    last = max(cell[0] + cell[2] for cell in cells)
    rows = [tr(*(written(cell, row) for cell in continued(cells, row))) for row in range(last)]
    assert places(only_table(tbl(*rows))) == cells


def test_what_python_docx_makes() -> None:
    made = docx.Document()
    made.add_heading("项目支出绩效目标表", 0)
    table = made.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "产出指标"
    table.cell(2, 2).text = "≥90%"
    file = io.BytesIO()
    made.save(file)
    (page,) = read_bytes(file.getvalue()).pages
    assert page.lines == (Line("项目支出绩效目标表"),)
    assert places(page.tables[0]) == [
        (0, 0, 2, 2, "产出指标"),
        (0, 2, 1, 1, ""),
        (1, 2, 1, 1, ""),
        (2, 0, 1, 1, ""),
        (2, 1, 1, 1, ""),
        (2, 2, 1, 1, "≥90%"),
    ]


# Cells and lines


def test_paragraphs_and_breaks_are_the_lines_of_a_cell() -> None:
    content = f"{p()}{p('一、规划')}<w:p>{run('二、')}<w:r><w:br/><w:t>实施</w:t><w:cr/></w:r></w:p>{p()}"
    (cell,) = only_table(tbl(tr(tc(content)))).cells
    assert cell.text == "一、规划\n二、\n实施"
    assert cell.lines == ("一、规划", "二、", "实施")
    assert only_table(tbl(tr(tc()))).cells[0].lines == ()


def test_lines_know_how_many_tables_stand_above() -> None:
    page = only_page(p("标题") + tbl(tr(tc("1"))) + p() + p("中") + tbl(tr(tc("2"))) + p("末"))
    assert page.lines == (Line("标题", 0), Line("中", 1), Line("末", 2))
    assert [table.cells[0].text for table in page.tables] == ["1", "2"]


def test_signs_that_are_no_text() -> None:
    signs = "<w:t>甲</w:t><w:tab/><w:t>2024</w:t><w:noBreakHyphen/><w:t>1</w:t><w:softHyphen/>"
    assert lines(f"<w:p><w:r>{signs}</w:r></w:p>") == ["甲\t2024-1"]


def test_white_space_counts_where_it_is_to_be_preserved() -> None:
    assert lines("<w:p><w:r><w:t> 甲 </w:t></w:r>" + run(" 乙") + "</w:p>") == ["甲 乙"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "☑"),
        ('<w:sym w:font="Wingdings" w:char="F0A8"/>', "□"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "≥"),
        ('<w:sym w:font="宋体" w:char="2611"/>', "☑"),
        ('<w:sym w:font="Wingdings" w:char="F02A"/>', "\ufffd"),
        ('<w:sym w:font="Symbol" w:char="none"/>', "\ufffd"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/></w:rPr><w:t>R是£否</w:t>', "☑是□否"),
        ("<w:t>☑ □ ☐</w:t>", "☑ □ ☐"),
    ],
)
def test_signs_of_symbol_fonts(markup: str, text: str) -> None:
    assert lines(f"<w:p><w:r>{markup}</w:r></w:p>") == [text]


def test_hidden_text_is_left_out_and_noted() -> None:
    hidden, shown = run("藏", "<w:vanish/>"), run("显", '<w:vanish w:val="0"/>')
    page = only_page(f"<w:p>{hidden}{shown}{run(' ', '<w:vanish/>')}</w:p>")
    assert (page.lines, page.notes) == ((Line("显"),), ("hidden texts left out: 1",))


@pytest.mark.parametrize("strike", ["<w:strike/>", "<w:dstrike/>"])
def test_struck_through_text_is_left_out_and_noted(strike: str) -> None:
    shown = run("新", '<w:strike w:val="0"/>')
    page = only_page(f"<w:p>{run('旧', strike)}{run(' ', strike)}{shown}</w:p>")
    assert (page.lines, page.notes) == ((Line("新"),), ("struck-through texts left out: 1",))


def test_a_superscript_is_no_digit_of_the_number_before_it() -> None:
    raised, lowered = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    paragraph = (
        run("10") + run("3", raised) + run("，5m") + run("2", raised) + run("，CO") + run("2", lowered)
    )
    assert lines(f"<w:p>{paragraph}</w:p>") == ["10³，5m²，CO2"]


def test_content_controls_at_every_level() -> None:
    def sdt(content: str) -> str:
        return f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    row = tr(tc("甲"), sdt(tc(sdt(p("乙")))))
    body = sdt(p("标题")) + tbl(sdt(row), tr(tc(f"<w:p>{run('丙')}{sdt(run('丁'))}</w:p>"), tc()))
    page = only_page(body)
    assert page.lines == (Line("标题"),)
    assert [cell.text for cell in page.tables[0].cells] == ["甲", "乙", "丙丁", ""]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{p('框')}</w:txbxContent>"
    choice = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
    fallback = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    older = f"<w:r><mc:AlternateContent>{fallback}</mc:AlternateContent></w:r>"
    assert lines(f"<w:p>{both}{run('文')}</w:p><w:p>{older}</w:p>") == ["文", "框", "框"]
    assert only_table(tbl(tr(tc(f"<w:p>{both}{run('格')}</w:p>")))).cells[0].text == "格\n框"


def test_a_table_in_a_text_box_is_a_table() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{tbl(tr(tc('甲')))}</w:txbxContent></w:pict></w:r>"
    assert places(only_table(f"<w:p>{box}</w:p>")) == [(0, 0, 1, 1, "甲")]


def test_fields_show_their_results() -> None:
    simple = f'<w:fldSimple w:instr="DATE">{run("2024")}</w:fldSimple>'
    begin, middle, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    inner = f"{begin}<w:r><w:instrText>REF x</w:instrText></w:r>{middle}{run('x')}{end}"
    outer = f"{begin}{inner}{middle}{run('年度')}{end}"
    page = only_page(f"<w:p>{simple}{outer}{run('表')}</w:p>")
    assert (page.lines, page.notes) == ((Line("2024年度表"),), ("hidden texts left out: 1",))


@pytest.mark.parametrize(
    ("state", "sign"),
    [
        ("", "☐"),
        ("<w:checked/>", "☑"),
        ('<w:default w:val="1"/>', "☑"),
        ('<w:default w:val="1"/><w:checked w:val="0"/>', "☐"),
    ],
)
def test_check_boxes_of_forms(state: str, sign: str) -> None:
    data = f"<w:ffData><w:checkBox>{state}</w:checkBox></w:ffData>"
    field = f'<w:fldChar w:fldCharType="begin">{data}</w:fldChar><w:fldChar w:fldCharType="end"/>'
    assert lines(f"<w:p><w:r>{field}</w:r>{run('是')}</w:p>") == [sign + "是"]


def test_readings_above_characters_are_no_text() -> None:
    ruby = f"<w:ruby><w:rt>{run('jì')}</w:rt><w:rubyBase>{run('绩')}</w:rubyBase></w:ruby>"
    assert lines(f"<w:p><w:r>{ruby}</w:r>{run('效')}</w:p>") == ["绩效"]


def test_what_cannot_be_read_is_noted() -> None:
    drawing = "<w:drawing><a:blip xmlns:a='a'/></w:drawing><w:pict><v:imagedata/></w:pict>"
    page = only_page(f"<w:p><w:r>{drawing}<w:footnoteReference/></w:r></w:p>")
    assert page == Page(1, notes=("pictures, of which no text is read: 2", "footnotes left out: 1"))


# Tracked changes


def test_insertions_are_in_and_deletions_are_out() -> None:
    moved = f"<w:moveFrom>{run('甲')}</w:moveFrom><w:moveTo>{run('乙')}</w:moveTo>"
    deleted = "<w:del><w:r><w:delText>丙</w:delText></w:r></w:del>"
    page = only_page(f"<w:p>{moved}<w:ins>{run('丁')}</w:ins>{deleted}</w:p>")
    assert (page.lines, page.notes) == ((Line("乙丁"),), ("tracked deletions left out: 2",))


def test_a_deleted_end_of_a_paragraph_joins_it_with_the_next() -> None:
    gone = "<w:rPr><w:del/></w:rPr>"
    assert lines(p("甲", gone) + p("乙", gone) + p("丙") + p("丁")) == ["甲乙丙", "丁"]
    page = only_page(p("甲", gone) + tbl(tr(tc("一"))) + p("乙"))
    assert page.lines == (Line("甲", 0), Line("乙", 1))


def test_deleted_rows_and_cells_are_out() -> None:
    table = only_table(
        tbl(
            tr(tc("甲", RESTART), tc("藏", "<w:cellDel/>"), tc("一")),
            tr(tc("", CONTINUE), tc("藏"), properties="<w:del/>"),
            tr(tc("", CONTINUE), tc("二")),
        )
    )
    assert places(table) == [(0, 0, 2, 1, "甲"), (0, 1, 1, 1, "一"), (1, 1, 1, 1, "二")]


# Tables in tables


def test_a_table_in_a_cell_of_a_form_is_a_table_after_it() -> None:
    inner = tbl(tr(tc("来源"), tc("金额")))
    page = only_page(
        tbl(tr(tc("名称"), tc("甲")), tr(tc("资金"), tc(p("万元") + inner + p("合计")))) + p("末")
    )
    assert [places(table) for table in page.tables] == [
        [(0, 0, 1, 1, "名称"), (0, 1, 1, 1, "甲"), (1, 0, 1, 1, "资金"), (1, 1, 1, 1, "万元\n合计")],
        [(0, 0, 1, 1, "来源"), (0, 1, 1, 1, "金额")],
    ]
    assert page.lines == (Line("末", 2),)


def test_a_table_around_a_form_is_no_table() -> None:
    form = tbl(tr(tc("名称"), tc("甲")))
    page = only_page(tbl(tr(tc(tbl(tr(tc(p("标题") + form + p("说明")))))), tr(tc("填报人"))))
    assert [places(table) for table in page.tables] == [[(0, 0, 1, 1, "名称"), (0, 1, 1, 1, "甲")]]
    assert page.lines == (Line("标题", 0), Line("说明", 1), Line("填报人", 1))


def test_a_box_around_text_in_a_cell_is_no_table() -> None:
    table = only_table(tbl(tr(tc("目标"), tc(p("一") + tbl(tr(tc("二")), tr(tc("三")))))))
    assert places(table) == [(0, 0, 1, 1, "目标"), (0, 1, 1, 1, "一\n二\n三")]


# Pages


def test_breaks_begin_pages() -> None:
    broken = f'<w:p>{run("甲")}<w:r><w:br w:type="page"/></w:r>{run("乙")}</w:p>'
    pages = read(broken + p("丙", "<w:pageBreakBefore/>") + tbl(tr(tc("丁"))))
    assert [(page.number, [line.text for line in page.lines], len(page.tables)) for page in pages] == [
        (1, ["甲"], 0),
        (2, ["乙"], 0),
        (3, ["丙"], 1),
    ]


def test_a_break_before_anything_or_after_everything_makes_no_page() -> None:
    blank = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    assert read(blank + blank + p("甲") + blank + blank) == (Page(1, lines=(Line("甲"),)),)


def test_sections_begin_pages_unless_they_are_continuous() -> None:
    def section(kind: str) -> str:
        return f"<w:sectPr>{kind}</w:sectPr>"

    continuous = '<w:type w:val="continuous"/>'
    body = p("甲", section("")) + p("乙", section(continuous)) + p("丙", section("")) + p("丁") + section("")
    assert [[line.text for line in page.lines] for page in read(body)] == [["甲", "乙"], ["丙"], ["丁"]]


def test_a_break_in_a_cell_does_not_split_the_table() -> None:
    cell = tc(f'<w:p>{run("甲")}<w:r><w:br w:type="page"/></w:r>{run("乙")}</w:p>')
    assert places(only_table(tbl(tr(cell, tc("丙"))))) == [(0, 0, 1, 1, "甲\n乙"), (0, 1, 1, 1, "丙")]


def test_notes_stand_on_the_first_page() -> None:
    first, second = read(p("甲") + p("乙", "<w:pageBreakBefore/>") + f"<w:p>{run('藏', '<w:vanish/>')}</w:p>")
    assert (first.notes, second.notes) == (("hidden texts left out: 1",), ())


# Numbers of lists


def level(depth: int, style: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def numbering(levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    abstract = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{TRANSITIONAL}">{abstract}{nums}</w:numbering>'


def item(text: str, depth: int = 0, key: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr>')


@pytest.mark.parametrize(
    ("style", "text", "label"),
    [
        ("decimal", "%1.", "3. "),
        ("decimal", "（%1）", "（3） "),
        ("chineseCounting", "%1、", "三、 "),
        ("japaneseCounting", "第%1条", "第三条 "),
        ("chineseLegalSimplified", "%1", "叁 "),
        ("decimalEnclosedCircleChinese", "%1", "③ "),
        ("upperRoman", "%1.", "III. "),
        ("lowerLetter", "%1)", "c) "),
        ("ideographTraditional", "%1", "丙 "),
        ("hebrew1", "%1", "3 "),
        ("bullet", "·", ""),
        ("none", "%1", ""),
    ],
)
def test_numbers_of_lists_are_printed(style: str, text: str, label: str) -> None:
    body = item("甲") + tbl(tr(tc(item("乙")))) + item("丙")
    assert lines(body, numbering=numbering(level(0, style, text)))[-1] == f"{label}丙"


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (10, "chineseCounting", "十"),
        (11, "chineseCounting", "十一"),
        (20, "japaneseCounting", "二十"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (3004, "chineseCountingThousand", "三千零四"),
        (10, "chineseLegalSimplified", "壹拾"),
        (20, "ideographDigital", "二〇"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (28, "lowerLetter", "bb"),
        (1994, "upperRoman", "MCMXCIV"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircle", "21"),
        (0, "chineseCounting", "0"),
        (-1, "lowerLetter", "-1"),
        (10_000, "upperRoman", "10000"),
    ],
)
def test_numbers(value: int, style: str, text: str) -> None:
    assert number(value, style) == text


def test_a_number_may_be_all_that_a_cell_shows() -> None:
    page = only_page(tbl(tr(tc(item("")), tc("甲"))), numbering=numbering(level(0, "decimal", "%1")))
    assert page.tables[0].cells[0].text == "1"


def test_deeper_levels_begin_anew_and_name_the_upper_ones() -> None:
    levels = level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>')
    levels += level(1, "decimal", "%1.%2", '<w:suff w:val="space"/><w:isLgl/>')
    body = item("a") + item("b", 1) + item("c", 1) + item("d") + item("e", 1)
    texts = lines(body, numbering=numbering(levels))
    assert texts == ["一、a", "1.1 b", "1.2 c", "二、d", "2.1 e"]


def test_lists_of_one_definition_count_on_unless_they_start_anew() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    nums = "".join(
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="0"/>{more}</w:num>'
        for key, more in ((1, ""), (2, ""), (3, start))
    )
    part = numbering(level(0, "decimal", "%1."), nums)
    body = item("a") + item("b", key=2) + item("c", key=3) + item("d", key=3) + item("e", key=9)
    assert lines(body, numbering=part) == ["1. a", "2. b", "5. c", "6. d", "e"]


def test_styles_number_their_paragraphs() -> None:
    styles = (
        f'<w:styles xmlns:w="{TRANSITIONAL}"><w:style w:styleId="base"><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="kind"><w:basedOn w:val="base"/></w:style></w:styles>'
    )
    part = numbering(level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2", '<w:pStyle w:val="base"/>'))
    body = p("a", '<w:pStyle w:val="kind"/>') + p(
        "b", '<w:pStyle w:val="kind"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    assert lines(body, numbering=part, styles=styles) == ["1.1 a", "b"]


# Other forms of the format


def test_the_strict_form_reads_the_same() -> None:
    body = p("标题") + tbl(tr(tc("甲", RESTART), tc("一", span(2))), tr(tc("", CONTINUE), tc("二"), tc("三")))
    strict = read_bytes(document(body, STRICT))
    assert strict.pages == read(body)
    assert places(strict.pages[0].tables[0])[:2] == [(0, 0, 2, 1, "甲"), (0, 1, 1, 2, "一")]


def test_the_main_part_may_have_another_name() -> None:
    file = io.BytesIO(document(p("甲")))
    moved = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(moved, "w") as other:
        other.writestr("word/document2.xml", archive.read("word/document.xml"))
        relation = f'<Relationship Type="{RELATIONS}/officeDocument" Target="/word/document2.xml"/>'
        other.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
    assert read_bytes(moved.getvalue()).pages[0].lines == (Line("甲"),)


def test_a_page_that_word_takes_in_is_read() -> None:
    body = p("标题") + '<w:altChunk r:id="chunk"/>' + p("末")
    page = only_page(body, chunk="<html><body><table><tr><td>甲<td>乙</table></body></html>")
    assert page.lines == (Line("标题", 0), Line("末", 1))
    assert places(page.tables[0]) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")]
    assert only_page(body, chunk="{\\rtf1}").notes == ("embedded documents left out: 1",)


# Damaged and hostile files

MANY = '<b c=""/>' * 1_500_001


@pytest.mark.parametrize("body", ["", p(), tbl(), "<w:sectPr/>"])
def test_a_document_with_nothing_in_it_says_so(body: str) -> None:
    with pytest.raises(EmptyFile, match="nothing is in the document"):
        read(body)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (package(), "has no body"),
        (package(document="<w:document xmlns:w='w'/>"), "has no body"),
        (package(document="<document><body>"), "damaged .*line 1"),
        (package(document="<!DOCTYPE a [<!ENTITY x '5'>]><document><body/></document>"), "document type"),
        (package(document="<a>" * 10_000), "damaged .*depth"),
        (package(document=f"<a>{MANY}</a>"), "more text or markup"),
        (document(p("甲"))[:-4], "damaged"),
        (document(p("甲"))[300:], "damaged"),
        (document(p("甲")).replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged"),
    ],
)
def test_a_damaged_document_is_one_clear_line(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile, match=problem) as caught:
        docx_reader.read(SourceFile("filing.docx", data))
    assert "\n" not in str(caught.value)


def test_what_expands_beyond_the_limit_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.package.MAX_EXPANDED", 2**20)
    assert read(p("甲" * 100_000))[0].lines
    with pytest.raises(TooLarge, match="expanded, the file is larger than"):
        read(p("甲" * 400_000))


def test_a_password_is_needed() -> None:
    data = document(p("甲"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = data.rindex(signature, 0, data.index(b"word/document.xml", data.index(signature)))
        data = data[: begin + flags] + bytes([data[begin + flags] | 1]) + data[begin + flags + 1 :]
    with pytest.raises(EncryptedFile, match="protected by a password"):
        read_bytes(data)


def test_entities_that_multiply_are_refused() -> None:
    entities = '<!ENTITY a "xxxxxxxxxx">'
    for inner, name in pairwise("abcdefgh"):
        tenfold = f"&{inner};" * 10
        entities += f'<!ENTITY {name} "{tenfold}">'
    begin = time.monotonic()
    with pytest.raises(UnreadableFile):
        read_bytes(package(document=f"<!DOCTYPE d [{entities}]><document><body>&h;</body></document>"))
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("columns", [2_000_001, 10**9])
def test_a_cell_over_countless_columns_is_too_large(columns: int) -> None:
    with pytest.raises(TooLarge, match="more than 2,000,000 places"):
        read(tbl(tr(tc("甲", span(columns)))))


def test_impossible_spans_are_one_column() -> None:
    for value in ("0", "-3", "x", "", str(10**30)):
        table = only_table(tbl(tr(tc("甲", f'<w:gridSpan w:val="{value}"/>'), tc("乙"))))
        assert [(cell.column, cell.colspan) for cell in table.cells] == [(0, 1), (1, 1)]


def test_more_pages_than_the_limit_are_too_many() -> None:
    with pytest.raises(TooLarge, match="more than 1,000 pages"):
        read(p("甲", "<w:pageBreakBefore/>") * 1_001)


def test_time_is_linear_in_the_rows() -> None:
    row = tr(tc("产出", RESTART), tc("数量", CONTINUE), tc("值"))
    table = only_table(tbl(*[row] * 4_000))  # were every cell looked for in its table, minutes
    assert (table.row_count, len(table.cells)) == (4_000, 8_001)
