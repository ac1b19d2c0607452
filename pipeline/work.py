"""What is done with one file, in a worker process: look at its bytes, then read and normalize it.

Neither function raises for what is in a file, and neither knows of the store.
"""

import hashlib
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from extract import Document, ExtractError, UnsupportedFormat
from extract.registry import read_file
from normalize import normalize
from normalize.decisions import Decision
from normalize.mappings import Mappings
from pipeline.documents import pack, unpack
from pipeline.inputs import Entry, Found, expand
from pipeline.pool import tell
from pipeline.privacy import personal_of, redacted, redacted_line
from pipeline.tables import form_tables
from pipeline.terminal import shown

Status = Literal["ok", "needs_review", "no_form", "failed", "unsupported"]
NO_FORM = "read, but no performance form was found in it; if it holds one, report the file"
_CHANGED = "the file changed while it was taken in; run again once it is whole"
_MEMORY = "more memory than a file may take is needed to read it; split it, or allow more with --memory"
_LONGEST_ERROR = 500  # characters


@dataclass(frozen=True, slots=True)
class Settings:
    """What is the same for all files of a run, and what people decided about some, by their SHA-256."""

    mappings: Mappings
    redact: bool = False
    decisions: Mapping[str, Sequence[Decision]] = field(default_factory=dict)
    ocr: bool = True


@dataclass(frozen=True, slots=True)
class Looked:
    """A source and its bytes: a file, or a member of the archive ``file``. ``status`` is set for what is
    not read: it failed, or no reader takes it; ``error`` says why in one line."""

    source: str
    file: str
    member: int | None
    bytes: int | None
    sha256: str | None
    status: Status | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Bytes to take in, by their SHA-256: read from ``found``, or from the ``document`` that is stored."""

    sha256: str
    source: str
    found: Found | None = None
    document: bytes | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the bytes of one file: the Arrow tables of its forms, if any, and its document.

    A ``passing`` failure says nothing of the bytes: they could not be had. ``personal`` is what a redacted
    file must not show (``Personal.packed``).
    """

    sha256: str
    status: Status
    error: str | None = None
    format: str | None = None
    forms: int = 0
    tables: dict[str, Any] | None = None
    document: bytes | None = None
    passing: bool = False
    personal: str | None = None
    seconds: float = 0.0


def look(settings: Settings, entry: Entry) -> list[Looked]:
    """The sources that a file of the folder is: itself, or the members of the archive that it is."""
    return [_look(entry, found) for found in expand(entry)]


def _look(entry: Entry, found: Found) -> Looked:
    try:
        data = found.load().data
    except OSError as error:
        return _unseen(entry, found, "failed", found.problem or _unreadable(error))
    except ExtractError as error:
        return _unseen(entry, found, *_failure(error))
    except MemoryError:
        return _unseen(entry, found, "failed", _MEMORY)
    sha256 = hashlib.sha256(data).hexdigest()
    status: Status | None = "failed" if found.problem else None
    return Looked(found.source, entry.file, found.member, len(data), sha256, status, found.problem)


def _unseen(entry: Entry, found: Found, status: Status, error: str) -> Looked:
    return Looked(found.source, entry.file, found.member, None, None, status, error)


def take_in(settings: Settings, job: Job) -> Taken:
    """The tables of the forms in the bytes that ``job`` names."""
    started = time.perf_counter()
    document: Document | None = None
    try:
        document = unpack(job.document) if job.document else _read(job, settings.ocr)
        taken = _normalized(settings, job, document)
    except OSError as error:
        taken = Taken(job.sha256, "failed", _unreadable(error), passing=True)
    except _Changed:
        taken = Taken(job.sha256, "failed", _CHANGED, passing=True)
    except ExtractError as error:
        taken = Taken(job.sha256, *_failure(error))
    except MemoryError:
        taken = Taken(job.sha256, "failed", _MEMORY)
    except Exception as error:  # whatever one file sets off must not cost the others their output
        taken = Taken(job.sha256, "failed", _internal(error))
    if settings.redact and taken.error:
        taken = replace(taken, error=redacted_line(taken.error, settings.mappings))
    # What was read is kept also where it could not be normalized: the next code or mappings may.
    stored = job.document or (pack(document) if document else None)
    return replace(taken, document=stored, seconds=time.perf_counter() - started)


class _Changed(Exception):
    """The file has other bytes than when it was looked at."""


def _read(job: Job, ocr: bool) -> Document:
    if job.found is None:
        raise ValueError("a job has a file or a document")
    file = job.found.load()
    if hashlib.sha256(file.data).hexdigest() != job.sha256:
        raise _Changed
    return read_file(replace(file, ocr=ocr, recognised=tell))


def _normalized(settings: Settings, job: Job, document: Document) -> Taken:
    filings = normalize(document, settings.mappings, settings.decisions.get(job.sha256, ()))
    if not filings:
        return Taken(job.sha256, "no_form", _no_form(document), document.format)
    personal = personal_of(filings, settings.mappings) if settings.redact else None
    if personal:
        filings = redacted(filings, personal, settings.mappings)
    tables = form_tables(document, filings)
    doubtful = any(filing.needs_review for filing in filings)
    status: Status = "needs_review" if doubtful else "ok"
    hidden = personal.packed() if personal else None
    return Taken(job.sha256, status, None, document.format, len(filings), tables, personal=hidden)


def _no_form(document: Document) -> str:
    """Why a file may hold no form: what its reader noted, if anything."""
    notes = dict.fromkeys(note for page in document.pages for note in page.notes)
    return _one_line(f"{NO_FORM} (the reader notes: {'; '.join(notes)})" if notes else NO_FORM)


def _failure(error: ExtractError) -> tuple[Status, str]:
    status: Status = "unsupported" if isinstance(error, UnsupportedFormat) else "failed"
    return status, _one_line(error.problem)


def _unreadable(error: OSError) -> str:
    return f"the file cannot be opened ({error.strerror}); check that it is there and may be read"


def _internal(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return _one_line(
        f"internal error, please report it with the file: {type(error).__name__} in {place}: {error}"
    )


def _one_line(text: str) -> str:
    """``text`` as a line that does nothing where it is shown: it may quote what stands in a file."""
    return shown(" ".join(text.split()))[:_LONGEST_ERROR]
