"""What a page of a PDF paints, in order: text objects with what clips them, rulings, areas, pictures."""

import ctypes
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import pypdfium2.raw as raw

from extract import pdfium
from extract.model import Box
from extract.painting import Matrix, Painting, Point, Ruling, common, mapped, times
from extract.pdfium import Handle

_POINTS = 72  # of an inch
_THICKEST = 3.0  # points that a filled area or a stroke may be thick, to be a ruling
_SLANT = 1.0  # points by which the ends of a ruling may be out of line
_WHITE = 250  # of 255, from which a colour cannot be told from paper
_DEEPEST = 12  # forms inside forms
_RECTANGLE = 5  # segments
_MOST_SEGMENTS = 200_000  # of all paths of a page that are gone through
_MOST_CLIP_SEGMENTS = 1_000  # of a path that clips
_STROKED, _UNPAINTED = (1, 5), (3, 7)  # modes of rendering text


class Run(NamedTuple):
    """A text object: its number in the order of painting, whether it is painted in any colour, and whether
    in white, and the box that clips it."""

    number: int
    painted: bool
    white: bool
    left: float
    top: float
    right: float
    bottom: float


def read_painting(page: Handle, matrix: Matrix, box: Box) -> tuple[Painting, dict[Handle, Run]]:
    """What ``page`` paints, and its text objects; ``matrix`` maps its space to the page as it is shown, of
    which ``box`` is seen."""
    painter = _Painter()
    objects = [pdfium.object_at(page, index) for index in range(pdfium.object_count(page))]
    painter.paint(objects, matrix, box, 0)
    return painter.painting, painter.runs


class _Painter:
    """Goes through the objects of a page and those in its forms."""

    def __init__(self) -> None:
        self.painting = Painting()
        self.runs: dict[Handle, Run] = {}
        self._floats = (ctypes.c_float * 6)()
        self._modes = (ctypes.c_int * 2)()
        self._colors = ctypes.create_string_buffer(16)
        self._looks: dict[bytes, tuple[bool, bool]] = {}
        self._see_through = 0  # forms around what is painted that let what is below them through
        self._clips: dict[tuple[int, int, Matrix], Box] = {}
        self._segments = 0
        self._largest = 0.0
        self._number = 0

    def paint(self, objects: Iterable[Handle], matrix: Matrix, box: Box, depth: int) -> None:
        """Take in ``objects``; ``matrix`` maps their space to the page, ``box`` clips all of them."""
        painting = self.painting
        for handle in objects:
            self._number += 1
            kind = pdfium.object_type(handle)
            clip_path = pdfium.clip_path(handle)
            clip = box
            if pdfium.clip_path_count(clip_path) > 0:
                clip = self._clip(clip_path, matrix, box)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                mode = pdfium.text_mode(handle)
                color = pdfium.stroke_color if mode in _STROKED else pdfium.fill_color
                painted, white = self._look(handle, color)
                self.runs[handle] = Run(self._number, painted and mode not in _UNPAINTED, white, *clip)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(handle, matrix, clip)
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                if depth < _DEEPEST:
                    parts = [
                        pdfium.form_object_at(handle, index)
                        for index in range(pdfium.form_object_count(handle))
                    ]
                    see_through = bool(pdfium.is_see_through(handle))
                    self._see_through += see_through
                    self.paint(parts, self._matrix(handle, matrix), clip, depth + 1)
                    self._see_through -= see_through
            else:
                bounds = self._bounds(handle, matrix)
                area = common(bounds, clip)
                if min(area[2] - area[0], area[3] - area[1]) <= _THICKEST:
                    self._ruling(area, clip, False)  # some printers paint lines as pictures
                painting.areas.append((area, self._number, False))
                if kind == raw.FPDF_PAGEOBJ_IMAGE:
                    painting.pictures.append(area)
                    self._picture(handle, bounds)

    def _picture(self, handle: Handle, bounds: Box) -> None:
        """Take in how fine a picture is."""
        left, top, right, bottom = bounds
        size = (right - left) * (bottom - top)
        place = ctypes.addressof(self._colors)
        if size > self._largest and pdfium.picture_size(handle, place, place + 4):
            self._largest = size
            width, height, _, _ = struct.unpack("4I", self._colors.raw)
            self.painting.dpi = _POINTS * sqrt(width * height / size)

    def _look(self, handle: Handle, color: Callable[..., int]) -> tuple[bool, bool]:
        """Whether an object is painted in any colour, and whether in white."""
        place = ctypes.addressof(self._colors)
        if not color(handle, place, place + 4, place + 8, place + 12):
            return True, False  # a pattern
        value = self._colors.raw
        if value not in self._looks:
            red, green, blue, alpha = struct.unpack("4I", value)
            self._looks[value] = alpha > 0, min(red, green, blue) >= _WHITE
        return self._looks[value]

    def _hides(self, handle: Handle) -> bool:
        """Whether a rectangle that is filled hides what is below it."""
        place = ctypes.addressof(self._colors)
        plain = pdfium.fill_color(handle, place, place + 4, place + 8, place + 12)  # no pattern
        return bool(plain) and not self._see_through and not pdfium.is_see_through(handle)

    def _matrix(self, handle: Handle, matrix: Matrix) -> Matrix:
        """The matrix from the space of an object to the page, ``matrix`` being that of what it is in."""
        pdfium.object_matrix(handle, ctypes.addressof(self._floats))
        a, b, c, d, e, f = self._floats
        return times((a, b, c, d, e, f), matrix)

    def _bounds(self, handle: Handle, matrix: Matrix) -> Box:
        place = ctypes.addressof(self._floats)
        pdfium.object_bounds(handle, place, place + 4, place + 8, place + 12)
        left, bottom, right, top, _, _ = self._floats
        return mapped((left, bottom, right, top), matrix)

    def _clip(self, clip_path: Handle, matrix: Matrix, box: Box) -> Box:
        """The box that a clip leaves of ``box``."""
        for index in range(pdfium.clip_path_count(clip_path)):
            count = pdfium.clip_segment_count(clip_path, index)
            if count < 1:
                continue
            # Objects that are clipped alike share the path: its first segment is at one address.
            key = (pdfium.clip_segment(clip_path, index, 0), count, matrix)
            if key not in self._clips:
                numbers = range(min(count, _MOST_CLIP_SEGMENTS))
                points = [self._point(pdfium.clip_segment(clip_path, index, number)) for number in numbers]
                self._clips[key] = mapped(_around(points), matrix)
            box = common(box, self._clips[key])
        return box

    def _point(self, segment: Handle) -> Point:
        place = ctypes.addressof(self._floats)
        pdfium.segment_point(segment, place, place + 4)
        return self._floats[0], self._floats[1]

    def _path(self, handle: Handle, matrix: Matrix, clip: Box) -> None:
        place = ctypes.addressof(self._modes)
        pdfium.path_mode(handle, place, place + 4)
        fills, strokes = self._modes
        is_filled, is_white_area = self._look(handle, pdfium.fill_color) if fills else (False, False)
        is_stroked, is_white_line = self._look(handle, pdfium.stroke_color) if strokes else (False, False)
        if not is_filled and not is_stroked:
            return
        white = is_white_line if is_stroked else is_white_area
        count = pdfium.path_segment_count(handle)
        bounds = self._bounds(handle, matrix)
        is_thin = min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= _THICKEST
        if is_thin and count <= _RECTANGLE:
            self._ruling(_without_ends(bounds) if is_stroked else bounds, clip, white)
            return
        self.painting.shapes += 1
        if is_filled and not is_thin:
            area = common(bounds, clip)
            self.painting.areas.append((area, self._number, is_white_area))
            if count <= _RECTANGLE and self._hides(handle):
                self.painting.covers.append((area, self._number))
            if count <= _RECTANGLE and not is_stroked:
                return
        self._segments += count
        if self._segments <= _MOST_SEGMENTS:
            parts = self._parts(handle, count, self._matrix(handle, matrix))
            for line in _straight(parts) if is_stroked else _strips(parts):
                self._ruling(line, clip, white)

    def _ruling(self, box: Box, clip: Box, white: bool) -> None:
        """Take in a thin box as a ruling: along its longer side, or, where it is a dot, along both."""
        left, top, right, bottom = common(box, clip)
        width, height = right - left, bottom - top
        if width < 0 or height < 0:
            return
        x, y = (left + right) / 2, (top + bottom) / 2
        if height <= _THICKEST and (width >= height or width <= _THICKEST):
            self.painting.rulings.append(Ruling((left, y, right, y), self._number, white))
        if width <= _THICKEST and (height >= width or height <= _THICKEST):
            self.painting.rulings.append(Ruling((x, top, x, bottom), self._number, white))

    def _parts(self, handle: Handle, count: int, matrix: Matrix) -> Iterator[list[Point]]:
        """The parts of a path as points on the page, up to each curve or break."""
        a, b, c, d, e, f = matrix
        points: list[Point] = []
        start = (0.0, 0.0)
        for index in range(count):
            segment = pdfium.path_segment(handle, index)
            x, y = self._point(segment)
            point = (a * x + c * y + e, b * x + d * y + f)
            if pdfium.segment_type(segment) == raw.FPDF_SEGMENT_LINETO:
                points.append(point)
            else:
                if len(points) > 1:
                    yield points
                points = [point]
                start = point
            if pdfium.segment_closes(segment):
                yield [*points, start]
                points = [start]
        if len(points) > 1:
            yield points


def _straight(parts: Iterable[list[Point]]) -> Iterator[Box]:
    """The lines of a path that run along the axes."""
    for points in parts:
        for one, other in pairwise(points):
            box = _around((one, other))
            if min(box[2] - box[0], box[3] - box[1]) <= _SLANT:
                yield box


def _strips(parts: Iterable[list[Point]]) -> Iterator[Box]:
    """The thin areas of a path that is filled."""
    for points in parts:
        box = _around(points)
        if min(box[2] - box[0], box[3] - box[1]) <= _THICKEST:
            yield box


def _without_ends(bounds: Box) -> Box:
    """The bounds of a straight stroke without what PDFium adds to its ends, as much as to its sides."""
    left, top, right, bottom = bounds
    if right - left > bottom - top:
        end = (bottom - top) / 2
        return left + end, top, right - end, bottom
    end = (right - left) / 2
    return left, top + end, right, bottom - end


def _around(points: Sequence[Point]) -> Box:
    x, y = [point[0] for point in points], [point[1] for point in points]
    return min(x), min(y), max(x), max(y)
