"""The ruling lines of a scanned page, from its pixels.

A ruling is darker than what is on both sides of it, over a length that no stroke of a character has: so
lengths follow the height of the characters on the page. Broken and faint lines are closed first. Strokes of
neighbouring characters may make a line too, but an uneven one, in a text and from no ruling to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extract.content import Flags, Floats
from extract.recognise import Image

# Lengths are in heights of a character.
_THICKEST = 0.45
_SMOOTH = 0.3  # over which the darkness along a ruling is averaged
_STROKE = 1.15  # that no stroke of a character is long
_GAP_LEVEL, _GAP_UPRIGHT = 0.5, 0.3  # that a broken ruling is closed over
_LENGTH_LEVEL, _LENGTH_UPRIGHT = 2.2, 1.35  # that a ruling is long at least
_TOUCH = 0.4  # up to which a ruling ends at another
_LONG = 6.0  # from which a ruling need not end at others
_CONTRAST = 0.12  # of that between ink and paper, that a ruling has at least
_LEAST_CONTRAST = 10.0  # of 255
# Of its usual darkness, that a ruling has nearly everywhere: a long and a short one, one through a text from
# ruling to ruling, another one through a text.
_EVEN, _EVEN_ALONE, _VERY_EVEN = 0.5, 0.75, 0.85
_BROKEN = 0.35  # of it, that strokes have not everywhere
_CROSSING = 4  # pixels at the ends of a ruling that others may cross
_THROUGH = 0.3  # of a ruling, that runs through text
_INSIDE, _NEAR = 0.15, -0.1  # of a line's height, that strokes which look like a ruling are inside of it


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Dark lines of one direction: of each the position across it, where it starts and ends, and how dark it
    is from pixel to pixel."""

    across: Floats
    start: Floats
    end: Floats
    darkness: Sequence[Floats]

    def chosen(self, kept: Flags) -> "_Lines":
        """Those of the lines that are ``kept``."""
        darkness = [profile for profile, is_kept in zip(self.darkness, kept, strict=True) if is_kept]
        return _Lines(self.across[kept], self.start[kept], self.end[kept], darkness)

    def evenness(self) -> Floats:
        """How dark each line is where it is faintest, but for a tenth of it, by how dark it is mostly."""
        return np.array([_evenness(profile, profile) for profile in self.darkness], dtype=np.float64)

    def meets(self, places: Floats, other: "_Lines", reach: float) -> Flags:
        """Which of the lines have an ``other`` one at their ``places``."""
        crosses = (other.start - reach <= self.across[:, None]) & (self.across[:, None] <= other.end + reach)
        return np.asarray((crosses & (abs(places[:, None] - other.across) <= reach)).any(axis=1))


def find_rulings(image: Image, height: float, texts: Floats) -> Floats:
    """Horizontal and vertical rulings of ``image`` (grey, deskewed), m × 4 in pixels, without thickness.

    ``height`` is that of the characters in pixels; ``texts`` (n × 4) are the boxes of lines of text.
    """
    contrast = float(np.percentile(image, 60)) - float(np.percentile(image, 1))
    least = max(_LEAST_CONTRAST, _CONTRAST * contrast)
    level = _dark_lines(image, height, least, _GAP_LEVEL, _LENGTH_LEVEL)
    level = level.chosen(~_are_strokes(level, texts, height))
    upright = _dark_lines(np.ascontiguousarray(image.T), height, least, _GAP_UPRIGHT, _LENGTH_UPRIGHT)
    upright = upright.chosen(_are_rulings(upright, level, texts, height))
    turned = texts[:, [1, 0, 3, 2]]
    upright, level = _trimmed(upright, level, turned, height), _trimmed(level, upright, texts, height)
    return np.concatenate(
        (
            np.column_stack((level.start, level.across, level.end, level.across)),
            np.column_stack((upright.across, upright.start, upright.across, upright.end)),
        )
    )


def _dark_lines(image: Image, height: float, contrast: float, gap: float, length: float) -> _Lines:
    """The horizontal dark lines of ``image``."""
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
    thin = found[:, 3] <= thick + 2 + 0.02 * found[:, 2]
    y: Floats = centres[1:, 1][thin].astype(np.float64)
    found = found[thin]
    left, width = found[:, 0], found[:, 2]
    reach = np.minimum(smooth // 2, width / 4)  # the average makes both ends longer
    start, end = left + reach, left + width - reach
    darkness = [
        ridge[max(round(row) - 2, 0) : round(row) + 3, round(first) : round(last) + 1].max(axis=0)
        for row, first, last in zip(y, start, end, strict=True)
    ]
    lines = _Lines(y, start, end, darkness)
    return lines.chosen(lines.evenness() >= _EVEN)


def _evenness(part: Floats, whole: Floats) -> float:
    """How dark a ``part`` of a line is where it is faintest, by how dark the ``whole`` is mostly. Its ends,
    where it may cross others, are left out."""
    inner = part[_CROSSING:-_CROSSING] if len(part) > 4 * _CROSSING else part
    return float(np.percentile(inner, 10) / max(np.median(whole), 1.0)) if len(inner) else 1.0


def _are_strokes(level: _Lines, texts: Floats, height: float) -> Flags:
    """Which horizontal lines lie inside a line of text, or are uneven and at its edge."""
    left, top, right, bottom = texts.T
    reach = _TOUCH * height
    y = level.across[:, None]
    spanned = (left - reach < level.start[:, None]) & (level.end[:, None] < right + reach)

    def within(inset: float) -> Flags:
        margin = inset * (bottom - top)
        return np.asarray((spanned & (top + margin < y) & (y < bottom - margin)).any(axis=1))

    return within(_INSIDE) | (within(_NEAR) & (level.evenness() < _VERY_EVEN))


def _are_rulings(upright: _Lines, level: _Lines, texts: Floats, height: float) -> Flags:
    """Which vertical lines are no strokes: they go from one ruling to another; they start or end at one and
    run through hardly any text; or they are long, and very even where they do."""
    reach = _TOUCH * height
    starts, ends = upright.meets(upright.start, level, reach), upright.meets(upright.end, level, reach)
    long = upright.end - upright.start >= _LONG * height
    left, top, right, bottom = texts.T
    x = upright.across[:, None]
    shared = np.minimum(upright.end[:, None], bottom) - np.maximum(upright.start[:, None], top)
    shared = np.where((left + reach < x) & (x < right - reach), shared, 0).clip(0)
    clear = shared.sum(axis=1) <= _THROUGH * (upright.end - upright.start)
    even = upright.evenness()
    joined = (starts & ends) | (long & (even >= _VERY_EVEN))
    kept: Flags = joined | (((starts | ends) & (even >= _EVEN_ALONE)) | long) & clear
    return kept


def _trimmed(lines: _Lines, others: _Lines, texts: Floats, height: float) -> _Lines:
    """``lines`` without strokes of characters that make them longer, beyond the first or the last ruling that
    they cross: what is added is less even, and in a text.

    ``texts`` are boxes of text, those for vertical lines with x and y exchanged.
    """
    reach = _TOUCH * height
    left, top, right, bottom = texts.T

    def is_stroke(part: Floats, whole: Floats, x: float, y: float) -> bool:
        in_text = (left < x) & (x < right) & (top - reach < y) & (y < bottom + reach)
        return bool(in_text.any()) and _evenness(part, whole) < _BROKEN

    start, end = lines.start.copy(), lines.end.copy()
    for index, (across, profile) in enumerate(zip(lines.across, lines.darkness, strict=True)):
        crossed = others.across[(others.start - reach <= across) & (across <= others.end + reach)]
        crossed = crossed[(start[index] + reach < crossed) & (crossed < end[index] - reach)]
        if not len(crossed):
            continue
        first, last = crossed.min(), crossed.max()
        before, after = profile[: round(first - start[index])], profile[round(last - start[index]) :]
        if is_stroke(before, profile, (start[index] + first) / 2, across):
            start[index] = first
        if is_stroke(after, profile, (last + end[index]) / 2, across):
            end[index] = last
    return _Lines(lines.across, start, end, lines.darkness)


def _odd(length: float) -> int:
    """A number of pixels that has a middle."""
    return max(3, int(length) // 2 * 2 + 1)
