"""Whether the bytes of a PDF are all there: PDFium mends what it can, and shows a rest as if it were all."""

import re
import zlib
from collections.abc import Iterable, Iterator

from extract.errors import TooLarge, UnreadableFile
from extract.limits import MAX_EXPANDED
from extract.source import SourceFile

_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_LINEARIZED = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/(?:Filter|F)\s*(?:\[\s*)?((?:/(?:FlateDecode|Fl)\b\s*)+)")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_FONT = re.compile(rb"/Length1\b|/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType)\b")
_LONGEST_HEAD = 4096  # bytes of a stream's dictionary
_CHUNK = 1 << 20
_SMALL = 1 << 16
_MOST_EXPANDED = 1032  # times that Flate can expand its data
_CUT = "the PDF ends too early, its last part is missing; export or upload it again"
_BROKEN = "the PDF is damaged at byte {:,}; export or upload it again"
_TOO_LARGE = f"expanded, the PDF is larger than {MAX_EXPANDED >> 20} MiB; split it into smaller ones"


def check_whole(file: SourceFile) -> None:
    """Look for the end of ``file``, and through the compressed streams that PDFium would decode.

    Raises ``UnreadableFile`` where the end is missing or a stream is broken, ``TooLarge`` where the streams
    are larger than the limit.
    """
    data = file.data
    end = data.rfind(b"startxref")
    linearized = _LINEARIZED.search(data, 0, _LONGEST_HEAD)
    if end < 0 or _OBJECT.search(data, end) or (linearized and int(linearized[1]) > len(data)):
        raise UnreadableFile(file.source, _CUT)
    left = MAX_EXPANDED
    view = memoryview(data)
    for start, filters in _streams(data):
        if filters == 1 and (size := _size_of_small(view[start : start + _SMALL])) is not None:
            left -= size
            if left < 0:
                raise TooLarge(file.source, _TOO_LARGE)
            continue
        chunks: Iterable[bytes] = (data[place : place + _CHUNK] for place in range(start, len(data), _CHUNK))
        for _ in range(filters):
            chunks = _inflated(chunks)
        try:
            for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    raise TooLarge(file.source, _TOO_LARGE)
        except (zlib.error, EOFError) as error:
            raise UnreadableFile(file.source, _BROKEN.format(start)) from error


def _streams(data: bytes) -> Iterator[tuple[int, int]]:
    """Where compressed streams begin, and by how many filters each is compressed.

    Pictures are never decoded. Fonts are left to PDFium, unless they may be too large.
    """
    if data.find(b"/Encrypt") >= 0:
        return  # encrypted, they are not what their filters say
    small = len(data) * _MOST_EXPANDED <= MAX_EXPANDED
    for found in _STREAM.finditer(data):
        start = found.start()
        head = data[max(0, data.rfind(b"obj", max(0, start - _LONGEST_HEAD), start)) : start]
        filters = _FLATE.search(head[-_LONGEST_HEAD:])
        if not filters or _IMAGE.search(head):
            continue
        count = filters[1].count(b"/")
        if count > 1 or not small or not _FONT.search(head):
            yield found.end(), count


def _size_of_small(data: memoryview) -> int | None:
    """Bytes of a stream that ends within ``data`` and is small expanded too, else None."""
    inflater = zlib.decompressobj()
    try:
        size = len(inflater.decompress(data, _CHUNK))
    except zlib.error:
        return None
    return size if inflater.eof else None


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """``chunks`` expanded, in chunks again; raises ``EOFError`` where their end is missing."""
    inflater = zlib.decompressobj()
    for chunk in chunks:
        while chunk and not inflater.eof:
            yield inflater.decompress(chunk, _CHUNK)
            chunk = inflater.unconsumed_tail
        if inflater.eof:
            return
    raise EOFError
