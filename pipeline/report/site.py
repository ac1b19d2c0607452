"""The folder ``report``: an index of all forms, and a page for each of those that are to be looked at."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline import fingerprints
from pipeline.published import Published
from pipeline.report import pictures
from pipeline.report.originals import original
from pipeline.report.pages import ASSETS, asset, floor, page
from pipeline.report.view import form_view, level
from pipeline.report.words import WORDS
from pipeline.terminal import shown

Row = dict[str, Any]
Figures = dict[str, dict[str, int]]

MOST_PAGES = 1_000
"""Forms that get a page of their own, those that need review first; `jixiao review` shows any."""
_MOST_LEFT_OUT = 500  # files that the index lists; the others stand in files.csv
_FIGURES = "figures.json"
_HEAD = 500  # characters of a page in which it says by what it was made
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
_COUNTS = {
    "files": "SELECT status, count(*) FROM published_files GROUP BY 1",
    "filings": "SELECT form, count(*) FROM published_filings GROUP BY 1",
    "indicators": "SELECT '', count(DISTINCT (filing_id, row)) FROM published_indicators",
    "needs_review": "SELECT '', count(*) FROM published_filings WHERE needs_review",
    "repairs": "SELECT kind, count(*) FROM published_repairs GROUP BY 1",
    "checks": "SELECT status, count(*) FROM published_checks GROUP BY 1",
}
_OF_FORMS = """
    SELECT f.filing_id, f.extraction, f.sha256, f.format, f.source, f.superseded_by, f.title, f.unit_name,
        f.fiscal_year, f.form, f.confidence, f.needs_review, coalesce(i.n, 0) AS indicators,
        coalesce(r.n, 0) AS repairs, coalesce(c.n, 0) AS failed
    FROM published_filings f
    LEFT JOIN (SELECT filing_id, count(DISTINCT row) AS n FROM published_indicators GROUP BY 1) i
        USING (filing_id)
    LEFT JOIN (SELECT filing_id, count(*) AS n FROM published_repairs GROUP BY 1) r USING (filing_id)
    LEFT JOIN (SELECT filing_id, count(*) AS n FROM published_checks WHERE status = 'fail' GROUP BY 1) c
        USING (filing_id)
    ORDER BY f.rank, split_part(filing_id, '-', 2)::BIGINT
"""


def write(folder: Path, published: Published, old: Path, *, most_pages: int = MOST_PAGES) -> None:
    """Write the report of what is ``published`` into the new folder ``folder``.

    Pages that the ``old`` report has of the same forms, made by the same code, are taken over from it; its
    figures are what the run is compared with.
    """
    for name in ("", "filings", "pages"):
        (folder / name).mkdir()
    for name in ASSETS:
        (folder / name).write_bytes(asset(name) or b"")
    forms = _forms(published)
    by_need = sorted(
        forms, key=lambda form: (not form["needs_review"], form["confidence"], form["filing_id"])
    )
    chosen = {form["filing_id"] for form in by_need[:most_pages]}
    pages = _Pages(folder, published, old)
    for form in forms:
        if form["filing_id"] in chosen:
            pages.add(form)
    _write_index(folder, published, [_listed(form, form["filing_id"] in chosen) for form in forms], old)


def _forms(published: Published) -> list[Row]:
    return [row for batch in published.store.stream(_OF_FORMS, 10_000) for row in batch.to_pylist()]


class _Pages:
    """Writes the pages of forms, or takes over those of the old report."""

    def __init__(self, folder: Path, published: Published, old: Path) -> None:
        self.folder, self.published, self.old = folder, published, old
        self.code = fingerprints.of_publishing()
        self.pictures: dict[str, list[str]] = defaultdict(list)
        with suppress(OSError):
            for name in os.listdir(old / "pages"):
                self.pictures[name.partition("-")[0]].append(name)

    def add(self, form: Row) -> None:
        """Add the page of a form."""
        key = f"{self.code} {form['extraction']} {form['superseded_by']} {form['source']}"
        key = hashlib.sha256(key.encode()).hexdigest()
        if not self._take_over(form, key):
            self._write(form, key)

    def _take_over(self, form: Row, key: str) -> bool:
        """Link the page and its pictures from the old report, if it is the same."""
        name = page_of(form["filing_id"])
        with suppress(OSError):
            with (self.old / name).open(encoding="utf-8") as file:
                same = key in file.read(_HEAD)
            if same:
                for one in (name, *(f"pages/{picture}" for picture in self.pictures[form["sha256"][:16]])):
                    if not (self.folder / one).exists():
                        os.link(self.old / one, self.folder / one)
                return True
        return False

    def _write(self, form: Row, key: str) -> None:
        store = self.published.store
        tables, source = store.form(form["filing_id"]), original(store, form["sha256"])
        names: dict[int, str] = {}
        if source.pictured is not None:
            numbers = {origin["page"] for origin in tables["origins"]}
            for number, data in pictures.pdf_pictures(source.pictured, source.hidden, numbers).items():
                names[number] = pictures.picture_name(form["sha256"], number)
                (self.folder / names[number]).write_bytes(data)
        view = form_view(tables, source.document, names)
        text = page("filing.html", form=view, head=_head(view.filing | form), root="../", key=key)
        (self.folder / page_of(form["filing_id"])).write_text(text, encoding="utf-8")


def page_of(filing_id: str) -> str:
    """The page of a form, below the report's folder."""
    return f"filings/{filing_id}.html"


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


def _listed(form: Row, has_page: bool) -> Row:
    """What the index lists of a form."""
    values = form | {
        "form": WORDS[form["form"]],
        "title": shown(form["title"] or form["source"]),
        "source": shown(form["source"]),
        "confidence": floor(form["confidence"]),
    }
    return {
        "row": [values[key] for key, *_ in _COLUMNS],
        "page": page_of(form["filing_id"]) if has_page else None,
        "level": level(form["confidence"]),
        "review": form["needs_review"],
    }


def _write_index(folder: Path, published: Published, listed: Sequence[Row], old: Path) -> None:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in listed)
    (folder / "filings.js").write_text(f"listForms([\n{lines}\n]);\n", encoding="utf-8")
    now = {name: dict(published.store.rows(query)) for name, query in _COUNTS.items()}
    before = _before(now, old)
    (folder / _FIGURES).write_text(json.dumps({"now": now, "before": before}), encoding="utf-8")
    left_out = [
        row
        for batch in published.batches("files", "status NOT IN ('ok', 'needs_review')")
        for row in batch.to_pylist()
    ]
    text = page(
        "index.html",
        figures=_compared(now, before),
        compared=before is not None,
        columns=[dict(zip(("key", "zh", "en", "number"), column, strict=True)) for column in _COLUMNS],
        left_out=left_out[:_MOST_LEFT_OUT],
        more_left_out=max(0, len(left_out) - _MOST_LEFT_OUT),
        root="",
        key="",
    )
    (folder / "index.html").write_text(text, encoding="utf-8")


def _before(now: Figures, old: Path) -> Figures | None:
    """The figures that the old report leaves to compare with: its own, or those that it was compared with
    where nothing has changed since."""
    try:
        said = json.loads((old / _FIGURES).read_bytes())
        before: Figures | None = said["before"] if said["now"] == now else said["now"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return before


def _compared(now: Figures, before: Figures | None) -> list[Row]:
    """Figures for the index, each beside that of the run before."""
    compared = []
    for word, counts in now.items():
        old = None if before is None else before.get(word, {})
        parts = [
            {"word": part, "count": counts.get(part, 0), "before": None if old is None else old.get(part, 0)}
            for part in sorted(counts | (old or {}), key=lambda part: (-counts.get(part, 0), part))
            if part
        ]
        total = {"count": sum(counts.values()), "before": None if old is None else sum(old.values())}
        compared.append({"word": word, "parts": parts} | total)
    return compared
