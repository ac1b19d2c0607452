"""Stage 5, merged cells: each indicator finds the labels that it stands under.

A merged label is printed once for all rows that it spans: usually on the first of them, after a page break
perhaps on a later one, and on a page that was cut into halves it is known only which page it is on. Labels
and rows keep their order, so for each level the labels are laid over the rows as segments, the finest level
first; a coarser level is laid over the segments of the finer. The score of a segment is what mappings and
words say of its rows, how far its label is printed from its first row, and where pages break.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, log

from normalize.clues import LEVELS, Clues, shared_words
from normalize.columns import Assigned
from normalize.lattice import Segmentation, best_segmentation
from normalize.mappings import fold
from normalize.model import Change, Text

# Log-likelihoods of what exports do to merged labels.
_LATE, _LATER, _LATEST = -6.0, -0.3, 4  # printed below its first row; each row further, up to so many
_LATE_HERE = -3.5  # ... in a table that shows that its labels are
_LATE_TOP = -4.0  # ... because a page begins there
_NO_LABEL = {"level1": -9.0, "level2": -7.0, "key_task": -5.0}  # rows under no label of a level
_GOES_ON = -5.0  # a label that goes on where a coarser one is printed alone
_NO_LABEL_HALVES = -9.0
_RESTORED = -5.5  # a label that is printed nowhere and that mappings ask for
_LOST_IN_ORDER = -2.0  # ... that every form of its kind has
_EMPTY_KNOWN, _EMPTY_FREE = -1.5, -6.0  # a label with nothing under it on a half page
_MINORITY = -1.2  # per row by which a label's other pages outweigh the page that it is printed on
_EVEN_LENGTHS = 0.7  # weight of a segment's length: labels that share rows evenly are likelier
_BY_COLUMN = 2.0  # log-odds that a level-1 label stands in the kind of table that the form has it in
_BESIDE = 0.4  # weight of words where labels stand beside their rows
_TIE = 0.25  # weight of the words that a row shares with the next
_CONTEXT = 0.5  # weight of the words of a label's own label
_WINDOW = 30  # rows above its own that a late label may reach


@dataclass(frozen=True, slots=True)
class Placed:
    """An indicator row with the labels it stands under (by role) and how sure that is (0..1, by role)."""

    assigned: Assigned
    labels: Mapping[str, Text | None]
    confidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of one level: ``at`` is the item beside which (``own``) or before which it is printed.

    ``text`` None ends the label before it (a coarser label began without one); ``restored`` marks a
    label that is printed nowhere and that mappings ask for. A ``half`` label stands on a left half page,
    of which only the ``sheet`` is known; ``context`` is the coarser label that it stands under, ``floor``
    the first item that may be its own, since a coarser label printed above ends there.
    """

    text: Text | None
    at: int
    own: bool = True
    top: bool = False
    sheet: int = 0
    half: bool = False
    restored: bool = False
    line: int = -1
    context: str = ""
    floor: int = 0

    @property
    def words(self) -> str | None:
        return self.text.text if self.text else None


def place(
    rows: Sequence[Assigned], roles: Sequence[str], clues: Clues, lost: Sequence[str] = ()
) -> list[Placed]:
    """The indicator rows of a block in order, each under its labels. ``rows`` may be whole rows or left
    halves (labels) and right halves (indicators) that no edge ties together. ``lost`` are level-1 labels
    that the form prints nowhere and that may be this block's."""
    lines = [line for line in rows if line.cells]
    steps = [line for line in lines if _is_indicator(line)]
    if not steps:
        return []
    levels = [role for role in reversed(LEVELS) if role in roles]
    chosen: dict[str, list[tuple[Text | None, float]]] = {}
    items = [[i] for i in range(len(steps))]
    chances = [[float(i == k) for k in range(len(steps))] for i in range(len(steps))]
    finer: list[_Label] = []
    for role in levels:
        labels = _printed(lines, role, levels, finer, items, steps)
        labels = _with_restored(labels, role, items, steps, clues, finer)
        if role == "level1":
            labels = _with_lost(labels, lost, steps, clues)
        cut = _lay(labels, role, items, steps, clues, finer, lost, roles)
        chosen[role], chances = _choices(labels, cut, items, chances, len(steps))
        spans = [[item for item in range(len(items)) if cut.label_of(item) == k] for k in range(len(labels))]
        items = [[row for item in span for row in items[item]] for span in spans]
        finer = labels
    return [
        Placed(
            step,
            {role: chosen[role][i][0] for role in levels},
            {role: chosen[role][i][1] for role in levels},
        )
        for i, step in enumerate(steps)
    ]


def _is_indicator(line: Assigned) -> bool:
    return line.row.side != "left" and any(role not in LEVELS for role in line.cells)


def _printed(
    lines: Sequence[Assigned],
    role: str,
    levels: Sequence[str],
    finer: Sequence[_Label],
    items: Sequence[Sequence[int]],
    steps: Sequence[Assigned],
) -> list[_Label]:
    """The labels of ``role`` as printed, in order, after one that stands for no label yet."""
    coarser = levels[levels.index(role) + 1 :]
    labels = [_Label(None, 0, own=False)]
    opened: dict[str, str] = {}
    step, floor, floor_beside = 0, 0, False
    for number, line in enumerate(lines):
        own, left = _is_indicator(line), line.row.side == "left"
        news = [r for r in coarser if r in line.cells and opened.get(r) != fold(line.cells[r].text)]
        opened |= {r: fold(line.cells[r].text) for r in coarser if r in line.cells}
        text = line.cells.get(role)
        at, beside = _position(number, step, own, finer, items)
        context = " ".join(line.cells[r].text for r in coarser if r in line.cells) or opened.get(
            "context", ""
        )
        opened["context"] = context
        half = left and not finer
        # A label below a coarser one reaches up to it; one that comes with a new coarser one stays below it.
        low = floor + (bool(news) and floor_beside)
        label = _Label(
            text, at, beside, line.row.top, line.row.sheet, half, line=number, context=context, floor=low
        )
        if news:
            floor, floor_beside = at, beside
            label = label if text else replace(label, floor=at)
        if text and (news or opened.get(role) != fold(text.text)):
            labels.append(label)
            opened[role] = fold(text.text)
        elif not text and news and not line.row.top and _ends_finer(news, lines[:number]):
            labels.append(replace(label, own=False))
            opened.pop(role, None)
        step += own
    return labels


def _ends_finer(news: Sequence[str], above: Sequence[Assigned]) -> bool:
    """Whether a coarser label that is printed alone begins a new one; the first of a block is just late."""
    return any(role in line.cells for line in above for role in news)


def _position(
    number: int, step: int, own: bool, finer: Sequence[_Label], items: Sequence[Sequence[int]]
) -> tuple[int, bool]:
    """The item beside or before which line ``number`` is printed."""
    for k, label in enumerate(finer):
        if label.line == number:
            return k, True
    if not finer:
        return step, own
    later = [k for k, item in enumerate(items) if item and item[-1] >= step]
    return (later[0], own) if later else (len(items), False)


def _with_restored(
    labels: list[_Label],
    role: str,
    items: Sequence[Sequence[int]],
    steps: Sequence[Assigned],
    clues: Clues,
    finer: Sequence[_Label],
) -> list[_Label]:
    """``labels`` with those that are printed nowhere but that mappings ask for, where the first row asks."""
    if role == "key_task":
        return labels
    printed = {
        fold(found.key if (found := clues.level(words, role)) else words)
        for label in labels
        if (words := label.words)
    }
    extra: dict[str, _Label] = {}
    for number, item in ((number, item) for number, item in enumerate(items) if item):
        for name in _asked(item, role, steps, clues, finer[number] if finer else None):
            if fold(name) not in printed and name not in extra:
                extra[name] = _Label(_unprinted(name, steps[item[0]]), number, own=False, restored=True)
    merged = list(labels)
    for label in extra.values():
        index = max(
            k for k, other in enumerate(merged) if other.at < label.at or other.at == label.at == 0 or k == 0
        )
        merged.insert(index + 1, label)
    return merged


def _unprinted(name: str, step: Assigned) -> Text:
    """A label that stands nowhere on the page, at the place of the first row that it is for."""
    place = step.row.texts[0].place
    change = Change(
        "label_completed", None, name, place.page, "printed nowhere; mappings place the row under it", 0.95
    )
    return Text(name, "", place, (change,), 0.95)


def _asked(
    item: Sequence[int], role: str, steps: Sequence[Assigned], clues: Clues, finer: _Label | None
) -> set[str]:
    """The one label of ``role`` that mappings know for an item, as a set; empty where several or none."""
    if role == "level1" and finer and finer.words:
        found = clues.level(finer.words, "level2")
        parents = clues.parents(found.key) & set(clues.order) if found else set()
        return parents if len(parents) == 1 else set()
    asked: set[str] = set()
    for i in item:
        one = {name for name in clues.asked(_name(steps[i]), role) if clues.level(name, role)}
        if len(one) == 1:
            asked |= one
    return asked


def _with_lost(
    labels: list[_Label], lost: Sequence[str], steps: Sequence[Assigned], clues: Clues
) -> list[_Label]:
    """``labels`` with the level-1 labels that the form prints nowhere, each at its place in order."""
    order = {fold(name): k for k, name in enumerate(clues.order)}

    def rank(label: _Label) -> int:
        found = clues.level(label.words, "level1") if label.words else None
        return order.get(fold(found.key), -1) if found else -1

    merged = list(labels)
    for name in lost:
        if any(label.words and fold(label.words) == fold(name) for label in merged):
            continue
        before = max(k for k, label in enumerate(merged) if k == 0 or rank(label) < order[fold(name)])
        at = min((label.at for label in merged[before + 1 :]), default=merged[before].at)
        merged.insert(before + 1, _Label(_unprinted(name, steps[0]), at, own=False, restored=True))
    return merged


def _lay(
    labels: Sequence[_Label],
    role: str,
    items: Sequence[Sequence[int]],
    steps: Sequence[Assigned],
    clues: Clues,
    finer: Sequence[_Label],
    lost: Sequence[str],
    roles: Sequence[str],
) -> Segmentation:
    """The best segmentation of ``items`` under ``labels``."""
    likes = _likes(labels, role, items, steps, clues, finer, roles)
    sums = [[0.0] for _ in labels]
    for k in range(len(labels)):
        for i in range(len(items)):
            sums[k].append(sums[k][-1] + likes[i][k])
    ties = _ties(items, steps)
    sheets = [[steps[i].row.sheet for i in item] for item in items]
    late = _LATE_HERE if _labels_late(labels, steps) else _LATE
    halves = any(step.row.side == "right" for step in steps)

    def score(k: int, a: int, b: int) -> float:
        label = labels[k]
        if label.half:
            own = _half_page(label, a, b, sheets, role, clues)
        elif label.text is None:
            own = _none(label, a, b, _NO_LABEL_HALVES if halves else _NO_LABEL[role])
        elif label.restored:
            own = 0.0 if a == b else _LOST_IN_ORDER if label.words in lost else _RESTORED
        else:
            own = _whole(label, a, b, items, steps, late)
        together = ties[b - 1] - ties[a] if b > a else 0.0
        return own + sums[k][b] - sums[k][a] + together

    return best_segmentation(len(items), _windows(labels, len(items)), score)


def _labels_late(labels: Sequence[_Label], steps: Sequence[Assigned]) -> bool:
    """Whether a table shows that its labels are late: it begins without, or one lacks its finer."""
    printed = [label for label in labels if label.text and not label.restored]
    starts_bare = bool(printed) and min(label.at for label in printed) > 0
    return starts_bare or any(label.text is None and label.line >= 0 for label in labels)


def _none(label: _Label, a: int, b: int, lost: float) -> float:
    """How likely the items a..b-1 stand under no label of a level; an empty span is where none was lost.

    Where a coarser label began alone, the one before it goes on only if that label is printed late.
    """
    return (lost if b > a else 0.0) + (_GOES_ON if a > label.at else 0.0)


def _ties(items: Sequence[Sequence[int]], steps: Sequence[Assigned]) -> list[float]:
    """Running sum of how much each item belongs with the next: the rare words that both have."""
    words = [" ".join(_name(steps[i]) for i in item) for item in items]
    alike = shared_words(words, words)
    ties = [0.0]
    for i in range(len(items) - 1):
        ties.append(ties[-1] + _TIE * alike[i][i + 1])
    return ties


def _name(step: Assigned) -> str:
    name = step.cells.get("indicator")
    return name.text if name else ""


def _windows(labels: Sequence[_Label], count: int) -> list[tuple[int, int]]:
    """First and last item at which each label may start."""
    windows = [(0, 0)]
    for k, label in enumerate(labels[1:], start=1):
        before = [other for other in labels[:k] if not other.half and not other.restored]
        low = max((other.at + 1 if other.own else other.at for other in before), default=0)
        if label.half:
            windows.append((0, count))
        elif label.restored or label.text is None:
            windows.append((max(low, label.floor), count))
        else:
            windows.append((min(label.at, max(low, label.floor, label.at - _WINDOW)), label.at))
    return windows


def _whole(
    label: _Label, a: int, b: int, items: Sequence[Sequence[int]], steps: Sequence[Assigned], late: float
) -> float:
    """How likely a label printed at its row covers the items a..b-1."""
    if label.own and not a <= label.at < b:
        return -inf
    if a == label.at:
        return 0.0
    early = [i for item in items[a : label.at] for i in item]
    if not early:
        return 0.0
    over_break = label.top and all(steps[i].row.sheet < label.sheet for i in early)
    return (max(late, _LATE_TOP) if over_break else late) + _LATER * min(len(early) - 1, _LATEST)


def _half_page(
    label: _Label, a: int, b: int, sheets: Sequence[Sequence[int]], role: str, clues: Clues
) -> float:
    """How likely a label printed on a left half covers the items a..b-1 of the right halves.

    The label of a span that runs over pages is printed on the page that holds the larger part of it.
    """
    covered = [sheet for item in sheets[a:b] for sheet in item]
    if not covered:
        known = label.text is None or (role == "level2" and clues.level(label.text.text, role))
        return _EMPTY_KNOWN if known else _EMPTY_FREE
    own = covered.count(label.sheet)
    before = sum(sheet < label.sheet for sheet in covered)
    after = len(covered) - own - before
    if not own or (before and not label.top):
        return -12.0
    length = _EVEN_LENGTHS * log(len(covered))
    return (
        length
        + _MINORITY * (max(0, before - own) + max(0, after - own))
        - 0.3 * bool(before)
        - 0.3 * bool(after)
    )


def _likes(
    labels: Sequence[_Label],
    role: str,
    items: Sequence[Sequence[int]],
    steps: Sequence[Assigned],
    clues: Clues,
    finer: Sequence[_Label],
    roles: Sequence[str],
) -> list[list[float]]:
    """[item][label]: log-odds that mappings and words put an item under a label."""
    names = [_name(step) for step in steps]
    words = shared_words(names, [label.words or "" for label in labels])
    around = shared_words(names, [label.context if label.words else "" for label in labels])
    by_task = "key_task" in roles
    table = []
    for number, item in enumerate(items):
        likes = []
        for k, label in enumerate(labels):
            if not label.words:
                likes.append(0.0)
                continue
            own = 0.0
            for i in item:
                place = clues.places(names[i], label.words, role) if role != "key_task" else None
                said = max(words[i][k], _CONTEXT * around[i][k]) if place is None else place
                # What words say counts little where the label itself is printed beside its rows.
                own += said if abs(said) >= 3.0 or steps[i].row.side == "right" else _BESIDE * said
            if role == "level1" and finer:
                own = max(-4.0, min(4.0, own)) + _parent(finer[number], label.words, clues)
                own += _BY_COLUMN if by_task == (label.words in clues.by_task) else -_BY_COLUMN
            likes.append(own)
        table.append(likes)
    return table


def _parent(finer: _Label, level1: str, clues: Clues) -> float:
    found = clues.level(finer.words, "level2") if finer.words else None
    parents = clues.parents(found.key) if found else set()
    if not parents:
        return 0.0
    known = clues.level(level1, "level1")
    return 4.0 if (known.key if known else level1) in parents else -4.0


def _choices(
    labels: Sequence[_Label],
    cut: Segmentation,
    items: Sequence[Sequence[int]],
    chances: Sequence[Sequence[float]],
    count: int,
) -> tuple[list[tuple[Text | None, float]], list[list[float]]]:
    """For each row its label and the label's probability; and the probabilities of all labels.

    A row's chance of a label is the chance of each item it may be in, times that item's of the label.
    """
    totals = [
        [
            sum(chances[i][item] * cut.posterior[item][k] for item in range(len(items)))
            for k in range(len(labels))
        ]
        for i in range(count)
    ]
    chosen: list[tuple[Text | None, float]] = []
    for i in range(count):
        item = next(number for number, rows in enumerate(items) if i in rows)
        k = cut.label_of(item)
        label = labels[k]
        same = [j for j, other in enumerate(labels) if other.words == label.words]
        chosen.append((label.text, min(1.0, sum(totals[i][j] for j in same))))
    return chosen, totals
