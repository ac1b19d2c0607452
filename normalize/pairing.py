"""Stage 2, pages: which left and which right half rows of a cut sheet are one row.

What their texts say decides: halves of a known name, a label and its value, a text that goes on, labels that
forms print side by side, a subproject and the indicator that speaks of it. The pairs keep the order of both
pages; what is left open shows in the probabilities.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from normalize.clues import shared_words
from normalize.grid import Row
from normalize.halves import Halves
from normalize.lattice import best_path
from normalize.lexicon import Found, Lexicon
from normalize.mappings import Mappings, fold
from normalize.model import Text
from normalize.values import parse_amount

_TEXT = 25  # characters from which a right piece is a text, and no value
_LONG = 10  # characters from which a text may be one that the cut ran through line by line
_GAP_LEFT, _GAP_TEXT, _GAP_RIGHT = -1.5, -5.0, -0.3  # a left row, a left piece of text, a right row alone
_REACH = 15  # rows by which two halves of a row may be apart, beside what one half has more
_ROW, _GAP_ROW = 3.0, -4.0  # in a table by rows: a pair, and a half row that lost its other half
_LINE = -0.5  # what is printed above the table is less likely a row of it
_BELOW = -1.0  # a row of the table below a field that closes the form
_WORDS = 0.25  # what two halves of a row of the table have in common
_SHARED = -1.0  # two left rows whose right pieces came out in one cell
_NEXT = 1.5  # two labels that the form prints one after the other
_SENTENCE = -4.0  # a name that would go on as a sentence
_NAMES = frozenset({"unit_name", "project_name", "competent_department", "implementing_unit"})
_STOPS = re.compile("[，。；！？]")
_PHONE = re.compile("1[3-9][0-9]{9}")
_RATES = ("率", "满意度", "比例", "覆盖面")
GOES_ON = "a value that goes on behind the cut"
"""The weakest evidence that two halves are one text."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """For each left row (k, True) where it is paired with right row ``k``, (k, False) where it stands alone
    before that row, and how ``sure`` (0..1) that is; ``alone`` is for each right row the probability that no
    left row belongs to it."""

    places: tuple[tuple[int, bool], ...]
    sure: tuple[float, ...]
    alone: tuple[float, ...]


class Pairing:
    """What the mappings know of the half rows of one document."""

    def __init__(self, halves: Halves, mappings: Mappings) -> None:
        form = halves.form
        self.left_roles = halves.left_roles
        lines = [line for block in form.amounts for line in block.lines if line.item]
        captions = [*form.captions, *(name for block in form.amounts for name in block.captions)]
        items = [(name, line.item or "") for line in lines for name in (line.item or "", *line.aliases)]
        labels = [(name, key) for key, names in form.fields.items() for name in names]
        others = [*(name for names in form.columns.values() for name in names), *form.titles]
        others += [
            name
            for block in form.amounts
            for names in (block.items, *block.columns.values())
            for name in names
        ]
        self.labels, self.items = Lexicon(labels), Lexicon(items)
        self.known = Lexicon([*labels, *items, *((name, name) for name in (*captions, *others))])
        self.order = {key: place for place, key in enumerate(form.fields)}
        self.groups = {fold(line.item or "") for line in lines if line.is_group}
        self.totals = {fold(line.item or ""): fold(line.parent or "") for line in lines if line.is_total}
        self.captions = Lexicon((name, name) for name in captions)
        self.heads = Lexicon(
            (name, name) for block in form.amounts for names in block.columns.values() for name in names
        )
        self.level1 = {fold(name) for name in form.level1}
        self.fixed = {fold(name) for name in form.fixed}
        self.of_fixed = {
            fold(name)
            for entry in mappings.indicators
            if fold(entry.level1) in self.fixed
            for name in (entry.name, *entry.aliases)
        }

    def pairs(
        self, lefts: Sequence[Row], rights: Sequence[Row], names: int | None, above: Row | None = None
    ) -> Pairs:
        """The likeliest pairs of left and right rows, in their order.

        In the indicator table ``names`` is the column (from 0) of the left halves in which the texts at the
        cut stand, outside it None; ``above`` is the left row before those of a table that goes on here.
        """
        scores = self._scores(lefts, rights, names)
        # A state is the right row that a left row is paired with, or (k, False): alone, k rows being passed.
        steps = [_states(i, len(lefts), len(rights)) for i in range(len(lefts))]
        gaps = [
            _GAP_RIGHT,
            *(self._gap(left, names) for left in lefts),
        ]  # a right row alone behind a left one
        below = self._table_rows(rights, names)

        def score(i: int, state: tuple[int, bool]) -> float:
            own = scores[i][state[0]] if state[1] else self._alone(lefts[i], names)
            own += _BELOW * below[state[0] + state[1]] if self.is_field(lefts[i]) else 0.0
            before = state[0] if i == 0 else 0
            after = len(rights) - state[0] - state[1] if i == len(lefts) - 1 else 0
            return own + gaps[0] * before + gaps[-1] * after

        def move(i: int, before: tuple[int, bool], now: tuple[int, bool]) -> float:
            passed = before[0] + before[1]
            if before[1] and now == before:
                pieces = names is None and is_piece(lefts[i].texts[-1]) and is_piece(rights[now[0]].texts[0])
                return _SHARED if pieces else -inf
            return gaps[i] * (now[0] - passed) if now[0] >= passed else -inf

        path = best_path(steps, score, move)
        paired = [0.0] * len(rights)
        for states, chances in zip(steps, path.posterior, strict=True):
            for (k, both), chance in zip(states, chances, strict=True):
                if both:
                    paired[k] += chance
        return Pairs(
            tuple(states[k] for states, k in zip(steps, path.best, strict=True)),
            tuple(path.confidence(i) for i in range(len(lefts))),
            tuple(max(0.0, 1.0 - chance) for chance in paired),
        )

    def is_cut(self, left: Row, right: Row) -> str | None:
        """Why the last text on the left and the first on the right are one text; None where they are two.

        Not for rows of the indicator table, whose columns say whether the cut runs through one.
        """
        last, first = left.texts[-1].text, right.texts[0].text
        if whole := self.halves_of(last, first):
            return f"two halves of {whole}"
        if self.known.named(last) or self.known.named(first) or parse_amount(first) is not None:
            return None
        if right.texts[1:] and all(parse_amount(text.text) is not None for text in right.texts[1:]):
            return "the name of a line of amounts that goes on behind the cut"
        if len(left.texts) > 1 and self.known.find(left.texts[-2].text):
            return GOES_ON
        return None

    def halves_of(self, last: str, first: str) -> str | None:
        """What the two texts are halves of: a known name, which may have lost a head or tail itself, or the
        number of a mobile phone."""
        if self.known.named(last) and self.known.named(first):
            return None
        if self.known.whole(last + first):
            return last + first
        if self.known.named(last) or self.known.named(first):
            return None
        if _PHONE.fullmatch(last + first):
            return last + first
        cut = self.known.longer(last + first)
        return cut.name if cut else None

    def _scores(self, lefts: Sequence[Row], rights: Sequence[Row], names: int | None) -> list[list[float]]:
        """[left][right]: log-odds that two half rows are one."""
        if names is None:
            return [[self._fit(left, right) + _LINE * right.is_line for right in rights] for left in lefts]
        words = shared_words(
            [right.texts[0].text for right in rights], [left.texts[-1].text for left in lefts]
        )
        return [
            [self._fit_table(left, right, names) + _WORDS * words[k][i] for k, right in enumerate(rights)]
            for i, left in enumerate(lefts)
        ]

    def is_field(self, row: Row) -> bool:
        """Whether the row begins with the label of a field."""
        return self.labels.whole(row.texts[0].text) is not None

    def _gap(self, left: Row | None, names: int | None) -> float:
        """Log-likelihood of a right row alone behind ``left``. Where only labels and subprojects stand on
        the left, all rows under a level print one or none does."""
        if names is None or left is None:
            return _GAP_RIGHT
        without = "indicator" not in self.left_roles and fold(left.texts[-1].text) in self.level1
        return _GAP_RIGHT if without else _GAP_ROW

    def _table_rows(self, rights: Sequence[Row], names: int | None) -> list[int]:
        """How many rows of the indicator table there are from each right row on: none are below the fields
        that close a form."""
        rows = [names is not None and len(row.texts) > 1 and not self.is_field(row) for row in rights]
        return [sum(rows[k:]) for k in range(len(rows) + 1)]

    def _alone(self, left: Row, names: int | None) -> float:
        """Log-likelihood that a left row stands alone: a label with its value may, a torn text hardly."""
        if names is not None:
            return 0.0 if self.is_field(left) else _GAP_ROW
        label = self.labels.find(left.texts[-2].text) if len(left.texts) > 1 else None
        if not label:
            return _GAP_LEFT
        return _GAP_TEXT if is_piece(left.texts[-1]) and label.key not in _NAMES else 0.0

    def _fit(self, left: Row, right: Row) -> float:
        """Log-odds that two half rows outside the indicator table are one."""
        last, first = left.texts[-1].text, right.texts[0].text
        if self.halves_of(last, first):
            return 6.0
        number, piece = parse_amount(first) is not None, is_piece(right.texts[0])
        if fold(last) in self.groups:
            total = self.totals.get(fold(first)) if right.texts[1:] else None
            return -3.0 if total is None else 5.0 if total == fold(last) else 1.0
        if label := self.labels.whole(last):
            if self.known.named(first):
                return self._beside(label, first, -1.0)
            return 1.0 if not number and not right.texts[1:] else -2.0
        if self.items.find(last) and not self.captions.named(last):
            return 3.0 if number else -1.0
        if any(self.captions.named(text.text) for text in left.texts):
            return 4.0 if self.heads.named(first) else -2.0
        label = self.labels.find(left.texts[0].text)
        if label and label.key in _NAMES and _STOPS.search(first):
            return _SENTENCE
        if label and is_piece(left.texts[-1]):
            goes_on = not number and not self.known.named(first) and not right.texts[1:]
            return 3.0 if piece and goes_on else 1.5 if goes_on else self._beside(label, first, -2.0)
        if self.known.named(first):  # a second label with its value stands beside a whole pair
            beside = self.labels.whole(first) and len(left.texts) > 1 and not self.known.named(last)
            return self._beside(label, first, 1.0 if beside else -1.0)
        return -1.0 if len(first) >= _TEXT else 1.0

    def _beside(self, label: Found | None, first: str, score: float) -> float:
        """``score`` of two labels in one row, more where the form prints them one after the other."""
        second = self.labels.whole(first)
        follows = label and second and self.order[second.key] == self.order[label.key] + 1
        return score + (_NEXT if follows else 0.0)

    def _fit_table(self, left: Row, right: Row, names: int) -> float:
        """... of the indicator table, or of the fields that close the form."""
        if self.is_field(left) or self.is_field(right):
            return self._fit(left, right) if len(right.texts) == 1 or self.is_field(right) else _GAP_ROW
        if "indicator" not in self.left_roles:  # it ends with the subprojects: the fixed rows have none
            fixed = any(fold(text.text) in self.fixed for text in left.texts)
            return _ROW if fixed == (fold(right.texts[0].text) in self.of_fixed) else _GAP_ROW
        if left.column(len(left.texts) - 1) < names and right.texts[1:]:
            return _GAP_ROW  # a label alone, which has no targets
        percent = left.texts[-1].text.endswith(_RATES) and "%" in right.texts[-1].text
        return _ROW + 0.5 * percent


def _states(i: int, lefts: int, rights: int) -> list[tuple[int, bool]]:
    """The right rows that left row ``i`` may be paired with: on long pages those about as far down."""
    reach = abs(rights - lefts) + _REACH
    low, high = max(0, i * rights // lefts - reach), min(rights, i * rights // lefts + reach)
    return [(k, True) for k in range(low, high)] + [(k, False) for k in range(low, high + 1)]


def is_piece(text: Text) -> bool:
    """Whether ``text`` may be a piece of one that the cut ran through line by line."""
    return len(text.text) >= _LONG and parse_amount(text.text) is None
