"""Cells that run over a page break are one: their text covers the rows of both pages."""

from dataclasses import replace

from extract.model import Document, Line, Page
from normalize import normalize
from normalize.breaks import join_breaks
from normalize.characters import read_rows
from normalize.lexicon import Lexicon
from normalize.sheets import SheetCell, read_sheets, with_common_columns
from tests.normalize.grids import MAPPINGS, levels
from tests.normalize.prints import Placed, Print

HEAD = [
    (0, 0, 1, 1, "一级指标"),
    (0, 1, 1, 1, "二级指标"),
    (0, 2, 1, 1, "重点工作"),
    (0, 3, 1, 1, "三级指标"),
    (0, 4, 1, 1, "半年指标值"),
    (0, 5, 1, 1, "全年指标值"),
]
NAMES = ["食堂面积", "安保人数", "食堂餐位数", "安保巡查次数", "校舍面积", "教室数量"]
WIDTHS = (60, 90, 110, 120, 60, 60)


def form(*labels: Placed) -> list[Placed]:
    """A table of six indicators, with ``labels`` in its first three columns."""
    rows = [
        cell
        for row, name in enumerate(NAMES, start=1)
        for cell in [(row, 3, 1, 1, name), (row, 4, 1, 1, f"≥{row}"), (row, 5, 1, 1, f"≥{row * 2}")]
    ]
    return sorted([*HEAD, *labels, *rows])


LABELS = (
    (1, 0, 6, 1, "履职"),
    (1, 1, 6, 1, "后勤保障"),
    (1, 2, 2, 1, "推进食堂建设"),
    (3, 2, 4, 1, "完善安保体系"),
)


def printed(*down: int) -> Document:
    return Print(form(*LABELS), WIDTHS, [20] * 7, (), down).pages()


def closed(document: Document) -> Document:
    """As a word processor prints it: every cell ruled on all sides."""
    pages = [
        replace(
            page,
            tables=tuple(
                replace(table, cells=tuple(replace(cell, open_sides=()) for cell in table.cells))
                for table in page.tables
            ),
        )
        for page in document.pages
    ]
    return replace(document, pages=tuple(pages))


def tasks(document: Document) -> list[str | None]:
    (one,) = normalize(document, MAPPINGS)
    return [row.key_task for row in one.indicators if row.period == "full_year"]


KNOWN = Lexicon((name, name) for name in ("满意度指标", "服务对象满意度", "投入"))
TASKS = ["推进食堂建设"] * 2 + ["完善安保体系"] * 4


def test_a_merged_label_covers_its_rows_on_the_next_page() -> None:
    assert tasks(printed(4)) == TASKS
    assert tasks(closed(printed(4))) == TASKS


def test_a_merged_label_may_run_over_several_pages() -> None:
    assert tasks(printed(4, 5)) == TASKS
    assert tasks(closed(printed(4, 6))) == TASKS


def test_the_rows_behind_a_break_are_certain() -> None:
    (one,) = normalize(printed(4), MAPPINGS)
    assert [row[:2] for row in levels(one)] == [("履职", "后勤保障")] * 6
    assert min(row.confidence for row in one.indicators) >= 0.95
    assert one.pages == 2


def first_cells(document: Document) -> list[SheetCell]:
    """The first cell of each page."""
    return [sheet.tables[0].cells[0] for sheet in join_breaks(read_sheets(document), KNOWN)]


def two_pages(*texts: str, between: str | None = None) -> Document:
    """A cell open to the next page, with the part of its text on each."""
    cells = [(0, 0, 4, 1, ""), *((row, 1, 1, 1, f"第{row}行") for row in range(4))]
    pages = Print(cells, (80, 80), [20] * 4, (), (2,)).pages().pages
    changed: list[Page] = []
    for page, text in zip(pages, texts, strict=True):
        (table,) = page.tables
        cell = replace(table.cells[0], text=text)
        lines = (Line(between, len(changed) == 0),) if between else ()
        changed.append(replace(page, tables=(replace(table, cells=(cell, *table.cells[1:])),), lines=lines))
    return Document("two", "0", "pdf", tuple(changed))


def test_parts_of_a_text_on_both_sides_of_a_break_are_one() -> None:
    one, other = first_cells(two_pages("教育资源应用", "与推广"))
    assert (one.text.text, other.text.text) == ("教育资源应用\n与推广", "")
    assert other.continues == one.text
    assert [change.kind for change in one.text.changes] == ["page_break_joined"]


def test_a_text_painted_whole_on_both_pages_is_one() -> None:
    one, other = first_cells(two_pages("教育资源应用", "教育资源应用"))
    assert one.text.text == "教育资源应用"
    assert one.text.changes == ()
    assert other.continues == one.text


def test_a_text_painted_on_the_second_page_alone_covers_both() -> None:
    one, other = first_cells(two_pages("", "教育资源应用"))
    assert one.text.text == "教育资源应用"
    assert one.text.place.page == 2
    assert other.continues == one.text


def test_a_table_does_not_go_on_behind_a_line_of_text() -> None:
    one, other = first_cells(two_pages("教育资源应用", "与推广", between="二、资金情况"))
    assert (one.text.text, other.text.text) == ("教育资源应用", "与推广")
    assert other.continues is None


def test_a_page_number_is_no_text_between() -> None:
    for number in ("第 3 页", "- 12 -", "3/12", "第 3 页 共 12 页"):
        assert first_cells(two_pages("教育资源应用", "与推广", between=number))[1].continues is not None


def test_tables_with_other_columns_stay_apart() -> None:
    """Though a cell is empty at the top of the second page."""
    one = Print([(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")], (80, 80), (20,), ()).pages().pages[0]
    other = Print([(0, 0, 1, 1, ""), (0, 1, 1, 1, "丙")], (80, 90), (20,), ()).pages().pages[0]
    document = Document("two", "0", "pdf", (one, replace(other, number=2)))
    assert [cell.continues for cell in first_cells(document)] == [None, None]


def test_columns_of_all_pages_are_counted_alike() -> None:
    """A page whose rows have fewer rulings counts its columns by those of the others."""
    cells = [(0, 0, 1, 3, "甲"), (1, 0, 1, 1, "一"), (1, 1, 1, 1, "二"), (1, 2, 1, 1, "三")]
    one = Print(cells, (40, 50, 60), (20, 20), ())
    other = Print([(0, 0, 1, 2, "乙"), (0, 2, 1, 1, "四")], (40, 50, 60), (20,), ())
    pages = (one.pages().pages[0], replace(other.pages().pages[0], number=2))
    rows = read_rows(with_common_columns(read_sheets(Document("two", "0", "pdf", pages))))
    counted = [(row.columns, row.colspans) for row in rows]
    assert counted == [((0,), (3,)), ((0, 1, 2), (1, 1, 1)), ((0, 2), (2, 1))]


def rows_at_a_break(above: tuple[str, ...], below: tuple[str, ...]) -> list[str]:
    """The texts of the row above a break, its cells and those of the row below being open there."""
    cells = [(row, column, 1, 1, "") for row in range(2) for column in range(len(above))]
    pages = (
        Print([*cells, (2, 0, 1, len(above), "完")], [80] * len(above), (20, 20, 20), (), ()).pages().pages
    )
    (table,) = pages[0].tables
    parts = []
    for number, (texts, side) in enumerate(((above, "bottom"), (below, "top")), start=1):
        row = [
            replace(cell, row=0, text=text, open_sides=(side,))
            for cell, text in zip([cell for cell in table.cells if cell.row == 0], texts, strict=True)
        ]
        parts.append(Page(number, (replace(table, cells=tuple(row)),)))
    sheets = join_breaks(read_sheets(Document("rows", "0", "pdf", tuple(parts))), KNOWN)
    return [cell.text.text for cell in sheets[0].tables[0].cells]


def test_a_torn_row_is_one_though_all_its_cells_are_open() -> None:
    joined = rows_at_a_break(("食堂面积", "≥1", "考察食堂的"), ("", "", "建设情况"))
    assert joined == ["食堂面积", "≥1", "考察食堂的\n建设情况"]


def test_two_full_rows_stay_two_though_a_page_ends_before_the_ruling_between_them() -> None:
    joined = rows_at_a_break(("后勤", "食堂面积", "≥1", "考察食堂"), ("", "安保人数", "≥2", "考察安保"))
    assert joined == ["后勤", "食堂面积", "≥1", "考察食堂"]


def sure_of_torn(blank: bool) -> float:
    """How sure the row of 市级财政资金 is one with the first of the next page, where a row before it has no
    amounts, or has them."""
    other = "" if blank else "3,000.00"
    above = [
        *((0, column, 1, 1, text) for column, text in enumerate(("上级财政资金", other, other))),
        *((1, column, 1, 1, text) for column, text in enumerate(("市级财政资金", "4,000.00", "4,000.00"))),
    ]
    below = [(0, 0, 1, 1, "及其他"), (0, 1, 1, 1, ""), (0, 2, 1, 1, "")]
    pages = [
        Print(cells, (76, 90, 90), [25] * rows, (), ()).pages() for cells, rows in ((above, 2), (below, 1))
    ]
    document = replace(pages[0], pages=(pages[0].pages[0], replace(pages[1].pages[0], number=2)))
    sheets = join_breaks(read_sheets(closed(document)), KNOWN)
    (cell,) = [cell for cell in sheets[0].tables[0].cells if cell.text.text.startswith("市级")]
    return cell.text.confidence if cell.text.changes else 0.0


def test_a_row_without_amounts_is_no_sign_of_a_torn_one_where_others_have_none_either() -> None:
    assert sure_of_torn(blank=True) < 0.8 < sure_of_torn(blank=False)


def test_a_label_that_is_open_where_a_ruling_ends_other_cells_goes_on() -> None:
    """It is one cell over two rows, of which each is on a page."""
    cells = [(0, 0, 2, 1, ""), (0, 1, 1, 1, "群众满意度"), (1, 1, 1, 1, "单位满意度")]
    above, below = Print(cells, (60, 80), [20, 20], (), (1,)).pages().pages
    parts = []
    for page, text, side in ((above, "满意度指", "bottom"), (below, "标", "top")):
        (table,) = page.tables
        first, second = table.cells
        first = replace(first, text=text, open_sides=(side,))
        parts.append(replace(page, tables=(replace(table, cells=(first, replace(second, open_sides=()))),)))
    sheets = join_breaks(read_sheets(Document("open", "0", "pdf", tuple(parts))), KNOWN)
    assert [cell.text.text for cell in sheets[0].tables[0].cells] == ["满意度指\n标", "群众满意度"]
    assert [cell.text.text for cell in sheets[1].tables[0].cells] == ["", "单位满意度"]


def test_a_text_on_two_pages_is_no_surer_than_either_part() -> None:
    for sure in ((0.95, 0.2), (0.2, 0.95)):
        pages = Print(
            [(0, 0, 2, 1, ""), *((row, 1, 1, 1, f"第{row}行") for row in range(2))],
            (36, 80),
            [20, 20],
            (),
            (1,),
        )
        parts = []
        for page, text, confidence in zip(pages.pages().pages, ("满意度", "指标"), sure, strict=True):
            (table,) = page.tables
            first = replace(table.cells[0], text=text, confidence=confidence)
            parts.append(replace(page, tables=(replace(table, cells=(first, *table.cells[1:])),)))
        sheets = join_breaks(read_sheets(Document("doubted", "0", "scan", tuple(parts))), KNOWN)
        joined = sheets[0].tables[0].cells[0].text
        assert (joined.text, joined.confidence) == ("满意度\n指标", 0.2)


def test_a_torn_label_goes_on_below_a_header_that_is_printed_again() -> None:
    """As word processors print it: every cell of both pages has its rulings."""
    head = [(0, 0, 1, 1, "重点工作"), (0, 1, 1, 1, "三级指标")]
    rows = (
        [(1, 0, 1, 1, "保障昆明交通运行监"), (1, 1, 1, 1, "运行事故")],
        [(1, 0, 2, 1, "测平台日常运维"), (1, 1, 1, 1, "留存天数"), (2, 1, 1, 1, "数据备份")],
    )
    printed = [
        closed(Print([*head, *some], (96, 130), [24] * len(some), (), ()).pages()).pages[0] for some in rows
    ]
    pages = [replace(page, number=number) for number, page in enumerate(printed, start=1)]
    sheets = join_breaks(read_sheets(Document("torn", "0", "pdf", tuple(pages))), KNOWN)
    (first,) = [cell for cell in sheets[0].tables[0].cells if cell.column == 0 and cell.row == 1]
    assert "".join(first.text.text.split()) == "保障昆明交通运行监测平台日常运维"


def test_a_label_goes_on_below_the_rows_that_head_each_page() -> None:
    """Spreadsheets print them again, with a ruling below."""
    head = [(0, 0, 1, 1, "类别"), (0, 1, 1, 1, "指标名称")]
    above = Print([*head, (1, 0, 1, 1, ""), (1, 1, 1, 1, "运行规程")], (60, 80), [20, 20], (), ()).pages()
    below = Print(
        [*head, (1, 0, 1, 1, "影响力"), (1, 1, 1, 1, "共享机制")], (60, 80), [20, 20], (), ()
    ).pages()

    def at_the_break(*open_sides: str) -> list[str]:
        (upper,), (lower,) = above.pages[0].tables, below.pages[0].tables
        cells = [
            replace(c, open_sides=open_sides if (c.row, c.column) == (1, 0) else ()) for c in upper.cells
        ]
        lower = replace(lower, cells=tuple(replace(cell, open_sides=()) for cell in lower.cells))
        pages = (Page(1, (replace(upper, cells=tuple(cells)),)), Page(2, (lower,)))
        sheets = join_breaks(read_sheets(Document("headed", "0", "pdf", pages)), KNOWN)
        return [sheet.tables[0].cells[2].text.text for sheet in sheets]

    assert at_the_break("bottom") == ["影响力", ""]
    assert at_the_break() == ["", "影响力"]


def closed_at_a_break(upper: str, lower: str, *, rowspan: int = 2) -> list[str]:
    """What a merged cell with a part of its text on each page comes to, ruled on all sides."""
    cells = [(0, 0, 2 * rowspan, 1, ""), *((row, 1, 1, 1, f"第{row}行") for row in range(2 * rowspan))]
    pages = Print(cells, (36, 80), [20] * 2 * rowspan, (), (rowspan,)).pages().pages
    parts = []
    for page, text in zip(pages, (upper, lower), strict=True):
        (table,) = page.tables
        x0, top, _, bottom = table.cells[0].bbox or (0.0, 0.0, 0.0, 0.0)
        start = bottom - 12 * len(text.split()) if text == upper and rowspan == 2 else top
        boxes = [
            (x0 + 2, start + 12 * n, x0 + 2 + 10 * len(line), start + 12 * n + 10)
            for n, line in enumerate(text.split())
        ]
        first = replace(
            table.cells[0], text=text, lines=tuple(text.split()), line_boxes=tuple(boxes), open_sides=()
        )
        parts.append(replace(page, tables=(replace(table, cells=(first, *table.cells[1:])),)))
    sheets = join_breaks(read_sheets(Document("closed", "0", "pdf", tuple(parts))), KNOWN)
    return [sheet.tables[0].cells[0].text.text for sheet in sheets]


def test_a_label_that_a_word_processor_tore_is_known_by_its_name_or_its_words() -> None:
    assert closed_at_a_break("满意度", "指标") == ["满意度\n指标", ""]
    assert closed_at_a_break("城乡公交服务一\n体化和信息", "化") == ["城乡公交服务一\n体化和信息\n化", ""]


def test_two_labels_stay_two() -> None:
    assert closed_at_a_break("投入", "满意度指标") == ["投入", "满意度指标"]
    assert closed_at_a_break("办学", "≥5人") == ["办学", "≥5人"]
    assert closed_at_a_break("城乡公交服务一\n体化和信息", "化", rowspan=5) == [
        "城乡公交服务一\n体化和信息",
        "化",
    ]
    assert closed_at_a_break("办好\n学", "后勤\n保障") == ["办好\n学", "后勤\n保障"]


def test_a_text_painted_beyond_the_end_of_its_open_cell_is_the_cells() -> None:
    """Browsers do so with a label that a page break runs through."""
    document = two_pages("", "")
    (table,) = document.pages[0].tables
    x0, _, x1, bottom = table.cells[0].bbox or (0.0, 0.0, 0.0, 0.0)
    inside, beside = (x0 + 5, bottom + 1, x1 - 5, bottom + 11), (x1 + 5, bottom + 1, x1 + 50, bottom + 11)
    lines = (Line("效益指标", 1, inside),)
    one, other = first_cells(
        replace(document, pages=(replace(document.pages[0], lines=lines), document.pages[1]))
    )
    assert (one.text.text, other.continues) == ("效益指标", one.text)
    lines = (Line("效益指标", 1, beside),)
    one, other = first_cells(
        replace(document, pages=(replace(document.pages[0], lines=lines), document.pages[1]))
    )
    assert (one.text.text, other.continues) == ("", None)
