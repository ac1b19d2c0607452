"""Excel workbooks (xlsx): each sheet is a page, with one table whose rows and columns are those of the sheet.

Texts are those that Excel shows: numbers and dates as their formats say, formulas as their stored results.
Nothing is computed; macros and comments are not looked at.
"""

from collections.abc import Iterator, Sequence
from xml.parsers.expat import ExpatError

from extract.errors import TooLarge, UnreadableFile
from extract.flow import Places
from extract.limits import MAX_PAGES
from extract.model import Document, Page
from extract.numfmt import BUILT_IN, GENERAL
from extract.ooxml import Element, attribute, child, integer, is_on, local_name, related
from extract.package import Package, open_package
from extract.source import SourceFile
from extract.spreadsheet import Formats, Sheet
from extract.xlsx_parts import ON, Workbook, read_cells, read_strings

_BINARY = "the workbook is a binary one (xlsb), which cannot be read; save it as xlsx"
_DAMAGED = "the workbook is damaged ({}); export or upload it again"
_MOST_SHEETS = f"the workbook has more than {MAX_PAGES:,} sheets; split it into smaller files"
_TOO_MUCH = "a sheet of the workbook is too large; split it into smaller ones"
_LARGEST_PART = 256 * 2**20  # bytes
_MOST_TAGS = 20_000_000  # some 4 a cell, one for a cell that only has a border
_STATES = {"hidden": "hidden sheet", "veryHidden": "very hidden sheet"}
_MOST_STYLES = 65_490
_PICTURES = frozenset(("pic", "graphicFrame"))


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``UnreadableFile``, ``EncryptedFile``, ``TooLarge``."""
    try:
        with open_package(file) as package:
            return file.document("xlsx", tuple(_pages(file.source, package)))
    except (ExpatError, ValueError, LookupError) as error:
        raise UnreadableFile(file.source, _DAMAGED.format(error)) from error


def _pages(source: str, package: Package) -> Iterator[Page]:
    main = related(package, "").get("officeDocument", "xl/workbook.xml")
    if main.endswith(".bin"):
        raise UnreadableFile(source, _BINARY)
    workbook, parts = package.xml(main), related(package, main)
    sheets = child(workbook, "sheets")
    if sheets is None or not len(sheets):
        raise ValueError("no sheets in it")
    if len(sheets) > MAX_PAGES:
        raise TooLarge(source, _MOST_SHEETS)
    styles = package.xml(parts.get("styles", ""))
    epoch_1904 = attribute(child(workbook, "workbookPr"), "date1904") in ON
    formats = Formats(_codes(styles), epoch_1904, *_fonts(styles))
    shared = _large_part(source, package, parts.get("sharedStrings", ""))
    strings, struck = read_strings(shared) if shared is not None else ([], frozenset())
    cells = Workbook(
        strings,
        struck,
        attribute(child(workbook, "calcPr"), "fullCalcOnLoad") in ON,
        _conditional(styles),
    )
    places = Places(source)
    for number, element in enumerate(sheets, 1):
        sheet = Sheet(attribute(element, "name") or "", formats, places)
        if state := _STATES.get(attribute(element, "state") or ""):
            sheet.notes.append(state)
            sheet.is_hidden = True
        # A sheet without a part is a module of macros.
        if identifier := attribute(element, "id"):
            part = parts.get(identifier, "")
            data = _large_part(source, package, part)
            if data is None:
                raise ValueError(f"sheet {sheet.name} is missing")
            kind = read_cells(data, sheet, cells)
            _read_drawing(package, part, sheet)
        else:
            kind = "module"
        if kind != "worksheet":
            sheet.notes.append(f"no cells: the sheet is a {kind}")
        yield sheet.page(number)


def _large_part(source: str, package: Package, name: str) -> bytes | None:
    """The bytes of part ``name``, None where there is none; refused before they cost more than a look."""
    data = package.read(name)
    if data is not None and (len(data) > _LARGEST_PART or data.count(b"<") > _MOST_TAGS):
        raise TooLarge(source, _TOO_MUCH)
    return data


def _codes(styles: Element | None) -> Sequence[str]:
    """The codes of number formats by style; General for all where the workbook has no styles."""
    if styles is None:
        return (GENERAL,) * _MOST_STYLES
    own = {
        integer(element, "numFmtId", -1): attribute(element, "formatCode") or GENERAL
        for element in _children(child(styles, "numFmts"))
    }
    known = BUILT_IN | own
    numbers = [integer(element, "numFmtId") for element in _children(child(styles, "cellXfs"))]
    return [known.get(number, GENERAL) for number in numbers] or [GENERAL]


def _fonts(styles: Element | None) -> tuple[frozenset[int], frozenset[int]]:
    """The styles whose font strikes through, and those whose font is raised."""
    fonts = list(_children(child(styles, "fonts")))
    struck = {n for n, font in enumerate(fonts) if is_on(child(font, "strike"))}
    raised = {n for n, font in enumerate(fonts) if attribute(child(font, "vertAlign")) == "superscript"}
    used = [integer(element, "fontId", -1) for element in _children(child(styles, "cellXfs"))]
    return (
        frozenset(style for style, font in enumerate(used) if font in struck),
        frozenset(style for style, font in enumerate(used) if font in raised),
    )


def _conditional(styles: Element | None) -> frozenset[str]:
    """The numbers of the conditional styles that have a number format."""
    found = _children(child(styles, "dxfs"))
    return frozenset(str(index) for index, style in enumerate(found) if child(style, "numFmt") is not None)


def _children(element: Element | None) -> Iterator[Element]:
    return iter(()) if element is None else iter(element)


def _read_drawing(package: Package, part: str, sheet: Sheet) -> None:
    """The texts of shapes, and a note on what only can be seen."""
    drawing = related(package, part).get("drawing")
    pictures = 0
    for anchor in _children(package.xml(drawing) if drawing else None):
        row = child(anchor, "from", "row")
        top = int(row.text) if row is not None and row.text else 0
        for element in _walk(anchor):
            if local_name(element) in _PICTURES:
                pictures += 1
            elif local_name(element) == "txBody":
                sheet.boxes.append((top, "\n".join(map(_paragraph, element))))
    if pictures:
        sheet.notes.append(f"pictures and charts, of which no text is read: {pictures}")


def _walk(parent: Element) -> Iterator[Element]:
    """The elements in ``parent``, in order, but for the older form of what stands there in a newer one."""
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif local_name(element) != "Fallback":
            yield element
            stack.append(iter(element))


def _paragraph(paragraph: Element) -> str:
    named = ((local_name(element), element.text or "") for element in _walk(paragraph))
    return "".join("\n" if name == "br" else text for name, text in named if name in ("br", "t"))
