"""Blocks of amounts: every printed amount under its line and period, in 万元."""

import pytest

from normalize.model import REVIEW_BELOW, Filing
from tests.normalize.grids import (
    DEPARTMENT,
    GOALS,
    PROJECT,
    amounts,
    failed,
    fields,
    filing,
    kinds,
    ruled_filing,
)

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


NATIONAL = """
    项目支出绩效{}表
    （2023年度）
    项目名称 | 河道清淤 | < | < | <
    实施单位 | 水利站 | < | < | <
"""
TARGETS = """
    一级指标 | 二级指标 | 三级指标 | 指标值 | 备注
    产出指标 | 数量指标 | 清淤河道长度 | ≥12公里 |
"""
Lines = list[tuple[str, str | None, bool, str, float]]


def lines(*grid: str, kind: str = "目标") -> Lines:
    """Item, parent, whether a total, period and amount of each line."""
    one = ruled_filing(NATIONAL.format(kind) + "\n".join(grid) + TARGETS)
    assert {a.section for a in one.amounts} <= {"funding_source"}
    return [(a.item, a.parent, a.is_total, a.period, a.amount) for a in one.amounts]


def test_amounts_stand_beside_the_names_of_their_lines() -> None:
    assert lines(
        "项目资金（万元） | 年度资金总额： | 128.5 | 执行率分值（10） | 10",
        "^ | 其中：财政拨款 | 120 | ^ | ^",
        "^ | 上年结转资金 | — | ^ | ^",
        "^ | 其他资金 | 8.5 | ^ | ^",
    ) == [
        ("年度资金总额", None, True, "full_year", 128.5),
        ("财政拨款", "年度资金总额", False, "full_year", 120),
        ("其他资金", "年度资金总额", False, "full_year", 8.5),
    ]


def test_the_unit_stands_in_the_caption_or_in_the_amount() -> None:
    block = "{} | 资金总额 | {} | < | <\n^ | 财政拨款 | {} | < | <"
    assert [line[4] for line in lines(block.format("项目资金（元）", "1285000", "1200000"))] == [128.5, 120]
    assert [line[4] for line in lines(block.format("项目资金", "128.5万元", "1200000元"))] == [128.5, 120]


def test_totals_of_the_term_and_of_the_year_have_their_own_lines() -> None:
    """Side by side each line stands under the total of its column, else under the last one."""
    beside = lines(
        "项目资金（万元） | 中期资金总额 | 300 | 年度资金总额 | 100",
        "^ | 其中：财政拨款 | 280 | 其中：财政拨款 | 90",
        "^ | 其他资金 | 20 | 其他资金 | 10",
    )
    below = lines(
        "项目资金（万元） | 中期资金总额 | 300 | < | <",
        "^ | 其中：财政拨款 | 280 | < | <",
        "^ | 其他资金 | 20 | < | <",
        "^ | 年度资金总额 | 100 | < | <",
        "^ | 其中：财政拨款 | 90 | < | <",
        "^ | 其他资金 | 10 | < | <",
    )
    assert (
        beside
        == below
        == [
            ("中期资金总额", None, True, "total_investment", 300),
            ("财政拨款", "中期资金总额", False, "total_investment", 280),
            ("其他资金", "中期资金总额", False, "total_investment", 20),
            ("年度资金总额", None, True, "full_year", 100),
            ("财政拨款", "年度资金总额", False, "full_year", 90),
            ("其他资金", "年度资金总额", False, "full_year", 10),
        ]
    )


def test_a_line_that_no_mapping_knows_belongs_to_the_block_above() -> None:
    assert lines(
        "项目资金（万元） | 资金总额 | 128.5 | < | <",
        "^ | 乡镇配套 | 28.5 | < | <",
        "^ | 其他资金 | 100 | < | <",
    )[1] == ("乡镇配套", "资金总额", False, "full_year", 28.5)
    one = ruled_filing(NATIONAL.format("目标") + "乡镇配套 | 28.5 | < | < | <" + TARGETS)
    assert one.amounts == () and fields(one)["other:乡镇配套"] == "28.5"


def test_what_follows_其中_is_part_of_the_line_before() -> None:
    """Until a line that the mapping places elsewhere."""
    assert [
        line[:2]
        for line in lines(
            "项目资金（万元） | 资金总额 | 200 | < | <",
            "^ | 财政拨款 | 180 | < | <",
            "^ | 其中：中央资金 | 100 | < | <",
            "^ | 省级资金 | 80 | < | <",
            "^ | 其他资金 | 20 | < | <",
        )
    ] == [
        ("资金总额", None),
        ("财政拨款", "资金总额"),
        ("中央资金", "财政拨款"),
        ("省级资金", "财政拨款"),
        ("其他资金", "资金总额"),
    ]


EXECUTION = (
    "项目资金（万元） | | 全年预算数（A） | 全年执行数（B） | 执行率（B/A）",
    "^ | {} | 100 | 98 | 98%",
    "^ | 其中：当年财政拨款 | 90 | 90 | 100%",
    "^ | 其他资金 | 10 | 8 | /",
)


def test_columns_of_an_evaluation_are_periods_and_fields_of_the_total() -> None:
    one = ruled_filing(NATIONAL.format("自评") + "\n".join(EXECUTION).format("年度资金总额：") + TARGETS)
    assert {key: (a.amount, a.parent) for key, a in amounts(one).items()} == {
        ("年度资金总额", "full_year"): (100, None),
        ("年度资金总额", "executed"): (98, None),
        ("当年财政拨款", "full_year"): (90, "年度资金总额"),
        ("当年财政拨款", "executed"): (90, "年度资金总额"),
        ("其他资金", "full_year"): (10, "年度资金总额"),
        ("其他资金", "executed"): (8, "年度资金总额"),
    }
    (rate,) = (f for f in one.fields if f.field == "budget_execution_rate")
    assert (rate.label, rate.value) == ("执行率（B/A）", "98%")
    assert min(a.confidence for a in one.amounts) > 0.95 and failed(one) == {}


@pytest.mark.parametrize("total", ["年度资金总额", "总额", "年度财政资金总额", "本年资金合计"])
def test_parents_are_named_as_printed(total: str) -> None:
    found = lines(*[row.format(total) for row in EXECUTION], kind="自评")
    assert {(item, parent, is_total) for item, parent, is_total, *_ in found} == {
        (total, None, True),
        ("当年财政拨款", total, False),
        ("其他资金", total, False),
    }


def test_columns_that_no_mapping_knows_hold_no_amounts() -> None:
    """资金占比 is none of the periods; the check of the sums is not misled."""
    one = ruled_filing(
        NATIONAL.format("自评")
        + """
        项目资金（万元） | | 全年预算数 | 资金占比 | 全年执行数
        ^ | 年度资金总额 | 100 | 60 | 98
        ^ | 其他资金 | 100 | 40 | 98
        """
        + TARGETS
    )
    assert {key: a.amount for key, a in amounts(one).items()} == {
        ("年度资金总额", "full_year"): 100,
        ("年度资金总额", "executed"): 98,
        ("其他资金", "full_year"): 100,
        ("其他资金", "executed"): 98,
    }


def test_two_blocks_under_one_header() -> None:
    one = ruled_filing(
        """
        部门整体支出绩效目标申报表
        部门名称 | 文化馆 | < | <
        总体资金情况（万元） | | 当年金额 | 占比
        收入构成 | 财政拨款 | 90 | 90%
        ^ | 其他资金 | 10 | 10%
        ^ | 合计 | 100 | 100%
        支出构成 | 基本支出 | 60 | 60%
        ^ | 项目支出 | 40 | 40%
        ^ | 合计 | 100 | 100%
        部门职能概述 | 组织群众文化活动。 | < | <
        一级指标 | 二级指标 | 三级指标 | 指标值
        产出指标 | 数量指标 | 演出场次 | ≥40场
        """
    )
    found = [(a.section, a.item, a.parent, a.is_total, a.amount) for a in one.amounts]
    assert found == [
        ("income", "财政拨款", None, False, 90),
        ("income", "其他资金", None, False, 10),
        ("income", "合计", None, True, 100),
        ("expenditure", "基本支出", None, False, 60),
        ("expenditure", "项目支出", None, False, 40),
        ("expenditure", "合计", None, True, 100),
    ]
    status = {check.check: check.status for check in one.checks}
    assert status["income_total:full_year"] == status["expenditure_total:full_year"] == "pass"
    assert status["income_equals_expenditure:full_year"] == "pass"


@pytest.mark.parametrize("reading", ["ruled", "plain"])
def test_the_header_of_a_block_takes_two_rows(reading: str) -> None:
    head = "部门整体支出绩效目标表\n\n部门（单位）名称|林业局|{0}|{0}|{0}\n"
    if reading == "ruled":
        one = ruled_filing(
            head.format("<").replace("\n\n", "\n")
            + """
            年度主要任务 | 任务名称 | 主要内容 | 预算金额（元） | <
            ^ | ^ | ^ | 总额 | 财政拨款
            ^ | 国土绿化 | 造林三十万亩 | 8600000 | 8000000
            ^ | 森林防火 | 建设瞭望塔 | 3200000 | 3200000
            ^ | 金额合计 | < | 11800000 | 11200000
            """
            + TARGETS
        )
    else:
        one = filing(
            head.format(""),
            """
            年度主要任务|任务名称|主要内容|预算金额（元）|
            |||总额|财政拨款
            |国土绿化|造林三十万亩|8600000|8000000
            |森林防火|建设瞭望塔|3200000|3200000
            |金额合计||11800000|11200000
            """,
            TARGETS.replace(" | ", "|").replace(" |", "|"),
        )
    assert [(a.section, a.item, a.is_total, a.amount) for a in one.amounts] == [
        ("subproject", "国土绿化", False, 860),
        ("subproject", "森林防火", False, 320),
        ("subproject", "金额合计", True, 1180),
    ]


def test_a_label_below_a_block_is_none_of_its_lines() -> None:
    one = ruled_filing(
        NATIONAL.format("自评")
        + "\n".join(EXECUTION).format("年度资金总额")
        + "\n资金管理说明 | 资金由县财政局拨付，专款专用，没有挪用。 | < | < | <\n"
        + "预期目标 | 清淤。 | < | < | <"
        + TARGETS
    )
    told = fields(one)
    assert told["annual_goal"] == "清淤。"
    assert told["other:资金管理说明"] == "资金由县财政局拨付，专款专用，没有挪用。"
    assert {check.check: check.status for check in one.checks}["every_text_placed"] == "pass"
