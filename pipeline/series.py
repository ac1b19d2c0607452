"""The same indicator of the same unit over the years: which rows of several filings are one series.

Filings are compared within a scope: the forms of one unit for one project, or those for the whole unit. They
are taken in the order of their years, and the indicators of each are joined to the series so far, one to one:
where `Vocabulary.same` takes two names as one, or where one name only leaves out words that the key task (or
the project) of both rows says already. What fits two equally well fits none. What is doubtful (confidence
under 0.9) is joined by an equal name alone. The id of a series is made of its first row: later years leave it
as it is.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from normalize.mappings import fold
from normalize.model import REVIEW_BELOW
from normalize.vocabulary import Printed, Vocabulary
from normalize.wording import key_of

FILING_COLUMNS = (
    *("filing_id", "form", "region", "fiscal_year", "unit_code", "unit_name", "project_name"),
    "superseded_by",
)
INDICATOR_COLUMNS = ("filing_id", "row", "level1", "level2", "key_task", "indicator", "unit", "confidence")

_TASKS_ALIKE = 75.0  # of the wording of a key task in two years
_SUPPLIED = 75.0  # score where one name leaves out what the key task says
_SHORTEST_SUPPLIED = 2  # characters of such a word
_YEARS = re.compile(r"(?:19|20)\d\d(?:[-—~至](?:19|20)?\d\d)?(?:年度?)?")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """The series of an indicator of a filing, and how well it fits another row of the series (0..100)."""

    filing_id: str
    row: int
    series_id: str
    series_score: float


@dataclass(frozen=True, slots=True)
class _Indicator:
    """An indicator of a filing, all its periods together."""

    filing: Row
    row: int
    level1: str | None
    level2: str | None
    key_task: str | None
    context: str  # what the key task says, or the project
    name: str
    units: frozenset[str]
    confidence: float

    @property
    def printed(self) -> Printed:
        return Printed(self.name, self.level1, self.level2)

    @property
    def identity(self) -> tuple[str, ...]:
        """What places and names it in the forms of its scope."""
        return tuple(fold(part or "") for part in (self.level1, self.level2, self.key_task, self.name))


@dataclass(slots=True)
class _Series:
    """The indicators found to be one so far, of one filing each, with their scores."""

    members: list[_Indicator]
    scores: list[float] = field(default_factory=list)

    @property
    def end(self) -> _Indicator:
        """The member that later ones are compared with: the last one that is sure, if any is."""
        sure = (member for member in reversed(self.members) if member.confidence >= REVIEW_BELOW)
        return next(sure, self.members[-1])


def links(filings: Sequence[Row], indicators: Iterable[Row], vocabulary: Vocabulary) -> list[Link]:
    """The links of those indicators of one scope that belong to a series, in the order of filing and row.

    ``filings`` are one of ``scopes``; ``indicators``, in any order, are those of these filings, with the
    columns of ``INDICATOR_COLUMNS`` at least.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for indicator in indicators:
        if indicator["indicator"]:
            rows[indicator["filing_id"]].append(indicator)
    in_order = sorted(filings, key=_age)
    series = _series([_indicators(one, rows[one["filing_id"]]) for one in in_order], vocabulary)
    return sorted(_links(series), key=lambda link: (link.filing_id, link.row))


# --- filings of one scope


def scopes(filings: Iterable[Row]) -> Iterator[list[Row]]:
    """Filings of one unit and project, or of one whole unit; two at least.

    ``filings`` are rows with the columns of ``FILING_COLUMNS``. Left out are superseded ones, and those whose
    unit, year or project is not known.
    """
    named: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for filing in filings:
        if names := names_of(filing):
            named[names].append(filing)
    for same_name in named.values():
        for same_region in _told_apart(same_name, "region"):
            for same_unit in _told_apart(same_region, "unit_code"):
                if len(same_unit) > 1:
                    yield same_unit


def names_of(filing: Row) -> tuple[str, str] | None:
    """The names of unit and project that all filings of a scope share; None for one that is in none."""
    unit, project = _unit(filing), _project(filing)
    if unit and project is not None and filing["fiscal_year"] and not filing["superseded_by"]:
        return unit, project
    return None


def _unit(filing: Row) -> str:
    """The name of the unit; its code where it is all that the form prints."""
    return fold(filing["unit_name"] or filing["unit_code"] or "")


def _project(filing: Row) -> str | None:
    """The project of a form without its years, an empty text for the whole unit; None where not known."""
    if filing["project_name"]:
        return fold(_YEARS.sub("", filing["project_name"])) or None
    return "" if filing["form"].startswith("department") else None


def _told_apart(filings: Sequence[Row], column: str) -> Iterator[list[Row]]:
    """``filings`` by the value of ``column``; those without one are of the only one that there is, if any."""
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for filing in filings:
        groups[filing[column]].append(filing)
    if len(groups) == 2 and None in groups:
        yield list(filings)
    else:
        yield from groups.values()


def _age(filing: Row) -> tuple[int, bool, str]:
    """By year, what was planned before what was reached, and then in an order that is always the same."""
    return filing["fiscal_year"], filing["form"].endswith("evaluation"), filing["filing_id"]


def _indicators(filing: Row, rows: Iterable[Row]) -> list[_Indicator]:
    """The indicators of a filing, but for those that nothing but their row tells apart."""
    periods: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        periods[row["row"]].append(row)
    found = [
        _Indicator(
            filing,
            number,
            some[0]["level1"],
            some[0]["level2"],
            some[0]["key_task"],
            some[0]["key_task"] or filing["project_name"] or "",
            some[0]["indicator"],
            frozenset(row["unit"] for row in some if row["unit"]),
            min(row["confidence"] for row in some),
        )
        for number, some in sorted(periods.items())
    ]
    twins = Counter(one.identity for one in found)
    return [one for one in found if twins[one.identity] == 1]


# --- indicators of one scope


def _series(filings: Iterable[Sequence[_Indicator]], vocabulary: Vocabulary) -> list[_Series]:
    """All series of ``filings``, which are in the order of their years; also those of one indicator."""
    series: list[_Series] = []
    for indicators in filings:
        ends = [one.end for one in series]
        near = _near(indicators, ends, vocabulary)
        fits = ((pair, _fit(indicators[pair[0]], ends[pair[1]], vocabulary)) for pair in near)
        joined = _joined({pair: fit for pair, fit in fits if fit})
        for i, indicator in enumerate(indicators):
            if i in joined:
                number, score = joined[i]
                series[number].members.append(indicator)
                series[number].scores.append(score)
            else:
                series.append(_Series([indicator]))
    return series


def _near(
    indicators: Sequence[_Indicator], ends: Sequence[_Indicator], vocabulary: Vocabulary
) -> set[tuple[int, int]]:
    """The pairs that may fit: their names may be one, or their context may say what one leaves out."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for j, end in enumerate(ends):
        for block in _blocks(end, vocabulary):
            blocks[block].append(j)
    return {
        (i, j)
        for i, indicator in enumerate(indicators)
        for block in _blocks(indicator, vocabulary)
        for j in blocks.get(block, ())
    }


def _blocks(indicator: _Indicator, vocabulary: Vocabulary) -> Iterator[Hashable]:
    yield from vocabulary.blocks(indicator.printed)
    if indicator.context:
        yield indicator.level1, indicator.units


_Fit = tuple[float, int]
"""How surely two names are one, and how many of the columns that place them agree."""


def _joined(fits: Mapping[tuple[int, int], _Fit]) -> dict[int, tuple[int, float]]:
    """The pairs that fit each other better than either fits anything else, as {first: (second, score)}."""
    left = dict(fits)
    found: dict[int, tuple[int, float]] = {}
    while True:
        best: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for pair in sorted(left, key=lambda pair: left[pair], reverse=True):
            for side in (("one", pair[0]), ("other", pair[1])):
                some = best.setdefault(side, [pair])
                if pair not in some and left[pair] == left[some[0]]:
                    some.append(pair)
        sure = [pair for pair in left if best["one", pair[0]] == best["other", pair[1]] == [pair]]
        if not sure:
            return found
        found |= {i: (j, left[i, j][0]) for i, j in sure}
        taken_i, taken_j = {i for i, _ in sure}, {j for _, j in sure}
        left = {(i, j): fit for (i, j), fit in left.items() if i not in taken_i and j not in taken_j}


def _fit(one: _Indicator, other: _Indicator, vocabulary: Vocabulary) -> _Fit | None:
    """How well two indicators of one scope fit; None where they are not known to be one."""
    if not _may_be_one(one, other):
        return None
    score = vocabulary.same(one.printed, other.printed)
    sure = min(one.confidence, other.confidence)
    if sure < REVIEW_BELOW:
        score = score * sure if key_of(one.name) == key_of(other.name) else 0.0
    elif not score and _supplied(one, other) and vocabulary.likeness(one.name, other.name):
        score = _SUPPLIED
    agreeing = sum(
        (
            one.level1 == other.level1,
            one.level2 == other.level2,
            one.key_task == other.key_task,
            one.units == other.units,
            key_of(one.name) == key_of(other.name),
        )
    )
    return (round(score, 2), agreeing) if score else None


def _may_be_one(one: _Indicator, other: _Indicator) -> bool:
    """Whether neither key task nor unit tells two indicators apart: a share is no count."""
    if (
        one.key_task
        and other.key_task
        and fuzz.ratio(fold(one.key_task), fold(other.key_task)) < _TASKS_ALIKE
    ):
        return False
    return not (one.units and other.units) or ("%" in one.units) == ("%" in other.units)


def _supplied(one: _Indicator, other: _Indicator) -> bool:
    """Whether one name is the other without words that the context of both says."""
    if not one.context or not other.context or (one.level1, one.units) != (other.level1, other.units):
        return False
    short, long = sorted((key_of(one.name), key_of(other.name)), key=len)
    if Indel.distance(short, long) != len(long) - len(short):
        return False
    added = [op for op in Indel.opcodes(short, long) if op.tag != "equal"]
    words = [long[op.dest_start : op.dest_end] for op in added]
    return all(
        len(word) >= _SHORTEST_SUPPLIED and word in key_of(one.context) and word in key_of(other.context)
        for word in words
    )


def _links(series: Iterable[_Series]) -> Iterator[Link]:
    """The links of those series that have several members; ids are 16 hex digits."""
    begun: Counter[tuple[str, ...]] = Counter()
    for one in series:
        first = one.members[0]
        begun[first.identity] += 1  # one may begin as another did, which went on with another name or unit
        if one.scores:
            series_id = _id(first, begun[first.identity])
            for member, score in zip(one.members, (one.scores[0], *one.scores), strict=True):
                yield Link(member.filing["filing_id"], member.row, series_id, score)


def _id(first: _Indicator, number: int) -> str:
    """The id of the series that ``first`` begins, the one of ``number`` of all that begin like it.

    It is made of the unit, its project and the row, but not of the year or the file.
    """
    filing = first.filing
    unit = (_unit(filing), fold(filing["region"] or ""), fold(filing["unit_code"] or ""), _project(filing))
    said = json.dumps([number, *unit, *first.identity], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
