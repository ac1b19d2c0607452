"""Second looks at what was recognised: how sure a cell is, and what else it may say.

A short cell that begins with a digit or an operator is a value, where one wrong character matters most; it is
read once more, again. So is every cell that is doubtful at first sight. Two readings of one picture that
agree are no proof, but two that differ show that one of them is wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.model import Box, Cell, Reading
from extract.recognise import Image, LineRead, Recogniser, folded
from extract.scan_pieces import Piece, picture_of

_SHORT = 16  # characters
_VALUE = re.compile(r"\s*[-+~≥≤><=＞＜＝≧≦〉《》〈二一\d(（]")
_DOUBTFUL = 0.95  # score of a cell, below which it is read again
_BESIDE, _ABOVE = 0.1, 0.2  # heights of a character around a line that is read again
_TOO_SURE = 2.0  # times as many characters are wrong as their scores say, where these are not near 1
_UNREAD = 0.6  # most that a cell is sure that has more ink than was read
_DIFFERS = 0.6  # most that a cell is sure of which two looks differ
_POOR = 0.99  # quality of a page, below which signs lose their small strokes unseen
_RISKY = re.compile(r"[><〉〈＞＜]")
_AT_RISK = 0.85  # most that a cell with such a sign is sure on a poor page
_SUREST = 0.9999  # that a cell is read right
_MOST = 8


def sureness(score: float) -> float:
    """How sure (0..1) a text is of which the least certain character has this ``score``."""
    return round(min(max(0.0, 1 - _TOO_SURE * (1 - score)), _SUREST), 4)


@dataclass(frozen=True, slots=True, eq=False)
class SecondLook:
    """Looks again at cells of a page: its ``image`` (grey, without rulings), the ``height`` of its characters
    in pixels, its ``quality``, the usual score of its lines, and the boxes of cells with ink that was left
    ``unread``."""

    image: Image
    height: float
    recogniser: Recogniser
    quality: float
    unread: frozenset[Box | None] = frozenset()

    def judged(self, cell: Cell, pieces: Sequence[Piece]) -> Cell:
        """``cell``, in which ``pieces`` were read, with its confidence and its other readings."""
        score = min(piece.line.score for piece in pieces)
        confidence = min(cell.confidence, sureness(score), _UNREAD if cell.bbox in self.unread else 1.0)
        others = other_readings(cell, pieces)
        if len(pieces) == 1 and not pieces[0].falls and len(cell.text) <= _SHORT:
            line = pieces[0].line
            if _VALUE.match(cell.text) or score < _DOUBTFUL:
                again = self._again(pieces[0])
                if folded(again.text) != folded(line.text):
                    confidence = min(confidence, _DIFFERS)
                    others |= {line.text: line.score, again.text: again.score}
                    if again.score > line.score and len(cell.lines) == 1:
                        cell = replace(cell, text=again.text, lines=(again.text,))
                for reading in again.readings:
                    others[reading.text] = max(reading.score, others.get(reading.text, 0.0))
            if self.quality < _POOR and _RISKY.search(cell.text):
                confidence = min(confidence, _AT_RISK)
        for text in [text for text in others if folded(text) == folded(cell.text)]:
            del others[text]
        best = sorted(others.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
        readings = tuple(Reading(text, round(score, 4)) for text, score in best if text)
        return replace(cell, confidence=round(confidence, 4), alternatives=(*cell.alternatives, *readings))

    def _again(self, piece: Piece) -> LineRead:
        """A line read again, with more around it, and smaller for that; no other line is."""
        (x0, y0, x1, y1), (above, below) = piece.box, piece.room
        beside, across = _BESIDE * self.height, _ABOVE * self.height
        wider = (x0 - beside, y0 - (0 if above else across), x1 + beside, y1 + (0 if below else across))
        room = (above and above + across, below and below + across)
        (read,) = self.recogniser.read([picture_of(self.image, wider, self.height, room)])
        return read


def other_readings(cell: Cell, pieces: Sequence[Piece]) -> dict[str, float]:
    """What else a cell may say, with the scores: each line has readings of its own."""
    found: dict[str, float] = {}
    lines = list(map(folded, cell.lines))
    for piece in pieces:
        at = [index for index, line in enumerate(lines) if line == folded(piece.line.text)]
        for reading in piece.line.readings if len(at) == 1 and not piece.falls else ():
            text = "\n".join((*cell.lines[: at[0]], reading.text, *cell.lines[at[0] + 1 :]))
            found[text] = max(reading.score, found.get(text, 0.0))
    return found
