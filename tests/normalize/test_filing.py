"""Whole filings, real, damaged and literal: nothing is invented, nothing changed off the record."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from extract.model import Document
from extract.registry import read_file
from extract.source import SourceFile
from normalize import Filing, normalize
from normalize.characters import clean, read_rows
from normalize.mappings import fold
from normalize.model import REVIEW_BELOW
from normalize.pages import rejoin
from normalize.sheets import read_sheets
from tests.damage.generate import generate
from tests.normalize.grids import DEPARTMENT, GOALS, MAPPINGS, PROJECT, document, filings, indicators, targets

ROOT = Path(__file__).parents[2]
SAMPLES = {path.stem: path.read_bytes() for path in sorted((ROOT / "samples" / "filings").iterdir())}
DAMAGED = {name: data for name, data, _ in generate(18, seed=11)}
FILES = SAMPLES | DAMAGED
LEVELS = ("level1", "level2", "key_task")
TASKS = "一级指标|二级指标|重点工作|三级指标|半年指标值|全年指标值|\n"
PLAIN = "一级指标|二级指标|三级指标|半年指标值|全年指标值|\n"
every_file = pytest.mark.parametrize("name", FILES)


@cache
def read(name: str) -> Document:
    return read_file(SourceFile(f"{name}.txt", FILES[name]))


@cache
def results(name: str) -> tuple[Filing, ...]:
    return normalize(read(name), MAPPINGS)


@cache
def known() -> frozenset[str]:
    """The names that mappings may complete a text to."""
    names: list[str] = [name for level in MAPPINGS.levels for name in (level.name, *level.aliases)]
    names += [name for entry in MAPPINGS.indicators for name in (entry.name, *entry.aliases)]
    for form in MAPPINGS.forms:
        names += [*form.titles, *(name for group in form.fields.values() for name in group)]
        names += [
            n for block in form.amounts for line in block.lines for n in (line.item or "", *line.aliases)
        ]
    return frozenset(map(fold, names))


def printed(name: str) -> list[str]:
    """The texts that a file prints, folded."""
    return [fold(text.text) for row in read_rows(read_sheets(read(name))) for text in row.texts]


Cell = tuple[str, int, str]


def published(one: Filing) -> list[tuple[Cell, str]]:
    """Every text of a form's rows, with the table, the row and the column that it stands in."""
    texts: list[tuple[Cell, str | None]] = [(("filings", 1, "title"), one.title)]
    for field in one.fields:
        texts += [
            (("fields", field.row, "label"), field.label),
            (("fields", field.row, "value"), field.value),
        ]
    texts += [(("amounts", amount.row, "item"), amount.item) for amount in one.amounts]
    for row in one.indicators:
        columns = (*LEVELS, "indicator", "target", "explanation", "evidence_source")
        texts += [(("indicators", row.row, column), getattr(row, column)) for column in columns]
        texts += [(("indicators", row.row, "subprojects"), name) for name in row.subprojects or ()]
    return [(cell, text) for cell, text in texts if text is not None]


@every_file
def test_no_text_is_invented(name: str) -> None:
    """What is not printed as it is stands in mappings, or is put together of what is printed, on record."""
    cells = printed(name)
    whole, characters = "\n".join(cells), {char for cell in cells for char in cell}
    for one in results(name):
        recorded = {(repair.table, repair.row, repair.column) for repair in one.repairs}
        for cell, text in published(one):
            folded = fold(text)
            if folded not in whole and folded not in known():
                assert cell in recorded, (cell, text)
                assert set(folded) <= characters, (cell, text)


@every_file
def test_every_change_has_a_repair(name: str) -> None:
    """A published text that was not read as it is, or not in this row, has a repair in its own cell."""
    rows = {
        (row.page, row.table, row.row): {t.text for t in row.texts}
        for row in read_rows(read_sheets(read(name)))
    }
    for one in results(name):
        recorded = {(repair.table, repair.row, repair.column) for repair in one.repairs}
        for field in one.fields:
            if field.value and field.value not in (field.raw or ""):
                assert ("fields", field.row, "value") in recorded, field
        for row in one.indicators:
            for column in ("indicator", "target"):
                value = getattr(row, column)
                assert value is None or value in row.raw or ("indicators", row.row, column) in recorded, row
            page, table, line, _ = (int(part[1:]) for part in row.location.split())
            beside = {fold(text) for text in rows[page, table, line]}
            for column in LEVELS:
                label = getattr(row, column)
                filled = label is not None and fold(label) not in beside
                assert not filled or ("indicators", row.row, column) in recorded, (column, row)


@every_file
def test_repairs_belong_to_rows_and_change_something(name: str) -> None:
    for one in results(name):
        numbers = {
            "filings": {1},
            "fields": {field.row for field in one.fields},
            "amounts": {amount.row for amount in one.amounts},
            "indicators": {row.row for row in one.indicators},
        }
        for repair in one.repairs:
            assert repair.row in numbers[repair.table], repair
            assert (repair.before == repair.after) == (repair.kind == "text_lost"), repair
            assert 0 <= repair.confidence <= 1 and repair.page >= 1 and repair.evidence, repair


@every_file
def test_every_row_tells_where_its_texts_are_printed(name: str) -> None:
    printed = {
        str(text.place): fold(text.raw) for row in read_rows(read_sheets(read(name))) for text in row.texts
    }
    for one in results(name):
        found = {(origin.table, origin.row, origin.column): origin for origin in one.origins}
        for cell, text in published(one):
            if cell[2] in ("label", "value", "item", "indicator", "target"):
                assert cell in found, (cell, text)
        for origin in one.origins:
            assert origin.location in printed and origin.location.startswith(f"p{origin.page} "), origin
        for row in one.indicators:
            if row.indicator and not any(r.table == "indicators" and r.row == row.row for r in one.repairs):
                assert fold(row.indicator) in printed[found["indicators", row.row, "indicator"].location]


@every_file
def test_what_else_a_label_may_be_is_told_with_its_chance(name: str) -> None:
    for one in results(name):
        sure = {(r.row, r.column): r.confidence for r in one.repairs if r.kind == "merged_cell_filled"}
        for other in one.alternatives:
            assert 0 < other.chance <= round(1 - sure[other.row, other.column], 4) + 1e-4, other
            assert f"{other.text} {other.chance:.2f}" in {
                part for r in one.repairs for part in r.evidence.partition("; or: ")[2].split("; ")
            }


@every_file
def test_confidence_is_a_chance_and_the_review_follows_it(name: str) -> None:
    for one in results(name):
        chances = [row.confidence for rows in (one.fields, one.amounts, one.indicators) for row in rows]
        assert all(0 <= chance <= 1 for chance in chances)
        assert one.confidence == min(chances)
        failed = any(found.status == "fail" for found in one.checks)
        assert one.needs_review == (one.confidence < REVIEW_BELOW or failed)


@every_file
def test_no_text_is_empty_and_every_row_has_a_place(name: str) -> None:
    for one in results(name):
        assert all(text.strip() == text != "" for _, text in published(one))
        for rows in (one.fields, one.amounts, one.indicators):
            assert sorted({row.row for row in rows}) == list(range(1, len({row.row for row in rows}) + 1))
            assert all(1 <= row.page <= len(read(name).pages) for row in rows)
            assert all(row.location.startswith(f"p{row.page} t") for row in rows)


@every_file
def test_stages_that_ran_have_nothing_left_to_do(name: str) -> None:
    rows = read_rows(read_sheets(read(name)))
    assert all(clean(text) == text for row in rows for text in row.texts)
    joined = rejoin(rows, MAPPINGS)
    assert rejoin(joined, MAPPINGS) == joined


@every_file
def test_the_same_file_gives_the_same_filings(name: str) -> None:
    assert normalize(read(name), MAPPINGS) == results(name)


def test_the_result_does_not_hang_on_the_hash_seed() -> None:
    program = (
        "import hashlib, sys\n"
        "from tests.normalize import test_filing as t\n"
        "text = repr([t.results(name) for name in list(t.FILES)[:12]])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(digests) == 1 and digests.pop().strip()


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith("002")])
def test_a_repaired_form_needs_no_more_repair(name: str) -> None:
    """The indicators of a department form, printed whole and in place, are read as they are."""
    (one,) = results(name)
    grid, header = "", ""
    for row in one.indicators:
        if row.period != "full_year":
            continue
        columns = TASKS if row.key_task else PLAIN
        grid += columns if columns != header else ""
        header = columns
        labels = [row.level1, row.level2, *([row.key_task] if row.key_task else []), row.indicator]
        grid += (
            "|".join([*(label or "" for label in labels), *(t or "" for t in targets(one)[row.indicator])])
            + "|\n"
        )
    (again,) = filings(DEPARTMENT, grid)
    assert [
        tuple(getattr(row, c) for c in (*LEVELS, "indicator", "period", "target")) for row in again.indicators
    ] == [
        tuple(getattr(row, c) for c in (*LEVELS, "indicator", "period", "target")) for row in one.indicators
    ]
    assert {repair.kind for repair in again.repairs} <= {"text_lost", "merged_cell_filled"}


@pytest.mark.parametrize("grid", ["姓名|年龄\n张三|12\n", "通知\n\n请各校按时填报。\n", "单位名称|某中学\n"])
def test_what_holds_no_form_gives_none(grid: str) -> None:
    assert filings(grid) == ()
    assert normalize(Document("x", "0", "txt", ()), MAPPINGS) == ()


def test_several_forms_in_one_file_are_read_as_if_each_stood_alone() -> None:
    first = (GOALS, PLAIN, "过程|预算执行|预算调整率|=0%|=5%|\n")
    second = (
        "类别|对应子项目名称|指标名称|目标值|指标解释|目标值来源\n",
        "投入||专款专用率|100%|考察支出|原始凭证\n",
    )
    both = filings(DEPARTMENT, *first, "\n", PROJECT, *second)
    assert [(one.ordinal, one.form) for one in both] == [(1, "department_target"), (2, "project_target")]
    assert [list(indicators(one)) for one in both] == [["预算调整率"], ["专款专用率"]]
    assert [(one.fiscal_year, one.pages) for one in both] == [(2024, 1), (2021, 1)]
    (alone,) = filings(DEPARTMENT, *first)
    assert (both[0].fields, both[0].indicators, both[0].repairs) == (
        alone.fields,
        alone.indicators,
        alone.repairs,
    )


def test_a_text_among_forms_is_no_form() -> None:
    table = (PLAIN, "过程|预算执行|预算调整率|=0%|=5%|\n")
    both = filings(DEPARTMENT, GOALS, *table, "\n", "苏州市部门整体预算绩效目标表\n\n说明|无\n备注|无\n")
    assert [one.ordinal for one in both] == [1]


def test_pages_are_those_of_the_file_or_of_the_form() -> None:
    table = (PLAIN, "过程|预算执行|预算调整率|=0%|=5%|\n\n", "||支付进度符合率|=0%|=5%|\n")
    (one,) = filings(DEPARTMENT, GOALS, *table)
    assert one.pages == len(document(DEPARTMENT, GOALS, *table).pages) == 2


def test_filings_depend_on_nothing_that_was_read_before() -> None:
    name = next(iter(SAMPLES))
    before = results(name)
    for other in DAMAGED:
        results(other)
    assert normalize(read(name), MAPPINGS) == before
