"""The folder ``report``: an index of all forms, and a page for each of those that are to be looked at."""

import json
import math
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from extract.model import Document
from pipeline.report import pictures
from pipeline.report.view import Places, form_view, level
from pipeline.report.words import WORDS
from pipeline.terminal import shown

Row = dict[str, Any]
Figures = dict[str, Counter[str]]

_MOST_LEFT_OUT = 500  # files that the index lists; the others stand in files.csv
_COLUMNS = (
    ("title", "表单", "Form", False),
    ("unit_name", "单位", "Unit", False),
    ("fiscal_year", "年度", "Year", True),
    ("form", "类型", "Kind", False),
    ("indicators", "指标", "Indicators", True),
    ("repairs", "修复", "Repairs", True),
    ("failed", "未通过", "Failed checks", True),
    ("confidence", "置信度", "Confidence", True),
    ("source", "文件", "File", False),
)
_OF_FORM = ("filings", "fields", "amounts", "indicators", "repairs", "checks")


@dataclass(frozen=True, slots=True)
class Printed:
    """What the report shows of a file beside its tables: what was read, and the bytes that pictures of its
    pages are made from (None where the file is gone or shows no pages)."""

    document: Document
    data: bytes | None


def write(
    folder: Path,
    tables: Mapping[str, Any],
    origins: Any,
    printed: Callable[[str], Printed | None],
    before: Figures | None = None,
) -> None:
    """Write the report of ``tables`` (Arrow, by name) into the new folder ``folder``.

    ``origins`` (Arrow) tells where the texts of rows are printed, ``printed`` what was read of the file with
    a SHA-256, None where a form gets no page; ``before`` are the figures of the run before.
    """
    folder.mkdir()
    for name in ("report.css", "report.js"):
        shutil.copyfile(str(_templates() / name), folder / name)
    for name in ("filings", "pages"):
        (folder / name).mkdir()
    by_form = {name: _Parts(tables[name]) for name in _OF_FORM} | {"origins": _Parts(origins)}
    listed = []
    for filing in _rows(tables["filings"]):
        parts = {name: part.of(filing["filing_id"]) for name, part in by_form.items()}
        source = printed(filing["sha256"])
        if source:
            _write_form(folder, parts, source)
        listed.append(_listed(filing, parts, source is not None))
    _write_index(folder, tables, listed, before)


def figures(tables: Mapping[str, Any]) -> Figures:
    """The run at a glance: how many there are of what, by kind."""
    keys = tables["indicators"].select(["filing_id", "row"]).group_by(["filing_id", "row"]).aggregate([])
    return {
        "files": _counted(tables["files"]["status"]),
        "filings": _counted(tables["filings"]["form"]),
        "indicators": Counter({"": keys.num_rows}),
        "needs_review": Counter({"": sum(tables["filings"]["needs_review"].to_pylist())}),
        "repairs": _counted(tables["repairs"]["kind"]),
        "checks": _counted(tables["checks"]["status"]),
    }


def _counted(column: Any) -> Counter[str]:
    return Counter({str(one["values"]): one["counts"] for one in column.value_counts().to_pylist()})


class _Parts:
    """The rows of a table by form; those of a form stand together."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.places: dict[str, tuple[int, int]] = {}
        start, before = 0, None
        keys = table["filing_id"].to_pylist()
        for k, key in enumerate([*keys, None]):
            if key != before:
                if before is not None:
                    self.places[before] = (start, k - start)
                start, before = k, key

    def of(self, filing_id: str) -> list[Row]:
        """The rows of a form."""
        rows: list[Row] = self.table.slice(*self.places.get(filing_id, (0, 0))).to_pylist()
        return rows


def _rows(table: Any) -> Iterator[Row]:
    for batch in table.to_batches(max_chunksize=1_000):
        yield from batch.to_pylist()


def _write_form(folder: Path, parts: Mapping[str, Sequence[Row]], source: Printed) -> None:
    """The page of a form, with pictures of its pages where the format has some."""
    (filing,) = parts["filings"]
    document, names = source.document, dict[int, str]()
    if source.data is not None and document.format == "pdf":
        numbers = set(Places(parts["origins"]).pages) or {page.number for page in document.pages}
        for number, data in pictures.pdf_pictures(source.data, {}, numbers).items():
            names[number] = pictures.picture_name(document.sha256, number)
            (folder / names[number]).write_bytes(data)
    view = form_view(parts, parts["origins"], document, names)
    page = _environment().get_template("filing.html").render(form=view, head=_head(filing), root="../")
    (folder / "filings" / f"{filing['filing_id']}.html").write_text(page, encoding="utf-8")


def _head(filing: Row) -> list[tuple[str, str, Any]]:
    return [
        ("类型", "Kind", {"word": filing["form"]}),
        ("单位", "Unit", filing["unit_name"]),
        ("项目", "Project", filing["project_name"]),
        ("年度", "Year", filing["fiscal_year"]),
        ("地区", "Region", filing["region"]),
        ("文件", "File", filing["source"]),
        ("页数", "Pages", filing["pages"]),
        ("被取代", "Superseded by", filing["superseded_by"]),
        ("编号", "Id", filing["filing_id"]),
    ]


def _listed(filing: Row, parts: Mapping[str, Sequence[Row]], has_page: bool) -> Row:
    """What the index lists of a form."""
    counts = {
        "indicators": len({row["row"] for row in parts["indicators"]}),
        "repairs": len(parts["repairs"]),
        "failed": sum(row["status"] == "fail" for row in parts["checks"]),
        "form": WORDS[filing["form"]],
        "title": shown(filing["title"] or filing["source"]),
        "source": shown(filing["source"]),
        "confidence": _floor(filing["confidence"]),
    }
    values = filing | counts
    return {
        "row": [values[key] for key, *_ in _COLUMNS],
        "page": f"filings/{filing['filing_id']}.html" if has_page else None,
        "level": level(filing["confidence"]),
        "review": filing["needs_review"],
    }


def _write_index(
    folder: Path, tables: Mapping[str, Any], listed: Sequence[Row], before: Figures | None
) -> None:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in listed)
    (folder / "filings.js").write_text(f"listForms([\n{lines}\n]);\n", encoding="utf-8")
    left_out = [row for row in _rows(tables["files"]) if row["status"] not in ("ok", "needs_review")]
    page = (
        _environment()
        .get_template("index.html")
        .render(
            figures=_compared(figures(tables), before),
            compared=before is not None,
            columns=[dict(zip(("key", "zh", "en", "number"), column, strict=True)) for column in _COLUMNS],
            left_out=left_out[:_MOST_LEFT_OUT],
            more_left_out=max(0, len(left_out) - _MOST_LEFT_OUT),
            root="",
        )
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _compared(now: Figures, before: Figures | None) -> list[Row]:
    """Figures for the index, each beside that of the run before."""
    shown_figures = []
    for word, counts in now.items():
        old = before.get(word, Counter()) if before is not None else None
        parts = [
            {"word": part, "count": counts[part], "before": old[part] if old is not None else None}
            for part in sorted(counts | (old or Counter()), key=lambda part: (-counts[part], part))
            if part
        ]
        total = {"count": counts.total(), "before": old.total() if old is not None else None}
        shown_figures.append({"word": word, "parts": parts} | total)
    return shown_figures


def _templates() -> Any:
    return files("pipeline.report") / "templates"


@cache
def _environment() -> jinja2.Environment:
    """Templates that escape every text."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = WORDS
    environment.filters |= {"shown": _text, "floor2": _floor, "number": _number}
    return environment


def _text(text: str) -> str:
    """A text from a filing as a page shows it: line ends stay, other control characters are written out."""
    return "\n".join(map(shown, text.split("\n")))


def _floor(confidence: float) -> float:
    """A confidence with two decimals, rounded down: nothing looks as if it met a threshold that it misses."""
    return math.floor(confidence * 100 + 1e-9) / 100


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"
