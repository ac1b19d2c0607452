"""Ink in cells that no line of text covers: detection overlooks single characters, and lines near others.

What is large enough for a character is read as it is. Where nothing can be read, that is told, and the rest
of the cell is in doubt.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from extract.content import Flags
from extract.model import Box, Cell, Table
from extract.recognise import Recogniser
from extract.scan_page import Sheet, are_dark, crop
from extract.scan_pieces import Piece, read_mark

# Lengths are in heights of a character.
_INSET = 0.15  # from the sides of a cell, inside of which its ink is
_AROUND = 0.15  # a text, that its ink may stand out of its box
_LEAST, _LEAST_MORE = 0.28, 0.6  # that a character is high or wide at least, also one beside other text
_SPECK = 0.2  # that no stroke is shorter than which makes a character alone
_LONG, _THIN = 2.0, 0.15  # that is left of rulings: so long, and no thicker
_BETWEEN = 0.15  # that lines are apart
_SURE = 0.9  # of the characters of what is read beside other text, on the average


def overlooked(
    sheet: Sheet, tables: Sequence[Table], pieces: Sequence[Piece], recogniser: Recogniser
) -> tuple[list[Piece], list[Box | None]]:
    """What is written in cells of ``tables`` beside ``pieces``, and the boxes of cells (points) with ink of
    which nothing could be read."""
    boxes = np.array([piece.box for piece in pieces], dtype=np.float64).reshape(-1, 4)
    around = _AROUND * sheet.height
    boxes += (-around, -around, around, around)
    found: list[Piece] = []
    unread: list[Box | None] = []
    for cell in (cell for table in tables for cell in table.cells if cell.bbox):
        for ink in _ink_of(cell, sheet, boxes):
            piece = read_mark(sheet.image, ink, sheet.height, recogniser)
            if piece and (not cell.text or piece.line.scores.mean() >= _SURE):
                found.append(piece)
            else:
                unread.append(cell.bbox)
    return found, list(dict.fromkeys(unread))


def _ink_of(cell: Cell, sheet: Sheet, boxes: np.ndarray) -> Iterator[Box]:
    """Boxes (pixels) of the lines of ink in a cell that are outside of ``boxes``."""
    height = sheet.height
    inset = _INSET * height
    x0, y0, x1, y1 = (side / sheet.scale for side in cell.bbox or ())
    left, top = max(round(x0 + inset), 0), max(round(y0 + inset), 0)
    part = crop(sheet.image, (left, top, x1 - inset, y1 - inset))
    if min(part.shape) < 3:
        return
    dark = are_dark(part)
    for box in boxes[(boxes[:, 0] < x1) & (x0 < boxes[:, 2]) & (boxes[:, 1] < y1) & (y0 < boxes[:, 3])]:
        first, high, last, low = (max(0, round(side)) for side in box - (left, top, left, top))
        dark[high:low, first:last] = False
    dark = _characters(dark, height)
    for first, last in _runs(np.asarray(dark.any(axis=1)), _BETWEEN * height):
        columns = np.flatnonzero(dark[first:last].any(axis=0))
        start, end = int(columns[0]), int(columns[-1]) + 1
        if max(end - start, last - first) >= (_LEAST_MORE if cell.text else _LEAST) * height:
            yield left + start, top + first, left + end, top + last


def _characters(dark: Flags, height: float) -> Flags:
    """``dark`` without what is too small for a stroke, and without what is left of rulings."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    long, short = stats[:, 2:4].max(axis=1), stats[:, 2:4].min(axis=1)
    kept = (long >= _SPECK * height) & ((long < _LONG * height) | (short > _THIN * height))
    kept[0] = False
    return np.asarray(kept[labels])


def _runs(inked: Flags, gap: float) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of the runs of ``inked`` rows; gaps up to ``gap`` are part of one."""
    rows = np.flatnonzero(inked)
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > gap + 1) + 1):
        if len(run):
            yield int(run[0]), int(run[-1]) + 1
