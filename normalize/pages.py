"""Stage 2, pages: the halves of a page that was too wide are put together again.

A sheet wider than the page is printed as all left halves, then all right halves. The header rows tell: the
first pages print only the left columns of a known table, the later ones only the columns that are missing.
Rows are then rejoined page by page in their order, on what their texts say: halves of a known name, a label
and its value, a text that goes on. Labels that span rows (left) and the rows that they span (right) cannot
be rejoined one by one: they stay left and right rows of their sheet for stage 5.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import inf

from normalize.grid import Row
from normalize.halves import Halves, find_halves, half_header
from normalize.lattice import best_path
from normalize.lexicon import Lexicon
from normalize.mappings import Mappings, fold
from normalize.model import Place, Text
from normalize.titles import is_title
from normalize.values import parse_amount
from normalize.weave import Pieces, Woven, weave

_TEXT = 25  # characters from which a right piece is a text, and no value
_LONG = 10  # characters from which a text may be one that the cut ran through line by line
_GAP_LEFT, _GAP_TEXT, _GAP_RIGHT = -1.5, -5.0, -0.3  # a left row, a left piece of text, a right row alone
_REACH = 15  # rows by which two halves of a row may be apart, beside what one half has more
_ROW, _GAP_ROW = 3.0, -4.0  # in a table by rows: a pair, and a half row that lost its other half
_JOINED, _GUESSED = 0.95, 0.85  # confidence that two halves are one text; that a value goes on
_GOES_ON = "a value that goes on behind the cut"
_SHARED = -1.0  # two left rows whose right pieces came out in one cell


_RATES = ("率", "满意度", "比例", "覆盖面")
_YEAR_LINE = re.compile(r"20\d\d年?度?")


def rejoin(rows: Sequence[Row], mappings: Mappings) -> list[Row]:
    """``rows`` with the halves of cut pages rejoined; as they are where no page was cut."""
    halves = find_halves(rows, mappings.forms)
    if halves is None:
        return list(rows)
    lefts = {left for left, _ in halves.pages}
    width = max(
        (row.column(i) + 1 for row in rows if row.page in lefts for i in range(len(row.texts))), default=0
    )
    joiner = _Joiner(halves, mappings, width)
    joined: list[Row] = []
    for sheet, (left, right) in enumerate(halves.pages, start=1):
        here = [replace(row, sheet=sheet) for row in rows if row.page == left]
        there = [replace(row, sheet=sheet) for row in rows if row.page == right]
        joined += joiner.sheet(here, there)
    return joiner.rewoven(joined)


class _Joiner:
    """Joins the rows of one sheet after the other; collects the texts that are to be woven."""

    def __init__(self, halves: Halves, mappings: Mappings, width: int) -> None:
        form = halves.form
        self.halves, self.form, self.mappings, self.width = halves, form, mappings, width
        self.torn: list[_Torn] = []
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
        self.groups = {fold(line.item or "") for line in lines if line.is_group}
        self.totals = {fold(line.item or "") for line in lines if line.is_total}
        self.captions = {fold(name) for name in captions}
        self.amount_heads = {
            fold(n) for block in form.amounts for names in block.columns.values() for n in names
        }
        self.fixed = {fold(name) for name in form.fixed}
        self.canonical = {
            fold(name) for entry in mappings.indicators for name in (entry.name, *entry.aliases)
        }
        self.in_table = False
        self.first_column = self.name_column = 0

    def sheet(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """The rows of one sheet from the rows of its two pages."""
        joined = self._lines([row for row in lefts if row.is_line], [row for row in rights if row.is_line])
        zones = zip_longest(self._zones(lefts), self._zones(rights), fillvalue=())
        for number, (left, right) in enumerate(zones):
            if number and left and right:
                header = half_header(right[0], self.form.columns)
                self.in_table, self.first_column = True, header.columns[0] if header else 0
                self.name_column = left[0].column(len(left[0].texts) - 1)
                joined.append(self._pair(left[0], right[0]))
                left, right = left[1:], right[1:]
            by_rows = not self.in_table or self.halves.left_roles & {"indicator", "subprojects"}
            joined += self._by_rows(left, right) if by_rows else self._apart(left, right)
        return joined

    def _zones(self, rows: Sequence[Row]) -> list[Sequence[Row]]:
        """The table rows of a page, a new zone beginning with each header."""
        zones: list[list[Row]] = [[]]
        for row in rows:
            if row.is_line:
                continue
            if half_header(row, self.form.columns):
                zones.append([])
            zones[-1].append(row)
        return list(zones)

    def _lines(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """Lines outside tables: two are one where together they say a title or a year."""
        rest, joined = list(rights), []
        for left in lefts:
            head = left.texts[0].text
            partner = next((row for row in rest if self._is_heading(head + row.texts[0].text)), None)
            if partner and not self._is_heading(head):
                rest.remove(partner)
                left = replace(
                    left, texts=(_joined(left.texts[0], partner.texts[0], "two halves of a title"),)
                )
            joined.append(left)
        return joined + rest

    def _is_heading(self, text: str) -> bool:
        return is_title(text, self.form) or bool(_YEAR_LINE.fullmatch(fold(text)))

    def _apart(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """Labels and the rows that they span, for stage 5 to tie together; closing fields are whole."""
        rows = [row if self._is_field(row) else replace(row, side="left") for row in lefts]
        return rows + [replace(row.moved(self.width), side="right") for row in rights]

    def _is_field(self, row: Row) -> bool:
        return self.labels.whole(row.texts[0].text) is not None

    def _by_rows(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """Left and right rows paired in their order; rows without a partner stay alone."""
        if not lefts or not rights:
            return [*lefts, *(row.moved(self.width) for row in rights)]
        scores = [[self._fit(left, right) for right in rights] for left in lefts]
        # A state is the right row that a left row is paired with, or (k, False): alone, k rows being passed.
        steps = [self._states(i, len(lefts), len(rights)) for i in range(len(lefts))]
        # Where only labels and subprojects stand on the left, many rows print nothing there.
        whole = self.in_table and "indicator" in self.halves.left_roles
        gap = _GAP_ROW if whole else _GAP_RIGHT

        def score(i: int, state: tuple[int, bool]) -> float:
            own = scores[i][state[0]] if state[1] else self._alone(lefts[i])
            before = state[0] if i == 0 else 0
            after = len(rights) - state[0] - state[1] if i == len(lefts) - 1 else 0
            return own + gap * (before + after)

        def move(i: int, before: tuple[int, bool], now: tuple[int, bool]) -> float:
            passed = before[0] + before[1]
            if before[1] and now == before:
                pieces = _is_piece(lefts[i].texts[-1]) and _is_piece(rights[now[0]].texts[0])
                return _SHARED if pieces else -inf
            return gap * (now[0] - passed) if now[0] >= passed else -inf

        path = best_path(steps, score, move)
        sure = [path.confidence(i) for i in range(len(lefts))]
        return self._merge(
            lefts, rights, [states[k] for states, k in zip(steps, path.best, strict=True)], sure
        )

    def _states(self, i: int, lefts: int, rights: int) -> list[tuple[int, bool]]:
        """The right rows that left row ``i`` may be paired with: on long pages those about as far down."""
        reach = abs(rights - lefts) + _REACH
        low, high = max(0, i * rights // lefts - reach), min(rights, i * rights // lefts + reach)
        return [(k, True) for k in range(low, high)] + [(k, False) for k in range(low, high + 1)]

    def _merge(
        self,
        lefts: Sequence[Row],
        rights: Sequence[Row],
        states: Sequence[tuple[int, bool]],
        sure: Sequence[float],
    ) -> list[Row]:
        rows: list[Row] = []
        passed = 0
        for i, (left, (k, paired)) in enumerate(zip(lefts, states, strict=True)):
            rows += [right.moved(self.width) for right in rights[passed:k]]
            if not paired:
                rows.append(left)
                passed = max(passed, k)
                continue
            again = i > 0 and states[i - 1] == (k, True)
            rows.append(self._share(left, rights[k]) if again else self._pair(left, rights[k], sure[i]))
            passed = k + 1
        return rows + [right.moved(self.width) for right in rights[passed:]]

    def _alone(self, left: Row) -> float:
        """Log-likelihood that a left row stands alone: a label with its value may, a torn text hardly."""
        if self.in_table:
            return _GAP_ROW
        if len(left.texts) < 2 or not self.labels.find(left.texts[-2].text):
            return _GAP_LEFT
        return _GAP_TEXT if _is_piece(left.texts[-1]) else 0.0

    def _fit(self, left: Row, right: Row) -> float:
        """Log-odds that two half rows are one."""
        last, first = left.texts[-1].text, right.texts[0].text
        whole = self.known.whole(last + first)
        if whole and not (self.known.whole(last) and self.known.whole(first)):
            return 6.0
        if self.in_table:
            return self._fit_indicator(left, right)
        number, piece = parse_amount(first) is not None, _is_piece(right.texts[0])
        if fold(last) in self.groups:
            return 5.0 if fold(first) in self.totals and right.texts[1:] else -3.0
        if any(fold(text.text) in self.captions for text in left.texts):
            return 4.0 if fold(first) in self.amount_heads else -2.0
        if self.labels.whole(last):
            return 1.0 if not number and not self.known.whole(first) and not right.texts[1:] else -2.0
        if self.items.find(last):
            return 3.0 if number else -1.0
        if _is_piece(left.texts[-1]) and self.labels.find(left.texts[0].text):
            goes_on = not number and not self.known.whole(first) and not right.texts[1:]
            return 3.0 if piece and goes_on else 1.5 if goes_on else -2.0
        if self.known.whole(first):  # a second label with its value stands beside a whole pair
            return 1.0 if len(left.texts) > 1 and not self.known.whole(last) else -1.0
        return -1.0 if len(first) >= _TEXT else 1.0

    def _fit_indicator(self, left: Row, right: Row) -> float:
        """... of two half rows of the indicator table, whose left half holds indicators or subprojects."""
        if "indicator" not in self.halves.left_roles:
            return self._fit_subprojects(left, right)
        if left.column(len(left.texts) - 1) < self.name_column and right.texts[1:]:
            return _GAP_ROW  # a label alone, which has no targets
        name, target = left.texts[-1].text, right.texts[-1].text
        percent = name.endswith(_RATES) and "%" in target
        return _ROW + 0.5 * percent

    def _fit_subprojects(self, left: Row, right: Row) -> float:
        """... of two half rows of which the left holds the subprojects: the fixed rows have none."""
        fixed = any(fold(text.text) in self.fixed for text in left.texts)
        return _ROW if fixed == (fold(right.texts[0].text) in self.canonical) else _GAP_ROW

    def _pair(self, left: Row, right: Row, sure: float = 1.0) -> Row:
        """Two half rows as one (``sure``: 0..1); their texts at the cut are one where they say so."""
        right = right.with_texts(tuple(replace(t, confidence=min(t.confidence, sure)) for t in right.texts))
        last, first = left.texts[-1], right.texts[0]
        own = tuple(left.column(i) for i in range(len(left.texts)))
        columns = (*own, *(right.column(i) + self.width for i in range(len(right.texts))))
        texts = (*left.texts, *right.texts)
        if evidence := self._is_cut(left, right):
            torn = not self.in_table and _is_piece(last) and _is_piece(first)
            if torn:
                self.torn.append(_Torn([last], first))
            sure = _GUESSED if evidence == _GOES_ON else _JOINED
            middle = last if torn else _joined(last, first, evidence, sure)
            texts, columns = (
                (*left.texts[:-1], middle, *right.texts[1:]),
                columns[: len(own)] + columns[len(own) + 1 :],
            )
        return replace(left, texts=texts, columns=columns, ruled=False, colspans=())

    def _is_cut(self, left: Row, right: Row) -> str | None:
        """Why the last text on the left and the first on the right are one text; None where they are two."""
        last, first = left.texts[-1].text, right.texts[0].text
        if self.known.whole(last + first) and not (self.known.whole(last) and self.known.whole(first)):
            return f"two halves of {last + first}"
        if self.known.whole(last) or self.known.whole(first) or parse_amount(first) is not None:
            return None
        if self.in_table:
            # The right half begins with what is left of the column that the cut runs through.
            through = right.column(0) < self.first_column
            return "the cut runs through this column" if through else None
        if right.texts[1:] and all(parse_amount(text.text) is not None for text in right.texts[1:]):
            return "the name of a line of amounts that goes on behind the cut"
        if len(left.texts) > 1 and self.known.find(left.texts[-2].text):
            return _GOES_ON
        return None

    def _share(self, left: Row, right: Row) -> Row:
        """``left``, whose right pieces stand in one cell with those of the row before."""
        if self.torn and self.torn[-1].right.place == right.texts[0].place:
            self.torn[-1].lefts.append(left.texts[-1])
        return left

    def rewoven(self, rows: Sequence[Row]) -> list[Row]:
        """``rows`` with the texts that the cut ran through woven together."""
        if not self.torn:
            return list(rows)
        cells = [Pieces(tuple(left.text for left in torn.lefts), torn.right.text) for torn in self.torn]
        whole: dict[Place, Text] = {}
        for torn, texts in zip(self.torn, weave(cells), strict=True):
            for left, woven in zip(torn.lefts, texts, strict=True):
                whole[left.place] = _rewoven(left, torn.right, woven)
        return [row.with_texts(tuple(whole.get(text.place, text) for text in row.texts)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Torn:
    """Left pieces of one or more texts and the cell that holds their right pieces."""

    lefts: list[Text]
    right: Text


def _is_piece(text: Text) -> bool:
    return len(text.text) >= _LONG and parse_amount(text.text) is None


def _joined(left: Text, right: Text, evidence: str, sure: float = _JOINED) -> Text:
    """Two halves of a text as one."""
    both = Text(
        left.text,
        f"{left.raw}\n{right.raw}",
        left.place,
        (*left.changes, *right.changes),
        min(left.confidence, right.confidence),
    )
    return both.changed("split_pages_rejoined", left.text + right.text, evidence, sure)


def _rewoven(left: Text, right: Text, woven: Woven) -> Text:
    evidence = "lines of both halves in turn, cut where they make the likeliest words"
    if woven.alternative:
        evidence += f"; or: {woven.alternative}"
    both = Text(left.text, f"{left.raw}\n{right.raw}", left.place, (*left.changes, *right.changes))
    return both.changed("text_rewoven", woven.text, evidence, min(_JOINED, woven.confidence))
