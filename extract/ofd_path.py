"""The paths of an OFD (``AbbreviatedData``), as points and lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from extract.ofd_xml import LARGEST, Malformed
from extract.painting import Matrix, Point

_TOKEN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z]")
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass(slots=True)
class Part:
    """A part of a path from one move of the pen to the next: all its points, those of curves too, its
    straight lines, and whether it has curves."""

    points: list[Point] = field(default_factory=list)
    lines: list[tuple[Point, Point]] = field(default_factory=list)
    curved: bool = False


def parts(data: str, matrix: Matrix) -> Iterator[Part]:
    """The parts of a path as ``matrix`` maps them. Raises ``Malformed``."""
    a, b, c, d, e, f = matrix
    part = Part()
    for command, values in _commands(data):
        if command in ("M", "S") and part.points:
            yield part
            part = Part()
        if command == "C":
            if part.points:
                part.lines.append((part.points[-1], part.points[0]))
            continue
        places = values[-2:] if command == "A" else values
        points = [
            (a * x + c * y + e, b * x + d * y + f) for x, y in zip(places[::2], places[1::2], strict=True)
        ]
        if command == "L" and part.points:
            part.lines.append((part.points[-1], points[0]))
        part.points += points
        part.curved |= command in ("Q", "B", "A")
    if part.points:
        yield part


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of a path with their arguments."""
    command, arguments = "", list[float]()
    for match in _TOKEN.finditer(data):
        token = match[0]
        if token[-1].isalpha():
            if arguments:
                raise Malformed(f"the path {data[:40]!r} breaks off within {command}")
            command = token.upper()
            if command not in _ARGUMENTS:
                raise Malformed(f"the path {data[:40]!r} has an unknown command {token}")
            if not _ARGUMENTS[command]:
                yield command, []
            continue
        value = float(token)
        if abs(value) > LARGEST or not _ARGUMENTS.get(command):
            raise Malformed(f"the path {data[:40]!r} has {token} out of place")
        arguments.append(value)
        if len(arguments) == _ARGUMENTS[command]:
            yield command, arguments
            arguments = []
    if arguments:
        raise Malformed(f"the path {data[:40]!r} breaks off within {command}")
