"""A Dask cluster gives what this machine's processes give, and survives what they survive."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cluster import LOCAL, Cluster
from pipeline.pool import Limits, WorkersError
from tests.pipeline.test_pool import Task, act, outcomes
from tests.pipeline.test_publish import bytes_of

jixiao = CliRunner()
# What distributed leaves to the collector when it closes.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Two workers on this machine, for tasks that add 100."""
    with Cluster(LOCAL, 100, 2, Limits(seconds=5, patience=1)) as cluster:
        yield cluster


def test_every_task_is_done_once(cluster: Cluster) -> None:
    tasks = [("add", number) for number in range(40)]
    assert sorted(cluster.run(act, tasks)) == [(task, 100 + task[1]) for task in tasks]


def test_who_dies_or_hangs_takes_one_task_along(cluster: Cluster) -> None:
    good: list[Task] = [("add", number) for number in range(10)]
    found = outcomes(cluster, ("crash", 1), *good, ("hang", 2))
    assert "reading it crashed (SIGSEGV)" in str(found.pop(("crash", 1)))
    assert "more than 5 s on the clock" in str(found.pop(("hang", 2)))
    assert found == {task: 100 + task[1] for task in good}


def test_a_cluster_publishes_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    shutil.copy(sorted(inbox.iterdir())[0], inbox / "again.txt")
    (inbox / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    for name, options in (("here", []), ("there", ["--dask", LOCAL])):
        result = jixiao.invoke(app, ["extract", str(inbox), "-o", str(tmp_path / name), "-j", "2", *options])
        assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.output
    assert bytes_of(tmp_path / "here") == bytes_of(tmp_path / "there")


def test_where_no_scheduler_answers_is_said(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cluster._PATIENCE", 0.5)
    with pytest.raises(WorkersError, match="no Dask scheduler answers there"):
        Cluster("tcp://127.0.0.1:9", 0, 1, Limits())
