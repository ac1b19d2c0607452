"""Pairs of half rows: labels side by side, names that no sentence follows, subprojects with indicators."""

from normalize.grid import Row
from normalize.pages import rejoin
from tests.normalize.grids import MAPPINGS, rows, texts

PROJECT_LEFT = "申报单位名称|某气象台\n"
TABLE_LEFT = "类别|对应子项目名称|指标名称\n投入||预算执行率\n"
TABLE_RIGHT = "目标值|指标解释|目标值来源\n100%|支出占预算的比率|凭证\n"
DEPARTMENT_LEFT = "一级指标|二级指标|\n决策|计划制定|\n过程|预算执行|\n"
DEPARTMENT_RIGHT = "三级指标|半年指标值|全年指标值\n规划健全性|健全|健全\n预算调整率|=0%|=0%\n"


def joined(left: str, right: str) -> list[Row]:
    return rejoin(rows(left, "\n", right), MAPPINGS)


def whole(left: str, right: str) -> list[list[str]]:
    return [texts(row) for row in joined(left, right)]


def test_no_sentence_goes_on_behind_a_name() -> None:
    overview = "观测项目由气象台组织实施，包括雷达建设"
    found = whole(
        f"{PROJECT_LEFT}项目名称|雷达和自动站综合保障项目\n项目概况|{overview}\n{TABLE_LEFT}",
        f"、运行维护和培训，为公众提供优质的气象服务，持续增强能力。|\n{TABLE_RIGHT}",
    )
    assert found[:2] == [["申报单位名称", "某气象台"], ["项目名称", "雷达和自动站综合保障项目"]]
    assert found[2][0] == "项目概况" and len(found[2][1]) > len(overview)


def test_labels_stand_beside_the_one_that_the_form_prints_before_them() -> None:
    found = whole(
        "申报单位名称|0012\n项目名称|雷达建\n项目类型|基本建设类\n是否政府采购|否\n项目年度|2022\n"
        + TABLE_LEFT,
        "|某气象台\n设项目\n|项目属性|常年项目\n|是否政府购买服务|是\n" + TABLE_RIGHT,
    )
    assert found[:5] == [
        ["申报单位名称", "0012某气象台"],
        ["项目名称", "雷达建设项目"],
        ["项目类型", "基本建设类", "项目属性", "常年项目"],
        ["是否政府采购", "否", "是否政府购买服务", "是"],
        ["项目年度", "2022"],
    ]


def test_a_blank_label_stands_beside_the_next_one() -> None:
    found = whole(
        "申报单位名称|某气象台\n本项目上年度市级财政资金使用情况|安排资金（万元）|\n|支出资金（万元）|\n"
        + TABLE_LEFT,
        "拨付资金（万元）||\n资金到位率（%）||\n" + TABLE_RIGHT,
    )
    assert found[1:3] == [
        ["本项目上年度市级财政资金使用情况", "安排资金（万元）", "拨付资金（万元）"],
        ["支出资金（万元）", "资金到位率（%）"],
    ]


def test_halves_of_a_name_that_is_cut_itself_are_one() -> None:
    left = "单位名称||某中学\n部门整体资金（万元）|支出|基本\n||项目\n一级指标|二级指标|\n决策|计划制定|\n"
    right = "|半年 计划执行数|全年 预算数\n支|72.25|180.5\n支出|28.35|120\n"
    right += "三级指标|半年指标值|全年指标值\n规划|健全|健全\n"
    found = whole(left, right)
    assert ["部门整体资金（万元）", "支出", "基本支", "72.25", "180.5"] in found and [
        "项目支出",
        "28.35",
        "120",
    ] in found


def test_a_telephone_number_goes_on_behind_the_cut_and_a_year_does_not() -> None:
    found = whole(
        "申报单位名称|某气象台\n联系电话|1391234567\n项目年度|2022\n" + TABLE_LEFT, "8|\n" + TABLE_RIGHT
    )
    assert found[1:3] == [["联系电话", "13912345678"], ["项目年度", "2022"]]


SUBPROJECTS_LEFT = "类别|对应子项目名称\n投入|\n产出|雷达建设\n|雷达培训\n结果|雷达建设\n影响力|\n"
SUBPROJECTS_RIGHT = (
    "指标名称|目标值|指标解释|目标值来源\n"
    "预算执行率|100%|支出比率|凭证\n专款专用率|100%|按计划使用|凭证\n"
    "雷达开工数量|=3个|统计|报表\n培训人次|≥20人次|统计|名册\n居民满意度|≥90%|评价|问卷\n"
    "长效管理机制|健全|制度|文件\n应急预案|制定|制度|文件\n"
)


def test_rows_of_a_level_all_print_a_subproject_or_none_does() -> None:
    found = whole(PROJECT_LEFT + SUBPROJECTS_LEFT, SUBPROJECTS_RIGHT)
    assert [row[:3] for row in found[2:]] == [
        ["投入", "预算执行率", "100%"],
        ["专款专用率", "100%", "按计划使用"],
        ["产出", "雷达建设", "雷达开工数量"],
        ["雷达培训", "培训人次", "≥20人次"],
        ["结果", "雷达建设", "居民满意度"],
        ["影响力", "长效管理机制", "健全"],
        ["应急预案", "制定", "制度"],
    ]


def test_a_row_of_which_the_left_half_may_be_lost_is_doubted() -> None:
    short = SUBPROJECTS_LEFT.replace("|雷达培训\n", "")
    rows_left = [row for row in joined(PROJECT_LEFT + short, SUBPROJECTS_RIGHT) if len(row.texts) == 4]
    assert any(row.texts[0].confidence < 0.9 for row in rows_left if row.texts[0].text != "预算执行率")


def test_no_row_of_the_table_stands_below_the_fields_that_close_the_form() -> None:
    found = whole(
        PROJECT_LEFT + SUBPROJECTS_LEFT + "需要说明的其它问题|\n申报单位负责人:|填报人:\n",
        SUBPROJECTS_RIGHT + "填报日期:|\n",
    )
    assert [row[0] for row in found[-3:]] == ["应急预案", "需要说明的其它问题", "申报单位负责人:"]
    assert found[-1] == ["申报单位负责人:", "填报人:", "填报日期:"]


def test_a_cell_alone_above_the_table_of_a_page_is_the_other_half_of_a_row() -> None:
    # A row of one cell without a tab looks like a line outside the table.
    left = "单位名称：\n单位负责人|张某|\n" + DEPARTMENT_LEFT
    found = whole(left, "某市第一中学\n单位：万元\n" + DEPARTMENT_RIGHT)
    assert ["单位名称：", "某市第一中学"] in found
    assert ["单位：万元"] in found
