"""Labels of merged cells that are printed late, or not at all."""

from random import Random

from tests.damage.model import Form, Label, Row
from tests.damage.openness import content, could_be, open_rows_before
from tests.damage.standards import ROAMING, ROAMING_HOMES

ROLES = ("level1", "level2", "key_task")


def place(label: Label, rows: list[Row], at: Row) -> None:
    """Print the label on ``at`` alone."""
    for row in rows:
        row.labels = {role: found for role, found in row.labels.items() if found is not label}
    at.labels[label.role] = label


def settle(form: Form, moved: list[tuple[Label, list[Row]]]) -> None:
    """Leave open what labels printed late leave open: tasks first, for they tell of duties."""
    for label, rows in sorted(moved, key=lambda one: ROLES.index(one[0].role), reverse=True):
        open_rows_before(form, label.role, label, rows)


def move(form: Form, rng: Random) -> None:
    """Print labels on the first row of the next page, or in the middle of their rows."""
    share = rng.choice([0.35, 0.6, 0.9])
    moves = []
    spans = [span for role in ROLES for span in form.spans(role) if len(span[1]) > 1]
    for label, rows in spans:
        after = [row for row in rows[1:] if row.breaks]
        if after and rng.random() < share + 0.1:
            moves.append((label, rows, rng.choice(after)))
        elif rng.random() < share / 3:
            moves.append((label, rows, rng.choice([rows[len(rows) // 2], rng.choice(rows[1:])])))
    if not moves:
        label, rows = rng.choice(spans)
        moves.append((label, rows, rows[len(rows) // 2]))
    for label, rows, at in moves:
        place(label, rows, at)
    settle(form, [(label, rows) for label, rows, _ in moves])


def _forget(form: Form, role: str, label: Label, rows: list[Row]) -> None:
    label.lost = True
    for row in rows:
        row.labels = {r: found for r, found in row.labels.items() if found is not label}
    if label.text in ROAMING_HOMES:
        others = [
            other for other, _ in form.spans("level2") if other.text in ROAMING_HOMES and other is not label
        ]
        for row in form.indicator_rows("standard"):
            if row.indicator and row.indicator.name == ROAMING[0]:
                for other in [*others, label]:
                    row.indicator.open_to("level2", other)


def _known(role: str, label: Label, rows: list[Row]) -> bool:
    """Whether mappings can bring the label back."""
    if role == "level1":
        return label.text not in ("产出", "结果", "影响力")
    return role == "level2" and (rows[0].block == "standard" or label.text == "服务对象满意度")


def _may_follow(form: Form, row: Row, label: Label, rows: list[Row]) -> bool:
    """Whether a reader may take the label after a lost one for a late one: words do not speak against it."""
    city = str(form.filing["region"])
    speaks = any(content(one.parts["indicator"]) & content(label.shown) for one in rows if one.indicator)
    return not speaks or could_be(row, label, city)


def _lose_free(form: Form, role: str, label: Label, rows: list[Row]) -> None:
    """A label that nothing brings back: null, or what the page leaves open."""
    spans = [(other, others) for other, others in form.spans(role) if others[0].block == rows[0].block]
    at = [other for other, _ in spans].index(label)
    starts = at == 0 or (role == "key_task" and "level2" in rows[0].labels)
    previous = None if starts else spans[at - 1][0]
    following = spans[at + 1] if at + 1 < len(spans) else None
    if not label.standard:
        label.accepted = [None]
    for row in rows:
        if row.indicator is None:
            continue
        row.indicator.open_to(role, None)
        if previous and label.text != "产出":  # 投入 holds fixed rows only
            row.indicator.open_to(role, previous)
        elif (
            following
            and not label.standard
            and not (role == "key_task" and "level2" in following[1][0].labels)
            and (role == "level2" or _may_follow(form, row, *following))
        ):
            row.indicator.open_to(role, following[0])
    _forget(form, role, label, rows)


def lose(form: Form, rng: Random) -> None:
    """Some labels are not printed: those that can come back, and now and then one that cannot."""
    spans = [(role, *span) for role in ROLES for span in form.spans(role) if span[1][0].kind == "indicator"]
    known = [span for span in spans if _known(*span)]
    for role, label, rows in rng.sample(known, min(len(known), rng.randint(1, 5))):
        _forget(form, role, label, rows)
    free = [span for span in spans if not _known(*span)]
    first = [
        s
        for n, s in enumerate(free)
        if not n
        or free[n - 1][0] != s[0]
        or free[n - 1][2][0].block != s[2][0].block
        or (s[0] == "key_task" and "level2" in s[2][0].labels)
    ]
    if first and rng.random() < 0.7:
        _lose_free(form, *rng.choice(first))
    if free and rng.random() < 0.12:
        _lose_free(form, *rng.choice(free))
    _open_tasks(form)


def _open_tasks(form: Form) -> None:
    """A task that is lost together with its duty leaves its rows open to the task printed before."""
    last: Label | None = None
    for label, rows in form.spans("key_task"):
        if "level2" in rows[0].labels:
            last = None
        if not label.lost:
            last = label
            continue
        for row in rows:
            if last and row.indicator:
                row.indicator.open_to("key_task", last)
