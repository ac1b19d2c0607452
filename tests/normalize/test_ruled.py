"""Tables that show their cells with their spans: a merged label covers the rows that it spans, no other."""

from extract.model import Document
from normalize import Filing, normalize
from tests.normalize.grids import MAPPINGS, indicators, kinds, levels, ruled, targets

HEAD = """
    苏州市市级部门整体预算绩效目标表
    2024年度
    单位名称 | 苏州市第一中学 | < | < | < | <
    一级指标 | 二级指标 | 重点工作 | 三级指标 | 半年指标值 | 全年指标值
"""


def only(document: Document) -> Filing:
    (one,) = normalize(document, MAPPINGS)
    return one


def test_labels_cover_the_rows_that_their_cells_span() -> None:
    """Against what the words say: 食堂 and 安保 share none with the tasks that they stand under."""
    one = only(
        ruled(
            HEAD
            + """
    履职 | 后勤保障 | 推进食堂建设 | 食堂面积 | ≥1平方米 | ≥2平方米
    ^ | ^ | ^ | 安保人数 | ≥1人 | ≥2人
    ^ | ^ | 完善安保体系 | 食堂餐位数 | ≥1个 | ≥2个
    ^ | 办学 | 办好学校 | 安保巡查次数 | ≥1次 | ≥2次
    """
        )
    )
    assert levels(one) == [
        ("履职", "后勤保障", "食堂面积"),
        ("履职", "后勤保障", "安保人数"),
        ("履职", "后勤保障", "食堂餐位数"),
        ("履职", "办学", "安保巡查次数"),
    ]
    tasks = [row.key_task for row in one.indicators if row.period == "full_year"]
    assert tasks == ["推进食堂建设", "推进食堂建设", "完善安保体系", "办好学校"]
    assert min(row.confidence for row in one.indicators) >= 0.95


def test_texts_stand_under_the_headers_of_their_columns() -> None:
    """A row with an empty cell is not taken for a shifted one."""
    one = only(
        ruled(
            HEAD
            + """
    履职 | 办学 | 办好学校 | 招生人数 | | ≥200人
    ^ | ^ | ^ | 毕业人数 | ≥100人 |
    ^ | ^ | ^ | 升学人数 | ≥10人 | ≥20人
    """
        )
    )
    assert targets(one) == {
        "招生人数": (None, "≥200人"),
        "毕业人数": ("≥100人", None),
        "升学人数": ("≥10人", "≥20人"),
    }
    assert indicators(one)["招生人数"].confidence >= 0.9


def test_a_label_whose_merged_cell_was_lost_goes_on() -> None:
    one = only(
        ruled(
            HEAD
            + """
    履职 | 办学 | 办好学校 | 招生人数 | ≥100人 | ≥200人
    | | | 毕业人数 | ≥100人 | ≥200人
    | 后勤保障 | 维护校舍 | 校舍面积 | ≥1平方米 | ≥2平方米
    ^ | ^ | ^ | 食堂面积 | ≥1平方米 | ≥2平方米
    """
        )
    )
    assert levels(one) == [
        ("履职", "办学", "招生人数"),
        ("履职", "办学", "毕业人数"),
        ("履职", "后勤保障", "校舍面积"),
        ("履职", "后勤保障", "食堂面积"),
    ]


def test_a_row_that_a_page_break_tore_is_one_row() -> None:
    """The second page begins with the rest of a name, under nothing but blanks."""
    rows = """
    履职 | 办学 | 办好学校 | 招生人数 | ≥100人 | ≥200人
    ^ | ^ | ^ | 教育信息技术应用研 | ≥1个 | ≥2个
    """
    rest = """
    | | | 究课题数量 | |
    | | | 毕业人数 | ≥5人 | ≥6人
    """
    one = only(ruled(HEAD + rows, rest))
    assert [name for *_, name in levels(one)] == ["招生人数", "教育信息技术应用研究课题数量", "毕业人数"]
    assert targets(one)["教育信息技术应用研究课题数量"] == ("≥1个", "≥2个")
    assert "page_break_joined" in kinds(one, "indicators", "indicator")
    assert 0.9 <= indicators(one)["教育信息技术应用研究课题数量"].confidence < 1


def test_a_name_without_targets_that_no_word_ties_to_the_row_above_is_doubted() -> None:
    rows = "履职 | 办学 | 办好学校 | 招生人数 | ≥100人 | ≥200人"
    rest = """
    | | | 校舍面积 | |
    | | | 毕业人数 | ≥5人 | ≥6人
    """
    one = only(ruled(HEAD + "    " + rows, rest))
    assert [row.confidence < 0.9 for row in indicators(one).values()] == [True, False]


def test_a_row_with_a_name_and_targets_is_a_row_of_its_own_on_the_next_page() -> None:
    rows = "履职 | 办学 | 办好学校 | 招生人数 | ≥100人 | ≥200人"
    one = only(ruled(HEAD + "    " + rows, "| | | 毕业人数 | ≥5人 | ≥6人"))
    assert [name for *_, name in levels(one)] == ["招生人数", "毕业人数"]
    assert "page_break_joined" not in kinds(one, "indicators")


def test_a_blank_label_cell_between_merged_ones_is_doubted() -> None:
    """The label above may go on; or the row has lost its own."""
    rows = """
    履职 | 办学 | 办好学校 | 招生人数 | ≥100人 | ≥200人
    ^ | ^ | ^ | 毕业人数 | ≥5人 | ≥6人
    ^ | ^ | ^ | 升学人数 | ≥5人 | ≥6人
    ^ | | 维护校舍 | 校舍面积 | ≥1平方米 | ≥2平方米
    """
    found = indicators(only(ruled(HEAD + rows)))
    assert [found[name].confidence >= 0.9 for name in found] == [True, True, True, False]


def test_blank_label_cells_are_doubted_wherever_a_table_merges_labels() -> None:
    rows = """
    履职 | 办学 | 办好学校 | 招生人数 | ≥100人 | ≥200人
    ^ | ^ | ^ | 毕业人数 | ≥5人 | ≥6人
    ^ | | 维护校舍 | 校舍面积 | ≥1平方米 | ≥2平方米
    ^ | | 修缮操场 | 操场面积 | ≥1平方米 | ≥2平方米
    """
    found = indicators(only(ruled(HEAD + rows)))
    assert [found[name].confidence >= 0.9 for name in found] == [True, True, False, False]
