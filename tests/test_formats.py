"""The rendered forms say what their truth says: other programs' readers get the grid back, cell by cell."""

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.worksheet.worksheet import Worksheet

from tests.bench_formats import score
from tests.damage.model import truth
from tests.render import docx, pdf, web, xlsx
from tests.render.damage import GRID
from tests.render.formats import is_drawn, write
from tests.render.generate import KINDS, Case, cases, generated
from tests.render.samples import form_of
from tests.render.sheet import Look, Sheet, tables, with_title_inside

SEED = 5
CASES = list(cases(len(KINDS), SEED))
Grid = dict[tuple[int, int], str]


def squeezed(text: object) -> str:
    """Without white space."""
    return "".join(str(text or "").split())


def printed(sheet: Sheet) -> Grid:
    """What stands at every place of the grid, the text of a merged cell at each of its places."""
    return {place: squeezed(cell.text) for place, cell in sheet.owners().items()}


def laid(case: Case) -> list[Sheet]:
    """The tables that a document prints of a case."""
    return [table for sheet in case.sheets for table in tables(sheet, case.look)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_of_the_grid_has_one_cell(kind: str) -> None:
    for number in range(12):
        for sheet in generated(number, SEED, kind).sheets:
            assert len(sheet.owners()) == sheet.row_count * len(sheet.widths)


@pytest.mark.parametrize("kind", GRID)
def test_damages_of_the_grid_change_it_and_lose_no_text(kind: str) -> None:
    for number in range(12):
        clean = generated(number, SEED, "none").sheets[0]
        damaged = GRID[kind](clean, Random(number))
        before = {squeezed(cell.text) for cell in clean.cells}
        assert printed(damaged) != printed(clean) or len(damaged.cells) != len(clean.cells)
        assert {squeezed(cell.text) for cell in damaged.cells} == before | {""}


@pytest.mark.parametrize("number", range(8))
def test_a_form_made_from_a_truth_has_that_truth(number: int) -> None:
    answer = generated(number, SEED, "none").truth
    again = truth(form_of(answer))
    for table in ("filing", "fields", "amounts", "indicators"):
        assert again[table] == answer[table]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_word_document_has_the_grid(case: Case) -> None:
    document = Document(io.BytesIO(docx.render(case.sheets, case.look, case.rng("docx"))))
    for table, sheet in zip(document.tables, laid(case), strict=True):
        width = len(sheet.widths)
        cells = table._cells
        found = {divmod(at, width): squeezed(cell.text) for at, cell in enumerate(cells)}
        assert found == printed(sheet)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_web_page_has_the_grid(case: Case) -> None:
    page = html.fromstring(web.render(case.sheets, case.look, case.rng("html")))
    for table, sheet in zip(page.findall(".//table"), laid(case), strict=True):
        found: Grid = {}
        for row, line in enumerate(table.iterfind(".//tr")):
            column = 0
            for cell in line:
                while (row, column) in found:
                    column += 1
                for at in range(row, row + int(cell.get("rowspan", "1"))):
                    for over in range(column, column + int(cell.get("colspan", "1"))):
                        found[at, over] = squeezed(cell.xpath("string()"))
        assert found == printed(sheet)


def shown(page: Worksheet, row: int, column: int) -> str:
    """What Excel shows of a cell, for the number formats that the workbooks use."""
    cell = page.cell(row, column)
    value: Any = cell.value
    code = cell.number_format
    if value is None or cell.data_type == "s":
        return squeezed(value)
    if is_date_format(code):
        return str(value.strftime("%Y-%m-%d"))
    decimals = code.rstrip("%").partition(".")[2].count("0")
    if code.endswith("%"):
        return f"{value * 100:.{decimals}f}%"
    if code == "General":
        return f"{value:.10g}"
    if '"' in code:
        return f"{value}{code.split(chr(34))[1]}"
    return f"{value:{',' if ',' in code else ''}.{decimals}f}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_workbook_has_the_grid_and_shows_the_texts(case: Case) -> None:
    book = load_workbook(io.BytesIO(xlsx.render(case.sheets, case.look, case.rng("xlsx"))))
    for page, sheet in zip(book.worksheets, case.sheets, strict=True):
        found: Grid = {}
        whole = with_title_inside(sheet)
        for row in range(whole.row_count):
            for column in range(len(whole.widths)):
                found[row, column] = shown(page, row + 1, column + 1)
        for area in page.merged_cells.ranges:
            for row, column in area.cells:
                found[row - 1, column - 1] = shown(page, area.min_row, area.min_col)
        assert found == printed(whole)


def test_a_workbook_shows_numbers_as_numbers_where_the_look_says_so() -> None:
    case = next(case for case in cases(200, SEED, ("none",)) if "100%" in str(case.sheets))
    for numbers in (True, False):
        data = xlsx.render(case.sheets, Look(numbers=numbers), Random(1))
        cells = [cell for row in load_workbook(io.BytesIO(data)).worksheets[0].rows for cell in row]
        assert ("n" in {cell.data_type for cell in cells if cell.value is not None}) is numbers
        assert "f" not in {cell.data_type for cell in cells}


def test_forms_come_back_whole_from_documents_pages_and_workbooks(tmp_path: Path) -> None:
    kinds = ("none", "style", "content", "unmerged", "repeated", "several")
    formats = ("docx", "xlsx", "html")
    for kind in kinds:  # one by one: each format's first producer needs no other program
        write([generated(0, SEED, kind)], tmp_path, formats)
    command = [sys.executable, "-m", "pipeline.cli", "extract", str(tmp_path / "filings")]
    run = subprocess.run([*command, "-o", str(tmp_path / "out")], capture_output=True, check=False, text=True)
    assert run.returncode in (0, 1), run.stderr
    totals = score(tmp_path, tmp_path / "out")
    for format in formats:
        for metric in ("filings", "strict", "amounts"):
            right, given, wanted = totals["format", format][metric]
            assert right == given == wanted > 0, (format, metric)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Case]]]:
    """PDFs of a short form with open sides by every producer."""
    if not pdf.office() or not pdf.chromium():
        pytest.skip("LibreOffice and Chromium print the PDFs of this test, and one is missing")
    out = tmp_path_factory.mktemp("rendered")
    case = min(cases(6, SEED, ("none",)), key=lambda case: case.sheets[0].row_count)
    chosen = [replace(case, look=replace(case.look, border="open"))]
    write(chosen, out, ("pdf", "cutpdf"), every=True)
    yield out, chosen


def test_what_is_printed_comes_by_every_producer_with_its_truth(rendered: tuple[Path, list[Case]]) -> None:
    out, chosen = rendered
    parts = ("writer", "chromium", "calc", "calc_cut", "slices_cut")
    names = {f"{case.name}_{part}.pdf" for case in chosen for part in parts}
    assert {file.name for file in (out / "filings").iterdir()} == names
    assert {file.stem for file in (out / "truth").iterdir()} == names


def test_a_print_that_lost_text_is_known(rendered: tuple[Path, list[Case]]) -> None:
    out, chosen = rendered
    file = out / "filings" / f"{chosen[0].name}_calc.pdf"
    longer = replace(chosen[0], sheets=[*chosen[0].sheets, replace(chosen[0].sheets[0], title="龘")])
    assert is_drawn(chosen[0], file)
    assert not is_drawn(longer, file)


def test_a_cut_print_has_the_first_column_and_the_last_on_different_pages(
    rendered: tuple[Path, list[Case]],
) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    out, chosen = rendered
    for case in chosen:
        heads = [cell for cell in case.sheets[0].cells if cell.row in case.sheets[0].header_rows()]
        first, last = heads[0].text, max(heads, key=lambda cell: cell.column).text
        for producer in ("calc", "slices"):
            document = pypdfium2.PdfDocument(out / "filings" / f"{case.name}_{producer}_cut.pdf")
            pages = [squeezed(page.get_textpage().get_text_range()) for page in document]
            document.close()
            both = [(squeezed(first) in page, squeezed(last) in page) for page in pages]
            assert (True, False) in both and (False, True) in both
            assert (True, True) not in both
