"""ZIP archives that lead out, grow without end, lie, and what else comes packed or locked."""

import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from tests.extract import oldoffice
from tests.hostile.good import filing
from tests.hostile.model import READ, Case, Row, failed, formless, like, survived, unsupported
from tests.hostile.packages import FORM, members, packed

_NOTE = "这里没有表格。\n".encode()
_NO_FORM = Row(("no_form",), "no performance form")
_LINK = Row(("unsupported",), "symbolic link")
_PASSWORD = "password"


def zipped(entries: Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """An archive of ``entries``; names may come twice."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name) if isinstance(name, str) else name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return file.getvalue()


def names() -> Iterator[Case]:
    """Members whose names lead somewhere else; nothing is ever written under them."""
    led = {
        "../../../../evil1.txt": "/evil1.txt",
        "/etc/cron.d/evil2": "/etc/cron.d/evil2",
        "C:\\Windows\\evil3.txt": "/C:/Windows/evil3.txt",
        "\\\\server\\share\\evil4.txt": "/server/share/evil4.txt",
        "..\\..\\evil5.txt": "/evil5.txt",
        "a/./b/../../../evil6.txt": "/a/b/evil6.txt",
        "new\nline\r.txt": "/new\\nline\\r.txt",
        "\u202egpj.exe": "/\\u202egpj.exe",
        "\x1b]0;owned\x07.txt": "/\\x1b]0;owned\\x07.txt",
        "=cmd|'!A1.txt": "/=cmd|'!A1.txt",
        "长" * 5_000 + ".txt": f"/{'长' * 500}…{'长' * 496}.txt",
    }
    entries = [(name, _NOTE + str(n).encode()) for n, name in enumerate(led)]
    yield Case("zip/names.zip", zipped(entries), dict.fromkeys(led.values(), _NO_FORM))
    nul = zipped([("evilX.txt", _NOTE)]).replace(b"evilX.txt", b"evil\0.txt")
    yield Case("zip/nul.zip", nul, {"/evil": _NO_FORM})
    twice = [
        ("a.txt", _NOTE + b"1"),
        ("A.txt", _NOTE + b"2"),
        ("x/../a.txt", _NOTE + b"3"),
        ("../a.txt", _NOTE + b"4"),
    ]
    rows = dict.fromkeys(("/a.txt", "/A.txt", "/x/a.txt", "/a (2).txt"), _NO_FORM)
    yield Case("zip/one_name_twice.zip", zipped(twice), rows)
    links: list[tuple[str | zipfile.ZipInfo, bytes]] = []
    for name in ("link", "folder/link"):
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        links.append((info, b"/etc/passwd"))
    yield Case(
        "zip/links.zip",
        zipped([*links, ("link/passwd", _NOTE)]),
        {"/link": _LINK, "/folder/link": _LINK, "/link/passwd": _NO_FORM},
    )
    good = filing(FORM, "docx")
    yield Case(
        "zip/good_and_bad.zip",
        zipped([("../好.docx", good + b"\0"), ("bad.pdf", b"%PDF-1.7\n"), ("empty.xlsx", b"")]),
        {
            "/好.docx": Row(READ, like=f"good/{FORM}.docx"),
            "/bad.pdf": Row(("failed",), "PDF"),
            "/empty.xlsx": Row(("unsupported",), "empty"),
        },
    )


def bombs() -> Iterator[Case]:
    """Archives and packages that expand beyond all measure."""
    zeros = bytes(10 * 2**20)
    yield failed("bombs/flat.zip", zipped([(f"{n}.txt", zeros) for n in range(6)]), "200 times")
    inner = zipped([("a.txt", zeros)])
    for _ in range(4):
        inner = zipped([(f"{n}.zip", inner) for n in range(10)])
    rows = {f"/{n}.zip": Row(("unsupported",), "ZIP archive") for n in range(10)}
    yield Case("bombs/nested.zip", inner, rows)
    yield failed("bombs/overlapping.zip", overlapping(2_000, 2**20), "500 MiB|200 times")
    yield failed("bombs/many.zip", zipped([(f"{n}.txt", b"") for n in range(6_000)]), "5,000 files")
    yield failed("bombs/entries.zip", many_entries(150_000), "damaged")
    quine = zipped([("a.zip", zipped([("a.zip", b"PK\x03\x04")]))])
    yield Case("bombs/zip_in_zip.zip", quine, {"/a.zip": Row(("unsupported",), "ZIP archive")})
    large = deflated(510 * 2**20)
    for format, name in (
        ("docx", "word/document.xml"),
        ("xlsx", "xl/worksheets/sheet1.xml"),
        ("ofd", "OFD.xml"),
    ):
        parts = members(filing(FORM, format)) if format != "ofd" else {}
        parts.pop(name, None)
        yield failed(
            f"bombs/expands.{format}",
            with_raw(packed(parts), name, *large),
            "larger than|more text|too large",
        )
    lying = packed({"word/document.xml": bytes(2**20)})
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at += lying.index(mark)
        lying = lying[:at] + struct.pack("<I", 10) + lying[at + 4 :]
    yield failed("bombs/lies.docx", lying, "damaged")


def deflated(size: int) -> tuple[bytes, int, int]:
    """``size`` zeros, deflated: the bytes, their checksum and the size."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    parts, checksum, chunk = [], 0, bytes(2**20)
    for _ in range(size >> 20):
        parts.append(compressor.compress(chunk))
        checksum = zlib.crc32(chunk, checksum)
    return b"".join(parts) + compressor.flush(), checksum, size


def with_raw(archive: bytes, name: str, data: bytes, checksum: int, size: int) -> bytes:
    """``archive`` with one more member, of data that is deflated already."""
    end = archive.rindex(b"PK\x05\x06")
    count, length, start = struct.unpack("<HII", archive[end + 10 : end + 20])
    raw = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, checksum, len(data), size, len(raw), 0)
    local = b"PK\x03\x04" + common + raw + data
    entry = b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, start) + raw
    directory = archive[start : start + length] + entry
    total = struct.pack("<HHHHIIH", 0, 0, count + 1, count + 1, len(directory), start + len(local), 0)
    return archive[:start] + local + directory + b"PK\x05\x06" + total


def overlapping(count: int, size: int) -> bytes:
    """Members that share one stream of bytes."""
    data, checksum, size = deflated(size)
    archive = with_raw(b"PK\x05\x06" + bytes(18), "0", data, checksum, size)
    start = archive.index(b"PK\x01\x02")
    entry = archive[start : archive.rindex(b"PK\x05\x06")]
    directory = b"".join(entry for _ in range(count))
    return (
        archive[:start]
        + directory
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)
    )


def many_entries(count: int) -> bytes:
    """A directory of so many entries that reading it alone is too much."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    directory = entry * count
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(directory), 4)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 4 + len(directory), 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"PK\x03\x04" + directory + record + locator + end


def locked() -> Iterator[Case]:
    """What needs a password."""
    data = bytearray(zipped([("a.txt", _NOTE)]))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[data.index(b"PK\x03\x04") + 6] |= 1
    yield Case("locked/a.zip", bytes(data), {"/a.txt": Row(("failed",), _PASSWORD)})
    container = oldoffice.ole("EncryptedPackage", bytes(5_000))
    yield failed("locked/a.docx", container, _PASSWORD)
    yield failed("locked/a.xlsx", container + b"\0" * 512, _PASSWORD)


def other_kinds() -> Iterator[Case]:
    """Files that are something else than their names say."""
    docx, pdf, text = filing(FORM, "docx"), filing(FORM, "pdf"), filing(FORM, "txt")
    yield like("names/docx.pdf", docx + b"\0\0", f"good/{FORM}.docx")
    yield like("names/pdf.docx", pdf + b"\n%%", f"good/{FORM}.pdf")
    yield like("names/text.xlsx", text + b"\n", f"good/{FORM}.txt")
    yield failed("names/png.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture is damaged")
    yield unsupported("names/program.docx", b"MZ\x90\0\3\0\0\0" + bytes(range(256)) * 8, "binary")
    yield unsupported("names/elf.xlsx", b"\x7fELF\2\1\1" + bytes(9) + bytes(range(256)) * 8, "binary")
    yield unsupported("names/gzip.txt", zlib.compress(text, wbits=31), "gzip")
    yield unsupported("names/rar.zip", b"Rar!\x1a\x07\x01\0" + bytes(64), "RAR")
    yield unsupported("names/7z.zip", b"7z\xbc\xaf\x27\x1c" + bytes(64), "7-Zip")
    yield formless("names/script.pdf", b"#!/bin/sh\nrm -rf ~\n")
    yield unsupported(
        "names/xml.html",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "XML",
    )
    for name in ("empty.pdf", "empty.docx", "empty.txt"):
        yield unsupported(f"names/{name}", b"", "empty")
    yield unsupported("names/blank.txt", b" \n\t\n" * 100, "empty")
    yield unsupported("names/zeros.pdf", bytes(4_096), "binary|text")


def broken(seed: int = 5) -> Iterator[Case]:
    """Every format cut short, and with bytes that are others."""
    rng = random.Random(seed)
    book = oldoffice.ole("Workbook", oldoffice.workbook(oldoffice.label(0, 0, 0), texts=["绩效目标表"]))
    sources = {format: filing(FORM, format) for format in ("docx", "xlsx", "pdf", "html", "txt")}
    for format, data in (sources | {"xls": book, "zip": zipped([("a.docx", sources["docx"])])}).items():
        for share in (3, 50, 95):
            cut = data[: len(data) * share // 100]
            if format in ("html", "txt"):
                yield survived(
                    f"broken/{share}.{format}", cut, ("ok", "needs_review", "no_form", "unsupported")
                )
            elif format == "xls" or (format == "pdf" and share == 3):
                yield survived(
                    f"broken/{share}.{format}",
                    cut,
                    ("failed", "unsupported"),
                    "damaged|too early|which cannot be read",
                )
            elif format == "pdf":
                yield survived(f"broken/{share}.{format}", cut, ("failed", "no_form", "needs_review"))
            else:
                yield failed(f"broken/{share}.{format}", cut, "damaged|cut short")
        for number in range(3):
            mutated = bytearray(data)
            for _ in range(30):
                mutated[rng.randrange(len(mutated))] = rng.randrange(256)
            rows = {
                "": Row(("ok", "needs_review", "no_form", "failed", "unsupported"), "^(?!.*internal error)")
            }
            if format != "zip":
                yield Case(f"broken/mutated_{number}.{format}", bytes(mutated), rows)


def all_cases() -> Iterator[Case]:
    """Every hostile archive and broken file."""
    for cases in (names, bombs, locked, other_kinds, broken):
        yield from cases()
