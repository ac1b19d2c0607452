"""Texts that a page cut runs through: of every printed line the left piece, then of every line the right."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Woven:
    """The pieces by line, and the text they come from."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def is_cut(self) -> bool:
        """Whether the cut runs through the text at all."""
        return any(self.left) and any(self.right)


def width(text: str) -> int:
    """Display width: half-width characters count half of full-width ones."""
    return sum(1 if ord(c) < 0x2000 and c not in "“”‘’—…·" else 2 for c in text)


def _fill(text: str, most: int) -> int:
    """How many characters fit."""
    used = 0
    for at, char in enumerate(text):
        used += width(char)
        if used > most:
            return at
    return len(text)


def weave(paragraphs: list[str], left: int, right: int) -> Woven:
    """Break the paragraphs into lines of ``left`` + ``right`` and cut every line at ``left``."""
    lefts, rights = [], []
    for paragraph in paragraphs:
        rest = paragraph
        while rest:
            end = _fill(rest, left + right)
            line, rest = rest[:end], rest[end:]
            at = _fill(line, left)
            lefts.append(line[:at])
            rights.append(line[at:])
    return Woven(tuple(lefts), tuple(rights))


def joins(rng: Random, woven: Woven) -> list[str]:
    """Two to four phrases around junctions that a right repair contains."""
    found = []
    for number, (left, right) in enumerate(zip(woven.left, woven.right, strict=True)):
        if len(right) > 3:
            found.append(left[-rng.randint(4, 8) :] + right[: rng.randint(4, 10)])
        if (
            number + 1 < len(woven.left)
            and right
            and len(woven.left[number + 1]) > 3
            and len(woven.left[number]) > 3
        ):
            found.append(right[-rng.randint(4, 10) :] + woven.left[number + 1][: rng.randint(4, 8)])
    return rng.sample(found, min(len(found), rng.randint(2, 4)))
