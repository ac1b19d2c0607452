"""OFDs of a few objects, written member by member: what stands in them is what a test says.

Places are points from the top left of a page of 600 × 400; the files have them in millimetres. What is read
of them stands below.
"""

import io
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from extract import Page, Table
from extract.registry import read_file
from extract.source import SourceFile

WIDTH, HEIGHT = 600, 400
NAMESPACE = "http://www.ofdspec.org/2016"
_MILLIMETRES = 25.4 / 72

Members = dict[str, str | bytes]


def mm(*points: float) -> str:
    """Points as an attribute has them."""
    return " ".join(f"{point * _MILLIMETRES:.5f}".rstrip("0").rstrip(".") for point in points)


def run_lengths(offsets: Sequence[float]) -> str:
    """Offsets in points as ``DeltaX`` has them: equal ones that follow each other as ``g n v``."""
    runs = [(value, len(list(group))) for value, group in groupby(mm(offset) for offset in offsets)]
    return " ".join(f"g {count} {value}" if count > 2 else " ".join([value] * count) for value, count in runs)


def text(
    x: float,
    y: float,
    string: str,
    size: float = 10,
    *,
    offsets: Sequence[float] | None = None,
    look: str = "",
    inner: str = "",
) -> str:
    """``string`` with its baseline from (``x``, ``y``).

    ``offsets`` are those between its characters (by default an em after an ideograph, half of one after
    ASCII); ``look`` are more attributes of the object, ``inner`` elements in it.
    """
    if offsets is None:
        offsets = [size / 2 if character.isascii() else size for character in string[:-1]]
    delta = f' DeltaX="{run_lengths(offsets)}"' if offsets else ""
    escaped = string.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<ofd:TextObject ID="1" Boundary="{mm(x, y - size, size * len(string), size * 1.2)}" Font="2"'
        f' Size="{mm(size)}" {look}>{inner}<ofd:TextCode X="0" Y="{mm(size)}"{delta}>{escaped}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def path(data: str, look: str = "", inner: str = "") -> str:
    """A path in the space of the page, in millimetres."""
    return (
        f'<ofd:PathObject ID="1" Boundary="0 0 {mm(WIDTH, HEIGHT)}" {look}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def line(x0: float, y0: float, x1: float, y1: float, look: str = "", inner: str = "") -> str:
    """A stroke."""
    return path(f"M {mm(x0, y0)} L {mm(x1, y1)}", look, inner)


def area(x0: float, y0: float, x1: float, y1: float, color: str = "0 0 0") -> str:
    """A filled rectangle."""
    data = f"M {mm(x0, y0)} L {mm(x1, y0)} L {mm(x1, y1)} L {mm(x0, y1)} C"
    return path(data, 'Fill="true" Stroke="false"', f'<ofd:FillColor Value="{color}"/>')


def picture(x0: float, y0: float, x1: float, y1: float) -> str:
    """An image, of which only the place matters."""
    size = mm(x1 - x0), mm(y1 - y0)
    return (
        f'<ofd:ImageObject ID="1" Boundary="{mm(x0, y0)} {" ".join(size)}"'
        f' CTM="{size[0]} 0 0 {size[1]} 0 0" ResourceID="9"/>'
    )


def clips(x0: float, y0: float, x1: float, y1: float) -> str:
    """A clip of an object, from the top left of the object's boundary."""
    data = f"M {mm(x0, y0)} L {mm(x1, y0)} L {mm(x1, y1)} L {mm(x0, y1)} C"
    return (
        '<ofd:Clips TransFlag="false"><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 0 0" Fill="true">'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    )


def grid(columns: Sequence[float], rows: Sequence[float]) -> str:
    """All rulings of a table without merged cells."""
    level = [line(columns[0], y, columns[-1], y) for y in rows]
    return "".join([*level, *(line(x, rows[0], x, rows[-1]) for x in columns)])


def page_xml(objects: Iterable[str], before: str = "", size: str = "") -> str:
    """The content of a page: ``objects`` in a layer, other elements ``before``; ``size`` is its box."""
    box = f"<ofd:Area><ofd:PhysicalBox>{size}</ofd:PhysicalBox></ofd:Area>" if size else ""
    layer = f'<ofd:Layer ID="1">{"".join(objects)}</ofd:Layer>'
    return f'<ofd:Page xmlns:ofd="{NAMESPACE}">{box}{before}<ofd:Content>{layer}</ofd:Content></ofd:Page>'


def members_of(pages: Sequence[str], common: str = "", document: str = "", body: str = "") -> Members:
    """The members of an OFD with ``pages`` of XML; ``common``, ``document`` and ``body`` are more elements of
    CommonData, Document and DocBody."""
    places = [f'<ofd:Page ID="{10 + k}" BaseLoc="Pages/{k}.xml"/>' for k in range(len(pages))]
    return {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody>'
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:PageArea>'
        f"<ofd:PhysicalBox>0 0 {mm(WIDTH, HEIGHT)}</ofd:PhysicalBox></ofd:PageArea>{common}"
        f"</ofd:CommonData><ofd:Pages>{''.join(places)}</ofd:Pages>{document}</ofd:Document>",
        **{f"Doc_0/Pages/{k}.xml": page for k, page in enumerate(pages)},
    }


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of ``members``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def ofd_of(pages: Sequence[Iterable[str]]) -> bytes:
    """An OFD with ``pages`` of objects (``text``, ``line`` …)."""
    return packed(members_of([page_xml(objects) for objects in pages]))


WHITE = '<ofd:FillColor Value="255 255 255"/>'


def read_pages(data: bytes) -> tuple[Page, ...]:
    document = read_file(SourceFile("filing.ofd", data))
    assert document.format == "ofd"
    return document.pages


def read_page(*objects: str, **parts: str) -> Page:
    """A page of ``objects``; ``parts`` as in ``members_of``."""
    (page,) = read_pages(packed(members_of([page_xml(objects)], **parts)))
    return page


def read_members(members: Mapping[str, str | bytes]) -> tuple[Page, ...]:
    return read_pages(packed(members))


def only_table(page: Page) -> Table:
    (table,) = page.tables
    return table


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def boxes(page: Page) -> list[tuple[float, ...] | None]:
    return [line.bbox for line in page.lines]


def changed(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(out))
        end = min(len(out), start + rng.choice((0, 1, 1, 3, 20)))
        middle = rng.choice(
            (b"", b"0", b"-", b"9" * 30, b"<", b'"', b"g ", b"nan", bytes([rng.randrange(256)]))
        )
        out[start:end] = middle + bytes(out[start:end]) * rng.choice((0, 1, 2))
    return bytes(out)
