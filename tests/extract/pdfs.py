"""PDFs of a few lines, written byte by byte: what stands in them is what a test says.

Places are points from the top left of a page of 600 × 400.
"""

from collections.abc import Sequence

from extract import Page, Table
from extract.registry import read_file
from extract.source import SourceFile

WIDTH, HEIGHT = 600, 400

# No font is embedded: readers know the collection Adobe-GB1. Ideographs are one em wide, ASCII half of it.
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -120 1000 880]"
    b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
    b" /DW 1000 /W [1 95 500] >>] >>"
)


def text(
    x: float, y: float, string: str, size: float = 10, *, turn: str = "1 0 0 1", before: str = ""
) -> str:
    """``string`` with its first baseline from (``x``, ``y``); ``before`` are operators that set its look."""
    code = string.encode("utf-16-be").hex()
    return f"q {before} BT /F {size} Tf {turn} {x} {HEIGHT - y} Tm <{code}> Tj ET Q"


def line(x0: float, y0: float, x1: float, y1: float, look: str = "0.5 w") -> str:
    """A stroke."""
    return f"q {look} {x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S Q"


def area(x0: float, y0: float, x1: float, y1: float, look: str = "0 g") -> str:
    """A filled rectangle."""
    return f"q {look} {x0} {HEIGHT - y1} {x1 - x0} {y1 - y0} re f Q"


def clipped(x0: float, y0: float, x1: float, y1: float, content: str) -> str:
    """``content`` as far as it lies in a rectangle."""
    return f"q {x0} {HEIGHT - y1} {x1 - x0} {y1 - y0} re W n {content} Q"


def grid(columns: Sequence[float], rows: Sequence[float], look: str = "0.5 w") -> str:
    """All rulings of a table without merged cells."""
    level = [line(columns[0], y, columns[-1], y, look) for y in rows]
    return "\n".join([*level, *(line(x, rows[0], x, rows[-1], look) for x in columns)])


def pdf(
    *pages: str,
    page: str = "",
    fonts: str = "",
    resources: str = "",
    objects: Sequence[bytes] = (),
    box: str = f"0 0 {WIDTH} {HEIGHT}",
) -> bytes:
    """A PDF with ``pages`` of operators, their box ``box``.

    ``page``, ``fonts`` and ``resources`` are more entries of each page, its fonts and its resources.
    ``objects`` are more objects, numbered from 4.
    """
    first = 4 + len(objects)
    numbers = [first + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [{box}] >>".encode(),
        _FONT,
        *objects,
    ]
    for number, content in zip(numbers, pages, strict=True):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {number + 1} 0 R {page}"
            f" /Resources << /Font << /F 3 0 R {fonts} >> {resources} >> >>".encode()
        )
        bodies.append(stream(content.encode()))
    return written(bodies)


def stream(data: bytes, entries: str = "") -> bytes:
    """The body of a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries.encode(), data)


def written(bodies: Sequence[bytes], trailer: str = "") -> bytes:
    """A PDF of objects numbered from 1, the first of them the catalog."""
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(bodies) + 1, entries, len(bodies) + 1, trailer.encode(), len(data))
    )


BLACK_RGB, WHITE = "0 0 0 rg", "1 g"


UPRIGHT = "1 0 0 1"


def read_pages(data: bytes) -> tuple[Page, ...]:
    return read_file(SourceFile("filing.pdf", data)).pages


def read_page(*content: str, **entries: str) -> Page:
    (page,) = read_pages(pdf("\n".join(content), **entries))  # type: ignore[arg-type]  # the others are lists
    return page


def only_table(page: Page) -> Table:
    (table,) = page.tables
    return table


def texts(page: Page) -> list[str]:
    """The texts of all cells of a page, in order."""
    return [cell.text for table in page.tables for cell in table.cells]


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]
