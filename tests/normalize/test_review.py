"""Filings that once came out wrong and certain: none of them may again."""

import pytest

from normalize import Filing
from tests.normalize.grids import filing

HEAD = "苏州市市级部门整体预算绩效目标表\n\n2025年度\n\n单位名称||昆山市某局|||\n"
TABLE = "一级指标|二级指标|三级指标|半年指标值|全年指标值\n"
ROW = "决策|计划制定|工作计划制定健全性|健全|健全\n"
PROJECT = "苏州市级财政支出项目绩效目标申报表\n\n申报单位名称|某中学\n"
LIST = "类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源\n"


def certain(one: Filing) -> list[str]:
    return [f"{row.indicator}" for row in one.indicators if row.confidence >= 0.9]


def test_columns_in_an_order_of_their_own_are_read() -> None:
    one = filing(
        HEAD + "一级指标|二级指标|三级指标|全年指标值|半年指标值\n产出|数量指标|修路里程|≥20公里|≥8公里\n"
    )
    assert {row.period: row.value for row in one.indicators} == {"full_year": 20, "half_year": 8}


def test_a_text_under_no_column_is_flagged() -> None:
    one = filing(HEAD + TABLE + ROW.strip() + "|另有说明|含支流\n")
    assert certain(one) == []
    assert {"含支流"} <= {repair.before for repair in one.repairs if repair.kind == "text_lost"}
    assert {check.check: check.status for check in one.checks}["every_text_placed"] == "fail"


def test_a_task_is_not_taken_for_a_cut_of_another() -> None:
    grid = """
        一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值
        履职|学生工作|大学生资助|资助人数|≥20人|≥40人
        ||学生资助|补助人数|≥30人|≥60人
    """
    tasks = [row.key_task for row in filing(HEAD + grid).indicators if row.period == "full_year"]
    assert tasks == ["大学生资助", "学生资助"]


def test_a_subproject_with_a_comma_in_its_name_stays_whole() -> None:
    funds = "项目资金构成|子项目名称||预算金额（万元）|\n|道路维修、保养||5|\n|绿化||3|\n|合计||8|\n"
    one = filing(PROJECT + funds + LIST + "产出|道路维修、保养、绿化|养护里程|≥5公里|说明|验收资料\n")
    assert one.indicators[0].subprojects == ("道路维修、保养", "绿化")


@pytest.mark.parametrize("name", ["2021-2023年校舍维修", "2021年信息化建设"])
def test_years_are_no_codes(name: str) -> None:
    assert filing(PROJECT + f"项目名称|{name}\n" + LIST).project_name == name


@pytest.mark.parametrize(
    ("caption", "printed", "amount"),
    [
        ("部门整体资金（元）", "1000000", 100),
        ("部门整体资金（元）", "1000000（元）", 100),
        ("部门整体资金", "5", 5),
    ],
)
def test_units_count_once(caption: str, printed: str, amount: float) -> None:
    one = filing(HEAD + f"{caption}|收入|||全年预算数|\n||资金总额||{printed}|\n" + TABLE + ROW)
    assert [row.amount for row in one.amounts] == [amount]
    assert (one.amounts[0].confidence >= 0.9) == ("元" in caption)


def test_an_amount_in_words_is_not_dropped_silently() -> None:
    one = filing(HEAD + "部门整体资金（万元）|收入|||全年预算数|\n||资金总额||叁佰万元|\n" + TABLE + ROW)
    assert not one.amounts and one.needs_review
    assert "叁佰万元" in {repair.before for repair in one.repairs if repair.kind == "text_lost"}


def test_amounts_below_the_indicators_are_amounts() -> None:
    one = filing(HEAD + TABLE + ROW + "部门整体资金（万元）|收入|||全年预算数|\n||资金总额||5|\n")
    assert [(row.item, row.amount) for row in one.amounts] == [("资金总额", 5)]
    assert len(one.indicators) == 2


def test_a_name_is_completed_only_where_its_target_fits() -> None:
    one = filing(HEAD + TABLE + "产出|产出数量|政府采购执行|≥8公里|≥25公里\n")
    assert one.indicators[0].indicator == "政府采购执行" and certain(one) == []


def test_sums_in_yuan_are_compared_to_the_yuan() -> None:
    funds = "部门整体资金（元）|收入|||全年预算数|\n||资金总额||3000|\n||社保基金||1000|\n||其他资金||1999|\n"
    checks = {check.check: check.status for check in filing(HEAD + funds + TABLE + ROW).checks}
    assert checks["income_total:full_year"] == "fail"


def test_a_table_without_a_known_target_column_gives_its_indicators() -> None:
    one = filing(HEAD + "一级指标|二级指标|三级指标|甲栏\n产出|产出数量|修路里程|≥20公里\n")
    assert [row.indicator for row in one.indicators] == ["修路里程"] and certain(one) == []


def test_a_text_beside_a_lone_label_is_flagged() -> None:
    grid = TABLE + ROW + "效益指标|社会效益|||||甲|乙|丙|丁\n"
    lost = {repair.before for repair in filing(HEAD + grid).repairs if repair.kind == "text_lost"}
    printed = {text for row in filing(HEAD + grid).indicators for text in (row.indicator, row.target)}
    assert {"甲", "乙", "丙", "丁"} <= lost | printed


def test_a_line_that_no_table_takes_is_flagged() -> None:
    one = filing("附件3\n" + HEAD + TABLE + ROW)
    assert {repair.before for repair in one.repairs if repair.kind == "text_lost"} == {"附件3"}
    assert one.title == "苏州市市级部门整体预算绩效目标表"
