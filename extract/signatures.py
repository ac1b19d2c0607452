"""What a file seems to be, by its first bytes, whatever its name says."""

import io
import re
import zipfile

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (doc, xls, wps or et)"),
    (b"{\\rtf", "a Rich Text (RTF) file"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_BMP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table)\b", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b", re.IGNORECASE)
_MHTML = re.compile(rb"MIME-Version:", re.IGNORECASE)
_MARKUP_HEAD = 1024  # bytes; markup names itself at once, after a byte order mark and white space

# The member that tells one kind of ZIP from another.
_PACKAGES: tuple[tuple[str, str], ...] = (
    ("word/", "a Word document (docx)"),
    ("xl/", "an Excel workbook (xlsx)"),
    ("ppt/", "a PowerPoint presentation (pptx)"),
    ("OFD.xml", "an OFD document"),
)


def kind_of(data: bytes) -> str | None:
    """Say in a few words with their article what ``data`` is, or None where no signature is known."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if _BMP.match(data):
        return "a BMP image"
    if _WEBP.match(data):
        return "a WebP image"
    return _markup_kind(data[:_MARKUP_HEAD])


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "a damaged ZIP archive or Office file"
    for member, kind in _PACKAGES:
        if any(name.startswith(member) for name in names):
            return kind
    return "a ZIP archive"


def _markup_kind(head: bytes) -> str | None:
    # Without its NULs the ASCII of UTF-16 is ASCII.
    head = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _HTML.match(head):
        return "an HTML page"
    if _XML.match(head):
        return "an XML file"
    if _MHTML.match(head):
        return "a web archive (MHTML)"
    return None
