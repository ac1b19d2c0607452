"""Names of indicators against the vocabulary of the mappings: known, completed, matched.

A name is matched when it is a canonical name or an alias of one; else only when what sets it apart from
one is nothing but function words (的, 和, 工作 ...). A score alone never merges: 开工及时率 and 完工及时率
are 80 alike and two things, 合格率 and 达标率 are 40 alike and may be one; aliases say so, no threshold does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from normalize.mappings import CanonicalIndicator, Mappings, fold

_EXACT, _ALIAS, _UNDECIDED = 100.0, 98.0, 95.0
_ALIKE = 80.0
"""Names whose characters are less alike are not looked at any further."""
_TRIED = 5  # candidates that the guards look at

_QUOTES = re.compile("[\"'“”‘’「」『』]")
_POINTS = re.compile(r"[、,，;；.。·:：()（）\[\]【】《》<>/\\_—–-]")
_FUNCTION = frozenset(["的", "之", "及", "和", "与", "以及", "并", "对", "工作", "情况"])
"""Words without which a name means the same, where they stand as words of their own (not 及 in 普及率)."""
_EMPTY = re.compile(f"(?:{'|'.join(sorted(_FUNCTION))}|{_POINTS.pattern})+")
_INNER = frozenset(["工作", "情况"])
"""Those of them that mean nothing only after a word that they belong to (组织建设工作, but not 工作计划)."""

_SHORTEST_CUT = 3
_LONGEST_GAP = 5  # characters that a cut takes off a name, at most


@dataclass(frozen=True, slots=True)
class Match:
    """The ``canonical`` name that a name stands for, its ``indicator_id``, and how alike they are (0..100).

    100 is the name itself, 98 an alias, 95 either of them where the levels leave open which of several
    frameworks is meant; below 98 they may differ in function words.
    """

    canonical: str
    indicator_id: str
    score: float


Rows = tuple[CanonicalIndicator, ...]


class Vocabulary:
    """The canonical indicators of ``mappings``, indexed once."""

    def __init__(self, mappings: Mappings) -> None:
        self._words = mappings.words
        self._exact: dict[str, Rows] = {}
        self._aliases: dict[str, Rows] = {}
        self._printed: dict[str, str] = {}  # names and aliases as mappings print them
        for row in sorted(mappings.indicators, key=lambda row: row.id):
            _add(self._exact, row.name, row)
            self._printed[_key(row.name)] = row.name
        for row in sorted(mappings.indicators, key=lambda row: row.id):
            for alias in row.aliases:
                _add(self._aliases, alias, row)
                self._printed.setdefault(_key(alias), alias)
        self._names = list(self._printed)
        self._cues = _cues(mappings)
        self._levels = {_key(name) for level in mappings.levels for name in (level.name, *level.aliases)}

    def known(self, name: str) -> Rows:
        """The rows whose name ``name`` is, else those of which it is an alias; quotes are optional.

        None for the name of a level: that 社会效益 is an indicator of one framework as well does not make
        a printed 社会效益 look like an indicator. ``match`` finds it all the same.
        """
        key = _key(name)
        return () if key in self._levels else self._rows(key)

    def _rows(self, key: str) -> Rows:
        return self._exact.get(key) or self._aliases.get(key) or ()

    def match(self, name: str, level1: str | None, level2: str | None) -> Match | None:
        """What ``name`` stands for; of several rows of one name that of its level 2, then of its level 1.

        Where the levels leave several frameworks open, the first by id is taken, at 95 or less; where the
        name stands for several things (管理制度健全性 in one framework; 完成及时率, here a share of the work
        and there a change of the time), nothing.
        """
        key = _key(name)
        score = _EXACT if key in self._exact else _ALIAS
        rows = self._rows(key)
        if not rows:
            rows, score = self._alike(key)
        rows = _at(_at(rows, "level2", level2), "level1", level1)
        if not rows or _several_things(rows):
            return None
        return Match(rows[0].name, rows[0].id, score if len(rows) == 1 else min(score, _UNDECIDED))

    def _alike(self, key: str) -> tuple[Rows, float]:
        """The rows of the name most like ``key`` that differs from it in function words alone."""
        found = process.extract(key, self._names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_TRIED)
        for name, score, _ in found:
            if self._may_be_one(key, name) and _content(key) == _content(name):
                return self._rows(name), round(min(score, _ALIAS - 1), 2)
        return (), 0.0

    def _may_be_one(self, one: str, other: str) -> bool:
        """The guards that need no dictionary: same typed head, no opposites, no content between the two."""
        if self._head(one) != self._head(other):
            return False
        if any(_held(words, one) != _held(words, other) for words in self._words.opposites):
            return False
        return all(
            _EMPTY.fullmatch(one[op.src_start : op.src_end] + other[op.dest_start : op.dest_end])
            for op in Indel.opcodes(one, other)
            if op.tag != "equal"
        )

    def _head(self, key: str) -> str:
        return max((head for head in self._words.typed_heads if key.endswith(head)), key=len, default="")

    def completions(self, cut: str) -> tuple[str, ...]:
        """The names (or aliases) that ``cut`` may be the head or tail of, one for each canonical name.

        None for what is a name itself (of an indicator, or of a level that says what is measured:
        服务对象满意度), for less than half of a name, or where more than five characters are missing.
        """
        key = _key(cut)
        whole = self._rows(key) or (key in self._levels and self._head(key))
        if len(key) < _SHORTEST_CUT or whole:
            return ()
        full: dict[tuple[str, ...], str] = {}
        for name, printed in self._printed.items():  # canonical names come first
            missing = len(name) - len(key)
            if 0 < missing <= min(_LONGEST_GAP, len(key)) and (name.startswith(key) or name.endswith(key)):
                full.setdefault(tuple(sorted({_key(row.name) for row in self._rows(name)})), printed)
        return tuple(sorted(full.values()))

    def cue_score(self, name: str, level_name: str) -> float:
        """How much the cues of mappings speak for ``name`` under a level: +2, 0, or -1 for another level.

        -1 is for a name that holds a cue of a level beside this one (same parent), and none of this one.
        """
        own, others = self._cues.get(_key(level_name), (frozenset(), frozenset()))
        if any(cue in name for cue in own):
            return 2.0
        return -1.0 if any(cue in name for cue in others) else 0.0


def _key(name: str) -> str:
    """``name`` as it is looked up: quotes are optional (“三公经费”变动率)."""
    return _QUOTES.sub("", fold(name))


def _add(index: dict[str, Rows], name: str, row: CanonicalIndicator) -> None:
    key = _key(name)
    index[key] = (*index.get(key, ()), row)


def _cues(mappings: Mappings) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For every level name: its cues, and those of the levels beside it that are not its own."""
    own: dict[str, set[str]] = {}
    beside: dict[tuple[int, str], set[str]] = {}
    places: dict[str, set[tuple[int, str]]] = {}
    for level in mappings.levels:
        beside.setdefault((level.level, level.parent), set()).update(level.cues)
        for name in map(_key, (level.name, *level.aliases)):
            own.setdefault(name, set()).update(level.cues)
            places.setdefault(name, set()).add((level.level, level.parent))
    return {
        name: (frozenset(cues), frozenset().union(*(beside[place] for place in places[name])) - cues)
        for name, cues in own.items()
    }


def _level(name: str) -> str:
    return _key(name).removesuffix("指标")


def _at(rows: Rows, role: str, level: str | None) -> Rows:
    """Those of several rows that stand under ``level``; all where none does."""
    if len(rows) < 2 or not level:
        return rows
    return tuple(row for row in rows if _level(getattr(row, role)) == _level(level)) or rows


def _several_things(rows: Rows) -> bool:
    """Whether one framework gives the rows' name several definitions, or two have no common base.

    A formula with a difference in it is a change, one without is a share: the two never mean the same.
    """
    definitions: dict[str, str] = {}
    if any(definitions.setdefault(row.source, row.definition) != row.definition for row in rows):
        return True
    return len({"-" in row.formula for row in rows if row.formula}) > 1


def _held(words: Sequence[str], name: str) -> frozenset[str]:
    return frozenset(word for word in words if word in name)


@lru_cache(maxsize=1024)
def _content(key: str) -> str:
    """``key`` without function words and points, by the words of a dictionary loaded for this alone."""
    import jieba  # loads a dictionary of 5 MB, which most runs do not need

    jieba.setLogLevel("ERROR")
    kept: list[str] = []
    for word in jieba.lcut(key, HMM=False):
        if _POINTS.fullmatch(word) or (word in _FUNCTION and (kept or word not in _INNER)):
            continue
        kept.append(word)
    return "".join(kept)
