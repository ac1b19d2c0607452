"""Pieces of text of a scanned page: a line, or the part of one that is in a cell, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from extract.model import Box
from extract.recognise import Image, LineRead, Recogniser
from extract.scan_page import crop, ink_box

# Lengths are in heights of a character.
_LOW, _FRAME = 0.6, 1.25  # that a mark is lower than, and is cut out high then
_MARGIN = 0.2  # around ink that is read
_SIGN, _SIGN_MARGIN, _SIGN_FRAME = 0.4, 0.1, 2.0  # that a sign is lower than; paper around it, and how high
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
    """The box in which ``ink`` (a box) is read: with a ``margin`` around it, and about as high as a line."""
    x0, y0, x1, y1 = ink
    across = max(margin, (_FRAME * height - (y1 - y0)) / 2 if y1 - y0 < _LOW * height else 0.0)
    return x0 - margin, y0 - across, x1 + margin, y1 + across


def picture_of(image: Image, box: Sequence[float], height: float) -> Image:
    """What is in ``box`` as it is read: low signs that are alone with much paper above and below, for without
    it `=` reads as 二."""
    part = crop(image, box)
    ink = ink_box(part)
    if ink is None or ink[3] - ink[1] >= _SIGN * height:
        return part
    around = _SIGN_MARGIN * height
    sign = crop(part, (ink[0] - around, ink[1] - around, ink[2] + around, ink[3] + around))
    paper = max(0, round((_SIGN_FRAME * height - len(sign)) / 2))
    return np.pad(sign, ((paper, paper), (0, 0)), constant_values=int(sign.max()))


def read_mark(image: Image, ink: Sequence[float], height: float, recogniser: Recogniser) -> Piece | None:
    """What a mark of ``ink`` says, None where it is nothing; ``height`` is that of characters."""
    return read_piece(image, framed(ink, height, _MARGIN * height), height, recogniser)


def read_piece(image: Image, box: Sequence[float], height: float, recogniser: Recogniser) -> Piece | None:
    """What is written in ``box``, None where it is nothing; ``height`` is that of characters."""
    x0, y0, x1, y1 = box
    line = picture_of(image, box, height)
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
