"""The filings of which the right answers are known, as forms that can be laid out and printed whole.

Where the answers leave a place open, the print takes the first and the truth no other: the print is whole.
Texts of which the pieces alone are known are neither printed nor asked for.
"""

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.damage import department, project
from tests.damage.model import LEVELS, Amount, Field, Form, Indicator, Label, Row
from tests.damage.standards import BENEFITS
from tests.damage.targets import Target

PAIRS = (
    ("project_name",),
    ("project_type", "project_attribute"),
    ("government_procurement", "government_service_purchase"),
    ("project_leader", "contact_person"),
    ("contact_phone",),
    ("project_year",),
    ("project_overview",),
    ("project_basis",),
    ("project_necessity",),
    ("implementation_safeguards",),
)
PRIOR_YEAR = (
    ("prior_year_allocated", "prior_year_disbursed"),
    ("prior_year_spent", "prior_year_funds_in_place_rate"),
    ("prior_year_execution_rate",),
)
GOALS = (("implementation_plan",), ("overall_goal",), ("annual_goal",))
CLOSING = (("other_notes",), ("unit_head", "preparer", "prepared_on"))
TOP = (("unit_name",), ("main_functions",), ("organization_staffing",))
AIMS = (("medium_long_term_goal",), ("annual_goal",))
SOURCES = ("上级财政资金", "市级财政资金", "其他", "下级财政资金", "合计")
Record = dict[str, Any]


def _first(value: Any) -> Any:
    """The first of the answers that are right."""
    return value["any"][0] if isinstance(value, dict) else value


def _target(record: Record) -> Target:
    """The target of a row."""
    columns = ("target", "comparator", "value", "unit", "qualitative", "value_max")
    return Target(*(record.get(column) for column in columns))


def _indicators(records: Iterable[Record]) -> list[Indicator]:
    """Indicators with shared labels; consecutive periods of one name are one indicator."""
    found: list[Indicator] = []
    last: dict[str, Label] = {}

    def names(record: Record) -> tuple[Any, ...]:
        return tuple(_first(record[role]) for role in (*LEVELS, "indicator"))

    for _, group in groupby(records, key=names):
        periods = list(group)
        record = periods[0]
        labels: dict[str, Label] = {}
        for role in LEVELS:
            text = _first(record[role])
            if text is None:
                continue
            above = [LEVELS.index(role) - 1] if role != "level1" else []
            parents_same = all(labels.get(LEVELS[at]) is last.get(LEVELS[at]) for at in above)
            known = last.get(role)
            labels[role] = known if known and known.text == text and parents_same else Label(role, text)
        last = labels
        one = Indicator(_first(record["indicator"]), labels, {p["period"]: _target(p) for p in periods})
        one.subprojects = record.get("subprojects") or None
        one.explanation, one.source = record.get("explanation"), record.get("evidence_source")
        found.append(one)
    return found


def _rows(block: str, columns: tuple[str, ...], indicators: list[Indicator]) -> list[Row]:
    """One row an indicator."""
    rows = []
    for one in indicators:
        parts = {"indicator": one.name} | {period: t.text or "" for period, t in one.targets.items()}
        if block == "project":
            parts |= {
                "subprojects": ", ".join(one.subprojects or []),
                "explanation": one.explanation or "",
                "evidence_source": one.source or "",
            }
        rows.append(Row("indicator", columns, parts, one, dict(one.labels), block=block))
    return rows


def _header(block: str, columns: tuple[str, ...], names: dict[str, str]) -> Row:
    return Row("header", columns, {role: names[role] for role in columns if role}, block=block)


def _field_rows(
    fields: dict[str, Field], keys: Iterable[tuple[str, ...]], columns: tuple[str, ...] = ()
) -> list[Row]:
    """Rows of fields, those left out that are not known."""
    rows = [Row("field", columns, {}, fields=[fields[k] for k in group if k in fields]) for group in keys]
    return [row for row in rows if row.fields]


def _lines(amounts: list[Amount], section: str) -> list[list[Amount]]:
    """The printed lines of a section."""
    chosen = [one for one in amounts if one.section == section]
    return [list(group) for _, group in groupby(chosen, key=lambda one: (one.item, one.parent))]


def _department_money(amounts: list[Amount]) -> list[Row]:
    """Income and expenditure, headed by their captions."""
    head = {"caption": "部门整体资金（万元）", "section": "收入", "amount": "全年 预算数"}
    rows = [Row("income", (), head)]
    for line in _lines(amounts, "income"):
        parts = {"item": line[0].item, "amount": f"{line[0].amount:.10g}"}
        if line[0].item == "小计":
            parts["group"] = "财政拨款"
        rows.append(Row("income", (), parts, amounts=line))
    head = {"section": "支出", "half_year": "半年 计划执行数", "full_year": "全年 预算数"}
    rows.append(Row("expenditure", (), head))
    for line in _lines(amounts, "expenditure"):
        parts = {"item": line[0].item} | {one.period: f"{one.amount:.10g}" for one in line}
        rows.append(Row("expenditure", (), parts, amounts=line))
    return rows


def _department_rows(
    fields: dict[str, Field], amounts: list[Amount], indicators: list[Indicator]
) -> list[Row]:
    """The rows of a department form; benefits without an indicator have a row of their own."""
    by_block = {
        name: [one for one in indicators if one.labels["level1"].text in names]
        for name, names in {
            "standard": ("决策", "过程"),
            "duty": ("履职",),
            "effect": ("效益指标", "满意度指标"),
        }.items()
    }
    columns = {"standard": department.STANDARD, "duty": department.DUTY, "effect": department.STANDARD}
    rows = [*_field_rows(fields, TOP), *_department_money(amounts), *_field_rows(fields, AIMS)]
    for block in ("standard", "duty", "effect"):
        rows.append(_header(block, columns[block], department.HEADERS))
        body = _rows(block, columns[block], by_block[block])
        rows += _with_blanks(body) if block == "effect" else body
    return rows


def _with_blanks(body: list[Row]) -> list[Row]:
    """The benefits in their order, those that have no indicator as a blank row."""
    level1 = next(row.labels["level1"] for row in body if row.labels["level1"].text == "效益指标")
    rows: list[Row] = []
    for name in BENEFITS:
        own = [row for row in body if row.labels["level2"].text == name]
        under = {"level1": level1, "level2": Label("level2", name)}
        rows += own or [Row("level", department.STANDARD, {}, None, dict(under), block="effect", under=under)]
    return rows + [row for row in body if row.labels["level1"] is not level1]


def _project_money(amounts: list[Amount]) -> list[Row]:
    """The subprojects and the sources of funds."""
    caption = "项目资金构成（详细列出各子项目名称和金额）"
    rows = [Row("subproject", (), {"label": caption, "item": "子项目名称", "amount": "预算金额（万元）"})]
    for line in _lines(amounts, "subproject"):
        item = line[0].item + "：" * line[0].is_total
        rows.append(Row("subproject", (), {"item": item, "amount": f"{line[0].amount:,.2f}"}, amounts=line))
    names = ["项目投资总额", "上年度资金", "本年度计划数"]
    heads = dict(zip(("total_investment", "prior_year", "current_year"), names, strict=True))
    rows.append(Row("funding_source", (), {"label": "项目资金来源（万元）", "item": "资金来源"} | heads))
    lines = {line[0].item: line for line in _lines(amounts, "funding_source")}
    for source in SOURCES:
        line = lines.get(source, [])
        parts = {"item": source} | {one.period: f"{one.amount:,.2f}" for one in line}
        rows.append(Row("funding_source", (), parts, amounts=line))
    return rows


def _project_rows(fields: dict[str, Field], amounts: list[Amount], indicators: list[Indicator]) -> list[Row]:
    """The rows of a project form; the unit's code is printed before its name."""
    unit = Row("field", (), {}, fields=[fields["unit_name"]])
    unit.parts["value"] = f"{fields['unit_code'].value} {fields['unit_name'].value}"
    prior = _field_rows(fields, PRIOR_YEAR, ("caption",))
    prior[0].parts["caption"] = "本项目上年度市级财政资金使用情况"
    return [
        unit,
        *_field_rows(fields, PAIRS),
        *prior,
        *_project_money(amounts),
        *_field_rows(fields, GOALS),
        _header("project", project.COLUMNS, project.HEADERS),
        *_rows("project", project.COLUMNS, indicators),
        *_field_rows(fields, CLOSING),
    ]


def form_of(answer: Record) -> Form:
    """The form that an answer describes, undamaged."""
    records = [one for one in answer["fields"] if "rewoven" not in one]
    fields = {one["field"]: Field(one["field"], one["label"], _first(one["value"])) for one in records}
    keys = ("section", "item", "parent", "is_total", "period", "amount")
    amounts = [Amount(*(_first(one[key]) for key in keys)) for one in answer["amounts"]]
    indicators = _indicators(answer["indicators"])
    filing = {key: _first(value) for key, value in answer["filing"].items() if key != "filing_id"}
    whole = filing["form"].startswith("department")
    rows = (_department_rows if whole else _project_rows)(fields, amounts, indicators)
    return Form(
        "department" if whole else "project",
        filing,
        rows,
        list(fields.values()),
        amounts,
        indicators,
        str(filing["title"]),
        f"{filing['fiscal_year']}年度" if whole else "",
    )


def samples(folder: Path) -> list[tuple[str, Record]]:
    """(name, answer) of the answers in a folder."""
    found = []
    for path in sorted(folder.glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        found.append((f"sample{answer['filing']['fiscal_year']}", answer))
    return found
