"""Woven texts: lines cut in two columns come together again, and no character is lost on the way."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.weave import Pieces, breaks_word, junction, weave, width

TEXTS = [
    "负责全市教育信息化规划建设和具体管理工作，指导各级各类学校开展信息化应用。承担苏州教育公共服务平台的建设、运行和维护，"
    "保障网络和数据安全。组织教师参加信息技术应用能力培训，开展教学研究和技能竞赛活动。负责教育电视节目的制作和宣传工作，"
    "为广大师生提供优质的数字教育资源。推动人工智能技术在课堂教学、学生评价和学校管理中的应用，提升师生的信息素养。",
    "学校现有在职教职工一百二十人，其中高级教师三十五人，退休教师四十六人。内设办公室、教务处、总务处、德育处和财务室等部门，"
    "全面负责学校的日常管理。学校占地面积两万平方米，建有教学楼、实验楼、图书馆和体育馆，各类设施设备齐全，能够满足教育教学的需要。"
    "近年来学校坚持立德树人，深化课程改革，教育质量稳步提高，得到社会各界和家长的一致好评。",
    "到2030年，全面建成覆盖城乡的公共文化服务体系，博物馆、图书馆、文化馆免费开放服务水平明显提高，群众文化活动丰富多彩。"
    "加强文物保护和非物质文化遗产传承，支持优秀文艺作品创作。完善旅游基础设施，培育一批特色旅游线路，促进文化和旅游深度融合，"
    "让人民群众享有更加充实、更为丰富、更高质量的精神文化生活。",
]


def cut(text: str, left: int, right: int) -> tuple[str, str]:
    """Lines of display widths ``left`` and ``right``, the left pieces in one string, the right in another."""
    sides = ["", ""]
    at, side = 0, 0
    while at < len(text):
        room, start = (left, right)[side], at
        while at < len(text) and (room := room - width(text[at])) >= 0:
            at += 1
        sides[side] += text[start:at]
        side = 1 - side
    return sides[0], sides[1]


def kept(cells: list[Pieces]) -> bool:
    """Whether weaving keeps every character of each cell once, and gives a text for each left piece."""
    woven = weave(cells)
    return all(
        len(texts) == len(cell.lefts)
        and Counter("".join(one.text for one in texts)) == Counter("".join(cell.lefts) + cell.right)
        for cell, texts in zip(cells, woven, strict=True)
    )


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(6, 20), st.integers(6, 45), st.integers(0, 40))
def test_no_character_is_lost_or_doubled_whatever_the_widths(
    text: str, left: int, right: int, short: int
) -> None:
    lefts, rights = cut(text[: len(text) - short], 2 * left, 2 * right)
    assert kept([Pieces((lefts,), rights)])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text("教育管理，。a1", min_size=1, max_size=40), min_size=1, max_size=3),
    st.text("教育。b2", min_size=1, max_size=60),
)
def test_no_character_is_lost_where_there_is_no_sense_in_it(lefts: list[str], right: str) -> None:
    assert kept([Pieces(tuple(lefts), right)])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2), st.integers(0, 2), st.integers(10, 18), st.integers(18, 36))
def test_no_character_is_lost_among_several_cells(a: int, b: int, left: int, right: int) -> None:
    first, second = cut(TEXTS[a], 2 * left, 2 * right), cut(TEXTS[b], 2 * left, 2 * right)
    shared = Pieces((first[0], second[0]), first[1] + second[1])
    assert kept([Pieces((first[0],), first[1]), shared])


@pytest.mark.parametrize(
    ("number", "left", "right"),
    [(0, 32, 62), (0, 30, 68), (1, 32, 56), (1, 30, 62), (2, 32, 68), (2, 28, 50)],
)
def test_a_text_of_enough_lines_comes_back(number: int, left: int, right: int) -> None:
    lefts, rights = cut(TEXTS[number], left, right)
    ((woven,),) = weave([Pieces((lefts,), rights)])
    assert woven.text == TEXTS[number]
    assert 0 < woven.confidence <= 1


def test_texts_of_one_sheet_come_back_together() -> None:
    cells = [Pieces((lefts,), rights) for lefts, rights in (cut(text, 32, 56) for text in TEXTS[:2])]
    assert [texts[0].text for texts in weave(cells)] == TEXTS[:2]


def test_two_texts_whose_right_pieces_stand_in_one_cell_come_apart() -> None:
    first, second = cut(TEXTS[0], 32, 56), cut(TEXTS[1], 32, 56)
    ((one, two),) = weave([Pieces((first[0], second[0]), first[1] + second[1])])
    assert one.text == TEXTS[0] and two.text == TEXTS[1]


def test_what_is_open_is_doubted_and_names_the_runner_up() -> None:
    ((woven,),) = weave([Pieces(("甲乙丙丁戊己庚辛壬癸子丑寅卯",), "辰巳午未申酉戌亥天地玄黄宇宙")])
    assert woven.confidence < 0.9
    assert woven.alternative and Counter(woven.alternative) == Counter(woven.text)


def test_the_same_pieces_weave_the_same() -> None:
    cells = [Pieces((lefts,), rights) for lefts, rights in (cut(text, 30, 56) for text in TEXTS)]
    assert weave(cells) == weave(cells)


def test_width_counts_full_width_characters_twice() -> None:
    assert width("教育2025，a") == 2 * 3 + 5
    assert width("") == 0


def test_a_junction_inside_a_word_is_likelier_than_one_of_strangers() -> None:
    assert junction("网络和数", "据安全") > junction("网络和数", "师培训")
    assert junction("数据。", "。安全") < junction("数据。", "安全")
    assert junction("", "安全") == 0.0


@pytest.mark.parametrize(
    ("before", "after", "breaks"), [("竞赛市级选", "拔赛", True), ("工作", "教育", False)]
)
def test_a_cut_through_a_word_is_told(before: str, after: str, breaks: bool) -> None:
    assert breaks_word(before, after) is breaks
