"""A Document as bytes in the store and back, so that new mappings need no second look at the source."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any

from extract.model import Cell, Document, Line, Page, Reading, Table

VERSION = 1
"""Of the shape below. A change of it is a change of the readers, after which sources are read again."""
_LEVEL = 6  # of zlib: the higher ones take twice the time for a hundredth of the size
_ATTRIBUTES = {
    kind: tuple((field.name, field.default) for field in fields(kind))
    for kind in (Document, Page, Table, Line, Cell, Reading)
}
_PARTS: dict[tuple[type, str], type] = {
    (Document, "pages"): Page,
    (Page, "tables"): Table,
    (Page, "lines"): Line,
    (Table, "cells"): Cell,
    (Cell, "alternatives"): Reading,
}


def pack(document: Document) -> bytes:
    """``document`` as compressed JSON; attributes that have their default are left out."""
    text = json.dumps([VERSION, _plain(document)], separators=(",", ":"))
    return zlib.compress(text.encode("ascii"), _LEVEL)


def unpack(data: bytes) -> Document:
    """The document that ``pack`` made ``data`` of. Raises ``ValueError`` where another version did."""
    version, plain = json.loads(zlib.decompress(data))
    if version != VERSION:
        raise ValueError(f"the stored document is of version {version}, not {VERSION}; run with --retry")
    document: Document = _made(Document, plain)
    return document


def _plain(value: Any) -> dict[str, Any]:
    plain = {}
    for name, default in _ATTRIBUTES[type(value)]:
        attribute = getattr(value, name)
        if default is not MISSING and attribute == default:
            continue
        part = (type(value), name) in _PARTS
        plain[name] = [_plain(one) for one in attribute] if part else attribute
    return plain


def _made(kind: type, plain: dict[str, Any]) -> Any:
    given = {}
    for name, value in plain.items():
        part = _PARTS.get((kind, name))
        given[name] = tuple(_made(part, one) for one in value) if part else _frozen(value)
    return kind(**given)


def _frozen(value: Any) -> Any:
    """``value`` with tuples where JSON has lists."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_frozen(one) for one in value)
    return value
