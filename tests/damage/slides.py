"""The mechanics of the samples at higher rates: pages, headers and labels that slide, targets pushed off."""

from random import Random

from tests.damage.model import Form, Row
from tests.damage.pages import pages_of
from tests.damage.shifts import (
    LABELS,
    caption,
    placed,
    push_off,
    shift_amounts,
    shiftable,
    usual_places,
)
from tests.damage.targets import PERIODS, Target

WIDTH = 9


def _page_constant(form: Form, rng: Random, page: list[Row]) -> None:
    """All rows of a page slide by one step, its header as well or not."""
    rows = [row for row in page if row.kind in ("indicator", "level", "header") and row.cells is None]
    if not all(shiftable(row) or row.kind == "header" for row in rows) or not rows:
        return
    with_header = rng.random() < 0.5
    free = min(next((n for n, cell in enumerate(row.grid()) if cell), 0) for row in rows)
    step = rng.choice([1, 1, 2, -free, -free] if free else [1, 1, 2])
    for row in rows:
        if row.kind == "header" and not with_header:
            continue
        cells = row.grid()
        row.cells = [""] * step + cells if step > 0 else cells[-step:] + [""] * -step


def _header_alone(form: Form, rng: Random) -> None:
    """A header slides, its rows do not."""
    rows = [row for row in form.rows if row.kind == "header" and row.cells is None]
    for row in rng.sample(rows, min(len(rows), rng.choice([1, 1, 2]))):
        row.cells = ["", *row.grid()]


def _label_first(form: Form, rng: Random) -> None:
    """A level-2 label, a key task or a subproject stands in column 0, the rest in its place."""
    first = "subprojects" if form.family == "project" else None
    rows = [
        row
        for row in form.rows
        if row.kind in ("indicator", "level")
        and row.cells is None
        and shiftable(row)
        and (row.parts.get(first) and not row.labels if first else row.labels and "level1" not in row.labels)
    ]
    for row in rng.sample(rows, min(len(rows), rng.choice([1, 2, 4, 6]))):
        cells = row.grid()
        at = next(n for n, cell in enumerate(cells) if cell)
        if row.block == "duty" and set(row.labels) == {"level2"}:
            continue  # in column 0 it would pass for a key task
        cells = list(cells)
        cells[0], cells[at] = cells[at], ""
        row.cells = cells


def _label_and_rest(form: Form, rng: Random) -> None:
    """From a label on, label and rest slide by different steps; the rows after it as the rest does."""
    names = ("level1",) if form.family == "project" else LABELS
    for page in pages_of(form.rows):
        left, steps = 0, (0, 0)
        for row in page:
            if row.kind not in ("indicator", "level") or not shiftable(row) or row.cells is not None:
                left = 0
                continue
            if row.labels and rng.random() < 0.4:
                left = rng.choice([1, 2, 4, 9])
                steps = rng.choice([-2, -1, -1, 0, 1]), rng.choice([-1, 0, 1, 1, 2])
            left -= 1
            if left < 0:
                continue
            usual = usual_places(row)
            mode = {role: at + steps[role not in names] for role, at in usual.items()}
            row.cells = placed(row, mode, WIDTH)


def _captions(form: Form, rng: Random) -> None:
    """分解目标 on several pages."""
    for _ in range(rng.choice([1, 1, 2])):
        caption(form, rng)


def _amounts_right(form: Form, rng: Random) -> None:
    """A run of the sums slides to the right."""
    rows = [row for row in form.rows if row.kind in ("income", "expenditure") and row.cells is None]
    start = rng.randrange(len(rows))
    for row in rows[start : start + rng.randint(2, 10)]:
        row.cells = ["", *row.grid()]


def slide(form: Form, rng: Random) -> None:
    """One to three of these."""
    ways = [_label_first, _label_and_rest, _header_alone]
    chosen = [way for way in ways if rng.random() < 0.45]
    pages = [p for p in pages_of(form.rows) if any(row.kind == "indicator" for row in p)]
    for page in pages:
        if rng.random() < 0.3:
            _page_constant(form, rng, page)
    if form.family == "project" and rng.random() < 0.7:
        _captions(form, rng)
    if form.family == "department" and rng.random() < 0.5:
        rng.choice([shift_amounts, shift_amounts, _amounts_right])(form, rng)
    for way in chosen:
        way(form, rng)
    if all(row.cells is None for row in form.rows):
        _header_alone(form, rng)


def _push_project(row: Row) -> None:
    """The subproject stands in the target's column, the indicator last, the rest off the page."""
    assert row.indicator is not None
    row.cells = ["", "", "", row.parts["subprojects"], "", row.parts["indicator"]]
    row.indicator.targets = {period: Target() for period in row.indicator.targets}
    row.indicator.explanation = row.indicator.source = None


def _push_standard(row: Row) -> None:
    """A name that every form prints stands alone in the last column."""
    assert row.indicator is not None
    row.cells = [*[""] * (len(row.columns) - 1), row.parts["indicator"]]
    row.indicator.targets = {period: Target() for period in row.indicator.targets}


def push(form: Form, rng: Random) -> None:
    """Targets pushed off the page; or one of two targets blank, in its place."""
    rows = [row for row in form.rows if row.kind == "indicator" and row.indicator and row.cells is None]
    rows = [row for row in rows if all(row.parts.get(p) for p in PERIODS if p in row.columns)]
    if form.family == "project":
        able = [row for row in rows if not row.labels and row.parts["subprojects"]]
    else:
        able = [row for row in rows if row.block == "duty" and list(row.labels) == ["key_task"]]
    gone = rng.sample(able, min(len(able), rng.choice([0, 1, 2, 3])))
    for row in gone:
        if form.family == "project":
            _push_project(row)
        else:
            push_off(row, max(7, len(row.columns)))
    alone = [row for row in rows if row.block == "standard" and not row.labels]
    if alone and rng.random() < 0.25:
        gone.append(rng.choice(alone))
        _push_standard(gone[-1])
    rest = [row for row in rows if row not in gone]
    for row in rng.sample(rest, min(len(rest), rng.choice([1, 2, 4]))):
        assert row.indicator is not None
        periods = [p for p in PERIODS if p in row.columns]
        period = rng.choice(periods)
        row.parts[period] = ""
        row.indicator.targets[period] = Target()
