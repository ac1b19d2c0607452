"""Targets and amounts: the value grammar of the contract and of public forms."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.mappings import load
from normalize.values import Target, decimals, is_blank, parse_amount, parse_target, target_likeness

MAPPINGS = load()

Case = tuple[str, str | None, float, float | None, str | None]

CONTRACT: list[Case] = [
    ("=80万", "=", 800000, None, None),
    (">6.4万人次", ">", 64000, None, "人次"),
    ("15%及其以下", "≤", 15, None, "%"),
    ("100%", None, 100, None, "%"),
    ("0", None, 0, None, None),
    ("≥90%以上", "≥", 90, None, "%"),
    ("90%以上", "≥", 90, None, "%"),
    ("不低于90%", "≥", 90, None, "%"),
    ("≧90百分比", "≥", 90, None, "%"),
    (">=90.00(%)", "≥", 90, None, "%"),
    ("5-8人", "range", 5, 8, "人"),
    ("≤500万元", "≤", 5000000, None, "元"),
    ("-0%", None, 0, None, "%"),
]

NUMBERS: list[Case] = [
    # As forms of many regions print them.
    ("≧ 95 %", "≥", 95, None, "%"),
    ("═100%", "=", 100, None, "%"),
    ("﹦72890元", "=", 72890, None, "元"),
    ("＞=95%", "≥", 95, None, "%"),
    ("≦10.8元/亩", "≤", 10.8, None, "元/亩"),
    ("100（%）", None, 100, None, "%"),
    ("=100（百分比）", "=", 100, None, "%"),
    ("12次/月", None, 12, None, "次/月"),
    ("≤800元/生/年", "≤", 800, None, "元/生/年"),
    ("0.6万元/户", None, 6000, None, "元/户"),
    ("≥1,200元/亩", "≥", 1200, None, "元/亩"),
    ("≥300PB", "≥", 300, None, "PB"),
    ("≥1万㎡", "≥", 10000, None, "㎡"),
    ("≥98%（含）", "≥", 98, None, "%"),
    ("95%（含）以上", "≥", 95, None, "%"),
    ("大于等于3次", "≥", 3, None, "次"),
    ("≥2（篇）", "≥", 2, None, "篇"),
    ("90～95%", "range", 90, 95, "%"),
    ("≥350条", "≥", 350, None, "条"),
    ("250TB", None, 250, None, "TB"),
    ("≤6次", "≤", 6, None, "次"),
    ("=18所", "=", 18, None, "所"),
    ("≤0%", "≤", 0, None, "%"),
    (">12.8万人次", ">", 128000, None, "人次"),  # 12.8 * 10000 is 128000.00000000001 in floats
    ("0.2万", None, 2000, None, None),
    ("1.5亿元", None, 150000000, None, "元"),
    ("3千万元", None, 30000000, None, "元"),
    ("1,234,567.5元", None, 1234567.5, None, "元"),
    ("１，０００人", None, 1000, None, "人"),
    ("＝5个", "=", 5, None, "个"),
    ("═5个", "=", 5, None, "个"),
    ("﹦5", "=", 5, None, None),
    ("≦3%", "≤", 3, None, "%"),
    ("<=3%", "≤", 3, None, "%"),
    ("＜3次", "<", 3, None, "次"),
    ("≥ 90 %", "≥", 90, None, "%"),
    ("≥99.9％", "≥", 99.9, None, "%"),
    ("大于等于3次", "≥", 3, None, "次"),
    ("不少于3次", "≥", 3, None, "次"),
    ("至少3次", "≥", 3, None, "次"),
    ("大于3次", ">", 3, None, "次"),
    ("超过3次", ">", 3, None, "次"),
    ("小于等于3次", "≤", 3, None, "次"),
    ("小于3次", "<", 3, None, "次"),
    ("不超过5天", "≤", 5, None, "天"),
    ("不高于5%", "≤", 5, None, "%"),
    ("5%以内", "≤", 5, None, "%"),
    ("控制在5%以内", "≤", 5, None, "%"),
    ("5%以下", "≤", 5, None, "%"),
    ("90%（含）以上", "≥", 90, None, "%"),
    ("85%及以上", "≥", 85, None, "%"),
    ("达到95%以上", "≥", 95, None, "%"),
    ("达到95%", None, 95, None, "%"),
    (">90%以上", ">", 90, None, "%"),
    ("百分之90", None, 90, None, "%"),
    ("100%。", None, 100, None, "%"),
    ("95%-100%", "range", 95, 100, "%"),
    ("90%~95%", "range", 90, 95, "%"),
    ("90～95%", "range", 90, 95, "%"),
    ("5至8人", "range", 5, 8, "人"),
    ("5-8万人次", "range", 50000, 80000, "人次"),
    ("5000-1万人", "range", 5000, 10000, "人"),
    ("3次/年", None, 3, None, "次/年"),
    ("≤1500元/亩", "≤", 1500, None, "元/亩"),
    ("650元/生/年", None, 650, None, "元/生/年"),
    ("-5%", None, -5, None, "%"),
    ("≥3集", "≥", 3, None, "集"),
    ("≥2盅", "≥", 2, None, "盅"),  # no mapping knows it: as printed
    ("2盅", None, 2, None, "盅"),
    ("≥5个乡镇", "≥", 5, None, "个乡镇"),
    ("≤300元/人·天", "≤", 300, None, "元/人·天"),
    ("≮95%", "≥", 95, None, "%"),
    ("≯5%", "≤", 5, None, "%"),
]

WORDS = [
    "2021.1-2021.12",
    "2021.01-2021.12",
    "2018年10月底",
    "成本不超预算",
    "显著提升",
    "每月1次",
    "100%完成",
    "1:1",
    "是",
    "无事故",
    "2024年12月底前",
    "健全",
    "按月",
    "1:3",
    "1/3",
    "2021年12月",
    "12月",
    "12月底前",
    "2021年",
    "2021.12",
    "2021-2023年",
    "3-5月",
    "第一名",
    "前10名",
    "100余人",
    "12345热线",  # without a comparator a number and a word may be a name
    "2等奖",
    "100分制",
    "5人参加",
    "1000万投资",
    "50左右",
    "0事故",
    "100%完成",
    "完成率100%",
    "7*24小时",
    "8-5人",
    "≤90%以上",
    "≥5-8人",
    "控制在5%",
    "1 000",
    "10，00人",
    "全部整改完成，不逾期",
    "不发生网络安全事故",
    "上级通报的网络安全事故48小时内解决完成",
    "—",
]


@pytest.mark.parametrize(("text", "comparator", "value", "value_max", "unit"), CONTRACT + NUMBERS)
def test_numbers(
    text: str, comparator: str | None, value: float, value_max: float | None, unit: str | None
) -> None:
    target = parse_target(text, MAPPINGS.units)
    assert target == Target(comparator, value, value_max, unit, None)
    assert str(target.value) != "-0.0"


@pytest.mark.parametrize("text", WORDS)
def test_what_is_not_understood_stays_words(text: str) -> None:
    assert parse_target(text, MAPPINGS.units) == Target(qualitative=text)


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_nothing_printed_is_nothing(text: str | None) -> None:
    assert parse_target(text, MAPPINGS.units) == Target()


def test_units_may_be_any_sequence() -> None:
    assert parse_target("≥90百分比", list(MAPPINGS.units)) == Target("≥", 90, None, "%")
    assert parse_target("≥90盅", ()) == Target("≥", 90, None, "盅")


def test_aliases_of_units_may_hold_digits() -> None:
    square = replace(MAPPINGS.units[0], unit="平方米", aliases=("m2", "m²"))
    for text in ("≥1200m2", "≥1,200m²", "≥1200平方米"):
        assert parse_target(text, (square,)) == Target("≥", 1200, None, "平方米")


@given(
    st.text(
        alphabet=st.sampled_from(
            "0123456789.,，-~≥≤<>=＝%％万亿人次元年月日以上下内（） /至达到不低于全部完成"
        ),
        max_size=30,
    )
)
def test_any_text_is_a_number_or_words(text: str) -> None:
    target = parse_target(text, MAPPINGS.units)
    if not text.strip():
        assert target == Target()
    else:
        assert (target.value is None) == (target.qualitative is not None)
        assert target.qualitative in (None, text.strip())
        assert (target.value_max is not None) == (target.comparator == "range")
    assert parse_target(target.qualitative, MAPPINGS.units) in (target, Target())


@given(
    st.sampled_from(["", "=", "≥", "≤", ">", "<"]),
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["", "%", "人次", "次/年", "TB", "元"]),
    st.booleans(),
)
def test_a_formatted_target_is_read_back(comparator: str, value: Decimal, unit: str, grouped: bool) -> None:
    text = f"{comparator}{value:,.2f}{unit}" if grouped else f"{comparator}{value}{unit}"
    wanted = Target(comparator or None, float(value), None, unit or None)
    if text.startswith(("19", "20")) and not unit:  # 2021.12 is a month
        return
    assert parse_target(text, MAPPINGS.units) == wanted


LIKENESS = [
    ("≥90%", 4.0, 4.0),
    ("5-8人", 4.0, 4.0),
    ("100%", 3.0, 3.0),
    ("0", 3.0, 3.0),
    ("健全", 3.0, 3.0),
    ("2024年12月底前", 1.0, 1.0),
    ("教育宣传", -0.5, 0.0),
    ("全部整改完成，不逾期", 0.0, 0.0),
    ("不发生网络安全事故", 0.0, 0.0),
    ("日常维护系统数量", -3.0, -3.0),
    ("预算执行率", -3.0, -3.0),
    ("服务对象满意度", -3.0, -3.0),
    ("《苏州教育30分》电视节目收视率", -2.0, -2.0),
    ("保障苏州城区义务教育阶段学生免费乘坐公共交通", -2.0, -2.0),
    ("", 0.0, 0.0),
]


@pytest.mark.parametrize(("text", "least", "most"), LIKENESS)
def test_likeness(text: str, least: float, most: float) -> None:
    assert least <= target_likeness(text, MAPPINGS) <= most


def test_likeness_follows_the_mappings() -> None:
    words = replace(MAPPINGS.words, qualitative=(*MAPPINGS.words.qualitative, "呱呱叫"))
    assert target_likeness("呱呱叫", MAPPINGS) < 3
    assert target_likeness("呱呱叫", replace(MAPPINGS, words=words, fingerprint="another")) == 3


@given(st.text(max_size=40))
def test_likeness_of_any_text(text: str) -> None:
    assert -4 <= target_likeness(text, MAPPINGS) <= 4


AMOUNTS = [
    ("1234.50", "1234.50", 2),
    ("1,234.5", "1234.5", 1),
    ("１２３．４", "123.4", 1),
    ("-12.3", "-12.3", 1),
    ("0", "0", 0),
    ("-0.00", "0.00", 2),
    ("12.5万元", "12.5", 1),
    ("300元", "0.0300", 4),
    ("1.2亿元", "12000", -3),
    (" 88.8 ", "88.8", 1),
]


@pytest.mark.parametrize(("text", "value", "places"), AMOUNTS)
def test_amounts(text: str, value: str, places: int) -> None:
    assert parse_amount(text) == Decimal(value)
    assert decimals(text) == places


@pytest.mark.parametrize(
    "text", ["", " ", "-", "—", "/", "无", "12%", "5人", "nan", "Infinity", "1e5", "1,23", "12 34", "一二"]
)
def test_no_amounts(text: str) -> None:
    assert parse_amount(text) is None
    assert decimals(text) == 0


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_formatted_amount_is_read_back(value: Decimal) -> None:
    assert parse_amount(f"{value:,}") == value
    assert decimals(f"{value:,}") == 4


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_none(text: str) -> None:
    amount = parse_amount(text)
    assert amount is None or amount.is_finite()


@pytest.mark.parametrize("text", ["—", "-", "——", "/", "\\", "－", "无", " — ", "**"])
def test_marks_of_blanks(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "无事故", "-1", "1/2", "健全", ""])
def test_what_is_no_mark_of_a_blank(text: str) -> None:
    assert not is_blank(text)
