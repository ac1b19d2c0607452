"""``python -m extract FILE``, as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = "samples/filings/004_4202344a1a574907.txt"


def extract(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    # The output is UTF-8 also where the terminal's encoding is not.
    environment = {**os.environ, "PYTHONIOENCODING": "ascii:backslashreplace"}
    command = [sys.executable, "-m", "extract", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)


def test_a_sample_is_printed_as_the_contract_says() -> None:
    done = extract(SAMPLE)
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout)
    assert {key: document[key] for key in ("source", "format")} == {"source": SAMPLE, "format": "txt"}
    assert list(document) == ["source", "format", "pages"]
    assert len(document["pages"]) == 6
    page = document["pages"][3]
    assert {key: value for key, value in page.items() if key != "tables"} == {
        "number": 4,
        "name": None,
        "notes": [],
        "width": None,
        "height": None,
        "lines": ["级部门整体预算绩效目标表", "2026年度"],
    }
    (table,) = page["tables"]
    assert (table["bbox"], table["row_count"], table["column_count"]) == (None, 26, 3)
    assert table["cells"][0] == {
        "row": 0,
        "column": 0,
        "rowspan": 1,
        "colspan": 1,
        "text": "苏州市电化教育馆",
        "bbox": None,
        "confidence": 1.0,
    }
    assert "苏州市电化教育馆".encode() in done.stdout


def test_an_unreadable_file_is_one_line_and_status_1(tmp_path: Path) -> None:
    path = tmp_path / "filing.txt"
    path.write_bytes(b"%PDF-1.4\n")
    done = extract(str(path))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.decode().startswith(f"{path}: the PDF ends too early")


def test_a_file_name_that_is_no_utf8_is_still_json(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xb1\xed.txt")
    try:
        path.write_bytes(b"a\tb\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert json.loads(extract(str(path)).stdout)["source"] == str(path)


@pytest.mark.parametrize("arguments", [(), ("missing.txt",), (SAMPLE, SAMPLE), ("samples",)])
def test_wrong_usage_and_files_that_cannot_be_opened_are_status_2(arguments: tuple[str, ...]) -> None:
    done = extract(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
