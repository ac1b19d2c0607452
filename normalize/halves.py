"""Stage 2, pages: how the pages of a sheet that was too wide were cut.

All left halves are printed first, then all right halves. The header rows tell: the first pages print only
the left columns of a known table, the later ones only the columns that are missing. Which of the pages
between the last left and the first right header begins the right halves is told by the form's labels, which
stand on the left; a page of which the right half was blank has no right page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from normalize.clues import TARGETS
from normalize.columns import Header, read_header
from normalize.grid import Row
from normalize.lattice import best_path
from normalize.lexicon import Lexicon
from normalize.mappings import Form, fold

_LABEL = 0.3  # log-odds by which a row that begins with a label of the form stands on the left
_BLANK = -3.0  # log-likelihood of a right half that was blank
_UNLIKE, _LENGTHS = -8.0, -1.5  # of halves with other headers; of halves with other numbers of rows


@dataclass(frozen=True, slots=True)
class Halves:
    """The cut pages of a document: ``pages`` are pairs of left and right page (0: blank), in order.

    ``left_roles`` are the columns of the indicator table on the left half of ``form``.
    """

    pages: tuple[tuple[int, int], ...]
    form: Form
    left_roles: frozenset[str]


def find_halves(rows: Sequence[Row], forms: Sequence[Form]) -> Halves | None:
    """How the pages were cut; None where they were not."""
    pages = sorted({row.page for row in rows})
    printed = {fold(text.text) for row in rows for text in row.texts}
    # Only the likeliest form is asked: whole pages look like halves of a form that they are not.
    for form in sorted(forms, key=lambda form: -len(printed & _names(form)))[:1]:
        order = list(form.columns)
        headers = [(row.page, header) for row in rows if (header := half_header(row, form.columns))]
        ranks = [(page, [order.index(role) for role in header.roles]) for page, header in headers]
        splits = [split for split in range(1, len(pages)) if _complement(ranks, pages[split], order)]
        if not splits:
            continue
        labels = _labels_on(rows, form)
        on = [page for page, _ in headers]
        found = [
            (score + _leftness(pages, split, labels), split, paired)
            for split in splits
            for score, paired in [_paired(rows, pages[:split], pages[split:], on)]
            if paired
        ]
        if found:
            _, split, paired = max(found)
            roles = {order[rank] for page, ranked in ranks if page < pages[split] for rank in ranked}
            return Halves(paired, form, frozenset(roles))
    return None


def _names(form: Form) -> set[str]:
    """What forms of a kind print, folded: labels, headers, level-1 names, captions, lines of amounts."""
    names = [name for part in (form.fields, form.columns) for some in part.values() for name in some]
    names += [*form.level1, *form.captions]
    for block in form.amounts:
        names += [*block.captions, *(name for some in block.columns.values() for name in some)]
        names += [name for line in block.lines for name in (line.item or "", *line.aliases)]
    return {fold(name) for name in names}


def half_header(row: Row, columns: Mapping[str, Sequence[str]]) -> Header | None:
    """A header row, or the one or two columns of one that the narrow half of a page prints."""
    if header := read_header(row, columns):
        return header
    known = {fold(name) for names in columns.values() for name in names}
    return read_header(row, columns, 1) if all(fold(text.text) in known for text in row.texts) else None


def _complement(ranks: Sequence[tuple[int, list[int]]], first_right: int, order: Sequence[str]) -> bool:
    """Whether the headers before and from page ``first_right`` are the two sides of whole ones."""
    left = [found for page, found in ranks if page < first_right]
    right = [found for page, found in ranks if page >= first_right]
    if not left or len(left) != len(right):
        return False
    for some, rest in zip(left, right, strict=True):
        roles = {order[rank] for rank in (*some, *rest)}
        if max(some) > min(rest) or "indicator" not in roles or not roles & TARGETS:
            return False
    return True


def _labels_on(rows: Sequence[Row], form: Form) -> dict[int, int]:
    """How many rows of each page begin with a label of the form: of a field, or of level 1."""
    fields = [(name, key) for key, names in form.fields.items() for name in names]
    labels = Lexicon([*fields, *((name, name) for name in form.level1)])
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.page] = counts.get(row.page, 0) + bool(labels.whole(row.texts[0].text))
    return counts


def _leftness(pages: Sequence[int], split: int, labels: Mapping[int, int]) -> float:
    return _LABEL * (
        sum(labels[page] for page in pages[:split]) - sum(labels[page] for page in pages[split:])
    )


def _paired(
    rows: Sequence[Row], lefts: Sequence[int], rights: Sequence[int], headers: Sequence[int]
) -> tuple[float, tuple[tuple[int, int], ...]]:
    """Each left page with its right one, in order, 0 for a blank one, and how well they pair; empty where
    they cannot be paired."""
    if len(rights) > len(lefts):
        return -inf, ()
    count = {page: sum(row.page == page for row in rows) for page in (*lefts, *rights)}
    # A state is (right pages used up to here, whether this left page has one).
    states = [(k, True) for k in range(1, len(rights) + 1)] + [(k, False) for k in range(len(rights) + 1)]

    def score(i: int, state: tuple[int, bool]) -> float:
        used, paired = state
        if (i == 0 and used != paired) or (i == len(lefts) - 1 and used != len(rights)):
            return -inf
        if not paired:
            return _BLANK if lefts[i] not in headers else -inf
        left, right = lefts[i], rights[used - 1]
        alike = headers.count(left) == headers.count(right)
        return (0.0 if alike else _UNLIKE) + _LENGTHS * abs(count[left] - count[right]) / max(
            count[left], count[right]
        )

    def move(_: int, before: tuple[int, bool], now: tuple[int, bool]) -> float:
        return 0.0 if now[0] == before[0] + now[1] else -inf

    try:
        path = best_path([states] * len(lefts), score, move)
    except ValueError:
        return -inf, ()
    chosen = [states[k] for k in path.best]
    pairs = zip(lefts, chosen, strict=True)
    return path.score, tuple((left, rights[used - 1] if paired else 0) for left, (used, paired) in pairs)
