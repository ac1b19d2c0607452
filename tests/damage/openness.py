"""What a fair reader can know: which labels a row may belong to when its place is not printed.

A word that a row shares with one label alone decides. Else the order, the page that a label is printed on
and the rule that a label has rows leave some labels possible, and each of them is accepted.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from tests.damage import phrases, standards
from tests.damage.model import Form, Label, Row

_WEAK = re.compile("|".join(sorted(phrases.WEAK, key=len, reverse=True)) + r"|[^\w]|[的了和与及对]")


@lru_cache(maxsize=50_000)
def content(text: str) -> frozenset[str]:
    """The pairs of characters that carry content."""
    return frozenset(
        run[i : i + 2] for run in _WEAK.sub(" ", "".join(text.split())).split() for i in range(len(run) - 1)
    )


def tells(text: str, label: str, others: Sequence[str], also: frozenset[str] = frozenset()) -> bool:
    """Whether ``text`` shares a word with ``label`` that none of the others has; ``also`` says nothing."""
    shared = (content(text) & content(label)) - also
    return bool(shared - frozenset().union(*map(content, others)) if others else shared)


def effect_says(text: str, label: str) -> bool:
    """Whether the words of an effect name its level-2 label and no other."""
    text = "".join(text.split())
    if "满意" in text:
        return label == standards.SATISFACTION
    hits = [name for name, words in phrases.EFFECT_WORDS.items() if any(w in text for w in words)]
    return hits == [label]


def decided(row: Row, role: str, others: Sequence[str], city: str) -> bool:
    """Whether words or standards settle the row's label against the others."""
    indicator = row.indicator
    assert indicator is not None
    label = indicator.labels[role]
    place = frozenset({city[:2]})
    if role == "level1":
        return indicator.standard or row.block in ("duty", "effect") or label.text in ("投入", "产出")
    if indicator.standard:
        return indicator.name != standards.ROAMING[0]
    if row.block == "effect":
        return effect_says(row.parts["indicator"], label.text)
    text = row.parts["indicator"]
    if role == "level2" and "key_task" in indicator.labels:
        text += " " + indicator.labels["key_task"].shown
    return tells(text, label.shown, others, place)


def could_be(row: Row, label: Label, city: str) -> bool:
    """Whether the words of the row allow the label: they share one, or the row has none of its own."""
    words = content(row.parts["indicator"]) - {city[:2]}
    return not words or bool(words & content(label.shown))


def open_rows_before(form: Form, role: str, label: Label, rows: list[Row]) -> None:
    """A label printed late leaves the rows before it open to the label before, unless something decides."""
    printed = next(n for n, row in enumerate(rows) if row.labels.get(role) is label)
    block = rows[0].block
    before = [other for other, others in form.spans(role) if others[0].block == block]
    previous = before[before.index(label) - 1] if before.index(label) else None
    if role == "key_task" and "level2" in rows[0].labels:
        previous = None  # a new duty begins with a task of its own
    city = str(form.filing["region"])
    for row in rows[:printed]:
        indicator = row.indicator
        if indicator is None or _nested(role, label, row, rows[printed:]):
            continue
        if not decided(row, role, [previous.shown] if previous else [], city):
            indicator.open_to(role, previous)


def _nested(role: str, label: Label, row: Row, later: list[Row]) -> bool:
    """Whether the row's task is settled and printed where its duty is known: a task has one duty."""
    indicator = row.indicator
    if role != "level2" or indicator is None or "key_task" not in indicator.labels:
        return False
    task = indicator.labels["key_task"]
    return "key_task" not in indicator.also and any(task in one.labels.values() for one in later)


def possible(count: int, labels: int, holds: Callable[[int, int, int], bool]) -> list[set[int]]:
    """For each of ``count`` rows the labels that it has in some monotone reading.

    ``holds(k, i, j)`` says whether label k may cover the rows i to j - 1.
    """
    spans = [
        [(i, j) for i in range(count + 1) for j in range(i, count + 1) if holds(k, i, j)]
        for k in range(labels)
    ]
    reached = [{0}]
    for k in range(labels):
        reached.append({j for i, j in spans[k] if i in reached[-1]})
    ends = {count}
    found: list[set[int]] = [set() for _ in range(count)]
    for k in reversed(range(labels)):
        good = [(i, j) for i, j in spans[k] if i in reached[k] and j in ends]
        for i, j in good:
            for row in range(i, j):
                found[row].add(k)
        ends = {i for i, _ in good}
    return found
