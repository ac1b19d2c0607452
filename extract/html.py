"""HTML pages, also as Word and Excel save them, and web archives (MHTML): tables and the lines between.

The parser tells of tags as they come and no tree is built, so that markup may be as deep as it likes.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from extract.encodings import UNREADABLE
from extract.errors import EmptyFile, UnreadableFile
from extract.flow import DELETIONS, HIDDEN, STRUCK, Block, Break, Places, pages
from extract.html_parts import OpenCell, Options, RowCell, Rows, TextFlow, integer
from extract.model import Document
from extract.numbering import number
from extract.source import SourceFile
from extract.symbols import in_font, is_symbol_font, raised
from extract.webpage import web_pages

Attributes = Mapping[str, str]
Style = Mapping[str, str]
Action = Callable[[], None]

_NO_STYLE: Style = {}
_BREAKS = frozenset(("always", "page", "left", "right"))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARAGRAPHS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table"
    " td th tr ul"
)
_LAID_OUT = _names("pre textarea listing xmp")
_LAID_OUT_STYLES = _names("pre pre-wrap pre-line break-spaces")
# Code, data of Office programs, buttons, the readings of characters: not printed, or no content.
_SILENT = _names(
    "audio button canvas datalist iframe noframes noscript rp rt script style template title video xml"
)
_STRIKES = _names("s strike")
_NOT_IN_CHOICES = _names("caption input table tbody td textarea tfoot th thead tr")  # they end one
_TYPED = _names("text number date month time datetime-local tel email url search")
_LIST_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}

_UNREADABLE = "unreadable characters (undecodable bytes, control characters)"
_BEGIN, _END = re.compile("<html[\\s>]", re.I), re.compile("</html\\s*>", re.I)
_CELL = re.compile(r"<t[dh]\b", re.I)
_LOST_ROW = re.compile(r"</tr\s*+>\s*+(?=<t[dh]\b)", re.I)  # the parser keeps silent on ends without a begin
_NO_TEXT = "the page shows no text; print it to PDF in a browser, or save it once it is shown"
_DEEPEST = 50  # tables within tables
_TOO_DEEP = f"tables are nested more than {_DEEPEST} deep; save the page again"
_CUT_OFF = "the file ends before </html>; it may be cut off"


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``EmptyFile``, ``UnreadableFile``, ``TooLarge``."""
    left_out: Counter[str] = Counter()
    result = pages(file.source, read_blocks(file, left_out), left_out)
    if not any(page.tables or page.lines for page in result):
        raise EmptyFile(file.source, _NO_TEXT)
    return file.document("html", result)


def read_blocks(file: SourceFile, notes: Counter[str]) -> list[Block]:
    """The lines and tables in ``file``; adds to ``notes`` what there is to say of it (see flow.pages)."""
    places = Places(file.source)
    blocks: list[Block] = []
    for text in web_pages(file, notes):
        if blocks:
            blocks.append(Break.PAGE)
        if _BEGIN.search(text) and not _END.search(text):
            notes[_CUT_OFF] = 0
        blocks += _read_markup(file.source, text, places, notes)
    return blocks


def _read_markup(source: str, text: str, places: Places, notes: Counter[str]) -> list[Block]:
    places.take(sum(1 for _ in _CELL.finditer(text)))
    reader = _Reader(source, places, notes)
    target: Any = reader
    text = _LOST_ROW.sub(r"\g<0><tr>", text)
    # Texts beyond 10 MB would be dropped without a word, were the document not allowed to be huge.
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)
    if text.strip():
        etree.fromstring(text.encode("utf-8", "replace"), parser)
    return reader.blocks()


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks, which inner elements inherit."""

    font: str | None = None
    is_laid_out: bool = False
    is_visible: bool = True
    is_raised: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    """An open element: how text looked before it, and what its end does."""

    look: _Look
    end: Action | None
    breaks_after: bool


@dataclass(slots=True)
class _Marker:
    """The next number of an ordered list, and its style."""

    next: int
    style: str


class _Reader:
    """Takes what the parser tells: begins and ends of elements, each begin with its end, and text."""

    def __init__(self, source: str, places: Places, notes: Counter[str]) -> None:
        self._source, self._places, self._notes = source, places, notes
        self._flow = TextFlow()
        self._rows: Rows | None = None  # of the open table; None within its cells
        self._cells: list[OpenCell] = []
        self._options: Options | None = None
        self._lists: list[_Marker | None] = []
        self._look = _Look()
        self._open: list[_Open] = []
        self._unshown = 0  # depth in an element that is not shown
        self._unshown_as: str | None = None

    def blocks(self) -> list[Block]:
        return self._flow.blocks()

    # The interface of a parser's target

    def start(self, tag: str, attributes: Attributes) -> None:
        style = _style(attributes["style"]) if "style" in attributes else _NO_STYLE
        if self._unshown or self._is_unshown(tag, attributes, style):
            self._unshown += 1
            return
        if tag in _PARAGRAPHS:
            self._flow.end_line()
        if _breaks_page("before", style):
            self._end_page()
        end = self._begin(tag, attributes, style)
        self._open.append(_Open(self._look, end, _breaks_page("after", style)))
        self._look = _look(self._look, tag, attributes, style)

    def end(self, tag: str) -> None:
        if self._unshown:
            self._unshown -= 1
            return
        element = self._open.pop()
        self._look = element.look
        if element.end:
            element.end()
        if tag in _PARAGRAPHS:
            self._flow.end_line()
        if element.breaks_after:
            self._end_page()

    def data(self, text: str) -> None:
        if self._unshown or not self._look.is_visible:
            if text.strip() and (what := self._unshown_as if self._unshown else HIDDEN):
                self._notes[what] += 1
                self._unshown_as = None
            return
        if unreadable := len(UNREADABLE.findall(text)):
            self._notes[_UNREADABLE] += unreadable
        if self._look.font:
            text = in_font(text, self._look.font)
        if self._look.is_raised:
            text = raised(text)
        if self._options:
            self._options.add_text(text)
        elif self._look.is_laid_out:
            self._flow.add_laid_out(text)
        else:
            self._flow.add_text(text)

    def close(self) -> None:
        """The end of the text."""

    def _end_page(self) -> None:
        if self._rows is None:  # no page ends within a table
            self._flow.add_block(Break.PAGE)

    # What elements mean

    def _is_unshown(self, tag: str, attributes: Attributes, style: Style) -> bool:
        if tag in _SILENT:
            self._unshown_as = None
        elif tag == "del":
            self._unshown_as = DELETIONS
        elif tag in _STRIKES or _is_struck(style):
            self._unshown_as = STRUCK
        elif tag != "option" and ("hidden" in attributes or _is_hidden(style)):
            self._unshown_as = HIDDEN
        else:
            return False
        return True

    def _begin(self, tag: str, attributes: Attributes, style: Style) -> Action | None:
        """Do what the begin of an element asks for. Returns what its end asks for."""
        if tag in _NOT_IN_CHOICES:
            self._end_options()
        match tag:
            case "table":
                return self._begin_table()
            case "thead" | "tbody" | "tfoot":
                return self._begin_section(tag)
            case "tr":
                return self._begin_row()
            case "td" | "th":
                return self._begin_cell(attributes)
            case "select":
                return self._begin_options(attributes)
            case "option" if self._options:
                self._options.begin_option(
                    is_selected="selected" in attributes, is_disabled="disabled" in attributes
                )
            case "ol" | "ul" | "menu" | "dir":
                return self._begin_list(tag, attributes, style)
            case "li":
                self._add_number(attributes, style)
            case "br":
                self._flow.add_laid_out("\n")
            case "input":
                self._flow.add_text(_shown(attributes))
        return None

    def _begin_table(self) -> Action:
        outer, depth = self._rows, len(self._cells)
        if depth > _DEEPEST:
            raise UnreadableFile(self._source, _TOO_DEEP)
        if outer:  # a table between the rows of another ends it; its further rows are one more
            self._end_rows()
            outer = Rows()
        self._rows = Rows()

        def end() -> None:
            self._end_cells(depth)
            self._end_rows()
            self._rows = outer

        return end

    def _end_rows(self) -> None:
        if self._rows:
            self._flow.add_block(self._rows.table(self._places))

    def _open_rows(self) -> Rows | None:
        """The rows of the table that a row or cell belongs to; an open cell of it ends."""
        if self._rows is None and self._cells:
            self._end_cells(len(self._cells) - 1)
        return self._rows

    def _begin_section(self, name: str) -> Action | None:
        rows = self._open_rows()
        if rows is None:
            return None
        rows.begin_section(name)
        return lambda: rows.begin_section("tbody")

    def _begin_row(self) -> Action | None:
        rows = self._open_rows()
        if rows is None:
            return None
        rows.begin_row()
        return rows.end_row

    def _begin_cell(self, attributes: Attributes) -> Action | None:
        rows = self._open_rows()
        if rows is None:
            return None
        depth = len(self._cells)
        self._cells.append(OpenCell(RowCell.spanning(attributes), rows, self._flow))
        self._rows, self._flow = None, TextFlow()
        return lambda: self._end_cells(depth)

    def _end_cells(self, depth: int) -> None:
        """End the cells that are open beyond ``depth``."""
        while len(self._cells) > depth:
            cell = self._cells.pop()
            cell.end(self._flow)
            self._rows, self._flow = cell.rows, cell.flow

    def _begin_options(self, attributes: Attributes) -> Action:
        if self._options:  # it has lost its end, and browsers take this for it
            self._end_options()
        else:
            self._options = Options(is_multiple="multiple" in attributes)
        return self._end_options

    def _end_options(self) -> None:
        if self._options:
            self._flow.add_text(self._options.text())
            self._options = None

    def _begin_list(self, tag: str, attributes: Attributes, style: Style) -> Action:
        is_numbered = tag == "ol" and "reversed" not in attributes and _has_marker(style)
        kind = _LIST_STYLES.get(attributes.get("type", ""), "decimal")
        self._lists.append(_Marker(integer(attributes.get("start"), 1), kind) if is_numbered else None)

        def end() -> None:
            self._lists.pop()

        return end

    def _add_number(self, attributes: Attributes, style: Style) -> None:
        marker = self._lists[-1] if self._lists else None
        if marker:
            value = integer(attributes.get("value"), marker.next)
            marker.next = value + 1
            if _has_marker(style):
                self._flow.add_text(number(value, marker.style) + ". ")


def _style(text: str) -> Style:
    """The declarations of a style attribute, in lower case."""
    pairs = (declaration.partition(":") for declaration in text.lower().split(";"))
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in pairs}


def _is_hidden(style: Style) -> bool:
    return style.get("display") == "none" or style.get("mso-hide") == "all"


def _is_struck(style: Style) -> bool:
    declared = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    return "line-through" in declared.split()


def _breaks_page(side: str, style: Style) -> bool:
    return bool(style) and not _BREAKS.isdisjoint(
        (style.get(f"page-break-{side}", ""), style.get(f"break-{side}", ""))
    )


def _has_marker(style: Style) -> bool:
    return "none" not in (style.get("list-style-type") or style.get("list-style", "")).split()


def _look(outer: _Look, tag: str, attributes: Attributes, style: Style) -> _Look:
    """How text looks in an element within ``outer``."""
    look = replace(outer, is_laid_out=True) if tag in _LAID_OUT else outer
    fonts = style.get("font-family") or (attributes.get("face") if tag == "font" else None)
    if fonts:
        font = fonts.split(",")[0].strip(" \"'")
        look = replace(look, font=font if is_symbol_font(font) else None)
    if tag == "sup" or "vertical-align" in style:
        look = replace(look, is_raised=tag == "sup" or style["vertical-align"] == "super")
    if "visibility" in style:
        look = replace(look, is_visible=style["visibility"] == "visible")
    if "white-space" in style:
        look = replace(look, is_laid_out=style["white-space"] in _LAID_OUT_STYLES)
    return look


def _shown(attributes: Attributes) -> str:
    """What an input shows."""
    kind = attributes.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if "checked" in attributes else "☐"
    return attributes.get("value", "") if kind in _TYPED else ""
