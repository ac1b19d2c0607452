"""What a run says on the terminal: one screen, made of the tables that it published."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table
from rich.text import Text

from normalize.model import REVIEW_BELOW
from pipeline.terminal import shown

LISTED = 8
"""How many lines a list has before it is cut: the rest is in the tables."""

ROWS_WITH_CONFIDENCE = ("fields", "amounts", "indicators")


def show(tables: Mapping[str, Any], out: Path, console: Console) -> None:
    """Print the summary of ``tables`` (Arrow, as published in ``out``) to ``console``."""
    grid = Table.grid(padding=(0, 2))
    for label, text in _figures(tables):
        grid.add_row(Text(label, style="bold"), Text(text))
    console.print(grid)
    _list("To review 需复核", list(_to_review(tables)), "filings.csv, needs_review", console)
    _list("Not taken in 未收录", list(_not_taken_in(tables)), "files.csv", console)
    console.print(Text(f"Published in {shown(str(out))} 已发布"), soft_wrap=True)


def _figures(tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and text of each line of figures."""
    files, filings, indicators = tables["files"], tables["filings"], tables["indicators"]
    yield "Files 文件", f"{files.num_rows}: {_counts(files['status'])}"
    yield "Forms 表单", f"{filings.num_rows}: {_counts(filings['form'])}"
    keys = indicators.select(["filing_id", "row"]).group_by(["filing_id", "row"]).aggregate([])
    yield "Indicators 指标", f"{keys.num_rows}, with their periods {indicators.num_rows} rows"
    yield "Repairs 修复", f"{tables['repairs'].num_rows}: {_counts(tables['repairs']['kind'])}"
    yield "Checks 校验", f"{tables['checks'].num_rows}: {_counts(tables['checks']['status'])}"


def _counts(column: Any) -> str:
    """``b 3, a 1``: how often each value comes, the most frequent first."""
    counts = sorted(Counter(column.to_pylist()).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{value} {count}" for value, count in counts) or "-"


def _to_review(tables: Mapping[str, Any]) -> Iterator[str]:
    """A line for each filing that needs review: which, and why."""
    doubtful = {name: _doubtful_rows(tables[name]) for name in ROWS_WITH_CONFIDENCE}
    checks = tables["checks"]
    failed = checks.filter(pc.equal(checks["status"], "fail")).to_pylist()
    for filing in tables["filings"].to_pylist():
        if not filing["needs_review"]:
            continue
        key = filing["filing_id"]
        reasons = [check["message"] for check in failed if check["filing_id"] == key]
        if rows := [f"{name} {rows[key]}" for name, rows in doubtful.items() if rows[key]]:
            reasons.append(f"under {REVIEW_BELOW}: {', '.join(rows)}")
        ordinal = key.rpartition("-")[2]
        yield f"{filing['source']} #{ordinal}: {'; '.join(reasons) or 'no mapping knows this form'}"


def _doubtful_rows(table: Any) -> Counter[str]:
    """How many rows of each filing_id are under the review threshold."""
    return Counter(table.filter(pc.less(table["confidence"], REVIEW_BELOW))["filing_id"].to_pylist())


def _not_taken_in(tables: Mapping[str, Any]) -> Iterator[str]:
    for file in tables["files"].to_pylist():
        if file["status"] not in ("ok", "needs_review"):
            yield f"{file['source']}: {file['status']}: {file['error']}"


def _list(title: str, lines: list[str], where: str, console: Console) -> None:
    if not lines:
        return
    console.print(Text(title, style="bold"))
    for line in lines[:LISTED]:
        console.print(Text(f"  {shown(line)}"), soft_wrap=True)
    if len(lines) > LISTED:
        console.print(Text(f"  … and {len(lines) - LISTED} more, see {where}"))
