"""The command line: exit codes, one clear line, and a summary that shows names harmlessly."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import __version__, batch
from pipeline.cli import app
from pipeline.schema import FORMS
from pipeline.terminal import shown

jixiao = CliRunner()


def test_extract_publishes_and_says_what_it_found(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "tables of 2024"
    result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert pq.read_table(out / "filings.parquet").num_rows == 3
    for said in ("Forms 表单", "Indicators 指标", "Repairs 修复", "Checks 校验", str(out.name)):
        assert said in result.stdout
    assert any(form in result.stdout for form in FORMS)
    assert len(result.stdout.splitlines()) <= 24


def test_a_second_run_gives_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    runs = []
    for _ in range(2):
        assert jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")]).exit_code == 0
        runs.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert runs[0] == runs[1]


def test_files_that_no_reader_takes_are_no_failure(inbox: Path, tmp_path: Path) -> None:
    (inbox / "empty.txt").touch()
    result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "empty.txt: unsupported: " in result.stdout


def test_a_failed_file_gives_status_1(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(batch, "normalize", fail)
    result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert pq.read_table(tmp_path / "out" / "files.parquet")["status"].to_pylist() == ["failed"] * 3


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["nowhere"], "nowhere: there is no such folder"),
        (["file"], "file: is not a folder; name the folder that holds it"),
        (["in", "-o", "file"], "file: is not a folder; choose another one with -o"),
        (["in", "-o", "in"], "in: a run replaces the whole folder"),
        (["in", "-o", "."], ".: a run replaces the whole folder"),
        (["in", "-o", "file/out"], "file/out: the tables cannot be written"),
        (["in\u202e\n\x1b[31m"], r"in\u202e\n\x1b[31m: there is no such folder"),
    ],
)
def test_a_wrong_folder_gives_status_2_and_one_line(
    given: list[str], problem: str, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(inbox.parent)
    Path("file").touch()
    result = jixiao.invoke(app, ["extract", *given])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"jixiao: {problem}")
    assert len(result.stderr.splitlines()) == 1
    assert not Path("out").exists()


@pytest.mark.parametrize("given", [["extract"], ["extract", "in", "--unknown"], ["unknown"]])
def test_wrong_usage_gives_status_2(given: list[str]) -> None:
    assert jixiao.invoke(app, given).exit_code == 2


def test_the_version_is_said() -> None:
    assert jixiao.invoke(app, ["--version"]).stdout == f"jixiao {__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, pipeline.cli; print([m for m in ('pyarrow', 'normalize', 'jieba') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ
    )
    assert said.stdout == "[]\n"


def test_names_are_shown_harmlessly(inbox: Path, tmp_path: Path) -> None:
    (inbox / "a\u202egnp\n[red]\x1b[31m.txt").touch()
    result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")])
    assert r"a\u202egnp\n[red]\x1b[31m.txt: unsupported: " in result.stdout
    assert shown("苏州市\u3000（表）") == "苏州市\u3000（表）"
