"""The reader of PDF: what a page shows, as tables and lines."""

import zlib
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO

import pdfplumber
import pytest
from hypothesis import example, given, settings
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extract import EncryptedFile, ExtractError, Page, Table, TooLarge, UnreadableFile
from extract.limits import MAX_PAGES
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.partitions import Place, partitions, places
from tests.extract.pdfs import HEIGHT, area, clipped, grid, line, pdf, stream, text, written

BLACK_RGB, WHITE = "0 0 0 rg", "1 g"
UPRIGHT = "1 0 0 1"


def read_pages(data: bytes) -> tuple[Page, ...]:
    return read_file(SourceFile("filing.pdf", data)).pages


def read_page(*content: str, **entries: str) -> Page:
    (page,) = read_pages(pdf("\n".join(content), **entries))  # type: ignore[arg-type]  # the others are lists
    return page


def only_table(page: Page) -> Table:
    (table,) = page.tables
    return table


def texts(page: Page) -> list[str]:
    """The texts of all cells of a page, in order."""
    return [cell.text for table in page.tables for cell in table.cells]


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]


# Tables


def test_a_table_has_its_cells_edges_and_boxes() -> None:
    page = read_page(grid((50, 150, 300), (40, 70, 90)), text(55, 60, "数量指标"), text(155, 85, "≥90%"))
    table = only_table(page)
    assert places(table) == [
        (0, 0, 1, 1, "数量指标"),
        (0, 1, 1, 1, ""),
        (1, 0, 1, 1, ""),
        (1, 1, 1, 1, "≥90%"),
    ]
    assert (table.row_edges, table.column_edges) == ((40, 70, 90), (50, 150, 300))
    assert table.bbox == (50, 40, 300, 90)
    assert table.cells[3].bbox == (150, 70, 300, 90)
    assert table.cells[3].lines == ("≥90%",)
    assert table.cells[3].line_boxes == ((155, 76.2, 180, 86.2),)  # ≥ is a full-width character
    assert (page.number, page.width, page.height, page.notes, page.lines) == (1, 600, HEIGHT, (), ())


def merged(cells: Iterable[Place]) -> tuple[str, list[float], list[float]]:
    """The rulings and texts of a table of merged cells, 40 × 20 points each place, and its edges."""
    parts = []
    columns: set[float] = set()
    rows: set[float] = set()
    for row, column, rowspan, colspan, string in cells:
        x0, y0 = 50 + 40 * column, 50 + 20 * row
        x1, y1 = x0 + 40 * colspan, y0 + 20 * rowspan
        parts.append(f"0.5 w {x0} {HEIGHT - y1} {x1 - x0} {y1 - y0} re S")
        parts.append(text(x0 + 2, y0 + 12, string))
        columns |= {x0, x1}
        rows |= {y0, y1}
    return "\n".join(parts), sorted(columns), sorted(rows)


@settings(max_examples=60, deadline=None)
@example([(row, column, 1, 1, "") for row in range(4) for column in range(5)])
@given(partitions())
def test_merged_cells_keep_their_places(cells: list[Place]) -> None:
    content, columns, rows = merged(cells)
    page = read_page(content)
    if len(cells) == 1 or (min(len(columns), len(rows)) == 2 and not any(cell[4] for cell in cells)):
        assert page.tables == ()  # a box, the lines of a chart
        return
    table = only_table(page)
    assert places(table) == cells
    assert (list(table.column_edges), list(table.row_edges)) == (columns, rows)


@settings(max_examples=15, deadline=None)
@given(partitions())
def test_cells_are_where_pdfplumber_sees_them(cells: list[Place]) -> None:
    data = pdf(merged(cells)[0])
    ours = {cell.bbox for page in read_pages(data) for table in page.tables for cell in table.cells}
    with pdfplumber.open(BytesIO(data)) as document:
        theirs = {cell for table in document.pages[0].find_tables() for cell in table.cells}
    if len(ours) > 1:  # it takes no table of one cell
        assert ours == theirs


def test_the_lines_of_a_cell_stay_apart_and_lose_nothing() -> None:
    page = read_page(
        grid((50, 110, 200), (40, 90)),
        text(52, 52, "承担全市教育"),  # 60 points wide, up to over the ruling
        text(52, 65, "信息化建设，"),
        text(52, 78, "2024 年"),
        text(113, 52, "健全"),
    )
    wrapped, neighbour = only_table(page).cells
    assert wrapped.lines == ("承担全市教育", "信息化建设，", "2024 年")
    assert wrapped.text == "承担全市教育\n信息化建设，\n2024 年"
    assert [box[1] for box in wrapped.line_boxes] == [43.2, 56.2, 69.2]
    assert neighbour.text == "健全"


def test_a_vertical_label_is_a_cell_of_one_character_lines() -> None:
    label = [text(55, 55 + 11 * index, character) for index, character in enumerate("绩效指标")]
    page = read_page(grid((50, 70, 200), (40, 100)), *label, text(75, 60, "数量"))
    assert only_table(page).cells[0].lines == ("绩", "效", "指", "标")


def test_raised_characters_stay_in_their_line() -> None:
    page = read_page(text(50, 50, "面积100m"), text(85, 46, "2", 6), text(90, 50, "以上"))
    assert lines(page) == ["面积100m2以上"]


def test_a_text_that_runs_over_empty_cells_is_of_the_cell_where_it_begins() -> None:
    page = read_page(
        grid((50, 100, 150, 200), (40, 60, 80)),
        text(52, 54, "没有换行的很长文字"),
        text(118, 74, "靠右写的数字"[:3] + "12345678"),  # up to 2 points before the last ruling
    )
    assert texts(page) == ["没有换行的很长文字", "", "", "", "", "靠右写12345678"]


def test_a_text_that_is_centred_over_empty_cells_is_of_the_middle_one() -> None:
    page = read_page(grid((50, 100, 150, 200), (40, 60)), text(85, 54, "居中写的文字"))
    assert texts(page) == ["", "居中写的文字", ""]


def test_a_row_written_in_one_go_is_cut_at_the_rulings() -> None:
    codes = ["一".encode("utf-16-be").hex(), "二".encode("utf-16-be").hex()]
    row = f"BT /F 10 Tf {UPRIGHT} 55 {HEIGHT - 54} Tm [<{codes[0]}> -4000 <{codes[1]}>] TJ ET"
    page = read_page(grid((50, 100, 150), (40, 60)), row)
    assert texts(page) == ["一", "二"]


def test_tables_stand_in_order_with_the_lines_between_them() -> None:
    page = read_page(
        text(250, 25, "绩效目标表"),
        grid((50, 150, 300), (40, 60)),
        text(52, 54, "甲"),
        text(50, 80, "二、明细"),
        grid((50, 100, 300), (100, 120)),
        text(52, 114, "乙"),
        text(50, 140, "填表人：张三"),
        text(400, 140, "2024年"),
    )
    assert [(table.bbox, table.cells[0].text) for table in page.tables] == [
        ((50, 40, 300, 60), "甲"),
        ((50, 100, 300, 120), "乙"),
    ]
    assert [(line.text, line.tables_above) for line in page.lines] == [
        ("绩效目标表", 0),
        ("二、明细", 1),
        ("填表人：张三 2024年", 2),
    ]
    assert page.lines[0].bbox == (250, 16.2, 300, 26.2)


def test_a_frame_around_tables_is_no_table() -> None:
    frame = grid((20, 580), (20, 380))
    page = read_page(frame, grid((50, 150, 300), (40, 60)), text(52, 54, "甲"), text(50, 80, "乙"))
    assert only_table(page).bbox == (50, 40, 300, 60)
    assert lines(page) == ["乙"]


def test_a_wide_frame_is_a_table_of_one_cell_and_a_narrow_one_is_a_box() -> None:
    page = read_page(
        grid((50, 350), (40, 60)), text(52, 54, "甲"), grid((50, 340), (80, 100)), text(52, 94, "乙")
    )
    assert places(only_table(page)) == [(0, 0, 1, 1, "甲")]
    assert [(line.text, line.tables_above) for line in page.lines] == [("乙", 1)]


def test_rulings_around_nothing_are_no_table() -> None:
    assert read_page(grid((50, 350), (40, 60, 80, 100))).tables == ()  # the lines of a chart
    assert read_page(grid((50, 60), (40, 50))).tables == ()  # a box to tick


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    page = read_page(
        grid((50, 150, 400), (40, 140)),
        text(160, 60, "外"),
        grid((200, 250, 300), (80, 100, 120)),
        text(202, 94, "内"),
    )
    outer, inner = page.tables
    assert places(outer) == [(0, 0, 1, 1, ""), (0, 1, 1, 1, "外")]
    assert (inner.row_count, inner.column_count, inner.cells[0].text) == (2, 2, "内")


# Rulings, as producers draw them


def dotted(x0: float, y0: float, x1: float, y1: float) -> str:
    count = int((x1 - x0 + y1 - y0) / 1.5)
    across, down = (1.5, 0) if x1 > x0 else (0, 1.5)
    places = ((x0 + across * index, y0 + down * index) for index in range(count + 1))
    return "\n".join(area(x, y, x + 0.75, y + 0.75) for x, y in places)


def in_pieces(x0: float, y0: float, x1: float, y1: float) -> str:
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return line(x0, y0, x, y) + line(x, y, x1, y1)


def double(x0: float, y0: float, x1: float, y1: float) -> str:
    return line(x0 - 0.9, y0 - 0.9, x1 - 0.9, y1 - 0.9) + line(x0 + 0.9, y0 + 0.9, x1 + 0.9, y1 + 0.9)


def cut_off(x0: float, y0: float, x1: float, y1: float) -> str:
    longer = line(x0 - 500, y0, x1 + 500, y1) if y0 == y1 else line(x0, y0 - 500, x1, y1 + 500)
    return clipped(x0 - 1, y0 - 1, x1 + 1, y1 + 1, longer)


@pytest.mark.parametrize(
    "ruling",
    [
        line,
        partial(line, look="3 w"),
        partial(line, look="0.5 w [3 2] 0 d"),
        partial(line, look="0.5 w 0 0 1 RG"),
        lambda x0, y0, x1, y1: area(x0 - 0.4, y0 - 0.4, x1 + 0.4, y1 + 0.4),
        dotted,
        in_pieces,
        double,
        cut_off,
    ],
    ids=["thin", "thick", "dashed", "coloured", "areas", "dotted", "in pieces", "double", "cut off"],
)
def test_every_kind_of_ruling_rules(ruling: Callable[[float, float, float, float], str]) -> None:
    columns, rows = (60, 160, 300), (60, 90, 150)
    drawn = [ruling(60, y, 300, y) for y in rows] + [ruling(x, 60, x, 150) for x in columns]
    table = only_table(read_page(*drawn, text(65, 80, "一"), text(165, 80, "二"), text(165, 120, "三")))
    assert places(table) == [(0, 0, 1, 1, "一"), (0, 1, 1, 1, "二"), (1, 0, 1, 1, ""), (1, 1, 1, 1, "三")]
    assert table.column_edges == pytest.approx(columns, abs=1)
    assert table.row_edges == pytest.approx(rows, abs=1)


def test_a_whole_table_in_one_path_is_read() -> None:
    strokes = (
        "50 300 m 250 300 l 50 280 m 250 280 l 50 300 m 50 280 l 150 300 m 150 280 l 250 300 m 250 280 l S"
    )
    strips = " ".join(
        f"{x} {y} {width} {height} re"
        for x, y, width, height in (
            (50, 300, 200, 0.5),
            (50, 280, 200, 0.5),
            (50, 280, 0.5, 20),
            (150, 280, 0.5, 20),
            (250, 280, 0.5, 20),
        )
    )
    for path in (strokes, strips + " f"):
        assert len(only_table(read_page(path, text(55, 115, "一"))).cells) == 2


def test_a_form_is_read_where_it_is_painted() -> None:
    form = stream(
        "\n".join([grid((0, 100, 200), (360, 400)), text(10, 380, "甲")]).encode(),
        "/Type /XObject /Subtype /Form /BBox [-1 -1 601 401] /Matrix [1 0 0 1 50 100]"
        " /Resources << /Font << /F 3 0 R >> >>",
    )
    data = pdf("q 0.5 0 0 0.5 100 50 cm /X Do Q", resources="/XObject << /X 4 0 R >>", objects=[form])
    (page,) = read_pages(data)
    table = only_table(page)
    # The form's (0, 0) from the bottom left goes to (125, 100): 0.5 × 50 + 100, 0.5 × 100 + 50.
    assert table.bbox == (125, HEIGHT - 120, 225, HEIGHT - 100)
    assert texts(page) == ["甲", ""]


def test_edges_without_outer_rulings_are_where_the_others_end() -> None:
    inner = [line(50, y, 300, y) for y in (40, 60, 80)] + [line(x, 40, x, 80) for x in (120, 200)]
    page = read_page(
        *inner, text(52, 54, "一"), text(122, 54, "二"), text(202, 54, "三"), text(202, 74, "四")
    )
    table = only_table(page)
    assert [cell.text for cell in table.cells] == ["一", "二", "三", "", "", "四"]
    assert [cell.open_sides for cell in table.cells[:3]] == [("left",), (), ("right",)]
    assert table.bbox == (50, 40, 300, 80)


def test_a_cell_through_all_columns_of_an_open_table_joins_what_is_above_and_below() -> None:
    page = read_page(
        *(line(50, y, 300, y) for y in (40, 60, 80, 100)),
        *(line(150, y, 150, y + 20) for y in (40, 80)),
        *(text(52, y, string) for y, string in ((54, "一"), (74, "绩效指标"), (94, "二"))),
    )
    assert places(only_table(page)) == [
        (0, 0, 1, 1, "一"),
        (0, 1, 1, 1, ""),
        (1, 0, 1, 2, "绩效指标"),
        (2, 0, 1, 1, "二"),
        (2, 1, 1, 1, ""),
    ]


def test_open_tables_with_a_title_between_them_stay_apart() -> None:
    page = read_page(
        *(line(50, y, 300, y) for y in (40, 60, 110, 130)),
        *(line(150, y, 150, y + 20) for y in (40, 110)),
        *(text(52, y, string) for y, string in ((54, "一"), (90, "二、明细"), (124, "二"))),
    )
    assert [table.row_count for table in page.tables] == [1, 1]
    assert lines(page) == ["二、明细"]


def test_an_open_table_joins_none_beyond_another_that_stays_apart() -> None:
    page = read_page(
        *(line(50, y, 300, y) for y in (40, 60, 90, 170, 200, 220)),
        *(line(150, y, 150, end) for y, end in ((40, 60), (90, 170), (200, 220))),
        *(text(52, y, string) for y, string in ((54, "一"), (80, "总目标"), (190, "目标表"), (214, "三"))),
        *(text(52, y, "目标") for y in range(100, 171, 10)),
    )
    assert [table.bbox for table in page.tables] == [
        (50, 40, 300, 60),
        (50, 90, 300, 170),
        (50, 200, 300, 220),
    ]
    assert lines(page) == ["总目标", "目标表"]


def test_cells_set_apart_and_double_borders_make_no_columns_of_their_own() -> None:
    cells = [(50, 40, 100, 60), (103, 40, 150, 60), (50, 63, 150, 80)]
    drawn = [grid((x0, x1), (y0, y1)) for x0, y0, x1, y1 in cells]
    table = only_table(read_page(*drawn, *(text(x0 + 5, y0 + 14, "字") for x0, y0, _, _ in cells)))
    assert places(table) == [(0, 0, 1, 1, "字"), (0, 1, 1, 1, "字"), (1, 0, 1, 2, "字")]
    assert table.column_edges == (50, 101.5, 150)


def test_underlines_strokes_and_slanted_lines_part_nothing() -> None:
    page = read_page(
        grid((50, 150, 300), (40, 70)),
        text(60, 60, "下划线"),
        line(60, 62, 90, 62),
        line(60, 56, 90, 56),
        line(150, 40, 300, 70),
    )
    assert places(only_table(page)) == [(0, 0, 1, 1, "下划线"), (0, 1, 1, 1, "")]


# What can be seen


def test_faked_bold_is_read_once() -> None:
    twice = [text(50 + shift, 50, "合计100万元") for shift in (0, 0.3)]
    four_times = [text(50 + x, 80 + y, "小计", 12) for x in (0, 0.4) for y in (0, 0.4)]
    assert lines(read_page(*twice, *four_times)) == ["合计100万元", "小计"]


def test_characters_that_are_printed_beside_each_other_stay() -> None:
    assert lines(read_page(text(50, 50, "1111ll"), text(50, 70, "好好"))) == ["1111ll", "好好"]


def test_radicals_are_read_as_ideographs() -> None:
    assert lines(read_page(text(50, 50, "部⻔⻓⼾⼀⻅⻛"))) == ["部门长户一见风"]


def test_characters_of_symbol_fonts_are_the_signs_that_they_show() -> None:
    unicode = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <F000> endbfrange"
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 0 /LastChar 255 /ToUnicode 4 0 R"
        b" /Widths [" + b"500 " * 256 + b"] >>"
    )
    objects = [stream(unicode), font % b"ABCDEF+Wingdings2", font % b"Wingdings-Regular", font % b"Ours"]
    drawn = " ".join(f"BT /S{number} 10 Tf 50 {350 - 20 * number} Td <52FE> Tj ET" for number in (5, 6, 7))
    fonts = " ".join(f"/S{number} {number} 0 R" for number in (5, 6, 7))
    (page,) = read_pages(pdf(drawn, fonts=fonts, objects=objects))
    assert lines(page) == ["☑\ufffd", "\ufffd☑", "\uf052\uf0fe"]


@pytest.mark.parametrize("half", ["d83d", "de68"])
def test_half_a_character_is_none_that_can_be_read(half: str) -> None:
    code = "7ee9" + half + "6548"
    page = read_page(f"BT /F 10 Tf 50 350 Td <{code}> Tj ET")
    assert lines(page) == ["绩\ufffd效"]


@pytest.mark.parametrize("look", ["1 g", "1 1 1 rg", "0.99 g", "0 0 0 0 k", "3 Tr", "7 Tr", "1 Tr 1 G"])
def test_what_has_no_colour_is_not_read(look: str) -> None:
    assert lines(read_page(text(50, 50, "看不见", before=look), text(50, 80, "看得见"))) == ["看得见"]


def test_white_text_on_dark_is_read() -> None:
    page = read_page(
        area(40, 40, 100, 60, "0 0 1 rg"),
        text(50, 54, "表头", before=WHITE),
        text(150, 54, "无", before=WHITE),
    )
    assert lines(page) == ["表头"]


def test_white_text_on_white_on_dark_is_not_read() -> None:
    page = read_page(
        area(40, 40, 100, 60, "0 g"), area(40, 40, 100, 60, WHITE), text(50, 54, "白", before=WHITE)
    )
    assert lines(page) == []


@pytest.mark.parametrize("look", ["1 g", "0 g", "1 1 0 rg"])
def test_text_under_an_area_that_was_painted_over_it_is_left_out_and_noted(look: str) -> None:
    page = read_page(text(20, 30, "原值"), area(15, 15, 45, 35, look), text(20, 60, "健全"))
    assert lines(page) == ["健全"]
    assert page.notes == ("text under an area that was painted over it left out: 原值",)


def test_text_under_what_can_be_seen_through_is_read() -> None:
    marked = area(15, 15, 45, 35, "/G gs 1 1 0 rg")
    for state in ("/ca 0.4", "/BM /Multiply"):
        resources = f"/ExtGState << /G << {state} >> >>"
        page = read_page(text(20, 30, "原值"), marked, resources=resources)
        assert (lines(page), page.notes) == (["原值"], ())


def test_a_superscript_is_no_digit_of_the_number_before_it() -> None:
    page = read_page(text(20, 30, "≥10"), text(40, 26, "12", 6), text(20, 60, "5m"), text(30, 56.5, "2", 6))
    assert lines(page) == ["≥10¹²", "5m²"]


@pytest.mark.parametrize(("x", "y", "size"), [(40, 30, 6), (40, 26, 10), (46, 26, 6), (40, 12, 6)])
def test_a_digit_on_the_line_or_of_full_size_or_far_off_is_no_superscript(
    x: float, y: float, size: float
) -> None:
    page = read_page(text(20, 30, "≥10"), text(x, y, "3", size))
    assert "³" not in "".join(lines(page)) and "3" in "".join(lines(page))


def test_white_rulings_rule_on_dark_only() -> None:
    ruled = [grid((50, 150, 300), (40, 70), "0.5 w 1 G"), text(60, 60, "甲")]
    assert read_page(*ruled).tables == ()
    assert len(only_table(read_page(area(45, 35, 305, 75, "0.8 g"), *ruled)).cells) == 2


def test_text_off_the_page_or_clipped_away_is_not_read() -> None:
    page = read_page(
        text(580, 50, "看不见了"),
        text(-50, 50, "左"),
        clipped(50, 60, 74, 100, text(50, 80, "一二三四")),
        clipped(50, 90, 60, 100, text(50, 120, "五")),
    )
    assert lines(page) == ["看不", "一二"]


def test_a_text_that_its_cell_hides_in_part_is_evidence() -> None:
    page = read_page(
        grid((50, 100, 200), (40, 60, 80)),
        clipped(50, 40, 90, 60, text(52, 52, "前面的文字") + text(52, 64, "第二行")),
        clipped(100, 40, 200, 60, text(105, 54, "完整")),
        clipped(50, 60, 100, 80, text(52, 94, "全在外面")),
        text(105, 74, "没有"),
    )
    cells = only_table(page).cells
    assert [cell.text for cell in cells] == ["前面的文", "完整", "", "没有"]
    assert [cell.whole for cell in cells] == ["前面的文字\n第二行", None, "全在外面", None]


def test_a_text_that_the_page_cuts_is_evidence_where_it_begins() -> None:
    page = read_page(
        *(line(500, y, 600, y) for y in (40, 60)), line(500, 40, 500, 60), text(560, 54, "承担全市教育")
    )
    (cell,) = only_table(page).cells
    assert (cell.text, cell.open_sides) == ("承担全市", ("right",))
    assert cell.whole == "承担全市教育"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    content = [grid((50, 150, 300), (40, 70, 90)), text(55, 60, "数量指标"), text(155, 85, "≥90%")]
    matrix = {90: f"0 1 -1 0 {HEIGHT} 0", 180: f"-1 0 0 -1 600 {HEIGHT}", 270: "0 -1 1 0 0 600"}[turn]
    box = f"0 0 600 {HEIGHT}" if turn == 180 else f"0 0 {HEIGHT} 600"
    drawn = f"q {matrix} cm " + "\n".join(content) + " Q"
    upright = read_page(*content)
    assert read_page(drawn, page=f"/Rotate {turn}", box=box) == upright  # turned back by the page
    assert read_page(drawn, box=box) == upright  # turned as it lies, its text tells


def test_a_label_that_is_turned_in_its_cell_is_read_along() -> None:
    page = read_page(
        grid((50, 90, 300), (40, 120)),
        text(65, 110, "产出", turn="0 1 -1 0"),  # upwards, the next line to the right
        text(80, 110, "指标", turn="0 1 -1 0"),
        text(100, 60, "数量指标值"),
        text(200, 60, "下", turn="0 -1 1 0"),
    )
    assert texts(page) == ["产出\n指标", "数量指标值\n下"]


def test_a_page_may_begin_anywhere() -> None:
    page = read_page(text(150, 150, "甲"), page=f"/CropBox [100 50 400 {HEIGHT - 100}]")
    assert (page.width, page.height) == (300, HEIGHT - 150)
    assert page.lines[0].bbox == (50, 41.2, 60, 51.2)


def test_what_is_filled_into_a_form_is_read() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 400))
    canvas.drawString(50, 345, "Budget")
    canvas.acroForm.textfield(name="budget", value="1234.5", x=100, y=340, width=200, height=20)
    canvas.save()
    assert lines(read_pages(buffer.getvalue())[0]) == ["Budget 1234.5"]


def test_slanted_text_is_left_out_and_noted() -> None:
    page = read_page(text(50, 50, "正文"), text(100, 200, "草稿", 40, turn="0.7 0.7 -0.7 0.7"))
    assert lines(page) == ["正文"]
    assert page.notes == ("slanted text left out: 草稿",)


# Pages without text


def picture(name: str = "I") -> tuple[str, dict[str, object]]:
    image = stream(
        b"\x00",
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    return f"q 600 0 0 400 0 0 cm /{name} Do Q", {
        "resources": f"/XObject << /{name} 4 0 R >>",
        "objects": [image],
    }


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ("", "the page is a picture without text; to be read, it must be recognized (OCR)"),
        (
            text(50, 50, "第1页"),
            "most of the page is a picture; what it shows was not read, it must be recognized (OCR)",
        ),
        (
            text(50, 50, "识别", before="3 Tr"),
            "the page is a picture over invisible text of a recognition, which was not read",
        ),
        ("\n".join(text(10, 20 + 12 * row, "正文" * 20) for row in range(10)), None),
    ],
)
def test_a_page_that_is_a_picture_says_so(more: str, note: str | None) -> None:
    drawn, entries = picture()
    data = pdf(drawn + "\n" + more, **entries)  # type: ignore[arg-type]
    (page,) = read_file(SourceFile("filing.pdf", data, ocr=False)).pages
    assert page.notes == ((note,) if note else ())


def test_letters_that_are_drawn_are_noted() -> None:
    curves = "\n".join(f"{x} 100 m {x} 120 {x + 9} 120 {x + 9} 100 c f" for x in range(50, 550, 10))
    (page,) = read_file(SourceFile("filing.pdf", pdf(curves), ocr=False)).pages
    assert page.notes == (
        "the page has drawings, but no text; letters that are drawn must be recognized (OCR)",
    )
    assert read_page(curves).notes == ("no text was found on the page: it is blank, or a photograph",)


def test_rulings_may_be_painted_as_pictures() -> None:
    _, entries = picture()
    strips = [
        (50, 300, 100, 0.5),
        (50, 280, 100, 0.5),
        (50, 280, 0.5, 20),
        (100, 280, 0.5, 20),
        (150, 280, 0.5, 20),
    ]
    drawn = "\n".join(f"q {width} 0 0 {height} {x} {y} cm /I Do Q" for x, y, width, height in strips)
    (page,) = read_pages(pdf(drawn + "\n" + text(55, 114, "甲"), **entries))  # type: ignore[arg-type]
    assert texts(page) == ["甲", ""]


def test_an_empty_page_is_a_page() -> None:
    first, second = read_pages(pdf("", text(50, 50, "甲")))
    assert (first.tables, first.lines, first.notes) == ((), (), ())
    assert (second.number, lines(second)) == (2, ["甲"])


# Files that cannot be read


WHOLE = pdf(grid((50, 150, 300), (40, 70)) + text(55, 60, "数量指标"))


def error_of(data: bytes) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        read_pages(data)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_truncated_file_is_never_read_in_part() -> None:
    whole = read_pages(WHOLE)
    least = WHOLE.index(b"startxref") + len("startxref")
    for length in range(8, len(WHOLE)):
        if length < least:
            error = error_of(WHOLE[:length])
            assert type(error) is UnreadableFile
        else:
            assert read_pages(WHOLE[:length]) == whole
    assert error_of(WHOLE[: least - 1]).problem == (
        "the PDF ends too early, its last part is missing; export or upload it again"
    )


def test_what_is_appended_to_a_whole_file_does_not_matter() -> None:
    assert read_pages(WHOLE + b"\r\n<html>proxy</html>" + bytes(2000)) == read_pages(WHOLE)


def test_a_later_version_that_is_cut_off_is_an_error() -> None:
    assert type(error_of(WHOLE + b"5 0 obj\n<< /Type /Page ")) is UnreadableFile


def test_a_linearized_file_says_how_long_it_is() -> None:
    head, tail = WHOLE.split(b"\n", 1)
    data = head + b"\n9 0 obj\n<< /Linearized 1 /L 99999 >>\nendobj\n" + tail
    assert type(error_of(data)) is UnreadableFile


def compressed(data: bytes, entries: str = "/Filter /FlateDecode") -> bytes:
    """A PDF of one page that has a form with ``data`` as its stream."""
    form = stream(data, f"/Type /XObject /Subtype /Form /BBox [0 0 600 400] {entries}")
    return pdf("/X Do", resources="/XObject << /X 4 0 R >>", objects=[form])


def test_a_broken_stream_is_an_error() -> None:
    content = zlib.compress(grid((50, 150, 300), (40, 70, 100)).encode())
    assert len(only_table(read_pages(compressed(content))[0]).cells) == 4
    assert type(error_of(compressed(content[:-8]))) is UnreadableFile
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0x10
    assert type(error_of(compressed(bytes(flipped)))) is UnreadableFile


def test_a_stream_that_expands_without_end_is_too_large() -> None:
    bomb = zlib.compress(zlib.compress(bytes(600 * 2**20), 9), 9)
    assert len(bomb) < 10_000
    error = error_of(compressed(bomb, "/Filter [/FlateDecode /FlateDecode]"))
    assert type(error) is TooLarge
    assert error.problem == "expanded, the PDF is larger than 500 MiB; split it into smaller ones"


def test_a_password_is_needed() -> None:
    encrypted = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <{0}> /U <{0}> >> /ID [<00> <00>]"
    data = written(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Kids [] /Count 0 >>"], encrypted.format("00" * 32)
    )
    assert type(error_of(data)) is EncryptedFile


def test_a_file_that_all_may_read_is_read() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("", ownerPassword="owner"), pagesize=(600, 400))
    canvas.drawString(50, 350, "Budget 2024")
    canvas.save()
    assert lines(read_pages(buffer.getvalue())[0]) == ["Budget 2024"]


def test_too_many_pages_are_refused() -> None:
    assert type(error_of(pdf(*[""] * (MAX_PAGES + 1)))) is TooLarge


def test_a_page_of_absurd_size_is_refused() -> None:
    error = error_of(pdf(text(50, 50, "甲"), box="0 0 1000000 100"))
    assert type(error) is TooLarge
    assert (
        error.problem == "page 1 is 1000000 × 100 points large, more than 14,400; save it on a smaller page"
    )


def test_pages_that_are_missing_are_an_error() -> None:
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 /MediaBox [0 0 600 400] >>",
        b"<< /Type /Page /Parent 2 0 R >>",
    ]
    assert type(error_of(written(bodies))) is UnreadableFile
    assert type(error_of(written([bodies[0], b"<< /Type /Pages /Kids [] /Count 0 >>"]))) is UnreadableFile


def test_loops_of_references_end() -> None:
    pages = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"]
    assert type(error_of(written(pages))) is UnreadableFile
    form = stream(
        b"/X Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>"
    )
    page = pdf("/X Do " + text(50, 50, "甲"), resources="/XObject << /X 4 0 R >>", objects=[form])
    assert lines(read_pages(page)[0]) == ["甲"]


def test_the_same_bytes_give_the_same_document() -> None:
    assert read_file(SourceFile("a", WHOLE)) == read_file(SourceFile("a", WHOLE))
