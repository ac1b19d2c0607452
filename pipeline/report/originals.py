"""What was read of a file, and the file itself for pictures of its pages, from a store."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from extract import ExtractError
from extract.model import Box, Document
from pipeline.documents import unpack
from pipeline.inputs import Found
from pipeline.privacy import Personal
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was read; ``pictured`` are its bytes if pages of it can be shown as pictures.

    Of a redacted file the document is painted over, and ``hidden`` are the boxes, by page, that pictures must
    not show.
    """

    document: Document
    pictured: bytes | None
    hidden: Mapping[int, list[Box]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store keeps of the original of some bytes: the packed document, what must not be shown of it
    (``Personal.packed``), and the ``files`` that have these bytes, if they are still there."""

    sha256: str
    document: bytes
    personal: str | None
    files: Sequence[Found]

    def opened(self) -> Original:
        """The original; not pictured where no file has its bytes any more or its format has no pages."""
        document = unpack(self.document)
        data = self._data() if document.format == "pdf" else None
        if self.personal is None:
            return Original(document, data)
        personal, hidden = Personal.unpacked(self.personal), defaultdict[int, list[Box]](list)
        for page, box in personal.boxes(document):
            hidden[page].append(box)
        return Original(personal.document(document), data, hidden)

    def _data(self) -> bytes | None:
        for found in self.files:
            with suppress(OSError, ExtractError):
                data = found.load().data
                if hashlib.sha256(data).hexdigest() == self.sha256:
                    return data
        return None


_DOCUMENTS = """
    SELECT sha256, document, personal FROM documents JOIN contents USING (sha256)
    SEMI JOIN given USING (sha256)
"""
_SOURCES = """
    SELECT sha256, source, file, member FROM sources SEMI JOIN given USING (sha256)
    WHERE current ORDER BY source
"""


def kept(store: Store, hashes: Iterable[str]) -> dict[str, Kept]:
    """What the store keeps of some bytes, by their SHA-256."""
    folder = store.get("folder")
    files: dict[str, list[Found]] = defaultdict(list)
    with store.given("sha256", sorted(set(hashes))):
        documents, sources = store.rows(_DOCUMENTS), store.rows(_SOURCES)
    for sha256, source, file, member in sources if folder else ():
        files[sha256].append(Found(source, Path(str(folder)) / file, member=member))
    return {
        sha256: Kept(sha256, bytes(document), personal, files[sha256])
        for sha256, document, personal in documents
    }
