"""A page inside of merged labels, of a table without outer rulings: its first columns show none at all."""

from dataclasses import replace

import pytest

from extract.model import Box, Document, Line, Page, Table
from normalize import normalize
from tests.normalize.grids import MAPPINGS
from tests.normalize.test_breaks import LABELS, TASKS, printed, tasks


def without_columns(document: Document, number: int, count: int, *, text: bool) -> Document:
    """``document`` with the first columns of a page gone, their texts (if printed) beside the table."""
    pages = list(document.pages)
    (table,) = pages[number].tables
    left = table.column_edges[count]
    gone = [cell for cell in table.cells if cell.column < count]
    kept = tuple(replace(cell, column=cell.column - count) for cell in table.cells if cell.column >= count)
    assert table.bbox
    box: Box = (left, *table.bbox[1:])
    changed = Table(
        kept, table.row_count, table.column_count - count, box, table.row_edges, table.column_edges[count:]
    )
    lines = tuple(Line(cell.text, 0, at) for cell in gone for at in cell.line_boxes if cell.text and text)
    pages[number] = Page(number + 1, (changed,), lines)
    return replace(document, pages=tuple(pages))


@pytest.mark.parametrize("text", [False, True])
def test_labels_without_rulings_cover_the_rows_of_the_page(text: bool) -> None:
    document = without_columns(printed(3, 5), 1, 2, text=text)
    assert len(document.pages[1].tables[0].column_edges) == 5
    assert tasks(document) == TASKS
    (one,) = normalize(document, MAPPINGS)
    assert {(row.level1, row.level2) for row in one.indicators} == {(LABELS[0][4], LABELS[1][4])}
    assert min(row.confidence for row in one.indicators) >= 0.95
    assert not any(repair.kind == "text_lost" for repair in one.repairs)


def test_a_narrower_table_that_does_not_go_on_keeps_its_columns() -> None:
    """Its right side is another one, so that it is a table of its own."""
    document = printed(3)
    (table,) = document.pages[1].tables
    narrow = without_columns(document, 1, 2, text=False)
    (cut,) = narrow.pages[1].tables
    assert cut.bbox
    other = replace(
        cut,
        bbox=(*cut.bbox[:2], cut.bbox[2] - 30, cut.bbox[3]),
        column_edges=(*cut.column_edges[:-1], cut.column_edges[-1] - 30),
    )
    pages = (document.pages[0], replace(narrow.pages[1], tables=(other,)))
    (one,) = normalize(replace(document, pages=pages), MAPPINGS)
    below = [row for row in one.indicators if row.page == 2]
    assert len(below) == 2 * table.row_count
    assert all(repair.kind != "page_break_joined" for repair in one.repairs)
