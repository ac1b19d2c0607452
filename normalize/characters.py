"""Stage 1, characters: HTML gone, widths folded, line wraps inside Chinese phrases joined."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from string import ascii_letters

from extract.symbols import raised
from normalize.grid import Covering, Row
from normalize.model import Text
from normalize.sheets import Sheet, SheetCell, SheetTable, is_full

# An explicit table: NFKC would also turn `，` into `,` and `㎡` into `m2`, which the contract keeps.
_WIDTHS = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDTHS |= {ord("％"): "%", ord("＝"): "=", ord("＞"): ">", ord("＜"): "<", ord("＋"): "+", ord("．"): "."}
_UNREADABLE = re.compile("[\ufffd\x00-\x08\x0e-\x1f]")
_INVISIBLE = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]
)
_SPACES = re.compile("[\u0009\u00a0\u2000-\u200a\u202f\u205f\u3000]")

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CLOSED = _HAN + "，。；：、！？（）《》“”‘’【】"
# A line break after the end of a sentence parts paragraphs.
_WRAP = re.compile(f"(?<=[{_CLOSED}]) +(?=[{_CLOSED}])|(?<=[{_CLOSED}])(?<![。；！？])[ \n]+(?=[{_CLOSED}])")
_SPREAD = re.compile(f"(?<=[{_HAN}]) +(?=[{_HAN}])")
_STRIKE = re.compile(r"<(?:s|strike|del)\b[^<>]*>", re.I)
_CORRECTED = 0.8  # confidence in a text of which a part is struck through
_LOST = 0.6  # confidence in a text with characters that cannot be read
_SENTENCE_ENDS = frozenset("。；！？;!?")
_LATIN = frozenset(ascii_letters)
_PHRASE = 40
"""Characters up to which a cell is one phrase (a label, a name), where white space is no content."""

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "hr", "pre"}
_INLINE = {
    "a",
    "b",
    "i",
    "u",
    "s",
    "strike",
    "del",
    "ins",
    "em",
    "strong",
    "span",
    "font",
    "sup",
    "sub",
    "small",
    "big",
    "label",
    "img",
}
_STRUCK = {"s", "strike", "del"}
_SILENT = {"style", "script"}
_TAGS = _BLOCKS | _INLINE | _SILENT | {"td", "th", "tbody", "thead", "html", "body", "head", "center", "o:p"}
_MARKUP = rf"/?(?:{'|'.join(sorted(_TAGS))})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>]+))*\s*/?>"
_TAG = re.compile(rf"<{_MARKUP}|<!--|&(?:[a-z]{{2,8}}|#\d{{2,6}}|#x[0-9a-f]{{2,5}});", re.I)
_OPEN = re.compile(rf"<(?!{_MARKUP}|!--)", re.I)
_ESCAPED = 3  # times that an export may have escaped the HTML of a cell


class _Words(HTMLParser):
    """Collects the text of an HTML fragment; block elements begin a new line. Scripts and styles are no
    text, if they are ``closed``: one that is not would swallow the rest; nor is what is struck through.
    Superscripts stay apart from the digits before them."""

    def __init__(self, closed: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = False
        self.struck = self.raised = 0
        self.closed = closed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = self.silent or (tag in _SILENT and tag in self.closed)
        self.struck += tag in _STRUCK and tag in self.closed
        self.raised += tag == "sup" and tag in self.closed
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = self.silent and tag not in _SILENT
        self.struck -= tag in _STRUCK and self.struck > 0
        self.raised -= tag == "sup" and self.raised > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def set_cdata_mode(self, *args: object, **options: object) -> None:
        """Scripts and styles are parsed as other elements are, so that an open one swallows nothing."""

    def handle_data(self, data: str) -> None:
        if not self.silent and not self.struck:
            self.parts.append(raised(data) if self.raised else data)


def without_html(text: str) -> str:
    """``text`` with tags and entities gone; paragraphs become lines. Without any it is as it was."""
    for _ in range(_ESCAPED):
        if not _TAG.search(text):
            break
        # A `<` that opens no tag of HTML is text (`<5%`, `<AI>`), which the parser would swallow.
        parser = _Words({tag for tag in (*_SILENT, *_STRUCK, "sup") if f"</{tag}>" in text.lower()})
        parser.feed(_OPEN.sub("&lt;", text))
        parser.close()
        lines = (line.strip() for line in "".join(parser.parts).split("\n"))
        text = "\n".join(line for line in lines if line)
    return text


def folded(text: str) -> str:
    """Full-width digits, letters, signs and spaces as half-width, invisible marks gone."""
    return _SPACES.sub(" ", text.translate(_WIDTHS).translate(_INVISIBLE))


def unwrapped(text: str) -> str:
    """White space that a line wrap put inside a Chinese phrase is gone; paragraphs of long texts stay."""
    if len(text) <= _PHRASE:
        return _WRAP.sub("", text)
    return _SPREAD.sub("", text) if "\n" in text else text


def clean(text: Text) -> Text:
    """The repairs of this stage on one text, each recorded."""
    # White space at the ends of a cell is no text; everything else is recorded.
    text = replace(text, text=text.text.strip())
    if _UNREADABLE.search(text.text):
        text = text.lost("characters that the source lost or that cannot be read", _LOST)
    if _STRIKE.search(text.text):
        evidence, sure = "HTML of the export is no text, nor is what it strikes through", _CORRECTED
    else:
        evidence, sure = "HTML of the export is no text", 1.0
    text = text.changed("html_stripped", without_html(text.text), evidence, sure)
    text = text.changed(
        "width_folded", folded(text.text).strip(), "full-width digits, letters and signs folded"
    )
    return text.changed(
        "wrap_joined", unwrapped(text.text), "white space inside a Chinese phrase is a line wrap"
    )


def read_rows(sheets: Sequence[Sheet]) -> list[Row]:
    """All printed rows of ``sheets`` in reading order, their characters repaired; no blank rows."""
    return [row for sheet in sheets for row in _sheet_rows(sheet)]


def _sheet_rows(sheet: Sheet) -> list[Row]:
    rows: list[Row] = []
    for number in range(len(sheet.tables) + 1):
        for line in (line for line in sheet.lines if line.tables_above == number):
            rows.append(Row(sheet.page, 0, line.text.place.row, (clean(line.text),), sheet.page))
        if number < len(sheet.tables):
            top = not any(row.table for row in rows)
            rows += _table_rows(sheet.tables[number], sheet.page, top)
    return [row for row in rows if row.texts and row.texts[0].text]


def _without_wraps(cell: SheetCell) -> Text:
    """A cell's text, its lines joined where they are as long as the cell is wide, and end no sentence."""
    if not cell.box or len(cell.lines) < 2 or "\n".join(text for _, text in cell.lines) != cell.text.text:
        return cell.text
    joined = cell.lines[0][1]
    for (box, line), (_, following) in pairwise(cell.lines):
        wrapped = is_full(box, cell.box) and line[-1:] not in _SENTENCE_ENDS
        between = " " if line[-1:] in _LATIN and following[:1] in _LATIN else ""
        joined += (between if wrapped else "\n") + following
    return cell.text.changed("wrap_joined", joined, "the line is as long as its cell is wide")


def _table_rows(table: SheetTable, page: int, top: bool) -> list[Row]:
    """The rows of a table; ``top``: no table stands above it on its page."""
    by_row: dict[int, list[tuple[SheetCell, Text]]] = {}
    covering: dict[int, list[Covering]] = {}
    for cell in table.cells:
        text = clean(cell.continues or _without_wraps(cell))
        if not text.text:
            continue
        if not cell.continues:
            by_row.setdefault(cell.row, []).append((cell, text))
        for below in range(cell.row + (not cell.continues), cell.row + cell.rowspan):
            covering.setdefault(below, []).append(Covering(text, cell.column, cell.colspan))
    rows = []
    for first, (index, cells) in enumerate(sorted(by_row.items())):
        cells.sort(key=lambda pair: pair[0].column)
        row = Row(page, table.number, index + 1, tuple(text for _, text in cells), page)
        if table.ruled:
            row = replace(
                row,
                ruled=True,
                columns=tuple(cell.column for cell, _ in cells),
                colspans=tuple(cell.colspan for cell, _ in cells),
                covering=tuple(covering.get(index, ())),
            )
        rows.append(replace(row, top=top and first == 0))
    return rows
