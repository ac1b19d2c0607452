"""Cells of scanned pages by several programs: `python -m tests.bench_ocr [--pages 12] [--seed 7]`.

The same pictures, one page each, go to every program that is installed: to ours, to RapidOCR alone (a cell is
a line of text, as it comes), to tesseract (in its best mode, the rulings taken out beforehand), and to
img2table with RapidOCR. The truth are the cells of the PDF that was scanned. A cell is right where a program
has one with the same text, white space and widths aside. The pairs are neighbours to the right and below, as
in tests/bench_tables.py. Then the cost of ours beside one pass of RapidOCR over the same pages, and pages a
minute by one worker and by two, a thread each.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from io import StringIO
from multiprocessing import get_context, parent_process
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from PIL import Image

from extract import read
from extract.model import Cell, Table
from tests.bench_tables import relations
from tests.render.__main__ import listed
from tests.render.formats import write as print_cases
from tests.scans.containers import write_picture
from tests.scans.damage import KINDS, unruled
from tests.scans.generate import Scan, cases, damaged, drawn

Tables = list[Table]
USUAL = ("clean:200", "poor:200", "noise:150", "poor:150", "seal:200", "fax:200", "skew:300", "broken:200")


@dataclass(frozen=True, slots=True)
class Page:
    """A scanned page: its picture in a file, how it was scanned, and its true tables."""

    path: Path
    how: Scan
    tables: tuple[Table, ...]


# What each program finds


def read_ours(path: Path) -> Tables:
    return [table for page in read(path).pages for table in page.tables]


@cache
def _rapid() -> Any:
    settings = {"Global.use_cls": False, "Global.log_level": "critical", "Rec.rec_batch_num": 1}
    if parent_process():  # as many threads as ours has in a worker
        settings["EngineConfig.onnxruntime.intra_op_num_threads"] = 1
    return import_module("rapidocr").RapidOCR(params=settings)


def read_rapid(path: Path) -> Tables:
    found = _rapid()(cv2.imread(str(path)))
    return [_lines_as_rows(zip(found.boxes, found.txts, strict=True))] if found.txts else []


def read_tesseract(path: Path) -> Tables:
    dpi = round(float(Image.open(path).info["dpi"][0]))
    picture = unruled(np.array(Image.open(path).convert("RGB")), dpi, np.random.default_rng(0))
    with tempfile.TemporaryDirectory() as scratch:
        cleaned = Path(scratch) / "page.png"
        Image.fromarray(picture).save(cleaned, dpi=(dpi, dpi))
        command = ["tesseract", str(cleaned), "-", "-l", "chi_sim", "--psm", "11", "tsv"]
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines: dict[tuple[str, ...], list[tuple[tuple[float, ...], str]]] = defaultdict(list)
    for record in StringIO(found).read().splitlines()[1:]:
        parts = record.split("\t")
        if len(parts) == 12 and parts[11].strip():
            x, y, width, height = map(float, parts[6:10])
            lines[tuple(parts[1:5])].append(((x, y, x + width, y + height), parts[11]))
    boxed = []
    for words in lines.values():
        corners = np.array([box for box, _ in words]).reshape(-1, 2)
        boxed.append((corners, "".join(word for _, word in words)))
    return [_lines_as_rows(boxed)]


@cache
def _img2table_ocr() -> Any:
    languages = import_module("rapidocr").LangRec
    settings = {"Global.use_cls": False, "Global.log_level": "critical", "Rec.lang_type": languages.CH}
    return import_module("img2table.ocr").RapidOCR(params=settings)


def read_img2table(path: Path) -> Tables:
    document = import_module("img2table.document").Image(str(path))
    return [_grid_of(found.content) for found in document.extract_tables(ocr=_img2table_ocr())]


def _lines_as_rows(lines: Any) -> Table:
    """Lines of text whose middles are at one height are a row, each a cell of its own."""
    rows: list[list[tuple[float, float, float, str]]] = []
    for box, text in sorted(lines, key=lambda line: float(np.mean(line[0][:, 1]))):
        middle, height = float(np.mean(box[:, 1])), float(np.ptp(box[:, 1]))
        if not rows or middle - rows[-1][0][0] > 0.5 * min(height, rows[-1][0][1]):
            rows.append([])
        rows[-1].append((middle, height, float(box[:, 0].min()), text))
    cells = [
        Cell(row, column, text)
        for row, line in enumerate(rows)
        for column, (_, _, _, text) in enumerate(sorted(line, key=lambda one: one[2]))
    ]
    return Table(tuple(cells), len(rows), max(map(len, rows), default=0))


def _grid_of(content: Any) -> Table:
    """A table of img2table: it repeats a merged cell in every place, each time with the same box."""
    places: dict[tuple[Any, ...], list[tuple[int, int]]] = defaultdict(list)
    texts: dict[tuple[Any, ...], str] = {}
    for row, line in content.items():
        for column, cell in enumerate(line):
            box = (cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2)
            places[box].append((row, column))
            texts[box] = cell.value or ""
    cells = []
    for box, covered in places.items():
        rows, columns = zip(*covered, strict=True)
        spans = (max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)
        cells.append(Cell(min(rows), min(columns), texts[box], *spans))
    return Table(tuple(cells), len(content), max((len(line) for line in content.values()), default=0))


TOOLS: dict[str, tuple[bool, Callable[[Path], Tables]]] = {
    "ours": (True, read_ours),
    "RapidOCR, naive rows": (importlib.util.find_spec("rapidocr") is not None, read_rapid),
    "tesseract": (shutil.which("tesseract") is not None, read_tesseract),
    "img2table + RapidOCR": (importlib.util.find_spec("img2table") is not None, read_img2table),
}


# Pages


def pages(folder: Path, count: int, seed: int, hows: Sequence[Scan]) -> Iterator[Page]:
    """Pages of printed forms, each scanned in every way."""
    print_cases(cases(count, seed), folder / "forms", ["pdf"])
    prints = sorted((folder / "forms" / "filings").iterdir())
    for number, path in enumerate(prints[:count]):
        truth = read(path).pages
        at = number % len(truth)
        for how in hows:
            target = folder / f"{path.stem}_{how.kind}{how.dpi}.png"
            picture = damaged(drawn(path, how.dpi)[at], how, f"{path.stem}:{at}")
            write_picture(picture, how.dpi, target)
            yield Page(target, how, truth[at].tables)


def comparable(text: str) -> str:
    """A text without white space, in half width."""
    return unicodedata.normalize("NFKC", "".join(text.split()))


def texts(tables: Sequence[Table]) -> Counter[str]:
    return Counter(plain for table in tables for cell in table.cells if (plain := comparable(cell.text)))


def pairs(tables: Sequence[Table]) -> Counter[tuple[str, str, str]]:
    return sum((relations(table) for table in tables), Counter[tuple[str, str, str]]())


# The run


def compare(found: Sequence[Page]) -> None:
    """Print cells right and seconds a page of each program, by how the pages were scanned."""
    hows = list(dict.fromkeys(page.how for page in found))
    print(f"{'':24}{'cells':>8}{'pairs F1':>10}{'s/page':>8}  cells by scan")
    for name, (installed, tool) in TOOLS.items():
        if not installed:
            print(f"{name:24}not installed")
            continue
        tool(found[0].path)  # once to load what it needs
        right: Counter[Scan] = Counter()
        total: Counter[Scan] = Counter()
        shared = of_both = 0
        seconds = []
        for page in found:
            start = time.perf_counter()
            try:
                tables = tool(page.path)
            except Exception as error:  # a program that fails has found nothing
                print(f"{name} fails on {page.path.name}: {type(error).__name__}: {error}", file=sys.stderr)
                tables = []
            seconds.append(time.perf_counter() - start)
            truth = texts(page.tables)
            right[page.how] += (truth & texts(tables)).total()
            total[page.how] += truth.total()
            got, want = pairs(tables), pairs(page.tables)
            shared += 2 * (got & want).total()
            of_both += got.total() + want.total()
        by_scan = "  ".join(f"{how.kind} {how.dpi} {right[how] / max(1, total[how]):.3f}" for how in hows)
        print(
            f"{name:24}{right.total() / max(1, total.total()):8.4f}{shared / max(1, of_both):10.4f}"
            f"{median(seconds):8.2f}  {by_scan}",
            flush=True,
        )


def _cost(path: Path) -> tuple[float, float]:
    """Seconds of the processor for a page: of ours, and of one pass of RapidOCR."""
    times = []
    for tool in (read_ours, read_rapid):
        start = time.process_time()
        tool(path)
        times.append(time.process_time() - start)
    return times[0], times[1]


def cost(found: Sequence[Page]) -> None:
    """Print the time of ours beside one pass of RapidOCR, page by page in turn, each with one thread."""
    paths = [page.path for page in found]
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        list(pool.map(_cost, paths[:1]))  # the models are loaded
        ours, rapid = zip(*pool.map(_cost, paths), strict=True)
    ratios = [one / other for one, other in zip(ours, rapid, strict=True)]
    print(
        f"processor seconds a page at 200 dpi: ours {median(ours):.2f}, one pass of RapidOCR "
        f"{median(rapid):.2f}; all pages {sum(ours):.1f} : {sum(rapid):.1f} = {sum(ours) / sum(rapid):.2f}, "
        f"median ratio {median(ratios):.2f}",
        flush=True,
    )


def workers(found: Sequence[Page]) -> None:
    """Print pages a minute by one worker and by two."""
    paths = [page.path for page in found]
    for count in (1, 2):
        with ProcessPoolExecutor(count, get_context("spawn")) as pool:
            list(pool.map(read_ours, paths[:count]))  # the models are loaded
            start = time.perf_counter()
            list(pool.map(read_ours, paths))
            seconds = time.perf_counter() - start
        print(f"{count} worker{'s'[: count - 1]}: {60 * len(paths) / seconds:.1f} pages a minute", flush=True)


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench_ocr", description=__doc__, formatter_class=layout
    )
    parser.add_argument("--pages", type=int, default=6, help="pages, each scanned in every way")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scans", type=listed, default=USUAL, help="kinds of scans with their dots per inch")
    options = parser.parse_args()
    hows = [Scan(kind, int(dpi)) for kind, _, dpi in (how.partition(":") for how in options.scans)]
    if unknown := {how.kind for how in hows} - set(KINDS):
        parser.error(f"unknown {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    with tempfile.TemporaryDirectory() as scratch:
        found = list(pages(Path(scratch), options.pages, options.seed, hows))
        compare(found)
        at_200 = [page for page in found if page.how.dpi == 200]
        cost(at_200)
        workers(at_200)


if __name__ == "__main__":
    main()
