"""Parts of Office Open XML packages and their elements.

Elements and attributes are told by their local names, so that the transitional and the strict form of the
standard, which differ in all namespaces, read alike.
"""

import posixpath

from lxml import etree

from extract.package import Package

Element = etree._Element

_OFF = frozenset(("0", "false", "off"))
_LARGEST = 2**31  # integers of the format have 32 bits


def local_name(element: Element) -> str:
    """The name of ``element`` without its namespace; empty for what is no element (an entity)."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def child(element: Element | None, *path: str) -> Element | None:
    """The first child named ``path[0]``, its first child ``path[1]`` and so on, None where one is missing."""
    for name in path:
        if element is None:
            return None
        for inner in element:
            if local_name(inner) == name:
                element = inner
                break
        else:
            return None
    return element


def attribute(element: Element | None, name: str = "val") -> str | None:
    """The value of the attribute ``name`` in whatever namespace, None where there is none."""
    if element is None:
        return None
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), None)


def integer(element: Element | None, name: str = "val", default: int = 0) -> int:
    """The value of the attribute ``name`` as a number, ``default`` where it is none."""
    text = attribute(element, name)
    try:
        value = default if text is None else int(text)
    except ValueError:
        return default
    return value if abs(value) <= _LARGEST else default


def is_on(element: Element | None) -> bool:
    """Whether a toggle property is there and not switched off."""
    return element is not None and attribute(element) not in _OFF


def related(package: Package, part: str) -> dict[str, str]:
    """The parts that ``part`` (empty: the package) refers to, by the kind and by the id of the relation."""
    folder, file = posixpath.split(part)
    root = package.xml(posixpath.join(folder, "_rels", file + ".rels"))
    targets: dict[str, str] = {}
    for relation in () if root is None else root:
        kind, target = attribute(relation, "Type"), attribute(relation, "Target")
        if kind and target and attribute(relation, "TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            targets.setdefault(kind.rpartition("/")[2], path)
            targets.setdefault(attribute(relation, "Id") or "", path)
    return targets
