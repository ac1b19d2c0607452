"""What people decided about doubtful rows, applied to the forms that hold them.

A decision says what a whole row is to say. It belongs to the place where the row is printed and to what was
read there: where another version of the readers reads another text, the decision is told of and not applied.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from normalize.ledger import Ledger
from normalize.mappings import Mappings
from normalize.model import Amount, Change, Check, Field, Indicator
from normalize.values import parse_target
from normalize.vocabulary import Vocabulary

DecidedTable = Literal["indicators", "amounts", "fields"]
Verdict = Literal["accept", "correct", "lost"]

DECIDED: Mapping[DecidedTable, tuple[str, ...]] = {
    "indicators": (
        *("level1", "level2", "key_task", "subprojects", "indicator", "target"),
        *("actual", "weight", "score"),
    ),
    "amounts": ("item", "parent", "amount"),
    "fields": ("value",),
}
"""The columns of each table that a decision gives."""
MAIN: Mapping[DecidedTable, str] = {"indicators": "target", "amounts": "amount", "fields": "value"}
"""The column of each table that holds what a row is about: null where a person says that it is lost."""

_NUMBERS = frozenset({"weight", "score", "amount"})
_BY_HAND = "decided by a person 人工核定"
_SHOWN = 5  # decisions that the check names
_Key = tuple[DecidedTable, str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a row: ``part`` is its period, or the key of a field; ``read`` its text as
    read (column raw) when that was decided; ``values`` its columns of ``DECIDED``, null where blank."""

    table: DecidedTable
    location: str
    part: str
    read: str
    verdict: Verdict
    values: Mapping[str, str | None]
    note: str | None = None

    @property
    def key(self) -> _Key:
        """What finds its row."""
        return self.table, self.location, self.part


class Deciding:
    """Applies the decisions on a file to the rows of its forms, each once."""

    def __init__(self, decisions: Iterable[Decision], vocabulary: Vocabulary, mappings: Mappings) -> None:
        self.left = {decision.key: decision for decision in decisions}
        self.count = len(self.left)
        self.vocabulary, self.mappings = vocabulary, mappings

    def fields(self, rows: Sequence[Field], ledger: Ledger) -> list[Field]:
        """The fields with what was decided."""
        return [self._row("fields", row, row.field, ledger) for row in rows]

    def amounts(self, rows: Sequence[Amount], ledger: Ledger) -> list[Amount]:
        """The amounts with what was decided; those that are lost have no row."""
        decided = [self._row("amounts", row, row.period, ledger) for row in rows]
        return [row for row in decided if row.amount is not None]

    def indicators(self, rows: Sequence[Indicator], ledger: Ledger) -> list[Indicator]:
        """The indicators with what was decided, and with the columns that follow from it."""
        return [self._indicator(row, ledger) for row in rows]

    def checks(self) -> list[Check]:
        """Whether all decisions found their rows; none where nothing was decided."""
        if not self.count:
            return []
        places = "; ".join(" ".join(key).strip() for key in list(self.left)[:_SHOWN])
        message = (
            f"these fit no row any more, another text is read there 原文已变，未应用: {places}"
            if self.left
            else "all decisions were applied 人工核定均已应用"
        )
        status: Literal["pass", "fail"] = "fail" if self.left else "pass"
        applied = str(self.count - len(self.left))
        return [Check("decisions_applied", status, str(self.count), applied, message)]

    def _row(self, table: DecidedTable, row: Any, part: str, ledger: Ledger) -> Any:
        decision = self.left.get((table, row.location, part))
        if decision is None or _plain(decision.read) != _plain(row.raw):
            return row
        del self.left[decision.key]
        values = {column: _typed(column, decision.values.get(column)) for column in DECIDED[table]}
        if decision.verdict == "lost":
            values[MAIN[table]] = None
        changed = [column for column in DECIDED[table] if values[column] != getattr(row, column)]
        evidence = f"{_BY_HAND}: {decision.verdict} ({part})" + (
            f": {decision.note}" if decision.note else ""
        )
        for column in changed or [MAIN[table]]:
            before, after = as_text(getattr(row, column)), as_text(values[column])
            change = Change("manual", before, after, row.page, evidence)
            ledger.record(table, row.row, column, [change])
        return replace(row, **values, confidence=1.0)

    def _indicator(self, row: Indicator, ledger: Ledger) -> Indicator:
        after: Indicator = self._row("indicators", row, row.period, ledger)
        if after is row:
            return row
        target = parse_target(after.target, self.mappings.units)
        actual = parse_target(after.actual, self.mappings.units)
        levels = after.level1, after.level2
        match = self.vocabulary.match(after.indicator, *levels) if after.indicator else None
        return replace(
            after,
            comparator=target.comparator,
            value=target.value,
            value_max=target.value_max,
            unit=target.unit,
            qualitative=target.qualitative,
            actual_value=actual.value,
            actual_unit=actual.unit,
            canonical=match.canonical if match else None,
            indicator_id=match.indicator_id if match else None,
            match_score=match.score if match else None,
        )


def _typed(column: str, value: str | None) -> Any:
    """A decided value as its column has it."""
    if value is None:
        return None
    if column in _NUMBERS:
        return float(value.replace(",", ""))
    if column == "subprojects":
        return tuple(part.strip() for part in value.split(";") if part.strip()) or None
    return value


def as_text(value: Any) -> str | None:
    """A value of a column of ``DECIDED`` as repairs and decisions show it."""
    if value is None:
        return None
    if isinstance(value, tuple | list):
        return "; ".join(value)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _plain(raw: str | None) -> str:
    """What was read, without white space: spreadsheets change line ends."""
    return "".join((raw or "").split())
