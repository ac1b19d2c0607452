"""Pages that are pictures: characters and rulings are found in their pixels."""

import io

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest

from extract import Page, TooLarge, UnreadableFile, UnsupportedFormat
from extract.registry import read_file
from extract.source import SourceFile

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
ROWS = (("项目名称", "信息化建设"), ("数量指标", "≥175条"), ("合格率", "=100%"))
DPI = 150


def form(rows: tuple[tuple[str, ...], ...] = ROWS, dpi: int = DPI) -> PIL.Image.Image:
    """A ruled table of ``rows``, as a page of A6 on its side."""
    inch = float(dpi)
    picture = PIL.Image.new("L", (int(5.8 * inch), int(4.1 * inch)), 255)
    draw = PIL.ImageDraw.Draw(picture)
    font = PIL.ImageFont.truetype(FONT, int(12 / 72 * inch))
    left, top, width, height = 0.5 * inch, 0.5 * inch, 2.2 * inch, 0.4 * inch
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            x, y = left + column * width, top + row * height
            draw.rectangle((x, y, x + width, y + height), outline=0, width=2)
            draw.text((x + 0.1 * inch, y + 0.08 * inch), text, font=font, fill=0)
    return picture


def bytes_of(picture: PIL.Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, dpi=(DPI, DPI), **options)
    return file.getvalue()


def read_pages(data: bytes) -> tuple[Page, ...]:
    document = read_file(SourceFile("scan.png", data))
    assert document.format == "scan"
    return document.pages


def texts_of(page: Page) -> list[list[str]]:
    (table,) = page.tables
    rows: list[list[str]] = [[] for _ in range(table.row_count)]
    for cell in table.cells:
        rows[cell.row].append(cell.text)
    return rows


EXPECTED = [list(row) for row in ROWS]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_a_ruled_page_is_a_table(kind: str) -> None:
    (page,) = read_pages(bytes_of(form(), kind))
    assert texts_of(page) == EXPECTED
    assert page.width == pytest.approx(5.8 * 72, abs=1)
    (table,) = page.tables
    assert table.bbox == pytest.approx((36, 36, 36 + 4.4 * 72, 36 + 1.2 * 72), abs=1.5)
    assert min(cell.confidence for cell in table.cells) > 0.9


@pytest.mark.parametrize("turn", [90, 180, 270, 1.5, -2])
def test_a_page_is_turned_upright(turn: float) -> None:
    turned = form().rotate(turn, expand=True, fillcolor=255, resample=PIL.Image.Resampling.BICUBIC)
    (page,) = read_pages(bytes_of(turned))
    assert texts_of(page) == EXPECTED


def test_several_pages_of_a_tiff() -> None:
    data = bytes_of(form(), "TIFF", save_all=True, append_images=[form((("甲", "乙"),))])
    pages = read_pages(data)
    assert [page.number for page in pages] == [1, 2]
    assert [texts_of(page)[0] for page in pages] == [EXPECTED[0], ["甲", "乙"]]


def test_a_blank_page_has_no_text() -> None:
    (page,) = read_pages(bytes_of(PIL.Image.new("L", (400, 600), 250)))
    assert (page.tables, page.lines) == ((), ())


def test_a_damaged_picture_is_refused() -> None:
    data = bytes_of(form(), "JPEG")
    for broken in (data[: len(data) // 2], data[:20], b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(UnreadableFile, match="damaged or cut off"):
            read_pages(broken)


def test_a_picture_that_is_too_large_is_refused() -> None:
    data = bytes_of(PIL.Image.fromarray(np.zeros((20_000, 20_000), dtype=np.uint8)).convert("1"), "TIFF")
    with pytest.raises(TooLarge, match="more than 100 million pixels"):
        read_pages(data)


def test_recognition_can_be_switched_off() -> None:
    with pytest.raises(UnsupportedFormat, match="--no-ocr"):
        read_file(SourceFile("scan.png", bytes_of(form()), ocr=False))
