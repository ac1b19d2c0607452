"""Scans: a page that is a picture becomes characters and rulings with places, as those of a PDF are.

A line of text that runs over a ruling is cut there before it is read. Ink in cells that no line of text
covers is read as it is (overlooked.py). Cells that matter most or are doubtful are looked at again
(second.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from extract.content import Content, Floats
from extract.grid import page_of
from extract.model import Box, Cell, Line, Page
from extract.overlooked import overlooked
from extract.recognise import Image, Recogniser
from extract.scan_boxes import boxes_to_read
from extract.scan_breaks import Half, halves_of
from extract.scan_erase import without_rulings
from extract.scan_page import Sheet, sheet_of
from extract.scan_pieces import Piece, read_piece
from extract.scan_rulings import find_rulings
from extract.second import SecondLook, sureness

_UNREAD = "{} cells have ink of which nothing could be read"
_NOTHING = "no text was found on the page: it is blank, or a photograph"


def read_picture(
    picture: Image, dpi: float | None, number: int, recogniser: Recogniser
) -> tuple[Page, list[Half]]:
    """Page ``number``, which ``picture`` shows, and the halves of lines at its head and its foot."""
    return page_of_sheet(sheet_of(picture, dpi, recogniser), number, recogniser)


def page_of_sheet(sheet: Sheet, number: int, recogniser: Recogniser) -> tuple[Page, list[Half]]:
    """Page ``number`` with what is on ``sheet``, and the halves of lines at its head and its foot."""
    rulings = find_rulings(sheet.image, sheet.height, sheet.boxes)
    sheet = replace(sheet, image=without_rulings(sheet.image, rulings, sheet.height))
    boxes, rooms = boxes_to_read(sheet, rulings)
    read = (
        read_piece(sheet.image, box, sheet.height, recogniser, room)
        for box, room in zip(boxes.tolist(), rooms.tolist(), strict=True)
    )
    pieces = [piece for piece in read if piece]
    page = page_of(content_of(sheet, pieces, rulings), number)
    found, unread = overlooked(sheet, page.tables, pieces, recogniser)
    if found:
        pieces += found
        page = page_of(content_of(sheet, pieces, rulings), number)
    if unread:
        page = replace(page, notes=(*page.notes, _UNREAD.format(len(unread))))
    if not pieces:
        return replace(page, notes=(*page.notes, _NOTHING)), []
    look = SecondLook(sheet.image, sheet.height, recogniser, _quality(pieces), frozenset(unread))
    judged = partial(_judged, pieces=pieces, scale=sheet.scale, look=look)
    tables = [replace(table, cells=tuple(map(judged, table.cells))) for table in page.tables]
    lines = tuple([_sure(line, pieces, sheet.scale) for line in page.lines])
    return replace(page, tables=tuple(tables), lines=lines), list(halves_of(sheet, page, judged))


def content_of(sheet: Sheet, pieces: Sequence[Piece], rulings: Floats) -> Content:
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


def _character_boxes(piece: Piece) -> list[Box]:
    """The boxes of the characters of a piece: each reaches to the middle between it and the next."""
    x0, y0, x1, y1 = piece.box
    places = piece.line.places
    if piece.falls:
        return [(x0, top, x1, bottom) for top, bottom in pairwise(np.linspace(y0, y1, len(places) + 1))]
    sides = x0 + (x1 - x0) * np.concatenate(([0.0], (places[1:] + places[:-1]) / 2, [1.0]))
    return [(left, y0, right, y1) for left, right in pairwise(sides.tolist())]


def _quality(pieces: Sequence[Piece]) -> float:
    """How well a page can be read: the usual score of the least certain character of a line."""
    return float(np.median([piece.line.score for piece in pieces]))


def _judged(cell: Cell, pieces: Sequence[Piece], scale: float, look: SecondLook) -> Cell:
    """``cell`` with the confidence in it, and other readings of it."""

    inside = _within(cell.line_boxes, pieces, scale)
    return look.judged(cell, inside) if inside else cell


def _sure(line: Line, pieces: Sequence[Piece], scale: float) -> Line:
    """``line`` with the confidence in it."""
    inside = _within([line.bbox] if line.bbox else [], pieces, scale)
    return replace(line, confidence=min((sureness(piece.line.score) for piece in inside), default=1.0))


def _within(boxes: Sequence[Box], pieces: Sequence[Piece], scale: float) -> list[Piece]:
    """The pieces of which the middle is in one of ``boxes`` (points)."""

    def is_inside(piece: Piece) -> bool:
        x, y = ((piece.box[side] + piece.box[side + 2]) / 2 * scale for side in (0, 1))
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in boxes)

    return [piece for piece in pieces if is_inside(piece)]
