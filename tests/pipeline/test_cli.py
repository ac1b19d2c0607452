"""The command line: exit codes, one clear line, and a summary that shows names harmlessly."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import __version__
from pipeline.cli import app
from pipeline.schema import FORMS
from pipeline.terminal import shown

jixiao = CliRunner()
SAMPLES = Path(__file__).parents[2] / "samples" / "filings"


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
        runs.append({path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")})
    assert runs[0] == runs[1]


def test_files_that_no_reader_takes_are_no_failure(inbox: Path, tmp_path: Path) -> None:
    (inbox / "empty.txt").touch()
    result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "empty.txt: unsupported: " in result.stdout


def test_a_failed_file_gives_status_1_until_it_is_another(inbox: Path, tmp_path: Path) -> None:
    (inbox / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    for _ in range(2):
        result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")])
        assert result.exit_code == 1
        statuses = pq.read_table(tmp_path / "out" / "files.parquet")["status"].to_pylist()
        assert statuses == ["needs_review"] * 3 + ["failed"]
    (inbox / "cut.pdf").write_text("", encoding="utf-8")
    assert jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")]).exit_code == 0


def test_a_run_beside_another_gives_status_3(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = "import sys; from pathlib import Path; from pipeline.store import opened, place_of\n"
    code += f"with opened(place_of(Path({str(out)!r}))): print('open', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with other:
        assert other.stdout and other.stdout.readline() == b"open\n"
        result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(out)])
        other.communicate()
    assert result.exit_code == 3
    assert "another run has the store open" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not out.exists()


def test_a_store_that_is_none_gives_status_2(inbox: Path, tmp_path: Path) -> None:
    store = tmp_path / "out.store"
    store.mkdir()
    (store / "store.duckdb").write_bytes(b"something else" * 1000)
    result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "the store cannot be read or written" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_is_forgotten_is_published_no_more(inbox: Path, tmp_path: Path) -> None:
    out = ["-o", str(tmp_path / "out")]
    assert jixiao.invoke(app, ["extract", str(inbox), *out]).exit_code == 0
    gone = sorted(path.name for path in inbox.iterdir())[0]
    (inbox / gone).unlink()
    assert jixiao.invoke(app, ["extract", str(inbox), *out]).exit_code == 0
    assert gone in pq.read_table(tmp_path / "out" / "filings.parquet")["source"].to_pylist()
    assert jixiao.invoke(app, ["forget", gone, *out]).exit_code == 0
    assert gone not in pq.read_table(tmp_path / "out" / "filings.parquet")["source"].to_pylist()
    assert jixiao.invoke(app, ["forget", gone, *out]).exit_code == 2


def test_a_table_that_is_open_elsewhere_gives_one_line(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert jixiao.invoke(app, ["extract", str(inbox), "-o", str(out)]).exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*.*")}

    def held(one: Path, other: Path) -> None:
        raise PermissionError(13, "Permission denied", str(other))

    (inbox / "empty.txt").touch()
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.swap._exchange", held)
        result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(out)])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"jixiao: {out}: cannot be replaced (Permission denied); close")
    assert len(result.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in out.rglob("*.*")} == before
    assert jixiao.invoke(app, ["extract", str(inbox), "-o", str(out)]).exit_code == 0
    assert pq.read_table(out / "files.parquet").num_rows == 4


def test_a_console_that_lacks_characters_is_shown_their_codes(tmp_path: Path) -> None:
    """GBK is what consoles of Chinese Windows speak; it has neither all of Chinese nor all signs."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "𠮷①≥é✓.txt").touch()
    form = "项目支出绩效目标表\n\n项目名称\t𠮷祥✓①校舍修缮\n"
    form += "一级指标\t二级指标\t三级指标\t年度指标值\n产出指标\t数量指标\t修缮𠮷\t≥3200平方米\n"
    (inbox / "form.txt").write_text(form, encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "gbk"}
    for given in (["extract", "in", "-o", "out"], ["show", "in/form.txt"], ["show", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", "from pipeline.cli import main; main()", *given],
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": str(SAMPLES.parents[1])},
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        said = done.stdout.decode("gbk")
        assert ("\\U00020bb7" in said) == ("--help" not in given)


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
