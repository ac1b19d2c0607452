"""A run over hostile files among good ones: the good ones come out as without them, every bad one has the row
that it deserves, and nothing is called, followed or written that is none of the run's business."""

import csv
import json
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.schema import TABLES
from tests.hostile.__main__ import write
from tests.hostile.good import filings
from tests.hostile.model import SECRET, Row

ROOT = Path(__file__).parents[2]
# LibreOffice with what it is begun with, and workers.
STARTED = {"soffice", "libreoffice", "unshare", "sh", Path(sys.executable).name}
OF_FORMS = ("filings", "fields", "amounts", "indicators", "repairs", "checks", "tidy")
Rows = list[dict[str, Any]]
Snapshot = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run said, published and did."""

    out: Path
    code: int
    said: str
    events: list[tuple[str, str, bool | None]]

    def table(self, name: str) -> Rows:
        rows: Rows = pq.read_table(self.out / f"{name}.parquet").to_pylist()
        return rows


def extract(base: Path, folder: str) -> Run:
    """Run the command over a folder of ``base``, with a home and a place for scratch of its own."""
    out, log = base / f"out-{folder}", base / f"{folder}.log"
    watch = {"PYTHONPATH": f"{ROOT / 'tests/hostile/watch'}:{ROOT}", "JIXIAO_WATCH": str(log)}
    own = {"HOME": str(base / "home"), "TMPDIR": str(base / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "extract", folder, "-o", str(out)],
        cwd=base,
        env={**os.environ, **watch, **own},
        capture_output=True,
        timeout=3_600,
    )
    events = [tuple(json.loads(line)) for line in log.read_text().splitlines()]
    return Run(out, result.returncode, (result.stdout + result.stderr).decode(), events)


def snapshot(base: Path) -> Snapshot:
    """Every entry below ``base`` but for what runs may write: kind and rights, size, time of change."""
    found = {}
    for folder, folders, files in os.walk(base):
        if Path(folder) == base:
            folders[:] = [name for name in folders if not name.startswith("out-")]
            files = [name for name in files if not name.endswith(".log")]
        for name in (*folders, *files):
            info = os.lstat(os.path.join(folder, name))
            changed = 0 if stat.S_ISDIR(info.st_mode) else info.st_mtime_ns
            found[os.path.join(folder, name)] = (info.st_mode, info.st_size, changed)
    return found


@dataclass(frozen=True, slots=True)
class World:
    """The folder, the rows that it deserves, and the runs over the good files alone and over all."""

    base: Path
    deserved: dict[str, Row]
    good: Run
    run: Run
    before: Snapshot
    after: Snapshot
    calls: int


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    base = tmp_path_factory.mktemp("hostile").resolve()
    for name in ("home", "tmp"):
        (base / name).mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        deserved = write(base, url, slow="JIXIAO_SLOW" in os.environ)
        before = snapshot(base)
        good, run = extract(base, "good"), extract(base, "in")
        server.setblocking(False)
        calls = 0
        while True:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                break
            calls += 1
    yield World(base, deserved, good, run, before, snapshot(base), calls)
    for name in ("denied", "denied.txt"):
        (base / "in" / name).chmod(0o700)


def by_source(run: Run) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in run.table("files")}


def test_there_are_60_good_files_and_more_bad_ones(world: World) -> None:
    assert len(filings()) == 60
    assert len(world.deserved) > 200


def test_good_files_are_published_as_without_the_bad_ones(world: World) -> None:
    assert {row["status"] for row in world.good.table("files")} <= {"ok", "needs_review"}
    keys = {row["filing_id"] for row in world.good.table("filings")}
    for name in OF_FORMS:
        assert [row for row in world.run.table(name) if row["filing_id"] in keys] == world.good.table(name), (
            name
        )
    files = by_source(world.run)
    assert [files[row["source"]] for row in world.good.table("files")] == world.good.table("files")


def test_every_bad_file_has_the_row_that_it_deserves(world: World) -> None:
    files = by_source(world.run)
    assert files.keys() == world.deserved.keys() | filings().keys()
    wrong = {
        source: (files[source]["status"], files[source]["error"], row.statuses, row.line)
        for source, row in world.deserved.items()
        if files[source]["status"] not in row.statuses
        or not re.search(row.line, files[source]["error"] or "")
    }
    assert wrong == {}
    assert world.run.code == 1


def test_no_file_sets_off_what_nobody_thought_of(world: World) -> None:
    assert [row for row in world.run.table("files") if "internal error" in (row["error"] or "")] == []


def test_a_good_file_with_something_hostile_in_it_is_read_as_the_good_one(world: World) -> None:
    def rows(source: str, table: str) -> Rows:
        found = [row for row in world.run.table(table) if row["filing_id"].startswith(of[source])]
        return [
            {k: v for k, v in row.items() if k not in ("filing_id", "confidence", "location")}
            for row in found
        ]

    of = {row["source"]: row["sha256"][:16] for row in world.run.table("files") if row["sha256"]}
    alike = {source: row.like for source, row in world.deserved.items() if row.like}
    assert len(alike) > 20
    for source, good in alike.items():
        assert good is not None
        for table in ("fields", "amounts", "indicators"):
            assert rows(source, table) == rows(good, table) != [], source


def test_lines_and_names_do_nothing_where_they_are_shown(world: World) -> None:
    for row in world.run.table("files"):
        assert row["source"].isprintable()
        assert (row["error"] or "").isprintable()
        assert row["error"] or row["status"] in ("ok", "needs_review")
    assert all(char.isprintable() or char in "\n\u3000" for char in world.run.said)


def test_nothing_that_a_spreadsheet_runs_begins_a_cell(world: World) -> None:
    for name, table in TABLES.items():
        texts = [n for n, column in enumerate(table.columns) if column.type in ("string", "list")]
        with (world.run.out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert not [row[n] for n in texts if row[n].startswith(("=", "+", "-", "@", "\t", "\r"))]
    values = [row["value"] for row in world.run.table("fields")]
    assert "=cmd|'/c calc'!A0" in values  # exact where nothing runs it


def test_nothing_is_drawn_in(world: World) -> None:
    assert world.calls == 0
    for name in TABLES:
        assert SECRET not in str(world.run.table(name))
        assert SECRET.encode() not in (world.run.out / f"{name}.csv").read_bytes()


def test_nothing_is_written_elsewhere_and_nothing_left_behind(world: World) -> None:
    assert world.after == world.before
    allowed = re.compile(
        rf"{re.escape(str(world.base))}/(tmp/|\.?out-in|in\.log)|/dev/null$|/dev/tty$|/proc/self/oom_score_adj$|{re.escape(str(ROOT))}/\.hypothesis"
    )
    written = [path for event, path, writes in world.run.events if event == "open" and writes]
    assert [path for path in written if not allowed.match(os.path.join(world.base, path))] == []


def test_nobody_is_called_and_nothing_started_but_libreoffice(world: World) -> None:
    assert world.run.events
    for event, what, _ in world.run.events:
        assert event not in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "os.system"), what
        assert not event.startswith("urllib."), what
        if event in ("subprocess.Popen", "os.posix_spawn", "os.exec"):
            assert Path(what).name in STARTED, what


def test_no_link_is_followed_and_nothing_opened_that_is_no_file(world: World) -> None:
    opened = {os.path.normpath(world.base / path) for event, path, _ in world.run.events if event == "open"}
    closed = [str(world.base / "in" / name) for name in ("pipe.pdf", "socket.txt", "null.txt", "random.pdf")]
    assert not opened & {str(world.base / "secret.txt"), "/etc/passwd", *closed}
    entries = f"{world.base}/in/entries/"
    assert [path for path in opened if path.startswith(entries)] == []
