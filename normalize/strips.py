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

from normalize.columns import read_header
from normalize.grid import Row
from normalize.mappings import Form
from normalize.seams import (
    SAME_LINE,
    Band,
    cells_of,
    extent_of,
    extents_of,
    faces,
    has_edges,
    is_beside,
    lines_beside,
    opens,
    side_by_side,
)
from normalize.sheets import Sheet, SheetCell, is_same_edge, union_of

_TOLERANCE = 1.0  # points between the same ruling on two pages
_SHARED = 0.8  # of the row edges of the page with fewer of them
_LEAST = 6.0  # nats by which the shared edges of the first pages must be more than chance
_MOST_PAGES, _MOST_STRIPS = 60, 12  # of one sheet
_HEADERS = 3  # what headers of which each page has a part weigh, in cells open at the cut
_BY_HEADERS = 0.85  # confidence in what stands beside the first strip by nothing but headers
_REPEATED = 0.3  # share of texts that stand on both pages at one place: pages of a kind, not of one sheet


def rejoin_strips(sheets: Sequence[Sheet], forms: Sequence[Form]) -> list[Sheet]:
    """``sheets`` with those that were cut into strips rejoined; as they are where none was."""
    joined: list[Sheet] = []
    at = 0
    while at < len(sheets):
        bands = _block(sheets[at : at + _MOST_PAGES], forms)
        if bands:
            if sum(_all_proofs(bands, ())) <= 0:
                bands = [_doubted(band) for band in bands]
            extents = extents_of(bands)
            joined += [side_by_side(band, extents) for band in bands]
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
        proofs = _all_proofs(bands, forms)
        if sum(proofs) > 0 and min(proofs) >= 0:  # a cut along the edges of columns proves nothing itself
            pages = sum(sheet is not None for band in bands for sheet in band)
            found.append((sum(proofs), pages, -strips, -len(found), bands))
    return max(found)[-1] if found else []


def _all_proofs(bands: Sequence[Band], forms: Sequence[Form]) -> list[int]:
    """What speaks for each cut between the strips of ``bands``."""
    return [
        sum(_proofs(band[strip - 1], band[strip], forms) for band in bands)
        for strip in range(1, len(bands[0]))
    ]


def _doubted(band: Band) -> Band:
    """A band that nothing but its headers proves: of two forms of one template, of which each lacks a page,
    they would be the same."""
    first, *others = band
    return (
        first,
        *(
            sheet
            and replace(
                sheet,
                tables=tuple(
                    replace(table, cells=tuple(_less_sure(cell) for cell in table.cells))
                    for table in sheet.tables
                ),
            )
            for sheet in others
        ),
    )


def _less_sure(cell: SheetCell) -> SheetCell:
    return replace(cell, text=replace(cell.text, confidence=min(cell.text.confidence, _BY_HEADERS)))


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
    if not has_edges(page) or not has_edges(first):
        return True
    (left, right), (begin, end) = extent_of(page), extent_of(first)
    return is_same_edge(right, end) and left > begin - _TOLERANCE


def _filled(sheets: Sequence[Sheet], height: int) -> list[Band]:
    """All pages as strips, the left one of ``height`` pages and blank ones missing from the others; empty
    where a page fits nowhere."""
    bands: list[list[Sheet | None]] = [[sheet] for sheet in sheets[:height]]
    strip, last = 1, -1
    if not all(map(has_edges, sheets[:height])):
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


def _may_be_beside(left: Sheet, right: Sheet, least: float = 0.0) -> bool:
    """Whether two pages share more row edges than chance gives, by ``least`` nats, and print other texts.

    A page that is all inside of one cell prints no rulings, and may be beside any.
    """
    if not has_edges(left) or not has_edges(right):
        return not least
    one, other = sorted((_row_edges(left), _row_edges(right)), key=len)
    shared = sum(any(abs(edge - there) <= _TOLERANCE for there in other) for edge in one)
    chance = min(0.9, 2 * _TOLERANCE * len(other) / max(1.0, other[-1] - other[0]))
    alike = shared >= _SHARED * len(one) and -shared * log(chance) >= least
    return alike and not _is_repeated(left, right) and not _has_same_columns(left, right)


def _row_edges(sheet: Sheet) -> list[float]:
    return union_of(edge for table in sheet.tables for edge in table.row_edges)


def _is_repeated(left: Sheet, right: Sheet) -> bool:
    """Whether the pages print the same texts at the same places, as two forms of a kind do."""
    one, other = _texts(left), _texts(right)
    same = sum(text in other for text in one)
    return same > _REPEATED * max(1, min(len(one), len(other)))


def _has_same_columns(left: Sheet, right: Sheet) -> bool:
    """Whether two pages have the columns of one table, as it goes on from page to page; that it is a cut
    along equal columns all the same can only be told by what is written behind a clip path."""
    if any(cell.whole for page in (left, right) for cell in cells_of(page)):
        return False
    one, other = sorted((_column_edges(left), _column_edges(right)), key=len)
    same = sum(any(is_same_edge(edge, there) for there in other) for edge in one)
    return same >= _SHARED * len(one) and all(map(is_same_edge, extent_of(left), extent_of(right)))


def _column_edges(sheet: Sheet) -> list[float]:
    return union_of(edge for table in sheet.tables for edge in table.column_edges)


def _texts(sheet: Sheet) -> set[tuple[str, int, int]]:
    return {
        (cell.text.text, round(cell.box[0] / SAME_LINE), round(cell.box[1] / SAME_LINE))
        for cell in cells_of(sheet)
        if cell.box and len(cell.text.text) > 1
    }


def _proofs(left: Sheet | None, right: Sheet | None, forms: Sequence[Form]) -> int:
    """What speaks for two pages being beside each other: cells that are open at the cut on both sides, or go
    on in lines of text behind it, and headers of which each page has its part. Less what speaks against it:
    cells that are open where the other page has a ruling."""
    if left is None or right is None or not has_edges(left) or not has_edges(right):
        return 0
    edge, begin = extent_of(left)[1], extent_of(right)[0]
    proofs = _HEADERS * any(_complement(left, right, form) for form in forms)
    if _is_unruled(left, "right", edge) or _is_unruled(right, "left", begin):
        return proofs
    for cell in (cell for cell in cells_of(left) if opens(cell, "right", edge)):
        facing = [other for other in cells_of(right) if _at_edge(other, 0, begin) and faces(cell, other)]
        if any(opens(other, "left", begin) and is_beside(cell, other) for other in facing):
            proofs += 2
        else:
            proofs += -1 if facing else bool(lines_beside(cell, right))
    for cell in (cell for cell in cells_of(right) if opens(cell, "left", begin)):
        facing = [other for other in cells_of(left) if _at_edge(other, 2, edge) and faces(cell, other)]
        proofs -= bool(facing) and not any(opens(other, "right", edge) for other in facing)
    return proofs


def _is_unruled(page: Sheet, side: str, edge: float) -> bool:
    """Whether no cell of a page has a ruling on that side, as in tables without outer rulings: then open
    cells tell nothing."""
    ends = [cell for cell in cells_of(page) if _at_edge(cell, 2 if side == "right" else 0, edge)]
    return all(side in cell.open_sides and not cell.whole for cell in ends)


def _at_edge(cell: SheetCell, side: int, edge: float) -> bool:
    return cell.box is not None and is_same_edge(cell.box[side], edge)


def _complement(left: Sheet, right: Sheet, form: Form) -> bool:
    """Whether rows at one height of two pages head the left and the right columns of a table of ``form``."""
    order = list(form.columns)
    for one in _rows(left):
        if not (head := read_header(one, form.columns, 1)):
            continue
        for other in _rows(right):
            if abs(_top(other) - _top(one)) <= SAME_LINE and (tail := read_header(other, form.columns, 1)):
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
