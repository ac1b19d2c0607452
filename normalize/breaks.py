"""Stage 2, sheets: cells that run over a page break.

A table goes on behind a page break where nothing is printed between its parts and both have the same column
edges. A merged cell that the break runs through is open on both sides of it (spreadsheets), or comes out
empty at the top of the next page (word processors, which close it with a ruling); spreadsheets also paint
the whole text again on each page. Such cells are one: its text stands on the first page and covers its rows
on the next. Rows that a word processor tore, text on both pages, are joined where their columns are known
(layout.py, indicators.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from normalize.model import Text
from normalize.sheets import Sheet, SheetCell, SheetTable, is_same_edge

_PAGE_NUMBER = re.compile(r"[-—–\s·]*(?:第\s*)?\d+\s*(?:页)?(?:\s*[,，/共]*\s*\d+\s*页?)?[-—–\s·]*")
_SAME_COLUMNS = 0.8  # of the column edges of the part with fewer of them
_JOINED, _WHOLE = 0.97, 1.0  # confidence in a text joined over a break; in one that is written whole there

Key = tuple[int, int, int]  # sheet, table, cell


def join_breaks(sheets: Sequence[Sheet]) -> list[Sheet]:
    """``sheets`` with the cells that run over page breaks joined."""
    goes_on: dict[Key, Key] = {}
    for number, (above, below) in enumerate(pairwise(sheets)):
        if _is_one_table(above, below):
            for before, after in _pairs(above.tables[-1], below.tables[0]):
                goes_on[number + 1, 0, after] = (number, len(above.tables) - 1, before)
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
        text = _one(cells)
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


def _is_one_table(above: Sheet, below: Sheet) -> bool:
    """Whether the last table of a page goes on with the first one of the next."""
    if not above.tables or not below.tables:
        return False
    upper, lower = above.tables[-1], below.tables[0]
    between = [line for line in above.lines if line.tables_above == len(above.tables)]
    between += [line for line in below.lines if line.tables_above == 0]
    if any(not _PAGE_NUMBER.fullmatch(line.text.text.strip()) for line in between):
        return False
    if not upper.column_edges or not lower.column_edges:
        return False
    if not all(is_same_edge(upper.column_edges[k], lower.column_edges[k]) for k in (0, -1)):
        return False
    few, many = sorted((upper.column_edges, lower.column_edges), key=len)
    same = sum(any(is_same_edge(edge, other) for other in many) for edge in few)
    return same >= _SAME_COLUMNS * len(few)


def _pairs(upper: SheetTable, lower: SheetTable) -> Iterator[tuple[int, int]]:
    """The cells at the bottom of a page with those at the top of the next that go on with them."""
    end = max((cell.row + cell.rowspan for cell in upper.cells), default=0)
    bottom = [(c, cell) for c, cell in enumerate(upper.cells) if cell.row + cell.rowspan == end]
    pairs = [
        (c, number, before, cell)
        for number, cell in enumerate(lower.cells)
        if cell.row == 0
        for c, before in bottom
        if _is_over(before, cell)
    ]
    torn = _is_torn([(before, cell) for _, _, before, cell in pairs])
    for c, number, before, cell in pairs:
        if _is_one_cell(before, cell, torn):
            yield c, number


def _is_over(upper: SheetCell, lower: SheetCell) -> bool:
    assert upper.box and lower.box
    return is_same_edge(upper.box[0], lower.box[0]) and is_same_edge(upper.box[2], lower.box[2])


def _is_one_cell(upper: SheetCell, lower: SheetCell, torn: bool) -> bool:
    """Whether a page break runs through a cell; ``torn``: it runs through the row.

    Where it runs between two rows, a page may still end before the ruling that parts them.
    """
    if not lower.text.text.strip():
        return True
    if "bottom" not in upper.open_sides or "top" not in lower.open_sides:
        return False
    one, other = _bare(upper.text.text), _bare(lower.text.text)
    merged = upper.rowspan > 1 or lower.rowspan > 1
    whole = {_bare(cell.whole) for cell in (upper, lower) if cell.whole}
    return merged or torn or not one or one == other or one + other in whole


def _is_torn(pairs: Sequence[tuple[SheetCell, SheetCell]]) -> bool:
    """Whether a page break runs through a row: most of its cells have text on one side alone."""
    sides = [
        (bool(upper.text.text.strip()), bool(lower.text.text.strip()))
        for upper, lower in pairs
        if upper.rowspan == lower.rowspan == 1
    ]
    return sum(one != other for one, other in sides) > sum(one and other for one, other in sides)


def _one(cells: Sequence[SheetCell]) -> Text:
    """The text of a cell from its parts on the pages that it runs over."""
    parts = [cell.text for cell in cells if cell.text.text.strip()]
    if not parts:
        return cells[0].text
    first = parts[0]
    seen = _seen([part.text for part in parts])
    whole = next((cell.whole for cell in cells if cell.whole), None)
    sure = _WHOLE if whole is not None and _bare(whole) == _bare(seen) else _JOINED
    both = replace(
        first,
        raw="\n".join(dict.fromkeys(part.raw for part in parts)),
        changes=tuple(change for part in parts for change in part.changes),
    )
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
