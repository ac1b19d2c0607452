"""A folder of files → the store: what is new is looked at and taken in, all else is left as it is.

Workers read and normalize (``work.py``); this process alone walks the folder and writes the store.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pipeline.database import StoreError
from pipeline.inputs import Entry, Found, place_of, walk
from pipeline.pool import Lost, Workers
from pipeline.store import Due, Key, Store
from pipeline.work import Job, Looked, Taken, look, take_in

_AT_ONCE = 64  # files in a transaction, at most
_SECONDS = 1.0  # after which what is ready is stored, however little it is
_OVERHEAD = 20_000  # bytes that a file counts for beside its own, when the time that is left is estimated


class Watch(Protocol):
    """Whoever is told how a run gets on."""

    def step(self, name: str, files: int, work: int) -> None:
        """A part of the run begins, with so many files and so much work."""

    def advance(self, work: int) -> None:
        """A file is done that was so much of the work."""

    def log(self, event: str, **facts: object) -> None:
        """Something happened that a log should have."""


class Unwatched:
    """Nobody is told."""

    def step(self, name: str, files: int, work: int) -> None: ...
    def advance(self, work: int) -> None: ...
    def log(self, event: str, **facts: object) -> None: ...


@dataclass(slots=True)
class Run:
    """What a run did: files in the folder, those that were looked at, and what was taken in by its status."""

    number: int
    files: int = 0
    looked: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """The run as the store keeps it."""
        return {
            "files": self.files,
            "looked": self.looked,
            "taken": dict(sorted(self.taken.items())),
            "seconds": {name: round(spent, 3) for name, spent in self.seconds.items()},
        }


def run(
    folder: Path | str,
    skip: Sequence[Path],
    store: Store,
    workers: Workers,
    key: Key,
    *,
    retry: bool = False,
    rehash: bool = False,
    watch: Watch | None = None,
) -> Run:
    """Take in what ``folder`` (or a URL) holds, but for the folders ``skip``, into ``store``.

    ``key`` names what the workers read and normalize by. Failed files are tried again if ``retry`` is set;
    ``rehash`` looks at the bytes of all files, whatever their stats say. Raises ``StoreError``.
    """
    watch = watch or Unwatched()
    done = Run(store.begin_run())
    watch.log("run begins", run=done.number, folder=str(folder))
    with timed(done, "look"):
        entries = {entry.file: entry for entry in walk(folder, skip)}
        done.files = len(entries)
        fresh = store.to_look_at(list(entries.values()), key, retry=retry, rehash=rehash)
        _check_folder(folder, store)
        done.looked = len(fresh)
        if fresh:
            looked = _look([entries[file] for file in fresh], workers, watch)
            store.record(list(looked), {file: entries[file].stamp for file in fresh}, done.number, key)
        del fresh  # memory: a name of each file
    with timed(done, "take in"):
        for some in _gathered(_take_in(store.due(key, retry=retry), entries, store, workers, watch)):
            store.take_in(some, done.number, key)
            done.taken.update(taken.status for taken, _ in some)
        store.clear()
    return done


@contextmanager
def timed(run: Run, part: str) -> Iterator[None]:
    """Note how long a part of ``run`` takes."""
    started = time.monotonic()
    yield
    run.seconds[part] = time.monotonic() - started


def _check_folder(folder: Path | str, store: Store) -> None:
    """Raise ``StoreError`` where the store holds another folder, which would be mixed with this one.

    A folder that was moved is the same: it has files of the same names.
    """
    here = folder if isinstance(folder, str) else str(folder.resolve())
    known = store.get("folder")
    if known not in (None, here) and not store.has_names_of_folder():
        raise StoreError(
            f"{store.path}: the store holds the files of {known}, of which none is in {here}; choose another "
            "output folder by -o, or another store by --store"
        )
    if known != here:
        store.put("folder", here)


def _look(entries: Sequence[Entry], workers: Workers, watch: Watch) -> Iterator[Looked]:
    """The sources that some files are, with the hashes of their bytes."""
    watch.step("look", len(entries), sum(entry.size + _OVERHEAD for entry in entries))
    for entry, found in workers.run(look, entries):
        if isinstance(found, Lost):
            watch.log("file", source=entry.file, status="failed", error=found.problem)
            yield Looked(entry.file, entry.file, None, None, None, "failed", found.problem)
        else:
            yield from found
        watch.advance(entry.size + _OVERHEAD)


def _take_in(
    due: Sequence[Due], entries: Mapping[str, Entry], store: Store, workers: Workers, watch: Watch
) -> Iterator[tuple[Taken, bool]]:
    """What becomes of the bytes that want work, each with whether they were read anew."""
    if not due:
        return
    watch.step("take in", len(due), sum(one.bytes + _OVERHEAD for one in due))
    sizes = {one.sha256: one.bytes + _OVERHEAD for one in due}
    for job, result in workers.run(take_in, (_job(one, entries, store) for one in due)):
        taken = Taken(job.sha256, "failed", result.problem) if isinstance(result, Lost) else result
        watch.log(
            "file",
            source=job.source,
            sha256=job.sha256,
            status=taken.status,
            error=taken.error,
            forms=taken.forms,
            read=job.found is not None,
            seconds=round(taken.seconds, 3),
        )
        watch.advance(sizes[job.sha256])
        yield taken, job.found is not None


def _job(due: Due, entries: Mapping[str, Entry], store: Store) -> Job:
    if due.file is None:
        return Job(due.sha256, due.source, document=store.document(due.sha256))
    found = Found(due.source, place_of(entries[due.file]), member=due.member)
    return Job(due.sha256, due.source, found)


def _gathered(results: Iterator[tuple[Taken, bool]]) -> Iterator[list[tuple[Taken, bool]]]:
    """``results`` as many together as were ready within a second: each transaction waits for the disk."""
    held: list[tuple[Taken, bool]] = []
    since = time.monotonic()
    for result in results:
        held.append(result)
        if len(held) >= _AT_ONCE or time.monotonic() - since > _SECONDS:
            yield held
            held, since = [], time.monotonic()
    if held:
        yield held
