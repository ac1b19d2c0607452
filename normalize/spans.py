"""Stage 5, merged cells: each indicator finds the labels that it stands under.

A merged label is printed once for all rows that it spans: usually on the first of them, after a page break
perhaps on a later one, and on a page that was cut into halves it is known only which page it is on. Labels
and rows keep their order, so for each level the labels are laid over the rows as segments, the finest level
first; a coarser level is laid over the segments of the finer. The score of a segment is what mappings and
words say of its rows, how far its label is printed from its first row, and where pages break.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import inf, log

from normalize.clues import LEVELS, Clues, shared_with_next, shared_words
from normalize.columns import Assigned
from normalize.labels import Block, Label, Level, is_indicator
from normalize.lattice import Segmentation, best_segmentation
from normalize.mappings import fold
from normalize.model import Text

# Log-likelihoods of what exports do to merged labels.
_LATE, _LATE_HERE = -6.0, -3.5  # printed below its first row; in a form that shows that labels are
_LATE_TOP, _LATE_TOP_HERE = -4.0, -2.0  # ... because a page begins there
_LATER, _LATEST = -0.3, 4  # each row further, up to so many
_NO_LABEL = {"level1": -9.0, "level2": -7.0, "key_task": -5.0}  # rows under no label of a level
_NO_LABEL_HALVES = -9.0
_GOES_ON = -5.0  # a label that goes on where a coarser one is printed alone
_RESTORED = -5.5  # a label that is printed nowhere and that mappings ask for
_LOST_IN_ORDER = -2.0  # ... that every form of its kind has
_EMPTY_KNOWN, _EMPTY_FREE = -1.5, -6.0  # a label with nothing under it on a half page
_ELSEWHERE = -12.0  # a label with no row on the half page that it is printed on
_MINORITY = -1.2  # per row by which a label's other pages outweigh the page that it is printed on
_OVER_BREAK = -0.3  # a span that runs over the end of a half page
# Weights of the evidence of words.
_EVEN_LENGTHS = 0.7  # of a segment's length: labels that share rows evenly are likelier
_TIE = 0.25  # of the words that a row shares with the next
_CONTEXT = 0.5  # of the words of a label's own label
_BESIDE, _BESIDE_LATE = 0.4, 0.8  # of words where labels stand beside their rows
_BY_COLUMN = 2.0  # log-odds that a level-1 label stands in the kind of table that the form has it in
_COVERED = -25.0  # log-odds of a label for a row that a merged cell puts under another one
_NEVER = 1e-9  # probability up to which a label is out of the question
_TOLD = 0.05  # probability from which another label is told
_LOST = 0.85  # confidence in a row that lacks a label which its table has
_SURE = 3.0  # log-odds from which mappings speak for themselves
_WEIGHED = 500_000  # segments up to which all places of a label are weighed
_WINDOW = 30  # rows above its own that a late label may reach


@dataclass(frozen=True, slots=True)
class Placed:
    """An indicator row with the labels it stands under (by role), how sure that is (0..1, by role), and the
    other labels that it may stand under, likeliest first."""

    assigned: Assigned
    labels: Mapping[str, Text | None]
    confidence: Mapping[str, float]
    others: Mapping[str, Sequence[tuple[str, float]]]


def place(
    rows: Sequence[Assigned], roles: Sequence[str], clues: Clues, lost: Sequence[str] = (), late: bool = False
) -> list[Placed]:
    """The indicator rows of a table in order, each under its labels. ``rows`` may be whole rows or left
    halves (labels) and right halves (indicators) that no edge ties together; ``lost`` and ``late`` as in
    ``Block``."""
    lines = tuple(line for line in rows if line.cells)
    steps = tuple(line for line in lines if is_indicator(line))
    levels = tuple(role for role in reversed(LEVELS) if role in roles)
    block = Block(lines, steps, levels, clues, tuple(lost), late)
    chosen: dict[str, list[_Choice]] = {}
    items = [[i] for i in range(len(steps))]
    chances = [{i: 1.0} for i in range(len(steps))]
    finer: list[Label] = []
    for role in levels if steps else ():
        level = Level(block, role, items, finer)
        labels = level.labels()
        cut = _Scores(level, labels).best()
        chosen[role], chances = _choices(labels, cut, items, chances)
        if role == "level1" or any(label.text for label in labels):
            chosen[role] = [
                one if one.text else replace(one, sure=min(one.sure, _LOST)) for one in chosen[role]
            ]
        spans = [[item for item in range(len(items)) if cut.label_of(item) == k] for k in range(len(labels))]
        items, finer = [[row for item in span for row in items[item]] for span in spans], labels
    sure = {role: _label_lines_sure(lines, role) for role in levels}
    blank = {role: _blank(steps, role) for role in levels}
    return [
        Placed(
            step,
            {role: chosen[role][i].text for role in levels},
            {
                role: min(
                    chosen[role][i].sure * sure[role][i],
                    _LOST if blank[role][i] and chosen[role][i].text else 1.0,
                )
                for role in levels
            },
            {role: chosen[role][i].others for role in levels},
        )
        for i, step in enumerate(steps)
    ]


def _blank(steps: Sequence[Assigned], role: str) -> list[bool]:
    """Which rows have a blank cell of their own at ``role``, in a table that shows merged labels there: the
    label above may go on, or the row may have lost its own."""
    blank, goes_on, page = [], False, 0
    for step in steps:
        own = role in step.cells or role in step.under
        # At the top of a page a merged cell goes on without its text.
        goes_on = not own and (goes_on or step.row.page != page)
        page = step.row.page
        blank.append(not own and not goes_on)
    merged = any(role in step.under for step in steps)
    return blank if merged else [False] * len(steps)


def _label_lines_sure(lines: Sequence[Assigned], role: str) -> list[float]:
    """For each indicator line how sure it is that no line since its label holds another one of ``role``."""
    sure, running = [], 1.0
    for line in lines:
        own = line.sure.get(role, 1.0)
        running = own if role in line.cells else min(running, own)
        if is_indicator(line):
            sure.append(running)
    return sure


def labels_late(rows: Sequence[Assigned], roles: Sequence[str]) -> bool:
    """Whether a table of whole rows shows that its labels are late: it begins without one that it prints
    later, or prints one without the finer one that begins with it."""
    levels = [role for role in LEVELS if role in roles]
    steps = [row for row in rows if is_indicator(row)]
    if not steps or any(row.row.side != "whole" or row.row.ruled for row in rows):
        return False
    bare = any(
        role not in steps[0].cells and role not in steps[0].under and any(role in row.cells for row in rows)
        for role in levels
    )
    pairs = list(pairwise(levels))
    return bare or any(
        coarse in row.cells and fine not in row.cells for coarse, fine in pairs for row in steps
    )


class _Scores:
    """Scores of segments of a level's items under its labels."""

    def __init__(self, level: Level, labels: Sequence[Label]) -> None:
        self.level, self.labels, self.block = level, labels, level.block
        self.count = len(level.items)
        likes = self._likes()
        self.sums = [[0.0] for _ in labels]
        for k, sums in enumerate(self.sums):
            for like in likes:
                sums.append(sums[-1] + like[k])
        self.ties = self._ties()
        self.sheets = [[self.block.steps[i].row.sheet for i in item] for item in level.items]

    def best(self) -> Segmentation:
        """The best segmentation of the items under the labels."""
        return best_segmentation(self.count, self._windows(), self._score)

    def _score(self, k: int, a: int, b: int) -> float:
        label = self.labels[k]
        if label.half:
            own = self._half_page(label, a, b)
        elif label.text is None:
            own = self._none(label, a, b)
        elif label.restored:
            lost = label.words in self.block.lost
            own = 0.0 if a == b else _LOST_IN_ORDER if lost else _RESTORED
        else:
            own = self._whole(label, a, b)
        together = self.ties[b - 1] - self.ties[a] if b > a else 0.0
        return own + self.sums[k][b] - self.sums[k][a] + together

    def _windows(self) -> list[tuple[int, int]]:
        """First and last item at which each label may start."""
        windows = [(0, 0)]
        high = [self.count] * (len(self.labels) + 1)
        for k in range(len(self.labels) - 1, 0, -1):
            printed = not self.labels[k].half and not self.labels[k].restored and self.labels[k].text
            high[k] = min(high[k + 1], self.labels[k].at) if printed else high[k + 1]
        low = 0
        for k, label in enumerate(self.labels[1:], start=1):
            if label.half:
                windows.append(self._window_of_half(k))
            elif label.restored or label.text is None:
                windows.append((max(low, label.floor), high[k + 1]))
            else:
                windows.append((min(label.at, max(low, label.floor, label.at - _WINDOW)), label.at))
            if not label.half and not label.restored:
                low = max(low, label.at + label.own)
        return windows

    def _window_of_half(self, k: int) -> tuple[int, int]:
        """A label of a left half begins on its own sheet or on that before; in a table too long for all
        places to be weighed, about as far down as it is among the labels."""
        label = self.labels[k]
        here = [
            item for item, sheets in enumerate(self.sheets) if label.sheet - 1 <= sheets[0] <= label.sheet
        ]
        low, high = (here[0], here[-1] + 1) if here else (0, self.count)
        if len(self.labels) * (high - low) ** 2 <= _WEIGHED:
            return low, high
        middle = k * self.count // len(self.labels)
        return max(low, min(high, middle - _WINDOW)), max(low, min(high, middle + _WINDOW))

    def _none(self, label: Label, a: int, b: int) -> float:
        """How likely the items a..b-1 stand under no label; an empty span is where none was lost.

        Where a coarser label began alone, the one before it goes on only if that label is printed late.
        """
        lost = _NO_LABEL_HALVES if self.block.halves else _NO_LABEL[self.level.role]
        return (lost if b > a else 0.0) + (_GOES_ON if a > label.at else 0.0)

    def _whole(self, label: Label, a: int, b: int) -> float:
        """How likely a label printed at its row covers the items a..b-1."""
        if label.own and not a <= label.at < b:
            return -inf
        early = [sheet for item in self.sheets[a : label.at] for sheet in item]
        if not early:
            return 0.0
        late = _LATE_HERE if self.block.late else _LATE
        if label.top and all(sheet < label.sheet for sheet in early):
            late = _LATE_TOP_HERE if self.block.late else _LATE_TOP
        return late + _LATER * min(len(early) - 1, _LATEST)

    def _half_page(self, label: Label, a: int, b: int) -> float:
        """How likely a label printed on a left half covers the items a..b-1 of the right halves.

        The label of a span that runs over pages is printed on the page that holds the larger part of it.
        """
        covered = [sheet for item in self.sheets[a:b] for sheet in item]
        if not covered:
            known = (
                self.level.role == "level2" and label.words and self.block.clues.level(label.words, "level2")
            )
            return _EMPTY_KNOWN if known or label.text is None else _EMPTY_FREE
        own = covered.count(label.sheet)
        before = sum(sheet < label.sheet for sheet in covered)
        after = len(covered) - own - before
        if not own or (before and not label.top):
            return _ELSEWHERE
        breaks = _OVER_BREAK * (bool(before) + bool(after))
        return (
            _EVEN_LENGTHS * log(len(covered))
            + _MINORITY * (max(0, before - own) + max(0, after - own))
            + breaks
        )

    def _ties(self) -> list[float]:
        """Running sum of how much each item belongs with the next: the rare words that both have."""
        words = [" ".join(self.block.name(i) for i in item) for item in self.level.items]
        return list(accumulate((_TIE * alike for alike in shared_with_next(words)), initial=0.0))

    def _likes(self) -> list[list[float]]:
        """[item][label]: log-odds that mappings and words put an item under a label."""
        said = self._said()
        table = []
        for number, item in enumerate(self.level.items):
            likes = [
                sum(said[i][k] for i in item) if label.words else sum(self._covered(i, label) for i in item)
                for k, label in enumerate(self.labels)
            ]
            if self.level.role == "level1":
                likes = [
                    like + self._by_form(label.words, number, like) if label.words else like
                    for like, label in zip(likes, self.labels, strict=True)
                ]
            elif self.level.finer:
                likes = [like + more for like, more in zip(likes, self._by_finer(number), strict=True)]
            table.append(likes)
        return table

    def _said(self) -> list[list[float]]:
        """[step][label]: what mappings, else words, say of an indicator under a label."""
        names = [self.block.name(i) for i in range(len(self.block.steps))]
        words = shared_words(names, [label.words or "" for label in self.labels])
        around = shared_words(names, [label.context if label.words else "" for label in self.labels])
        # What words say counts little where the label itself is printed beside its rows.
        weight = 1.0 if self.block.halves else _BESIDE_LATE if self.block.late else _BESIDE
        said = []
        for i, name in enumerate(names):
            row = []
            for k, label in enumerate(self.labels):
                role = self.level.role
                place = self.block.clues.places(name, label.words or "", role) if role != "key_task" else None
                own = max(words[i][k], _CONTEXT * around[i][k]) if place is None else place
                row.append(own if abs(own) >= _SURE and place is not None else weight * own)
                row[-1] += self._covered(i, label)
            said.append(row)
        return said

    def _covered(self, step: int, label: Label) -> float:
        """What the merged cell that covers a row says of a label."""
        cell = self.block.steps[step].under.get(self.level.role)
        if cell is None or (label.text and label.text.place == cell.place):
            return 0.0
        return 0.0 if label.words and fold(label.words) == fold(cell.text) else _COVERED

    def _by_form(self, level1: str, number: int, like: float) -> float:
        """What the level 2 of an item and the kind of table add for a level-1 label; rows count together."""
        clues = self.block.clues
        by_task = "key_task" in self.block.levels
        own = _BY_COLUMN if by_task == (level1 in clues.by_task) else -_BY_COLUMN
        words = self.level.finer[number].words if self.level.finer else None
        found = clues.level(words, "level2") if words else None
        parents = clues.parents(found.key) if found else set()
        if parents:
            known = clues.level(level1, "level1")
            own += 4.0 if (known.key if known else level1) in parents else -4.0
        return own + (max(-4.0, min(4.0, like)) - like if self.level.finer else 0.0)

    def _by_finer(self, number: int) -> list[float]:
        """What the words of an item's own label say for the labels above it."""
        own = self.level.finer[number].words
        if not own:
            return [0.0] * len(self.labels)
        weight = 1.0 if self.block.halves else _BESIDE_LATE
        return [
            weight * words for words in shared_words([own], [label.words or "" for label in self.labels])[0]
        ]


@dataclass(frozen=True, slots=True)
class _Choice:
    """The label of a row, its probability, and the others that are likely enough to be told."""

    text: Text | None
    sure: float
    others: tuple[tuple[str, float], ...]


def _choices(
    labels: Sequence[Label],
    cut: Segmentation,
    items: Sequence[Sequence[int]],
    chances: Sequence[Mapping[int, float]],
) -> tuple[list[_Choice], list[dict[int, float]]]:
    """For each row its label; and the probabilities of all labels.

    A row's chance of a label is the chance of each item it may be in, times that item's of the label.
    """
    under = [{k: p for k, p in enumerate(row) if p > _NEVER} for row in cut.posterior]
    totals: list[dict[int, float]] = []
    for own in chances:
        total: dict[int, float] = {}
        for item, chance in own.items():
            for k, p in under[item].items():
                total[k] = total.get(k, 0.0) + chance * p
        totals.append(total)
    item_of = {row: number for number, rows in enumerate(items) for row in rows}
    chosen: list[_Choice] = []
    for i, total in enumerate(totals):
        label = labels[cut.label_of(item_of[i])]
        by_words: dict[str | None, float] = {}
        for k, chance in total.items():
            by_words[labels[k].words] = by_words.get(labels[k].words, 0.0) + chance
        sure = min(1.0, by_words.pop(label.words, 0.0))
        others = sorted(
            ((words, chance) for words, chance in by_words.items() if words and chance >= _TOLD),
            key=lambda other: other[1],
            reverse=True,
        )
        chosen.append(_Choice(label.text, sure, tuple(others)))
    return chosen, totals
