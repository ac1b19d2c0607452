"""The file of a store: a DuckDB database that one process has open, with texts by key and transactions."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

FILE = "store.duckdb"
# Small: memory and cores are for the workers, and sorting spills to disk (each thread needs memory of its own
# for that). No extension is ever fetched.
_CONFIG = {
    "threads": 1,
    "memory_limit": "96MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# Nobody has room for what a store in memory would spill: it would land in the current folder.
_IN_MEMORY = _CONFIG | {"memory_limit": "80%", "temp_directory": ""}


class StoreError(Exception):
    """The store cannot be used; one line says why and what to do."""


class StoreBusy(StoreError):
    """Another process has the store open."""


@contextmanager
def connected(folder: Path | None) -> Iterator[tuple[Any, Path | None]]:
    """A connection to the database in ``folder``, made if it is not there, with its path; with None one in
    memory.

    Raises ``StoreError``, also for what goes wrong with it later, ``StoreBusy`` and ``OSError``.
    """
    path = folder / FILE if folder else None
    if folder:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it names people, whatever is published
    try:
        connection = duckdb.connect(path or ":memory:", config=_CONFIG if path else _IN_MEMORY)  # type: ignore[arg-type]
    except duckdb.Error as error:
        raise _unusable(path, error) from error
    try:
        yield connection, path
    except (duckdb.IOException, duckdb.InternalException, duckdb.SerializationException) as error:
        raise _unusable(path, error) from error
    finally:
        connection.close()


def _unusable(path: Path | None, error: duckdb.Error) -> StoreError:
    reason = str(error).partition("\n")[0]
    if "Could not set lock" in reason:
        return StoreBusy(
            f"{path}: another run has the store open; wait for it to end, or use another --store"
        )
    return StoreError(
        f"{path}: the store cannot be read or written ({reason}); see that there is space on the disk; if it "
        "is damaged, move it away, and the next run makes a new one"
    )


class Database:
    """An open database; ``path`` is None where it is in memory. Its table ``meta`` keeps texts by key."""

    def __init__(self, connection: Any, path: Path | None) -> None:
        self._db, self.path = connection, path

    def rows(self, query: str, *given: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        found: list[tuple[Any, ...]] = self._db.execute(query, list(given)).fetchall()
        return found

    def stream(self, query: str, rows: int) -> Iterator[Any]:
        """The rows of a query as Arrow record batches of about ``rows``."""
        yield from self._db.sql(query).to_arrow_reader(rows)

    def arrow(self, query: str) -> Any:
        """The rows of a query as an Arrow table."""
        return self._db.sql(query).to_arrow_table()

    def execute(self, statement: str, *given: object) -> None:
        """Run a statement that makes something temporary."""
        self.rows(statement, *given)

    def get(self, key: str) -> str | None:
        found = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    def put(self, key: str, value: str) -> None:
        with self._transaction():
            self._set(key, value)

    def _set(self, key: str, value: str) -> None:
        self._db.execute("DELETE FROM meta WHERE key = ?", [key])
        self._db.execute("INSERT INTO meta VALUES (?, ?)", [key, value])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _change(self) -> Iterator[None]:
        """A transaction that changes what is published."""
        with self._transaction():
            yield
            self._set("generation", str(self.generation + 1))

    @property
    def generation(self) -> int:
        """How often what is published may have changed."""
        return int(self.get("generation") or 0)

    @contextmanager
    def table(self, name: str, table: Any) -> Iterator[None]:
        """The Arrow ``table`` as a table ``name`` of queries."""
        self._db.register(name, table)
        try:
            yield
        finally:
            self._db.unregister(name)

    def given(self, column: str, texts: Sequence[str]) -> AbstractContextManager[None]:
        """Some texts as the table ``given`` of queries, with one column."""
        return self.table("given", pa.table({column: pa.array(texts, pa.string())}))
