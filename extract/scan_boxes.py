"""The boxes in which the lines of a scanned page are read.

Detection gives boxes that overlap where lines are close, run over rulings, and leave out single signs at the
ends of lines.
"""

from itertools import pairwise

import cv2
import numpy as np

from extract.content import Flags, Floats, Ints
from extract.scan_page import Sheet, are_dark
from extract.scan_pieces import TALL, framed

# Lengths are in heights of a character.
_LEAST_PIECE = 0.3  # that what a ruling cuts off is wide at least
_INSET = 0.15  # from the sides of a cell, inside of which its ink is
_SIGNS, _LOW, _MARGIN = 2, 0.9, 0.2  # a text of so few signs that is so low is read with a margin
# Of two boxes of lines above each other: how much of the less high one is in both at most, and of the less
# wide one at least.
_BOTH, _SHARED = 0.5, 0.5
_BESIDE = 0.9  # from a text, up to which ink is a part of it


def boxes_to_read(sheet: Sheet, rulings: Floats) -> tuple[Floats, Floats]:
    """The boxes (n × 4, pixels) of the pieces of text on a page, and the paper (n × 2, pixels) that stands
    above and below each in place of the ends of other lines."""
    boxes = cut_at(sheet.boxes, rulings, sheet.height)
    dark = are_dark(sheet.image)
    own = parted(boxes, dark)
    wider = widened(own, boxes, rulings, dark, sheet.height)
    return wider, np.abs(boxes - own)[:, [1, 3]]


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
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def parted(boxes: Floats, dark: Flags) -> Floats:
    """``boxes`` that do not overlap those of lines above or below: the two part where there is least ink."""
    found = boxes.copy()
    heights = boxes[:, 3] - boxes[:, 1]
    for upper, (x0, y0, x1, y1) in enumerate(boxes.tolist()):
        both = y1 - boxes[:, 1]
        below = (both > 0) & (both <= _BOTH * np.minimum(heights, y1 - y0))
        wide = np.minimum(x1, boxes[:, 2]) - np.maximum(x0, boxes[:, 0])
        below &= wide >= _SHARED * np.minimum(x1 - x0, boxes[:, 2] - boxes[:, 0])
        for lower in np.flatnonzero(below).tolist():
            top, bottom = round(boxes[lower, 1]), round(y1)
            left, right = round(max(x0, boxes[lower, 0])), round(min(x1, boxes[lower, 2]))
            if bottom <= top or right <= left:
                continue
            ink = dark[top:bottom, left:right].sum(axis=1)
            row = top + float(np.median(np.flatnonzero(ink == ink.min()))) + 0.5
            found[upper, 3], found[lower, 1] = min(found[upper, 3], row), max(found[lower, 1], row)
    return found


def widened(boxes: Floats, whole: Floats, rulings: Floats, dark: Flags, height: float) -> Floats:
    """``boxes`` with the ink beside them that detection left out: `一、` before a text, a stop after it.

    It is no farther from the text than a character is wide, and no ruling or other text is between.
    ``whole`` are the boxes before they were parted; single signs get the room of a line.
    """
    upright = rulings[rulings[:, 0] == rulings[:, 2]]
    near, inset = round(_BESIDE * height), _INSET * height
    dark = _outside(boxes, dark)
    wider = boxes.copy()
    for index, (x0, y0, x1, y1) in enumerate(boxes.tolist()):
        high = whole[index, 3] - whole[index, 1]
        if high >= TALL * (x1 - x0):
            continue
        level = (upright[:, 1] < y1) & (y0 < upright[:, 3])
        other = (boxes[:, 1] < (y0 + y1) / 2) & ((y0 + y1) / 2 < boxes[:, 3])
        sides = np.concatenate((upright[level, 0], boxes[other & (boxes[:, 2] <= x0 + inset), 2]))
        left = max([0.0, *(sides[sides <= x0 + inset] + inset)])
        sides = np.concatenate((upright[level, 0], boxes[other & (boxes[:, 0] >= x1 - inset), 0]))
        right = min([float(dark.shape[1]), *(sides[sides >= x1 - inset] - inset)])
        ink = np.asarray(dark[_rows(boxes[index], whole[index])].any(axis=0))
        before = np.flatnonzero(ink[round(left) : round(x0)][::-1])
        after = np.flatnonzero(ink[round(x1) : round(right)])
        wider[index, 0] = x0 - _reach(before, near)
        wider[index, 2] = x1 + _reach(after, near)
        if max(high, (x1 - x0) / _SIGNS) < _LOW * height:
            left, top, right, bottom = framed(wider[index], height, _MARGIN * height)
            is_cut = boxes[index] != whole[index]
            wider[index] = left, y0 if is_cut[1] else top, right, y1 if is_cut[3] else bottom
    return wider


def _outside(boxes: Floats, dark: Flags) -> Flags:
    """``dark`` without the ink in ``boxes``, and without what most of is there: a stroke may stand out."""
    inside = np.zeros_like(dark)
    for x0, y0, x1, y1 in boxes.round().astype(int).clip(0).tolist():
        inside[y0:y1, x0:x1] = True
    _, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=8)
    sizes = np.bincount(labels[dark], minlength=1)
    own = np.bincount(labels[dark & inside], minlength=len(sizes))
    return np.asarray(dark & ~inside & (own[labels] <= sizes[labels] / 2))


def _rows(box: Floats, whole: Floats) -> slice:
    """The rows of a box in which ink beside it is a part of its text: not its rims, if they are its own."""
    rim = (whole[3] - whole[1]) / 8
    return slice(round(max(box[1], whole[1] + rim)), round(min(box[3], whole[3] - rim)))


def _reach(ink: Ints, near: int) -> int:
    """How far ink goes on that is at distances ``ink`` from a text; a gap wider than ``near`` ends it."""
    if not len(ink):
        return 0
    gaps = np.flatnonzero(np.diff(ink, prepend=0) > near)
    end = int(ink[gaps[0] - 1]) if len(gaps) and gaps[0] else 0 if len(gaps) else int(ink[-1])
    return end + 3 if end else 0
