"""Readers: what is printed in a file, and where. One per format, found by the file's content."""

from pathlib import Path

from extract.errors import EmptyFile, EncryptedFile, ExtractError, TooLarge, UnreadableFile, UnsupportedFormat
from extract.model import Box, Cell, Document, Line, Page, Reading, Table
from extract.registry import read_file
from extract.source import SourceFile

__all__ = [
    "Box",
    "Cell",
    "Document",
    "EmptyFile",
    "EncryptedFile",
    "ExtractError",
    "Line",
    "Page",
    "Reading",
    "Table",
    "TooLarge",
    "UnreadableFile",
    "UnsupportedFormat",
    "read",
]


def read(path: Path, *, source: str | None = None) -> Document:
    """Read the file at ``path``, in whatever format its content shows it to be.

    ``source`` is the name that the document and the errors carry, by default the path as given. Raises
    ``OSError`` where the file cannot be opened, ``UnsupportedFormat`` (``EmptyFile``) where no reader knows
    it, ``UnreadableFile`` where it is damaged.
    """
    return read_file(SourceFile.load(path, source))
