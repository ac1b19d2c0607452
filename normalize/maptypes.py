"""What mappings hold: forms, levels, indicators, units, words and regions, as ``mappings`` reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

FormKind = Literal["project_target", "department_target", "project_evaluation", "department_evaluation"]
Section = Literal["income", "expenditure", "subproject", "funding_source"]
Period = Literal[
    "full_year", "half_year", "prior_year", "current_year", "total_investment", "initial", "executed"
]
Role = Literal[
    "level1",
    "level2",
    "key_task",
    "subprojects",
    "indicator",
    "long_term",
    "half_year",
    "full_year",
    "initial_target",
    "comparator",
    "unit",
    "explanation",
    "evidence_source",
    "actual",
    "weight",
    "score",
    "deviation_reason",
    "note",
]
ColumnHint = Literal[
    "level1",
    "level2",
    "indicator",
    "full_year",
    "half_year",
    "long_term",
    "comparator",
    "unit",
    "actual",
    "weight",
    "score",
    "past",
]
Direction = Literal["more", "less", "none"]
UnitKind = Literal[
    "rate",
    "count",
    "person",
    "time",
    "data",
    "length",
    "area",
    "volume",
    "weight",
    "energy",
    "grade",
    "money",
]
RegionLevel = Literal["province", "city", "county"]

_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "“”„『』「」"), ord('"')
)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """``text`` for comparing: without white space and closing colon, half-width, with one kind of quotes."""
    return "".join(text.split()).translate(_FOLDED).rstrip(":")


@dataclass(frozen=True, slots=True)
class AmountLine:
    """A line of a block of amounts; ``item`` None stands for lines that no mapping can name.

    ``period`` is that of its amount where the block has no columns and the line tells its own.
    """

    item: str | None
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    is_total: bool = False
    is_group: bool = False
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class AmountBlock:
    """A block of amounts: its captions, the headers of its items and of its periods, and its lines.

    A block without columns prints each amount beside its line's name, those of ``period``. A column may
    also hold a field that only the total line has (执行率, 得分): its key then is that of the field.
    """

    section: Section
    captions: tuple[str, ...]
    items: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[AmountLine, ...]
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form as printed; ``id`` is its file's name, ``columns`` are those of its indicator table by role.

    ``level1`` are its level-1 labels in printed order, where it always has the same; under the ``fixed`` ones
    all rows are canonical indicators, the ``by_task`` ones stand in tables with a column of key tasks.
    ``pairs`` are labels of two fields in one (项目负责人及电话). ``periods`` are captions that say of which
    period the targets of a table are, ``totals`` the names of its sum row. A role that is the key of a field
    holds that field of each form in a sheet of many (单位名称、项目名称).
    """

    id: str
    kind: FormKind
    titles: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    personal: frozenset[str]
    captions: tuple[str, ...]
    amounts: tuple[AmountBlock, ...]
    columns: Mapping[str, tuple[str, ...]]
    level1: tuple[str, ...] = ()
    fixed: frozenset[str] = frozenset()
    by_task: frozenset[str] = frozenset()
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    periods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A level-1 or level-2 name; ``cues`` are words in an indicator's name that speak for it."""

    level: int
    name: str
    parent: str
    aliases: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CanonicalIndicator:
    """An indicator in one place of a published framework; ``source`` are the documents that have it there."""

    id: str
    name: str
    aliases: tuple[str, ...]
    level1: str
    level2: str
    unit: str
    direction: Direction
    definition: str
    formula: str
    source: str
    confirmed: bool

    @property
    def sources(self) -> tuple[str, ...]:
        """The documents of ``source``, one by one: the frameworks that have the indicator in this place."""
        return tuple(self.source.split("|"))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of targets or amounts; ``factor`` turns an amount of money into 万元."""

    unit: str
    aliases: tuple[str, ...]
    kind: UnitKind
    factor: float | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """Lists by which names of indicators are compared; of ``synonyms`` and ``heads`` the first word stands
    for those behind it."""

    synonyms: tuple[tuple[str, ...], ...]
    heads: tuple[tuple[str, ...], ...]
    floating: tuple[str, ...]
    actions: tuple[str, ...]
    counts: tuple[str, ...]
    occasions: tuple[str, ...]
    events: tuple[str, ...]
    deeds: tuple[str, ...]
    changes: tuple[str, ...]
    persons: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Lists of words that tell texts apart."""

    qualitative: tuple[str, ...]
    evidence_words: tuple[str, ...]
    task_verbs: tuple[str, ...]
    opposites: tuple[tuple[str, ...], ...]
    typed_heads: tuple[str, ...]
    natures: tuple[str, ...]
    totals: tuple[str, ...]
    column_heads: tuple[str, ...]
    column_hints: Mapping[ColumnHint, tuple[str, ...]]
    naming: Naming


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city or county-level city."""

    name: str
    parent: str
    level: RegionLevel


@dataclass(frozen=True, slots=True)
class Mappings:
    """All mappings. ``personal`` are the fields that hold personal data, ``fingerprint`` is of all files."""

    forms: tuple[Form, ...]
    levels: tuple[Level, ...]
    indicators: tuple[CanonicalIndicator, ...]
    units: tuple[Unit, ...]
    words: Words
    regions: tuple[Region, ...]
    personal: frozenset[str]
    fingerprint: str


def is_unit(text: str, units: Iterable[Unit]) -> bool:
    """Whether ``text`` is a known unit, or a compound of known ones (次/年, 元/生/年)."""
    names = {name for unit in units for name in (unit.unit, *unit.aliases)}
    return text in names or all(part in names for part in text.split("/"))
