"""Rulings as they are drawn (in pieces, dashed, twice) as whole ones, and those that touch as groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.content import Flags, Floats, Ints

_SAME_LINE = 0.8  # points between pieces of one ruling, across it
_GAP = 3.0  # points between them, along it: dots and dashes
_LEAST_LENGTH = 6.0  # points; what is shorter is no side of a cell
_TOUCH = 3.0  # points up to which the ends of two rulings touch
_FULL = 2.0  # times the height of its lines that a row may be high
_MOST_GROUPS = 300  # of one page, that are put together
_MOST_PAIRS = 4_000_000
"""Horizontal times vertical rulings of a page that are looked at; a hatched drawing has more."""

Segments = Floats
"""Rulings of one direction, k × 3: the position across it, the start and the end along it."""


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """Rulings that touch each other, from side to side."""

    horizontal: Segments
    vertical: Segments

    @property
    def is_open(self) -> bool:
        """Whether no ruling closes the left and the right side."""
        if not len(self.vertical):
            return True
        left, right = self.extent
        sides = self.vertical[:, 0]
        return bool(sides.min() > left + _TOUCH and sides.max() < right - _TOUCH)

    @property
    def extent(self) -> tuple[float, float]:
        """Where the horizontal rulings begin and end."""
        return float(self.horizontal[:, 1].min()), float(self.horizontal[:, 2].max())

    @property
    def height(self) -> tuple[float, float]:
        """The highest and the lowest of the horizontal rulings."""
        return float(self.horizontal[:, 0].min()), float(self.horizontal[:, 0].max())


def groups_of(rulings: Floats, boxes: Floats) -> list[Rulings] | None:
    """The groups of ``rulings`` (m × 4) that touch each other, each with rulings of both directions; None
    where there are more than any table has.

    Where the sides are open, nothing touches across a cell that goes through all columns. There groups of
    one width belong together, if the characters (in ``boxes``, n × 4) fill what is between them.
    """
    horizontal, vertical = _whole(rulings)
    if not len(horizontal) or not len(vertical):
        return []
    if len(horizontal) * len(vertical) > _MOST_PAIRS:
        return None
    labels_h, labels_v = _labels(_touching(horizontal, vertical))
    groups = [
        Rulings(horizontal[labels_h == label], vertical[labels_v == label])
        for label in np.unique(labels_v).tolist()
        if label < len(horizontal)
    ]
    taken = np.zeros(len(horizontal) + len(vertical), dtype=bool)
    taken[labels_v] = True
    lone = [Rulings(ruling[None], vertical[:0]) for ruling in horizontal[~taken[labels_h]]]
    return _with_wide_cells(groups, lone, boxes)


def _with_wide_cells(groups: list[Rulings], lone: list[Rulings], boxes: Floats) -> list[Rulings]:
    open_sided = [group for group in groups if group.is_open]
    if not open_sided or not 1 < len(open_sided) + len(lone) <= _MOST_GROUPS:
        return groups
    found = [group for group in groups if not group.is_open]
    below: list[Rulings] = []
    for group in sorted([*open_sided, *lone], key=lambda group: group.height):
        upper = next((other for other in reversed(below) if _is_as_wide(other, group)), None)
        if upper is not None and _goes_on(upper, group, boxes):
            below.remove(upper)
            group = Rulings(
                np.concatenate((upper.horizontal, group.horizontal)),
                np.concatenate((upper.vertical, group.vertical)),
            )
        below.append(group)
    return found + [group for group in below if len(group.vertical)]


def _is_as_wide(one: Rulings, other: Rulings) -> bool:
    """Whether two groups begin and end at the same places."""
    return all(abs(a - b) <= _TOUCH for a, b in zip(one.extent, other.extent, strict=True))


def _goes_on(upper: Rulings, lower: Rulings, boxes: Floats) -> bool:
    """Whether between two groups of one width is a row with one cell."""
    left, right = upper.extent
    top, bottom = upper.height[1], lower.height[0]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    between = boxes[
        (left < middles[:, 0]) & (middles[:, 0] < right) & (top < middles[:, 1]) & (middles[:, 1] < bottom)
    ]
    return bottom - top <= _FULL * _covered(between[:, 1], between[:, 3])


def _covered(starts: Floats, ends: Floats) -> float:
    """The length that stretches cover together."""
    order = np.argsort(starts)
    reached = np.maximum.accumulate(ends[order])
    gaps = np.maximum(starts[order][1:] - reached[:-1], 0)
    return float(reached[-1] - starts[order][0] - gaps.sum()) if len(starts) else 0.0


def _whole(rulings: Floats) -> tuple[Segments, Segments]:
    """Horizontal and vertical rulings, the pieces that lie in one line and touch as one; short ones left out.

    Dots are pieces of a horizontal and of a vertical one: those that found no neighbour exactly in line are
    gone before what is nearly in line is put together.
    """
    level = rulings[:, 1] == rulings[:, 3]
    across, start, end = np.where(level, rulings.T[[1, 0, 2]], rulings.T[[0, 1, 3]])
    pieces = np.column_stack((level, across, start, end))  # of both directions, as they need the same
    pieces = _joined(pieces, np.round(across, 1))
    pieces = pieces[pieces[:, 3] - pieces[:, 2] > _GAP]
    pieces = pieces[np.lexsort((pieces[:, 1], pieces[:, 0]))]
    pieces = _joined(pieces, np.cumsum(np.diff(pieces[:, 1], prepend=0) > _SAME_LINE))
    pieces = pieces[pieces[:, 3] - pieces[:, 2] >= _LEAST_LENGTH]
    return pieces[pieces[:, 0] == 1][:, 1:], pieces[pieces[:, 0] == 0][:, 1:]


def _joined(pieces: Floats, lines: NDArray[np.number]) -> Floats:
    """Those ``pieces`` (direction, position, start, end) of one line, by its number in ``lines``, that touch
    as one, at their mean position."""
    if not len(pieces):
        return pieces
    order = np.lexsort((pieces[:, 2], lines, pieces[:, 0]))
    pieces, lines = pieces[order], lines[order]
    directions, across, start, end = pieces.T
    news = (np.diff(lines, prepend=lines[0]) != 0) | (np.diff(directions, prepend=directions[0]) != 0)
    # Each line gets a stretch of the axis of its own, so that one running maximum serves all lines.
    offsets = np.cumsum(news) * (np.ptp(pieces[:, 2:]) + 2 * _GAP)
    reached = np.maximum.accumulate(end + offsets)
    first = np.flatnonzero(np.concatenate(([True], (start + offsets)[1:] > reached[:-1] + _GAP)))
    counts = np.diff(np.append(first, len(pieces)))
    middles = np.add.reduceat(across, first) / counts
    return np.column_stack((directions[first], middles, start[first], np.maximum.reduceat(end, first)))


def _touching(horizontal: Segments, vertical: Segments) -> Flags:
    y, x0, x1 = (column[:, None] for column in horizontal.T)
    x, y0, y1 = vertical.T
    across: Flags = (x0 - _TOUCH <= x) & (x <= x1 + _TOUCH)
    along: Flags = (y0 - _TOUCH <= y) & (y <= y1 + _TOUCH)
    return across & along


def _labels(touching: Flags) -> tuple[Ints, Ints]:
    """For each horizontal and each vertical ruling the number of its group."""
    one, other = np.nonzero(touching)
    other = other + len(touching)
    labels = np.arange(sum(touching.shape))
    while True:
        first, second = labels[one], labels[other]
        if (first == second).all():
            return labels[: len(touching)], labels[len(touching) :]
        np.minimum.at(labels, np.maximum(first, second), np.minimum(first, second))
        while (labels[labels] != labels).any():
            labels = labels[labels]
