"""Checks: sums as printed pass, what does not add up fails and says so, what is not there is skipped."""

import pytest

from normalize.checks import check
from normalize.model import Amount, Check, Indicator
from tests.normalize.grids import DEPARTMENT, filing

HEADER = "一级指标|二级指标|三级指标|半年指标值|全年指标值|\n"


def amount(item: str, printed: str, parent: str | None = None, **more: str) -> Amount:
    """A printed amount in 万元."""
    values = {"section": "income", "period": "full_year"} | more
    total = item in ("资金总额", "小计", "合计")
    value = float(printed.replace(",", "").removesuffix("元"))
    value = value / 10_000 if printed.endswith("元") else value
    return Amount(
        1, values["section"], item, parent, total, values["period"], value, printed, 1, "p1 t1 r1 c1", 1.0
    )


def status(checks: list[Check]) -> dict[str, str]:
    return {one.check: one.status for one in checks}


def income(total: str, *parts: str) -> str:
    lines = [amount(f"部分{i}", part, "资金总额") for i, part in enumerate(parts)]
    return status(check([amount("资金总额", total), *lines], [], []))["income_total:full_year"]


@pytest.mark.parametrize(
    ("total", "parts", "wanted"),
    [
        ("10", ("4", "6"), "pass"),
        ("10.00", ("4.00", "6.01"), "fail"),
        ("10", ("4", "6.4"), "fail"),
        ("10", ("4.5", "5.5"), "pass"),
        ("10", ("4", "7"), "fail"),
        ("2,190.36", ("1,190.36", "1,000.00"), "pass"),
        ("0.3", ("0.1", "0.2"), "pass"),  # 0.1 + 0.2 is no 0.3 in floats
        ("0.30000000", ("0.10000000", "0.20000000"), "pass"),
        ("1000元", ("400元", "600元"), "pass"),
        ("1000元", ("400元", "602元"), "fail"),
    ],
)
def test_sums_hold_as_printed(total: str, parts: tuple[str, ...], wanted: str) -> None:
    assert income(total, *parts) == wanted


def test_what_does_not_add_up_says_what_it_is() -> None:
    lines = [amount("资金总额", "10.0"), amount("其他资金", "9.0", "资金总额")]
    (failed,) = (one for one in check(lines, [], []) if one.status == "fail")
    assert failed.check == "income_total:full_year"
    assert (failed.expected, failed.actual) == ("10.0", "9.0")
    assert "9.0" in failed.message and "10.0" in failed.message


def test_a_total_without_parts_and_parts_without_a_total_are_skipped() -> None:
    for lines in ([amount("资金总额", "10")], [amount("其他资金", "10", "资金总额")]):
        assert status(check(lines, [], []))["income_total:full_year"] == "skipped"


def test_the_subtotal_stands_for_its_lines() -> None:
    lines = [
        amount("资金总额", "10"),
        amount("小计", "7", "财政拨款"),
        amount("一般公共预算资金", "5", "财政拨款"),
        amount("政府性基金", "2", "财政拨款"),
        amount("其他资金", "3", "资金总额"),
    ]
    found = status(check(lines, [], []))
    assert (found["income_total:full_year"], found["income_subtotal:full_year"]) == ("pass", "pass")
    lines[2] = amount("一般公共预算资金", "1", "财政拨款")
    found = status(check(lines, [], []))
    assert (found["income_total:full_year"], found["income_subtotal:full_year"]) == ("pass", "fail")


def test_projects_add_up_in_each_period() -> None:
    lines = [
        amount(item, printed, parent, section="expenditure", period=period)
        for item, parent, period, printed in (
            ("项目支出", None, "half_year", "3"),
            ("食堂", "项目支出", "half_year", "3"),
            ("项目支出", None, "full_year", "9"),
            ("食堂", "项目支出", "full_year", "3"),
        )
    ]
    found = status(check(lines, [], []))
    assert (found["expenditure_projects:half_year"], found["expenditure_projects:full_year"]) == (
        "pass",
        "fail",
    )


@pytest.mark.parametrize(("spent", "wanted"), [("4", "pass"), ("6", "fail")])
def test_income_is_expenditure(spent: str, wanted: str) -> None:
    lines = [
        amount("资金总额", "10.0"),
        amount("基本支出", "6.0", section="expenditure"),
        amount("项目支出", spent + ".0", section="expenditure"),
        amount("食堂", "4.0", "项目支出", section="expenditure"),
    ]
    assert status(check(lines, [], []))["income_equals_expenditure:full_year"] == wanted


@pytest.mark.parametrize("section", ["subproject", "funding_source"])
def test_lists_add_up_to_their_total(section: str) -> None:
    def lines(total: str) -> list[Amount]:
        rows = [("甲", "1.5"), ("乙", "2.5"), ("合计", total)]
        return [amount(item, n, section=section, period="current_year") for item, n in rows]

    name = f"{section}_total:current_year"
    assert status(check(lines("4.0"), [], []))[name] == "pass"
    assert status(check(lines("5.0"), [], []))[name] == "fail"


def indicators(grid: str) -> tuple[Indicator, ...]:
    return filing(DEPARTMENT, HEADER, grid).indicators


@pytest.mark.parametrize(
    ("targets", "wanted"),
    [
        ("=2场|=4场", "pass"),
        ("=5场|=4场", "fail"),
        ("≤5场|≤4场", "pass"),  # a limit of half a year may be the looser one
        ("=50%|=40%", "skipped"),  # rates do not add up over the year
        ("=5场|=4次", "skipped"),
        ("完成|完成", "skipped"),
    ],
)
def test_half_year_counts_are_no_more_than_those_of_the_year(targets: str, wanted: str) -> None:
    found = check([], indicators(f"效益指标|经济效益|校园招聘会场次|{targets}|\n"), [])
    assert status(found)["half_year_within_full_year"] == wanted


def test_an_indicator_without_a_level1_fails() -> None:
    rows = indicators("效益指标|经济效益|食堂收入增长率|≥2%|≥5%|\n")
    assert status(check([], rows, []))["level1_of_every_indicator"] == "pass"
    assert status(check([], [], []))["level1_of_every_indicator"] == "skipped"
    bare = [
        Indicator(**{name: getattr(row, name) for name in row.__slots__} | {"level1": None}) for row in rows
    ]
    (failed,) = (one for one in check([], bare, []) if one.status == "fail")
    assert failed.check == "level1_of_every_indicator" and "[1]" in failed.message


def test_labels_without_indicators_are_named() -> None:
    grid = "效益指标|经济效益|食堂收入增长率|≥2%|≥5%|\n|社会效益||||\n|生态效益||||\n"
    (found,) = (
        one for one in filing(DEPARTMENT, HEADER, grid).checks if one.check == "level2_has_indicators"
    )
    assert (found.status, found.actual) == ("pass", "2")
    assert "社会效益、生态效益" in found.message and "经济效益" not in found.message


def test_a_form_that_its_title_does_not_tell_wants_a_look() -> None:
    grid = "单位名称|某中学\n中长期目标|建成名校\n年度目标|办好学校\n"
    table = HEADER + "效益指标|经济效益|食堂收入增长率|≥2%|≥5%|\n"
    known, unknown = (filing(title, grid, table) for title in ("部门整体绩效目标表\n\n", "附表三\n\n"))
    assert status(list(known.checks))["title_of_form"] == "pass"
    assert status(list(unknown.checks))["title_of_form"] == "fail"
    assert (known.needs_review, unknown.needs_review) == (False, True)


def test_a_failed_check_of_a_filing_wants_review() -> None:
    grid = "部门整体资金（万元）|收入|||全年 预算数|\n||资金总额||10|\n||其他资金||{}|\n"
    goals = "中长期目标|建成名校|\n年度目标|办好学校|\n"
    assert not filing(DEPARTMENT, goals, grid.format("10")).needs_review
    assert filing(DEPARTMENT, goals, grid.format("90")).needs_review
