"""Lines of text that are cut by the end of a page that is a picture."""

import io

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest

from extract import Cell, Page
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.test_scan import FONT

DPI, SIZE, ROW = 200, 28, 56
COLUMNS, COUNT = (100, 360, 800, 1060), 6
NAMES = ("制度健全性", "执行规范性", "资产利用率", "人员控制率", "任务完成率")


def scanned(label: str, cut: float, spacing: float = 1.2, moved: int = 0) -> tuple[Page, ...]:
    """Two pages of a table of six rows and a first column that is one cell, with a ``label`` of some lines in
    its middle; the pages end at a ``cut``, in heights of a character from the middle of that cell. It is
    moved to the left on the second page by ``moved`` pixels."""
    font = PIL.ImageFont.truetype(FONT, SIZE)
    picture = PIL.Image.new("L", (1200, ROW * COUNT + 1), 255)
    draw = PIL.ImageDraw.Draw(picture)
    middle = picture.height // 2
    end = middle + round(cut * SIZE)
    for x in COLUMNS:
        draw.line((x, 0, x, ROW * COUNT), fill=0, width=2)
    for row in range(COUNT + 1):
        draw.line((COLUMNS[1], row * ROW, COLUMNS[-1], row * ROW), fill=0, width=2)
        draw.text((COLUMNS[1] + 20, row * ROW + 8), NAMES[row % len(NAMES)], font=font, fill=0)
        draw.text((COLUMNS[2] + 20, row * ROW + 8), "=100%", font=font, fill=0)
    for y in (0, ROW * COUNT):
        draw.line((COLUMNS[0], y, COLUMNS[-1], y), fill=0, width=2)
    lines = label.split("\n")
    for number, line in enumerate(lines):
        top = middle + (number - len(lines) / 2) * spacing * SIZE
        draw.text((COLUMNS[0] + 12, top), line, font=font, fill=0, anchor="lt")
    halves = picture.crop((0, 0, 1200, end)), picture.crop((moved, end, 1200, picture.height))
    pages = []
    for half in halves:
        page = PIL.Image.new("L", (1200, half.height + 200), 255)
        page.paste(half, (0, 100))
        pages.append(page)
    file = io.BytesIO()
    pages[0].save(file, "TIFF", dpi=(DPI, DPI), save_all=True, append_images=pages[1:])
    return read_file(SourceFile("scan.tiff", file.getvalue())).pages


def at_the_break(pages: tuple[Page, ...]) -> tuple[Cell, Cell]:
    """The cells of the first column on both sides of the break."""
    above, below = (page.tables[0] for page in pages)
    (upper,) = [c for c in above.cells if c.column == 0 and c.row + c.rowspan == above.row_count]
    (lower,) = [c for c in below.cells if c.column == 0 and c.row == 0]
    return upper, lower


@pytest.mark.parametrize("cut", [-0.25, -0.1, 0.1])
def test_a_line_that_the_break_cuts_is_read_from_both_pages(cut: float) -> None:
    upper, lower = at_the_break(scanned("项目管理", cut))
    assert (upper.text, lower.text) == ("项目管理", "")
    assert upper.lines == ("项目管理",)
    assert len(upper.line_boxes) == 1
    assert upper.confidence > 0.95


def test_the_other_lines_of_the_text_stay_on_their_pages() -> None:
    upper, lower = at_the_break(scanned("推进预算\n绩效管理\n提高效益", 0.0))
    assert (upper.text, lower.text) == ("推进预算\n绩效管理", "提高效益")
    assert upper.whole == lower.whole == "推进预算\n绩效管理\n提高效益"
    assert all(len(other.text.split("\n")) == 2 for other in upper.alternatives), "none without the line"


@pytest.mark.parametrize("spacing", [1.15, 1.6])
def test_whole_lines_on_both_sides_stay_as_they_are(spacing: float) -> None:
    upper, lower = at_the_break(scanned("推进预算\n绩效管理", 0.0, spacing))
    assert (upper.text, lower.text) == ("推进预算", "绩效管理")
    assert upper.whole is lower.whole is None


def test_halves_in_other_columns_are_of_other_lines() -> None:
    aligned = at_the_break(scanned("项目管理", -0.1))
    assert aligned[0].text == "项目管理"
    apart = scanned("项目管理", -0.1, moved=150)
    assert "项目管理" not in [cell.text for page in apart for table in page.tables for cell in table.cells]
