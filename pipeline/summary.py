"""What a run says on the terminal: one screen, made of what is published."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from normalize.model import REVIEW_BELOW
from pipeline.batch import Run
from pipeline.published import Published
from pipeline.terminal import shown

LISTED = 8
"""How many lines a list has before it is cut: the rest is in the tables."""

ROWS_WITH_CONFIDENCE = ("fields", "amounts", "indicators")
_DONE = ("ok", "needs_review")


def show(published: Published, run: Run, out: Path, changed: bool, console: Console) -> None:
    """Print what ``run`` did and what is published in ``out`` to ``console``."""
    grid = Table.grid(padding=(0, 2))
    for label, text in _figures(published, run):
        grid.add_row(Text(label, style="bold"), Text(text))
    console.print(grid)
    _list("To review 需复核", _to_review(published), "filings.csv, needs_review", console)
    _list("Not taken in 未收录", _not_taken_in(published), "files.csv", console)
    said = "Published in {} 已发布" if changed else "Unchanged in {} 无变化"
    console.print(Text(said.format(shown(str(out)))), soft_wrap=True)


def _figures(published: Published, run: Run) -> Iterator[tuple[str, str]]:
    """Label and text of each line of figures."""
    taken = ", ".join(f"{status} {count}" for status, count in run.taken.most_common()) or "-"
    yield (
        "This run 本次",
        f"{run.files} in the folder, {run.looked} looked at, {run.taken.total()} taken in: {taken}",
    )
    yield "Files 文件", _counts(published, "files", "status")
    yield "Forms 表单", _counts(published, "filings", "form")
    ((keys, rows),) = published.store.rows(
        "SELECT count(DISTINCT (filing_id, row)), count(*) FROM published_indicators"
    )
    yield "Indicators 指标", f"{keys}, with their periods {rows} rows"
    yield "Repairs 修复", _counts(published, "repairs", "kind")
    yield "Checks 校验", _counts(published, "checks", "status")


def _counts(published: Published, table: str, column: str) -> str:
    """``4: b 3, a 1``: how many rows, and how often each value comes, the most frequent first."""
    counts = published.store.rows(
        f"SELECT {column}, count(*) FROM published_{table} GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    said = ", ".join(f"{value} {count}" for value, count in counts) or "-"
    return f"{sum(count for _, count in counts)}: {said}"


def _to_review(published: Published) -> tuple[int, list[str]]:
    """How many filings want review, and a line for the first: which, and why."""
    store = published.store
    ((count,),) = store.rows("SELECT count(*) FROM published_filings WHERE needs_review")
    first = store.rows(
        "SELECT filing_id, source FROM published_filings WHERE needs_review ORDER BY rank, place LIMIT ?",
        LISTED,
    )
    return count, [_doubts(published, filing_id, source) for filing_id, source in first]


def _doubts(published: Published, filing_id: str, source: str) -> str:
    def rows(query: str, *given: Any) -> list[tuple[Any, ...]]:
        return published.store.rows(f"{query} ORDER BY place", filing_id, *given)

    failed = rows("SELECT message FROM published_checks WHERE filing_id = ? AND status = 'fail'")
    reasons = [message for (message,) in failed]
    doubtful = {
        name: len(
            rows(f"SELECT 1 FROM published_{name} WHERE filing_id = ? AND confidence < ?", REVIEW_BELOW)
        )
        for name in ROWS_WITH_CONFIDENCE
    }
    if some := [f"{name} {count}" for name, count in doubtful.items() if count]:
        reasons.append(f"under {REVIEW_BELOW}: {', '.join(some)}")
    ordinal = filing_id.rpartition("-")[2]
    return f"{source} #{ordinal}: {'; '.join(reasons) or 'no mapping knows this form'}"


def _not_taken_in(published: Published) -> tuple[int, list[str]]:
    """How many files gave no form, and a line for the first."""
    query = f"FROM published_files WHERE status NOT IN {_DONE}"
    ((count,),) = published.store.rows(f"SELECT count(*) {query}")
    first = published.store.rows(f"SELECT source, status, error {query} ORDER BY source LIMIT ?", LISTED)
    return count, [f"{source}: {status}: {error}" for source, status, error in first]


def _list(title: str, found: tuple[int, list[str]], where: str, console: Console) -> None:
    count, lines = found
    if not lines:
        return
    console.print(Text(title, style="bold"))
    for line in lines:
        console.print(Text(f"  {shown(line)}"), soft_wrap=True)
    if count > len(lines):
        console.print(Text(f"  … and {count - len(lines)} more, see {where}"))
