"""The real filings come out as they did: ``tests/golden`` holds their tables, row by row.

A change that is meant is written with ``pytest tests/test_golden.py --update-golden`` and read in the diff.
"""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extract.registry import read_file
from extract.source import SourceFile
from normalize import normalize
from normalize.mappings import load

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
SAMPLES = {path.stem: path for path in sorted((ROOT / "samples" / "filings").iterdir())}
TABLES = ("filing", "fields", "amounts", "indicators", "repairs", "checks")
NOT_COLUMNS = frozenset(TABLES) | {"origins", "alternatives"}  # attributes that are no columns of filings

Tables = dict[str, Any]


@cache
def tables(stem: str) -> list[Tables]:
    """The tables of each form of a real filing, as plain values."""
    document = read_file(SourceFile.load(SAMPLES[stem], SAMPLES[stem].name))
    forms = [asdict(filing) for filing in normalize(document, load())]
    plain: list[Tables] = json.loads(json.dumps(forms))
    return [{"filing": {k: v for k, v in form.items() if k not in NOT_COLUMNS}} | form for form in plain]


def rendered(stem: str) -> str:
    """The golden file: a line for each row, so that a diff shows rows."""
    forms = []
    for form in tables(stem):
        parts = []
        for name in TABLES:
            rows = form[name] if isinstance(form[name], list) else [form[name]]
            lines = ",\n".join("   " + json.dumps(row, ensure_ascii=False) for row in rows)
            parts.append(f'  "{name}": [\n{lines}\n  ]' if rows else f'  "{name}": []')
        forms.append(" {\n" + ",\n".join(parts) + "\n }")
    return "[\n" + ",\n".join(forms) + "\n]\n"


@cache
def golden(stem: str) -> list[Tables]:
    found: list[Tables] = json.loads((GOLDEN / f"{stem}.json").read_text(encoding="utf-8"))
    return found


def test_goldens_are_compared_and_not_written(request: pytest.FixtureRequest) -> None:
    """Fails while ``--update-golden`` is on, which writes them."""
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        for stem in SAMPLES:
            (GOLDEN / f"{stem}.json").write_text(rendered(stem), encoding="utf-8")
        golden.cache_clear()
        pytest.fail("the golden filings were written anew; read the diff and run without --update-golden")


def test_every_real_filing_has_its_golden_and_no_other_has() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(SAMPLES)


@pytest.mark.parametrize("stem", SAMPLES)
@pytest.mark.parametrize("table", TABLES)
def test_a_real_filing_comes_out_as_its_golden(stem: str, table: str) -> None:
    def rows(forms: list[Tables]) -> list[list[Any]]:
        return [form[table] if isinstance(form[table], list) else [form[table]] for form in forms]

    assert rows(tables(stem)) == rows(golden(stem))
