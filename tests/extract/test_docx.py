"""Word documents, each made here of nothing but the XML that shows one difficulty."""

import io

import docx
import pytest
from hypothesis import given

from extract import Line, Page
from tests.extract.docxs import (
    CONTINUE,
    RESTART,
    lines,
    only_page,
    only_table,
    p,
    read_bytes,
    run,
    span,
    tbl,
    tc,
    tr,
)
from tests.extract.partitions import Place, partitions, places

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
