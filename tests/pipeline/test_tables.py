"""Filings become rows in the contract's order."""

from pipeline.tables import form_tables
from tests.pipeline.examples import SHA256, document, filing, indicator, tables


def test_a_filing_id_is_the_hash_and_the_ordinal() -> None:
    rows = form_tables(document(), [filing(1)])["filings"].to_pylist()
    assert rows[0]["filing_id"] == f"{SHA256[:16]}-1"
    assert (rows[0]["source"], rows[0]["sha256"], rows[0]["format"]) == ("a/b.txt", SHA256, "txt")
    assert rows[0]["superseded_by"] is None


def test_forms_are_ordered_by_their_ordinal_as_a_number() -> None:
    ids = form_tables(document(), [filing(10), filing(2), filing(1)])["filings"]["filing_id"].to_pylist()
    assert [filing_id.rpartition("-")[2] for filing_id in ids] == ["1", "2", "10"]


def test_rows_are_ordered_by_row_and_period() -> None:
    mixed = tuple(
        indicator(row, period) for row in (10, 2) for period in ("long_term", "half_year", "full_year")
    )
    rows = form_tables(document(), [filing(indicators=mixed)])["indicators"].to_pylist()
    assert [(row["row"], row["period"]) for row in rows] == [
        (row, period) for row in (2, 10) for period in ("full_year", "half_year", "long_term")
    ]


def test_repairs_are_ordered_by_row() -> None:
    repairs = form_tables(document(), [filing()])["repairs"].to_pylist()
    assert [(row["row"], row["table"]) for row in repairs] == [(1, "fields"), (2, "indicators")]


def test_tidy_is_indicators_with_their_filing() -> None:
    rows = tables(filing(1, confidence=0.5), filing(2, fiscal_year=2025))["tidy"].to_pylist()
    assert [(row["filing_id"][-1], row["row"], row["fiscal_year"]) for row in rows] == [
        (ordinal, row, year) for ordinal, year in (("1", 2024), ("2", 2025)) for row in (1, 1, 2)
    ]
    assert (rows[0]["confidence"], rows[0]["filing_confidence"]) == (1.0, 0.5)
    assert rows[2]["subprojects"] == ["信息化", "-运维"]
