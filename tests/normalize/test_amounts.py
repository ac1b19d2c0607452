"""Blocks of amounts: every printed amount under its line and period, in 万元."""

import pytest

from normalize.model import REVIEW_BELOW, Filing
from tests.normalize.grids import DEPARTMENT, GOALS, PROJECT, amounts, filing, kinds

INCOME = """
部门整体资金（万元）|收入|||全年 预算数|
||资金总额||2190.36|
||财政拨款|小计||1190.36
|||一般公共预算资金||1190.36
|||政府性基金||0
||其他资金||1,000.00|
"""
SPENT = """
|支出|||半年 计划执行数|全年 预算数
||基本支出||516.92|1093.86
||项目支出||299.5|1096.5
||食堂改造||299.5|1000
||体检费|||96.5
"""
SOURCES = """
项目资金来源（万元）|资金来源|项目投资总额|上年度资金|本年度计划数
|市级财政资金|140.5||100
|下级财政|||40.5
|其他|||
|合计|140.5||140.5
"""
SUBPROJECTS = """
项目资金构成（详细列出各子项目名称和金额）|子项目名称||预算金额（万元）|
|操场修缮||120.50|
|门窗更换||20|
|围墙|||
|合计：||140.50|
"""


def department(*grids: str) -> Filing:
    return filing(DEPARTMENT, GOALS, *grids)


def test_income_lines_with_their_parents_and_totals() -> None:
    lines = [(a.item, a.parent, a.is_total, a.amount) for a in department(INCOME).amounts]
    assert lines == [
        ("资金总额", None, True, 2190.36),
        ("小计", "财政拨款", True, 1190.36),
        ("一般公共预算资金", "财政拨款", False, 1190.36),
        ("政府性基金", "财政拨款", False, 0.0),
        ("其他资金", "资金总额", False, 1000.0),
    ]
    assert {a.section for a in department(INCOME).amounts} == {"income"}


def test_expenditure_lines_have_two_periods_and_a_blank_one_gives_no_row() -> None:
    found = amounts(department(SPENT))
    assert found["食堂改造", "half_year"].amount == 299.5 and found["食堂改造", "full_year"].amount == 1000
    assert ("体检费", "half_year") not in found and found["体检费", "full_year"].amount == 96.5
    assert {a.parent for (item, _), a in found.items() if item in ("食堂改造", "体检费")} == {"项目支出"}
    assert {a.parent for (item, _), a in found.items() if item in ("基本支出", "项目支出")} == {None}


def test_rows_are_numbered_over_all_blocks() -> None:
    one = department(INCOME, SPENT)
    assert [a.row for a in one.amounts] == list(range(1, len(one.amounts) + 1))
    assert {a.section for a in one.amounts} == {"income", "expenditure"}


@pytest.mark.parametrize("grid", ["食堂改造|1|2|||\n", "|食堂改造|1|2||\n", "|||食堂改造|1|2\n"])
def test_projects_that_slid_aside_come_back(grid: str) -> None:
    one = department("|支出|||半年 计划执行数|全年 预算数\n||项目支出||1|2\n", grid)
    found = amounts(one)
    assert found["食堂改造", "half_year"].amount == 1 and found["食堂改造", "full_year"].amount == 2
    assert found["食堂改造", "full_year"].parent == "项目支出"


def test_a_cut_line_is_completed_and_recorded() -> None:
    one = department("部门整体资金（万元）|收入|||全年 预算数|\n||资金总额||5|\n||国有资||5|\n")
    assert [a.item for a in one.amounts] == ["资金总额", "国有资本金"]
    assert kinds(one, "amounts", "item") == {"label_completed"}
    assert one.amounts[1].parent == "资金总额"


def test_a_project_that_is_like_a_line_keeps_its_name() -> None:
    one = department("|支出|||半年 计划执行数|全年 预算数\n||项目支出||1|2\n||项目支出评审费||1|2\n")
    assert ("项目支出评审费", "full_year") in amounts(one)
    assert amounts(one)["项目支出评审费", "full_year"].parent == "项目支出"


def test_amounts_in_yuan_are_published_in_wan_yuan() -> None:
    one = filing(
        "苏州市市级部门整体预算绩效目标表\n\n2024年度\n单位：元\n\n单位名称|某中学|\n",
        GOALS,
        "部门整体资金|收入|||全年 预算数|\n||资金总额||2190360|\n||其他资金||2,190,360.00|\n",
    )
    assert [a.amount for a in one.amounts] == [219.036, 219.036]
    assert [a.raw for a in one.amounts] == ["2190360", "2,190,360.00"]


def test_an_amount_that_prints_its_own_unit_is_taken_at_its_word() -> None:
    one = department("|支出|||半年 计划执行数|全年 预算数\n||基本支出||50000元|12万元\n")
    assert [a.amount for a in one.amounts] == [5, 12]


def test_an_amount_in_wan_yuan_among_amounts_in_yuan() -> None:
    lines = "部门整体资金|收入|||全年 预算数|\n||资金总额||12万元|\n||其他资金||120000|\n"
    one = filing("苏州市市级部门整体预算绩效目标表\n单位：元\n\n单位名称|某中学|\n", GOALS, lines)
    assert [a.amount for a in one.amounts] == [12, 12]


def test_subprojects_and_their_total() -> None:
    lines = [
        (a.section, a.item, a.is_total, a.period, a.amount) for a in filing(PROJECT, SUBPROJECTS).amounts
    ]
    assert lines == [
        ("subproject", "操场修缮", False, "current_year", 120.5),
        ("subproject", "门窗更换", False, "current_year", 20),
        ("subproject", "合计", True, "current_year", 140.5),
    ]


def test_funding_sources_in_the_periods_that_are_printed() -> None:
    found = amounts(filing(PROJECT, SOURCES))
    assert {key: a.amount for key, a in found.items()} == {
        ("市级财政资金", "total_investment"): 140.5,
        ("市级财政资金", "current_year"): 100,
        ("下级财政资金", "current_year"): 40.5,
        ("合计", "total_investment"): 140.5,
        ("合计", "current_year"): 140.5,
    }
    assert all(a.parent is None for a in found.values())
    assert [a.is_total for (item, _), a in found.items() if item == "合计"] == [True, True]


def test_amounts_in_place_are_certain() -> None:
    one = department(INCOME, SPENT)
    assert min(a.confidence for a in one.amounts) >= REVIEW_BELOW


def test_the_amounts_of_a_form_end_where_its_fields_go_on() -> None:
    one = filing(PROJECT, SUBPROJECTS, "项目总目标|修好校园|||\n")
    assert {f.field: f.value for f in one.fields}["overall_goal"] == "修好校园"
    assert "项目总目标" not in {a.item for a in one.amounts}
