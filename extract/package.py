"""Files that are ZIP packages of XML (docx, xlsx, ofd), opened within limits and trusted in nothing."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from extract.errors import EncryptedFile, TooLarge, UnreadableFile
from extract.limits import MAX_EXPANDED, MAX_MEMBERS
from extract.source import SourceFile

_CHUNK = 1 << 20
_ENCRYPTED = 0x1  # bit of a member's flags
_ENTRY = b"PK\x01\x02"  # the mark of an entry of the directory
_MOST_ENTRIES = 20 * MAX_MEMBERS  # in the archive and those in it
_TOO_LARGE = f"expanded, the file is larger than {MAX_EXPANDED >> 20} MiB; split it into smaller ones"
# What zipfile and the decompressors raise for damaged archives: wrong offsets, sizes, methods, names.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    struct.error,
    ValueError,
)
_BROKEN = "the file is damaged ({}); export or upload it again"
_LONGEST_PROBLEM = 120  # characters
_DOCTYPE = "a document type is declared in it"
_TWICE = "it has two members {}"

# A tree takes many times the memory of its text, most where the text is nothing but tags and attributes.
_LARGEST_XML = 100 * 2**20  # bytes
_MOST_NODES = 3_000_000  # elements, their ends and attributes; a page of tables has some 3,000
_TOO_MUCH_XML = "it holds more text or markup than can be read at once; split it into smaller files"


class Package:
    """The members of a ZIP package. What is read counts against one limit, whatever the headers promise."""

    def __init__(self, source: str, archive: zipfile.ZipFile) -> None:
        self._source, self._archive, self._left = source, archive, MAX_EXPANDED
        self.names = tuple(archive.namelist())
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._twice: set[str] = set()
        for info in archive.infolist():
            first = self._members.setdefault(_folded(info.filename), info)
            if (first.CRC, first.file_size) != (info.CRC, info.file_size):
                self._twice.add(_folded(info.filename))

    def read(self, name: str) -> bytes | None:
        """The bytes of member ``name``, in whatever case it is written; None where there is none.

        Raises ``UnreadableFile``, also for one of two members with that name, ``TooLarge``.
        """
        if _folded(name) in self._twice:
            raise UnreadableFile(self._source, _BROKEN.format(_TWICE.format(name)))
        info = self._members.get(_folded(name))
        return None if info is None else self.expand(info)

    def expand(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes of a member. Raises ``UnreadableFile``, ``TooLarge``."""
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedFile(self._source)
        parts = []
        try:
            with self._archive.open(info) as member:
                while chunk := member.read(min(_CHUNK, self._left + 1)):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise TooLarge(self._source, _TOO_LARGE)
                    parts.append(chunk)
        except _DAMAGES as error:
            raise _unreadable(self._source, error) from error
        return b"".join(parts)

    def xml(self, name: str) -> etree._Element | None:
        """The root of XML member ``name``, None where there is none. Raises as ``read`` does."""
        data = self.read(name)
        if data is None:
            return None
        if len(data) > _LARGEST_XML or data.count(b"<") + data.count(b"=") > _MOST_NODES:
            raise TooLarge(self._source, _TOO_MUCH_XML)
        root = parse_xml(data)
        # Packages have none. Were there one, its entities would be missing from the text.
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableFile(self._source, _BROKEN.format(_DOCTYPE))
        return root


def _folded(name: str) -> str:
    """A member's name for looking it up: some programs write other cases, and backslashes."""
    return name.replace("\\", "/").lower()


def open_zip(data: bytes) -> zipfile.ZipFile:
    """``data`` as an archive. Raises ``BadZipFile``, for whatever is wrong with it."""
    # Each entry takes half a kilobyte once it is read, and stands behind this mark.
    if data.count(_ENTRY) > _MOST_ENTRIES:
        raise zipfile.BadZipFile("too many entries")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGES as error:
        raise zipfile.BadZipFile(str(error) or type(error).__name__) from error


@contextmanager
def open_package(file: SourceFile) -> Iterator[Package]:
    """``file`` as a package. What is damaged in it raises ``UnreadableFile`` in here, wherever it shows."""
    try:
        archive = open_zip(file.data)
    except zipfile.BadZipFile as error:
        raise _unreadable(file.source, error) from error
    with archive:
        try:
            yield Package(file.source, archive)
        except etree.XMLSyntaxError as error:
            raise _unreadable(file.source, error) from error


def _unreadable(source: str, error: Exception) -> UnreadableFile:
    what = str(error.msg if isinstance(error, etree.XMLSyntaxError) else error)
    what = " ".join(what.split())[:_LONGEST_PROBLEM] or type(error).__name__
    return UnreadableFile(source, _BROKEN.format(what))


def parse_xml(data: bytes) -> etree._Element:
    """The root of ``data``: no entity is expanded but XML's own, nothing is fetched, no DTD is read.

    Raises ``etree.XMLSyntaxError``.
    """
    # A parser of its own for each document: they keep state and are not thread-safe.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)
