"""Indicator tables: columns, merged cells, cut labels, values and canonical names, a row for each period."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from normalize.clues import LEVELS, OTHER, TARGETS, Clues
from normalize.columns import Assigned, assign
from normalize.complete import Completer, with_cuts_flagged
from normalize.hints import without_hints
from normalize.labels import is_indicator
from normalize.layout import IndicatorSection
from normalize.ledger import Ledger
from normalize.lexicon import Found
from normalize.mappings import fold
from normalize.model import Change, Indicator, Text
from normalize.spans import Placed, labels_late, place
from normalize.torn import join_torn
from normalize.values import Target, is_blank, is_comparator, parse_points, parse_target, target_likeness

_PARTS = re.compile("[—–/、:：>-]+")
_FEW, _MOST = 2, 0.6  # rows, and share of them, in which a column of its own kind tells its role
_TARGET = 3.0  # likeness of what is a target, and no name
_TELLING = 0.8  # share of a column's texts that must be of its kind
PERIODS = ("full_year", "half_year", "long_term")

# Log-likelihoods of what a row prints (see columns.assign).
_NO_FINER, _NO_FINER_TOP = -3.5, -1.5  # a label without the finer ones that begin with it; at a page's top
_NO_INDICATOR, _ONLY_LABEL, _ONLY_LABELS = -5.0, -1.0, -4.0
_NO_TARGET, _ONE_TARGET, _PLAIN_TARGET = -2.5, -2.5, -4.5  # the last: one that may well be no target
_SAME_TARGETS = 2.0  # half-year and full-year targets that are the same
_UNEQUAL_UNITS = 0.85  # confidence of a row whose targets have different units
_STRAY = 0.85  # ... beside which a text stands that belongs under no column
_UNDER_NO_COLUMN = "stands under no column of the table"
_HIDDEN = 0.85  # ... in a table that prints names of levels in other columns
_OVERLOOKED = 0.85  # ... of a scan without a sign or unit where its table has a column of them
_TORN = 0.85  # ... after which a page begins with half a row


def read_indicators(
    sections: Sequence[IndicatorSection], clues: Clues, completer: Completer, ledger: Ledger
) -> tuple[list[Indicator], list[Assigned]]:
    """The indicators of all tables of a form in printed order, and the lines whose level 2 has none."""
    indicators: list[Indicator] = []
    empty: list[Assigned] = []
    clues.learn(text.text for section in sections for row in section.rows for text in row.texts)
    tables = [
        with_cuts_flagged(completer.labels(without_hints(join_torn(_table(section, clues))), section.roles))
        for section in sections
    ]
    late = any(labels_late(table, section.roles) for table, section in zip(tables, sections, strict=True))
    for number, (section, assigned) in enumerate(zip(sections, tables, strict=True)):
        placed = place(assigned, section.roles, clues, _lost_levels(tables, number, clues), late)
        torn, hidden = _torn(placed), _hides_levels(assigned, clues)
        for k, row in enumerate(placed):
            number = indicators[-1].row + 1 if indicators else 1
            most = _HIDDEN if hidden else _TORN if k in torn else 1.0
            builder = _Builder(completer.row(row), section, clues, number, most)
            indicators += builder.rows()
            builder.record(ledger)
        beside = [text for line in assigned if not is_indicator(line) for text in line.stray]
        for text in beside:
            row_number = indicators[-1].row if indicators else 1
            ledger.record_stray("indicators", row_number, "indicator", text, _UNDER_NO_COLUMN)
        used = {fold(label.text) for row in placed if (label := row.labels.get("level2"))}
        empty += [
            line for line in assigned if (own := line.cells.get("level2")) and fold(own.text) not in used
        ]
    return indicators, empty


def _lost_levels(tables: Sequence[Sequence[Assigned]], number: int, clues: Clues) -> list[str]:
    """Level-1 labels that the form has and no table prints, and that by their order may be this table's."""
    printed = [
        [
            clues.order.index(found.key)
            for row in table
            if (found := _level1(row, clues)) and found.key in clues.order
        ]
        for table in tables
    ]
    everywhere = {rank for ranks in printed for rank in ranks}
    low = max((rank for ranks in printed[:number] for rank in ranks), default=-1)
    high = min((rank for ranks in printed[number + 1 :] for rank in ranks), default=len(clues.order))
    return [name for rank, name in enumerate(clues.order) if rank not in everywhere and low < rank < high]


def _torn(placed: Sequence[Placed]) -> set[int]:
    """Rows that a page break may have cut: the last of a page, where the next begins with half a row."""
    torn = set()
    for k, row in enumerate(placed[1:]):
        cells = row.assigned.cells
        half = "indicator" not in cells or not any(role in TARGETS for role in cells)
        if row.assigned.row.top and half:
            torn |= {k, k + 1}
    return torn


def _hides_levels(rows: Sequence[Assigned], clues: Clues) -> bool:
    """Whether levels stand where they are read for none, so that rows lack labels that are there: names of
    them in other columns, or texts that belong to no column before the indicators, more than once."""
    others = [
        text
        for row in rows
        for role, text in row.cells.items()
        if role.startswith((OTHER, "note")) and clues.names_level(text.text)
    ]
    stray = [text for row in rows for text in row.stray]
    named = {text.text for text in (*others, *stray) if clues.names_level(text.text)}
    has_levels = any(role in row.cells for row in rows for role in LEVELS)
    before = sum(
        text.place.column < row.cells["indicator"].place.column
        for row in rows
        for text in row.stray
        if row.row.ruled and "indicator" in row.cells
    )
    return len(named) > has_levels or before > 1


def _level1(row: Assigned, clues: Clues) -> Found | None:
    text = row.cells.get("level1")
    return clues.level(text.text, "level1") if text else None


def _table(section: IndicatorSection, clues: Clues) -> list[Assigned]:
    """The rows of a table, with the columns that no mapping knows under the role that all they print has."""
    rows = _assigned(section, clues)
    for other in (role for role in section.roles if role.startswith(OTHER)):
        texts = [row.cells[other].text for row in rows if other in row.cells]
        role = next(
            (role for role, fits in clues.telling.items() if sum(map(fits, texts)) > _TELLING * len(texts)),
            None,
        )
        if role and role not in section.roles and len(texts) > _FEW and len(texts) > _MOST * len(rows):
            rows = [replace(row, cells=_renamed(row.cells, other, role)) for row in rows]
    return rows


def _renamed(cells: Mapping[str, Text], old: str, new: str) -> dict[str, Text]:
    return {new if role == old else role: text for role, text in cells.items()}


def _assigned(section: IndicatorSection, clues: Clues) -> list[Assigned]:
    """The rows of a table with their texts under its roles; half rows under the roles of their half."""
    levels = [role for role in LEVELS if role in section.roles]
    targets = [role for role in section.roles if role in TARGETS]

    def fits(i: int, cells: Mapping[str, Text]) -> float:
        row, score = section.rows[i], 0.0
        if row.side != "left":
            score += _fit_values(cells, targets, clues)
        if row.side != "right":
            pairs = pairwise(levels)
            missing = sum(coarse in cells and fine not in cells for coarse, fine in pairs)
            score += missing * (_NO_FINER_TOP if row.top else _NO_FINER)
        return score

    return assign(section.rows, section.headers, clues.likeness, fits)


def _fit_values(cells: Mapping[str, Text], targets: Sequence[str], clues: Clues) -> float:
    """Log-likelihood of a row's indicator and targets being there, and of the targets going together."""
    there = [cells[role].text for role in targets if role in cells]
    if "full_year" in targets and "full_year" not in cells and "initial_target" in cells:
        there.append(cells["initial_target"].text)  # what nobody adjusted is the target
    if "indicator" not in cells:
        return _NO_INDICATOR if there else _ONLY_LABEL if len(cells) == 1 else _ONLY_LABELS
    if len(there) < len(targets):
        plain = there and all(target_likeness(text, clues.mappings) < 1.0 for text in there)
        return _PLAIN_TARGET if plain else _ONE_TARGET if there else _NO_TARGET
    return _SAME_TARGETS if len(there) > 1 and len(set(there)) == 1 else 0.0


@dataclass(frozen=True, slots=True)
class _Value:
    period: str
    text: Text | None
    target: Target


def _side_by_side(parts: Sequence[Text]) -> Text:
    """Texts of neighbouring columns that together are one."""
    return replace(parts[0].with_parts(*parts[1:]), text="".join(part.text for part in parts))


class _Builder:
    """One indicator of a table: its rows as published and their repairs."""

    def __init__(
        self, placed: Placed, section: IndicatorSection, clues: Clues, row: int, most: float
    ) -> None:
        self.placed, self.clues, self.row, self.most = placed, clues, row, most
        self.chance, roles = section.part.chance, section.roles
        self.beside = {"comparator", "unit"} & {*roles}
        self.cells: Mapping[str, Text] = placed.assigned.cells
        # A table of which no target column is known still gives its indicators, without targets.
        periods = [period for period in PERIODS if period in roles] or ["full_year"]
        # ... and where none of its columns is unknown, nothing says that they have any.
        self.has_targets = bool(TARGETS & set(roles)) or any(role.startswith(OTHER) for role in roles)
        self.values = [self._value(period) for period in periods]

    def _value(self, period: str) -> _Value:
        """The target of a period, with its comparator and its unit where these have columns of their own;
        that of the year's beginning where none was adjusted."""
        value = self.cells.get(period)
        if value is None and period == "full_year":
            value = self.cells.get("initial_target")
        units = self.clues.mappings.units
        if value is None or not self.cells.keys() & {"comparator", "unit"}:
            return _Value(period, value, parse_target(value.text if value else None, units))
        sign, unit = self.cells.get("comparator"), self.cells.get("unit")
        sign = sign if sign and is_comparator(sign.text) else None
        own = parse_target(value.text, units)
        if own.unit:  # a value that prints its unit itself needs none beside it
            unit = None
        if own.comparator:
            sign = None
        for parts in ([sign, value, unit], [sign, value]):
            there = [part for part in parts if part]
            whole = parse_target("".join(part.text for part in there), units)
            if whole.qualitative is None:
                printed = _side_by_side(there)
                if unit and unit not in parts and not is_blank(unit.text):
                    printed = printed.lost(f"{unit.text} beside it is no unit", _UNEQUAL_UNITS)
                return _Value(period, printed, whole)
        # Words have no comparator, and what stands as their unit is none.
        if sign and sign.text != "=":
            value = value.lost(f"the sign {sign.text} beside it goes with no number", _UNEQUAL_UNITS)
        return _Value(period, value, own)

    def _target(self, role: str) -> Target:
        text = self._text(role)
        target = parse_target(text, self.clues.mappings.units)
        unit = self.cells.get("unit")
        if text and unit and target.value is not None and target.unit is None:
            return parse_target(text + unit.text, self.clues.mappings.units)
        return target

    def _number(self, role: str) -> float | None:
        """The points of a column; null where it prints none."""
        text = self._text(role)
        number = parse_points(text) if text else None
        return float(number) if number is not None else None

    def _text(self, role: str) -> str | None:
        text = self.cells.get(role) or self.placed.labels.get(role)
        return text.text if text else None

    def rows(self) -> list[Indicator]:
        """A row for each period that the table has a column for."""
        name, first = self.cells.get("indicator"), self.placed.assigned.row.texts[0]
        level1, level2 = self.placed.labels.get("level1"), self.placed.labels.get("level2")
        levels = (level1.text if level1 else None, level2.text if level2 else None)
        match = self.clues.vocabulary.match(name.text, *levels) if name else None
        own = name or first
        actual = self._target("actual")
        common = dict(
            row=self.row,
            level1=level1.text if level1 else None,
            level2=level2.text if level2 else None,
            key_task=task.text if (task := self.placed.labels.get("key_task")) else None,
            subprojects=self._subprojects(),
            indicator=name.text if name else None,
            canonical=match.canonical if match else None,
            indicator_id=match.indicator_id if match else None,
            match_score=match.score if match else None,
            explanation=self._text("explanation"),
            evidence_source=self._text("evidence_source"),
            actual=self._text("actual"),
            actual_value=actual.value,
            actual_unit=actual.unit,
            weight=self._number("weight"),
            score=self._number("score"),
            deviation_reason=self._text("deviation_reason"),
            initial_target=self._text("initial_target") if "full_year" in self.cells else None,
            series_id=None,
            series_score=None,
            page=own.place.page,
            location=str(own.place),
        )
        return [self._row(value, common, own) for value in self.values]

    def _row(self, value: _Value, common: Mapping[str, object], own: Text) -> Indicator:
        target = value.target
        raw = "\n".join(text.raw for text in (own, value.text) if text)
        return Indicator(
            **common,  # type: ignore[arg-type]
            period=value.period,
            target=value.text.text if value.text else None,
            comparator=target.comparator,
            value=target.value,
            value_max=target.value_max,
            unit=target.unit,
            qualitative=target.qualitative,
            raw=raw,
            confidence=round(self._confidence(value), 4),
        )

    def _subprojects(self) -> tuple[str, ...] | None:
        text = self.cells.get("subprojects")
        return self.clues.split_list(text.text) if text else None

    def _confidence(self, value: _Value) -> float:
        """The chance that the row is right in every column that places or values it."""
        chance = self.placed.assigned.confidence * self.chance
        for role in LEVELS:
            chance *= self.placed.confidence.get(role, 1.0)
            label = self.placed.labels.get(role)
            chance *= label.confidence if label else 1.0
        for text in (self.cells.get("indicator"), self.cells.get("subprojects"), value.text):
            chance *= text.confidence if text else 1.0
        return min(chance * self._plausibility(value), _STRAY if self.placed.assigned.stray else 1.0)

    def _plausibility(self, value: _Value) -> float:
        name = self.cells.get("indicator")
        if not name or (value.text is None and self.has_targets):
            return 0.5
        if target_likeness(name.text, self.clues.mappings) >= _TARGET:
            return 0.5
        if len(parts := _PARTS.split(name.text)) > 1 and self.clues.names_level(parts[0]):
            return 0.5  # 产出指标—数量指标—… is a name with its levels
        numbers = [other.target for other in self.values if other.target.value]
        if value.target.value and len({target.unit for target in numbers}) > 1:
            return _UNEQUAL_UNITS
        recognised = value.text is not None and value.text.confidence < 1.0
        sign = self.cells.get("comparator")
        lacks = self.beside - self.cells.keys() or (sign and not self.clues.is_comparator(sign.text))
        if recognised and value.target.value is not None and lacks:
            return min(self.most, _OVERLOOKED)
        return self.most

    def record(self, ledger: Ledger) -> None:
        """The repairs of this indicator."""
        ledger.record("indicators", self.row, "indicator", self.placed.assigned.changes)
        for role, text in self.cells.items():
            if role in TARGETS:
                ledger.locate("indicators", self.row, "target", text)
                changes = (replace(change, evidence=f"{change.evidence} ({role})") for change in text.changes)
                ledger.record("indicators", self.row, "target", changes)
            elif role not in LEVELS:
                ledger.record_text("indicators", self.row, role, text)
        printed = [change for text in self.cells.values() for change in text.changes]
        for value in self.values:  # what is said of the parts of a target together
            said = value.text.changes if value.text else ()
            together = [change for change in said if change not in printed]
            ledger.record("indicators", self.row, "target", together)
        for role, label in self.placed.labels.items():
            if label:
                own = self.cells.get(role)
                ledger.record_text("indicators", self.row, role, label)
                if label.raw and (own is None or fold(own.text) != fold(label.text)):
                    ledger.record("indicators", self.row, role, [_filled(label, self.placed, role)])
        for text in self.placed.assigned.stray:
            ledger.record_stray("indicators", self.row, "indicator", text, _UNDER_NO_COLUMN)
        lost = [value for value in self.values if value.text is None]
        place = self.placed.assigned.row
        for value in lost:
            change = Change("text_lost", None, None, place.page, f"no text under {value.period}", 0.5)
            ledger.record("indicators", self.row, "target", [change])


def _filled(label: Text, placed: Placed, role: str) -> Change:
    confidence = round(placed.confidence.get(role, 1.0), 4)
    evidence = f"merged label printed at {label.place}"
    others = tuple(placed.others.get(role, ()))
    if others:
        evidence += f"; or: {'; '.join(f'{text} {chance:.2f}' for text, chance in others)}"
    page = placed.assigned.row.page
    return Change("merged_cell_filled", None, label.text, page, evidence, confidence, others)
