"""The folder ``report``: an index of all forms, and a page for each of those that are to be looked at."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import fingerprints
from pipeline.pool import Lost, Workers
from pipeline.published import Published
from pipeline.report.drawing import Draft, draw, page_of
from pipeline.report.originals import kept
from pipeline.report.pages import ASSETS, asset, floor, page
from pipeline.report.view import level
from pipeline.report.words import WORDS
from pipeline.store import Store
from pipeline.terminal import shown

Row = dict[str, Any]
Figures = dict[str, dict[str, int]]

MOST_PAGES = 1_000
"""Forms that get a page of their own, those that need review first; `jixiao review` shows any."""
_MOST_LEFT_OUT = 500  # files that the index lists; the others stand in files.csv
_FIGURES = "figures.json"
_AT_ONCE = 50  # forms that are fetched from the store together
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
    CREATE OR REPLACE TEMP TABLE forms AS
    SELECT f.rank, split_part(filing_id, '-', 2)::BIGINT AS ordinal, f.filing_id, f.extraction, f.sha256,
        f.format, f.source, f.superseded_by, f.title, f.unit_name, f.fiscal_year, f.form, f.confidence,
        f.needs_review, coalesce(i.n, 0) AS indicators, coalesce(r.n, 0) AS repairs,
        coalesce(c.n, 0) AS failed
    FROM published_filings f
    LEFT JOIN (SELECT filing_id, count(DISTINCT row) AS n FROM published_indicators GROUP BY 1) i
        USING (filing_id)
    LEFT JOIN (SELECT filing_id, count(*) AS n FROM published_repairs GROUP BY 1) r USING (filing_id)
    LEFT JOIN (SELECT filing_id, count(*) AS n FROM published_checks WHERE status = 'fail' GROUP BY 1) c
        USING (filing_id)
"""
_NEED = "NOT needs_review, confidence, filing_id"


def write(
    folder: Path, published: Published, old: Path, workers: Workers, *, most_pages: int = MOST_PAGES
) -> None:
    """Write the report of what is ``published`` into the new folder ``folder``.

    Pages that the ``old`` report has of the same forms, made by the same code, are taken over from it; its
    figures are what the run is compared with. All other pages ``workers`` make.
    """
    for name in ("", "filings", "pages"):
        (folder / name).mkdir()
    for name in ASSETS:
        (folder / name).write_bytes(asset(name) or b"")
    store = published.store
    store.execute(_OF_FORMS)
    chosen = _rows(published, f"SELECT * FROM forms ORDER BY {_NEED} LIMIT {most_pages}")
    pages = _Pages(folder, store, old)
    pages.write([form for form in chosen if not pages.take_over(form)], workers)
    _write_index(folder, published, _rows(published, "FROM forms ORDER BY rank, ordinal"), old)


def _rows(published: Published, query: str) -> Iterator[Row]:
    for batch in published.store.stream(query, 1_000):
        yield from batch.to_pylist()


class _Pages:
    """Has the pages of forms made, or takes over those of the old report."""

    def __init__(self, folder: Path, store: Store, old: Path) -> None:
        self.folder, self.store, self.old = folder, store, old
        self.code = fingerprints.of_publishing()
        self.pictures: dict[str, list[str]] = defaultdict(list)
        with suppress(OSError):
            for name in os.listdir(old / "pages"):
                self.pictures[name.partition("-")[0]].append(name)

    def key(self, form: Row) -> str:
        """By what the page of a form is made."""
        key = f"{self.code} {form['extraction']} {form['superseded_by']} {form['source']}"
        return hashlib.sha256(key.encode()).hexdigest()

    def take_over(self, form: Row) -> bool:
        """Link the page of a form and its pictures from the old report, if it is the same."""
        name = page_of(form["filing_id"])
        with suppress(OSError):
            with (self.old / name).open(encoding="utf-8") as file:
                same = self.key(form) in file.read(_HEAD)
            if same:
                for one in (name, *(f"pages/{picture}" for picture in self.pictures[form["sha256"][:16]])):
                    if not (self.folder / one).exists():
                        os.link(self.old / one, self.folder / one)
                return True
        return False

    def write(self, forms: Sequence[Row], workers: Workers) -> None:
        """Write the pages of forms. One that cannot be made is made without pictures, or else left out."""
        lost: list[Draft] = []
        for draft, drawn in workers.run(draw, self._drafts(forms)):
            if not self._save(drawn):
                lost.append(replace(draft, kept=replace(draft.kept, files=())))
        for _, drawn in workers.run(draw, lost):
            self._save(drawn)

    def _drafts(self, forms: Sequence[Row]) -> Iterator[Draft]:
        for first in range(0, len(forms), _AT_ONCE):
            some = forms[first : first + _AT_ONCE]
            tables = self.store.forms([form["filing_id"] for form in some])
            originals = kept(self.store, [form["sha256"] for form in some])
            for form in some:
                yield Draft(form, tables[form["filing_id"]], originals[form["sha256"]], self.key(form))

    def _save(self, drawn: Mapping[str, bytes] | Lost | None) -> bool:
        """Write what was drawn, if anything; whether it was."""
        if drawn is None or isinstance(drawn, Lost):
            return False
        for name, data in drawn.items():
            (self.folder / name).write_bytes(data)
        return True


def _listed(folder: Path, form: Row) -> Row:
    """What the index lists of a form."""
    name = page_of(form["filing_id"])
    values = form | {
        "form": WORDS[form["form"]],
        "title": shown(form["title"] or form["source"]),
        "source": shown(form["source"]),
        "confidence": floor(form["confidence"]),
    }
    return {
        "row": [values[key] for key, *_ in _COLUMNS],
        "page": name if (folder / name).exists() else None,
        "level": level(form["confidence"]),
        "review": form["needs_review"],
    }


def _write_index(folder: Path, published: Published, forms: Iterable[Row], old: Path) -> None:
    with (folder / "filings.js").open("w", encoding="utf-8") as file:
        file.write("listForms([")
        for number, form in enumerate(forms):
            listed = json.dumps(_listed(folder, form), ensure_ascii=False, separators=(",", ":"))
            file.write(f"{',' if number else ''}\n{listed}")
        file.write("\n]);\n")
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
