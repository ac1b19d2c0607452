"""What is published of the store: each table in published order, with what looks across filings."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from normalize.mappings import load
from normalize.vocabulary import Vocabulary
from pipeline.schema import TABLES, TIDY_FROM_FILINGS
from pipeline.series import FILING_COLUMNS, INDICATOR_COLUMNS, links, names_of, scopes
from pipeline.store import Store
from pipeline.superseding import CHECK, MESSAGE, places
from pipeline.tables import FORM_TABLES

ROWS_AT_ONCE = 5_000
NAMES_AT_ONCE = 1_000  # of units and their projects, whose filings are linked together

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
_NAMED_TWICE = """
    CREATE OR REPLACE TEMP TABLE named AS
    SELECT filing_id, dense_rank() OVER (ORDER BY unit, project) - 1 AS name
    FROM given QUALIFY count(*) OVER (PARTITION BY unit, project) > 1
"""
_FILINGS_OF_NAMES = f"""
    SELECT {", ".join(FILING_COLUMNS)} FROM published_filings JOIN named USING (filing_id)
    WHERE name >= ? AND name < ? ORDER BY filing_id
"""
_INDICATORS_OF_NAMES = f"""
    SELECT {", ".join(f'i."{name}"' for name in INDICATOR_COLUMNS)}
    FROM named JOIN indicators i USING (filing_id) JOIN ranked USING (extraction)
    WHERE name >= ? AND name < ? ORDER BY filing_id, row
"""
_NAMES = pa.schema(dict.fromkeys(("filing_id", "unit", "project"), pa.string()))
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

    def batches(self, name: str, where: str = "true") -> Iterator[pa.RecordBatch]:
        """The rows of a table in published order, as Arrow record batches."""
        if not self._linked and "series_id" in TABLES[name].names:
            _link(self.store)
            self._linked = True
        if name == "tidy":
            yield from self._tidy(where)
            return
        columns = ", ".join(f'"{column}"' for column in TABLES[name].names)
        order = _ORDERS.get(name, "rank, place")
        query = f"SELECT {columns} FROM published_{name} WHERE {where} ORDER BY {order}"
        yield from self.store.stream(query, ROWS_AT_ONCE)

    def _tidy(self, where: str) -> Iterator[pa.RecordBatch]:
        """Indicators with the columns of their filings, superseded filings left out.

        They are put together here, in the order that indicators have: a query that joins them would have to
        sort rows of twice the width, for which a store of 30,000 filings has no memory.
        """
        columns = ", ".join(("filing_id", *TIDY_FROM_FILINGS))
        filings = self.store.arrow(f"SELECT {columns} FROM published_filings WHERE superseded_by IS NULL")
        keys, added = filings["filing_id"].combine_chunks(), filings.drop_columns("filing_id")
        for batch in self.batches("indicators", where):
            found = pc.index_in(batch["filing_id"], keys)
            rows = pa.table(batch).filter(found.is_valid())
            for column, values in zip(TIDY_FROM_FILINGS.values(), added.take(found.drop_null()), strict=True):
                rows = rows.append_column(column.name, values)
            yield from rows.combine_chunks().to_batches()

    def table(self, name: str) -> pa.Table:
        """All rows of a table in published order."""
        schema = TABLES[name].arrow
        return pa.Table.from_batches(list(self.batches(name)), _nullable(schema)).cast(schema)


def _link(store: Store) -> None:
    """Fill the table ``series`` with the links of all indicators over the years, some filings at a time."""
    names = pa.Table.from_batches(list(_names(store)), _NAMES)
    with store.table("given", names):
        store.execute(_NAMED_TWICE)
    ((count,),) = store.rows("SELECT coalesce(max(name) + 1, 0) FROM named")
    vocabulary = Vocabulary(load())
    for first in range(0, count, NAMES_AT_ONCE):
        filings = store.rows(_FILINGS_OF_NAMES, first, first + NAMES_AT_ONCE)
        indicators: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in store.rows(_INDICATORS_OF_NAMES, first, first + NAMES_AT_ONCE):
            indicators[row[0]].append(dict(zip(INDICATOR_COLUMNS, row, strict=True)))
        found = [
            link
            for scope in scopes(dict(zip(FILING_COLUMNS, row, strict=True)) for row in filings)
            for link in links(
                scope, [row for filing in scope for row in indicators[filing["filing_id"]]], vocabulary
            )
        ]
        with store.table("given", pa.Table.from_pylist([asdict(link) for link in found], schema=_SERIES)):
            store.execute("INSERT INTO series FROM given")


def _names(store: Store) -> Iterator[pa.RecordBatch]:
    """The names of unit and project of each filing that has both."""
    for batch in store.stream(f"SELECT {', '.join(FILING_COLUMNS)} FROM published_filings", ROWS_AT_ONCE):
        named = [(row["filing_id"], names) for row in batch.to_pylist() if (names := names_of(row))]
        columns = ([one for one, _ in named], *([names[k] for _, names in named] for k in (0, 1)))
        yield pa.record_batch(list(columns), schema=_NAMES)


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema(field.with_nullable(True) for field in schema)


def _view(store: Store, name: str, query: str) -> None:
    store.execute(f"CREATE OR REPLACE TEMP VIEW published_{name} AS {query}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
