"""Sheets as a Word document: the grid by gridSpan and vMerge, texts in runs as Word splits them."""

import io
from random import Random
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from tests.render.sheet import Cell, Look, Sheet, tables

SPACES = nsdecls("w")
LINES = {
    "thin": ("single", 4),
    "thick": ("single", 18),
    "double": ("double", 6),
    "open": ("single", 4),
    "dashed": ("dashed", 4),
}


def _run(text: str, look: Look, bold: bool) -> str:
    """A run; the font is that of both scripts."""
    font = f'<w:rFonts w:ascii="{look.font}" w:hAnsi="{look.font}" w:eastAsia="{look.font}"/>'
    size = f'<w:sz w:val="{round(look.size * 2)}"/>'
    properties = f"<w:rPr>{font}{'<w:b/>' * bold}{size}</w:rPr>"
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraphs(text: str, look: Look, rng: Random, align: str, bold: bool = False) -> str:
    """A paragraph a line, each in one run or more."""
    found = []
    for line in text.split("\n"):
        cuts = sorted(rng.sample(range(1, len(line)), rng.randint(0, 2))) if len(line) > 3 else []
        pieces = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)] if line else []
        runs = "".join(_run(piece, look, bold) for piece in pieces)
        found.append(f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{runs}</w:p>')
    return "".join(found)


def _cell(cell: Cell, row: int, widths: list[int], look: Look, rng: Random) -> str:
    """A cell in one of the rows that it covers."""
    width = sum(widths[cell.column : cell.column + cell.colspan])
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if cell.colspan > 1:
        properties += f'<w:gridSpan w:val="{cell.colspan}"/>'
    if cell.rowspan > 1:
        properties += '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
    if look.shaded and cell.kind == "header":
        properties += '<w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/>'
    if look.vertical == "turned" and cell.kind == "caption" and cell.rowspan > 3 and len(cell.text) < 12:
        properties += '<w:textDirection w:val="tbRlV"/>'
    properties += '<w:vAlign w:val="center"/>'
    align = "left" if cell.kind == "text" else "right" if cell.kind == "amount" else "center"
    text = cell.text if row == cell.row else ""
    bold = cell.kind == "title" or (cell.kind == "header" and look.shaded)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraphs(text, look, rng, align, bold)}</w:tc>"


def _table(sheet: Sheet, look: Look, rng: Random, total: int) -> str:
    """The table's XML; ``total`` is its width in twentieths of a point."""
    owners = sheet.owners()
    widths = [round(total * share / sum(sheet.widths)) for share in sheet.widths]
    rows, repeated = [], look.repeat and 0 in sheet.header_rows()
    for row in range(sheet.row_count):
        cells = []
        for column in range(len(widths)):
            cell = owners[row, column]
            if cell.column == column:
                cells.append(_cell(cell, row, widths, look, rng))
        properties = "<w:cantSplit/>" * look.unbroken + "<w:tblHeader/>" * (repeated and row == 0)
        rows.append(f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>")
    style, size = LINES[look.border]
    line = f'w:val="{style}" w:sz="{size}" w:space="0" w:color="000000"'
    sides = {side: line for side in ("top", "left", "bottom", "right", "insideH", "insideV")}
    if look.border == "open":
        sides |= dict.fromkeys(("left", "right"), 'w:val="nil"')
    borders = "".join(f"<w:{side} {values}/>" for side, values in sides.items())
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {SPACES}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def render(sheets: list[Sheet], look: Look, rng: Random) -> bytes:
    """The sheets one after the other in one document, each on a new page or after a blank line."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if look.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    total = round((25.7 if look.landscape else 17) / 2.54 * 1440)
    body = document.element.body
    for paragraph in list(document.paragraphs):
        body.remove(paragraph._element)
    for number, sheet in enumerate(sheets):
        if number and rng.random() < 0.6:
            document.add_page_break()  # type: ignore[no-untyped-call]
        for printed in tables(sheet, look):
            parts = [_paragraphs(printed.title, look, rng, "center", True)] if printed.title else []
            align = rng.choice(["center", "right"])
            parts += [_paragraphs(line, look, rng, align) for line in printed.above]
            for part in parts:
                body.insert(body.index(body.sectPr), parse_xml(part.replace("<w:p>", f"<w:p {SPACES}>", 1)))
            body.insert(body.index(body.sectPr), parse_xml(_table(printed, look, rng, total)))
            document.add_paragraph()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
