"""What is drawn on a page: characters and rulings with their places, before any table is seen in them.

PDF and OFD pages become this first; grid.py finds their tables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Content:
    """The visible content of a page of ``width`` × ``height`` points, upright, from its top left.

    ``text`` holds one character for each row of ``boxes`` (n × 4: x0, top, x1, bottom); ``runs`` (n) numbers
    the text objects in the order of painting. ``rulings`` (m × 4) are horizontal and vertical segments,
    their thickness taken out: of a horizontal one top equals bottom, of a vertical one x0 equals x1.
    ``hidden`` are texts that are written on the page but cannot be seen whole (clipped away, off the page),
    each with the run that shows the rest of it (-1 where nothing is seen of it).
    """

    width: float
    height: float
    text: str
    boxes: Floats
    runs: Ints
    rulings: Floats
    hidden: tuple[tuple[int, str], ...] = ()
