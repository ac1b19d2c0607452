"""The ruling lines of a scanned page, from its pixels.

A ruling is darker than what is on both sides of it, over a length that no stroke of a character has: so
lengths follow the height of the characters on the page. Strokes of neighbouring characters may make a line
too, but an uneven one, in a text, and from no ruling to another. Where a ruling is broken, it goes on between
the rulings that it crosses, as far as most of it is there.
"""

import cv2
import numpy as np

from extract.content import Flags, Floats
from extract.recognise import Image
from extract.scan_lines import EVEN, EVEN_THROUGH, MOSTLY, Lines, Ridges, with_darkness
from extract.scan_mending import INSIDE, THROUGH, TOUCH, completed, continued, mended, trimmed

# Lengths are in heights of a character.
_THICKEST = 0.45
_SMOOTH = 0.3  # over which the darkness along a ruling is averaged
_STROKE = 1.15  # that no stroke of a character is long
_GAP_LEVEL, _GAP_UPRIGHT = 0.5, 0.3  # that is closed between strokes as long as that
_BREAK_LEVEL, _BREAK_UPRIGHT = 1.5, 0.9  # of a ruling outside of texts; no cell is so narrow, so low
_LENGTH_LEVEL, _LENGTH_UPRIGHT = 2.2, 1.15  # that a ruling is long at least
_DASHES = 0.3  # that dashes are apart at most
_GAPS, _SOME = 0.1, 0.2  # of a dashed ruling, that is between dashes; of all rulings, that are dashed
_EXACTLY = 0.15  # up to which a short ruling ends at others
_COLUMN, _LINE = 3.0, 12.0  # of a vertical ruling of several rows, of a text that may look like a ruling
_PART = 1.3  # of an uneven line, that is a ruling
_LONG = 6.0  # from which a ruling need not end at others
_CONTRAST = 0.12  # of that between ink and paper, that a ruling has at least
_LEAST_CONTRAST = 10.0  # of 255
_GRAIN = 3.0  # times as dark as the grain of the paper, that it is at least
_VERY_EVEN = 0.85  # of its usual darkness, that a ruling at the edge of a text has nearly everywhere
# Of that of horizontal rulings, that a vertical one near a text has at least, and any ruling; those of the
# back that show through have less.
_FAINT, _SHOWING = 0.5, 0.25
_NEAR = 0.1  # of a line's height, and of a character's, that strokes are near its edge


def find_rulings(image: Image, height: float, texts: Floats) -> Floats:
    """Horizontal and vertical rulings of ``image`` (grey, deskewed), m × 4 in pixels, without thickness.

    ``height`` is that of the characters in pixels; ``texts`` (n × 4) are the boxes of lines of text.
    """
    dashed = _find_rulings(image, height, texts, _DASHES)
    if _make_cells(dashed) and _dashed_part(dashed, image, height) >= _SOME:
        return dashed
    return _find_rulings(image, height, texts, 0.0)


def _make_cells(rulings: Floats) -> bool:
    """Whether there are rulings of both directions."""
    return len(np.unique(rulings[:, 1] == rulings[:, 3])) == 2


def _dashed_part(rulings: Floats, image: Image, height: float) -> float:
    """The share of the length of ``rulings`` that is of dashed ones: gaps between dashes are light, and dark
    once they are closed."""
    turned = np.ascontiguousarray(image.T)
    upright = rulings[:, 0] == rulings[:, 2]
    lengths, dashed = 0.0, 0.0
    for picture, lines in ((image, rulings[~upright]), (turned, rulings[upright][:, [1, 0, 3, 2]])):
        open_ridge, closed_ridge = _ridge(picture, height, 0.0), _ridge(picture, height, _DASHES)
        for start, across, end, _ in lines.round().astype(int).tolist():
            part = np.s_[max(across - 2, 0) : across + 3, start:end]
            is_gap = open_ridge[part].max(axis=0) < EVEN * closed_ridge[part].max(axis=0)
            lengths += end - start
            dashed += (end - start) * float(is_gap.mean() >= _GAPS)
    return dashed / max(lengths, 1.0)


def _find_rulings(image: Image, height: float, texts: Floats, gap: float) -> Floats:
    """The rulings of ``image``, those with gaps taken for whole ones."""
    contrast = float(np.percentile(image, 60)) - float(np.percentile(image, 1))
    turned = texts[:, [1, 0, 3, 2]]
    level_ridge = _ridge(image, height, gap)
    upright_ridge = _ridge(np.ascontiguousarray(image.T), height, gap)
    grain = float(np.percentile(level_ridge, 60) + np.percentile(upright_ridge, 60)) / 2
    least = max(_LEAST_CONTRAST, _CONTRAST * contrast, _GRAIN * grain)
    level_mask = _long(level_ridge >= least, height, _GAP_LEVEL, _LENGTH_LEVEL)
    upright_mask = _long(upright_ridge >= least, height, _GAP_UPRIGHT, _LENGTH_UPRIGHT)
    levels = Ridges(level_ridge, _widened(upright_mask, height).T, least)
    uprights = Ridges(upright_ridge, _widened(level_mask, height).T, least)
    level = _dark_lines(level_mask, levels, height, texts)
    level = level.chosen(~_are_strokes(level, texts, height))
    level = mended(level, levels, _BREAK_LEVEL * height, height, texts)
    upright = _dark_lines(upright_mask, uprights, height, turned)
    upright = mended(upright, uprights, _BREAK_UPRIGHT * height, height, turned)
    level = level.chosen(~_are_loose(level, upright, height))
    level = level.chosen(level.usual() >= _SHOWING * _typical(level))
    upright = _rulings_of(upright, level, uprights, turned, height, solid=not gap)
    upright, level = trimmed(upright, level, turned, height), trimmed(level, upright, texts, height)
    upright = continued(upright, level, uprights, height, turned)
    level = continued(level, upright, levels, height, texts)
    upright = continued(upright, level, uprights, height, turned)
    upright = completed(upright, level, uprights, height, turned, both=True)
    level = completed(level, upright, levels, height, texts, both=False)
    return np.concatenate(
        (
            np.column_stack((level.start, level.across, level.end, level.across)),
            np.column_stack((upright.across, upright.start, upright.across, upright.end)),
        )
    )


def _ridge(image: Image, height: float, gap: float) -> Image:
    """How much darker each pixel of ``image`` is than what is above and below it, ``gap`` closed along it."""
    if gap:
        image = np.asarray(
            cv2.morphologyEx(image, cv2.MORPH_OPEN, np.ones((1, _odd(gap * height)), np.uint8))
        )
    along = cv2.blur(image, (_odd(_SMOOTH * height), 1))
    return np.asarray(cv2.morphologyEx(along, cv2.MORPH_BLACKHAT, np.ones((_odd(_THICKEST * height), 1))))


def _long(is_dark: Flags, height: float, gap: float, length: float) -> Image:
    """What is dark over a ``length``, gaps left out."""
    dark: Image = is_dark.astype(np.uint8)
    dark = cv2.dilate(dark, np.ones((3, 1), np.uint8))  # a line that is bent a little climbs pixel by pixel
    steps = ((cv2.MORPH_OPEN, _STROKE), (cv2.MORPH_CLOSE, gap), (cv2.MORPH_OPEN, length))
    for operation, size in steps:
        dark = np.asarray(cv2.morphologyEx(dark, operation, np.ones((1, _odd(size * height)), np.uint8)))
    return dark


def _widened(mask: Image, height: float) -> Image:
    """A mask of lines with what averaging along those that cross them makes of them."""
    return np.asarray(cv2.dilate(mask, np.ones((_odd(_SMOOTH * height) + 2, 1), np.uint8)))


def _dark_lines(mask: Image, ridges: Ridges, height: float, texts: Floats) -> Lines:
    """The horizontal lines of ``mask``; uneven ones in a text are left out, but for what is even of them from
    crossing to crossing: strokes of a text beside a ruling may make it longer."""
    thick, smooth = _odd(_THICKEST * height), _odd(_SMOOTH * height)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = stats[1:].astype(np.float64)
    found = found[found[:, 3] <= thick + 2 + 0.02 * found[:, 2]]
    left, top, width, thickness = found[:, :4].T
    y = np.array([ridges.middle(*box) for box in zip(top, left, width, thickness, strict=True)])
    reach = np.minimum(smooth // 2, width / 4)  # the average makes both ends longer
    lines = with_darkness(y, left + reach, left + width - reach, ridges)
    is_even = lines.evenness() >= EVEN
    is_even |= (lines.in_text(texts) <= THROUGH) & lines.are_broken()
    parts = lines.chosen(~is_even).between_crossings(ridges)
    parts = parts.chosen((parts.evenness() >= EVEN_THROUGH) & (parts.end - parts.start >= _PART * height))
    parts = parts.chosen(parts.in_text(texts) <= THROUGH)
    return lines.chosen(is_even).with_more(parts)


def _are_strokes(level: Lines, texts: Floats, height: float) -> Flags:
    """Which horizontal lines lie inside a line of text, or are uneven and at its edge."""
    left, top, right, bottom = texts.T
    across = np.minimum(bottom - top, right - left)  # some run down
    reach, margin = TOUCH * height, _NEAR * across
    y = level.across[:, None]
    spanned = (left - reach < level.start[:, None]) & (level.end[:, None] < right + reach)
    at_edge = (spanned & (top - margin < y) & (y < bottom + margin)).any(axis=1)
    inside = level.in_text(texts, INSIDE * across) >= MOSTLY
    return np.asarray(inside | (at_edge & (level.evenness() < _VERY_EVEN)))


def _are_loose(level: Lines, upright: Lines, height: float) -> Flags:
    """Which horizontal lines are short, uneven and at no end near a vertical one that is longer than strokes:
    they are strokes of a text that detection overlooked."""
    reach = TOUCH * height
    sides = upright.chosen(upright.end - upright.start >= _COLUMN * height)
    joined = level.meets(level.start, sides, reach) | level.meets(level.end, sides, reach)
    return ~joined & (level.end - level.start < _LINE * height) & (level.evenness() < _VERY_EVEN)


def _rulings_of(
    upright: Lines, level: Lines, ridges: Ridges, texts: Floats, height: float, solid: bool
) -> Lines:
    """The vertical lines that are no strokes, and what is none of the others: a stroke may make a ruling
    longer."""
    kept = _are_rulings(upright, level, texts, height, solid)
    parts = upright.chosen(~kept).between_crossings(ridges)
    parts = parts.chosen(
        (parts.end - parts.start >= _LENGTH_UPRIGHT * height) & (parts.in_text(texts) <= THROUGH)
    )
    parts = parts.chosen(_are_rulings(parts, level, texts, height, solid))
    return upright.chosen(kept).with_more(parts)


def _are_rulings(upright: Lines, level: Lines, texts: Floats, height: float, solid: bool) -> Flags:
    """Which vertical lines are no strokes: they start and end at another ruling, or do one of it and are
    longer than strokes, and no text is near; or they go from one to another exactly or are long, and are no
    fainter than others.

    Those through texts are even, which strokes are too unless lines are ``solid``; as rows may be so low that
    a stroke goes from ruling to ruling, it is not in text mostly but at its edge, or goes on from one that is
    not.
    """

    def meets(reach: float) -> tuple[Flags, Flags]:
        return upright.meets(upright.start, level, reach), upright.meets(upright.end, level, reach)

    reach = TOUCH * height
    length = upright.end - upright.start
    starts, ends = meets(reach)
    is_clear = upright.in_text(texts) <= THROUGH
    joined = is_clear & ((starts & ends) | ((starts | ends) & (length >= _COLUMN * height)))
    exact, long = np.logical_and(*meets(_EXACTLY * height)), length >= _LONG * height
    is_dark = upright.usual() >= _FAINT * _typical(level)
    inside = upright.in_text(texts, _NEAR * height)
    kept = joined | ((exact | long) & (inside <= THROUGH) & is_dark)
    through = upright.in_text(texts, reach if solid else _NEAR * height) <= THROUGH
    if solid:  # numbers that end at a ruling have it at the edge of their boxes, row by row
        kept |= exact & long & through & (upright.evenness() >= EVEN) & is_dark
        through |= upright.evenness() >= EVEN_THROUGH
    kept |= long & (inside <= MOSTLY) & through & is_dark
    goes_on = (abs(upright.across[:, None] - upright.across[kept]) <= _EXACTLY * height).any(axis=1)
    kept |= exact & goes_on & through & is_dark
    return np.asarray(kept & (upright.usual() >= _SHOWING * _typical(level)))


def _typical(level: Lines) -> float:
    """How dark rulings are mostly, on half of their length."""
    order = np.argsort(level.usual())
    lengths = np.cumsum((level.end - level.start)[order])
    return float(level.usual()[order][np.searchsorted(lengths, lengths[-1] / 2)]) if len(order) else 0.0


def _odd(length: float) -> int:
    """A number of pixels that has a middle."""
    return max(3, int(length) // 2 * 2 + 1)
