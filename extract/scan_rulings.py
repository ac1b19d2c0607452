"""The ruling lines of a scanned page, from its pixels.

A ruling is darker than what is on both sides of it, over a length that no stroke of a character has: so
lengths follow the height of the characters on the page. Strokes of neighbouring characters may make a line
too, but an uneven one, in a text, and from no ruling to another. Where a ruling is broken, it goes on between
the rulings that it crosses, as far as most of it is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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
_LENGTH_LEVEL, _LENGTH_UPRIGHT = 2.2, 1.35  # that a ruling is long at least
_TOUCH = 0.4  # up to which a ruling ends at another
_BENT, _IN_LINE = 0.1, 0.2  # across, up to which pieces are of one ruling, stretches of one line
_LONG = 6.0  # from which a ruling need not end at others
_CONTRAST = 0.12  # of that between ink and paper, that a ruling has at least
_LEAST_CONTRAST = 10.0  # of 255
# Of its usual darkness, that a ruling has nearly everywhere: in a text, through the lines of one, at the edge
# of one.
_EVEN, _EVEN_THROUGH, _VERY_EVEN = 0.5, 0.8, 0.85
_BROKEN = 0.35  # of it, that strokes have not everywhere
_THERE = 0.35  # of a stretch between two crossings, from which a broken ruling goes on through it
_APART = 0.8  # that texts on both sides of a ruling are at least, lines of one text are not
_CROSSING = 4  # pixels at the ends of a ruling that others may cross
_THROUGH = 0.3  # of a ruling, that runs through text
_INSIDE, _NEAR = 0.15, -0.1  # of a line's height, that strokes which look like a ruling are inside of it


@dataclass(frozen=True, slots=True, eq=False)
class _Ridges:
    """Of each pixel how much darker it is than what is on both sides of it, across one direction, where that
    is ``dark`` enough for a ruling, and where it is ``crossed`` by what may be a ruling of the other one."""

    darkness: Image
    dark: Image
    crossed: Image

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

    def share(self, across: float, start: float, end: float) -> float:
        """The share of a line that is dark, where nothing crosses it; 1 where something does everywhere."""
        part = np.s_[max(round(across) - 2, 0) : round(across) + 3, max(round(start), 0) : round(end) + 1]
        clear = self.crossed[part].max(axis=0) == 0
        return float(self.dark[part].max(axis=0)[clear].mean()) if clear.any() else 1.0


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

    def in_text(self, texts: Floats, inset: float = 0.0) -> Floats:
        """The share of each line that is inside of ``texts`` (n × 4, along and across it), at least ``inset``
        from their sides across it."""
        first, low, last, high = texts.T
        inside = (low + inset < self.across[:, None]) & (self.across[:, None] < high - inset)
        shared = np.minimum(self.end[:, None], last) - np.maximum(self.start[:, None], first)
        shared = np.where(inside, shared, 0).clip(0).sum(axis=1)
        return np.asarray(shared / np.maximum(self.end - self.start, 1))


def find_rulings(image: Image, height: float, texts: Floats) -> Floats:
    """Horizontal and vertical rulings of ``image`` (grey, deskewed), m × 4 in pixels, without thickness.

    ``height`` is that of the characters in pixels; ``texts`` (n × 4) are the boxes of lines of text.
    """
    contrast = float(np.percentile(image, 60)) - float(np.percentile(image, 1))
    least = max(_LEAST_CONTRAST, _CONTRAST * contrast)
    turned = texts[:, [1, 0, 3, 2]]
    levels = _ridges(image, height, least)
    uprights = _ridges(np.ascontiguousarray(image.T), height, least)
    level_mask = _long(levels.dark, height, _GAP_LEVEL, _LENGTH_LEVEL)
    upright_mask = _long(uprights.dark, height, _GAP_UPRIGHT, _LENGTH_UPRIGHT)
    levels = replace(levels, crossed=_widened(upright_mask, height).T)
    uprights = replace(uprights, crossed=_widened(level_mask, height).T)
    level = _dark_lines(level_mask, levels, height, texts)
    level = _mended(level, levels, _BREAK_LEVEL * height, height, texts)
    level = level.chosen(~_are_strokes(level, texts, height))
    upright = _dark_lines(upright_mask, uprights, height, turned)
    upright = _mended(upright, uprights, _BREAK_UPRIGHT * height, height, turned)
    upright = upright.chosen(_are_rulings(upright, level, turned, height))
    upright, level = _trimmed(upright, level, turned, height), _trimmed(level, upright, texts, height)
    upright = _continued(upright, level, uprights, height, turned)
    level = _continued(level, upright, levels, height, texts)
    upright = _continued(upright, level, uprights, height, turned)
    upright = _completed(upright, level, uprights, height, turned)
    return np.concatenate(
        (
            np.column_stack((level.start, level.across, level.end, level.across)),
            np.column_stack((upright.across, upright.start, upright.across, upright.end)),
        )
    )


def _ridges(image: Image, height: float, contrast: float) -> _Ridges:
    """What is darker than above and below in ``image``."""
    along = cv2.blur(image, (_odd(_SMOOTH * height), 1))
    ridge = cv2.morphologyEx(along, cv2.MORPH_BLACKHAT, np.ones((_odd(_THICKEST * height), 1), np.uint8))
    dark: Image = (ridge >= contrast).astype(np.uint8)
    dark = cv2.dilate(dark, np.ones((3, 1), np.uint8))  # a line that is bent a little climbs pixel by pixel
    return _Ridges(np.asarray(ridge), np.asarray(dark), np.zeros_like(dark))


def _long(dark: Image, height: float, gap: float, length: float) -> Image:
    """What is ``dark`` over a ``length``, gaps left out."""
    for operation, size in (
        (cv2.MORPH_OPEN, _STROKE),
        (cv2.MORPH_CLOSE, gap),
        (cv2.MORPH_OPEN, length),
    ):
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
    is_clear = lines.in_text(texts) <= _THROUGH
    return lines.chosen(is_clear | (lines.evenness() >= _EVEN))


def _with_darkness(across: Floats, start: Floats, end: Floats, ridges: _Ridges) -> _Lines:
    darkness = [ridges.along(*line) for line in zip(across, start, end, strict=True)]
    return _Lines(across, start, end, darkness)


def _evenness(part: Floats, whole: Floats) -> float:
    """How dark a ``part`` of a line is where it is faintest, by how dark the ``whole`` is mostly. Its ends,
    and where others cross it, are left out."""
    inner = part[_CROSSING:-_CROSSING] if len(part) > 4 * _CROSSING else part
    inner, whole = inner[~np.isnan(inner)], whole[~np.isnan(whole)]
    return float(np.percentile(inner, 10) / max(np.median(whole), 1.0)) if len(inner) else 1.0


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
    reach = _TOUCH * height
    y = level.across[:, None]
    spanned = (left - reach < level.start[:, None]) & (level.end[:, None] < right + reach)

    def within(inset: float) -> Flags:
        margin = inset * (bottom - top)
        return np.asarray((spanned & (top + margin < y) & (y < bottom - margin)).any(axis=1))

    return within(_INSIDE) | (within(_NEAR) & (level.evenness() < _VERY_EVEN))


def _are_rulings(upright: _Lines, level: _Lines, texts: Floats, height: float) -> Flags:
    """Which vertical lines are no strokes: they go from one ruling to another or are long, and run through
    hardly any text or are even; or they start or end at a ruling, and no text is near."""
    reach = _TOUCH * height
    starts, ends = upright.meets(upright.start, level, reach), upright.meets(upright.end, level, reach)
    long = upright.end - upright.start >= _LONG * height
    is_clear = upright.in_text(texts, reach) <= _THROUGH
    is_even = upright.evenness() >= _EVEN_THROUGH
    kept: Flags = ((starts & ends) | long) & (is_clear | is_even)
    return kept | ((starts | ends) & (upright.in_text(texts) <= _THROUGH))


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


def _continued(lines: _Lines, others: _Lines, ridges: _Ridges, height: float, texts: Floats) -> _Lines:
    """``lines`` that go on from crossing to crossing with ``others``, as far as most of a stretch is there;
    what is in a text does not tell."""
    reach = _TOUCH * height
    added = [
        (y, left, right)
        for y, left, right, is_drawn in _stretches(lines, others, height)
        if not is_drawn and _is_there(ridges, y, left, right, texts, reach)
    ]
    return _with(lines, added, ridges)


def _completed(lines: _Lines, others: _Lines, ridges: _Ridges, height: float, texts: Floats) -> _Lines:
    """Vertical ``lines`` that go on through a row between two texts of it that nothing else parts, if they
    do so above and below."""
    stretches = list(_stretches(lines, others, height))
    added = [
        (y, left, right)
        for (before, middle, after) in zip(stretches, stretches[1:], stretches[2:], strict=False)
        if not middle[3] and before[3] and after[3] and before[2] == middle[1] and middle[2] == after[1]
        for y, left, right, _ in (middle,)
        if _parts(lines, y, left, right, texts, height)
    ]
    return _with(lines, added, ridges)


def _stretches(lines: _Lines, others: _Lines, height: float) -> Iterator[tuple[float, float, float, bool]]:
    """Of each line the stretches between two of the ``others`` that it crosses or would cross, or from there
    to where the page cuts the table: where they are, start and end, and whether the line goes all through."""
    reach = _TOUCH * height
    extent = [float(lines.start.min()), float(lines.end.max())] if len(lines.start) else []
    for row in _in_one_line(lines, height):
        across = float(np.average(lines.across[row], weights=lines.end[row] - lines.start[row]))
        places = [*extent, *_crossed(others, across, -np.inf, np.inf, reach).tolist()]
        for left, right in pairwise(sorted(places)):
            if right - left > 2 * reach:
                nearest = min(row, key=lambda index: max(lines.start[index] - left, right - lines.end[index]))
                through = (lines.start[row] <= left + reach) & (right - reach <= lines.end[row])
                yield float(lines.across[nearest]), left, right, bool(through.any())


def _with(lines: _Lines, added: Sequence[tuple[float, float, float]], ridges: _Ridges) -> _Lines:
    if not added:
        return lines
    across, start, end = np.concatenate(
        (np.column_stack((lines.across, lines.start, lines.end)), np.array(added, dtype=np.float64))
    ).T
    return _with_darkness(across, start, end, ridges)


def _parts(lines: _Lines, across: float, left: float, right: float, texts: Floats, height: float) -> bool:
    """Whether two texts between ``left`` and ``right`` are on both sides of a line, farther apart than those
    of one text, with no other one of ``lines`` between them."""
    reach = _TOUCH * height
    beside = lines.across[(lines.start <= left + reach) & (right - reach <= lines.end)]
    _, low, _, high = texts[(texts[:, 0] < right - reach) & (left + reach < texts[:, 2])].T
    if ((low < across) & (across < high)).any():
        return False
    before, after = high[high <= across], low[low >= across]
    if not len(before) or not len(after):
        return False
    near, far = before.max(), after.min()
    other = (near < beside) & (beside < far) & (abs(beside - across) > reach)
    return bool(far - near >= _APART * height and not other.any())


def _is_there(ridges: _Ridges, across: float, left: float, right: float, texts: Floats, reach: float) -> bool:
    """Whether most of a line between two crossings is dark, as far as no text hides it."""
    first, low, last, high = texts.T
    over = (low < across) & (across < high) & (first < right) & (left < last)
    sides = sorted(
        (max(start, left), min(end, right)) for start, end in zip(first[over], last[over], strict=True)
    )
    clear, at = [], left + reach / 2
    for start, end in [*sides, (right - reach / 2, right)]:
        if start > at:
            clear.append((at, start))
        at = max(at, end)
    lengths = [end - start for start, end in clear]
    if sum(lengths) < max(reach, _THROUGH * (right - left)):
        return False
    shares = [ridges.share(across, start, end) for start, end in clear]
    return float(np.average(shares, weights=lengths)) >= _THERE


def _odd(length: float) -> int:
    """A number of pixels that has a middle."""
    return max(3, int(length) // 2 * 2 + 1)
