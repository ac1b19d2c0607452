"""What is drawn on a page: characters and rulings with their places, before any table is seen in them.

PDF and OFD pages become this first; grid.py finds their tables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LAST_BLANK = 0x3000
_IS_BLANK = np.array([chr(code).isspace() for code in range(_LAST_BLANK + 2)])


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """Characters (``text``, ``boxes`` n × 4, ``runs`` n) that are painted and cannot be seen, as ``clips``
    (n × 4), the boxes that clip them, leave them out."""

    text: str
    boxes: Floats
    runs: Ints
    clips: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """The visible content of a page of ``width`` × ``height`` points, upright, from its top left.

    ``text`` holds one character for each row of ``boxes`` (n × 4: x0, top, x1, bottom); from left to right a
    box is as wide as the character's advance, from top to bottom as high as its font, so that those of one
    line are level. ``runs`` (n) numbers the text objects in the order of painting. ``rulings`` (m × 4) are
    horizontal and vertical segments, their thickness taken out: of a horizontal one top equals bottom, of a
    vertical one x0 equals x1. ``hidden`` is what the page hides of texts that it clips. ``turns`` (n) are the
    quarter turns by which characters are turned to the left; without any all are upright.
    """

    width: float
    height: float
    text: str
    boxes: Floats
    runs: Ints
    rulings: Floats
    hidden: Hidden | None = None
    turns: Ints | None = None

    @property
    def codes(self) -> Ints:
        """The code points of ``text``."""
        return codes_of(self.text)


def codes_of(text: str) -> Ints:
    """The code points of ``text``."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)


def text_of(codes: Ints) -> str:
    """The text of code points."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def is_blank(codes: Ints) -> Flags:
    """Which code points are white space."""
    blank: Flags = _IS_BLANK[np.minimum(codes, _LAST_BLANK + 1)]
    return blank
