"""Merged cells: every indicator under its labels, wherever they are printed, and doubt where it is open."""

import pytest

from normalize.model import REVIEW_BELOW, Filing
from tests.normalize.grids import DEPARTMENT, filing, indicators, kinds, levels

HEADER = "一级指标|二级指标|三级指标|半年指标值|全年指标值|\n"
TASKS = "一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值|\n"


def table(grid: str, header: str = HEADER) -> Filing:
    return filing(DEPARTMENT, header, grid)


def test_labels_are_filled_down_over_the_rows_that_they_span() -> None:
    one = table(
        """
        决策|计划制定|中长期规划制定健全性|健全|健全|
        ||工作计划制定健全性|健全|健全|
        |目标设定|绩效目标合理性|合理|合理|
        过程|预算执行|预算调整率|=0%|=0%|
        """
    )
    assert levels(one) == [
        ("决策", "计划制定", "中长期规划制定健全性"),
        ("决策", "计划制定", "工作计划制定健全性"),
        ("决策", "目标设定", "绩效目标合理性"),
        ("过程", "预算执行", "预算调整率"),
    ]
    assert one.confidence >= REVIEW_BELOW


def test_a_filled_label_has_a_repair_and_a_printed_one_has_none() -> None:
    one = table("决策|计划制定|中长期规划制定健全性|健全|健全|\n||工作计划制定健全性|健全|健全|\n")
    filled = [(r.row, r.column, r.before, r.after) for r in one.repairs if r.kind == "merged_cell_filled"]
    assert sorted(filled) == [(2, "level1", None, "决策"), (2, "level2", None, "计划制定")]


def test_labels_hold_over_a_page_break() -> None:
    one = table(
        """
        过程|预算执行|预算调整率|=0%|=0%|

        ||支付进度符合率|=100%|=100%|
        """
    )
    assert levels(one)[1] == ("过程", "预算执行", "支付进度符合率")


def test_a_label_printed_late_after_a_page_break_reaches_back_to_its_rows() -> None:
    one = table(
        """
        过程|预算执行|预算调整率|=0%|=0%|
        ||支付进度符合率|=100%|=100%|
        ||预算管理制度健全性|健全|健全|
        ||绩效管理覆盖率|=100%|=100%|

        |预算管理|资金使用合规性|合规|合规|
        """
    )
    assert [level2 for _, level2, _ in levels(one)] == [
        "预算执行",
        "预算执行",
        "预算管理",
        "预算管理",
        "预算管理",
    ]
    assert {level1 for level1, _, _ in levels(one)} == {"过程"}


def test_a_label_printed_late_without_words_for_it_is_doubted() -> None:
    one = table(
        """
        履职|办学|组织校园活动|活动场次|=2场|=4场|
        |||器材采购数量|=2件|=4件|

        |||教室改造间数|=2间|=4间|
        ||改善办学条件|食堂改造面积|=10平方米|=20平方米|
        """,
        TASKS,
    )
    assert indicators(one)["教室改造间数"].confidence < indicators(one)["活动场次"].confidence


@pytest.mark.parametrize(
    ("grid", "wanted"),
    [
        (  # level 1, by the level 2 that stands under it alone
            "|计划制定|中长期规划制定健全性|健全|健全|\n过程|预算执行|预算调整率|=0%|=0%|\n",
            ("决策", "计划制定", "中长期规划制定健全性"),
        ),
        (  # level 2, by the indicator
            "过程||预算管理制度健全性|健全|健全|\n|资产管理|固定资产利用率|=100%|=100%|\n",
            ("过程", "预算管理", "预算管理制度健全性"),
        ),
    ],
)
def test_a_label_that_is_lost_comes_back_from_mappings(grid: str, wanted: tuple[str, str, str]) -> None:
    one = table(grid)
    assert levels(one)[0] == wanted
    restored = [repair for repair in one.repairs if repair.kind == "label_completed" and repair.row == 1]
    assert restored and {repair.after for repair in restored} < set(wanted)
    assert all(repair.before is None and repair.confidence < 1 for repair in restored)


def test_a_label_that_is_lost_and_that_nobody_knows_is_null() -> None:
    one = table("履职|||器材采购数量|=2件|=4件|\n|||教室改造间数|=2间|=4间|\n", TASKS)
    assert levels(one) == [("履职", None, "器材采购数量"), ("履职", None, "教室改造间数")]
    assert all(row.key_task is None for row in one.indicators)


def test_no_label_of_another_block_is_filled_into_one_that_lost_its_own() -> None:
    one = table(
        """
        效益指标|经济效益|食堂收入增长率|≥2%|≥5%|
        满意度指标||家长满意度|≥80%|≥90%|
        """
    )
    assert indicators(one)["家长满意度"].level2 != "经济效益"
    assert indicators(one)["食堂收入增长率"].level2 == "经济效益"


def test_labels_with_nothing_under_them_give_no_row() -> None:
    one = table(
        """
        效益指标|经济效益|食堂收入增长率|≥2%|≥5%|
        |社会效益||||
        |生态效益||||
        可持续影响|||||
        满意度指标|服务对象满意度|家长满意度|≥80%|≥90%|
        """
    )
    assert levels(one) == [
        ("效益指标", "经济效益", "食堂收入增长率"),
        ("满意度指标", "服务对象满意度", "家长满意度"),
    ]
    (check,) = (check for check in one.checks if check.check == "level2_has_indicators")
    assert all(label in check.message for label in ("社会效益", "生态效益", "可持续影响"))
    assert "经济效益" not in check.message


def test_an_empty_label_does_not_take_the_rows_of_the_next_one() -> None:
    one = table(
        """
        效益指标|经济效益||||
        |社会效益|志愿服务覆盖率|≥50%|≥90%|
        ||校园开放知晓率|≥50%|≥90%|
        """
    )
    assert {level2 for _, level2, _ in levels(one)} == {"社会效益"}


def test_no_indicators_no_rows() -> None:
    one = table("决策|||||\n")
    assert one.indicators == ()


# Halves: the labels are on the left pages, the indicators on the right ones, and nothing ties them but order.


def halves(left: str, right: str) -> Filing:
    """A form cut into left and right pages; a blank line in both is a page break."""
    title = "苏州市市级部门整体预算绩效目标表\n\n"
    name = "单位名称|苏州市第一中学|\n"
    return filing(title + name, left, "\n", "2026年度\n\n", right)


LEFT = "一级指标|二级指标|\n"
RIGHT = "三级指标|半年指标值|全年指标值\n"


def test_indicators_of_the_right_find_their_labels_on_the_left() -> None:
    one = halves(
        LEFT + "决策|计划制定|\n|目标设定|\n过程|预算执行|\n",
        RIGHT
        + "中长期规划制定健全性|健全|健全\n工作计划制定健全性|健全|健全\n"
        + "绩效目标合理性|合理|合理\n预算调整率|=0%|=0%\n",
    )
    assert levels(one) == [
        ("决策", "计划制定", "中长期规划制定健全性"),
        ("决策", "计划制定", "工作计划制定健全性"),
        ("决策", "目标设定", "绩效目标合理性"),
        ("过程", "预算执行", "预算调整率"),
    ]


TASK_LEFT = "一级指标|二级指标|重点工作\n"


def test_a_label_after_the_page_break_may_span_rows_before_it_if_most_are_behind_it() -> None:
    one = halves(
        TASK_LEFT + "|组织校园活动|举办体育竞赛\n||开展读书活动\n\n履职||维护校园设备\n||改善食堂\n",
        RIGHT
        + "体育竞赛场次|=1场|=2场\n读书活动人数|=10人|=20人\n\n"
        + "设备维护数量|=1台|=2台\n食堂改善面积|=1平方米|=2平方米\n食堂改善及时性|及时|及时\n",
    )
    assert {level1 for level1, _, _ in levels(one)} == {"履职"}
    assert [row.key_task for row in indicators(one).values()] == [
        "举办体育竞赛",
        "开展读书活动",
        "维护校园设备",
        "改善食堂",
        "改善食堂",
    ]


def test_a_label_in_the_middle_of_its_page_spans_no_row_of_the_page_before() -> None:
    one = halves(
        TASK_LEFT + "履职|办学|甲乙丙丁\n\n||戊己庚辛\n||维护校园设备\n",
        RIGHT
        + "采购数量|=1台|=2台\n设备维护数量|=1台|=2台\n\n维修面积|=1平方米|=2平方米\n设备完好率|=1%|=2%\n",
    )
    assert indicators(one)["采购数量"].key_task == "甲乙丙丁"
    assert indicators(one)["设备维护数量"].key_task != "维护校园设备"
    assert indicators(one)["设备完好率"].key_task == "维护校园设备"


def test_rows_that_no_word_ties_to_a_label_are_doubted() -> None:
    one = halves(
        TASK_LEFT + "履职|办学|甲乙丙丁\n||戊己庚辛\n",
        RIGHT + "采购数量|=1台|=2台\n维修面积|=1平方米|=2平方米\n巡检及时性|及时|及时\n完成情况|完成|完成\n",
    )
    assert [row.key_task for row in indicators(one).values()] in (
        ["甲乙丙丁", "甲乙丙丁", "戊己庚辛", "戊己庚辛"],
        ["甲乙丙丁", "甲乙丙丁", "甲乙丙丁", "戊己庚辛"],
        ["甲乙丙丁", "戊己庚辛", "戊己庚辛", "戊己庚辛"],
    )
    assert min(row.confidence for row in one.indicators) < REVIEW_BELOW and one.needs_review


def test_empty_labels_on_a_half_page_may_stay_empty() -> None:
    one = halves(
        LEFT + "效益指标|经济效益|\n|社会效益|\n|生态效益|\n满意度指标|服务对象满意度|\n",
        RIGHT + "垃圾污染减排率|≥2%|≥5%\n家长满意度|≥80%|≥90%\n",
    )
    assert levels(one)[1] == ("满意度指标", "服务对象满意度", "家长满意度")
    assert levels(one)[0] == ("效益指标", "生态效益", "垃圾污染减排率")
    assert "merged_cell_filled" in kinds(one, "indicators", "level2")
