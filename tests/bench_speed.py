"""Speed on one core: `python -m tests.bench_speed [--pdf FOLDER] [--rounds 5]`.

Pages per second of PDF, by every tool that is installed, on the same files: those of FOLDER, else forms that
LibreOffice (Writer, Calc) and Chromium print here. DOCX and XLSX of growing length: seconds, and how they
grow. Times are of the processor; tools and files take turns, and the median of the rounds counts.
"""

import argparse
import gc
import importlib.util
import io
import logging
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from itertools import product
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
import numpy.typing as npt
import pypdfium2
from openpyxl import Workbook
from openpyxl.worksheet.cell_range import CellRange

from extract import read
from tests.render import docx, pdf
from tests.render.formats import PRODUCERS, write
from tests.render.generate import cases
from tests.render.sheet import Cell, Look, Sheet

FORMS = 6  # each printed by every producer
SEED = 7
Spent = npt.NDArray[np.float64]


def read_pdfplumber(path: Path) -> None:
    with import_module("pdfplumber").open(path) as document:
        for page in document.pages:
            page.extract_tables()


def read_camelot(path: Path) -> None:
    options = {"pages": "all", "flavor": "lattice", "engine": "vector", "suppress_stdout": True}
    import_module("camelot").read_pdf(str(path), **options)


def read_pymupdf(path: Path) -> None:
    with import_module("pymupdf").open(path) as document:
        for page in document:
            for table in page.find_tables().tables:
                table.extract()


def read_text(path: Path) -> None:
    """What PDFium itself does at the least: the plain text, no tables."""
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()


TOOLS: dict[str, tuple[str, Callable[[Path], object]]] = {  # the package that each needs, and how it reads
    "ours": ("extract", read),
    "pdfplumber extract_tables": ("pdfplumber", read_pdfplumber),
    "camelot lattice, vector": ("camelot", read_camelot),
    "PyMuPDF find_tables": ("pymupdf", read_pymupdf),
    "PDFium text alone": ("pypdfium2", read_text),
}


def seconds_of(read: Callable[[Path], object], path: Path) -> float:
    """The processor's seconds for a file; what earlier files left behind is cleared away before."""
    gc.collect()
    started = time.process_time()
    read(path)
    return time.process_time() - started


def page_count(path: Path) -> int:
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def print_forms(folder: Path) -> list[Path]:
    """Forms of several looks as PDF, each by every producer."""
    write(cases(FORMS, SEED, ("none", "style", "content")), folder, ("pdf",), every=True)
    return sorted(folder.glob("filings/*.pdf"))


def compare(files: list[Path], rounds: int) -> None:
    """Print the pages per second of each tool, and the milliseconds per page of each producer's files."""
    tools = {name: reader for name, (package, reader) in TOOLS.items() if importlib.util.find_spec(package)}
    times = np.zeros((len(tools), rounds + 1, len(files)))
    for number, (index, file) in product(range(rounds + 1), enumerate(files)):
        for place, reader in enumerate(tools.values()):
            times[place, number, index] = seconds_of(reader, file)
    pages = np.array([page_count(file) for file in files])
    producers = np.array([file.stem.rpartition("_")[2] for file in files])
    groups = [producer for producer in PRODUCERS["pdf"] if producer in producers]
    print(f"PDF: {len(files)} files, {pages.sum()} pages; medians of {rounds} rounds, processor time")
    print(f"{'':26}{'pages/s':>9}{'ms/page':>9}" + "".join(f"{group:>10}" for group in groups))
    for name, spent in zip(tools, times[:, 1:], strict=True):  # the first round is to get warm
        whole = _per_page(spent, pages)
        each = [_per_page(spent[:, producers == group], pages[producers == group]) for group in groups]
        print(f"{name:26}{1000 / whole:9.1f}{whole:9.2f}" + "".join(f"{value:10.2f}" for value in each))
    for name in sorted(TOOLS.keys() - tools.keys()):
        print(f"{name:26} not installed")


def _per_page(spent: Spent, pages: Spent) -> float:
    """Milliseconds; ``spent`` are seconds by round and file."""
    return float(1000 * np.median(spent.sum(axis=1)) / pages.sum())


def texts(row: int) -> tuple[str, ...]:
    """An indicator's row; its labels are merged over ten and five rows."""
    labels = ("产出指标" if row % 10 == 0 else "", "数量指标" if row % 5 == 0 else "")
    return (
        *labels,
        f"第{row + 1}项任务完成数量",
        f"≥{row % 97 + 1}次",
        f"{row % 100}%",
        "按计划完成当年任务",
    )


def long_docx(count: int) -> bytes:
    cells = [
        Cell(row, column, text, rowspan={0: 10, 1: 5}.get(column, 1))
        for row in range(count)
        for column, text in enumerate(texts(row))
        if text
    ]
    return docx.render([Sheet("", [], cells, [1.0] * 6, count)], Look(), Random(SEED))


def long_xlsx(count: int) -> bytes:
    """Its percentages are numbers, as Excel has them."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in range(count):
        *labels, name, target, rate, plan = texts(row)
        sheet.append([*labels, name, target, int(rate[:-1]) / 100, plan])
        sheet.cell(row + 1, 5).number_format = "0%"
    for column, rows in ((1, 10), (2, 5)):
        for first in range(1, count + 1, rows):  # merge_cells() would take the square of their number
            place = CellRange(min_col=column, max_col=column, min_row=first, max_row=first + rows - 1)
            sheet.merged_cells.ranges.add(place)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


LONG = {  # the rows of the tables that are read, each length twice the one before
    "docx": (long_docx, (1_000, 2_000, 4_000)),
    "xlsx": (long_xlsx, (10_000, 20_000, 40_000)),
}


def grow(format: str, folder: Path, rounds: int) -> None:
    """Print the seconds for tables of growing length, and how they grow from each to the next."""
    make, lengths = LONG[format]
    last = 0.0
    for count in lengths:
        file = folder / f"{count}.{format}"
        file.write_bytes(make(count))
        (table,) = read(file).pages[0].tables
        assert len(table.cells) == sum(text != "" for row in range(count) for text in texts(row))
        seconds = median(seconds_of(read, file) for _ in range(rounds))
        growth = f"  × {seconds / last:.2f}" if last else ""
        print(f"{format}: {count:6,} rows {seconds:7.3f} s{growth}", flush=True)
        last = seconds


def main() -> None:
    logging.disable()  # pdfminer tells what it thinks of each font
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--pdf", type=Path, metavar="FOLDER", help="measure these files")
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as scratch:
        if given.pdf:
            compare(sorted(given.pdf.rglob("*.pdf")), given.rounds)
        elif pdf.office() and pdf.chromium():
            compare(print_forms(Path(scratch)), given.rounds)
        else:
            print("PDF: not measured, LibreOffice or Chromium is missing; give files with --pdf FOLDER")
        for format in LONG:
            grow(format, Path(scratch), given.rounds)


if __name__ == "__main__":
    main()
