"""Elements and values as OFD writes them.

Producers differ in namespaces and in upper and lower case, so names are compared without either.
"""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from extract.model import Box
from extract.painting import Matrix

Element = etree._Element

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
LARGEST = 1e9  # millimetres; no place on a page has such a number


class Malformed(ValueError):
    """A value is not what its place asks for."""


def name_of(element: Element) -> str:
    """The name of ``element`` in lower case; empty for what is no element (an entity)."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1000)
def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def attributes_of(element: Element) -> dict[str, str]:
    """The attributes of ``element`` by their names in lower case."""
    return {_local(str(name)): str(value) for name, value in element.items()}


def parts_of(element: Element) -> dict[str, Element]:
    """The children of ``element`` by their names, the first of each name."""
    return {name_of(inner): inner for inner in reversed(element)}


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children of ``element`` that are called ``name``; of nothing none."""
    return iter(()) if element is None else (inner for inner in element if name_of(inner) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child called ``path[0]``, its first child ``path[1]`` and so on; else None."""
    for name in path:
        element = next(children(element, name), None)
    return element


def text_of(element: Element | None) -> str:
    """All text of ``element``, without the white space around it; of nothing the empty string."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def number(text: str | None, default: float) -> float:
    """``text`` as a number, ``default`` where there is none. Raises ``Malformed``."""
    return default if text is None or not text.strip() else numbers(text, 1)[0]


def numbers(text: str, count: int | None = None) -> list[float]:
    """The numbers of ``text``, of which there must be ``count``. Raises ``Malformed``."""
    try:
        values = [float(token) for token in text.replace(",", " ").split()]
    except ValueError:
        raise Malformed(f"{text[:40]!r} are no numbers") from None
    if not all(abs(value) <= LARGEST for value in values) or count not in (None, len(values)):
        raise Malformed(f"{text[:40]!r} are not the numbers that are due")
    return values


def box(text: str | None) -> Box | None:
    """``text`` (left, top, width, height) as a box, None where there is none. Raises ``Malformed``."""
    if text is None or not text.strip():
        return None
    left, top, width, height = numbers(text, 4)
    return left, top, left + width, top + height


def matrix(text: str | None) -> Matrix:
    """``text`` as a matrix, that of no change where there is none. Raises ``Malformed``."""
    if text is None or not text.strip():
        return IDENTITY
    a, b, c, d, e, f = numbers(text, 6)
    return a, b, c, d, e, f


def offsets(text: str | None, count: int) -> list[float]:
    """The first ``count`` of a list of offsets, in which ``g n v`` stands for n times v; none of no list.

    A list that is too short goes on with its last offset. Raises ``Malformed``.
    """
    tokens = (text or "").replace(",", " ").split()
    values: list[float] = []
    place = 0
    while place < len(tokens) and len(values) < count:
        if tokens[place] in ("g", "G"):
            repeat, value = numbers(" ".join(tokens[place + 1 : place + 3]), 2)
            values += [value] * min(max(int(repeat), 0), count - len(values))
            place += 3
        else:
            values.append(number(tokens[place], 0.0))
            place += 1
    return values + values[-1:] * (count - len(values))
