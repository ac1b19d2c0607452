"""Headers of indicator tables: of two rows, side by side, with columns that no mapping knows."""

import pytest

from normalize import Filing
from tests.normalize.grids import failed, filing, filings, levels, ruled_filing

TITLE = """
    项目支出绩效目标表
    （2023年度）
    项目名称 | 河道清淤 | < | < | < | < | <
    实施单位 | 水利站 | < | < | < | < | <
"""
EVALUATION = TITLE.replace("目标", "自评")
Found = list[tuple[str | None, str, str | None]]


def found(one: Filing) -> Found:
    """Name, period and target of the indicators."""
    return [(row.indicator, row.period, row.target) for row in one.indicators]


def test_a_header_takes_two_rows_where_columns_are_parted_in_the_second() -> None:
    one = ruled_filing(
        EVALUATION
        + """
        绩效指标 | < | < | 年度指标值 | < | < | 实际完成值
        一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | ^
        产出指标 | 数量指标 | 清淤河道长度 | ≥ | 12 | 公里 | 13
        ^ | ^ | 清淤次数 | ＝ | 2 | 次 | 2
        """
    )
    assert found(one) == [("清淤河道长度", "full_year", "≥12公里"), ("清淤次数", "full_year", "=2次")]
    assert [row.actual for row in one.indicators] == ["13", "2"]
    assert min(row.confidence for row in one.indicators) > 0.99 and failed(one) == {}


def test_the_same_header_in_text_without_spans() -> None:
    one = filing(
        """
        项目支出绩效自评表

        项目名称|河道清淤|实施单位|水利站
        绩效指标|||年度指标值|||实际完成值
        一级指标|二级指标|三级指标|指标性质|指标值|度量单位|
        产出指标|数量指标|清淤河道长度|≥|12|公里|13
        ||清淤次数|＝|2|次|2
        """
    )
    assert found(one) == [("清淤河道长度", "full_year", "≥12公里"), ("清淤次数", "full_year", "=2次")]
    assert [row.actual for row in one.indicators] == ["13", "2"]


@pytest.mark.parametrize("reading", ["ruled", "plain"])
def test_a_header_takes_two_rows_where_the_first_names_the_indicators(reading: str) -> None:
    if reading == "ruled":
        one = ruled_filing(
            TITLE
            + """
            一级指标 | 二级指标 | 三级指标 | 指标值 | < | 分值
            ^ | ^ | ^ | 半年指标值 | 全年指标值 | ^
            产出指标 | 数量指标 | 清淤河道长度 | ≥5公里 | ≥12公里 | 10
            """
        )
    else:
        one = filing(
            """
            项目支出绩效目标表

            项目名称|河道清淤|实施单位|水利站
            一级指标|二级指标|三级指标|指标值||分值
            |||半年指标值|全年指标值|
            产出指标|数量指标|清淤河道长度|≥5公里|≥12公里|10
            """
        )
    assert found(one) == [
        ("清淤河道长度", "full_year", "≥12公里"),
        ("清淤河道长度", "half_year", "≥5公里"),
    ]
    assert {row.weight for row in one.indicators} == {10}


SIDE_BY_SIDE = """
    一级指标 | 二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值
    产出指标 | 数量指标 | 清淤河道长度 | ≥50公里 | 数量指标 | 年度清淤长度 | ≥12公里
    ^ | ^ | 清淤土方 | ≥9万方 | ^ | 年度清淤土方 | ≥3万方
    ^ | 质量指标 | 验收合格率 | 100% | 质量指标 | |
"""


def test_two_tables_side_by_side_are_of_the_term_and_of_the_year() -> None:
    """The first level stands before both; a side that prints nothing gives no row."""
    one = ruled_filing(TITLE + SIDE_BY_SIDE)
    assert found(one) == [
        ("清淤河道长度", "long_term", "≥50公里"),
        ("清淤土方", "long_term", "≥9万方"),
        ("验收合格率", "long_term", "100%"),
        ("年度清淤长度", "full_year", "≥12公里"),
        ("年度清淤土方", "full_year", "≥3万方"),
    ]
    assert {(row.level1, row.level2) for row in one.indicators} == {
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
    }


def test_what_stands_above_two_tables_tells_their_periods() -> None:
    above = "一级指标 | 年度目标 | < | < | 长期目标 | < | <\n"
    below = SIDE_BY_SIDE.replace("一级指标 |", "^ |")
    one = ruled_filing(TITLE + above + below)
    assert {(row.indicator, row.period) for row in one.indicators} >= {
        ("清淤河道长度", "full_year"),
        ("年度清淤长度", "long_term"),
    }


@pytest.mark.parametrize("beside", [True, False])
def test_captions_tell_the_periods_of_tables_one_after_the_other(beside: bool) -> None:
    """Along the table, or in a row above it."""

    def table(caption: str, name: str) -> str:
        head = "一级指标 | 二级指标 | 指标内容 | 指标值"
        row = f"产出指标 | 数量指标 | {name} | ≥1处"
        if beside:
            return f"{caption} | {head}\n^ | {row}\n"
        return f"{caption} | < | < | < | <\n | {head}\n | {row}\n"

    one = ruled_filing(TITLE + table("长期绩效指标", "甲工程") + table("年度绩效指标", "乙工程"))
    assert found(one) == [("甲工程", "long_term", "≥1处"), ("乙工程", "full_year", "≥1处")]


def test_a_header_repeated_in_a_table_goes_on_with_its_period() -> None:
    head = "一级指标 | 二级指标 | 指标内容 | 指标值\n"
    rows = "产出指标 | 数量指标 | 甲工程 | ≥1处\n" + head + "产出指标 | 质量指标 | 合格率 | 100%\n"
    one = ruled_filing(TITLE + "长期绩效指标 | < | < | <\n" + head + rows)
    assert [row.period for row in one.indicators] == ["long_term", "long_term"]


def test_a_column_that_no_mapping_knows_is_a_column_all_the_same() -> None:
    """What it prints is no target, no name and no actual value; the check says which column to add."""
    one = ruled_filing(
        EVALUATION
        + """
        一级指标 | 二级指标 | 三级指标 | 监测频次 | 年度指标值 | 实际完成值 | 得分
        产出指标 | 数量指标 | 清淤河道长度 | 12 | ≥12公里 | 13公里 | 10
        ^ | ^ | 清淤次数 | 4 | ≥2次 | | 8
        """
    )
    assert [(row.target, row.actual, row.score) for row in one.indicators] == [
        ("≥12公里", "13公里", 10),
        ("≥2次", None, 8),
    ]
    assert min(row.confidence for row in one.indicators) > 0.95
    (told,) = (check for check in one.checks if check.check == "labels_known")
    assert (told.status, "监测频次" in told.message) == ("skipped", True)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("2023年度指标值", "≥12公里"),
        ("指标值（包含数字及文字描述）", "≥12公里"),
        ("绩效指标值（A）", "≥12公里"),
        ("本年计划目标值", "≥12公里"),
        ("上年指标值", None),
        ("历史指标值", None),
    ],
)
def test_headers_are_known_by_what_they_end_in(header: str, target: str | None) -> None:
    one = ruled_filing(
        TITLE + f"一级指标 | 二级指标 | 三级指标 | {header}\n产出指标 | 数量指标 | 清淤河道长度 | ≥12公里\n"
    )
    assert [row.target for row in one.indicators] == [target]


def test_the_adjusted_target_is_the_target_where_it_is_printed() -> None:
    one = ruled_filing(
        EVALUATION
        + """
        一级指标 | 二级指标 | 三级指标 | 年初指标值 | 调整指标值 | 实际完成值
        产出指标 | 数量指标 | 清淤河道长度 | ≥10公里 | ≥12公里 | 13公里
        ^ | ^ | 清淤次数 | ≥2次 | | 2次
        """
    )
    assert [(row.target, row.initial_target) for row in one.indicators] == [
        ("≥12公里", "≥10公里"),
        ("≥2次", None),
    ]


def test_targets_of_the_beginning_of_the_year_alone_are_the_targets() -> None:
    one = ruled_filing(
        EVALUATION
        + """
        一级指标 | 二级指标 | 三级指标 | 年初目标值（A） | 实际完成值（B）
        产出指标 | 数量指标 | 清淤河道长度 | ≥10公里 | 13公里
        """
    )
    assert found(one) == [("清淤河道长度", "full_year", "≥10公里")]
    assert one.indicators[0].initial_target is None


def test_comparators_and_units_tell_their_columns_themselves() -> None:
    one = ruled_filing(
        TITLE
        + """
        一级指标 | 二级指标 | 三级指标 | 甲 | 指标值 | 乙
        产出指标 | 数量指标 | 清淤河道长度 | ≥ | 12 | 公里
        ^ | ^ | 清淤次数 | = | 2 | 次
        ^ | ^ | 清淤效果 | 定性 | 良好 | 无
        """
    )
    assert [row.target for row in one.indicators] == ["≥12公里", "=2次", "良好"]
    assert [(row.comparator, row.value, row.unit) for row in one.indicators[:2]] == [
        ("≥", 12, "公里"),
        ("=", 2, "次"),
    ]


def test_what_stands_as_a_unit_and_is_none_is_told() -> None:
    one = ruled_filing(
        TITLE
        + """
        一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位
        产出指标 | 质量指标 | 森林火灾受害率 | ≤ | 0.9 | %0
        ^ | ^ | 清淤次数 | = | 2 | /
        ^ | ^ | 清淤河道长度 | ≥ | 12 | 公里
        """
    )
    rows = {row.indicator: row for row in one.indicators}
    assert (rows["森林火灾受害率"].target, rows["森林火灾受害率"].unit) == ("≤0.9", None)
    assert rows["森林火灾受害率"].confidence < 0.9
    assert [(change.row, change.evidence) for change in one.repairs if change.kind == "text_lost"] == [
        (1, "%0 beside it is no unit")
    ]
    assert min(rows["清淤次数"].confidence, rows["清淤河道长度"].confidence) > 0.9


def test_a_row_of_column_numbers_and_the_sum_row_are_no_indicators() -> None:
    one = ruled_filing(
        EVALUATION
        + """
        一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分
        1 | 2 | 3 | 4 | 5 | 6 | 7
        产出指标 | 数量指标 | 清淤河道长度 | ≥12公里 | 13公里 | 60 | 60
        满意度指标 | 服务对象满意度指标 | 村民满意度 | ≥90% | 88% | 40 | 38
        总分 | < | < | < | < | 100 | 98
        备注 | 无 | < | < | < | < | <
        """
    )
    assert levels(one) == [
        ("产出指标", "数量指标", "清淤河道长度"),
        ("满意度指标", "服务对象满意度指标", "村民满意度"),
    ]
    told = {f.field: (f.label, f.value) for f in one.fields}
    assert (told["total_score"], told["other_notes"]) == (("总分", "98"), ("备注", "无"))
    assert {c.check: c.status for c in one.checks}["scores_add_up"] == "pass"


def test_a_sum_without_its_score_is_a_blank_field_and_scores_that_do_not_add_up_fail() -> None:
    table = """
        一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分
        产出指标 | 数量指标 | 清淤河道长度 | ≥12公里 | 13公里 | 100 | 90
    """
    one = ruled_filing(EVALUATION + table + "合计 | < | < | < | < | 100 | \n")
    assert [(f.label, f.value) for f in one.fields if f.field == "total_score"] == [("合计", None)]
    one = ruled_filing(EVALUATION + table + "合计 | < | < | < | < | 100 | 95\n")
    assert "scores_add_up" in failed(one) and one.needs_review


def test_a_text_that_runs_over_names_and_targets_ends_the_table() -> None:
    one = ruled_filing(
        TITLE
        + """
        一级指标 | 二级指标 | 三级指标 | 指标值
        产出指标 | 数量指标 | 清淤河道长度 | ≥12公里
        组织实施情况 | 由水利站组织实施，接受群众监督。 | < | <
        """
    )
    assert [row.indicator for row in one.indicators] == ["清淤河道长度"]
    assert [(f.field, f.value) for f in one.fields][-1] == (
        "other:组织实施情况",
        "由水利站组织实施，接受群众监督。",
    )


def test_a_table_without_a_column_of_indicators_is_none() -> None:
    grid = "项目支出绩效目标表\n\n一级指标|二级指标|权重|得分\n产出指标|数量指标|10|10\n"
    assert filings(grid) == ()


def test_a_level_1_over_its_rows_is_theirs_and_says_so() -> None:
    one = filing(
        """
        项目支出绩效目标表

        项目名称|河道清淤|实施单位|水利站
        二级指标|三级指标|指标值
        一、产出指标||
        数量指标|清淤河道长度|≥12公里
        质量指标|验收合格率|100%
        二、效益指标||
        社会效益指标|受益人口|≥3万人
        三、其他要求||
        管理|资金使用合规性|合规
        """
    )
    assert [(row.level1, row.indicator) for row in one.indicators] == [
        ("一、产出指标", "清淤河道长度"),
        ("一、产出指标", "验收合格率"),
        ("二、效益指标", "受益人口"),
        ("三、其他要求", "资金使用合规性"),
    ]
    told = [(repair.row, repair.after) for repair in one.repairs if repair.kind == "merged_cell_filled"]
    assert {(1, "一、产出指标"), (3, "二、效益指标"), (4, "三、其他要求")} <= set(told)


def test_a_sum_of_a_part_is_no_indicator_and_is_not_lost() -> None:
    one = filing(
        """
        项目支出绩效自评表

        项目名称|河道清淤|实施单位|水利站
        一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分
        产出指标|数量指标|清淤河道长度|≥12公里|13公里|30|30
        ||清淤次数|2次|2次|20|20
        小计|||||50|50
        效益指标|社会效益指标|受益人口|≥3万人|3万人|40|40
        """
    )
    assert [row.indicator for row in one.indicators] == ["清淤河道长度", "清淤次数", "受益人口"]
    assert any(repair.kind == "text_lost" and repair.before == "小计" for repair in one.repairs)


def test_a_label_beside_a_rate_that_is_blank_has_no_value() -> None:
    one = filing(
        """
        项目支出绩效自评表

        项目名称|河道清淤|实施单位|水利站
        预算数|120|执行数|118|执行率|得分
        一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分
        产出指标|数量指标|清淤河道长度|≥12公里|13公里|30|30
        ||清淤次数|2次|2次|20|20
        """
    )
    assert all(field.value != "得分" for field in one.fields)
