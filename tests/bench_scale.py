"""What a run costs as files get many: `python -m tests.bench_scale [--count 10000] [--jobs 2] [--pdf]`.

Small filings (tests/small.py) are taken in, again with nothing new, and with ten new ones; each run is a
process as a user starts it. With ``--coordinator`` the coordinator works alone, in this process: what workers
would find in a file is what they found in one of the first hundred. With ``--pdf`` printed forms are taken in
by one worker and by two, beside as many processes that only count: what two workers gain, of what the machine
has to give.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from normalize.mappings import load
from pipeline import batch
from pipeline.publish import publish, write
from pipeline.published import Published
from pipeline.store import Key, opened
from pipeline.work import Job, Settings, Taken, take_in
from tests import small

ROOT = Path(__file__).parents[1]
NEW = 10


@dataclass(frozen=True, slots=True)
class Ran:
    """A run: its seconds, those of all processes' work, the peak of the first process in MiB, its facts."""

    seconds: float
    worked: float
    peak: float
    facts: dict[str, Any]


def run(folder: Path, out: Path, *options: str) -> Ran:
    """`jixiao extract` over ``folder``, watched."""
    command = [sys.executable, "-m", "pipeline.cli", "extract", str(folder), "-o", str(out), *options]
    before = os.times()
    started = time.monotonic()
    peak = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.05)
    if process.returncode not in (0, 1):
        sys.exit(f"the run ended with {process.returncode}")
    seconds, after = time.monotonic() - started, os.times()
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    with duckdb.connect(str(store_of(out)), read_only=True) as store:
        ((facts,),) = store.execute("SELECT facts FROM runs ORDER BY run DESC LIMIT 1").fetchall()
    return Ran(seconds, worked, peak / 1024, json.loads(facts))


class Echo:
    """Workers that take no time: what they find in most files is what they found in others before."""

    def __init__(self) -> None:
        self._settings = Settings(load())
        self._known: list[Taken] = []

    def run(self, function: Callable[[Any, Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """The results, most of them made up."""
        for task in tasks:
            if function is not take_in:
                yield task, function(self._settings, task)
                continue
            if len(self._known) < 100:
                self._known.append(function(self._settings, task))
            yield task, renamed(self._known[int(task.sha256[:8], 16) % len(self._known)], task)


def renamed(taken: Taken, job: Job) -> Taken:
    """What was found in a file, as if it had been found in another one, of a project of its own."""
    values = {"filing_id": f"{job.sha256[:16]}-1", "sha256": job.sha256, "project_name": job.source}
    tables = {}
    for name, table in (taken.tables or {}).items():
        for number, column in enumerate(table.column_names):
            if column in values:
                same = pa.array([values[column]] * table.num_rows, pa.string())
                table = table.set_column(number, table.schema.field(column), same)
        tables[name] = table
    return replace(taken, sha256=job.sha256, tables=tables)


def coordinator(folder: Path, count: int) -> None:
    """Print what the coordinator does for ``count`` small filings, in this process."""
    small.write(folder / "in", range(count))
    workers, spent = Echo(), {}
    with opened(folder / "store") as store:
        started = time.process_time()
        done = batch.run(folder / "in", (), store, workers, Key("readers", "meaning"))
        spent["take in"] = time.process_time() - started
        publish(store, folder / "out", "mappings", workers)
        spent["publish"] = time.process_time() - started - spent["take in"]
    parts = ", ".join(f"{part} {seconds:.1f} s of the processor" for part, seconds in spent.items())
    peak = peak_of(os.getpid()) / 1024
    print(f"coordinator alone, {sum(done.taken.values())} new: {peak:.0f} MiB; {parts}")


def peak_of(pid: int) -> int:
    """The largest memory that a process had so far, in KiB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def store_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.store") / "store.duckdb"


def show(name: str, ran: Ran, count: int) -> None:
    parts = ", ".join(f"{part} {spent:.1f}" for part, spent in ran.facts["seconds"].items())
    print(
        f"{name:16}{ran.seconds:8.1f} s, {1000 * ran.seconds / count:6.2f} s per 1,000; processor "
        f"{ran.worked:.1f} s; coordinator {ran.peak:.0f} MiB; {parts}",
        flush=True,
    )


def many(folder: Path, count: int, jobs: int) -> None:
    """Print what ``count`` small filings cost."""
    inbox, out = folder / "in", folder / "out"
    small.write(inbox, range(count))
    first = run(inbox, out, "-j", str(jobs))
    show(f"{count} new", first, count)
    show("nothing new", run(inbox, out, "-j", str(jobs)), count)
    small.write(inbox, range(count, count + NEW))
    show(f"{NEW} new of {count}", run(inbox, out, "-j", str(jobs)), NEW)
    print(f"store {store_of(out).stat().st_size / count / 1024:.1f} KiB a filing")
    with opened(store_of(out).parent) as store:
        started, worked = time.monotonic(), time.process_time()
        (folder / "tables").mkdir()
        write(Published(store), folder / "tables", {})
        seconds, worked = time.monotonic() - started, time.process_time() - worked
        rows = sum(pq.read_metadata(path).num_rows for path in (folder / "tables").glob("*.parquet"))
    print(
        f"tables alone: {seconds:.1f} s for {rows} rows, {1e6 * seconds / rows:.0f} s per million rows, "
        f"{1e6 * worked / rows:.0f} of the processor"
    )


def count_up(number: int) -> int:
    """Work for the processor alone."""
    total = 0
    for value in range(number):
        total += value * value % 7
    return total


def control(processes: int, tasks: int = 8, size: int = 4_000_000) -> float:
    """The seconds that some processes need for tasks that nothing holds up."""
    with get_context("spawn").Pool(processes) as pool:
        pool.map(count_up, [1] * processes)  # all are there
        started = time.monotonic()
        pool.map(count_up, [size] * tasks, chunksize=1)
        return time.monotonic() - started


def gain(folder: Path, copies: int, rounds: int) -> None:
    """Print what two workers gain over one for PDF, and two control processes over one."""
    from tests.bench_speed import print_forms

    inbox = folder / "pdf"
    inbox.mkdir()
    for number, path in enumerate(print_forms(folder / "forms") * copies):
        # Bytes behind the end of a PDF mean nothing: each copy is a file of its own.
        (inbox / f"{number:04d}.pdf").write_bytes(path.read_bytes() + f"\n% {number}\n".encode())
    ours, theirs = [], []
    for number in range(rounds):
        seconds = []
        for jobs in (1, 2):
            out = folder / f"out{number}{jobs}"
            seconds.append(run(inbox, out, "-j", str(jobs)).facts["seconds"]["take in"])
            shutil.rmtree(out)
        ours.append(seconds[0] / seconds[1])
        theirs.append(control(1) / control(2))
    count = len(list(inbox.iterdir()))
    print(
        f"{count} PDF, medians of {rounds} rounds: two workers gain {median(ours):.2f}, two control "
        f"processes {median(theirs):.2f}: {median(ours) / median(theirs):.2f} of it"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What a run costs as files get many.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--pdf", action="store_true", help="what two workers gain")
    parser.add_argument("--coordinator", action="store_true", help="what the coordinator does")
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jixiao-scale-") as scratch:
        if options.coordinator:
            coordinator(Path(scratch), options.count)
        elif options.pdf:
            gain(Path(scratch), options.copies, options.rounds)
        else:
            many(Path(scratch), options.count, options.jobs)


if __name__ == "__main__":
    main()
