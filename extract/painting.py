"""What pages paint, in PDF and OFD alike: characters, rulings, areas and pictures, seen or not.

Places are in points from the top left of the page.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from extract.content import Flags, Floats, Ints
from extract.model import Box

UNREADABLE = 0xFFFD
"""What stands for a character of which the font does not say which one it is."""

_DOUBLED = 0.12  # of its size, by which a character that is printed twice may be off
_STRIPS = 1 << 20  # more than a page is cut into

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]


class Ruling(NamedTuple):
    """A horizontal or vertical segment, its number in the order of painting, and whether it is white."""

    box: Box
    number: int
    white: bool


@dataclass(slots=True)
class Painting:
    """What a page paints but for its text. ``areas`` are what is filled, with their numbers in
    the order of painting and whether they are white; ``covers`` are those with their numbers that hide what
    is below them; ``dpi`` are the pixels an inch of the largest of the pictures, 0 where that is
    unknown; ``shapes`` counts the paths that are no rulings."""

    rulings: list[Ruling] = field(default_factory=list)
    areas: list[tuple[Box, int, bool]] = field(default_factory=list)
    covers: list[tuple[Box, int]] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    dpi: float = 0.0
    shapes: int = 0

    def are_dark(self, points: Floats, numbers: Ints) -> Flags:
        """Whether something that is not white is painted at ``points`` (n × 2) before objects ``numbers``."""
        dark = np.zeros(len(points), dtype=bool)
        x, y = points.T
        for (left, top, right, bottom), number, is_white in self.areas if len(points) else ():
            covered = (number < numbers) & (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
            dark[covered] = not is_white
        return dark

    def are_covered(self, points: Floats, numbers: Ints) -> Flags:
        """Whether something that hides them is painted over ``points`` (n × 2) of objects ``numbers``."""
        covered = np.zeros(len(points), dtype=bool)
        x, y = points.T
        first = numbers.min(initial=self.covers[-1][1]) if self.covers else 0
        for (left, top, right, bottom), number in self.covers:
            if number > first:
                covered |= (number > numbers) & (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
        return covered


@dataclass(frozen=True, slots=True, eq=False)
class Characters:
    """Characters (n), whether they can be seen or not.

    ``boxes`` (n × 4) are as high as the fonts, ``clips`` (n × 4) what clips them; ``runs`` number the text
    objects in the order of painting; ``turns`` are quarter
    turns to the left, -1 where slanted; ``painted`` tells those in any colour, ``white`` those in white.
    """

    codes: Ints
    boxes: Floats
    turns: Ints
    runs: Ints
    painted: Flags
    white: Flags
    clips: Floats

    @property
    def centres(self) -> tuple[Floats, Floats]:
        """x and y of the middles of the boxes."""
        return (self.boxes[:, 0] + self.boxes[:, 2]) / 2, (self.boxes[:, 1] + self.boxes[:, 3]) / 2

    def doubled(self, kept: Ints) -> Flags:
        """Which of the characters ``kept`` another run prints once more at their place: faked bold."""
        doubled = np.zeros(len(kept), dtype=bool)
        if len(kept) < 2:
            return doubled
        codes, boxes, runs = self.codes[kept], self.boxes[kept], self.runs[kept]
        size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
        strip = 2 * _DOUBLED * max(float(size.mean()), 1.0)
        # Two that are at most half a strip apart are in one strip of one of two nets, neighbours by height.
        for shift in (0.0, 0.5):
            place = codes * _STRIPS + np.floor(boxes[:, 0] / strip + shift).astype(np.int64)
            order = np.lexsort((boxes[:, 1], place))
            one, other = order[:-1], order[1:]
            same = place[one] == place[other]
            one, other = one[same], other[same]
            near = np.abs(boxes[one] - boxes[other]).max(axis=1) <= _DOUBLED * size[one]
            pairs = near & (runs[one] != runs[other])
            doubled[np.maximum(one, other)[pairs]] = True
        return doubled


def times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that maps by ``one``, then by ``other``."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def mapped(box: Box, matrix: Matrix) -> Box:
    """The box around ``box`` as ``matrix`` maps it."""
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    ax, bx = a * x0 + c * y0 + e, a * x1 + c * y1 + e
    ay, by = b * x0 + d * y0 + f, b * x1 + d * y1 + f
    if (a and c) or (b and d):  # slanted: the other two corners stand out
        cx, dx = a * x0 + c * y1 + e, a * x1 + c * y0 + e
        cy, dy = b * x0 + d * y1 + f, b * x1 + d * y0 + f
        return min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy)
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def common(one: Box, other: Box) -> Box:
    """What two boxes have in common; turned inside out where that is nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def placed(boxes: Floats, matrix: Matrix) -> Floats:
    """``boxes`` (n × 4, two opposite corners) as ``matrix`` maps them, x0 and top first."""
    a, b, c, d, e, f = matrix
    x = a * boxes[:, [0, 2]] + c * boxes[:, [1, 3]] + e
    y = b * boxes[:, [0, 2]] + d * boxes[:, [1, 3]] + f
    return np.column_stack((x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)))
