"""A night says what came in, what failed and what changed, to people and to Prometheus."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.nightly import ConfigError, read
from pipeline.pool import Limits

jixiao = CliRunner()
METRIC = re.compile(r'(# (HELP|TYPE) jixiao_[a-z_]+ .+|jixiao_[a-z_]+(\{[a-z]+="[^"\\]+"\})? [0-9.e+]+)')


def night(config: Path) -> tuple[int, str]:
    result = jixiao.invoke(app, ["nightly", str(config)])
    return result.exit_code, result.output


@pytest.fixture
def config(inbox: Path) -> Path:
    """A configuration of the night over the inbox."""
    path = inbox.parent / "nightly.toml"
    path.write_text('in = "in"\nout = "out"\njobs = 1\nmetrics = "metrics/jixiao.prom"\n', encoding="utf-8")
    return path


def test_nights_tell_what_came_in_failed_and_changed(inbox: Path, config: Path) -> None:
    (inbox / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    status, said = night(config)
    assert status == 1
    assert re.search(r"Came in 新到 +4\n", said)
    assert re.search(r"Taken in 处理 +4: needs_review 3, failed 1\n", said)
    assert "\n  cut.pdf: failed: " in said
    assert "  filings    department_target 2 (+2), project_target 1 (+1)\n" in said
    shutil.copy(sorted(inbox.iterdir())[0], inbox / "again.txt")
    (inbox / "letter\u202e.txt").write_text("亲爱的同事", encoding="utf-8")
    status, said = night(config)
    assert status == 0, "what failed before was not tried again"
    assert re.search(r"Came in 新到 +2\n", said)
    assert "cut.pdf" not in said and "\\u202e.txt: no_form: " in said
    assert "  files      needs_review 4 (+1), failed 1, no_form 1 (+1)\n" in said
    assert "  filings    department_target 2, project_target 1\n" in said
    assert said == (config.parent / "out.store" / "nightly.txt").read_text(encoding="utf-8")


def test_a_night_without_news_changes_nothing(inbox: Path, config: Path) -> None:
    night(config)
    before = {path: path.stat().st_mtime_ns for path in (config.parent / "out").iterdir()}
    status, said = night(config)
    assert (status, "unchanged 无变化" in said) == (0, True)
    assert not re.search(r"\([+-]\d", said)
    assert {path: path.stat().st_mtime_ns for path in (config.parent / "out").iterdir()} == before


def test_metrics_are_in_the_text_format(inbox: Path, config: Path) -> None:
    night(config)
    lines = (config.parent / "metrics" / "jixiao.prom").read_text(encoding="utf-8").splitlines()
    assert all(METRIC.fullmatch(line) for line in lines)
    assert 'jixiao_published_filings{kind="project_target"} 1' in lines
    assert 'jixiao_run_taken{status="needs_review"} 3' in lines
    assert [path.name for path in (config.parent / "metrics").iterdir()] == ["jixiao.prom"]


def test_paths_are_relative_to_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text('in = "a"\nout = "/b"\nseconds = 1.5\nmemory = 512\nredact = true\n', encoding="utf-8")
    config = read(path)
    assert (config.task.folder, config.task.out) == (tmp_path / "a", Path("/b"))
    assert (config.task.store, config.summary) == (Path("/b.store"), Path("/b.store/nightly.txt"))
    assert (config.task.limits, config.task.redact) == (Limits(1.5, 512), True)
    assert config.metrics is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('in = "a"', "out is missing"),
        ('in = "a"\nout = "b"\njob = 1', "unknown key 'job'"),
        ('in = "a"\nout = "b"\njobs = "1"', "jobs = '1' is of the wrong type"),
        ('in = "a"\nout = "b"\njobs = true', "jobs = True is of the wrong type"),
        ("in = a", "is no TOML"),
    ],
)
def test_a_wrong_configuration_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(problem)):
        read(path)
    result = jixiao.invoke(app, ["nightly", str(path)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_the_documented_configuration_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "nightly.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "nightly.toml"
    path.write_text(example, encoding="utf-8")
    assert read(path).metrics
    listed = re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE)
    assert set(tomllib.loads(example)) <= set(listed)
