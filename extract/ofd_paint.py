"""What a page of an OFD paints, in order: characters with what clips them, rulings, areas, pictures."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from extract import ofd_xml
from extract.content import codes_of
from extract.errors import TooLarge
from extract.model import Box
from extract.ofd_path import Part, parts
from extract.ofd_text import ALONG, quarter_turns, text_codes
from extract.ofd_xml import (
    LARGEST,
    Element,
    Malformed,
    attributes_of,
    children,
    name_of,
    parts_of,
)
from extract.painting import (
    UNREADABLE,
    Characters,
    Matrix,
    Painting,
    Point,
    Ruling,
    common,
    mapped,
    times,
)

_THICKEST = 4.0  # points that a filled area or a stroke may be thick, to be a ruling
_SLOPE = 0.1  # of a line, up to which it is level
_LETTER = 36.0  # points; shorter lines of a shape with curves may be strokes of a letter that is drawn
_SLANT = 1.0  # points by which the ends of a ruling may be out of line
_WHITE = 250  # of 255, from which a colour cannot be told from paper
_DEEPEST = 16  # blocks and drawings inside each other, parameters that refer to others
_MOST_WORK, _WORK_OF_PAGE = 1_000_000, 10_000  # of a file, and more for each of its pages; see Budget
_OBJECT = 10  # pieces of work that an object is
_AREAS, _BYTES = 16, 4  # areas that are looked through, bytes of a path: for one piece of it
_TOO_MUCH = "the file paints far more than its pages can show; export it again, or split it into smaller ones"
_FAR_OFF = "its objects stand far off the page"
_ENDLESS = "its drawings are made of each other"
_NO_DRAWING = "the drawing {!r} is missing from it"
_PRIVATE = 0xE000, 0xF8FF  # codes that mean what a font says; converters that do not know better write them
_OBJECTS = ("textobject", "pathobject", "imageobject", "compositeobject")
_FALSE, _TRUE = ("false", "0"), ("true", "1")


class Ink(IntEnum):
    """What something is painted in."""

    NONE = 0
    WHITE = 1
    DARK = 2


class Budget:
    """How many pieces of work the pages of a file may still make; a character is one. In a small file it can
    be without end, as drawings and templates are painted wherever something refers to them."""

    def __init__(self, source: str, pages: int) -> None:
        self.source = source
        self._left = _MOST_WORK + _WORK_OF_PAGE * pages

    def spend(self, work: int) -> None:
        """Raises ``TooLarge``."""
        self._left -= work
        if self._left < 0:
            raise TooLarge(self.source, _TOO_MUCH)


class Style(NamedTuple):
    """What an object is filled and drawn with, where it or what it is in says so."""

    fill: Ink | None = None
    stroke: Ink | None = None
    line_width: float | None = None

    def over(self, other: "Style") -> "Style":
        """This style, with what it leaves open as in the ``other``."""
        return Style(
            other.fill if self.fill is None else self.fill,
            other.stroke if self.stroke is None else self.stroke,
            other.line_width if self.line_width is None else self.line_width,
        )


class Place(NamedTuple):
    """Where objects are painted: the matrix from their space to the page, what clips them, their style, and
    how many others they are in."""

    matrix: Matrix
    clip: Box
    style: Style = Style()
    depth: int = 0


class Painter:
    """Paints objects on a page. ``drawings`` are the vector graphics that they refer to, ``params`` the
    drawing parameters, by their ids."""

    def __init__(
        self, drawings: Mapping[str, Element], params: Mapping[str, Element], budget: Budget
    ) -> None:
        self.painting = Painting()
        self._drawings, self._params, self._budget = drawings, params, budget
        self._number = 0
        self._text: list[str] = []
        self._boxes = array("d")
        self._runs: list[tuple[int, int, int, int]] = []  # length, quarter turns, ink, number
        self._clips: list[Box] = []

    def paint(self, elements: Iterable[Element], place: Place) -> None:
        """Paint the objects among ``elements`` in ``place``. Raises ``Malformed``, ``TooLarge``."""
        if place.depth > _DEEPEST:
            raise Malformed(_ENDLESS)
        for element in elements:
            self._budget.spend(_OBJECT)
            name = name_of(element)
            if name in ("layer", "pageblock"):
                style = self._param(attributes_of(element).get("drawparam")).over(place.style)
                self.paint(element, Place(place.matrix, place.clip, style, place.depth + 1))
            elif name in _OBJECTS:
                self._number += 1
                self._paint_object(name, element, place)

    def characters(self) -> Characters:
        """The characters that are painted."""
        runs = np.array(self._runs, dtype=np.int64).reshape(-1, 4)
        _, turns, inks, numbers = np.repeat(runs, runs[:, 0], axis=0).T
        clips = np.array(self._clips, dtype=np.float64).reshape(-1, 4)
        codes = codes_of("".join(self._text))
        codes[(_PRIVATE[0] <= codes) & (codes <= _PRIVATE[1])] = UNREADABLE
        return Characters(
            codes,
            np.array(self._boxes, dtype=np.float64).reshape(-1, 4),
            turns,
            numbers,
            inks > Ink.NONE,
            inks == Ink.WHITE,
            np.repeat(clips, runs[:, 0], axis=0),
        )

    def _paint_object(self, name: str, element: Element, place: Place) -> None:
        values, inner = attributes_of(element), parts_of(element)
        boundary = ofd_xml.box(values.get("boundary"))
        to_page = times(_move(boundary), place.matrix)
        matrix = times(ofd_xml.matrix(values.get("ctm")), to_page)
        if max(map(abs, matrix)) > LARGEST:
            raise Malformed(_FAR_OFF)
        # Producers write boundaries that are too small, or none: unlike clips they hide nothing.
        clip = self._clipped(place.clip, inner.get("clips"), matrix, to_page)
        style = _style(inner, values).over(self._param(values.get("drawparam"))).over(place.style)
        if values.get("visible") in _FALSE or ofd_xml.number(values.get("alpha"), 255.0) <= 0:
            style = Style(Ink.NONE, Ink.NONE)
        inside = Place(matrix, clip, style, place.depth + 1)
        if name == "textobject":
            self._paint_text(element, values, inside)
        elif style.fill is style.stroke is Ink.NONE:
            return
        elif name == "pathobject":
            self._paint_path(inner, values, inside)
        elif name == "compositeobject":
            drawing = self._drawings.get(values.get("resourceid", ""))
            if drawing is None:
                raise Malformed(_NO_DRAWING.format(values.get("resourceid", "")))
            for content in children(drawing, "content"):
                self.paint(content, inside)
        else:
            picture = mapped(boundary, place.matrix) if boundary else mapped((0.0, 0.0, 1.0, 1.0), matrix)
            if self._add_area(picture, clip, Ink.DARK):
                self.painting.pictures.append(common(picture, clip))

    def _param(self, reference: str | None, depth: int = 0) -> Style:
        """The style of drawing parameters, and of those that they build on."""
        element = self._params.get(reference or "")
        if element is None or depth > _DEEPEST:
            return Style()
        values = attributes_of(element)
        return _style(parts_of(element), values).over(self._param(values.get("relative"), depth + 1))

    def _clipped(self, clip: Box, clips: Element | None, matrix: Matrix, to_page: Matrix) -> Box:
        """What an object's ``clips`` leave of ``clip``. They stand in the space of the object, to which its
        own matrix applies only if they say so."""
        if clips is None:
            return clip
        outer = matrix if attributes_of(clips).get("transflag") in _TRUE else to_page
        for part in children(clips, "clip"):
            areas = list(children(part, "area"))
            paths = [(area, path) for area in areas for path in children(area, "path")]
            if not paths or len(paths) < len(areas):
                continue  # letters clip too, and there is no telling what they leave
            points = [
                point for area, path in paths for point in self._outline(path, times(_matrix(area), outer))
            ]
            clip = common(clip, _around(points)) if points else clip
        return clip

    def _outline(self, path: Element, matrix: Matrix) -> list[Point]:
        boundary = ofd_xml.box(attributes_of(path).get("boundary"))
        matrix = times(_matrix(path), times(_move(boundary), matrix))
        return [point for part in self._parts(parts_of(path), matrix) for point in part.points]

    def _parts(self, inner: Mapping[str, Element], matrix: Matrix) -> list[Part]:
        data = ofd_xml.text_of(inner.get("abbreviateddata"))
        self._budget.spend(len(data) // _BYTES)
        return list(parts(data, matrix))

    def _paint_text(self, element: Element, values: Mapping[str, str], place: Place) -> None:
        fill = _or(place.style.fill, Ink.DARK) if values.get("fill") not in _FALSE else Ink.NONE
        stroke = _or(place.style.stroke, Ink.DARK) if values.get("stroke") in _TRUE else Ink.NONE
        ink = max(fill, stroke)
        turn = _turn(ALONG[quarter_turns(values.get("chardirection"))], place.matrix)
        for text, boxes in text_codes(element, values):
            # Where it is white, the areas below each character are looked through.
            looks = len(self.painting.areas) // _AREAS if ink is Ink.WHITE else 0
            self._budget.spend(len(text) * (1 + looks))
            self._text.append(text)
            for box in boxes:
                self._boxes.extend(mapped(box, place.matrix))
            self._runs.append((len(text), turn, ink, self._number))
            self._clips.append(place.clip)

    def _paint_path(self, inner: Mapping[str, Element], values: Mapping[str, str], place: Place) -> None:
        fill = _or(place.style.fill, Ink.NONE) if values.get("fill") in _TRUE else Ink.NONE
        stroke = _or(place.style.stroke, Ink.DARK) if values.get("stroke") not in _FALSE else Ink.NONE
        a, b, c, d, _, _ = place.matrix
        width = (place.style.line_width or 0.0) * abs(a * d - b * c) ** 0.5
        rulings = len(self.painting.rulings)
        outlines = self._parts(inner, place.matrix)
        least = _LETTER if any(part.curved for part in outlines) else 0.0
        for part in outlines:
            if fill:
                self._add_filled(_around(part.points), place.clip, fill, least)
            for line in part.lines if stroke else ():
                self._add_stroke(_around(line), width, place.clip, stroke, least)
        self.painting.shapes += len(self.painting.rulings) == rulings

    def _add_filled(self, box: Box, clip: Box, ink: Ink, least: float) -> None:
        """What is filled as a ruling where it is thin (and has the ``least`` length), else as an area."""
        if min(box[2] - box[0], box[3] - box[1]) > _THICKEST:
            self._add_area(box, clip, ink)
        elif max(box[2] - box[0], box[3] - box[1]) >= least:
            self._add_ruling(box, clip, ink)

    def _add_stroke(self, box: Box, width: float, clip: Box, ink: Ink, least: float) -> None:
        """A stroke along an axis as a ruling, or as an area where it is too thick for one."""
        left, top, right, bottom = box
        if min(right - left, bottom - top) > _SLANT or max(right - left, bottom - top) < least:
            return
        if width <= _THICKEST:
            self._add_ruling(box, clip, ink)
        elif right - left >= bottom - top:
            self._add_area((left, top - width / 2, right, bottom + width / 2), clip, ink)
        else:
            self._add_area((left - width / 2, top, right + width / 2, bottom), clip, ink)

    def _add_area(self, box: Box, clip: Box, ink: Ink) -> bool:
        """Whether something of it can be seen."""
        left, top, right, bottom = common(box, clip)
        if left >= right or top >= bottom:
            return False
        self.painting.areas.append(((left, top, right, bottom), self._number, ink is Ink.WHITE))
        return True

    def _add_ruling(self, box: Box, clip: Box, ink: Ink) -> None:
        """A thin box as a ruling: along its longer side, or, where it is a dot, along both."""
        left, top, right, bottom = common(box, clip)
        if left > right or top > bottom:
            return
        if ink is Ink.WHITE:
            self._budget.spend(len(self.painting.areas) // _AREAS)
        width, height = right - left, bottom - top
        x, y = (left + right) / 2, (top + bottom) / 2
        white = ink is Ink.WHITE
        if height <= _THICKEST and (width >= height or width <= _THICKEST):
            self.painting.rulings.append(Ruling((left, y, right, y), self._number, white))
        if width <= _THICKEST and (height >= width or height <= _THICKEST):
            self.painting.rulings.append(Ruling((x, top, x, bottom), self._number, white))


def _move(boundary: Box | None) -> Matrix:
    """The matrix from the space of an object to that of what it is in; its boundary says where it begins."""
    left, top = boundary[:2] if boundary else (0.0, 0.0)
    return 1.0, 0.0, 0.0, 1.0, left, top


def _matrix(element: Element) -> Matrix:
    return ofd_xml.matrix(attributes_of(element).get("ctm"))


def _style(inner: Mapping[str, Element], values: Mapping[str, str]) -> Style:
    width = values.get("linewidth")
    return Style(
        _ink(inner.get("fillcolor")),
        _ink(inner.get("strokecolor")),
        None if width is None else ofd_xml.number(width, 0.0),
    )


def _ink(color: Element | None) -> Ink | None:
    """The ink of a colour; None where none is given."""
    if color is None:
        return None
    values = attributes_of(color)
    return _ink_of(values.get("value", ""), values.get("alpha"))


@lru_cache(maxsize=1000)
def _ink_of(value: str, alpha: str | None) -> Ink:
    """The ink of a colour: its channels as numbers or hexadecimal, and how opaque it is."""
    if ofd_xml.number(alpha, 255.0) <= 0:
        return Ink.NONE
    try:
        channels = [int(token[1:], 16) if token.startswith("#") else float(token) for token in value.split()]
    except ValueError:
        return Ink.DARK
    if len(channels) == 4:  # of inks: cyan, magenta, yellow, black
        return Ink.WHITE if max(channels) <= 255 - _WHITE else Ink.DARK
    return Ink.WHITE if channels and min(channels) >= _WHITE else Ink.DARK


def _or(ink: Ink | None, default: Ink) -> Ink:
    return default if ink is None else ink


def _turn(along: Point, matrix: Matrix) -> int:
    """The quarter turns to the left of characters that are written ``along`` a direction; -1 if slanted."""
    a, b, c, d, _, _ = matrix
    x, y = a * along[0] + c * along[1], b * along[0] + d * along[1]
    if abs(y) <= _SLOPE * abs(x):
        return 0 if x > 0 else 2
    if abs(x) <= _SLOPE * abs(y):
        return 1 if y < 0 else 3
    return -1


def _around(points: Sequence[Point]) -> Box:
    x, y = [point[0] for point in points], [point[1] for point in points]
    return min(x), min(y), max(x), max(y)
