"""Columns get their roles from headers and texts together, and as much doubt as another way leaves."""

import pytest

from normalize.columnkinds import ColumnKinds
from normalize.columnroles import Column, RoleReader
from normalize.mappings import load

READER = RoleReader(ColumnKinds(load()))
LEVELS1 = ("产出指标", "效益指标", "满意度指标")
LEVELS2 = ("数量指标", "质量指标", "时效指标", "社会效益指标", "服务对象满意度指标")
NAMES = ("道路养护里程", "验收合格率", "完成时间", "出行安全水平", "群众满意度")
TARGETS = ("≥120公里", "100%", "2023年底前", "有所提升", "≥90%")
REACHED = ("126公里", "100%", "2023年11月", "提升", "93%")
POINTS = ("30", "20", "10", "30", "10")
KNOWN = {
    "一级指标": ("level1",),
    "二级指标": ("level2",),
    "三级指标": ("indicator",),
    "指标值": ("full_year",),
    "实际完成值": ("actual",),
    "分值": ("weight",),
    "备注": ("note",),
}


def read(*columns: tuple[str, tuple[str, ...]]) -> tuple[list[str], float]:
    """The roles of columns, given by header and texts, and their chance."""
    found = [Column(k, header, KNOWN.get(header, ()), texts) for k, (header, texts) in enumerate(columns)]
    roles, chance = READER.read(found, 5)
    return [roles[k] for k in range(len(columns))], chance


def test_headers_that_mappings_know_leave_no_doubt() -> None:
    roles, chance = read(
        ("一级指标", LEVELS1), ("二级指标", LEVELS2), ("三级指标", NAMES), ("指标值", TARGETS)
    )
    assert (roles, chance) == (["level1", "level2", "indicator", "full_year"], 1.0)


def test_a_blank_header_and_unknown_ones_are_told_by_their_texts() -> None:
    roles, chance = read(("大项", LEVELS1), ("", LEVELS2), ("考核要点", NAMES), ("计划", TARGETS))
    assert roles == ["level1", "level2", "indicator", "full_year"]
    assert 0.9 < chance < 1.0


def test_two_columns_of_targets_without_a_word_that_tells_them_are_a_doubt() -> None:
    known = (("一级指标", LEVELS1), ("二级指标", LEVELS2), ("三级指标", NAMES))
    _, chance = read(*known, ("甲", TARGETS), ("乙", REACHED))
    assert chance < 0.9
    roles, chance = read(*known, ("年度计划", TARGETS), ("实绩", REACHED))
    assert roles[3:] == ["full_year", "actual"] and chance > 0.9


def test_last_years_values_are_no_targets() -> None:
    known = (("一级指标", LEVELS1), ("二级指标", LEVELS2), ("三级指标", NAMES))
    roles, chance = read(*known, ("上年水平", REACHED), ("今年打算", TARGETS))
    assert roles[3:] == ["other:", "full_year"]
    roles, chance = read(*known, ("上年水平", REACHED))
    assert roles[3] == "other:" or chance < 0.9


@pytest.mark.parametrize("header", ["一级指标", "备注"])
def test_texts_that_contradict_a_header_of_levels_win(header: str) -> None:
    roles, _ = read((header, LEVELS2), ("三级指标", NAMES), ("指标值", TARGETS))
    assert roles == ["level2", "indicator", "full_year"]


def test_points_are_told_by_their_sum_and_by_their_place() -> None:
    known = (("一级指标", LEVELS1), ("二级指标", LEVELS2), ("三级指标", NAMES), ("指标值", TARGETS))
    roles, _ = read(*known, ("满分", POINTS), ("自评", ("29", "20", "9", "28", "10")))
    assert roles[4:] == ["weight", "score"]


def test_numbers_that_nothing_tells_are_not_published_as_points() -> None:
    known = (("一级指标", LEVELS1), ("二级指标", LEVELS2), ("三级指标", NAMES), ("指标值", TARGETS))
    roles, chance = read(*known, ("", ("7", "3", "9", "1", "4")))
    assert roles[4] == "other:" and chance > 0.9


def test_a_column_without_texts_is_none_unless_its_header_says_so() -> None:
    known = (("一级指标", LEVELS1), ("二级指标", LEVELS2), ("三级指标", NAMES), ("指标值", TARGETS))
    roles, chance = read(*known, ("复核", ()), ("实际完成值", ()))
    assert roles[4:] == ["other:", "actual"] and chance > 0.99


def test_signs_and_units_tell_themselves_and_make_numbers_targets() -> None:
    roles, chance = read(
        ("一级指标", LEVELS1),
        ("二级指标", LEVELS2),
        ("三级指标", NAMES),
        ("", ("≥", "=", "≤", "定性", "≥")),
        ("", ("120", "100", "12", "提升", "90")),
        ("", ("公里", "%", "个月", "", "%")[:3]),
    )
    assert roles[3:] == ["comparator", "full_year", "unit"] and chance > 0.8


def test_the_finer_of_two_columns_of_names_names_the_indicators() -> None:
    columns = [
        Column(0, "一级指标", ("level1",), LEVELS1, named=True),
        Column(1, "二级指标", ("level2",), LEVELS2, named=True),
        Column(2, "三级指标", ("indicator",), ("管养", "质量", "进度", "安全", "评价"), named=True),
        Column(3, "四级指标", ("indicator",), NAMES),
        Column(4, "指标值", ("full_year",), TARGETS, named=True),
    ]
    roles, chance = READER.read(columns, 5)
    assert (roles[2], roles[3]) == ("note:", "indicator")
    assert chance < 1.0
