"""Targets as people write them, each with what it says."""

from dataclasses import dataclass
from random import Random

PERIODS = ("half_year", "full_year")


@dataclass(frozen=True, slots=True)
class Target:
    """A printed target and its reading. ``text`` is None where nothing is printed."""

    text: str | None = None
    comparator: str | None = None
    value: float | None = None
    unit: str | None = None
    qualitative: str | None = None
    value_max: float | None = None


def words(text: str) -> Target:
    """A target in words: 健全, 及时, 无事故."""
    return Target(text, qualitative=text)


def number(value: float, unit: str | None, comparator: str | None = "=", scale: str = "") -> Target:
    """A number as printed: comparator, digits, 万 or 亿, unit."""
    shown = f"{value:.10g}"
    times = {"": 1, "万": 10_000, "亿": 100_000_000}[scale]
    return Target(f"{comparator or ''}{shown}{scale}{unit or ''}", comparator, round(value * times, 6), unit)


def parse_standard(text: str) -> Target:
    """The few shapes of the standard indicators."""
    if text == "15%及其以下":
        return Target(text, "≤", 15.0, "%")
    if not text.endswith("%"):
        return words(text)
    comparator = text[0] if text[0] in "=≤≥" else None
    return Target(text, comparator, float(text.removeprefix(comparator or "").removesuffix("%")), "%")


def counted(rng: Random, unit: str) -> tuple[Target, Target]:
    """A count that grows over the year: half-year at most the full year."""
    comparator = rng.choice(["=", "=", "=", "≥", "≥", "≥", ">"])
    if unit == "万元":  # 万 belongs to the unit's name but counts in the value
        full = rng.choice([5, 20, 60, 120, 500, 3200])
        return number(full / 2, "元", comparator, "万"), number(full, "元", comparator, "万")
    if unit in ("人次", "人", "条", "题", "册") and rng.random() < 0.25:
        many = rng.choice([0.8, 1.2, 2.4, 4, 6.4, 8, 12.8, 20, 30])
        return number(round(many / 2, 2), unit, comparator, "万"), number(many, unit, comparator, "万")
    full = rng.choice(
        [1, 2, 3, 4, 6, 8, 10, 12, 18, 20, 24, 36, 40, 60, 80, 100, 120, 200, 300, 500, 800, 1500]
    )
    half = 0 if full < 4 and rng.random() < 0.6 else full // 2 if rng.random() < 0.8 else rng.randint(0, full)
    if full >= 1000 and rng.random() < 0.4:
        return (
            number(half, unit, comparator),
            Target(f"{comparator}{full:,}{unit}", comparator, float(full), unit),
        )
    return number(half, unit, comparator), number(full, unit, comparator)


def constant(rng: Random, unit: str) -> tuple[Target, Target]:
    """A number that holds all year: persons on duty, systems kept."""
    value = rng.choice([2, 3, 5, 7, 8, 12, 16, 18, 25, 42, 56, 78, 120, 253, 278, 400])
    if unit.startswith("万"):
        target = number(value, unit[1:], rng.choice(["=", "≥", None]), "万")
    elif rng.random() < 0.06:
        target = Target(f"{value}-{value + 3}{unit}", "range", float(value), unit, value_max=float(value + 3))
    elif rng.random() < 0.08:
        target = Target(f"不少于{value}{unit}", "≥", float(value), unit)
    else:
        target = number(value, unit, rng.choice(["=", "=", "≥", "≥", None]))
    return target, target


def percent(rng: Random) -> tuple[Target, Target]:
    """A rate, now and then in one of the rarer spellings."""
    value = rng.choice([80, 85, 90, 90, 95, 95, 97, 98, 99.5, 100, 100, 100])
    odd = rng.random()
    if odd < 0.02:
        target = Target(f"≥{value:g}%以上", "≥", float(value), "%")
    elif odd < 0.04:
        target = Target(f"{value:g}%以上", "≥", float(value), "%")
    elif odd < 0.06:
        target = Target(f"不低于{value:g}%", "≥", float(value), "%")
    elif odd < 0.07:
        target = Target(f">={value:.2f}(%)", "≥", float(value), "%")
    elif odd < 0.08:
        target = Target(f"≧{value:g}百分比", "≥", float(value), "%")
    elif odd < 0.10:
        target = Target(f"{100 - value:g}%及其以下", "≤", float(100 - value), "%")
    else:
        target = number(value, "%", rng.choice(["=", "=", "≥", "≥", "≥", ">" if value < 100 else "=", None]))
    if odd >= 0.10 and rng.random() < 0.12:
        return number(0, "%", target.comparator), target
    return target, target


def bounded(rng: Random, unit: str) -> tuple[Target, Target]:
    """Fewer is better: accidents, complaints."""
    kind = rng.random()
    if kind < 0.3:
        return words("无事故"), words("无事故")
    if kind < 0.4:
        return Target("0", None, 0.0), Target("0", None, 0.0)
    full = rng.choice([0, 2, 4, 6, 10])
    return number(full // 2, unit, "≤"), number(full, unit, "≤")


def make(rng: Random, code: str, year: int) -> dict[str, Target]:
    """Half-year and full-year target of a kind: `n:次`, `c:人`, `p`, `z:次`, `t`, or words themselves."""
    kind, _, unit = code.partition(":")
    if kind == "n":
        pair = counted(rng, unit)
    elif kind == "c":
        pair = constant(rng, unit)
    elif kind == "p":
        pair = percent(rng)
    elif kind == "z":
        pair = bounded(rng, unit)
    elif kind == "t":
        pair = words(f"{year}年6月底前"), words(f"{year}年{rng.choice([10, 11, 12])}月底前")
    else:
        pair = words(kind), words(kind)
        if rng.random() < 0.03:
            pair = Target("0", None, 0.0), pair[1]
    return dict(zip(PERIODS, pair, strict=True))
