"""Cut names: what mappings or the filing print in full comes back, and nothing else does."""

from collections.abc import Sequence

import pytest

from normalize import Filing
from normalize.model import REVIEW_BELOW
from tests.normalize.grids import DEPARTMENT, PROJECT, filing, indicators, kinds

HEADER = "一级指标|二级指标|三级指标|半年指标值|全年指标值|\n"
TASKS = "一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值|\n"
COLUMNS = "类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源\n"
FUNDS = """
项目资金构成（详细列出各子项目名称和金额）|子项目名称||预算金额（万元）|
|2021年操场修缮工程||120.50|
|2021年门窗更换工程||20|
"""


def department(
    row: str, header: str = HEADER, projects: Sequence[str] = (), goal: str = "办好学校。"
) -> Filing:
    """A form with one indicator, that also prints projects and a goal."""
    lines = "".join(f"||{name}||1|2\n" for name in projects)
    block = "|支出|||半年 计划执行数|全年 预算数\n||项目支出||1|2\n" + lines if projects else ""
    return filing(DEPARTMENT, block, f"年度目标||{goal}|||\n", header, row)


def task(printed: str, projects: Sequence[str] = (), goal: str = "办好学校。") -> Filing:
    return department(f"履职|办学|{printed}|活动场次|=2场|=4场|\n", TASKS, projects, goal)


def changes(one: Filing, column: str) -> list[tuple[str | None, str | None]]:
    """What was completed in a column, before and after."""
    found = (repair for repair in one.repairs if repair.kind == "label_completed" and repair.column == column)
    return [(repair.before, repair.after) for repair in found]


@pytest.mark.parametrize(
    ("row", "column", "printed", "whole"),
    [
        ("过程|预算执|预算调整率|=0%|=0%|\n", "level2", "预算执", "预算执行"),
        ("满意度指标|务对象满意度|家长满意度|≥0%|≥90%|\n", "level2", "务对象满意度", "服务对象满意度"),
        ("满意度指|服务对象满意度|家长满意度|≥0%|≥90%|\n", "level1", "满意度指", "满意度指标"),
    ],
)
def test_a_level_is_completed_from_mappings(row: str, column: str, printed: str, whole: str) -> None:
    one = department(row)
    assert {getattr(found, column) for found in one.indicators} == {whole}
    assert changes(one, column) == [(printed, whole)]
    assert REVIEW_BELOW <= one.confidence < 1


@pytest.mark.parametrize("printed", ["预算", "预算执行", "校园"])
def test_a_level_that_is_whole_or_open_is_left_alone(printed: str) -> None:
    one = department(f"过程|{printed}|预算调整率|=0%|=0%|\n")
    assert {row.level2 for row in one.indicators} == {printed}
    assert not changes(one, "level2")


def test_a_canonical_name_is_completed_where_all_names_are_canonical() -> None:
    one = department("过程|预算执行|支付进度符合|=40%|=100%|\n")
    assert list(indicators(one)) == ["支付进度符合率"]
    assert changes(one, "indicator") == [("支付进度符合", "支付进度符合率")]


@pytest.mark.parametrize("name", ["验收合格率", "食堂收入增长率"])
def test_a_name_of_its_own_is_not_made_a_canonical_one(name: str) -> None:
    one = department(f"效益指标|经济效益|{name}|≥2%|≥5%|\n")
    assert list(indicators(one)) == [name] and not one.repairs


def test_a_cut_that_may_be_several_names_is_kept_and_doubted() -> None:
    one = department("过程||制度健全性|健全|健全|\n")
    assert list(indicators(one)) == ["制度健全性"] and not changes(one, "indicator")
    assert one.confidence < REVIEW_BELOW


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        (
            "举办江苏省青少年网络信息安全应用能力竞赛市级选拔",
            "举办江苏省青少年网络信息安全应用能力竞赛市级选拔赛",
        ),
        ("担教育电视宣传工作", "承担教育电视宣传工作"),
    ],
)
def test_a_task_is_completed_from_the_projects_or_texts_of_the_filing(printed: str, whole: str) -> None:
    for one in (
        task(printed, projects=[whole]),
        task(printed, goal=f"一、加强管理。二、{whole}，提高质量。"),
    ):
        assert {row.key_task for row in one.indicators} == {whole}
        assert changes(one, "key_task") == [(printed, whole)]


@pytest.mark.parametrize(
    ("printed", "goal"),
    [
        ("担教育电视宣传工作", "办好学校。"),
        ("推进信息化建设", "推进信息化建设项目，推进信息化建设工程。"),
        ("组织校园活动", "组织校园活动并在全市各中小学校和幼儿园推广。"),
    ],
    ids=["printed nowhere else", "two phrases", "a phrase that goes on"],
)
def test_a_task_that_nothing_completes_stays_as_it_is(printed: str, goal: str) -> None:
    one = task(printed, goal=goal)
    assert {row.key_task for row in one.indicators} == {printed}
    assert not changes(one, "key_task")


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ("2021年操场修缮", ("2021年操场修缮工程",)),
        ("2021年操场修缮工, 2021年门窗更换工程", ("2021年操场修缮工程", "2021年门窗更换工程")),
    ],
)
def test_subprojects_are_completed_from_the_funds_block(listed: str, wanted: tuple[str, ...]) -> None:
    one = filing(PROJECT, FUNDS, COLUMNS, f"产出|{listed}|修缮操场面积|=3000平方米|考察操场|验收资料\n")
    assert one.indicators[0].subprojects == wanted
    assert changes(one, "subprojects") == [(listed, ", ".join(wanted))]


def test_a_subproject_that_the_funds_block_does_not_list_is_doubted() -> None:
    grid = "产出|2021年操场修缮工程, 围墙粉刷|修缮操场面积|=3000平方米|考察操场|验收资料\n"
    one = filing(PROJECT, FUNDS, COLUMNS, grid)
    assert one.indicators[0].subprojects == ("2021年操场修缮工程", "围墙粉刷")
    assert one.indicators[0].confidence < REVIEW_BELOW


def test_a_whole_filing_completes_its_labels_and_says_so() -> None:
    one = filing(
        DEPARTMENT,
        "年度目标|组织开展校园安全教育活动。|\n",
        HEADER,
        "过程|预算执|支付进度符合|=40%|=100%|\n",
        TASKS,
        "履职|办学|织开展校园安全教育活动|活动场次|=2场|=4场|\n",
    )
    found = indicators(one)
    assert found["支付进度符合率"].level2 == "预算执行"
    assert found["活动场次"].key_task == "组织开展校园安全教育活动"
    assert "label_completed" in kinds(one, "indicators", "level2") & kinds(one, "indicators", "key_task")
