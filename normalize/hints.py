"""Hints that a template left in the rows of an indicator table: they are no part of names and levels.

`★培训人数（≥**人）` and `指标2：培训人数` are the indicator 培训人数, `产出指标（50分）` is the level
产出指标, and a row of `……` is none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from normalize.clues import LEVELS
from normalize.columns import Assigned
from normalize.model import Text
from normalize.values import is_blank

_STAR = re.compile(r"^[*＊★☆▲△●]+\s*")
_NUMBERED = re.compile(
    r"^指标\s*[0-9一二三四五六七八九十①-⑩]*\s*[:：.、]\s*|^指标\s*[0-9]{1,2}(?:(?=[一-鿿])(?![年月日个项])|$)"
)
_EMPTY_TARGET = re.compile(r"\s*[（(][^（）()]*(?:[*＊×]{2}|XX|xx)[^（）()]*[)）]")
_POINTS = re.compile(r"\s*[（(]\s*[0-9]+(?:\.[0-9]+)?\s*[分%]?\s*[)）]$|(?<=标)\s*[0-9]+(?:\.[0-9]+)?分$")
_ELLIPSIS = re.compile(r"[.…·。]{2,}|…")
_OF_A_NAME = "a hint of the template, which is no part of the name"
_OF_A_LEVEL = "points of the level, which are no part of its name"
_NO_ROW = "a row of the template that was left open"


def without_hints(lines: Sequence[Assigned]) -> list[Assigned]:
    """The lines of a table without the hints of its template; lines that hold nothing else are gone."""
    bare = [replace(line, cells=_bare(line.cells)) for line in lines]
    return [line for line in bare if line.cells]


def _bare(cells: Mapping[str, Text]) -> dict[str, Text]:
    found = {}
    for role, text in cells.items():
        if role in LEVELS:
            text = text.changed("html_stripped", without_points(text.text), _OF_A_LEVEL)
        elif role == "indicator":
            text = text.changed("html_stripped", _without_hint(text.text), _OF_A_NAME)
        if text.text and not _ELLIPSIS.fullmatch(text.text):
            found[role] = text
    # What is left of an open row are marks of its other columns.
    blank = all(is_blank(text.text) for role, text in found.items() if role not in LEVELS)
    if blank or (
        "indicator" in cells
        and "indicator" not in found
        and all(_is_open(text.text) for text in found.values())
    ):
        return {role: text for role, text in found.items() if role in LEVELS}
    return found


def _is_open(text: str) -> bool:
    return bool(re.search(r"[*＊×]{2}|XX|xx", text))


def without_points(level: str) -> str:
    """A level's name without the points printed behind it."""
    return _POINTS.sub("", level)


def _without_hint(name: str) -> str:
    return _EMPTY_TARGET.sub("", _NUMBERED.sub("", _STAR.sub("", name))).strip()
