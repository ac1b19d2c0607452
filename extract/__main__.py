"""``python -m extract FILE``: what a reader saw, before any repair, as one JSON object."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from extract import Cell, Document, ExtractError, Page, Table, read


def main(arguments: list[str] | None = None) -> int:
    """Print the document as JSON in UTF-8. Returns 0, or 1 for an unreadable file, 2 for a missing one."""
    parser = argparse.ArgumentParser(prog="python -m extract", description="Print what a reader sees.")
    parser.add_argument("file", metavar="FILE")
    file: str = parser.parse_args(arguments).file
    try:
        document = read(Path(file), source=file)
    except ExtractError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{file}: cannot be opened: {error.strerror}", file=sys.stderr)
        return 2
    text = json.dumps(_document(document), ensure_ascii=False) + "\n"
    # A file name that is no UTF-8 has surrogates; as backslash escapes they are still JSON.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    return 0


def _document(document: Document) -> dict[str, Any]:
    pages = [_page(page) for page in document.pages]
    return {"source": document.source, "format": document.format, "pages": pages}


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "name": page.name,
        "notes": page.notes,
        "width": page.width,
        "height": page.height,
        "lines": [line.text for line in page.lines],
        "tables": [_table(table) for table in page.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "bbox": table.bbox,
        "row_count": table.row_count,
        "column_count": table.column_count,
        "cells": [_cell(cell) for cell in table.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "row": cell.row,
        "column": cell.column,
        "rowspan": cell.rowspan,
        "colspan": cell.colspan,
        "text": cell.text,
        "bbox": cell.bbox,
        "confidence": cell.confidence,
    }


if __name__ == "__main__":
    sys.exit(main())
