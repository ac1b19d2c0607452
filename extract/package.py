"""Files that are ZIP packages of XML (docx, xlsx, ofd), opened within limits and trusted in nothing."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from extract.errors import EncryptedFile, TooLarge, UnreadableFile
from extract.limits import MAX_EXPANDED
from extract.source import SourceFile

_CHUNK = 1 << 20
_ENCRYPTED = 0x1  # bit of a member's flags
_TOO_LARGE = f"expanded, the file is larger than {MAX_EXPANDED >> 20} MiB; split it into smaller ones"
_BROKEN = "the file is damaged ({}); export or upload it again"


class Package:
    """The members of a ZIP package. What is read counts against one limit, whatever the headers promise."""

    def __init__(self, source: str, archive: zipfile.ZipFile) -> None:
        self._source, self._archive, self._left = source, archive, MAX_EXPANDED
        self.names = tuple(archive.namelist())

    def read(self, name: str) -> bytes | None:
        """The bytes of member ``name``, None where there is none. Raises ``UnreadableFile``, ``TooLarge``."""
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            return None
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedFile(self._source)
        parts = []
        with self._archive.open(info) as member:
            while chunk := member.read(min(_CHUNK, self._left + 1)):
                self._left -= len(chunk)
                if self._left < 0:
                    raise TooLarge(self._source, _TOO_LARGE)
                parts.append(chunk)
        return b"".join(parts)

    def xml(self, name: str) -> etree._Element | None:
        """The root of XML member ``name``, None where there is none."""
        data = self.read(name)
        return None if data is None else parse_xml(data)


@contextmanager
def open_package(file: SourceFile) -> Iterator[Package]:
    """``file`` as a package. What is damaged in it raises ``UnreadableFile`` in here, wherever it shows."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            yield Package(file.source, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, etree.XMLSyntaxError) as error:
        raise UnreadableFile(file.source, _BROKEN.format(error or type(error).__name__)) from error


def parse_xml(data: bytes) -> etree._Element:
    """The root of ``data``: no entity is expanded but XML's own, nothing is fetched, no DTD is read.

    Raises ``etree.XMLSyntaxError``.
    """
    # A parser of its own for each document: they keep state and are not thread-safe.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)
