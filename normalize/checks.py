"""Stage 9, checks: what of a form adds up, and what does not.

Sums are compared as printed, to half a unit of the last digit that any of the amounts prints: `5`
beside `17.2` is 5.0 with its zero left out, not a rounded number.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, get_args

from normalize.columns import Assigned
from normalize.families import Family
from normalize.labels import is_indicator
from normalize.maptypes import Section
from normalize.model import Amount, Check, Field, Indicator, Text
from normalize.titles import is_title
from normalize.values import decimals, parse_amount, parse_points

_PARTS = {"expenditure": "projects"}  # what the lines of a line that is no total are, by section
_SCORES_WITHIN = Decimal("0.05")  # points by which a total may be rounded
_ADDED = "parts add up to their total 分项合计一致"


def check(
    amounts: Sequence[Amount],
    indicators: Sequence[Indicator],
    empty: Sequence[Assigned],
    fields: Sequence[Field] = (),
) -> list[Check]:
    """The checks of a form's rows; ``empty`` are the lines whose level-2 label has no indicator."""
    checks: list[Check] = []
    for section in get_args(Section):
        own = [amount for amount in amounts if amount.section == section]
        checks += _sums(section, own)
        if section == "expenditure":
            checks += _income_is_expenditure(amounts)
    return [
        *checks,
        *_scores(indicators, fields),
        _half_year(indicators),
        _level1(indicators),
        _level2(empty),
    ]


def check_placed(unplaced: Sequence[str]) -> Check:
    """Every printed text of a table or a block found its place."""
    name = "every_text_placed"
    if unplaced:
        texts = "、".join(text[:20] for text in unplaced[:5])
        message = f"texts under no column, see repairs of kind text_lost 未能归位的文字: {texts}"
        return Check(name, "fail", "0", str(len(unplaced)), message)
    return Check(name, "pass", "0", "0", "every text found its place 文字均已归位")


_HARMLESS = ("rows of dashes",)  # notes of readers that speak of no content


def check_read(notes: Sequence[str]) -> Check:
    """Everything on the form's pages could be read: no reader noted anything that it left out, or that is not
    to be seen (hidden rows, a page that is a picture)."""
    name = "pages_read_whole"
    told = [note for note in dict.fromkeys(notes) if not note.startswith(_HARMLESS)]
    if told:
        message = f"the reader notes 读取时的说明: {'; '.join(told)}"
        return Check(name, "fail", "0", str(len(told)), message)
    return Check(name, "pass", "0", "0", "nothing on the pages was left out 页面内容均已读取")


def check_title(title: Text | None, family: Family) -> Check:
    """The title is one that the form's mapping knows; a form known by its labels alone wants a look."""
    if title and is_title(title.text, family.form):
        return Check("title_of_form", "pass", family.kind, title.text, "title known 标题已识别")
    message = f"known by its labels and headers alone 仅凭标签和表头识别; add its title to {_mapping(family)}"
    return Check("title_of_form", "fail", family.kind, title.text if title else None, message)


def _mapping(family: Family) -> str:
    """The file that a form's names are to be added to."""
    if family.kind == "unknown":
        return "a new mapping in mappings/forms, as docs/adding-a-form.md says"
    return f"mappings/forms/{family.form.id}.yaml"


def check_labels(fields: Sequence[Field], columns: Sequence[str], family: Family) -> list[Check]:
    """What no mapping knows of a form, and where to add it: its labels and ``columns``; none where all is
    known."""
    prefix = "other:"
    labels = list(dict.fromkeys(f.label for f in fields if f.field.startswith(prefix)))
    if not labels and not columns:
        return []
    told = [
        f"{what}: {'、'.join(names)}" for what, names in (("labels", labels), ("columns", columns)) if names
    ]
    message = f"add to {_mapping(family)} 请补充到映射文件: {'; '.join(told)}"
    status: Literal["fail", "skipped"] = "fail" if labels else "skipped"
    return [Check("labels_known", status, "0", str(len(labels) + len(columns)), message)]


def _level2(empty: Sequence[Assigned]) -> Check:
    """Every printed level-2 label has an indicator or an empty row of its own."""
    name = "level2_has_indicators"
    names = "、".join(line.cells["level2"].text for line in empty)
    if wrong := [line.cells["level2"].text for line in empty if is_indicator(line)]:
        message = f"labels with a row and no indicator 有行而无指标: {'、'.join(wrong)}"
        return Check(name, "fail", "0", str(len(wrong)), message)
    if any(line.row.side != "whole" for line in empty):
        message = f"no indicator found on the cut page for 被截断的页上未找到指标: {names}"
        return Check(name, "skipped", None, str(len(empty)), message)
    message = "every level-2 label has indicators or an empty row 二级指标均有指标或空行"
    return Check(name, "pass", None, str(len(empty)), f"{message}: {names}" if names else message)


def _compare(name: str, parts: Sequence[Amount], total: Sequence[Amount], period: str) -> Check:
    there = [amount for amount in parts if amount.period == period]
    sums = [amount for amount in total if amount.period == period]
    label = f"{name}:{period}"
    if not there or not sums:
        return Check(label, "skipped", None, None, "no total or no parts printed 未印合计或分项")
    expected = Decimal(str(sums[0].amount))
    actual = sum((Decimal(str(amount.amount)) for amount in there), Decimal(0))
    half_unit = min(_half_unit(amount) for amount in (sums[0], *there))
    holds = abs(actual - expected) <= half_unit
    message = _ADDED if holds else f"parts add up to {actual}, the form prints {expected} 分项之和与合计不符"
    return Check(label, "pass" if holds else "fail", str(expected), str(actual), message)


def _half_unit(amount: Amount) -> Decimal:
    """Half a unit of the last digit that an amount prints, in 万元 whatever unit the form prints."""
    printed = parse_amount(amount.raw)
    factor = Decimal(str(amount.amount)) / printed if printed else Decimal(1)
    return Decimal(5).scaleb(-decimals(amount.raw) - 1) * factor


def _periods(amounts: Iterable[Amount]) -> list[str]:
    return list(dict.fromkeys(amount.period for amount in amounts))


def _sums(section: str, amounts: Sequence[Amount]) -> list[Check]:
    """The lines of a section against those that they are a part of, in every period; lines that no total is
    printed above, against the total that closes the section."""
    if not amounts:
        return []
    checks: list[Check] = []
    subtotals = [amount for amount in amounts if amount.is_total and amount.parent is not None]
    printed = {amount.item for amount in amounts}
    wholes = {amount.item for amount in amounts if amount.is_total}
    parents = dict.fromkeys(amount.parent for amount in amounts if amount.parent)
    for parent in sorted(parents, key=lambda name: name not in wholes):
        parts = [amount for amount in amounts if amount.parent == parent and not amount.is_total]
        totals = [amount for amount in amounts if amount.item == parent]
        kind = _PARTS.get(section, "parts")
        if any(amount.is_total for amount in totals):
            # A name that only heads its lines prints no amount: their subtotal stands for it.
            kind = "total"
            parts += [amount for amount in subtotals if amount.parent not in printed]
        elif not totals:
            totals = [amount for amount in subtotals if amount.parent == parent]
            kind = "subtotal" if totals else _PARTS.get(section, "total")
        checks += [_compare(f"{section}_{kind}", parts, totals, period) for period in _periods(amounts)]
    closing = [amount for amount in amounts if amount.is_total and amount.parent is None]
    loose = [amount for amount in amounts if not amount.is_total and amount.parent is None]
    if closing and loose:
        checks += [_compare(f"{section}_total", loose, closing, period) for period in _periods(amounts)]
    if not checks:
        kind = _PARTS.get(section, "total")
        checks += [_compare(f"{section}_{kind}", [], [], period) for period in _periods(amounts)]
    return checks


def _income_is_expenditure(amounts: Sequence[Amount]) -> list[Check]:
    income = [amount for amount in amounts if amount.section == "income" and _is_whole(amount)]
    spent = [amount for amount in amounts if amount.section == "expenditure" and amount.parent is None]
    spent = [amount for amount in spent if amount.is_total] or spent
    if not income and not spent:
        return []
    return [_compare("income_equals_expenditure", spent, income, "full_year")]


def _is_whole(amount: Amount) -> bool:
    return amount.is_total and amount.parent is None


def _scores(indicators: Sequence[Indicator], fields: Sequence[Field]) -> list[Check]:
    """The points of an evaluation's indicators, with or without those of its budget, make up its total."""
    total = _points(fields, "total_score")
    scores = [row.score for row in indicators]
    if total is None or not scores:
        return []
    name, given = "scores_add_up", [Decimal(str(score)) for score in scores if score is not None]
    if len(given) < len(scores):
        return [Check(name, "skipped", str(total), None, "indicators without a score 有指标无得分")]
    actual = sum(given, Decimal(0))
    whole = actual + (_points(fields, "budget_execution_score") or 0)
    holds = min(abs(actual - total), abs(whole - total)) <= _SCORES_WITHIN
    message = (
        "scores add up to the total 得分合计一致"
        if holds
        else f"scores add up to {whole}, the form prints {total} 得分之和与总分不符"
    )
    return [Check(name, "pass" if holds else "fail", str(total), str(whole), message)]


def _points(fields: Sequence[Field], key: str) -> Decimal | None:
    value = next((field.value for field in fields if field.field == key and field.value), None)
    return parse_points(value) if value else None


def _half_year(indicators: Sequence[Indicator]) -> Check:
    """Half-year targets of counts are no more than those of the whole year."""
    full = {row.row: row for row in indicators if row.period == "full_year"}
    pairs = [
        (row, full[row.row])
        for row in indicators
        if row.period == "half_year" and row.row in full and row.unit != "%" and row.value is not None
    ]
    pairs = [(half, year) for half, year in pairs if year.value is not None and year.unit == half.unit]
    wrong = [
        half
        for half, year in pairs
        if half.value and year.value is not None and half.value > year.value and half.comparator != "≤"
    ]
    if not pairs:
        return Check(
            "half_year_within_full_year", "skipped", None, None, "no half-year counts 无半年数量指标"
        )
    names = "、".join(str(row.indicator) for row in wrong)
    message = (
        f"half year above full year 半年大于全年: {names}"
        if wrong
        else "half year within full year 半年不大于全年"
    )
    return Check("half_year_within_full_year", "fail" if wrong else "pass", "0", str(len(wrong)), message)


def _level1(indicators: Sequence[Indicator]) -> Check:
    missing = sorted({row.row for row in indicators if row.level1 is None})
    if not indicators:
        return Check("level1_of_every_indicator", "skipped", None, None, "no indicators 无指标")
    message = (
        f"indicators without level 1 缺一级指标: rows {missing}"
        if missing
        else "every indicator has a level 1 一级指标齐全"
    )
    return Check("level1_of_every_indicator", "fail" if missing else "pass", "0", str(len(missing)), message)
