"""PDFium's C functions, as the PDF reader calls them, and documents opened with them.

They are called once or several times for each character of a page, so they are bound as plain as ctypes can:
handles and pointers are integers, results are written to the addresses of arrays. PDFium is not thread-safe.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_double, c_int, c_size_t, c_uint, c_ulong, c_void_p
from typing import Any

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

from extract.errors import EncryptedFile, TooLarge, UnreadableFile
from extract.limits import MAX_PAGES
from extract.source import SourceFile

Handle = int


def _bound(name: str, result: Any, *arguments: Any) -> Any:
    """Function ``name`` of PDFium; by PYFUNCTYPE, as calls so short need not let go of the interpreter."""
    address = ctypes.cast(getattr(raw, name), c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_HANDLE = c_size_t  # 0 for none
_H, _P = c_void_p, c_void_p  # a handle, a place to write to

load_document = _bound("FPDF_LoadMemDocument64", _HANDLE, _P, c_ulong, _P)
close_document = _bound("FPDF_CloseDocument", None, _H)
last_error = _bound("FPDF_GetLastError", c_ulong)
page_count = _bound("FPDF_GetPageCount", c_int, _H)
load_page = _bound("FPDF_LoadPage", _HANDLE, _H, c_int)
close_page = _bound("FPDF_ClosePage", None, _H)
page_box = _bound("FPDF_GetPageBoundingBox", c_int, _H, _P)
page_rotation = _bound("FPDFPage_GetRotation", c_int, _H)

create_bitmap = _bound("FPDFBitmap_CreateEx", _HANDLE, c_int, c_int, c_int, _P, c_int)
destroy_bitmap = _bound("FPDFBitmap_Destroy", None, _H)
fill_bitmap = _bound("FPDFBitmap_FillRect", c_int, _H, c_int, c_int, c_int, c_int, c_ulong)
draw_page = _bound("FPDF_RenderPageBitmap", None, _H, _H, c_int, c_int, c_int, c_int, c_int, c_int)

annotation_count = _bound("FPDFPage_GetAnnotCount", c_int, _H)
annotation_at = _bound("FPDFPage_GetAnnot", _HANDLE, _H, c_int)
annotation_type = _bound("FPDFAnnot_GetSubtype", c_int, _H)
close_annotation = _bound("FPDFPage_CloseAnnot", None, _H)
flatten = _bound("FPDFPage_Flatten", c_int, _H, c_int)

load_text = _bound("FPDFText_LoadPage", _HANDLE, _H)
close_text = _bound("FPDFText_ClosePage", None, _H)
char_count = _bound("FPDFText_CountChars", c_int, _H)
char_code = _bound("FPDFText_GetUnicode", c_uint, _H, c_int)
text_units = _bound("FPDFText_GetText", c_int, _H, c_int, c_int, _P)
char_is_generated = _bound("FPDFText_IsGenerated", c_int, _H, c_int)
char_object = _bound("FPDFText_GetTextObject", _HANDLE, _H, c_int)
char_loose_box = _bound("FPDFText_GetLooseCharBox", c_int, _H, c_int, _P)
char_matrix = _bound("FPDFText_GetMatrix", c_int, _H, c_int, _P)
char_font = _bound("FPDFText_GetFontInfo", c_ulong, _H, c_int, _P, c_ulong, _P)
char_font_size = _bound("FPDFText_GetFontSize", c_double, _H, c_int)

object_count = _bound("FPDFPage_CountObjects", c_int, _H)
object_at = _bound("FPDFPage_GetObject", _HANDLE, _H, c_int)
form_object_count = _bound("FPDFFormObj_CountObjects", c_int, _H)
form_object_at = _bound("FPDFFormObj_GetObject", _HANDLE, _H, c_ulong)
object_type = _bound("FPDFPageObj_GetType", c_int, _H)
object_bounds = _bound("FPDFPageObj_GetBounds", c_int, _H, _P, _P, _P, _P)
picture_size = _bound("FPDFImageObj_GetImagePixelSize", c_int, _H, _P, _P)
object_matrix = _bound("FPDFPageObj_GetMatrix", c_int, _H, _P)
is_see_through = _bound("FPDFPageObj_HasTransparency", c_int, _H)
fill_color = _bound("FPDFPageObj_GetFillColor", c_int, _H, _P, _P, _P, _P)
stroke_color = _bound("FPDFPageObj_GetStrokeColor", c_int, _H, _P, _P, _P, _P)
text_mode = _bound("FPDFTextObj_GetTextRenderMode", c_int, _H)

clip_path = _bound("FPDFPageObj_GetClipPath", _HANDLE, _H)
clip_path_count = _bound("FPDFClipPath_CountPaths", c_int, _H)
clip_segment_count = _bound("FPDFClipPath_CountPathSegments", c_int, _H, c_int)
clip_segment = _bound("FPDFClipPath_GetPathSegment", _HANDLE, _H, c_int, c_int)
path_mode = _bound("FPDFPath_GetDrawMode", c_int, _H, _P, _P)
path_segment_count = _bound("FPDFPath_CountSegments", c_int, _H)
path_segment = _bound("FPDFPath_GetPathSegment", _HANDLE, _H, c_int)
segment_point = _bound("FPDFPathSegment_GetPoint", c_int, _H, _P, _P)
segment_type = _bound("FPDFPathSegment_GetType", c_int, _H)
segment_closes = _bound("FPDFPathSegment_GetClose", c_int, _H)

_WHITE = 0xFFFFFFFF
_DAMAGED = "the PDF is damaged and cannot be opened; export or upload it again"
_TOO_MANY_PAGES = "the PDF has {} pages, more than {}; split it into smaller ones"
_NO_PAGES = "the PDF has no pages; export or upload it again"
_BAD_PAGE = "page {} of the PDF is damaged; export or upload it again"


@contextmanager
def open_document(file: SourceFile) -> Iterator[tuple[Handle, int]]:
    """``file`` opened, and how many pages it has.

    Raises ``EncryptedFile``, ``TooLarge``, ``UnreadableFile``.
    """
    # PDFium reads from the bytes as long as the document is open; ``file`` keeps them.
    data = ctypes.cast(ctypes.c_char_p(file.data), c_void_p)
    document = load_document(data, len(file.data), None)
    if not document:
        if last_error() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise EncryptedFile(file.source)
        raise UnreadableFile(file.source, _DAMAGED)
    try:
        pages = page_count(document)
        if pages > MAX_PAGES:
            raise TooLarge(file.source, _TOO_MANY_PAGES.format(pages, MAX_PAGES))
        if pages < 1:
            raise UnreadableFile(file.source, _NO_PAGES)
        yield document, pages
    finally:
        close_document(document)


@contextmanager
def open_page(file: SourceFile, document: Handle, index: int) -> Iterator[tuple[Handle, Handle]]:
    """Page ``index`` (from 0) of ``document``, and its text. Raises ``UnreadableFile``."""
    page = load_page(document, index)
    if page and _is_filled_in(page):
        flatten(page, raw.FLAT_PRINT)  # what is written in fields becomes content of the page
        close_page(page)
        page = load_page(document, index)
    if not page:
        raise UnreadableFile(file.source, _BAD_PAGE.format(index + 1))
    try:
        text = load_text(page)
        if not text:
            raise UnreadableFile(file.source, _BAD_PAGE.format(index + 1))
        try:
            yield page, text
        finally:
            close_text(text)
    finally:
        close_page(page)


def rendered(page: Handle, width: int, height: int) -> NDArray[np.uint8]:
    """``page`` as it looks, in ``width`` × ``height`` pixels: height × width × 3 (blue, green, red)."""
    pixels = np.zeros((height, width, 4), dtype=np.uint8)
    bitmap = create_bitmap(width, height, raw.FPDFBitmap_BGRx, pixels.ctypes.data, width * 4)
    try:
        fill_bitmap(bitmap, 0, 0, width, height, _WHITE)
        draw_page(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
    finally:
        destroy_bitmap(bitmap)
    return np.ascontiguousarray(pixels[:, :, :3])


def _is_filled_in(page: Handle) -> bool:
    """Whether a page has fields of a form or text that was put on it."""
    for index in range(annotation_count(page)):
        annotation = annotation_at(page, index)
        kind = annotation_type(annotation)
        close_annotation(annotation)
        if kind in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT):
            return True
    return False
