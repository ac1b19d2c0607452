"""A page too wide: all left halves are printed first, then all right halves, as in 2026."""

import html
import re
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from tests.damage import standards
from tests.damage.labels import ROLES, place, settle
from tests.damage.model import Field, Form, Label, Row
from tests.damage.openness import effect_says, possible, tells
from tests.damage.pages import pages_of
from tests.damage.weave import Woven, joins, weave

KIND = {"field": "field", "income": "amount", "expenditure": "amount"}
CUTS = ("third", "third", "third", "third", "targets", "inside")


@dataclass(slots=True)
class Halves:
    """How a form is cut, and the pages of each half so far. Widths are display widths."""

    cut: str
    text_left: int
    text_right: int
    name_left: int
    left: list[list[list[str]]] = field(default_factory=list)
    right: list[list[list[str]]] = field(default_factory=list)

    @property
    def columns(self) -> tuple[int, int]:
        """Columns of the left and of the right half."""
        return {"third": (3, 3), "targets": (4, 2), "inside": (4, 3)}[self.cut]

    def add(self, left: list[str] | None, right: list[str] | None) -> None:
        """A printed row; a blank half vanishes."""
        for cells, pages, count in ((left, self.left, self.columns[0]), (right, self.right, self.columns[1])):
            if cells and any(cells):
                pages[-1].append((cells + [""] * count)[:count])


def _larger_share(rows: list[Row], page_of: dict[int, int], rng: Random) -> Row:
    """The row that a merged label is printed on: its first on the page that holds most of its rows."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[page_of[id(row)]] = counts.get(page_of[id(row)], 0) + 1
    most = max(counts.values())
    page = rng.choice([p for p, n in counts.items() if n == most])
    return next(row for row in rows if page_of[id(row)] == page)


def _print_labels(form: Form, rng: Random) -> list[tuple[Label, list[Row]]]:
    """Every label once, at the page of its vertical centre; those that start on an earlier page."""
    page_of = {id(row): n for n, page in enumerate(pages_of(form.rows)) for row in page}
    late = []
    for role in ROLES:
        for label, rows in form.spans(role):
            at = _larger_share(rows, page_of, rng)
            place(label, rows, at)
            if at is not rows[0]:
                late.append((label, rows))
    return late


def _page_rule(rows: list[Row], page_of: dict[int, int], printed: list[int]) -> list[list[bool]]:
    """[label][i * (n + 1) + j]: whether rows i to j - 1 have their larger share on the page of the label."""
    count = len(rows)
    pages = [page_of[id(row)] for row in rows]
    found = []
    for page in printed:
        fits = [False] * ((count + 1) * (count + 1))
        for i in range(count):
            seen: dict[int, int] = {}
            for j in range(i + 1, count + 1):
                seen[pages[j - 1]] = seen.get(pages[j - 1], 0) + 1
                fits[i * (count + 1) + j] = seen.get(page, 0) == max(seen.values())
        found.append(fits)
    return found


def _open_labels(form: Form, role: str, block: str) -> None:
    """Accept the labels near the true one that order, pages and words leave possible."""
    page_of = {id(row): n for n, page in enumerate(pages_of(form.rows)) for row in page}
    spans = [(label, rows) for label, rows in form.spans(role) if rows[0].block == block]
    labels = [label for label, _ in spans]
    rows = [row for row in form.indicator_rows(block)]
    if not rows:
        return
    true = [labels.index(row.covered()[role]) for row in rows]
    where = {id(one): page_of[id(row)] for row in form.rows for one in row.labels.values()}
    fits = _page_rule(rows, page_of, [where[id(label)] for label in labels])
    city = frozenset({str(form.filing["region"])[:2]})
    allowed = []
    for row, own in zip(rows, true, strict=True):
        far = 1 if block == "effect" else 2
        near = [k for k in range(own - far, own + far + 1) if 0 <= k < len(labels)]
        others = [labels[k].shown for k in near if k != own]
        name = "".join(row.parts["indicator"].split())
        says = (
            effect_says(name, labels[own].text)
            if block == "effect"
            else tells(name, labels[own].shown, others, city)
        )
        if row.indicator and row.indicator.standard:
            says = name != standards.ROAMING[0]
            near = [own, *[k for k in near if labels[k].text in standards.ROAMING_HOMES]]
        if block == "effect":  # what does not speak of satisfaction is none
            near = [k for k in near if (labels[k].text == standards.SATISFACTION) == ("满意" in name)]
        allowed.append({own} if says else set(near))

    def holds(k: int, i: int, j: int) -> bool:
        if i == j:
            return block == "effect"
        return fits[k][i * (len(rows) + 1) + j] and all(k in allowed[n] for n in range(i, j))

    for row, options in zip(rows, possible(len(rows), len(labels), holds), strict=True):
        for k in sorted(options):
            if row.indicator:
                row.indicator.open_to(role, labels[k])


def _open_duties(form: Form) -> None:
    """Leave duties open where tasks are.

    A row open to a task of another duty is open to that duty; a duty printed late leaves its first tasks
    open.
    """
    duties = [label for label, _ in form.spans("level2")]
    of_task = {
        id(row.indicator.labels["key_task"]): row.indicator.labels["level2"]
        for row in form.indicator_rows("duty")
        if row.indicator
    }
    city = frozenset({str(form.filing["region"])[:2]})
    late: dict[int, Label] = {}
    current: Label | None = None
    for row in form.rows:
        if row.block != "duty":
            continue
        current = row.labels.get("level2", current)
        task = row.labels.get("key_task")
        own = of_task.get(id(task))
        if (
            task
            and own
            and current
            and own is not current
            and duties.index(current) < duties.index(own)
            and not tells(task.shown, own.shown, [current.shown], city)
        ):
            late[id(task)] = current
    for row in form.indicator_rows("duty"):
        assert row.indicator is not None
        tasks = [row.indicator.labels["key_task"], *row.indicator.also.get("key_task", [])]
        for task in tasks:
            if task:
                row.indicator.open_to("level2", of_task[id(task)])
                row.indicator.open_to("level2", late.get(id(task), of_task[id(task)]))


def _plain(text: str) -> list[str]:
    """The paragraphs of a text as its page shows them."""
    return [html.unescape(p) for p in re.split(r"\s*(?:</p>|<br/>)\s*|<[^>]*>", text) if p]


def torn(rng: Random, one: Field, left: int, right: int) -> Woven:
    """A long text, cut; its truth becomes the pieces and the phrases that bridge them."""
    paragraphs = _plain(one.shown_value)
    if len(paragraphs) > 1 and rng.random() < 0.9:
        paragraphs = ["".join(paragraphs)]
    woven = weave(paragraphs, left, right)
    if woven.is_cut:
        one.rewoven = {"left": "".join(woven.left), "right": "".join(woven.right), "joins": joins(rng, woven)}
    return woven


def _add_fields(rng: Random, halves: Halves, rows: list[Row]) -> None:
    """Fields: labels on the left, texts cut through; now and then right pieces of two run into one cell."""
    glued = rng.random() < 0.35
    waiting = ""
    for number, row in enumerate(rows):
        one = row.fields[0]
        if one.key == "unit_name":
            third = halves.cut == "third"
            halves.add(
                [one.shown_label, "", "" if third else one.shown_value], [one.shown_value] if third else None
            )
            continue
        woven = torn(rng, one, halves.text_left, halves.text_right)
        left, right = "".join(woven.left), "".join(woven.right)
        if glued and number + 1 < len(rows) and woven.is_cut:
            waiting += right
            halves.add([one.shown_label, "", left], None)
            continue
        shown = waiting + right
        waiting = ""
        if shown and rng.random() < 0.8:
            shown = f"<p>{shown}</p>"
        halves.add([one.shown_label, "", left], [shown])
    assert not waiting


def cut_through(text: str, at: int) -> tuple[str, str]:
    woven = weave([text], at, 1000)
    return "".join(woven.left), "".join(woven.right)


def _add_amounts(rng: Random, halves: Halves, rows: list[Row]) -> None:
    """Income and expenditure: a third-column cut runs through the lines' names."""
    third = halves.cut == "third"
    at = rng.choice([4, 4, 4, 6])
    if not third:
        for row in rows:
            cells = row.grid()
            halves.add(cells[:4], cells[4:])
        return
    income = [row for row in rows if row.kind == "income"]
    together = rng.random() < 0.6
    caption = next((row.parts["caption"] for row in rows if "caption" in row.parts), "")
    halves.add([caption, "收入" if income else "", "财政拨款" if together and income else ""], None)
    if income and not together:
        halves.add(["", "", "财政拨款"], None)
    for row in income:
        halves.add(None, [row.parts.get("item", ""), "", row.parts["amount"]])
    section = "支出"
    for row in rows[len(income) :]:
        if not row.amounts:
            halves.add(None, ["", row.parts["half_year"], row.parts["full_year"]])
            continue
        left, right = cut_through(row.parts["item"], at)
        halves.add(["", section, left], [right, row.parts["half_year"], row.parts["full_year"]])
        section = ""


def _add_table_row(rng: Random, halves: Halves, row: Row, drop: float) -> None:
    """A row of the indicator table."""
    shown = row.shown()
    levels = [shown.get(role, "") for role in ROLES]
    name, values = (
        shown.get("indicator", ""),
        [shown.get(p, "") for p in ("half_year", "full_year") if p in row.columns],
    )
    if halves.cut == "third":
        left, right = levels, [name, *values]
    elif halves.cut == "targets":
        left, right = ([*levels, name] if row.block == "duty" else [*levels[:2], name]), values
    else:
        wide = row.block != "duty"
        head, tail = cut_through(name, halves.name_left + 24 if wide else halves.name_left)
        left, right = ([*levels[:2], head] if wide else [*levels, head]), [tail, *values]
    alone = row.kind != "header" and halves.cut == "third" and not left[0] and sum(map(bool, left)) == 1
    # A duty at the left edge would pass for a task: nothing could tell them apart.
    if alone and not (row.block == "duty" and left[1]) and rng.random() < drop:
        left = [text for text in left if text]
    halves.add(left, right)


def _breaks(form: Form, rng: Random) -> None:
    """Page breaks between the rows of the indicator table."""
    for row in form.rows:
        row.breaks = 0
    rows = [
        r
        for n, r in enumerate(form.rows)
        if r.kind in ("indicator", "header") and form.rows[n - 1].kind != "header"
    ]
    rows = [r for r in rows[3:-3] if r.block != "effect"]
    for row in rng.sample(rows, min(len(rows), rng.choice([1, 2, 2, 3]))):
        row.breaks = 1


def _has_left_rows(form: Form) -> bool:
    """Whether every page prints a label, so that no left half vanishes."""
    return all(
        any(row.labels or row.kind not in ("indicator", "level") for row in page)
        for page in pages_of(form.rows)
    )


def _settle(form: Form, rng: Random, cut: str) -> None:
    """Find page breaks and print the labels."""
    for _ in range(40):
        _breaks(form, rng)
        late = _print_labels(form, rng)
        if _has_left_rows(form):
            break
    if cut == "third":
        for block in ("standard", "effect"):
            _open_labels(form, "level2", block)
        _open_labels(form, "key_task", "duty")
        _open_duties(form)
    else:
        settle(form, late)


def split(form: Form, rng: Random) -> None:
    """Cut the form in two and write its text."""
    # Where the right half has no name, a row without targets would vanish there and be out of step.
    cut = "third" if "targets_lost" in form.damage else rng.choice(CUTS)
    left = rng.randint(12, 20) if cut == "third" else rng.randint(22, 34)
    right = rng.randint(30, 50) if cut == "third" else rng.randint(12, 22)
    halves = Halves(cut, 2 * left, 2 * right, 2 * rng.randint(5, 9))
    _settle(form, rng, cut)
    drop = rng.choice([0.0, 0.1, 0.3])
    for page in pages_of(form.rows):
        halves.left.append([])
        halves.right.append([])
        for kind, group in groupby(page, lambda row: KIND.get(row.kind, "table")):
            rows = list(group)
            if kind == "field":
                _add_fields(rng, halves, rows)
            elif kind == "amount":
                _add_amounts(rng, halves, rows)
            else:
                for row in rows:
                    _add_table_row(rng, halves, row, drop)
    title = form.title.removeprefix("# ")
    at = rng.randint(2, len(title) - 4)
    above = [line for line in (form.year_line, *form.above) if line]
    parts = [title[:at], *_pages(halves.left), title[at:], *above, *_pages(halves.right)]
    form.text = "\n\n" + "\n\n".join(parts)


def _pages(pages: list[list[list[str]]]) -> list[str]:
    return ["\n".join("\t".join(cells) for cells in page) for page in pages if page]
