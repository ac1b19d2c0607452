"""``datapackage.json``: the Frictionless description of what is published."""

import hashlib
from pathlib import Path
from typing import Any

from pipeline.csvfile import guarded
from pipeline.schema import LIST_SEPARATOR, TABLES, Column, Table

CSV_NOTE = (
    "UTF-8 with BOM; an empty cell is null; a text that a spreadsheet would run as a formula "
    "(it begins with = + - @, tab or CR) carries a leading ' that is not part of it; "
    f"lists are joined by '{LIST_SEPARATOR}'. Parquet holds exact values."
)


def describe(folder: Path, versions: dict[str, str]) -> dict[str, Any]:
    """The data package of the published files in ``folder``, whose hashes it carries.

    ``versions`` are set beside the standard's own properties.
    """
    resources = [
        resource for table in TABLES.values() for resource in (_csv(table, folder), _parquet(table, folder))
    ]
    return {
        "name": "jixiao",
        "title": "Chinese budget-performance forms as tidy tables (预算绩效表)",
        **versions,
        "resources": resources,
    }


def _csv(table: Table, folder: Path) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column, in_csv=True) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if "filing_id" in table.names and table.name != "filings":
        reference = {"resource": "filings.csv", "fields": ["filing_id"]}
        schema["foreignKeys"] = [{"fields": ["filing_id"], "reference": reference}]
    return {
        **_resource(table, folder / f"{table.name}.csv"),
        "type": "table",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": f"{table.description}. {CSV_NOTE}",
        "schema": schema,
    }


def _parquet(table: Table, folder: Path) -> dict[str, Any]:
    # Not "type": "table": Frictionless would read it by way of pandas, which makes arrays of lists, that it
    # then refuses, and floats of integers with nulls. So it checks size and hash; Parquet has its own types.
    return {
        **_resource(table, folder / f"{table.name}.parquet"),
        "type": "file",
        "mediatype": "application/vnd.apache.parquet",
        "description": f"{table.description}.",
        "schema": {"fields": [_field(column, in_csv=False) for column in table.columns]},
    }


def _resource(table: Table, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": path.name,
        "path": path.name,
        "title": f"{table.name} {table.title}",
        "format": path.suffix[1:],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }


def _field(column: Column, *, in_csv: bool) -> dict[str, Any]:
    """A column's descriptor; ``None`` is left out. In CSV lists are strings, enums guarded as the cells."""
    constraints = {
        "required": column.required or None,
        "enum": [guarded(value) if in_csv else value for value in column.enum] or None,
        "minimum": column.minimum,
        "maximum": column.maximum,
    }
    field: dict[str, Any] = {
        "name": column.name,
        "type": {"list": "string" if in_csv else "array"}.get(column.type, column.type),
        "title": column.title,
        "description": column.description,
        "unit": column.unit,
        "constraints": _given(constraints) or None,
    }
    if in_csv and column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    return _given(field)


def _given(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}
