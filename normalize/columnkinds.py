"""What the columns of an indicator table are by what they print, where no mapping knows their headers.

Levels, targets, comparators and units tell themselves apart from words; the indicators stand behind the
levels and before the targets.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from normalize.clues import OTHER, TARGETS
from normalize.lexicon import bare, level_names
from normalize.mappings import Mappings, fold
from normalize.values import is_comparator, target_likeness

_MOST = 0.5  # share of a column's texts that must be of its kind
_FEW = 2  # texts of a column that tell its kind
_LEAST_TARGET = 2.5  # likeness of what can hardly be anything but a target
_REACHED = re.compile("完成|实际|实绩|达成")  # in the header of what was reached of a target
DOUBTFUL = 0.85  # confidence where several columns may be the one

Columns = Mapping[int, Sequence[str]]
"""The texts of each column, by the column of its header."""


def is_number(text: str) -> bool:
    """Whether a text is a number alone, as points are."""
    return text.replace(".", "", 1).isdigit()


class ColumnKinds:
    """Tells the roles of columns by their texts, with what ``mappings`` know of levels and targets."""

    def __init__(self, mappings: Mappings) -> None:
        self.mappings = mappings
        self.natures = {fold(word) for word in mappings.words.natures}
        self.levels = level_names(mappings.levels)

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
        """Whether a text ends as headers of indicator tables do."""
        return fold(bare(text)).endswith(self.mappings.words.column_heads) and not self.is_level(text)

    def told(self, roles: Mapping[int, str], columns: Columns) -> tuple[dict[int, str], float]:
        """``roles`` by column, with those of unknown columns that their texts tell, and the chance that
        these are right."""
        found, chance = dict(roles), 1.0
        for level in ("level1", "level2"):
            if level not in found.values():
                hits = {k: self._share(columns.get(k, ()), level) for k in self._spare(found)}
                best = max(hits, key=lambda k: (hits[k], -k), default=None)
                if best is not None and hits[best] >= _MOST:
                    found[best] = level
        if not TARGETS & set(found.values()):
            fits = [k for k in self._open(found) if self._all_like(columns.get(k, ()), self.is_target)]
            measured = [k for k in fits if not all(map(is_number, columns[k]))]  # no points
            fits = measured or fits
            reached = [k for k in fits if _REACHED.search(found[k])]
            fits = [k for k in fits if k not in reached]
            if reached and "actual" not in found.values():
                found[reached[0]] = "actual"
            if fits:
                found[fits[-1]] = "full_year"
                chance = DOUBTFUL if len(fits) > 1 or reached else chance
        if "indicator" not in found.values():
            fits = self._between(found, columns)
            if fits:
                found[fits[0]] = "indicator"
                chance = DOUBTFUL if len(fits) > 1 else chance
        if "level1" not in found.values() and any(
            self.is_level1(text) and not self.levels["level2"].named(text)
            for text in chain.from_iterable(columns.values())
        ):
            chance = DOUBTFUL
        return found, chance

    def is_level1(self, text: str) -> bool:
        """Whether a text is the name of a level 1."""
        return self.levels["level1"].named(text) is not None

    def _open(self, roles: Mapping[int, str]) -> list[int]:
        """The columns that no mapping knows, from the left."""
        return sorted(k for k, role in roles.items() if role.startswith(OTHER))

    def _spare(self, roles: Mapping[int, str]) -> list[int]:
        """... and those that are read for nothing else."""
        return sorted(k for k, role in roles.items() if role.startswith((OTHER, "note")))

    def levelled(self, roles: Mapping[int, str], columns: Columns) -> dict[int, str]:
        """``roles`` by column; the only column of levels is of the level whose names it prints."""
        levels = [k for k, role in roles.items() if role in self.levels]
        if len(levels) != 1:
            return dict(roles)
        column, texts = levels[0], columns.get(levels[0], ())
        shares = {level: self._share(texts, level) for level in self.levels}
        best = max(shares, key=lambda level: shares[level])
        certain = shares[best] >= _MOST > shares[roles[column]]
        return {**roles, column: best} if certain else dict(roles)

    def parted(self, roles: Mapping[int, str], columns: Columns) -> dict[int, str]:
        """``roles`` by column, with the names of levels that stand under the header of the indicators parted
        from these: two columns under one header. ``columns`` are all that are printed."""
        name = next((k for k, role in roles.items() if role == "indicator"), None)
        if name is None:
            return dict(roles)
        end = min((k for k in roles if k > name), default=name)
        second = [k for k in range(name + 1, end) if len(columns.get(k, ())) >= _FEW]
        texts = columns.get(name, ())
        for level in ("level1", "level2"):
            named = {text for text in texts if self.levels[level].named(text)}
            if second and len(named) >= _FEW and self._share(texts, level) >= _MOST:
                return {**roles, name: level, second[0]: "indicator"}
        return dict(roles)

    def _share(self, texts: Sequence[str], level: str) -> float:
        hits = sum(self.levels[level].named(text) is not None for text in texts)
        return hits / len(texts) if texts else 0.0

    def _all_like(self, texts: Sequence[str], fits: object) -> bool:
        assert callable(fits)
        return len(texts) > _FEW and sum(map(fits, texts)) >= _MOST * len(texts)

    def _between(self, roles: Mapping[int, str], columns: Columns) -> list[int]:
        """The unknown columns of words that stand behind the levels and before the targets."""
        start = max((k for k, role in roles.items() if role in self.levels), default=-1)
        ends = (k for k, role in roles.items() if role in TARGETS or role == "comparator")
        end = min((k for k in ends if k > start), default=-1)
        return [
            k
            for k in self._open(roles)
            if start < k < end and self._all_like(columns.get(k, ()), self._is_name)
        ]

    def _is_name(self, text: str) -> bool:
        return not (self.is_target(text) or is_comparator(text) or fold(text) in self.natures)
