"""Tables without rulings between their columns, told by the places of their texts.

Such a table has at least three lines with texts that stand apart, in columns with a clear space between them,
and is mostly of numbers, lies between rulings or has many columns. It is looked for on pages without ruled
tables alone: what rulings say is certain, this is not.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from extract.content import Content, Floats, Ints, is_blank
from extract.faces import Grid, Rectangle
from extract.textlines import TextLine, text_lines

_CONFIDENCE = 0.8  # in a cell of which no ruling tells
_APART = 0.65  # of a line's height, between texts of a line that stand apart
_LEVEL = 0.4  # of it, up to which texts are of one line
_SAME_TABLE = 2.2  # of it, between the lines of a table
_SPACE = 0.3  # of it, between columns
_LEAST_ROWS = 3
_LOSSES = 3.0  # lines with one text, after which a table has ended
_WIDE = 0.6  # of the width of the page's texts, from which a text alone in its line is prose
_CROSSING = 0.15  # of the lines, that may have a text across a space between columns: heads
_TABULAR = 0.6  # of the lines, that have more than one text
_NUMBERS = 0.5  # of the texts after the first of a line, that are numbers
_RULED = 0.8  # of the width of a table, that the rulings above and below it have
_PROSE = 30  # characters; columns of longer texts are those of a newspaper
_MANY = 4  # columns, more than a newspaper has
_NUMBER = re.compile(r"[-+±(<>≥≤=≈$€¥£~]*\s*\d[\d\s.,:/()%‰*†–-]*[a-z%‰*)]{0,3}|[-–—.*†‡…]+|n/?a|nd", re.I)
_MARK = re.compile(
    r"[(（]?[\da-z一二三四五六七八九十]{0,3}[)）.、．:：]?|[•·▪■◆●○➢-]", re.I
)  # of the items of a list
_LEADERS = re.compile(r"\.{4}|(?:\. ){4}|…{2}")


def stream_grids(content: Content) -> list[Grid]:
    """The grids of the tables without rulings on a page that has no others."""
    upright = ~is_blank(content.codes)
    if content.turns is not None:
        upright &= content.turns == 0
    kept = np.flatnonzero(upright)
    dense = replace(
        content,
        text="".join([content.text[index] for index in kept.tolist()]),
        boxes=content.boxes[kept],
        runs=content.runs[kept],
        turns=None,
    )
    rows = _rows(text_lines(dense, np.zeros(len(kept), dtype=np.int64), _APART))
    level = content.rulings[content.rulings[:, 1] == content.rulings[:, 3]]
    return [grid for block in _blocks(rows) if (grid := _grid(block, level))]


def _rows(texts: Sequence[TextLine]) -> list[list[TextLine]]:
    """The texts of each printed line, from left to right."""
    rows: list[list[TextLine]] = []
    for text in sorted(texts, key=lambda text: text.box[1] + text.box[3]):
        if rows and _middle(text) - _middle(rows[-1][-1]) <= _LEVEL * _height(text):
            rows[-1].append(text)
        else:
            rows.append([text])
    return [sorted(row, key=lambda text: text.box[0]) for row in rows]


def _middle(text: TextLine) -> float:
    return (text.box[1] + text.box[3]) / 2


def _height(text: TextLine) -> float:
    return text.box[3] - text.box[1]


def _top(row: Sequence[TextLine]) -> float:
    return min(text.box[1] for text in row)


def _bottom(row: Sequence[TextLine]) -> float:
    return max(text.box[3] for text in row)


def _blocks(rows: Sequence[Sequence[TextLine]]) -> Iterator[list[Sequence[TextLine]]]:
    """Stretches of lines, most of which have several texts."""
    if not rows:
        return
    width = max(row[-1].box[2] for row in rows) - min(row[0].box[0] for row in rows)
    block: list[Sequence[TextLine]] = []
    length, losses = 0, 0.0  # of the block up to its last line with several texts; since then
    for row in rows:
        near = block and _top(row) - _bottom(block[-1]) <= _SAME_TABLE * _height(row[0])
        if block and (not near or losses >= _LOSSES):
            yield block[:length]
            block, length, losses = [], 0, 0.0
        if len(row) > 1:
            block.append(row)
            length, losses = len(block), 0.0
        elif block:
            block.append(row)
            losses += 1.0 if row[0].box[2] - row[0].box[0] < _WIDE * width else _LOSSES
    yield block[:length]


def _grid(block: Sequence[Sequence[TextLine]], level: Floats) -> Grid | None:
    """The grid of a stretch of lines, None where they are no table; ``level`` are the horizontal rulings."""
    several = [row for row in block if len(row) > 1]
    if len(block) < _LEAST_ROWS or len(several) < max(_LEAST_ROWS, _TABULAR * len(block)):
        return None
    columns = _columns(several)
    left, right = min(row[0].box[0] for row in block), max(row[-1].box[2] for row in block)
    top, bottom = _top(block[0]), _bottom(block[-1])
    margin = _SAME_TABLE * _height(block[0][0])
    around = level[(top - margin < level[:, 1]) & (level[:, 1] < bottom + margin)]
    wide = around[around[:, 2] - around[:, 0] >= _RULED * (right - left)]
    if len(columns) < 2 or not _is_table(several, columns, len(np.unique(np.round(wide[:, 1]))) > 1):
        return None
    spaces = [(one[1] + other[0]) / 2 for one, other in pairwise(columns)]
    middles = [(_bottom(one) + _top(other)) / 2 for one, other in pairwise(block)]
    faces: list[Rectangle] = []
    for index, row in enumerate(block):
        faces += _faces(index, row, spaces)
    return Grid(
        np.array([top - 1, *middles, bottom + 1]),
        np.array([min(left, columns[0][0]) - 1, *spaces, max(right, columns[-1][1]) + 1]),
        np.array(faces),
        np.ones((len(faces), 4), dtype=bool),
        _places(faces, len(block), len(columns)),
        _CONFIDENCE,
    )


def _columns(rows: Sequence[Sequence[TextLine]]) -> list[tuple[float, float]]:
    """The stretches from left to right in which texts stand, with clear space between them."""
    ends = sorted(
        (end, step) for row in rows for text in row for end, step in ((text.box[0], 1), (text.box[2], -1))
    )
    crossing = int(_CROSSING * len(rows))
    space = _SPACE * median(_height(row[0]) for row in rows)
    columns: list[tuple[float, float]] = []
    depth, start = 0, 0.0
    for end, step in sorted(ends):
        depth += step
        if step > 0 and depth == crossing + 1:
            start = end
        elif step < 0 and depth == crossing:
            if columns and start - columns[-1][1] < space:
                columns[-1] = columns[-1][0], end
            else:
                columns.append((start, end))
    return columns


def _is_table(
    rows: Sequence[Sequence[TextLine]], columns: Sequence[tuple[float, float]], is_ruled: bool
) -> bool:
    """Whether lines with several texts are those of a table, and not of a list or a newspaper."""
    firsts = [row[0].text for row in rows]
    others = [text.text for row in rows for text in row[1:]]
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in others)
    if numbers < _NUMBERS * len(others) and not is_ruled and len(columns) < _MANY:
        return False
    if len(columns) == 2:
        marks = sum(_MARK.fullmatch(text) is not None for text in firsts)
        return 2 * marks < len(firsts) and not any(map(_LEADERS.search, [*firsts, *others]))
    return median(map(len, [*firsts, *others])) < _PROSE


def _faces(
    index: int, row: Sequence[TextLine], spaces: Sequence[float]
) -> Iterator[tuple[int, int, int, int]]:
    """The cells of a line: a text across spaces between columns has those on both sides of them."""
    column = 0
    for text in row:
        first = max(column, bisect(spaces, text.box[0]))
        last = bisect(spaces, text.box[2])
        if last < column:
            continue  # it stands in a cell with the text before it
        for empty in range(column, first):
            yield index, empty, index + 1, empty + 1
        yield index, first, index + 1, last + 1
        column = last + 1
    for empty in range(column, len(spaces) + 1):
        yield index, empty, index + 1, empty + 1


def _places(faces: Sequence[Rectangle], rows: int, columns: int) -> Ints:
    places = np.full((rows, columns), -1)
    for index, (top, left, bottom, right) in enumerate(faces):
        places[top:bottom, left:right] = index
    return places
