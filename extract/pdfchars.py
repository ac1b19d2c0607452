"""The characters of a page of a PDF, with their places, whether they can be seen or not."""

import ctypes
import re
import sys
from collections import deque
from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from extract import pdfium
from extract.content import Flags, Floats, Ints
from extract.painting import UNREADABLE, Characters, Matrix, placed
from extract.pdfium import Handle
from extract.pdfpaint import Run
from extract.symbols import in_font, raised

_ASCENT, _DESCENT = 0.88, 0.12  # of a font's size, as fonts of ideographs have them
_OFF_LINE = 0.6  # of its size, by which a character may be off the line of its run, else it has its own
_SLOPE = 0.1  # of a line, up to which it is level
_SMALLER, _RISE, _GAP = 0.8, (0.15, 0.7), 0.2
"""Of a superscript: its size, how far it is above the baseline, and how far behind, in sizes of the text."""
_CONTROLS = {
    0x2: ord("-"),
    0xFFFE: ord("-"),
    0x9: 0x20,
    0xA: 0x20,
    0xD: 0x20,
}  # two of them hyphens of PDFium
_BLANK = 0x20
_NONCHARACTERS = 0xFFFE >> 1
_SYMBOLS = 0xF000 >> 8
_SYMBOL_FONT = re.compile(r"(wingdings|webdings|symbol)[ -]?([23])?")
_LONGEST_NAME = 128
_SURROGATE = 0xD800 >> 11


def read_characters(text: Handle, matrix: Matrix, painted: dict[Handle, Run]) -> Characters:
    """The characters of the page's ``text``; ``matrix`` maps its space to points from the top left."""
    handles, codes, boxes = _all_characters(text)
    kept = np.flatnonzero(handles)  # PDFium adds blanks, some of no text object and some of one
    added = [i for i in kept[codes[kept] == _BLANK].tolist() if pdfium.char_is_generated(text, i) > 0]
    kept = np.setdiff1d(kept, added, assume_unique=True)
    objects, first, of_object = np.unique(handles[kept], return_index=True, return_inverse=True)
    codes = codes[kept]
    no_text = (codes < 0x20) | (codes >> 1 == _NONCHARACTERS) | (codes >> 11 == _SURROGATE)
    for code in np.unique(codes[no_text | (codes > sys.maxunicode)]).tolist():
        codes[codes == code] = _CONTROLS.get(code, UNREADABLE)
    for index in np.flatnonzero(codes >> 8 == _SYMBOLS).tolist():
        codes[index] = _symbol(text, int(kept[index]), int(codes[index]))
    lines, turns = _baselines(text, kept[first].tolist(), matrix)
    runs = np.array([painted[handle] for handle in objects.tolist()], dtype=np.float64).reshape(-1, 7)[
        of_object
    ]
    places = placed(boxes[kept], matrix)
    for index in np.flatnonzero(_are_raised(codes, places, of_object, lines, turns)).tolist():
        codes[index] = ord(raised(chr(codes[index])))
    return Characters(
        codes,
        _level(places, lines[of_object], turns[of_object]),
        turns[of_object],
        runs[:, 0].astype(np.int64),
        runs[:, 1] > 0,
        runs[:, 2] > 0,
        runs[:, 3:],
    )


def _all_characters(text: Handle) -> tuple[NDArray[np.uint64], Ints, Floats]:
    """Text objects (0 for none), codes and boxes (left, top, right, bottom) of what PDFium sees as text."""
    count = max(pdfium.char_count(text), 0)
    page, numbers = repeat(text), range(count)
    handles = np.fromiter(map(pdfium.char_object, page, numbers), dtype=np.uint64, count=count)
    units = np.zeros(count + 1, dtype=np.uint16)
    # Where each character is one unit of UTF-16, one call gives them all.
    written = pdfium.text_units(text, 0, count, units.ctypes.data)
    codes = units[:count].astype(np.int64)
    if written != count + 1 or (codes >> 11 == _SURROGATE).any():
        codes = np.fromiter(map(pdfium.char_code, page, numbers), dtype=np.int64, count=count)
    boxes = np.zeros((count, 4), dtype=np.float32)
    start, size = boxes.ctypes.data, boxes.itemsize * 4
    places = range(start, start + count * size, size)
    deque(map(pdfium.char_loose_box, page, numbers, places), maxlen=0)
    return handles, codes, np.nan_to_num(boxes.astype(np.float64))


def _symbol(text: Handle, index: int, code: int) -> int:
    """The code of a character of private use as its font shows it; as it is where the font is not known."""
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    pdfium.char_font(text, index, ctypes.addressof(name), len(name), None)
    font = _SYMBOL_FONT.search(name.value.decode("latin-1").lower())
    return ord(in_font(chr(code), " ".join(filter(None, font.groups())))) if font else code


def _baselines(text: Handle, first: Sequence[int], matrix: Matrix) -> tuple[Floats, Ints]:
    """Of each run, by its ``first`` character: a point of its baseline and the size of its font (k × 3), and
    its quarter turns to the left, -1 where it is slanted."""
    raw = np.zeros((len(first), 6), dtype=np.float32)
    place = raw.ctypes.data
    for index, character in enumerate(first):
        pdfium.char_matrix(text, character, place + 24 * index)
    sizes = np.array([pdfium.char_font_size(text, character) for character in first], dtype=np.float64)
    matrices = raw.astype(np.float64)
    a, b, c, d, e, f = matrix
    x, y = a * matrices[:, 0] + c * matrices[:, 1], b * matrices[:, 0] + d * matrices[:, 1]
    up_x, up_y = a * matrices[:, 2] + c * matrices[:, 3], b * matrices[:, 2] + d * matrices[:, 3]
    level, upright = np.abs(y) <= _SLOPE * np.abs(x), np.abs(x) <= _SLOPE * np.abs(y)
    turns = np.where(level, np.where(x < 0, 2, 0), np.where(upright, np.where(y < 0, 1, 3), -1))
    points = np.column_stack(
        (
            a * matrices[:, 4] + c * matrices[:, 5] + e,
            b * matrices[:, 4] + d * matrices[:, 5] + f,
            np.abs(sizes) * np.hypot(up_x, up_y),
        )
    )
    return np.nan_to_num(points), turns


def _are_raised(codes: Ints, boxes: Floats, of_object: Ints, lines: Floats, turns: Ints) -> Flags:
    """Which characters are superscripts: digits of a smaller run, close behind a larger one and above its
    baseline. ``of_object`` numbers the runs of the characters, ``lines`` and ``turns`` are as above."""
    are_raised = np.zeros(len(codes), dtype=bool)
    if len(codes) < 2:
        return are_raised
    size, base = lines[of_object, 2], lines[of_object, 1]
    before, after = slice(None, -1), slice(1, None)
    smaller = size[after] <= _SMALLER * size[before]
    rise = (base[before] - base[after]) / np.maximum(size[before], 1e-6)
    gap = (boxes[after, 0] - boxes[before, 2]) / np.maximum(size[before], 1e-6)
    level = (turns[of_object][before] == 0) & (turns[of_object][after] == 0)
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    first = digits[after] & smaller & level & (rise >= _RISE[0]) & (rise <= _RISE[1]) & (np.abs(gap) <= _GAP)
    for index in (np.flatnonzero(first) + 1).tolist():
        run = of_object[index]
        while index < len(codes) and digits[index] and of_object[index] == run:
            are_raised[index] = True
            index += 1
    return are_raised


def _level(boxes: Floats, lines: Floats, turns: Ints) -> Floats:
    """``boxes`` made as high as the fonts, so that those of a line are level. One that is not on its line
    (vertical writing, raised) stays as it is."""
    level = boxes.copy()
    size = lines[:, 2]
    for turn, (axis, up) in enumerate(((1, -1), (0, -1), (1, 1), (0, 1))):
        one, other = lines[:, axis] + up * _ASCENT * size, lines[:, axis] - up * _DESCENT * size
        off = np.abs(boxes[:, axis] + boxes[:, axis + 2] - one - other) / 2
        fits = (turns == turn) & (off <= _OFF_LINE * size)
        level[fits, axis] = np.minimum(one, other)[fits]
        level[fits, axis + 2] = np.maximum(one, other)[fits]
    return level
