"""The numbers that Word prints before the paragraphs of lists; the text does not hold them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extract.numbering import number
from extract.ooxml import Element, attribute, child, integer, is_on, local_name

_PLACE = re.compile(r"%([1-9])")
_LEVELS = range(9)
_SUFFIXES = {"nothing": "", "space": " ", "tab": " "}


@dataclass(frozen=True, slots=True)
class _Level:
    """How the paragraphs of one level of a list are numbered; ``style`` is the paragraph style tied to it."""

    start: int
    format: str
    text: str
    suffix: str
    in_digits: bool
    style: str | None


@dataclass(slots=True)
class _List:
    """The levels of a list and the numbers that they have come to. Lists of one definition count on."""

    levels: dict[int, _Level]
    counts: dict[int, int]


class Numbering:
    """Counts the paragraphs of a document's lists, in the order in which it is asked for them."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = {attribute(style, "styleId"): style for style in _all(styles, "style")}
        definitions = {attribute(each, "abstractNumId"): each for each in _all(numbering, "abstractNum")}
        shared: dict[str | None, dict[int, int]] = {}
        self._lists: dict[str, _List] = {}
        self._starts: dict[str, dict[int, int]] = {}
        for each in _all(numbering, "num"):
            key, definition = attribute(each, "numId"), attribute(child(each, "abstractNumId"))
            if key is None or definition not in definitions:
                continue
            levels = dict(_levels(definitions[definition]))
            for override in _all(each, "lvlOverride"):
                levels |= dict(_levels(override))
            self._lists[key] = _List(levels, shared.setdefault(definition, {}))
            self._starts[key] = dict(_starts(each))

    def label(self, paragraph: Element) -> str:
        """The number that is printed before ``paragraph``, with the space after it; empty where none is."""
        key, depth = self._place(child(paragraph, "pPr"))
        numbered = self._lists.get(key)
        level = numbered.levels.get(depth) if numbered else None
        if numbered is None or level is None:
            return ""
        self._count(key, numbered, depth)
        if level.format in ("bullet", "none") or not level.text:
            return ""

        def written(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            if at not in numbered.levels or at not in numbered.counts:
                return ""
            return number(numbered.counts[at], "decimal" if level.in_digits else numbered.levels[at].format)

        return _PLACE.sub(written, level.text) + level.suffix

    def _count(self, key: str, numbered: _List, depth: int) -> None:
        for restarted, start in self._starts.pop(key, {}).items():
            numbered.counts[restarted] = start - 1
        counts, levels = numbered.counts, numbered.levels
        for above in range(depth):  # a level that was jumped over counts as begun
            counts.setdefault(above, levels[above].start if above in levels else 1)
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [inner for inner in counts if inner > depth]:
            del counts[deeper]

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """The list of a paragraph and its level in it; list ``0`` is none."""
        own = child(properties, "numPr")
        style = attribute(child(properties, "pStyle"))
        key = attribute(child(own, "numId"))
        depth = child(own, "ilvl")
        seen = set()
        while key is None and style in self._styles and style not in seen:
            seen.add(style)
            inherited = child(self._styles[style], "pPr", "numPr")
            key = attribute(child(inherited, "numId"))
            if key is None:
                style = attribute(child(self._styles[style], "basedOn"))
            elif depth is None:
                depth = child(inherited, "ilvl")
        if depth is None and key in self._lists:
            levels = self._lists[key].levels
            return key, next((at for at, level in levels.items() if style and level.style == style), 0)
        return key or "0", integer(depth)


def _all(parent: Element | None, name: str) -> Iterator[Element]:
    return (inner for inner in ([] if parent is None else parent) if local_name(inner) == name)


def _levels(parent: Element) -> Iterator[tuple[int, _Level]]:
    for level in _all(parent, "lvl"):
        if (depth := integer(level, "ilvl")) in _LEVELS:
            yield (
                depth,
                _Level(
                    integer(child(level, "start")),
                    attribute(child(level, "numFmt")) or "decimal",
                    attribute(child(level, "lvlText")) or "",
                    _SUFFIXES.get(attribute(child(level, "suff")) or "tab", " "),
                    is_on(child(level, "isLgl")),
                    attribute(child(level, "pStyle")),
                ),
            )


def _starts(num: Element) -> Iterator[tuple[int, int]]:
    for override in _all(num, "lvlOverride"):
        start = child(override, "startOverride")
        if start is not None:
            yield integer(override, "ilvl"), integer(start, default=1)
