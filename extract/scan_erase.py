"""Rulings taken out of a picture, so that what touches them is read as if they were not there."""

from itertools import pairwise

import numpy as np

from extract.content import Floats
from extract.recognise import Image

_THICKEST = 0.3  # heights of a character, to both sides of the middle of a ruling
_PART = 4.0  # heights of a character, over which a ruling is as thick and as straight as it is
_MOST = 65  # percent of a ruling's length that is dark where it is; texts that touch it are on less
_EDGE = 0.15  # of the darkness in its middle, that a ruling has at its edge
_SECOND = 0.6  # of it, that the other ruling of a double one has; texts close to it have less
_LEAST = 8  # of 255, that its edge is darker than the paper


def without_rulings(image: Image, rulings: Floats, height: float) -> Image:
    """``image`` (grey) with its ``rulings`` (m × 4) painted over, each as thick as it is and no more: texts
    stand close to them."""
    clean = image.copy()
    paper = float(np.percentile(image, 80))
    level = rulings[:, 1] == rulings[:, 3]
    for (x0, y0, x1, _), out, picture in [
        *((ruling, clean, image) for ruling in rulings[level].tolist()),
        *((ruling, clean.T, image.T) for ruling in rulings[~level][:, [1, 0, 3, 2]].tolist()),
    ]:
        steps = np.linspace(x0, x1 + 1, max(1, round((x1 - x0) / (_PART * height))) + 1)
        for start, end in pairwise(steps.round().astype(int).tolist()):
            _erase(picture, out, round(y0), max(start, 0), end, round(max(2, _THICKEST * height)), paper)
    return clean


def _erase(picture: Image, out: Image, across: int, start: int, end: int, reach: int, paper: float) -> None:
    """Paint over the part of a horizontal ruling of ``picture``, single or double, that is within ``reach``
    of ``across``."""
    top = max(across - reach, 0)
    darkness = paper - picture[top : across + reach + 1, start:end].astype(np.float64)
    near = darkness[max(across - 2, 0) - top : across + 3 - top]
    if not near.size:
        return
    drawn = near.max(axis=0) >= max(_LEAST, _EDGE * float(np.percentile(near.max(axis=0), _MOST)))
    if not drawn.any():
        return
    usual = np.percentile(darkness[:, drawn], 100 - _MOST, axis=1)
    middle = across - top
    shade = np.full(len(usual), usual[middle:].min())  # of the cell on each side, which may be a shaded one
    shade[:middle] = usual[: middle + 1].min()
    contrast = usual - shade
    is_ruling = contrast >= np.maximum(_LEAST, _EDGE * (usual.max() - shade))
    is_ruling[max(middle - 1, 0) : middle + 2] = True
    rows = np.flatnonzero(is_ruling)
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        if middle in run or contrast[run].max() >= _SECOND * contrast.max():
            out[top : across + reach + 1, start:end][run] = (paper - shade[run]).round()[:, None]
