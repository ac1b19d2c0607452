"""Texts for which a cell has no room: some producers print their last line over the lower side of the cell.

It stands outside of the table then, or at the top of the cell below.
"""

from collections.abc import Sequence

import numpy as np

from extract.content import Content, Ints, is_blank
from extract.faces import Grid
from extract.textlines import TextLine

FULL = 0.95
"""Confidence in the text of a cell with such a line, at most."""
_STRUCK = 0.25  # of a character's height, that is above a side which strikes it
_FOLLOWS, _APART = 0.6, 0.55  # of it, between a line and the next, and between two texts of a line
_INSIDE, _EDGE = 3.0, 1.0  # points from a side, where its cell is; by which the sides of two cells differ
_SAME_STEP, _MORE_STEP = 0.15, 1.3  # from line to line: by how much they differ, and that more space is


def with_struck(content: Content, grids: Sequence[Grid], cells: Ints) -> tuple[Ints, set[int]]:
    """``cells`` of the characters (counted through ``grids``, -1 for none), with each text that the lower
    side of a table strikes in the cell above that side, and the numbers of the cells that have one.

    It follows a line of that cell. What is over several cells, or below an empty one, is a note below the
    table, which stands too near.
    """
    boxes, is_inked = content.boxes, ~is_blank(content.codes)
    x, y, height = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2, boxes[:, 3] - boxes[:, 1]
    foot = np.full(sum(len(grid.faces) for grid in grids) + 1, -np.inf)  # of the texts of a cell
    np.maximum.at(foot, cells[is_inked], boxes[is_inked, 3])
    found, start, full = cells.copy(), 0, set[int]()
    for grid in grids:
        edge = grid.box[3]
        is_struck = is_inked & (found < 0) & (edge <= y) & (boxes[:, 1] <= edge - _STRUCK * height)
        struck = np.flatnonzero(is_struck)
        struck = struck[np.argsort(boxes[struck, 0], kind="stable")]
        gaps = boxes[struck[1:], 0] - boxes[struck[:-1], 2]
        for text in np.split(struck, np.flatnonzero(gaps > _APART * height[struck[1:]]) + 1):
            faces = set(grid.faces_at(x[text], np.full(len(text), edge - _INSIDE)).tolist())
            home = start + faces.pop() if len(faces) == 1 and min(faces) >= 0 else -1
            if home >= 0 and float((boxes[text, 1] - _FOLLOWS * height[text]).min()) <= foot[home]:
                found[text] = home
                full.add(home)
        start += len(grid.faces)
    return found, full


def with_overflow(
    lines: dict[int, list[TextLine]], grids: Sequence[Grid]
) -> tuple[dict[int, list[TextLine]], set[int]]:
    """``lines`` of the cells, with a last line that stands at the top of the cell below in its own, and the
    numbers of the cells that have one: it follows their lines as these do each other, and the other lines of
    the cell below follow after more space.
    """
    boxes = np.array([box for grid in grids for box in grid.face_boxes()], dtype=np.float64).reshape(-1, 4)
    found, full = dict(lines), set[int]()
    for cell in [cell for cell, texts in lines.items() if cell >= 0 and len(texts) > 1]:
        first, second = found[cell][:2]
        x0, y0, x1, y1 = first.box
        if y0 - boxes[cell, 1] > _STRUCK * (y1 - y0):
            continue
        is_above = np.abs(boxes[:, 3] - boxes[cell, 1]) <= _EDGE
        is_above &= (boxes[:, 0] <= x0) & (x1 <= boxes[:, 2])
        for above in np.flatnonzero(is_above).tolist():
            if len(own := found.get(above, [])) > 1 and _goes_on([*own[-2:], first, second]):
                found[above], found[cell] = [*own, first], found[cell][1:]
                full.add(above)
                break
    return found, full


def _goes_on(lines: Sequence[TextLine]) -> bool:
    """Whether the third of four lines follows the second as that does the first, and the last with more
    space."""
    own, next_, other = np.diff([line.box[1] + line.box[3] for line in lines]).tolist()
    return bool(abs(next_ - own) <= _SAME_STEP * own and other >= _MORE_STEP * own)
