"""The documents in an OFD file, and what their pages are put together from."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from extract import ofd_xml
from extract.model import Box
from extract.ofd_xml import Element, Malformed, attributes_of, child, children, name_of, text_of
from extract.package import Package

_LAYERS = ("background", "body", "foreground")  # from the bottom to the top
_AREAS = ("physicalbox", "applicationbox", "cropbox")
_MISSING = "{!r} is missing from it"
_NO_SIZE = "it has a page without a size"
_LOOP = "its template pages refer to each other"


class Members:
    """The members of a package, found as producers name them: in any case, with either slash, absolute,
    relative to the member that names them, or to the package without saying so."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.names = {name.replace("\\", "/").strip("/").lower(): name for name in package.names}

    def find(self, location: str, folder: str) -> str | None:
        """The path of the member at ``location``, named by one in ``folder``; None where there is none."""
        location = location.replace("\\", "/").strip()
        for start in (folder, ""):
            path = posixpath.normpath(posixpath.join("/", start, location)).lstrip("/").lower()
            if location and path in self.names:
                return path
        return None

    def xml(self, location: str, folder: str) -> tuple[Element, str]:
        """The root of the member at ``location``, and the folder that it is in. Raises ``Malformed``."""
        path = self.find(location, folder)
        root = None if path is None else self._package.xml(self.names[path])
        if path is None or root is None:
            raise Malformed(_MISSING.format(location))
        return root, posixpath.dirname(path)

    def known(self, location: str, folder: str) -> tuple[Element | None, str]:
        """Like ``xml``, but None where there is no such member."""
        return self.xml(location, folder) if self.find(location, folder) else (None, folder)


@dataclass(slots=True)
class Resources:
    """What objects refer to: vector graphics and drawing parameters, by their ids."""

    drawings: dict[str, Element] = field(default_factory=dict)
    params: dict[str, Element] = field(default_factory=dict)

    def add(self, root: Element | None) -> None:
        """Take in those of a resource file."""
        kept = {"compositegraphicunit": self.drawings, "drawparam": self.params}
        for group in () if root is None else root:
            for element in group:
                if name_of(element) in kept:
                    kept[name_of(element)][attributes_of(element).get("id", "")] = element


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is put together: its area in millimetres, and the blocks of objects from the bottom to the
    top, with what they refer to."""

    area: Box
    blocks: tuple[Element, ...]
    resources: Resources


@dataclass(slots=True)
class Body:
    """A document of a file. ``pages`` are the ids and locations of its pages, ``seals`` the places (in
    millimetres) of seals and ``annotations`` the texts of annotations, by the ids of their pages."""

    members: Members
    folder: str
    common: Element | None
    resources: Resources
    pages: tuple[tuple[str, str], ...]
    seals: dict[str, list[Box]] = field(default_factory=dict)
    annotations: dict[str, list[str]] = field(default_factory=dict)
    _templates: dict[str, tuple[Element, str]] = field(default_factory=dict)

    def sheet(self, location: str) -> Sheet:
        """The page at ``location``. Raises ``Malformed``."""
        root, folder = self.members.xml(location, self.folder)
        resources = Resources(dict(self.resources.drawings), dict(self.resources.params))
        for reference in children(root, "pageres"):
            resources.add(self.members.known(text_of(reference), folder)[0])
        area = _area(child(root, "area")) or _area(child(self.common, "pagearea"))
        if area is None:
            raise Malformed(_NO_SIZE)
        return Sheet(area, tuple(self._blocks(root, (), set())), resources)

    def _blocks(self, root: Element, inside: tuple[str, ...], painted: set[str]) -> Iterator[Element]:
        """The layers of a page or a template page, and of the templates below and above it: each once, those
        ``painted`` already not again."""
        below: list[Element] = []
        above: list[Element] = []
        for reference in children(root, "template"):
            values = attributes_of(reference)
            identity = values.get("templateid", "")
            if identity in inside:
                raise Malformed(_LOOP)
            if identity not in painted:
                painted.add(identity)
                template, order = self._template(identity)
                blocks = self._blocks(template, (*inside, identity), painted)
                (above if values.get("zorder", order).lower() == _LAYERS[-1] else below).extend(blocks)
        yield from below
        layers = [layer for content in children(root, "content") for layer in content]
        yield from sorted(layers, key=_level)
        yield from above

    def _template(self, identity: str) -> tuple[Element, str]:
        """The template page with this id, and whether it lies in the background or the foreground."""
        if identity not in self._templates:
            for template in children(self.common, "templatepage"):
                values = attributes_of(template)
                if values.get("id") == identity:
                    root, _ = self.members.xml(values.get("baseloc", ""), self.folder)
                    self._templates[identity] = root, values.get("zorder", "")
                    break
            else:
                raise Malformed(_MISSING.format(f"template {identity}"))
        return self._templates[identity]


def _level(layer: Element) -> int:
    kind = attributes_of(layer).get("type", "").lower()
    return _LAYERS.index(kind) if kind in _LAYERS else 1


def _area(element: Element | None) -> Box | None:
    """The area of a page in millimetres, as large as the page is on paper where that is said."""
    boxes = (ofd_xml.box(text_of(child(element, name))) for name in _AREAS)
    return next((box for box in boxes if box is not None and box[0] < box[2] and box[1] < box[3]), None)


def open_bodies(members: Members) -> Iterator[Body]:
    """The documents of a file. Raises ``Malformed``."""
    root, folder = members.xml("OFD.xml", "")
    for body in children(root, "docbody"):
        document, inner = members.xml(*_document(members, body, folder))
        common = child(document, "commondata")
        resources = Resources()
        for kind in ("publicres", "documentres"):
            for reference in children(common, kind):
                resources.add(members.known(text_of(reference), inner)[0])
        pages = [attributes_of(page) for page in children(child(document, "pages"), "page")]
        opened = Body(
            members,
            inner,
            common,
            resources,
            tuple((page.get("id", ""), page.get("baseloc", "")) for page in pages),
        )
        _add_seals(opened, text_of(child(body, "signatures")), folder)
        _add_annotations(opened, text_of(child(document, "annotations")))
        yield opened


def _document(members: Members, body: Element, folder: str) -> tuple[str, str]:
    """The location of a document and the folder that names it: of several versions the current one."""
    for version in children(child(body, "versions"), "version"):
        values = attributes_of(version)
        if values.get("current") in ("true", "1"):
            root, inner = members.xml(values.get("baseloc", ""), folder)
            return text_of(child(root, "docroot")), inner
    return text_of(child(body, "docroot")), folder


def _add_seals(body: Body, location: str, folder: str) -> None:
    """Where the signatures of a document put their seals."""
    signatures, inner = body.members.known(location, folder)
    for reference in children(signatures, "signature"):
        signature, _ = body.members.known(attributes_of(reference).get("baseloc", ""), inner)
        for stamp in children(child(signature, "signedinfo"), "stampannot"):
            _add_seal(body, attributes_of(stamp).get("pageref", ""), attributes_of(stamp))


def _add_seal(body: Body, page: str, values: Mapping[str, str]) -> None:
    if box := ofd_xml.box(values.get("boundary")):
        body.seals.setdefault(page, []).append(box)


def _add_annotations(body: Body, location: str) -> None:
    """The texts of a document's annotations, and the seals among them."""
    annotations, folder = body.members.known(location, body.folder)
    for reference in children(annotations, "page"):
        page = attributes_of(reference).get("pageid", "")
        root, _ = body.members.known(text_of(child(reference, "fileloc")), folder)
        for annotation in children(root, "annot"):
            appearance = child(annotation, "appearance")
            if appearance is None or attributes_of(annotation).get("visible") in ("false", "0"):
                continue
            if attributes_of(annotation).get("type", "").lower() == "stamp":
                _add_seal(body, page, attributes_of(appearance))
            texts = (text_of(code) for code in appearance.iter() if name_of(code) == "textcode")
            body.annotations.setdefault(page, []).extend(text for text in texts if text)
