"""Wide sheets as a spreadsheet prints them: cut at page edges, down and then over, or band by band."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.model import Box, Cell, Document, Page, Table

CHAR, LINE, MARGIN = 10.0, 12.0, 50.0  # points: width of a character, height of a line, margins of a page
Placed = tuple[int, int, int, int, str]  # row, column, rowspan, colspan, text


@dataclass(frozen=True)
class Print:
    """A sheet with merged cells, the widths of its columns and the heights of its rows in points.

    ``across`` and ``down`` are the columns and rows before which pages break.
    """

    cells: Sequence[Placed]
    widths: Sequence[float]
    heights: Sequence[float]
    across: Sequence[int]
    down: Sequence[int] = ()

    def pages(self, down_then_over: bool = True) -> Document:
        """The printed pages; blank ones are not printed."""
        strips = list(pairwise([0, *self.across, len(self.widths)]))
        bands = list(pairwise([0, *self.down, len(self.heights)]))
        order = (
            [(strip, band) for strip in strips for band in bands]
            if down_then_over
            else [(strip, band) for band in bands for strip in strips]
        )
        parts = [part for strip, band in order if (part := self._page(strip, band))]
        pages = tuple(Page(number, (table,)) for number, table in enumerate(parts, start=1))
        return Document("print", "0", "pdf", pages)

    def _page(self, strip: tuple[int, int], band: tuple[int, int]) -> Table | None:
        xs, ys = _edges(self.widths), _edges(self.heights)
        frame = (xs[strip[0]], ys[band[0]], xs[strip[1]], ys[band[1]])
        by = (MARGIN - frame[0], MARGIN - frame[1])
        seen = [cut for cell in self.cells if (cut := _cut(cell, xs, ys, frame))]
        if not any(text for _, _, text in seen):
            return None
        rows = sorted({edge for box, _, _ in seen for edge in (box[1], box[3])})
        columns = sorted({edge for box, _, _ in seen for edge in (box[0], box[2])})
        cells = [
            Cell(
                rows.index(box[1]),
                columns.index(box[0]),
                "\n".join(text for _, text in lines),
                rows.index(box[3]) - rows.index(box[1]),
                columns.index(box[2]) - columns.index(box[0]),
                lines=tuple(text for _, text in lines),
                line_boxes=tuple(_moved(at, by) for at, _ in lines),
                open_sides=sides,
                bbox=_moved(box, by),
            )
            for box, sides, lines in seen
        ]
        cells.sort(key=lambda cell: (cell.row, cell.column))
        box = (columns[0], rows[0], columns[-1], rows[-1])
        return Table(
            tuple(cells),
            len(rows) - 1,
            len(columns) - 1,
            _moved(box, by),
            tuple(edge + by[1] for edge in rows),
            tuple(edge + by[0] for edge in columns),
        )


def _edges(sizes: Sequence[float]) -> list[float]:
    return [sum(sizes[:k]) for k in range(len(sizes) + 1)]


def _moved(box: Box, by: tuple[float, float]) -> Box:
    return box[0] + by[0], box[1] + by[1], box[2] + by[0], box[3] + by[1]


def _cut(
    cell: Placed, xs: Sequence[float], ys: Sequence[float], frame: Box
) -> tuple[Box, tuple[str, ...], list[tuple[Box, str]]] | None:
    """What a page shows of a cell: its box, the sides without a ruling, its lines; None where nothing."""
    row, column, rowspan, colspan, text = cell
    whole = (xs[column], ys[row], xs[column + colspan], ys[row + rowspan])
    box = (max(whole[0], frame[0]), max(whole[1], frame[1]), min(whole[2], frame[2]), min(whole[3], frame[3]))
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    sides = zip(("left", "top", "right", "bottom"), box, whole, strict=True)
    return box, tuple(side for side, seen, real in sides if seen != real), _lines(text, whole, box)


def _lines(text: str, whole: Box, box: Box) -> list[tuple[Box, str]]:
    """The lines of a text that wraps in its cell, as far as the middle of each character is seen."""
    per_line = max(1, int((whole[2] - whole[0]) // CHAR))
    lines = []
    for number, start in enumerate(range(0, len(text), per_line)):
        top = whole[1] + number * LINE
        seen = [
            (whole[0] + k * CHAR, char)
            for k, char in enumerate(text[start : start + per_line])
            if box[0] <= whole[0] + (k + 0.5) * CHAR < box[2] and box[1] <= top + LINE / 2 < box[3]
        ]
        if seen:
            at = (seen[0][0], top, seen[-1][0] + CHAR, top + LINE)
            lines.append((at, "".join(char for _, char in seen)))
    return lines
