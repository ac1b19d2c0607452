"""Indicators as published: a row for each period, values parsed, canonical names, places and repairs."""

import pytest

from normalize.model import REVIEW_BELOW, Filing, Indicator
from tests.normalize.grids import DEPARTMENT, PROJECT, filing, indicators

HEADER = "一级指标|二级指标|三级指标|半年指标值|全年指标值|\n"
TASKS = "一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值|\n"
PROJECT_HEADER = "类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源\n"
FUNDS = """
项目资金构成（详细列出各子项目名称和金额）|子项目名称||预算金额（万元）|
|操场修缮||120.50|
|门窗更换||20|
"""


def table(grid: str, header: str = HEADER) -> Filing:
    return filing(DEPARTMENT, header, grid)


def by_period(one: Filing) -> dict[str, Indicator]:
    return {row.period: row for row in one.indicators}


def test_an_indicator_has_a_row_for_each_period_that_the_table_has() -> None:
    one = table("效益指标|经济效益|食堂收入增长率|≥2%|≥5%|\n|社会效益|志愿服务覆盖率|≥50%|≥90%|\n")
    assert [(row.row, row.period, row.target) for row in one.indicators] == [
        (1, "full_year", "≥5%"),
        (1, "half_year", "≥2%"),
        (2, "full_year", "≥90%"),
        (2, "half_year", "≥50%"),
    ]
    one = filing(PROJECT, PROJECT_HEADER, "投入||预算执行率|100%|考察实际支出|原始凭证\n")
    assert [row.period for row in one.indicators] == ["full_year"]


@pytest.mark.parametrize(
    ("target", "comparator", "value", "unit", "qualitative"),
    [
        ("=80万", "=", 800000, None, None),
        ("≥90%", "≥", 90, "%", None),
        ("按月", None, None, None, "按月"),
        ("不发生网络安全事故", None, None, None, "不发生网络安全事故"),
    ],
)
def test_targets_are_parsed(
    target: str, comparator: str | None, value: float | None, unit: str | None, qualitative: str | None
) -> None:
    row = by_period(table(f"效益指标|经济效益|食堂运营情况|完成|{target}|\n"))["full_year"]
    assert (row.target, row.comparator, row.value, row.unit, row.qualitative) == (
        target,
        comparator,
        value,
        unit,
        qualitative,
    )


def test_full_width_targets_are_folded_and_kept_raw() -> None:
    one = table("效益指标|经济效益|食堂收入增长率|≥２％|≥５％|\n")
    row = by_period(one)["full_year"]
    assert (row.target, row.value) == ("≥5%", 5) and "≥５％" in row.raw
    assert {(r.before, r.after) for r in one.repairs if r.kind == "width_folded"} == {
        ("≥２％", "≥2%"),
        ("≥５％", "≥5%"),
    }


def test_a_known_name_has_its_canonical_one_and_an_unknown_none() -> None:
    found = indicators(
        table("过程|预算执行|预算调整率|=0%|=0%|\n效益指标|经济效益|旱冰场入场人数|≥2人|≥5人|\n")
    )
    known, unknown = found["预算调整率"], found["旱冰场入场人数"]
    assert (known.canonical, known.match_score) == ("预算调整率", 100) and known.indicator_id
    assert (unknown.canonical, unknown.indicator_id, unknown.match_score) == (None, None, None)


def test_the_same_name_under_other_levels_is_another_indicator() -> None:
    found = filing(
        DEPARTMENT,
        HEADER,
        "过程|项目管理|项目管理制度健全性|健全|健全|\n|人员管理|人员管理制度健全性|健全|健全|\n",
    ).indicators
    assert len({row.indicator_id for row in found}) == 2


def test_columns_of_the_project_form() -> None:
    one = filing(
        PROJECT,
        FUNDS,
        PROJECT_HEADER,
        "产出|操场修缮, 门窗更换|修缮操场面积|=3000平方米|考察操场修缮面积|验收资料、采购合同\n",
    )
    (row,) = one.indicators
    assert row.subprojects == ("操场修缮", "门窗更换")
    assert (row.explanation, row.evidence_source) == ("考察操场修缮面积", "验收资料、采购合同")
    assert (row.level1, row.level2, row.key_task) == ("产出", None, None)
    assert (row.value, row.unit) == (3000, "平方米")


def test_an_indicator_without_subprojects_has_none() -> None:
    one = filing(PROJECT, FUNDS, PROJECT_HEADER, "投入||预算执行率|100%|考察实际支出|原始凭证\n")
    assert one.indicators[0].subprojects is None


def test_place_and_raw_are_those_of_the_name() -> None:
    one = table("过程|预算执行|预算调整率|=0%|=5%|\n\n||支付进度符合率|=4%|=9%|\n")
    row = indicators(one)["支付进度符合率"]
    assert (row.page, row.location, row.raw) == (2, "p2 t1 r1 c3", "支付进度符合率\n=9%")


def test_targets_of_unlike_units_are_doubted() -> None:
    one = table("效益指标|经济效益|食堂收入|≥2人|≥5%|\n|社会效益|志愿服务覆盖率|≥50%|≥90%|\n")
    assert all(row.confidence < REVIEW_BELOW for row in one.indicators if row.row == 1)
    assert all(row.confidence >= REVIEW_BELOW for row in one.indicators if row.row == 2)


def test_rows_are_numbered_over_all_tables_of_a_form() -> None:
    one = filing(
        DEPARTMENT,
        HEADER,
        "过程|预算执行|预算调整率|=0%|=5%|\n",
        TASKS,
        "履职|办学|组织校园活动|活动场次|=2场|=4场\n",
        HEADER,
        "效益指标|经济效益|食堂收入增长率|≥2%|≥5%|\n",
    )
    assert [(row.row, row.level1) for row in one.indicators if row.period == "full_year"] == [
        (1, "过程"),
        (2, "履职"),
        (3, "效益指标"),
    ]
    assert [row.key_task for row in indicators(one).values()] == [None, "组织校园活动", None]


def test_the_lowest_confidence_is_the_filings() -> None:
    one = table("过程|预算执行|预算调整率|=0%|=5%|\n||支付进度符合率|||\n")
    assert one.confidence == min(row.confidence for row in one.indicators) < REVIEW_BELOW
    assert one.needs_review
