"""Stage 2, sheets: the pages of a band put side by side, what their cuts run through joined.

A merged cell that a cut runs through is open there on both sides. Its lines stand at the same height on both
pages, so that they are joined one by one; a page in its middle prints only rulings above and below it. What
a spreadsheet writes behind the clip path of a page tells the whole text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from extract.model import Box
from normalize.model import Text
from normalize.sheets import (
    Sheet,
    SheetCell,
    SheetLine,
    SheetTable,
    index_of,
    is_same_edge,
    text_of,
    union_of,
)

Band = tuple[Sheet | None, ...]
"""The pages of a band from left to right, None for one that was blank and not printed."""

SAME_LINE = 4.0
"""Points between the tops of pieces of one line."""

_PIECE = 3.0  # points between a cut and a character that it runs through
_AT_CUT = 15.0  # points from a cut up to which a line of text may run through it
_JOINED, _WHOLE = 0.97, 1.0  # confidence in a text joined over a cut; in one that is written whole behind it


def extents_of(bands: Sequence[Band]) -> list[tuple[float, float]]:
    """The left and the right end of each strip."""
    found = []
    for strip in range(len(bands[0])):
        pages = [sheet for band in bands if (sheet := band[strip]) and has_edges(sheet)]
        ends = [extent_of(sheet) for sheet in pages] or [(0.0, 0.0)]
        found.append((min(left for left, _ in ends), max(right for _, right in ends)))
    return found


def side_by_side(band: Band, extents: Sequence[tuple[float, float]]) -> Sheet:
    """The pages of a band as one sheet, each moved to the right to stand beside the one before it."""
    cells: list[SheetCell] = []
    parts: list[Sheet] = []
    cut = extents[0][0]
    for sheet, (left, right) in zip(band, extents, strict=True):
        if sheet:
            part = _moved(sheet, cut - left)
            part = _with_pieces(_with_pieces(part, "left", cut), "right", cut + right - left)
            part = _with_rows_of(cells, part, (cut, cut + right - left))
            cells = _through_cut(cells, list(cells_of(part)), cut)
            parts.append(part)
        cut += right - left
    tables = [table for part in parts for table in part.tables]
    table = _table(tables, cells)
    placed = (
        replace(line, tables_above=int(line.box is not None and line.box[1] >= table.row_edges[-1]))
        for line in sorted(_lines(parts), key=lambda line: (line.box or (0, 0))[1])
    )
    return Sheet(parts[0].page, (table,), tuple(placed))


def has_edges(sheet: Sheet) -> bool:
    """Whether a page has a table with geometry."""
    return any(table.box for table in sheet.tables)


def cells_of(sheet: Sheet) -> Iterator[SheetCell]:
    """The cells of all tables of a page."""
    return (cell for table in sheet.tables for cell in table.cells)


def extent_of(sheet: Sheet) -> tuple[float, float]:
    """The left and the right end of a page's tables."""
    boxes = [table.box for table in sheet.tables if table.box]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


def opens(cell: SheetCell, side: str, edge: float) -> bool:
    """Whether a cell reaches ``edge`` with its ``side`` (left or right) and prints no ruling there."""
    at = 2 if side == "right" else 0
    return side in cell.open_sides and cell.box is not None and is_same_edge(cell.box[at], edge)


def is_beside(left: SheetCell, right: SheetCell) -> bool:
    """Whether two cells have one height."""
    assert left.box and right.box
    return is_same_edge(left.box[1], right.box[1]) and is_same_edge(left.box[3], right.box[3])


def faces(cell: SheetCell, other: SheetCell) -> bool:
    """Whether the middle of one of two cells is at the height of the other."""
    assert cell.box and other.box
    middle, height = (other.box[1] + other.box[3]) / 2, (cell.box[1] + cell.box[3]) / 2
    return cell.box[1] < middle < cell.box[3] or other.box[1] < height < other.box[3]


def lines_beside(cell: SheetCell, page: Sheet) -> list[SheetLine]:
    """The lines of a page outside its tables at the height of a cell of the page beside it."""
    assert cell.box
    top, bottom = cell.box[1], cell.box[3]
    return [line for line in page.lines if line.box and top < (line.box[1] + line.box[3]) / 2 < bottom]


def _moved(sheet: Sheet, by: float) -> Sheet:
    def box(old: Box | None) -> Box | None:
        return _right(old, by) if old else None

    tables = tuple(
        replace(
            table,
            box=box(table.box),
            column_edges=tuple(edge + by for edge in table.column_edges),
            cells=tuple(
                replace(
                    cell,
                    box=box(cell.box),
                    lines=tuple((_right(at, by), text) for at, text in cell.lines),
                )
                for cell in table.cells
            ),
        )
        for table in sheet.tables
    )
    return replace(
        sheet, tables=tables, lines=tuple(replace(line, box=box(line.box)) for line in sheet.lines)
    )


def _right(box: Box, by: float) -> Box:
    return box[0] + by, box[1], box[2] + by, box[3]


def _table(tables: Sequence[SheetTable], cells: Sequence[SheetCell]) -> SheetTable:
    """One table of the cells of several, counted by the edges of all."""
    rows = union_of(edge for table in tables for edge in table.row_edges)
    columns = union_of(edge for table in tables for edge in table.column_edges)

    def counted(cell: SheetCell) -> SheetCell:
        assert cell.box
        left, right = index_of(columns, cell.box[0]), index_of(columns, cell.box[2])
        top, bottom = index_of(rows, cell.box[1]), index_of(rows, cell.box[3])
        return replace(cell, row=top, column=left, rowspan=max(1, bottom - top), colspan=max(1, right - left))

    placed = sorted(map(counted, cells), key=lambda cell: (cell.row, cell.column))
    box = (columns[0], rows[0], columns[-1], rows[-1])
    return SheetTable(tuple(placed), tables[0].number, True, box, tuple(rows), tuple(columns))


def _with_rows_of(lefts: Sequence[SheetCell], page: Sheet, extent: tuple[float, float]) -> Sheet:
    """``page`` with a cell for each that goes on from the page on its left and is open on both sides: only
    rulings above and below it are printed there, and its lines come out as lines outside tables."""
    begin, end = extent
    taken: set[SheetLine] = set()
    more: list[SheetCell] = []
    for cell in (cell for cell in lefts if opens(cell, "right", begin)):
        assert cell.box
        if any(faces(cell, other) for other in cells_of(page)):
            continue
        lines = lines_beside(cell, page)
        taken |= set(lines)
        more.append(
            SheetCell(
                text_of(lines) if lines else replace(cell.text, text="", raw=""),
                0,
                0,
                box=(begin, cell.box[1], end, cell.box[3]),
                lines=tuple((line.box, line.text.text) for line in lines if line.box),
                open_sides=("left", "right"),
            )
        )
    rows = tuple(edge for cell in more if cell.box for edge in cell.box[1::2])
    table = SheetTable(tuple(more), 1, True, None, rows, (begin, end))
    kept = tuple(line for line in page.lines if line not in taken)
    return replace(page, tables=(*page.tables, table), lines=kept) if more else page


def _with_pieces(page: Sheet, side: str, cut: float) -> Sheet:
    """``page`` with the pieces of lines that a cut runs through in the cells that are open there: a character
    that is half behind the cut comes out as a line of its own."""
    pieces: dict[SheetCell, list[SheetLine]] = {}
    for line in page.lines:
        if line.box and line.box[0] - _PIECE <= cut <= line.box[2] + _PIECE:
            height = (line.box[1] + line.box[3]) / 2
            opened = (
                cell
                for cell in cells_of(page)
                if opens(cell, side, cut) and cell.box and cell.box[1] < height < cell.box[3]
            )
            if cell := next(opened, None):
                pieces.setdefault(cell, []).append(line)
    if not pieces:
        return page
    taken = [line for lines in pieces.values() for line in lines]
    tables = tuple(
        replace(table, cells=tuple(_with_lines(cell, pieces.get(cell, []), side) for cell in table.cells))
        for table in page.tables
    )
    return replace(page, tables=tables, lines=tuple(line for line in page.lines if line not in taken))


def _with_lines(cell: SheetCell, pieces: Sequence[SheetLine], side: str) -> SheetCell:
    """``cell`` with ``pieces`` at one end of its lines."""
    if not pieces:
        return cell
    lines = list(cell.lines)
    for piece in pieces:
        assert piece.box
        box, text = piece.box, piece.text.text
        near = [k for k, (at, _) in enumerate(lines) if abs(at[1] - box[1]) <= SAME_LINE]
        if not near:
            lines.append((box, text))
            continue
        at, line = lines[near[0]]
        around = (min(at[0], box[0]), at[1], max(at[2], box[2]), at[3])
        lines[near[0]] = (around, text + line if side == "left" else line + text)
    lines.sort(key=lambda line: line[0][1])
    seen = "\n".join(text for _, text in lines)
    parts = [*([cell.text] if cell.text.text else []), *(piece.text for piece in pieces)]
    both = replace(parts[0].with_parts(*parts[1:]), text=seen, raw=seen)
    return replace(cell, text=both, lines=tuple(lines))


def _through_cut(lefts: list[SheetCell], rights: list[SheetCell], cut: float) -> list[SheetCell]:
    """The cells on both sides of a cut, those that it runs through as one."""
    opened = [cell for cell in rights if opens(cell, "left", cut)]
    joined: list[SheetCell] = []
    for cell in lefts:
        other = None
        if opens(cell, "right", cut):
            other = next((right for right in opened if is_beside(cell, right)), None)
        if other is None:
            joined.append(cell)
        else:
            rights.remove(other)
            opened.remove(other)
            joined.append(_one(cell, other))
    return joined + rights


def _one(left: SheetCell, right: SheetCell) -> SheetCell:
    """Two parts of a cell as one, line by line."""
    assert left.box and right.box
    lines: list[tuple[Box, str]] = []
    for box, piece in sorted([*left.lines, *right.lines], key=lambda line: line[0][1]):
        if lines and box[1] - lines[-1][0][1] <= SAME_LINE:
            before, head = lines[-1]
            lines[-1] = ((*before[:2], box[2], before[3]), head + piece)
        else:
            lines.append((box, piece))
    seen = "\n".join(piece for _, piece in lines)
    text = _joined(left.text, right.text, seen, left.whole or right.whole)
    return replace(
        left,
        text=text,
        box=(left.box[0], left.box[1], right.box[2], left.box[3]),
        lines=tuple(lines),
        open_sides=tuple({*left.open_sides} - {"right"} | {*right.open_sides} - {"left"}),
        whole=left.whole or right.whole,
    )


def _joined(left: Text, right: Text, seen: str, whole: str | None) -> Text:
    """The text of a cell that the cut runs through; ``whole`` what the page hides of it, if known."""
    if not left.text or not right.text:
        return left if left.text else right
    both = left.with_parts(right)
    if whole is not None and _is_of(whole, seen):
        evidence = "the cell is open at the cut; the whole text is written behind it"
        return both.changed("split_pages_rejoined", whole, evidence, _WHOLE)
    evidence = "the cell is open at the cut; line by line, as they stand at one height"
    return both.changed("split_pages_rejoined", seen, evidence, _JOINED)


def _is_of(whole: str, seen: str) -> bool:
    """Whether two pages show all of a text, but for a character at each line that the cut may run through."""
    lost = Levenshtein.distance("".join(whole.split()), "".join(seen.split()))
    return lost <= seen.count("\n") + 1 and len(whole) > 2 * lost


def _lines(parts: Sequence[Sheet]) -> list[SheetLine]:
    """The lines outside tables, those that a cut runs through as one."""
    lines: list[SheetLine] = []
    for part in parts:
        cut = extent_of(part)[0] if has_edges(part) else 0.0
        for line in part.lines:
            before = next((old for old in lines if _goes_on(old, line, cut)), None)
            if before is None:
                lines.append(line)
                continue
            assert before.box and line.box
            box = (*before.box[:2], *line.box[2:])
            text = _joined(before.text, line.text, before.text.text + line.text.text, None)
            lines[lines.index(before)] = replace(before, text=text, box=box)
    return lines


def _goes_on(left: SheetLine, right: SheetLine, cut: float) -> bool:
    """Whether a line runs through a cut."""
    if not left.box or not right.box or abs(left.box[1] - right.box[1]) > SAME_LINE:
        return False
    return abs(left.box[2] - cut) <= _AT_CUT and abs(right.box[0] - cut) <= _AT_CUT
