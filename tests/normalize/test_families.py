"""Which mapping a form follows; a form that none fits is read by what all know, and says what to add."""

import pytest

from normalize import Filing
from normalize.families import known_to, rest_of
from tests.normalize.grids import FORMS, MAPPINGS, failed, fields, ruled_filing, ruled_filings

KINDS = [
    ("市级项目支出绩效目标申报表", "项目名称", "指标值", "project_target"),
    ("县级专项资金绩效自评表", "专项资金名称", "年度指标值 | 全年完成值", "project_evaluation"),
    ("部门整体支出绩效目标表", "部门名称", "指标值", "department_target"),
    ("某局部门整体支出绩效自评表（2023年）", "部门名称", "年度指标值 | 实际完成值", "department_evaluation"),
    ("单位整体支出绩效评价自评表", "单位名称", "年度指标值 | 实际完成值", "department_evaluation"),
]


def form(title: str, label: str, columns: str, more: str = "") -> Filing:
    values = " | ".join("≥12公里" for _ in columns.split("|"))
    wide = " | <" * (columns.count("|") + 2)
    return ruled_filing(
        f"""
        {title}
        （2023年度）
        {label} | 河道清淤{wide}
        {more}
        一级指标 | 二级指标 | 三级指标 | {columns}
        产出指标 | 数量指标 | 清淤河道长度 | {values}
        """
    )


@pytest.mark.parametrize(("title", "label", "columns", "kind"), KINDS)
def test_the_kind_of_a_form(title: str, label: str, columns: str, kind: str) -> None:
    one = form(title, label, columns)
    assert (one.form, one.title) == (kind, title)
    assert failed(one) == {} and not one.needs_review


@pytest.mark.parametrize(("title", "label", "columns", "kind"), KINDS)
def test_labels_and_columns_tell_the_kind_without_a_known_title(
    title: str, label: str, columns: str, kind: str
) -> None:
    more = "填报人 | 王芳 | 联系电话 | 8888888"
    one = form("河道整治情况一览", label, columns, more)
    assert one.form == kind
    assert set(failed(one)) == {"title_of_form"} and one.needs_review


def test_a_form_that_no_mapping_fits_is_read_by_what_all_know() -> None:
    """What is known is filled, the rest kept under its labels; the check says what to add and where."""
    (one,) = ruled_filings(
        """
        河道整治任务书
        任务编号 | A12 | 责任领导 | 王芳 | <
        实施单位 | 水利站 | 是否政府采购 | 是 | <
        一级指标 | 二级指标 | 三级指标 | 监测方式 | 目标值
        产出指标 | 数量指标 | 清淤河道长度 | 抽查 | ≥12公里
        """
    )
    assert fields(one) == {
        "other:任务编号": "A12",
        "other:责任领导": "王芳",
        "implementing_unit": "水利站",
        "government_procurement": "是",
    }
    (row,) = one.indicators
    assert (row.indicator, row.target, row.level2) == ("清淤河道长度", "≥12公里", "数量指标")
    messages = failed(one)
    assert set(messages) == {"title_of_form", "labels_known"} and one.needs_review
    assert "labels: 任务编号、责任领导; columns: 监测方式" in messages["labels_known"]
    assert all("a new mapping in mappings/forms" in message for message in messages.values())


def test_where_nothing_tells_the_kind_it_is_unknown() -> None:
    (one,) = ruled_filings(
        "一级指标 | 二级指标 | 三级指标 | 目标值\n产出指标 | 数量指标 | 清淤长度 | ≥12公里\n"
    )
    assert (one.form, one.title, one.needs_review) == ("unknown", None, True)
    assert [row.target for row in one.indicators] == ["≥12公里"]


def test_what_others_know_is_taken_from_the_likest_first() -> None:
    """中期目标 is the project's overall_goal, and the department's medium_long_term_goal."""
    forms = {form.id: form for form in MAPPINGS.forms}
    assert "中期目标" in rest_of(forms["national_project_evaluation"], MAPPINGS).fields["overall_goal"]
    department = rest_of(forms["suzhou_department_target"], MAPPINGS)
    assert "中期目标" in department.fields["medium_long_term_goal"]
    assert "中期目标" not in department.fields["overall_goal"]


def test_all_know_what_one_knows() -> None:
    known = known_to(MAPPINGS)
    labels = {name for names in known.fields.values() for name in names}
    for form in MAPPINGS.forms:
        assert {name for names in form.fields.values() for name in names} <= labels
        assert form.columns.keys() <= known.columns.keys()
    assert known_to(MAPPINGS) is known
    assert set(FORMS) == {"department_target", "project_target", "project_evaluation"}
