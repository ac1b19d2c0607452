"""Which column of an indicator table is what: its headers and its texts weighed together.

A header that mappings know says nearly all; one that they do not know, or a blank one, says what the words
in it hint at, and the texts below say the rest: levels, names, targets, signs, units and points tell
themselves apart. Each column gets a role so that all of them together are likeliest, and the chance that
these are right is what the other ways to take the columns leave.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import exp, log

from normalize.clues import LEVELS, NOTE, OTHER, TARGETS
from normalize.columnkinds import ColumnKinds, Kind

_PLACED = frozenset({*LEVELS, "indicator", "initial_target", "comparator", "unit", *TARGETS})
"""Roles on which it depends what indicators a table has."""
_BY_WORDS = frozenset({"half_year", "long_term"})
"""Roles that a column may tell where the words of its header hint at them."""
_TOLD = (
    *("level1", "level2", "indicator", "full_year", "comparator", "unit", "actual", "weight", "score"),
    *sorted(_BY_WORDS),
)
"""Roles that a column may tell without a header that mappings know."""
_ORDER = {"level1": 0, "level2": 1, "indicator": 2, "full_year": 3}
_BESIDE = 0.8  # chance of points, or of what was reached, from which it is taken

_GUESSED = {
    "level1": (0.99, 0.995),
    "level2": (0.99, 0.995),
    "indicator": (0.98, 0.985),
    "full_year": (0.89, 0.985),
    "half_year": (0.89, 0.985),
    "long_term": (0.89, 0.985),
    "comparator": (0.98, 0.99),
    "unit": (0.98, 0.99),
}
"""Chance of a role that mappings do not know the header of, by whether the words of this hint at it: a column
of what can be targets may be the last year's."""

# What texts of a role are, in parts of one; the rest is spread over all other kinds.
_SHARES: Mapping[str, Mapping[Kind, float]] = {
    "level1": dict(level1=0.6, levels=0.15, words=0.15, pointed=0.1, name=0.03, level2=0.02, sentence=0.02),
    "level2": dict(level2=0.55, words=0.15, levels=0.1, pointed=0.08, name=0.06, level1=0.05, sentence=0.05),
    "indicator": dict(
        name=0.55, words=0.26, sentence=0.1, pointed=0.03, level2=0.02, levels=0.01, target=0.01
    ),
    "target": dict(target=0.68, number=0.11, sentence=0.08, words=0.06, blank=0.02, name=0.02),
    "split": dict(number=0.72, target=0.16, words=0.04, sentence=0.03, blank=0.02),
    "actual": dict(target=0.6, number=0.12, sentence=0.1, words=0.08, blank=0.06, name=0.02),
    "deviation_reason": dict(sentence=0.45, words=0.25, blank=0.12, target=0.08, name=0.06, number=0.01),
    "comparator": dict(sign=0.93, blank=0.03),
    "unit": dict(unit=0.85, blank=0.06, words=0.05),
    "weight": dict(number=0.93, target=0.03, blank=0.02),
    "score": dict(number=0.9, blank=0.05, target=0.03),
    OTHER: dict(
        target=0.2,
        number=0.15,
        blank=0.12,
        sentence=0.12,
        words=0.12,
        name=0.09,
        unit=0.08,
        sign=0.06,
        level1=0.02,
        level2=0.02,
        levels=0.02,
        pointed=0.0003,
    ),
}
_REST = 0.003
_WEIGHT, _MOST = 0.6, 8.0  # of a text, since texts of a column are alike; and of so many of them at most

# Log-odds.
_OTHER_ROLE = -9.0  # of a header that mappings know heading something else
_OTHER_NAMED = -14.0  # ... where the form's own mapping names it in its place
_OTHER_GROUP = -6.0  # ... heading the projects or units of a sheet of many (项目)
_SPARE = -1.0  # ... heading nothing that is published
_CONTESTED = -3.0  # of one that the form names, heading nothing, where another one has the same name
_FINER = 5.0  # of the second of two columns of names: it names what the first sorts (三级指标, 四级指标)
_OTHER_LEVEL = -2.0  # ... of another level, or of a remark, heading a level; half as much more where named
_UNLISTED = {"actual": -1.5, "weight": -1.0, "score": -1.5}  # of a role behind a header that no mapping knows
_LATER = -0.5  # of each further role that mappings know a header for
_HINTED, _UNLIKE = 2.0, -3.0  # words of a header that speak for a role, or against one
_REPEATS, _SPARSE = -3.0, -3.0  # names that are not each their own; names or targets that most rows lack
_DISORDER = -3.0  # a level behind the indicators, a target before them
_REACHED_FIRST, _SCORED_FIRST = -2.5, -1.5  # what was reached before the target, a score before its weight
_SECOND_TARGET = -1.0  # the target is not the first column that looks like targets
_MISSING = {"indicator": -30.0, "full_year": -5.0, "level2": -1.5, "level1": -1.5}
_SUMS = 2.5  # points that sum up to what points do
_FULL_SUMS = (100, 90, 80, 50, 60, 10, 1)
_FAR = 14.0  # roles so much less likely than a column's likeliest need no look
_BEAM = 300


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header ("" where it is blank), the roles that mappings know for that, and its
    texts. ``named`` where the form's own header says so as a whole; ``parted`` where that stands over other
    columns too, any of which it may mean."""

    at: int
    header: str
    roles: tuple[str, ...]
    texts: Sequence[str]
    named: bool = False
    parted: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to take the columns so far, and how likely it is."""

    roles: tuple[str, ...]
    score: float


class RoleReader:
    """Gives columns their roles."""

    def __init__(self, kinds: ColumnKinds) -> None:
        self.kinds = kinds
        self.hints = kinds.mappings.words.column_hints

    def read(self, columns: Sequence[Column], rows: int) -> tuple[dict[int, str], float]:
        """The role of each column (``other:`` where it has none) of a table with so many ``rows``, and the
        chance (0..1) that those which make its indicators are right."""
        if not columns:
            return {}, 1.0
        claims = Counter(role for column in columns for role in column.roles[:1])
        contested = {role for role, count in claims.items() if count > 1}
        options = [self._options(column, rows, contested) for column in columns]
        taken = [next(iter(option)) for option in options]
        plain = self._is_plain(columns, options)
        ways = [_Way(tuple(taken), 0.0)] if plain else self._ways(columns, options)
        best = max(ways, key=lambda way: way.score)
        total = sum(exp(way.score - best.score) for way in ways)
        key = _key(best.roles)
        chance = sum(exp(way.score - best.score) for way in ways if _key(way.roles) == key) / total
        roles: dict[int, str] = {}
        for k, column in enumerate(columns):
            role = best.roles[k]
            alike = sum(exp(way.score - best.score) for way in ways if way.roles[k] == role) / total
            if role not in (OTHER, NOTE, *_PLACED, *column.roles) and alike < _BESIDE:
                role = OTHER
            roles[column.at] = role
            if role in _GUESSED and not column.roles:
                chance *= _GUESSED[role][self._hinted(role, column.header) > 0]
        return roles, min(1.0, chance)

    def _is_plain(self, columns: Sequence[Column], options: Sequence[Mapping[str, float]]) -> bool:
        """Whether mappings know all headers, each as another column, and no texts contradict them."""
        first = [column.roles[0] if column.roles else "" for column in columns]
        likeliest = [max(option, key=lambda role: option[role]) for option in options]
        usual = {"level1", "level2", "indicator"} <= set(first) and bool(TARGETS & set(first))
        whole = usual or all(column.named for column in columns)
        return first == likeliest and len(set(first)) == len(first) and all(first) and whole

    def _options(self, column: Column, rows: int, contested: Set[str]) -> dict[str, float]:
        """How likely each role is for a column by itself, in log-odds; the first known one first."""
        kinds = [self.kinds.kind(text) for text in column.texts]
        if not kinds and not column.roles:
            return {OTHER: 0.0}
        known, named = bool(column.roles), column.named and not (column.parted or contested & {*column.roles})
        odds = {
            role: number * _LATER + self._content(role, kinds, column, rows)
            for number, role in enumerate(column.roles)
        }
        for role in _TOLD:
            hinted = self._hinted(role, column.header)
            if role in odds or (role in _BY_WORDS and hinted <= 0):
                continue
            content = self._content(role, kinds, column, rows)
            if role == "full_year" and not known and hinted <= 0 and content < _fits(OTHER, kinds):
                continue  # neither its header nor its texts are those of targets
            odds[role] = self._prior(column, role, named, hinted) + content
        least = _OTHER_NAMED if named else _CONTESTED if column.named else _SPARE
        spare = NOTE if known else OTHER
        odds[spare] = _fits(OTHER, kinds) + (least + len(column.roles) * _LATER if known else 0.0)
        top = max(odds.values())
        kept = {*column.roles, spare}
        return {role: odd for role, odd in odds.items() if odd > top - _FAR or role in kept}

    def _prior(self, column: Column, role: str, named: bool, hinted: float) -> float:
        """What a header says for a role that mappings do not know it for, by the words that hint."""
        if not column.roles:
            return _UNLISTED.get(role, 0.0) + hinted
        if role in LEVELS and column.roles[0] in (*LEVELS, "note"):
            return _OTHER_LEVEL * (1 + named / 2)
        if {"project_name", "unit_name"} & {*column.roles}:
            return _OTHER_GROUP + (0.0 if named else max(0.0, hinted))
        if named:
            return _OTHER_NAMED
        return (0.0 if column.parted else _OTHER_ROLE) + max(0.0, hinted)

    def _hinted(self, role: str, header: str) -> float:
        """What the words of an unknown header say for a role."""
        if role in ("full_year", "actual") and any(word in header for word in self.hints["past"]):
            return _UNLIKE
        said: set[str] = {name for name, words in self.hints.items() if any(word in header for word in words)}
        if role in said:
            return _HINTED
        return -1.0 if said else 0.0

    def _content(self, role: str, kinds: Sequence[Kind], column: Column, rows: int) -> float:
        """What the texts of a column say for a role."""
        shares = "target" if role in TARGETS or role == "initial_target" else role
        if shares not in _SHARES:
            return _fits(OTHER, kinds)
        score = _fits(shares, kinds)
        if shares == "target":  # a number alone is one where its unit or sign stands beside it
            score = max(score, _fits("split", kinds) - 1.0)
        if role == "indicator" and len(set(column.texts)) < 0.7 * len(column.texts):
            score += _REPEATS
        if role in ("indicator", "full_year") and len(column.texts) < 0.5 * rows:
            score += _SPARSE
        if role == "weight" and _sums_up(column.texts):
            score += _SUMS
        return score

    def _ways(self, columns: Sequence[Column], options: Sequence[Mapping[str, float]]) -> list[_Way]:
        """The likeliest ways to take all columns, no role twice."""
        ways = [_Way((), 0.0)]
        like_targets = [
            k for k, option in enumerate(options) if option.get("full_year", -_FAR) > option.get(OTHER, -_FAR)
        ]
        for option in options:
            more = [
                _Way(
                    (*way.roles, role), way.score + odds + self._order(columns, way.roles, role, like_targets)
                )
                for way in ways
                for role, odds in option.items()
                if role in (OTHER, NOTE) or role not in way.roles
            ]
            ways = sorted(more, key=lambda way: -way.score)[:_BEAM]
        return [_Way(way.roles, way.score + self._missing(way.roles)) for way in ways]

    def _order(
        self, columns: Sequence[Column], before: Sequence[str], role: str, like_targets: Sequence[int]
    ) -> float:
        """What the columns before it say for a role of the next."""
        score, k = 0.0, len(before)
        sorts = k > 0 and before[-1] == NOTE and columns[k - 1].roles[:1] == ("indicator",)
        if role in _ORDER and any(_ORDER.get(other, -1) > _ORDER[role] for other in before):
            score += _DISORDER
        if role == "actual" and not TARGETS & set(before):
            score += _REACHED_FIRST
        if role == "weight" and "score" in before:
            score += _SCORED_FIRST
        if role == "indicator" and sorts:
            score += _FINER
        if role == "full_year" and like_targets and k > like_targets[0]:
            score += _SECOND_TARGET
        return score

    def _missing(self, roles: Sequence[str]) -> float:
        has = {"full_year" if role in TARGETS or role == "initial_target" else role for role in roles}
        return sum(odds for role, odds in _MISSING.items() if role not in has)


def _key(roles: Sequence[str]) -> tuple[str, ...]:
    return tuple(role if role in _PLACED else "" for role in roles)


def _fits(role: str, kinds: Sequence[Kind]) -> float:
    """The log-likelihood of texts of these kinds under a role."""
    if not kinds:
        return 0.0
    shares = _SHARES[role]
    each = sum(log(shares.get(kind, _REST)) for kind in kinds) / len(kinds)
    return _WEIGHT * each * min(float(len(kinds)), _MOST)


def _sums_up(texts: Sequence[str]) -> bool:
    """Whether numbers sum up to what the points of a form do."""
    try:
        total = sum(float(text.rstrip("分%")) for text in texts)
    except ValueError:
        return False
    return len(texts) > 2 and any(abs(total - full) < 0.01 for full in _FULL_SUMS)
