"""HTML pages and web archives, each made here of nothing but the markup that shows one difficulty."""

import pytest
from hypothesis import given

from extract import Line, Page
from tests.extract.htmls import lines, only_page, only_table, placed, texts
from tests.extract.partitions import Place, partitions, places

# The grid


def test_cells_have_their_places_and_empty_ones_are_places() -> None:
    table = only_table("<table><tr><th>指标</th><td>&nbsp;</td></tr><tr><td></td><td>=5个</td></tr></table>")
    assert places(table) == [(0, 0, 1, 1, "指标"), (0, 1, 1, 1, ""), (1, 0, 1, 1, ""), (1, 1, 1, 1, "=5个")]
    assert (table.row_count, table.column_count, table.bbox) == (2, 2, None)


def test_merged_cells_are_one_cell_with_spans() -> None:
    rows = "<tr><td rowspan=3>产出<td colspan='2'>数量"
    rows += '<tr><td>质量<td rowspan="2">90%<tr><td>时效'
    assert placed(rows) == [
        (0, 0, 3, 1, "产出"),
        (0, 1, 1, 2, "数量"),
        (1, 1, 1, 1, "质量"),
        (1, 2, 2, 1, "90%"),
        (2, 1, 1, 1, "时效"),
    ]


@given(partitions())
def test_any_grid_survives(cells: list[Place]) -> None:
    rows = ""
    for row in range(max(cell[0] + cell[2] for cell in cells)):
        begins = [cell for cell in cells if cell[0] == row]
        rows += "<tr>" + "".join(
            f"<td rowspan={height} colspan={width}>{text}" for _, _, height, width, text in begins
        )
    assert placed(rows) == cells


@pytest.mark.parametrize(
    ("span", "colspan"),
    [
        ("0", 1),
        ("", 1),
        ("x", 1),
        ("-2", 1),
        (" 2px", 2),
        ("+2", 2),
        ("1000", 1_000),
        ("1" + "0" * 50, 1_000),
    ],
)
def test_spans_are_read_as_browsers_do(span: str, colspan: int) -> None:
    assert placed(f'<tr><td colspan="{span}">甲') == [(0, 0, 1, colspan, "甲")]


def test_a_span_of_no_rows_and_an_overlong_one_reach_the_end_of_their_section() -> None:
    rows = "<tr><td rowspan=0>甲<td rowspan=99>乙<td>丙<tr><td>丁<tbody><tr><td>戊"
    assert placed(rows) == [
        (0, 0, 2, 1, "甲"),
        (0, 1, 2, 1, "乙"),
        (0, 2, 1, 1, "丙"),
        (1, 2, 1, 1, "丁"),
        (2, 0, 1, 1, "戊"),
    ]


def test_a_span_ends_where_a_place_is_taken() -> None:
    rows = "<tr><td>甲<td rowspan=2>乙<td>丙<tr><td colspan=3>丁<td>戊"
    assert placed(rows)[3:] == [(1, 0, 1, 1, "丁"), (1, 2, 1, 1, "戊")]


def test_the_head_is_printed_first_and_the_foot_last() -> None:
    rows = "<tfoot><tr><td>合计</tfoot><tbody><tr><td>甲</tbody><thead><tr><td>头</thead>"
    rows += "<tbody><tr><td>乙</tbody><thead><tr><td>再</thead>"
    assert texts(rows) == ["头", "甲", "乙", "再", "合计"]


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr>",
        "<tr><td>甲<td>乙<tr><td>丙<td>丁",
        "<td>甲</td><td>乙</td></tr><td>丙</td><td>丁</td></tr>",
        "<tr><td><div>甲<td><b>乙<tr><td><p>丙<td><ul><li>丁",
        "<form><tr><td>甲</td></form><td>乙</td></tr><tr></td><td>丙</td><td>丁</td></tr></div>",
        "<tbody><tr><td>甲</td><td>乙</td></tr></tbody><td>丙</td><td>丁</td>",
        "<![if !supportMisalignedColumns]><tr height=0><td>甲</td><!-- --><td>乙</td></tr><![endif]>"
        "<tr><td>丙<td>丁",
    ],
)
def test_ends_that_are_missing_are_where_browsers_see_them(rows: str) -> None:
    assert placed(rows) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 0, 1, 1, "丙"), (1, 1, 1, 1, "丁")]


def test_text_between_cells_stands_before_the_table() -> None:
    page = only_page("<table>单位<tr><td>甲</td>万元<td>乙</table>后")
    assert page.lines == (Line("单位"), Line("万元"), Line("后", 1))
    assert places(page.tables[0]) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")]


def test_a_table_between_rows_ends_the_one_before() -> None:
    page = only_page("<table><tr><td>甲<td>乙</tr><table><tr><td>丙<td>丁</table></table>")
    assert [[cell.text for cell in table.cells] for table in page.tables] == [["甲", "乙"], ["丙", "丁"]]


# Text


def test_white_space_is_one_space_and_none_around_lines() -> None:
    assert lines("\n<p>  项目\n\t 绩效 <b> 目标</b> 表 </p>\r\n  <p>\n乙</p>") == ["项目 绩效 目标 表", "乙"]


def test_breaks_and_paragraphs_are_the_lines_of_a_cell() -> None:
    table = only_table(
        "<table><tr><td><p></p><p>一、</p>二<br/>三<br><br><div><div>四</div></div><br></table>"
    )
    assert table.cells[0].text == "一、\n二\n三\n\n四"
    assert table.cells[0].lines == ("一、", "二", "三", "", "四")


def test_lines_know_how_many_tables_stand_above() -> None:
    page = only_page(
        "<h1>标题</h1>年度<table><tr><td>1</table>中<table><caption>题</caption><tr><td>2</table>末"
    )
    assert page.lines == (Line("标题"), Line("年度"), Line("中", 1), Line("题", 1), Line("末", 2))


def test_entities_and_signs_that_open_no_tag() -> None:
    text = "&ge;5&#8805;&#x2265;&lt;br&gt;&amp;lt;&nbsp;3 < 5&copy"
    assert lines(text) == ["≥5≥≥<br>&lt;\u00a03 < 5©"]


def test_laid_out_text_keeps_its_lines() -> None:
    assert lines("<pre>甲\n 乙  丙</pre><p style='white-space: pre-wrap'>丁\n戊</p><p>己\n庚") == [
        "甲",
        "乙  丙",
        "丁",
        "戊",
        "己 庚",
    ]


def test_code_and_what_is_shown_elsewhere_is_no_text() -> None:
    silent = (
        "<script>if (a<b) 1</script><style>p{}</style><noscript>无</noscript><xml><x:Name>表</x:Name></xml>"
    )
    page = only_page(f"{silent}<!-- 注 --><button>打印</button><ruby>绩<rp>(</rp><rt>jì</rt></ruby>效")
    assert page == Page(1, lines=(Line("绩效"),))


@pytest.mark.parametrize(
    "how",
    ["hidden", 'style="color:red; DISPLAY : none"', 'style="mso-hide:all"', 'style="visibility:hidden"'],
)
def test_hidden_text_is_left_out_and_noted(how: str) -> None:
    page = only_page(f"<p>甲<div {how}><p>藏</p></div><div {how}> </div><p>乙")
    assert ([line.text for line in page.lines], page.notes) == (["甲", "乙"], ("hidden texts left out: 1",))


def test_hidden_cells_and_rows_take_no_place_but_invisible_ones_do() -> None:
    rows = "<tr hidden><td>零<tr><td style='display:none'>一<td>二<td style='visibility:hidden'>三<td>四"
    assert placed(rows) == [(0, 0, 1, 1, "二"), (0, 1, 1, 1, ""), (0, 2, 1, 1, "四")]


def test_what_is_visible_in_what_is_invisible() -> None:
    assert lines('<p style="visibility:hidden">藏<b style="visibility:visible">显</b>藏</p>') == ["显"]


def test_tracked_deletions_are_out() -> None:
    page = only_page("<ins>新</ins><del>旧</del><u>线</u>")
    assert (page.lines, page.notes) == ((Line("新线"),), ("tracked deletions left out: 1",))


@pytest.mark.parametrize(
    "markup",
    [
        "<s>旧</s>",
        "<strike>旧</strike>",
        '<span style="text-decoration:line-through">旧</span>',
        '<p style="text-decoration: underline line-through">旧</p>',
        '<p style="text-decoration-line: line-through"><b>旧</b></p>',
    ],
)
def test_struck_through_text_is_out_and_noted(markup: str) -> None:
    page = only_page(f"<p>新</p>{markup}")
    assert (page.lines, page.notes) == ((Line("新"),), ("struck-through texts left out: 1",))


def test_a_superscript_is_no_digit_of_the_number_before_it() -> None:
    assert lines('10<sup>3</sup>，5m<span style="vertical-align:super">2</span>，CO<sub>2</sub>') == [
        "10³，5m²，CO2"
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<span style='font-family:Symbol;mso-ascii-font-family:宋体'><b>³</b></span>",
        "<font face=symbol>³</font>",
    ],
)
def test_signs_of_symbol_fonts(markup: str) -> None:
    assert lines(
        f"{markup}90<span style='font-family:\"Wingdings 2\"'>R<i style='font-family:宋体'>R</i></span>"
    ) == ["≥90☑R"]


def test_numbers_of_ordered_lists_are_printed() -> None:
    assert lines(
        "<ol><li>甲<li>乙<ol type=a start=2><li>丙</ol><li value=7>丁</ol><ul><li>戊</ul><li>己"
    ) == [
        "1. 甲",
        "2. 乙",
        "b. 丙",
        "7. 丁",
        "戊",
        "己",
    ]
    assert lines("<ol style='list-style-type:none'><li>甲</ol><ol reversed><li>乙</ol>") == ["甲", "乙"]


# Fields of forms


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<input type=checkbox checked>是<input type=CheckBox>否", "☑是☐否"),
        ("<input type=radio>是<input type=radio checked='checked'>否", "☐是☑否"),
        ("<input value=' 甲 '><input type=number value=5><input type=hidden value=藏>", "甲 5"),
        ("<input type=submit value=保存>甲", "甲"),
        ("<textarea>\n一\n二</textarea>", "一\n二"),
        ("<select><option>甲<option selected>乙<option>丙</select>", "乙"),
        ("<select><option disabled>请选<option>甲</select>", "甲"),
        ("<select><option selected hidden>请选<option>甲</select>", "请选"),
        ("<select multiple><option selected>甲<option>乙<option selected>丙</select>", "甲 丙"),
        ("<select multiple><option>甲</select>乙", "乙"),
    ],
)
def test_what_fields_of_forms_show(markup: str, text: str) -> None:
    assert texts(f"<tr><td>{markup}<td>后") == [text, "后"]


def test_a_choice_without_end_swallows_nothing() -> None:
    assert texts("<tr><td><select><option>甲<option>乙<td>丙<td><select><option>丁<select>戊") == [
        "甲",
        "丙",
        "丁戊",
    ]


# Tables in tables


def test_a_page_that_is_laid_out_by_tables_is_no_table() -> None:
    form = "<table><tr><td>名称<td>甲</table>"
    page = only_page(
        f"<table><tr><td>&nbsp;<td><table><tr><td>标题<tr><td>{form}<td></table><td><tr><td>说明</table>"
    )
    assert [places(table) for table in page.tables] == [[(0, 0, 1, 1, "名称"), (0, 1, 1, 1, "甲")]]
    assert page.lines == (Line("标题", 0), Line("说明", 1))


def test_a_table_in_a_cell_of_a_form_is_a_table_after_it() -> None:
    inner = "<table><tr><td>来源<td>金额</table>"
    page = only_page(f"<table><tr><td>名称<td><tr><td>资金<td>万元{inner}合计</table>末")
    assert [places(table) for table in page.tables] == [
        [(0, 0, 1, 1, "名称"), (0, 1, 1, 1, ""), (1, 0, 1, 1, "资金"), (1, 1, 1, 1, "万元\n合计")],
        [(0, 0, 1, 1, "来源"), (0, 1, 1, 1, "金额")],
    ]
    assert page.lines == (Line("末", 2),)


def test_a_box_around_text_in_a_cell_is_no_table() -> None:
    assert texts("<tr><td>目标<td>一<table><tr><td>二<tr><td>三</table>") == ["目标", "一\n二\n三"]


def test_several_forms_on_a_page_stay_apart() -> None:
    page = only_page("<h2>表一</h2><table><tr><td>甲<td>1</table><h2>表二</h2><table><tr><td>乙<td>2</table>")
    assert [line.tables_above for line in page.lines] == [0, 1]
    assert [table.cells[0].text for table in page.tables] == ["甲", "乙"]
