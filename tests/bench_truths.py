"""Our cells against the truths of other projects: `python -m tests.bench_truths SOURCE FOLDER`.

FOLDER is a checkout of the project, SOURCE says which: camelot (the lists in tests/data.py), tabula (the CSV
and JSON of tabula-java), docling (JSON), or pdfplumber, where what it reads of its test files is the truth.
Of the tables that we find on the same page, or in the whole file, the one that shares most neighbours with a
truth is its table. Right is a cell with the same text, white space aside, in the same row and column; our
table may have more around them, since a sheet is one table. Neighbours are compared without spans: most of
the truths have none. `--differences` prints the first.
"""

import argparse
import ast
import csv
import json
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from extract import ExtractError, read
from extract.model import Cell, Page, Table
from tests.bench_tables import read_pdfplumber, relations

SHOWN = 12  # differences of a table


@dataclass(frozen=True, slots=True)
class Truth:
    """A table as another project has it; ``page`` counts from 1, None where the format has no pages."""

    file: Path
    page: int | None
    table: Table


def _grid(rows: Iterable[Iterable[str | None]]) -> Table:
    """A truth that is rows of texts; it does not tell which cells are merged."""
    lines = [list(row) for row in rows]
    cells = [
        Cell(row, column, text or "") for row, line in enumerate(lines) for column, text in enumerate(line)
    ]
    return Table(tuple(cells), len(lines), max(map(len, lines), default=0))


CAMELOT = (  # the names in tests/data.py that were read from rulings, without options that change the result
    ("data_lattice", "tabula/icdar2013-dataset/competition-dataset-us/us-030.pdf", 2),
    ("data_lattice_table_rotated", "clockwise_table_1.pdf", 1),
    ("data_lattice_table_rotated", "anticlockwise_table_1.pdf", 1),
    ("data_lattice_two_tables_1", "twotables_2.pdf", 1),
    ("data_lattice_two_tables_2", "twotables_2.pdf", 1),
    ("data_lattice_table_regions", "table_region.pdf", 1),
    ("data_lattice_process_background", "background_lines_1.pdf", 1),
    ("data_lattice_shift_text_left_top", "column_span_2.pdf", 1),
    ("data_lattice_shift_text_disable", "column_span_2.pdf", 1),
    ("data_lattice_copy_text", "row_span_1.pdf", 1),
    ("data_arabic", "tabula/arabic.pdf", 1),
    ("data_lattice_split_text", "split_text_lattice.pdf", 1),
    ("data_stream", "health.pdf", 1),
    ("data_stream_two_tables_1", "tabula/12s0324.pdf", 1),
    ("data_stream_two_tables_2", "tabula/12s0324.pdf", 1),
    ("data_stream_strip_text", "detect_vertical_false.pdf", 1),
    ("data_stream_duplicated_text", "birdisland.pdf", 1),
)


def camelot(folder: Path) -> Iterator[Truth]:
    module = ast.parse((folder / "tests" / "data.py").read_text(encoding="utf-8"))
    lists = {
        node.targets[0].id: node.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for name, file, page in CAMELOT:
        value = lists[name]
        if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name):  # data_hybrid[1:]
            rows = ast.literal_eval(lists[value.value.id])[1:]
        else:
            rows = ast.literal_eval(value)
        yield Truth(folder / "tests" / "files" / file, page, _grid(rows))


TABULA = (
    ("spanning_cells.pdf", "json/spanning_cells.json"),
    ("twotables.pdf", "json/twotables.json"),
    ("schools.pdf", "json/schools.json"),
    ("spreadsheet_no_bounding_frame.pdf", "csv/spreadsheet_no_bounding_frame.csv"),
    ("frx_2012_disclosure.pdf", "csv/frx_2012_disclosure.csv"),
    (
        "Publication_of_award_of_Bids_for_Transport_Sector__August_2016.pdf",
        "csv/Publication_of_award_of_Bids_for_Transport_Sector__August_2016.csv",
    ),
    ("AnimalSounds.pdf", "csv/AnimalSounds.csv"),
    ("argentina_diputados_voting_record.pdf", "json/argentina_diputados_voting_record.json"),
)


def tabula(folder: Path) -> Iterator[Truth]:
    home = folder / "src" / "test" / "resources" / "technology" / "tabula"
    for file, truth in TABULA:
        text = (home / truth).read_text(encoding="utf-8")
        if truth.endswith(".csv"):
            tables = [_grid(csv.reader(text.splitlines(keepends=True)))]
        else:
            found = json.loads(text)
            tables = [
                _grid([cell["text"] for cell in row] for row in table["data"])
                for table in (found if isinstance(found, list) else [found])
            ]
        for table in tables:
            yield Truth(home / file, 1, table)


def docling(folder: Path) -> Iterator[Truth]:
    for answer in sorted(folder.glob("tests/data/*/groundtruth/*.json")):
        file = answer.parents[1] / "sources" / answer.name.removesuffix(".json")
        if not file.exists():
            file = answer.parents[1] / answer.name.removesuffix(".json")
        if file.suffix in (".docx", ".xlsx", ".html") and file.exists():
            for table in json.loads(answer.read_text(encoding="utf-8")).get("tables", []):
                data = table["data"]
                cells = {}
                for cell in data["table_cells"]:
                    row, column = cell["start_row_offset_idx"], cell["start_col_offset_idx"]
                    cells[row, column] = Cell(row, column, cell["text"], cell["row_span"], cell["col_span"])
                yield Truth(file, None, Table(tuple(cells.values()), data["num_rows"], data["num_cols"]))


def pdfplumber(folder: Path) -> Iterator[Truth]:
    for file in sorted((folder / "tests" / "pdfs").glob("*.pdf")):
        try:
            pages = read_pdfplumber(file)
        except Exception:  # damaged on purpose
            continue
        for page, tables in pages.items():
            for table in tables:
                if any(cell.text.strip() for cell in table.cells):
                    yield Truth(file, page, table)


SOURCES = {"camelot": camelot, "tabula": tabula, "docling": docling, "pdfplumber": pdfplumber}


@cache
def pages_of(file: Path) -> tuple[Page, ...]:
    """What we read of a file; nothing where we refuse it."""
    try:
        return read(file).pages
    except ExtractError as error:
        print(f"refused: {error}", file=sys.stderr)
        return ()


def nearest(truth: Truth) -> Table:
    """Of our tables on the truth's page the one that shares most neighbours with it."""
    want = relations(truth.table)
    pages = [page for page in pages_of(truth.file) if truth.page in (None, page.number)]
    tables = [plain(table) for page in pages for table in page.tables]
    return max(tables, key=lambda table: (relations(table) & want).total(), default=Table((), 0, 0))


def plain(table: Table) -> Table:
    """The table with every cell at its first place alone."""
    return replace(table, cells=tuple(replace(cell, rowspan=1, colspan=1) for cell in table.cells))


def folded(text: str) -> str:
    return re.sub(r"\s", "", text)


def differences(want: Table, got: Table) -> list[str]:
    """The cells of ``want`` that are not blank and not so in ``got``, which may begin earlier."""
    down, right = _offset(want, got)
    texts = {(cell.row - down, cell.column - right): cell.text for cell in got.cells}
    found = []
    for cell in want.cells:
        here = texts.get((cell.row, cell.column), "")
        if folded(cell.text) not in ("", folded(here)):
            found.append(f"r{cell.row + 1} c{cell.column + 1}: want {cell.text!r}, got {here!r}")
    return found


def _offset(want: Table, got: Table) -> tuple[int, int]:
    """By how many rows and columns most cells of ``want`` stand further on in ``got``."""
    places: dict[str, list[Cell]] = {}
    for cell in got.cells:
        places.setdefault(folded(cell.text), []).append(cell)
    offsets = Counter(
        (other.row - cell.row, other.column - cell.column)
        for cell in want.cells
        if folded(cell.text)
        for other in places.get(folded(cell.text), [])
    )
    return max(offsets, key=lambda offset: (offsets[offset], offset == (0, 0)), default=(0, 0))


def main() -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("source", choices=SOURCES)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--differences", action="store_true", help="print the first of each table")
    given = arguments.parse_args()
    print(f"{'file':44}{'page':>5}{'truth':>9}{'ours':>9}{'cells':>7}{'right':>7}{'relations F1':>14}")
    tables = found = cells = right = 0
    for truth in SOURCES[given.source](given.folder):
        truth = replace(truth, table=plain(truth.table))
        near, want = nearest(truth), relations(truth.table)
        wrong = differences(truth.table, near)
        filled = sum(bool(folded(cell.text)) for cell in truth.table.cells)
        got = relations(near)
        f1 = 2 * (got & want).total() / max(1, got.total() + want.total())
        print(
            f"{truth.file.name[:43]:44}{truth.page or '':>5}{_shape(truth.table):>9}{_shape(near):>9}"
            f"{filled:7}{filled - len(wrong):7}{f1:14.3f}"
        )
        if given.differences:
            print(*(f"    {line}" for line in wrong[:SHOWN]), sep="\n")
        tables, found = tables + 1, found + (not wrong)
        cells, right = cells + filled, right + filled - len(wrong)
    print(f"{tables} tables, {found} all right; {cells} cells, {right} right")


def _shape(table: Table) -> str:
    return f"{table.row_count}×{table.column_count}"


if __name__ == "__main__":
    main()
