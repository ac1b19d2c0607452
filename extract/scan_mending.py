"""Broken rulings of a scanned page: pieces of one line, and stretches from crossing to crossing.

Lengths are in heights of a character.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from extract.content import Flags, Floats
from extract.scan_lines import CROSSING, EVEN, Lines, Ridges, evenness, usual, with_darkness

TOUCH = 0.4  # up to which a ruling ends at another
THROUGH = 0.3  # of a ruling, that runs through text at most
INSIDE = 0.15  # of a line's height, that strokes are inside of it
_BENT, _IN_LINE = 0.1, 0.2  # across, up to which pieces are of one ruling, stretches of one line
_BROKEN = 0.35  # of a line's usual darkness, that strokes have not everywhere
_THERE = 0.35  # of a stretch between two crossings, from which a broken ruling goes on through it
_APART = 0.8  # that texts on both sides of a ruling are at least, lines of one text are not


def mended(lines: Lines, ridges: Ridges, gap: float, height: float, texts: Floats) -> Lines:
    """``lines`` with those together that are in one line, no farther apart than ``gap`` and not parted by
    ``texts``."""
    first, low, last, high = texts.T
    pieces: list[list[float]] = []
    for y, left, right in sorted(zip(lines.across, lines.start, lines.end, strict=True), key=lambda x: x[1]):
        near = [
            piece
            for piece in pieces
            if abs(piece[0] - y) <= _BENT * height and -CROSSING <= left - piece[2] <= gap
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
    return with_darkness(mended[:, 0], mended[:, 1], mended[:, 2], ridges)


def _in_one_line(lines: Lines, height: float) -> Iterator[list[int]]:
    """The numbers of ``lines`` that are in one line with each other, from start to end."""
    order = np.argsort(lines.across, kind="stable")
    parts = np.flatnonzero(np.diff(lines.across[order]) > _IN_LINE * height) + 1
    for part in np.split(order, parts):
        if len(part):
            yield sorted(part.tolist(), key=lambda index: lines.start[index])


def trimmed(lines: Lines, others: Lines, texts: Floats, height: float) -> Lines:
    """``lines`` without strokes of characters that make them longer, beyond the first or the last ruling that
    they cross: what is added is in a text, and less even where it is at its side.

    ``texts`` are boxes of text, those for vertical lines with x and y exchanged.
    """
    reach = TOUCH * height
    left, top, right, bottom = texts.T

    def is_stroke(part: Floats, whole: Floats, x: float, y: float) -> bool:
        along = (left < x) & (x < right)
        near, inside = ((top + inset < y) & (y < bottom - inset) for inset in (-reach, reach))
        is_uneven = evenness(part, whole) < _BROKEN
        return bool((along & inside).any() or ((along & near).any() and is_uneven))

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
    return Lines(lines.across, start, end, lines.darkness)


def _crossed(others: Lines, across: float, start: float, end: float, reach: float) -> Floats:
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


def _stretches(lines: Lines, others: Lines, height: float) -> Iterator[_Stretch]:
    """The stretches of each line between all ``others`` that it crosses or would cross."""
    reach, near = TOUCH * height, _BENT * height
    extent = [float(lines.start.min()), float(lines.end.max())] if len(lines.start) else []
    for row in _in_one_line(lines, height):
        across = float(np.average(lines.across[row], weights=lines.end[row] - lines.start[row]))
        places = [*extent, *_crossed(others, across, -np.inf, np.inf, reach).tolist()]
        for start, end in pairwise(sorted(places)):
            if end - start > 2 * reach:
                nearest = min(row, key=lambda index: max(lines.start[index] - start, end - lines.end[index]))
                through = (lines.start[row] <= start + near) & (end - near <= lines.end[row])
                darkness = usual(lines.darkness[nearest])
                yield _Stretch(float(lines.across[nearest]), start, end, darkness, bool(through.any()))


def continued(lines: Lines, others: Lines, ridges: Ridges, height: float, texts: Floats) -> Lines:
    """``lines`` that go on from crossing to crossing with ``others``, as far as most of a stretch is there;
    what is in a text does not tell."""
    added = [
        stretch
        for stretch in _stretches(lines, others, height)
        if not stretch.is_drawn and _is_there(stretch, ridges, texts, TOUCH * height)
    ]
    return _with(lines, added, ridges)


def _is_there(stretch: _Stretch, ridges: Ridges, texts: Floats, reach: float) -> bool:
    """Whether most of a stretch is about as dark as its line, as far as no text hides it."""
    left = stretch.start + reach / 2
    profile = ridges.along(stretch.across, left, stretch.end - reach / 2)
    for first, low, last, high in texts.tolist():
        if low < stretch.across < high:
            profile[max(0, round(first - left)) : max(0, round(last - left) + 1)] = np.nan
    profile = profile[~np.isnan(profile)]
    if len(profile) < max(reach, THROUGH * (stretch.end - stretch.start)):
        return False
    return bool((profile >= max(ridges.least, EVEN * stretch.darkness)).mean() >= _THERE)


def completed(lines: Lines, others: Lines, ridges: Ridges, height: float, texts: Floats, both: bool) -> Lines:
    """``lines`` that go on between two texts of a table that nothing else parts, if they do so before and
    after; unless ``both``, on one side of it. Of several between the same two texts it is the darkest."""
    stretches = list(_stretches(lines, others, height))
    found: dict[tuple[float, ...], list[_Stretch]] = {}
    for number, stretch in enumerate(stretches):
        before, after = stretches[max(number - 1, 0)], stretches[min(number + 1, len(stretches) - 1)]
        sides = (
            before.is_drawn and before.end == stretch.start,
            after.is_drawn and after.start == stretch.end,
        )
        if stretch.is_drawn or not (all(sides) if both else any(sides)):
            continue
        ends = others.chosen(_are_ends(stretch, others, TOUCH * height))
        is_inside = _is_inside(stretch, ends, TOUCH * height)
        if is_inside and (parted := _parted(stretch, lines, _between(texts, ends), height)):
            found.setdefault(parted, []).append(stretch)

    def darkness(stretch: _Stretch) -> float:
        profile = ridges.along(*stretch[:3])
        return float(profile[~np.isnan(profile)].mean()) if not np.isnan(profile).all() else 0.0

    return _with(lines, [max(some, key=darkness) for some in found.values()], ridges)


def _are_ends(stretch: _Stretch, others: Lines, reach: float) -> Flags:
    """Which of ``others`` a stretch ends at."""
    return np.asarray(
        (abs(others.across - stretch.start) <= reach) | (abs(others.across - stretch.end) <= reach)
    )


def _is_inside(stretch: _Stretch, ends: Lines, reach: float) -> bool:
    """Whether a stretch is no side of the whole table: one of the lines that it ends at goes on beyond it."""
    return bool(((ends.start < stretch.across - reach) & (stretch.across + reach < ends.end)).any())


def _between(texts: Floats, ends: Lines) -> Floats:
    """Those of ``texts`` that are beside one of the lines which a stretch ends at, and not above or below the
    table."""
    middle = (texts[:, 1] + texts[:, 3])[:, None] / 2
    return texts[((ends.start <= middle) & (middle <= ends.end)).any(axis=1)]


def _with(lines: Lines, added: Sequence[_Stretch], ridges: Ridges) -> Lines:
    new = np.array([stretch[:3] for stretch in added], dtype=np.float64).reshape(-1, 3)
    return lines.with_more(with_darkness(new[:, 0], new[:, 1], new[:, 2], ridges))


def _parted(
    stretch: _Stretch, lines: Lines, texts: Floats, height: float
) -> tuple[float, float, float, float] | None:
    """Where a stretch parts two texts that are farther apart than those of one, and between which no other of
    ``lines`` is: its start and end, and where these texts end and begin."""
    across, start, end = stretch[:3]
    reach = TOUCH * height
    shared = np.minimum(lines.end, end) - np.maximum(lines.start, start)
    beside = lines.across[shared >= _THERE * (end - start)]
    first, low, last, high = texts[(texts[:, 0] < end - reach) & (start + reach < texts[:, 2])].T
    margin = INSIDE * np.minimum(high - low, last - first)  # boxes are larger than their texts
    low, high = low + margin, high - margin
    before, after = high[high <= across], low[low >= across]
    if ((low < across) & (across < high)).any() or not len(before) or not len(after):
        return None
    near, far = float(before.max()), float(after.min())
    other = (near < beside) & (beside < far) & (abs(beside - across) > reach)
    return None if far - near < _APART * height or other.any() else (start, end, near, far)
