"""PDF with a text layer: characters and rulings by PDFium, tables by grid.py.

What can be seen decides: text outside the page, clipped away, in the colour of the paper or in none is not
read. Of a text that can be seen in part, the whole goes along as evidence (``Cell.whole``).
"""

import ctypes

from extract import pdfium
from extract.errors import TooLarge
from extract.model import Document, Page
from extract.painted import page_of_painted
from extract.painting import Matrix
from extract.pdfchars import read_characters
from extract.pdffile import check_whole
from extract.pdfium import Handle
from extract.pdfpaint import read_painting
from extract.source import SourceFile

_LARGEST = 14_400  # points, the largest side of a page that PDF knows
_TOO_LARGE = "page {} is {:.0f} × {:.0f} points large, more than {:,}; save it on a smaller page"


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``EncryptedFile``, ``TooLarge``, ``UnreadableFile``."""
    check_whole(file)
    with pdfium.open_document(file) as (document, count):
        return file.document("pdf", tuple(_page(file, document, index) for index in range(count)))


def _page(file: SourceFile, document: Handle, index: int) -> Page:
    with pdfium.open_page(file, document, index) as (page, text):
        matrix, width, height = _shown_as(page)
        if max(width, height) > _LARGEST:
            raise TooLarge(file.source, _TOO_LARGE.format(index + 1, width, height, _LARGEST))
        painting, runs = read_painting(page, matrix, (0.0, 0.0, width, height))
        characters = read_characters(text, matrix, runs)
    return page_of_painted(characters, painting, width, height, index + 1)


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
