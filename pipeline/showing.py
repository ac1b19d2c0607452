"""One file on the terminal: what was read, repaired and would be published of it. Nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extract import Document, read
from normalize import Filing, normalize
from normalize.mappings import load
from normalize.model import REVIEW_BELOW
from pipeline.terminal import shown

LONGEST = 60
"""Characters of a text that are shown; the tables and the report have all."""
_NO_TERMINAL = 160  # columns, where what is said goes to a file or a pipe

Cell = str | float | None


def show(path: Path, console: Console) -> None:
    """Read the file at ``path``, normalize it, and print both on ``console``: a summary, then the rows.

    Raises ``ExtractError`` and ``OSError`` as ``extract.read``, and ``MappingError``.
    """
    document = read(path)
    filings = normalize(document, load())
    if not console.is_terminal:
        console.width = _NO_TERMINAL
    _figures(_of_document(path, document), console)
    for filing in filings:
        console.print()
        _figures(_of_filing(filing), console)
    if not filings:
        console.print(Text("No performance form is in it 未发现绩效表"))
    for filing in filings:
        _rows(filing, console)


def _figures(lines: Iterable[tuple[str, str]], console: Console) -> None:
    grid = Table.grid(padding=(0, 2))
    for label, text in lines:
        grid.add_row(Text(label, style="bold"), _text(text, 4 * LONGEST))
    console.print(grid)


def _of_document(path: Path, document: Document) -> list[tuple[str, str]]:
    pages = document.pages
    tables = [table for page in pages for table in page.tables]
    cells = sum(len(table.cells) for table in tables)
    lines = sum(len(page.lines) for page in pages)
    found = [
        ("File 文件", f"{path.name}, {document.format}"),
        ("Read 读到", f"pages {len(pages)}, tables {len(tables)}, cells {cells}, lines {lines}"),
    ]
    notes = dict.fromkeys(note for page in pages for note in page.notes)
    return [*found, *(("Note 说明", note) for note in notes)]


def _of_filing(filing: Filing) -> list[tuple[str, str]]:
    """A form at a glance: what it is, what was made of it, and what wants a person's eyes."""
    parts = [filing.unit_name, filing.project_name, filing.region, filing.fiscal_year]
    indicators = len({row.row for row in filing.indicators})
    doubtful = {
        name: sum(row.confidence < REVIEW_BELOW for row in rows)
        for name, rows in (
            ("fields", filing.fields),
            ("amounts", filing.amounts),
            ("indicators", filing.indicators),
        )
    }
    found = [
        (f"Form 表单 #{filing.ordinal}", f"{filing.title or '-'} ({filing.form})"),
        ("Of 单位", ", ".join(str(part) for part in parts if part) or "-"),
        (
            "Rows 行数",
            f"fields {len(filing.fields)}, amounts {len(filing.amounts)}, indicators {indicators} "
            f"(with their periods {len(filing.indicators)})",
        ),
        ("Repairs 修复", _counts(repair.kind for repair in filing.repairs)),
        ("Checks 校验", _counts(check.status for check in filing.checks)),
        (f"Under {REVIEW_BELOW} 存疑", ", ".join(f"{name} {n}" for name, n in doubtful.items() if n) or "-"),
        (
            "Review 需复核",
            f"{'yes 是' if filing.needs_review else 'no 否'}, confidence {filing.confidence:g}",
        ),
    ]
    return found


def _counts(values: Iterable[str]) -> str:
    counts = Counter(values)
    said = ", ".join(f"{value} {count}" for value, count in sorted(counts.items(), key=lambda one: -one[1]))
    return f"{counts.total()}: {said}" if said else "0"


def _rows(filing: Filing, console: Console) -> None:
    """The published rows of a form, table by table, then the checks that did not pass and the repairs."""
    of_form = f"#{filing.ordinal}"
    fields = [(one.row, one.label, one.value, one.page, one.confidence) for one in filing.fields]
    _table(
        f"Fields 填报项 {of_form}",
        ("row 行", "label 标签", "value 内容", "page 页", "sure 把握"),
        fields,
        console,
    )
    amounts = [
        (one.row, one.item, one.parent, one.period, one.amount, one.page, one.confidence)
        for one in filing.amounts
    ]
    header: tuple[str, ...] = (
        "row 行",
        "item 项目",
        "parent 上级",
        "period 期间",
        "万元",
        "page 页",
        "sure 把握",
    )
    _table(f"Amounts 金额 {of_form}", header, amounts, console)
    indicators = [
        (
            *(one.row, " / ".join(filter(None, (one.level1, one.level2))), one.indicator, one.canonical),
            *(one.period, one.target, one.actual, one.page, one.confidence),
        )
        for one in filing.indicators
    ]
    levels = ("row 行", "levels 层级", "indicator 指标", "canonical 规范名称")
    header = (*levels, "period 期间", "target 目标值", "actual 实际值", "page 页", "sure 把握")
    _table(f"Indicators 绩效指标 {of_form}", header, indicators, console)
    checks = [(one.check, one.status, one.message) for one in filing.checks if one.status != "pass"]
    _table(f"Checks 校验 {of_form}", ("check 校验项", "status 结果", "message 说明"), checks, console)
    repairs = [
        (f"{one.table} {one.row}", one.column, one.kind, one.before, one.after, one.evidence, one.confidence)
        for one in filing.repairs
    ]
    header = ("row 行", "column 列", "kind 类型", "before 前", "after 后", "evidence 依据", "sure 把握")
    _table(f"Repairs 修复 {of_form}", header, repairs, console)


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], console: Console) -> None:
    """Print a table, if it has rows; those with a confidence (the last column) under 0.9 are marked."""
    if not rows:
        return
    table = Table(
        title=Text(f"{title}: {len(rows)}", style="bold"), title_justify="left", box=box.SIMPLE_HEAD
    )
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        sure = row[-1]
        doubtful = isinstance(sure, float) and sure < REVIEW_BELOW
        table.add_row(*map(_text, row), style="yellow" if doubtful else None)
    console.print()
    console.print(table)


def _text(value: Cell, longest: int = LONGEST) -> Text:
    """A value as it is shown: nothing in it is markup, nothing acts on the terminal."""
    match value:
        case None:
            return Text("")
        case str():
            said = shown(value)
            return Text(said if len(said) <= longest else f"{said[: longest - 1]}…")
    return Text(f"{value:g}" if abs(value) < 1e6 else f"{value:.2f}")
