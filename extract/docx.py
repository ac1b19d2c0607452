"""Word documents (docx): the grid of each table and the text between, as they print.

Tracked insertions are in, deletions are out, as if all had been accepted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from extract import html
from extract.docx_numbering import Numbering
from extract.errors import EmptyFile, UnreadableFile
from extract.flow import DELETIONS, HIDDEN, STRUCK, Block, Break, DraftCell, DraftTable, pages
from extract.model import Document
from extract.ooxml import Element, attribute, child, integer, is_on, local_name, related
from extract.package import Package, open_package
from extract.signatures import kind_of
from extract.source import SourceFile
from extract.symbols import UNKNOWN, in_font, is_symbol_font, raised

_NO_TEXT = "nothing is in the document; export or upload it again"
_NO_BODY = "the Word document has no body; export or upload it again"

_BLOCKS = frozenset(("p", "tbl", "altChunk"))
_ROWS, _CELLS, _RUNS = frozenset(("tr",)), frozenset(("tc",)), frozenset(("r",))
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES = "pictures, of which no text is read"
_EMBEDDED = "embedded documents left out"
_FOOTNOTES = "footnotes left out"
_STRIKES = ("strike", "dstrike")
_LEFT_OUT = {
    "blip": _PICTURES,
    "imagedata": _PICTURES,
    "chart": _PICTURES,
    "footnoteReference": _FOOTNOTES,
    "endnoteReference": _FOOTNOTES,
}
_INLINE = frozenset((*_SIGNS, *_LEFT_OUT, "t", "sym", "fldChar", "txbxContent"))
_DELETED = frozenset(("del", "moveFrom"))
# What is not printed: the reading of a character above it, codes of fields.
_SILENT = frozenset(("rt", "instrText", "delText", "tblGrid"))


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``EmptyFile``, ``UnreadableFile``, ``TooLarge``."""
    with open_package(file) as package:
        main = related(package, "").get("officeDocument", "word/document.xml")
        body = child(package.xml(main), "body")
        if body is None:
            raise UnreadableFile(file.source, _NO_BODY)
        parts = related(package, main)
        numbering = Numbering(*(package.xml(parts.get(kind, "")) for kind in ("numbering", "styles")))
        reader = _Reader(file.source, package, parts, numbering, _page_ends(body))
        result = pages(file.source, reader.blocks(body), reader.notes)
    if not any(page.tables or page.lines or page.notes for page in result):
        raise EmptyFile(file.source, _NO_TEXT)
    return file.document("docx", result)


def _page_ends(body: Element) -> frozenset[Element]:
    """The sections after which a page ends: those before a section that is not continuous."""
    sections = [
        section
        for section in body.iter("{*}sectPr")
        if (above := section.getparent()) is not None and local_name(above) in ("pPr", "body")
    ]
    return frozenset(
        section
        for section, following in pairwise(sections)
        if attribute(child(following, "type")) not in ("continuous", "nextColumn")
    )


@dataclass(slots=True)
class _Reader:
    """Reads elements to blocks, once and in the order of the document, since lists are counted."""

    source: str
    package: Package
    parts: dict[str, str]
    numbering: Numbering
    page_ends: frozenset[Element]
    notes: Counter[str] = field(default_factory=Counter)

    def blocks(self, parent: Element) -> list[Block]:
        """The paragraphs and tables in ``parent``."""
        blocks: list[Block] = []
        is_joined = False  # with the paragraph before, whose end is deleted
        for element in self._walk(parent, _BLOCKS):
            if (name := local_name(element)) != "p":
                blocks += [self._table(element)] if name == "tbl" else self._embedded(element)
                is_joined = False
                continue
            paragraph = self._paragraph(element)
            if is_joined and isinstance(text := blocks[-1], str) and isinstance(paragraph[0], str):
                del blocks[-1]
                text += paragraph[0]
                paragraph[0] = text
            blocks += paragraph
            is_joined = _is_deleted(child(element, "pPr", "rPr"))
        return blocks

    def _paragraph(self, paragraph: Element) -> list[Block]:
        """The text of ``paragraph``, parted by page breaks, then what its text boxes hold."""
        properties = child(paragraph, "pPr")
        blocks: list[Block] = [Break.PAGE] if is_on(child(properties, "pageBreakBefore")) else []
        boxes: list[Block] = []
        text = [] if _is_deleted(child(properties, "rPr")) else [self.numbering.label(paragraph)]
        fields: list[bool] = []  # of each open field, whether this is its code and not its result
        for run in self._walk(paragraph, _RUNS):
            look = child(run, "rPr")
            fonts = child(look, "rFonts")
            font = attribute(fonts, "ascii") or attribute(fonts, "hAnsi")
            is_hidden = is_on(child(look, "vanish"))
            is_struck = any(is_on(child(look, name)) for name in _STRIKES)
            is_raised = attribute(child(look, "vertAlign")) == "superscript"
            for element in self._walk(run, _INLINE):
                name = local_name(element)
                if name == "txbxContent":
                    boxes += self.blocks(element)
                elif name in _LEFT_OUT:
                    self.notes[_LEFT_OUT[name]] += 1
                elif name == "br" and attribute(element, "type") == "page":
                    blocks += ["".join(text), Break.PAGE]
                    text = []
                else:
                    is_seen = not (is_hidden or any(fields))
                    piece = _field(element, fields) if name == "fldChar" else _text(element, font)
                    if is_struck and is_seen and piece.strip():
                        self.notes[STRUCK] += 1
                    elif is_seen:
                        text.append(raised(piece) if is_raised else piece)
                    else:
                        self._leave_out(piece)
        blocks += ["".join(text), *boxes]
        if child(properties, "sectPr") in self.page_ends:
            blocks.append(Break.PAGE)
        return blocks

    def _table(self, table: Element) -> DraftTable:
        """The grid of ``table``. A merge downwards goes on where the cell below has the same two sides."""
        cells: list[DraftCell] = []
        merged: dict[tuple[int, int], DraftCell] = {}
        row = 0
        for element in self._walk(table, _ROWS):
            if _is_deleted(child(element, "trPr")):
                self.notes[DELETIONS] += 1
                continue
            above, merged = merged, {}
            for cell, merge in self._row(element, row):
                sides = cell.column, cell.colspan
                if merge == "continue" and sides in above:
                    self._leave_out(*cell.blocks)
                    cell = above[sides]
                    cell.rowspan += 1
                else:
                    cells.append(cell)
                if merge:
                    merged[sides] = cell
            row += 1
        return DraftTable(cells)

    def _row(self, element: Element, row: int) -> list[tuple[DraftCell, str | None]]:
        """The cells of a row, those merged sideways as one, each with its part in a merge downwards."""
        cells: list[tuple[DraftCell, str | None]] = []
        column = max(integer(child(element, "trPr", "gridBefore")), 0)
        for tc in self._walk(element, _CELLS):
            properties = child(tc, "tcPr")
            if child(properties, "cellDel") is not None:
                self.notes[DELETIONS] += 1
                continue
            span = max(integer(child(properties, "gridSpan"), default=1), 1)
            blocks = self.blocks(tc)
            if cells and _merge(properties, "hMerge") == "continue":
                cells[-1][0].colspan += span
                self._leave_out(*blocks)
            else:
                cell = DraftCell(row, column, colspan=span, blocks=blocks)
                cells.append((cell, _merge(properties, "vMerge")))
            column += span
        return cells

    def _embedded(self, chunk: Element) -> list[Block]:
        """The page that ``chunk`` has Word take in: some web systems make documents of nothing else."""
        data = self.package.read(self.parts.get(attribute(chunk, "id") or "", "")) or b""
        if kind_of(data).name not in ("html", "mhtml"):
            self.notes[_EMBEDDED] += 1
            return []
        return html.read_blocks(SourceFile(self.source, data), self.notes)

    def _leave_out(self, *blocks: Block) -> None:
        """Count what is in the file but cannot be seen."""
        if any(
            isinstance(block, DraftTable) or (isinstance(block, str) and block.strip()) for block in blocks
        ):
            self.notes[HIDDEN] += 1

    def _walk(self, parent: Element, wanted: frozenset[str]) -> Iterator[Element]:
        """The ``wanted`` elements in ``parent``, in order, through everything that merely wraps them."""
        stack: list[Iterator[Element]] = [iter(parent)]
        while stack:
            for element in stack[-1]:
                name = local_name(element)
                if name in wanted:
                    yield element
                elif name in _DELETED:
                    self.notes[DELETIONS] += 1
                elif name == "AlternateContent":  # the same thing, for newer and for older programs
                    alternatives = (child(element, name) for name in ("Choice", "Fallback"))
                    stack.append(iter([each for each in alternatives if each is not None][:1]))
                    break
                elif name not in _SILENT and not name.endswith("Pr"):
                    stack.append(iter(element))
                    break
            else:
                stack.pop()


def _is_deleted(properties: Element | None) -> bool:
    return any(child(properties, name) is not None for name in _DELETED)


def _merge(properties: Element | None, name: str) -> str | None:
    """``restart`` or ``continue``, None where the cell is not merged in this direction."""
    merge = child(properties, name)
    return None if merge is None else attribute(merge) or "continue"


def _field(mark: Element, fields: list[bool]) -> str:
    """Keep ``fields`` as ``mark`` says. Prints the check box of a form, a field that has no result."""
    kind = attribute(mark, "fldCharType")
    if kind == "begin":
        fields.append(True)
        box = child(mark, "ffData", "checkBox")
        if box is None:
            return ""
        state = child(box, "checked")
        return "☑" if is_on(child(box, "default") if state is None else state) else "☐"
    if fields and kind == "separate":
        fields[-1] = False
    elif fields and kind == "end":
        fields.pop()
    return ""


def _text(element: Element, font: str | None) -> str:
    """What an element of a run in ``font`` prints."""
    name = local_name(element)
    if name == "sym":
        return _symbol(attribute(element, "char") or "", attribute(element, "font") or "")
    if name != "t":
        return _SIGNS[name]
    text = element.text or ""
    if attribute(element, "space") != "preserve":
        text = text.strip(" \t\r\n")
    return in_font(text, font) if font and is_symbol_font(font) else text


def _symbol(code: str, font: str) -> str:
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return UNKNOWN
    return in_font(character, font) if is_symbol_font(font) else character
