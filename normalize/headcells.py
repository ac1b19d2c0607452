"""The cells of headers, and the tables under them: side by side, in columns that tell their place."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from normalize.clues import TARGETS
from normalize.columns import Header
from normalize.grid import Row
from normalize.model import Text

_BODY = 60  # rows below a header that are looked at to tell its columns
_ENOUGH = 3  # rows, or texts of a column, that tell it
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

    def of(self, row: Row) -> Row:
        """``row`` without the texts of the other tables; without any where it prints none in this one."""
        if self.start == 0 and self.end is None:
            return row
        columns = [row.column(i) for i in range(len(row.texts))]
        own = [c >= self.start and (self.end is None or c < self.end) for c in columns]
        if not any(own):
            return row.with_texts(())
        for i in reversed(range(len(columns))):
            if not own[i] and columns[i] >= self.shared:
                row = row.without(i)
        return _led_by(self.level1, row) if self.level1 else row


def _led_by(label: Text, row: Row) -> Row:
    """``row`` with a label before its first column."""
    texts, columns = (label, *row.texts), (-1, *(row.column(i) for i in range(len(row.texts))))
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
    column of a spare one (the points of a level) is known and published nowhere."""

    text: Text
    column: int
    colspan: int
    ruled: bool
    above: Text | None = None
    is_spare: bool = False


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
    """Headers, those over several columns of a table's ``body`` once for each of them."""
    starts = Counter(row.column(i) for row in body for i in range(len(row.texts)))
    often = sorted(column for column, count in starts.items() if count >= _ENOUGH)
    columns = [head.column for head in heads]
    parts = []
    for k, head in enumerate(heads):
        behind = columns[k + 1] if k + 1 < len(columns) else head.column + head.colspan
        end = head.column + head.colspan if head.ruled else behind
        inside = [column for column in often if head.column < column < end]
        edges = [head.column, *inside, end]
        parts += [replace(head, column=a, colspan=max(1, b - a)) for a, b in pairwise(edges)] or [head]
    return parts


def printed_in(columns: Collection[int], body: Sequence[Row]) -> dict[int, list[str]]:
    """What the rows of a table print in each of its columns."""
    starts, printed = sorted(columns), {column: list[str]() for column in columns}
    for row in body:
        for i, text in enumerate(row.texts):
            if column := [start for start in starts if start <= row.column(i)]:
                printed[column[-1]].append(text.text)
    return printed
