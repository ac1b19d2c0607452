"""The cells of headers, and the tables under them: side by side, in columns that tell their place."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from normalize.clues import TARGETS
from normalize.columns import Header
from normalize.grid import Row
from normalize.model import Change, Text

_BODY = 60  # rows below a header that are looked at to tell its columns
# Rows below in which a column of its own begins, at least, and their share, where the table shows its cells
# as they are printed; elsewhere at least `_ENOUGH` and this share.
_LEAST, _SELDOM = 2, 0.1
_OFTEN = 0.2
_ENOUGH = 3  # rows, or texts of a column, that tell it
LED = -1  # the column, before all others, of a level 1 that heads the rows below it
NONE = Header((), ())
"""The header of a table whose columns are not told yet."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of those that stand side by side: its header and the columns (from 0, to but not with) that
    are its own; what stands before ``shared`` belongs to all of them. ``chance`` (0..1) is that its columns
    are what they were taken for; ``level1`` heads a table that prints one level alone."""

    header: Header
    start: int
    end: int | None
    shared: int
    chance: float = 1.0
    level1: Text | None = None

    def for_period(self, period: str | None) -> "Part":
        """This table with its only targets being of ``period``."""
        targets = [role for role in self.header.roles if role in TARGETS]
        if period is None or len(targets) != 1:
            return self
        roles = tuple(period if role in TARGETS else role for role in self.header.roles)
        return replace(self, header=replace(self.header, roles=roles))

    def under(self, level1: Text) -> "Part":
        """This table with a level 1 that heads its rows, in a column before all others."""
        if self.level1:
            return replace(self, level1=level1)
        own = self.header
        header = replace(
            own,
            roles=("level1", *own.roles),
            columns=(LED, *own.columns),
            colspans=(1, *own.colspans) if own.colspans else (),
        )
        return replace(self, header=header, level1=level1)

    def of(self, row: Row) -> Row:
        """``row`` without the texts of the other tables; without any where it prints none in this one."""
        if self.start == 0 and self.end is None:
            return _led_by(self.level1, row) if self.level1 else row
        columns = [row.column(i) for i in range(len(row.texts))]
        own = [c >= self.start and (self.end is None or c < self.end) for c in columns]
        if not any(own):
            return row.with_texts(())
        for i in reversed(range(len(columns))):
            if not own[i] and columns[i] >= self.shared:
                row = row.without(i)
        return _led_by(self.level1, row) if self.level1 else row


def _led_by(label: Text, row: Row) -> Row:
    """``row`` with a label before its first column, which is printed above it."""
    evidence = f"heads the rows below it, printed at {label.place}"
    change = Change("merged_cell_filled", None, label.text, row.page, evidence, 1.0)
    texts, columns = (
        (replace(label, changes=(*label.changes, change)), *row.texts),
        (LED, *(row.column(i) for i in range(len(row.texts)))),
    )
    return replace(row, texts=texts, columns=columns, colspans=(1, *row.colspans) if row.colspans else ())


@dataclass(frozen=True, slots=True)
class TableHeader:
    """The header of an indicator table: its parts side by side, the printed rows that it takes, and the
    period of its targets where a caption tells it."""

    parts: tuple[Part, ...]
    rows: int
    period: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of a header: its place in columns, and the cell above that it is a part of. What stands in the
    column of a spare one (the points of a level) is known and published nowhere. Of a header that stands over
    several columns (``is_whole`` is False) each has one; those behind the first say nothing."""

    text: Text
    column: int
    colspan: int
    ruled: bool
    above: Text | None = None
    is_spare: bool = False
    is_first: bool = True
    is_whole: bool = True


def heads_of(row: Row) -> list[Head]:
    return [Head(text, row.column(i), row.colspan(i), row.ruled) for i, text in enumerate(row.texts)]


def over(upper: Row, lower: Row) -> list[Head]:
    """The cells of a header of two rows: those of the second, and those of the first that head no other."""
    below, heads = heads_of(lower), []
    above = heads_of(upper)
    last = max(head.column for head in (*above, *below))
    for k, head in enumerate(above):
        if upper.ruled:
            end = head.column + head.colspan
        else:
            end = above[k + 1].column if k + 1 < len(above) else last + 1
        parts = [part for part in below if head.column <= part.column < end]
        below = [part for part in below if part not in parts]
        heads += [replace(part, above=head.text) for part in parts] or [head]
    return sorted([*heads, *below], key=lambda head: head.column)


def stacked(upper: Row, lower: Row) -> Row | None:
    """A header of two rows as one row; None where all of its columns stand in the second."""
    heads = over(upper, lower)
    if not any(head.text in upper.texts for head in heads):
        return None
    return replace(
        upper,
        texts=tuple(head.text for head in heads),
        columns=tuple(head.column for head in heads),
        colspans=tuple(head.colspan for head in heads) if upper.ruled else (),
    )


def body_of(rows: Sequence[Row], start: int) -> Sequence[Row]:
    """The rows of a table from number ``start``, as many as tell its columns: those of one page, where these
    are enough."""
    below = list(takewhile(lambda row: not row.is_line, rows[start : start + _BODY]))
    own = [row for row in below if (row.page, row.table) == (below[0].page, below[0].table)]
    return own if len(own) >= _ENOUGH else below


def by_body(heads: Sequence[Head], body: Sequence[Row]) -> list[Head]:
    """Headers, those over several columns of a table's ``body`` once for each of them, and blank ones over
    columns that no header stands over."""
    starts = Counter(row.column(i) for row in body for i in range(len(row.texts)))
    # Without rulings a row that was pushed aside stands in none of its columns.
    ruled = all(head.ruled for head in heads)
    enough = max(_LEAST, _SELDOM * len(body)) if ruled else max(_ENOUGH, _OFTEN * len(body))
    often = sorted(column for column, count in starts.items() if count >= enough)
    columns = [head.column for head in heads]
    parts: list[Head] = []
    for k, head in enumerate(heads):
        behind = columns[k + 1] if k + 1 < len(columns) else max(head.column + 1, *often, 0) + head.ruled
        own = head.column + head.colspan if head.ruled else behind
        inside = [column for column in often if head.column < column < behind]
        edges = [head.column, *inside]
        ends = [*inside, max(own, inside[-1] + 1) if inside else own]
        parts += [
            replace(head, column=a, colspan=b - a, is_first=a == head.column, is_whole=not inside)
            for a, b in zip(edges, ends, strict=True)
        ]
    left = [column for column in often if column < columns[0]] if ruled else []
    edges = [*left, columns[0]]
    blank = [replace(heads[0], column=a, colspan=b - a, is_first=False) for a, b in pairwise(edges)]
    return [*blank, *parts]


def printed_in(columns: Collection[int], body: Sequence[Row]) -> dict[int, list[str]]:
    """What the rows of a table print in each of its columns."""
    starts, printed = sorted(columns), {column: list[str]() for column in columns}
    for row in body:
        for i, text in enumerate(row.texts):
            if column := [start for start in starts if start <= row.column(i)]:
                printed[column[-1]].append(text.text)
    return printed
