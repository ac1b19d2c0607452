"""The reader of tab-separated text: lines in, pages with tables and lines out."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract import Document, EmptyFile, Line, Page, Table, UnreadableFile
from extract.encodings import detect_encoding
from extract.registry import read_file
from extract.source import SourceFile

FILINGS = Path(__file__).parents[2] / "samples" / "filings"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


def read_bytes(data: bytes) -> Document:
    return read_file(SourceFile("filing.txt", data))


def read_text(text: str) -> tuple[Page, ...]:
    return read_bytes(text.encode()).pages


def rows(table: Table) -> list[list[str]]:
    """The texts of ``table``, row by row; a row ends with its last cell."""
    result: list[list[str]] = [[] for _ in range(table.row_count)]
    for cell in table.cells:
        assert cell.column == len(result[cell.row])
        result[cell.row].append(cell.text)
    return result


def only_rows(text: str) -> list[list[str]]:
    """The rows of a text that holds one table and nothing else."""
    (page,) = read_text(text)
    (table,) = page.tables
    assert page.lines == ()
    return rows(table)


# Rows and cells


def test_cells_are_split_at_tabs_and_blank_places_are_cells() -> None:
    assert only_rows("决策\t\t健全\t\n\t\t\t合规") == [["决策", "", "健全", ""], ["", "", "", "合规"]]


def test_a_table_is_as_wide_as_its_widest_row() -> None:
    (page,) = read_text("指标\t目标值\n产出\t服务数量\t=5个\n")
    assert (page.tables[0].row_count, page.tables[0].column_count) == (2, 3)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_kind_of_line_end_ends_a_row(end: str) -> None:
    text = end.join(["市级部门", "", "单位\t甲", "年度\t2024", "", "指标\t值", ""])
    first, second = read_text(text)
    assert [rows(table) for table in first.tables] == [[["单位", "甲"], ["年度", "2024"]]]
    assert [rows(table) for table in second.tables] == [[["指标", "值"]]]
    assert first.lines == (Line("市级部门"),)


def test_a_line_inside_a_table_is_a_row_of_one_cell() -> None:
    assert only_rows("指标\t目标值\n可持续影响\n# 甲\t乙") == [
        ["指标", "目标值"],
        ["可持续影响"],
        ["# 甲", "乙"],
    ]


def test_html_in_a_cell_stays_as_it_is() -> None:
    text = '年度目标\t<p style="x">一、&nbsp;推进<br>二</p>'
    assert only_rows(text) == [text.split("\t")]


def test_white_space_in_a_cell_stays() -> None:
    assert only_rows(" 绩 效\t　值 \u2028\x85") == [[" 绩 效", "　值 \u2028\x85"]]


# Quoted cells


def test_a_quoted_cell_spans_lines() -> None:
    text = '主要职能\t"一、规划\r\n\r\n二、""智慧""教育"\t甲\r\n年度\t2024'
    assert only_rows(text) == [["主要职能", '一、规划\n\n二、"智慧"教育', "甲"], ["年度", "2024"]]


def test_a_quoted_cell_may_hold_a_tab() -> None:
    assert only_rows('甲\t"乙\t丙"') == [["甲", "乙\t丙"]]


@pytest.mark.parametrize(
    "cell",
    [
        '"三公经费"变动率',
        '"未闭合',
        '"',
        '""',
        '"优秀"',  # Excel would not have quoted it: the marks are printed
        '乙"丙',
    ],
)
def test_printed_quotation_marks_are_taken_literally(cell: str) -> None:
    assert only_rows(f"甲\t{cell}\t丁\n戊\t己\t庚\n") == [["甲", cell, "丁"], ["戊", "己", "庚"]]


def test_stray_quotation_marks_do_not_swallow_the_rows_between_them() -> None:
    text = '甲\t"乙\n丙\t丁\n戊\t己"\n'
    assert only_rows(text) == [["甲", '"乙'], ["丙", "丁"], ["戊", '己"']]


def test_a_quotation_mark_does_not_reach_over_a_page_end_or_beyond_what_a_cell_holds() -> None:
    assert len(read_text('甲\t"乙\f丙\n丁"\t戊')) == 2
    far = "长\n" * 20_000
    assert only_rows(f'甲\t"{far}乙"')[0] == ["甲", '"长']


def test_the_quoted_title_of_a_merged_cell_gives_its_lines() -> None:
    (page,) = read_text('"部门整体绩效目标表\n2024年度"\n单位\t甲')
    assert page.lines == (Line("部门整体绩效目标表"), Line("2024年度"))


@pytest.mark.parametrize("row", ['甲\t"乙\n', '甲\t"""乙\n', '甲\t""""乙\n'])
def test_time_is_linear_however_many_quotation_marks_are_stray(row: str) -> None:
    count = 50_000  # were every mark looked for to the end of the text, this would take many minutes
    assert len(only_rows(row * count)) == count


# Pages and lines


def test_blank_lines_and_form_feeds_end_pages() -> None:
    pages = read_text("\n\n甲\t1\n \n　\n乙\t2\f丙\t3\n\f\n丁\t4\n")
    assert [page.number for page in pages] == [1, 2, 3, 4]
    assert [[rows(table) for table in page.tables] for page in pages] == [
        [[["甲", "1"]]],
        [[["乙", "2"]]],
        [[["丙", "3"]]],
        [[["丁", "4"]]],
    ]


def test_a_row_of_blank_cells_is_a_row() -> None:
    assert only_rows("甲\t1\n\t\n乙\t2") == [["甲", "1"], ["", ""], ["乙", "2"]]


def test_titles_belong_to_the_page_after_them() -> None:
    pages = read_text("甲\t1\n\n目标表\n\n2026年度\n（万元）\n\n乙\t2")
    assert [[line.text for line in page.lines] for page in pages] == [[], ["目标表", "2026年度", "（万元）"]]
    assert pages[1].lines[0].tables_above == 0


def test_closing_lines_belong_to_the_page_before_them() -> None:
    (page,) = read_text("标题\n\n甲\t1\n\n填报人：乙\n")
    assert page.lines == (Line("标题", 0), Line("填报人：乙", 1))


def test_lines_before_the_first_row_of_a_block_stand_above_its_table() -> None:
    (page,) = read_text("目标表\n2024年度\n单位\t甲\n")
    assert page.lines == (Line("目标表"), Line("2024年度"))
    assert rows(page.tables[0]) == [["单位", "甲"]]


def test_a_longer_block_of_lines_is_a_page_of_its_own() -> None:
    first, second = read_text("一\n二\n三\n四\n\n甲\t1")
    assert ([line.text for line in first.lines], first.tables) == (["一", "二", "三", "四"], ())
    assert second.lines == ()


def test_lines_alone_make_one_page() -> None:
    assert read_text("目标表\n\n2024年度\n") == (Page(1, lines=(Line("目标表"), Line("2024年度"))),)


def test_heads_of_markdown_are_dropped_outside_tables() -> None:
    (page,) = read_text("# 申报表\n\n## 2021 # 年度\n#1 楼\n甲\t1")
    assert [line.text for line in page.lines] == ["申报表", "2021 # 年度", "#1 楼"]


def test_rulings_are_left_out_and_noted() -> None:
    first, second = read_text("指标\t值\n:---:\t-----\n甲\t-\n-\t--\n\n---\n\n|---|---|\n乙\t丙")
    assert rows(first.tables[0]) == [["指标", "值"], ["甲", "-"], ["-", "--"]]
    assert first.notes == ("rows of dashes left out: 1",)
    assert rows(second.tables[0]) == [["乙", "丙"]]
    assert second.notes == ("rows of dashes left out: 2",)


def test_a_ruling_after_the_last_page_is_noted_there() -> None:
    (page,) = read_text("甲\t1\n\n-----\n")
    assert (page.lines, page.notes) == ((), ("rows of dashes left out: 1",))


@pytest.mark.parametrize(
    ("name", "sizes", "titles"),
    [
        (
            "002_de2f80f6743f2f71.txt",
            [(10, 4), (18, 5), (1, 2), (9, 6), (12, 7), (12, 6)],
            {1: ["苏州市级财政支出项目绩效目标申报表"]},
        ),
        (
            "003_5faa2bc3c3b6a31c.txt",
            [(36, 6), (52, 7), (20, 7)],
            {1: ["苏州市市级部门整体预算绩效目标表", "2024年度"]},
        ),
        (
            "004_4202344a1a574907.txt",
            [(12, 3), (10, 3), (12, 3), (26, 3), (36, 3), (21, 3)],
            {1: ["苏州市市"], 4: ["级部门整体预算绩效目标表", "2026年度"]},
        ),
    ],
)
def test_pages_of_the_samples(name: str, sizes: list[tuple[int, int]], titles: dict[int, list[str]]) -> None:
    pages = read_bytes((FILINGS / name).read_bytes()).pages
    tables = [table for page in pages for table in page.tables]
    assert [(table.row_count, table.column_count) for table in tables] == sizes
    assert [page.number for page in pages] == list(range(1, len(sizes) + 1))
    assert {page.number: [line.text for line in page.lines] for page in pages if page.lines} == titles


# Encodings


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", sorted(FILINGS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_sample_reads_the_same_in_every_encoding(path: Path, encoding: str) -> None:
    data = path.read_bytes()
    assert read_bytes(data.decode().encode(encoding)).pages == read_bytes(data).pages


def test_marked_gb18030_and_big_endian_utf16() -> None:
    for encoding in ("gb18030", "utf-16-be"):
        assert read_bytes("\ufeff单位\t甲".encode(encoding)).pages == read_text("单位\t甲")


def test_a_text_of_ascii_in_utf16_without_a_mark() -> None:
    assert read_bytes("total\t4000.00\n".encode("utf-16-be")).pages == read_text("total\t4000.00\n")


def test_undecodable_bytes_in_utf8_stay_visible_and_are_noted() -> None:
    text = "单位名称\t苏州市电化教育馆\n" * 20
    (page,) = read_bytes(text.encode() + b"\xe5\x8d\t\xff\n").pages
    assert rows(page.tables[0])[-1] == ["\ufffd", "\ufffd"]
    assert page.notes == ("unreadable characters (undecodable bytes, control characters): 2",)


def test_what_an_earlier_program_lost_is_still_utf8() -> None:
    (page,) = read_text("\ufffd\ufffd\t甲\ufffd\n")
    assert rows(page.tables[0]) == [["\ufffd\ufffd", "甲\ufffd"]]
    assert page.notes == ("unreadable characters (undecodable bytes, control characters): 3",)


def test_utf8_of_unusual_characters_is_utf8_also_where_the_look_at_its_head_cuts_one() -> None:
    text = "\t喆堃\n" * 12_000
    assert only_rows(text) == [["", "喆堃"]] * 12_000


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_text_cut_inside_a_character_is_damaged(encoding: str) -> None:
    data = ("单位名称\t苏州市电化教育馆\n" * 20 + "甲").encode(encoding)[:-1]
    with pytest.raises(
        UnreadableFile, match=rf"\({encoding}\) is damaged at byte \d+; export or upload it again"
    ):
        read_bytes(data)


def test_binary_after_a_long_head_of_text_is_damaged() -> None:
    data = "单位名称\t甲\n".encode() * 10_000 + bytes(range(256)) * 1_000
    with pytest.raises(UnreadableFile, match="begins as text"):
        read_bytes(data)


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b" \r\n\t\n", "\ufeff　\n".encode("utf-16-le")])
def test_white_space_alone_is_an_empty_file(data: bytes) -> None:
    with pytest.raises(EmptyFile, match="the file is empty"):
        read_bytes(data)


def test_big5_is_not_taken_for_gb18030() -> None:
    assert detect_encoding("單位名稱\t蘇州市電化教育館\n年度目標\t推進教育數字化".encode("big5")) is None


def test_latin_text_is_not_taken_for_chinese() -> None:
    assert detect_encoding("Budget\tdépensé à Genève\n".encode("latin-1")) is None


def test_a_short_gb18030_text_that_is_valid_utf8_too() -> None:
    data = "模\t摹\n".encode("gb18030")
    assert data.decode() != "模\t摹\n"  # valid, and something else
    assert detect_encoding(data) == "gb18030"


# Round trips

USUAL_TEXT = st.text("苏州市绩效目标申报表教育馆一丁，。：（）≥≤％“”0123456789.%=-,<p/>\"'\t\n ", max_size=12)
ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n", exclude_characters="\ufffd"),
    max_size=12,
)


def tables(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    """Rows of two cells and more, under a header, that hold nothing which is syntax of an export."""
    sound = cell.filter(lambda text: not ("\t" in text and "\n" in text) and "---" not in text)
    row = st.lists(sound, min_size=2, max_size=5)
    return st.lists(row, max_size=5).map(lambda body: [["指标名称", "目标值"], *body])


def as_excel_writes(table: list[list[str]], line_end: str) -> str:
    """Tab-separated, a cell with tabs, line ends or quotation marks in quotation marks."""
    file = io.StringIO(newline="")
    csv.writer(file, "excel-tab", lineterminator=line_end).writerows(table)
    return file.getvalue()


@given(tables(USUAL_TEXT), st.sampled_from(ENCODINGS), st.sampled_from(["\n", "\r\n"]))
@example([["指标名称", "目标值"], ['"甲"', '""'], ["", "一\n\n二"]], "gb18030", "\r\n")
def test_rows_survive_every_encoding(table: list[list[str]], encoding: str, line_end: str) -> None:
    (page,) = read_bytes(as_excel_writes(table, line_end).encode(encoding)).pages
    assert [rows(read) for read in page.tables] == [table]


@given(tables(ANY_TEXT), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_any_characters_survive_a_marked_encoding(table: list[list[str]], encoding: str) -> None:
    (page,) = read_bytes(as_excel_writes(table, "\r\n").encode(encoding)).pages
    assert [rows(read) for read in page.tables] == [table]


@given(st.text('甲\t\n\f\r"#-: ,乙', max_size=60))
def test_no_printed_character_is_lost(text: str) -> None:
    """Whatever the layout: all that is printed comes back, in its order."""
    try:
        pages = read_text(text)
    except EmptyFile:
        assert not text.strip()
        return
    read = [line.text for page in pages for line in page.lines]
    read += [cell.text for page in pages for table in page.tables for cell in table.cells]
    printed = [character for character in text if character in "甲乙"]
    assert sorted(printed) == sorted(character for part in read for character in part if character in "甲乙")
