"""Forms of names: what says the same has one, what says something else has another."""

from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from normalize.mappings import load
from normalize.wording import Wording, in_place, key_of

MAPPINGS = load()
NAMING = MAPPINGS.words.naming
WORDING = Wording(NAMING)
NAMES = sorted({name for row in MAPPINGS.indicators for name in (row.name, *row.aliases)})


@pytest.mark.parametrize(
    "names",
    [
        ("补助按时发放率", "补助及时发放率", "补助发放的及时率"),
        ("购置图书数量", "图书采购数量", "采购图书册数", "2024年度采购图书总数"),
        ("创作作品数量", "作品创作数量"),  # 作 is no 工作
        ("召开推进会议次数", "推进会议召开次数", "组织召开推进会议次数", "推进会议次数"),
        ("完成修建道路长度", "道路修建总里程", "修建道路里程"),
        ("完成巡查次数", "巡查次数"),
        ("慰问老党员人数", "老党员慰问人数", "慰问老党员数量"),
        ("通行能力提升情况", "通行能力提升程度", "通行能力提升"),
        ("全县森林覆盖率", "森林覆盖比例"),
        ("案件数量", "案件数"),
        ("立案案件件数", "立案案件数量"),
        ("出租车辆和设备台数", "出租车辆、设备数"),
    ],
)
def test_one_thing_has_one_form(names: tuple[str, ...]) -> None:
    for one, other in combinations(map(key_of, names), 2):
        assert WORDING.form(one) == WORDING.form(other)
        assert WORDING.loose(one) == WORDING.loose(other)


@pytest.mark.parametrize(
    "names",
    [
        ("发放率", "及时发放率", "及时率", "率"),
        ("设备购置数量", "设备维修数量", "设备数量", "设备购置金额"),
        ("维修购置设备数量", "购置维修设备数量"),  # actions keep their order
        ("完成项目数量", "项目数量"),  # nothing else is done to the projects
        ("会议召开率", "会议率"),  # only counts say no more with 召开
        ("组织机构数量", "机构数量"),
        ("培训人数", "培训数量", "培训人次"),  # 培训 is no person
        ("电视台数量", "电视数量"),
        ("固定资产利用情况", "固定资产利用率"),
        ("普及率", "普率"),
        ("学生和家长满意度", "学生家长满意度"),
        ("人均培训成本", "培训成本"),
    ],
)
def test_two_things_have_two_forms(names: tuple[str, ...]) -> None:
    for one, other in combinations(map(key_of, names), 2):
        assert WORDING.form(one) != WORDING.form(other)


def test_the_area_alone_is_still_a_name() -> None:
    assert WORDING.form("全县") != WORDING.form("")


@given(st.sampled_from(NAMES), st.sampled_from(NAMING.synonyms), st.data())
def test_a_synonym_changes_no_form(name: str, synonyms: tuple[str, ...], data: st.DataObject) -> None:
    word, other = data.draw(st.sampled_from(synonyms)), data.draw(st.sampled_from(synonyms))
    assert WORDING.form(key_of(f"{word}{name}")) == WORDING.form(key_of(f"{other}{name}"))


@example("工作计划制定健全性", "的", 1)
@given(st.sampled_from(NAMES), st.sampled_from(["的", "工作的"]), st.integers(1, 6))
def test_what_has_one_form_is_found_without_the_dictionary(name: str, word: str, at: int) -> None:
    """Function words put anywhere: where the form stays, so does the loose one, by which names are found."""
    one, other = key_of(name), key_of(name[:at] + word + name[at:])
    if WORDING.form(one) == WORDING.form(other):
        assert WORDING.loose(one) == WORDING.loose(other)


@given(st.text(max_size=20))
def test_any_text_has_a_form(text: str) -> None:
    assert WORDING.form(key_of(text)) == WORDING.form(key_of(text))
    WORDING.loose(key_of(text))


@pytest.mark.parametrize(
    ("name", "level2", "wanted"),
    [
        ("管理制度健全性", "资产管理", "资产管理制度健全性"),
        ("管理制度健全性", "资产管理指标", "资产管理制度健全性"),
        ("资产管理制度健全性", "资产管理", "资产管理制度健全性"),
        ("固定资产利用率", "资产管理", "固定资产利用率"),
        ("理制度健全性", "资产管理", "理制度健全性"),  # one character is chance
        ("管理制度健全性", "", "管理制度健全性"),
    ],
)
def test_a_name_goes_on_from_its_level(name: str, level2: str, wanted: str) -> None:
    assert in_place(name, level2) == wanted
