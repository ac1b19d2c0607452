"""A document comes back from the store as it went in."""

import json
import zlib
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import Cell, Document, Line, Page, Reading, Table
from pipeline.documents import pack, unpack
from tests.pipeline.examples import document

text, count, number = st.text(max_size=3), st.integers(0, 9), st.floats(allow_nan=False)
box = st.none() | st.tuples(number, number, number, number)


def few(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(of, max_size=2).map(tuple)


def made(kind: type[Any], *given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any ``kind``; ``given`` are all its attributes, also those that have a default."""
    return st.builds(kind, **dict(zip([one.name for one in fields(kind)], given, strict=True)))


reading = made(Reading, text, number)
cell = made(
    Cell, count, count, text, count, count, few(text), few(box), few(text), box, number, few(reading), text
)
table = made(Table, few(cell), count, count, box, few(number), few(number))
line = made(Line, text, count, box, number)
page = made(Page, count, few(table), few(line), text, few(text), number, number)


@given(made(Document, text, text, text, few(page)))
def test_a_document_comes_back(document: Document) -> None:
    assert unpack(pack(document)) == document


def test_what_has_its_default_takes_no_room() -> None:
    cells = tuple(Cell(row, 1, "甲") for row in range(3))
    one = Document("a.txt", "00", "txt", (Page(1, (Table(cells, 3, 1),)),))
    (_, plain) = json.loads(zlib.decompress(pack(one)))
    assert plain["pages"][0]["tables"][0]["cells"][2] == {"row": 2, "column": 1, "text": "甲"}


def test_a_document_of_another_version_is_refused() -> None:
    other = zlib.compress(json.dumps([0, json.loads(zlib.decompress(pack(document())))[1]]).encode())
    with pytest.raises(ValueError, match="of version 0"):
        unpack(other)
