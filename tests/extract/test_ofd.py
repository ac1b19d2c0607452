"""The reader of OFD: what a page shows, as tables and lines."""

import pytest
from hypothesis import given, settings

from extract.registry import read_file
from extract.source import SourceFile
from tests.extract import pdfs
from tests.extract.ofds import (
    area,
    boxes,
    grid,
    line,
    lines,
    mm,
    only_table,
    path,
    read_page,
    read_pages,
    text,
)
from tests.extract.ofds_from_pdf import ofd_of_pdf
from tests.extract.partitions import Place, partitions, places


def test_a_table_has_its_cells_edges_and_boxes() -> None:
    page = read_page(grid((50, 150, 300), (40, 70, 90)), text(55, 60, "数量指标"), text(155, 85, "≥90%"))
    assert (page.width, page.height, page.lines, page.notes) == (600, 400, (), ())
    table = only_table(page)
    assert places(table) == [
        (0, 0, 1, 1, "数量指标"),
        (0, 1, 1, 1, ""),
        (1, 0, 1, 1, ""),
        (1, 1, 1, 1, "≥90%"),
    ]
    assert (table.row_edges, table.column_edges) == ((40, 70, 90), (50, 150, 300))
    assert table.cells[3].line_boxes == ((155, 76.2, 182.5, 86.2),)


@settings(max_examples=25, deadline=None)
@given(partitions())
def test_a_printed_table_reads_as_from_the_pdf_that_it_was(cells: list[Place]) -> None:
    content = []
    for row, column, height, width, string in cells:
        left, top, right, bottom = 50 + 60 * column, 40 + 20 * row, 60 * width, 20 * height
        content.append(f"0.5 w {left} {pdfs.HEIGHT - top - bottom} {right} {bottom} re S")
        content.append(pdfs.text(left + 5, top + 14, string))
    data = pdfs.pdf("\n".join(content))
    (before,), (after,) = read_file(SourceFile("filing.pdf", data)).pages, read_pages(ofd_of_pdf(data))
    assert [places(table) for table in after.tables] == [places(table) for table in before.tables]
    assert [table.bbox for table in after.tables] == [table.bbox for table in before.tables]
    assert lines(after) == lines(before)
    assert [box and box[:2] for box in boxes(after)] == [box and box[:2] for box in boxes(before)]


def test_the_lines_of_a_cell_stay_apart_and_lose_nothing() -> None:
    page = read_page(
        grid((50, 110, 200), (40, 90)),
        text(52, 52, "承担全市教育"),  # 60 points wide, up to over the ruling
        text(52, 65, "信息化建设，"),
        text(113, 52, "健全"),
    )
    wrapped, neighbour = only_table(page).cells
    assert (wrapped.lines, wrapped.text) == (("承担全市教育", "信息化建设，"), "承担全市教育\n信息化建设，")
    assert neighbour.text == "健全"


@pytest.mark.parametrize(
    "rulings",
    [
        [
            *(area(50, y, 200, y + 0.5) for y in (40, 60, 80)),
            *(area(x, 40, x + 0.5, 80) for x in (50, 120, 200)),
        ],
        [
            path(
                " ".join(
                    f"{move} {mm(x, 40)} L {mm(x + 1, 40)} L {mm(x + 1, 80)} L {mm(x, 80)} C" for x in xs
                ),
                'Fill="true" Stroke="false"',
                '<ofd:FillColor Value="0 0 0"/>',
            )
            for move, xs in (("M", (50, 120)), ("S", (120, 200)))
        ]
        + [line(50, y, 200, y + 0.5) for y in (40, 60, 80)],
        [
            path(f"M {mm(50, 40)} L {mm(200, 40)} L {mm(200, 80)} L {mm(50, 80)} C"),
            line(120, 40, 120, 80),
            line(50, 60, 200, 60),
        ],
        [
            *(path(f"M {mm(x, 40)} l {mm(x, 80)}") for x in (50, 120, 200)),
            *(path(f"S {mm(50, y)} L {mm(120, y, 200, y)}", 'DashPattern="1 1"') for y in (40, 60, 80)),
        ],
    ],
    ids=["thin areas", "areas of one path", "a frame", "parts of lines"],
)
def test_rulings_are_drawn_in_many_ways(rulings: list[str]) -> None:
    table = only_table(read_page(*rulings, text(55, 55, "甲"), text(125, 75, "乙")))
    assert [(cell.text, cell.open_sides) for cell in table.cells] == [
        ("甲", ()),
        ("", ()),
        ("", ()),
        ("乙", ()),
    ]
    assert [round(edge) for edge in table.column_edges] == [50, 120, 200]


def test_what_is_thick_parts_no_cells() -> None:
    shade, band = area(50, 45, 200, 50, "200 200 200"), line(50, 55, 200, 55, 'LineWidth="1.8"')
    upright = line(80, 40, 80, 80, 'LineWidth="1.8"')
    page = read_page(
        grid((50, 120, 200), (40, 80)), shade, band, upright, text(55, 75, "甲"), text(125, 65, "乙")
    )
    assert places(only_table(page)) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")]


def test_letters_that_are_drawn_are_no_tables() -> None:
    """Beside its text a letter may stand as the shape of it."""
    shape = "".join(
        f"M {mm(x, 88)} L {mm(x, 102)} M {mm(98, y)} L {mm(122, y)}"
        for x in (98, 110, 122)
        for y in (88, 102)
    )
    curves = (
        f"M {mm(130, 90)} B {mm(131, 91, 132, 92, 133, 93)}",
        f"M {mm(130, 90)} Q {mm(131, 91, 132, 92)}",
        f"M {mm(130, 90)} A 5 5 0 0 1 {mm(132, 92)}",
    )
    (table,) = read_page(path(shape), text(100, 99, "中"), text(112, 99, "国")).tables
    assert [cell.text for cell in table.cells] == ["中", "国"]
    for curve in curves:
        page = read_page(path(shape + curve), text(100, 99, "中"), text(112, 99, "国"))
        assert (page.tables, lines(page)) == ((), ["中国"])
