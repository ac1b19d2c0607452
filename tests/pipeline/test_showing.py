"""``jixiao show``: what one file gives, on the terminal, harmlessly."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.showing import LONGEST, show

jixiao = CliRunner()
SAMPLE = Path(__file__).parents[2] / "samples" / "filings" / "003_5faa2bc3c3b6a31c.txt"
FORM = """项目支出绩效目标表

项目名称\t[red]校舍\u202e修缮[/red]
年度目标\t{goal}
一级指标\t二级指标\t三级指标\t年度指标值
产出指标\t数量指标\t修缮校舍面积\t≥3200平方米
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.txt"
    path.write_text(FORM.format(goal="修缮" * 100), encoding="utf-8")
    return path


def test_a_summary_fits_a_screen_and_rows_follow() -> None:
    result = jixiao.invoke(app, ["show", str(SAMPLE)])
    assert result.exit_code == 0, result.output
    summary, _, rows = result.stdout.partition("Fields 填报项 #1")
    assert len(summary.splitlines()) <= 24
    assert "003_5faa2bc3c3b6a31c.txt, txt" in summary
    assert "苏州市电化教育馆, 苏州市, 2024" in summary
    assert "indicators 71 (with their periods 142)" in summary
    assert "fail 1" in summary
    for title in (
        "Amounts 金额 #1: ",
        "Indicators 绩效指标 #1: 142",
        "Checks 校验 #1: 1",
        "Repairs 修复 #1: ",
    ):
        assert title in rows
    assert "信息系统日常维护合格率" in rows
    assert "columns_shifted" in rows


def test_nothing_is_written(form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(form.parent)
    assert jixiao.invoke(app, ["show", form.name]).exit_code == 0
    assert list(form.parent.iterdir()) == [form]


def test_texts_of_a_file_are_shown_as_texts(form: Path) -> None:
    said = jixiao.invoke(app, ["show", str(form)]).stdout
    assert "[red]校舍\\u202e修缮[/red]" in said
    assert "\u202e" not in said
    assert "…" in said and "修缮" * (LONGEST // 2) not in said.replace("\n", "").replace(" ", "")


def test_doubtful_rows_stand_out() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=200, color_system="standard")
    show(SAMPLE, console)
    assert isinstance(console.file, io.StringIO)
    lines = [line for line in console.file.getvalue().splitlines() if "日常维护系统数量" in line]
    assert any("\x1b[33m" in line for line in lines)
    sure = [line for line in console.file.getvalue().splitlines() if "中长期规划制定健全性" in line]
    assert sure and not any("\x1b[33m" in line for line in sure)


def test_a_file_without_a_form_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("一封信\n\n您好\n", encoding="utf-8")
    result = jixiao.invoke(app, ["show", str(path)])
    assert result.exit_code == 0
    assert "No performance form is in it" in result.stdout


@pytest.mark.parametrize(
    ("name", "status", "problem"),
    [("empty.txt", 1, "the file is empty"), ("nowhere.txt", 2, "cannot be opened (No such file")],
)
def test_what_cannot_be_read_gives_one_line(name: str, status: int, problem: str, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    result = jixiao.invoke(app, ["show", str(tmp_path / name)])
    assert result.exit_code == status
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not result.stdout
