"""A folder goes in, tables come out, whatever is in the folder."""

import hashlib
import os
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from extract import Document
from extract.source import SourceFile
from normalize import normalize
from normalize.decisions import Decision
from normalize.mappings import Mappings, load
from normalize.model import Filing
from pipeline import work
from pipeline.inputs import Found
from pipeline.schema import TABLES
from pipeline.work import Job, Settings, take_in
from tests.pipeline.examples import find, taken_in

Row = dict[str, Any]


def run(folder: Path, redact: bool = False) -> dict[str, list[Row]]:
    return {name: table.to_pylist() for name, table in taken_in(folder, redact=redact).items()}


def statuses(tables: dict[str, list[Row]]) -> dict[str, str]:
    return {row["source"]: row["status"] for row in tables["files"]}


def test_forms_come_by_the_hash_of_their_file_and_files_by_source(inbox: Path) -> None:
    tables = run(inbox)
    hashes = [row["sha256"] for row in tables["filings"]]
    sources = [row["source"] for row in tables["files"]]
    assert hashes == sorted(hashes)
    assert sources == sorted(path.name for path in inbox.iterdir())
    assert {row["filing_id"] for row in tables["tidy"]} == {row["filing_id"] for row in tables["filings"]}


def test_what_holds_no_form_says_so_and_costs_the_others_nothing(inbox: Path) -> None:
    alone = run(inbox)
    (inbox / "empty.txt").touch()
    (inbox / "letter.txt").write_text("亲爱的同事：\n\n请查收附件。\n", encoding="utf-8")
    (inbox / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    tables = run(inbox)
    assert {name: alone[name] == tables[name] for name in alone if name != "files"} == dict.fromkeys(
        alone.keys() - {"files"}, True
    )
    of = {row["source"]: row for row in tables["files"]}
    assert (of["empty.txt"]["status"], of["picture.pdf"]["status"]) == ("unsupported", "failed")
    assert of["letter.txt"]["status"] == "no_form"
    for source in ("empty.txt", "letter.txt", "picture.pdf"):
        assert of[source]["error"]
        assert "\n" not in of[source]["error"]
        assert (of[source]["forms"], of[source]["bytes"]) == (0, (inbox / source).stat().st_size)


def test_a_file_that_fails_costs_the_others_nothing(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(inbox)
    bad = whole["files"][1]["source"]

    def fail_on_one(
        document: Document, mappings: Mappings, decisions: Sequence[Decision]
    ) -> tuple[Filing, ...]:
        if document.source == bad:
            raise KeyError("no such\ncolumn")
        return normalize(document, mappings, decisions)

    monkeypatch.setattr(work, "normalize", fail_on_one)
    tables = run(inbox)
    assert statuses(tables) == statuses(whole) | {bad: "failed"}
    assert tables["filings"] == [row for row in whole["filings"] if row["source"] != bad]
    failed = tables["files"][1]
    assert failed["sha256"] == whole["files"][1]["sha256"]
    assert "KeyError in test_batch.py" in failed["error"]
    assert "\n" not in failed["error"]


def test_of_files_with_the_same_bytes_the_first_is_read(inbox: Path) -> None:
    alone = run(inbox)
    first = alone["files"][0]
    (inbox / "later").mkdir()
    (inbox / "later" / "copy.txt").write_bytes((inbox / first["source"]).read_bytes())
    tables = run(inbox)
    assert tables["filings"] == alone["filings"]
    assert tables["files"] == [*alone["files"], first | {"source": "later/copy.txt"}]


def test_a_file_that_cannot_be_opened_fails_alone(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Found.load

    def deny(found: Found) -> SourceFile:
        if Path(found.path).name.startswith("003"):
            raise PermissionError(13, "Permission denied")
        return load(found)

    monkeypatch.setattr(Found, "load", deny)
    tables = run(inbox)
    failed = next(row for row in tables["files"] if row["status"] == "failed")
    assert "Permission denied" in failed["error"]
    assert failed["sha256"] is None
    assert len(tables["filings"]) == len(tables["files"]) - 1


def test_personal_data_can_be_left_out(inbox: Path) -> None:
    keys = load().personal

    def personal(tables: dict[str, list[Row]]) -> list[str]:
        return [row["value"] for row in tables["fields"] if row["field"] in keys and row["value"]]

    assert personal(run(inbox))
    assert not personal(run(inbox, redact=True))


def test_a_result_survives_the_way_back_from_a_worker(inbox: Path) -> None:
    path = next(inbox.iterdir())
    data = path.read_bytes()
    job = Job(hashlib.sha256(data).hexdigest(), path.name, Found(path.name, path))
    result = take_in(Settings(load()), job)
    assert result.status == "needs_review"
    assert pickle.loads(pickle.dumps(result)) == result


def test_an_empty_folder_gives_empty_tables(tmp_path: Path) -> None:
    assert {name: len(rows) for name, rows in run(tmp_path).items()} == dict.fromkeys(TABLES, 0)


def test_hidden_entries_and_the_output_are_passed_over(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "in" / "out"
    for path in ("b/2.txt", "b-c.txt", "a.txt", ".hidden", ".git/config", "out/tidy.csv", "b/out/3.txt"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    assert [found.source for found in find(folder, out)] == ["a.txt", "b-c.txt", "b/2.txt", "b/out/3.txt"]


def test_a_name_that_is_no_text_can_still_be_published(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xbc\xa8.txt")).touch()
    assert [found.source for found in find(tmp_path, tmp_path / "out")] == ["\\xbc\\xa8.txt"]
