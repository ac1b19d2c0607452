"""Stage 2, sheets: cells that run over a page break.

A table goes on behind a page break where nothing is printed between its parts and both have the same column
edges. A merged cell that the break runs through is open on both sides of it (spreadsheets), or comes out
empty at the top of the next page (word processors, which close it with a ruling); spreadsheets also paint
the whole text again on each page. Such cells are one: its text stands on the first page and covers its rows
on the next. Rows that a word processor tore, text on both pages, are joined where their columns are known
(layout.py, indicators.py).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp

from normalize.lexicon import Lexicon
from normalize.model import Text
from normalize.sheets import Sheet, SheetCell, SheetLine, SheetTable, is_full, is_page_number, is_same_edge
from normalize.weave import junction

_NUMBER = re.compile("[≥≤<>=≧≦＞＜＝]|[0-9]")
_SAME_COLUMNS = 0.8  # of the column edges of the part with fewer of them
_VALUE = 12  # characters up to which a text that begins with a number is a value
_ROOM = 1.6  # of a line's height, between a text and the foot of its cell
_OPEN = 3.0  # log-odds that a cell which is open on both sides of a break is one
_FLOWS = 1.0  # log-odds from which a text is taken to go on
_ONE_SIDED = 1.0  # ... of a torn row, for each cell that has text on one side of the break alone
_FULL_LINE, _SHORT_LINE = 1.9, -5.0  # ... of a text that goes on, by the length of its last line
_NAMED, _MOST = 6.0, 4.0  # ... where both parts make a known label; the most that words say
_JOINED, _WHOLE = 0.97, 1.0  # confidence in a text joined over a break; in one that is written whole there

Key = tuple[int, int, int]  # sheet, table, cell


def join_breaks(sheets: Sequence[Sheet], names: Lexicon) -> list[Sheet]:
    """``sheets`` with the cells that run over page breaks joined; ``names`` are labels that stand whole."""
    sheets = [_with_overflow(sheet) for sheet in sheets]
    goes_on: dict[Key, Key] = {}
    sure: dict[Key, float] = {}
    for number, (above, below) in enumerate(pairwise(sheets)):
        if _is_one_table(above, below):
            for before, after, chance in _pairs(above.tables[-1], below.tables[0], names):
                goes_on[number + 1, 0, after] = (number, len(above.tables) - 1, before)
                sure[number + 1, 0, after] = chance
    if not goes_on:
        return list(sheets)
    parts: dict[Key, list[Key]] = {}
    for key in sorted(goes_on):
        first = goes_on[key]
        while first in goes_on:
            first = goes_on[first]
        parts.setdefault(first, [first]).append(key)
    changed: dict[Key, SheetCell] = {}
    for keys in parts.values():
        cells = [sheets[s].tables[t].cells[c] for s, t, c in keys]
        text = _one(cells, min(sure[key] for key in keys[1:]))
        changed[keys[0]] = replace(cells[0], text=text)
        for key, cell in zip(keys[1:], cells[1:], strict=True):
            changed[key] = replace(cell, text=replace(cell.text, text=""), continues=text)
    return [_with(sheet, number, changed) for number, sheet in enumerate(sheets)]


def _with(sheet: Sheet, number: int, changed: dict[Key, SheetCell]) -> Sheet:
    tables = tuple(
        replace(table, cells=tuple(changed.get((number, t, c), cell) for c, cell in enumerate(table.cells)))
        for t, table in enumerate(sheet.tables)
    )
    return replace(sheet, tables=tables)


def _with_overflow(sheet: Sheet) -> Sheet:
    """``sheet`` with lines just outside a cell which is open there as that cell's: a text that a page
    break runs through may be painted beyond the end of its cell."""
    taken: list[SheetLine] = []
    tables = []
    for table in sheet.tables:
        cells = []
        for cell in table.cells:
            lines = [line for line in sheet.lines if _overflows(line, cell, table) and line not in taken]
            taken += lines
            cells.append(_with_lines(cell, lines))
        tables.append(replace(table, cells=tuple(cells)))
    if not taken:
        return sheet
    kept = tuple(line for line in sheet.lines if line not in taken)
    return replace(sheet, tables=tuple(tables), lines=kept)


def _overflows(line: SheetLine, cell: SheetCell, table: SheetTable) -> bool:
    """Whether a line stands below the foot, or above the head, of a cell that ends the table and is open."""
    if not line.box or not cell.box or not table.box:
        return False
    height = line.box[3] - line.box[1]
    within = cell.box[0] - 1 <= line.box[0] and line.box[2] <= cell.box[2] + 1
    foot = is_same_edge(cell.box[3], table.box[3]) and "bottom" in cell.open_sides
    head = is_same_edge(cell.box[1], table.box[1]) and "top" in cell.open_sides
    below = foot and -height <= line.box[1] - cell.box[3] < height
    above = head and -height <= cell.box[1] - line.box[3] < height
    return within and (below or above)


def _with_lines(cell: SheetCell, more: Sequence[SheetLine]) -> SheetCell:
    if not more:
        return cell
    lines = sorted(
        [*cell.lines, *((line.box, line.text.text) for line in more if line.box)], key=lambda line: line[0][1]
    )
    parts = [*([cell.text] if cell.text.text.strip() else []), *(line.text for line in more)]
    seen = "\n".join(text for _, text in lines)
    text = replace(parts[0].with_parts(*parts[1:]), text=seen, raw=seen)
    return replace(cell, text=text, lines=tuple(lines))


def _is_one_table(above: Sheet, below: Sheet) -> bool:
    """Whether the last table of a page goes on with the first one of the next."""
    if not above.tables or not below.tables:
        return False
    upper, lower = above.tables[-1], below.tables[0]
    between = [line for line in above.lines if line.tables_above == len(above.tables)]
    between += [line for line in below.lines if line.tables_above == 0]
    if any(not is_page_number(line.text.text) for line in between):
        return False
    if not upper.column_edges or not lower.column_edges:
        return False
    if not all(is_same_edge(upper.column_edges[k], lower.column_edges[k]) for k in (0, -1)):
        return False
    few, many = sorted((upper.column_edges, lower.column_edges), key=len)
    same = sum(any(is_same_edge(edge, other) for other in many) for edge in few)
    return same >= _SAME_COLUMNS * len(few)


def _pairs(upper: SheetTable, lower: SheetTable, names: Lexicon) -> Iterator[tuple[int, int, float]]:
    """The cells at the bottom of a page with those at the top of the next that go on with them, and how sure
    that is (0..1)."""
    start = _first_row(upper, lower)
    end = max((cell.row + cell.rowspan for cell in upper.cells), default=0)
    bottom = [(c, cell) for c, cell in enumerate(upper.cells) if cell.row + cell.rowspan == end]
    pairs = [
        (c, number, before, cell)
        for number, cell in enumerate(lower.cells)
        if cell.row == start
        for c, before in bottom
        if _is_over(before, cell)
    ]
    blank = {
        cell.column for cell in upper.cells if cell.row + cell.rowspan < end and not cell.text.text.strip()
    }
    torn = _is_torn([(before, cell) for _, _, before, cell in pairs], blank, names)
    is_ruled = any("bottom" not in cell.open_sides for _, cell in bottom)
    for c, number, before, cell in pairs:
        # What heads each page ends in a ruling, also where the cell is open at the foot of the page before.
        is_open = start and is_ruled and "bottom" in before.open_sides
        below = replace(cell, open_sides=(*cell.open_sides, "top")) if is_open else cell
        if chance := _is_one_cell(before, below, torn, is_ruled, names):
            yield c, number, chance


def _first_row(upper: SheetTable, lower: SheetTable) -> int:
    """The first row of a page below those that head each page."""
    above, below = _texts_by_row(upper), _texts_by_row(lower)
    row = min(below, default=0)
    while any(text for _, text in below.get(row, ())) and below[row] == above.get(row):
        row += 1
    return row


def _texts_by_row(table: SheetTable) -> dict[int, list[tuple[int, str]]]:
    rows: dict[int, list[tuple[int, str]]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append((cell.column, _bare(cell.text.text)))
    return rows


def _is_over(upper: SheetCell, lower: SheetCell) -> bool:
    assert upper.box and lower.box
    return is_same_edge(upper.box[0], lower.box[0]) and is_same_edge(upper.box[2], lower.box[2])


def _is_one_cell(upper: SheetCell, lower: SheetCell, torn: float, is_ruled: bool, names: Lexicon) -> float:
    """How sure it is that a page break runs through a cell, 0 where it hardly does; ``torn``: how sure that
    it runs through the row; ``is_ruled``: whether a ruling ends other cells there.

    A page may end before the ruling that parts two rows, so that open cells alone prove nothing.
    """
    if not lower.text.text.strip():
        return _JOINED
    one, other = _bare(upper.text.text), _bare(lower.text.text)
    merged = upper.rowspan > 1 or lower.rowspan > 1
    if "bottom" in upper.open_sides and "top" in lower.open_sides:
        whole = {_bare(cell.whole) for cell in (upper, lower) if cell.whole}
        if not one or one == other or one + other in whole:
            return _JOINED
        return torn or (_chance(_flow(upper, lower, names) + _OPEN) if merged or is_ruled else 0.0)
    if not one:
        return 0.0
    return torn or (_chance(_flow(upper, lower, names)) if merged else 0.0)


def _chance(flow: float) -> float:
    """A log-odds as a chance, 0 where it is less than even."""
    return 0.0 if flow <= _FLOWS else min(_JOINED, 1 / (1 + exp(_FLOWS - flow)))


def _is_torn(pairs: Sequence[tuple[SheetCell, SheetCell]], blank: Collection[int], names: Lexicon) -> float:
    """How sure it is that a break runs through a row: its texts go on, or are there on one side alone, which
    tells nothing in columns that are ``blank`` in other rows too."""
    score, both = 0.0, False
    for upper, lower in pairs:
        if upper.rowspan == lower.rowspan == 1:
            one, other = bool(upper.text.text.strip()), bool(lower.text.text.strip())
            both = both or (one and other)
            is_one_sided = one != other and upper.column not in blank
            score += _flow(upper, lower, names) if one and other else _ONE_SIDED * is_one_sided
    return _chance(score) if both else 0.0


def _flow(upper: SheetCell, lower: SheetCell, names: Lexicon) -> float:
    """Log-odds that the text at the top of a page goes on with the one at the end of the page before."""
    one, other = _bare(upper.text.text), _bare(lower.text.text)
    if names.whole(one + other):
        return _NAMED
    if names.whole(one) or names.whole(other) or (len(other) <= _VALUE and _NUMBER.match(other)):
        return -_NAMED
    if ("bottom" in upper.open_sides) != ("top" in lower.open_sides):
        return -_NAMED  # a ruling ends one of two cells
    if not _reaches(upper):
        return -_NAMED
    words = max(-_MOST, min(_MOST, junction(one[-4:], other[:4])))
    return words + (_FULL_LINE if _ends_full(upper) else _SHORT_LINE)


def _reaches(cell: SheetCell) -> bool:
    """Whether a text reaches the foot of its cell, as one does that goes on behind it."""
    if not cell.lines or not cell.box:
        return True
    last = cell.lines[-1][0]
    return cell.box[3] - last[3] < _ROOM * (last[3] - last[1])


def _ends_full(cell: SheetCell) -> bool:
    """Whether the last line of a cell is as long as its width allows, so that it may be a wrapped one."""
    return not cell.lines or not cell.box or is_full(cell.lines[-1][0], cell.box)


def _one(cells: Sequence[SheetCell], sure: float) -> Text:
    """The text of a cell from its parts on the pages that it runs over; ``sure``: that they are of one."""
    parts = [cell.text for cell in cells if cell.text.text.strip()]
    if not parts:
        return cells[0].text
    first = parts[0]
    seen = _seen([part.text for part in parts])
    whole = next((cell.whole for cell in cells if cell.whole), None)
    sure = _WHOLE if whole is not None and _bare(whole) == _bare(seen) else sure
    raw = "\n".join(dict.fromkeys(part.raw for part in parts))
    both = replace(first.with_parts(*parts[1:]), raw=raw)
    return both.changed("page_break_joined", seen, "the cell runs over the page break", sure)


def _seen(parts: Sequence[str]) -> str:
    """What the pages print of a text together; one that each prints whole is one."""
    seen = parts[0]
    for part in parts[1:]:
        if _bare(part) != _bare(seen):
            seen += "\n" + part
    return seen


def _bare(text: str) -> str:
    return "".join(text.split())
