"""A run as a whole: a folder is taken into its store, and the store is published."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from normalize.mappings import load
from pipeline import batch, decisions, fingerprints, summary
from pipeline.database import StoreError
from pipeline.pool import Here, Limits, Pool, Workers, WorkersError
from pipeline.progress import Terminal
from pipeline.publish import PARTS, publish
from pipeline.published import Published
from pipeline.remote import mirror
from pipeline.schema import TABLES
from pipeline.store import Key, opened, place_of
from pipeline.work import Settings

LOG = "log.jsonl"
_NAMES = (
    "{}: the rows of {} files were made without --redact, and the files cannot be read to make them anew, so "
    "that nothing is published; see that they can be read, or take them out by jixiao forget"
)


@dataclass(frozen=True, slots=True)
class Task:
    """What a run is to do; see the options of ``jixiao extract``."""

    folder: Path | str
    out: Path
    store: Path | None = None
    redact: bool = False
    jobs: int | None = None
    limits: Limits = field(default_factory=Limits)
    retry: bool = False
    rehash: bool = False
    decisions: Path | None = None
    dask: str | None = None
    mirror: str | None = None
    ocr: bool = True
    partition: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did, what is published, that in figures, and whether it changed."""

    run: batch.Run
    published: Published
    figures: summary.Figures
    changed: bool


@contextmanager
def done(task: Task, console: Console) -> Iterator[Result]:
    """Do ``task``; the result, while its store is open. Progress is shown on ``console``.

    Raises ``MappingError``, ``StoreError``, ``WorkersError``, and ``OSError`` where store or tables cannot be
    written.
    """
    settings = _settings(task.redact, task.decisions or decisions.place_of(task.out), task.ocr)
    place = task.store or place_of(task.out)
    key = _key(settings)
    with (
        opened(place) as store,
        Terminal(console, place / LOG) as watch,
        _workers(task, settings, watch) as workers,
    ):
        run = batch.run(
            task.folder,
            (task.out, place),
            store,
            workers,
            key,
            retry=task.retry,
            rehash=task.rehash,
            watch=watch,
        )
        if task.redact and (count := store.outdated(key)):
            raise StoreError(_NAMES.format(place, count))
        with batch.timed(run, "publish"):
            changed = publish(
                store,
                task.out,
                settings.mappings.fingerprint,
                workers,
                always=task.rehash,
                partition=task.partition,
            )
            if task.mirror:
                mirror(task.out, task.mirror)
        published = Published(store)
        figures = summary.figures(published)
        store.end_run(run.number, run.facts() | {"figures": figures})
        watch.log("run ends", run=run.number, changed=changed, **run.facts())
        yield Result(run, published, figures, changed)


def _workers(task: Task, settings: Settings, watch: Terminal) -> AbstractContextManager[Workers]:
    """The processes of this machine, or those of a cluster."""
    count = task.jobs or cores()
    if task.dask is None:
        return Pool(settings, count, task.limits, lambda job, page: watch.page(job.source, page))
    try:
        from pipeline.cluster import Cluster
    except ImportError as error:
        raise WorkersError(f"--dask needs {error.name}; pip install 'jixiao[cluster]'") from error
    return Cluster(task.dask, settings, count, task.limits)


def tables(
    folder: Path, *, redact: bool = False, decided: Path | None = None, jobs: int | None = None
) -> dict[str, Any]:
    """All tables (Arrow, by name) as they are published of ``folder``, without writing anything.

    Files are read in this process, or by so many worker ``jobs``. Raises ``MappingError``.
    """
    settings = _settings(redact, decided)
    with opened(None) as store:
        workers: AbstractContextManager[Workers] = (
            Pool(settings, jobs) if jobs else nullcontext(Here(settings))
        )
        with workers as at_work:
            batch.run(folder, (), store, at_work, _key(settings))
        published = Published(store)
        return {name: published.table(name) for name in TABLES}


def _settings(redact: bool, decided: Path | None, ocr: bool = True) -> Settings:
    """What is the same for all files, with the mappings and the decisions of the file ``decided``, if any."""
    records = decisions.read_records(decided) if decided else []
    return Settings(load(), redact, decisions.of_files(records), ocr)


def _key(settings: Settings) -> Key:
    """By what rows are made."""
    return Key(
        fingerprints.of_reading(settings.ocr),
        fingerprints.of_meaning(settings.mappings.fingerprint, settings.redact),
        {sha256: decisions.fingerprint(some) for sha256, some in settings.decisions.items()},
    )


def forget(sources: Sequence[str], out: Path, store: Path | None) -> int:
    """Take sources out of the store of ``out``, publish what is left; how many there were."""
    settings = Settings(load())
    with opened(store or place_of(out)) as opened_store, Pool(settings, cores()) as workers:
        count = opened_store.forget(sources)
        partition = (out / PARTS).is_dir()
        publish(opened_store, out, settings.mappings.fingerprint, workers, partition=partition)
    return count


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
