"""Old Excel workbooks (xls, et): pages, tables and texts as in new ones (see xlsx.py).

A workbook in XML (SpreadsheetML 2003) is read as what LibreOffice makes of it.
"""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import xlrd
from xlrd.sheet import Cell

from extract import xlsx
from extract.errors import EncryptedFile, ExtractError, TooLarge, UnreadableFile
from extract.flow import STRUCK, Places
from extract.limits import MAX_PAGES
from extract.model import Document, Page
from extract.numfmt import BUILT_IN, GENERAL
from extract.office import convert
from extract.ole import SIGNATURE, read_streams
from extract.registry import find_format
from extract.source import SourceFile
from extract.spreadsheet import Formats, Sheet, Spot
from extract.symbols import raised

_DAMAGED = "the workbook is damaged or unusual ({}); open it in Excel or WPS and save it as xlsx"
_MOST_SHEETS = f"the workbook has more than {MAX_PAGES:,} sheets; split it into smaller files"
_ENCRYPTED = "encrypted"  # in the library's message
_NO_NUMBER = "#NUM!"
_LONGEST_PROBLEM = 120  # characters
_SUPERSCRIPT = 1  # the escapement of a font
_STATES = {1: "hidden sheet", 2: "very hidden sheet"}


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``UnreadableFile``, ``EncryptedFile``, ``TooLarge``."""
    if file.data.startswith(SIGNATURE):
        pages = _pages(file, read_streams(file))
    else:
        pages = xlsx.read(convert(file, "xlsx")).pages
    return file.document(find_format(file).name, pages)


def _pages(file: SourceFile, streams: Mapping[str, bytes]) -> tuple[Page, ...]:
    stream = streams.get("workbook") or streams.get("book")
    if stream is None:
        raise UnreadableFile(file.source, _DAMAGED.format("no workbook in it"))
    try:
        with open(os.devnull, "w", encoding="utf-8") as log:
            book = xlrd.open_workbook(
                file_contents=stream, logfile=log, formatting_info=True, ragged_rows=True
            )
        return tuple(_read_pages(file.source, book))
    except ExtractError:
        raise
    except Exception as error:  # of whatever kind, as files are damaged in whatever way
        if _ENCRYPTED in str(error):
            raise EncryptedFile(file.source) from error
        problem = " ".join(str(error).split()) or type(error).__name__
        raise UnreadableFile(file.source, _DAMAGED.format(problem[:_LONGEST_PROBLEM])) from error


def _read_pages(source: str, book: xlrd.Book) -> Iterator[Page]:
    if book.nsheets > MAX_PAGES:
        raise TooLarge(source, _MOST_SHEETS)
    codes = BUILT_IN | {stored.format_key: stored.format_str for stored in book.format_list}
    styles = [codes.get(style.format_key, GENERAL) for style in book.xf_list]
    struck = frozenset(n for n, font in enumerate(book.font_list) if font.struck_out)
    raising = frozenset(n for n, font in enumerate(book.font_list) if font.escapement == _SUPERSCRIPT)
    formats = Formats(styles, book.datemode == 1, *(_styles_with(book, fonts) for fonts in (struck, raising)))
    places = Places(source)
    for number, old in enumerate(book.sheets(), 1):
        sheet = Sheet(old.name, formats, places)
        if old.visibility in _STATES:
            sheet.notes.append(_STATES[old.visibility])
            sheet.is_hidden = True
        sheet.shows_zeros = bool(getattr(old, "show_zero_values", True))  # the library's types lack it
        for top, bottom, left, right in old.merged_cells:
            sheet.merge((top, left, bottom - 1, right - 1))
        for row, row_info in old.rowinfo_map.items():
            if row_info.hidden:
                sheet.hide_rows(row, row)
        for column, column_info in old.colinfo_map.items():
            if column_info.hidden:
                sheet.hide_columns(column, column)
        for row in range(old.nrows):
            for column, cell in enumerate(old.row(row)):
                if runs := old.rich_text_runlist_map.get((row, column)):
                    cell.value, is_struck = _printed(str(cell.value), runs, struck, raising)
                    if is_struck:
                        sheet.remark(STRUCK, (row, column))
                _put(sheet, (row, column), cell)
        yield sheet.page(number)


def _styles_with(book: xlrd.Book, fonts: frozenset[int]) -> frozenset[int]:
    return frozenset(n for n, style in enumerate(book.xf_list) if style.font_index in fonts)


def _printed(
    text: str, runs: Sequence[tuple[int, int]], struck: frozenset[int], raising: frozenset[int]
) -> tuple[str, bool]:
    """``text`` without what is struck through in it, and whether there is such; ``runs`` are (place, font)
    from each place on."""
    parts = [text[: runs[0][0]]]
    is_struck = False
    for (start, font), (end, _) in pairwise((*runs, (len(text), 0))):
        part = text[start:end]
        if font in struck and part.strip():
            is_struck = True
        else:
            parts.append(raised(part) if font in raising else part)
    return "".join(parts), is_struck


def _put(sheet: Sheet, spot: Spot, cell: Cell) -> None:
    value, style = cell.value, cell.xf_index or 0
    if cell.ctype == xlrd.XL_CELL_TEXT:
        sheet.put_text(spot, str(value), style)
    elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        number = float(value)
        if math.isfinite(number):
            sheet.put_number(spot, number, style)
        else:
            sheet.put(spot, _NO_NUMBER)
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        sheet.put(spot, "TRUE" if value else "FALSE")
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        sheet.put(spot, xlrd.error_text_from_code[int(value)])
