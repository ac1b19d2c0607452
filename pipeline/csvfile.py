"""An Arrow table as CSV that Excel opens and that runs nothing."""

import csv
from pathlib import Path
from typing import Any

from pipeline.schema import LIST_SEPARATOR

_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE = 10_000


def write(table: Any, path: Path) -> None:
    """Write ``table`` (an Arrow table) to ``path``, UTF-8 with BOM, lines end in CRLF (RFC 4180)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
            columns = [[cell(value) for value in column.to_pylist()] for column in batch.columns]
            writer.writerows(zip(*columns, strict=True))


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
