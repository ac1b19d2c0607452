"""Which form it is, and where its sections begin and end."""

import pytest

from normalize.families import recognise
from normalize.forms import split_forms
from normalize.mappings import Form
from tests.normalize.grids import (
    DEPARTMENT,
    FORMS,
    GOALS,
    MAPPINGS,
    PROJECT,
    filings,
    layout,
    rows,
    texts,
)

DEPARTMENT_FORM, PROJECT_FORM = FORMS["department_target"], FORMS["project_target"]
TABLE = "一级指标|二级指标|三级指标|半年指标值|全年指标值\n决策|计划制定|中长期规划制定健全性|健全|健全\n"


def test_a_form_is_known_by_title_labels_and_headers() -> None:
    def form(*grids: str) -> Form | None:
        family = recognise(rows(*grids), MAPPINGS)
        return family.form if family else None

    assert form(DEPARTMENT, GOALS) is DEPARTMENT_FORM
    assert form(PROJECT) is PROJECT_FORM
    assert form("单位名称|某中学\n", GOALS, TABLE) is DEPARTMENT_FORM  # without a title


@pytest.mark.parametrize(
    "grid",
    [
        "姓名|年龄|班级\n张三|12|三班\n李四|13|四班\n",
        "部门整体预算绩效目标表\n",
        "单位名称|某中学\n填报人|张三\n联系电话|1\n",
        "通知\n\n各学校：\n请按时填报绩效目标。\n",
    ],
)
def test_what_is_no_form_gives_none(grid: str) -> None:
    assert recognise(rows(grid), MAPPINGS) is None
    assert filings(grid) == ()


def test_a_title_that_stands_alone_begins_the_next_form() -> None:
    parts = split_forms(rows(DEPARTMENT, GOALS, "\n", PROJECT, "项目类型|工程类|\n"), MAPPINGS)
    assert [texts(part[0])[0] for part in parts] == [
        "苏州市市级部门整体预算绩效目标表",
        "苏州市级财政支出项目绩效目标申报表",
    ]
    assert [texts(part[-1])[0] for part in parts] == ["年度目标", "项目类型"]


def test_a_title_repeated_on_the_next_page_begins_none_before_there_is_a_form() -> None:
    title = "苏州市市级部门整体预算绩效目标表\n\n"
    assert len(split_forms(rows(title + title + "单位名称|某中学\n"), MAPPINGS)) == 1


def test_sections_begin_at_their_headers_and_end_at_labels() -> None:
    found = layout(
        DEPARTMENT_FORM,
        DEPARTMENT,
        """
        部门整体资金（万元）|收入|||全年 预算数|
        ||资金总额||5|
        |支出|||半年 计划执行数|全年 预算数
        ||项目支出||1|5
        ||食堂改造||1|5
        年度目标||办好学校|||
        一级指标|二级指标|三级指标|半年指标值|全年指标值|
        决策|计划制定|中长期规划制定健全性|健全|健全|
        一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值
        履职|办学|组织校园活动|活动场次|=2场|=4场
        填报人|李四||||
        """,
    )
    assert [line.text for line in found.lines] == ["苏州市市级部门整体预算绩效目标表", "2024年度"]
    assert [pair.key for pair in found.fields] == ["unit_name", "annual_goal", "preparer"]
    assert [(one.block.section, len(one.rows), one.unit) for one in found.amounts] == [
        ("income", 1, "万元"),
        ("expenditure", 2, "万元"),
    ]
    assert [(one.roles, len(one.rows)) for one in found.indicators] == [
        (("level1", "level2", "indicator", "half_year", "full_year"), 1),
        (("level1", "level2", "key_task", "indicator", "half_year", "full_year"), 1),
    ]


def test_a_repeated_header_goes_on_with_the_table() -> None:
    found = layout(DEPARTMENT_FORM, DEPARTMENT, TABLE, "\n", TABLE)
    (section,) = found.indicators
    assert len(section.rows) == len(section.headers) == 2


def test_a_table_may_print_labels_that_are_like_fields() -> None:
    found = layout(DEPARTMENT_FORM, DEPARTMENT, TABLE, "|目标设定|绩效目标合理性|合理|合理\n")
    assert len(found.indicators[0].rows) == 2 and len(found.fields) == 1


def test_the_closing_fields_end_the_table_even_cut() -> None:
    found = layout(
        PROJECT_FORM,
        PROJECT,
        """
        类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源
        投入||预算执行率|100%|考察实际支出|原始凭证
        要说明的其它问题|||||
        报单位负责人:||填报人:||填报日期:|
        """,
    )
    assert len(found.indicators[0].rows) == 1
    assert [pair.key for pair in found.fields][-4:] == ["other_notes", "unit_head", "preparer", "prepared_on"]


def test_the_caption_of_a_table_is_none_of_its_texts() -> None:
    found = layout(
        PROJECT_FORM,
        PROJECT,
        """
        类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源|
        分解目标|投入||预算执行率|100%|考察实际支出|原始凭证
        """,
    )
    assert texts(found.indicators[0].rows[0]) == ["投入", "预算执行率", "100%", "考察实际支出", "原始凭证"]


@pytest.mark.parametrize(
    ("lines", "header", "unit"),
    [
        ("", "部门整体资金（万元）", "万元"),
        ("单位：元\n", "部门整体资金", "元"),
        ("（单位：千元）\n", "部门整体资金", "千元"),
        ("金额单位：亿元\n", "部门整体资金", "亿元"),
        ("单位：元\n", "部门整体资金（万元）", "万元"),
        ("", "部门整体资金", None),
        ("单位：亿元\n单位：元\n", "部门整体资金", "元"),
    ],
)
def test_the_unit_of_amounts_stands_in_the_header_or_above(lines: str, header: str, unit: str | None) -> None:
    grid = f"部门整体预算绩效目标表\n{lines}\n单位名称|某中学\n{header}|收入|||全年 预算数\n||资金总额||5\n"
    (section,) = layout(DEPARTMENT_FORM, grid).amounts
    assert section.unit == unit


def test_labels_in_lines_outside_tables_are_fields() -> None:
    found = layout(DEPARTMENT_FORM, DEPARTMENT, "\n填报人：李四\n")
    assert [(pair.key, pair.value.text if pair.value else None) for pair in found.fields][1:] == [
        ("preparer", "李四")
    ]
