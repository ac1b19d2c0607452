"""HTML pages, and what is read of them."""

from extract import Document, Page, Table
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.partitions import Place, places


def read_bytes(data: bytes) -> Document:
    return read_file(SourceFile("filing.html", data))


def only_page(body: str) -> Page:
    (page,) = read_bytes(f"<html><body>{body}</body></html>".encode()).pages
    return page


def lines(body: str) -> list[str]:
    page = only_page(body)
    assert page.tables == ()
    return [line.text for line in page.lines]


def only_table(body: str) -> Table:
    (table,) = only_page(body).tables
    return table


def placed(rows: str) -> list[Place]:
    return places(only_table(f"<table>{rows}</table>"))


def texts(rows: str) -> list[str]:
    return [cell[-1] for cell in placed(rows)]
