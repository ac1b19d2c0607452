"""A printed form as a grid of cells, and the looks that it may be printed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC", "AR PL UMing CN", "AR PL UKai CN")
BORDERS = ("thin", "thin", "thin", "thick", "double", "open", "dashed")


@dataclass(slots=True)
class Cell:
    """A cell of the grid.

    ``kind`` is title, header, label, caption (beside a block of rows), text, name, target or amount.
    """

    row: int
    column: int
    text: str = ""
    rowspan: int = 1
    colspan: int = 1
    kind: str = "text"

    def places(self) -> Iterable[tuple[int, int]]:
        """The places of the grid that the cell covers."""
        return (
            (row, column)
            for row in range(self.row, self.row + self.rowspan)
            for column in range(self.column, self.column + self.colspan)
        )


@dataclass(slots=True)
class Sheet:
    """A form as printed: its title, the lines under it, and one table.

    ``widths`` are the columns' shares of the width. ``body`` are the rows that hold indicators, headers
    included. Hidden rows and columns are so in a workbook alone.
    """

    title: str
    above: list[str]
    cells: list[Cell]
    widths: list[float]
    row_count: int
    body: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def owners(self) -> dict[tuple[int, int], Cell]:
        """The cell of every place; a place that two cells claim, or none, is a mistake of the layout."""
        found: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            for place in cell.places():
                assert place not in found, f"{cell} and {found[place]} claim {place}"
                found[place] = cell
        assert len(found) == self.row_count * len(self.widths), "a place without a cell"
        return found

    def texts(self) -> list[str]:
        """Everything that is printed."""
        return [self.title, *self.above, *(cell.text for cell in self.cells)]

    def row(self, number: int) -> list[Cell]:
        """The cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == number]

    def header_rows(self) -> set[int]:
        """The rows that hold headers."""
        return {cell.row for cell in self.cells if cell.kind == "header" and cell.row in self.body}


@dataclass(frozen=True, slots=True)
class Look:
    """How a form is printed.

    ``vertical``: a caption beside many rows has its characters one a line, or turned. ``numbers``: a workbook
    holds sums and rates as numbers. ``inside``: the title stands in the table's first row. ``apart``: a table
    for each header, but for workbooks. ``repeat``: headers stand on every page.
    """

    font: str = FONTS[0]
    size: float = 10.5
    border: str = "thin"
    shaded: bool = False
    vertical: str = ""
    inside: bool = False
    repeat: bool = False
    landscape: bool = False
    numbers: bool = True
    unbroken: bool = False
    apart: bool = False


def any_look(rng: Random) -> Look:
    """One of the looks that forms have."""
    return Look(
        font=rng.choice(FONTS),
        size=rng.choice([8, 9, 9, 10, 10.5, 12]),
        border=rng.choice(BORDERS),
        shaded=rng.random() < 0.3,
        vertical=rng.choice(["", "", "stacked", "turned"]),
        inside=rng.random() < 0.25,
        repeat=rng.random() < 0.3,
        landscape=rng.random() < 0.25,
        numbers=rng.random() < 0.7,
        unbroken=rng.random() < 0.4,
        apart=rng.random() < 0.25,
    )


def with_title_inside(sheet: Sheet) -> Sheet:
    """The title and the lines under it as rows of the table, each over its whole width."""
    lines = [sheet.title, *sheet.above]
    count, width = len(lines), len(sheet.widths)
    top = [Cell(at, 0, line, 1, width, "title") for at, line in enumerate(lines)]
    moved = [replace(cell, row=cell.row + count) for cell in sheet.cells]
    return replace(
        sheet,
        title="",
        above=[],
        cells=[*top, *moved],
        row_count=sheet.row_count + count,
        body=[row + count for row in sheet.body],
        hidden_rows=[row + count for row in sheet.hidden_rows],
    )


def _apart(sheet: Sheet) -> list[Sheet]:
    """A table for what stands above the first header, and one for each header with its rows."""
    crossed = {row for cell in sheet.cells for row in range(cell.row + 1, cell.row + cell.rowspan)}
    starts = [0, *sorted(sheet.header_rows() - crossed - {0})]
    found = []
    for start, end in pairwise([*starts, sheet.row_count]):
        cells = [replace(cell, row=cell.row - start) for cell in sheet.cells if start <= cell.row < end]
        body = [row - start for row in sheet.body if start <= row < end]
        found.append(Sheet("", [], cells, sheet.widths, end - start, body))
    found[0].title, found[0].above = sheet.title, sheet.above
    return found


def tables(sheet: Sheet, look: Look) -> list[Sheet]:
    """The tables of a document that prints the sheet."""
    whole = with_title_inside(sheet) if look.inside else sheet
    return _apart(whole) if look.apart else [whole]
