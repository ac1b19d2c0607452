"""Rows that slide to other columns: covered and blank cells vanish, what stands after them moves."""

from itertools import pairwise
from random import Random

from tests.damage.model import Form, Row
from tests.damage.pages import pages_of
from tests.damage.targets import PERIODS, Target

LABELS = ("level1", "level2", "key_task")
TARGETS = ("half_year", "full_year")
Mode = dict[str, int]


def usual_places(row: Row) -> Mode:
    return {role: at for at, role in enumerate(row.columns) if role}


def _department_mode(rng: Random, row: Row) -> Mode:
    """Where the cells of a run of rows stand: one of the ways of the export of 2024."""
    usual = usual_places(row)
    first = usual["indicator"]
    kind = rng.choice(
        ["right", "gap", "gap", "left", "label_left", "label_right", "far", "far", "torn", "left"]
    )
    step = rng.choice([1, 1, 1, 2, 3])
    values = ("indicator", *(role for role in TARGETS if role in usual))
    if kind == "right":
        return {role: at + min(step, 2) for role, at in usual.items()}
    if kind == "gap":
        return usual | {role: usual[role] + min(step, 2) for role in values}
    if kind == "left":
        return {role: at - step for role, at in usual.items()}
    if kind == "label_left":
        return (
            usual
            | {role: usual[role] - 1 for role in LABELS if role in usual}
            | {role: usual[role] + rng.choice([0, 1]) for role in values}
        )
    if kind == "label_right":
        return (
            usual
            | {role: usual[role] + 1 for role in LABELS if role in usual}
            | {role: usual[role] + 1 for role in values}
        )
    if kind == "far":  # the indicator alone slides to the left, its targets stay
        return (
            usual
            | {role: usual[role] - first for role in ("indicator",)}
            | {role: usual[role] + 1 for role in TARGETS if role in usual}
            | {role: -1 for role in LABELS}
        )
    return {
        "indicator": rng.choice([0, 1]),
        "half_year": 2 if first > 2 else 1,
        "full_year": usual["full_year"],
    }


def _project_mode(rng: Random, row: Row) -> Mode:
    step = rng.choice([-1, -2, -2, 1, 1])
    return {role: at + step for role, at in usual_places(row).items()}


def placed(row: Row, mode: Mode, width: int) -> list[str] | None:
    """The cells of the row where the mode puts them; None where they do not fit in their order."""
    shown = {role: text for role, text in row.shown().items() if text and role in usual_places(row)}
    order = [role for role in row.columns if role in shown]
    places = [mode.get(role, -1) for role in order]
    if any(p < 0 or p >= width for p in places) or any(a >= b for a, b in pairwise(places)):
        return None
    if row.block == "duty" and list(row.labels) == ["key_task"] and _looks_like_a_duty(row, mode):
        return None
    cells = [""] * width
    for role, at in zip(order, places, strict=True):
        cells[at] = shown[role]
    return cells


def _looks_like_a_duty(row: Row, mode: Mode) -> bool:
    """Whether a key task would stand as a duty printed late does: nothing could tell them apart."""
    usual = usual_places(row)
    return mode["key_task"] == usual["level2"] and mode["indicator"] == usual["indicator"]


def shiftable(row: Row) -> bool:
    """Whether the row can be read when it slides: its targets are there, and a duty comes with a task."""
    if row.kind == "level":
        return True
    if row.kind != "indicator" or row.indicator is None or row.cells is not None:
        return False
    full = all(row.parts.get(p) for p in PERIODS if p in row.columns)
    if row.block == "duty" and ("level1" in row.labels or "level2" in row.labels):
        full = full and "key_task" in row.labels and ("level2" in row.labels or "level1" not in row.labels)
    return full


def push_off(row: Row, width: int) -> None:
    """The key task stands in the indicator's column, the indicator last, its targets off the page."""
    assert row.indicator is not None
    cells = [""] * width
    cells[usual_places(row)["indicator"]] = row.labels["key_task"].shown
    cells[width - 1] = row.parts["indicator"]
    row.cells = cells
    row.indicator.targets = {period: Target() for period in row.indicator.targets}


def shift_indicators(form: Form, rng: Random) -> None:
    """Runs of rows slide; a run begins after a label or a page break as a rule, and ends anywhere."""
    department = form.family == "department"
    width = 7
    share = rng.choice([0.35, 0.55, 0.75])
    left, mode, chosen = 0, {}, False
    for page in pages_of(form.rows):
        left = 0
        for number, row in enumerate(page):
            if not shiftable(row):
                left = left if row.kind == "indicator" else 0
                continue
            if left <= 0 and (number == 0 or row.labels or rng.random() < 0.15):
                left = rng.choice([1, 2, 3, 4, 6, 9])
                chosen = rng.random() < share
                mode = _department_mode(rng, row) if department else _project_mode(rng, row)
            left -= 1
            if not chosen or left < 0:
                continue
            pushed = row.block == "duty" and list(row.labels) == ["key_task"] and rng.random() < 0.06
            if pushed:
                push_off(row, width)
                continue
            cells = placed(row, mode, width)
            if (
                cells is None and row.labels
            ):  # labels stand where they are printed, the values go on as before
                own = usual_places(row)
                cells = placed(row, mode | {role: own[role] for role in LABELS if role in own}, width)
            row.cells = cells


def shift_amounts(form: Form, rng: Random) -> None:
    """The projects under 项目支出 slide to the left from some line on; a line of the income may too."""
    lines = [row for row in form.rows if row.kind == "expenditure" and row.amounts and row.amounts[0].parent]
    if lines and rng.random() < 0.7:
        step = rng.choice([1, 2, 2])
        start = rng.randrange(len(lines))
        for row in lines[start : start + rng.randint(1, 12)]:
            cells = row.grid()
            row.cells = [*cells[step:], *[""] * step]
    income = [
        row
        for row in form.rows
        if row.kind == "income"
        and row.amounts
        and not row.grid()[1]
        and row.grid()[2]
        and "group" not in row.parts
    ]
    for row in income[rng.randrange(len(income)) :] if income and rng.random() < 0.5 else []:
        cells = row.grid()
        row.cells = [*cells[1:], ""]


def caption(form: Form, rng: Random) -> None:
    """The vertical caption 分解目标 takes the first column of a page: its rows move right by one, late."""
    pages = [
        page
        for page in pages_of(form.rows)
        if sum(r.kind == "indicator" for r in page) > 3 and page[0].kind != "header"
    ]
    rows = [r for r in (rng.choice(pages) if pages else form.rows) if r.kind == "indicator"]
    rows = rows if pages else rows[rng.randrange(len(rows)) :]
    if "level1" in rows[0].labels:
        rows = rows[1:]
    usual = rng.randint(1, 3)
    for number, row in enumerate(rows):
        if row.cells is not None:
            continue
        cells = row.grid()
        if number == 0:
            row.cells = ["分解目标", *cells[1:], ""]
        elif number >= usual or row.labels:
            row.cells = ["", *cells]


def shift(form: Form, rng: Random) -> None:
    """Rows slide as those of the family do."""
    shift_indicators(form, rng)
    if form.family == "department":
        shift_amounts(form, rng)
    elif rng.random() < 0.6:
        caption(form, rng)
    if all(row.cells is None for row in form.rows):
        row = rng.choice([r for r in form.rows if r.kind == "indicator" and not r.labels and shiftable(r)])
        row.cells = placed(row, {role: at - 1 for role, at in usual_places(row).items()}, 7) or [
            "",
            *row.grid(),
        ]
