"""Names that may be printed cut: finding the one that a damaged text stands for.

A text stands for a name when it is the name, or its head or tail (a narrow cell, a page edge), and when no
other name could be meant. What could be two names is left as it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from normalize.maptypes import Level, fold

Cut = Literal["whole", "tail", "head", "both"]

_SHORTEST = 2
"""A piece shorter than this stands for nothing; names are found by so many characters of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """The ``name`` (as in the lexicon) that a text stands for, its ``key``, and what was ``cut`` off it.

    ``share`` is the part of the name (0..1) that is printed.
    """

    name: str
    key: str
    cut: Cut
    share: float


_MARK = re.compile(
    r"^(?:[*★☆●■]+|其中\s*[:：]|(?:[（(][0-9一二三四五六七八九十]{1,2}[)）]|[0-9一二三四五六七八九十]{1,2}[.．、])(?![0-9]))\s*"
)
_YEAR = re.compile(r"^20[0-9]{2}(?:年度|年|)(?![年度])(?=\S)")
_NUMBER = re.compile(r"(?<=[标务])[0-9]{1,2}\s*[:：]?$|[:：]$")
_REMARK = re.compile(r"\s*[（(][^（()）]*[)）]\s*[:：]?$")


@lru_cache(maxsize=65_536)
def bare(text: str) -> str:
    """A label or header without what is printed around its name: a number or 其中 before it, the year, and
    units, points, advice in brackets or the number of a goal behind it (`1.执行率（B/A）` is 执行率)."""
    for pattern in (_MARK, _MARK, _YEAR, _REMARK, _REMARK, _NUMBER):
        text = pattern.sub("", text)
    return text


class Lexicon:
    """Names with a key each (several names may share one: synonyms), found whole or cut."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """``names`` are (name, key) pairs, the first of a key being its usual one."""
        self._names, self._whole, self._of_pair = _indexed(tuple(names))

    @property
    def names(self) -> tuple[str, ...]:
        """All names, as given."""
        return tuple(name for _, name, _ in self._names)

    def whole(self, text: str) -> Found | None:
        """The name that ``text`` prints in full."""
        found = self._whole.get(fold(text))
        return Found(*found, "whole", 1.0) if found else None

    def named(self, text: str) -> Found | None:
        """The name that ``text`` prints in full, as it is or with marks and remarks around it."""
        return self.whole(text) or self.whole(bare(text))

    def find(self, text: str, least: float = 0.5) -> Found | None:
        """The name that ``text`` prints in full or cut, at least a ``least`` share of it; None if open."""
        return self.whole(text) or self.longer(text, least)

    def longer(self, text: str, least: float = 0.5, most: int = 1000) -> Found | None:
        """The longer name that ``text`` is a cut of, at least a ``least`` share of it, with ``most``
        characters missing; None if open.

        Of synonyms of one key the nearest in length is taken; two keys make it open.
        """
        folded = fold(text)
        if len(folded) < _SHORTEST:
            return None
        hits: list[Found] = []
        for number in self._with_pair(folded[:_SHORTEST]):
            full, name, key = self._names[number]
            share = len(folded) / len(full)
            if least <= share < 1 and len(full) - len(folded) <= most and (cut := _cut(folded, full)):
                hits.append(Found(name, key, cut, share))
        if not hits or len({hit.key for hit in hits}) > 1:
            return None
        return max(hits, key=lambda hit: hit.share)

    def _with_pair(self, pair: str) -> Iterable[int]:
        """The numbers of the names that ``pair`` is a part of, in their order; looking through all names for
        each text would take a third of the time of a small form."""
        if not self._of_pair:
            for number, (full, _, _) in enumerate(self._names):
                for at in range(len(full) - _SHORTEST + 1):
                    self._of_pair.setdefault(full[at : at + _SHORTEST], {})[number] = None
        return self._of_pair.get(pair, ())


_OfPair = dict[str, dict[int, None]]
_Names = tuple[tuple[str, str, str], ...]
"""Names folded, as given, and their keys."""


@lru_cache(maxsize=256)
def _indexed(pairs: tuple[tuple[str, str], ...]) -> tuple[_Names, dict[str, tuple[str, str]], _OfPair]:
    """Names and where they are found: those of the mappings are the same for each file."""
    names = tuple((fold(name), name, key) for name, key in pairs)
    whole: dict[str, tuple[str, str]] = {}
    for folded, name, key in names:
        whole.setdefault(folded, (name, key))
    return names, whole, {}


def _cut(piece: str, name: str) -> Cut | None:
    if name.startswith(piece):
        return "tail"
    if name.endswith(piece):
        return "head"
    return "both" if piece in name and len(piece) >= 3 else None


def level_names(levels: Sequence[Level]) -> dict[str, Lexicon]:
    """What is printed for the levels 1 and 2 of indicators, by role."""
    return {
        role: Lexicon(
            (name, level.name)
            for level in levels
            if level.level == number
            for name in (level.name, *level.aliases)
        )
        for role, number in (("level1", 1), ("level2", 2))
    }
