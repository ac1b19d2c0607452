"""Formats are found by content, their readers imported when they come."""

import io
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import extract
from extract import (
    Document,
    EmptyFile,
    EncryptedFile,
    ExtractError,
    Page,
    UnreadableFile,
    UnsupportedFormat,
    read,
    registry,
)
from extract.errors import TooLarge
from extract.registry import Format, read_file
from extract.signatures import kind_of
from extract.source import SourceFile

KNOWN = "pdf, docx, xlsx, html, ofd, doc, wps, xls, et, scan, txt"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROOT = Path(__file__).parents[2]


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zip_of(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in members:
            archive.writestr(member, "")
    return file.getvalue()


def test_all_names_are_there() -> None:
    assert sorted(extract.__all__) == extract.__all__
    assert all(hasattr(extract, name) for name in extract.__all__)


def test_read_gives_the_document_of_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, "甲.txt", "单位\t甲".encode())
    document = read(path, source="2024/甲.txt")
    assert (document.source, document.format, len(document.pages)) == ("2024/甲.txt", "txt", 1)
    assert document.sha256 == "5eaf2aa72dd0401f9b11921f8c9d364672f893fb1811b5c0e8e4d67c0bd0695f"
    assert read(path).source == str(path)


def test_the_extension_does_not_decide(tmp_path: Path) -> None:
    assert read(write(tmp_path, "named.xls", "单位\t甲".encode())).format == "txt"
    with pytest.raises(UnsupportedFormat, match="a WebP image"):
        read(write(tmp_path, "named.txt", b"RIFF\x24\0\0\0WEBPVP8 "))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zip_of("filing.txt"), "a ZIP archive"),
        (zip_of("word/document.xml")[:40], "a damaged ZIP archive or Office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "an old Office file of an unknown kind"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP image"),
        (b'<?xml version="1.0"?>', "an XML file"),
        (bytes(range(256)), "binary, or text that is not in UTF-8"),
        ("a\tb\n".encode("utf-32"), "binary, or text that is not in UTF-8"),
        (b"\xe5", "binary, or text that is not in UTF-8"),
        (b"a\tb\0c\td\n", "binary, or text that is not in UTF-8"),
    ],
)
def test_an_unknown_file_is_named_with_what_can_be_read(tmp_path: Path, data: bytes, kind: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        read(write(tmp_path, "filing.txt", data), source="filing.txt")
    assert kind in caught.value.problem
    assert caught.value.problem.endswith("save it in a format that can: " + KNOWN)
    assert str(caught.value) == f"filing.txt: {caught.value.problem}"
    assert "\n" not in str(caught.value)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile) as caught:
        read(write(tmp_path, "empty.txt", b""))
    assert caught.value.problem == "the file is empty; export or upload it again"


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.txt")


@pytest.mark.parametrize(
    "error", [UnsupportedFormat("a.txt", "wrong"), EmptyFile("a.txt"), UnreadableFile("a.txt", "wrong")]
)
def test_errors_come_back_from_worker_processes(error: ExtractError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.source, back.problem) == (type(error), error.source, error.problem)


# A new format

TINY_READER = """
from extract import Document, Page
from extract.source import SourceFile

def read(file: SourceFile) -> Document:
    return file.document("tiny", (Page(1, name=file.data.decode()[5:]),))
"""


@pytest.fixture
def with_tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new format: one file, and one line in the registry."""
    write(tmp_path, "tiny_reader.py", TINY_READER.encode())
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "tiny_reader", raising=False)
    line = Format("tiny", (".tiny",), ("text",), "tiny_reader")
    monkeypatch.setattr(registry, "FORMATS", (line, *registry.FORMATS))


@pytest.mark.usefixtures("with_tiny")
def test_a_new_format_is_one_file_and_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, "any.tiny", b"tiny:hello")
    document: Document = read(path)
    assert (document.format, document.pages) == ("tiny", (Page(1, name="hello"),))
    with pytest.raises(UnsupportedFormat, match="in a format that can: tiny, pdf"):
        read(write(tmp_path, "photo.webp", b"RIFF\x24\0\0\0WEBPVP8 "))


@pytest.mark.usefixtures("with_tiny")
def test_a_reader_is_imported_when_its_format_comes(tmp_path: Path) -> None:
    read(write(tmp_path, "filing.txt", b"a\tb"))
    assert "tiny_reader" not in sys.modules
    read(write(tmp_path, "filing.tiny", b"tiny:"))
    assert "tiny_reader" in sys.modules


@pytest.mark.usefixtures("with_tiny")
def test_the_extension_decides_between_formats_that_accept_the_same_bytes(tmp_path: Path) -> None:
    assert read(write(tmp_path, "same.TXT", b"tiny:\t")).format == "txt"
    assert read(write(tmp_path, "same.tiny", b"tiny:\t")).format == "tiny"
    assert read(write(tmp_path, "same", b"tiny:\t")).format == "tiny"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n", "pdf"),
        (b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n1 0 obj\n", "pdf"),
        (zip_of("[Content_Types].xml", "word/document.xml"), "docx"),
        (zip_of("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zip_of("OFD.xml"), "ofd"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + "Book".encode("utf-16-le"), "xls"),
        ("\ufeff\n<html><table>".encode("utf-16-le"), "html"),
        (b"<!DOCTYPE html>\n", "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (b"MIME-Version: 1.0\r\n", "mhtml"),
        (b"From: <Saved by Blink>\r\nSubject: a\r\nMIME-Version: 1.0\r\n", "mhtml"),
        ("<div>表</div><table border=1><tr><td>单位</td></tr></table>".encode(), "html"),
        ("<!-- saved --><style></style><TABLE><TR><TH>单位</TH></TR></TABLE>".encode(), "html"),
        ("<p>单位</p>\t甲\n<td>\t乙\n".encode(), "text"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "wordml"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "spreadsheetml"),
        (b"{\\rtf1\\ansi", "rtf"),
        ("单位\t甲".encode(), "text"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert kind_of(data).name == kind


def test_an_office_file_under_a_password_says_so(tmp_path: Path) -> None:
    with pytest.raises(EncryptedFile, match="protected by a password"):
        read(write(tmp_path, "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")))


def test_importing_the_room_imports_no_reader() -> None:
    code = "import sys, extract; print(sorted(name for name in sys.modules if name == 'extract.txt'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zip_of("WORD\\Document.xml"), "docx"),
        (zip_of("XL/Workbook.xml"), "xlsx"),
        (OLE + "WORKBOOK".encode("utf-16-le"), "xls"),
    ],
)
def test_names_in_packages_are_known_in_any_case(data: bytes, kind: str) -> None:
    assert kind_of(data).name == kind


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("pages.txt", b"a\tb\n\n" * 1_001, "more than 1,000 pages"),
        ("rows.txt", b"a\tb\n" * 60_000 + b"\n" + b"a\tb\n" * 60_000, "more than 100,000 rows and lines"),
        ("row.txt", b"a\tb\n" + b"a\t" * 501, "a row of more than 500 texts"),
        ("row.html", b"<table><tr>" + b"<td>a" * 501 + b"</table>", "a row of more than 500 texts"),
        (
            "cell.html",
            b"<table><tr><td>" + b"a" * 100_001 + b"</table>",
            "a text of more than 100,000 characters",
        ),
        ("line.txt", b"a" * 100_001, "a text of more than 100,000 characters"),
    ],
)
def test_what_no_form_has_is_refused_in_every_format(name: str, data: bytes, problem: str) -> None:
    with pytest.raises(TooLarge, match=problem):
        read_file(SourceFile(name, data))


def test_blank_cells_and_many_rows_are_no_wide_row() -> None:
    read_file(SourceFile("a.html", b"<table><tr><td>a" + b"<td>" * 2_000 + b"</table>"))
    read_file(SourceFile("a.txt", b"a\tb\n" * 1_000))
