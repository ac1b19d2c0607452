"""A folder of files → the published tables. A file that fails is a row in ``files``, never a failed run."""

import hashlib
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from extract import Document, ExtractError, UnsupportedFormat
from extract.registry import read_file
from extract.source import SourceFile
from normalize import normalize
from normalize.mappings import Mappings
from pipeline.inputs import Found, find
from pipeline.privacy import without_personal
from pipeline.schema import TABLES
from pipeline.tables import FORM_TABLES, concatenate, form_tables, tidy
from pipeline.terminal import shown

Status = Literal["ok", "needs_review", "no_form", "failed", "unsupported"]
NO_FORM = "read, but no performance form was found in it; if it holds one, report the file"
_LONGEST_ERROR = 500  # characters


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one input file: its row of ``files``, and the Arrow tables of its forms if any."""

    source: str
    status: Status
    error: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    format: str | None = None
    forms: int = 0
    tables: dict[str, Any] | None = None


def run(
    folder: Path,
    out: Path,
    mappings: Mappings,
    *,
    personal: bool = True,
    track: Callable[[Sequence[Found]], Iterable[Found]] = iter,
) -> dict[str, Any]:
    """The published tables (Arrow, by name) of the files under ``folder``, but for those in ``out``.

    Of several files with the same bytes the first is read; the others get its row of ``files`` alone.
    Without ``personal`` the values of personal fields are left out. ``track`` shows the progress.
    """
    first_of: dict[str, FileResult] = {}
    return _collect([_take_in(found, mappings, personal, first_of) for found in track(find(folder, out))])


def _take_in(found: Found, mappings: Mappings, personal: bool, first_of: dict[str, FileResult]) -> FileResult:
    """The result of one file; ``first_of`` holds the results so far by SHA-256 and gets this one."""
    try:
        file = found.load()
    except OSError as error:
        return FileResult(found.source, "failed", found.problem or _unreadable(error))
    except ExtractError as error:
        return _failure(found.source, error)
    sha256 = hashlib.sha256(file.data).hexdigest()
    if sha256 in first_of:
        return replace(first_of[sha256], source=found.source, tables=None)
    if found.problem:
        result = FileResult(found.source, "failed", found.problem)
    else:
        result = process(file, mappings, personal=personal)
    first_of[sha256] = replace(result, bytes=len(file.data), sha256=sha256)
    return first_of[sha256]


def process(file: SourceFile, mappings: Mappings, *, personal: bool = True) -> FileResult:
    """Read and normalize one file. Never raises for what is in the file; can run in another process."""
    try:
        document = read_file(file)
        filings = normalize(document, mappings)
        if not personal:
            filings = tuple(without_personal(filing, mappings.personal) for filing in filings)
        tables = form_tables(document, filings)
    except ExtractError as error:
        return _failure(file.source, error)
    except Exception as error:  # whatever one file sets off must not cost the others their output
        return FileResult(file.source, "failed", _internal(error))
    if not filings:
        return FileResult(file.source, "no_form", _no_form(document), format=document.format)
    doubtful = any(filing.needs_review for filing in filings)
    return FileResult(
        file.source,
        "needs_review" if doubtful else "ok",
        format=document.format,
        forms=len(filings),
        tables=tables,
    )


def _failure(source: str, error: ExtractError) -> FileResult:
    status: Status = "unsupported" if isinstance(error, UnsupportedFormat) else "failed"
    return FileResult(source, status, _one_line(error.problem))


def _no_form(document: Document) -> str:
    """Why a file may hold no form: what its reader noted, if anything."""
    notes = dict.fromkeys(note for page in document.pages for note in page.notes)
    return _one_line(f"{NO_FORM} (the reader notes: {'; '.join(notes)})" if notes else NO_FORM)


def _collect(results: Sequence[FileResult]) -> dict[str, Any]:
    """All tables in published order: forms by the SHA-256 of their file, files by source."""
    of_forms = sorted((r for r in results if r.tables), key=lambda r: r.sha256 or "")
    tables = {name: concatenate(name, [r.tables[name] for r in of_forms if r.tables]) for name in FORM_TABLES}
    rows = [
        {name: getattr(result, name) for name in TABLES["files"].names}
        for result in sorted(results, key=lambda result: result.source)
    ]
    return tables | {
        "tidy": tidy(tables["filings"], tables["indicators"]),
        "files": TABLES["files"].to_arrow(rows),
    }


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
