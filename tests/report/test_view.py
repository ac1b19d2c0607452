"""What a page of the report shows of a table as read."""

from extract.model import Cell, Page, Table
from pipeline.report.view import Places, _grid


def test_a_stray_cell_far_away_makes_no_page_without_end() -> None:
    cells = (Cell(0, 0, "甲", rowspan=2), Cell(0, 3, "乙"), Cell(1, 3, "丙"), Cell(1_048_575, 16_383, "远"))
    page = Page(1, (Table(cells, 1_048_576, 16_384),))
    lines = _grid(page.tables[0], 1, page, Places([]))
    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in line] for line in lines] == [
        [("甲", 2, 1), ("乙", 1, 1), ("", 1, 1)],
        [("丙", 1, 1), ("", 1, 1)],
        [("", 1, 1), ("", 1, 1), ("远", 1, 1)],
    ]
