"""Pieces of text of a scanned page: a line, or the part of one that is in a cell, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from extract.model import Box
from extract.recognise import Image, LineRead, Recogniser
from extract.scan_page import crop

_LOW, _FRAME = 0.6, 1.25  # heights of a character, that a sign is lower than, and is cut out high then
_MARGIN = 0.2  # heights of a character around ink that is read
TALL = 1.6
"""Times as high as wide, from which a text runs down."""
_LEAST_SCORE = 0.5  # of the characters of a line on the average, else it is none


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A piece: its box in pixels, and what it says; ``falls`` if it is written downwards."""

    box: Box
    line: LineRead
    falls: bool = False


def framed(ink: Sequence[float], height: float, margin: float) -> Box:
    """The box in which ``ink`` (a box) is read: with a ``margin`` around it, and about as high as a line, for
    in a lower frame `=` reads as 二."""
    x0, y0, x1, y1 = ink
    across = max(margin, (_FRAME * height - (y1 - y0)) / 2 if y1 - y0 < _LOW * height else 0.0)
    return x0 - margin, y0 - across, x1 + margin, y1 + across


def read_mark(image: Image, ink: Sequence[float], height: float, recogniser: Recogniser) -> Piece | None:
    """What a mark of ``ink`` says, None where it is nothing; ``height`` is that of characters."""
    return read_piece(image, framed(ink, height, _MARGIN * height), height, recogniser)


def read_piece(image: Image, box: Sequence[float], height: float, recogniser: Recogniser) -> Piece | None:
    """What is written in ``box``, None where it is nothing; ``height`` is that of characters."""
    x0, y0, x1, y1 = box
    line = crop(image, box)
    if y1 - y0 < TALL * max(x1 - x0, height):
        (read,) = recogniser.read([line])
        falls = False
    else:
        falls = True
        turned = recogniser.read([np.rot90(line, 1), np.rot90(line, 3), _side_by_side(line)])
        read = max(turned, key=lambda line: line.scores.mean() if line.text else 0.0)
    if not read.text.strip() or read.scores.mean() < _LEAST_SCORE:
        return None
    return Piece((x0, y0, x1, y1), read, falls)


def _side_by_side(column: Image) -> Image:
    """The characters of a ``column`` from top to bottom, put side by side: they are about as high as wide."""
    height, width = column.shape
    count = max(1, round(height / width))
    steps = np.linspace(0, height, count + 1).round().astype(int).tolist()
    parts = [cv2.resize(column[top:bottom], (width, width)) for top, bottom in pairwise(steps)]
    return np.hstack(parts)
