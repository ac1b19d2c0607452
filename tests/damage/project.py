"""Project target forms with random content, laid out as that of 2021."""

from random import Random

from tests.damage import phrases, standards, targets, texts
from tests.damage.content import ALL, CITIES, PEOPLE, PLAIN, Domain, Style, Thing
from tests.damage.department import templates
from tests.damage.model import Amount, Field, Form, Indicator, Label, Row

COLUMNS = ("level1", "subprojects", "indicator", "full_year", "explanation", "evidence_source")
HEADERS = dict(
    zip(COLUMNS, ["类别", "对应子项目名称", "指标名称", "目标值", "指标解释", "目标值来源"], strict=True)
)
PAIR = ("label", "value", "label2", "value2")
WIDE = ("label", "value", "", "", "")
SUFFIXES = {
    "S": ["运维", "运行维护", "升级改造"],
    "E": ["活动经费", "活动"],
    "T": ["培训"],
    "I": ["执法检查", "专项经费"],
    "W": ["建设", "工程"],
    "G": ["补助", "补贴资金"],
    "P": ["宣传", "宣传经费"],
    "R": ["研究", "调查"],
    "V": ["服务", "工作经费", "购买服务"],
}
FAMILY_SUFFIXES = ["建设", "运维", "服务", "管理配套费用", "设备购置", "培训"]
PROJECT_SUFFIXES = ["建设", "专项", "综合保障", "经费"]
CUT_AT = 25  # characters that the export prints of an explanation


def _subprojects(rng: Random, domain: Domain, year: int) -> list[tuple[str, Thing]]:
    """Names of the subprojects, each with what it is about."""
    things = [thing for duty in domain.duties for thing in duty.things]
    if rng.random() < 0.4:  # one stem, as 2021年信息化建设, 2021年信息化运维
        stem = rng.choice(things).short
        suffixes = rng.sample(FAMILY_SUFFIXES, rng.randint(2, 4))
        kinds = {"建设": "W", "运维": "S", "服务": "V", "管理配套费用": "V", "设备购置": "W", "培训": "T"}
        return [(f"{year}年{stem}{s}", Thing(kinds[s], stem, stem)) for s in suffixes]
    chosen = rng.sample(things, rng.randint(1, 5))
    prefix = f"{year}年" if rng.random() < 0.6 else ""
    return [(f"{prefix}{t.full}{rng.choice(SUFFIXES[t.kind])}", t) for t in chosen]


def _names(rng: Random, pattern: str, thing: Thing, domain: Domain) -> str:
    return pattern.format(o=thing.short if rng.random() < 0.8 else thing.full, p=rng.choice(domain.people))


def _explanation(rng: Random, thing: Thing, others: list[Thing], unit: str, domain: Domain) -> str:
    pattern = rng.choice(phrases.EXPLANATIONS)
    a, b = rng.choice(others).full, rng.choice(others).full
    return pattern.format(o=thing.full, u=unit, a=a, b=b, p=rng.choice(domain.people))[:CUT_AT]


def _indicators(
    rng: Random,
    subprojects: list[tuple[str, Thing]],
    domain: Domain,
    unit: str,
    year: int,
    style: Style = PLAIN,
) -> list[Indicator]:
    """投入 with its fixed rows, then the free ones."""
    labels = {name: Label("level1", name, True) for name in standards.CATEGORIES}
    keep = rng.choice([1.0, 1.0, 0.7])
    found = []
    for name, target, explanation, source in standards.INPUTS:
        if rng.random() < keep:
            found.append(
                Indicator(
                    name,
                    {"level1": labels["投入"]},
                    {"full_year": targets.parse_standard(target)},
                    True,
                    None,
                    explanation[:CUT_AT],
                    source,
                )
            )
    things = [thing for _, thing in subprojects]

    def free(category: str, pattern: str, chosen: list[tuple[str, Thing]]) -> Indicator:
        name, _, code = pattern.partition("=")
        thing = chosen[0][1] if chosen else rng.choice(things)
        target = targets.make(rng, code, year)["full_year"]
        if style.sentences and rng.random() < 0.3:
            target = targets.words(rng.choice(phrases.SENTENCES))
        return Indicator(
            _names(rng, name, thing, domain),
            {"level1": labels[category]},
            {"full_year": target},
            False,
            [n for n, _ in chosen] or None,
            _explanation(rng, thing, things, unit, domain),
            rng.choice(phrases.SOURCES),
        )

    taken = {i.name for i in found}
    counts = [rng.randint(4, 12), rng.randint(2, 7), rng.randint(1, 5)]
    if style.most:
        counts = [rng.randint(1, style.most) for _ in counts]
    for category, count in zip(standards.CATEGORIES[1:], counts, strict=True):
        for _ in range(count):
            chosen = rng.sample(subprojects, min(len(subprojects), rng.choice([1, 1, 1, 1, 2, 3])))
            kind = chosen[0][1].kind
            special = templates(chosen[0][1], style)
            pattern = {
                "产出": rng.choice(special or phrases.INDICATORS[kind] + phrases.GENERIC[kind][:3]),
                "结果": rng.choice(phrases.RESULTS),
                "影响力": rng.choice(phrases.INFLUENCE),
            }[category]
            one = free(category, pattern, [] if category == "影响力" else chosen)
            if one.name not in taken:
                taken.add(one.name)
                found.append(one)
    return found


def _money(rng: Random, amount: float) -> str:
    return rng.choice([f"{amount:,.2f}", f"{amount:,.2f}", f"{amount:.2f}", f"{amount:.10g}"])


def _funds(rng: Random, subprojects: list[tuple[str, Thing]]) -> list[Row]:
    """Subprojects and funding sources, each with its 合计."""
    block = ("label", "item", "", "amount", "")
    rows = [
        Row(
            "subproject",
            block,
            {
                "label": "项目资金构成（详细列出各子项目名称和金额）",
                "item": "子项目名称",
                "amount": "预算金额（万元）",
            },
        )
    ]
    sums = [rng.randint(500, 300_000) / 100 for _ in subprojects]
    for (name, _), amount in zip(subprojects, sums, strict=True):
        rows.append(
            Row(
                "subproject",
                block,
                {"item": name, "amount": _money(rng, amount)},
                amounts=[Amount("subproject", name, None, False, "current_year", amount)],
            )
        )
    total = round(sum(sums), 2)
    rows.append(
        Row(
            "subproject",
            block,
            {"item": "合计：", "amount": _money(rng, total)},
            amounts=[Amount("subproject", "合计", None, True, "current_year", total)],
        )
    )
    return rows + _sources(rng, total)


def _sources(rng: Random, total: float) -> list[Row]:
    periods = ("total_investment", "prior_year", "current_year")
    columns = ("label", "item", *periods)
    heads = dict(zip(periods, ["项目投资总额", "上年度资金", "本年度计划数"], strict=True))
    rows = [Row("funding_source", columns, {"label": "项目资金来源（万元）", "item": "资金来源"} | heads)]
    upper = round(total * rng.choice([0, 0, 0, 0.2, 0.35]), 2)
    before = rng.choice([0.0, 0.0, round(total * rng.uniform(0.3, 1.2), 2)])
    lines = {
        "上级财政资金": (upper, 0.0, upper),
        "市级财政资金": (round(total - upper + before, 2), before, round(total - upper, 2)),
        "其他": (0.0, 0.0, 0.0),
        "下级财政资金": (0.0, 0.0, 0.0),
        "合计": (round(total + before, 2), before, total),
    }
    blank = rng.random() < 0.85
    for item, sums in lines.items():
        row = Row("funding_source", columns, {"item": item})
        for period, amount in zip(periods, sums, strict=True):
            if amount or (not blank and item != "合计"):
                row.parts[period] = _money(rng, amount) if amount else "0"
                row.amounts.append(Amount("funding_source", item, None, item == "合计", period, amount))
        rows.append(row)
    return rows


def _person(rng: Random) -> tuple[str, str]:
    return rng.choice(PEOPLE), f"1{rng.choice('35789')}{rng.randint(10**8, 10**9 - 1)}"


def _fields(
    rng: Random, filing: dict[str, object], domain: Domain, names: list[str]
) -> tuple[list[Row], list[Row], Field]:
    """The rows before the funds, those after, and the unit's code (printed before its name)."""
    year, unit, project = (
        int(str(filing["fiscal_year"])),
        str(filing["unit_name"]),
        str(filing["project_name"]),
    )
    (leader, phone), (contact, _) = _person(rng), _person(rng)

    def pair(*cells: tuple[str, str, str | None]) -> Row:
        return Row("field", PAIR, {}, fields=[Field(k, label, value) for k, label, value in cells])

    def long(key: str, label: str, paragraphs: list[str], columns: tuple[str, ...]) -> Row:
        one = Field(key, label, "\n".join(paragraphs))
        one.shown_value = texts.printed(rng, paragraphs)
        return Row("field", columns, {}, fields=[one])

    first = pair(("unit_name", "申报单位名称", unit))
    code = Field("unit_code", "申报单位名称", str(filing["unit_code"]))
    first.parts["value"] = f"{code.value} {unit}"
    goals = texts.annual(rng, domain, names, year)
    overview = [
        f"{project}项目由{unit}组织实施，包括{'、'.join(names)}等。{texts.goal(rng, domain, year, 3)}",
        f"项目实施期间为{year}年1月1日至{year}年12月31日。",
    ]
    above = [
        first,
        pair(("project_name", "项目名称", project)),
        pair(
            (
                "project_type",
                "项目类型",
                rng.choice(["信息化工程及维护类", "政府购买服务类", "专项业务费类", "基本建设类"]),
            ),
            ("project_attribute", "项目属性", rng.choice(["市立项目", "常年项目", "一次性项目"])),
        ),
        pair(
            ("government_procurement", "是否政府采购", rng.choice("是否")),
            ("government_service_purchase", "是否政府购买服务", rng.choice("是否")),
        ),
        pair(("project_leader", "项目负责人", leader), ("contact_person", "联系人", contact)),
        pair(("contact_phone", "联系电话", phone)),
        pair(("project_year", "项目年度", str(year))),
        long("project_overview", "项目概况", overview, PAIR),
        long(
            "project_basis",
            "项目设立依据（相关批文名称）",
            [
                f"1、《{domain.name}事业发展“十四五”规划》 2、《关于加强{names[0]}工作的通知》"
                f"（{year - 1}〔{rng.randint(3, 90)}〕号）"
            ],
            PAIR,
        ),
        long(
            "project_necessity",
            "项目设立的必要性",
            texts.numbered(rng, [texts.goal(rng, domain, year, 2).rstrip("。") for _ in range(3)]),
            PAIR,
        ),
        long(
            "implementation_safeguards",
            "保证项目实施的制度、措施",
            ["(1) 建立项目绩效评价工作领导小组。 (2) 加强资金管理，做到专款专用。"],
            WIDE,
        ),
        *_prior_year(rng),
    ]
    below = [
        long(
            "implementation_plan",
            "项目实施计划",
            [f"{year}年1月1日至{year}年12月31日期间按各子项目进度实施。"],
            WIDE,
        ),
        long("overall_goal", "项目总目标", [" ".join(texts.numbered(rng, goals))], WIDE),
        long("annual_goal", "年度绩效目标", texts.numbered(rng, goals), ("label", "value")),
    ]
    return above, below, code


def _prior_year(rng: Random) -> list[Row]:
    """Last year's money: often blank."""
    blank = rng.random() < 0.4
    money = [None if blank else _money(rng, rng.randint(1000, 90_000) / 100) for _ in range(3)]
    rates = ["0", "0"] if blank else [f"{rng.choice([0, 88.5, 95, 100])}", f"{rng.choice([76.2, 90, 99.8])}"]
    cells = list(
        zip(
            [
                "prior_year_allocated",
                "prior_year_disbursed",
                "prior_year_spent",
                "prior_year_funds_in_place_rate",
                "prior_year_execution_rate",
            ],
            [
                "安排资金（万元）",
                "拨付资金（万元）",
                "支出资金（万元）",
                "资金到位率（%）",
                "预算执行率（%）",
            ],
            [*money, *rates],
            strict=True,
        )
    )
    columns = ("caption", "label", "value", "label2", "value2")
    rows = [Row("field", columns, {}, fields=[Field(*c) for c in cells[i : i + 2]]) for i in (0, 2, 4)]
    rows[0].parts["caption"] = "本项目上年度市级财政资金使用情况"
    return rows


def _closing(rng: Random, year: int) -> list[Row]:
    """The signature rows, blank as a rule."""
    signed = rng.random() < 0.3
    notes = rng.choice(["无", "项目需跨年度实施"]) if rng.random() < 0.2 else None
    six = ("label", "value", "label2", "value2", "label3", "value3")
    names = ("unit_head", "preparer", "prepared_on")
    labels = ("申报单位负责人", "填报人", "填报日期")
    values = [
        rng.choice(PEOPLE),
        rng.choice(PEOPLE),
        f"{year - 1}-{rng.randint(9, 12):02d}-{rng.randint(10, 28)}",
    ]
    fields = [
        Field(n, label, value if signed else None, f"{label}:")
        for n, label, value in zip(names, labels, values, strict=True)
    ]
    return [
        Row(
            "field",
            ("label", "value", "", "", "", ""),
            {},
            fields=[Field("other_notes", "需要说明的其它问题", notes)],
        ),
        Row("field", six, {}, fields=fields),
    ]


def build(rng: Random, style: Style = PLAIN) -> Form:
    """A clean form."""
    domain, city, year = rng.choice(ALL), rng.choice(CITIES), rng.randint(2019, 2024)
    subprojects = _subprojects(rng, domain, year)
    unit = ("" if style.bare_unit else city) + rng.choice(domain.units)
    title = f"{city}级财政支出项目绩效目标申报表"
    code = f"{rng.randint(0, 999):06d}{rng.randint(0, 999999):06d}"
    filing = {
        "form": "project_target",
        "title": title,
        "region": city,
        "fiscal_year": year,
        "unit_code": code,
        "unit_name": unit,
        "project_name": f"{year}年{subprojects[0][1].short}{rng.choice(PROJECT_SUFFIXES)}",
    }
    above, below, unit_code = _fields(rng, filing, domain, [name for name, _ in subprojects])
    rows = [*above, *_funds(rng, subprojects), *below]
    rows.append(Row("header", COLUMNS, dict(HEADERS), block="project", breaks=1))
    seen: list[Label] = []
    for indicator in _indicators(rng, subprojects, domain, unit, year, style):
        parts = {
            "subprojects": ", ".join(indicator.subprojects or []),
            "indicator": indicator.name,
            "full_year": indicator.targets["full_year"].text or "",
            "explanation": indicator.explanation or "",
            "evidence_source": indicator.source or "",
        }
        labels = {r: label for r, label in indicator.labels.items() if label not in seen}
        seen += labels.values()
        rows.append(Row("indicator", COLUMNS, parts, indicator, labels, block="project"))
    rows += _closing(rng, year)
    fields = [f for row in rows for f in row.fields]
    fields.insert(1, unit_code)
    return Form(
        "project",
        filing,
        rows,
        fields,
        [a for row in rows for a in row.amounts],
        [row.indicator for row in rows if row.indicator],
        f"# {title}" if rng.random() < 0.6 else title,
    )
