"""Names of indicators against the vocabulary of the mappings, and against each other.

A name is matched when it is a canonical name or an alias of one; else only when it has the form of one
(``wording.py``: at most function words, synonyms and words that may stand anywhere set them apart) or a unit
printed behind it. A score alone never merges: 开工及时率 and 完工及时率 are 80 alike and two things, 合格率
and 达标率 are 40 alike and may be one; aliases and synonyms say so, no threshold does. Nor do equal words:
培训就业率 and 就业培训率 have the same, in two orders.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from normalize.mappings import CanonicalIndicator, Mappings, fold, is_unit
from normalize.wording import Form, Wording, in_place, key_of

_EXACT, _ALIAS, _UNDECIDED = 100.0, 98.0, 95.0
_WORDED = 80.0  # at least, where two names have one form
_NEAR = 60.0
"""Names whose characters are less alike are not shown to a person."""
_SHOWN = 20  # near names that are tried

_WITH_UNIT = re.compile(r"(.+?)(?:\(([^()]+)\)|(%))")
_MULTIPLES = "十百千万亿"
_CONVERTIBLE = frozenset(["rate", "data", "length", "area", "volume", "weight", "energy", "money", "time"])
"""Kinds of units that measure the same, each in its own steps; 人 and 人次 count two things."""

_SHORTEST_CUT = 3
_LONGEST_GAP = 5  # characters that a cut takes off a name, at most


@dataclass(frozen=True, slots=True)
class Match:
    """The ``canonical`` name that a name stands for, its ``indicator_id``, and how alike they are (0..100).

    100 is the name itself, 98 an alias, 95 either of them where the levels leave open which of several
    frameworks is meant; below 98 they may differ in wording or in a unit printed behind the name.
    """

    canonical: str
    indicator_id: str
    score: float


class Printed(NamedTuple):
    """A name of an indicator and the levels under which it is printed."""

    name: str
    level1: str | None
    level2: str | None


Rows = tuple[CanonicalIndicator, ...]


class Vocabulary:
    """The canonical indicators of ``mappings``, indexed once."""

    def __init__(self, mappings: Mappings) -> None:
        self._words, self._units = mappings.words, mappings.units
        self._kinds = {name: unit.kind for unit in mappings.units for name in (unit.unit, *unit.aliases)}
        self._by_id = {row.id: row for row in mappings.indicators}
        self._exact: dict[str, Rows] = {}
        self._aliases: dict[str, Rows] = {}
        self._printed: dict[str, str] = {}  # names and aliases as mappings print them
        for row in sorted(mappings.indicators, key=lambda row: row.id):
            _add(self._exact, row.name, row)
            self._printed[key_of(row.name)] = row.name
        for row in sorted(mappings.indicators, key=lambda row: row.id):
            for alias in (*row.aliases, in_place(key_of(row.name), row.level2)):
                if key_of(alias) not in self._exact:
                    _add(self._aliases, alias, row)
                    self._printed.setdefault(key_of(alias), alias)
        self._wording = Wording(mappings.words.naming)
        self._loose: dict[Form, list[str]] = {}
        for name in self._printed:
            self._loose.setdefault(self._wording.loose(name), []).append(name)
        fixed = {fold(label) for form in mappings.forms for label in form.fixed}
        self._listed = [
            name for name in self._printed if any(fold(row.level1) in fixed for row in self._rows(name))
        ]
        self._matched = lru_cache(maxsize=16_384)(self._match)  # forms of a family repeat their names
        self._cues = _cues(mappings)
        self._level_names: dict[str, set[str]] = {}  # of each printed form of a level, all that it may be
        for level in mappings.levels:
            for name in (level.name, *level.aliases):
                self._level_names.setdefault(key_of(name), set()).add(_level(level.name))

    def known(self, name: str) -> Rows:
        """The rows whose name ``name`` is, else those of which it is an alias; quotes are optional.

        None for the name of a level: that 社会效益 is an indicator of one framework as well does not make
        a printed 社会效益 look like an indicator. ``match`` finds it all the same.
        """
        key = key_of(name)
        return () if key in self._level_names else self._rows(key)

    def _rows(self, key: str) -> Rows:
        return self._exact.get(key) or self._aliases.get(key) or ()

    def match(self, name: str, level1: str | None, level2: str | None) -> Match | None:
        """What ``name`` stands for; of several rows of one name that of its level 2, then of its level 1.

        Where the levels leave several frameworks open, the first by id is taken, at 95 or less; where the
        name stands for several things (管理制度健全性 in one framework; 完成及时率, here a share of the work
        and there a change of the time), nothing.
        """
        return self._matched(name, level1, level2)

    def _match(self, name: str, level1: str | None, level2: str | None) -> Match | None:
        rows, score = self._find(key_of(name))
        rows = self._at(self._at(rows, "level2", level2), "level1", level1)
        if not rows or _several_things(rows):
            return None
        return Match(rows[0].name, rows[0].id, score if len(rows) == 1 else min(score, _UNDECIDED))

    def _find(self, key: str) -> tuple[Rows, float]:
        """The rows that ``key`` stands for, whatever their levels, and how alike they are."""
        rows, score = self._named(key)
        name, unit = self._without_unit(key)
        if not rows and unit:
            rows, score = self._named(name)
            rows = tuple(row for row in rows if self._measures(unit, row.unit))
            score = min(score, _ALIAS - 1)
        return rows, score

    def _named(self, key: str) -> tuple[Rows, float]:
        if rows := self._rows(key):
            return rows, _EXACT if key in self._exact else _ALIAS
        return self._worded(key)

    def _worded(self, key: str) -> tuple[Rows, float]:
        """The rows whose name or alias has the form of ``key``; none where they are of two names."""
        names = [name for name in self._loose.get(self._wording.loose(key), ()) if self._same_form(key, name)]
        rows = {row.id: row for name in names for row in self._rows(name)}
        if len({row.name for row in rows.values()}) != 1:
            return (), 0.0
        score = _worded_score(max(fuzz.ratio(key, name) for name in names))
        return tuple(rows[id] for id in sorted(rows)), score

    def _same_form(self, one: str, other: str) -> bool:
        """Whether two names say the same and hold no opposites."""
        opposed = ((_held(words, one), _held(words, other)) for words in self._words.opposites)
        return self._wording.form(one) == self._wording.form(other) and not any(
            a and b and a != b for a, b in opposed
        )

    def _measures(self, printed: str, unit: str) -> bool:
        """Whether a unit ``printed`` behind a name may be that of a row with ``unit``."""
        plain = printed.lstrip(_MULTIPLES) or printed
        for one in (printed, plain):
            if is_unit(one, self._units):
                kind = self._kinds.get(one)
                return not unit or one == unit or (kind in _CONVERTIBLE and kind == self._kinds.get(unit))
        return False

    def same(self, one: Printed, other: Printed) -> float:
        """How surely two printed names are one indicator (0..100, 0: not known to be one).

        Names that the vocabulary has are one if it has them as one thing; others if they are equal but for
        their wording and a unit printed behind. A score is as that of ``match``.
        """
        first, second = self.match(*one), self.match(*other)
        if first and second:
            return min(first.score, second.score) if self._one_thing(first, second) else 0.0
        if first or second:
            return 0.0
        key, unit = self._without_unit(key_of(one.name))
        key2, unit2 = self._without_unit(key_of(other.name))
        if unit and unit2 and not self._measures(unit, unit2):
            return 0.0
        if self._rows(key) and self._level_of(one.level2) != self._level_of(other.level2):
            return 0.0  # a name of several things, in places of which the vocabulary knows nothing
        if key == key2:
            return _EXACT if unit == unit2 else _ALIAS - 1
        near = self._wording.loose(key) == self._wording.loose(key2) and self._same_form(key, key2)
        return _worded_score(fuzz.ratio(key, key2)) if near else 0.0

    def blocks(self, printed: Printed) -> frozenset[Hashable]:
        """Keys of which two names share one wherever ``same`` may take them as one: to look only there."""
        if match := self.match(*printed):
            row = self._by_id[match.indicator_id]
            return frozenset([row.name, in_place(key_of(row.name), row.level2)])
        return frozenset([self._wording.loose(self._without_unit(key_of(printed.name))[0])])

    def _one_thing(self, one: Match, other: Match) -> bool:
        """Whether two matches are of one name in its place, or of one that is one thing in all places."""
        a, b = self._by_id[one.indicator_id], self._by_id[other.indicator_id]
        if a.level2 == b.level2:
            return in_place(key_of(a.name), a.level2) == in_place(key_of(b.name), b.level2)
        return a.name == b.name and not _several_things(self._rows(key_of(a.name)))

    def _without_unit(self, key: str) -> tuple[str, str]:
        """``key`` without a unit printed behind it, and that unit, or an empty text."""
        if (parts := _WITH_UNIT.fullmatch(key)) and self._measures(unit := parts[2] or parts[3], ""):
            return parts[1], unit
        return key, ""

    def nearest(self, name: str) -> Match | None:
        """The indicator whose name is most like ``name`` without being ruled out, for a person to judge."""
        key = key_of(name)
        found = process.extract(
            key, self._printed.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_SHOWN
        )
        for other, score, _ in found:
            if self._same_kind(key, other):
                row = self._rows(other)[0]
                return Match(row.name, row.id, round(score, 2))
        return None

    def likeness(self, one: str, other: str) -> float:
        """How alike two names are (0..100); 0 where head or opposites say that they are two things."""
        one, other = key_of(one), key_of(other)
        return fuzz.ratio(one, other) if self._same_kind(one, other) else 0.0

    def _same_kind(self, one: str, other: str) -> bool:
        """Whether two names have the same typed head and hold no opposites."""
        if self._head(one) != self._head(other):
            return False
        return all(_held(words, one) == _held(words, other) for words in self._words.opposites)

    def _head(self, key: str) -> str:
        return max((head for head in self._words.typed_heads if key.endswith(head)), key=len, default="")

    def _at(self, rows: Rows, role: str, level: str | None) -> Rows:
        """Those of several rows that stand under ``level``; all where none does."""
        if len(rows) < 2 or not level:
            return rows
        names = self._level_of(level)
        return tuple(row for row in rows if _level(getattr(row, role)) in names) or rows

    def _level_of(self, printed: str | None) -> set[str]:
        """All levels that a printed one may be."""
        return {_level(printed), *self._level_names.get(key_of(printed), ())} if printed else set()

    def completions(self, cut: str) -> tuple[str, ...]:
        """The names (or aliases) that ``cut`` may be the head or tail of, one for each canonical name.

        Only names under levels with fixed rows complete anything: there a form prints no others. Where
        authors choose the names, no vocabulary has them all, and 培训人员 may be printed in full.
        None for what is a name itself (of an indicator, or of a level that says what is measured:
        服务对象满意度), and where all of them are more than twice as long, or five characters longer.
        """
        key = key_of(cut)
        whole = self._rows(key) or (key in self._level_names and self._head(key))
        if len(key) < _SHORTEST_CUT or whole:
            return ()
        full: dict[tuple[str, ...], str] = {}
        names = [name for name in self._listed if name.startswith(key) or name.endswith(key)]
        if not any(len(name) - len(key) <= min(_LONGEST_GAP, len(key)) for name in names):
            return ()
        for name in names:  # canonical names come first
            full.setdefault(
                tuple(sorted({key_of(row.name) for row in self._rows(name)})), self._printed[name]
            )
        return tuple(sorted(full.values()))

    def cue_score(self, name: str, level_name: str) -> float:
        """How much the cues of mappings speak for ``name`` under a level: +2, 0, or -1 for another level.

        -1 is for a name that holds a cue of a level beside this one (same parent), and none of this one.
        """
        own, others = self._cues.get(key_of(level_name), (frozenset(), frozenset()))
        if any(cue in name for cue in own):
            return 2.0
        return -1.0 if any(cue in name for cue in others) else 0.0


def _add(index: dict[str, Rows], name: str, row: CanonicalIndicator) -> None:
    key = key_of(name)
    index[key] = (*index.get(key, ()), row)


def _cues(mappings: Mappings) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For every level name: its cues, and those of the levels beside it that are not its own."""
    own: dict[str, set[str]] = {}
    beside: dict[tuple[int, str], set[str]] = {}
    places: dict[str, set[tuple[int, str]]] = {}
    for level in mappings.levels:
        beside.setdefault((level.level, level.parent), set()).update(level.cues)
        for name in map(key_of, (level.name, *level.aliases)):
            own.setdefault(name, set()).update(level.cues)
            places.setdefault(name, set()).add((level.level, level.parent))
    return {
        name: (frozenset(cues), frozenset().union(*(beside[place] for place in places[name])) - cues)
        for name, cues in own.items()
    }


def _level(name: str) -> str:
    return key_of(name).removesuffix("指标")


def _several_things(rows: Rows) -> bool:
    """Whether one framework gives the rows' name several definitions, or two have no common base.

    A formula with a difference in it is a change, one without is a share: the two never mean the same.
    """
    definitions: dict[str, str] = {}
    if any(definitions.setdefault(row.source, row.definition) != row.definition for row in rows):
        return True
    return len({"-" in row.formula for row in rows if row.formula}) > 1


def _worded_score(ratio: float) -> float:
    return round(max(_WORDED, min(ratio, _ALIAS - 1)), 2)


def _held(words: Sequence[str], name: str) -> frozenset[str]:
    return frozenset(word for word in words if word in name)
