"""Pieces of text of a scanned page: a line, or the part of one that is in a cell, and what it says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from extract.content import Floats
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
_MORE_BESIDE, _LESS_ABOVE = 0.17, 0.08  # paper around a line of which small signs were left out
# In widths of an ideograph, from the middle of the one before: where a sign may stand, and the least way to
# the ideograph after it.
_AFTER, _UP_TO, _GAP = 0.6, 1.3, 1.6
_FAINT = 0.25  # of the way from paper to ink, that a small sign is dark at least
_STOPS, _POOR_STOPS, _POOR_STOP = "，。、；：", ",.;:·", 0.8  # the most that one of these is scored
_IDEOGRAPH = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A piece: its box in pixels, and what it says; ``falls`` if it is written downwards. It is read with
    ``room`` above and below: paper (pixels) in place of the ends of other lines."""

    box: Box
    line: LineRead
    falls: bool = False
    room: tuple[float, float] = (0.0, 0.0)


def framed(ink: Sequence[float], height: float, margin: float) -> Box:
    """The box in which ``ink`` (a box) is read: with a ``margin`` around it, and about as high as a line."""
    x0, y0, x1, y1 = ink
    across = max(margin, (_FRAME * height - (y1 - y0)) / 2 if y1 - y0 < _LOW * height else 0.0)
    return x0 - margin, y0 - across, x1 + margin, y1 + across


def picture_of(image: Image, box: Sequence[float], height: float, room: Sequence[float] = (0, 0)) -> Image:
    """What is in ``box`` as it is read, with ``room`` (pixels) of paper above and below: low signs that are
    alone with much of it, for without it `=` reads as 二."""
    part = crop(image, box)
    if any(room):
        above, below = map(round, room)
        part = np.pad(part, ((above, below), (0, 0)), constant_values=round(float(np.percentile(part, 80))))
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


def read_piece(
    image: Image,
    box: Sequence[float],
    height: float,
    recogniser: Recogniser,
    room: Sequence[float] = (0, 0),
) -> Piece | None:
    """What is written in ``box``, None where it is nothing; ``height`` is that of characters, ``room`` the
    paper above and below (pixels)."""
    x0, y0, x1, y1 = box
    above, below = room
    line = picture_of(image, box, height, room)
    if y1 - y0 < TALL * max(x1 - x0, height):
        (read,) = recogniser.read([line])
        if leaves_ink(read, line):
            beside = _MORE_BESIDE * height
            looser = (x0 - beside, y0 + _LESS_ABOVE * height, x1 + beside, y1)
            again = _whole(read, picture_of(image, looser, height, room), recogniser)
            read = replace(again, places=_moved(again.places, beside / (x1 - x0))) if again else read
        falls = False
    else:
        falls = True
        turned = recogniser.read([np.rot90(line, 1), np.rot90(line, 3), _side_by_side(line)])
        read = max(turned, key=lambda line: line.scores.mean() if line.text else 0.0)
    if not read.text.strip() or read.scores.mean() < _LEAST_SCORE:
        return None
    return Piece((x0, y0, x1, y1), read, falls, (above, below))


def leaves_ink(read: LineRead, line: Image) -> bool:
    """Whether ``line`` has ink between ideographs, or after the last, that is no part of what was ``read``:
    recognition leaves a comma out without any doubt where little paper is around it."""
    ideographs = np.array([bool(_IDEOGRAPH.match(character)) for character in read.text], dtype=np.bool_)
    places = read.places * line.shape[1]
    steps = np.diff(places)
    pairs = ideographs[1:] & ideographs[:-1]
    if pairs.sum() < 2:
        return False
    pitch = float(steps[pairs & (steps <= _GAP * np.median(steps[pairs]))].mean())
    smooth = cv2.GaussianBlur(np.ascontiguousarray(line), (3, 3), 0).astype(np.float64)
    paper, ink = float(np.percentile(smooth, 80)), float(smooth.min())
    limit = paper - _FAINT * (paper - ink)
    before = places[:-1][pairs & (steps >= _GAP * pitch)].tolist()
    if ideographs[-1]:
        before.append(float(places[-1]))
    signs = (smooth[:, round(at + _AFTER * pitch) : round(at + _UP_TO * pitch)] for at in before)
    return any(bool((sign < limit).any()) for sign in signs)


def _whole(read: LineRead, line: Image, recogniser: Recogniser) -> LineRead | None:
    """``line`` read again, if that is all that was ``read`` and stops more; else None. A stop that is none of
    a Chinese text is what a speck reads as, or a comma that is hard to read."""
    (again,) = recogniser.read([line])
    left, scores = list(read.text), again.scores.copy()
    for at, character in enumerate(again.text):
        if left and left[0] == character:
            left.pop(0)
        elif character in _POOR_STOPS:
            scores[at] = min(scores[at], _POOR_STOP)
        elif character not in _STOPS:
            return None
    return replace(again, scores=scores) if not left and len(again.text) > len(read.text) else None


def _moved(places: Floats, beside: float) -> Floats:
    """``places`` in a line with more paper at both ends (as a share of its width) as places in the line."""
    return np.clip(places * (1 + 2 * beside) - beside, 0, 1)


def _side_by_side(column: Image) -> Image:
    """The characters of a ``column`` from top to bottom, put side by side: they are about as high as wide."""
    height, width = column.shape
    count = max(1, round(height / width))
    steps = np.linspace(0, height, count + 1).round().astype(int).tolist()
    parts = [cv2.resize(column[top:bottom], (width, width)) for top, bottom in pairwise(steps)]
    return np.hstack(parts)
