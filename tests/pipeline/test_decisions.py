"""A file of decisions is read as it was written, and its faults are named by line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.decisions import DECIDED
from normalize.mapfiles import MappingError
from pipeline import decisions
from pipeline.decisions import COLUMNS, Record

SHA256 = "ab" * 32


def record(**given: str) -> Record:
    values = {
        "decision": "correct",
        "table": "indicators",
        "part": "full_year",
        "target": "=85%",
        "read": "率\n=8 5%",
    }
    return dict.fromkeys(COLUMNS, "") | values | {"sha256": SHA256, "location": "p1 t1 r2 c3"} | given


def written(path: Path, *records: Record) -> list[Record]:
    decisions.write_records(path, records)
    return decisions.read_records(path)


def test_what_was_decided_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    assert written(path, record()) == [record()]
    assert "'=85%" in path.read_text(encoding="utf-8-sig")  # no spreadsheet runs it
    (decision,) = decisions.of_files([record()])[SHA256]
    assert decision.key == ("indicators", "p1 t1 r2 c3", "full_year")
    assert decision.values == dict.fromkeys(DECIDED["indicators"]) | {"target": "=85%"}
    assert (decision.verdict, decision.read, decision.note) == ("correct", "率\n=8 5%", None)


def test_a_queue_that_nobody_filled_in_decides_nothing(tmp_path: Path) -> None:
    assert written(tmp_path / "queue.csv", record(decision="")) == []


def test_decisions_may_be_written_in_chinese(tmp_path: Path) -> None:
    words = [
        written(tmp_path / "d.csv", record(decision=word))[0]["decision"] for word in ("接受", "更正", "缺失")
    ]
    assert words == ["accept", "correct", "lost"]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"decision": "yes"}, "unknown decision 'yes'; use one of: accept"),
        ({"table": "checks"}, "unknown table 'checks'"),
        ({"sha256": "abc"}, "sha256 is no SHA-256"),
        ({"location": ""}, "'location' is empty"),
        ({"table": "amounts", "amount": "12万元"}, "amount '12万元' is no number"),
        ({"score": "好"}, "score '好' is no number"),
    ],
)
def test_a_fault_is_named_by_its_line(tmp_path: Path, fault: Record, message: str) -> None:
    path = tmp_path / "decisions.csv"
    with pytest.raises(MappingError) as caught:
        written(path, record(read="一行"), record(**({"read": "一行"} | fault)))
    assert message in str(caught.value) and str(caught.value).startswith(f"{path}:3: ")


def test_of_several_decisions_on_a_row_the_last_counts() -> None:
    first, last, other = record(target="1"), record(target="2"), record(part="half_year")
    assert decisions.merged([first, other, last]) == [last, other]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).map(str.strip)


@given(target=TEXTS, note=TEXTS, read=TEXTS)
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, target: str, note: str, read: str
) -> None:
    one = record(target=target, note=note, read=read)
    (back,) = written(tmp_path_factory.getbasetemp() / "decisions.csv", one)
    assert back == one
