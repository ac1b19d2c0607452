"""Sheets of workbooks while they are read, in whatever format, and the pages that they become."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from extract.flow import STRUCK, Places
from extract.model import Cell, Line, Page, Table
from extract.numfmt import GENERAL, FormatError, shown, shown_text
from extract.symbols import raised

Spot = tuple[int, int]
"""Row and column of a cell, from 0."""

Span = tuple[int, int]
"""First and last row or column, from 0."""

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""

ROWS, COLUMNS = 1_048_576, 16_384
"""How many rows and columns a sheet has."""

_LINE_END = re.compile(r"\r\n?")
_OLD_ROWS, _OLD_COLUMNS = 65_536, 256  # in .xls; what is merged over so many is merged to the end
_CHARACTERS = 64  # of a text, for which it counts as one cell more against the limit
_DOUBTFUL = 0.5  # the confidence of a cell
_LISTED = 20  # places and ranges that a note names


@dataclass(frozen=True, slots=True)
class Formats:
    """The codes of a workbook's number formats, by the number of a cell's style, and its first day; the
    styles that strike cells through, and those that print them raised."""

    codes: Sequence[str]
    epoch_1904: bool = False
    struck: frozenset[int] = frozenset()
    raised: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sheet:
    """A sheet while it is read.

    ``boxes`` are text boxes with the rows that they begin in, ``doubtful`` are cells that Excel may show
    otherwise; what is hidden may be no part of the form, and is doubtful too. ``places`` counts what all
    sheets of a file hold; what is too much raises ``TooLarge``.
    """

    name: str
    formats: Formats
    places: Places
    notes: list[str] = field(default_factory=list)
    boxes: list[tuple[int, str]] = field(default_factory=list)
    shows_zeros: bool = True
    is_hidden: bool = False
    doubtful: set[Spot] = field(default_factory=set)
    _texts: dict[Spot, str] = field(default_factory=dict)
    _merged: list[Range] = field(default_factory=list)
    _hidden_rows: list[Span] = field(default_factory=list)
    _hidden_columns: list[Span] = field(default_factory=list)
    _remarks: dict[str, list[Spot]] = field(default_factory=dict)

    def put_text(self, spot: Spot, text: str, style: int) -> None:
        """A cell that holds a text."""
        if "\r" in text:
            text = _LINE_END.sub("\n", text)
        code = self.formats.codes[style]
        if code != GENERAL:
            try:
                text = shown_text(text, code)
            except FormatError:
                self._not_understood(code, spot)
        self._put_styled(spot, text, style)

    def put_number(self, spot: Spot, value: float, style: int) -> None:
        """A cell that holds a number; finite."""
        code = self.formats.codes[style]
        if not value and not self.shows_zeros:
            self.remark("zeros that the sheet does not show", spot)
            return
        try:
            text = shown(value, code, epoch_1904=self.formats.epoch_1904)
        except FormatError:
            text = shown(value, GENERAL)
            self._not_understood(code, spot)
        self._put_styled(spot, text, style)

    def _put_styled(self, spot: Spot, text: str, style: int) -> None:
        if style in self.formats.struck and text.strip():
            self.remark(STRUCK, spot)
        else:
            self.put(spot, raised(text) if style in self.formats.raised else text)

    def put(self, spot: Spot, text: str) -> None:
        """A cell that shows ``text``, its line ends ``\\n``; white space alone is no cell."""
        if text and not text.isspace():
            self.places.take(1 + len(text) // _CHARACTERS)
            self._texts[spot] = text

    def merge(self, merged: Range) -> None:
        """Cells that are one. Of ranges that overlap, which no program writes, the first counts."""
        self.places.take(1)
        self._merged.append(merged)

    def hide_rows(self, first: int, last: int) -> None:
        self._hide(self._hidden_rows, first, last)

    def hide_columns(self, first: int, last: int) -> None:
        self._hide(self._hidden_columns, first, last)

    def _hide(self, hidden: list[Span], first: int, last: int) -> None:
        if hidden and hidden[-1][0] <= first <= hidden[-1][1] + 1:
            hidden[-1] = hidden[-1][0], max(hidden[-1][1], last)
        else:
            self.places.take(1)
            hidden.append((first, last))

    def remark(self, what: str, spot: Spot) -> None:
        """Something to say of a cell: it becomes a note."""
        self.places.take(1)
        self._remarks.setdefault(what, []).append(spot)

    def _not_understood(self, code: str, spot: Spot) -> None:
        self.doubtful.add(spot)
        self.remark(f"number format {' '.join(code.split())} not understood, value shown without it", spot)

    def page(self, number: int) -> Page:
        """The sheet as page ``number``."""
        cells = self._cells()
        rows = max((cell.row + cell.rowspan for cell in cells), default=0)
        columns = max((cell.column + cell.colspan for cell in cells), default=0)
        lines = tuple(
            Line(line.strip(), tables_above=int(bool(cells) and row >= cells[0].row))
            for row, text in sorted(self.boxes, key=lambda box: box[0])
            for line in text.split("\n")
            if line.strip()
        )
        tables = (Table(cells, rows, columns),) if cells else ()
        return Page(number, tables, lines, self.name, tuple(self._all_notes(rows, columns)))

    def _cells(self) -> tuple[Cell, ...]:
        spans, covered = self._spans()
        for spot in sorted(covered & self._texts.keys() - spans.keys()):
            self.remark("texts under merged cells left out", spot)
            del self._texts[spot]
        self._hidden_rows.sort()
        self._hidden_columns.sort()
        spots = sorted(self._texts.keys() | spans.keys())
        return tuple(self._cell(spot, *spans.get(spot, (1, 1))) for spot in spots)

    def _cell(self, spot: Spot, rowspan: int, colspan: int) -> Cell:
        text = self._texts.get(spot, "")
        lines = tuple(text.split("\n")) if text else ()
        hidden = (
            self.is_hidden
            or _within(self._hidden_rows, spot[0], spot[0] + rowspan - 1)
            or _within(self._hidden_columns, spot[1], spot[1] + colspan - 1)
        )
        confidence = _DOUBTFUL if hidden or spot in self.doubtful else 1.0
        return Cell(*spot, text, rowspan, colspan, lines, confidence=confidence)

    def _spans(self) -> tuple[dict[Spot, tuple[int, int]], set[Spot]]:
        """The spans of merged cells by their first place, and all places that they cover, the first too."""
        row_end = 1 + max((row for row, *_ in (*self._texts, *self._merged)), default=0)
        column_end = 1 + max((column for _, column, *_ in (*self._texts, *self._merged)), default=0)
        spans: dict[Spot, tuple[int, int]] = {}
        covered: set[Spot] = set()
        for first_row, first_column, last_row, last_column in self._merged:
            rows = range(first_row, row_end if last_row + 1 >= _OLD_ROWS else last_row + 1)
            columns = range(first_column, column_end if last_column + 1 >= _OLD_COLUMNS else last_column + 1)
            self.places.take(len(rows) * len(columns))
            spots = {(row, column) for row in rows for column in columns}
            if len(spots) > 1 and covered.isdisjoint(spots):
                covered |= spots
                spans[first_row, first_column] = len(rows), len(columns)
        return spans, covered

    def _all_notes(self, rows: int, columns: int) -> Iterator[str]:
        yield from self.notes
        if hidden := list(_ranges(self._hidden_rows, rows, lambda row: str(row + 1))):
            yield f"hidden rows: {_listed(hidden)}"
        if hidden := list(_ranges(self._hidden_columns, columns, column_name)):
            yield f"hidden columns: {_listed(hidden)}"
        for what, spots in self._remarks.items():
            yield f"{what}: {_listed([cell_name(spot) for spot in spots])}"


def _within(spans: Sequence[Span], first: int, last: int) -> bool:
    """Whether one of ``spans`` (sorted) covers all from ``first`` to ``last``."""
    before = bisect_right(spans, (first, COLUMNS + ROWS)) - 1
    return before >= 0 and spans[before][1] >= last


def cell_name(spot: Spot) -> str:
    """The name of a cell: ``C12``."""
    return f"{column_name(spot[1])}{spot[0] + 1}"


def column_name(column: int) -> str:
    """The letters of a column."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _ranges(pairs: Sequence[Span], end: int, name: Callable[[int], str]) -> Iterator[str]:
    """The names of ranges (first and last) before ``end``, those that touch as one: ``3-5``."""
    joined: list[Span] = []
    for first, last in sorted((first, min(last, end - 1)) for first, last in pairs if first < end):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    for first, last in joined:
        yield name(first) if first == last else f"{name(first)}-{name(last)}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
