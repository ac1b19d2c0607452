"""The ruling lines of a scanned page, from its pixels.

A ruling is darker than what is on both sides of it, over a length that no stroke of a character has: so
lengths follow the height of the characters on the page. Strokes of neighbouring characters may make a line
too, but an uneven one, in a text, and from no ruling to another. Where a ruling is broken, it goes on between
the rulings that it crosses, as far as most of it is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from extract.content import Flags, Floats
from extract.recognise import Image

# Lengths are in heights of a character.
_THICKEST = 0.45
_SMOOTH = 0.3  # over which the darkness along a ruling is averaged
_STROKE = 1.15  # that no stroke of a character is long
_GAP_LEVEL, _GAP_UPRIGHT = 0.5, 0.3  # that is closed between strokes as long as that
_BREAK_LEVEL, _BREAK_UPRIGHT = 1.5, 0.9  # of a ruling outside of texts; no cell is so narrow, so low
_LENGTH_LEVEL, _LENGTH_UPRIGHT = 2.2, 1.15  # that a ruling is long at least
_DASHES = 0.3  # that dashes are apart at most
_TOUCH, _EXACTLY = 0.4, 0.15  # up to which a ruling ends at another
_BENT, _IN_LINE = 0.1, 0.2  # across, up to which pieces are of one ruling, stretches of one line
_COLUMN, _LINE = 3.0, 12.0  # of a vertical ruling of several rows, of a text that may look like a ruling
_LONG = 6.0  # from which a ruling need not end at others
_CONTRAST = 0.12  # of that between ink and paper, that a ruling has at least
_LEAST_CONTRAST = 10.0  # of 255
_GRAIN = 3.0  # times as dark as the grain of the paper, that it is at least
# Of its usual darkness, that a ruling has nearly everywhere: in a text, through the lines of one, at the edge
# of one.
_EVEN, _EVEN_THROUGH, _VERY_EVEN = 0.5, 0.8, 0.85
# Of that of horizontal rulings, that a vertical one near a text has at least, and any ruling; those of the
# back that show through have less.
_FAINT, _SHOWING = 0.5, 0.25
_BROKEN = 0.35  # of it, that strokes have not everywhere
_THERE = 0.35  # of a stretch between two crossings, from which a broken ruling goes on through it
_APART = 0.8  # that texts on both sides of a ruling are at least, lines of one text are not
_CROSSING = 4  # pixels at the ends of a ruling that others may cross
_THROUGH, _MOSTLY = 0.3, 0.6  # of a ruling, that runs through text at most; of strokes at least
_INSIDE, _NEAR = 0.15, 0.1  # of a line's height, that strokes are inside of it, or near its edge


@dataclass(frozen=True, slots=True, eq=False)
class _Ridges:
    """Of each pixel how much darker it is than what is on both sides of it, across one direction, and where
    it is ``crossed`` by what may be a ruling of the other one. What is below ``least`` is none."""

    darkness: Image
    crossed: Image
    least: float

    def along(self, across: float, start: float, end: float) -> Floats:
        """The darkness along a line, not a number where others cross it."""
        part = np.s_[max(round(across) - 2, 0) : round(across) + 3, max(round(start), 0) : round(end) + 1]
        profile = self.darkness[part].max(axis=0).astype(np.float64)
        profile[self.crossed[part].any(axis=0)] = np.nan
        return np.asarray(profile)

    def middle(self, top: float, left: float, width: float, thickness: float) -> float:
        """The middle across a line in a box: around where it is darkest, as texts may touch it."""
        part = np.s_[round(top) : round(top + thickness), round(left) : round(left + width)]
        clear = self.crossed[part].max(axis=0) == 0
        profile = self.darkness[part][:, clear].sum(axis=1, dtype=np.float64)
        peak = int(profile.argmax())
        near = np.arange(max(peak - 1, 0), min(peak + 2, len(profile)))
        return float(top + np.average(near, weights=profile[near] + 1e-6))


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

    def usual(self) -> Floats:
        """How dark each line is mostly."""
        return np.array([_usual(profile) for profile in self.darkness], dtype=np.float64)

    def are_broken(self) -> Flags:
        """Which lines are even where they are, and are in most places."""
        parts = [profile[profile >= _EVEN * _usual(profile)] for profile in self.darkness]
        there = np.array(
            [len(part) / max(1, len(whole)) for part, whole in zip(parts, self.darkness, strict=True)]
        )
        even = np.array([_evenness(part, part) for part in parts])
        return np.asarray((there >= _MOSTLY) & (even >= _EVEN_THROUGH))

    def meets(self, places: Floats, other: "_Lines", reach: float) -> Flags:
        """Which of the lines have an ``other`` one at their ``places``."""
        crosses = (other.start - reach <= self.across[:, None]) & (self.across[:, None] <= other.end + reach)
        return np.asarray((crosses & (abs(places[:, None] - other.across) <= reach)).any(axis=1))

    def in_text(self, texts: Floats, inset: Floats | float = 0.0) -> Floats:
        """The share of each line that is inside of ``texts`` (n × 4, along and across it), at least ``inset``
        (n) from their sides across it."""
        first, low, last, high = texts.T
        inside = (low + inset < self.across[:, None]) & (self.across[:, None] < high - inset)
        shared = np.minimum(self.end[:, None], last) - np.maximum(self.start[:, None], first)
        shared = np.where(inside, shared, 0).clip(0).sum(axis=1)
        return np.asarray(shared / np.maximum(self.end - self.start, 1))


def find_rulings(image: Image, height: float, texts: Floats) -> Floats:
    """Horizontal and vertical rulings of ``image`` (grey, deskewed), m × 4 in pixels, without thickness.

    ``height`` is that of the characters in pixels; ``texts`` (n × 4) are the boxes of lines of text. Where
    they make no cells, dashed ones are looked for.
    """
    found = _find_rulings(image, height, texts, 0.0)
    if _make_cells(found):
        return found
    dashed = _find_rulings(image, height, texts, _DASHES)
    return dashed if _make_cells(dashed) else found


def _make_cells(rulings: Floats) -> bool:
    """Whether there are rulings of both directions."""
    return len(np.unique(rulings[:, 1] == rulings[:, 3])) == 2


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
    levels = _Ridges(level_ridge, _widened(upright_mask, height).T, least)
    uprights = _Ridges(upright_ridge, _widened(level_mask, height).T, least)
    level = _dark_lines(level_mask, levels, height, texts)
    level = level.chosen(~_are_strokes(level, texts, height))
    level = _mended(level, levels, _BREAK_LEVEL * height, height, texts)
    upright = _dark_lines(upright_mask, uprights, height, turned)
    upright = _mended(upright, uprights, _BREAK_UPRIGHT * height, height, turned)
    level = level.chosen(~_are_loose(level, upright, height))
    level = level.chosen(level.usual() >= _SHOWING * _typical(level))
    upright = upright.chosen(_are_rulings(upright, level, turned, height))
    upright, level = _trimmed(upright, level, turned, height), _trimmed(level, upright, texts, height)
    upright = _continued(upright, level, uprights, height, turned)
    level = _continued(level, upright, levels, height, texts)
    upright = _continued(upright, level, uprights, height, turned)
    upright = _completed(upright, level, uprights, height, turned, both=True)
    level = _completed(level, upright, levels, height, texts, both=False)
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


def _dark_lines(mask: Image, ridges: _Ridges, height: float, texts: Floats) -> _Lines:
    """The horizontal lines of ``mask``; uneven ones in a text are left out."""
    thick, smooth = _odd(_THICKEST * height), _odd(_SMOOTH * height)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = stats[1:].astype(np.float64)
    found = found[found[:, 3] <= thick + 2 + 0.02 * found[:, 2]]
    left, top, width, thickness = found[:, :4].T
    y = np.array([ridges.middle(*box) for box in zip(top, left, width, thickness, strict=True)])
    reach = np.minimum(smooth // 2, width / 4)  # the average makes both ends longer
    lines = _with_darkness(y, left + reach, left + width - reach, ridges)
    return lines.chosen((lines.evenness() >= _EVEN) | (lines.in_text(texts) <= _THROUGH) & lines.are_broken())


def _with_darkness(across: Floats, start: Floats, end: Floats, ridges: _Ridges) -> _Lines:
    darkness = [ridges.along(*line) for line in zip(across, start, end, strict=True)]
    return _Lines(across, start, end, darkness)


def _evenness(part: Floats, whole: Floats) -> float:
    """How dark a ``part`` of a line is where it is faintest, by how dark the ``whole`` is mostly. Its ends,
    and where others cross it, are left out."""
    inner = part[_CROSSING:-_CROSSING] if len(part) > 4 * _CROSSING else part
    inner, whole = inner[~np.isnan(inner)], whole[~np.isnan(whole)]
    return float(np.percentile(inner, 10) / max(_usual(whole), 1.0)) if len(inner) else 1.0


def _usual(profile: Floats) -> float:
    """How dark a line is mostly; 0 where others cross it everywhere."""
    profile = profile[~np.isnan(profile)]
    return float(np.median(profile)) if len(profile) else 0.0


def _mended(lines: _Lines, ridges: _Ridges, gap: float, height: float, texts: Floats) -> _Lines:
    """``lines`` with those together that are in one line, no farther apart than ``gap`` and not parted by
    ``texts``."""
    first, low, last, high = texts.T
    pieces: list[list[float]] = []
    for y, left, right in sorted(zip(lines.across, lines.start, lines.end, strict=True), key=lambda x: x[1]):
        near = [
            piece
            for piece in pieces
            if abs(piece[0] - y) <= _BENT * height and -_CROSSING <= left - piece[2] <= gap
        ]
        if near:
            piece = min(near, key=lambda piece: abs(piece[0] - y))
            is_text = (low < y) & (y < high) & (first < left) & (piece[2] < last)
            if not is_text.any():
                piece[0] += (y - piece[0]) * (right - left) / max(right - piece[1], 1)
                piece[2] = right
                continue
        pieces.append([y, left, right])
    mended = np.array(pieces, dtype=np.float64).reshape(-1, 3)
    return _with_darkness(mended[:, 0], mended[:, 1], mended[:, 2], ridges)


def _in_one_line(lines: _Lines, height: float) -> Iterator[list[int]]:
    """The numbers of ``lines`` that are in one line with each other, from start to end."""
    order = np.argsort(lines.across, kind="stable")
    parts = np.flatnonzero(np.diff(lines.across[order]) > _IN_LINE * height) + 1
    for part in np.split(order, parts):
        if len(part):
            yield sorted(part.tolist(), key=lambda index: lines.start[index])


def _are_strokes(level: _Lines, texts: Floats, height: float) -> Flags:
    """Which horizontal lines lie inside a line of text, or are uneven and at its edge."""
    left, top, right, bottom = texts.T
    reach, margin = _TOUCH * height, _NEAR * (bottom - top)
    y = level.across[:, None]
    spanned = (left - reach < level.start[:, None]) & (level.end[:, None] < right + reach)
    at_edge = (spanned & (top - margin < y) & (y < bottom + margin)).any(axis=1)
    inside = level.in_text(texts, _INSIDE * (bottom - top)) >= _MOSTLY
    return np.asarray(inside | (at_edge & (level.evenness() < _VERY_EVEN)))


def _are_loose(level: _Lines, upright: _Lines, height: float) -> Flags:
    """Which horizontal lines are short, uneven and at no end near a vertical one that is longer than strokes:
    they are strokes of a text that detection overlooked."""
    reach = _TOUCH * height
    sides = upright.chosen(upright.end - upright.start >= _COLUMN * height)
    joined = level.meets(level.start, sides, reach) | level.meets(level.end, sides, reach)
    return ~joined & (level.end - level.start < _LINE * height) & (level.evenness() < _VERY_EVEN)


def _are_rulings(upright: _Lines, level: _Lines, texts: Floats, height: float) -> Flags:
    """Which vertical lines are no strokes: they start and end at another ruling, or do one of it and are
    longer than strokes, and no text is near; or they go from one to another exactly or are long, are no
    fainter than others, and even or through hardly any text."""

    def meets(reach: float) -> tuple[Flags, Flags]:
        return upright.meets(upright.start, level, reach), upright.meets(upright.end, level, reach)

    reach = _TOUCH * height
    length = upright.end - upright.start
    starts, ends = meets(reach)
    joined = ((starts & ends) | ((starts | ends) & (length >= _COLUMN * height))) & (
        upright.in_text(texts) <= _THROUGH
    )
    long = length >= _LONG * height
    is_ruling = (upright.in_text(texts, reach) <= _THROUGH) | (upright.evenness() >= _EVEN_THROUGH)
    is_ruling &= upright.usual() >= _FAINT * _typical(level)
    kept = joined | ((np.logical_and(*meets(_EXACTLY * height)) | long) & is_ruling)
    return np.asarray(kept & (upright.usual() >= _SHOWING * _typical(level)))


def _typical(level: _Lines) -> float:
    """How dark rulings are mostly, on half of their length."""
    order = np.argsort(level.usual())
    lengths = np.cumsum((level.end - level.start)[order])
    return float(level.usual()[order][np.searchsorted(lengths, lengths[-1] / 2)]) if len(order) else 0.0


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
        crossed = _crossed(others, across, start[index] + reach, end[index] - reach, reach)
        if not len(crossed):
            continue
        first, last = crossed.min(), crossed.max()
        before, after = profile[: round(first - start[index])], profile[round(last - start[index]) :]
        if is_stroke(before, profile, (start[index] + first) / 2, across):
            start[index] = first
        if is_stroke(after, profile, (last + end[index]) / 2, across):
            end[index] = last
    return _Lines(lines.across, start, end, lines.darkness)


def _crossed(others: _Lines, across: float, start: float, end: float, reach: float) -> Floats:
    """Where a line crosses ``others`` between ``start`` and ``end``."""
    places = others.across[(others.start - reach <= across) & (across <= others.end + reach)]
    return np.sort(places[(start < places) & (places < end)])


class _Stretch(NamedTuple):
    """A line between two crossings with others, or from one to where the page cuts the table: where it is
    across, start and end, how dark the line is nearest to it, and whether it goes all through."""

    across: float
    start: float
    end: float
    darkness: float
    is_drawn: bool


def _stretches(lines: _Lines, others: _Lines, height: float) -> Iterator[_Stretch]:
    """The stretches of each line between all ``others`` that it crosses or would cross."""
    reach, near = _TOUCH * height, _BENT * height
    extent = [float(lines.start.min()), float(lines.end.max())] if len(lines.start) else []
    for row in _in_one_line(lines, height):
        across = float(np.average(lines.across[row], weights=lines.end[row] - lines.start[row]))
        places = [*extent, *_crossed(others, across, -np.inf, np.inf, reach).tolist()]
        for start, end in pairwise(sorted(places)):
            if end - start > 2 * reach:
                nearest = min(row, key=lambda index: max(lines.start[index] - start, end - lines.end[index]))
                through = (lines.start[row] <= start + near) & (end - near <= lines.end[row])
                darkness = _usual(lines.darkness[nearest])
                yield _Stretch(float(lines.across[nearest]), start, end, darkness, bool(through.any()))


def _continued(lines: _Lines, others: _Lines, ridges: _Ridges, height: float, texts: Floats) -> _Lines:
    """``lines`` that go on from crossing to crossing with ``others``, as far as most of a stretch is there;
    what is in a text does not tell."""
    added = [
        stretch
        for stretch in _stretches(lines, others, height)
        if not stretch.is_drawn and _is_there(stretch, ridges, texts, _TOUCH * height)
    ]
    return _with(lines, added, ridges)


def _is_there(stretch: _Stretch, ridges: _Ridges, texts: Floats, reach: float) -> bool:
    """Whether most of a stretch is about as dark as its line, as far as no text hides it."""
    left = stretch.start + reach / 2
    profile = ridges.along(stretch.across, left, stretch.end - reach / 2)
    for first, low, last, high in texts.tolist():
        if low < stretch.across < high:
            profile[max(0, round(first - left)) : max(0, round(last - left) + 1)] = np.nan
    profile = profile[~np.isnan(profile)]
    if len(profile) < max(reach, _THROUGH * (stretch.end - stretch.start)):
        return False
    return bool((profile >= max(ridges.least, _EVEN * stretch.darkness)).mean() >= _THERE)


def _completed(
    lines: _Lines, others: _Lines, ridges: _Ridges, height: float, texts: Floats, both: bool
) -> _Lines:
    """``lines`` that go on between two texts that nothing else parts, if they do so before and after; unless
    ``both``, on one side of it."""
    stretches = list(_stretches(lines, others, height))
    added = []
    for number, stretch in enumerate(stretches):
        before, after = stretches[max(number - 1, 0)], stretches[min(number + 1, len(stretches) - 1)]
        sides = (
            before.is_drawn and before.end == stretch.start,
            after.is_drawn and after.start == stretch.end,
        )
        goes_on = all(sides) if both else any(sides)
        if goes_on and not stretch.is_drawn and _parts(stretch, lines, texts, height):
            added.append(stretch)
    return _with(lines, added, ridges)


def _with(lines: _Lines, added: Sequence[_Stretch], ridges: _Ridges) -> _Lines:
    if not added:
        return lines
    new = np.array([stretch[:3] for stretch in added], dtype=np.float64)
    old = np.column_stack((lines.across, lines.start, lines.end))
    across, start, end = np.concatenate((old, new)).T
    return _with_darkness(across, start, end, ridges)


def _parts(stretch: _Stretch, lines: _Lines, texts: Floats, height: float) -> bool:
    """Whether there are texts on both sides of a stretch, farther apart than those of one text, with no other
    one of ``lines`` between them."""
    across, start, end = stretch[:3]
    reach = _TOUCH * height
    shared = np.minimum(lines.end, end) - np.maximum(lines.start, start)
    beside = lines.across[shared >= _THERE * (end - start)]
    _, low, _, high = texts[(texts[:, 0] < end - reach) & (start + reach < texts[:, 2])].T
    margin = _INSIDE * (high - low)  # boxes are larger than their texts
    low, high = low + margin, high - margin
    if ((low < across) & (across < high)).any():
        return False
    before, after = high[high <= across], low[low >= across]
    if not len(before) or not len(after):
        return False
    near, far = before.max(), after.min()
    other = (near < beside) & (beside < far) & (abs(beside - across) > reach)
    return bool(far - near >= _APART * height and not other.any())


def _odd(length: float) -> int:
    """A number of pixels that has a middle."""
    return max(3, int(length) // 2 * 2 + 1)
