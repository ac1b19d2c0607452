"""Labelled fields, and the header of the filing that stands in them."""

import pytest

from normalize.fields import read_title, read_year, region_of
from normalize.model import REVIEW_BELOW, Filing
from tests.normalize.grids import FORMS, GOALS, MAPPINGS, field, fields, filing, kinds, layout

PROJECT = "苏州市级财政支出项目绩效目标申报表\n\n申报单位名称|某中学|\n项目名称|校园修缮|\n联系人|张三\n"


def project(grid: str) -> Filing:
    return filing(PROJECT, grid)


def test_two_pairs_in_one_row() -> None:
    found = fields(project("项目类型|工程类|项目属性|市立项目\n"))
    assert (found["project_type"], found["project_attribute"]) == ("工程类", "市立项目")


def test_a_blank_label_gives_a_row_without_a_value_and_no_label_no_row() -> None:
    one = project("项目类型||项目属性|市立项目\n项目概况||||\n")
    found = fields(one)
    assert found["project_type"] is None and found["project_overview"] is None
    assert found["project_attribute"] == "市立项目"
    assert "annual_goal" not in found
    assert field(one, "project_type").raw is None


@pytest.mark.parametrize(
    ("printed", "code", "name"),
    [
        ("000040000080 苏州市第一中学", "000040000080", "苏州市第一中学"),
        ("000040000080苏州市第一中学", "000040000080", "苏州市第一中学"),
        ("000040-000080 苏州市第一中学", "000040-000080", "苏州市第一中学"),
    ],
)
def test_a_code_glued_to_a_name_gives_a_row_of_its_own(printed: str, code: str, name: str) -> None:
    one = filing(
        f"苏州市级财政支出项目绩效目标申报表\n\n申报单位名称|{printed}|\n项目名称|修缮|联系人|张三\n"
    )
    assert (one.unit_code, one.unit_name) == (code, name)
    assert field(one, "unit_code").raw == field(one, "unit_name").raw == printed
    assert [f.row for f in one.fields] == list(range(1, len(one.fields) + 1))


@pytest.mark.parametrize("name", ["2021年信息化建设", "100所学校改造", "ABCDEFG校园网", "某中学"])
def test_a_number_that_begins_a_name_is_no_code(name: str) -> None:
    one = filing(f"苏州市级财政支出项目绩效目标申报表\n\n项目名称|{name}|\n申报单位名称|某校|联系人|张三\n")
    assert one.project_name == name and "project_code" not in fields(one)


@pytest.mark.parametrize(
    ("grid", "key", "label", "value"),
    [
        ("安排资金（万|3.5||", "prior_year_allocated", "安排资金（万元）", "3.5"),
        ("要说明的其它问题|无||", "other_notes", "需要说明的其它问题", "无"),
        ("报单位负责人:|李四||", "unit_head", "申报单位负责人", "李四"),
        ("资金到位率（%|0||", "prior_year_funds_in_place_rate", "资金到位率（%）", "0"),
    ],
)
def test_cut_labels_are_completed(grid: str, key: str, label: str, value: str) -> None:
    one = project(grid + "\n")
    found = field(one, key)
    assert (found.label, found.value) == (label, value)
    assert found.confidence >= REVIEW_BELOW
    (repair,) = (r for r in one.repairs if r.table == "fields" and r.column == "label" and r.row == found.row)
    assert repair.kind == "label_completed" and repair.after == label


def test_cut_labels_beside_each_other_without_values() -> None:
    one = project(
        "本项目上年度市级财政资金使用情况|安排资金（万||拨付资金（万|\n|支出资金（万||资金到位率（%|0\n"
    )
    found = fields(one)
    assert [found[f"prior_year_{key}"] for key in ("allocated", "disbursed", "spent")] == [None] * 3
    assert found["prior_year_funds_in_place_rate"] == "0"


def test_a_label_that_no_mapping_knows_is_kept_and_doubted() -> None:
    one = project("经费归口处室：|教科文处|\n")
    found = field(one, "other:经费归口处室")
    assert (found.label, found.value) == ("经费归口处室", "教科文处")
    assert found.confidence < REVIEW_BELOW and one.needs_review


def test_labels_lose_their_colon() -> None:
    assert field(project("填报人：|李四|\n"), "preparer").label == "填报人"


def test_a_label_and_its_value_in_one_cell() -> None:
    one = project("填报人：李四|填报日期：2021年3月1日\n")
    assert fields(one)["preparer"] == "李四" and fields(one)["prepared_on"] == "2021年3月1日"


def test_a_colon_inside_a_value_parts_nothing() -> None:
    one = project("项目概况|分两期：一期和二期|\n")
    assert fields(one)["project_overview"] == "分两期：一期和二期"


def test_captions_are_no_fields() -> None:
    one = project("本项目上年度市级财政资金使用情况|安排资金（万元）|3||\n绩效目标|||\n")
    assert not [f for f in one.fields if f.field.startswith("other:")]


def test_a_value_that_goes_on_after_the_page_break_is_one() -> None:
    one = project("项目概况|改造教学楼两幢，\n\n新建操场一处，共三千平方米。|\n项目属性|市立项目\n")
    found = field(one, "project_overview")
    assert found.value == "改造教学楼两幢，新建操场一处，共三千平方米。"
    assert (found.page, found.raw) == (1, "改造教学楼两幢，\n新建操场一处，共三千平方米。")
    assert kinds(one, "fields", "value") == {"page_break_joined"}
    assert fields(one)["project_attribute"] == "市立项目"


def test_fields_know_where_they_are_printed() -> None:
    found = field(project("项目类型|工程类|项目属性|市立项目\n"), "project_attribute")
    assert (found.page, found.location, found.raw) == (1, "p1 t1 r4 c4", "市立项目")


def test_the_header_of_a_filing() -> None:
    one = filing(
        "# 苏州市级财政支出项目绩效目标申报表\n\n申报单位名称|某中学|\n项目名称|校园修缮|\n项目年度|2021\n"
    )
    assert (one.title, one.unit_name, one.project_name) == (
        "苏州市级财政支出项目绩效目标申报表",
        "某中学",
        "校园修缮",
    )
    assert (one.fiscal_year, one.region, one.form) == (2021, "苏州市", "project_target")
    assert one.unit_code is None


def test_the_year_of_a_title_line_comes_before_that_of_the_project() -> None:
    grid = "无锡市部门整体绩效目标表\n（2025年度）\n\n单位名称|某中学|\n"
    assert filing(grid, GOALS).fiscal_year == 2025
    found = layout(FORMS["project_target"], "项目绩效目标表\n\n项目年度|二〇二一|\n")
    assert read_year(found, []) is None


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("苏州市市级部门整体预算绩效目标表", "苏州市市级部门整体预算绩效目标表"),
        ("苏州市市级部门整体预算绩效目标", "苏州市市级部门整体预算绩效目标表"),
    ],
)
def test_a_cut_title_is_completed(printed: str, title: str) -> None:
    found = read_title(layout(FORMS["department_target"], f"2024年度\n\n{printed}\n\n单位名称|某中学|\n"))
    assert found and found.text == title
    assert [change.kind for change in found.changes] == ["label_completed"] * (printed != title)


@pytest.mark.parametrize(
    ("texts", "region"),
    [
        (("苏州市级财政支出项目绩效目标申报表", None), "苏州市"),
        ((None, "江苏省无锡市第一中学"), "江苏省"),
        (("项目绩效目标表", "某中学"), None),
        ((None, None), None),
    ],
)
def test_the_region_is_the_first_that_title_or_unit_names(
    texts: tuple[str | None, ...], region: str | None
) -> None:
    assert region_of(MAPPINGS, *texts) == region
