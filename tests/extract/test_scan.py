"""Pages that are pictures: characters and rulings are found in their pixels."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFilter
import PIL.ImageFont
import pytest
import reportlab.lib.utils
import reportlab.pdfgen.canvas
from numpy.typing import NDArray

from extract import Page, TooLarge, UnreadableFile, UnsupportedFormat, recognise
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


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_ruled_page_is_a_table(kind: str) -> None:
    (page,) = read_pages(bytes_of(form(), kind))
    assert texts_of(page) == EXPECTED
    assert page.width == pytest.approx(5.8 * 72, abs=1)
    (table,) = page.tables
    assert table.bbox == pytest.approx((36, 36, 36 + 4.4 * 72, 36 + 1.2 * 72), abs=1.5)
    assert min(cell.confidence for cell in table.cells) > 0.9


@pytest.mark.parametrize("dpi", [120, 300])
def test_coarse_and_fine_pages_are_read_alike(dpi: int) -> None:
    picture, file = form(dpi=dpi), io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi))
    width, height = picture.width * 72 / dpi, picture.height * 72 / dpi
    pdf = io.BytesIO()
    canvas = reportlab.pdfgen.canvas.Canvas(pdf, (width, height), invariant=True)
    canvas.drawImage(reportlab.lib.utils.ImageReader(picture), 0, 0, width, height)
    canvas.save()
    for data in (file.getvalue(), pdf.getvalue()):
        (page,) = read_pages(data)
        assert texts_of(page) == EXPECTED
        assert (page.width, page.height) == pytest.approx((width, height), abs=1)


@pytest.mark.parametrize("turn", [90, 180, 270, 1.5])
def test_a_page_is_turned_upright(turn: float) -> None:
    turned = form().rotate(turn, expand=True, fillcolor=255, resample=PIL.Image.Resampling.BICUBIC)
    (page,) = read_pages(bytes_of(turned))
    assert texts_of(page) == EXPECTED


def test_several_pages_of_a_tiff() -> None:
    data = bytes_of(form(), "TIFF", save_all=True, append_images=[form((("甲", "乙"),))])
    pages = read_pages(data)
    assert [page.number for page in pages] == [1, 2]
    assert [texts_of(page)[0] for page in pages] == [EXPECTED[0], ["甲", "乙"]]


def test_lines_outside_of_tables_are_as_sure_as_they_were_read() -> None:
    picture = form()
    font = PIL.ImageFont.truetype(FONT, int(12 / 72 * DPI))
    PIL.ImageDraw.Draw(picture).text((80, 20), "填报单位：苏州市电化教育馆", font=font, fill=0)
    (page,) = read_pages(bytes_of(picture))
    (line,) = page.lines
    assert line.text == "填报单位：苏州市电化教育馆"

    blurred = picture.filter(PIL.ImageFilter.GaussianBlur(2.8))
    (page,) = read_pages(bytes_of(blurred))
    assert page.lines[0].confidence < 0.9 < line.confidence < 1


def test_each_page_that_was_recognised_is_told() -> None:
    told: list[int] = []
    tiff = bytes_of(form(), "TIFF", save_all=True, append_images=[form((("甲", "乙"),))])
    for data in (tiff, pdf_of(form())):
        read_file(SourceFile("scan", data, recognised=told.append))
    assert told == [1, 2, 1]


def test_a_blank_page_has_no_text() -> None:
    (page,) = read_pages(bytes_of(PIL.Image.new("L", (400, 600), 250)))
    assert (page.tables, page.lines) == ((), ())


def test_a_damaged_picture_is_refused() -> None:
    data = bytes_of(form(), "JPEG")
    for broken in (data[: len(data) // 2], data[:20], b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(UnreadableFile, match="damaged or cut off"):
            read_pages(broken)


def test_a_picture_that_is_too_large_is_refused() -> None:
    data = bytes_of(PIL.Image.new("1", (20_000, 20_000)), "TIFF", compression="group4")
    with pytest.raises(TooLarge, match="more than 100 million pixels"):
        read_pages(data)


def test_recognition_can_be_switched_off() -> None:
    with pytest.raises(UnsupportedFormat, match="--no-ocr"):
        read_file(SourceFile("scan.png", bytes_of(form()), ocr=False))


def pdf_of(picture: PIL.Image.Image, text: str = "") -> bytes:
    """A PDF of which a page is ``picture`` over invisible ``text``."""
    file = io.BytesIO()
    width, height = picture.width * 72 / DPI, picture.height * 72 / DPI
    canvas = reportlab.pdfgen.canvas.Canvas(file, (width, height), invariant=True)
    canvas.drawImage(reportlab.lib.utils.ImageReader(picture), 0, 0, width, height)
    shown = canvas.beginText(10, 10)
    shown.setTextRenderMode(3)
    shown.textLines(text)
    canvas.drawText(shown)
    canvas.save()
    return file.getvalue()


def test_a_page_of_a_pdf_that_is_a_picture_is_recognised() -> None:
    data = pdf_of(form())
    document = read_file(SourceFile("filing.pdf", data))
    assert document.format == "scan"
    assert texts_of(document.pages[0]) == EXPECTED
    unread = read_file(SourceFile("filing.pdf", data, ocr=False))
    assert (unread.format, unread.pages[0].tables) == ("pdf", ())


def test_the_text_of_an_earlier_recognition_is_not_trusted() -> None:
    document = read_file(SourceFile("filing.pdf", pdf_of(form(), "some other words\n" * 10)))
    assert texts_of(document.pages[0]) == EXPECTED
    assert "differs and was not used" in document.pages[0].notes[0]


def test_a_stamp_over_the_text_is_taken_out() -> None:
    picture = form().convert("RGB")
    draw = PIL.ImageDraw.Draw(picture)
    paper = picture.copy()
    draw.ellipse((110, 60, 300, 250), outline=(220, 30, 40), width=9)
    draw.line((140, 155, 250, 155), fill=(220, 30, 40), width=9)  # apart from the ring
    stamped = PIL.Image.fromarray(np.minimum(np.asarray(paper), np.asarray(picture)))
    (page,) = read_pages(bytes_of(stamped))
    assert texts_of(page) == EXPECTED


def test_a_single_character_is_not_overlooked() -> None:
    (page,) = read_pages(bytes_of(form((("一、数量", "0"), ("二、质量", "1")))))
    assert texts_of(page) == [["一、数量", "0"], ["二、质量", "1"]]


def test_signs_in_cells_of_their_own_are_read() -> None:
    rows = (("=", "100"), ("≥", "98"), ("<=", "12"))
    (page,) = read_pages(bytes_of(form(rows)))
    assert texts_of(page) == [list(row) for row in rows]


def test_specks_of_a_copier_are_no_text() -> None:
    page = np.asarray(form((*ROWS, ("备注", ""))).point(lambda ink: 255 * (ink > 160)))
    specks = np.random.default_rng(3).random(page.shape) < 0.001
    fax = PIL.Image.fromarray(np.where(specks, 0, page).astype(np.uint8))
    (page_read,) = read_pages(bytes_of(fax.convert("1"), "TIFF", compression="group4"))
    assert texts_of(page_read) == [*EXPECTED, ["备注", ""]]
    assert page_read.notes == ()


def test_ink_that_cannot_be_read_is_told() -> None:
    rows = (*ROWS, ("备注", ""))
    assert read_pages(bytes_of(form(rows)))[0].notes == ()
    picture = form(rows)
    draw = PIL.ImageDraw.Draw(picture)
    x, y = 3.2 * DPI, (0.5 + 3 * 0.4 + 0.2) * DPI
    for k in range(-12, 13, 4):  # a scribble
        draw.line((x + k, y - 12, x - k + 30, y + 12), fill=0, width=2)
    (page,) = read_pages(bytes_of(picture))
    assert texts_of(page)[3][1] == ""
    assert page.notes == ("1 cells have ink of which nothing could be read",)


def test_a_cell_with_more_ink_than_was_read_is_in_doubt() -> None:
    picture = form()
    draw = PIL.ImageDraw.Draw(picture)
    x, y = 4.3 * DPI, (0.5 + 0.4 + 0.2) * DPI
    for k in range(-12, 13, 4):  # a scribble beside 175
        draw.line((x + k, y - 12, x - k + 30, y + 12), fill=0, width=2)
    (page,) = read_pages(bytes_of(picture))
    assert texts_of(page)[1][1].startswith("≥175条")
    (table,) = page.tables
    doubted = [cell.text for cell in table.cells if cell.confidence < 0.9]
    assert doubted == [texts_of(page)[1][1]]


def test_the_models_are_those_that_were_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(recognise._MODELS))
    monkeypatch.setitem(recognise._MODELS, name, "0" * 64)
    with pytest.raises(recognise.WrongModel, match=name):
        recognise.Recogniser(1)


def test_the_recogniser_leaves_nothing_in_the_home_of_its_user(tmp_path: Path) -> None:
    code = "from extract import recognise; recognise.recogniser()"
    home = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(Path(recognise.__file__).parents[1])}
    home.pop("XDG_CACHE_HOME", None)
    subprocess.run([sys.executable, "-c", code], env=home, check=True, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_a_picture_gives_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "PACKAGES", ("a_package_that_is_not_there",))
    with pytest.raises(UnsupportedFormat, match=r"install Jixiao with its extra `ocr`"):
        read_file(SourceFile("scan.png", bytes_of(form())))
    document = read_file(SourceFile("filing.pdf", pdf_of(form())))
    assert (document.format, document.pages[0].notes) == (
        "pdf",
        ("the page is a picture without text; to be read, it must be recognized (OCR)",),
    )


def chances(*steps: dict[int, float]) -> NDArray[np.float32]:
    table = np.zeros((len(steps), 4), dtype=np.float32)
    for row, step in enumerate(steps):
        table[row, list(step)] = list(step.values())
    return table


def test_readings_come_with_their_probabilities() -> None:
    steps = chances({1: 1.0}, {0: 1.0}, {1: 0.7, 2: 0.3}, {0: 0.6, 1: 0.4})
    line = recognise._decoded(steps, ["", "a", "b", "c"], {}, 1.0)
    assert (line.text, round(line.score, 4)) == ("aa", 0.7)
    assert [(reading.text, reading.score) for reading in line.readings] == [("ab", 0.18), ("aba", 0.12)]
    assert line.places.tolist() == [0.125, 0.625]


def test_signs_of_two_widths_are_one_reading() -> None:
    line = recognise._decoded(chances({1: 0.5, 2: 0.4, 3: 0.1}), ["", "（", "(", "c"], {1: 2, 2: 1}, 1.0)
    assert (line.text, round(line.score, 4)) == ("（", 0.9)
    assert [reading.text for reading in line.readings] == ["c"]


def test_a_scanned_table_among_the_text_of_a_page_is_read() -> None:
    file = io.BytesIO()
    picture = form()
    width, height = picture.width * 72 / DPI, picture.height * 72 / DPI
    canvas = reportlab.pdfgen.canvas.Canvas(file, (width, height + 200), invariant=True)
    canvas.drawImage(reportlab.lib.utils.ImageReader(picture), 0, 60, width, height)
    for y in (40, 20, height + 80, height + 100, height + 120):
        canvas.drawString(40, y, f"a line at {y:.0f} with more than a few characters of text")
    canvas.save()
    (page,) = read_file(SourceFile("filing.pdf", file.getvalue())).pages
    assert texts_of(page) == EXPECTED
    assert [line.tables_above for line in page.lines] == [0, 0, 0, 1, 1]
    assert "part of the page is a picture, which was recognised" in page.notes
    (unread,) = read_file(SourceFile("filing.pdf", file.getvalue(), ocr=False)).pages
    assert (unread.tables, len(unread.lines)) == ((), 5)
    assert "part of the page is a picture; what it shows was not read" in unread.notes[0]
