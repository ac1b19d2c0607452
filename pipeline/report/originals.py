"""What was read of a file, and the file itself for pictures of its pages, from a store."""

from collections import defaultdict
from collections.abc import Mapping
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


def original(store: Store, sha256: str) -> Original:
    """The original of a form in the store; not pictured where the file is gone or its format has no pages."""
    document = unpack(store.document(sha256))
    data = _data(store, sha256) if document.format == "pdf" else None
    packed = store.personal(sha256)
    if packed is None:
        return Original(document, data)
    personal, hidden = Personal.unpacked(packed), defaultdict[int, list[Box]](list)
    for page, box in personal.boxes(document):
        hidden[page].append(box)
    return Original(personal.document(document), data, hidden)


def _data(store: Store, sha256: str) -> bytes | None:
    folder = store.get("folder")
    query = "SELECT source, file, member FROM sources WHERE sha256 = ? AND current ORDER BY source"
    for source, file, member in store.rows(query, sha256) if folder else ():
        with suppress(OSError, ExtractError):
            return Found(source, Path(str(folder)) / file, member=member).load().data
    return None
