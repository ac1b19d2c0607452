"""The ruling lines of a scanned page, from its pixels.

A ruling is darker than what is on both sides of it, over a length that no stroke of a character has: so
lengths follow the height of the characters on the page. Broken and faint lines are closed first.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from extract.content import Flags, Floats
from extract.recognise import Image

_THICKEST = 0.45  # of a character's height, that a ruling may be thick
_SMOOTH = 0.3  # of it, over which the darkness along a ruling is averaged
_GAP_LEVEL, _GAP_UPRIGHT = 0.5, 0.3  # of it, that a broken ruling is closed over
_LENGTH_LEVEL, _LENGTH_UPRIGHT = 2.2, 1.35  # of it, that a ruling is long at least
_STROKE = 1.15  # of it, that no stroke of a character is long
_CONTRAST = 0.12  # of that between ink and paper, that a ruling has at least
_LEAST_CONTRAST = 10.0  # of 255
_EVEN_LONG, _EVEN_SHORT = 0.5, 0.6  # of its usual darkness, that a ruling has nearly everywhere
_INSIDE = 0.15  # of a line's height, by which strokes that look like a ruling are inside of it
_TOUCH = 0.4  # of a character's height, up to which a ruling ends at another
_LONG = 6.0  # of it, from which a ruling is no stroke: an upright one need not end at others


def find_rulings(image: Image, height: float, texts: Floats) -> Floats:
    """Horizontal and vertical rulings of ``image`` (grey, deskewed), m × 4 in pixels, without thickness.

    ``height`` is that of the characters in pixels; ``texts`` (n × 4) are the boxes of lines of text, in which
    strokes of characters may look like one.
    """
    contrast = float(np.percentile(image, 60)) - float(np.percentile(image, 1))
    least = max(_LEAST_CONTRAST, _CONTRAST * contrast)
    level = _level(image, height, least, _GAP_LEVEL, _LENGTH_LEVEL)
    upright = _level(np.ascontiguousarray(image.T), height, least, _GAP_UPRIGHT, _LENGTH_UPRIGHT)
    level = level[~_are_strokes(level, texts, height)]
    upright = upright[:, [1, 0, 3, 2]]
    return np.concatenate((level, upright[_end_at(upright, level, texts, height)]))


def _are_strokes(level: Floats, texts: Floats, height: float) -> Flags:
    """Which horizontal rulings lie inside a line of text."""
    x0, y, x1 = (column[:, None] for column in level[:, :3].T)
    left, top, right, bottom = texts.T
    inset = _INSIDE * (bottom - top)
    reach = _TOUCH * height
    inside = (top + inset < y) & (y < bottom - inset) & (left - reach < x0) & (x1 < right + reach)
    return np.asarray(inside.any(axis=1))


def _end_at(upright: Floats, level: Floats, texts: Floats, height: float) -> Flags:
    """Which vertical rulings are long, or end at horizontal ones: at one end, where no text is crossed."""
    x, y0, _, y1 = (column[:, None] for column in upright.T)
    left, y, right = level[:, :3].T
    reach = _TOUCH * height
    crosses = (left - reach <= x) & (x <= right + reach)
    starts, ends = crosses & (abs(y0 - y) <= reach), crosses & (abs(y1 - y) <= reach)
    long: Flags = upright[:, 3] - upright[:, 1] >= _LONG * height
    starts, ends = starts.any(axis=1), ends.any(axis=1)
    kept: Flags = long | (starts & ends) | ((starts | ends) & ~_run_through(upright, texts, reach))
    return kept


def _run_through(upright: Floats, texts: Floats, inset: float) -> Flags:
    """Which vertical rulings run through a line of text."""
    x, y0, _, y1 = (column[:, None] for column in upright.T)
    left, top, right, bottom = texts.T
    middle = (top + bottom) / 2
    inside = (left + inset < x) & (x < right - inset) & (y0 < middle) & (middle < y1)
    return np.asarray(inside.any(axis=1))


def _level(image: Image, height: float, contrast: float, gap: float, length: float) -> Floats:
    """The horizontal rulings of ``image``, k × 4."""
    thick, smooth = _odd(_THICKEST * height), _odd(_SMOOTH * height)
    along = cv2.blur(image, (smooth, 1))
    ridge = cv2.morphologyEx(along, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    dark: Image = (ridge >= contrast).astype(np.uint8)
    dark = cv2.dilate(dark, np.ones((3, 1), np.uint8))  # a line that is bent a little climbs pixel by pixel
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, _odd(_STROKE * height)), np.uint8))
    dark = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, _odd(gap * height)), np.uint8))
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, _odd(length * height)), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found = stats[1:].astype(np.float64)
    left, width = found[:, 0], found[:, 2]
    y = centres[1:, 1]
    end = np.minimum(smooth // 2, width / 4)  # the average makes both ends longer
    lines: Floats = np.column_stack((left + end, y, left + width - end, y))
    even = np.array([_evenness(ridge, line, thick // 2) for line in lines.tolist()], dtype=np.float64)
    is_line = even >= np.where(width >= _LONG * height, _EVEN_LONG, _EVEN_SHORT)
    lines = lines[(found[:, 3] <= thick + 2 + 0.02 * width) & is_line]
    return lines


def _evenness(ridge: Image, line: Sequence[float], crossing: int) -> float:
    """How dark a line is where it is faintest (but for a tenth of it), by how dark it is for the most part;
    at its ends, where it may cross others, ``crossing`` pixels are left out."""
    x0, y, x1, _ = (round(place) for place in line)
    darkness = ridge[max(y - 2, 0) : y + 3, x0 + crossing : x1 + 1 - crossing].max(axis=0, initial=0)
    if not len(darkness):
        return 0.0
    faint, usual = np.percentile(darkness, (10, 50))
    return float(faint / max(usual, 1.0))


def _odd(length: float) -> int:
    """A number of pixels that has a middle."""
    return max(3, int(length) // 2 * 2 + 1)
