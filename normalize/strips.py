"""Stage 2, sheets: pages that a sheet wider than the page was cut into, side by side again.

Spreadsheets print a wide sheet in strips: all pages of the left strip and then those of the next (down, then
over), or band by band (over, then down). The rulings of rows go through all strips of a band, so the pages of
a band have row edges in common, more than chance gives. That alone proves little (two sheets with rows of
one height have them too): what proves it is a cell that is open at the cut on both sides, or column
headers of which each page has its part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log

from rapidfuzz.distance import Levenshtein

from extract.model import Box
from normalize.columns import read_header
from normalize.grid import Row
from normalize.mappings import Form
from normalize.model import Text
from normalize.sheets import Sheet, SheetCell, SheetLine, SheetTable, index_of, is_same_edge, union_of

Band = tuple[Sheet | None, ...]

_TOLERANCE = 1.0  # points between the same ruling on two pages
_SHARED = 0.8  # of the row edges of the page with fewer of them
_LEAST = 6.0  # nats by which the shared edges of the first pages must be more than chance
_MOST_PAGES, _MOST_STRIPS = 60, 12  # of one sheet
_HEADERS = 3  # what headers of which each page has a part weigh, in cells open at the cut
_REPEATED = 0.3  # share of texts that stand on both pages at one place: pages of a kind, not of one sheet
_SAME_LINE = 4.0  # points between the tops of pieces of one line
_PIECE = 3.0  # points between a cut and a character that it runs through
_AT_CUT = 15.0  # points from a cut up to which a line of text may run through it
_JOINED, _WHOLE = 0.97, 1.0  # confidence in a text joined over a cut; in one that is written whole behind it


def rejoin_strips(sheets: Sequence[Sheet], forms: Sequence[Form]) -> list[Sheet]:
    """``sheets`` with those that were cut into strips rejoined; as they are where none was."""
    joined: list[Sheet] = []
    at = 0
    while at < len(sheets):
        bands = _block(sheets[at : at + _MOST_PAGES], forms)
        if bands:
            extents = _extents(bands)
            joined += [_side_by_side(band, extents) for band in bands]
            at += sum(sheet is not None for band in bands for sheet in band)
        else:
            joined.append(sheets[at])
            at += 1
    return joined


def _block(sheets: Sequence[Sheet], forms: Sequence[Form]) -> list[Band]:
    """The bands that the first of ``sheets`` prove to be; empty where they prove nothing."""
    found: list[tuple[int, int, int, int, list[Band]]] = []
    for bands in _layouts(sheets):
        strips = len(bands[0])
        proofs = [
            sum(_proofs(band[strip - 1], band[strip], forms) for band in bands) for strip in range(1, strips)
        ]
        if sum(proofs) > 0 and min(proofs) >= 0:  # a cut along the edges of columns proves nothing itself
            pages = sum(sheet is not None for band in bands for sheet in band)
            found.append((sum(proofs), pages, -strips, -len(found), bands))
    return max(found)[-1] if found else []


def _layouts(sheets: Sequence[Sheet]) -> Iterator[list[Band]]:
    """The ways in which the first of ``sheets`` may be pages of one wide sheet."""
    for height in range(1, len(sheets)):
        if _may_be_beside(sheets[0], sheets[height]):
            yield from _down_then_over(sheets, height)
    for width in range(2, min(_MOST_STRIPS, len(sheets)) + 1):
        if bands := _over_then_down(sheets, width):
            yield bands
    for height in range(1, len(sheets)):
        if _may_be_beside(sheets[0], sheets[height]) and (bands := _filled(sheets, height)):
            yield bands


def _down_then_over(sheets: Sequence[Sheet], height: int) -> Iterator[list[Band]]:
    """Strips of ``height`` pages each, none of them blank: two strips, three ..."""
    bands: list[tuple[Sheet, ...]] = [(sheet,) for sheet in sheets[:height]]
    for start in range(height, len(sheets) - height + 1, height):
        strip = sheets[start : start + height]
        if not all(_may_be_beside(band[-1], sheet) for band, sheet in zip(bands, strip, strict=True)):
            return
        bands = [(*band, sheet) for band, sheet in zip(bands, strip, strict=True)]
        yield list(bands)


def _over_then_down(sheets: Sequence[Sheet], width: int) -> list[Band]:
    """Bands of ``width`` pages each, as many as there are with strips of the same place."""
    bands: list[Band] = []
    for start in range(0, len(sheets) - width + 1, width):
        band = tuple(sheets[start : start + width])
        alike = all(map(_is_as_wide, band, sheets[:width]))
        if not alike or not all(_may_be_beside(left, right) for left, right in pairwise(band)):
            break
        bands.append(band)
    return bands


def _is_as_wide(page: Sheet, first: Sheet) -> bool:
    """Whether a page may be of the strip that ``first`` begins: its tables end where those do; of open-sided
    ones it may lack columns on the left."""
    if not _has_edges(page) or not _has_edges(first):
        return True
    (left, right), (begin, end) = _extent(page), _extent(first)
    return is_same_edge(right, end) and left > begin - _TOLERANCE


def _filled(sheets: Sequence[Sheet], height: int) -> list[Band]:
    """All pages as strips, the left one of ``height`` pages and blank ones missing from the others; empty
    where a page fits nowhere."""
    bands: list[list[Sheet | None]] = [[sheet] for sheet in sheets[:height]]
    strip, last = 1, -1
    if not all(map(_has_edges, sheets[:height])):
        return []
    for sheet in sheets[height:]:
        fits = [k for k, band in enumerate(bands) if _may_be_beside(_last(band), sheet, _LEAST)]
        below = [k for k in fits if k > last]
        if not fits:
            return []
        if not below:
            strip, below = strip + 1, fits
        last = below[0]
        bands[last] += [None] * (strip - len(bands[last]))
        bands[last].append(sheet)
    return [(*band, *[None] * (strip + 1 - len(band))) for band in bands]


def _last(band: Sequence[Sheet | None]) -> Sheet:
    return next(sheet for sheet in reversed(band) if sheet)


def _has_edges(sheet: Sheet) -> bool:
    return any(table.box for table in sheet.tables)


def _may_be_beside(left: Sheet, right: Sheet, least: float = 0.0) -> bool:
    """Whether two pages share more row edges than chance gives, by ``least`` nats, and print other texts.

    A page that is all inside of one cell prints no rulings, and may be beside any.
    """
    if not _has_edges(left) or not _has_edges(right):
        return not least
    one, other = sorted((_row_edges(left), _row_edges(right)), key=len)
    shared = sum(any(abs(edge - there) <= _TOLERANCE for there in other) for edge in one)
    chance = min(0.9, 2 * _TOLERANCE * len(other) / max(1.0, other[-1] - other[0]))
    return shared >= _SHARED * len(one) and -shared * log(chance) >= least and not _is_repeated(left, right)


def _row_edges(sheet: Sheet) -> list[float]:
    return union_of(edge for table in sheet.tables for edge in table.row_edges)


def _is_repeated(left: Sheet, right: Sheet) -> bool:
    """Whether the pages print the same texts at the same places, as two forms of a kind do."""
    one, other = _texts(left), _texts(right)
    same = sum(text in other for text in one)
    return same > _REPEATED * max(1, min(len(one), len(other)))


def _texts(sheet: Sheet) -> set[tuple[str, int, int]]:
    return {
        (cell.text.text, round(cell.box[0] / _SAME_LINE), round(cell.box[1] / _SAME_LINE))
        for cell in _cells(sheet)
        if cell.box and len(cell.text.text) > 1
    }


def _proofs(left: Sheet | None, right: Sheet | None, forms: Sequence[Form]) -> int:
    """What speaks for two pages being beside each other: cells that are open at the cut on both sides, or go
    on in lines of text behind it, and headers of which each page has its part. Less what speaks against it:
    cells that are open where the other page has a ruling."""
    if left is None or right is None or not _has_edges(left) or not _has_edges(right):
        return 0
    edge, begin = _extent(left)[1], _extent(right)[0]
    proofs = _HEADERS * any(_complement(left, right, form) for form in forms)
    for cell in (cell for cell in _cells(left) if _opens(cell, "right", edge)):
        facing = [other for other in _cells(right) if _at_edge(other, 0, begin) and _faces(cell, other)]
        if any(_opens(other, "left", begin) and _beside(cell, other) for other in facing):
            proofs += 2
        else:
            proofs += -1 if facing else bool(_lines_beside(cell, right))
    for cell in (cell for cell in _cells(right) if _opens(cell, "left", begin)):
        facing = [other for other in _cells(left) if _at_edge(other, 2, edge) and _faces(cell, other)]
        proofs -= bool(facing) and not any(_opens(other, "right", edge) for other in facing)
    return proofs


def _at_edge(cell: SheetCell, side: int, edge: float) -> bool:
    return cell.box is not None and is_same_edge(cell.box[side], edge)


def _faces(cell: SheetCell, other: SheetCell) -> bool:
    """Whether the middle of one of two cells is at the height of the other."""
    assert cell.box and other.box
    middle, height = (other.box[1] + other.box[3]) / 2, (cell.box[1] + cell.box[3]) / 2
    return cell.box[1] < middle < cell.box[3] or other.box[1] < height < other.box[3]


def _lines_beside(cell: SheetCell, page: Sheet) -> list[SheetLine]:
    """The lines of a page outside its tables at the height of a cell of the page beside it."""
    assert cell.box
    top, bottom = cell.box[1], cell.box[3]
    return [line for line in page.lines if line.box and top < (line.box[1] + line.box[3]) / 2 < bottom]


def _complement(left: Sheet, right: Sheet, form: Form) -> bool:
    """Whether rows at one height of two pages head the left and the right columns of a table of ``form``."""
    order = list(form.columns)
    for one in _rows(left):
        if not (head := read_header(one, form.columns, 1)):
            continue
        for other in _rows(right):
            if abs(_top(other) - _top(one)) <= _SAME_LINE and (tail := read_header(other, form.columns, 1)):
                ranks = [order.index(role) for role in (*head.roles, *tail.roles)]
                return ranks == sorted(set(ranks)) and "indicator" in (*head.roles, *tail.roles)
    return False


def _rows(sheet: Sheet) -> Iterator[Row]:
    """The rows of a page, as far as their texts begin there."""
    for table in sheet.tables:
        for number in sorted({cell.row for cell in table.cells}):
            texts = tuple(cell.text for cell in table.cells if cell.row == number and cell.text.text)
            if texts:
                yield Row(sheet.page, table.number, number + 1, texts, sheet.page)


def _top(row: Row) -> float:
    return next((text.place.bbox[1] for text in row.texts if text.place.bbox), 0.0)


def _cells(sheet: Sheet) -> Iterator[SheetCell]:
    return (cell for table in sheet.tables for cell in table.cells)


def _extent(sheet: Sheet) -> tuple[float, float]:
    """The left and the right end of a page's tables."""
    boxes = [table.box for table in sheet.tables if table.box]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


def _opens(cell: SheetCell, side: str, edge: float) -> bool:
    at = 2 if side == "right" else 0
    return side in cell.open_sides and cell.box is not None and is_same_edge(cell.box[at], edge)


def _beside(left: SheetCell, right: SheetCell) -> bool:
    """Whether two cells have one height."""
    assert left.box and right.box
    return is_same_edge(left.box[1], right.box[1]) and is_same_edge(left.box[3], right.box[3])


def _extents(bands: Sequence[Band]) -> list[tuple[float, float]]:
    """The left and the right end of each strip."""
    found = []
    for strip in range(len(bands[0])):
        pages = [sheet for band in bands if (sheet := band[strip]) and _has_edges(sheet)]
        ends = [_extent(sheet) for sheet in pages] or [(0.0, 0.0)]
        found.append((min(left for left, _ in ends), max(right for _, right in ends)))
    return found


def _side_by_side(band: Band, extents: Sequence[tuple[float, float]]) -> Sheet:
    """The pages of a band as one sheet, each moved to the right to stand beside the one before it."""
    cells: list[SheetCell] = []
    parts: list[Sheet] = []
    cut = extents[0][0]
    for sheet, (left, right) in zip(band, extents, strict=True):
        if sheet:
            part = _moved(sheet, cut - left)
            part = _with_pieces(_with_pieces(part, "left", cut), "right", cut + right - left)
            part = _with_rows_of(cells, part, (cut, cut + right - left))
            cells = _through_cut(cells, list(_cells(part)), cut)
            parts.append(part)
        cut += right - left
    tables = [table for part in parts for table in part.tables]
    table = _table(tables, cells)
    placed = (
        replace(line, tables_above=int(line.box is not None and line.box[1] >= table.row_edges[-1]))
        for line in sorted(_lines(parts), key=lambda line: (line.box or (0, 0))[1])
    )
    return Sheet(parts[0].page, (table,), tuple(placed))


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
    for cell in (cell for cell in lefts if _opens(cell, "right", begin)):
        assert cell.box
        if any(_faces(cell, other) for other in _cells(page)):
            continue
        lines = _lines_beside(cell, page)
        taken |= set(lines)
        text = lines[0].text if lines else replace(cell.text, text="", raw="")
        joined = "\n".join(line.text.text for line in lines)
        more.append(
            SheetCell(
                replace(text, text=joined, raw=joined),
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
                for cell in _cells(page)
                if _opens(cell, side, cut) and cell.box and cell.box[1] < height < cell.box[3]
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
        near = [k for k, (at, _) in enumerate(lines) if abs(at[1] - box[1]) <= _SAME_LINE]
        if not near:
            lines.append((box, text))
            continue
        at, line = lines[near[0]]
        around = (min(at[0], box[0]), at[1], max(at[2], box[2]), at[3])
        lines[near[0]] = (around, text + line if side == "left" else line + text)
    lines.sort(key=lambda line: line[0][1])
    seen = "\n".join(text for _, text in lines)
    own = cell.text if cell.text.text else pieces[0].text
    return replace(cell, text=replace(own, text=seen, raw=seen), lines=tuple(lines))


def _through_cut(lefts: list[SheetCell], rights: list[SheetCell], cut: float) -> list[SheetCell]:
    """The cells on both sides of a cut, those that it runs through as one."""
    opened = [cell for cell in rights if _opens(cell, "left", cut)]
    joined: list[SheetCell] = []
    for cell in lefts:
        other = None
        if _opens(cell, "right", cut):
            other = next((right for right in opened if _beside(cell, right)), None)
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
        if lines and box[1] - lines[-1][0][1] <= _SAME_LINE:
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
    raw = f"{left.raw}\n{right.raw}"
    both = replace(left, raw=raw, changes=(*left.changes, *right.changes))
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
        cut = _extent(part)[0] if _has_edges(part) else 0.0
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
    if not left.box or not right.box or abs(left.box[1] - right.box[1]) > _SAME_LINE:
        return False
    return abs(left.box[2] - cut) <= _AT_CUT and abs(right.box[0] - cut) <= _AT_CUT
