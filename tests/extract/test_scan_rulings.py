"""Rulings in the pixels of a page, and the page without them."""

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest
from numpy.typing import NDArray

from extract.scan_erase import without_rulings
from extract.scan_rulings import find_rulings
from tests.extract.test_scan import FONT

HEIGHT = 20  # pixels of a character
ROWS, COLUMNS = tuple(range(50, 340, 32)), (40, 160, 300, 560)
Boxes = NDArray[np.float64]


class Drawing:
    """A page of 600 × 400 pixels with what is drawn on it, and the boxes of its texts."""

    def __init__(self, paper: int = 255) -> None:
        self.picture = PIL.Image.new("L", (600, 400), paper)
        self.draw = PIL.ImageDraw.Draw(self.picture)
        self.font = PIL.ImageFont.truetype(FONT, HEIGHT)
        self.boxes: list[tuple[float, float, float, float]] = []

    def grid(self, ink: int = 0, width: int = 2) -> "Drawing":
        """All rulings of ROWS and COLUMNS."""
        for y in ROWS:
            self.draw.line((COLUMNS[0], y, COLUMNS[-1], y), fill=ink, width=width)
        for x in COLUMNS:
            self.draw.line((x, ROWS[0], x, ROWS[-1]), fill=ink, width=width)
        return self

    def dashed(self, rows: tuple[int, ...], step: int = 16, dash: int = 11) -> "Drawing":
        """Dashed rulings of ``rows`` and COLUMNS, the upright ones with a ``dash`` at each ``step``."""
        for y in rows:
            for x in range(COLUMNS[0], COLUMNS[-1], 16):
                self.draw.line((x, y, x + 11, y), fill=0, width=2)
        for x in COLUMNS:
            for y in range(rows[0], rows[-1], step):
                self.draw.line((x, y, x, y + dash), fill=0, width=2)
        return self

    def text(self, x: int, y: int, text: str) -> "Drawing":
        """A text, of which detection tells the box."""
        self.draw.text((x, y), text, font=self.font, fill=0)
        left, top, right, bottom = self.draw.textbbox((x, y), text, font=self.font)
        self.boxes.append((left - 2, top - 2, right + 2, bottom + 2))
        return self

    @property
    def image(self) -> NDArray[np.uint8]:
        return np.asarray(self.picture)

    def rulings(self) -> Boxes:
        boxes = np.array(self.boxes, dtype=np.float64).reshape(-1, 4)
        return find_rulings(self.image, HEIGHT, boxes)


def places(rulings: Boxes, direction: str) -> list[int]:
    """Where rulings of a direction are, each once."""
    level = rulings[:, 1] == rulings[:, 3]
    across = rulings[level, 1] if direction == "level" else rulings[~level, 0]
    found: list[int] = []
    for place in sorted(across.tolist()):
        if not found or place - found[-1] > 3:
            found.append(round(place))
    return found


def assert_is_grid(rulings: Boxes) -> None:
    assert places(rulings, "level") == pytest.approx(ROWS, abs=2)
    assert places(rulings, "upright") == pytest.approx(COLUMNS, abs=2)


def covered(rulings: Boxes, direction: str, place: int) -> float:
    """The length that rulings at a place cover."""
    level = rulings[:, 1] == rulings[:, 3]
    rows = rulings[level] if direction == "level" else rulings[~level][:, [1, 0, 3, 2]]
    there = np.zeros(700, dtype=bool)
    for x0, y, x1, _ in rows:
        if abs(y - place) <= 2:
            there[round(x0) : round(x1)] = True
    return float(there.sum())


def test_rows_close_to_each_other_do_not_hide_columns() -> None:
    assert_is_grid(Drawing().grid().rulings())
    assert_is_grid(Drawing(220).grid(ink=150, width=1).rulings())


def test_the_grain_of_the_paper_is_no_ruling() -> None:
    grain = np.random.default_rng(1).normal(0, 20, (400, 600))
    drawing = Drawing(225).grid(ink=110)
    for page, count in ((Drawing(225), 0), (drawing, len(ROWS) + len(COLUMNS))):
        image = np.clip(page.image + grain, 0, 255).astype(np.uint8)
        rulings = find_rulings(image, HEIGHT, np.zeros((0, 4)))
        assert len(places(rulings, "level")) + len(places(rulings, "upright")) == count


def test_strokes_are_no_rulings() -> None:
    drawing = Drawing()
    for row in range(8):
        drawing.text(310, 50 + 32 * row, "一二三王十工土士正開三")
    assert len(drawing.rulings()) == 0
    assert_is_grid(drawing.grid().rulings())


def test_strokes_of_a_text_that_detection_overlooked_are_no_rulings() -> None:
    drawing = Drawing().grid()
    drawing.text(170, 53, "二王一工十")
    drawing.boxes.clear()
    assert_is_grid(drawing.rulings())


def test_a_broken_ruling_goes_on_from_crossing_to_crossing() -> None:
    drawing = Drawing().grid()
    for x in range(40, 560, 60):  # a third of all rulings is gone
        drawing.draw.rectangle((x + 20, 0, x + 40, 400), fill=255)
    rulings = drawing.rulings()
    assert places(rulings, "level") == pytest.approx(ROWS, abs=2)
    for row in ROWS:
        assert covered(rulings, "level", row) >= COLUMNS[-1] - COLUMNS[0] - 50


def test_dashed_rulings_are_rulings() -> None:
    drawing = Drawing().dashed(ROWS)
    drawing.text(180, 114, "验收合格率").text(400, 114, "合格")
    assert_is_grid(drawing.rulings())


def test_strokes_from_ruling_to_ruling_are_none() -> None:
    drawing = Drawing()
    rows = (50, 71, 92, 113)
    for y in rows:
        drawing.draw.line((COLUMNS[0], y, COLUMNS[-1], y), fill=0, width=2)
    for x in COLUMNS:
        drawing.draw.line((x, rows[0], x, rows[-1]), fill=0, width=2)
    for y, x in zip(rows[:-1], (200, 217, 231), strict=True):
        drawing.draw.line((x, y, x, y + 21), fill=0, width=2)  # of a character
        drawing.boxes.append((180, y + 1, 280, y + 20))
    assert places(drawing.rulings(), "upright") == pytest.approx(COLUMNS, abs=2)


def test_strokes_in_a_low_row_of_a_dashed_table_are_no_rulings() -> None:
    rows = (50, 74, 98, 122)  # texts reach from ruling to ruling
    drawing = Drawing().dashed(rows, 8, 4)
    drawing.text(180, rows[0] - 4, "高标准田圃").text(186, rows[1] - 4, "中国圃田").text(
        176, rows[2] - 4, "口日目因固"
    )
    assert places(drawing.rulings(), "upright") == pytest.approx(COLUMNS, abs=2)


def test_dashes_are_found_beside_a_few_whole_rulings() -> None:
    drawing = Drawing().dashed(ROWS)
    drawing.draw.line((COLUMNS[0], ROWS[2], COLUMNS[-1], ROWS[2]), fill=0, width=2)
    drawing.draw.line((COLUMNS[0], ROWS[0], COLUMNS[0], ROWS[-1]), fill=0, width=2)
    assert_is_grid(drawing.rulings())


def test_thick_rulings_that_others_end_at_are_rulings() -> None:
    drawing = Drawing()
    drawing.draw.rectangle((COLUMNS[0], ROWS[0], COLUMNS[-1], ROWS[-1]), outline=0, width=6)
    drawing.draw.line((COLUMNS[1], ROWS[0], COLUMNS[1], ROWS[-1]), fill=0, width=6)
    for y in range(ROWS[0] + 26, ROWS[-1], 26):
        drawing.draw.line((COLUMNS[1], y, COLUMNS[-1], y), fill=0, width=6)
    found = places(drawing.rulings(), "upright")
    assert found == pytest.approx([COLUMNS[0] + 2, COLUMNS[1], COLUMNS[-1] - 2], abs=2)


def test_strokes_of_a_text_beside_a_ruling_do_not_hide_it() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((43, 53, 157, 172), fill=255)
    drawing.draw.rectangle((300, 53, 600, 172), fill=255)
    drawing.draw.line((300, ROWS[0], 300, ROWS[-1]), fill=0, width=2)
    drawing.text(60, ROWS[1] - 18, "一一一一一")  # its strokes are at the height of the ruling
    rulings = drawing.rulings()
    assert covered(rulings, "level", ROWS[1]) == pytest.approx(COLUMNS[2] - COLUMNS[1], abs=6)


def test_a_ruling_at_the_edge_of_the_texts_of_most_rows_is_one() -> None:
    drawing = Drawing().grid()
    for row in ROWS[:-1]:
        drawing.text(272, row + 3, "57")
        left, top, _, bottom = drawing.boxes.pop()
        drawing.boxes.append((left, top - 2, COLUMNS[2] + 6, bottom + 4))  # as detection has them
    assert covered(drawing.rulings(), "upright", COLUMNS[2]) == pytest.approx(ROWS[-1] - ROWS[0], abs=6)


def test_a_stroke_above_a_table_makes_no_column_of_it_longer() -> None:
    drawing = Drawing().grid()
    drawing.draw.line((300, ROWS[0] - 26, 300, ROWS[0]), fill=0, width=2)  # of a character
    drawing.boxes.append((220, ROWS[0] - 28, 380, ROWS[0] - 4))
    assert covered(drawing.rulings(), "upright", 300) == pytest.approx(ROWS[-1] - ROWS[0], abs=4)


def test_a_stroke_below_a_ruling_does_not_hide_it() -> None:
    drawing = Drawing().grid()
    drawing.draw.line((230, ROWS[1], 230, ROWS[2]), fill=0, width=2)
    drawing.text(180, ROWS[2] + 5, "口口口口")
    drawing.draw.line((230, ROWS[2], 230, ROWS[2] + 18), fill=0, width=2)  # of a character
    assert covered(drawing.rulings(), "upright", 230) == pytest.approx(ROWS[2] - ROWS[1], abs=6)


def test_the_ruling_between_two_labels_is_the_darkest_that_may_be() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((43, ROWS[1] - 6, 157, ROWS[4] - 6), fill=255)
    drawing.draw.line((43, ROWS[3], 157, ROWS[3]), fill=240, width=2)
    drawing.text(60, ROWS[0] + 4, "结果").text(60, ROWS[4] + 4, "影响")
    drawing.draw.rectangle((43, ROWS[4] - 2, 157, ROWS[4] + 2), fill=255)
    rulings = drawing.rulings()
    first = {row: covered(rulings, "level", row) > COLUMNS[-1] - COLUMNS[1] + 60 for row in ROWS[1:5]}
    assert [row for row, is_there in first.items() if is_there] == [ROWS[3]]


def test_a_table_that_is_open_at_its_top_stays_so() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((163, ROWS[0] - 4, 297, ROWS[0] + 4), fill=255)
    drawing.text(180, ROWS[0] - 30, "2026年度").text(180, ROWS[0] + 12, "采集工作")
    assert covered(drawing.rulings(), "level", ROWS[0]) < COLUMNS[-1] - COLUMNS[0] - 100


def test_a_text_above_a_table_tells_of_no_ruling_in_it() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((163, ROWS[0] - 4, 297, ROWS[4] - 4), fill=255)
    drawing.text(180, ROWS[0] - 30, "2026年度").text(180, ROWS[2] + 6, "图书借阅")
    rulings = drawing.rulings()
    for row in ROWS[:4]:
        assert covered(rulings, "level", row) < COLUMNS[-1] - COLUMNS[0] - 100
    assert covered(rulings, "level", ROWS[4]) == pytest.approx(COLUMNS[-1] - COLUMNS[0], abs=6)


def test_merged_cells_stay_merged() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((43, 53, 157, 172), fill=255)  # three rulings less in the first column
    rulings = drawing.rulings()
    for row in ROWS[1:4]:
        assert covered(rulings, "level", row) == pytest.approx(COLUMNS[-1] - COLUMNS[1], abs=6)


def test_two_texts_of_a_row_tell_of_the_ruling_between_them() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((290, 120, 310, 140), fill=255)
    assert covered(drawing.rulings(), "upright", 300) < ROWS[-1] - ROWS[0] - 20
    drawing.text(180, 114, "验收").text(400, 114, "合格")
    assert covered(drawing.rulings(), "upright", 300) == pytest.approx(ROWS[-1] - ROWS[0], abs=6)


def test_two_labels_tell_of_the_ruling_between_them() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((43, 53, 157, 170), fill=255)
    drawing.text(60, 52, "级别")
    assert covered(drawing.rulings(), "level", ROWS[1]) < COLUMNS[-1] - COLUMNS[0] - 100
    drawing.text(60, 118, "履职")
    rulings = drawing.rulings()
    lengths = [covered(rulings, "level", row) for row in ROWS[1:4]]
    assert max(lengths) >= COLUMNS[-1] - COLUMNS[0] - 10


def test_two_parts_of_a_text_that_runs_down_tell_of_no_ruling_between_them() -> None:
    drawing = Drawing().grid()
    drawing.draw.rectangle((43, ROWS[0] + 4, 157, ROWS[-1] - 4), fill=255)
    top, bottom = ROWS[1] - 20, ROWS[6] + 20
    for y in range(top, bottom, HEIGHT):
        drawing.text(90, y - 4, "项")
    drawing.boxes[:] = [(88, top - 2, 114, ROWS[4] - 8), (88, ROWS[4] - 8, 114, bottom + 2)]
    rulings = drawing.rulings()
    for row in ROWS[1:-1]:
        assert covered(rulings, "level", row) == pytest.approx(COLUMNS[-1] - COLUMNS[1], abs=6)


def test_texts_of_shaded_cells_stay_when_rulings_are_painted_over() -> None:
    drawing = Drawing(235)
    drawing.draw.rectangle((COLUMNS[0], ROWS[0], COLUMNS[-1], ROWS[1]), fill=200)
    drawing.grid(ink=60).text(163, 50, "对应子项目名称").text(303, 50, "目标值来源")
    alone = Drawing(235)
    alone.draw.rectangle((COLUMNS[0], ROWS[0], COLUMNS[-1], ROWS[1]), fill=200)
    alone.text(163, 50, "对应子项目名称").text(303, 50, "目标值来源")
    clean = without_rulings(drawing.image, drawing.rulings(), HEIGHT).astype(int)
    inside = np.s_[ROWS[0] + 3 : ROWS[1] - 2, COLUMNS[0] + 3 : COLUMNS[-1] - 2]
    assert np.abs(clean[inside] - alone.image[inside]).mean() < 2


def test_what_touches_a_ruling_stays_when_it_is_painted_over() -> None:
    drawing = Drawing().grid(width=3)
    rulings = drawing.rulings()
    assert (without_rulings(drawing.image, rulings, HEIGHT) == 255).mean() > 0.999
    alone = Drawing().text(163, 48, "考察实际").text(163, 80, "额的比率")
    drawing.text(163, 48, "考察实际").text(163, 80, "额的比率")
    clean = without_rulings(drawing.image, rulings, HEIGHT)
    ink = alone.image < 128
    assert (clean[ink] < 128).mean() > 0.97


def test_a_double_ruling_is_painted_over_whole() -> None:
    drawing = Drawing().grid(width=1)
    for x in COLUMNS:
        drawing.draw.line((x + 4, ROWS[0], x + 4, ROWS[-1]), fill=0, width=1)
    clean = without_rulings(drawing.image, drawing.rulings(), HEIGHT)
    assert (clean < 128).mean() < 0.001
