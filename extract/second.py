"""Second looks at what was recognised: how sure a cell is, and what else it may say.

A short cell that begins with a digit or an operator is a value, where one wrong character matters most; it is
read once more, closer. So is every cell that is doubtful at first sight. Two readings of one picture that
agree are no proof, but two that differ show that one of them is wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from extract.model import Box, Cell, Reading
from extract.recognise import Image, LineRead, Recogniser, folded
from extract.scan_page import crop, ink_box

_SHORT = 16  # characters
_VALUE = re.compile(r"\s*[-+~≥≤><=＞＜＝≧≦〉《》〈二一\d(（]")
_DOUBTFUL = 0.95  # score of a cell, below which it is read again
_ENLARGED = 2.0  # times
_PAD = 0.12  # of its height, around a line that is read closer
_FRAME = 1.1  # heights of a character that it is cut out high at least: `=` in a lower frame reads as 二
_DIFFERS = 0.6  # most that a cell is sure of which two looks differ
_POOR = 0.99  # quality of a page, below which signs lose their small strokes unseen
_RISKY = re.compile(r"[><〉〈＞＜]")
_AT_RISK = 0.85  # most that a cell with such a sign is sure on a poor page
_MOST = 4


@dataclass(frozen=True, slots=True, eq=False)
class SecondLook:
    """Looks again at cells of a page: its ``image`` (grey, without rulings), the ``height`` of its characters
    in pixels, and its ``quality``, the usual score of its lines."""

    image: Image
    height: float
    recogniser: Recogniser
    quality: float

    def judged(self, cell: Cell, lines: Sequence[tuple[Box, LineRead]]) -> Cell:
        """``cell``, in which ``lines`` were read, with its confidence and its other readings."""
        score = min(line.score for _, line in lines)
        confidence = min(cell.confidence, score)
        others: dict[str, float] = {}
        if len(lines) == 1:
            box, line = lines[0]
            for reading in line.readings:
                others[reading.text] = max(reading.score, others.get(reading.text, 0.0))
            if len(cell.text) <= _SHORT and (_VALUE.match(cell.text) or score < _DOUBTFUL):
                closer = self._closer(box)
                if folded(closer.text) != folded(line.text):
                    confidence = min(confidence, _DIFFERS)
                    others[closer.text] = closer.score
                for reading in closer.readings:
                    others[reading.text] = max(reading.score, others.get(reading.text, 0.0))
            if self.quality < _POOR and len(cell.text) <= _SHORT and _RISKY.search(cell.text):
                confidence = min(confidence, _AT_RISK)
        for text in [text for text in others if folded(text) == folded(cell.text)]:
            del others[text]
        best = sorted(others.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
        readings = tuple(Reading(text, round(score, 4)) for text, score in best if text)
        return replace(cell, confidence=round(confidence, 4), alternatives=(*cell.alternatives, *readings))

    def _closer(self, box: Box) -> LineRead:
        """The line in ``box`` read again, enlarged, with hardly any paper above and below it."""
        line = crop(self.image, box)
        ink = ink_box(line)
        if ink is not None:
            pad = max(_PAD * (ink[3] - ink[1]), (_FRAME * self.height - (ink[3] - ink[1])) / 2)
            line = crop(line, (0, ink[1] - pad, line.shape[1], ink[3] + pad))
        size = (round(line.shape[1] * _ENLARGED), round(line.shape[0] * _ENLARGED))
        large = cv2.resize(line, size, interpolation=cv2.INTER_CUBIC)
        (read,) = self.recogniser.read([np.asarray(large)])
        return read
