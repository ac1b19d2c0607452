"""Forms of the generator laid out as the real ones are: one table, labels as merged cells."""

import html
import re
from collections.abc import Mapping
from itertools import groupby
from random import Random

from tests.damage.model import LEVELS, Form, Row
from tests.render.sheet import Cell, Look, Sheet

Places = Mapping[str, tuple[int, int]]  # role: first column, columns
CAPTION = "分解目标"
DEPARTMENT_WIDTHS = [8.0, 15.0, 20.0, 27.0, 15.0, 15.0]
PROJECT_WIDTHS = [5.0, 10.0, 18.0, 23.0, 13.0, 25.0, 20.0]
KINDS = {
    **dict.fromkeys(("label", "label2", "label3", "section", "group", *LEVELS), "label"),
    **dict.fromkeys(("indicator", "item", "subprojects"), "name"),
    **dict.fromkeys(("amount", "total_investment", "prior_year", "current_year"), "amount"),
    **dict.fromkeys(("half_year", "full_year"), "target"),
}
MONEY = ("income", "expenditure", "subproject", "funding_source")


def _department_places(row: Row) -> Places:
    """Where the roles of a row of a department form stand on its six columns."""
    if row.kind == "field":
        return {"label": (0, 2), "value": (2, 4)}
    if row.kind in MONEY:
        item = {"group": (2, 1), "item": (3, 1)} if _grouped(row) else {"item": (2, 2)}
        sums = {"amount": (4, 2)} if row.kind == "income" else {"half_year": (4, 1), "full_year": (5, 1)}
        return {"caption": (0, 1), "section": (1, 1)} | item | sums
    names = {"key_task": (2, 1), "indicator": (3, 1)} if "key_task" in row.columns else {"indicator": (2, 2)}
    halves = (
        {"half_year": (4, 1), "full_year": (5, 1)} if "half_year" in row.columns else {"full_year": (4, 2)}
    )
    return {"level1": (0, 1), "level2": (1, 1)} | names | halves


def _project_places(row: Row, captioned: bool) -> Places:
    """Where the roles of a row of a project form stand on its seven columns."""
    if row.kind == "field":
        if "caption" in row.columns:
            pair = {"label2": (4, 1), "value2": (5, 2)}
            return {"caption": (0, 2), "label": (2, 1)} | (
                {"value": (3, 1)} | pair if len(row.fields) > 1 else {"value": (3, 4)}
            )
        return {
            1: {"label": (0, 2), "value": (2, 5)},
            2: {"label": (0, 2), "value": (2, 2), "label2": (4, 1), "value2": (5, 2)},
            3: dict(
                zip(
                    ("label", "value", "label2", "value2", "label3", "value3"),
                    [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)],
                    strict=True,
                )
            ),
        }[len(row.fields)]
    if row.kind == "subproject":
        return {"caption": (0, 2), "item": (2, 2), "amount": (4, 3)}
    if row.kind == "funding_source":
        periods = {"total_investment": (3, 1), "prior_year": (4, 1), "current_year": (5, 2)}
        return {"caption": (0, 2), "item": (2, 1)} | periods
    own = {"caption": (0, 1), "level1": (1, 1)} if captioned else {"level1": (0, 2)}
    rest = ("subprojects", "indicator", "full_year", "explanation", "evidence_source")
    return own | {role: (at, 1) for at, role in enumerate(rest, 2)}


def _grouped(row: Row) -> bool:
    """Whether the line is printed under 财政拨款."""
    return bool(row.amounts) and row.amounts[0].parent == "财政拨款"


def _plain(text: str) -> str:
    """A text without its tags, paragraphs as lines."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</p>\s*(?=<p)|<br\s*/?>", "\n", text)))


def _texts(row: Row, tags: bool) -> dict[str, str]:
    """What a row prints, by role; labels of levels are laid by their spans."""
    shown = {role: text for role, text in row.shown().items() if role not in LEVELS or row.kind == "header"}
    if not tags:
        shown = {role: _plain(text) if role.startswith("value") else text for role, text in shown.items()}
    if row.kind in ("subproject", "funding_source"):
        shown["caption"] = shown.pop("label", "")
    return shown


def _caption_of(row: Row) -> str:
    """What names the run of rows that a caption stands beside, if it does."""
    if row.kind in ("income", "expenditure"):
        return "money"
    if row.kind in MONEY or (row.kind == "field" and "caption" in row.columns):
        return row.kind
    return "body" if row.kind in ("header", "indicator", "level") else ""


def _section_of(row: Row) -> str:
    return row.kind if row.kind in ("income", "expenditure") else ""


def _group_of(row: Row) -> str:
    return "group" if row.kind == "income" and _grouped(row) else ""


def _runs(rows: list[Row]) -> dict[tuple[int, str], int]:
    """{(first row, role): rows} of captions, sections and groups; 0 for the rows after the first."""
    found: dict[tuple[int, str], int] = {}
    for role, of in (("caption", _caption_of), ("section", _section_of), ("group", _group_of)):
        for name, numbered in groupby(enumerate(rows), key=lambda pair, of=of: of(pair[1])):  # type: ignore[misc]
            run = [at for at, _ in numbered]
            if name:
                found |= {(at, role): 0 for at in run} | {(run[0], role): len(run)}
    return found


def _labels(form: Form, rows: list[Row]) -> dict[tuple[int, str], tuple[int, str]]:
    """{(row, role): (rows, text)} of the labels of levels; 0 rows where one above covers the place."""
    index = {id(row): at for at, row in enumerate(rows)}
    found: dict[tuple[int, str], tuple[int, str]] = {}
    for role in LEVELS:
        for label, covered in form.spans(role):
            at = [index[id(row)] for row in covered]
            for _, numbered in groupby(enumerate(at), key=lambda pair: pair[1] - pair[0]):
                run = [one for _, one in numbered]
                found |= {(one, role): (0, "") for one in run}
                found[run[0], role] = (len(run), "" if label.lost else label.shown)
    return found


def lay(form: Form, rng: Random, look: Look) -> Sheet:
    """The form as a sheet."""
    department = form.family == "department"
    captioned = not department and rng.random() < 0.6
    tags, breaks = rng.random() < 0.08, rng.random() < 0.5
    rows = form.rows
    runs, labels = _runs(rows), _labels(form, rows)
    cells = []
    for at, row in enumerate(rows):
        texts = _texts(row, tags)
        if captioned and row.block == "project" and row.kind == "header":
            texts["caption"] = CAPTION
        places = _department_places(row) if department else _project_places(row, captioned)
        for role, (column, colspan) in places.items():
            height, text = runs.get((at, role), 1), texts.get(role, "")
            if role in LEVELS and row.kind != "header":
                height, text = labels.get((at, role), (1, ""))
            if not height:
                continue
            kind = _kind(row, role, at == 0 or rows[at - 1].kind != row.kind)
            if kind == "caption":
                text = _stacked(text, look)
            elif breaks and " " in text and kind == "header":
                text = text.replace(" ", "\n")
            cells.append(Cell(at, column, text, height, colspan, kind))
    return Sheet(
        form.title.removeprefix("# "),
        [line for line in (form.year_line, *form.above) if line],
        cells,
        list(DEPARTMENT_WIDTHS if department else PROJECT_WIDTHS),
        len(rows),
        [at for at, row in enumerate(rows) if _caption_of(row) == "body"],
    )


def _kind(row: Row, role: str, first: bool) -> str:
    """The kind of a cell by its role; the first row of a section of sums is its header."""
    if role == "caption":
        return "caption"
    if row.kind == "header" or (row.kind in MONEY and first and role != "section"):
        return "header"
    if row.kind == "expenditure" and role in ("half_year", "full_year"):
        return "amount"
    return KINDS.get(role, "text")


def _stacked(text: str, look: Look) -> str:
    """The text one character a line, where the look has short captions so."""
    return "\n".join(text) if look.vertical == "stacked" and len(text) <= 8 else text
