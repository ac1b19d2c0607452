"""A project form too wide for its page: the left halves of all pages, then the right ones.

The cut runs between two columns of the indicator table or through one, and elsewhere through the field block.
"""

from dataclasses import dataclass, field
from random import Random

from tests.damage.halves import cut_through, torn
from tests.damage.model import Amount, Form, Row
from tests.damage.pages import pages_of
from tests.damage.project import PAIR
from tests.damage.weave import weave

CUTS = ("name", "name", "name", "target", "target", "subprojects", "in_name", "in_explanation")
BLOCKS = ("between", "between", "between", "value", "label")
FIRST = {"name": 3, "target": 4, "subprojects": 2, "in_name": 3, "in_explanation": 5}
SHORT = 30  # characters from which a field is a text that wraps
Halves = tuple[list[str], list[str]]


@dataclass(slots=True)
class Cut:
    """Where the cut runs in the table, in the field block, and how wide what it leaves is (on display)."""

    table: str
    block: str
    text_left: int
    text_right: int
    name_left: int
    value_left: int
    explanation: tuple[int, int]
    is_glued: bool = False
    waiting: str = ""
    left: list[list[list[str]]] = field(default_factory=list)
    right: list[list[list[str]]] = field(default_factory=list)


def _fill(form: Form) -> None:
    """Print the zeros: a funding line without sums would vanish from the right half and be out of step."""
    for row in form.rows:
        if row.kind != "funding_source" or "label" in row.parts:
            continue
        item = row.parts["item"]
        for period in ("total_investment", "prior_year", "current_year"):
            if not row.parts.get(period):
                row.parts[period] = "0"
                row.amounts.append(Amount("funding_source", item, None, item == "合计", period, 0.0))
    form.amounts = [amount for row in form.rows for amount in row.amounts]


def _is_long(row: Row | None) -> bool:
    """Whether the row holds a text that wraps."""
    return row is not None and bool(row.fields) and len(row.fields[0].shown_value) > SHORT


def _long(rng: Random, cut: Cut, row: Row, below: Row | None) -> Halves:
    """A text; now and then its right piece runs into the cell of the text below."""
    woven = torn(rng, row.fields[0], cut.text_left, cut.text_right)
    left = [row.grid()[0], "".join(woven.left)]
    right = cut.waiting + "".join(woven.right)
    cut.waiting = ""
    if cut.is_glued and right and woven.is_cut and _is_long(below) and rng.random() < 0.4:
        cut.waiting = right
        return left, []
    return left, [f"<p>{right}</p>" if right and rng.random() < 0.7 else right]


def _field(cut: Cut, row: Row) -> Halves:
    """A row of the field block."""
    cells = row.grid()
    if row.columns[0] == "caption":
        return cells[:3], cells[3:]
    if len(cells) == 6:
        return cells[:4], cells[4:]
    if row.columns != PAIR:
        return cells[:2], cells[2:]
    if cut.block == "value":
        head, tail = cut_through(cells[1], cut.value_left)
        return [cells[0], head], [tail, *cells[2:]]
    if cut.block == "label":
        head, tail = cut_through(cells[2], 4)
        return [*cells[:2], head], [tail, *cells[3:]]
    return cells[:2], cells[2:]


def _amount(cut: Cut, row: Row) -> Halves:
    """A line of the funds."""
    cells = row.grid()
    if row.kind == "subproject":
        if cut.block == "value":
            head, tail = cut_through(cells[1], cut.value_left * 2)
            return [cells[0], head], [tail, cells[3]]
        return cells[:3], cells[3:]
    at = 2 if cut.block == "value" else 3
    return cells[:at], cells[at:]


def _indicator(cut: Cut, row: Row) -> Halves:
    """A row of the indicator table, or its header."""
    level1, subprojects, name, target, explanation, source = row.grid()
    if cut.table == "in_name":
        head, tail = cut_through(name, cut.name_left)
        return [level1, subprojects, head], [tail, target, explanation, source]
    if cut.table == "in_explanation":
        woven = weave([explanation], *cut.explanation)
        left, right = "".join(woven.left), "".join(woven.right)
        return [level1, subprojects, name, target, left], [right, source]
    at = FIRST[cut.table]
    return row.grid()[:at], row.grid()[at:]


def _halves(rng: Random, cut: Cut, row: Row, below: Row | None) -> Halves:
    if _is_long(row):
        return _long(rng, cut, row, below)
    if row.kind == "field":
        return _field(cut, row)
    return _amount(cut, row) if row.kind in ("subproject", "funding_source") else _indicator(cut, row)


def _leaves_labels(form: Form) -> bool:
    """Whether every page has something left of the indicators, so that no left half vanishes."""
    return all(
        any(row.kind != "indicator" or row.labels or row.parts["subprojects"] for row in page)
        for page in pages_of(form.rows)
    )


def split(form: Form, rng: Random) -> None:
    """Cut the form in two and write its text."""
    _fill(form)
    table = rng.choice(CUTS)
    if table == "subprojects" and not _leaves_labels(form):
        table = "name"
    one_line = 2 * rng.randint(6, 12), 60
    cut = Cut(
        table,
        rng.choice(BLOCKS),
        2 * rng.randint(14, 26),
        2 * rng.randint(24, 44),
        2 * rng.randint(5, 9),
        2 * rng.randint(5, 8),
        rng.choice([one_line, one_line, one_line, (2 * rng.randint(4, 6), 2 * rng.randint(5, 8))]),
    )
    cut.is_glued = rng.random() < 0.35
    width = FIRST[table]
    for page in pages_of(form.rows):
        cut.left.append([])
        cut.right.append([])
        for row, below in zip(page, [*page[1:], None], strict=True):
            for cells, pages, least in zip(
                _halves(rng, cut, row, below), (cut.left, cut.right), (width, 3), strict=True
            ):
                if any(cells):
                    pages[-1].append(cells + [""] * (least - len(cells)))
    title = form.title.removeprefix("# ")
    at = rng.randint(2, len(title) - 4)
    parts = [title[:at], *_pages(cut.left), title[at:], *form.above, *_pages(cut.right)]
    form.text = "\n\n" + "\n\n".join(parts)


def _pages(pages: list[list[list[str]]]) -> list[str]:
    return ["\n".join("\t".join(cells) for cells in page) for page in pages if page]
