"""Page breaks, and what a new page prints again."""

from random import Random

from tests.damage.model import Form, Row


def pages_of(rows: list[Row]) -> list[list[Row]]:
    """The rows page by page."""
    found: list[list[Row]] = []
    for row in rows:
        if row.breaks or not found:
            found.append([])
        found[-1].append(row)
    return found


def paginate(form: Form, rng: Random, shortest: int = 9, longest: int = 30) -> None:
    """Blank lines between some rows."""
    left = rng.randint(shortest, longest)
    for row in form.rows[1:]:
        left -= 1
        if row.breaks:
            left = rng.randint(shortest, longest)
        elif left <= 0:
            row.breaks = rng.choice([1, 1, 1, 2])
            left = rng.randint(shortest, longest)


def repeat(form: Form, rng: Random) -> None:
    """Headers, and labels of merged cells, printed again at the top of a page, each as the form does it."""
    headers, labels = rng.random() < 0.5, rng.random() < 0.5
    rows: list[Row] = []
    header: Row | None = None
    for row in form.rows:
        header = row if row.kind == "header" else header
        if row.breaks and row.kind == "indicator" and row.indicator and rows[-1].kind != "header":
            if labels:
                row.labels = {role: one for role, one in row.indicator.labels.items() if not one.lost}
            if headers and header:
                rows.append(
                    Row("header", header.columns, dict(header.parts), breaks=row.breaks, block=header.block)
                )
                row.breaks = 0
        rows.append(row)
    form.rows = rows
