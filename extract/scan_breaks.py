"""Lines of text that a page break cuts: one half is at the foot of a page, the other at the head of the next.

Spreadsheets print the texts of merged cells so. Neither half can be read, but both together can.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise

import numpy as np

from extract.content import Floats
from extract.model import Box, Cell, Line, Page, Table
from extract.recognise import Image, Recogniser
from extract.scan_page import Sheet, crop, ink_box
from extract.scan_pieces import Piece, read_mark
from extract.second import sureness

# Lengths are in heights of a character.
_AT_EDGE = 0.25  # up to which half a line ends before the side of its table
_BEYOND = 0.6  # that it may be painted beyond it
_LINE, _TWO_HALVES = 1.2, 1.5  # that a half, and both together, are high at most
_MARGIN = 0.12  # that the box of a line is around its characters
_INSET = 0.15  # from the sides of a cell, inside of which its ink is
_SAME = 3.0  # points by which the sides of a cell differ from page to page
_SAME_SCALE = 0.02
_SQUARE = 1.45  # times as high as wide, that a character is at most
_DOUBT = 0.5  # most that a cell is sure that has half a line
_SURE = 0.9  # of the characters of the line, on the average


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """Half of a line, in a ``picture`` (grey) and at a place (``box``): the ``cell`` that it is in, which the
    end of page ``number`` or its head cuts, the ``rest`` of that cell, the ``lines`` of the page that it was
    read as, left and right side of the cell and of its ``table`` (points), and the ``height`` of a character
    (pixels) at ``dpi``."""

    number: int
    is_head: bool
    cell: Cell
    rest: Cell
    lines: tuple[Line, ...]
    picture: Image
    box: Box
    sides: Floats
    table: Floats
    height: float
    dpi: float


def halves_of(sheet: Sheet, page: Page, judged: Callable[[Cell], Cell]) -> Iterator[Half]:
    """The halves of lines at head and foot of a ``page`` as it was read from ``sheet``; ``judged`` is a cell
    with the confidence in it."""
    if not page.tables:
        return
    for table, is_head in ((page.tables[0], True), (page.tables[-1], False)):
        for cell in table.cells:
            is_last = cell.row == 0 if is_head else cell.row + cell.rowspan == table.row_count
            if is_last and ("top" if is_head else "bottom") in cell.open_sides:
                yield from _half(sheet, page, table, cell, is_head, judged)


def _half(
    sheet: Sheet, page: Page, table: Table, cell: Cell, is_head: bool, judged: Callable[[Cell], Cell]
) -> Iterator[Half]:
    """The half of a line at the open end of a cell, if there is one."""
    if not cell.bbox or not table.bbox:
        return
    height, inset = sheet.height, _INSET * sheet.height
    left, top, right, bottom = (side / sheet.scale for side in cell.bbox)

    def beyond(box: Sequence[float]) -> float:
        """Heights of a character by which a box (points) stands out of the cell."""
        return (top - box[1] / sheet.scale if is_head else box[3] / sheet.scale - bottom) / height

    is_whole = [beyond(box) < -_AT_EDGE for box in cell.line_boxes]
    others = [beyond(box) for box, whole in zip(cell.line_boxes, is_whole, strict=True) if whole]
    inside = max([-_LINE, *others]) - _MARGIN  # boxes are larger than their texts
    window = (
        (left + inset, max(0.0, top - _BEYOND * height), right - inset, top - inside * height)
        if is_head
        else (left + inset, max(0.0, bottom + inside * height), right - inset, bottom + _BEYOND * height)
    )
    ink = ink_box(crop(sheet.image, window))
    if ink is None:
        return
    x, y = round(window[0]), round(window[1])
    box = tuple([side * sheet.scale for side in (x + ink[0], y + ink[1], x + ink[2], y + ink[3])])
    if beyond(box) < -_AT_EDGE:
        return
    yield Half(
        page.number,
        is_head,
        judged(cell),
        judged(_with_lines(cell, is_whole)),
        tuple([line for line in page.lines if _is_at(line, cell) and 0 <= beyond(line.bbox or ()) <= _LINE]),
        crop(sheet.image, (window[0], y + ink[1], window[2], y + ink[3])),
        (box[0], box[1], box[2], box[3]),
        np.array(cell.bbox[::2]),
        np.array(table.bbox[::2]),
        height,
        sheet.dpi,
    )


def _with_lines(cell: Cell, kept: Sequence[bool]) -> Cell:
    """``cell`` with the lines that are ``kept``."""
    lines = tuple(compress(cell.lines, kept))
    return replace(
        cell, text="\n".join(lines), lines=lines, line_boxes=tuple(compress(cell.line_boxes, kept))
    )


def _is_at(line: Line, cell: Cell) -> bool:
    """Whether a line outside of tables is above or below a cell."""
    if not line.bbox or not cell.bbox:
        return False
    return cell.bbox[0] <= (line.bbox[0] + line.bbox[2]) / 2 <= cell.bbox[2]


def with_cut_lines(pages: Sequence[Page], halves: Sequence[Half], recogniser: Recogniser) -> tuple[Page, ...]:
    """``pages`` with the lines read that page breaks cut; each is then in the cell at the foot of a page."""
    changed: dict[int, dict[Cell, Cell]] = {page.number: {} for page in pages}
    left_out: dict[int, list[Line]] = {page.number: [] for page in pages}
    for above, below in pairwise(pages):
        feet = [half for half in halves if half.number == above.number and not half.is_head]
        heads = [half for half in halves if half.number == below.number and half.is_head]
        for foot, head in ((foot, head) for foot in feet for head in heads if _fit(foot, head)):
            if joined := _joined(foot, head, recogniser):
                changed[above.number][foot.cell], changed[below.number][head.cell], is_read = joined
                if is_read:
                    left_out[above.number] += foot.lines
                    left_out[below.number] += head.lines
    return tuple([_with(page, changed[page.number], left_out[page.number]) for page in pages])


def _fit(foot: Half, head: Half) -> bool:
    """Whether two halves are in cells of one column, seen from the left or the right of their tables, and of
    one line."""
    moved = foot.sides - head.sides - (foot.table - head.table)[:, None]
    return (
        bool((np.abs(moved) <= _SAME).all(axis=1).any())
        and abs(foot.dpi / head.dpi - 1) <= _SAME_SCALE
        and len(foot.picture) + len(head.picture) <= _TWO_HALVES * foot.height
    )


def _joined(foot: Half, head: Half, recogniser: Recogniser) -> tuple[Cell, Cell, bool] | None:
    """The cells of two halves, the upper one with the line that both make, or both in doubt, and whether that
    line was read; None where they are two lines."""
    width = min(foot.picture.shape[1], head.picture.shape[1])
    halves = np.vstack((foot.picture[:, :width], head.picture[:, :width]))
    paper, around = int(np.percentile(halves, 80)), round(foot.height)
    picture = np.pad(halves, around, constant_values=paper)
    ink = ink_box(picture)
    piece = read_mark(picture, ink, foot.height, recogniser) if ink else None
    if ink and piece and not _is_flat(piece, ink[3] - ink[1]):
        return None
    if not piece or piece.line.scores.mean() < _SURE or sureness(piece.line.score) < _alone(foot, head):
        return _doubted(foot.cell), _doubted(head.cell), False
    lines, boxes = (*foot.rest.lines, piece.line.text), (*foot.rest.line_boxes, foot.box)
    text = "\n".join(lines)
    whole = f"{text}\n{head.rest.text}" if head.rest.text else None
    before = "".join(f"{line}\n" for line in foot.rest.lines)
    upper = replace(
        foot.rest,
        text=text,
        lines=lines,
        line_boxes=boxes,
        confidence=min(foot.rest.confidence, sureness(piece.line.score)),
        alternatives=(
            *(replace(other, text=f"{other.text}\n{piece.line.text}") for other in foot.rest.alternatives),
            *(replace(other, text=before + other.text) for other in piece.line.readings),
        ),
        whole=whole,
    )
    return upper, replace(head.rest, whole=whole), True


def _is_flat(piece: Piece, height: float) -> bool:
    """Whether what was read is one line: its characters are about as wide as ``height``, that of their ink,
    and not half as wide, as those of two lines are that lie one above the other."""
    steps = np.diff(piece.line.places) * (piece.box[2] - piece.box[0])
    return not len(steps) or height <= _SQUARE * float(np.median(steps))


def _alone(foot: Half, head: Half) -> float:
    """How sure the surer one of two halves was read without the other; 0 where neither was."""
    read = [half.cell.confidence for half in (foot, head) if half.cell.lines != half.rest.lines]
    return max(read, default=0.0)


def _doubted(cell: Cell) -> Cell:
    return replace(cell, confidence=min(cell.confidence, _DOUBT))


def _with(page: Page, changed: Mapping[Cell, Cell], left_out: Sequence[Line]) -> Page:
    """``page`` with ``changed`` cells, and without the lines ``left_out``."""
    if not changed:
        return page
    tables = [
        replace(table, cells=tuple([changed.get(cell, cell) for cell in table.cells]))
        for table in page.tables
    ]
    lines = tuple([line for line in page.lines if line not in left_out])
    return replace(page, tables=tuple(tables), lines=lines)
