"""OFD (GB/T 33190), the national format of official documents: pages of text and paths, as PDF has them.

What can be seen decides, as in PDF: what is invisible, clipped away, outside the page or white on white is
not read. Seals and annotations lie over a page and are no part of it; notes say where they are.
"""

from extract.errors import EncryptedFile, TooLarge, UnreadableFile
from extract.limits import MAX_PAGES
from extract.model import Document, Page
from extract.ofd_file import Body, Members, open_bodies
from extract.ofd_paint import Budget, Painter, Place, Style
from extract.ofd_xml import Malformed
from extract.package import open_package
from extract.painted import page_of_painted
from extract.painting import Matrix, mapped
from extract.source import SourceFile

_SCALE = 72 / 25.4  # points in a millimetre
_TO_POINTS: Matrix = (_SCALE, 0.0, 0.0, _SCALE, 0.0, 0.0)
_LARGEST = 14_400  # points, the side of a page
_ENCRYPTIONS = "encryptions.xml"

_DAMAGED = "the file is damaged ({}); export or upload it again"
_BAD_PAGE = "page {} is damaged ({}); export or upload it again"
_NO_PAGES = "the file has no pages; export or upload it again"
_TOO_MANY_PAGES = f"the file has more than {MAX_PAGES:,} pages or documents; split it into smaller ones"
_TOO_LARGE = "page {} is {:.0f} × {:.0f} points large, more than {:,}; save it on a smaller page"
_SEAL = "a seal stands at [{:.1f}, {:.1f}, {:.1f}, {:.1f}]"
_ANNOTATION = "text of annotations left out: {}"


def read(file: SourceFile) -> Document:
    """Read ``file``. Raises ``EncryptedFile``, ``TooLarge``, ``UnreadableFile``."""
    with open_package(file) as package:
        members = Members(package)
        if _ENCRYPTIONS in members.names:
            raise EncryptedFile(file.source)
        pages: list[tuple[Body, str, str]] = []
        try:
            for number, body in enumerate(open_bodies(members), start=1):
                pages += [(body, *page) for page in body.pages]
                if max(number, len(pages)) > MAX_PAGES:
                    raise TooLarge(file.source, _TOO_MANY_PAGES)
        except Malformed as error:
            raise UnreadableFile(file.source, _DAMAGED.format(error)) from error
        if not pages:
            raise UnreadableFile(file.source, _NO_PAGES)
        budget = Budget(file.source, len(pages))
        return file.document(
            "ofd", tuple(_page(number, *page, budget) for number, page in enumerate(pages, start=1))
        )


def _page(number: int, body: Body, identity: str, location: str, budget: Budget) -> Page:
    try:
        sheet = body.sheet(location)
        left, top, right, bottom = sheet.area
        width, height = (right - left) * _SCALE, (bottom - top) * _SCALE
        if max(width, height) > _LARGEST:
            raise TooLarge(budget.source, _TOO_LARGE.format(number, width, height, _LARGEST))
        painter = Painter(sheet.resources.drawings, sheet.resources.params, budget)
        painter.paint(sheet.blocks, Place(_TO_POINTS, (0.0, 0.0, width, height), Style()))
    except Malformed as error:
        raise UnreadableFile(budget.source, _BAD_PAGE.format(number, error)) from error
    notes = [_SEAL.format(*mapped(seal, _TO_POINTS)) for seal in body.seals.get(identity, [])]
    if texts := body.annotations.get(identity):
        notes.append(_ANNOTATION.format("; ".join(dict.fromkeys(texts))))
    return page_of_painted(painter.characters(), painter.painting, width, height, number, notes)
