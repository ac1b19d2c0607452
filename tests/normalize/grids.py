"""Small forms from literal grids: a line is a row, `|` parts its cells, a blank line begins a new page."""

from collections.abc import Sequence
from textwrap import dedent

from extract.model import Cell, Document, Line, Page, Table
from extract.source import SourceFile
from extract.txt import read
from normalize import Amount, Field, Filing, Indicator, normalize
from normalize.characters import read_rows
from normalize.clues import Clues
from normalize.families import Family, rest_of
from normalize.grid import Row
from normalize.layout import Layout, take_apart
from normalize.mappings import Form, Mappings, load
from normalize.model import Place, Text
from normalize.sheets import read_sheets
from normalize.vocabulary import Vocabulary

MAPPINGS = load()
FORMS = {form.kind: form for form in MAPPINGS.forms if form.id.startswith("suzhou")}
DEPARTMENT = """
    苏州市市级部门整体预算绩效目标表

    2024年度

    单位名称||苏州市第一中学
"""
GOALS = "中长期目标|建成名校|\n年度目标|办好学校|\n"
PROJECT = """
    苏州市级财政支出项目绩效目标申报表

    申报单位名称|苏州市第一中学
    项目名称|校园修缮|项目年度|2021
"""


def document(*grids: str) -> Document:
    """What the TXT reader sees in ``grids``, one below the other; only a blank line ends a page."""
    plain = (dedent(grid).removeprefix("\n") if grid.strip() else grid for grid in grids)
    text = "".join(plain).replace("|", "\t")
    return read(SourceFile("grid.txt", text.encode()))


def rows(*grids: str) -> list[Row]:
    """The printed rows of ``grids``, their characters repaired."""
    return read_rows(read_sheets(document(*grids)))


def texts(row: Row) -> list[str]:
    """The texts of a row."""
    return [text.text for text in row.texts]


def text(content: str, column: int = 1, row: int = 1, page: int = 1) -> Text:
    """A printed text."""
    return Text(content, content, Place(page, 1, row, column))


def clues(form: Form, *subprojects: str) -> Clues:
    """What the mappings know, with the subprojects of a funds block."""
    return Clues(MAPPINGS, Vocabulary(MAPPINGS), form, subprojects)


def layout(form: Form, *grids: str) -> Layout:
    """The sections of the form that ``grids`` print."""
    return take_apart(rows(*grids), Family(form, rest_of(form, MAPPINGS), form.kind), MAPPINGS)


def filings(*grids: str, mappings: Mappings = MAPPINGS) -> tuple[Filing, ...]:
    """The forms of ``grids``."""
    return normalize(document(*grids), mappings)


def filing(*grids: str, mappings: Mappings = MAPPINGS) -> Filing:
    """The only form of ``grids``."""
    (one,) = filings(*grids, mappings=mappings)
    return one


def fields(one: Filing) -> dict[str, str | None]:
    """The values of a form's fields."""
    return {field.field: field.value for field in one.fields}


def field(one: Filing, key: str) -> Field:
    """The only field ``key`` of a form."""
    (found,) = (field for field in one.fields if field.field == key)
    return found


def indicators(one: Filing) -> dict[str | None, Indicator]:
    """A form's indicators by name, in the full year."""
    return {row.indicator: row for row in one.indicators if row.period == "full_year"}


def levels(one: Filing) -> list[tuple[str | None, str | None, str | None]]:
    """Level 1, level 2 and name of a form's indicators."""
    return [(row.level1, row.level2, row.indicator) for row in one.indicators if row.period == "full_year"]


def targets(one: Filing) -> dict[str | None, tuple[str | None, ...]]:
    """Half-year and full-year targets of a form's indicators."""
    half = {row.row: row.target for row in one.indicators if row.period == "half_year"}
    return {row.indicator: (half.get(row.row), row.target) for row in indicators(one).values()}


def amounts(one: Filing) -> dict[tuple[str, str], Amount]:
    """A form's amounts by item and period."""
    return {(amount.item, amount.period): amount for amount in one.amounts}


def kinds(one: Filing, table: str, column: str | None = None) -> set[str]:
    """The kinds of repair made in a column of a table."""
    return {
        repair.kind for repair in one.repairs if repair.table == table and column in (None, repair.column)
    }


def ruled(*grids: str) -> Document:
    """A document of one page for each grid, its cells with their spans: `^` is merged with the cell above,
    `<` with the one on its left; a line without `|` stands outside the table."""
    pages = tuple(_ruled_page(number, dedent(grid).strip("\n")) for number, grid in enumerate(grids, start=1))
    return Document("grid", "0", "docx", pages)


def ruled_filings(*grids: str, mappings: Mappings = MAPPINGS) -> tuple[Filing, ...]:
    """The forms of ``grids`` that show their cells with their spans."""
    return normalize(ruled(*grids), mappings)


def ruled_filing(*grids: str, mappings: Mappings = MAPPINGS) -> Filing:
    """The only form of them."""
    (one,) = ruled_filings(*grids, mappings=mappings)
    return one


def failed(one: Filing) -> dict[str, str]:
    """The messages of a form's failed checks."""
    return {check.check: check.message for check in one.checks if check.status == "fail"}


def _ruled_page(number: int, grid: str) -> Page:
    lines = [line.strip() for line in grid.split("\n") if line.strip()]
    above = [line for line in lines if "|" not in line]
    table = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    cells = [
        Cell(
            row,
            column,
            text,
            1 + _run([line[column] if column < len(line) else "" for line in table[row + 1 :]], "^"),
            1 + _run(table[row][column + 1 :], "<"),
        )
        for row, line in enumerate(table)
        for column, text in enumerate(line)
        if text not in ("^", "<")
    ]
    width = max(map(len, table), default=0)
    tables = (Table(tuple(cells), len(table), width),) if table else ()
    return Page(number, tables, tuple(Line(line) for line in above))


def _run(texts: Sequence[str], mark: str) -> int:
    return next((n for n, text in enumerate(texts) if text != mark), len(texts))
