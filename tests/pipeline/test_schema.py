"""The published columns are those of the contract."""

from dataclasses import fields

import pytest

from normalize.model import Amount, Check, Field, Indicator, Repair
from pipeline.schema import TABLES

FILINGS = (
    "filing_id source sha256 format form title region fiscal_year unit_code unit_name project_name pages "
    "superseded_by confidence needs_review"
)
INDICATORS = (
    "filing_id row level1 level2 key_task subprojects indicator canonical indicator_id match_score period "
    "target comparator value value_max unit qualitative explanation evidence_source actual actual_value "
    "actual_unit weight score deviation_reason initial_target series_id series_score raw page location "
    "confidence"
)
CONTRACT = {
    "tidy": f"{INDICATORS} {FILINGS}".replace(" filing_id source", " source").replace(
        "superseded_by confidence", "superseded_by filing_confidence"
    ),
    "filings": FILINGS,
    "fields": "filing_id row field label value raw page location confidence",
    "amounts": "filing_id row section item parent is_total period amount raw page location confidence",
    "indicators": INDICATORS,
    "repairs": "filing_id table row column kind before after confidence page evidence",
    "checks": "filing_id check status expected actual message",
    "files": "source sha256 bytes format status error forms",
}


def test_the_tables_are_those_of_the_contract() -> None:
    assert list(TABLES) == list(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_the_columns_are_those_of_the_contract(name: str) -> None:
    assert TABLES[name].names == tuple(CONTRACT[name].split())


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("fields", Field),
        ("amounts", Amount),
        ("indicators", Indicator),
        ("repairs", Repair),
        ("checks", Check),
    ],
)
def test_the_columns_are_those_of_the_model(name: str, model: type) -> None:
    assert TABLES[name].names == ("filing_id", *(field.name for field in fields(model)))


@pytest.mark.parametrize("name", CONTRACT)
def test_every_column_is_described(name: str) -> None:
    for column in TABLES[name].columns:
        assert column.title
        assert column.description
        assert "\n" not in column.description


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"source": "a", "status": "ok"}, "files.forms must not be null"),
        ({"source": "a", "status": "ok", "forms": "many"}, "does not fit the table files"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(row: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        TABLES["files"].to_arrow([row])
