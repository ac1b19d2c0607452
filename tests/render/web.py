"""Sheets as a web page: rowspan and colspan, entities, encodings as they are met."""

from html import escape
from random import Random

from tests.render.sheet import Cell, Look, Sheet, tables

ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "≥": "&ge;", "≤": "&le;", " ": "&nbsp;"}
BORDERS = {
    "thin": "1px solid",
    "thick": "3px solid",
    "double": "3px double",
    "open": "1px solid",
    "dashed": "1px dashed",
}


def _text(text: str, way: str, entities: bool) -> str:
    """Escaped, lines by breaks or paragraphs."""
    shown = escape(text, quote=False)
    if entities:
        shown = "".join(ENTITIES.get(c, c) for c in shown)
    lines = shown.split("\n")
    if way == "p" and len(lines) > 1:
        return "".join(f"<p>{line}</p>" for line in lines)
    return "<br/>".join(lines)


def _css(look: Look, size: str) -> str:
    """The style sheet; ruled tables without outer side lines where the look is open."""
    sides = "table{border-left:none}td:first-child,th:first-child{border-left:none}" * (look.border == "open")
    return (
        f"@page{{size:{size or ('A4 landscape' if look.landscape else 'A4')};margin:15mm}}"
        f"body{{font-family:'{look.font}';font-size:{look.size}pt}}"
        "table{border-collapse:collapse;width:100%;table-layout:fixed}p{margin:0}h2{text-align:center}"
        f"td,th{{border:{BORDERS[look.border]} #000;padding:2px 4px;overflow-wrap:anywhere}}"
        ".amount{text-align:right}.label,.caption,.name,.target,.title,.header{text-align:center}"
        f"{'.header{background:#d9e2f3;font-weight:bold}' if look.shaded else '.header{font-weight:normal}'}"
        f"{'tr{break-inside:avoid}' if look.unbroken else ''}"
        ".turned{writing-mode:vertical-rl}" + sides
    )


def _cell(cell: Cell, look: Look, rng: Random, way: str, entities: bool) -> str:
    """A cell with its spans."""
    spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    tag = "th" if look.shaded and cell.kind == "header" else "td"
    text = _text(cell.text, way, entities) or ("&nbsp;" if way == "p" else "")
    if look.vertical == "turned" and cell.kind == "caption" and cell.rowspan > 3 and len(cell.text) < 12:
        text = f'<span class="turned">{text}</span>'
    elif rng.random() < 0.1:
        text = f"<span>{text}</span>"
    return f'<{tag} class="{cell.kind}"{spans}>{text}</{tag}>'


def _table(sheet: Sheet, look: Look, rng: Random) -> str:
    """The table; white space between its tags as pages have it."""
    owners, way, entities = sheet.owners(), rng.choice(["br", "p"]), rng.random() < 0.3
    gap = rng.choice(["\n", "", "\n\t"])
    columns = "".join(f'<col style="width:{100 * w / sum(sheet.widths):.2f}%">' for w in sheet.widths)
    rows = []
    for row in range(sheet.row_count):
        own = [owners[row, column] for column in range(len(sheet.widths))]
        cells = [
            _cell(cell, look, rng, way, entities)
            for column, cell in enumerate(own)
            if (cell.row, cell.column) == (row, column)
        ]
        rows.append(f"<tr>{gap}{gap.join(cells)}{gap}</tr>")
    head = ""
    if look.repeat and 0 in sheet.header_rows() and all(own.row + own.rowspan == 1 for own in sheet.row(0)):
        head = f"<thead>{rows.pop(0)}</thead>"
    return f"<table><colgroup>{columns}</colgroup>{head}<tbody>\n{chr(10).join(rows)}\n</tbody></table>"


def page(sheets: list[Sheet], look: Look, rng: Random, encoding: str, size: str = "") -> str:
    """The page as text; ``size`` is that of the paper, A4 as a rule."""
    parts = []
    for sheet in sheets:
        for printed in tables(sheet, look):
            heading = rng.choice(["h2", "p", "div"])
            if printed.title:
                title = escape(printed.title, quote=False)
                parts.append(f'<{heading} style="text-align:center">{title}</{heading}>')
            parts += [f"<p>{escape(line, quote=False)}</p>" for line in printed.above]
            parts.append(_table(printed, look, rng))
    title = escape(sheets[0].title)
    head = f'<head><meta charset="{encoding}"><title>{title}</title><style>{_css(look, size)}</style></head>'
    return f"<!DOCTYPE html>\n<html>{head}\n<body>\n{chr(10).join(parts)}\n</body></html>\n"


def render(sheets: list[Sheet], look: Look, rng: Random) -> bytes:
    """The page's bytes; two in seven are GB18030, named as such or as gb2312."""
    named, encoding = rng.choice([("utf-8", "utf-8")] * 5 + [("gb2312", "gb18030"), ("gb18030", "gb18030")])
    return page(sheets, look, rng, named).encode(encoding)
