"""Pages: halves of a sheet that was too wide are found where they are, and rejoined row by row."""

from itertools import chain

from normalize.grid import Row
from normalize.pages import rejoin
from tests.normalize.grids import MAPPINGS, amounts, field, filing, kinds, rows, texts

TITLE_LEFT = "苏州市市\n\n"
TITLE_RIGHT = "级部门整体预算绩效目标表\n\n2026年度\n\n"
WHOLE = "苏州市市级部门整体预算绩效目标表\n\n2026年度\n\n"
HEAD_LEFT = "一级指标|二级指标|\n"
HEAD_RIGHT = "三级指标|半年指标值|全年指标值\n"
TABLE_LEFT = HEAD_LEFT + "决策|计划制定|\n过程|预算执行|\n"
TABLE_RIGHT = HEAD_RIGHT + "中长期规划制定健全性|健全|健全\n预算调整率|=0%|=0%\n"


def joined(left: str, right: str) -> list[Row]:
    """The rows of a left and a right page put together; lines stand outside tables."""
    return rejoin(rows(left, "\n", right), MAPPINGS)


def whole(found: list[Row]) -> list[list[str]]:
    return [texts(row) for row in found if row.side == "whole"]


def test_a_cut_may_run_through_the_names() -> None:
    left = "一级指标|二级指标|三级指标\n过程|预算执行|预算调\n||支付进度符合率\n"
    right = "|半年指标值|全年指标值\n整率|=0%|=5%\n|=4%|=9%\n"
    assert whole(joined(left, right)) == [
        ["一级指标", "二级指标", "三级指标", "半年指标值", "全年指标值"],
        ["过程", "预算执行", "预算调整率", "=0%", "=5%"],
        ["支付进度符合率", "=4%", "=9%"],
    ]


def test_two_halves_of_a_title_are_one_and_the_year_stays_apart() -> None:
    one = filing(TITLE_LEFT + "单位名称||\n", TABLE_LEFT, "\n", TITLE_RIGHT + "某中学||\n", TABLE_RIGHT)
    assert (one.title, one.fiscal_year) == ("苏州市市级部门整体预算绩效目标表", 2026)
    assert kinds(one, "filings", "title") == {"split_pages_rejoined"}
    assert field(one, "unit_name").value == "某中学"


def test_a_title_that_is_whole_is_left_alone() -> None:
    one = filing(WHOLE + "单位名称||\n", TABLE_LEFT, "\n", "附表\n\n某中学||\n", TABLE_RIGHT)
    assert one.title == "苏州市市级部门整体预算绩效目标表"
    # The title is not touched; 附表, which belongs nowhere, is flagged.
    flagged = [(repair.kind, repair.before) for repair in one.repairs if repair.table == "filings"]
    assert flagged == [("text_lost", "附表")]


def test_names_cut_in_the_middle_are_one() -> None:
    one = filing(
        TITLE_LEFT + "单位名称||\n部门整体资金（万元）|收入|\n|支出|基本\n||项目\n",
        TABLE_LEFT,
        "\n",
        TITLE_RIGHT + "某中学||\n||全年 预算数\n资金总额||300.5\n其他资金||300.5\n",
        "|半年 计划执行数|全年 预算数\n支出|72.25|180.5\n支出|28.35|120\n",
        TABLE_RIGHT,
    )
    found = amounts(one)
    assert {name for name, _ in found} == {"资金总额", "其他资金", "基本支出", "项目支出"}
    assert found["基本支出", "half_year"].amount == 72.25 and found["项目支出", "full_year"].amount == 120
    assert kinds(one, "amounts", "item") == {"split_pages_rejoined"}


def test_amounts_whose_names_are_on_the_left_stay_names_and_amounts() -> None:
    one = filing(
        TITLE_LEFT + "单位名称||\n部门整体资金（万元）|收入|\n||资金总额\n||其他资金\n",
        TABLE_LEFT,
        "\n",
        TITLE_RIGHT + "某中学||\n|全年 预算数|\n300.5||\n0||\n",
        TABLE_RIGHT,
    )
    assert {item: amount.amount for (item, _), amount in amounts(one).items()} == {
        "资金总额": 300.5,
        "其他资金": 0,
    }


def test_a_label_and_its_value_are_two_texts_and_a_cut_value_is_one() -> None:
    found = whole(
        joined(
            "单位名称||\n单位负责人||张\n" + TABLE_LEFT,
            "某中学||\n小明||\n" + TABLE_RIGHT,
        )
    )
    assert ["单位名称", "某中学"] in found
    assert ["单位负责人", "张小明"] in found


def test_rows_whose_names_are_on_the_left_are_joined_one_to_one() -> None:
    found = whole(
        joined(
            "一级指标|二级指标|三级指标\n决策|计划制定|中长期规划制定健全性\n||工作计划制定健全性\n过程|预算执行|预算调整率\n",
            "半年指标值|全年指标值\n健全|健全\n健全|完善\n=0%|=5%\n",
        )
    )
    assert found[1:] == [
        ["决策", "计划制定", "中长期规划制定健全性", "健全", "健全"],
        ["工作计划制定健全性", "健全", "完善"],
        ["过程", "预算执行", "预算调整率", "=0%", "=5%"],
    ]


def test_a_label_alone_on_the_left_has_no_row_on_the_right() -> None:
    one = filing(
        TITLE_LEFT + "单位名称||\n",
        "一级指标|二级指标|三级指标\n效益指标|经济效益|食堂收入增长率\n|社会效益|\n满意度指标|服务对象满意度|家长满意度\n",
        "\n",
        TITLE_RIGHT + "某中学||\n",
        "半年指标值|全年指标值\n≥2%|≥5%\n≥80%|≥90%\n",
    )
    assert [
        (row.level2, row.indicator, row.target) for row in one.indicators if row.period == "full_year"
    ] == [
        ("经济效益", "食堂收入增长率", "≥5%"),
        ("服务对象满意度", "家长满意度", "≥90%"),
    ]


def test_labels_that_span_rows_stay_apart_from_them() -> None:
    found = joined(TABLE_LEFT, TABLE_RIGHT)
    assert whole(found) == [["一级指标", "二级指标", "三级指标", "半年指标值", "全年指标值"]]
    assert [texts(row) for row in found if row.side == "left"] == [["决策", "计划制定"], ["过程", "预算执行"]]
    assert [texts(row)[0] for row in found if row.side == "right"] == ["中长期规划制定健全性", "预算调整率"]


def test_rows_know_their_sheet_and_their_printed_page() -> None:
    found = joined(
        TABLE_LEFT + "\n|预算管理|\n|资产管理|\n",
        TABLE_RIGHT + "\n资金使用合规性|合规|合规\n固定资产利用率|=1%|=1%\n",
    )
    places = [(row.side, row.sheet, row.page) for row in found if row.side != "whole"]
    assert places == [
        ("left", 1, 1),
        ("left", 1, 1),
        ("right", 1, 3),
        ("right", 1, 3),
        ("left", 2, 2),
        ("left", 2, 2),
        ("right", 2, 4),
        ("right", 2, 4),
    ]


def test_every_text_of_a_joined_row_has_its_column() -> None:
    left = "一级指标|二级指标|三级指标\n过程|预算执行|预算调\n"
    for row in joined(left, "|半年指标值|全年指标值\n整率|=0%|=5%\n"):
        columns = [row.column(i) for i in range(len(row.texts))]
        assert len(row.columns) in (0, len(row.texts)) and columns == sorted(set(columns))


def test_right_halves_stand_to_the_right_of_the_left_ones() -> None:
    found = joined(TABLE_LEFT, TABLE_RIGHT)
    lefts = [row.column(i) for row in found if row.side == "left" for i in range(len(row.texts))]
    rights = [row.column(i) for row in found if row.side == "right" for i in range(len(row.texts))]
    assert max(lefts) < min(rights)


LINES = [
    ("推进教育数字化转型工作，建设市", "级智慧教育大平台，完善公共服务体系，面向全"),
    ("市师生提供优质资源；加强网络和", "数据安全管理，保障各类系统稳定运行，提升师"),
    ("生信息素养，开展教师培训活动，", "组织学生竞赛，推动信息技术与课堂教学深度融"),
    ("合，形成一批示范案例，惠及更多", "的学校和学生。"),
]


def test_a_text_that_the_cut_ran_through_is_woven_and_loses_nothing() -> None:
    left, right = ("".join(line[side] for line in LINES) for side in (0, 1))
    one = filing(
        TITLE_LEFT + f"单位名称||\n年度目标||{left}\n",
        TABLE_LEFT,
        "\n",
        TITLE_RIGHT + f"某中学||\n{right}||\n",
        TABLE_RIGHT,
    )
    goal = field(one, "annual_goal")
    assert sorted(goal.value or "") == sorted(left + right)
    assert goal.value == "".join(chain.from_iterable(LINES))
    assert goal.raw == f"{left}\n{right}"
    assert kinds(one, "fields", "value") == {"text_rewoven"} and goal.confidence < 1
