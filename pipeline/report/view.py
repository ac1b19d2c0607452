"""What the report shows of a form: pages as printed, rows as published, what leads from one to the other."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.model import Box, Document, Table
from normalize.model import REVIEW_BELOW, Place
from pipeline.schema import AMOUNT_PERIODS, INDICATOR_PERIODS

WEAK = 0.7
"""Confidence under which a row is shown as weak, not only as doubtful."""

Row = dict[str, Any]

_MOST_ROWS, _MOST_COLUMNS = 2_000, 100  # of a table that a page shows


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on the picture of a page, in points, with the number of the place that it marks."""

    place: int
    box: Box


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table as read; ``place`` is its number where a row was made of it."""

    text: str
    rowspan: int
    colspan: int
    place: int | None


@dataclass(frozen=True, slots=True)
class PageView:
    """A printed page: a ``picture`` (its path) with marks on it, or the tables and lines as read."""

    number: int
    name: str | None
    width: float | None
    height: float | None
    places: frozenset[int]
    picture: str | None = None
    marks: Sequence[Mark] = ()
    blocks: Sequence[str | Sequence[Sequence[GridCell]]] = ()


@dataclass(slots=True)
class RowView:
    """A published row, with its periods where it has several, the numbers of its places, its repairs, and the
    ``alternatives`` to what its columns say."""

    values: list[Row]
    places: list[int]
    repairs: list[Row] = field(default_factory=list)
    alternatives: list[Row] = field(default_factory=list)

    @property
    def first(self) -> Row:
        """The row, or that of its first period."""
        return self.values[0]

    @property
    def confidence(self) -> float:
        """The lowest of its periods."""
        return min(float(value["confidence"]) for value in self.values)

    @property
    def level(self) -> str:
        """How sure it is, for its colour: ``sure``, ``doubtful`` or ``weak``."""
        return level(self.confidence)


def level(confidence: float) -> str:
    """``sure``, ``doubtful`` or ``weak``."""
    return "sure" if confidence >= REVIEW_BELOW else "doubtful" if confidence >= WEAK else "weak"


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as its page in the report shows it."""

    filing: Row
    pages: Sequence[PageView]
    indicators: Sequence[RowView]
    amounts: Sequence[RowView]
    fields: Sequence[RowView]
    checks: Sequence[Row]

    def row(self, table: str, number: int) -> RowView:
        """A row by its number."""
        rows = {"indicators": self.indicators, "amounts": self.amounts, "fields": self.fields}[table]
        return next(row for row in rows if row.first["row"] == number)


class Places:
    """Numbers the places that rows of a form were made of, and knows each by its location."""

    def __init__(self, origins: Iterable[Row]) -> None:
        self.numbers: dict[str, int] = {}
        self.pages: dict[int, dict[str, int]] = defaultdict(dict)
        self.of_row: dict[tuple[str, int], list[int]] = defaultdict(list)
        for origin in origins:
            location = origin["location"]
            number = self.numbers.setdefault(location, len(self.numbers) + 1)
            self.pages[origin["page"]][location] = number
            of_row = self.of_row[origin["table"], origin["row"]]
            if number not in of_row:
                of_row.append(number)

    def on(self, page: int) -> frozenset[int]:
        """The numbers of the places on a page."""
        return frozenset(self.pages[page].values()) if page in self.pages else frozenset()

    def marks(self, page: int) -> list[Mark]:
        """The marks on the picture of a page."""
        return [
            Mark(number, box)
            for location, number in self.pages[page].items()
            if (box := box_of(location)) is not None
        ]


def box_of(location: str) -> Box | None:
    """The box of a location (``p3 [72.1,310.0,240.5,325.2]``), in points; None where it has none."""
    _, bracket, rest = location.partition(" [")
    if not bracket:
        return None
    x0, top, x1, bottom = map(float, rest.rstrip("]").split(","))
    return x0, top, x1, bottom


def form_view(
    tables: Mapping[str, Sequence[Row]], document: Document, pictures: Mapping[int, str]
) -> FormView:
    """The view of a form: ``tables`` are the rows that the store has of it, ``pictures`` the paths of the
    pages that there are pictures of."""
    places = Places(tables["origins"])
    pages = [page for page in document.pages if places.on(page.number)] or list(document.pages)
    repairs, alternatives = _by_row(tables["repairs"]), _by_row(tables["alternatives"])

    def rows(table: str, periods: Sequence[str] = ()) -> list[RowView]:
        grouped: dict[int, list[Row]] = defaultdict(list)
        for row in tables[table]:
            grouped[row["row"]].append(row)
        return [
            RowView(
                sorted(values, key=lambda value: periods.index(value["period"])) if periods else values,
                places.of_row[table, number],
                repairs[table, number],
                alternatives[table, number],
            )
            for number, values in sorted(grouped.items())
        ]

    (filing,) = tables["filings"]
    return FormView(
        filing,
        [_page_view(page, places, pictures.get(page.number)) for page in pages],
        rows("indicators", INDICATOR_PERIODS),
        rows("amounts", AMOUNT_PERIODS),
        rows("fields"),
        tables["checks"],
    )


def _by_row(rows: Iterable[Row]) -> dict[tuple[str, int], list[Row]]:
    found: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["table"], row["row"]].append(row)
    return found


def _page_view(page: Any, places: Places, picture: str | None) -> PageView:
    common = (page.number, page.name, page.width, page.height, places.on(page.number))
    if picture:
        return PageView(*common, picture=picture, marks=places.marks(page.number))
    blocks: list[str | Sequence[Sequence[GridCell]]] = []
    for number in range(len(page.tables) + 1):
        blocks += [line.text for line in page.lines if line.tables_above == number]
        if number < len(page.tables):
            blocks.append(_grid(page.tables[number], number + 1, page, places))
    return PageView(*common, blocks=blocks)


def _grid(table: Table, number: int, page: Any, places: Places) -> list[list[GridCell]]:
    """The cells of a table by rows, blank where the table has none.

    Rows and columns in which no cell begins are left out (a stray cell may stand a million rows further
    down), and so is what is more than a page can show.
    """
    rows = sorted({cell.row for cell in table.cells})[:_MOST_ROWS]
    columns = sorted({cell.column for cell in table.cells})[:_MOST_COLUMNS]
    lines: list[list[GridCell]] = [[] for _ in rows]
    taken: set[tuple[int, int]] = set()
    by_place = {(cell.row, cell.column): cell for cell in table.cells}
    for down, row in enumerate(rows):
        for right, column in enumerate(columns):
            if (down, right) in taken:
                continue
            cell = by_place.get((row, column))
            if cell is None:
                lines[down].append(GridCell("", 1, 1, None))
                continue
            height = bisect_left(rows, row + cell.rowspan) - down
            width = bisect_left(columns, column + cell.colspan) - right
            taken |= {(down + y, right + x) for y in range(height) for x in range(width)}
            place = Place(page.number, number, row + 1, column + 1, cell.bbox, page.name)
            lines[down].append(GridCell(cell.text, height, width, places.numbers.get(str(place))))
    return lines
