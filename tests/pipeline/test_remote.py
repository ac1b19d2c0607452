"""Storage by URL: what is there is taken in, what is published is brought there as whole runs."""

import json
from pathlib import Path

import fsspec
import pytest
from typer.testing import CliRunner

from pipeline import remote
from pipeline.cli import app
from pipeline.inputs import expand, walk
from tests.pipeline.test_inputs import pack

jixiao = CliRunner()


@pytest.fixture
def memory() -> fsspec.AbstractFileSystem:
    """A storage without folders."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    return system


def test_files_are_found_with_a_stamp_and_read(memory: fsspec.AbstractFileSystem) -> None:
    contents = {"b/1.txt": b"1", "a.zip": pack(("2.txt", b"2")), ".hidden/3.txt": b"3"}
    for name, data in contents.items():
        memory.pipe(f"/inbox/{name}", data)
    entries = list(walk("memory://inbox", []))
    assert [entry.file for entry in entries] == ["a.zip", "b/1.txt"]
    assert all(entry.stamp and entry.size for entry in entries)
    found = [one for entry in entries for one in expand(entry)]
    assert {one.source: one.load().data for one in found} == {"a.zip/2.txt": b"2", "b/1.txt": b"1"}
    memory.pipe("/inbox/b/1.txt", b"9")
    assert list(walk("memory://inbox", []))[1].stamp != entries[1].stamp


def test_a_run_over_a_url_publishes_the_same(inbox: Path, tmp_path: Path) -> None:
    mirror = f"file://{tmp_path}/mirror"
    there = jixiao.invoke(
        app, ["extract", f"file://{inbox}", "-o", str(tmp_path / "there"), "--mirror", mirror]
    )
    assert there.exit_code == 0, there.output
    assert jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "here")]).exit_code == 0
    for name in ("tidy.parquet", "files.csv", "datapackage.json"):
        published = (tmp_path / "here" / name).read_bytes()
        assert published == (tmp_path / "there" / name).read_bytes()
        assert published == (tmp_path / "mirror" / name).read_bytes()


def test_a_mirror_names_the_latest_run_and_keeps_the_one_before(
    tmp_path: Path, memory: fsspec.AbstractFileSystem
) -> None:
    def latest() -> list[str]:
        snapshots: list[str] = json.loads(memory.cat("/out/latest.json"))["snapshots"]
        return snapshots

    folder = tmp_path / "out"
    (folder / "report").mkdir(parents=True)
    for number in range(3):
        (folder / "report" / "index.html").write_text(str(number))
        for _ in range(2):
            remote.mirror(folder, "memory://out")
        assert memory.cat(f"/out/{latest()[0]}/report/index.html") == str(number).encode()
        assert memory.cat("/out/report/index.html") == str(number).encode()
    assert len(latest()) == 2
    assert {path.rpartition("/")[2] for path in memory.ls("/out/snapshots", detail=False)} == {
        name.rpartition("/")[2] for name in latest()
    }


def test_a_storage_that_nobody_knows_is_one_line(tmp_path: Path) -> None:
    result = jixiao.invoke(app, ["extract", "nowhere://bucket", "-o", str(tmp_path / "out")])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert result.stderr.startswith("jixiao: nowhere://bucket: ")
    assert not (tmp_path / "out").exists()


def test_what_a_storage_raises_is_an_oserror(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError, match="s3://b: RuntimeError: no bucket"), remote._told("s3://b"):
        raise RuntimeError("no bucket")
