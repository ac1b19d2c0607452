"""A file's bytes on their way to a reader."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from extract.model import Document, Page


def _told_nobody(number: int) -> None:
    """Of a page that was recognised."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read from disk once: its path as given, and all of its bytes; ``ocr`` says whether
    pictures in it may be recognised, ``recognised`` is told the number of each page that was, as it takes
    seconds."""

    source: str
    data: bytes
    ocr: bool = True
    recognised: Callable[[int], None] = field(default=_told_nobody, compare=False)

    @classmethod
    def load(cls, path: Path, source: str | None = None) -> "SourceFile":
        """Read ``path``; raises ``OSError`` where it cannot be opened."""
        return cls(source if source is not None else str(path), path.read_bytes())

    def document(self, format: str, pages: tuple[Page, ...]) -> Document:
        """What a reader returns: ``pages`` as the contents of this file."""
        return Document(self.source, hashlib.sha256(self.data).hexdigest(), format, pages)
