"""The grid that rulings make: its edges, and the faces between them, which are the cells of a table.

Where a grid prints no ruling between two places of it, they are one face. The sides of a grid may be open:
its rulings then end where its cells end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from extract.content import Flags, Floats, Ints
from extract.model import Box
from extract.rulings import Rulings, Segments

_SAME_EDGE = 2.0  # points between two rulings that are one edge (double borders)
_LEAST_CELL = 6.0  # points; a narrower row or column has text in it, or is none
_END = 3.0  # points by which a ruling may end before the edge that it runs to
_RULED = 0.5  # of a side of a face, from which it counts as ruled
_CLOSED = 3  # sides that are ruled, of at least one face of a table

Rectangle = tuple[int, int, int, int]  # top, left, bottom, right


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Edges of ``rows`` and ``columns`` in points, and the ``faces`` (k × 4: top, left, bottom, right, by
    index of edges) in reading order, with which of their ``sides`` (left, top, right, bottom) are ruled. For
    each of the ``places`` (rows × columns) the index of its face, -1 beside those of a grid that is no
    rectangle. ``confidence`` is that in the places of its cells."""

    rows: Floats
    columns: Floats
    faces: Ints
    sides: Flags
    places: Ints
    confidence: float = 1.0

    @property
    def box(self) -> Box:
        """The box around the grid."""
        rows, columns = np.round(self.rows[[0, -1]], 2).tolist(), np.round(self.columns[[0, -1]], 2).tolist()
        return columns[0], rows[0], columns[1], rows[1]

    def face_boxes(self) -> list[Box]:
        """The boxes of the faces."""
        rows, columns = np.round(self.rows, 2).tolist(), np.round(self.columns, 2).tolist()
        return [
            (columns[left], rows[top], columns[right], rows[bottom])
            for top, left, bottom, right in self.faces.tolist()
        ]

    def faces_at(self, x: Floats, y: Floats) -> Ints:
        """The index of the face at each point; -1 where there is none."""
        rows = np.searchsorted(self.rows, y)
        columns = np.searchsorted(self.columns, x)
        inside = (rows > 0) & (rows < len(self.rows)) & (columns > 0) & (columns < len(self.columns))
        found = np.full(len(x), -1)
        found[inside] = self.places[rows[inside] - 1, columns[inside] - 1]
        return found


def grid_of(rulings: Rulings, x: Floats, y: Floats) -> Grid | None:
    """The grid of ``rulings``, None where they make no table.

    ``x`` and ``y`` are where the characters of the page stand.
    """
    columns = _edges(rulings.vertical, rulings.horizontal)
    rows = _edges(rulings.horizontal, rulings.vertical)
    if min(len(columns), len(rows)) < 2:
        return None
    level = _ruled(rulings.horizontal, rows, columns)
    upright = _ruled(rulings.vertical, columns, rows).T
    faces = _faces(level, upright)
    sides = _ruled_sides(faces, level, upright)
    if sides.sum(axis=1).max() < _CLOSED:
        return None
    inside = (columns[0] < x) & (x < columns[-1]) & (rows[0] < y) & (y < rows[-1])
    inked = np.zeros((len(rows) - 1, len(columns) - 1), dtype=bool)
    inked[np.searchsorted(rows[1:-1], y[inside]), np.searchsorted(columns[1:-1], x[inside])] = True
    filled = np.array([inked[top:bottom, left:right].any() for top, left, bottom, right in faces.tolist()])
    left, top, right, bottom = sides.T
    # A face with fewer sides and no text is a place beside the cells of a grid that is no rectangle.
    cells = (left & right) | (top & bottom) | filled
    if not cells.any():
        return None
    return _compressed(rows, columns, faces[cells], sides[cells], filled[cells])


def _edges(rulings: Segments, crossing: Segments) -> Floats:
    """The edges that ``rulings`` make, double ones once, and those where the ``crossing`` ones end."""
    edges: list[list[float]] = []
    for position in np.sort(rulings[:, 0]).tolist():
        if edges and position - edges[-1][0] <= _SAME_EDGE:
            edges[-1].append(position)
        else:
            edges.append([position])
    middles = [(edge[0] + edge[-1]) / 2 for edge in edges]
    start, end = crossing[:, 1].min(), crossing[:, 2].max()
    first = [start] if start < middles[0] - _LEAST_CELL else []
    last = [end] if end > middles[-1] + _LEAST_CELL else []
    return np.array([*first, *middles, *last])


def _ruled(segments: Segments, lines: Floats, stops: Floats) -> Flags:
    """Which stretches of edges are ruled: lines × (stops - 1)."""
    ruled = np.zeros((len(lines), len(stops) - 1), dtype=bool)
    nearest = np.searchsorted((lines[1:] + lines[:-1]) / 2, segments[:, 0])
    first = np.searchsorted(stops, segments[:, 1] - _END)
    last = np.searchsorted(stops, segments[:, 2] + _END, side="right") - 1
    for line, start, end in zip(nearest.tolist(), first.tolist(), last.tolist(), strict=True):
        ruled[line, start:end] = True
    return ruled


def _faces(level: Flags, upright: Flags) -> Ints:
    """The faces of a grid (k × 4) in reading order. ``level`` (rows + 1 × columns) and ``upright`` (rows ×
    columns + 1) say which stretches of edges are ruled; the outermost part it from the page in any case."""
    labels = _labels(level[1:-1], upright[:, 1:-1])
    height, width = labels.shape
    found, of_label, counts = np.unique(labels, return_inverse=True, return_counts=True)
    of_label = of_label.reshape(-1)
    row, column = np.divmod(np.arange(height * width), width)
    faces = np.tile((height, width, 0, 0), (len(found), 1))
    np.minimum.at(faces[:, 0], of_label, row)
    np.minimum.at(faces[:, 1], of_label, column)
    np.maximum.at(faces[:, 2], of_label, row + 1)
    np.maximum.at(faces[:, 3], of_label, column + 1)
    odd = (faces[:, 2] - faces[:, 0]) * (faces[:, 3] - faces[:, 1]) != counts
    if odd.any():
        cut = [box for label in found[odd].tolist() for box in _rectangles(labels == label)]
        faces = np.concatenate((faces[~odd], np.array(cut)))
        faces = faces[np.lexsort((faces[:, 1], faces[:, 0]))]
    return faces


def _labels(level: Flags, upright: Flags) -> Ints:
    """For each place of a grid the first place that no ruling parts it from; the flags are those of the
    edges inside of the grid."""
    height, width = len(upright), level.shape[1]
    labels = np.arange(height * width).reshape(height, width)
    down, along = _stretches(level.T), _stretches(upright)
    while True:
        spread = _least(_least(labels.T, down).T, along)
        if (spread == labels).all():
            return labels
        labels = spread


def _stretches(parted: Flags) -> Ints:
    """Where the stretches of places begin, row by row; ``parted`` says what parts a place from the next."""
    begins = np.ones((len(parted), parted.shape[1] + 1), dtype=bool)
    begins[:, 1:] = parted
    return np.flatnonzero(begins)


def _least(labels: Ints, starts: Ints) -> Ints:
    """``labels`` with the least of each stretch in all of it."""
    least = np.minimum.reduceat(labels.reshape(-1), starts)
    return np.repeat(least, np.diff(starts, append=labels.size)).reshape(labels.shape)


def _rectangles(mask: Flags) -> Iterator[Rectangle]:
    """A shape cut into rectangles, row by row: stretches of neighbouring rows that are alike are one."""
    growing: dict[tuple[int, int], int] = {}
    for row, line in enumerate([*mask, np.zeros(mask.shape[1], dtype=bool)]):
        steps = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0])))).tolist()
        stretches = set(zip(steps[::2], steps[1::2], strict=True))
        for ended in [stretch for stretch in growing if stretch not in stretches]:
            yield growing.pop(ended), ended[0], row, ended[1]
        for stretch in sorted(stretches):
            growing.setdefault(stretch, row)


def _ruled_sides(boxes: Ints, level: Flags, upright: Flags) -> Flags:
    """Which sides (left, top, right, bottom) of rectangles (k × 4: top, left, bottom, right) are ruled."""
    top, left, bottom, right = boxes.T
    down = np.zeros((len(upright) + 1, upright.shape[1]), dtype=np.int64)
    along = np.zeros((len(level), level.shape[1] + 1), dtype=np.int64)
    np.cumsum(upright, axis=0, out=down[1:])
    np.cumsum(level, axis=1, out=along[:, 1:])
    height, width = bottom - top, right - left
    return np.column_stack(
        (
            down[bottom, left] - down[top, left] >= _RULED * height,
            along[top, right] - along[top, left] >= _RULED * width,
            down[bottom, right] - down[top, right] >= _RULED * height,
            along[bottom, right] - along[bottom, left] >= _RULED * width,
        )
    )


def _compressed(rows: Floats, columns: Floats, faces: Ints, sides: Flags, filled: Flags) -> Grid | None:
    """The grid of ``faces`` without the edges at which none begins or ends, and without slits: rows and
    columns too narrow for text and without any, between the two rulings of a border or of cells set apart."""
    faces = faces.copy()
    rows, faces[:, 0], faces[:, 2] = _used(rows, faces[:, 0], faces[:, 2], filled)
    columns, faces[:, 1], faces[:, 3] = _used(columns, faces[:, 1], faces[:, 3], filled)
    kept = (faces[:, 0] < faces[:, 2]) & (faces[:, 1] < faces[:, 3])
    faces, sides = faces[kept], sides[kept]
    if min(len(rows), len(columns)) < 2 or (min(len(rows), len(columns)) == 2 and not filled.any()):
        return None  # the lines of a chart, a box to tick
    places = np.full((len(rows) - 1, len(columns) - 1), -1)
    for index, (top, left, bottom, right) in enumerate(faces.tolist()):
        places[top:bottom, left:right] = index
    return Grid(rows, columns, faces, sides, places)


def _used(edges: Floats, starts: Ints, ends: Ints, filled: Flags) -> tuple[Floats, Ints, Ints]:
    """The edges that are used, and the new indexes of those where faces start and end."""
    used = np.unique(np.concatenate((starts, ends)))
    edges, starts, ends = edges[used], np.searchsorted(used, starts), np.searchsorted(used, ends)
    narrow = np.diff(edges) < _LEAST_CELL
    if not narrow.any():
        return edges, starts, ends
    narrow[starts[filled & (ends == starts + 1)]] = False
    numbers = np.concatenate(([0], np.cumsum(~narrow)))
    merged = np.array([edges[numbers == number][[0, -1]].mean() for number in range(numbers[-1] + 1)])
    return merged, numbers[starts], numbers[ends]
