"""Where a row stands in an indicator table: filled as its rows are, over all columns, or numbering them."""

from normalize.clues import TARGETS
from normalize.columns import Header
from normalize.grid import Row


def is_numbering(row: Row) -> bool:
    """Whether a row numbers the columns above it."""
    return len(row.texts) > 2 and [text.text for text in row.texts] == [
        str(n) for n in range(1, len(row.texts) + 1)
    ]


def is_filled(row: Row, header: Header) -> bool:
    """Whether a row prints a name, a target and more, each just under its header."""
    roles = dict(zip(header.columns, header.roles, strict=True))
    under = {roles.get(row.column(i), "") for i in range(len(row.texts))}
    return "indicator" in under and bool(under & TARGETS) and len(row.texts) > 2


def runs_over(row: Row, header: Header) -> bool:
    """Whether a text of a row takes all columns of names and of targets, as none of the table's does; one
    that is pushed aside takes a part of them."""
    if not (row.ruled and header.ruled):
        return False
    name = header.roles.index("indicator")
    targets = [k for k, role in enumerate(header.roles) if role in TARGETS] or [len(header.roles) - 1]
    return any(
        _takes(row, i, header, name) and any(_takes(row, i, header, k) for k in targets)
        for i in range(len(row.texts))
    )


def _takes(row: Row, index: int, header: Header, role: int) -> bool:
    """Whether a text takes all columns of a header."""
    start, end = row.column(index), row.column(index) + row.colspan(index)
    return start <= header.columns[role] and header.columns[role] + header.colspans[role] <= end
