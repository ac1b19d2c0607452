"""Decisions change the rows that they were made about, on record, and no others."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.registry import read_file
from extract.source import SourceFile
from normalize import normalize
from normalize.decisions import DECIDED, DecidedTable, Deciding, Decision, Verdict
from normalize.ledger import Ledger
from normalize.mappings import load
from normalize.model import Amount, Field, Filing, Indicator
from normalize.vocabulary import Vocabulary

MAPPINGS = load()
VOCABULARY = Vocabulary(MAPPINGS)
SAMPLE = Path(__file__).parents[2] / "samples" / "filings" / "003_5faa2bc3c3b6a31c.txt"
DOCUMENT = read_file(SourceFile.load(SAMPLE, SAMPLE.name))


@cache
def before() -> Filing:
    (filing,) = normalize(DOCUMENT, MAPPINGS)
    return filing


def after(*decisions: Decision) -> Filing:
    (filing,) = normalize(DOCUMENT, MAPPINGS, decisions)
    return filing


def decision(row: Field | Amount | Indicator, **given: str | None) -> Decision:
    """The decision that accepts a row as it is, but for the columns that are ``given``."""
    tables: dict[type, DecidedTable] = {Field: "fields", Amount: "amounts", Indicator: "indicators"}
    table = tables[type(row)]
    part = row.field if isinstance(row, Field) else row.period
    values: dict[str, str | None] = {}
    for column in DECIDED[table]:
        value = getattr(row, column)
        values[column] = (
            "; ".join(value) if isinstance(value, tuple) else None if value is None else str(value)
        )
    verdict: Verdict = "correct" if given else "accept"
    return Decision(table, row.location, part, row.raw or "", verdict, values | given)


def doubtful() -> Indicator:
    """The indicator whose targets are not in the export."""
    return next(row for row in before().indicators if row.target is None)


def test_an_accepted_row_is_certain_and_the_same() -> None:
    row = doubtful()
    filing = after(decision(row))
    (same,) = (one for one in filing.indicators if (one.row, one.period) == (row.row, row.period))
    assert same == replace(row, confidence=1.0)
    (manual,) = (repair for repair in filing.repairs if repair.kind == "manual")
    assert (manual.table, manual.row, manual.column) == ("indicators", row.row, "target")
    assert manual.before == manual.after and manual.confidence == 1.0
    (check,) = (check for check in filing.checks if check.check == "decisions_applied")
    assert (check.status, check.expected, check.actual) == ("pass", "1", "1")


def test_a_corrected_row_says_what_was_decided_and_what_follows_from_it() -> None:
    row = doubtful()
    filing = after(decision(row, target="≥12个", level2="固定资产", indicator="预算执行率"))
    (new,) = (one for one in filing.indicators if (one.row, one.period) == (row.row, row.period))
    assert (new.comparator, new.value, new.unit, new.confidence) == ("≥", 12.0, "个", 1.0)
    assert (new.level2, new.canonical) == ("固定资产", "预算执行率") and new.raw == row.raw
    manual = {r.column: (r.before, r.after) for r in filing.repairs if r.kind == "manual"}
    assert manual == {
        "target": (None, "≥12个"),
        "level2": (row.level2, "固定资产"),
        "indicator": (row.indicator, "预算执行率"),
    }


def test_no_other_row_changes() -> None:
    row = doubtful()
    filing = after(decision(row, target="≥12个"))
    changed = {one for one in filing.indicators if one not in before().indicators}
    assert {(one.row, one.period) for one in changed} == {(row.row, row.period)}
    assert filing.fields == before().fields and filing.amounts == before().amounts
    assert [r for r in filing.repairs if r.kind != "manual"] == list(before().repairs)


def test_what_is_lost_is_null_and_an_amount_that_is_lost_has_no_row() -> None:
    target = next(row for row in before().indicators if row.target)
    amount = next(row for row in before().amounts if not row.is_total)
    filing = after(
        replace(decision(target), verdict="lost"), replace(decision(amount), verdict="lost", note="盖章遮住")
    )
    (new,) = (one for one in filing.indicators if (one.row, one.period) == (target.row, target.period))
    assert (new.target, new.value, new.comparator, new.confidence) == (None, None, None, 1.0)
    assert not any((one.row, one.period) == (amount.row, amount.period) for one in filing.amounts)
    assert any("盖章遮住" in repair.evidence for repair in filing.repairs)


def test_checks_see_what_was_decided() -> None:
    failed = next(check for check in before().checks if check.status == "fail")
    assert failed.expected and "299.6" in (failed.expected + str(failed.actual))
    wrong = next(row for row in before().amounts if str(row.amount) == "299.62")
    filing = after(decision(wrong, amount="299.6"))
    assert not [check for check in filing.checks if check.status == "fail"]


def test_a_field_decides_the_header_of_its_filing() -> None:
    unit = next(field for field in before().fields if field.field == "unit_name")
    assert after(decision(unit, value="苏州市教育考试院")).unit_name == "苏州市教育考试院"


@pytest.mark.parametrize(
    "change", [{"read": "另一段文字"}, {"location": "p9 t9 r9 c9"}, {"part": "long_term"}]
)
def test_a_decision_that_fits_no_row_is_told_and_not_applied(change: dict[str, str]) -> None:
    filing = after(replace(decision(doubtful(), target="≥12个"), **change))  # type: ignore[arg-type]
    assert filing.indicators == before().indicators and filing.needs_review
    (check,) = (check for check in filing.checks if check.check == "decisions_applied")
    assert (check.status, check.expected, check.actual) == ("fail", "1", "0")
    assert (change.get("location") or doubtful().location) in check.message


def test_white_space_that_a_spreadsheet_changed_does_not_matter() -> None:
    row = next(row for row in before().indicators if "\n" in row.raw)
    spread = replace(decision(row, target="=5次"), read=row.raw.replace("\n", " \r\n"))
    assert [check.status for check in after(spread).checks if check.check == "decisions_applied"] == ["pass"]


ROWS = range(20)


@given(st.sets(st.sampled_from(ROWS)), st.permutations(ROWS))
def test_accepting_rows_changes_nothing_but_their_confidence(chosen: set[int], order: list[int]) -> None:
    rows = [before().indicators[k] for k in ROWS]
    decisions = [decision(rows[k]) for k in order if k in chosen]
    deciding, ledger = Deciding(decisions, VOCABULARY, MAPPINGS), Ledger()
    expected = [replace(row, confidence=1.0) if k in chosen else row for k, row in enumerate(rows)]
    assert deciding.indicators(rows, ledger) == expected
    assert not deciding.left and len(ledger.repairs) == len(chosen)
