"""What a file seems to be, by its first bytes, whatever its name says."""

import re
import zipfile
from dataclasses import dataclass

from extract.encodings import detect_encoding
from extract.package import open_zip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its short name, and what it is called in messages, with its article."""

    name: str
    words: str


_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind("pdf", "a PDF")),
    (b"{\\rtf", Kind("rtf", "a Rich Text (RTF) file")),
    (b"\xff\xd8\xff", Kind("jpeg", "a JPEG image")),
    (b"\x89PNG\r\n\x1a\n", Kind("png", "a PNG image")),
    (b"GIF8", Kind("gif", "a GIF image")),
    (b"II*\x00", Kind("tiff", "a TIFF image")),
    (b"MM\x00*", Kind("tiff", "a TIFF image")),
    (b"Rar!\x1a\x07", Kind("rar", "a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", Kind("7z", "a 7-Zip archive")),
    (b"\x1f\x8b", Kind("gzip", "a gzip archive")),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream that tells one kind of old Office file from another, as their directories name it.
_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", Kind("encrypted", "an Office file protected by a password")),
    ("WordDocument", Kind("doc", "an old Word document (doc or wps)")),
    ("Workbook", Kind("xls", "an old Excel workbook (xls or et)")),
    ("Book", Kind("xls", "an old Excel workbook (xls or et)")),
)
_BMP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table)\b", re.IGNORECASE)
# A part of a page, as systems store it: any other tag, or a comment, with a table behind it.
_PART_OF_HTML = re.compile(rb"<(?:!--|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_HTML_TABLE = re.compile(rb"<table\b[^\t]*<t[dh]\b", re.IGNORECASE)
_XHTML = re.compile(rb"<html\b", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b", re.IGNORECASE)
_MHTML = re.compile(rb"[a-z-]+:.*?\bMIME-Version:", re.IGNORECASE | re.DOTALL)
_OFFICE_XML: tuple[tuple[bytes, Kind], ...] = (
    (b'progid="Word.Document"', Kind("wordml", "a Word document as XML")),
    (b'progid="Excel.Sheet"', Kind("spreadsheetml", "an Excel workbook as XML")),
)
_PDF_HEAD = 2048  # bytes in which the header of a PDF may begin; readers commonly look at 1,024
_TEXT_HEAD = 65_536  # bytes; enough to know a text by
_MARKUP_HEAD = 1024  # bytes; markup names itself at once, after a byte order mark and white space

# The member that tells one kind of ZIP from another.
_PACKAGES: tuple[tuple[str, Kind], ...] = (
    ("word/", Kind("docx", "a Word document (docx)")),
    ("xl/", Kind("xlsx", "an Excel workbook (xlsx)")),
    ("ppt/", Kind("pptx", "a PowerPoint presentation (pptx)")),
    ("OFD.xml", Kind("ofd", "an OFD document")),
)


def kind_of(data: bytes) -> Kind:
    """Say what ``data`` is: ``text`` or ``binary`` where no signature is known."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return _ole_kind(data)
    if _BMP.match(data):
        return Kind("bmp", "a BMP image")
    if _WEBP.match(data):
        return Kind("webp", "a WebP image")
    return _markup_kind(data[:_TEXT_HEAD]) or _late_pdf(data[:_PDF_HEAD]) or _text_kind(data[:_TEXT_HEAD])


def _zip_kind(data: bytes) -> Kind:
    try:
        with open_zip(data) as archive:
            names = [name.replace("\\", "/").lower() for name in archive.namelist()]
    except zipfile.BadZipFile:
        return Kind("broken zip", "a damaged ZIP archive or Office file")
    for member, kind in _PACKAGES:
        if any(name.startswith(member.lower()) for name in names):
            return kind
    return Kind("zip", "a ZIP archive")


def _ole_kind(data: bytes) -> Kind:
    folded = data.lower()  # of UTF-16 too, as far as names are ASCII
    for stream, kind in _STREAMS:
        if stream.lower().encode("utf-16-le") in folded:
            return kind
    return Kind("ole", "an old Office file of an unknown kind, or a damaged one")


def _markup_kind(data: bytes) -> Kind | None:
    # Without its NULs the ASCII of UTF-16 is ASCII.
    data = data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    head = data[:_MARKUP_HEAD]
    if _HTML.match(head) or (_XML.match(head) and _XHTML.search(head)):
        return Kind("html", "an HTML page")
    if _XML.match(head):
        known = (kind for progid, kind in _OFFICE_XML if progid in head)
        return next(known, Kind("xml", "an XML file"))
    if _PART_OF_HTML.match(head) and _HTML_TABLE.search(data):
        return Kind("html", "a part of an HTML page")
    if head.startswith((b"MIME-Version:", b"mime-version:")) or _MHTML.match(head):
        return Kind("mhtml", "a web archive (MHTML)")
    return None


def _late_pdf(head: bytes) -> Kind | None:
    """A PDF with something before its header, as mail and web servers leave it."""
    return Kind("pdf", "a PDF") if b"%PDF-" in head and b" obj" in head else None


def _text_kind(head: bytes) -> Kind:
    if detect_encoding(head) is None:
        return Kind("binary", "binary, or text that is not in UTF-8, UTF-16 or GB18030")
    return Kind("text", "a text")
