"""docs/adding-a-form.md, followed to the letter: its files written, its commands run, its tables compared."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.test_docs import ROOT, blocks, commands, tables, text_of

PAGE = "docs/adding-a-form.md"
ROOMS = ("extract", "normalize", "pipeline", "mappings")

Rows = list[dict[str, str]]


def run(command: str, folder: Path) -> None:
    """A command of the page, run in ``folder`` with the software that stands there."""
    words = command.split()
    assert words.pop(0) == ".venv/bin/jixiao"
    own = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words], cwd=folder, capture_output=True, text=True, env=own
    )
    assert done.returncode == 0, done.stderr


def published(folder: Path, table: str) -> Rows:
    with (folder / "out" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def failed(folder: Path) -> list[list[str]]:
    """Name and message of the failed checks."""
    rows = published(folder, "checks")
    return [[f"`{row['check']}`", row["message"]] for row in rows if row["status"] == "fail"]


def shown(rows: Rows, header: list[str]) -> list[list[str]]:
    """Published rows as the page shows them, numbers without needless decimals."""
    cells = [[row[name].removesuffix(".0").removeprefix("'") for name in header] for row in rows]
    return [[cell.lower() if cell in ("True", "False") else cell for cell in row] for row in cells]


def test_its_steps_add_a_form(tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room)
    missing, indicators, amounts, others = tables(PAGE)
    first, second = commands(PAGE)

    (tmp_path / "new").mkdir()
    assert "`new/task.txt`" in text_of(PAGE)
    (tmp_path / "new" / "task.txt").write_text(blocks(PAGE, "text")[0], encoding="utf-8")
    run(first, tmp_path)
    assert failed(tmp_path) == missing[1:]
    assert len(published(tmp_path, "indicators")) == len(indicators) - 1
    assert all(row["field"].startswith("other:") for row in published(tmp_path, "fields"))

    (path,) = set(re.findall(r"^`(mappings/forms/\w+\.yaml)`:$", text_of(PAGE), re.MULTILINE))
    (tmp_path / path).write_text(blocks(PAGE, "yaml")[0], encoding="utf-8")
    run(second, tmp_path)
    assert failed(tmp_path) == []
    assert [row["needs_review"].lower() for row in published(tmp_path, "filings")] == ["false"]
    assert shown(published(tmp_path, "tidy"), indicators[0]) == indicators[1:]
    assert shown(published(tmp_path, "amounts"), amounts[0]) == amounts[1:]
    told = {row["field"]: row["value"] for row in published(tmp_path, "fields")}
    assert told == {
        "project_name": "乡村公路养护",
        "implementing_unit": "桐梓县公路养护中心",
        "competent_department": "桐梓县交通运输局",
        "handling_office": "养护股",
        "annual_goal": "养护乡村公路，保证全年安全畅通。",
    }
    assert others[0] == ["the form has", "write"]


def test_what_else_it_names_stands_in_the_mappings_that_came_with_it() -> None:
    shipped = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mappings" / "forms").iterdir())
    for keys in re.findall(r"`(\w+): ", "".join(row[1] for row in tables(PAGE)[-1][1:])):
        assert f"{keys}:" in shipped
