"""The characters of an OFD's text objects, with their places in the objects' own space.

Producers give each character's place; how wide it is only its font says, which may not be there. A character
reaches to the next one then, where that is near enough, or else it is as wide as its kind mostly is.
"""

import unicodedata
from collections.abc import Iterator, Mapping

from extract import ofd_xml
from extract.model import Box
from extract.ofd_xml import Element, Malformed, attributes_of, children
from extract.painting import Point

_ASCENT, _DESCENT = 0.88, 0.12  # of a font's size, as fonts of ideographs have them
_NARROW, _CAPITAL = 0.5, 0.75  # of it, the widths of characters that are no ideographs or full-width signs
_WIDE_LETTERS = "mw%@&"
_MOST_GLYPHS = 100  # that stand for some characters
_NO_SIZE = "it has a text without a size"

ALONG: tuple[Point, ...] = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
"""Directions (right, down, left, up) by quarter turns to the right."""


def quarter_turns(direction: str | None) -> int:
    """How many quarter turns to the right a direction in degrees is, 0 to 3. Raises ``Malformed``."""
    return round(ofd_xml.number(direction, 0.0) / 90) % 4


def text_codes(element: Element, values: Mapping[str, str]) -> Iterator[tuple[str, list[Box]]]:
    """The texts of a text object (``values`` are its attributes), each with its characters' boxes.

    Raises ``Malformed``.
    """
    if "size" not in values:
        raise Malformed(_NO_SIZE)
    size = ofd_xml.number(values["size"], 0.0)
    widest = size * ofd_xml.number(values.get("hscale"), 1.0)
    along = ALONG[quarter_turns(values.get("chardirection"))]
    reading = ALONG[quarter_turns(values.get("readdirection"))]
    groups = _groups(element)
    x = y = 0.0
    first = 0
    for code in children(element, "textcode"):
        places = attributes_of(code)
        x, y = ofd_xml.number(places.get("x"), x), ofd_xml.number(places.get("y"), y)
        text = _printed(code)
        steps = _steps(places, _counts(groups, first, len(text)))
        first += len(text)
        boxes = []
        left, line = x, y
        for character, step in zip(text, steps, strict=True):
            width = widest * _share(character)
            if step is None:
                step = reading[0] * width, reading[1] * width
            else:
                advance = step[0] * along[0] + step[1] * along[1]
                width = advance if 0 < advance <= widest else width
            boxes.append(_box(left, line, along, width, size))
            left, line = left + step[0], line + step[1]
        yield text, boxes


def _printed(code: Element) -> str:
    """The text of a text code, without the line ends and indents of an XML file laid out for reading."""
    text = "".join(map(str, code.itertext()))
    return "".join(part.strip() for part in text.split("\n")) if "\n" in text else text


def _groups(element: Element) -> dict[int, tuple[int, int]]:
    """The characters that do not have one glyph each: by their first place in the text object, how many
    characters have how many glyphs together."""
    groups = {}
    for transform in children(element, "cgtransform"):
        values = attributes_of(transform)
        codes, glyphs = (int(ofd_xml.number(values.get(name), 1.0)) for name in ("codecount", "glyphcount"))
        if codes != glyphs and codes > 0 and 0 < glyphs <= _MOST_GLYPHS:
            groups[int(ofd_xml.number(values.get("codeposition"), 0.0))] = (codes, glyphs)
    return groups


def _counts(groups: Mapping[int, tuple[int, int]], first: int, length: int) -> list[tuple[int, int]]:
    """How many characters have how many glyphs, for ``length`` characters from the ``first`` on."""
    if not groups:
        return [(1, 1)] * length
    counts = []
    place = 0
    while place < length:
        codes, glyphs = groups.get(first + place, (1, 1))
        codes = min(codes, length - place)
        counts.append((codes, glyphs))
        place += codes
    return counts


def _steps(places: Mapping[str, str], counts: list[tuple[int, int]]) -> Iterator[Point | None]:
    """For each character the way to the next one; None where it is not given. Offsets are between glyphs."""
    between = sum(glyphs for _, glyphs in counts) - 1
    across, down = (ofd_xml.offsets(places.get(name), between) for name in ("deltax", "deltay"))
    given = between if any(across) or any(down) else 0
    across, down = across or [0.0] * given, down or [0.0] * given
    place = 0
    for codes, glyphs in counts:
        end = place + glyphs
        if end <= given:
            step = sum(across[place:end]) / codes, sum(down[place:end]) / codes
            yield from [step] * codes
        else:
            yield from [None] * codes
        place = end


def _share(character: str) -> float:
    """How wide a character mostly is, as a share of the font's size."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return _CAPITAL if character.isupper() or character in _WIDE_LETTERS else _NARROW


def _box(x: float, y: float, along: Point, width: float, size: float) -> Box:
    """The box of a character that is written from a point of its baseline ``along`` a direction."""
    up = along[1] * size, -along[0] * size
    one = x + _ASCENT * up[0], y + _ASCENT * up[1]
    other = x - _DESCENT * up[0] + along[0] * width, y - _DESCENT * up[1] + along[1] * width
    return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])
