"""PDF: characters and rulings by PDFium, tables by grid.py; a page that is a picture is recognised.

What can be seen decides: text outside the page, clipped away, in the colour of the paper or in none is not
read. Of a text that can be seen in part, the whole goes along as evidence (``Cell.whole``).
"""

import ctypes
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from extract import pdfium
from extract.errors import TooLarge
from extract.limits import MAX_PICTURES
from extract.model import Document, Page
from extract.painted import page_of_painted
from extract.painting import Matrix
from extract.pdfchars import read_characters
from extract.pdffile import check_whole
from extract.pdfium import Handle
from extract.pdfpaint import read_painting
from extract.recognise import is_installed, recogniser
from extract.source import SourceFile

if TYPE_CHECKING:
    from extract.scan_breaks import Half

_LARGEST = 14_400  # points, the largest side of a page that PDF knows
_POINTS = 72  # of an inch
_LEAST_DPI, _MOST_DPI = 200.0, 300.0  # at which pages that are pictures are drawn to be recognised
_LONGEST_SIDE = 3600  # pixels of them
_TOO_MANY = "more than {:,} pages of the PDF are pictures; split it into smaller ones"
_TOO_LARGE = "page {} is {:.0f} × {:.0f} points large, more than {:,}; save it on a smaller page"


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``EncryptedFile``, ``TooLarge``, ``UnreadableFile``."""
    check_whole(file)
    with pdfium.open_document(file) as (document, count):
        scans = _Scans(file)
        pages = tuple([_page(file, document, index, scans) for index in range(count)])
    return file.document("scan" if scans.count else "pdf", scans.with_cut_lines(pages))


@dataclass(slots=True)
class _Scans:
    """Reads the pages of ``file`` that are pictures, and counts them; ``halves`` are those of lines that
    the ends of these pages cut."""

    file: SourceFile
    count: int = 0
    halves: "list[Half]" = field(default_factory=list)

    def read(self, page: Handle, size: tuple[float, float], dpi: float, number: int) -> Page:
        """Page ``number`` of ``size`` in points, recognised; its picture has ``dpi`` pixels an inch, 0 for
        unknown."""
        from extract.scan_content import read_picture

        self.count += 1
        if self.count > MAX_PICTURES:
            raise TooLarge(self.file.source, _TOO_MANY.format(MAX_PICTURES))
        scale = min(max(dpi, _LEAST_DPI), _MOST_DPI) / _POINTS
        scale = min(scale, _LONGEST_SIDE / max(size))
        width, height = (max(1, round(side * scale)) for side in size)
        picture = pdfium.rendered(page, width, height)
        scanned, halves = read_picture(picture, scale * _POINTS, number, recogniser())
        self.halves += halves
        self.file.recognised(number)
        return scanned

    def with_cut_lines(self, pages: tuple[Page, ...]) -> tuple[Page, ...]:
        """``pages`` with the lines read that their ends cut."""
        if not self.halves:
            return pages
        from extract.scan_breaks import with_cut_lines

        return with_cut_lines(pages, self.halves, recogniser())


def _page(file: SourceFile, document: Handle, index: int, scans: _Scans) -> Page:
    with pdfium.open_page(file, document, index) as (page, text):
        matrix, width, height = _shown_as(page)
        if max(width, height) > _LARGEST:
            raise TooLarge(file.source, _TOO_LARGE.format(index + 1, width, height, _LARGEST))
        painting, runs = read_painting(page, matrix, (0.0, 0.0, width, height))
        characters = read_characters(text, matrix, runs)
        recognised = partial(scans.read, page, (width, height), painting.dpi, index + 1)
        return page_of_painted(
            characters,
            painting,
            width,
            height,
            index + 1,
            recognised=recognised if file.ocr and is_installed() else None,
        )


def _shown_as(page: Handle) -> tuple[Matrix, float, float]:
    """The matrix from the space of a page to points from its top left as it is shown, width and height."""
    box = (ctypes.c_float * 4)()
    pdfium.page_box(page, ctypes.addressof(box))
    left, top, right, bottom = box
    width, height = right - left, top - bottom
    return (
        ((1.0, 0.0, 0.0, -1.0, -left, top), width, height),
        ((0.0, 1.0, 1.0, 0.0, -bottom, -left), height, width),
        ((-1.0, 0.0, 0.0, 1.0, right, -bottom), width, height),
        ((0.0, -1.0, -1.0, 0.0, top, right), height, width),
    )[pdfium.page_rotation(page) % 4]
