"""Characters put together to lines of text, by their places."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np

from extract.content import Content, Floats, Ints, is_blank, text_of
from extract.model import Box

_LEVEL = 0.4  # of a character's height, up to which characters of one line differ in theirs
_WORD_GAP = 0.2  # of it, between the words of a script that has spaces
_WIDE_GAP = 0.75  # of it, beside ideographs: these are spread for looks, a wide gap parts texts
_FIRST_IDEOGRAPH = 0x2E80  # of the characters from here on none is parted from the next by a space


@dataclass(frozen=True, slots=True)
class TextLine:
    """A printed line of group ``group`` (of a cell, or of the page outside tables), not blank."""

    group: int
    text: str
    box: Box


def text_lines(content: Content, groups: Ints, apart: float = inf) -> list[TextLine]:
    """The lines of each group of characters, top to bottom; ``groups`` (n) numbers the characters' groups.

    Texts of one line between which there is more space than ``apart`` times their height are lines of their
    own.
    """
    if not content.text:
        return []
    turns = _turns(content, groups)
    along, across = _reading_axes(content, turns)
    heights = across[:, 1] - across[:, 0]
    levels = (across[:, 0] + across[:, 1]) / 2
    order = np.lexsort((levels, turns, groups))
    starts = (np.diff(groups[order]) != 0) | (np.diff(turns[order]) != 0)
    starts |= np.diff(levels[order]) > _LEVEL * np.maximum(heights[order][1:], heights[order][:-1])
    numbers = np.zeros(len(groups), dtype=np.int64)
    numbers[order[1:]] = np.cumsum(starts)
    order = np.lexsort((along[:, 0], numbers))
    numbers = numbers[order]
    along, heights = along[order], heights[order]
    breaks = np.diff(numbers) != 0
    if apart < inf:
        breaks |= along[1:, 0] - along[:-1, 1] > apart * heights[1:]
    first = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    boxes = content.boxes[order]
    low = np.minimum.reduceat(boxes[:, :2], first).round(2).tolist()
    high = np.maximum.reduceat(boxes[:, 2:], first).round(2).tolist()
    of_line = groups[order[first]].tolist()
    lines = []
    for index, text in enumerate(_texts(content.codes[order], along, heights, first)):
        if text:
            lines.append(TextLine(of_line[index], text, (*low[index], *high[index])))
    return lines


def _turns(content: Content, groups: Ints) -> Ints:
    """How the characters are turned; those of one cell alike, since in vertical text only brackets are."""
    if content.turns is None or not content.turns.any():
        return np.zeros(len(groups), dtype=np.int64)
    turns = content.turns.copy()
    for group in np.unique(groups[(turns != 0) & (groups >= 0)]).tolist():
        own = groups == group
        turns[own] = np.bincount(turns[own]).argmax()
    return turns


def _reading_axes(content: Content, turns: Ints) -> tuple[Floats, Floats]:
    """The extents (n × 2) of the characters in the direction of reading, and across it, downwards."""
    boxes = content.boxes
    along, across = boxes[:, [0, 2]], boxes[:, [1, 3]]
    if turns.any():
        for turn, (reading, down) in enumerate(
            (
                (along, across),
                (-across[:, ::-1], along),  # read upwards, the next line to the right
                (-along[:, ::-1], -across[:, ::-1]),
                (across, -along[:, ::-1]),
            )
        ):
            turned = (turns == turn)[:, None]
            along, across = np.where(turned, reading, along), np.where(turned, down, across)
    return along, across


def _texts(codes: Ints, along: Floats, height: Floats, first: Ints) -> Iterator[str]:
    """The texts of lines that begin at the characters ``first``, with spaces where gaps part words."""
    gaps = along[1:, 0] - along[:-1, 1]
    wide = np.maximum(codes[1:], codes[:-1]) >= _FIRST_IDEOGRAPH
    blank = is_blank(codes)
    least = np.where(wide, _WIDE_GAP, _WORD_GAP) * np.maximum(height[1:], height[:-1])
    parted = (gaps > least) & ~blank[1:] & ~blank[:-1]
    parted[first[1:] - 1] = False
    spaces = np.flatnonzero(parted) + 1
    text = text_of(np.insert(codes, spaces, ord(" ")))
    bounds = [*(first + np.searchsorted(spaces, first)).tolist(), len(text)]
    return (text[start:end].strip() for start, end in pairwise(bounds))
