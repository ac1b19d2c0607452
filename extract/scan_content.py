"""Scans: pages that are pictures become characters and rulings with places, as those of a PDF are.

A line of text that runs over a ruling is cut there before it is read.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from extract.content import Content, Floats
from extract.grid import page_of
from extract.model import Cell, Page
from extract.recognise import Image, LineRead, Recogniser
from extract.scan_page import Sheet, sheet_of
from extract.scan_rulings import find_rulings

_LEAST_PIECE = 0.3  # of a character's height, that what a ruling cuts off is wide at least


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A line of text, or the part of one in a cell: its box in pixels, and what it says."""

    box: tuple[float, float, float, float]
    line: LineRead


def read_picture(picture: Image, dpi: float | None, number: int, recogniser: Recogniser) -> Page:
    """Page ``number``, which ``picture`` shows."""
    sheet = sheet_of(picture, dpi, recogniser)
    rulings = find_rulings(sheet.image, sheet.height, sheet.boxes)
    boxes = cut_at(sheet.boxes, rulings, sheet.height)
    clean = without_rulings(sheet.image, rulings)
    pieces = [
        Piece(tuple(box), line)
        for box, line in zip(
            boxes.tolist(), recogniser.read([crop(clean, box) for box in boxes.tolist()]), strict=True
        )
        if line.text
    ]
    page = page_of(content_of(sheet, pieces, rulings), number)
    return with_confidence(page, pieces, sheet.scale)


def with_confidence(page: Page, pieces: list[Piece], scale: float) -> Page:
    """``page`` with the confidence of each cell in what is read of it."""
    centres = [((p.box[0] + p.box[2]) / 2 * scale, (p.box[1] + p.box[3]) / 2 * scale) for p in pieces]

    def sure(cell: Cell) -> Cell:
        scores = [
            piece.line.score
            for piece, (x, y) in zip(pieces, centres, strict=True)
            if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in cell.line_boxes)
        ]
        return replace(cell, confidence=round(min([cell.confidence, *scores]), 4))

    tables = [replace(table, cells=tuple(map(sure, table.cells))) for table in page.tables]
    return replace(page, tables=tuple(tables))


def cut_at(boxes: Floats, rulings: Floats, height: float) -> Floats:
    """``boxes`` of lines, cut where vertical ``rulings`` run through them."""
    upright = rulings[rulings[:, 0] == rulings[:, 2]]
    margin = _LEAST_PIECE * height
    found = []
    for x0, y0, x1, y1 in boxes.tolist():
        middle = (y0 + y1) / 2
        through = (upright[:, 1] <= middle) & (middle <= upright[:, 3])
        through &= (x0 < upright[:, 0]) & (upright[:, 0] < x1)
        sides = [x0, *np.sort(upright[through, 0]).tolist(), x1]
        for left, right in pairwise(sides):
            if right - left > margin or len(sides) == 2:
                found.append((left, y0, right, y1))
    return np.array(found).reshape(-1, 4)


def without_rulings(image: Image, rulings: Floats) -> Image:
    """``image`` with its ``rulings`` painted over."""
    import cv2

    clean = image.copy()
    paper = int(np.percentile(image, 80))
    for x0, y0, x1, y1 in np.round(rulings).astype(int).tolist():
        cv2.line(clean, (x0, y0), (x1, y1), paper, 5)
    return clean


def crop(image: Image, box: list[float]) -> Image:
    x0, y0, x1, y1 = (round(side) for side in box)
    return image[max(y0, 0) : max(y1, y0 + 1), max(x0, 0) : max(x1, x0 + 1)]


def content_of(sheet: Sheet, pieces: list[Piece], rulings: Floats) -> Content:
    """What is on a page: the characters of ``pieces`` side by side, and ``rulings``, in points."""
    boxes = [box for piece in pieces for box in _character_boxes(piece)]
    runs = [index for index, piece in enumerate(pieces) for _ in piece.line.text]
    height, width = sheet.image.shape
    return Content(
        width * sheet.scale,
        height * sheet.scale,
        "".join(piece.line.text for piece in pieces),
        np.array(boxes, dtype=np.float64).reshape(-1, 4) * sheet.scale,
        np.array(runs, dtype=np.int64),
        rulings * sheet.scale,
    )


def _character_boxes(piece: Piece) -> list[tuple[float, float, float, float]]:
    """The boxes of the characters of a piece: each reaches to the middle between it and the next."""
    x0, y0, x1, y1 = piece.box
    places = piece.line.places
    sides = x0 + (x1 - x0) * np.concatenate(([0.0], (places[1:] + places[:-1]) / 2, [1.0]))
    return [(left, y0, right, y1) for left, right in pairwise(sides)]
