"""Old Excel workbooks (xls, et): pages, tables and texts as in new ones (see xlsx.py).

A workbook in XML (SpreadsheetML 2003) is read as what LibreOffice makes of it.
"""

import math
import os
from collections.abc import Iterator, Mapping

import xlrd
from xlrd.sheet import Cell

from extract import xlsx
from extract.errors import EncryptedFile, ExtractError, TooLarge, UnreadableFile
from extract.flow import Places
from extract.limits import MAX_PAGES
from extract.model import Document, Page
from extract.numfmt import BUILT_IN, GENERAL
from extract.office import convert
from extract.ole import SIGNATURE, read_streams
from extract.registry import find_format
from extract.source import SourceFile
from extract.spreadsheet import Formats, Sheet, Spot

_DAMAGED = "the workbook is damaged or unusual ({}); open it in Excel or WPS and save it as xlsx"
_MOST_SHEETS = f"the workbook has more than {MAX_PAGES:,} sheets; split it into smaller files"
_ENCRYPTED = "encrypted"  # in the library's message
_NO_NUMBER = "#NUM!"
_LONGEST_PROBLEM = 120  # characters
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
    formats = Formats(styles, epoch_1904=book.datemode == 1)
    places = Places(source)
    for number, old in enumerate(book.sheets(), 1):
        sheet = Sheet(old.name, formats, places)
        if old.visibility in _STATES:
            sheet.notes.append(_STATES[old.visibility])
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
                _put(sheet, (row, column), cell)
        yield sheet.page(number)


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
