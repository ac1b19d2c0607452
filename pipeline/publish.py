"""Tables → Parquet, CSV and ``datapackage.json`` in a folder: whole or not at all, the same each time."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline import __version__, csvfile
from pipeline.datapackage import describe
from pipeline.schema import SCHEMA_VERSION, TABLES
from pipeline.swap import swap_in

OURS = frozenset({"datapackage.json"} | {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")})
"""Names in the output folder that a run replaces; all others are left alone."""


def publish(tables: Mapping[str, Any], out: Path, mappings_fingerprint: str) -> None:
    """Write ``tables`` (Arrow, by name, all of ``schema.TABLES``) into the folder ``out``.

    They are written beside ``out`` and swapped in, so that a reader never sees half a run and a failure
    leaves the old output whole. Raises ``OSError`` where the folder cannot be written.
    """
    versions = {
        "schema_version": SCHEMA_VERSION,
        "code_version": __version__,
        "mappings_fingerprint": mappings_fingerprint,
    }
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        new = beside / "new"  # with the permissions of any new folder: mkdtemp makes a private one
        new.mkdir()
        for name, table in TABLES.items():
            _write_parquet(tables[name].cast(table.arrow), new / f"{name}.parquet", versions)
            csvfile.write(tables[name], new / f"{name}.csv")
        package = json.dumps(describe(new, versions), ensure_ascii=False, indent=1)
        (new / "datapackage.json").write_text(package + "\n", encoding="utf-8")
        swap_in(new, out, OURS)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_parquet(table: Any, path: Path, versions: dict[str, str]) -> None:
    # Settings are spelt out so that another version's defaults do not change the bytes.
    pq.write_table(
        table.replace_schema_metadata(versions),
        path,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        row_group_size=100_000,
    )
