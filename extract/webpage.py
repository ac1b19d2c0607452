"""The markup in HTML files and web archives (MHTML), decoded."""

import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect

from extract.encodings import detect_encoding
from extract.errors import UnreadableFile
from extract.signatures import kind_of
from extract.source import SourceFile

_ENCODING = re.compile(rb"<(?:meta|\?xml)\b[^>]*?\b(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.I)
_HEAD = 8_192  # bytes in which a page names its encoding; a browser looks at 1,024
_MOST_LOST = 0.01  # of all characters; text in another encoding has many times as many
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_MULTIPART = re.compile(rb"^content-type:\s*multipart/", re.I | re.M)
_MOST_MULTIPARTS = 20  # parts that have parts; usual archives have one

_UNKNOWN_ENCODING = "the page is in an unknown encoding, or damaged; save it in UTF-8"
_CUT_OFF = "the web archive ends before its end mark; it may be cut off"
_NO_PAGE = "the web archive holds no HTML page; save the page again"
_TOO_NESTED = "the web archive is damaged: its parts are nested too deep; save the page again"


def web_pages(file: SourceFile, notes: Counter[str]) -> Iterator[str]:
    """The HTML texts in ``file``: one, in web archives one or more. Raises ``UnreadableFile``."""
    if kind_of(file.data).name != "mhtml":
        yield _decoded(file.source, file.data, None)
        return
    if sum(1 for _ in _MULTIPART.finditer(file.data)) > _MOST_MULTIPARTS:
        raise UnreadableFile(file.source, _TOO_NESTED)
    parts = list(message_from_bytes(file.data).walk())
    if any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in parts for defect in part.defects):
        notes[_CUT_OFF] = 0
    pages = [part for part in parts if part.get_content_type() in _HTML_TYPES]
    if not pages:
        raise UnreadableFile(file.source, _NO_PAGE)
    for page in pages:
        data = page.get_payload(decode=True)
        yield _decoded(file.source, data if isinstance(data, bytes) else b"", page.get_content_charset())


def _decoded(source: str, data: bytes, declared: str | None) -> str:
    """``data`` as text. What the bytes show counts more than what is ``declared``, which is often wrong."""
    encoding = detect_encoding(data) or _codec(declared or _named(data))
    if encoding is None:
        raise UnreadableFile(source, _UNKNOWN_ENCODING)
    # Bad bytes lose little: what follows them may be read shifted, but no further than to the next tag.
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > len(text) * _MOST_LOST:
        raise UnreadableFile(source, _UNKNOWN_ENCODING)
    return text


def _named(data: bytes) -> str:
    named = _ENCODING.search(data[:_HEAD])
    return named[1].decode("ascii", "replace") if named else ""


def _codec(name: str) -> str | None:
    """The codec for an encoding that pages in Chinese come in, by the name that they give it."""
    name = name.lower().replace("_", "-")
    if name in ("utf-8", "utf8"):
        return "utf-8"
    if name.startswith("big5"):
        return "big5hkscs"
    return "gb18030" if "gb" in name else None
