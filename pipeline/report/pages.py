"""The templates of the report and the review: every text that they show is escaped."""

import math
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from pipeline.report.words import WORDS
from pipeline.terminal import shown

ASSETS = ("report.css", "report.js", "review.js")


def page(template: str, **values: Any) -> str:
    """A page of a template."""
    return _environment().get_template(template).render(**values)


def asset(name: str) -> bytes | None:
    """A style sheet or script of the pages; None where there is none of that name."""
    return (files("pipeline.report") / "templates" / name).read_bytes() if name in ASSETS else None


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = WORDS
    environment.filters |= {"shown": _text, "floor2": floor, "number": _number, "parsed": _parsed}
    return environment


def _text(text: str) -> str:
    """A text from a filing as a page shows it: line ends stay, other control characters are written out."""
    return "\n".join(map(shown, text.split("\n")))


def floor(confidence: float) -> float:
    """A confidence with two decimals, rounded down: nothing looks as if it met a threshold that it misses."""
    return math.floor(confidence * 100 + 1e-9) / 100


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


def _parsed(row: dict[str, Any]) -> str:
    """What a target was read as, where that is not what it says."""
    if row["value"] is None:
        return ""
    number = f"{row['value']:.10g}" + ("" if row["value_max"] is None else f"–{row['value_max']:.10g}")
    sign = "" if row["comparator"] in (None, "range") else row["comparator"]
    said = f"{sign}{number}{row['unit'] or ''}"
    return "" if said == "".join((row["target"] or "").split()) else said
