"""Stage 4, columns: shifted rows put back under their headers.

A printed row is a sequence of texts, its header a sequence of roles. Exports drop the cells that a merged
cell covers and push rows aside, so the printed column says little by itself; but the order of the texts
holds. Each row gets the monotone assignment of texts to roles with the best total score: what a text looks
like, which roles belong together, and how far the row stands from the shift of the row before it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise
from math import inf

from normalize.clues import LEVELS
from normalize.grid import Row
from normalize.lattice import best_path
from normalize.lexicon import Lexicon
from normalize.model import Change, Text

Likeness = Callable[[Text, str], float]
Structure = Callable[[int, Mapping[str, Text]], float]

_IN_PLACE, _PER_COLUMN = 0.8, -0.15  # log-odds that a text stands in (or beside) its header's column
# In a table that shows its cells as they are printed: log-odds that a row was not pushed aside as a whole,
# and that a text of it was not by itself.
_RULED, _ODD = 9.0, 5.0
_NAMED_FREELY = -4.0  # ... least log-odds that a text just under the header of a level is one
_SAME_SHIFT, _OTHER_SHIFT = 0.5, -0.5  # ... and that it is shifted as the row before it was
_UNSHIFTED = 4.0  # log-odds that a row of which every text stands under its header was not pushed
_STILL_UNSHIFTED = 1.5  # ... after another such row
_EVEN = 0.4  # log-odds that neighbours in a row are shifted alike
_LEFT_OUT = -9.0  # a text that is none of the header's
_WHOLE = 5.0  # log-odds of a header that is printed in full
_SPARE = 2  # texts beyond the number of columns that are looked at
_BEAM = 18.0  # assignments this much worse than the row's best (in nats) need no look


@dataclass(frozen=True, slots=True)
class Header:
    """Roles in printed order, the printed column (from 0) of each and how many columns it takes.

    ``ruled`` where the table shows its cells as they are printed (see ``Row``).
    """

    roles: tuple[str, ...]
    columns: tuple[int, ...]
    colspans: tuple[int, ...] = ()
    ruled: bool = False

    def off(self, role: int, row: Row, index: int) -> int:
        """By how much text ``index`` of ``row`` stands beside the header of role number ``role``.

        0 where they overlap; in columns of the sheet, or of the header where both are ruled.
        """
        if self._overlap(role, row, index):
            return 0
        start = row.column(index)
        if not (self.ruled and row.ruled):
            return start - self.columns[role]
        return min(self.ways_off(role, row, index), key=abs)

    def ways_off(self, role: int, row: Row, index: int) -> set[int]:
        """All that ``off`` may be in a ruled table for a text that stands under several headers."""
        here = {k - role for k in range(len(self.roles)) if self._overlap(k, row, index)}
        return here or {sum(column <= row.column(index) for column in self.columns) - role}

    def _overlap(self, role: int, row: Row, index: int) -> bool:
        start, header = row.column(index), self.columns[role]
        end = header + (self.colspans[role] if self.colspans else 1)
        return start < end and header < start + row.colspan(index)


@dataclass(frozen=True, slots=True)
class Assigned:
    """A row with its texts under their roles, and the probability (0..1) that they belong there.

    ``sure`` is for each role the probability that what stands under it (or nothing) is right; ``stray``
    are texts that belong under no column. ``under`` are the merged cells from above that cover the row, by
    the role of the column that they stand in.
    """

    row: Row
    cells: Mapping[str, Text]
    confidence: float
    shifted: bool
    sure: Mapping[str, float] = field(default_factory=dict)
    stray: tuple[Text, ...] = ()
    under: Mapping[str, Text] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The change that putting the texts under their headers is, if they stood elsewhere."""
        if not self.shifted:
            return ()
        before = " | ".join(f"c{text.place.column} {text.text[:20]}" for text in self.cells.values())
        after = " | ".join(f"{role} {text.text[:20]}" for role, text in self.cells.items())
        evidence = "what the texts look like, in their order, and the rows around"
        return (Change("columns_shifted", before, after, self.row.page, evidence, round(self.confidence, 4)),)


def read_header(row: Row, columns: Mapping[str, Sequence[str]], least: int = 2) -> Header | None:
    """The header that ``row`` prints for a table with these ``columns`` (role: header texts), else None.

    Roles keep the order of ``columns``; headers may be cut. A row is a header where at least ``least``
    and most of its texts are.
    """
    roles = list(columns)
    lexicons = _lexicons(tuple((role, tuple(columns[role])) for role in roles))
    fits = [[_fit(text.text, lexicon) for lexicon in lexicons] for text in row.texts]
    if sum(max(fit, default=0.0) >= 1.5 for fit in fits) < max(least, 0.6 * len(row.texts)):
        return None
    taken = list(_in_order(tuple(map(tuple, fits))))
    # Columns that are all named in full may stand in an order of their own.
    whole = [(fit.index(_WHOLE), i) for i, fit in enumerate(fits) if _WHOLE in fit]
    if len(whole) > len(taken) and len({role for role, _ in whole}) == len(whole):
        taken = whole
    if len(taken) < max(least, 0.6 * len(row.texts)):
        return None
    return Header(
        tuple(roles[role] for role, _ in taken),
        tuple(row.column(i) for _, i in taken),
        tuple(row.colspan(i) for _, i in taken) if row.ruled else (),
        row.ruled,
    )


@lru_cache(maxsize=1024)
def _in_order(fits: tuple[tuple[float, ...], ...]) -> tuple[tuple[int, int], ...]:
    """Each text (by number, with its fit for each role) that is a header, behind its role, in the order of
    both. Forms of a family have the same headers."""
    none = len(fits[0])

    def move(_: int, before: tuple[int, int], now: tuple[int, int]) -> float:
        goes_on = now[1] == before[1] if now[0] == none else now[0] > before[1]
        return 0.0 if goes_on else -inf

    def score(index: int, state: tuple[int, int]) -> float:
        if state[0] == none:
            return -1.0
        # The first state remembers itself as the last role taken.
        return fits[index][state[0]] if state[0] == state[1] else -inf

    states = [(role, role) for role in range(none)] + [(none, last) for last in range(-1, none)]
    path = best_path([states] * len(fits), score, move)
    return tuple((states[k][0], i) for i, k in enumerate(path.best) if states[k][0] != none)


@lru_cache(maxsize=64)
def _lexicons(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Lexicon, ...]:
    """The header texts of each role, to be found whole or cut."""
    return tuple(Lexicon((name, role) for name in names) for role, names in columns)


def _fit(text: str, lexicon: Lexicon) -> float:
    found = lexicon.named(text) or lexicon.longer(text)
    return -4.0 if not found else _WHOLE if found.cut == "whole" else _WHOLE * found.share - 0.5


def assign(rows: Sequence[Row], headers: Sequence[Header], like: Likeness, fits: Structure) -> list[Assigned]:
    """Each row's texts under the roles of its header (``headers[i]`` governs ``rows[i]``).

    ``like(text, role)`` is the log-odds that a text is of a role; ``fits(i, cells)`` of row i
    having just these texts under these roles.
    """
    steps = [
        _assignments(row, header, like, fits, i)
        for i, (row, header) in enumerate(zip(rows, headers, strict=True))
    ]
    states = [[state for state, _ in options] for options in steps]
    scores = [dict(options) for options in steps]
    shifts = [
        {state: _shifts(row, header, state) for state in options}
        for row, header, options in zip(rows, headers, states, strict=True)
    ]

    def move(i: int, before: tuple[int, ...], now: tuple[int, ...]) -> float:
        was, new = shifts[i - 1][before], shifts[i][now]
        shared = was.keys() & new.keys()
        if not shared:
            return 0.0
        if not any(was.values()) and not any(new.values()):
            return _STILL_UNSHIFTED
        same = sum(was[role] == new[role] for role in shared)
        return (same * _SAME_SHIFT + (len(shared) - same) * _OTHER_SHIFT) / len(shared)

    path = best_path(states, lambda i, state: scores[i][state], move)
    assigned = []
    for i, (row, header) in enumerate(zip(rows, headers, strict=True)):
        state = states[i][path.best[i]]
        cells = {header.roles[role]: text for role, text in zip(state, row.texts, strict=True) if role >= 0}
        moved = any(shift for shift in shifts[i][state].values())
        sure = _by_role(states[i], path.posterior[i], state, header.roles)
        stray = tuple(text for role, text in zip(state, row.texts, strict=True) if role < 0)
        under = _under(row, header)
        assigned.append(Assigned(row, cells, path.confidence(i), moved, sure, stray, under))
    return assigned


def _by_role(
    states: Sequence[tuple[int, ...]],
    posterior: Sequence[float],
    chosen: tuple[int, ...],
    roles: Sequence[str],
) -> dict[str, float]:
    """For each role the probability of all assignments that agree with the chosen one on it."""

    def text_of(state: tuple[int, ...], role: int) -> int:
        return state.index(role) if role in state else -1

    sure = {}
    for k, role in enumerate(roles):
        own = text_of(chosen, k)
        chance = sum(p for state, p in zip(states, posterior, strict=True) if text_of(state, k) == own)
        sure[role] = min(1.0, chance)
    return sure


def _assignments(
    row: Row, header: Header, like: Likeness, fits: Structure, index: int
) -> list[tuple[tuple[int, ...], float]]:
    """The assignments of a row (role index of each text, -1 for none) worth a look, with their scores."""
    count, roles = len(row.texts), range(len(header.roles))
    likes = [[like(text, role) for role in header.roles] for text in row.texts]
    for i in range(count):
        for k in roles:
            off = abs(header.off(k, row, i))
            if not (row.ruled and header.ruled):
                likes[i][k] += _IN_PLACE if not off else _PER_COLUMN * off
            elif not off and header.roles[k] in LEVELS:  # authors may name their levels as they like
                likes[i][k] = max(likes[i][k], _NAMED_FREELY)
    # Of a row with far more texts than the table has columns, those least like any of them are none.
    best = sorted(range(count), key=lambda i: -max(likes[i]))[: len(roles) + _SPARE]
    near = sorted(best)
    options: list[tuple[tuple[int, ...], float]] = []
    fewest = max(0, len(near) - len(roles))
    for out in range(fewest, fewest + 2):  # a caption or a stray text beside the table may be left out
        for left in combinations(near, out):
            for taken in combinations(roles, len(near) - out) if len(near) >= out else ():
                chosen = iter(taken)
                state = tuple(-1 if i in left or i not in near else next(chosen) for i in range(count))
                score = sum(_LEFT_OUT if role < 0 else likes[i][role] for i, role in enumerate(state))
                score += _evenness(row, header, state)
                cells = {
                    header.roles[role]: text for role, text in zip(state, row.texts, strict=True) if role >= 0
                }
                options.append((state, score + fits(index, cells)))
    top = max(score for _, score in options)
    return [(state, score) for state, score in options if score >= top - _BEAM]


def _evenness(row: Row, header: Header, state: tuple[int, ...]) -> float:
    """Texts of a row that was pushed aside stand equally far from their headers, most of them."""
    if row.ruled and header.ruled:
        return _ruled_evenness(row, header, state)
    shifts = [header.off(role, row, i) for i, role in enumerate(state) if role >= 0]
    if not any(shifts):
        return _UNSHIFTED
    return sum(_EVEN if a == b else -_EVEN for a, b in pairwise(shifts))


def _ruled_evenness(row: Row, header: Header, state: tuple[int, ...]) -> float:
    """... in a ruled table, where a text over several columns may be shifted in several ways."""
    ways = [header.ways_off(role, row, i) for i, role in enumerate(state) if role >= 0]
    counts = Counter(way for some in ways for way in some)
    usual = 0 if counts[0] == len(ways) else max(sorted(counts), key=counts.__getitem__, default=0)
    return -_ODD * (len(ways) - counts[usual]) + (0.0 if usual else _RULED)


def _shifts(row: Row, header: Header, state: tuple[int, ...]) -> dict[str, int]:
    return {header.roles[role]: header.off(role, row, i) for i, role in enumerate(state) if role >= 0}


def _under(row: Row, header: Header) -> dict[str, Text]:
    """The merged cells from above that stand in the columns of a header."""
    under: dict[str, Text] = {}
    for cell in row.covering if header.ruled else ():
        for k, role in enumerate(header.roles):
            end = header.columns[k] + header.colspans[k]
            if cell.column < end and header.columns[k] < cell.column + cell.colspan:
                under.setdefault(role, cell.text)
    return under
