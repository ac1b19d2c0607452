"""What is printed again at the top of every page is dropped; what begins a form or a table is not."""

from dataclasses import replace

from extract.model import Document, Line, Page
from normalize.heads import without_running_heads
from normalize.lexicon import Lexicon
from normalize.sheets import Sheet, read_sheets
from tests.normalize.prints import Placed, Print

HEADERS = Lexicon((name, name) for name in ("一级指标", "三级指标", "指标值"))
HEADER, OTHER = ["一级指标", "三级指标", "指标值"], ["三级指标", "一级指标", "指标值"]
TITLE, YEAR = "整体绩效目标表", "2024年度"


def page(number: int, rows: list[list[str]], *lines: str) -> Page:
    """A page of a table with ``rows``, with lines of text above it."""
    cells: list[Placed] = [
        (row, column, 1, 3 // len(texts), text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    (one,) = Print(cells, (80, 80, 80), [20] * len(rows), ()).pages().pages
    above = tuple(Line(text, 0, (60, 20 + 12 * n, 160, 30 + 12 * n)) for n, text in enumerate(lines))
    return replace(one, number=number, lines=above)


def kept(*pages: Page) -> list[list[str]]:
    """The texts of each page that are left."""
    sheets = read_sheets(Document("heads", "0", "pdf", pages))
    return [texts(sheet) for sheet in without_running_heads(sheets, HEADERS)]


def texts(sheet: Sheet) -> list[str]:
    cells = [cell.text.text for table in sheet.tables for cell in table.cells]
    return [line.text.text for line in sheet.lines] + cells


UNIT = ["单位名称", "甲校", "乙"]
FIRST = [UNIT, HEADER, ["产出", "甲", "1"]]


def test_a_title_and_a_header_printed_on_every_page_are_dropped() -> None:
    again = page(2, [HEADER, ["产出", "乙", "2"]], TITLE, YEAR)
    third = page(3, [HEADER, ["产出", "丙", "3"]], TITLE, YEAR)
    assert kept(page(1, FIRST, TITLE, YEAR), again, third)[1:] == [["产出", "乙", "2"], ["产出", "丙", "3"]]


def test_a_title_in_the_table_is_dropped_too() -> None:
    first = page(1, [[TITLE], [YEAR], *FIRST])
    assert kept(first, page(2, [[TITLE], [YEAR], ["产出", "乙", "2"]]))[1] == ["产出", "乙", "2"]


def test_another_form_of_the_kind_keeps_its_title() -> None:
    other = [["单位名称", "乙校", "丙"], HEADER, ["产出", "丁", "4"]]
    assert kept(page(1, FIRST, TITLE, YEAR), page(2, other, TITLE, YEAR))[1][:3] == [TITLE, YEAR, "单位名称"]


def test_a_form_of_another_year_keeps_its_title() -> None:
    first = page(1, [[TITLE], [YEAR], *FIRST])
    assert kept(first, page(2, [[TITLE], ["2025年度"], *FIRST]))[1][:2] == [TITLE, "2025年度"]


def test_a_page_with_a_title_of_its_own_keeps_what_it_has_in_common_with_the_first() -> None:
    assert kept(page(1, FIRST, TITLE, YEAR), page(2, FIRST[2:], "另一表", YEAR))[1][:2] == ["另一表", YEAR]


def test_the_header_of_another_table_stays_though_it_was_printed_before() -> None:
    first = page(1, [UNIT, HEADER, ["产出", "甲", "1"], OTHER, ["乙", "产出", "2"]], TITLE)
    assert kept(first, page(2, [HEADER, ["产出", "丙", "3"]]))[1] == [*HEADER, "产出", "丙", "3"]


def test_pages_without_geometry_are_left_as_they_are() -> None:
    plain = [
        replace(one, tables=tuple(replace(table, bbox=None) for table in one.tables))
        for one in (page(1, FIRST), page(2, [HEADER, ["产出", "乙", "2"]]))
    ]
    assert kept(*plain)[1] == [*HEADER, "产出", "乙", "2"]
