"""The long texts of a form, and how an export prints them."""

from random import Random

from tests.damage.content import OFFICES, Domain, Duty
from tests.damage.wordlist import listed

NUMBERS = "一二三四五六七八九十"
AIMS = listed("""
    确保{o}平稳有序运行，为群众提供优质高效服务 全面提升{d}工作的信息化、标准化和精细化水平
    推动{d}事业高质量发展，主要指标保持全省前列 健全{o}长效管理机制，持续增强公共服务能力
    到{y}年，基本建成布局合理、功能完善、运行高效的{d}服务体系
    深化{o}改革创新，优化资源配置，降低运行成本 加强队伍建设，培养一支专业化的{d}人才队伍
    主动适应过紧日子的新形势，推动{d}工作集约节约发展 积极融入长三角一体化，扩大{o}的覆盖面和影响力
    推进{o}与数字技术深度融合，构建全流程闭环管理体系
""")
RULES = listed("""
    贯彻执行党和国家关于{d}工作的方针、政策和法规 承办{c}{b}交办的其他事项
    参与制定全市{d}事业发展规划并组织实施 开展{d}领域的业务培训和学术交流
""")


def functions(rng: Random, domain: Domain, duties: list[Duty], city: str) -> list[str]:
    """What the unit is for: its duties among the usual sentences."""
    usual = [rule.format(d=domain.name, c=city, b=domain.bureau) for rule in rng.sample(RULES, 2)]
    return [usual[0], *[duty.long for duty in duties], usual[1]]


def staffing(rng: Random, domain: Domain, unit: str, city: str, year: int) -> str:
    """How the unit is set up; it begins with the unit's name."""
    staff = rng.randint(12, 180)
    offices = rng.sample(OFFICES, rng.randint(3, 6))
    founded = f"机构规格相当于正科级，经费渠道为全额拨款，成立时间为{rng.randint(1952, 2012)}年。"
    return (
        f"{unit}是{city}{domain.bureau}直属事业单位，编制应有人员{staff}人，"
        f"截止到{year - 1}年12月实有在编人员{staff - rng.randint(0, 5)}人，退休职工{rng.randint(3, 60)}人。"
        f"共有职能部门{len(offices)}个：{'、'.join(offices)}。{rng.choice(['', founded])}"
    )


def goal(rng: Random, domain: Domain, year: int, count: int) -> str:
    """A paragraph of aims."""
    duties = [duty for duty in domain.duties for _ in duty.things]
    parts = []
    for aim in rng.sample(AIMS, count):
        thing = rng.choice(rng.choice(duties).things)
        parts.append(aim.format(o=thing.short, d=domain.name, y=year + rng.randint(1, 6)))
    return "，".join(parts[:2]) + "。" + "".join(part + "。" for part in parts[2:])


def annual(rng: Random, domain: Domain, tasks: list[str], year: int) -> list[str]:
    """The year's goals, most of them the key tasks in their own words."""
    found = []
    for task in tasks:
        if rng.random() < 0.65:
            found.append(task + rng.choice(["", "", "，确保各项工作落到实处", "，进一步提升服务水平"]))
    found.append(goal(rng, domain, year, 2).rstrip("。"))
    return found


def numbered(rng: Random, sentences: list[str]) -> list[str]:
    """Paragraphs, one a sentence, numbered in one of the usual ways."""
    style = rng.choice(["{n}、", "{n}. ", "{c}、", "（{c}）"])
    return [
        style.format(n=i + 1, c=NUMBERS[i % 10])
        + s
        + rng.choice(["。", "。", "；"] if i + 1 < len(sentences) else ["。"])
        for i, s in enumerate(sentences)
    ]


def printed(rng: Random, paragraphs: list[str]) -> str:
    """As an export prints it: in HTML or with its line ends gone."""
    kind = rng.random()
    if kind < 0.6:
        tags = [rng.choice(["<p>", "<p>", "<p>", '<p style="text-align: center;">']) for _ in paragraphs]
        marked = [p.replace("“", "&ldquo;").replace("”", "&rdquo;") if kind < 0.03 else p for p in paragraphs]
        return " ".join(f"{tag}{p}</p>" for tag, p in zip(tags, marked, strict=True))
    if kind < 0.65:
        return "<p>" + "<br/>".join(paragraphs) + "</p>"
    return " ".join(paragraphs)


def wrapped(rng: Random, text: str, chance: float = 0.15) -> str:
    """A label with the space that a line wrap left in it, now and then."""
    if len(text) < 9 or rng.random() >= chance:
        return text
    at = rng.randint(len(text) // 2 - 1, len(text) - 3)
    if not all("一" <= c <= "鿿" for c in text[at - 1 : at + 1]):
        return text
    return f"{text[:at]} {text[at:]}"
