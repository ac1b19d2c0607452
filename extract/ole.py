"""OLE containers, in which old Office files stand: their streams, and whether all bytes of them are there.

Other programs open a container that is cut short, and show what is left as if it were the whole.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extract.errors import UnreadableFile
from extract.source import SourceFile

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_CUT = "the file is cut short or damaged ({}); export or upload it again"
# Of the header: the sizes of sectors and small sectors (powers of 2), how many sectors hold the table, the
# first of the directory, the size from which on streams stand in sectors, the first and the number of those
# that hold the small table, and of those that go on with the list below.
_HEADER = struct.Struct("<30xHH10xII4xIIIII")
_LISTED = struct.Struct("<109I")  # follows it: the sectors that hold the table
_SECTOR_SIZES, _SMALL_SIZES = (9, 12), (6,)
# Of an entry of the directory: name and its length, kind, the numbers of other entries (two beside it, one in
# it), the first sector and the size.
_ENTRY = struct.Struct("<64sHBxIII36xII4x")
_STREAM, _ROOT = 2, 5
_MARKS = 0xFFFFFFFA  # numbers from here on are no sectors but say: end, free


@dataclass(frozen=True, slots=True)
class _Sectors:
    """Sectors of ``size`` bytes in ``data``, the first at ``start``; after each its stream goes on in the one
    that ``following`` says."""

    data: bytes
    size: int
    start: int
    following: list[int]

    def read(self, first: int, length: int) -> bytes:
        """The stream of ``length`` bytes that begins in sector ``first``. Raises ``ValueError``."""
        parts = []
        sector, left = first, length
        while left > 0:
            begin = self.start + sector * self.size
            end = begin + min(left, self.size)
            if sector >= _MARKS or end > len(self.data):
                raise ValueError("the end of a stream is missing")
            parts.append(self.data[begin:end])
            sector, left = self._after(sector), left - self.size
        return b"".join(parts)

    def chain(self, first: int) -> Iterator[bytes]:
        """The sectors of a stream of unknown length. Raises ``ValueError``."""
        sector = first
        for _ in range(len(self.following) + 1):
            if sector >= _MARKS:
                return
            yield self.read(sector, self.size)
            sector = self._after(sector)
        raise ValueError("its table is broken")

    def _after(self, sector: int) -> int:
        if sector >= len(self.following):
            raise ValueError("its table is broken")
        return self.following[sector]


class _Entry(NamedTuple):
    """Of the directory; the fields as they stand there."""

    name: bytes
    length: int  # bytes
    kind: int
    before: int
    after: int
    inner: int
    first: int
    size: int

    @property
    def text(self) -> str:
        return self.name[: max(0, self.length - 2)].decode("utf-16-le", "replace").lower()


def read_streams(file: SourceFile) -> dict[str, bytes]:
    """The streams of ``file`` that stand in no folder of it, by their names in lower case.

    Raises ``UnreadableFile`` where any stream is not whole.
    """
    try:
        return _streams(file.data)
    except (ValueError, LookupError, struct.error) as error:
        raise UnreadableFile(file.source, _CUT.format(error)) from error


def _streams(data: bytes) -> dict[str, bytes]:
    power, small_power, count, directory, least, small, small_count, more, more_count = _HEADER.unpack_from(
        data
    )
    if power not in _SECTOR_SIZES or small_power not in _SMALL_SIZES:
        raise ValueError("sectors of an unknown size")
    size = 1 << power
    if max(count, small_count, more_count) > len(data) // size:
        raise ValueError("its table is longer than the file")
    sectors = _Sectors(data, size, size, _table(data, size, count, more, more_count))
    entries = [_Entry(*fields) for fields in _ENTRY.iter_unpack(b"".join(sectors.chain(directory)))]
    root, *_ = entries
    # Streams share no sectors, so that all together are no longer than the file.
    if root.kind != _ROOT or sum(entry.size for entry in entries if entry.kind == _STREAM) > len(data):
        raise ValueError("its directory is broken")
    links = _numbers(sectors.read(small, small_count * size))
    small_sectors = _Sectors(sectors.read(root.first, root.size), 1 << small_power, 0, links)
    streams = {
        number: (sectors if entry.size >= least else small_sectors).read(entry.first, entry.size)
        for number, entry in enumerate(entries)
        if entry.kind == _STREAM
    }
    return {
        entries[number].text: streams[number]
        for number in _siblings(entries, root.inner)
        if number in streams
    }


def _siblings(entries: Sequence[_Entry], number: int) -> set[int]:
    """The numbers of the entries that stand in one folder with entry ``number``."""
    found: set[int] = set()
    left = [number]
    while left:
        number = left.pop()
        if number < len(entries) and number not in found:
            found.add(number)
            left += entries[number].before, entries[number].after
    return found


def _table(data: bytes, size: int, count: int, more: int, more_count: int) -> list[int]:
    """For each sector the one that follows it in its stream."""
    file = _Sectors(data, size, size, [_MARKS] * (len(data) // size + 1))
    listed = list(_LISTED.unpack_from(data, _HEADER.size))
    for _ in range(more_count):
        *numbers, more = _numbers(file.read(more, size))
        listed += numbers
    holding = [number for number in listed if number < _MARKS][:count]
    if len(holding) < count:
        raise ValueError("a part of its table is missing")
    return [number for sector in holding for number in _numbers(file.read(sector, size))]


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data))
