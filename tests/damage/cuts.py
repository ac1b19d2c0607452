"""Heads and tails cut off labels, headers, names and texts."""

import re
from random import Random

from tests.damage import department, project, standards
from tests.damage.model import Form, Label, Row
from tests.damage.wordlist import listed

LINES = listed("""
    资金总额 一般公共预算资金 政府性基金 财政专户管理资金 国有资本金 社保基金 上年结转资金 其他资金
    基本支出 项目支出 上级财政资金 市级财政资金 下级财政资金
""")
FIELD_LABELS = listed("""
    单位名称 部门名称 单位主要职能 部门主要职能 机构设置及人员配置 中长期目标 中长期绩效目标 年度目标
    年度绩效目标 申报单位名称 项目名称 项目类型 项目属性 是否政府采购 是否政府购买服务 项目负责人
    联系电话 项目年度 项目概况 项目设立依据（相关批文名称） 项目设立的必要性 保证项目实施的制度、措施
    安排资金（万元） 拨付资金（万元） 支出资金（万元） 资金到位率（%） 预算执行率（%） 项目实施计划
    项目总目标 需要说明的其它问题 申报单位负责人 填报日期
""")
# Labels that are different wordings of one field may share their rest.
SAME = [
    {"单位名称", "部门名称", "申报单位名称"},
    {"单位主要职能", "部门主要职能"},
    {"中长期目标", "中长期绩效目标"},
    {"年度目标", "年度绩效目标"},
]
HEADERS = [*department.HEADERS.values(), *project.HEADERS.values(), "年度指标值"]
LEVELS = [*standards.LEVEL1_NAMES, *standards.LEVEL2_NAMES]


def cut(rng: Random, text: str, names: list[str], most: int = 4, sides: str = "ht") -> str | None:
    """``text`` without 1 to ``most`` characters, so that of all names it fits this one only; else None."""
    same = next((s for s in SAME if text in s), {text})
    for _ in range(6):
        count = rng.randint(1, max(1, min(most, len(text) // 3)))
        side = rng.choice(sides)
        rest = text[count:] if side == "h" else text[:-count]
        if (
            len(rest) >= 3
            and rest == rest.strip("、，“”（） ")
            and all(n in same for n in names if rest in n)
        ):
            return rest
    return None


def _shown_texts(form: Form) -> str:
    """All long texts, tags replaced by a line end."""
    texts = [one.shown_value for row in form.rows for one in row.fields if len(one.shown_value) > 25]
    plain = re.sub(r"<[^>]*>", "\n", "\n".join(texts))
    return plain.replace("&ldquo;", "“").replace("&rdquo;", "”")


def stands_alone(form: Form, text: str) -> bool:
    """Whether the text is printed whole between marks, so that its ends are known."""
    if "halves" in form.damage:
        return False  # the long texts will be in pieces
    return bool(
        re.search(rf"(?:^|[、。；，：.）\n]\s*){re.escape(text)}(?:$|[。；，、\n])", _shown_texts(form))
    )


def _everything(form: Form) -> str:
    return "\n".join("\t".join(row.grid()) for row in form.rows)


def _accept(form: Form, whole: str, rest: str, known: bool) -> list[str]:
    """What may be published for a text of which only ``rest`` is printed here.

    Where words of the form run on as the lost piece did, so far it may come back.
    """
    if known:
        return [whole]
    printed = _everything(form)
    if at := whole.index(rest):
        longer = [whole[k:] for k in range(at) if whole[k : at + 2] in printed]
    else:
        end = len(rest)
        longer = [whole[:k] for k in range(end + 1, len(whole) + 1) if whole[end - 2 : k] in printed]
    return [rest, *longer]


def cut_label(form: Form, rng: Random, label: Label) -> None:
    """A level label or a key task."""
    if label.shown != label.text or len(label.text) < 4:
        return
    if label.standard:
        rest = cut(rng, label.text, LEVELS, 2)
    else:
        rest = cut(
            rng, label.text, [other.text for role in ("level2", "key_task") for other, _ in form.spans(role)]
        )
    if rest:
        known = label.standard or stands_alone(form, label.text)
        label.shown = rest
        label.accepted = list(_accept(form, label.text, rest, known))


def cut_indicator(form: Form, rng: Random, row: Row) -> None:
    """An indicator's name."""
    indicator = row.indicator
    assert indicator is not None
    if indicator.standard:
        rest = cut(rng, indicator.name, standards.STANDARD_NAMES, 3)
    else:
        names = [one.name for one in form.indicators] + standards.STANDARD_NAMES
        rest = cut(rng, indicator.name, names, 3) if len(indicator.name) > 6 else None
    if rest:
        row.parts["indicator"] = rest
        indicator.accepted = list(_accept(form, indicator.name, rest, indicator.standard))


def _cut_subprojects(form: Form, rng: Random, row: Row) -> None:
    names = [one.item for one in form.amounts if one.section == "subproject"]
    shown = row.parts.get("subprojects", "").split(", ")
    at = rng.choice([0, -1])
    rest = cut(rng, shown[at], names, 4, "h" if at == 0 else "t") if shown[at] else None
    if rest:
        shown[at] = rest
        row.parts["subprojects"] = ", ".join(shown)


def _cut_amount_line(form: Form, rng: Random, row: Row) -> None:
    item = row.parts["item"]
    if item in LINES:
        row.parts["item"] = cut(rng, item, LINES, 2) or item
    elif row.kind == "expenditure" and len(item) > 6:
        rest = cut(rng, item, [one.item for one in form.amounts], 2)
        if rest:
            row.parts["item"] = rest
            for one in row.amounts:
                one.accepted = _accept(form, item, rest, False)


def _cut_field(form: Form, rng: Random, row: Row) -> None:
    for one in row.fields:
        colon = one.shown_label.endswith(":")
        if len(one.label) >= 4 and rng.random() < 0.6:
            rest = cut(rng, one.label, FIELD_LABELS, 3, "h" if colon else "ht")
            one.shown_label = (rest or one.label) + ":" * colon


def _cut_unit(form: Form, rng: Random) -> None:
    """The unit's name, where the text on its staff names it whole."""
    unit = form.fields[0]
    if form.family == "department" and unit.value and "halves" not in form.damage:
        unit.shown_value = unit.value[rng.choice([1, 1, 2]) :]


def cut_texts(form: Form, rng: Random) -> None:
    """Heads and tails of many things are lost, each at the rate of this form."""
    before = _everything(form)
    rate = rng.choice([0.06, 0.12, 0.25])
    if rng.random() < 0.3:
        _cut_unit(form, rng)
    while _everything(form) == before:
        for role in ("level1", "level2", "key_task"):
            for label, _ in form.spans(role):
                if rng.random() < rate * (1.5 if role == "key_task" else 1):
                    cut_label(form, rng, label)
        for row in form.rows:
            if rng.random() < rate * 1.5:
                _cut_row(form, rng, row)


def _cut_row(form: Form, rng: Random, row: Row) -> None:
    """What a row prints beside its labels."""
    if row.kind == "field":
        _cut_field(form, rng, row)
    elif row.kind == "header":
        role = rng.choice([r for r in row.columns if r and row.parts[r] not in ("目标值", "类别")])
        most = 1 if row.parts[role] == "目标值来源" else 2
        row.parts[role] = cut(rng, row.parts[role], HEADERS, most, "t") or row.parts[role]
    elif row.kind in ("income", "expenditure", "funding_source") and row.amounts:
        _cut_amount_line(form, rng, row)
    elif row.kind == "indicator":
        if row.block == "project" and row.parts["subprojects"] and rng.random() < 0.6:
            _cut_subprojects(form, rng, row)
        else:
            cut_indicator(form, rng, row)
