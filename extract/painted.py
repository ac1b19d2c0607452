"""Pages as they are painted, in PDF and OFD alike: what can be seen, and what is to be said of the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from extract.content import Content, Flags, Floats, Hidden, Ints, is_blank, text_of
from extract.grid import page_of
from extract.model import Box, Line, Page, Table
from extract.painting import UNREADABLE, Characters, Matrix, Painting, placed
from extract.radicals import FIRST_RADICAL, LAST_RADICAL, without_radicals

_PICTURE = 0.5  # of a page, from which a picture is the page
_FEW = 100  # characters beside a picture: a stamp, a page number
_PART = 0.1  # of a page, from which a picture among the text may be a table that was scanned
_OVER = 10  # characters over a picture: it is the background of a text
_PICTURE_ONLY = "the page is a picture without text; to be read, it must be recognized (OCR)"
_PICTURE_MOSTLY = "most of the page is a picture; what it shows was not read, it must be recognized (OCR)"
_PICTURE_PART = "part of the page is a picture; what it shows was not read, it must be recognized (OCR)"
_PICTURE_PART_READ = "part of the page is a picture, which was recognised"
_PICTURE_TEXT = "the page is a picture over invisible text of a recognition, which was not read"
_NO_TEXT = "the page has drawings, but no text; letters that are drawn must be recognized (OCR)"
_EARLIER_ALIKE = "the page was recognised anew; the invisible text of an earlier recognition says the same"
_EARLIER_DIFFERS = (
    "the page was recognised anew; the invisible text of an earlier recognition differs and was not used"
)
_ALIKE = 0.7  # of the characters of a page, in lines that two recognitions read alike
_TELLING = 4  # characters of a line that two recognitions do not share by chance
_UNREADABLE = "unreadable characters (their font does not say which they are): {}"
_SLANTED = "slanted text left out: {}"
_COVERED = "text under an area that was painted over it left out: {}"
_LONGEST = 100  # characters of a text that a note cites
_MANY = 20  # drawn shapes on a page


def page_of_painted(
    characters: Characters,
    painting: Painting,
    width: float,
    height: float,
    number: int,
    notes: Sequence[str] = (),
    recognised: Callable[[], Page] | None = None,
) -> Page:
    """Page ``number`` of ``width`` × ``height`` points, with what can be seen of ``characters`` and of the
    rulings of ``painting``. ``recognised`` reads it as a picture, where it is one."""
    colored, inside = _colored(characters, painting), _inside(characters)
    centres = np.column_stack(characters.centres)
    covered = colored & inside & painting.are_covered(centres, characters.runs)
    colored &= ~covered
    unread = _unread(characters, painting, colored & inside, width * height)
    scanned = recognised() if unread and recognised else None
    if scanned and (unread != _NO_TEXT or _holds_text(scanned)):
        earlier = _text(characters.codes[covered | ~characters.painted])
        return _compared(scanned, earlier)
    seen, hidden = _chosen(characters, colored & inside), _chosen(characters, colored & ~inside)
    content = Content(
        width,
        height,
        _text(characters.codes[seen]),
        characters.boxes[seen],
        characters.runs[seen],
        _rulings(painting),
        Hidden(
            _text(characters.codes[hidden]),
            characters.boxes[hidden],
            characters.runs[hidden],
            characters.clips[hidden],
        ),
        characters.turns[seen],
    )
    # Where a page draws rulings and no letters, they are where it draws them, not where its picture has them.
    told = scanned.notes if scanned else (unread,) if unread else ()
    notes = (*notes, *_notes(characters, colored & inside), *told)
    if lost := _text(characters.codes[covered]).strip():
        notes = (*notes, _COVERED.format(" ".join(lost.split())[:_LONGEST]))
    page = page_of(_turned(content), number, notes)
    parts = [] if unread else _parts(content, painting, width * height)
    if not parts:
        return page
    if not recognised:
        return replace(page, notes=(*page.notes, _PICTURE_PART))
    return _with_parts(page, recognised(), parts)


def _parts(content: Content, painting: Painting, area: float) -> list[Box]:
    """The pictures among the text of a page that may be tables."""
    x, y = ((content.boxes[:, side] + content.boxes[:, side + 2]) / 2 for side in (0, 1))
    found = []
    for left, top, right, bottom in painting.pictures:
        over = (left < x) & (x < right) & (top < y) & (y < bottom)
        if (right - left) * (bottom - top) >= _PART * area and over.sum() <= _OVER:
            found.append((left, top, right, bottom))
    return found


def _with_parts(page: Page, scanned: Page, parts: Sequence[Box]) -> Page:
    """``page`` with the tables and lines in the ``parts`` that are pictures, as the ``scanned`` page has
    them."""

    def is_in_part(box: Box | None) -> bool:
        return box is not None and any(
            left < (box[0] + box[2]) / 2 < right and top < (box[1] + box[3]) / 2 < bottom
            for left, top, right, bottom in parts
        )

    def top(one: Table | Line) -> float:
        return one.bbox[1] if one.bbox else 0.0

    tables = [*page.tables, *(table for table in scanned.tables if is_in_part(table.bbox))]
    lines = [*page.lines, *(line for line in scanned.lines if is_in_part(line.bbox))]
    tables.sort(key=top)
    lines = [
        replace(line, tables_above=sum(top(table) < top(line) for table in tables))
        for line in sorted(lines, key=top)
    ]
    notes = (*page.notes, *scanned.notes, _PICTURE_PART_READ)
    return replace(page, tables=tuple(tables), lines=tuple(lines), notes=notes)


def _colored(characters: Characters, painting: Painting) -> Flags:
    """Which characters are painted in a colour that can be told from what is below them."""
    colored = characters.painted.copy()
    white = np.flatnonzero(characters.painted & characters.white)
    points = np.column_stack(characters.centres)[white]
    colored[white] = painting.are_dark(points, characters.runs[white])
    return colored


def _inside(characters: Characters) -> Flags:
    """Which characters have their centre on the page, and in what clips them."""
    x, y = characters.centres
    left, top, right, bottom = characters.clips.T
    inside: Flags = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    return inside


def _chosen(characters: Characters, which: Flags) -> Ints:
    """The indexes of the characters ``which`` are upright or turned by quarters, doubled ones once."""
    kept = np.flatnonzero(which & (characters.turns >= 0))
    return kept[~characters.doubled(kept)]


def _text(codes: Ints) -> str:
    text = text_of(codes)
    return without_radicals(text) if ((codes >= FIRST_RADICAL) & (codes <= LAST_RADICAL)).any() else text


def _rulings(painting: Painting) -> Floats:
    """The rulings that can be seen, m × 4."""
    if not painting.rulings:
        return np.zeros((0, 4))
    boxes: Floats = np.array([ruling.box for ruling in painting.rulings])
    seen: Flags = np.array([not ruling.white for ruling in painting.rulings])
    numbers = np.array([ruling.number for ruling in painting.rulings])
    points = (boxes[:, :2] + boxes[:, 2:]) / 2
    seen[~seen] = painting.are_dark(points[~seen], numbers[~seen])
    boxes = boxes[seen]
    return boxes


def _notes(characters: Characters, shown: Flags) -> Iterator[str]:
    """What is to be said of text that is not there."""
    slanted = shown & (characters.turns < 0)
    if slanted.any():
        yield _SLANTED.format(_text(characters.codes[slanted]).strip())
    if unreadable := int((characters.codes[shown & ~slanted] == UNREADABLE).sum()):
        yield _UNREADABLE.format(unreadable)


def _unread(characters: Characters, painting: Painting, shown: Flags, area: float) -> str | None:
    """What is to be said of a page of which the text is in a picture, or drawn; None of any other."""
    printed = int((~is_blank(characters.codes[shown & (characters.turns >= 0)])).sum())
    pictures = sum((box[2] - box[0]) * (box[3] - box[1]) for box in painting.pictures)
    if printed > _FEW:
        return None
    if pictures >= _PICTURE * area:
        if not characters.painted.all():
            return _PICTURE_TEXT
        return _PICTURE_MOSTLY if printed else _PICTURE_ONLY
    return _NO_TEXT if not printed and painting.shapes >= _MANY else None


def _holds_text(page: Page) -> bool:
    return bool(page.lines) or any(cell.text for table in page.tables for cell in table.cells)


def _compared(page: Page, earlier: str) -> Page:
    """``page``, which was recognised, with what is to be said of an ``earlier`` recognition of it, the text
    of which the picture hides: it is no second opinion where it differs, and is not used in any case."""
    earlier = "".join(earlier.split())
    if len(earlier) < _FEW:
        return page
    texts = [cell.text for table in page.tables for cell in table.cells] + [line.text for line in page.lines]
    lines = ["".join(line.split()) for text in texts for line in text.split("\n") if len(line) >= _TELLING]
    found = sum(len(line) for line in lines if line in earlier)
    alike = found >= _ALIKE * sum(map(len, lines))
    return replace(page, notes=(*page.notes, _EARLIER_ALIKE if alike else _EARLIER_DIFFERS))


def _turned(content: Content) -> Content:
    """``content`` turned so that most of its characters are upright."""
    turns = content.turns
    if turns is None or not turns.any():
        return replace(content, turns=None)
    turn = int(np.bincount(turns, minlength=4).argmax())
    if turn == 0:
        return content
    width, height = content.width, content.height
    matrix: Matrix = {
        1: (0.0, 1.0, -1.0, 0.0, height, 0.0),
        2: (-1.0, 0.0, 0.0, -1.0, width, height),
        3: (0.0, -1.0, 1.0, 0.0, 0.0, width),
    }[turn]
    hidden = content.hidden
    if turn != 2:
        width, height = height, width
    return replace(
        content,
        width=width,
        height=height,
        boxes=placed(content.boxes, matrix),
        rulings=placed(content.rulings, matrix),
        hidden=hidden
        and replace(hidden, boxes=placed(hidden.boxes, matrix), clips=placed(hidden.clips, matrix)),
        turns=(turns - turn) % 4,
    )
