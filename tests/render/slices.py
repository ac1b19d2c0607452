"""A print cut into pages by a program that paints only what each page shows.

LibreOffice leaves a cut text whole on both pages and clips it. Other programs do not: here a wide page that
Chromium printed is painted anew, every character on the page that holds its middle, every rule as far as it
is seen.
"""

import subprocess
from ctypes import byref, c_double, c_float
from functools import cache
from itertools import pairwise
from math import hypot
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "AR PL UMing CN"
MARGIN = 36.0  # points
RULE = 4.0  # points: what is thinner is a rule
Glyph = tuple[str, float, float, float, float]  # character, origin x and y, middle x, size
Box = tuple[float, float, float, float]  # left, bottom, right, top


@cache
def _font() -> str:
    """The font's name for reportlab, which knows it from its file."""
    found = subprocess.run(["fc-match", "-f", "%{file}", FONT], capture_output=True, check=True, text=True)
    pdfmetrics.registerFont(TTFont("ming", found.stdout, subfontIndex=0))
    return "ming"


def _glyphs(page: pdfium.PdfPage) -> list[Glyph]:
    """The characters of a page."""
    text = page.get_textpage()
    found = []
    x, y, matrix = c_double(), c_double(), raw.FS_MATRIX()
    sides = [c_double() for _ in range(4)]
    for at in range(raw.FPDFText_CountChars(text)):
        char = chr(raw.FPDFText_GetUnicode(text, at))
        if raw.FPDFText_IsGenerated(text, at) or not char.strip():
            continue
        raw.FPDFText_GetCharOrigin(text, at, byref(x), byref(y))
        raw.FPDFText_GetCharBox(text, at, *map(byref, sides))
        raw.FPDFText_GetMatrix(text, at, byref(matrix))
        size = raw.FPDFText_GetFontSize(text, at) * hypot(matrix.c, matrix.d)
        found.append((char, x.value, y.value, (sides[0].value + sides[1].value) / 2, size))
    return found


def _rules(page: pdfium.PdfPage) -> list[Box]:
    """The thin boxes and lines of a page."""
    found = []
    sides = [c_float() for _ in range(4)]
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        raw.FPDFPageObj_GetBounds(thing, *map(byref, sides))
        box = (sides[0].value, sides[1].value, sides[2].value, sides[3].value)
        if min(box[2] - box[0], box[3] - box[1]) < RULE:
            found.append(box)
    return found


def _breaks(edges: list[float], room: float) -> list[float]:
    """Where pages begin, so that each holds ``room`` and none cuts a row or column; the last edge ends it."""
    found = [edges[0]]
    for edge, following in pairwise(edges):
        if following - found[-1] > room and edge > found[-1]:
            found.append(edge)
    return [*found, edges[-1]]


def _edges(ends: list[float]) -> list[float]:
    """Positions apart from each other by more than a rule's width."""
    found: list[float] = []
    for end in sorted(ends):
        if not found or end - found[-1] > RULE:
            found.append(end)
    return found


def cut(source: Path, target: Path, wide: float, high: float, right_first: bool) -> None:
    """Paint the one page of ``source`` on pages of ``wide`` by ``high`` points."""
    document = pdfium.PdfDocument(source)
    assert len(document) == 1, "the paper is too short for the form"
    page = document[0]
    glyphs, rules = _glyphs(page), _rules(page)
    top = max(y + size for _, _, y, _, size in glyphs) + 2
    upright = [box for box in rules if box[3] - box[1] > RULE]
    level = [box for box in rules if box[2] - box[0] > RULE]
    ends = [end for box in upright for end in (box[0], box[2])]
    ends += [min(box[0] for box in level), max(box[2] for box in level)]  # tables may be open at their sides
    columns = _breaks(_edges(ends), wide - 2 * MARGIN)
    lines = _edges([-box[3] for box in level] + [-box[1] for box in level])
    rows = _breaks([-top, *lines], high - 2 * MARGIN)
    document.close()
    tiles = [(column, row) for column in pairwise(columns) for row in pairwise(rows)]
    if right_first:
        tiles = [(column, row) for row in pairwise(rows) for column in pairwise(columns)]
    font = _font()
    canvas = Canvas(str(target), pagesize=(wide, high), invariant=True)
    for (left, right), (upper, lower) in tiles:
        ceiling, floor = -upper, -lower
        move_x, move_y = MARGIN - left, high - MARGIN - ceiling
        for x0, y0, x1, y1 in rules:
            x0, x1 = max(x0, left - 1), min(x1, right + 1)
            y0, y1 = max(y0, floor - 1), min(y1, ceiling + 1)
            if x0 < x1 and y0 < y1:
                canvas.rect(x0 + move_x, y0 + move_y, x1 - x0, y1 - y0, stroke=0, fill=1)
        for char, x, y, middle, size in glyphs:
            if left <= middle < right and floor <= y + size / 3 < ceiling:
                canvas.setFont(font, size)
                canvas.drawString(x + move_x, y + move_y, char)
        canvas.showPage()
    canvas.save()
