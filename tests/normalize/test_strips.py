"""Sheets wider than a page: cut by a print, and whole again."""

from dataclasses import replace
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extract.model import Document
from normalize.sheets import Sheet, read_sheets
from normalize.strips import rejoin_strips
from tests.normalize.grids import MAPPINGS
from tests.normalize.prints import Placed, Print


def rejoined(document: Document) -> list[Sheet]:
    return rejoin_strips(read_sheets(document), MAPPINGS.forms)


def placed(sheet: Sheet) -> list[Placed]:
    """The cells of the only table of a sheet, line ends out of their texts."""
    (table,) = sheet.tables
    return [
        (cell.row, cell.column, cell.rowspan, cell.colspan, cell.text.text.replace("\n", ""))
        for cell in table.cells
    ]


def grid(rows: int, columns: int) -> list[Placed]:
    return [(row, column, 1, 1, f"{row}行{column}列") for row, column in product(range(rows), range(columns))]


def with_merged(cells: list[Placed], *merged: Placed) -> list[Placed]:
    """``cells`` with those that ``merged`` cover taken out."""
    covered = {
        (row + i, column + k)
        for row, column, rowspan, colspan, _ in merged
        for i, k in product(range(rowspan), range(colspan))
    }
    return sorted([*merged, *(cell for cell in cells if cell[:2] not in covered)])


LONG = "承担全市教育信息化规划建设应用与培训工作负责教育资源平台建设与运行维护指导学校开展信息化教学"
WIDE = with_merged(grid(6, 4), (0, 0, 1, 4, LONG * 2), (2, 0, 3, 1, "履职"))


@pytest.mark.parametrize("down_then_over", [True, False])
@pytest.mark.parametrize("across", [(2,), (1, 3), (1, 2, 3)])
def test_a_sheet_cut_into_strips_is_whole_again(across: tuple[int, ...], down_then_over: bool) -> None:
    document = Print(WIDE, (80, 100, 120, 90), (60, 20, 24, 20, 28, 20), across).pages(down_then_over)
    assert len(document.pages) == len(across) + 1
    (sheet,) = rejoined(document)
    assert placed(sheet) == WIDE


def test_a_text_that_a_cut_ran_through_says_so() -> None:
    document = Print(WIDE, (80, 100, 120, 90), (60, 20, 24, 20, 28, 20), (2,)).pages()
    (sheet,) = rejoined(document)
    text = sheet.tables[0].cells[0].text
    (change,) = text.changes
    assert (change.kind, change.after) == ("split_pages_rejoined", text.text)
    assert text.raw == "\n".join(page.tables[0].cells[0].text for page in document.pages)
    assert 0.95 <= text.confidence < 1


@pytest.mark.parametrize("down_then_over", [True, False])
def test_bands_of_pages_are_found_in_both_orders(down_then_over: bool) -> None:
    cells = with_merged(grid(9, 4), (0, 0, 1, 4, LONG), (4, 1, 1, 2, "跨页"), (8, 0, 1, 4, LONG))
    heights = (40, 20, 22, 20, 21, 20, 23, 20, 40)
    document = Print(cells, (80, 100, 120, 90), heights, (2,), (3, 6)).pages(down_then_over)
    assert len(document.pages) == 6
    sheets = rejoined(document)
    texts = [text for sheet in sheets for *_, text in placed(sheet)]
    assert texts == [text for *_, text in cells]


def test_two_sheets_with_rows_of_one_height_stay_apart() -> None:
    one = Print(grid(12, 3), (80, 100, 120), [20] * 12, ()).pages()
    other = Print([(*cell[:4], cell[4] + "乙") for cell in grid(12, 2)], (90, 70), [20] * 12, ()).pages()
    both = Document("two", "0", "pdf", (*one.pages, *other.pages))
    assert [len(sheet.tables[0].cells) for sheet in rejoined(both)] == [36, 24]


def test_two_forms_of_one_kind_stay_apart() -> None:
    """Each open on the right, as where a print has no right border."""
    one = Print(WIDE, (80, 100, 120, 90), (60, 20, 24, 20, 28, 20), (2,)).pages().pages[0]
    assert len(rejoined(Document("two", "0", "pdf", (one, one)))) == 2


def test_the_pages_of_a_long_table_without_outer_rulings_stay_apart() -> None:
    """Their cells are open on the outside, their columns the same, their rows of one height."""
    cells = [(row, column, 1, 1, f"{row}行{column}列") for row in range(16) for column in range(3)]
    pages = Print(cells, (80, 100, 120), [20] * 16, (), (8,)).pages().pages
    opened = []
    for page in pages:
        (table,) = page.tables
        sides = {0: ("left",), 2: ("right",)}
        changed = [replace(cell, open_sides=sides.get(cell.column, ())) for cell in table.cells]
        opened.append(replace(page, tables=(replace(table, cells=tuple(changed)),)))
    assert len(rejoined(Document("long", "0", "pdf", tuple(opened)))) == 2


def test_headers_of_which_each_page_has_its_part_make_a_cut_likely() -> None:
    """No cell runs through this cut; the pages of two forms that each lack one would look alike."""
    heads = ["一级指标", "二级指标", "三级指标", "指标值"]
    cells = sorted([(0, k, 1, 1, head) for k, head in enumerate(heads)] + [c for c in grid(8, 4) if c[0]])
    heights = (20, 22, 20, 25, 20, 31, 20, 20)
    (sheet,) = rejoined(Print(cells, (80, 100, 120, 90), heights, (2,)).pages())
    assert placed(sheet) == cells
    assert {(cell.column >= 2, cell.text.confidence) for cell in sheet.tables[0].cells} == {
        (False, 1.0),
        (True, 0.85),
    }
    cells = with_merged(cells, (3, 1, 1, 2, "跨页"))
    (sheet,) = rejoined(Print(cells, (80, 100, 120, 90), heights, (2,)).pages())
    assert all(cell.text.confidence > 0.9 for cell in sheet.tables[0].cells)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_table_that_is_cut_and_stitched_is_the_same(seed: int, down_then_over: bool) -> None:
    rng = Random(seed)
    columns, rows = rng.randint(2, 7), rng.randint(4, 12)
    widths = [rng.randint(30, 150) for _ in range(columns)]
    heights = [rng.randint(14, 40) + rng.random() for _ in range(rows)]
    text = "".join(chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(rng.randint(10, 60)))
    cells = with_merged(grid(rows, columns), (0, 0, 1, columns, text))
    across = sorted(rng.sample(range(1, columns), rng.randint(1, min(3, columns - 1))))
    strips = [widths[start:end] for start, end in pairwise([0, *across, columns])]
    assume(all(abs(sum(left) - sum(right)) > 3 for left, right in pairwise(strips)))
    whole = Print(cells, widths, heights, across)
    (uncut,) = rejoined(Print(cells, widths, heights, ()).pages())
    (sheet,) = rejoined(whole.pages(down_then_over))
    assert placed(sheet) == placed(uncut)


def test_a_text_that_is_written_whole_behind_the_cut_is_certain() -> None:
    """A character that the cut runs through is seen on neither page."""
    pages = Print(WIDE, (80, 100, 120, 90), (60, 20, 24, 20, 28, 20), (2,)).pages().pages
    one, other = (page.tables[0] for page in pages)
    left = replace(
        one.cells[0],
        whole=LONG * 2,
        lines=(one.cells[0].lines[0][:-1], *one.cells[0].lines[1:]),
    )
    tables = (replace(one, cells=(left, *one.cells[1:])), other)
    document = Document(
        "print", "0", "pdf", tuple(replace(page, tables=(t,)) for page, t in zip(pages, tables, strict=True))
    )
    (sheet,) = rejoined(document)
    text = sheet.tables[0].cells[0].text
    assert text.text.replace("\n", "") == LONG * 2
    assert text.confidence == 1.0
