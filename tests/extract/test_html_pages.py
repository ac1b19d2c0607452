"""HTML pages as wholes: encodings, web archives, cut and hostile pages."""

import base64
import quopri
from pathlib import Path

import pytest

from extract import EmptyFile, Line, TooLarge, UnreadableFile, html
from extract.source import SourceFile
from tests.extract.htmls import lines, only_page, read_bytes
from tests.extract.partitions import places

# Pages


def test_breaks_for_printing_begin_pages() -> None:
    body = (
        "甲<br clear=all style='mso-special-character:line-break;page-break-before:always'>乙"
        "<div style='page-break-after: always'>丙</div><table style='break-before:page'><tr><td>丁"
        "<tr style='page-break-before:always'><td>戊</table>"
    )
    pages = read_bytes(f"<html>{body}</html>".encode()).pages
    assert [(page.number, [line.text for line in page.lines]) for page in pages] == [
        (1, ["甲"]),
        (2, ["乙", "丙"]),
        (3, []),
    ]
    assert [cell.text for cell in pages[2].tables[0].cells] == ["丁", "戊"]


# Encodings


PAGE = "<html><head>{}<body><table><tr><td>苏州市电化教育馆<td>绩效目标申报表</table></html>"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=utf-8>", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "utf-16-le"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>", "gb18030"),
        ("<meta charset='GBK'>", "gb18030"),
        ("", "gb18030"),
        ("<meta charset=utf-8>", "gb18030"),
        ("<meta charset=gb2312>", "utf-8"),
        ("<meta charset=iso-8859-1>", "gb18030"),
    ],
)
def test_the_encoding_is_what_the_bytes_show(head: str, encoding: str) -> None:
    (page,) = read_bytes(PAGE.format(head).encode(encoding)).pages
    assert [cell.text for cell in page.tables[0].cells] == ["苏州市电化教育馆", "绩效目标申报表"]


def test_big5_where_the_page_says_so() -> None:
    (page,) = read_bytes("<html><meta charset=big5><p>蘇州市電化教育館</html>".encode("big5")).pages
    assert page.lines == (Line("蘇州市電化教育館"),)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bad_bytes_stay_visible_and_are_noted(encoding: str) -> None:
    data = PAGE.format(f"<meta charset={encoding}>" + "<br>" * 20).encode(encoding)
    data = data.replace("馆".encode(encoding), "馆".encode(encoding)[:-1])
    (page,) = read_bytes(data).pages
    assert [cell.text for cell in page.tables[0].cells] == ["苏州市电化教育\ufffd", "绩效目标申报表"]
    assert page.notes == ("unreadable characters (undecodable bytes, control characters): 1",)


def test_a_page_in_another_encoding_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="unknown encoding, or damaged; save it in UTF-8"):
        read_bytes("<html><p>蘇州市電化教育館</html>".encode("big5"))


def test_xhtml() -> None:
    head = (
        '<?xml version="1.0" encoding="gb2312"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">'
    )
    body = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><script src="a.js"/><p/><table><tr><td/><td>甲</td></tr>'
    )
    (page,) = read_bytes(f"{head}{body}</table></html>".encode("gb18030")).pages
    assert places(page.tables[0]) == [(0, 0, 1, 1, ""), (0, 1, 1, 1, "甲")]


# Web archives


def archive(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\nA web archive.\r\n\r\n'
    return head + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


def part(text: str, transfer: str, charset: str = "") -> bytes:
    data = text.encode("gb18030")
    if transfer != "8bit":
        data = quopri.encodestring(data) if transfer == "quoted-printable" else base64.encodebytes(data)
    return (
        f"Content-Transfer-Encoding: {transfer}\r\nContent-Type: text/html{charset}\r\n\r\n".encode() + data
    )


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["", '; charset="gb2312"', "; charset=us-ascii"])
def test_the_page_in_a_web_archive(transfer: str, charset: str) -> None:
    picture = b"Content-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n\r\niVBORw0="
    (page,) = read_bytes(archive(part(PAGE, transfer, charset), picture)).pages
    assert [cell.text for cell in page.tables[0].cells] == ["苏州市电化教育馆", "绩效目标申报表"]
    assert page.notes == ()


def test_every_page_of_a_web_archive_is_a_page() -> None:
    document = read_bytes(
        archive(*(part(f"<html><p>{text}</html>", "base64") for text in ("目标表", "自评表")))
    )
    assert [(page.number, page.lines) for page in document.pages] == [
        (1, (Line("目标表"),)),
        (2, (Line("自评表"),)),
    ]
    assert document.format == "html"


def test_a_web_archive_that_is_cut_off_is_noted() -> None:
    (page,) = read_bytes(archive(part(PAGE, "8bit"), end=b"")).pages
    assert page.notes == ("the web archive ends before its end mark; it may be cut off",)


def test_a_web_archive_without_a_page_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="holds no HTML page"):
        read_bytes(archive(b"Content-Type: image/png\r\n\r\n"))


# Cut, empty and hostile pages


def test_a_page_that_is_cut_off_is_noted() -> None:
    (page,) = read_bytes("<html><body><table><tr><td>甲<td>乙".encode()).pages
    assert page.notes == ("the file ends before </html>; it may be cut off",)
    assert read_bytes("<table><tr><td>甲</table>".encode()).pages[0].notes == ()


@pytest.mark.parametrize(
    "body", ["", "<p>&nbsp;<table></table>", "<table><tr></table>", "<div hidden>藏</div>"]
)
def test_a_page_that_shows_nothing_says_so(body: str) -> None:
    with pytest.raises(EmptyFile, match="the page shows no text; print it to PDF"):
        only_page(body)


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("机密")
    entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    page = read_bytes(f"{entity}<html><body>甲&x;<iframe src='secret'></iframe></html>".encode()).pages[0]
    assert "机密" not in str(page)
    assert "甲&x;" in page.lines[-1].text


def test_markup_may_be_as_deep_as_it_likes() -> None:
    assert lines("<div><b>" * 50_000 + "甲") == ["甲"]


def test_a_text_of_many_megabytes_is_read_whole() -> None:
    (page,) = html.read(SourceFile("a.html", b"<p>" + "甲".encode() * 5_000_000)).pages
    assert len(page.lines[0].text) == 5_000_000


def test_tables_in_tables_without_end_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="nested more than 50 deep"):
        only_page("<table><tr><td>" * 100_000)


@pytest.mark.parametrize(
    "rows",
    [
        "<tr>" + "<td colspan=1000>" * 2_001,
        "<tr>" + "<td rowspan=65534>" * 3_000 + "<tr><td>" * 3_000,
        "<tr><td colspan=1000>" + "<tr><td>" * 2_000,
    ],
    ids=["wide", "high", "sparse"],
)
def test_more_places_than_the_limit_are_too_many(rows: str) -> None:
    with pytest.raises(TooLarge, match="more than 2,000,000 places"):
        only_page(f"<table>{rows}</table>")
