"""Which of several uploads of a form is the newer, and what is said where nothing tells."""

from datetime import date
from typing import Any

import pytest

from normalize.model import Field
from pipeline.store import Store, opened
from pipeline.superseding import Upload, date_of, ordered
from tests.pipeline.examples import PLACE, all_tables, filing, store_file

EARLY, LATE = date(2024, 1, 31), date(2024, 2, 1)


def superseded(*uploads: tuple[str, int, date | None]) -> dict[str, str | bool | None]:
    """By the name of an upload (its first letter is its file): what supersedes it, True where undecided."""
    given = [Upload(name, name[0], arrived, prepared) for name, arrived, prepared in uploads]
    return {place.filing_id: place.undecided or place.superseded_by for place in ordered(given)}


@pytest.mark.parametrize("uploads", [(("a", 1, LATE), ("b", 2, EARLY)), (("b", 1, EARLY), ("a", 1, LATE))])
def test_printed_dates_decide(uploads: tuple[tuple[str, int, date], ...]) -> None:
    assert superseded(*uploads) == {"a": None, "b": "a"}


def test_without_all_dates_the_order_of_coming_decides() -> None:
    assert superseded(("a", 1, LATE), ("b", 2, None)) == {"a": "b", "b": None}
    assert superseded(("a", 1, LATE), ("b", 2, LATE)) == {"a": "b", "b": None}


def test_of_three_each_names_the_next() -> None:
    assert superseded(("a", 1, None), ("b", 2, None), ("c", 3, None)) == {"a": "b", "b": "c", "c": None}


def test_what_came_together_is_undecided_but_older_than_neither() -> None:
    assert superseded(("a", 1, None), ("b", 2, None), ("c", 2, None)) == {"a": "b", "b": True, "c": True}
    assert superseded(("a", 1, None), ("b", 1, None), ("c", 2, None)) == {"a": "c", "b": "c", "c": None}


def test_forms_of_one_file_do_not_supersede_each_other() -> None:
    assert superseded(("a1", 1, None), ("a2", 1, None)) == {"a1": None, "a2": None}
    assert superseded(("a1", 1, None), ("a2", 1, None), ("b1", 2, None)) == {
        "a1": "b1",
        "a2": "b1",
        "b1": None,
    }


@pytest.mark.parametrize(
    ("text", "confidence", "expected"),
    [
        ("2024年1月31日", 1.0, EARLY),
        ("填报日期: 2024-02-01", 0.9, LATE),
        ("2024.2.1", 1.0, LATE),
        ("2024年1月31日", 0.8, None),
        ("2024年2月", 1.0, None),
        ("2024年13月1日", 1.0, None),
        (None, None, None),
    ],
)
def test_a_date_is_whole_and_sure(text: str | None, confidence: float | None, expected: date | None) -> None:
    assert date_of(text, confidence) == expected


def uploaded(store: Store, name: str, on: str | None = None, run: int | None = None, **given: Any) -> str:
    """Take in a form of the same unit, year, project and kind in a file ``name``; its filing_id."""
    fields = (Field(1, "prepared_on", "填报日期", on, on, **PLACE),) if on else ()
    sha256 = name * 64
    store_file(store, filing(fields=fields, needs_review=False, **given), source=f"{name}.txt", sha256=sha256)
    if run is not None:
        store._db.execute("UPDATE sources SET arrived = ? WHERE sha256 = ?", [run, sha256])
    return f"{sha256[:16]}-1"


def test_a_later_upload_supersedes_and_tidy_leaves_the_older_out() -> None:
    with opened(None) as store:
        old, new = uploaded(store, "b"), uploaded(store, "a")
        uploaded(store, "c", project_name="另一个项目")
        uploaded(store, "d", fiscal_year=2025)
        uploaded(store, "e", unit_name=None)
        uploaded(store, "f", unit_name=None)
        tables = all_tables(store)
    by = {row["filing_id"]: row["superseded_by"] for row in tables["filings"].to_pylist()}
    assert {key: value for key, value in by.items() if value} == {old: new}
    assert len(by) == 6
    assert old not in tables["tidy"]["filing_id"].to_pylist()
    assert old in tables["indicators"]["filing_id"].to_pylist()


def test_a_date_beats_the_order_of_coming() -> None:
    with opened(None) as store:
        new, old = uploaded(store, "a", "2024年3月5日"), uploaded(store, "b", "2024年3月4日")
        rows = all_tables(store)["filings"].to_pylist()
    assert {row["filing_id"]: row["superseded_by"] for row in rows} == {new: None, old: new}


def test_what_nothing_tells_is_a_failed_check_and_wants_review() -> None:
    with opened(None) as store:
        ids = {uploaded(store, name, run=1, checks=()) for name in ("a", "b")}
        tables = {name: table.to_pylist() for name, table in all_tables(store).items()}
    assert {row["filing_id"] for row in tables["filings"] if row["superseded_by"] is None} == ids
    assert all(row["needs_review"] for row in tables["filings"])
    assert [(row["filing_id"], row["check"], row["status"]) for row in tables["checks"]] == [
        (filing_id, "one_upload", "fail") for filing_id in sorted(ids)
    ]
    assert [row["status"] for row in tables["files"]] == ["needs_review"] * 2
