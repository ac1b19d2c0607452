"""The tables and lines of a page, from the characters and rulings on it: the way of PDF and OFD."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from extract.content import Content, Floats, Hidden, Ints, is_blank
from extract.faces import Grid, grid_of
from extract.model import Box, Cell, Line, Page, Table
from extract.overflow import FULL, with_overflow, with_struck
from extract.rulings import groups_of
from extract.stream import stream_grids
from extract.textlines import TextLine, text_lines

_WITHIN = 3.0  # points by which a box may stand out of the one that it lies in
_NO_GAP, _BLANK = 0.1, 0.55  # of a character's height, between two characters of a text
_PADDING = 6.0  # points between a side of a cell and the text that begins or ends there
_WIDE = 0.5  # of the page's width
_UNRULED = "no rulings part the columns of the tables: the cells are told by the places of their texts"
_DENSE = "the page has more lines than any table; tables were not looked for"
_SIDES = ("left", "top", "right", "bottom")


def page_of(content: Content, number: int, notes: Sequence[str] = ()) -> Page:
    """The page ``number`` with ``content``: its tables in reading order, and the lines outside of them."""
    grids = _ruled_grids(content)
    if grids is None:
        grids, notes = [], (*notes, _DENSE)
    elif all(len(grid.faces) == 1 for grid in grids) and (unruled := stream_grids(content)):
        grids, notes = unruled, (*notes, _UNRULED)
    cells = _in_one_cell(content, grids, _cells_at(grids, *_centres(content.boxes)))
    cells, full = with_struck(content, grids, cells)
    lines, fuller = with_overflow(_by_cell(text_lines(content, cells)), grids)
    whole = _whole_texts(content, grids, cells)
    starts = np.cumsum([0, *(len(grid.faces) for grid in grids)]).tolist()
    tables = tuple(
        _table(grid, start, lines, whole, full | fuller) for grid, start in zip(grids, starts, strict=False)
    )
    return Page(
        number,
        tables,
        tuple(_lines(lines.get(-1, []), tables)),
        notes=tuple(notes),
        width=round(content.width, 2),
        height=round(content.height, 2),
    )


def _centres(boxes: Floats) -> tuple[Floats, Floats]:
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def _ruled_grids(content: Content) -> list[Grid] | None:
    """The grids that the rulings of a page make, in reading order; None where they are too many."""
    x, y = _centres(content.boxes[~is_blank(content.codes)])
    groups = groups_of(content.rulings, content.boxes)
    if groups is None:
        return None
    found = [grid for group in groups if (grid := grid_of(group, x, y))]
    grids = [grid for grid in found if len(grid.faces) > 1 or _is_part(grid, found, content.width)]
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


def _is_part(grid: Grid, grids: Sequence[Grid], width: float) -> bool:
    """Whether a grid of one cell is the part of a table that this page has, and not a frame for looks."""
    left, _, right, _ = grid.box
    is_frame = any(_is_within(other.box, grid.box) for other in grids if other is not grid)
    return not is_frame and bool(right - left >= _WIDE * width or not grid.sides.all())


def _is_within(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - _WITHIN
        and inner[1] >= outer[1] - _WITHIN
        and inner[2] <= outer[2] + _WITHIN
        and inner[3] <= outer[3] + _WITHIN
    )


def _cells_at(grids: Sequence[Grid], x: Floats, y: Floats) -> Ints:
    """For each point the number of its cell, counted through all ``grids``; -1 outside of them. A point of a
    table inside a cell is of the inner one."""
    cells = np.full(len(x), -1)
    starts = np.cumsum([0, *(len(grid.faces) for grid in grids)]).tolist()
    areas = [(grid.box[2] - grid.box[0]) * (grid.box[3] - grid.box[1]) for grid in grids]
    for index in sorted(range(len(grids)), key=areas.__getitem__, reverse=True):
        faces = grids[index].faces_at(x, y)
        cells[faces >= 0] = faces[faces >= 0] + starts[index]
    return cells


def _in_one_cell(content: Content, grids: Sequence[Grid], cells: Ints) -> Ints:
    """``cells`` of the characters, with each text that runs over the side of its cell wholly in it.

    Spreadsheets print a text that is wider than its cell over the empty ones beside it.
    """
    inked = np.flatnonzero(~is_blank(content.codes))
    boxes, runs, found = content.boxes[inked], content.runs[inked], cells[inked]
    gaps = np.abs(boxes[1:, 0] - boxes[:-1, 2]) / np.maximum(boxes[1:, 3] - boxes[1:, 1], 0.1)
    goes_on = (runs[1:] == runs[:-1]) & (gaps <= _BLANK)
    crossing = np.flatnonzero(goes_on & (gaps <= _NO_GAP) & (found[1:] != found[:-1]))
    if not len(crossing):
        return cells
    sides = [box for grid in grids for box in grid.face_boxes()]
    breaks = [-1, *np.flatnonzero(~goes_on).tolist(), len(inked) - 1]
    cells = cells.copy()
    for piece in np.unique(np.searchsorted(breaks, crossing)).tolist():
        start, end = breaks[piece - 1] + 1, breaks[piece] + 1
        cells[inked[start:end]] = _home(boxes[start:end], found[start:end], sides)
    return cells


def _home(boxes: Floats, cells: Ints, sides: Sequence[Box]) -> int:
    """The cell of a text of which the characters stand in ``cells``: the one at the side of which it begins
    or ends, else the one of its middle."""
    first, last = int(cells[0]), int(cells[-1])
    if first >= 0 and boxes[0, 0] - sides[first][0] <= _PADDING:
        return first
    if last >= 0 and sides[last][2] - boxes[-1, 2] <= _PADDING:
        return last
    middle = (boxes[0, 0] + boxes[-1, 2]) / 2
    return int(cells[np.abs((boxes[:, 0] + boxes[:, 2]) / 2 - middle).argmin()])


def _by_cell(lines: Sequence[TextLine]) -> dict[int, list[TextLine]]:
    found: dict[int, list[TextLine]] = {}
    for line in lines:
        found.setdefault(line.group, []).append(line)
    return found


def _whole_texts(content: Content, grids: Sequence[Grid], cells: Ints) -> dict[int, str]:
    """The texts of the cells that hide something, by the number of the cell, with what they hide."""
    hidden = content.hidden
    if hidden is None or not grids or not hidden.text.strip():
        return {}
    hiding = _hiding_cells(hidden, content.runs, grids, cells)
    more = np.flatnonzero(hiding >= 0)
    shown = np.flatnonzero(np.isin(cells, hiding[more]))
    whole = replace(
        content,
        text="".join([content.text[index] for index in shown] + [hidden.text[index] for index in more]),
        boxes=np.concatenate((content.boxes[shown], hidden.boxes[more])),
        turns=None,
    )
    lines = _by_cell(text_lines(whole, np.concatenate((cells[shown], hiding[more]))))
    return {cell: "\n".join(line.text for line in lines[cell]) for cell in lines}


def _hiding_cells(hidden: Hidden, runs: Ints, grids: Sequence[Grid], cells: Ints) -> Ints:
    """For each hidden character the number of its cell, -1 for none: the cell that shows the rest of its
    run, or, where nothing is seen of it, the cell in which all lies that its clip shows."""
    clips, of_clip = np.unique(hidden.clips, axis=0, return_inverse=True)
    at_clip = _cells_at(grids, *_centres(clips))
    boxes = [box for grid in grids for box in grid.face_boxes()]
    for index, (left, top, right, bottom) in enumerate(clips.tolist()):
        if not _is_within((left, top, right, bottom), boxes[at_clip[index]]):
            at_clip[index] = -1
    shown, first = np.unique(runs, return_index=True)
    cell_of_run = dict(zip(shown.tolist(), cells[first].tolist(), strict=True))
    by_clip = at_clip[of_clip.reshape(-1)].tolist()
    return np.array(
        [cell_of_run.get(run, cell) for run, cell in zip(hidden.runs.tolist(), by_clip, strict=True)]
    )


def _table(
    grid: Grid, start: int, lines: dict[int, list[TextLine]], whole: dict[int, str], full: Collection[int]
) -> Table:
    """A grid as a table; ``lines`` and ``whole`` texts are those of all cells, its own counted from
    ``start``, and so are the numbers of those that are too ``full``."""
    cells = []
    places = zip(grid.faces.tolist(), grid.sides.tolist(), grid.face_boxes(), strict=True)
    for number, ((top, left, bottom, right), ruled, box) in enumerate(places, start=start):
        printed = lines.get(number, ())
        texts = tuple([line.text for line in printed])
        cells.append(
            Cell(
                top,
                left,
                "\n".join(texts),
                bottom - top,
                right - left,
                texts,
                tuple([line.box for line in printed]),
                tuple([side for side, is_ruled in zip(_SIDES, ruled, strict=True) if not is_ruled]),
                box,
                min(grid.confidence, FULL) if number in full else grid.confidence,
                whole=whole.get(number),
            )
        )
    rows, columns = np.round(grid.rows, 2).tolist(), np.round(grid.columns, 2).tolist()
    return Table(tuple(cells), len(rows) - 1, len(columns) - 1, grid.box, tuple(rows), tuple(columns))


def _lines(lines: Sequence[TextLine], tables: Sequence[Table]) -> Iterator[Line]:
    """The lines outside ``tables``, each with the number of tables above it."""
    bottoms = [table.bbox[3] for table in tables if table.bbox]
    for line in sorted(lines, key=lambda line: (line.box[1], line.box[0])):
        middle = (line.box[1] + line.box[3]) / 2
        above = max((number for number, bottom in enumerate(bottoms, start=1) if bottom <= middle), default=0)
        yield Line(line.text, above, line.box)
