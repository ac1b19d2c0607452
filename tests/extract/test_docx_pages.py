"""Word documents as wholes: tracked changes, pages, other forms of the format, damaged files."""

import io
import time
import zipfile
from itertools import pairwise

import pytest

from extract import EmptyFile, EncryptedFile, Line, Page, TooLarge, UnreadableFile
from extract import docx as docx_reader
from extract.source import SourceFile
from tests.extract.docxs import (
    CONTINUE,
    RELATIONS,
    RESTART,
    STRICT,
    document,
    lines,
    only_page,
    only_table,
    p,
    package,
    read,
    read_bytes,
    run,
    span,
    tbl,
    tc,
    tr,
)
from tests.extract.partitions import places

# Tracked changes


def test_insertions_are_in_and_deletions_are_out() -> None:
    moved = f"<w:moveFrom>{run('甲')}</w:moveFrom><w:moveTo>{run('乙')}</w:moveTo>"
    deleted = "<w:del><w:r><w:delText>丙</w:delText></w:r></w:del>"
    page = only_page(f"<w:p>{moved}<w:ins>{run('丁')}</w:ins>{deleted}</w:p>")
    assert (page.lines, page.notes) == ((Line("乙丁"),), ("tracked deletions left out: 2",))


def test_a_deleted_end_of_a_paragraph_joins_it_with_the_next() -> None:
    gone = "<w:rPr><w:del/></w:rPr>"
    assert lines(p("甲", gone) + p("乙", gone) + p("丙") + p("丁")) == ["甲乙丙", "丁"]
    page = only_page(p("甲", gone) + tbl(tr(tc("一"))) + p("乙"))
    assert page.lines == (Line("甲", 0), Line("乙", 1))


def test_deleted_rows_and_cells_are_out() -> None:
    table = only_table(
        tbl(
            tr(tc("甲", RESTART), tc("藏", "<w:cellDel/>"), tc("一")),
            tr(tc("", CONTINUE), tc("藏"), properties="<w:del/>"),
            tr(tc("", CONTINUE), tc("二")),
        )
    )
    assert places(table) == [(0, 0, 2, 1, "甲"), (0, 1, 1, 1, "一"), (1, 1, 1, 1, "二")]


# Pages


def test_breaks_begin_pages() -> None:
    broken = f'<w:p>{run("甲")}<w:r><w:br w:type="page"/></w:r>{run("乙")}</w:p>'
    pages = read(broken + p("丙", "<w:pageBreakBefore/>") + tbl(tr(tc("丁"))))
    assert [(page.number, [line.text for line in page.lines], len(page.tables)) for page in pages] == [
        (1, ["甲"], 0),
        (2, ["乙"], 0),
        (3, ["丙"], 1),
    ]


def test_a_break_before_anything_or_after_everything_makes_no_page() -> None:
    blank = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    assert read(blank + blank + p("甲") + blank + blank) == (Page(1, lines=(Line("甲"),)),)


def test_sections_begin_pages_unless_they_are_continuous() -> None:
    def section(kind: str) -> str:
        return f"<w:sectPr>{kind}</w:sectPr>"

    continuous = '<w:type w:val="continuous"/>'
    body = p("甲", section("")) + p("乙", section(continuous)) + p("丙", section("")) + p("丁") + section("")
    assert [[line.text for line in page.lines] for page in read(body)] == [["甲", "乙"], ["丙"], ["丁"]]


def test_a_break_in_a_cell_does_not_split_the_table() -> None:
    cell = tc(f'<w:p>{run("甲")}<w:r><w:br w:type="page"/></w:r>{run("乙")}</w:p>')
    assert places(only_table(tbl(tr(cell, tc("丙"))))) == [(0, 0, 1, 1, "甲\n乙"), (0, 1, 1, 1, "丙")]


def test_notes_stand_on_the_first_page() -> None:
    first, second = read(p("甲") + p("乙", "<w:pageBreakBefore/>") + f"<w:p>{run('藏', '<w:vanish/>')}</w:p>")
    assert (first.notes, second.notes) == (("hidden texts left out: 1",), ())


# Other forms of the format


def test_the_strict_form_reads_the_same() -> None:
    body = p("标题") + tbl(tr(tc("甲", RESTART), tc("一", span(2))), tr(tc("", CONTINUE), tc("二"), tc("三")))
    strict = read_bytes(document(body, STRICT))
    assert strict.pages == read(body)
    assert places(strict.pages[0].tables[0])[:2] == [(0, 0, 2, 1, "甲"), (0, 1, 1, 2, "一")]


def test_the_main_part_may_have_another_name() -> None:
    file = io.BytesIO(document(p("甲")))
    moved = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(moved, "w") as other:
        other.writestr("word/document2.xml", archive.read("word/document.xml"))
        relation = f'<Relationship Type="{RELATIONS}/officeDocument" Target="/word/document2.xml"/>'
        other.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
    assert read_bytes(moved.getvalue()).pages[0].lines == (Line("甲"),)


def test_a_page_that_word_takes_in_is_read() -> None:
    body = p("标题") + '<w:altChunk r:id="chunk"/>' + p("末")
    page = only_page(body, chunk="<html><body><table><tr><td>甲<td>乙</table></body></html>")
    assert page.lines == (Line("标题", 0), Line("末", 1))
    assert places(page.tables[0]) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")]
    assert only_page(body, chunk="{\\rtf1}").notes == ("embedded documents left out: 1",)


# Damaged and hostile files


MANY = '<b c=""/>' * 1_500_001


@pytest.mark.parametrize("body", ["", p(), tbl(), "<w:sectPr/>"])
def test_a_document_with_nothing_in_it_says_so(body: str) -> None:
    with pytest.raises(EmptyFile, match="nothing is in the document"):
        read(body)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (package(), "has no body"),
        (package(document="<w:document xmlns:w='w'/>"), "has no body"),
        (package(document="<document><body>"), "damaged .*line 1"),
        (package(document="<!DOCTYPE a [<!ENTITY x '5'>]><document><body/></document>"), "document type"),
        (package(document="<a>" * 10_000), "damaged .*depth"),
        (package(document=f"<a>{MANY}</a>"), "more text or markup"),
        (document(p("甲"))[:-4], "damaged"),
        (document(p("甲"))[300:], "damaged"),
        (document(p("甲")).replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged"),
    ],
)
def test_a_damaged_document_is_one_clear_line(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile, match=problem) as caught:
        docx_reader.read(SourceFile("filing.docx", data))
    assert "\n" not in str(caught.value)


def test_what_expands_beyond_the_limit_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.package.MAX_EXPANDED", 2**20)
    assert read(p("甲" * 100_000))[0].lines
    with pytest.raises(TooLarge, match="expanded, the file is larger than"):
        read(p("甲" * 400_000))


def test_a_password_is_needed() -> None:
    data = document(p("甲"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = data.rindex(signature, 0, data.index(b"word/document.xml", data.index(signature)))
        data = data[: begin + flags] + bytes([data[begin + flags] | 1]) + data[begin + flags + 1 :]
    with pytest.raises(EncryptedFile, match="protected by a password"):
        read_bytes(data)


def test_entities_that_multiply_are_refused() -> None:
    entities = '<!ENTITY a "xxxxxxxxxx">'
    for inner, name in pairwise("abcdefgh"):
        tenfold = f"&{inner};" * 10
        entities += f'<!ENTITY {name} "{tenfold}">'
    begin = time.monotonic()
    with pytest.raises(UnreadableFile):
        read_bytes(package(document=f"<!DOCTYPE d [{entities}]><document><body>&h;</body></document>"))
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("columns", [2_000_001, 10**9])
def test_a_cell_over_countless_columns_is_too_large(columns: int) -> None:
    with pytest.raises(TooLarge, match="more than 2,000,000 places"):
        read(tbl(tr(tc("甲", span(columns)))))


def test_impossible_spans_are_one_column() -> None:
    for value in ("0", "-3", "x", "", str(10**30)):
        table = only_table(tbl(tr(tc("甲", f'<w:gridSpan w:val="{value}"/>'), tc("乙"))))
        assert [(cell.column, cell.colspan) for cell in table.cells] == [(0, 1), (1, 1)]


def test_more_pages_than_the_limit_are_too_many() -> None:
    with pytest.raises(TooLarge, match="more than 1,000 pages"):
        read(p("甲", "<w:pageBreakBefore/>") * 1_001)


def test_time_is_linear_in_the_rows() -> None:
    row = tr(tc("产出", RESTART), tc("数量", CONTINUE), tc("值"))
    table = only_table(tbl(*[row] * 4_000))  # were every cell looked for in its table, minutes
    assert (table.row_count, len(table.cells)) == (4_000, 8_001)
