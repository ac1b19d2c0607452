"""The page of one form, in a worker process: PDFium draws pictures of what somebody sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.originals import Kept
from pipeline.report.pages import page
from pipeline.report.pictures import pdf_pictures, picture_name
from pipeline.report.view import form_view

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What the page of a form is made of: its row in the index and all others, its original, and its key."""

    form: Row
    tables: Mapping[str, Sequence[Row]]
    kept: Kept
    key: str


def draw(_: object, draft: Draft) -> dict[str, bytes] | None:
    """The page of a form and its pictures, as files below the report's folder; None where something in the
    file does not let them be drawn, which must not cost the others their report."""
    try:
        return _drawn(draft)
    except Exception:
        return None


def _drawn(draft: Draft) -> dict[str, bytes]:
    source, drawn = draft.kept.opened(), dict[str, bytes]()
    names: dict[int, str] = {}
    if source.pictured is not None:
        numbers = {origin["page"] for origin in draft.tables["origins"]}
        for number, data in pdf_pictures(source.pictured, source.hidden, numbers).items():
            names[number] = picture_name(draft.kept.sha256, number)
            drawn[names[number]] = data
    view = form_view(draft.tables, source.document, names)
    text = page("filing.html", form=view, head=_facts(view.filing | draft.form), root="../", key=draft.key)
    return drawn | {page_of(draft.form["filing_id"]): text.encode()}


def page_of(filing_id: str) -> str:
    """The page of a form, below the report's folder."""
    return f"filings/{filing_id}.html"


def _facts(filing: Row) -> list[tuple[str, str, Any]]:
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
