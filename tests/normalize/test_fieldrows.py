"""Labels and their values: beside, above, in one text, two in one; captions are no fields."""

import pytest

from normalize import Filing
from tests.normalize.grids import field, filing, ruled_filing

TITLE = """
    项目支出绩效自评表
    （2023年度）
    项目名称 | 河道清淤 | < | < | <
"""
TABLE = """
    一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值
    产出指标 | 数量指标 | 清淤河道长度 | ≥12公里 | 13公里
"""
PLAIN = "项目支出绩效自评表\n\n项目名称|河道清淤|||\n"
PLAIN_TABLE = (
    "一级指标|二级指标|三级指标|年度指标值|实际完成值\n产出指标|数量指标|清淤河道长度|≥12公里|13公里\n"
)
Pairs = list[tuple[str, str, str | None]]


def pairs(one: Filing) -> Pairs:
    """Field, label and value of what stands below the project's name."""
    return [(f.field, f.label, f.value) for f in one.fields[1:]]


def told(grid: str) -> Pairs:
    return pairs(ruled_filing(TITLE + grid + TABLE))


def plain(grid: str) -> Pairs:
    return pairs(filing(PLAIN, grid, PLAIN_TABLE))


GOALS = [
    ("annual_goal", "预期目标", "清淤十二公里。"),
    ("goal_completion", "实际完成情况", "清淤十三公里。"),
]


def test_labels_stand_above_their_values() -> None:
    """The caption of both is no field."""
    grid = "年度总体目标 | 预期目标 | < | 实际完成情况 | <\n^ | 清淤十二公里。 | < | 清淤十三公里。 | <\n"
    assert told(grid) == GOALS
    assert plain("年度总体目标|预期目标||实际完成情况|\n|清淤十二公里。||清淤十三公里。|\n") == GOALS


def test_a_label_above_a_blank_has_no_value() -> None:
    grid = "年度总体目标 | 预期目标 | < | 实际完成情况 | <\n^ | 清淤十二公里。 | < |  | <\n"
    assert told(grid) == [GOALS[0], ("goal_completion", "实际完成情况", None)]


def test_values_below_labels_that_stand_apart_are_theirs_alone() -> None:
    """A text below two labels, or another label, is the value of neither."""
    assert told("预期目标 | < | 实际完成情况 | < | <\n说明 | 无 | < | < | <\n") == [
        ("annual_goal", "预期目标", None),
        ("goal_completion", "实际完成情况", None),
        ("other_notes", "说明", "无"),
    ]


def test_the_first_label_over_a_text_is_the_caption_of_the_second() -> None:
    goal = [("annual_goal", "年度目标", "清淤十二公里。")]
    assert told("总体目标 | 年度目标 | < | < | <\n^ | 清淤十二公里。 | < | < | <\n") == goal
    assert plain("总体目标|年度目标|||\n|清淤十二公里。|||\n") == goal


def test_both_goals_of_a_form_have_their_texts() -> None:
    grid = "绩效目标 | 中期目标 | < | 年度目标 | <\n^ | 建成绿色河道。 | < | 清淤十二公里。 | <\n"
    assert told(grid) == [
        ("overall_goal", "中期目标", "建成绿色河道。"),
        ("annual_goal", "年度目标", "清淤十二公里。"),
    ]


def test_a_caption_with_a_text_beside_it_is_a_label() -> None:
    assert told("项目基本情况 | 河道淤积严重，需要清理。 | < | < | <\n") == [
        ("other:项目基本情况", "项目基本情况", "河道淤积严重，需要清理。")
    ]
    assert told("项目基本情况 | 项目类型 | 工程 | 项目属性 | 新增\n") == [
        ("project_type", "项目类型", "工程"),
        ("project_attribute", "项目属性", "新增"),
    ]


@pytest.mark.parametrize(
    ("value", "name", "phone"),
    [
        ("李志刚 13907301122", "李志刚", "13907301122"),
        ("李志刚13907301122", "李志刚", "13907301122"),
        ("李志刚、0730-8888888", "李志刚", "0730-8888888"),
        ("李志刚", "李志刚", None),
        ("13907301122", None, "13907301122"),
        ("", None, None),
    ],
)
def test_a_label_of_two_fields_gives_both(value: str, name: str | None, phone: str | None) -> None:
    found = told(f"项目负责人及电话 | {value} | < | 实施单位 | 水利站\n")
    assert found == [
        ("project_leader", "项目负责人及电话", name),
        ("contact_phone", "项目负责人及电话", phone),
        ("implementing_unit", "实施单位", "水利站"),
    ]


def test_labels_and_values_in_one_text_are_taken_apart() -> None:
    one = filing(
        "项目支出绩效自评表\n填报单位（盖章）：某县水利局    填报日期：2023年3月1日    单位：万元\n\n",
        "项目名称|河道清淤\n填报人：王芳||联系电话：8888888|\n",
        PLAIN_TABLE,
    )
    assert [(f.field, f.label, f.value) for f in one.fields] == [
        ("unit_name", "填报单位（盖章）", "某县水利局"),
        ("prepared_on", "填报日期", "2023年3月1日"),
        ("project_name", "项目名称", "河道清淤"),
        ("preparer", "填报人", "王芳"),
        ("contact_phone", "联系电话", "8888888"),
    ]


def test_a_colon_in_a_text_parts_only_labels() -> None:
    goal = "完成情况：目标1：清淤十二公里；目标2：绿化两岸。"
    assert told(f"预期目标 | {goal} | < | < | <\n") == [("annual_goal", "预期目标", goal)]


def test_a_value_goes_on_in_the_rows_that_its_label_covers() -> None:
    goals = [("annual_goal", "年度总体目标", "目标1：清淤十二公里。\n目标2：绿化两岸。")]
    assert (
        told("年度总体目标 | 目标1：清淤十二公里。 | < | < | <\n^ | 目标2：绿化两岸。 | < | < | <\n") == goals
    )
    assert plain("年度总体目标|目标1：清淤十二公里。|||\n|目标2：绿化两岸。|||\n") == goals


@pytest.mark.parametrize(
    "label", ["1.项目实施内容", "（二）项目实施内容", "项目实施内容（100字以内）", "项目实施内容："]
)
def test_what_stands_around_a_label_hides_it_not(label: str) -> None:
    """The label stays as printed, but for its colon."""
    assert told(f"{label} | 清理淤泥。 | < | < | <\n") == [
        ("implementation_plan", label.rstrip("："), "清理淤泥。")
    ]


def test_a_label_that_its_own_mapping_lacks_is_known_by_another() -> None:
    """是否政府采购 stands in the mapping of Suzhou's project form alone."""
    assert told("是否政府采购 | 是 | < | < | <\n") == [("government_procurement", "是否政府采购", "是")]
    one = ruled_filing(TITLE + "是否政府采购 | 是 | < | < | <\n" + TABLE)
    assert field(one, "government_procurement").confidence == 1


def test_the_name_of_a_line_of_amounts_may_be_a_value() -> None:
    assert told("资金渠道 | 财政拨款 | < | < | <\n项目类型 | 其他资金 | < | < | <\n") == [
        ("other:资金渠道", "资金渠道", "财政拨款"),
        ("project_type", "项目类型", "其他资金"),
    ]


def test_labels_that_nobody_knows_above_their_values() -> None:
    """The caption beside both rows is none of them; where a text stands alone it is the caption's."""
    grid = "支出计划 | 3月底 | 6月底 | 9月底 | 12月底\n^ | 20% | 50% | 80% | 100%\n"
    assert told(grid) == [
        ("other:3月底", "3月底", "20%"),
        ("other:6月底", "6月底", "50%"),
        ("other:9月底", "9月底", "80%"),
        ("other:12月底", "12月底", "100%"),
    ]
    grid = "预算规模及用途 | 预算数 | 56 | 其中用于设备 | 20\n^ | 用于清淤设备租赁和人工。 | < | < | <\n"
    assert told(grid) == [
        ("other:预算数", "预算数", "56"),
        ("other:其中用于设备", "其中用于设备", "20"),
        ("other:预算规模及用途", "预算规模及用途", "用于清淤设备租赁和人工。"),
    ]


def test_a_label_that_nobody_knows_beside_a_blank_cell_has_no_value() -> None:
    assert told("甲栏 |  | < | 乙栏 | 丙\n") == [("other:甲栏", "甲栏", None), ("other:乙栏", "乙栏", "丙")]


def test_years_units_and_notes_in_the_rows_of_a_table_are_no_fields() -> None:
    one = ruled_filing(
        """
        项目支出绩效自评表 | < | < | < | <
        （2023年度） | < | < | < | <
        附件3 | < | < | < | <
        填报单位：水利局 | < | < | 单位：万元 | <
        项目名称 | 河道清淤 | < | < | <
        """
        + TABLE
        + "注：1.其他资金包括社会投入；2.没有的填无。 | < | < | < | <\n"
    )
    assert (one.title, one.fiscal_year, one.unit_name) == ("项目支出绩效自评表", 2023, "水利局")
    assert [f.field for f in one.fields] == ["unit_name", "project_name"]
    assert len(one.indicators) == 1


def test_points_in_the_label_are_the_value_of_a_weight_that_prints_none() -> None:
    grid = "项目资金（万元） | 年度资金总额 | 10 | 执行率分值（10） | {}\n"
    target = TITLE.replace("自评", "目标")
    table = TABLE.replace(" | 实际完成值", "").replace(" | 13公里", "")
    for beside, value in (("", "10"), ("8", "8")):
        one = ruled_filing(target + grid.format(beside) + table)
        weight = field(one, "budget_execution_weight")
        assert (weight.label, weight.value) == ("执行率分值（10）", value)
