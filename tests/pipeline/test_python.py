"""The module ``jixiao``: what it hands out is what is published, and its page tells the truth."""

import doctest
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

import jixiao
from pipeline.cli import app
from pipeline.schema import TABLES
from tests.test_docs import blocks

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "filings"


def test_the_examples_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = "\n".join(blocks("docs/python.md", "pycon"))
    examples = doctest.DocTestParser().get_doctest(text, {}, "docs/python.md", "docs/python.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert result.attempted >= 10
    assert not result.failed, "".join(said)


def test_a_folder_gives_what_is_published(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "empty.txt").touch()
    monkeypatch.chdir(inbox.parent)
    before = sorted(tmp_path.rglob("*"))
    frames = jixiao.extract(str(inbox), jobs=1)
    assert sorted(tmp_path.rglob("*")) == before
    assert CliRunner().invoke(app, ["extract", str(inbox), "-o", str(tmp_path / "out")]).exit_code == 0
    assert list(frames) == list(TABLES)
    for name, frame in frames.items():
        assert_frame_equal(frame, pd.read_parquet(tmp_path / "out" / f"{name}.parquet"))
    assert frames["files"]["status"].tolist() == ["needs_review"] * 3 + ["unsupported"]


def test_a_file_gives_the_rows_of_its_folder() -> None:
    tables = jixiao.extract(SAMPLES)
    for path in SAMPLES.iterdir():
        (filing,) = jixiao.normalize(jixiao.read(path))
        ids = tables["filings"].set_index("source")["filing_id"]
        rows = tables["indicators"][tables["indicators"]["filing_id"] == ids[path.name]]
        assert rows["indicator"].tolist() == [row.indicator for row in filing.indicators]
        assert rows["confidence"].tolist() == [row.confidence for row in filing.indicators]


def test_people_are_left_out_on_demand(tmp_path: Path) -> None:
    form = "项目支出绩效目标表\n\n项目名称\t校舍修缮\n项目负责人\t张三\n"
    form += "一级指标\t二级指标\t三级指标\t年度指标值\n产出指标\t数量指标\t修缮校舍面积\t≥3200平方米\n"
    (tmp_path / "form.txt").write_text(form, encoding="utf-8")
    fields = {
        redact: jixiao.extract(tmp_path, redact=redact)["fields"].set_index("field")["value"]
        for redact in (False, True)
    }
    assert fields[False]["project_leader"] == "张三"
    assert pd.isna(fields[True]["project_leader"])
    assert fields[True]["project_name"] == "校舍修缮"


def test_what_is_no_folder_is_said() -> None:
    with pytest.raises(NotADirectoryError, match="nowhere: there is no such folder"):
        jixiao.extract("nowhere")


def test_all_that_is_promised_is_there() -> None:
    assert all(hasattr(jixiao, name) for name in jixiao.__all__)
