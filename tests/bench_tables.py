"""Table structure in PDF: `python -m tests.bench_tables FOLDER [--tools ours,pdfplumber] [--each]`.

One script for all tools. FOLDER holds the ICDAR-2013 set: PDFs, each with its truth in NAME-str.xml beside
it, in any subfolders. Every tool that is installed reads every page; docs/benchmarks.md says what the columns
mean. The first four are those of camelot's bench/, defined the same way, so that its published figures come
out again.
"""

import argparse
import difflib
import importlib.util
import logging
import re
import sys
import time
import warnings
import xml.etree.ElementTree as ElementTree
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

from extract import read
from extract.model import Box, Cell, Table

Pages = Mapping[int, list[Table]]  # the tables of each page in reading order, pages from 1
Relation = tuple[str, str, str]  # the texts of two neighbours, and which way
Grid = list[list[str]]

_SAME_EDGE = 1.0  # points


# What each tool finds


def read_ours(path: Path) -> Pages:
    return {page.number: list(page.tables) for page in read(path).pages}


def read_pdfplumber(path: Path) -> Pages:
    with import_module("pdfplumber").open(path) as pdf:
        return {page.page_number: [boxed(found) for found in page.find_tables()] for page in pdf.pages}


def read_pymupdf(path: Path) -> Pages:
    with import_module("pymupdf").open(path) as pdf:
        return {
            number: [boxed(found) for found in page.find_tables().tables]
            for number, page in enumerate(pdf, 1)
        }


def read_camelot(path: Path, engine: str) -> Pages:
    pages: dict[int, list[Table]] = {}
    options = {"pages": "all", "flavor": "lattice", "engine": engine, "suppress_stdout": True}
    for found in import_module("camelot").read_pdf(str(path), **options):
        pages.setdefault(found.page, []).append(edged(found.cells))
    return pages


def boxed(found: Any) -> Table:
    """A table of pdfplumber or PyMuPDF: its cells have boxes, the places that they cover have none."""
    boxes: list[list[Box | None]] = [row.cells for row in found.rows]
    x_edges = _edges(box[0] for row in boxes for box in row if box)
    y_edges = _edges(box[1] for row in boxes for box in row if box)
    texts: list[list[str | None]] = found.extract()
    cells = []
    for row, line in enumerate(boxes):
        for column, box in enumerate(line):
            if box:
                bottom = bisect_left(y_edges, box[3] - _SAME_EDGE)
                right = bisect_left(x_edges, box[2] - _SAME_EDGE)
                text = texts[row][column] or ""
                cells.append(Cell(row, column, text, max(1, bottom - row), max(1, right - column)))
    return Table(tuple(cells), len(boxes), max(map(len, boxes), default=0))


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value > edges[-1] + _SAME_EDGE:
            edges.append(value)
    return edges


def edged(grid: list[list[Any]]) -> Table:
    """A table of camelot: a cell goes on to where a ruling ends it."""
    cells = []
    for row, line in enumerate(grid):
        for column, cell in enumerate(line):
            bottom, right = row, column
            while cell.text and right + 1 < len(line) and not line[right].right:
                right += 1
            while cell.text and bottom + 1 < len(grid) and not grid[bottom][column].bottom:
                bottom += 1
            cells.append(Cell(row, column, cell.text, bottom - row + 1, right - column + 1))
    return Table(tuple(cells), len(grid), max(map(len, grid), default=0))


@dataclass(frozen=True, slots=True)
class Tool:
    """A reader of tables, and the package that it needs."""

    package: str
    read: Callable[[Path], Pages]

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.package) is not None


TOOLS = {
    "ours": Tool("extract", read_ours),
    "pdfplumber": Tool("pdfplumber", read_pdfplumber),
    "pymupdf": Tool("pymupdf", read_pymupdf),
    "camelot-vector": Tool("camelot", lambda path: read_camelot(path, "vector")),
    "camelot-combined": Tool("camelot", lambda path: read_camelot(path, "combined")),
}


# The truth


def truths(folder: Path) -> Iterator[tuple[Path, Pages]]:
    """The PDFs that have a truth, with it. Each region of a table is a table of its page."""
    for xml in sorted(folder.rglob("*-str.xml")):
        pdf = xml.with_name(xml.name.replace("-str.xml", ".pdf"))
        if pdf.exists():
            pages: dict[int, list[Table]] = {}
            for region in ElementTree.parse(xml).iter("region"):
                pages.setdefault(int(region.get("page", "1")), []).append(true_table(region))
            yield pdf, pages


def true_table(region: ElementTree.Element) -> Table:
    cells = []
    for cell in region.iterfind("cell"):
        row, column = int(cell.get("start-row", "0")), int(cell.get("start-col", "0"))
        rowspan = int(cell.get("end-row", row)) - row + 1
        colspan = int(cell.get("end-col", column)) - column + 1
        cells.append(Cell(row, column, cell.findtext("content") or "", rowspan, colspan))
    rows = max((cell.row for cell in cells), default=0) + 1
    return Table(tuple(cells), rows, max((cell.column for cell in cells), default=0) + 1)


# Scores


@dataclass(frozen=True, slots=True)
class Score:
    """What a tool found in a document, or in several together, beside the truth."""

    tables: int = 0  # of the truth
    found: int = 0
    paired: int = 0  # tables, on each page the first with the first, as far as both have some
    content: float = 0.0  # how alike those are, summed
    rows: int = 0  # of those, how many have the right number of rows
    columns: int = 0
    relations: int = 0  # of the truth
    relations_found: int = 0
    relations_right: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    @property
    def detection(self) -> float:
        """F1 of the number of tables on each page."""
        return _share(2 * self.paired, self.tables + self.found)

    @property
    def precision(self) -> float:
        return _share(self.relations_right, self.relations_found)

    @property
    def recall(self) -> float:
        return _share(self.relations_right, self.relations)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    return _share(2 * precision * recall, precision + recall)


def score(found: Pages, truth: Pages, seconds: float) -> Score:
    """The score of one document."""
    total = Score(seconds=seconds)
    for page in found.keys() | truth.keys():
        got, want = found.get(page, []), truth.get(page, [])
        pairs = [(grid(a), grid(b)) for a, b in zip(got, want, strict=False)]
        related, true = Counter[Relation](), Counter[Relation]()
        for table in got:
            related += relations(table)
        for table in want:
            true += relations(table)
        total += Score(
            len(want),
            len(got),
            len(pairs),
            sum(alike(a, b) for a, b in pairs),
            sum(len(a) == len(b) for a, b in pairs),
            sum(_width(a) == _width(b) for a, b in pairs),
            true.total(),
            related.total(),
            (related & true).total(),
        )
    return total


def grid(table: Table) -> Grid:
    """The texts of a table by row and column, that of a merged cell at its first place."""
    rows = [[""] * table.column_count for _ in range(table.row_count)]
    for cell in table.cells:
        rows[cell.row][cell.column] = " ".join(cell.text.split()).lower()
    return rows


def _width(grid: Grid) -> int:
    return max(map(len, grid), default=0)


def alike(got: Grid, want: Grid) -> float:
    """camelot's stand-in for TEDS: likeness of the cells in a row, less where rows or columns differ."""
    got_texts, want_texts = [text for row in got for text in row], [text for row in want for text in row]
    if not got_texts and not want_texts:
        return 1.0
    size = len(got) + _width(got) + len(want) + _width(want)
    differing = abs(len(got) - len(want)) + abs(_width(got) - _width(want))
    return difflib.SequenceMatcher(None, got_texts, want_texts).ratio() * (1 - differing / (size + 1))


def relations(table: Table) -> Counter[Relation]:
    """The pairs of neighbours: each cell that is not blank with the next ones to its right and below it."""
    texts = [comparable(cell.text) for cell in table.cells]
    places = {
        (row, column): index
        for index, cell in enumerate(table.cells)
        if texts[index]
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    }
    right, below = _neighbours(places), _neighbours({(c, r): index for (r, c), index in places.items()})
    pairs = [(pair, way) for pairs, way in ((right, "right"), (below, "below")) for pair in pairs]
    return Counter((texts[one], texts[other], way) for (one, other), way in pairs)


def _neighbours(places: Mapping[tuple[int, int], int]) -> set[tuple[int, int]]:
    """Cells that follow one another in a line, of places (line, place in it)."""
    follow = pairwise((line, places[line, place]) for line, place in sorted(places))
    return {(one, other) for (line, one), (next, other) in follow if line == next and one != other}


def comparable(text: str) -> str:
    """A text as the competition compares it: no white space, capitals, every sign the same."""
    return re.sub(r"\W", "_", "".join(text.split())).upper()


# The run


def main() -> None:
    logging.disable()  # pdfminer tells what it thinks of each font
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--tools", default=",".join(TOOLS), help="of these, parted by commas")
    arguments.add_argument("--each", action="store_true", help="print every document, not only the means")
    given = arguments.parse_args()
    names = given.tools.split(",")
    if unknown := set(names) - TOOLS.keys():
        arguments.error(f"unknown tools: {', '.join(sorted(unknown))}; there are {', '.join(TOOLS)}")
    print(HEAD)
    for name in names:
        if not TOOLS[name].installed:
            print(f"{name:17} not installed")
            continue
        scores = {pdf.stem: measure(name, pdf, truth) for pdf, truth in truths(given.folder)}
        if not scores:
            sys.exit(f"{given.folder} has no PDF with its truth beside it (NAME.pdf, NAME-str.xml)")
        if given.each:
            for document, result in scores.items():
                print(line(f"  {document}", result, [result]))
        print(line(name, sum(scores.values(), Score()), list(scores.values())), flush=True)


def measure(name: str, pdf: Path, truth: Pages) -> Score:
    started = time.perf_counter()
    try:
        found = TOOLS[name].read(pdf)
    except Exception as error:  # a tool that fails has found nothing
        print(f"{name} fails on {pdf.name}: {type(error).__name__}: {error}", file=sys.stderr)
        found = {}
    return score(found, truth, time.perf_counter() - started)


HEAD = (
    f"{'tool':17}{'tables F1':>10}{'content':>9}{'rows':>7}{'columns':>9}"
    f"{'precision':>11}{'recall':>8}{'relations F1':>14}{'of all':>8}{'seconds':>9}"
)


def line(name: str, total: Score, scores: list[Score]) -> str:
    """The figures of a run; the three before ``of all`` are means over documents."""
    precision, recall = mean(one.precision for one in scores), mean(one.recall for one in scores)
    return (
        f"{name:17}{total.detection:10.3f}{_share(total.content, total.paired):9.3f}"
        f"{_share(total.rows, total.paired):7.3f}{_share(total.columns, total.paired):9.3f}"
        f"{precision:11.3f}{recall:8.3f}{_f1(precision, recall):14.3f}"
        f"{_f1(total.precision, total.recall):8.3f}{total.seconds:9.1f}"
    )


if __name__ == "__main__":
    main()
