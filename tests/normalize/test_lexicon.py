"""Names that are printed cut: what one name alone can be is found, what is open is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.lexicon import Lexicon, bare

NAMES = Lexicon(
    [
        ("安排资金（万元）", "allocated"),
        ("支出资金（万元）", "spent"),
        ("需要说明的其它问题", "notes"),
        ("需要说明的其他问题", "notes"),
        ("联系人", "person"),
        ("联系电话", "phone"),
    ]
)


@pytest.mark.parametrize(
    ("text", "key", "cut"),
    [
        ("联系人", "person", "whole"),
        ("联 系 人：", "person", "whole"),
        ("安排资金(万元)", "allocated", "whole"),
        ("安排资金（万", "allocated", "tail"),
        ("要说明的其它问题", "notes", "head"),
        ("要说明的其它问", "notes", "both"),
        ("需要说明的其", "notes", "tail"),
    ],
)
def test_a_name_is_found_whole_or_cut(text: str, key: str, cut: str) -> None:
    found = NAMES.find(text)
    assert found and (found.key, found.cut) == (key, cut)
    assert (found.share == 1.0) == (cut == "whole")


def test_the_share_is_what_is_printed() -> None:
    found = NAMES.find("安排资金")
    assert found and found.share == 0.5
    assert NAMES.find("安排资金", least=0.6) is None


@pytest.mark.parametrize("text", ["资金（万元）", "联系", "人", "", "联系人员", "项目名称"])
def test_what_could_be_several_or_none_is_not_found(text: str) -> None:
    assert NAMES.find(text) is None


def test_synonyms_of_one_key_are_not_open_and_the_nearest_is_taken() -> None:
    names = Lexicon([("项目设立依据", "basis"), ("项目设立依据（相关批文名称）", "basis")])
    found = names.find("项目设立依")
    assert found and found.name == "项目设立依据"


def test_a_whole_name_wins_over_a_longer_one_that_it_is_a_cut_of() -> None:
    names = Lexicon([("项目管理制度", "long"), ("项目管理", "short")])
    found = names.find("项目管理")
    assert found and (found.key, found.cut) == ("short", "whole")


def test_only_whole_names_are_whole() -> None:
    assert NAMES.whole("安排资金（万") is None
    found = NAMES.whole("安排资金（万元）：")
    assert found and found.name == "安排资金（万元）"


@given(
    st.lists(st.text("甲乙丙丁", min_size=1, max_size=5), min_size=1, max_size=5),
    st.text("甲乙丙丁", max_size=5),
)
def test_found_is_a_name_that_holds_the_text_and_the_only_key_that_does(names: list[str], text: str) -> None:
    lexicon = Lexicon((name, name) for name in names)
    found = lexicon.find(text)
    if found:
        assert found.name in names and text in found.name
        assert found.share == pytest.approx(len(text) / len(found.name))
    if found and found.cut != "whole":
        rivals = {n for n in names if n.startswith(text) or n.endswith(text)}
        assert {n for n in rivals if len(text) >= len(n) / 2} <= {found.name}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("全年预算数（A）", "全年预算数"),
        ("执行率（B/A）", "执行率"),
        ("分值（10分）", "分值"),
        ("实施单位（盖章）：", "实施单位"),
        ("其中：财政拨款", "财政拨款"),
        ("1.项目实施内容", "项目实施内容"),
        ("（二）项目概况", "项目概况"),
        ("★数量指标", "数量指标"),
        ("2023年指标值", "指标值"),
        ("2023年度指标值（万元）（A）", "指标值"),
        ("联系人", "联系人"),
        ("12个月", "12个月"),
        ("1.5万元", "1.5万元"),
        ("2023年", "2023年"),
        ("（盖章）", ""),
    ],
)
def test_what_is_printed_around_a_name(text: str, name: str) -> None:
    assert bare(text) == name


def test_a_name_is_found_with_what_is_printed_around_it_but_itself_first() -> None:
    names = Lexicon([("资金", "plain"), ("资金（万元）", "own")])
    for text, key in (("资金", "plain"), ("资金（万元）", "own"), ("1.资金（元）：", "plain")):
        found = names.named(text)
        assert found and (found.key, found.cut) == (key, "whole")
    assert names.named("资金总额") is None


@given(st.lists(st.text("甲乙丙", min_size=1, max_size=6), max_size=8), st.text("甲乙丙", max_size=5))
def test_longer_names_are_those_that_hold_the_text(names: list[str], text: str) -> None:
    found = Lexicon((name, name) for name in names).longer(text, 0.0)
    ends = len(text) >= 2, len(text) >= 3  # what is cut at both ends needs more to be known by
    holding = {
        name
        for name in names
        if name != text
        and ends[0]
        and (name.startswith(text) or name.endswith(text) or (ends[1] and text in name))
    }
    assert (found and found.name) == (holding.pop() if len(holding) == 1 else None)
