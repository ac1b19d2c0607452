"""Filings → rows of the published tables."""

from collections.abc import Sequence
from typing import Any

from extract.model import Document
from normalize.model import Filing
from pipeline.schema import (
    AMOUNT_PERIODS,
    INDICATOR_PERIODS,
    KEPT,
    REPAIRED_TABLES,
    TABLES,
)

Row = dict[str, Any]
FORM_TABLES = ("filings", "fields", "amounts", "indicators", "repairs", "checks")
"""The tables whose rows belong to a form; ``files`` is by file, ``tidy`` is made of two of these."""
STORED = {name: TABLES[name] for name in FORM_TABLES} | KEPT
"""These, and what the store alone keeps of a form."""


def form_tables(document: Document, filings: Sequence[Filing]) -> dict[str, Any]:
    """The Arrow tables of ``STORED`` for the forms of one file, in published order.

    Raises ``ValueError`` where a value does not fit its column.
    """
    rows: dict[str, list[Row]] = {name: [] for name in STORED}
    for filing in sorted(filings, key=lambda filing: filing.ordinal):
        filing_id = f"{document.sha256[:16]}-{filing.ordinal}"
        rows["filings"].append(_filing_row(filing_id, document, filing))
        for name, items in _ordered(filing).items():
            rows[name] += [{"filing_id": filing_id} | _row(item) for item in items]
    return {name: table.to_arrow(rows[name]) for name, table in STORED.items()}


def _filing_row(filing_id: str, document: Document, filing: Filing) -> Row:
    return {
        "filing_id": filing_id,
        "source": document.source,
        "sha256": document.sha256,
        "format": document.format,
        "superseded_by": None,  # only the store knows of other uploads
    } | {name: getattr(filing, name) for name in TABLES["filings"].names if hasattr(filing, name)}


def _row(item: Any) -> Row:
    """The attributes of a row by name; ``asdict`` would copy the texts in them one by one."""
    return {name: getattr(item, name) for name in item.__slots__}


def _ordered(filing: Filing) -> dict[str, Sequence[Any]]:
    """The rows of a filing by table, ordered by row and then by period, as the contract lists the periods."""
    return {
        "fields": sorted(filing.fields, key=lambda field: field.row),
        "amounts": sorted(filing.amounts, key=lambda a: (a.row, AMOUNT_PERIODS.index(a.period))),
        "indicators": sorted(filing.indicators, key=lambda i: (i.row, INDICATOR_PERIODS.index(i.period))),
        "repairs": sorted(filing.repairs, key=lambda r: (r.row, REPAIRED_TABLES.index(r.table))),
        "checks": filing.checks,
        "origins": filing.origins,
        "alternatives": filing.alternatives,
    }
