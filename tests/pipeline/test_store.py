"""What is unchanged is left alone, what changed is done again, what is gone stays."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from normalize.mappings import load
from pipeline import batch
from pipeline.batch import Run
from pipeline.database import StoreError
from pipeline.pool import Here
from pipeline.store import Key, Store, opened
from pipeline.work import Job, Settings
from tests.pipeline.examples import KEY, all_tables, filing, store_file, tables
from tests.pipeline.test_inputs import pack

OTHER_MAPPINGS = replace(KEY, meaning="other mappings")
OTHER_READERS = replace(KEY, reading="other readers")


class Watched(Here):
    """Workers in this process that remember the names of the files that they were given, and for what."""

    def __init__(self) -> None:
        super().__init__(Settings(load()))
        self.given: list[tuple[str, str]] = []

    def run(self, function: Callable[[Any, Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for task in tasks:
            name = task.source if isinstance(task, Job) else task.file
            what = "normalize" if isinstance(task, Job) and task.found is None else function.__name__
            self.given.append((what, name))
            yield from super().run(function, [task])


class Inbox:
    """A folder that is taken into a store in memory."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder, store

    def run(
        self, key: Key = KEY, *, retry: bool = False, rehash: bool = False
    ) -> tuple[Run, list[tuple[str, str]]]:
        """Take it in; the run, and what workers did."""
        workers = Watched()
        run = batch.run(self.folder, [], self.store, workers, key, retry=retry, rehash=rehash)
        return run, workers.given

    def work(self, key: Key = KEY, *, retry: bool = False, rehash: bool = False) -> list[tuple[str, str]]:
        return self.run(key, retry=retry, rehash=rehash)[1]

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = all_tables(self.store)[table].to_pylist()
        return rows

    def files(self) -> dict[str, str]:
        return {row["source"]: row["status"] for row in self.rows("files")}

    def sources(self) -> list[str]:
        return sorted(row["source"] for row in self.rows("filings"))


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    """One real filing in a folder, as a.txt."""
    folder = tmp_path / "in"
    folder.mkdir()
    samples = sorted((Path(__file__).parents[2] / "samples" / "filings").iterdir())
    shutil.copy(samples[0], folder / "a.txt")
    with opened(None) as store:
        yield Inbox(folder, store)


def other(inbox: Inbox, name: str, text: str = "没有表格") -> Path:
    path = inbox.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_unchanged_is_not_even_opened(inbox: Inbox) -> None:
    assert inbox.work() == [("look", "a.txt"), ("take_in", "a.txt")]
    before = all_tables(inbox.store), inbox.store.generation
    assert inbox.work() == []
    assert (all_tables(inbox.store), inbox.store.generation) == before


def test_a_new_file_is_all_that_is_looked_at(inbox: Inbox) -> None:
    inbox.run()
    other(inbox, "b.txt")
    assert inbox.work() == [("look", "b.txt"), ("take_in", "b.txt")]
    assert inbox.files() == {"a.txt": "needs_review", "b.txt": "no_form"}


def test_new_stats_of_the_same_bytes_cost_a_look_alone(inbox: Inbox) -> None:
    inbox.run()
    os.utime(inbox.folder / "a.txt", (1, 1))
    assert inbox.work() == [("look", "a.txt")]
    assert inbox.work() == []


def test_stats_can_be_distrusted(inbox: Inbox) -> None:
    path = other(inbox, "b.txt", "12345")
    inbox.run()
    stats = path.stat()
    path.write_text("54321", encoding="utf-8")
    os.utime(path, ns=(stats.st_atime_ns, stats.st_mtime_ns))
    assert inbox.work() == []
    assert inbox.work(rehash=True) == [("look", "a.txt"), ("look", "b.txt"), ("take_in", "b.txt")]


def test_other_mappings_need_no_look_at_the_source(inbox: Inbox) -> None:
    inbox.run()
    (inbox.folder / "a.txt").unlink()
    before = all_tables(inbox.store)
    assert inbox.work(OTHER_MAPPINGS) == [("normalize", "a.txt")]
    assert inbox.work(OTHER_MAPPINGS) == []
    assert all_tables(inbox.store) == before


def test_other_readers_read_again_what_is_there_and_leave_what_is_gone(inbox: Inbox) -> None:
    other(inbox, "b.txt")
    inbox.run()
    (inbox.folder / "b.txt").unlink()
    assert inbox.work(OTHER_READERS) == [("take_in", "a.txt")]
    assert inbox.work(OTHER_READERS) == []


def test_rows_of_earlier_passes_go(inbox: Inbox) -> None:
    inbox.run()
    count = inbox.store.rows("SELECT count(*) FROM indicators")
    inbox.run(OTHER_MAPPINGS)
    inbox.run(OTHER_READERS)
    assert inbox.store.rows("SELECT count(*) FROM indicators") == count
    assert inbox.store.rows("SELECT count(*) FROM contents") == [(1,)]
    assert inbox.store.rows("SELECT count(*) FROM documents") == [(1,)]


def test_the_same_bytes_are_taken_in_once(inbox: Inbox) -> None:
    shutil.copy(inbox.folder / "a.txt", inbox.folder / "b.txt")
    assert inbox.work() == [("look", "a.txt"), ("look", "b.txt"), ("take_in", "a.txt")]
    shutil.copy(inbox.folder / "a.txt", inbox.folder / "0.txt")
    assert inbox.work() == [("look", "0.txt")]
    assert inbox.sources() == ["a.txt"], "the first that came"
    assert inbox.files() == dict.fromkeys(("0.txt", "a.txt", "b.txt"), "needs_review")


def test_what_is_gone_from_the_folder_stays_until_it_is_forgotten(inbox: Inbox) -> None:
    other(inbox, "b.txt")
    inbox.run()
    (inbox.folder / "a.txt").unlink()
    inbox.run()
    assert (inbox.sources(), list(inbox.files())) == (["a.txt"], ["a.txt", "b.txt"])
    assert inbox.store.forget(["a.txt"]) == 1
    assert (inbox.sources(), list(inbox.files())) == ([], ["b.txt"])
    assert inbox.store.rows("SELECT count(*) FROM indicators") == [(0,)]
    assert inbox.store.forget(["a.txt"]) == 0


def test_a_folder_is_forgotten_by_its_name(inbox: Inbox) -> None:
    (inbox.folder / "2023_").mkdir()
    (inbox.folder / "2023x").mkdir()
    for name in ("2023_/a.txt", "2023_/b.txt", "2023x/c.txt"):
        other(inbox, name, name)
    inbox.run()
    assert inbox.store.forget(["2023_/"]) == 2
    assert list(inbox.files()) == ["2023x/c.txt", "a.txt"]


def test_other_bytes_under_the_same_name_are_a_file_more(inbox: Inbox) -> None:
    inbox.run()
    path = inbox.folder / "a.txt"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert inbox.work() == [("look", "a.txt"), ("take_in", "a.txt")]
    old, new = sorted(inbox.rows("filings"), key=lambda row: row["superseded_by"] is None)
    assert (old["source"], new["source"]) == ("a.txt", "a.txt")
    assert old["superseded_by"] == new["filing_id"]
    assert {row["filing_id"] for row in inbox.rows("tidy")} == {new["filing_id"]}
    assert [row["sha256"] for row in inbox.rows("files")] == [new["sha256"]]


def test_what_held_no_form_leaves_nothing_when_its_bytes_change(inbox: Inbox) -> None:
    other(inbox, "b.txt", "1")
    inbox.run()
    other(inbox, "b.txt", "23")
    inbox.run()
    assert inbox.store.rows("SELECT count(*) FROM contents") == [(2,)]


def test_failed_files_are_tried_again_when_something_changed_or_on_request(inbox: Inbox) -> None:
    (inbox.folder / "a.txt").unlink()
    (inbox.folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    (inbox.folder / "cut.zip").write_bytes(pack(("a.txt", b"1"))[:-9])
    inbox.run()
    assert inbox.files() == {"cut.pdf": "failed", "cut.zip": "failed"}
    assert inbox.work() == []
    again = [("look", "cut.zip"), ("take_in", "cut.pdf")]
    assert inbox.work(retry=True) == again
    assert inbox.work(OTHER_READERS) == again
    (inbox.folder / "cut.zip").write_bytes(pack(("a.txt", b"1")))
    assert inbox.work(OTHER_READERS) == [("look", "cut.zip"), ("take_in", "cut.zip/a.txt")]
    assert inbox.files() == {"cut.pdf": "failed", "cut.zip/a.txt": "no_form"}


def test_what_cannot_be_had_is_tried_at_every_run(inbox: Inbox) -> None:
    (inbox.folder / "link.txt").symlink_to("a.txt")
    for _ in range(2):
        inbox.run()
        assert inbox.files() == {"a.txt": "needs_review", "link.txt": "unsupported"}
    (inbox.folder / "link.txt").unlink()
    inbox.run()
    assert list(inbox.files()) == ["a.txt"], "nobody ever saw its bytes"


def test_an_archive_that_changed_is_looked_at_and_only_new_members_are_read(inbox: Inbox) -> None:
    path = inbox.folder / "z.zip"
    path.write_bytes(pack(("1.txt", b"1"), ("2.txt", b"2")))
    inbox.run()
    path.write_bytes(pack(("1.txt", b"1"), ("3.txt", b"3")))
    assert inbox.work() == [("look", "z.zip"), ("take_in", "z.zip/3.txt")]
    assert [name for name in inbox.files() if name != "a.txt"] == [f"z.zip/{n}.txt" for n in (1, 2, 3)]


def test_largest_files_come_first(inbox: Inbox) -> None:
    for size in (10, 1000, 100):
        other(inbox, f"{size}.txt", "x" * size)
    order = [name for what, name in inbox.work() if what == "take_in"]
    assert order == ["a.txt", "1000.txt", "100.txt", "10.txt"]


def test_another_folder_is_not_mixed_in(inbox: Inbox, tmp_path: Path) -> None:
    inbox.run()
    moved = Path(shutil.copytree(inbox.folder, tmp_path / "moved"))
    inbox.folder = moved
    inbox.run()
    inbox.folder = tmp_path / "other"
    inbox.folder.mkdir()
    other(inbox, "c.txt")
    with pytest.raises(StoreError, match=f"holds the files of {moved}, of which none is in"):
        inbox.run()
    assert list(inbox.files()) == ["a.txt"]


def test_runs_are_kept_with_what_varies(inbox: Inbox) -> None:
    for number in (1, 2):
        run = inbox.run()[0]
        assert run.number == number
        assert inbox.store.facts_before(run.number) == ({"files": 1} if number > 1 else {})
        inbox.store.end_run(run.number, {"files": run.files})
    assert inbox.store.rows("SELECT run FROM runs WHERE ended >= started ORDER BY run") == [(1,), (2,)]


def test_a_failure_in_a_transaction_leaves_the_file_as_it_was() -> None:
    with opened(None) as store:
        store_file(store, filing())
        before = all_tables(store)
        with pytest.raises(duckdb.ConversionException), store._change():
            store._db.execute("DELETE FROM filings")
            store._db.execute("INSERT INTO contents (forms) VALUES ('no number')")
        assert all_tables(store) == before == tables(filing())


def test_a_store_is_opened_by_one_and_read_later(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as store:
        store_file(store, filing())
        before = all_tables(store)
    with opened(tmp_path / "store") as store:
        assert all_tables(store) == before


def test_a_store_of_another_version_or_program_is_not_touched(tmp_path: Path) -> None:
    with opened(tmp_path / "old") as store:
        store.put("version", "0")
    with pytest.raises(StoreError, match="of version 0, this Jixiao has"), opened(tmp_path / "old"):
        pass
    (tmp_path / "foreign").mkdir()
    with duckdb.connect(str(tmp_path / "foreign" / "store.duckdb")) as foreign:
        foreign.execute("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(StoreError, match="of another program"), opened(tmp_path / "foreign"):
        pass
