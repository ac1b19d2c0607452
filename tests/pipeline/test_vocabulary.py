"""Names that match nothing go out as a CSV; what a person decides about them comes back into the mappings."""

import csv
import difflib
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from normalize.mappings import FOLDER, load
from normalize.vocabulary import Vocabulary
from pipeline.cli import app
from tests.pipeline.examples import filing, indicator, published

jixiao = CliRunner()
LEVELS = {"level1": "产出指标", "level2": "质量指标"}


def row(number: int, name: str | None, target: str = "≥90%", **given: Any) -> Any:
    printed: dict[str, Any] = {"comparator": target[0], "value": 90.0, "unit": "%"} | LEVELS
    return indicator(number, indicator=name, target=target, **printed | given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped mappings, to be edited."""
    return Path(shutil.copytree(FOLDER, tmp_path / "mappings"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Tables of two forms, with names that the vocabulary has and that it has not."""
    first = (
        row(1, "图书上架准确率"),
        row(2, "图书上架及时率", level2="产出时效"),
        row(3, "培训合格率"),
        row(4, "社会效益", level1="效益指标", level2="社会效益"),
        row(5, "图书上架准", confidence=0.89),
        row(6, None),
        row(7, "=设备检修", "≤4次", comparator="≤", unit="次", level1="履职", level2="设备管理"),
        row(8, "培训合格率（%）"),
        row(9, "完成及时率"),
        row(10, "培训人员考试合格率"),
    )
    second = (
        row(1, "图书的上架准确率", "=95%", level2="产出质量指标"),
        row(1, "图书的上架准确率", "=90%", period="half_year"),
        row(2, "图书上架准确率", "≥80%", comparator="≥"),
        row(3, "图书上架 准确率", "≥80%"),
    )
    forms = (filing(1, indicators=first), filing(2, indicators=second, title=None, fiscal_year=None))
    return published(tmp_path / "out", *forms)


def suggested(out: Path, folder: Path) -> Path:
    """The CSV that ``suggest`` writes for ``out``."""
    file = out.parent / "suggestions.csv"
    given = ["vocabulary", "suggest", str(out), "-f", str(file), "--mappings", str(folder)]
    result = jixiao.invoke(app, given)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"5 names that match nothing: {file} ")
    return file


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def filled_in(file: Path, **decisions: str | dict[str, str]) -> Path:
    """``file`` with decisions (and other cells) by name, as a spreadsheet saves it."""
    rows = read(file)
    for line in rows:
        given = decisions.get(line["name"].lstrip("'="), {})
        line |= {"decision": given} if isinstance(given, str) else given
    with file.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def accept(file: Path, folder: Path) -> tuple[int, list[str]]:
    """The exit code of ``accept``, and the lines that it said."""
    result = jixiao.invoke(app, ["vocabulary", "accept", str(file), "--mappings", str(folder)])
    return result.exit_code, (result.stdout + result.stderr).splitlines()


def test_names_are_ranked_grouped_and_counted(out: Path, folder: Path) -> None:
    rows = read(suggested(out, folder))
    assert [tuple(line[key] for key in ("group", "count", "filings", "name")) for line in rows] == [
        ("1", "3", "2", "图书上架准确率"),
        ("1", "1", "1", "图书的上架准确率"),
        ("2", "1", "1", "'=设备检修"),
        ("3", "1", "1", "图书上架及时率"),
        ("4", "1", "1", "培训人员考试合格率"),
    ]


def test_what_the_filings_print_is_filled_in(out: Path, folder: Path) -> None:
    lines = {line["name"]: line for line in read(suggested(out, folder))}
    assert lines["图书上架准确率"] == {
        "group": "1",
        "count": "3",
        "filings": "2",
        "name": "图书上架准确率",
        "nearest_id": "",
        "nearest": "",
        "likeness": "",
        "targets": "≥80%; ≥90%",
        "decision": "",
        "level1": "产出指标",
        "level2": "质量指标",
        "unit": "%",
        "direction": "more",
        "definition": "",
        "formula": "",
        "source": "项目绩效目标表（2024）",
        "confirmed": "yes",
    }
    near = lines["培训人员考试合格率"]
    assert (near["nearest_id"], near["nearest"], near["likeness"]) == ("JX0070", "培训人员合格率", "88")
    unknown = lines["'=设备检修"]
    assert (unknown["level1"], unknown["level2"], unknown["direction"]) == ("履职", "", "less")
    assert lines["图书的上架准确率"]["level2"] == "质量指标"
    assert (lines["图书的上架准确率"]["source"], lines["图书的上架准确率"]["direction"]) == ("", "none")


def test_a_file_that_may_be_filled_in_is_never_written_over(out: Path, folder: Path) -> None:
    file = suggested(out, folder)
    before = file.read_bytes()
    result = jixiao.invoke(app, ["vocabulary", "suggest", str(out), "-f", str(file)])
    assert (result.exit_code, file.read_bytes()) == (2, before)
    assert result.stderr.startswith(f"jixiao: {file}: is there already")
    result = jixiao.invoke(app, ["vocabulary", "suggest", str(out), "-f", str(out / "s.csv")])
    assert result.exit_code == 2
    assert "the next run replaces all that is in" in result.stderr


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    result = jixiao.invoke(
        app, ["vocabulary", "suggest", str(tmp_path), "-f", str(tmp_path.parent / "s.csv")]
    )
    assert result.exit_code == 2
    assert "OUT is a folder that jixiao extract wrote" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_decisions_are_taken_into_the_vocabulary_as_a_short_diff(out: Path, folder: Path) -> None:
    path = folder / "indicators.csv"
    before = path.read_text(encoding="utf-8").splitlines()
    last = max(int(entry.id[2:]) for entry in load(folder).indicators)
    file = filled_in(
        suggested(out, folder),
        图书上架准确率={
            "decision": "new",
            "definition": "上架准确的图书\n占上架图书的比重",
            "confirmed": "no",
        },
        图书的上架准确率=" 图书上架准确率 ",
        培训人员考试合格率="jx0070",
    )
    new = f"JX{last + 1:04}"
    assert accept(file, folder) == (
        0,
        [
            f"{new} 图书上架准确率",
            f"{new} 图书上架准确率 + 图书的上架准确率",
            "JX0070 培训人员合格率 + 培训人员考试合格率",
            f"1 indicators and 2 aliases added to {path} 已更新指标库",
        ],
    )
    after = path.read_text(encoding="utf-8").splitlines()
    (old,) = (line for line in before if line.startswith("JX0070,"))
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert changed == [
        f"- {old}",
        "+ " + old.replace("参训人员合格率,", "参训人员合格率|培训人员考试合格率,"),
        f"+ {new},图书上架准确率,图书的上架准确率,产出指标,质量指标,%,more,"
        "上架准确的图书 占上架图书的比重,,项目绩效目标表（2024）,no",
    ]
    match = Vocabulary(load(folder)).match("图书的上架准确率", *LEVELS.values())
    assert match is not None
    assert (match.indicator_id, match.score) == (new, 98)


def test_what_is_not_decided_about_changes_nothing(out: Path, folder: Path) -> None:
    before = (folder / "indicators.csv").read_bytes()
    file = suggested(out, folder)
    assert accept(file, folder)[0] == 0
    assert (folder / "indicators.csv").read_bytes() == before


def test_the_same_alias_is_taken_once(out: Path, folder: Path) -> None:
    file = filled_in(suggested(out, folder), 培训人员考试合格率="JX0070")
    assert accept(file, folder)[0] == 0
    before = (folder / "indicators.csv").read_bytes()
    code, said = accept(file, folder)
    assert (code, said[-1].split(" added")[0]) == (0, "0 indicators and 0 aliases")
    assert (folder / "indicators.csv").read_bytes() == before


def test_rows_are_ordered_by_id_and_the_file_keeps_its_line_ends(out: Path, folder: Path) -> None:
    path = folder / "indicators.csv"
    wanted = path.read_text(encoding="utf-8").splitlines()
    mixed = [wanted[0], *reversed(wanted[1:])]
    path.write_bytes(("\r\n".join(mixed) + "\r\n").encode("utf-8-sig"))
    assert accept(filled_in(suggested(out, folder), 培训人员考试合格率="JX0070"), folder)[0] == 0
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == len(wanted)
    found = content.decode("utf-8-sig").splitlines()
    assert [line[:6] for line in found] == [line[:6] for line in wanted]
    assert sum(a != b for a, b in zip(found, wanted, strict=True)) == 1


def test_a_name_that_looks_like_a_formula_is_taken_in_as_printed(out: Path, folder: Path) -> None:
    file = filled_in(suggested(out, folder), 设备检修="new")
    assert accept(file, folder)[0] == 0
    assert load(folder).indicators[-1].name == "=设备检修"


FAULTS: list[tuple[dict[str, str | dict[str, str]], int, str]] = [
    (
        {"图书上架准确率": "JX9999"},
        2,
        "decision 'JX9999' is none; write an id of indicators.csv, new, or a name",
    ),
    ({"图书上架准确率": "图书上架及时率"}, 2, "decision '图书上架及时率' is none"),
    ({"图书上架准确率": {"decision": "new", "level1": ""}}, 2, "column 'level1' is empty; fill it in"),
    ({"图书上架准确率": {"decision": "new", "unit": "斗升"}}, 2, "unknown unit '斗升'"),
    ({"图书上架及时率": {"decision": "NEW", "level2": "立项"}}, 5, "unknown level2 '立项' under 产出指标"),
    ({"图书的上架准确率": "new"}, 3, "column 'source' is empty; fill it in"),
    ({"图书上架准确率": {"decision": "new", "name": "学生|教师"}}, 2, "the name holds a |"),
    (
        {"图书上架准确率": {"decision": "JX0070", "name": "学生满意度"}},
        2,
        "name '学生满意度' stands for '学生满意度' already; leave its decision empty",
    ),
    (
        {"图书上架准确率": {"decision": "JX0070", "name": "培训人员合格率"}},
        2,
        "stands for '培训人员合格率' already",
    ),
    (
        {
            "图书上架准确率": {"decision": "new", "name": "学生满意度", "level1": "满意度指标"}
            | {"level2": "服务对象满意度"}
        },
        2,
        "indicator '学生满意度 (满意度指标/服务对象满意度)' stands twice",
    ),
    (
        {"图书上架准确率": {"decision": "new", "name": "培训合格率"}},
        2,
        "name '培训合格率' stands for '培训人员合格率' already",
    ),
    (
        {"图书上架准确率": "new", "图书上架及时率": {"decision": "new", "name": "图书 上架准确率"}},
        5,
        "name '图书 上架准确率' is new twice",
    ),
]


@pytest.mark.parametrize(("decisions", "line", "problem"), FAULTS)
def test_a_wrong_decision_is_named_and_nothing_is_written(
    out: Path, folder: Path, decisions: dict[str, str | dict[str, str]], line: int, problem: str
) -> None:
    file = filled_in(suggested(out, folder), **{"培训人员考试合格率": "JX0070"} | decisions)
    before = (folder / "indicators.csv").read_bytes()
    code, said = accept(file, folder)
    assert (code, len(said)) == (2, 1)
    assert said[0].startswith(f"jixiao: {file}:{line}: ")
    assert problem in said[0]
    assert (folder / "indicators.csv").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in FOLDER.iterdir())


def test_a_file_that_is_none_of_suggest_is_named(tmp_path: Path, folder: Path) -> None:
    assert accept(tmp_path / "nowhere.csv", folder)[0] == 2
    file = tmp_path / "names.csv"
    file.write_text("name,decision\n图书上架准确率,new\n", encoding="utf-8")
    assert accept(file, folder) == (2, [f"jixiao: {file}:1: column 'group' is missing; add it"])
    file.write_bytes("名称\n".encode("gb18030"))
    assert "is not UTF-8" in accept(file, folder)[1][0]
