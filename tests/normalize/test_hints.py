"""Hints of templates are no part of names and levels; each that goes is on record."""

import pytest

from tests.normalize.grids import failed, levels, ruled_filing

HEAD = """
    绩效目标申报表
    （2022年度）
    项目名称 | 油茶改造 | < | <
    主管部门 | 林业局 | < | <
    一级指标 | 二级指标 | 三级指标 | 指标值
"""


@pytest.mark.parametrize(
    "printed",
    [
        "★改造面积",
        "*改造面积",
        "指标1：改造面积",
        "指标 2:改造面积",
        "改造面积（≥**亩）",
        "改造面积（≥XX亩）",
        "★指标1：改造面积（≥**亩）",
    ],
)
def test_a_hint_is_no_part_of_a_name(printed: str) -> None:
    one = ruled_filing(HEAD + f"产出指标 | 数量指标 | {printed} | ≥1200亩\n")
    assert levels(one) == [("产出指标", "数量指标", "改造面积")]
    (repair,) = (r for r in one.repairs if (r.table, r.column) == ("indicators", "indicator"))
    assert (repair.before, repair.after, repair.row) == (printed, "改造面积", 1)
    assert one.indicators[0].raw.startswith(printed)


@pytest.mark.parametrize("name", ["改造面积（含补植）", "1.改造面积", "指标完成率", "改造面积（亩）"])
def test_what_the_author_wrote_stays(name: str) -> None:
    one = ruled_filing(HEAD + f"产出指标 | 数量指标 | {name} | ≥1200亩\n")
    assert [row.indicator for row in one.indicators] == [name] and one.repairs == ()


@pytest.mark.parametrize("points", ["（50分）", "(50)", "（50.5分）", " （50分）"])
def test_points_are_no_part_of_a_level(points: str) -> None:
    one = ruled_filing(
        HEAD
        + f"产出指标{points} | 数量指标{points} | 改造面积 | ≥1200亩\n^ | ^ | 培训人数 | ≥20人\n".replace(
            "\n（", "（"
        )
    )
    assert levels(one) == [("产出指标", "数量指标", "改造面积"), ("产出指标", "数量指标", "培训人数")]
    told = {(r.row, r.column, r.after) for r in one.repairs if r.kind == "html_stripped"}
    assert told == {
        (row, *level) for row in (1, 2) for level in (("level1", "产出指标"), ("level2", "数量指标"))
    }


@pytest.mark.parametrize("open_row", ["…… | ", "... | ", "指标3： | ", "…… | ≥**%", "★指标3： | ≥XX人"])
def test_a_row_that_was_left_open_is_none(open_row: str) -> None:
    one = ruled_filing(
        HEAD + f"产出指标 | 数量指标 | 改造面积 | ≥1200亩\n^ | ^ | {open_row}\n^ | 质量指标 | 合格率 | 100%\n"
    )
    assert [row.indicator for row in one.indicators] == ["改造面积", "合格率"]
    assert failed(one) == {}


def test_the_label_of_a_row_that_was_left_open_has_no_indicator() -> None:
    one = ruled_filing(HEAD + "产出指标 | 数量指标 | 改造面积 | ≥1200亩\n^ | 成本指标 | …… | \n")
    assert levels(one) == [("产出指标", "数量指标", "改造面积")]
    (check,) = (check for check in one.checks if check.check == "level2_has_indicators")
    assert check.status == "pass" and "成本指标" in check.message
