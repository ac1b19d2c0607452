"""Large XML parts, read as a stream: no tree is built, so that memory does not grow with what is in them."""

from collections.abc import Callable, Mapping
from typing import NoReturn
from xml.parsers import expat

Attributes = dict[str, str]

_DEEPEST = 256  # elements in elements, as lxml has it


def read_stream(
    data: bytes,
    starts: Mapping[str, Callable[[Attributes], None]],
    ends: Mapping[str, Callable[[str], None]],
) -> str:
    """Read ``data``, calling back on the elements named, and return the name of the root.

    ``starts`` get the attributes of their elements, ``ends`` the characters since the last start of an
    element that is named in either. Only elements with the prefix of the root are looked at, so that those
    of extensions pass. Raises ``expat.ExpatError`` for what is no XML, ``ValueError`` for a DTD and for
    elements in elements without end.
    """
    characters: list[str] = []
    root = ""
    depth = 0
    on_start: dict[str, Callable[[Attributes], None]] = {}
    on_end: dict[str, Callable[[str], None]] = {}

    def start(name: str, attributes: Attributes) -> None:
        nonlocal root, depth
        depth += 1
        if depth > _DEEPEST:
            raise ValueError("elements nested too deep")
        if not root:
            root = name.rpartition(":")[2]
            prefix = name.removesuffix(root)
            on_start.update((prefix + name, starts.get(name, _pass)) for name in (*starts, *ends))
            on_end.update((prefix + name, handler) for name, handler in ends.items())
        if handler := on_start.get(name):
            characters.clear()
            handler(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if handler := on_end.get(name):
            handler("".join(characters))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters.append
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.Parse(data, True)
    return root


def _pass(attributes: Attributes) -> None:
    """Nothing to do at the start of an element that is looked at when it ends."""


def _refuse_dtd(*declaration: object) -> NoReturn:
    raise ValueError("a DTD in it")
