"""The store → Parquet, CSV and ``datapackage.json`` in a folder: whole or not at all, the same each time."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__, csvfile, fingerprints, workbook
from pipeline.datapackage import describe
from pipeline.pool import Workers
from pipeline.published import Published
from pipeline.report import site as report
from pipeline.schema import SCHEMA_VERSION, TABLES
from pipeline.store import Store
from pipeline.swap import swap_in

PACKAGE = "datapackage.json"
REPORT = "report"
WORKBOOK = "filings.xlsx"
PARTS = "by_year"
"""The folder of the tables parted by fiscal year, for those who want it."""
_YEAR = "fiscal_year"
_NO_YEAR = "__HIVE_DEFAULT_PARTITION__"  # what Hive, and all that read its layout, call null
OURS = frozenset(
    {PACKAGE, REPORT, WORKBOOK, PARTS} | {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
)
"""Names in the output folder that a run replaces; all others are left alone."""
_ROW_GROUP = 25_000  # of which the memory of a run hangs: rows of `tidy` take about a KiB
_WORKBOOK_ROWS = 200_000  # rows of all tables from which a workbook takes minutes to write


def publish(
    store: Store,
    out: Path,
    mappings_fingerprint: str,
    workers: Workers,
    *,
    always: bool = False,
    partition: bool = False,
) -> bool:
    """Publish the whole ``store`` in the folder ``out``; False where that holds it already. ``workers`` make
    the pages of the report; ``partition`` adds the tables parted by fiscal year.

    The tables are written beside ``out`` and swapped in together, so that a reader never sees half a run and
    a failure leaves the old output whole. What would be the same bytes is left as it stands; ``always`` makes
    sure of that by writing them. Raises ``OSError`` where the folder cannot be written.
    """
    out = out.resolve()
    versions = {
        "schema_version": SCHEMA_VERSION,
        "code_version": __version__,
        "mappings_fingerprint": mappings_fingerprint,
    }
    state = fingerprints.of_publishing(store.generation, mappings_fingerprint, str(out), partition)
    if not always and store.get("published") == f"{state} {_standing(out)}":
        return False
    with _beside(out) as new:
        published = Published(store)
        write(published, new, versions, partition=partition)
        _write_workbook(published, new)
        report.write(new / REPORT, published, out / REPORT, workers)
        same = _digest(new) == _standing(out)
        if not same:
            swap_in(new, out, OURS)
            _keep(new, store)
    store.put("published", f"{state} {_standing(out)}")
    return not same


def write(published: Published, folder: Path, versions: dict[str, str], *, partition: bool = False) -> None:
    """Write all tables and their description into ``folder``; with ``partition`` by fiscal year, too."""
    for name in TABLES:
        _write_table(published, name, folder, versions)
    parts = {"partitions": f"{PARTS}/*/{_YEAR}=*/*.parquet"} if partition else {}
    if partition:
        _write_parts(published, folder / PARTS, versions)
    package = json.dumps(describe(folder, versions | parts), ensure_ascii=False, indent=1)
    (folder / PACKAGE).write_text(package + "\n", encoding="utf-8")


def _write_workbook(published: Published, folder: Path) -> None:
    """Write the workbook, unless there is more than people open in Excel."""
    if sum(pq.read_metadata(folder / f"{name}.parquet").num_rows for name in TABLES) <= _WORKBOOK_ROWS:
        workbook.write({name: published.table(name) for name in TABLES}, folder / WORKBOOK)


def _write_table(published: Published, name: str, folder: Path, versions: dict[str, str]) -> None:
    schema = TABLES[name].arrow.with_metadata(versions)
    with (
        csvfile.Writer(folder / f"{name}.csv", schema.names) as text,
        _parquet(folder / f"{name}.parquet", schema) as parquet,
    ):
        for group in _grouped(published.batches(name), _ROW_GROUP):
            parquet.write_table(group.cast(schema), row_group_size=_ROW_GROUP)
            text.write(group)


def _write_parts(published: Published, folder: Path, versions: dict[str, str]) -> None:
    """Write each table that rows of forms are in as ``T/fiscal_year=2024/T.parquet``, in the same order; the
    year stands in the path alone, as readers of this layout expect."""
    years = published.store.rows(f"SELECT DISTINCT {_YEAR} FROM published_filings ORDER BY ALL")
    for name, table in TABLES.items():
        if "filing_id" not in table.names:
            continue
        schema = pa.schema([one for one in table.arrow if one.name != _YEAR], versions)
        for (year,) in years:
            of_year = f"{_YEAR} {'IS NULL' if year is None else f'= {year}'}"
            where = f"filing_id IN (SELECT filing_id FROM published_filings WHERE {of_year})"
            part = folder / name / f"{_YEAR}={_NO_YEAR if year is None else year}"
            part.mkdir(parents=True)
            with _parquet(part / f"{name}.parquet", schema) as parquet:
                for group in _grouped(published.batches(name, where), _ROW_GROUP):
                    parquet.write_table(group.select(schema.names).cast(schema), row_group_size=_ROW_GROUP)


def _parquet(path: Path, schema: Any) -> Any:
    """A writer of a Parquet file. Settings are spelt out so that another version's defaults do not change the
    bytes."""
    return pq.ParquetWriter(
        path,
        schema,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
    )


def _grouped(batches: Iterable[Any], rows: int) -> Iterator[Any]:
    """The rows of ``batches`` as Arrow tables of ``rows`` rows, the last one of what is left."""
    held: list[Any] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= rows:
            table = pa.Table.from_batches(held)
            yield table.slice(0, rows)
            held = table.slice(rows).to_batches()
            count -= rows
    if count:
        yield pa.Table.from_batches(held)


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A new folder on the file system of ``out``; what is left of it goes, also what a killed run left."""
    new = out.with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _keep(old: Path, store: Store) -> None:
    """Keep what stood in the output folder before, until the next run: whoever has it open reads on."""
    if store.path and old.exists():
        previous = store.path.with_name("previous")
        shutil.rmtree(previous, ignore_errors=True)
        with suppress(OSError):  # the store is on another file system
            old.rename(previous)


def _standing(out: Path) -> str | None:
    """The digest of the package that ``out`` holds; None where a file of it is missing or of another size."""
    try:
        package = json.loads((out / PACKAGE).read_bytes())
        sizes = {one["path"]: one["bytes"] for one in package["resources"]}
        if all((out / path).stat().st_size == size for path, size in sizes.items()):
            return _digest(out)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # never published, or not by us
    return None


def _digest(folder: Path) -> str:
    """Of what describes the files of a published folder, and of the index of its report."""
    described = (folder / PACKAGE, folder / REPORT / "index.html")
    return hashlib.sha256(b"".join(path.read_bytes() for path in described)).hexdigest()
