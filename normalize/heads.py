"""Stage 2, sheets: rows and lines that are printed again at the top of every page.

They repeat what the form's first page begins with (its title, its year), or the header of the table that
goes on. Where a page goes on with the label that follows the title on the first page too, it begins another
form of the same kind instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from normalize.lexicon import Lexicon
from normalize.mappings import fold
from normalize.sheets import Sheet, SheetCell, SheetLine, SheetTable, is_page_number, is_same_edge


def without_running_heads(sheets: Sequence[Sheet], headers: Lexicon) -> list[Sheet]:
    """``sheets`` of printed pages without the heads that pages repeat; ``headers`` are names of columns."""
    kept: list[Sheet] = []
    first: Sheet | None = None
    header: tuple[str, ...] = ()
    for sheet in sheets:
        bare = _without_heads(sheet, first, header) if first else sheet
        if bare is sheet and (first is None or _begins_alike(first, sheet)):
            first = sheet
        for row in chain.from_iterable(map(_rows, sheet.tables)):
            header = texts if all(map(headers.whole, texts := _texts(row))) else header
        kept.append(bare)
    return kept


def _without_heads(sheet: Sheet, first: Sheet, header: tuple[str, ...]) -> Sheet:
    """``sheet`` without what it repeats of the first page, and the last ``header`` before it; as it is where
    it begins a form of its own, or repeats nothing."""
    if not sheet.tables or not sheet.tables[0].box:
        return sheet
    heads = [line for line in sheet.lines if line.box and line.box[3] <= sheet.tables[0].box[1]]
    lines = [line for line in heads if _is_repeated(line, first.lines)]
    if any(line not in lines and not is_page_number(line.text.text) for line in heads):
        return sheet
    rows, above = _top_rows(sheet), _top_rows(first)
    count = next((n for n, (a, b) in enumerate(zip(above, rows, strict=False)) if _texts(a) != _texts(b)), 0)
    if (lines or count) and _same_label(above[count:], rows[count:]):
        return sheet
    while count < len(rows) and _texts(rows[count]) == header:
        count += 1
    if not (lines or count) or count == len(rows):
        return sheet
    dropped = {cell for row in rows[:count] for cell in row}
    table = replace(
        sheet.tables[0], cells=tuple(cell for cell in sheet.tables[0].cells if cell not in dropped)
    )
    return replace(
        sheet,
        tables=(table, *sheet.tables[1:]),
        lines=tuple(line for line in sheet.lines if line not in lines),
    )


def _begins_alike(first: Sheet, sheet: Sheet) -> bool:
    """Whether a page begins with a title of its own, or with that of the first."""
    return any(line.tables_above == 0 for line in sheet.lines) or _same_label(
        _top_rows(first), _top_rows(sheet)
    )


def _same_label(above: Sequence[Sequence[SheetCell]], rows: Sequence[Sequence[SheetCell]]) -> bool:
    """Whether two pages go on alike: with one label, or with a line of their own each (the year, say)."""
    if not above or not rows:
        return False
    one, other = _texts(above[0]), _texts(rows[0])
    return one[0] == other[0] or len(one) == len(other) == 1


def _is_repeated(line: SheetLine, lines: Sequence[SheetLine]) -> bool:
    return line.box is not None and any(
        other.box is not None
        and is_same_edge(other.box[1], line.box[1])
        and fold(other.text.text) == fold(line.text.text)
        for other in lines
    )


def _top_rows(sheet: Sheet) -> list[list[SheetCell]]:
    return list(_rows(sheet.tables[0])) if sheet.tables else []


def _rows(table: SheetTable) -> Iterator[list[SheetCell]]:
    """The rows of a table that print something."""
    by_row: dict[int, list[SheetCell]] = {}
    for cell in table.cells:
        if cell.text.text.strip():
            by_row.setdefault(cell.row, []).append(cell)
    return (by_row[row] for row in sorted(by_row))


def _texts(row: Sequence[SheetCell]) -> tuple[str, ...]:
    return tuple(fold(cell.text.text) for cell in row)
