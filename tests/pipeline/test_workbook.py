"""The workbook shows the tables as they are: texts as texts, nothing run, what is left out told."""

from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from pipeline import workbook
from pipeline.schema import TABLES
from tests.pipeline.examples import filing, indicator, tables

ABOUT = 0


def written(path: Path, content: dict[str, Any], **limits: int) -> openpyxl.Workbook:
    workbook.write(content, path, **limits)
    return openpyxl.load_workbook(path)


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    head, *lines = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def told(book: openpyxl.Workbook) -> dict[str, str]:
    """What the first sheet says was left out, by sheet."""
    lines = book.worksheets[ABOUT].iter_rows(min_row=5, values_only=True)
    return {str(line[0]): str(line[3]) for line in lines if line[3]}


def test_every_table_has_its_sheet_with_a_fixed_head_a_filter_and_notes(tmp_path: Path) -> None:
    book = written(tmp_path / "filings.xlsx", tables(filing()))
    assert book.sheetnames[1:] == list(TABLES)
    for name, table in TABLES.items():
        sheet = book[name]
        assert tuple(cell.value for cell in sheet[1]) == table.names
        assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref
        for cell, column in zip(sheet[1], table.columns, strict=True):
            assert (
                cell.comment and column.title in cell.comment.text and column.description in cell.comment.text
            )


def test_cells_hold_what_parquet_holds(tmp_path: Path) -> None:
    content = tables(filing())
    book = written(tmp_path / "filings.xlsx", content)
    for name in TABLES:
        expected = [
            {key: "; ".join(value) if isinstance(value, list) else value for key, value in row.items()}
            for row in content[name].to_pylist()
        ]
        assert rows(book, name) == expected


def test_a_text_is_a_text_whatever_it_begins_with(tmp_path: Path) -> None:
    hostile = ("=1+1", "+1", "-1", "@SUM(A1)", "http://example.com", "0012", "{=1}")
    named = [indicator(k, indicator=text) for k, text in enumerate(hostile, 1)]
    book = written(tmp_path / "filings.xlsx", tables(filing(indicators=tuple(named))))
    column = TABLES["indicators"].names.index("indicator") + 1
    cells = [line[column - 1] for line in book["indicators"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(hostile)
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"} and not any(
        cell.hyperlink for cell in cells
    )
    assert {cell.number_format for cell in cells} == {"@"}


def test_what_a_sheet_cannot_hold_is_parted_by_year_then_cut_and_told(tmp_path: Path) -> None:
    old = filing(1, fiscal_year=2023, indicators=tuple(indicator(k) for k in (1, 2, 3)))
    new = filing(2, fiscal_year=None, indicators=(indicator(1),))
    book = written(tmp_path / "filings.xlsx", tables(old, new), most_rows=2)
    assert [name for name in book.sheetnames if name.startswith("indicators")] == [
        "indicators 2023",
        "indicators no year",
    ]
    assert [row["row"] for row in rows(book, "indicators 2023")] == [1, 2]
    assert [row["row"] for row in rows(book, "indicators no year")] == [1]
    assert told(book)["indicators 2023"].startswith("1 rows left out")
    assert "indicators no year" not in told(book)


def test_a_text_that_is_too_long_is_cut_and_told(tmp_path: Path) -> None:
    long = "长" * (workbook.MOST_CHARACTERS + 1)
    book = written(tmp_path / "filings.xlsx", tables(filing(title=long)))
    assert rows(book, "filings")[0]["title"] == long[:-1]
    assert told(book)["filings"].startswith("1 texts cut") and "fields" not in told(book)


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        workbook.write(tables(filing()), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_a_table_without_rows_is_a_sheet_with_a_head(tmp_path: Path) -> None:
    empty = {name: pa.Table.from_pylist([], schema=table.arrow) for name, table in TABLES.items()}
    book = written(tmp_path / "filings.xlsx", empty)
    assert all(rows(book, name) == [] for name in TABLES)
