"""Which formats can be read, and by which module. A new format is one new reader and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from extract.encodings import detect_encoding
from extract.errors import EmptyFile, UnsupportedFormat
from extract.model import Document
from extract.signatures import kind_of
from extract.source import SourceFile

_TEXT_HEAD = 65_536  # bytes; enough to know a text by


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read.

    ``accepts`` looks at a file's bytes. ``extensions`` (lower case, with the dot) only decide between formats
    that accept the same bytes. ``module`` is imported when the first such file comes and has
    ``read(file: SourceFile) -> Document``, which raises ``UnreadableFile`` for a damaged file.
    """

    name: str
    extensions: tuple[str, ...]
    accepts: Callable[[bytes], bool]
    module: str


def _is_text(data: bytes) -> bool:
    return kind_of(data) is None and detect_encoding(data[:_TEXT_HEAD]) is not None


FORMATS: tuple[Format, ...] = (Format("txt", (".txt", ".tsv"), _is_text, "extract.txt"),)


def find_format(file: SourceFile) -> Format:
    """The format of ``file``, by its content. Raises ``EmptyFile`` and ``UnsupportedFormat``."""
    if not file.data:
        raise EmptyFile(file.source)
    accepting = [format for format in FORMATS if format.accepts(file.data)]
    if not accepting:
        raise UnsupportedFormat(file.source, _unsupported(file.data))
    extension = PurePath(file.source).suffix.lower()
    return next((format for format in accepting if extension in format.extensions), accepting[0])


def read_file(file: SourceFile) -> Document:
    """Read ``file`` with the reader of its format. Raises ``ExtractError``."""
    read: Callable[[SourceFile], Document] = import_module(find_format(file).module).read
    return read(file)


def _unsupported(data: bytes) -> str:
    kind = kind_of(data) or "binary, or text that is not in UTF-8, UTF-16 or GB18030"
    known = ", ".join(format.name for format in FORMATS)
    return f"the file seems to be {kind}, which cannot be read; save it in a format that can: {known}"
