"""The types that normalize works on and returns.

``Text`` is one printed text on its way through the stages: it keeps what was read, what it is now, and every
change between the two, so that nothing can be changed without a repair row. ``Filing`` is the result: rows
whose attributes are the columns of ``docs/contract.md`` (without ``filing_id``).
"""

from dataclasses import dataclass, field, replace
from typing import Literal

REVIEW_BELOW = 0.9
"""Confidence under which a row wants a person's eyes (the contract's review threshold)."""

RepairKind = Literal[
    "html_stripped",
    "width_folded",
    "wrap_joined",
    "label_completed",
    "value_completed",
    "columns_shifted",
    "split_pages_rejoined",
    "text_rewoven",
    "page_break_joined",
    "merged_cell_filled",
    "header_inherited",
    "vocabulary_corrected",
    "ocr_corrected",
    "text_lost",
    "manual",
]


def _letters(column: int) -> str:
    """A column (from 1) as spreadsheets name it: A, B … Z, AA …"""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a text is printed; all count from 1 (``table`` 0: a line outside tables).

    ``sheet`` is the name of a spreadsheet's sheet, of which ``row`` and ``column`` are then the cell.
    """

    page: int
    table: int
    row: int
    column: int
    bbox: tuple[float, float, float, float] | None = field(default=None, compare=False)
    sheet: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.sheet is not None:
            return f"{self.sheet}!{_letters(self.column)}{self.row}"
        if self.bbox:
            return f"p{self.page} [{','.join(f'{edge:.1f}' for edge in self.bbox)}]"
        return f"p{self.page} t{self.table} r{self.row} c{self.column}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change made to what was read; ``evidence`` says in words why, for the person who asks.

    ``others`` are what else the text may be, each with its chance.
    """

    kind: RepairKind
    before: str | None
    after: str | None
    page: int
    evidence: str
    confidence: float = 1.0
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A printed text: ``text`` as repaired so far, ``raw`` as read, ``confidence`` (0..1) in it."""

    text: str
    raw: str
    place: Place
    changes: tuple[Change, ...] = ()
    confidence: float = 1.0

    def changed(self, kind: RepairKind, after: str, evidence: str, confidence: float = 1.0) -> "Text":
        """This text with ``after`` in its place; what changes nothing is not recorded, save lost text."""
        if after == self.text and kind != "text_lost":
            return self
        change = Change(kind, self.text, after, self.place.page, evidence, confidence)
        if change in self.changes:
            return self
        return replace(
            self, text=after, changes=(*self.changes, change), confidence=min(self.confidence, confidence)
        )

    def with_parts(self, *others: "Text") -> "Text":
        """This text with what the ``others`` were read as, with their changes, and no surer than any of them:
        what they say together is up to ``changed``."""
        parts = (self, *others)
        return replace(
            self,
            raw="\n".join(part.raw for part in parts),
            changes=tuple(change for part in parts for change in part.changes),
            confidence=min(part.confidence for part in parts),
        )

    def lost(self, evidence: str, confidence: float = 1.0) -> "Text":
        """This text, flagged as having lost characters that nothing brings back."""
        return self.changed("text_lost", self.text, evidence, confidence)


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled field of a form (table ``fields``)."""

    row: int
    field: str
    label: str
    value: str | None
    raw: str | None
    page: int
    location: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Amount:
    """A printed amount in 万元 (table ``amounts``)."""

    row: int
    section: str
    item: str
    parent: str | None
    is_total: bool
    period: str
    amount: float
    raw: str
    page: int
    location: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in one period (table ``indicators``); the periods of an indicator share ``row``."""

    row: int
    level1: str | None
    level2: str | None
    key_task: str | None
    subprojects: tuple[str, ...] | None
    indicator: str | None
    canonical: str | None
    indicator_id: str | None
    match_score: float | None
    period: str
    target: str | None
    comparator: str | None
    value: float | None
    value_max: float | None
    unit: str | None
    qualitative: str | None
    explanation: str | None
    evidence_source: str | None
    actual: str | None
    actual_value: float | None
    actual_unit: str | None
    weight: float | None
    score: float | None
    deviation_reason: str | None
    initial_target: str | None
    series_id: str | None
    series_score: float | None
    raw: str
    page: int
    location: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Repair:
    """A change as published (table ``repairs``): ``table`` and ``row`` name the row it was made for."""

    table: str
    row: int
    column: str
    kind: RepairKind
    before: str | None
    after: str | None
    confidence: float
    page: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A printed text that a published row was made of: where the report and a reviewer look it up.

    ``table`` and ``row`` name the published row, ``column`` what the text gives it.
    """

    table: str
    row: int
    column: str
    page: int
    location: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else a column of a published row may say, with its chance (0..1): what a reviewer chooses from."""

    table: str
    row: int
    column: str
    text: str
    chance: float


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a form (table ``checks``)."""

    check: str
    status: Literal["pass", "fail", "skipped"]
    expected: str | None
    actual: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A form as normalized: one row of ``filings`` with the rows of its tables.

    ``ordinal`` is the 1-based number of the form inside its file. ``confidence`` is the lowest of its rows.
    """

    ordinal: int
    form: str
    title: str | None
    region: str | None
    fiscal_year: int | None
    unit_code: str | None
    unit_name: str | None
    project_name: str | None
    pages: int
    confidence: float
    needs_review: bool
    fields: tuple[Field, ...] = ()
    amounts: tuple[Amount, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    repairs: tuple[Repair, ...] = ()
    checks: tuple[Check, ...] = ()
    origins: tuple[Origin, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
