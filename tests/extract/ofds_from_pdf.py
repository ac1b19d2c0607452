"""PDFs as OFDs, as converters write them: object by object, with fonts left out. It needs nothing of ours but
the writer of members, so that any printed form becomes a fixture for the reader of OFD."""

import ctypes
from ctypes import c_double, c_float, c_int, c_uint
from itertools import groupby, pairwise
from math import hypot
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfObject, PdfPage

from tests.extract.ofds import NAMESPACE, members_of, mm, packed, run_lengths

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]

_COMMANDS = {
    pdfium.FPDF_SEGMENT_MOVETO: "M",
    pdfium.FPDF_SEGMENT_LINETO: "L",
    pdfium.FPDF_SEGMENT_BEZIERTO: "",
}
_NOT_IN_XML = dict.fromkeys([*range(9), *range(11, 32), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}")


def ofd_of_pdf(data: bytes) -> bytes:
    """The pages of a PDF as an OFD. They must not be turned."""
    with PdfDocument(data) as document:
        return packed(members_of([_page(page) for page in document]))


def _page(page: PdfPage) -> str:
    left, bottom, right, top = page.get_bbox()
    to_page = (1.0, 0.0, 0.0, -1.0, -left, top)
    texts: dict[int, str] = _texts(page, to_page)
    objects = []
    for item in page.get_objects(max_depth=15):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            objects.append(texts.get(ctypes.addressof(item.raw.contents), ""))
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            objects.append(_path(item, to_page))
    box = f"<ofd:Area><ofd:PhysicalBox>0 0 {mm(right - left, top - bottom)}</ofd:PhysicalBox></ofd:Area>"
    layer = f'<ofd:Content><ofd:Layer ID="1">{"".join(objects)}</ofd:Layer></ofd:Content>'
    return f'<ofd:Page xmlns:ofd="{NAMESPACE}">{box}{layer}</ofd:Page>'


def _texts(page: PdfPage, to_page: Matrix) -> dict[int, str]:
    """The text objects of a page, by the addresses of PDFium's."""
    opened = page.get_textpage()  # it closes when nothing refers to it
    text = opened.raw
    count = pdfium.FPDFText_CountChars(text)
    characters = [(pdfium.FPDFText_GetTextObject(text, index), index) for index in range(count)]
    texts: dict[int, str] = {}
    for address, group in groupby(
        ((ctypes.addressof(item.contents), item, index) for item, index in characters if item),
        key=lambda entry: entry[0],
    ):
        entries = list(group)
        texts[address] = texts.get(address, "") + _text(
            text, entries[0][1], [index for _, _, index in entries], to_page
        )
    return texts


def _text(text: Any, item: Any, indexes: list[int], to_page: Matrix) -> str:
    x, y, matrix = c_double(), c_double(), pdfium.FS_MATRIX()
    origins = []
    for index in indexes:
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        origins.append(_mapped((x.value, y.value), to_page))
    pdfium.FPDFText_GetMatrix(text, indexes[0], matrix)
    size = pdfium.FPDFText_GetFontSize(text, indexes[0]) * hypot(matrix.c, matrix.d)
    scale = hypot(matrix.a, matrix.b) or 1.0
    along = matrix.a / scale, -matrix.b / scale
    offsets = [
        (other[0] - one[0]) * along[0] + (other[1] - one[1]) * along[1] for one, other in pairwise(origins)
    ]
    string = "".join(chr(pdfium.FPDFText_GetUnicode(text, index)) for index in indexes)
    string = string.translate(_NOT_IN_XML).replace("&", "&amp;").replace("<", "&lt;")
    turned = "" if along == (1.0, 0.0) else f' CTM="{along[0]} {along[1]} {-along[1]} {along[0]} 0 0"'
    delta = f' DeltaX="{run_lengths(offsets)}"' if offsets else ""
    origin = origins[0][0], origins[0][1] - size
    start = (0.0, size) if not turned else (-along[1] * -size, along[0] * size)
    return (
        f'<ofd:TextObject ID="1" Boundary="{mm(*origin, size * len(indexes), size * 1.3)}" Font="2"'
        f' Size="{mm(size)}"{turned}>{_color("FillColor", item, pdfium.FPDFPageObj_GetFillColor)}'
        f'{_clips(item, to_page, origin)}<ofd:TextCode X="{mm(start[0])}" Y="{mm(start[1])}"{delta}>{string}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def _path(item: PdfObject, to_page: Matrix) -> str:
    fill, stroke, width = c_int(), c_int(), c_float()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    pdfium.FPDFPageObj_GetStrokeWidth(item, width)
    container = item
    matrix: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    while container is not None:
        matrix = _times(matrix, container.get_matrix().get())
        container = container.container
    matrix = _times(matrix, to_page)
    segments = [
        pdfium.FPDFPath_GetPathSegment(item, index) for index in range(pdfium.FPDFPath_CountSegments(item))
    ]
    points = [_mapped(_point(segment), matrix) for segment in segments]
    if not points:
        return ""
    origin = min(point[0] for point in points), min(point[1] for point in points)
    size = max(point[0] for point in points) - origin[0], max(point[1] for point in points) - origin[1]
    return (
        f'<ofd:PathObject ID="1" Boundary="{mm(*origin, *size)}" LineWidth="{mm(width.value)}"'
        f' Fill="{str(fill.value > 0).lower()}" Stroke="{str(stroke.value > 0).lower()}">'
        f"{_color('FillColor', item, pdfium.FPDFPageObj_GetFillColor)}"
        f"{_color('StrokeColor', item, pdfium.FPDFPageObj_GetStrokeColor)}{_clips(item, to_page, origin)}"
        f"<ofd:AbbreviatedData>{_data(segments, points, origin)}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _data(segments: list[Any], points: list[Point], origin: Point) -> str:
    """A path from ``origin``; the points of a curve come three by three."""
    parts = []
    curve = 0
    for segment, (x, y) in zip(segments, points, strict=True):
        command = _COMMANDS[pdfium.FPDFPathSegment_GetType(segment)]
        if not command:
            command, curve = ("B" if curve == 0 else ""), (curve + 1) % 3
        parts.append(f"{command} {mm(x - origin[0], y - origin[1])}")
        if pdfium.FPDFPathSegment_GetClose(segment):
            parts.append("C")
    return " ".join(parts)


def _clips(item: Any, to_page: Matrix, origin: Point) -> str:
    """The clip paths of an object, as boxes from its ``origin``."""
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    count = max(pdfium.FPDFClipPath_CountPaths(clip), 0) if clip else 0
    parts = []
    for index in range(count):
        segments = pdfium.FPDFClipPath_CountPathSegments(clip, index)
        points = [
            _mapped(_point(pdfium.FPDFClipPath_GetPathSegment(clip, index, k)), to_page)
            for k in range(segments)
        ]
        if points:
            x, y = zip(*((x - origin[0], y - origin[1]) for x, y in points), strict=True)
            left, top, right, bottom = min(x), min(y), max(x), max(y)
            data = f"M {mm(left, top)} L {mm(right, top)} L {mm(right, bottom)} L {mm(left, bottom)} C"
            parts.append(
                '<ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 0 0" Fill="true">'
                f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip>"
            )
    return f'<ofd:Clips TransFlag="false">{"".join(parts)}</ofd:Clips>' if parts else ""


def _color(name: str, item: Any, function: Any) -> str:
    red, green, blue, alpha = (c_uint() for _ in range(4))
    if not function(item, red, green, blue, alpha):
        return ""
    return f'<ofd:{name} Value="{red.value} {green.value} {blue.value}" Alpha="{alpha.value}"/>'


def _point(segment: Any) -> Point:
    x, y = c_float(), c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def _mapped(point: Point, matrix: Matrix) -> Point:
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    (e, f), (g, h, i, j, _, _) = _mapped((e, f), other), other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e, f
