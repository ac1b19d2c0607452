"""Which formats can be read, and by which module. A new format is one new reader and one line here."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from extract.errors import EmptyFile, EncryptedFile, TooLarge, UnsupportedFormat
from extract.limits import MAX_PAGES, MAX_ROW, MAX_ROWS, MAX_TEXT
from extract.model import Document
from extract.signatures import Kind, kind_of
from extract.source import SourceFile

_TOO_MANY_PAGES = f"the file has more than {MAX_PAGES:,} pages; split it into smaller ones"
_TOO_MANY_ROWS = f"the file has more than {MAX_ROWS:,} rows and lines; split it into smaller ones"
_TOO_LONG = (
    f"page {{}} has a text of more than {MAX_TEXT:,} characters, which no form has; split or shorten it"
)
_TOO_WIDE = (
    f"page {{}} has a row of more than {MAX_ROW} texts, which no form has; split it into smaller tables"
)


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read.

    ``kinds`` are the kinds of content (see signatures.py) that it comes as. ``extensions`` (lower case, with
    the dot) only decide between formats of one kind. ``module`` is imported when the first such file comes
    and has ``read(file: SourceFile) -> Document``, which raises ``UnreadableFile`` for a damaged file.
    """

    name: str
    extensions: tuple[str, ...]
    kinds: tuple[str, ...]
    module: str


FORMATS: tuple[Format, ...] = (
    Format("pdf", (".pdf",), ("pdf",), "extract.pdf"),
    Format("docx", (".docx",), ("docx",), "extract.docx"),
    Format("xlsx", (".xlsx",), ("xlsx",), "extract.xlsx"),
    Format("html", (".html", ".htm"), ("html", "mhtml"), "extract.html"),
    Format("ofd", (".ofd",), ("ofd",), "extract.ofd"),
    Format("doc", (".doc",), ("doc", "rtf", "wordml"), "extract.office"),
    Format("wps", (".wps",), ("doc",), "extract.office"),
    Format("xls", (".xls",), ("xls", "spreadsheetml"), "extract.xls"),
    Format("et", (".et",), ("xls",), "extract.xls"),
    Format(
        "scan",
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"),
        ("png", "jpeg", "tiff", "bmp"),
        "extract.scan",
    ),
    Format("txt", (".txt", ".tsv"), ("text",), "extract.txt"),
)


def find_format(file: SourceFile) -> Format:
    """The format of ``file``, by its content.

    Raises ``EmptyFile``, ``EncryptedFile`` and ``UnsupportedFormat``.
    """
    if not file.data:
        raise EmptyFile(file.source)
    kind = kind_of(file.data)
    if kind.name == "encrypted":
        raise EncryptedFile(file.source)
    accepting = [format for format in FORMATS if kind.name in format.kinds]
    if not accepting:
        raise UnsupportedFormat(file.source, _unsupported(kind))
    extension = PurePath(file.source).suffix.lower()
    return next((format for format in accepting if extension in format.extensions), accepting[0])


def read_file(file: SourceFile) -> Document:
    """Read ``file`` with the reader of its format. Raises ``ExtractError``.

    What a reader would take and no form has (rows and texts without end) is refused here, for all formats:
    whoever goes through it would not come to an end.
    """
    read: Callable[[SourceFile], Document] = import_module(find_format(file).module).read
    document = read(file)
    if len(document.pages) > MAX_PAGES:
        raise TooLarge(file.source, _TOO_MANY_PAGES)
    rows = 0
    for page in document.pages:
        texts = [line.text for line in page.lines]
        filled: Counter[tuple[int, int]] = Counter()
        for number, table in enumerate(page.tables):
            texts += [cell.text for cell in table.cells]
            filled.update((number, cell.row) for cell in table.cells if cell.text)
        rows += len(page.lines) + len(filled)
        if rows > MAX_ROWS:
            raise TooLarge(file.source, _TOO_MANY_ROWS)
        if max(map(len, texts), default=0) > MAX_TEXT:
            raise TooLarge(file.source, _TOO_LONG.format(page.number))
        if max(filled.values(), default=0) > MAX_ROW:
            raise TooLarge(file.source, _TOO_WIDE.format(page.number))
    return document


def _unsupported(kind: Kind) -> str:
    known = ", ".join(format.name for format in FORMATS)
    return f"the file seems to be {kind.words}, which cannot be read; save it in a format that can: {known}"
