"""What a run says on the terminal: one screen, made of what is published."""

from collections.abc import Iterator, Mapping
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


Figures = dict[str, dict[str, int]]
"""How many rows what is published has: by its table, then by what they are counted by."""
_COUNTED = {
    "files": "status",
    "filings": "form",
    "indicators": "period",
    "repairs": "kind",
    "checks": "status",
}


def figures(published: Published) -> Figures:
    """What is published, in figures; ``review`` counts the filings that want review."""
    counts = {
        name: dict(
            published.store.rows(
                f"SELECT {column}, count(*) FROM published_{name} GROUP BY 1 ORDER BY 2 DESC, 1"
            )
        )
        for name, column in _COUNTED.items()
    }
    ((review,),) = published.store.rows("SELECT count(*) FROM published_filings WHERE needs_review")
    return counts | {"review": {"filings": review}}


def show(published: Published, found: Figures, run: Run, out: Path, changed: bool, console: Console) -> None:
    """Print what ``run`` did and what is published in ``out`` to ``console``."""
    grid = Table.grid(padding=(0, 2))
    for label, text in _lines(found, run):
        grid.add_row(Text(label, style="bold"), Text(text))
    console.print(grid)
    review = found["review"]["filings"], to_review(published)
    _list("To review 需复核", review, "filings.csv, needs_review", console)
    count = sum(n for status, n in found["files"].items() if status not in _DONE)
    _list("Not taken in 未收录", (count, not_taken_in(published)), "files.csv", console)
    said = "Published in {} 已发布" if changed else "Unchanged in {} 无变化"
    console.print(Text(said.format(shown(str(out)))), soft_wrap=True)


def _lines(found: Figures, run: Run) -> Iterator[tuple[str, str]]:
    """Label and text of each line of figures."""
    yield "This run 本次", f"{run.files} files, {run.looked} looked at, taken in {counted(run.taken)}"
    names = ("Files 文件", "Forms 表单", "Indicators 指标", "Repairs 修复", "Checks 校验")
    for label, name in zip(names, _COUNTED, strict=True):
        yield label, counted(found[name])


def counted(counts: Mapping[str, int]) -> str:
    """``4: b 3, a 1``: how many, and how many of each, the most first."""
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(f"{value} {count}" for value, count in most)
    return f"{sum(counts.values())}: {said or '-'}"


def to_review(published: Published, where: str = "true", most: int = LISTED) -> list[str]:
    """A line for each of the first filings that want review: which, and why."""
    query = f"""
        SELECT filing_id, source FROM published_filings
        WHERE needs_review AND {where} ORDER BY rank, place LIMIT {most}
    """
    return [_doubts(published, *row) for row in published.store.rows(query)]


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


def not_taken_in(published: Published, where: str = "true", most: int = LISTED) -> list[str]:
    """A line for each of the first files that gave no form: which, and why."""
    query = f"""
        SELECT source, status, error FROM published_files
        WHERE status NOT IN {_DONE} AND {where} ORDER BY source LIMIT {most}
    """
    return [": ".join(row) for row in published.store.rows(query)]


def _list(title: str, found: tuple[int, list[str]], where: str, console: Console) -> None:
    count, lines = found
    if not lines:
        return
    console.print(Text(title, style="bold"))
    for line in lines:
        console.print(Text(f"  {shown(line)}"), soft_wrap=True)
    if count > len(lines):
        console.print(Text(f"  … and {count - len(lines)} more, see {where}"))
