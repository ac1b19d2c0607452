"""Jixiao for Python: one file step by step, or a folder as data frames. Nothing is written.

``docs/python.md`` has examples; the columns are those of ``docs/data-dictionary.md``.
"""

import os
from pathlib import Path

import pandas as pd

import extract as _readers
import normalize as _meaning
from extract import Document, EncryptedFile, ExtractError, UnsupportedFormat
from normalize import Filing
from normalize.mappings import MappingError, load
from pipeline import __version__, extraction

__all__ = [
    "Document",
    "EncryptedFile",
    "ExtractError",
    "Filing",
    "MappingError",
    "UnsupportedFormat",
    "__version__",
    "extract",
    "normalize",
    "read",
]


def read(path: str | os.PathLike[str]) -> Document:
    """What is printed in a file, and where, before any repair; its content says of what format it is.

    Raises ``OSError`` where the file cannot be opened, and ``ExtractError``, which says in one line what is
    wrong and what to do: ``UnsupportedFormat`` where no reader knows it, ``EncryptedFile`` and others.
    """
    return _readers.read(Path(path))


def normalize(document: Document) -> tuple[Filing, ...]:
    """The forms in a document, repaired, each with its fields, amounts, indicators, repairs and checks; none
    where it holds no form. Raises ``MappingError`` where the mappings are not valid."""
    return _meaning.normalize(document, load())


def extract(
    folder: str | os.PathLike[str],
    *,
    redact: bool = False,
    decisions: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables that ``jixiao extract`` publishes of a folder, by name: ``tidy``, ``filings`` and so on.

    Files that could not be read have their row in ``files``. ``redact`` leaves out the names and telephone
    numbers of people; ``decisions`` is a file of what people decided. Files are read in this process, which
    one that crashes takes along; with ``jobs`` by so many worker processes, each within limits of time and
    memory (a script then needs ``if __name__ == "__main__":``, as for any processes of Python).

    Raises ``NotADirectoryError`` where there is no such folder, ``MappingError`` where the mappings or the
    decisions are not valid.
    """
    place = Path(folder)
    if not place.is_dir():
        raise NotADirectoryError(f"{place}: there is no such folder")
    decided = Path(decisions) if decisions is not None else None
    tables = extraction.tables(place, redact=redact, decided=decided, jobs=jobs)
    return {name: table.to_pandas() for name, table in tables.items()}
