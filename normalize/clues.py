"""What a text looks like: the evidence that the optimisations of columns and spans weigh.

All scores are log-odds (nats): 0 says nothing, +4 is near certainty, -4 near impossibility.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from math import log

from normalize.lexicon import Found, Lexicon, level_names
from normalize.mappings import CanonicalIndicator, Form, Mappings, fold, is_unit
from normalize.model import Text
from normalize.values import is_blank, is_comparator, parse_points, target_likeness
from normalize.vocabulary import Vocabulary

TARGETS = frozenset({"half_year", "full_year", "long_term"})
OTHER = "other:"
"""Begins the role of a column that no mapping knows; what its header says follows."""
NOTE = "note:"
"""Begins the role of a column that is known, and that another column of the table stands for."""

_SURE = 4.0  # log-odds of what mappings say outright
_POINTS = 3.0  # ... of what looks like points, or like a unit
_FIXED = 3.0  # ... of what a label with fixed rows, or words of its own, does not hold
LEVELS = ("level1", "level2", "key_task")

_TYPED_HEAD = re.compile(
    "(?:率|数|数量|性|度|次数|人次|人数|面积|长度|金额|成本|时间|周期|比例|情况|程度|规模|比重|天数|个数)$"
)
_SEPARATORS = ",，、;； "
_ENDS = ("", *_SEPARATORS)
_LISTED = re.compile(r"[,，、;；]\s*")


class Clues:
    """What mappings and the filing itself know about texts. ``subprojects`` are those that the funds list."""

    def __init__(
        self, mappings: Mappings, vocabulary: Vocabulary, form: Form, subprojects: Sequence[str] = ()
    ) -> None:
        self.mappings, self.vocabulary, self.subprojects = mappings, vocabulary, tuple(subprojects)
        self.fixed = {fold(name) for name in form.fixed}
        self.order = form.level1
        self._cued = [
            level for level in mappings.levels if level.level == 1 and level.cues and level.name in self.order
        ]
        self._has_cues = {fold(level.name) for level in mappings.levels if level.cues}
        self.by_task = form.by_task
        self.framework = ""
        # The same names and labels are asked for again and again.
        self._entries: dict[str, tuple[CanonicalIndicator, ...]] = {}
        self._found: dict[tuple[str, str], Found | None] = {}
        self._levels = level_names(mappings.levels)
        self._longest_first = sorted(self.subprojects, key=lambda name: (-len(name), name))
        self._subprojects = Lexicon((name, name) for name in self.subprojects)

    @cached_property
    def telling(self) -> Mapping[str, Callable[[str], bool]]:
        """What the texts of a column are that tell its role by themselves: comparators, and units."""
        return {"comparator": self.is_comparator, "unit": self._is_unit}

    def _is_unit(self, text: str) -> bool:
        return is_blank(text) or is_unit(fold(text), self.mappings.units)

    def is_comparator(self, text: str) -> bool:
        """Whether ``text`` is a comparator, or says that the target is words."""
        return is_comparator(text) or fold(text) in self.mappings.words.natures

    @cached_property
    def _parents(self) -> dict[str, set[str]]:
        parents: dict[str, set[str]] = {}
        for level in self.mappings.levels:
            if level.level == 2:
                for name in (level.name, *level.aliases):
                    parents.setdefault(fold(name), set()).add(level.parent)
        return parents

    def level(self, text: str, role: str) -> Found | None:
        """The level name (of role level1 or level2) that ``text`` stands for, whole or cut."""
        if role not in self._levels:
            return None
        if (text, role) not in self._found:
            levels = self._levels[role]
            cut = None if self._known_level(text) else levels.longer(text)
            self._found[text, role] = levels.named(text) or cut
        return self._found[text, role]

    def learn(self, names: Iterable[str]) -> None:
        """Which framework the form follows: the one that has most of its ``names``."""
        sources = Counter(
            source for name in names for entry in self.vocabulary.known(name) for source in _frameworks(entry)
        )
        self._entries.clear()
        self.framework = max(sorted(sources), key=sources.__getitem__, default="")

    def is_fixed(self, level1: Text | None) -> bool:
        """Whether the rows under a level-1 label are the fixed ones of the form, all canonical."""
        found = self.level(level1.text, "level1") if level1 else None
        return found is not None and fold(found.key) in self.fixed

    def parents(self, level2: str) -> set[str]:
        """Level-1 names under which a level-2 name stands in the public frameworks; empty if unknown."""
        return self._parents.get(fold(level2), set())

    def is_level(self, text: str, role: str) -> bool:
        """Whether ``text`` is a level name in full."""
        return self._levels[role].whole(text) is not None

    def names_level(self, text: str) -> bool:
        """Whether ``text`` is a level name, perhaps with points behind it."""
        return self._known_level(text) is not None

    def listed(self, text: str) -> list[Found | None]:
        """The subprojects that ``text`` lists, None for a part that the funds block does not name."""
        return [self._subprojects.find(part) for part in self.split_list(text)]

    def split_list(self, text: str) -> tuple[str, ...]:
        """The parts of a list of subprojects, none lost; a name that holds a comma itself stays whole."""
        parts: list[str] = []
        while text := text.lstrip(_SEPARATORS):
            known = (name for name in self._longest_first if text.startswith(name))
            name = next((name for name in known if text[len(name) :][:1] in _ENDS), None)
            part = name or _LISTED.split(text, maxsplit=1)[0]
            parts.append(part)
            text = text[len(part) :]
        return tuple(parts)

    def likeness(self, text: Text, role: str) -> float:
        """How much ``text`` looks like one of ``role``."""
        if role in TARGETS or role in ("actual", "initial_target"):
            return self._like_target(text.text)
        if role in ("level1", "level2", "key_task"):
            return self._like_level(text.text, role)
        if role == "indicator":
            return self._like_indicator(text.text)
        if role == "subprojects":
            return self._like_subprojects(text.text)
        if role == "evidence_source":
            return self._like_source(text.text)
        if role in ("weight", "score"):
            return _POINTS if parse_points(text.text) is not None else -_POINTS
        if role == "comparator":
            return _SURE if self.is_comparator(text.text) else -_SURE
        if role == "unit":
            return _POINTS if is_unit(fold(text.text), self.mappings.units) else -1.0
        return 0.0 if role.startswith((OTHER, "note")) else self._like_words(text.text)

    def _like_target(self, text: str) -> float:
        if self._known_level(text) or self.vocabulary.known(text):
            return -4.0
        return target_likeness(text, self.mappings)

    def _known_level(self, text: str) -> Found | None:
        return self._levels["level1"].named(text) or self._levels["level2"].named(text)

    def _like_level(self, text: str, role: str) -> float:
        score = -2.5 if target_likeness(text, self.mappings) >= 2.5 else 0.0
        if self.vocabulary.known(text) and not self._known_level(text):
            score -= 3.0
        if role != "key_task":
            found = self.level(text, role)
            if found:
                return score + (5.0 if found.cut == "whole" else 3.0)
            score -= 2.0 if self._known_level(text) else 0.0
            if role == "level1":
                return score - 5.0
            return score + (0.5 if "，" in text else -0.5 if self._begins_task(text) else 0.0)
        if self._known_level(text):
            return score - 4.0
        return score + (1.5 if self._begins_task(text) else 0.0) - (1.0 if _TYPED_HEAD.search(text) else 0.0)

    def _begins_task(self, text: str) -> bool:
        return text.startswith(self.mappings.words.task_verbs)

    def _like_indicator(self, text: str) -> float:
        if self.vocabulary.known(text):  # 社会效益 is both: an indicator of 2013's framework, and a level
            return 0.0 if self._known_level(text) else 4.0
        score = -target_likeness(text, self.mappings) if target_likeness(text, self.mappings) > 0 else 0.0
        if self._known_level(text):
            score -= 4.0
        if self._subprojects.whole(text):
            score -= 3.0
        if _TYPED_HEAD.search(text):
            return score + 1.5
        return score - (1.5 if self._begins_task(text) else 0.0)

    def _like_subprojects(self, text: str) -> float:
        parts = self.listed(text)
        known = sum(found is not None for found in parts)
        if not parts or not known:
            return -4.0
        return 5.0 * known / len(parts) - 3.0 * (len(parts) - known) / len(parts)

    def _like_source(self, text: str) -> float:
        hits = any(word in text for word in self.mappings.words.evidence_words)
        return self._like_words(text) + (1.5 if hits else 0.0)

    def _like_words(self, text: str) -> float:
        score = -2.0 if target_likeness(text, self.mappings) >= 2.5 else 0.0
        return score - (3.0 if self._known_level(text) or self._subprojects.whole(text) else 0.0)

    def places(self, indicator: str, label: str, role: str) -> float | None:
        """How much mappings speak for an indicator standing under a level label (role level1 or level2);
        None where they know neither."""
        known = {fold(getattr(entry, role)) for entry in self.entries(indicator) if getattr(entry, role)}
        found = self.level(label, role)
        name = found.key if found else label
        if known:
            return _SURE if fold(name) in known else -_SURE if found else -1.0
        if fold(name) in self.fixed:
            return -_FIXED
        if asked := self._by_cue(indicator):
            return _SURE if name in asked else -_SURE if found else None
        if any(name == level.name for level in self._cued):
            return -_FIXED
        return self.vocabulary.cue_score(indicator, name) if found and fold(name) in self._has_cues else None

    def entries(self, indicator: str) -> tuple[CanonicalIndicator, ...]:
        """The canonical indicators of a name in the form's framework; other frameworks place it elsewhere."""
        if indicator not in self._entries:
            self._entries[indicator] = self._of_framework(indicator)
        return self._entries[indicator]

    def _of_framework(self, indicator: str) -> tuple[CanonicalIndicator, ...]:
        known = self.vocabulary.known(indicator)
        if not known and len(full := self.vocabulary.completions(indicator)) == 1:
            known = self.vocabulary.known(full[0])
        known = tuple(entry for entry in known if self.framework in _frameworks(entry))
        # A form that always has the same level-1 labels places an indicator under one of those.
        own = {self._key(name) for name in self.order}
        return tuple(entry for entry in known if not own or self._key(entry.level1) in own)

    def _key(self, level1: str) -> str:
        found = self.level(level1, "level1")
        return found.key if found else level1

    def asked(self, indicator: str, role: str) -> set[str]:
        """The labels of ``role`` that mappings know for an indicator."""
        known = {getattr(entry, role) for entry in self.entries(indicator)} - {""}
        return known or (self._by_cue(indicator) if role == "level2" else set())

    def _by_cue(self, indicator: str) -> set[str]:
        """A level-1 name whose words an indicator says (满意), with the level 2 that it alone has."""
        hit = [level for level in self._cued if any(cue in indicator for cue in level.cues)]
        if len(hit) != 1:
            return set()
        below = {level.name for level in self.mappings.levels if level.parent == hit[0].name}
        return {hit[0].name} | (below if len(below) == 1 else set())


def _frameworks(entry: CanonicalIndicator) -> set[str]:
    """The documents that an entry is from, without year or annex."""
    return {re.split("[（ ]", source)[0] for source in entry.sources}


def shared_words(names: Sequence[str], labels: Sequence[str]) -> list[list[float]]:
    """[name][label]: how much a name's words speak for a label, by the character pairs that they share.

    A pair counts the more the fewer names and labels have it (its inverse document frequency), and nothing
    where all labels do: what everybody says speaks for none.
    """
    named, pairs = [_pairs(name) for name in names], [_pairs(label) for label in labels]
    in_labels = Counter(pair for found in pairs for pair in found)
    everywhere = in_labels + Counter(pair for found in named for pair in found)
    total = len(names) + len(labels)
    weight = {
        pair: log(total / everywhere[pair]) if count < len(labels) else 0.0
        for pair, count in in_labels.items()
    }
    return [[min(4.0, sum(weight[pair] for pair in own & found)) for found in pairs] for own in named]


def shared_with_next(names: Sequence[str]) -> list[float]:
    """How much each name has in common with the next: the rare character pairs of both."""
    named = [_pairs(name) for name in names]
    everywhere = Counter(pair for found in named for pair in found)
    weight = {pair: log(len(names) / count) for pair, count in everywhere.items()}
    return [min(4.0, sum(weight[pair] for pair in a & b)) for a, b in pairwise(named)]


def _pairs(text: str) -> set[str]:
    folded = fold(text)
    return {folded[i : i + 2] for i in range(len(folded) - 1)}
