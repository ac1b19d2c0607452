"""Whole-department target forms with random content, laid out as those of 2024 and 2026."""

from random import Random

from tests.damage import phrases, standards, targets, texts
from tests.damage.content import ALL, CITIES, PLAIN, Domain, Duty, Style, Thing
from tests.damage.model import Amount, Field, Form, Indicator, Label, Row
from tests.damage.wordlist import listed

TOP = ("label", "", "value", "", "", "")
STANDARD = ("level1", "level2", "indicator", "half_year", "full_year", "")
DUTY = ("level1", "level2", "key_task", "indicator", "half_year", "full_year", "")
HEADERS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "key_task": "重点工作",
    "indicator": "三级指标",
    "half_year": "半年指标值",
    "full_year": "全年指标值",
}
COMMON = Duty(
    "综合保障",
    "做好机关后勤保障和内部控制管理",
    (
        Thing("V", "办公楼安保", "安保"),
        Thing("V", "机关食堂", "食堂"),
        Thing("T", "干部职工", "干部职工"),
        Thing("S", "办公自动化系统", "办公系统"),
    ),
)
PROJECTS = listed("""
    体检费 调研业务费 安保经费 房屋零星维修 业务处室工作日常经费 职工伙食经费 党团活动经费 物业管理费
    法律顾问费
""")


def task_name(rng: Random, thing: Thing, city: str) -> str:
    """A key task about a thing."""
    full = thing.full
    if rng.random() < 0.12:
        full = city.removesuffix("市") + full
    return rng.choice(phrases.TASKS[thing.kind]).format(f=full)


def templates(thing: Thing, style: Style) -> list[str]:
    """The names, with their targets, that authors of a style give to indicators; none for the usual."""
    if style.shared:
        return phrases.SHARED_NAMES
    if style.names:
        return {
            "short": phrases.SHORT_NAMES,
            "long": phrases.LONG_NAMES + phrases.INDICATORS[thing.kind][:3],
            "brackets": phrases.BRACKET_NAMES + phrases.INDICATORS[thing.kind][:2],
        }[style.names]
    return phrases.GENERIC[thing.kind] + phrases.SHORT_NAMES if style.abstract else []


def task_indicators(
    rng: Random, thing: Thing, generic: float, year: int, style: Style = PLAIN
) -> list[tuple[str, dict[str, targets.Target]]]:
    """Names and targets under a task; ``generic`` is the share of names that would fit any task."""
    count = rng.choice([1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 12])
    if style.most:
        count = rng.randint(1, style.most)
    own, other = phrases.INDICATORS[thing.kind], phrases.GENERIC[thing.kind]
    special = templates(thing, style)
    found: dict[str, dict[str, targets.Target]] = {}
    for _ in range(count):
        template = rng.choice(special or (other if rng.random() < generic else own))
        pattern, _, code = template.partition("=")
        name = pattern.format(o=thing.short if rng.random() < 0.75 else thing.full)
        pair = targets.make(rng, code, year)
        if style.sentences and rng.random() < 0.3:
            pair = dict.fromkeys(targets.PERIODS, targets.words(rng.choice(phrases.SENTENCES)))
        found.setdefault(name, pair)
    return list(found.items())


def _standard_block(rng: Random) -> list[Indicator]:
    """The fixed indicators of 决策 and 过程, all of them or some."""
    keep = rng.choice([1.0, 1.0, 1.0, 0.8, 0.6])
    home = rng.choice(standards.ROAMING_HOMES)
    level1: dict[str, Label] = {}
    found = []
    for name1, name2, rows in standards.DEPARTMENT:
        kept = [r for r in rows if rng.random() < keep] or [rng.choice(rows)]
        if name2 == home and rng.random() < 0.6:
            kept.append(standards.ROAMING)
        labels = {
            "level1": level1.setdefault(name1, Label("level1", name1, True)),
            "level2": Label("level2", name2, True),
        }
        for name, half, full in kept:
            pair = [targets.parse_standard(t) for t in (half, full)]
            if name == "预算执行率":
                pair[0] = targets.number(rng.choice([40, 45, 48, 50]), "%")
            found.append(Indicator(name, dict(labels), dict(zip(targets.PERIODS, pair, strict=True)), True))
    return found


def _duty_block(
    rng: Random, duties: list[Duty], city: str, year: int, style: Style = PLAIN
) -> list[Indicator]:
    """履职: duties, key tasks, and the indicators under them."""
    generic = rng.choice([0.1, 0.3, 0.5, 0.7])
    long = rng.random() < 0.5
    level1 = Label("level1", "履职", True)
    found: list[Indicator] = []
    if not style.has_duties:
        return found
    names, tasks = list(phrases.ABSTRACT_DUTIES), list(phrases.ABSTRACT_TASKS)
    if style.abstract:
        rng.shuffle(names)
        rng.shuffle(tasks)
    for duty in duties:
        level2 = Label("level2", duty.long if long else duty.short)
        if style.abstract:
            level2 = Label("level2", names.pop())
        level2.shown = texts.wrapped(rng, level2.text)
        for thing in rng.sample(duty.things, rng.randint(1, len(duty.things))):
            task = Label("key_task", task_name(rng, thing, city))
            if style.abstract and tasks:
                task = Label("key_task", tasks.pop())
            task.shown = texts.wrapped(rng, task.text, 0.08)
            for name, pair in task_indicators(rng, thing, generic, year, style):
                found.append(Indicator(name, {"level1": level1, "level2": level2, "key_task": task}, pair))
    return found


def _effect_block(
    rng: Random, domain: Domain, things: list[Thing], year: int
) -> list[tuple[Label, Label, list[Indicator]]]:
    """效益指标 and 满意度指标; a level-2 label may stand there with nothing under it."""
    effect, content = Label("level1", "效益指标", True), Label("level1", "满意度指标", True)
    found = []
    for name in [*standards.BENEFITS, standards.SATISFACTION]:
        level1 = content if name == standards.SATISFACTION else effect
        level2 = Label("level2", name, True)
        count = rng.choice([1, 2, 2, 3]) if name == standards.SATISFACTION or rng.random() < 0.65 else 0
        rows: dict[str, Indicator] = {}
        for _ in range(count + (name == "经济效益") * rng.choice([0, 0, 1, 3])):
            pattern, _, code = rng.choice(phrases.BENEFITS[name]).partition("=")
            text = pattern.format(o=rng.choice(things).short, p=rng.choice(domain.people))
            pair = targets.make(rng, code, year)
            if name == standards.SATISFACTION and rng.random() < 0.5:
                full = targets.number(rng.choice([80, 85, 90, 95]), "%", "≥")
                pair = {"half_year": targets.number(0, "%", "≥"), "full_year": full}
            rows.setdefault(text, Indicator(text, {"level1": level1, "level2": level2}, pair))
        found.append((level1, level2, list(rows.values())))
    return found


def _amount_rows(rng: Random, things: list[Thing]) -> list[Row]:
    """Income and expenditure; the lines add up."""
    total = rng.randint(30_000, 900_000) / 100
    funds = [0.0 if rng.random() < 0.8 else rng.randint(100, 900) / 10 for _ in range(6)]
    general = round(total - sum(funds), 2)
    rows = [
        Row(
            "income",
            ("caption", "section", "", "", "amount", ""),
            {"caption": "部门整体资金（万元）", "section": "收入", "amount": "全年 预算数"},
        )
    ]

    def line(columns: tuple[str, ...], item: str, parent: str | None, whole: bool, amount: float) -> Row:
        record = Amount("income", item, parent, whole, "full_year", amount)
        return Row("income", columns, {"item": item, "amount": f"{amount:.10g}"}, amounts=[record])

    first = ("", "", "item", "", "amount", "")
    second = ("", "", "group", "item", "", "amount")
    rows.append(line(first, "资金总额", None, True, round(total, 2)))
    rows.append(line(second, "小计", "财政拨款", True, round(general + funds[0] + funds[1], 2)))
    rows[-1].parts["group"] = "财政拨款"
    for item, amount in zip(
        ["一般公共预算资金", "政府性基金", "财政专户管理资金"], [general, *funds[:2]], strict=True
    ):
        rows.append(line(second, item, "财政拨款", False, amount))
    for item, amount in zip(["国有资本金", "社保基金", "上年结转资金", "其他资金"], funds[2:], strict=True):
        rows.append(line(first, item, "资金总额", False, amount))
    return rows + _expenditure_rows(rng, things, round(total, 2))


def _expenditure_rows(rng: Random, things: list[Thing], total: float) -> list[Row]:
    columns = ("", "", "item", "", "half_year", "full_year")
    rows = [
        Row(
            "expenditure",
            ("", "section", "", "", "half_year", "full_year"),
            {"section": "支出", "half_year": "半年 计划执行数", "full_year": "全年 预算数"},
        )
    ]
    basic = round(total * rng.uniform(0.3, 0.8), 2)
    project = round(total - basic, 2)
    lines: list[tuple[str, str | None, float, float]] = [
        ("基本支出", None, round(basic * 0.45, 2), basic),
        ("项目支出", None, round(project * 0.4, 2), project),
    ]
    names = [
        f"{t.full}{'运维服务' if t.kind == 'S' else rng.choice(['工作经费', '服务', '专项经费'])}"
        for t in things[:6]
    ]
    names = rng.sample([*names, *PROJECTS], rng.randint(2, 10)) if rng.random() < 0.7 else []
    shares = [rng.random() + 0.05 for _ in names]
    left = (round(project, 2), lines[1][2])
    for n, name in enumerate(names):
        last = n == len(names) - 1
        full = left[0] if last else round(project * shares[n] / sum(shares), 2)
        half = left[1] if last else round(min(full, lines[1][2] * shares[n] / sum(shares)), 2)
        left = (round(left[0] - full, 2), round(left[1] - half, 2))
        lines.append((name, "项目支出", half, full))
    for item, parent, half, full in lines:
        records = [
            Amount("expenditure", item, parent, False, period, amount)
            for period, amount in zip(targets.PERIODS, (half, full), strict=True)
        ]
        rows.append(
            Row(
                "expenditure",
                columns,
                {"item": item, "half_year": f"{half:.10g}", "full_year": f"{full:.10g}"},
                amounts=records,
            )
        )
    return rows


def _indicator_rows(block: str, columns: tuple[str, ...], indicators: list[Indicator]) -> list[Row]:
    """One row an indicator; a label stands on the first row that it covers."""
    rows: list[Row] = []
    seen: list[Label] = []
    for indicator in indicators:
        fresh = {role: label for role, label in indicator.labels.items() if label not in seen}
        seen += fresh.values()
        parts = {"indicator": indicator.name}
        parts |= {period: target.text or "" for period, target in indicator.targets.items()}
        rows.append(Row("indicator", columns, parts, indicator, fresh, block=block))
    return rows


def _header(rng: Random, block: str, columns: tuple[str, ...], names: dict[str, str]) -> Row:
    return Row("header", columns, {role: names[role] for role in columns if role}, block=block)


def _field_rows(
    rng: Random, filing: dict[str, object], domain: Domain, duties: list[Duty], city: str, tasks: list[str]
) -> tuple[list[Row], list[Row]]:
    """The fields above the amounts, and those below."""
    unit, year = str(filing["unit_name"]), int(str(filing["fiscal_year"]))
    functions = texts.numbered(rng, texts.functions(rng, domain, duties, city))
    values = [
        ("unit_name", rng.choice(["单位名称"] * 8 + ["部门名称"]), [unit]),
        ("main_functions", rng.choice(["单位主要职能"] * 8 + ["部门主要职能"]), functions),
        ("organization_staffing", "机构设置及人员配置", [texts.staffing(rng, domain, unit, city, year)]),
        (
            "medium_long_term_goal",
            rng.choice(["中长期目标"] * 8 + ["中长期绩效目标"]),
            [texts.goal(rng, domain, year, 5)],
        ),
        (
            "annual_goal",
            rng.choice(["年度目标"] * 8 + ["年度绩效目标"]),
            texts.numbered(rng, texts.annual(rng, domain, tasks, year)),
        ),
    ]
    rows = []
    for key, label, paragraphs in values:
        field = Field(key, label, "\n".join(paragraphs))
        field.shown_value = unit if key == "unit_name" else texts.printed(rng, paragraphs)
        rows.append(Row("field", TOP, {}, fields=[field]))
    return rows[:3], rows[3:]


def _drop_half_years(rows: list[Row]) -> None:
    """A form with one column of targets."""
    for row in rows:
        if row.kind not in ("header", "indicator", "level"):
            continue
        row.columns = tuple(role for role in row.columns if role != "half_year")
        row.parts.pop("half_year", None)
        if row.indicator:
            row.indicator.targets.pop("half_year", None)


def build(rng: Random, style: Style = PLAIN) -> Form:
    """A clean form."""
    domain, city, year = rng.choice(ALL), rng.choice(CITIES), rng.randint(2022, 2026)
    unit = ("" if style.bare_unit else city) + rng.choice(domain.units)
    title = rng.choice([f"{city}市级部门整体预算绩效目标表"] * 8 + [f"{city}部门整体支出绩效目标表"])
    filing = {
        "form": "department_target",
        "title": title,
        "region": city,
        "fiscal_year": year,
        "unit_code": None,
        "unit_name": unit,
        "project_name": None,
    }
    duties = rng.sample(domain.duties, rng.randint(2, len(domain.duties)))
    if rng.random() < 0.3:
        duties.append(COMMON)
    things = [thing for duty in duties for thing in duty.things]
    duty_rows = _indicator_rows("duty", DUTY, _duty_block(rng, duties, city, year, style))
    tasks = list(dict.fromkeys(row.indicator.labels["key_task"].text for row in duty_rows if row.indicator))
    above, below = _field_rows(rng, filing, domain, duties, city, tasks)
    names = HEADERS | ({"full_year": "年度指标值"} if rng.random() < 0.06 else {})
    money = _amount_rows(rng, things)
    if not style.has_income:
        caption = money[0].parts["caption"]
        money = [row for row in money if row.kind != "income"]
        money[0].columns = ("caption", *money[0].columns[1:])
        money[0].parts["caption"] = caption
    rows = [
        *above,
        *money,
        *below,
        _header(rng, "standard", STANDARD, names),
        *_indicator_rows("standard", STANDARD, _standard_block(rng)),
        *([_header(rng, "duty", DUTY, names)] if duty_rows else []),
        *duty_rows,
        _header(rng, "effect", (*STANDARD, ""), names),
    ]
    seen: list[Label] = []
    for level1, level2, indicators in _effect_block(rng, domain, things, year):
        block = _indicator_rows("effect", (*STANDARD, ""), indicators)
        if not block:
            under = {"level1": level1, "level2": level2}
            block = [Row("level", (*STANDARD, ""), {}, None, {"level2": level2}, block="effect", under=under)]
        block[0].labels.pop("level1", None)
        if level1 not in seen:
            seen.append(level1)
            block[0].labels["level1"] = level1
        rows += block
    if style.full_only:
        _drop_half_years(rows)
    fields = [f for row in rows for f in row.fields]
    amounts = [a for row in rows for a in row.amounts]
    indicators = [row.indicator for row in rows if row.indicator]
    return Form("department", filing, rows, fields, amounts, indicators, title, f"{year}年度")
