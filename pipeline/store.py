"""The store: everything that was ever taken in, in one DuckDB file that one process writes at a time.

``sources`` says which names had which bytes, ``contents`` what became of the bytes, ``documents`` what a
reader saw in them. The rows of the published tables belong to an *extraction*, one pass over some bytes: a
new one is written beside the old one and named in ``contents``, all in one transaction, so that a kill at
any moment leaves whole files or none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.database import Database, StoreError, connected
from pipeline.inputs import Entry
from pipeline.schema import Table
from pipeline.tables import STORED
from pipeline.work import Looked, Taken

VERSION = "3"
"""Of the tables below. A store of another version is not opened."""
_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
}
_SCHEMA = """
CREATE SEQUENCE extractions;
CREATE TABLE meta (key VARCHAR, value VARCHAR);
CREATE TABLE runs (run BIGINT, started TIMESTAMP, ended TIMESTAMP, facts VARCHAR);
CREATE TABLE sources (source VARCHAR, file VARCHAR, member BIGINT, stamp VARCHAR, bytes BIGINT,
    sha256 VARCHAR, status VARCHAR, error VARCHAR, reading VARCHAR, arrived BIGINT, current BOOLEAN);
CREATE TABLE contents (sha256 VARCHAR, extraction BIGINT, status VARCHAR, error VARCHAR, format VARCHAR,
    forms BIGINT, reading VARCHAR, meaning VARCHAR, personal VARCHAR, run BIGINT);
CREATE TABLE documents (sha256 VARCHAR, document BLOB);
"""
_TEXT, _NUMBER = pa.string(), pa.int64()
_LOOKED = pa.schema(
    {"source": _TEXT, "file": _TEXT, "member": _NUMBER, "stamp": _TEXT, "bytes": _NUMBER}
    | dict.fromkeys(("sha256", "status", "error"), _TEXT)
)
_CONTENTS = pa.schema(
    {"sha256": _TEXT, "extraction": _NUMBER, "status": _TEXT, "error": _TEXT, "format": _TEXT}
    | {"forms": _NUMBER, "reading": _TEXT, "meaning": _TEXT, "personal": _TEXT, "run": _NUMBER}
)
_OF_CONTENTS = ("sha256", "status", "error", "format", "forms", "personal")
_PEOPLE = pa.schema({"sha256": _TEXT, "decided": _TEXT})
_DOCUMENTS = pa.schema({"sha256": _TEXT, "document": pa.binary()})


@dataclass(frozen=True, slots=True)
class Key:
    """By what rows were made: the fingerprints of what reads a file, and of what makes rows of it.

    ``decided`` are the fingerprints of what people decided about files, by their SHA-256.
    """

    reading: str
    meaning: str
    decided: Mapping[str, str] = field(default_factory=dict)

    def meaning_of(self, sha256: str) -> str:
        """By what rows are made of some bytes."""
        return self.meaning + self.decided.get(sha256, "")


@dataclass(frozen=True, slots=True)
class Due:
    """Bytes that want work: reading, where ``file`` has them, else normalizing what is stored."""

    sha256: str
    source: str
    file: str | None
    member: int | None
    bytes: int


def place_of(out: Path) -> Path:
    """The store's folder beside the output folder ``out``."""
    out = out.resolve()
    return out.with_name(f"{out.name}.store")


@contextmanager
def opened(folder: Path | None) -> Iterator["Store"]:
    """The store in ``folder``, made if it is not there; with None one in memory, which ends with this.

    Raises ``StoreError``, also for what goes wrong with it later, ``StoreBusy`` and ``OSError``.
    """
    with connected(folder) as (connection, path):
        yield Store(connection, path)


class Store(Database):
    """An open store. Methods that change it do so in one transaction each."""

    def __init__(self, connection: Any, path: Path | None) -> None:
        super().__init__(connection, path)
        if not self.rows("SELECT 1 FROM duckdb_tables() LIMIT 1"):
            with self._transaction():
                self._db.execute(_SCHEMA)
                for name, table in STORED.items():
                    self._db.execute(f"CREATE TABLE {name} ({_columns(table)})")
                self._set("application", "jixiao")
                self._set("version", VERSION)
                self._set("generation", "0")
        tables = {name for (name,) in self.rows("SELECT table_name FROM duckdb_tables()")}
        if "meta" not in tables or self.get("application") != "jixiao":
            raise StoreError(
                f"{path}: this is a database of another program; choose another place by --store"
            )
        if self.get("version") != VERSION:
            raise StoreError(
                f"{path}: the store is of version {self.get('version')}, this Jixiao has {VERSION}; use the "
                "Jixiao that made it, or move the store away, and the next run makes a new one"
            )

    # --- runs

    def begin_run(self) -> int:
        """The number of a new run."""
        with self._transaction():
            ((run,),) = self.rows("SELECT coalesce(max(run), 0) + 1 FROM runs")
            self._db.execute("INSERT INTO runs VALUES (?, current_timestamp::TIMESTAMP, NULL, NULL)", [run])
        return int(run)

    def end_run(self, run: int, facts: Mapping[str, Any]) -> None:
        """Note what varies from run to run."""
        with self._transaction():
            self._db.execute(
                "UPDATE runs SET ended = current_timestamp::TIMESTAMP, facts = ? WHERE run = ?",
                [json.dumps(facts), run],
            )

    def facts_before(self, run: int) -> dict[str, Any]:
        """What was noted of the last run before ``run`` that came to its end; nothing if there is none."""
        found = self.rows("SELECT facts FROM runs WHERE run < ? AND facts IS NOT NULL ORDER BY run DESC", run)
        facts: dict[str, Any] = json.loads(found[0][0]) if found else {}
        return facts

    # --- sources

    def has_names_of_folder(self) -> bool:
        """Whether any file that the folder holds now is known, or none is as yet."""
        return not self.rows("FROM sources LIMIT 1") or bool(
            self.rows("SELECT 1 FROM sources JOIN walked USING (file) LIMIT 1")
        )

    def to_look_at(self, entries: Sequence[Entry], key: Key, *, retry: bool, rehash: bool) -> list[str]:
        """The files of ``entries``, which are those of the folder now, that are new or may have changed.

        What was said of a file that is not there any more and whose bytes nobody ever saw is forgotten.
        """
        walked = pa.table(
            {"file": [entry.file for entry in entries], "stamp": [entry.stamp for entry in entries]},
            schema=pa.schema([("file", pa.string()), ("stamp", pa.string())]),
        )
        with self.table("given", walked):
            self.execute("CREATE OR REPLACE TEMP TABLE walked AS FROM given")
        gone = "sha256 IS NULL AND file NOT IN (SELECT file FROM walked)"
        if self.rows(f"SELECT 1 FROM sources WHERE {gone} LIMIT 1"):
            with self._change():
                self._db.execute(f"DELETE FROM sources WHERE {gone}")
        known = """
            SELECT file FROM sources JOIN walked USING (file, stamp)
            WHERE current AND NOT $rehash AND (status IS NULL OR (reading = $reading AND NOT $retry))
        """
        query = f"SELECT file FROM walked WHERE file NOT IN ({known}) ORDER BY file"
        given = {"rehash": rehash, "retry": retry, "reading": key.reading}
        return [file for (file,) in self._db.execute(query, given).fetchall()]

    def record(self, looked: Sequence[Looked], stamps: Mapping[str, str | None], run: int, key: Key) -> None:
        """Note which bytes the sources of some files have, all of which came with ``run``.

        A source whose bytes are others than before keeps a row for those too, that is not ``current``.
        """
        names = [name for name in _LOOKED.names if name != "stamp"]
        columns = {name: [getattr(one, name) for one in looked] for name in names}
        columns["stamp"] = [stamps[one.file] if one.sha256 else None for one in looked]
        with self._change(), self.table("given", pa.table(columns, schema=_LOOKED)):
            # What could not be read, or is read no more, was never taken in.
            self._db.execute(
                "DELETE FROM sources WHERE status IS NOT NULL AND file IN (SELECT file FROM given)"
            )
            self._db.execute(
                """
                UPDATE sources SET file = given.file, stamp = given.stamp, member = given.member,
                    current = true, arrived = if(sources.current, sources.arrived, ?)
                FROM given WHERE sources.source = given.source AND sources.sha256 = given.sha256
                """,
                [run],
            )
            ((replaced,),) = self.rows(
                """
                UPDATE sources SET current = false FROM given WHERE current
                AND sources.source = given.source AND sources.sha256 IS DISTINCT FROM given.sha256
                """
            )
            if replaced:
                self._set("replaced", "yes")
            self._db.execute(
                """
                INSERT INTO sources
                SELECT source, file, member, stamp, bytes, sha256, status, error, ?, ?, true
                FROM given ANTI JOIN sources USING (source, sha256)
                """,
                [key.reading, run],
            )

    # --- contents

    def due(self, key: Key, *, retry: bool) -> list[Due]:
        """The bytes that want work, the largest first.

        They are read where they are new, the readers are others, or they failed and ``retry`` is set, if a
        file of the folder has them; else normalized from the stored document, if ``meaning`` is another. What
        could not be read is then tried again.
        """
        query = """
            WITH known AS (
                SELECT sha256, any_value(bytes) AS bytes, min(source) AS name
                FROM sources WHERE sha256 IS NOT NULL AND status IS NULL GROUP BY sha256
            ), here AS (
                SELECT sha256, min(struct_pack(source, file, member)) AS first
                FROM sources JOIN walked USING (file, stamp) WHERE current AND status IS NULL GROUP BY sha256
            ), wanted AS (
                SELECT known.*, first,
                    c.sha256 IS NULL OR c.reading <> $reading OR ($retry AND c.status = 'failed')
                        OR (c.meaning <> $meaning || coalesce(p.decided, '') AND d.sha256 IS NULL) AS unread,
                    c.meaning <> $meaning || coalesce(p.decided, '') AND d.sha256 IS NOT NULL AS unnormalized
                FROM known LEFT JOIN contents c USING (sha256) LEFT JOIN here USING (sha256)
                    LEFT JOIN (SELECT sha256 FROM documents) d USING (sha256)
                    LEFT JOIN people p USING (sha256)
            )
            SELECT sha256, coalesce(first.source, name), if(unread, first.file, NULL),
                if(unread, first.member, NULL), bytes
            FROM wanted WHERE (unread AND first IS NOT NULL) OR unnormalized
            ORDER BY bytes DESC, sha256
        """
        given = {"reading": key.reading, "meaning": key.meaning, "retry": retry}
        people = pa.table(
            {"sha256": list(key.decided), "decided": list(key.decided.values())}, schema=_PEOPLE
        )
        with self.table("people", people):
            return [Due(*row) for row in self._db.execute(query, given).fetchall()]

    def outdated(self, key: Key) -> int:
        """How many files have rows that were made with another ``meaning``: they could not be had to be read
        anew."""
        ((count,),) = self.rows(
            "SELECT count(DISTINCT sha256) FROM contents JOIN sources USING (sha256) "
            "WHERE NOT starts_with(meaning, ?)",
            key.meaning,
        )
        return int(count)

    def document(self, sha256: str) -> bytes:
        """The stored document of some bytes."""
        ((document,),) = self.rows("SELECT document FROM documents WHERE sha256 = ?", sha256)
        return bytes(document)

    def forms(self, filing_ids: Sequence[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """The rows of some forms by table, as normalized."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {
            filing_id: {name: [] for name in STORED} for filing_id in filing_ids
        }
        with self.given("filing_id", filing_ids):
            for name, table in STORED.items():
                columns = ", ".join(f't."{column}"' for column in table.names)
                rows = self.rows(
                    f"SELECT {columns} FROM {name} t SEMI JOIN given USING (filing_id) "
                    "SEMI JOIN contents USING (extraction) ORDER BY filing_id, place"
                )
                for values in rows:
                    row = dict(zip(table.names, values, strict=True))
                    found[row["filing_id"]][name].append(row)
        return found

    def take_in(self, results: Sequence[tuple[Taken, bool]], run: int, key: Key) -> None:
        """Store what ``run`` made of some bytes, in the place of what was stored of them before.

        With each result comes whether it was read anew; one that was normalized from its stored document
        keeps the fingerprint of the reading that made it.
        """
        with self._change():
            old = self._known([taken.sha256 for taken, _ in results])
            results = [
                (taken, read) for taken, read in results if not (taken.passing and taken.sha256 in old)
            ]
            numbers = self.rows("SELECT nextval('extractions') FROM range(?)", len(results))
            numbered = [(number, *result) for (number,), result in zip(numbers, results, strict=True)]
            self._forget("contents", [taken.sha256 for taken, _ in results if taken.sha256 in old])
            contents = [
                {"extraction": number, "reading": _reading(taken, key) if read else old[taken.sha256]}
                | {"meaning": key.meaning_of(taken.sha256), "run": run}
                | {name: getattr(taken, name) for name in _OF_CONTENTS}
                for number, taken, read in numbered
            ]
            self._insert("contents", pa.Table.from_pylist(contents, schema=_CONTENTS))
            documents = [
                {"sha256": taken.sha256, "document": taken.document}
                for _, taken, read in numbered
                if read and taken.document
            ]
            self._forget("documents", [row["sha256"] for row in documents if row["sha256"] in old])
            self._insert("documents", pa.Table.from_pylist(documents, schema=_DOCUMENTS))
            for name in STORED:
                parts = [_numbered(taken.tables[name], n) for n, taken, _ in numbered if taken.tables]
                if parts:
                    self._insert(name, pa.concat_tables(parts))
            if old:
                self._set("replaced", "yes")

    def _known(self, hashes: Sequence[str]) -> dict[str, str]:
        """The reading of those of some bytes that are stored."""
        with self.given("sha256", hashes):
            return dict(self.rows("SELECT sha256, reading FROM contents JOIN given USING (sha256)"))

    def _forget(self, name: str, hashes: Iterable[str]) -> None:
        if given := list(hashes):
            with self.given("sha256", given):
                self._db.execute(f"DELETE FROM {name} WHERE sha256 IN (SELECT sha256 FROM given)")

    def _insert(self, name: str, table: Any) -> None:
        if table.num_rows:
            with self.table("given", table):
                self._db.execute(f"INSERT INTO {name} FROM given")

    def forget(self, names: Sequence[str]) -> int:
        """Take out all that came by some sources, or from below a folder ``name/``, and by no other source;
        how many sources there were."""
        named = """
            EXISTS (FROM given WHERE sources.source = name
                OR (name LIKE '%/' AND starts_with(sources.source, name)))
        """
        with self._change(), self.given("name", names):
            ((count,),) = self.rows(f"SELECT count(DISTINCT source) FROM sources WHERE {named}")
            self._db.execute(f"DELETE FROM sources WHERE {named}")
            self._set("replaced", "yes")
        self.clear()
        return int(count)

    def clear(self) -> None:
        """Delete rows that nothing names any more: of earlier extractions, of forgotten sources, of bytes
        that a file had before and that held no form."""
        if self.get("replaced") != "yes":
            return
        with self._transaction():
            self._db.execute(
                "DELETE FROM sources WHERE NOT current AND sha256 IN "
                "(SELECT sha256 FROM contents WHERE forms = 0)"
            )
            for name in ("contents", "documents"):
                self._db.execute(
                    f"DELETE FROM {name} WHERE sha256 NOT IN "
                    "(SELECT sha256 FROM sources WHERE sha256 IS NOT NULL)"
                )
            for name in STORED:
                self._db.execute(
                    f"DELETE FROM {name} WHERE extraction NOT IN (SELECT extraction FROM contents)"
                )
            self._set("replaced", "no")


def _reading(taken: Taken, key: Key) -> str:
    """By what bytes were read; by nothing where it is to be tried again."""
    return "" if taken.passing else key.reading


def _columns(table: Table) -> str:
    """The columns of a published table in the store: before them the extraction, and the place in it."""
    columns = [f'"{column.name}" {_TYPES[column.type]}' for column in table.columns]
    return ", ".join(["extraction BIGINT", "place BIGINT", *columns])


def _numbered(table: Any, extraction: int) -> Any:
    """An Arrow table of one extraction as it is stored."""
    places = pa.array(range(table.num_rows), pa.int64())
    of_all = pa.repeat(pa.scalar(extraction, pa.int64()), table.num_rows)
    return table.add_column(0, "place", places).add_column(0, "extraction", of_all)
