"""What is printed in a file, and where: the one type that every reader returns.

Geometry is in PDF points from the top left of the page and is ``None`` where the format has none (txt,
html); everything downstream works without it and works better with it. A reader reports, it never repairs.
"""

from dataclasses import dataclass

Box = tuple[float, float, float, float]  # x0, top, x1, bottom


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a cell, from a reader that has some (OCR), with its score in 0..1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell. A merged cell is one cell with its spans; the places that it covers have no cell.

    ``lines`` are the separate printed lines of ``text`` where the reader knows them, else empty, and
    ``line_boxes`` their places: they matter where a page cut runs through the cell. ``open_sides`` are those
    (of ``left``, ``top``, ``right``, ``bottom``) where the page prints no ruling, though its cells have some.
    ``whole`` is the text with what the page hides of it, where the file or the next page holds that.
    ``confidence`` (0..1) is the chance that the text is right, ``alternatives`` are what else it may say; a
    reader in doubt of no character has neither, and a doubt about the cells of a table is the same for all of
    them.
    """

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    lines: tuple[str, ...] = ()
    line_boxes: tuple[Box, ...] = ()
    open_sides: tuple[str, ...] = ()
    bbox: Box | None = None
    confidence: float = 1.0
    alternatives: tuple[Reading, ...] = ()
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells, sparse, in reading order. Edges are x and y positions where the format has them."""

    cells: tuple[Cell, ...]
    row_count: int
    column_count: int
    bbox: Box | None = None
    row_edges: tuple[float, ...] = ()
    column_edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text outside tables; ``tables_above`` tables of its page stand before it in reading order;
    ``confidence`` (0..1) is the chance that the text is right."""

    text: str
    tables_above: int = 0
    bbox: Box | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """A printed page, or a sheet with its ``name``; ``notes`` is what the reader has to say about it."""

    number: int
    tables: tuple[Table, ...] = ()
    lines: tuple[Line, ...] = ()
    name: str | None = None
    notes: tuple[str, ...] = ()
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A source file as read: ``source`` its path as given, ``sha256`` of its bytes, ``format`` its kind."""

    source: str
    sha256: str
    format: str
    pages: tuple[Page, ...]
