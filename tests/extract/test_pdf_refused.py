"""PDF that cannot be read."""

import zlib
from io import BytesIO

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extract import EncryptedFile, ExtractError, TooLarge, UnreadableFile
from extract.limits import MAX_PAGES
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.pdfs import (
    grid,
    lines,
    only_table,
    pdf,
    read_pages,
    stream,
    text,
    written,
)

WHOLE = pdf(grid((50, 150, 300), (40, 70)) + text(55, 60, "数量指标"))


def error_of(data: bytes) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        read_pages(data)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_truncated_file_is_never_read_in_part() -> None:
    whole = read_pages(WHOLE)
    least = WHOLE.index(b"startxref") + len("startxref")
    for length in range(8, len(WHOLE)):
        if length < least:
            error = error_of(WHOLE[:length])
            assert type(error) is UnreadableFile
        else:
            assert read_pages(WHOLE[:length]) == whole
    assert error_of(WHOLE[: least - 1]).problem == (
        "the PDF ends too early, its last part is missing; export or upload it again"
    )


def test_what_is_appended_to_a_whole_file_does_not_matter() -> None:
    assert read_pages(WHOLE + b"\r\n<html>proxy</html>" + bytes(2000)) == read_pages(WHOLE)


def test_a_later_version_that_is_cut_off_is_an_error() -> None:
    assert type(error_of(WHOLE + b"5 0 obj\n<< /Type /Page ")) is UnreadableFile


def test_a_linearized_file_says_how_long_it_is() -> None:
    head, tail = WHOLE.split(b"\n", 1)
    data = head + b"\n9 0 obj\n<< /Linearized 1 /L 99999 >>\nendobj\n" + tail
    assert type(error_of(data)) is UnreadableFile


def compressed(data: bytes, entries: str = "/Filter /FlateDecode") -> bytes:
    """A PDF of one page that has a form with ``data`` as its stream."""
    form = stream(data, f"/Type /XObject /Subtype /Form /BBox [0 0 600 400] {entries}")
    return pdf("/X Do", resources="/XObject << /X 4 0 R >>", objects=[form])


def test_a_broken_stream_is_an_error() -> None:
    content = zlib.compress(grid((50, 150, 300), (40, 70, 100)).encode())
    assert len(only_table(read_pages(compressed(content))[0]).cells) == 4
    assert type(error_of(compressed(content[:-8]))) is UnreadableFile
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0x10
    assert type(error_of(compressed(bytes(flipped)))) is UnreadableFile


def test_a_stream_that_expands_without_end_is_too_large() -> None:
    bomb = zlib.compress(zlib.compress(bytes(600 * 2**20), 9), 9)
    assert len(bomb) < 10_000
    error = error_of(compressed(bomb, "/Filter [/FlateDecode /FlateDecode]"))
    assert type(error) is TooLarge
    assert error.problem == "expanded, the PDF is larger than 500 MiB; split it into smaller ones"


def test_a_password_is_needed() -> None:
    encrypted = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <{0}> /U <{0}> >> /ID [<00> <00>]"
    data = written(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Kids [] /Count 0 >>"], encrypted.format("00" * 32)
    )
    assert type(error_of(data)) is EncryptedFile


def test_a_file_that_all_may_read_is_read() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("", ownerPassword="owner"), pagesize=(600, 400))
    canvas.drawString(50, 350, "Budget 2024")
    canvas.save()
    assert lines(read_pages(buffer.getvalue())[0]) == ["Budget 2024"]


def test_too_many_pages_are_refused() -> None:
    assert type(error_of(pdf(*[""] * (MAX_PAGES + 1)))) is TooLarge


def test_a_page_of_absurd_size_is_refused() -> None:
    error = error_of(pdf(text(50, 50, "甲"), box="0 0 1000000 100"))
    assert type(error) is TooLarge
    assert (
        error.problem == "page 1 is 1000000 × 100 points large, more than 14,400; save it on a smaller page"
    )


def test_pages_that_are_missing_are_an_error() -> None:
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 /MediaBox [0 0 600 400] >>",
        b"<< /Type /Page /Parent 2 0 R >>",
    ]
    assert type(error_of(written(bodies))) is UnreadableFile
    assert type(error_of(written([bodies[0], b"<< /Type /Pages /Kids [] /Count 0 >>"]))) is UnreadableFile


def test_loops_of_references_end() -> None:
    pages = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"]
    assert type(error_of(written(pages))) is UnreadableFile
    form = stream(
        b"/X Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>"
    )
    page = pdf("/X Do " + text(50, 50, "甲"), resources="/XObject << /X 4 0 R >>", objects=[form])
    assert lines(read_pages(page)[0]) == ["甲"]


def test_the_same_bytes_give_the_same_document() -> None:
    assert read_file(SourceFile("a", WHOLE)) == read_file(SourceFile("a", WHOLE))
