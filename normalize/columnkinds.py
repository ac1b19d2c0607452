"""What the texts of an indicator table are by themselves: levels, targets, signs, units, points, names."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from normalize.lexicon import bare, level_names
from normalize.mappings import Mappings, fold
from normalize.values import is_blank, is_comparator, target_likeness

Kind = Literal[
    "level1",
    "level2",
    "levels",
    "pointed",
    "sign",
    "blank",
    "number",
    "unit",
    "target",
    "name",
    "sentence",
    "words",
]
"""What a text is by itself: `levels` are names of both levels, `pointed` says what points it has
(决策（15分）), `name` ends as names of indicators do."""

_POINTED = re.compile(r"[（(]\s*(?:满分|权重)?[:：]?\d+(?:\.\d+)?\s*[分%％]?\s*[)）]$")
_MOST = 0.5  # share of a column's texts that must be of its kind
_FEW = 2  # texts of a column that tell its kind
_LEAST_TARGET = 2.5  # likeness of what can hardly be anything but a target
_DEADLINE = 1.0  # ... of a deadline or a rhythm
_KEPT = 8192  # texts of which the kind is kept
_LONG = 15  # characters from which a text is a sentence


def is_number(text: str) -> bool:
    """Whether a text is a number alone, as points are."""
    return text.replace(".", "", 1).isdigit()


class ColumnKinds:
    """Tells the roles of columns by their texts, with what ``mappings`` know of levels and targets."""

    def __init__(self, mappings: Mappings) -> None:
        self.mappings = mappings
        self.natures = {fold(word) for word in mappings.words.natures}
        self.levels = level_names(mappings.levels)
        self.units = {fold(name) for unit in mappings.units for name in (unit.unit, *unit.aliases)}
        self.kind = lru_cache(maxsize=_KEPT)(self._kind)

    def is_level(self, text: str) -> bool:
        """Whether a text is the name of a level."""
        return any(levels.named(text) for levels in self.levels.values())

    def holds_levels(self, texts: Sequence[str]) -> bool:
        """Whether most texts of a column are levels, and not one alone."""
        return len(texts) >= _FEW and sum(map(self.is_level, texts)) > _MOST * len(texts)

    def is_target(self, text: str) -> bool:
        """Whether a text can hardly be anything but a target."""
        return target_likeness(text, self.mappings) >= _LEAST_TARGET

    def is_header(self, text: str) -> bool:
        """Whether a text ends as headers of indicator tables do, or holds a word that hints at a column."""
        name = fold(bare(text))
        hinted = any(word in name for words in self.mappings.words.column_hints.values() for word in words)
        return (hinted or name.endswith(self.mappings.words.column_heads)) and not self.is_level(text)

    def is_level1(self, text: str) -> bool:
        """Whether a text is the name of a level 1."""
        return self.levels["level1"].named(text) is not None

    def _kind(self, text: str) -> Kind:
        """What a text is by itself."""
        coarse, fine = self.levels["level1"].named(text), self.levels["level2"].named(text)
        if coarse or fine:
            return "levels" if coarse and fine else "level1" if coarse else "level2"
        if _POINTED.search(text):
            return "pointed"
        if is_comparator(text) or fold(text) in self.natures:
            return "sign"
        if is_blank(text):
            return "blank"
        if is_number(text):
            return "number"
        if fold(text) in self.units or all(part in self.units for part in fold(text).split("/")):
            return "unit"
        if target_likeness(text, self.mappings) >= _DEADLINE:
            return "target"
        if fold(text).endswith(self.mappings.words.typed_heads):
            return "name"
        return "sentence" if len(text) > _LONG else "words"
