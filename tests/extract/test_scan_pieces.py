"""Pieces of text of a scanned page: how they are cut out, and what else they may say."""

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest

from extract.model import Cell, Page, Reading, Table
from extract.recognise import LineRead, recogniser
from extract.scan_breaks import Half, with_cut_lines
from extract.scan_content import widened
from extract.scan_page import Sheet
from extract.scan_pieces import Piece, picture_of
from extract.second import other_readings

HEIGHT = 20.0  # pixels of a character


def drawn(*marks: tuple[int, int, int, int]) -> np.ndarray:
    """Paper of 300 × 100 pixels with black boxes on it."""
    picture = PIL.Image.new("L", (300, 100), 255)
    draw = PIL.ImageDraw.Draw(picture)
    for mark in marks:
        draw.rectangle(mark, fill=0)
    return np.asarray(picture)


def test_a_low_sign_is_read_with_paper_above_and_below() -> None:
    low = picture_of(drawn((50, 41, 60, 41), (50, 45, 60, 45)), (45, 35, 65, 52), HEIGHT)
    assert low.shape[0] == pytest.approx(2 * HEIGHT, abs=2)
    rows = np.flatnonzero((low < 128).any(axis=1))
    assert rows[0] == pytest.approx(len(low) - 1 - rows[-1], abs=2)
    high = picture_of(drawn((50, 34, 60, 52)), (45, 30, 65, 56), HEIGHT)
    assert high.shape == (26, 20)


def test_a_stop_in_the_box_of_the_next_line_is_of_the_line_that_it_ends() -> None:
    image = drawn((20, 22, 120, 38), (124, 38, 127, 42), (20, 48, 200, 64))
    boxes = np.array([(16, 18, 122, 44), (16, 37, 204, 68)], dtype=np.float64)
    wider = widened(Sheet(image, boxes, HEIGHT, 200.0), boxes, np.zeros((0, 4)))
    assert wider[0, 2] > 127
    assert wider[1].tolist() == boxes[1].tolist()


def read(text: str, *readings: tuple[str, float]) -> LineRead:
    others = tuple(Reading(*reading) for reading in readings)
    return LineRead(text, np.full(len(text), 0.9), np.linspace(0.1, 0.9, len(text)), others)


def test_each_line_of_a_cell_has_readings_of_its_own() -> None:
    pieces = [
        Piece((0, 0, 80, 20), read("保障母嬰", ("保障母婴", 0.3))),
        Piece((0, 20, 40, 40), read("安全", ("安金", 0.1))),
    ]
    cell = Cell(0, 0, "保障母嬰\n安全", lines=("保障母嬰", "安全"))
    assert other_readings(cell, pieces) == {"保障母婴\n安全": 0.3, "保障母嬰\n安金": 0.1}


def test_halves_that_make_no_line_are_doubted_and_stay() -> None:
    scrawl = np.random.default_rng(3).integers(0, 2, (9, 90)).astype(np.uint8) * 255

    def half(number: int, is_head: bool, text: str) -> Half:
        cell = Cell(0, 0, text, lines=(text,), line_boxes=((0, 0, 9, 9),), confidence=0.97)
        rest = Cell(0, 0, "")
        sides = np.array([0.0, 40.0])
        return Half(number, is_head, cell, rest, (), scrawl, (0, 0, 9, 9), sides, sides, HEIGHT, 200.0)

    foot, head = half(1, False, "月"), half(2, True, "奴")
    pages = [Page(one.number, (Table((one.cell,), 1, 1),)) for one in (foot, head)]
    found = with_cut_lines(pages, [foot, head], recogniser())
    cells = [page.tables[0].cells[0] for page in found]
    assert [(cell.text, cell.confidence) for cell in cells] == [("月", 0.5), ("奴", 0.5)]
