"""The published tables as ``filings.xlsx``: one sheet a table, for people who work in Excel.

Texts are typed as texts, so that nothing runs as a formula and no code loses its zeros. What Excel cannot
hold is parted by fiscal year, then cut; the first sheet says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from pipeline.schema import LIST_SEPARATOR, TABLES, Column, Table

SUFFIX = ".xlsx"
MOST_ROWS = 1_048_575
"""Rows of a sheet below its header (Excel's specifications and limits)."""
MOST_CHARACTERS = 32_767
"""Characters of a cell (the same)."""

_SETTINGS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_MADE = datetime(1980, 1, 1)  # the same bytes for the same tables
_WIDTHS = {"string": 18, "integer": 8, "number": 10, "boolean": 8, "list": 24}
_WIDE = frozenset({"source", "title", "value", "raw", "indicator", "message", "error", "evidence", "before"})
_ROWS_AT_ONCE = 10_000
_ABOUT = "说明 about"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet to be: its name, its table, and the rows that it holds."""

    name: str
    table: Table
    rows: Any


def write(tables: Mapping[str, Any], path: Path, *, most_rows: int = MOST_ROWS) -> None:
    """Write ``tables`` (Arrow, by name, all of ``schema.TABLES``) to ``path``.

    The same tables give the same bytes. ``most_rows`` may stand in a sheet below its header.
    """
    with xlsxwriter.Workbook(path, {**_SETTINGS, "tmpdir": str(path.parent)}) as book:
        book.set_properties({"title": "Jixiao 绩效", "created": _MADE})
        about = book.add_worksheet(_ABOUT)
        writer = _Writer(book)
        said = [writer.sheet(sheet, most_rows) for sheet in _sheets(tables, most_rows)]
        writer.about(about, said)


def write_texts(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Write a workbook of one sheet in which every cell is a text."""
    with xlsxwriter.Workbook(path, {**_SETTINGS, "tmpdir": str(path.parent)}) as book:
        book.set_properties({"created": _MADE})
        page, writer = book.add_worksheet(), _Writer(book)
        page.freeze_panes(1, 1)
        for column, name in enumerate(header):
            page.set_column(column, column, 40 if name in _WIDE else _WIDTHS["string"], writer.text)
            page.write_string(0, column, name, writer.head)
        for row, line in enumerate(lines, start=1):
            for column, text in enumerate(line):
                page.write_string(row, column, text[:MOST_CHARACTERS], writer.text)


def _sheets(tables: Mapping[str, Any], most_rows: int) -> Iterator[_Sheet]:
    years = dict(
        zip(*(tables["filings"][name].to_pylist() for name in ("filing_id", "fiscal_year")), strict=True)
    )
    for name, table in TABLES.items():
        rows = tables[name]
        if rows.num_rows <= most_rows or "filing_id" not in table.names:
            yield _Sheet(name, table, rows)
            continue
        of_row = pa.array([years[key] for key in rows["filing_id"].to_pylist()], pa.int64())
        for year in sorted(set(years.values()), key=lambda year: (year is None, year)):
            mask = pc.is_null(of_row) if year is None else pc.equal(of_row, year)
            part = rows.filter(mask)
            if part.num_rows:
                yield _Sheet(f"{name} {year or 'no year'}", table, part)


class _Writer:
    """Writes sheets into a book, in its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        self.text = book.add_format({"num_format": "@"})
        self.plain = book.add_format()
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})

    def sheet(self, sheet: _Sheet, most_rows: int) -> tuple[str, str, int, str]:
        """Write a sheet; its name, what it holds, how many rows, and what was cut, for the first sheet."""
        page = self.book.add_worksheet(sheet.name)
        columns = sheet.table.columns
        for k, column in enumerate(columns):
            width = 40 if column.name in _WIDE else _WIDTHS[column.type]
            page.set_column(k, k, width, self.text if _is_text(column) else self.plain)
            page.write_string(0, k, column.name, self.head)
            page.write_comment(0, k, _note(column), {"x_scale": 2, "y_scale": 1.2})
        page.freeze_panes(1, 1)
        rows = sheet.rows.slice(0, most_rows)
        page.autofilter(0, 0, max(1, rows.num_rows), len(columns) - 1)
        cut = self._rows(page, rows, columns)
        notes = []
        if sheet.rows.num_rows > most_rows:
            notes.append(
                f"{sheet.rows.num_rows - most_rows} rows left out, more than a sheet holds 超出行数，未列入"
            )
        if cut:
            notes.append(f"{cut} texts cut at {MOST_CHARACTERS} characters 文本超长，已截断")
        return sheet.name, f"{sheet.table.title}. {sheet.table.description}", rows.num_rows, "; ".join(notes)

    def _rows(self, page: Any, rows: Any, columns: Sequence[Column]) -> int:
        """Write rows below the header; how many texts were too long."""
        line = cut = 0
        for batch in rows.to_batches(max_chunksize=_ROWS_AT_ONCE):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                for k, value in enumerate(values):
                    if isinstance(value, list):
                        value = LIST_SEPARATOR.join(value)
                    if isinstance(value, str):
                        cut += len(value) > MOST_CHARACTERS
                        page.write_string(line, k, value[:MOST_CHARACTERS], self.text)
                    elif isinstance(value, bool):
                        page.write_boolean(line, k, value)
                    elif value is not None:
                        page.write_number(line, k, value)
        return cut

    def about(self, page: Any, said: Sequence[tuple[str, str, int, str]]) -> None:
        """Write the first sheet."""
        lines = [
            ("绩效 Jixiao", "", None, ""),
            ("每张工作表一个数据表，表头批注说明列的含义", "", None, ""),
            ("One sheet a table; the note at a column's head says what it means", "", None, ""),
            ("工作表 sheet", "内容 what it holds", "行数 rows", "未列入 left out"),
        ]
        page.set_column(0, 0, 22, self.wrapped)
        page.set_column(1, 1, 70, self.wrapped)
        page.set_column(2, 2, 10, self.plain)
        page.set_column(3, 3, 60, self.wrapped)
        for k, row in enumerate([*lines, *said]):
            style = self.head if k == len(lines) - 1 else self.plain
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(k, column, value, self.plain)
                elif value:
                    page.write_string(k, column, value, style)


def _is_text(column: Column) -> bool:
    return column.type in ("string", "list")


def _note(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    values = f"\n{', '.join(column.enum)}" if column.enum else ""
    return f"{column.title}{unit}\n{column.description}{values}"
