"""An Arrow table as CSV that Excel opens and that runs nothing."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.schema import LIST_SEPARATOR

_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE = 2_000


class Writer:
    """Writes Arrow tables to ``path`` one below the other, UTF-8 with BOM, lines end in CRLF (RFC 4180)."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, table: Any) -> None:
        """Write the rows of ``table``."""
        for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
            columns = [[cell(value) for value in column.to_pylist()] for column in batch.columns]
            self._writer.writerows(zip(*columns, strict=True))


def cell(value: object) -> str:
    """A value as CSV has it: null empty, booleans ``true`` and ``false``, the shortest exact number."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0")
        case list():
            return guarded(LIST_SEPARATOR.join(value))
        case str():
            return guarded(value)
    return str(value)


def guarded(text: str) -> str:
    """``text`` with a leading ``'`` where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_RUN_AS_FORMULA) else text


def unguarded(text: str) -> str:
    """A text as it was before ``guarded``."""
    bare = text.removeprefix("'")
    return bare if guarded(bare) == text else text
