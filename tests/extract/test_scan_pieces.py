"""Pieces of text of a scanned page: how they are cut out, and what else they may say."""

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFilter
import PIL.ImageFont
import pytest

from extract.model import Cell, Page, Reading, Table
from extract.recognise import LineRead, recogniser
from extract.scan_boxes import boxes_to_read
from extract.scan_breaks import Half, with_cut_lines
from extract.scan_page import Sheet, sheet_of, softened
from extract.scan_pieces import Piece, _whole, leaves_ink, picture_of, read_piece
from extract.second import other_readings
from tests.extract.test_scan import FONT

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


def test_pages_of_two_levels_get_soft_edges_and_others_stay() -> None:
    image = drawn((50, 41, 60, 60))
    soft = softened(image)
    assert soft[50, 55] == 0 and soft[50, 80] == 255
    assert 0 < soft[50, 50] < 128 < soft[50, 49] < 255
    assert len(np.unique(sheet_of(image, 200, recogniser()).image)) > 2
    grey = image.copy()
    grey[62:64, 50:60] = 128  # a tenth of the ink is between
    assert softened(grey) is grey


def test_lines_that_stand_close_part_where_there_is_least_ink() -> None:
    image = drawn((20, 22, 120, 38), (124, 35, 127, 39), (20, 42, 60, 58))  # a stop reaches below its line
    boxes = np.array([(16, 18, 130, 46), (16, 36, 64, 62)], dtype=np.float64)
    read, room = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert read.tolist() == [[16, 18, 130, 40.5], [16, 40.5, 64, 62]]
    assert room.tolist() == [[0, 5.5], [4.5, 0]]  # of paper, in place of the other line


def test_boxes_that_hardly_stand_above_each_other_are_as_they_were() -> None:
    image = drawn((20, 22, 120, 38), (122, 34, 200, 50))
    boxes = np.array([(16, 18, 126, 42), (120, 32, 204, 54)], dtype=np.float64)
    read, room = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert read.tolist() == boxes.tolist() and not room.any()


def test_what_stands_out_of_a_line_that_was_parted_is_of_no_other() -> None:
    image = drawn((20, 22, 220, 38), (60, 22, 62, 43), (100, 42, 140, 58))  # a long stroke of the first line
    boxes = np.array([(16, 18, 224, 46), (96, 36, 144, 62)], dtype=np.float64)
    (_, second), _ = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert second[[0, 2]].tolist() == [96, 144]


def test_a_low_sign_gets_room_but_not_that_of_the_line_above() -> None:
    image = drawn((20, 20, 220, 36), (100, 44, 112, 44), (100, 48, 112, 48))
    boxes = np.array([(16, 16, 224, 42), (97, 39, 115, 52)], dtype=np.float64)
    (_, sign), _ = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert 39 < sign[1] < 42 and sign[3] > 54


def test_boxes_of_one_line_that_meet_are_as_they_were() -> None:
    image = drawn((20, 22, 120, 38), (124, 22, 200, 38))
    boxes = np.array([(16, 18, 126, 42), (122, 20, 204, 44)], dtype=np.float64)
    read, room = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert read.tolist() == boxes.tolist() and not room.any()


def test_a_stop_in_the_box_of_the_next_line_is_of_the_line_that_it_ends() -> None:
    image = drawn((20, 22, 120, 38), (124, 38, 127, 42), (20, 48, 200, 64))
    boxes = np.array([(16, 18, 122, 44), (16, 37, 204, 68)], dtype=np.float64)
    (first, second), _ = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert first[2] > 127
    assert second[[0, 2]].tolist() == [16, 204]


def test_a_short_line_does_not_reach_for_the_ink_of_the_line_above() -> None:
    image = drawn((20, 22, 220, 38), (100, 42, 140, 58))
    boxes = np.array([(16, 18, 224, 46), (96, 36, 144, 62)], dtype=np.float64)
    (_, second), _ = boxes_to_read(Sheet(image, boxes, HEIGHT, 200.0), np.zeros((0, 4)))
    assert second[[0, 2]].tolist() == [96, 144]


def typed(text: str) -> np.ndarray:
    """A line of text, black on white."""
    picture = PIL.Image.new("L", (24 * len(text) + 20, 36), 255)
    PIL.ImageDraw.Draw(picture).text((8, 2), text, font=PIL.ImageFont.truetype(FONT, 24), fill=0)
    return np.asarray(picture)


def at(*centres: float) -> LineRead:
    """Ideographs read at places of a line of 200 pixels."""
    return LineRead("保障安全"[: len(centres)], np.ones(len(centres)), np.array(centres) / 200)


@pytest.mark.parametrize(
    ("marks", "places", "expected"),
    [
        ((), (30, 54, 78, 102), False),
        (((118, 38, 120, 42),), (30, 54, 78, 102), True),  # after the last
        (((94, 38, 96, 42),), (30, 54, 78, 102), False),  # between two with no room for a sign
        (((160, 38, 162, 42),), (30, 54, 78, 102), False),  # too far from it
        (((94, 38, 96, 42),), (30, 54, 78, 126), True),  # where there is room
    ],
)
def test_ink_between_and_after_ideographs_is_left_out(
    marks: tuple[tuple[int, int, int, int], ...], places: tuple[float, ...], expected: bool
) -> None:
    ideographs = [(round(x) - 10, 22, round(x) + 10, 42) for x in places]
    line = drawn(*ideographs, *marks)[16:48, :200]
    assert leaves_ink(at(*places), line) is expected


def test_a_line_is_read_again_if_that_is_all_that_was_read_and_stops_more() -> None:
    line = typed("用研究与实践，")
    (whole,) = recogniser().read([line])
    assert whole.text == "用研究与实践，"

    def again(text: str) -> str | None:
        found = _whole(read(text), line, recogniser())
        return found.text if found else None

    assert again("用研究与实践") == whole.text
    assert again("用研究与实") is None  # more than stops
    assert again("月研究与实践") is None
    assert again(whole.text) is None


def test_a_stop_that_is_none_of_a_chinese_text_is_doubted() -> None:
    found = _whole(read("实践1500"), typed("实践1,500"), recogniser())
    assert found and found.text == "实践1,500"
    assert found.score == 0.8
    assert _whole(read("实践1500"), typed("实践1-500"), recogniser()) is None


def test_a_comma_that_the_first_look_leaves_out_is_found() -> None:
    picture = PIL.Image.new("L", (180, 60), 255)
    font = PIL.ImageFont.truetype(FONT, 20)
    PIL.ImageDraw.Draw(picture).text((10, 20), "保障安全管理，", font=font, fill=0)
    image = np.asarray(picture.filter(PIL.ImageFilter.GaussianBlur(0.8)))
    y, x = np.nonzero(image < 128)
    box = (int(x.min()) - 3, int(y.min()) - 4, int(x.max()) + 1, int(y.max()) + 5)
    (first,) = recogniser().read([image[box[1] : box[3], box[0] : box[2]]])
    assert first.text == "保障安全管理"
    piece = read_piece(image, box, 20, recogniser())
    assert piece and piece.line.text == "保障安全管理，"
    assert piece.box == box
    # Places are shares of that box, not of what was read.
    assert piece.line.places[:6] == pytest.approx(first.places, abs=0.04)


def test_a_line_is_read_with_paper_in_place_of_its_neighbours() -> None:
    image = np.full((100, 300), 240, np.uint8)
    image[30:50, 20:120] = 20
    part = picture_of(image, (10, 26, 130, 54), HEIGHT, (5, 7))
    assert part.shape == (28 + 5 + 7, 120)
    assert (part[:5] == 240).all() and (part[-7:] == 240).all()
    piece = read_piece(typed("验收合格率"), (0, 6, 140, 30), 24, recogniser(), (6, 6))
    assert piece and (piece.line.text, piece.room) == ("验收合格率", (6, 6))


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
