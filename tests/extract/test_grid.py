"""Tables and lines of a page, from characters and rulings as a reader hands them over."""

from collections.abc import Sequence

import numpy as np
import pytest

from extract import Page
from extract.content import Content, Hidden
from extract.grid import page_of
from tests.extract.partitions import places

Segment = tuple[float, float, float, float]
Text = tuple[float, float, str]


def content(texts: Sequence[Text], rulings: Sequence[Segment], **entries: object) -> Content:
    """Characters 10 points wide and high, each of ``texts`` a run that begins at its left and top."""
    boxes = [
        (x + 10 * index, y, x + 10 * index + 10, y + 10) for x, y, text in texts for index in range(len(text))
    ]
    return Content(
        400,
        300,
        "".join(text for *_, text in texts),
        np.array(boxes, dtype=float).reshape(-1, 4),
        np.repeat(np.arange(len(texts)), [len(text) for *_, text in texts]),
        np.array(rulings, dtype=float).reshape(-1, 4),
        **entries,  # type: ignore[arg-type]
    )


def ruled(columns: Sequence[float], rows: Sequence[float]) -> list[Segment]:
    level = [(columns[0], y, columns[-1], y) for y in rows]
    return [*level, *((x, rows[0], x, rows[-1]) for x in columns)]


def read(texts: Sequence[Text], rulings: Sequence[Segment], **entries: object) -> Page:
    return page_of(content(texts, rulings, **entries), 1)


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def test_an_empty_page() -> None:
    page = page_of(content([], []), 3, ("note",))
    assert page == Page(3, notes=("note",), width=400, height=300)


def test_nothing_is_invented_where_rulings_do_not_close() -> None:
    page = read([(60, 60, "甲乙")], [(50, 50, 350, 50), (50, 50, 50, 90)])  # the axes of a chart
    assert (page.tables, lines(page)) == ((), ["甲乙"])


@pytest.mark.parametrize("slip", [0.0, 1.5, -1.5])
def test_rulings_that_nearly_meet_meet(slip: float) -> None:
    rulings: list[Segment] = [(50, 50, 350 + slip, 50), (50, 70, 350, 70), (50 - slip, 90, 350, 90)]
    rulings += [(50, 50, 50, 90 + slip), (200 + slip / 2, 50, 200 + slip / 2, 70), (350, 50 - slip, 350, 90)]
    (table,) = read([(60, 55, "甲"), (60, 75, "乙")], rulings).tables
    assert places(table) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, ""), (1, 0, 1, 2, "乙")]


def test_an_edge_that_parts_nothing_is_no_edge() -> None:
    rulings = [*ruled([50, 150, 250], [50, 90]), (250, 70, 220, 70)]  # an underline that touches a side
    (table,) = read([(60, 55, "甲")], rulings).tables
    assert (table.row_count, table.row_edges) == (1, (50, 90))


def test_a_shape_that_is_no_rectangle_is_cut_into_rows() -> None:
    # The ruling below the second place of the first row is missing, and that to its left.
    rulings = [(50, 50, 250, 50), (50, 70, 150, 70), (50, 90, 250, 90)]
    rulings += [(50, 50, 50, 90), (150, 50, 150, 70), (250, 50, 250, 90)]
    (table,) = read([(60, 55, "甲"), (160, 55, "乙"), (60, 75, "丙")], rulings).tables
    assert places(table) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 0, 1, 2, "丙")]


def test_a_place_beside_a_narrower_part_of_a_table_is_no_cell() -> None:
    wide, narrow = ruled([50, 150, 250, 350], [50, 70]), ruled([50, 150, 250], [70, 90])
    (table,) = read([(60, 55, "甲"), (60, 75, "乙")], [*wide, *narrow]).tables
    assert places(table) == [
        (0, 0, 1, 1, "甲"),
        (0, 1, 1, 1, ""),
        (0, 2, 1, 1, ""),
        (1, 0, 1, 1, "乙"),
        (1, 1, 1, 1, ""),
    ]


def test_a_row_of_small_text_is_a_row_and_an_empty_slit_is_none() -> None:
    rulings = ruled([50, 150, 250], [50, 70, 75, 95])
    small = content([(60, 55, "甲")], rulings)
    assert page_of(small, 1).tables[0].row_edges == (50, 72.5, 95)
    boxes = np.array([(60, 71, 64, 74)], dtype=float)
    tiny = Content(400, 300, "小", boxes, np.zeros(1, dtype=int), np.array(rulings))
    assert page_of(tiny, 1).tables[0].row_edges == (50, 70, 75, 95)


def test_texts_stand_in_the_lines_that_they_are_printed_in() -> None:
    page = read([(60, 40, "乙"), (50, 40.5, "甲"), (300, 38, "丙"), (50, 52, "丁")], [])
    assert lines(page) == ["甲乙 丙", "丁"]


def test_gaps_part_words_and_not_ideographs() -> None:
    page = read([(50, 40, "预"), (63, 40, "算"), (50, 60, "ab"), (73, 60, "cd"), (93, 60, "ef")], [])
    assert lines(page) == ["预算", "ab cdef"]


def test_a_blank_is_no_text() -> None:
    page = read([(60, 55, "  "), (60, 100, " ")], ruled([50, 150, 250], [50, 70, 90]))
    assert {cell.text for cell in page.tables[0].cells} == {""}
    assert page.lines == ()


def test_a_hidden_text_is_of_the_cell_that_its_clip_shows() -> None:
    hidden = Hidden(
        "看不见",
        np.array([(160 + 10 * index, 120, 170 + 10 * index, 130) for index in range(3)], dtype=float),
        np.array([7, 7, 8]),
        np.array([(151, 51, 249, 69), (151, 51, 249, 69), (0, 0, 400, 300)], dtype=float),
    )
    page = read([(60, 55, "甲")], ruled([50, 150, 250], [50, 70]), hidden=hidden)
    assert [cell.whole for cell in page.tables[0].cells] == [None, "看不"]


@pytest.mark.parametrize(
    ("text", "cells", "outside"),
    [
        ((60, 84, "指标"), ["效益\n指标", "经济"], []),  # six of its ten points are above the edge
        ((60, 87, "指标"), ["效益\n指标", "经济"], []),  # three
        ((60, 88, "指标"), ["效益", "经济"], ["指标"]),  # two: a note that stands near
        ((60, 87, "注" * 20), ["效益", "经济"], ["注" * 20]),  # over two cells
        ((360, 87, "第二页"), ["效益", "经济"], ["第二页"]),  # beside the table
    ],
)
def test_a_text_that_the_end_of_a_table_strikes_is_of_its_cell(
    text: Text, cells: list[str], outside: list[str]
) -> None:
    page = read([(60, 72, "效益"), (210, 72, "经济"), text], ruled((50, 200, 350), (50, 70, 90)))
    assert [cell.text for cell in page.tables[0].cells if cell.row == 1] == cells
    assert lines(page) == outside


def test_a_text_that_strikes_the_end_of_a_table_and_follows_no_line_is_a_note() -> None:
    note = [
        (60 + 10 * index, 87, sign) for index, sign in enumerate("注：指标值均为全年累计数，单位为万元。")
    ]
    texts: list[list[Text]] = [
        [(60, 55, "效益"), (60, 86, "注")],  # in an empty cell
        [(60, 55, "效益"), (60, 72, " "), (60, 86, "注")],
        [(60, 72, "效益"), (210, 72, "95%"), *note],  # one run for each character
    ]
    for some in texts:
        page = read(some, ruled((50, 200, 350), (50, 70, 90)))
        assert lines(page) == ["".join(text for *_, text in some if text in "注" or len(text) == 1).strip()]
    page = read([(60, 72, "效益"), (60, 107, "注")], ruled((50, 200, 350), (50, 70, 110)))
    assert lines(page) == ["注"]  # far below the last line


def test_a_cell_without_room_for_its_text_is_no_longer_certain() -> None:
    page = read([(60, 72, "效益"), (210, 72, "经济"), (60, 87, "指标")], ruled((50, 200, 350), (50, 70, 90)))
    assert [cell.confidence for cell in page.tables[0].cells if cell.row == 1] == [0.95, 1.0]


@pytest.mark.parametrize(
    ("above", "first", "below", "expected"),
    [
        ((57, 71), 85, (110, 124), ["甲\n甲\n丙", "乙\n乙"]),
        ((57, 71), 85, (99, 113), ["甲\n甲", "丙\n乙\n乙"]),  # it follows like the others of its cell
        ((57, 71), 88, (113, 127), ["甲\n甲", "丙\n乙\n乙"]),  # there was room for it
        ((51, 65), 85, (110, 124), ["甲\n甲", "丙\n乙\n乙"]),  # farther below than these are from each other
        ((71,), 85, (110, 124), ["甲", "丙\n乙\n乙"]),  # how far lines are apart is not known
    ],
)
def test_a_line_for_which_a_cell_has_no_room_is_of_that_cell(
    above: tuple[int, ...], first: int, below: tuple[int, ...], expected: list[str]
) -> None:
    texts: list[Text] = [*((60, y, "甲") for y in above), (60, first, "丙"), *((60, y, "乙") for y in below)]
    (table,) = read(texts, ruled((50, 200), (50, 85, 150))).tables
    assert [cell.text for cell in table.cells] == expected
    assert [cell.confidence for cell in table.cells] == [0.95 if "丙" in expected[0] else 1.0, 1.0]


def test_more_rulings_than_any_table_has_are_noted() -> None:
    rulings = [(1, y, 399, y) for y in range(2, 6002, 2)] + [(x, 1, x, 399) for x in range(2, 6002, 2)]
    page = read([(60, 55, "甲")], rulings)
    assert (page.tables, lines(page)) == ((), ["甲"])
    assert page.notes == ("the page has more lines than any table; tables were not looked for",)


# Tables without rulings


def rows(*texts: str, top: float = 50, step: float = 14) -> list[Text]:
    """Lines of texts, in columns 100 points apart."""
    return [
        (20 + 100 * column, top + step * index, text)
        for index, line in enumerate(texts)
        for column, text in enumerate(line.split("|"))
        if text
    ]


def test_columns_of_numbers_are_a_table_that_is_not_certain() -> None:
    page = read(rows("指标|2023年|2024年", "数量|12|345", "质量||6%", "成本|7|-"), [])
    (table,) = page.tables
    assert [cell.text for cell in table.cells] == [
        *("指标", "2023年", "2024年"),
        *("数量", "12", "345"),
        *("质量", "", "6%"),
        *("成本", "7", "-"),
    ]
    assert {(cell.confidence, cell.open_sides) for cell in table.cells} == {(0.8, ())}
    assert page.notes == (
        "no rulings part the columns of the tables: the cells are told by the places of their texts",
    )
    assert page.lines == ()


def test_a_head_over_several_columns_is_one_cell() -> None:
    heads = [(120.0, 50.0, "预算和执行数年度合计")]
    body = rows(*(f"行|{number}|{number * 7}" for number in range(10, 22)), top=64)
    (table,) = read([*heads, (20, 50, "项"), *body], []).tables
    assert [(cell.column, cell.colspan) for cell in table.cells if cell.row == 0] == [(0, 1), (1, 2)]


def test_texts_between_two_rulings_are_a_table() -> None:
    texts = rows("指标|内容", "数量|良好", "质量|健全")
    assert read(texts, []).tables == ()
    rulings: list[Segment] = [(15, 48, 200, 48), (15, 63, 200, 63), (15, 92, 200, 92)]
    (table,) = read(texts, rulings).tables
    assert (table.row_count, table.column_count) == (3, 2)


@pytest.mark.parametrize(
    "texts",
    [
        rows("一|12", "二|34"),  # too short
        rows("总体目标", "一、完善制度建设", "二、保障运行"),
        rows("1.|完善制度建设工作", "2.|保障运行", "3.|提升服务"),
        rows("目录甲乙丙......|1", "目录......|2", "目录......|3"),
        rows("填报单位甲乙|负责人张三", "主管部门丙丁|电话办公", "项目名称戊|类别己"),
    ],
)
def test_lists_and_fields_without_rulings_are_lines(texts: list[Text]) -> None:
    page = read(texts, [])
    assert page.tables == ()
    assert page.notes == ()


def test_beside_ruled_tables_none_is_guessed() -> None:
    page = read(
        [*rows("数量|12|345", "质量|3|6%", "成本|7|8", top=150), (60, 55, "甲")],
        ruled([50, 150, 250], [50, 70, 90]),
    )
    assert len(page.tables) == 1
    assert len(page.lines) == 3
