"""Characters: HTML gone, widths folded, wraps joined, and every change on record."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.model import Cell, Document, Line, Page, Table
from normalize.characters import clean, folded, read_rows, unwrapped, without_html
from normalize.model import Text
from normalize.sheets import read_sheets
from tests.normalize.grids import rows, text, texts

PLAIN = "预算≤5%，。㎡（）1aＡ１％＝　 \n“”"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>一、职责</p> <p>二、编制</p>", "一、职责\n二、编制"),
        ('<p style="text-align: center;">合格</p>', "合格"),
        ("合格<br/>达标", "合格\n达标"),
        ("甲<b>乙</b>丙", "甲乙丙"),
        ("A&amp;B", "A&B"),
        ("&ge;90%", "≥90%"),
        ("&#8805;90%", "≥90%"),
        ("<p>误差<5%，且>1</p>", "误差<5%，且>1"),
    ],
)
def test_html_is_no_text(before: str, after: str) -> None:
    assert without_html(before) == after


@pytest.mark.parametrize("plain", ["<5%", "≤5", "5<6", "a < b", "R&D经费", "<<合同>>", "甲\n乙", "1<2>0"])
def test_what_is_no_html_stays(plain: str) -> None:
    assert without_html(plain) == plain


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ＡＢｃ１２３", "ABc123"),
        ("＝９５．５％", "=95.5%"),
        ("＞１＜２＋３", ">1<2+3"),
        ("甲\u3000乙\u00a0丙", "甲 乙 丙"),
        ("甲\u200b乙\ufeff", "甲乙"),
    ],
)
def test_widths_are_folded(before: str, after: str) -> None:
    assert folded(before) == after


@pytest.mark.parametrize("kept", ["，。；：！？（）《》“”", "3000㎡", "①②㈠Ⅳ", "℃‰", "㎏"])
def test_chinese_punctuation_and_signs_are_kept(kept: str) -> None:
    assert folded(kept) == kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("全年\n预算数", "全年预算数"),
        ("教育信息化服务 环境建设", "教育信息化服务环境建设"),
        ("项目设立依据 （相关批文名称）", "项目设立依据（相关批文名称）"),
        ("完成，\n不逾期", "完成，不逾期"),
        ("半  年", "半年"),
    ],
)
def test_wraps_inside_a_chinese_phrase_are_joined(before: str, after: str) -> None:
    assert unwrapped(before) == after


@pytest.mark.parametrize("kept", ["CDN 流量", "Windows Server", "2021年 3 月", "5 TB"])
def test_space_beside_latin_letters_and_digits_stays(kept: str) -> None:
    assert unwrapped(kept) == kept


def test_paragraphs_of_a_long_text_stay() -> None:
    long = "组织实施全市教育信息化规划建设，指导全市教育信息化工作。\n承担苏州教育公共服务平台的建设工作。"
    assert unwrapped(long) == long


def test_all_three_repairs_are_recorded_in_order() -> None:
    done = clean(text("<p>完成率＝９５％</p>"))
    assert done.text == "完成率=95%" and done.raw == "<p>完成率＝９５％</p>"
    assert [change.kind for change in done.changes] == ["html_stripped", "width_folded"]
    done = clean(text("全年 预算数"))
    assert [(c.kind, c.before, c.after) for c in done.changes] == [
        ("wrap_joined", "全年 预算数", "全年预算数")
    ]


def test_characters_that_cannot_be_read_are_flagged() -> None:
    done = clean(text("市\ufffd满意度"))
    assert done.text == "市\ufffd满意度" and done.confidence < 0.9
    assert [change.kind for change in done.changes] == ["text_lost"]


def assert_recorded(raw: str, done: Text) -> None:
    """The changes lead from what was read to what came of it, each from where the one before it ended."""
    steps = [raw.strip(), *(change.after for change in done.changes)]
    assert [change.before for change in done.changes] == steps[:-1]
    assert steps[-1] == done.text
    lost = [change.kind == "text_lost" for change in done.changes]
    assert all((a == b) == flagged for (a, b), flagged in zip(pairwise(steps), lost, strict=True))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_change_is_recorded(raw: str) -> None:
    assert_recorded(raw, clean(text(raw)))


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "&nbsp;", "&ge;", "<", "合格率", "５％", " ", "，"])))
def test_every_change_of_html_is_recorded_and_nothing_printed_is_lost(parts: list[str]) -> None:
    raw = "".join(parts)
    done = clean(text(raw))
    assert_recorded(raw, done)
    for part, shown in (("合格率", "合格率"), ("５％", "5%"), ("&ge;", "≥"), ("，", "，")):
        assert done.text.count(shown) == parts.count(part)


@given(st.text(PLAIN, max_size=30))
def test_cleaning_twice_changes_and_records_nothing_more(raw: str) -> None:
    once = clean(text(raw))
    assert clean(once) == once


def test_rows_are_the_printed_texts_with_their_places() -> None:
    first, second = rows(
        """
        单位名称||<p>甲校</p>
        |年度目标|
        """
    )
    assert texts(first) == ["单位名称", "甲校"] and texts(second) == ["年度目标"]
    assert [str(place.place) for place in (*first.texts, *second.texts)] == [
        "p1 t1 r1 c1",
        "p1 t1 r1 c3",
        "p1 t1 r2 c2",
    ]
    assert (first.top, second.top) == (True, False)


def test_lines_stand_where_they_are_printed_and_blank_rows_are_none() -> None:
    table = Table((Cell(0, 0, "甲"), Cell(1, 0, " "), Cell(2, 0, "乙")), 3, 1)
    page = Page(1, (table,), (Line("题目"), Line("<p></p>"), Line("尾注", tables_above=1)))
    read = read_rows(read_sheets(Document("x", "0", "txt", (page, Page(2, (table,))))))
    assert [texts(row)[0] for row in read] == ["题目", "甲", "乙", "尾注", "甲", "乙"]
    assert [row.is_line for row in read] == [True, False, False, True, False, False]
    assert [row.top for row in read] == [False, True, False, False, True, False]


def test_only_the_first_table_of_a_page_is_at_its_top() -> None:
    table = Table((Cell(0, 0, "甲"),), 1, 1)
    read = read_rows(read_sheets(Document("x", "0", "txt", (Page(1, (table, table)),))))
    assert [(row.table, row.top) for row in read] == [(1, True), (2, False)]


def test_cells_come_in_printed_order_whatever_order_the_reader_gives() -> None:
    table = Table((Cell(1, 1, "丁"), Cell(0, 1, "乙"), Cell(1, 0, "丙"), Cell(0, 0, "甲")), 2, 2)
    read = read_rows(read_sheets(Document("x", "0", "txt", (Page(1, (table,)),))))
    assert [texts(row) for row in read] == [["甲", "乙"], ["丙", "丁"]]


def test_a_readers_doubt_stays_with_the_text() -> None:
    table = Table((Cell(0, 0, "甲", confidence=0.6),), 1, 1)
    (row,) = read_rows(read_sheets(Document("x", "0", "txt", (Page(1, (table,)),))))
    assert row.texts[0].confidence == 0.6


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>10<sup>3</sup>人次</p>", "10³人次"),
        ("5m<SUP>2</SUP>", "5m²"),
        ("<s>100%</s>95%", "95%"),
        ("<p><del>旧</del><ins>新</ins></p>", "新"),
        ("<s>一直开着", "一直开着"),
    ],
)
def test_superscripts_and_struck_through_text_of_html_are_no_digits_and_no_text(
    before: str, after: str
) -> None:
    assert without_html(before) == after


def test_a_text_of_which_a_part_is_struck_through_wants_a_look() -> None:
    assert clean(text("<s>100%</s>95%")).confidence < 0.9
    assert clean(text("<b>95%</b>")).confidence == 1.0


def test_texts_put_together_keep_changes_and_doubts_of_all() -> None:
    upper = text("满意度").changed("wrap_joined", "满意度指", "a wrap", 0.9)
    lower = text("标").changed("label_completed", "标签", "cut", 0.4)
    both = upper.with_parts(lower)
    assert (both.text, both.raw) == (upper.text, f"{upper.raw}\n{lower.raw}")
    assert (both.changes, both.confidence) == (upper.changes + lower.changes, 0.4)
    assert upper.with_parts() == upper


def test_lines_of_a_scan_bring_their_doubt() -> None:
    page = Page(1, (), (Line("填报单位：某局", confidence=0.6),))
    (sheet,) = read_sheets(Document("a.png", "0", "scan", (page,)))
    assert sheet.lines[0].text.confidence == 0.6
