"""A sheet with a column of projects holds a form for each of them."""

import pytest

from normalize import Filing
from tests.normalize.grids import filings, levels, ruled_filings

HEAD = (
    "单位名称、项目名称 | 项目年度绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位\n"
)
SHEET = """
    项目支出绩效目标表
    2024年
    {head}
    1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
    呈贡区水务局 | | | | | | |
    排涝经费 | 保障泵站运行。 | 产出指标 | 数量指标 | 泵站数量 | = | 12 | 座
    {same} | {same} | {same} | {same} | 检修次数 | ≥ | 2 | 次
    {same} | {same} | 满意度指标 | 服务对象满意度 | 群众满意度 | ≥ | 90 | %
    河长制经费 | 河道水质达标。 | 产出指标 | 数量指标 | 巡河次数 | ≥ | 720 | 次
    呈贡区节水中心 | | | | | | |
    节水宣传经费 | 开展节水宣传。 | 产出指标 | 数量指标 | 宣传场次 | ≥ | 12 | 场
"""
EXPECTED = [
    ("呈贡区水务局", "排涝经费", "保障泵站运行。", ["泵站数量", "检修次数", "群众满意度"]),
    ("呈贡区水务局", "河长制经费", "河道水质达标。", ["巡河次数"]),
    ("呈贡区节水中心", "节水宣传经费", "开展节水宣传。", ["宣传场次"]),
]
Told = list[tuple[str | None, str | None, str | None, list[str | None]]]


def told(found: tuple[Filing, ...]) -> Told:
    """Unit, project, goal and indicators of each form."""
    goals = [next((f.value for f in one.fields if f.field == "annual_goal"), None) for one in found]
    return [
        (one.unit_name, one.project_name, goal, [row.indicator for row in one.indicators])
        for one, goal in zip(found, goals, strict=True)
    ]


@pytest.mark.parametrize("same", ["^", ""])
def test_each_project_is_a_form(same: str) -> None:
    """Its cells merged, or printed once with blanks below."""
    found = ruled_filings(SHEET.format(head=HEAD, same=same))
    assert told(found) == EXPECTED
    assert [one.ordinal for one in found] == [1, 2, 3]
    assert {(one.title, one.fiscal_year, one.form) for one in found} == {
        ("项目支出绩效目标表", 2024, "project_target")
    }
    assert levels(found[0])[2] == ("满意度指标", "服务对象满意度", "群众满意度")
    labels = [(f.field, f.label) for f in found[0].fields]
    assert labels == [
        ("unit_name", "单位名称、项目名称"),
        ("project_name", "单位名称、项目名称"),
        ("annual_goal", "项目年度绩效目标"),
    ]


def test_text_without_spans_is_read_alike() -> None:
    lines = SHEET.format(head=HEAD, same="").replace(" | ", "|").replace(" |", "|")
    grid = "\n".join(line.strip() for line in lines.splitlines() if line.strip())
    assert told(filings(grid.replace("2024年\n", "2024年\n\n", 1))) == EXPECTED


def test_a_name_repeated_on_every_row_is_one_project() -> None:
    rows = "排涝经费 | 保障泵站运行。 | 产出指标 | 数量指标 | {} | = | 12 | 座\n"
    found = ruled_filings("项目支出绩效目标表\n" + HEAD + rows.format("泵站数量") + rows.format("闸门数量"))
    assert told(found) == [(None, "排涝经费", "保障泵站运行。", ["泵站数量", "闸门数量"])]


def test_a_name_alone_above_its_rows_is_the_project() -> None:
    found = ruled_filings(
        "项目支出绩效目标表\n"
        + HEAD
        + "水务局 | | | | | | |\n排涝经费 | | | | | | |\n"
        + " | 保障泵站运行。 | 产出指标 | 数量指标 | 泵站数量 | = | 12 | 座\n"
    )
    assert told(found) == [("水务局", "排涝经费", "保障泵站运行。", ["泵站数量"])]


def test_units_and_projects_in_columns_of_their_own() -> None:
    """Under a header of two rows; what else is a column of the project is a field."""
    found = ruled_filings(
        """
        项目支出绩效表
        单位名称 | 项目名称 | 预算执行率权重 | 绩效目标 | 绩效指标 | < | < | <
        ^ | ^ | ^ | ^ | 一级指标 | 二级指标 | 三级指标 | 绩效指标值
        园林局 | 养护经费 | 10 | 养护林木。 | 产出指标 | 数量指标 | 养护面积 | ≥5600亩
        ^ | ^ | ^ | ^ | ^ | 质量指标 | 达标率 | ≥95%
        ^ | 防火经费 | 8 | 防止火灾。 | 产出指标 | 数量指标 | 巡查次数 | ≥1200次
        """
    )
    assert told(found) == [
        ("园林局", "养护经费", "养护林木。", ["养护面积", "达标率"]),
        ("园林局", "防火经费", "防止火灾。", ["巡查次数"]),
    ]
    weights = [f.value for one in found for f in one.fields if f.field == "budget_execution_weight"]
    assert weights == ["10", "8"]
    assert {row.weight for one in found for row in one.indicators} == {None}
