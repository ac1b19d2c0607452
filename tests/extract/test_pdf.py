"""The reader of PDF: what a page shows, as tables and lines."""

from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO

import pdfplumber
import pytest
from hypothesis import example, given, settings

from tests.extract.partitions import Place, partitions, places
from tests.extract.pdfs import (
    HEIGHT,
    UPRIGHT,
    area,
    clipped,
    grid,
    line,
    lines,
    only_table,
    pdf,
    read_page,
    read_pages,
    stream,
    text,
    texts,
)

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
