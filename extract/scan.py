"""Scans in files of pictures: PNG, JPEG, BMP, TIFF with one page or several."""

from extract.errors import UnsupportedFormat
from extract.model import Document
from extract.pictures import pictures_of
from extract.recognise import is_installed, recogniser
from extract.source import SourceFile

_NOT_INSTALLED = (
    "the file is a picture; to read it, install Jixiao with its extra `ocr` (pip install 'jixiao[ocr]')"
)
_NOT_WANTED = "the file is a picture, and recognition is switched off (--no-ocr)"


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``TooLarge``, ``UnreadableFile``, ``UnsupportedFormat``."""
    if not file.ocr:
        raise UnsupportedFormat(file.source, _NOT_WANTED)
    if not is_installed():
        raise UnsupportedFormat(file.source, _NOT_INSTALLED)
    from extract.scan_breaks import with_cut_lines
    from extract.scan_content import read_picture

    pages, halves = [], []
    for number, (picture, dpi) in enumerate(pictures_of(file), start=1):
        page, cut = read_picture(picture, dpi, number, recogniser())
        pages.append(page)
        halves += cut
        file.recognised(number)
    return file.document("scan", with_cut_lines(pages, halves, recogniser()))
