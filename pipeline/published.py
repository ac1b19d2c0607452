"""What is published of the store: each table in published order, with what looks across filings."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

import pyarrow as pa

from normalize.mappings import load
from normalize.vocabulary import Vocabulary
from pipeline.schema import TABLES, TIDY_FROM_FILINGS
from pipeline.series import FILING_COLUMNS, INDICATOR_COLUMNS, links, scopes
from pipeline.store import Store
from pipeline.superseding import CHECK, MESSAGE, places
from pipeline.tables import FORM_TABLES

ROWS_AT_ONCE = 10_000
SCOPES_AT_ONCE = 500

# Of several names of the same bytes the first that came; one that has them no more comes after those that do.
_FIRST_SOURCES = """
    CREATE OR REPLACE TEMP TABLE first_sources AS
    SELECT sha256, arg_min(source, (NOT current, arrived, source)) AS source,
        arg_min(arrived, (NOT current, arrived, source)) AS arrived
    FROM sources WHERE sha256 IS NOT NULL AND status IS NULL GROUP BY sha256
"""
_RANKED = """
    CREATE OR REPLACE TEMP TABLE ranked AS
    SELECT extraction, source, row_number() OVER (ORDER BY sha256) AS rank
    FROM contents JOIN first_sources USING (sha256) WHERE forms > 0
"""
_FILINGS = """
    SELECT f.* REPLACE (r.source AS source, p.superseded_by AS superseded_by,
        f.needs_review OR coalesce(p.undecided, false) AS needs_review), rank
    FROM filings f JOIN ranked r USING (extraction) LEFT JOIN places p USING (filing_id)
"""
_INDICATORS = """
    SELECT i.* REPLACE (s.series_id AS series_id, s.series_score AS series_score), rank
    FROM indicators i JOIN ranked USING (extraction) LEFT JOIN series s USING (filing_id, row)
"""
_OF_SCOPES = f"""
    SELECT scope, {", ".join(f'i."{name}"' for name in INDICATOR_COLUMNS)}
    FROM scoped JOIN indicators i USING (filing_id) JOIN ranked USING (extraction)
    WHERE scope >= ? AND scope < ? ORDER BY scope, i.filing_id, i.row
"""
# What is found across filings comes after what was found in the form.
_CHECKS = """
    SELECT c.*, rank FROM checks c JOIN ranked USING (extraction)
    UNION ALL BY NAME
    SELECT extraction, NULL AS place, filing_id, $check AS "check", 'fail' AS status, NULL AS expected,
        NULL AS actual, $message AS message, rank
    FROM published_filings JOIN places USING (filing_id) WHERE undecided
"""
_FILES = """
    SELECT s.source, s.sha256, s.bytes, c.format,
        coalesce(s.status, if(u.sha256 IS NOT NULL AND c.status = 'ok', 'needs_review', c.status)) AS status,
        coalesce(s.error, c.error) AS error, coalesce(c.forms, 0) AS forms
    FROM sources s LEFT JOIN contents c ON s.sha256 = c.sha256 AND s.status IS NULL
        LEFT JOIN (SELECT DISTINCT sha256 FROM filings JOIN places USING (filing_id) WHERE undecided) u
            ON u.sha256 = s.sha256
    WHERE s.current
"""


_SERIES = pa.schema(
    {"filing_id": pa.string(), "row": pa.int64(), "series_id": pa.string(), "series_score": pa.float64()}
)
_ORDERS = {
    "files": "source",
    "checks": "rank, split_part(filing_id, '-', 2)::BIGINT, place NULLS LAST",
}


class Published:
    """The tables of a store as they are published. Nothing may be taken in while they are used."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.execute(_FIRST_SOURCES)
        store.execute(_RANKED)
        columns = {"filing_id": pa.string(), "superseded_by": pa.string(), "undecided": pa.bool_()}
        found = places(store)
        table = pa.table(
            {name: [getattr(place, name) for place in found] for name in columns}, schema=pa.schema(columns)
        )
        with store.table("given", table):
            store.execute("CREATE OR REPLACE TEMP TABLE places AS FROM given")
        _view(store, "filings", _FILINGS)
        for name in FORM_TABLES[1:]:
            _view(store, name, f"SELECT t.*, rank FROM {name} t JOIN ranked USING (extraction)")
        self._linked = False
        with store.table("given", _SERIES.empty_table()):
            store.execute("CREATE OR REPLACE TEMP TABLE series AS FROM given")
        _view(store, "indicators", _INDICATORS)
        _view(
            store, "checks", _CHECKS.replace("$check", _quoted(CHECK)).replace("$message", _quoted(MESSAGE))
        )
        _view(store, "files", _FILES)
        _view(store, "tidy", _tidy())

    def batches(self, name: str, where: str = "true") -> Iterator[pa.RecordBatch]:
        """The rows of a table in published order, as Arrow record batches."""
        if not self._linked and "series_id" in TABLES[name].names:
            _link(self.store)
            self._linked = True
        columns = ", ".join(f'"{column}"' for column in TABLES[name].names)
        order = _ORDERS.get(name, "rank, place")
        query = f"SELECT {columns} FROM published_{name} WHERE {where} ORDER BY {order}"
        yield from self.store.stream(query, ROWS_AT_ONCE)

    def table(self, name: str) -> pa.Table:
        """All rows of a table in published order."""
        schema = TABLES[name].arrow
        return pa.Table.from_batches(list(self.batches(name)), _nullable(schema)).cast(schema)


def _link(store: Store) -> None:
    """Fill the table ``series`` with the links of all indicators over the years, some scopes at a time."""
    filings = store.rows(f"SELECT {', '.join(FILING_COLUMNS)} FROM published_filings ORDER BY filing_id")
    of_years = list(scopes(dict(zip(FILING_COLUMNS, row, strict=True)) for row in filings))
    scoped = [(one["filing_id"], scope) for scope, some in enumerate(of_years) for one in some]
    table = pa.table(
        {"filing_id": [one for one, _ in scoped], "scope": [scope for _, scope in scoped]},
        schema=pa.schema({"filing_id": pa.string(), "scope": pa.int64()}),
    )
    vocabulary = Vocabulary(load())
    with store.table("scoped", table):
        for first in range(0, len(of_years), SCOPES_AT_ONCE):
            rows = store.rows(_OF_SCOPES, first, first + SCOPES_AT_ONCE)
            found = [
                link
                for scope, some in groupby(rows, key=lambda row: row[0])
                for link in links(
                    of_years[scope],
                    [dict(zip(INDICATOR_COLUMNS, row[1:], strict=True)) for row in some],
                    vocabulary,
                )
            ]
            with store.table("given", pa.Table.from_pylist([asdict(link) for link in found], schema=_SERIES)):
                store.execute("INSERT INTO series FROM given")


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema(field.with_nullable(True) for field in schema)


def _view(store: Store, name: str, query: str) -> None:
    store.execute(f"CREATE OR REPLACE TEMP VIEW published_{name} AS {query}")


def _tidy() -> str:
    """Indicators with the columns of their filings, superseded filings left out."""
    added = ", ".join(f'f."{name}" AS "{column.name}"' for name, column in TIDY_FROM_FILINGS.items())
    return f"""
        SELECT i.*, {added} FROM published_indicators i JOIN published_filings f USING (extraction, filing_id)
        WHERE f.superseded_by IS NULL
    """


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
