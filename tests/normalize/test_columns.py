"""Columns: whatever pushed a row aside, its texts come back under their headers, or it is doubted."""

import pytest

from normalize.columns import Assigned, Header, assign, read_header
from normalize.model import REVIEW_BELOW, Text
from tests.normalize.grids import (
    DEPARTMENT,
    FORMS,
    PROJECT,
    clues,
    filing,
    indicators,
    kinds,
    levels,
    rows,
    targets,
)

HEADER = "一级指标|二级指标|三级指标|半年指标值|全年指标值||\n"
TASKS = "一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值||\n"
PROJECT_HEADER = "类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源|\n"
COLUMNS = FORMS["department_target"].columns


def test_a_header_is_read_with_the_columns_where_it_stands() -> None:
    (row,) = rows("|一级指标||二级指标|三级指标|全年指标值")
    assert read_header(row, COLUMNS) == Header(("level1", "level2", "indicator", "full_year"), (1, 3, 4, 5))


def test_a_cut_header_is_read() -> None:
    (row,) = rows("一级指标|二级指标|三级指标|半年指标|年指标值")
    header = read_header(row, COLUMNS)
    assert header and header.roles == ("level1", "level2", "indicator", "half_year", "full_year")


@pytest.mark.parametrize(
    "grid",
    [
        "决策|计划制定|中长期规划制定健全性|健全|健全",
        "单位名称|苏州市第一中学",
        "一级指标|苏州市第一中学|校园|操场|面积",
    ],
)
def test_a_row_that_is_no_header_is_none(grid: str) -> None:
    (row,) = rows(grid)
    assert read_header(row, COLUMNS) is None


def test_one_header_is_enough_where_one_is_asked_for() -> None:
    (row,) = rows("|三级指标|")
    assert read_header(row, COLUMNS) is None
    assert read_header(row, COLUMNS, least=1) == Header(("indicator",), (1,))


@pytest.mark.parametrize("by", [1, 2, 3])
def test_rows_pushed_to_the_right_come_back(by: int) -> None:
    pad = "|" * by
    one = filing(
        DEPARTMENT,
        HEADER,
        f"""
        过程|预算执行|预算调整率|=0%|=0%|
        {pad}||支付进度符合率|=40%|=100%|
        {pad}||公用经费控制率|≤90%|≤100%|
        """,
    )
    assert targets(one) == {
        "预算调整率": ("=0%", "=0%"),
        "支付进度符合率": ("=40%", "=100%"),
        "公用经费控制率": ("≤90%", "≤100%"),
    }
    assert "columns_shifted" in kinds(one, "indicators")
    assert one.confidence >= REVIEW_BELOW


@pytest.mark.parametrize("by", [1, 2])
def test_rows_pushed_to_the_left_come_back(by: int) -> None:
    pad = "|" * (2 - by)
    one = filing(
        DEPARTMENT,
        HEADER,
        f"""
        过程|预算执行|预算调整率|=0%|=0%|
        {pad}支付进度符合率|=40%|=100%||
        {pad}公用经费控制率|≤90%|≤100%||
        """,
    )
    assert targets(one)["支付进度符合率"] == ("=40%", "=100%")
    assert targets(one)["公用经费控制率"] == ("≤90%", "≤100%")


def test_rows_pushed_three_columns_to_the_left_come_back() -> None:
    one = filing(
        DEPARTMENT,
        TASKS,
        """
        履职|办学|组织校园活动|活动场次|=2场|=4场||
        活动参与人数|≥200人|≥400人|||||
        """,
    )
    assert targets(one)["活动参与人数"] == ("≥200人", "≥400人")


def test_a_row_pushed_with_its_labels_comes_back() -> None:
    one = filing(
        DEPARTMENT,
        HEADER,
        """
        决策|计划制定|中长期规划制定健全性|健全|健全|
        |过程|预算执行|预算调整率|=0%|=5%|
        """,
    )
    assert levels(one)[1] == ("过程", "预算执行", "预算调整率")
    assert targets(one)["预算调整率"] == ("=0%", "=5%")


def test_a_gap_in_the_middle_of_a_row_is_closed() -> None:
    one = filing(
        DEPARTMENT,
        TASKS,
        """
        履职|办学|组织校园活动|活动场次|=2场|=4场||
        活动安全事故数||||=0次|=1次||
        ||开展体育竞赛||||参赛人数|≥100人
        """,
    )
    assert targets(one)["活动安全事故数"] == ("=0次", "=1次")
    assert indicators(one)["参赛人数"].key_task == "开展体育竞赛"


def test_a_caption_that_pushes_rows_is_no_text_of_theirs() -> None:
    one = filing(
        PROJECT,
        PROJECT_HEADER,
        """
        投入||预算执行率|100%|考察实际支出资金占比|原始凭证|

        分解目标|||资金节约率|5%及其以下|考察偏差情况|项目单位提供文件
        |产出||修缮操场面积|=3000平方米|考察操场|验收资料
        """,
    )
    found = indicators(one)
    assert [(row.level1, row.target) for row in found.values()] == [
        ("投入", "100%"),
        ("投入", "5%及其以下"),
        ("产出", "=3000平方米"),
    ]
    assert found["修缮操场面积"].evidence_source == "验收资料"
    assert found["资金节约率"].explanation == "考察偏差情况"
    assert not any(
        "分解目标" in str(value) for row in one.indicators for value in (row.level1, row.indicator, row.raw)
    )
    assert "other:分解目标" not in {field.field for field in one.fields}


def test_a_row_without_targets_is_kept_with_null_and_doubted() -> None:
    one = filing(
        DEPARTMENT,
        TASKS,
        """
        履职|办学|组织校园活动|活动场次|=2场|=4场||
        ||承担“阳光体育”项目的日常工作||||器材数量
        """,
    )
    lost = [row for row in one.indicators if row.indicator == "器材数量"]
    assert [(row.target, row.value, row.comparator) for row in lost] == [(None, None, None)] * 2
    assert all(row.confidence < REVIEW_BELOW for row in lost) and one.needs_review
    assert lost[0].key_task == "承担“阳光体育”项目的日常工作"
    assert any(repair.kind == "text_lost" and repair.row == lost[0].row for repair in one.repairs)


def test_a_row_with_one_of_two_targets_is_doubted() -> None:
    one = filing(DEPARTMENT, HEADER, "过程|预算执行|预算调整率|=0%|=5%|\n", "||支付进度符合率|=100%||\n")
    found = [row for row in one.indicators if row.indicator == "支付进度符合率"]
    assert {row.target for row in found} == {"=100%", None}
    assert all(row.confidence < REVIEW_BELOW for row in found if row.target is None)


def test_a_cut_and_a_repeated_header_are_no_rows() -> None:
    one = filing(
        DEPARTMENT,
        "一级指标|二级指标|三级指标|半年指标|全年指标值|\n",
        """
        决策|计划制定|中长期规划制定健全性|健全|健全|

        一级指标|二级指标|三级指标|半年指标值|全年指标值|
        ||工作计划制定健全性|健全|健全|
        """,
    )
    assert levels(one) == [
        ("决策", "计划制定", "中长期规划制定健全性"),
        ("决策", "计划制定", "工作计划制定健全性"),
    ]


def test_a_repeated_header_that_moved_governs_the_rows_below_it() -> None:
    one = filing(
        DEPARTMENT,
        HEADER,
        """
        决策|计划制定|中长期规划制定健全性|健全|健全|

        |一级指标||二级指标|三级指标|半年指标值|全年指标值
        |过程||预算执行|预算调整率|=0%|=5%
        """,
    )
    assert targets(one)["预算调整率"] == ("=0%", "=5%")
    assert "columns_shifted" not in kinds(one, "indicators")


def test_rows_in_place_are_certain_and_unchanged() -> None:
    one = filing(
        DEPARTMENT,
        HEADER,
        "决策|计划制定|中长期规划制定健全性|健全|健全|\n过程|预算执行|预算调整率|=0%|=5%|\n",
    )
    assert not one.repairs and one.confidence > 0.99 and not one.needs_review


def likeness(text: Text, role: str) -> float:
    return clues(FORMS["department_target"]).likeness(text, role)


def test_where_two_assignments_are_open_the_row_is_doubted() -> None:
    (row,) = rows("|甲项目|||乙项目")
    (one,) = assign(
        [row],
        [Header(("level1", "level2", "key_task", "indicator"), (0, 1, 2, 3))],
        likeness,
        lambda i, cells: 0.0,
    )
    assert one.confidence < REVIEW_BELOW


def test_what_a_text_looks_like_outweighs_where_it_stands() -> None:
    (row,) = rows("|预算执行|预算调整率|=0%")
    header = Header(("level1", "level2", "indicator", "full_year"), (0, 2, 3, 4))
    (one,) = assign([row], [header], likeness, lambda i, cells: 0.0)
    assert {role: text.text for role, text in one.cells.items()} == {
        "level2": "预算执行",
        "indicator": "预算调整率",
        "full_year": "=0%",
    }
    assert one.shifted and [change.kind for change in one.changes] == ["columns_shifted"]


def test_structure_has_a_say() -> None:
    (row,) = rows("甲|乙")
    header = Header(("a", "b", "c"), (0, 1, 2))

    def wants(role: str) -> dict[str, str]:
        (one,) = assign([row], [header], lambda t, r: 0.0, lambda i, cells: 20.0 * (role in cells))
        return {role: text.text for role, text in one.cells.items()}

    assert wants("b") == {"a": "甲", "b": "乙"}
    assert wants("c")["c"] == "乙"


def test_more_texts_than_roles_leave_some_out() -> None:
    (row,) = rows("预算执行|预算调整率|=0%|=5%|附注|附注二")
    header = Header(("level2", "indicator", "half_year", "full_year"), (0, 1, 2, 3))
    (one,) = assign([row], [header], likeness, lambda i, cells: 0.0)
    assert [text.text for text in one.cells.values()] == ["预算执行", "预算调整率", "=0%", "=5%"]


def test_a_row_follows_the_shift_of_the_row_before_it() -> None:
    header = Header(("a", "b", "c"), (0, 1, 2))
    first, second = rows("|甲|乙\n|丙|\n")
    sure = {"甲": "a", "乙": "b"}

    def like(text: Text, role: str) -> float:
        return 0.0 if text.text not in sure else 9.0 if sure[text.text] == role else -9.0

    lone = assign([second], [header], like, lambda i, cells: 0.0)[0]
    pushed = assign([first, second], [header] * 2, like, lambda i, cells: 0.0)[1]

    def chance(row: Assigned) -> float:
        """Of 丙 standing under b, where it is printed."""
        return row.confidence if "b" in row.cells else 1 - row.confidence

    assert chance(pushed) < chance(lone)
