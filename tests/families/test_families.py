"""The forms of all families come out as their truth says: read with spans, as text, and from files."""

from dataclasses import asdict
from random import Random
from typing import Any

import pytest

from extract.registry import read_file
from extract.source import SourceFile
from extract.txt import read as read_text
from normalize import Filing, normalize
from normalize.mappings import load
from normalize.model import REVIEW_BELOW
from tests.families.layouts import FOLDER, NAMES, OF_FAMILIES, document, plain, sheet, truth
from tests.render import docx, web, xlsx
from tests.render.sheet import Look, any_look

MAPPINGS = load()
FORMATS = ("ruled", "txt", "docx", "xlsx", "html")
READ = [(name, format) for name in NAMES for format in FORMATS[: 5 if name in OF_FAMILIES else 3]]
Rows = list[dict[str, Any]]


def filings(name: str, format: str) -> tuple[Filing, ...]:
    """The forms of a composed one, read in a format; files in a look of their own."""
    form, rng = sheet(name), Random(f"{name}:{format}")
    if format == "ruled":
        return normalize(document(form), MAPPINGS)
    if format == "txt":
        return normalize(read_text(SourceFile(f"{name}.txt", plain(form).encode())), MAPPINGS)
    look = any_look(rng) if rng.random() < 0.5 else Look()
    if format == "docx":
        data = docx.render([form], look, rng)
    elif format == "xlsx":
        data = xlsx.render([form], look, rng)
    else:
        data = web.render([form], look, rng)
    return normalize(read_file(SourceFile(f"{name}.{format}", data)), MAPPINGS)


def judged(rows: Rows, wanted: Rows) -> Rows:
    """Published rows with the columns alone that the truth has."""
    columns = dict.fromkeys(column for row in wanted for column in row)
    return [{column: squeezed(row[column]) for column in columns} for row in rows]


def squeezed(value: Any) -> Any:
    """A value without white space, which a look may put anywhere."""
    if isinstance(value, tuple):
        return list(value)
    return "".join(value.split()) if isinstance(value, str) else value


def by_content(rows: Rows) -> Rows:
    """Rows in an order that their printed place does not matter to."""
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


@pytest.mark.parametrize(("name", "format"), READ)
def test_a_form_comes_out_as_its_truth(name: str, format: str) -> None:
    answer = truth(name)
    wanted = answer.get("forms", [answer])
    found = filings(name, format)
    assert len(found) == len(wanted)
    for one, form in zip(found, wanted, strict=True):
        rows = asdict(one)
        assert judged([rows], [form["filing"]]) == judged([form["filing"]], [form["filing"]])
        for table in form.keys() & {"fields", "amounts", "indicators"}:
            expected = judged(form[table], form[table])
            assert by_content(judged(rows[table], form[table])) == by_content(expected), table


@pytest.mark.parametrize("name", OF_FAMILIES)
def test_a_sound_form_needs_no_review(name: str) -> None:
    """... but for those that print labels which no mapping has, or no level 1: ``review`` of their truth."""
    review = truth(name).get("review", False)
    for one in filings(name, "ruled"):
        assert min(row.confidence for row in one.indicators) >= REVIEW_BELOW
        assert any(check.status == "fail" for check in one.checks) == review
        assert one.needs_review == review


def test_every_form_has_its_truth_and_enough_indicators() -> None:
    assert {path.stem for path in (FOLDER / "truths").glob("*.json")} == set(NAMES)
    for name in OF_FAMILIES:
        answer = truth(name)
        assert sum(len(form["indicators"]) for form in answer.get("forms", [answer])) >= 5
