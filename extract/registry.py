"""Which formats can be read, and by which module. A new format is one new reader and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from extract.errors import EmptyFile, EncryptedFile, UnsupportedFormat
from extract.model import Document
from extract.signatures import Kind, kind_of
from extract.source import SourceFile


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
    """Read ``file`` with the reader of its format. Raises ``ExtractError``."""
    read: Callable[[SourceFile], Document] = import_module(find_format(file).module).read
    return read(file)


def _unsupported(kind: Kind) -> str:
    known = ", ".join(format.name for format in FORMATS)
    return f"the file seems to be {kind.words}, which cannot be read; save it in a format that can: {known}"
