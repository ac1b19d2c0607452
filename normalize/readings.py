"""Stage 1, readings: where a reader doubts what it read (OCR), its readings are weighed by what their place
expects.

A reader gives each cell's text with its confidence, and what else it may say with scores of its own. The
chance of a reading is that score times what its place expects (expected.py); the likeliest is taken, and its
chance is the confidence. Nothing is taken that was not read: what a picture often hides (a ``≥`` that reads
as 2) only takes from the confidence where the place would rather have it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from statistics import median

from extract.model import Reading
from normalize.characters import folded
from normalize.expected import (
    Beside,
    Expectation,
    Kind,
    Knowledge,
    confusions,
    has_three_decimals,
    is_stray,
)
from normalize.mappings import fold
from normalize.model import Text
from normalize.sheets import Sheet, SheetCell, SheetTable, is_full
from normalize.weave import fluency

_POOR = 0.03  # usual doubt about a page's cells from which its picture is a poor one
_ALL = 0.9999  # most that readings are sure together
_CLEAR = 0.02  # share of a poor picture's confusions that the best picture has
_TELLS = (
    0.95  # confidence from which a cell tells what its column prints: all of a column may be misread alike
)
_SIGNS = re.compile(r"[<>≥≤=≈.,。、·\s]")
_CHINESE = re.compile("[一-鿿]{2,}")
_FLUENT, _MOST_FLUENT = 0.5, 3.0  # of the log-odds of words, up to so many nats
_TORN = 0.4  # confidence in a value whose lines no wrap parts: two rows, of which no ruling was found
_CONFIRMS = 1.0  # nats that the kinds of texts around speak for the reader's own reading, at most
_SIGN_ALONE = 0.85  # most that a reading is sure that differs from the reader's own in signs alone
_BETTER = 2.0  # how much likelier another reading must be than the reader's own to be taken


def choose_readings(sheets: Sequence[Sheet], knowledge: Knowledge) -> list[Sheet]:
    """``sheets`` with the likeliest reading of every cell; those that no reader doubts are as they were."""
    doubted = any(_surest(table) for sheet in sheets for table in sheet.tables)
    if not doubted:
        return list(sheets)
    printed = Counter(
        fold(cell.text.text) for sheet in sheets for table in sheet.tables for cell in table.cells
    )
    return [_sheet(sheet, knowledge, printed) for sheet in sheets]


def _surest(table: SheetTable) -> float:
    """The confidence in the surest cell of a table whose cells differ, else 0: a doubt that all cells share
    is one about the table, not about their characters."""
    sure = [cell.text.confidence for cell in table.cells if cell.text.text.strip()]
    return max(sure) if any(cell.readings for cell in table.cells) or len(set(sure)) > 1 else 0.0


def _sheet(sheet: Sheet, knowledge: Knowledge, printed: Counter[str]) -> Sheet:
    doubts = [
        1 - cell.text.confidence / sure
        for table in sheet.tables
        if (sure := _surest(table))
        for cell in table.cells
        if cell.text.text.strip()
    ]
    if not doubts:
        return sheet
    poor = max(_CLEAR, min(1.0, median(doubts) / _POOR))
    tables = (
        _Places(table, knowledge, printed, poor).chosen() if _surest(table) else table
        for table in sheet.tables
    )
    return replace(sheet, tables=tuple(tables))


@dataclass(frozen=True, slots=True)
class _Value:
    column: int
    text: str
    kind: Kind
    tells: float


class _Places:
    """The places of a table, with what they expect. ``poor`` (0..1): how poor the picture is."""

    def __init__(self, table: SheetTable, knowledge: Knowledge, printed: Counter[str], poor: float) -> None:
        self.table, self.knowledge, self.printed, self.poor = table, knowledge, printed, poor
        self.sure = _surest(table)
        self.columns: dict[tuple[int, int], Counter[Kind]] = {}
        self.values: dict[int, list[_Value]] = {}
        self.decimals: dict[int, Counter[bool]] = {}  # numbers of a column, by whether they have three
        for cell in table.cells:
            if text := cell.text.text.strip():
                kind = knowledge.kind(text)
                mates = self.columns.setdefault((cell.column, cell.colspan), Counter())
                mates[kind] += self._tells(cell, kind)  # type: ignore[assignment]
                if kind.name == "number":
                    self.values.setdefault(cell.row, []).append(
                        _Value(cell.column, text, kind, self._tells(cell, kind))
                    )
                    self.decimals.setdefault(cell.column, Counter())[has_three_decimals(text)] += 1

    def _trust(self, cell: SheetCell) -> float:
        """The confidence in the characters of a cell, with what concerns the table taken out."""
        return cell.text.confidence / self.sure

    def _tells(self, cell: SheetCell, kind: Kind) -> float:
        """How much a cell of a kind tells of what its column prints, 0 to 1: a sign is one, whichever it
        is."""
        if kind.name == "sign":
            return min(self._trust(cell), 1.0)
        return max(0.0, (self._trust(cell) - _TELLS) / (1 - _TELLS))

    def chosen(self) -> SheetTable:
        """The table with the likeliest reading of every cell."""
        return replace(self.table, cells=tuple(map(self._chosen, self.table.cells)))

    def _chosen(self, cell: SheetCell) -> SheetCell:
        trust = self._trust(cell) * (_TORN if self._is_torn(cell) else 1.0)
        own, *others = _merged([Reading(cell.text.text, max(trust, _left(cell.readings))), *cell.readings])
        if not own.text.strip():
            return cell
        expects = self._expectation(cell)
        least = expects.kind(own.text) - _CONFIRMS
        chances = {
            reading: reading.score * exp(expects.of(reading.text, least) + _fluency(reading.text, own.text))
            for reading in (own, *others)
        }
        best = max(others, key=chances.__getitem__, default=own)
        taken = best if chances[best] > _BETTER * chances[own] else own
        sure = chances[taken] / (sum(chances.values()) + self._else(taken, own, others, expects))
        if taken is not own and _without_signs(taken.text) == _without_signs(own.text):
            sure = min(sure, _SIGN_ALONE)
        text = replace(cell.text, confidence=round(self.sure * sure, 4))
        return replace(cell, text=_corrected(text, taken, chances) if taken is not own else text)

    def _is_torn(self, cell: SheetCell) -> bool:
        """Whether a cell holds two values, or one on lines that no wrap parts, or a line of stray marks."""
        if len(cell.lines) > 1 and any(is_stray(line) for _, line in cell.lines):
            return True
        kinds = [self.knowledge.kind(line.strip()).name for _, line in cell.lines]
        if len(kinds) < 2 or not cell.box or kinds[0] not in ("number", "sign", "word"):
            return False
        wrapped = all(is_full(box, cell.box) for box, _ in cell.lines[:-1])
        return not wrapped or all(kind == "number" for kind in kinds)

    def _else(self, taken: Reading, own: Reading, others: Sequence[Reading], expects: Expectation) -> float:
        """The chance, on the scale of the readings', that the cell says what no reading does.

        Of misread characters most make a text of the same kind (95% for 96%), which the place expects no
        less, and where the value is an odd one more; of a name they make none.
        """
        expected = expects.of(taken.text)
        left = max(0.0, 1 - own.score - sum(reading.score for reading in others))
        unread = left * exp(max(0.0, expects.kind(taken.text)))
        for text, share in confusions(taken.text, expects.decimals):
            rather = max(0.0, expects.of(text) - expected)
            unread += share * self.poor * taken.score * exp(expected + rather)
        return unread

    def _expectation(self, cell: SheetCell) -> Expectation:
        mates = Counter(self.columns[cell.column, cell.colspan])
        own = self.knowledge.kind(cell.text.text.strip())
        mates[own] -= self._tells(cell, own)  # type: ignore[assignment]
        beside = [
            self._beside(cell, value)
            for value in self.values.get(cell.row, ())
            if value.column != cell.column
        ]
        return Expectation(self.knowledge, mates, beside, self.printed, self._prints_decimals(cell))

    def _prints_decimals(self, cell: SheetCell) -> bool:
        """Whether more than half of the other numbers of a cell's column have three decimals."""
        others = Counter(self.decimals.get(cell.column, ()))
        if self.knowledge.kind(cell.text.text.strip()).name == "number":
            others[has_three_decimals(cell.text.text)] -= 1
        return others[True] > others[False]

    def _beside(self, cell: SheetCell, value: _Value) -> Beside:
        """A value of the cell's row, with how alike the two columns are in the other rows."""
        same = rows = 0
        for row, values in self.values.items():
            by_column: Mapping[int, Kind] = {one.column: one.kind for one in values}
            if row != cell.row and cell.column in by_column and value.column in by_column:
                rows += 1
                same += by_column[cell.column] == by_column[value.column]
        return Beside(value.text, value.tells, same, rows)


def _left(readings: Sequence[Reading]) -> float:
    """The score that the reader's own reading has at least: what the others leave, no more than the best of
    them. Its confidence may be less, as that goes by its least certain character."""
    scores = [reading.score for reading in readings]
    return max(0.0, min(max(scores, default=0.0), 1 - sum(scores)))


def _merged(readings: Iterable[Reading]) -> list[Reading]:
    """Readings that differ in more than white space and width; the first of those that do not, as sure as all
    of them."""
    found: dict[str, Reading] = {}
    for reading in readings:
        first = found.setdefault(fold(reading.text), replace(reading, score=0.0))
        found[fold(reading.text)] = replace(first, score=min(_ALL, max(reading.score, 0.0) + first.score))
    return list(found.values())


def _fluency(text: str, own: str) -> float:
    """How much likelier the words of ``text`` are than those of ``own``, in nats, if these are of the same
    lengths, with the same signs between them."""
    one, other = fold(text), fold(own)
    words, others = _CHINESE.findall(one), _CHINESE.findall(other)
    if words == others or _CHINESE.sub(_blanked, one) != _CHINESE.sub(_blanked, other):
        return 0.0
    gain = sum(map(fluency, words)) - sum(map(fluency, others))
    return max(-_MOST_FLUENT, min(_MOST_FLUENT, _FLUENT * gain))


def _blanked(words: re.Match[str]) -> str:
    return "\0" * len(words[0])


def _without_signs(text: str) -> str:
    """``text`` without comparators, stops and white space."""
    return _SIGNS.sub("", folded(text))


def _corrected(text: Text, taken: Reading, chances: Mapping[Reading, float]) -> Text:
    """``text`` with another reading in its place."""
    readings = ", ".join(f"{reading.text} ({reading.score:.2f})" for reading in chances)
    evidence = f"of the readings {readings} the one that its place expects"
    corrected = replace(text, confidence=1.0).changed("ocr_corrected", taken.text, evidence, text.confidence)
    return replace(corrected, confidence=text.confidence)
