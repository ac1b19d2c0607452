"""What is published can be read back, is the same each time, and is swapped in whole."""

import csv
import json
import os
import stat
from pathlib import Path

import duckdb
import frictionless
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import csvfile, swap
from pipeline import publish as publishing
from pipeline import published as published_tables
from pipeline.pool import Here
from pipeline.publish import publish
from pipeline.schema import TABLES, TIDY_FROM_FILINGS
from pipeline.store import opened
from tests.pipeline.examples import SHA256, all_tables, filing, indicator, published, store_file, tables


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The published files; the report and the workbook have tests of their own."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_published_twice_with_a_description(tmp_path: Path) -> None:
    out = published(tmp_path / "out")
    expected = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    assert set(bytes_of(out)) == expected | {"datapackage.json", "filings.xlsx"}
    assert (out / "report" / "index.html").is_file()


def test_parquet_holds_the_exact_values(tmp_path: Path) -> None:
    out = published(tmp_path / "out")
    for name, table in tables(filing()).items():
        assert pq.read_table(out / f"{name}.parquet").to_pylist() == table.to_pylist()


def test_parquet_and_package_say_by_what_they_were_made(tmp_path: Path) -> None:
    out = published(tmp_path / "out")
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    metadata = pq.read_schema(out / "tidy.parquet").metadata
    assert package["schema_version"] == "1"
    for key in ("schema_version", "code_version", "mappings_fingerprint"):
        assert metadata[key.encode()].decode() == package[key]


def test_csv_opens_in_excel_and_runs_nothing(tmp_path: Path) -> None:
    out = published(tmp_path / "out")
    assert (out / "tidy.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    year, half, words = csv_rows(out / "tidy.csv")
    assert (year["target"], year["comparator"], year["value"]) == ("'=80%", "'=", "80")
    assert (half["target"], half["comparator"]) == ("≥50人", "≥")
    assert (words["subprojects"], words["value"], words["needs_review"]) == ("信息化; -运维", "", "true")
    assert csv_rows(out / "fields.csv")[1]["value"] == "'=1+1\n第二行"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_run_as_a_formula_is_guarded(start: str) -> None:
    assert csvfile.cell(f"{start}1") == f"'{start}1"
    assert csvfile.cell([f"{start}1", "x"]) == f"'{start}1; x"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_csv_is_exact(number: float) -> None:
    assert float(csvfile.cell(number)) == number


def test_numbers_in_csv_are_short() -> None:
    assert [csvfile.cell(value) for value in (80.0, -0.5, 0.1, 7)] == ["80", "-0.5", "0.1", "7"]


def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    assert bytes_of(published(tmp_path / "a")) == bytes_of(published(tmp_path / "b"))


def test_frictionless_finds_the_package_valid(tmp_path: Path) -> None:
    out = published(tmp_path / "out", filing(1), filing(2))
    report = frictionless.validate(str(out / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert len(report.tasks) == 2 * len(TABLES)


def test_frictionless_sees_a_value_outside_the_schema(tmp_path: Path) -> None:
    out = published(tmp_path / "out", filing(confidence=1.5))
    report = frictionless.validate(str(out / "datapackage.json"))
    assert {task.name for task in report.tasks if not task.valid} == {"filings.csv", "tidy.csv"}


def test_what_others_put_into_the_output_folder_stays(tmp_path: Path) -> None:
    out = published(tmp_path / "out")
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("mine")
    (out / "link").symlink_to("notes")
    (out / "tidy.csv").write_text("of an earlier run")
    published(out, filing(title="another"))
    assert (out / "notes" / "mine.txt").read_text() == "mine"
    assert (out / "link").is_symlink()
    assert csv_rows(out / "filings.csv")[0]["title"] == "another"
    assert csv_rows(out / "tidy.csv")[0]["sha256"] == SHA256
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_output_folder_keeps_its_permissions(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    published(out)
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o777 & ~umask
    out.chmod(0o750)
    published(out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o750


def test_a_failure_leaves_the_old_output_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = published(tmp_path / "out")
    before = bytes_of(out)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for module, name in ((publishing, "describe"), (swap, "_exchange")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, fail)
            with pytest.raises(OSError, match="No space left"):
                published(out, filing(title="another"))
        assert bytes_of(out) == before
        assert [path.name for path in tmp_path.iterdir()] == ["out"]


def no_exchange(name: str | None, **_: object) -> object:
    """The C library as Windows has it: none without a name."""
    raise TypeError(name)


@pytest.mark.parametrize("library", [lambda *_, **__: object(), no_exchange])
def test_folders_change_places_where_the_system_has_no_exchange(
    library: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctypes.CDLL", library)
    out = published(tmp_path / "out")
    left = tmp_path / ".out.new.old"
    left.mkdir()
    (left / "tidy.csv").write_text("left by a killed run")
    published(out, filing(title="another"))
    assert csv_rows(out / "filings.csv")[0]["title"] == "another"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("step", [0, 1])
def test_a_file_that_is_held_open_leaves_the_old_output_whole(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows renames no folder of which a file is open; it may be opened between the two renames."""
    out = published(tmp_path / "out")
    before = bytes_of(out)
    monkeypatch.setattr("ctypes.CDLL", no_exchange)
    rename, done = Path.rename, []

    def held(path: Path, target: Path) -> Path:
        done.append(path)
        if len(done) == step + 1:
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(PermissionError):
        published(out, filing(title="another"))
    assert len(done) == (1, 3)[step]
    assert bytes_of(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_output_folder_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to("elsewhere")
    published(tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "elsewhere" / "tidy.csv").is_file()


def test_tidy_is_indicators_with_their_filings_but_for_superseded_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(published_tables, "ROWS_AT_ONCE", 2)
    with opened(None) as store:
        for number, year in enumerate([2024, 2025, 2025, 2023]):
            forms = [filing(ordinal, fiscal_year=year, project_name=f"项目{ordinal}") for ordinal in (1, 2)]
            store_file(store, *forms, source=f"{number}.txt", sha256=str(9 - number) * 64)
        rows = {name: table.to_pylist() for name, table in all_tables(store).items()}
    forms_of = {row["filing_id"]: row for row in rows["filings"]}
    assert sum(row["superseded_by"] is not None for row in forms_of.values()) == 2
    assert rows["tidy"] == [
        row | {column.name: forms_of[row["filing_id"]][name] for name, column in TIDY_FROM_FILINGS.items()}
        for row in rows["indicators"]
        if forms_of[row["filing_id"]]["superseded_by"] is None
    ]
    assert len(rows["tidy"]) == 18


def test_tables_are_parted_by_year_for_those_who_want_it(tmp_path: Path) -> None:
    out, years = tmp_path / "out", (2024, None, 2023)
    with opened(None) as store:
        for number, year in enumerate(years):
            form = filing(fiscal_year=year, indicators=(indicator(1, indicator=f"指标{number}"),))
            store_file(store, form, source=f"{number}.txt", sha256=str(9 - number) * 64)
        publish(store, out, "mappings", Here(None))
        before = bytes_of(out)
        assert publish(store, out, "mappings", Here(None), partition=True)
        assert not publish(store, out, "mappings", Here(None), partition=True)
        parts = {path: path.read_bytes() for path in (out / "by_year").rglob("*.parquet")}
        publish(store, tmp_path / "again", "mappings", Here(None), partition=True)
        assert all((tmp_path / "again" / path.relative_to(out)).read_bytes() == parts[path] for path in parts)
        assert {name for name, data in bytes_of(out).items() if data != before[name]} == {"datapackage.json"}
        for name, table in all_tables(store).items():
            if name == "files":
                continue
            key = [(one, "ascending") for one in ("filing_id", "fiscal_year") if one in table.column_names]
            found = pq.read_table(out / "by_year" / name).select(table.column_names)
            assert found.cast(table.schema).sort_by(key) == table.sort_by(key) and found.num_rows, name
            _assert_folders(out / "by_year" / name, years)
        assert publish(store, out, "mappings", Here(None))
    assert bytes_of(out) == before and not (out / "by_year").exists()


def _assert_folders(folder: Path, years: tuple[int | None, ...]) -> None:
    expected = {f"fiscal_year={year or '__HIVE_DEFAULT_PARTITION__'}" for year in years}
    assert {path.name for path in folder.iterdir()} == expected
    rows = f"SELECT count(*) FROM '{folder}/*/*.parquet'"
    ((count,),) = duckdb.execute(f"{rows} WHERE fiscal_year = 2023").fetchall()
    ((every,),) = duckdb.execute(rows).fetchall()
    assert 0 < count < every
