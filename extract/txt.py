"""Tab-separated text, as spreadsheets and PDF converters export it.

A line with tabs is a row of a table, a blank line or a form feed ends a page. Nothing is repaired; only what
is syntax of the export goes: quotation marks around cells, heads of Markdown, rulings under headers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from extract.encodings import UNREADABLE, detect_encoding
from extract.errors import EmptyFile, TooLarge, UnreadableFile
from extract.limits import MAX_CELLS
from extract.model import Cell, Document, Line, Page, Table
from extract.source import SourceFile

Row = list[str]

_LINE_END = re.compile(r"\r{1,2}\n|\r")  # \r\r\n is \r\n that was written in text mode once more
_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"(?=[\t\n\f])')
_PLAIN = re.compile(r"[^\t\n\f]*")
_NEEDS_QUOTES = re.compile(r'[\t\n",]')
_LONGEST_CELL = 32_767  # characters that a cell of Excel holds
_TOO_MANY_CELLS = f"the tables have more than {MAX_CELLS:,} cells; split the file into smaller ones"
_RULING = re.compile(r"[-:|\s]+")
_HEADING_MARK = re.compile(r"#{1,6} +")
_HEADING_LINES = 3  # a title, its unit, its year: a block of no more lines is no page of its own


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``EmptyFile`` where all is white space, ``UnreadableFile``, ``TooLarge``."""
    text = _decode(file)
    if not text.strip():
        raise EmptyFile(file.source)
    if text.count("\t") > MAX_CELLS:
        raise TooLarge(file.source, _TOO_MANY_CELLS)
    return file.document("txt", tuple(_pages(_blocks(_rows(text)))))


def _decode(file: SourceFile) -> str:
    """The text of ``file``, its lines ended by ``\\n``.

    UTF-8 finds its feet again after a bad byte, so a few of them lose only themselves: they stay as U+FFFD,
    and a note on the page says so. In GB18030 and UTF-16 all that follows a lost byte may be read shifted,
    as other characters that look sound: there a bad byte fails the file.
    """
    encoding = detect_encoding(file.data)
    if encoding is None:
        problem = "the file begins as text, but goes on with bytes that are none; export or upload it again"
        raise UnreadableFile(file.source, problem)
    try:
        text = file.data.decode(encoding, "replace" if encoding.startswith("utf-8") else "strict")
    except UnicodeDecodeError as error:
        problem = f"the text ({encoding}) is damaged at byte {error.start + 1}; export or upload it again"
        raise UnreadableFile(file.source, problem) from error
    return _LINE_END.sub("\n", text.removeprefix("\ufeff"))


def _rows(text: str) -> Iterator[Row | None]:
    """The rows of ``text``; None for what parts pages, a blank line or a form feed. Linear in time."""
    text += "\n"
    row: Row = []
    position = 0
    while position < len(text):
        cell, position = _cell(text, position)
        row.append(cell)
        end = text[position]
        position += 1
        if end != "\t":
            yield row if len(row) > 1 or cell.strip() else None
            row = []
        if end == "\f":
            yield None


def _cell(text: str, start: int) -> tuple[str, int]:
    """The cell that begins at ``start``, and where it ends (at a tab, a line end or a form feed)."""
    if text[start] == '"' and (quoted := _QUOTED.match(text, start)):
        content = quoted[1]
        if _is_quoted_cell(content):
            return content.replace('""', '"'), quoted.end()
    plain = _PLAIN.match(text, start)
    assert plain is not None  # it matches the empty string too
    return plain[0], plain.end()


def _is_quoted_cell(content: str) -> bool:
    """Whether what stands between two quotation marks was quoted by an export, or the marks are printed ones.

    Excel quotes only where a cell needs it. Tabs and line ends together are rows that stand between two
    printed marks rather than a cell, and a form feed is the end of a page.
    """
    swallows_rows = "\f" in content or ("\t" in content and "\n" in content)
    fits = len(content) <= _LONGEST_CELL
    return fits and not swallows_rows and _NEEDS_QUOTES.search(content) is not None


def _blocks(rows: Iterable[Row | None]) -> Iterator[list[Row]]:
    """The rows between separators."""
    for is_separator, group in groupby(rows, key=lambda row: row is None):
        if not is_separator:
            yield [row for row in group if row is not None]


@dataclass(slots=True)
class _Draft:
    """A page while it is put together."""

    above: list[str]
    rows: list[Row] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    rulings: int = 0

    def page(self, number: int) -> Page:
        first = next((index for index, row in enumerate(self.rows) if len(row) > 1), len(self.rows))
        above = [*self.above, *_lines(self.rows[:first])]
        tables = (_table(self.rows[first:]),) if first < len(self.rows) else ()
        lines = (*(Line(text) for text in above), *(Line(text, len(tables)) for text in self.below))
        return Page(number, tables, lines, notes=tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        if self.rulings:
            yield f"rows of dashes left out: {self.rulings}"
        texts = [*self.above, *self.below, *(text for row in self.rows for text in row)]
        if unreadable := sum(len(UNREADABLE.findall(text)) for text in texts):
            yield f"unreadable characters (undecodable bytes, control characters): {unreadable}"


def _pages(blocks: Iterable[list[Row]]) -> Iterator[Page]:
    """The printed pages; a short block of lines belongs to the page after it, the last to the page before."""
    draft: _Draft | None = None
    number = 0
    lines: list[str] = []
    rulings = 0
    for block in blocks:
        rows = [row for row in block if not _is_ruling(row)]
        rulings += len(block) - len(rows)
        if len(rows) <= _HEADING_LINES and all(len(row) == 1 for row in rows):
            lines += _lines(rows)
            continue
        if draft:
            yield draft.page(number)
        draft, number = _Draft(lines, rows, rulings=rulings), number + 1
        lines, rulings = [], 0
    if draft is None:
        draft, number = _Draft([]), 1
    draft.below += lines
    draft.rulings += rulings
    yield draft.page(number)


def _is_ruling(row: Row) -> bool:
    printed = [text for text in row if text.strip()]
    return bool(printed) and all("---" in text and _RULING.fullmatch(text) for text in printed)


def _lines(rows: Iterable[Row]) -> list[str]:
    """The texts of rows that stand outside tables, without the marks of Markdown headings."""
    texts = (text for row in rows for cell in row for text in cell.split("\n"))
    return [_HEADING_MARK.sub("", text, count=1) if text.startswith("#") else text for text in texts]


def _table(rows: list[Row]) -> Table:
    cells = tuple(
        Cell(number, column, text) for number, row in enumerate(rows) for column, text in enumerate(row)
    )
    return Table(cells, len(rows), max(len(row) for row in rows))
