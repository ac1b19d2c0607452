"""Old Office files made by hand: OLE containers, and workbooks (BIFF8) in them."""

import struct
from collections.abc import Sequence

_SECTOR = 512
_LEAST = 4_096  # a shorter stream would stand in the small table
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(stream: str, data: bytes) -> bytes:
    """A container with one ``stream``: header, its sectors, the directory, the table."""
    data = data.ljust(-(-max(len(data), _LEAST) // _SECTOR) * _SECTOR, b"\0")
    count = len(data) // _SECTOR
    tables = -(-(count + 1) * 4 // (_SECTOR - 4))
    first_table = count + 1
    chain = [*range(1, count), _END, _END, *[_TABLE] * tables]
    chain += [_FREE] * (tables * _SECTOR // 4 - len(chain))
    listed = [*range(first_table, first_table + tables)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables)
    header += struct.pack("<IIIIIII", count, 0, _LEAST, _END, 0, _END, 0)
    header += struct.pack("<109I", *listed, *[_FREE] * (109 - len(listed)))
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry(stream, 2, 0, len(data))
    return header + data + directory.ljust(_SECTOR, b"\0") + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, first: int, size: int, child: int = _FREE) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(written), kind, 1, _FREE, _FREE, child)
    return written.ljust(64, b"\0") + links + bytes(36) + struct.pack("<III", first, size, 0)


def record(number: int, form: str = "", *values: object, more: bytes = b"") -> bytes:
    data = struct.pack(f"<{form}", *values) + more
    return struct.pack("<HH", number, len(data)) + data


def text(value: str, count: str = "H") -> bytes:
    """A text in UTF-16, after its length (``B``: in one byte)."""
    return struct.pack(f"<{count}B", len(value), 1) + value.encode("utf-16-le")


def rich(value: str, *runs: tuple[int, int]) -> bytes:
    """A text with the places from which it is in another font, and the numbers of those."""
    places = b"".join(struct.pack("<HH", *run) for run in runs)
    return struct.pack("<HBH", len(value), 0x09, len(runs)) + value.encode("utf-16-le") + places


def label(row: int, column: int, index: int, style: int = 0) -> bytes:
    """A cell with text ``index`` of the workbook."""
    return record(0xFD, "HHHI", row, column, style, index)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, "HHHd", row, column, style, value)


def boolean(row: int, column: int, value: bool) -> bytes:
    return record(0x205, "HHHBB", row, column, 0, value, 0)


def error(row: int, column: int, code: int) -> bytes:
    return record(0x205, "HHHBB", row, column, 0, code, 1)


def merged(*ranges: tuple[int, int, int, int]) -> bytes:
    """Merged cells: first row, last row, first column, last column."""
    return record(0xE5, "H", len(ranges), more=b"".join(struct.pack("<4H", *item) for item in ranges))


def hidden_row(row: int) -> bytes:
    return record(0x208, "HHHHHHI", row, 0, 1, 255, 0, 0, 0x120)


def hidden_column(column: int) -> bytes:
    return record(0x7D, "HHHHHH", column, column, 2_000, 0, 1, 0)


def workbook(
    *sheets: bytes,
    texts: Sequence[str | bytes] = (),
    codes: Sequence[str] = (),
    built_in: Sequence[int] = (),
    states: Sequence[int] = (),
    settings: bytes = b"",
    looks: Sequence[tuple[int, int]] = (),
) -> bytes:
    """The stream of a workbook. Styles: General, then those of ``codes``, then those of ``built_in``, then
    those of ``looks``: (options, escapement) of their fonts, which are numbered from 1. Texts may be rich
    ones."""
    formats = [record(0x41E, "H", 200 + n, more=text(code)) for n, code in enumerate(codes)]
    keys = [0, *(200 + n for n in range(len(codes))), *built_in]
    fonts = [
        record(0x31, "HHHHHBBBB", 200, options, 0x7FFF, 400, escapement, 0, 0, 0, 0, more=text("宋体", "B"))
        for options, escapement in ((0, 0), *looks)
    ]
    used = [*((0, key) for key in keys), *((font, 0) for font in range(1, len(fonts)))]
    styles = [record(0xE0, "HHHBBBBIiH", font, key, 1, 0x20, 0, 0, 0, 0, 0, 0) for font, key in used]
    packed = [each if isinstance(each, bytes) else text(each) for each in texts]
    shared = record(0xFC, "II", len(texts), len(texts), more=b"".join(packed))
    head = _begin(5) + settings + b"".join(fonts) + b"".join(formats) + b"".join(styles)
    names = [text(f"表{n}", "B") for n in range(1, len(sheets) + 1)]
    ends = shared + record(0x0A)
    start = len(head) + sum(4 + 6 + len(name) for name in names) + len(ends)
    bounds, bodies = b"", b""
    for at, (sheet, name) in enumerate(zip(sheets, names, strict=True)):
        state = states[at] if states else 0
        bounds += record(0x85, "IBB", start + len(bodies), state, 0, more=name)
        bodies += _begin(0x10) + sheet + record(0x0A)
    return head + bounds + ends + bodies


def _begin(kind: int) -> bytes:
    return record(0x809, "HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0x41, 6)
