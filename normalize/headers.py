"""The headers of indicator tables: which columns a table has, and over which rows its header runs.

A header may take two rows (年度指标值 over 指标性质, 指标值 and 度量单位), may hold two tables side by side
(二级指标, 三级指标, 指标值 of the whole term, then the same of the year) and columns that no mapping knows:
these are columns all the same, so that what they print is taken for nothing else.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from normalize.clues import LEVELS, NOTE, OTHER, TARGETS
from normalize.columnkinds import DOUBTFUL, ColumnKinds
from normalize.columns import Header, read_header
from normalize.grid import Row
from normalize.headcells import NONE, Head, Part, TableHeader, body_of, by_body, heads_of, over, printed_in
from normalize.headgroups import GroupReader
from normalize.lexicon import bare
from normalize.mappings import Form, Mappings, fold
from normalize.model import Place, Text

_LONGEST = 24  # characters of a header that may fit a pattern
_POINTS = ("weight", "score")
# Columns that may stand beside those which the form's own mapping names.
_BESIDE = frozenset(
    {*LEVELS, "actual", "score", "weight", "deviation_reason", "explanation", "evidence_source", "note"}
)
_MOST_KNOWN = 0.6  # share of the texts over a header that must be known to belong to it
_LEAST_KNOWN = 3  # headers that are named in full and make a row of many unknown ones a header


@lru_cache(maxsize=64)
def _roles(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, tuple[str, ...]]:
    """The roles that each name has, folded, in the order of ``columns``."""
    roles: dict[str, tuple[str, ...]] = {}
    for role, names in columns:
        for name in map(fold, names):
            roles[name] = tuple(dict.fromkeys((*roles.get(name, ()), role)))
    return roles


@lru_cache(maxsize=64)
def _patterns(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> Sequence[tuple[str, re.Pattern[str]]]:
    """The names with a `*`, which stands for any characters, each with its role."""
    return [
        (role, re.compile(".*".join(map(re.escape, fold(name).split("*")))))
        for role, names in columns
        for name in names
        if "*" in name
    ]


class HeaderReader:
    """Finds the headers of indicator tables: those of ``own``, and what other mappings know (``rest``); by
    what their columns print, also those that no mapping knows."""

    def __init__(self, own: Form, rest: Form, mappings: Mappings) -> None:
        self.own, self.kinds = own.columns, ColumnKinds(mappings)
        self._roles: dict[str, tuple[str, ...]] = {}
        columns = tuple((role, names) for form in (own, rest) for role, names in form.columns.items())
        self.known, self.patterns = _roles(columns), _patterns(columns)
        self.periods = {
            fold(name): period
            for form in (rest, own)
            for period, names in form.periods.items()
            for name in names
        }
        self.captions = {fold(name) for form in (own, rest) for name in form.captions}
        self.groups = GroupReader(self.role, self._is_caption, self.kinds)

    def at(self, rows: Sequence[Row], i: int) -> TableHeader | None:
        """The header that begins in row ``i``; None where none does."""
        upper, lower = rows[i], rows[i + 1] if i + 1 < len(rows) else None
        if upper.is_line or upper.side != "whole":
            return None
        if groups := self.groups.at(rows, i):
            return groups
        if lower and not lower.is_line and (heads := self._of_two(upper, lower)):
            below = rows[i + 2] if i + 2 < len(rows) else None
            if found := self._header(heads, upper, below, rows, i, 2):
                return found
        return self._header(heads_of(upper), upper, lower, rows, i, 1) or self._told(rows, i)

    def _told(self, rows: Sequence[Row], i: int) -> TableHeader | None:
        """The header that row ``i`` begins of which mappings know too little: its columns tell what they
        are."""
        for count in (1, 2):
            upper, below = rows[i], rows[i + count] if i + count < len(rows) else None
            heading = rows[i : i + count]
            if below is None or below.is_line or not all(map(self._may_head, heading)):
                return None
            if count == 2 and self._header(heads_of(heading[1]), heading[1], below, rows, i + 1, 1):
                return None
            if any(self.kinds.is_level(text.text) for text in below.texts):
                heads = heads_of(upper) if count == 1 else over(upper, heading[1])
                heads = by_body(heads, body_of(rows, i + count))
                along = {cell.text.place for cell in below.covering}
                part, captions = self._columns(heads, {}, along, rows, i + count, Part(NONE, 0, None, 0))
                roles = set(part.header.roles)
                if {"indicator"} <= roles and roles & TARGETS and roles & {"level1", "level2"}:
                    return TableHeader((part,), count, self._period(captions))
        return None

    def _may_head(self, row: Row) -> bool:
        """Whether the texts of a row may be headers: short, no levels and no targets, most of them words that
        headers end with."""
        captions = [text for text in row.texts if self._is_caption(text)]
        texts = [text.text for text in row.texts if text not in captions]
        heads = sum(self.kinds.is_header(text) for text in texts)
        short = all(len(text) <= _LONGEST for text in texts)
        if len(row.texts) <= 2 or row.side != "whole" or not short or heads < _MOST_KNOWN * len(texts):
            return False
        return not any(self.kinds.is_level(text) or self.kinds.is_target(text) for text in texts)

    def roles(self, text: Text) -> tuple[str, ...]:
        """The roles of columns that a header names in full, the likeliest first."""
        if text.text not in self._roles:
            names = [fold(text.text), fold(bare(text.text))]
            whole = (roles for name in names if (roles := self.known.get(name)))
            like = (roles for name in names if (roles := self._like(name)))
            self._roles[text.text] = next(whole, ()) or next(like, ())
        return self._roles[text.text]

    def _like(self, name: str) -> tuple[str, ...]:
        """The role of the pattern that a name fits, the one that says most."""
        fits = [(len(pattern.pattern), role) for role, pattern in self.patterns if pattern.fullmatch(name)]
        return (max(reversed(fits), key=itemgetter(0))[1],) if fits and len(name) <= _LONGEST else ()

    def _is_like(self, text: Text) -> bool:
        """Whether a header is known by a pattern alone."""
        return not {fold(text.text), fold(bare(text.text))} & self.known.keys()

    def role(self, text: Text) -> str | None:
        """The likeliest of them."""
        return next(iter(self.roles(text)), None)

    def _period(self, texts: Sequence[Text]) -> str | None:
        """The period that a caption tells."""
        said = (
            self.periods.get(fold(text.text)) or self.periods.get(fold(bare(text.text))) for text in texts
        )
        return next(filter(None, said), None)

    def _of_two(self, upper: Row, lower: Row) -> list[Head] | None:
        """The columns of a header that takes two rows; None where these are none."""
        roles = [{self.role(text) for text in row.texts} for row in (upper, lower)]
        if "indicator" in roles[0]:
            fits = self._is_below(upper, lower)
        else:
            fits = "indicator" in roles[1] and self._is_above(upper, lower)
        if not fits:
            return None
        heads = over(upper, lower)
        if not lower.ruled and any(map(self._is_foreign, heads)):
            return heads_of(upper)  # the export moved the second row aside
        return self._by_above(heads)

    def _is_foreign(self, head: Head) -> bool:
        """Whether a header of another kind stands below that of a level or of the indicators."""
        above = self.role(head.above) if head.above else None
        under = self.role(head.text)
        return above in (*LEVELS, "indicator") and under not in (None, "indicator", above, *_POINTS)

    def _by_above(self, heads: Sequence[Head]) -> list[Head]:
        """The columns under a cell that is a header itself (三级指标 over 名称 and 权重): the first whose own
        name says nothing is the column that it names, what else a level has is spare."""
        found: list[Head] = []
        named: set[Place] = set()
        for head in heads:
            role, own = self.role(head.above) if head.above else None, self.role(head.text)
            if head.above and role and head.above.place not in named:
                if own is None or (own == "indicator" and role in LEVELS):
                    named.add(head.above.place)
                    head = replace(head, text=head.above)
            elif role in LEVELS:
                head = replace(head, is_spare=True)
            found.append(head)
        return found

    def _without_points(self, heads: Sequence[Head]) -> list[Head]:
        """... with the points of levels as spare: those before the indicators, where others stand behind."""
        roles = [self.role(head.text) for head in heads]
        at = roles.index("indicator") if "indicator" in roles else 0
        return [
            replace(head, is_spare=True) if role in _POINTS and k < at and role in roles[at:] else head
            for k, (head, role) in enumerate(zip(heads, roles, strict=True))
        ]

    def _is_below(self, upper: Row, lower: Row) -> bool:
        """Whether ``lower`` is the second row of a header whose first names the indicators."""
        if self._repeats(lower):
            return True
        if lower.ruled:
            covered = {cell.text.place for cell in lower.covering}
            return any(self.role(text) == "indicator" and text.place in covered for text in upper.texts)
        if self._divides(upper, lower):
            return True
        roles = [self.role(text) for text in lower.texts]
        if len(roles) > 1 and all(roles) and not {"indicator", "level1"} & set(roles):
            return True
        return self._is_between(upper, lower)

    def _is_between(self, upper: Row, lower: Row) -> bool:
        """Whether ``lower``, of a table without spans, stands where nothing stands in ``upper``: two words or
        more under a header that takes several columns."""
        columns = [upper.column(i) for i in range(len(upper.texts))]
        heads = [
            max((k for k, column in enumerate(columns) if column <= lower.column(i)), default=-1)
            for i in range(len(lower.texts))
        ]
        wide = all(0 <= k < len(columns) - 1 and columns[k + 1] - columns[k] > 1 for k in heads)
        starts = {lower.column(i) for i in range(len(lower.texts))} & set(columns)
        words = not any(
            self.kinds.is_level(text.text) or self.kinds.is_target(text.text) for text in lower.texts
        )
        return wide and bool(starts) and len(heads) > len(set(heads)) and words

    def _divides(self, upper: Row, lower: Row) -> bool:
        """Whether ``lower`` prints names behind the indicators' alone, some where ``upper`` has none."""
        name = next(upper.column(i) for i, text in enumerate(upper.texts) if self.role(text) == "indicator")
        above = {upper.column(i) for i in range(len(upper.texts))}
        columns = [lower.column(i) for i in range(len(lower.texts))]
        if min(columns) <= name or above.issuperset(columns):
            return False
        return len(columns) > 1 and not any(self.kinds.is_target(text.text) for text in lower.texts)

    def _repeats(self, row: Row) -> bool:
        """Whether a row prints the same few names again and again, points among them: under each level."""
        counts = Counter(fold(text.text) for text in row.texts)
        points = [text for text in row.texts if self.role(text) in _POINTS]
        return bool(points) and min(counts.values()) > 1 and len(points) < len(row.texts)

    def _is_above(self, upper: Row, lower: Row) -> bool:
        """Whether ``upper`` is the first row of a header whose second names the indicators: what is not known
        goes down through both rows, or over several columns beside a header that does."""
        known = [self.role(text) or self._is_caption(text) for text in upper.texts]
        if not lower.ruled:
            return len(known) > 1 and sum(map(bool, known)) >= _MOST_KNOWN * len(known)
        covering = {cell.text.place for cell in lower.covering}
        goes_down = any(self.role(text) and text.place in covering for text in upper.texts)
        return (
            len(known) > 1
            and any(known)
            and all(
                name or text.place in covering or (goes_down and upper.colspan(i) > 1)
                for i, (name, text) in enumerate(zip(known, upper.texts, strict=True))
            )
        )

    def _is_caption(self, text: Text) -> bool:
        return fold(bare(text.text)) in self.captions or self._period([text]) is not None

    def _header(
        self,
        heads: Sequence[Head],
        row: Row,
        below: Row | None,
        rows: Sequence[Row],
        i: int,
        count: int,
    ) -> TableHeader | None:
        """The header that ``heads`` are, ``row`` (number ``i`` of ``rows``) being the first of its ``count``
        rows and ``below`` the one under it; None where they name no indicators."""
        heads = self._without_points(heads)
        again = self._again(heads)
        parts: list[tuple[Sequence[Head], int, int | None, int]] = [(heads, 0, None, 0)]
        if again is not None:
            first, second = again
            shared, start = heads[first].column, heads[second].column
            parts = [
                (heads[:second], shared, start, shared),
                ([*heads[:first], *heads[second:]], start, None, shared),
            ]
        along = {cell.text.place for cell in below.covering} if below else set()
        read = [
            self._part(some, row, along, rows, i + count, Part(NONE, start, end, shared))
            for some, start, end, shared in parts
        ]
        found = [(part, captions) for part, captions in read if part]
        if len(found) < len(parts):
            return None
        if len(found) == 1:
            part, captions = found[0]
            above = [*(head.above for head in heads if head.above), *(cell.text for cell in row.covering)]
            return TableHeader((part,), count, self._period([*captions, *above]))
        told = [self._period([head.above for head in some if head.above]) for some, *_ in parts]
        usual = ("long_term", "full_year")
        sides = zip(found, told, usual, strict=True)
        return TableHeader(
            tuple(part.for_period(said or period) for (part, _), said, period in sides), count, None
        )

    def _again(self, heads: Sequence[Head]) -> tuple[int, int] | None:
        """Where a second table begins beside the first: the header that it repeats, and the repetition."""
        texts = [fold(bare(head.text.text)) for head in heads]
        named = [k for k, head in enumerate(heads) if self.role(head.text) == "indicator"]
        if not any(texts[a] == texts[b] for a in named for b in named if a < b):
            return None
        repeated = [k for k, text in enumerate(texts) if text in texts[:k] and k > named[0]]
        return (texts.index(texts[repeated[0]]), repeated[0]) if repeated else None

    def _part(
        self,
        heads: Sequence[Head],
        row: Row,
        along: Set[Place],
        rows: Sequence[Row],
        body: int,
        part: Part,
    ) -> tuple[Part | None, list[Text]]:
        """A table by the cells of its header (``part`` has its place), and those of them that head no column:
        captions, which stand ``along`` its rows. These begin at number ``body`` of ``rows``."""
        whole = [head for head in heads if not head.is_spare]
        line = replace(
            row,
            texts=tuple(head.text for head in whole),
            columns=tuple(head.column for head in whole),
            colspans=tuple(head.colspan for head in whole) if row.ruled else (),
        )
        header = self._read(line)
        if header is None or "indicator" not in header.roles:
            return None, []
        named = dict(zip(header.columns, header.roles, strict=True))
        return self._columns(heads, named, along, rows, body, part)

    def _columns(
        self,
        heads: Sequence[Head],
        named: Mapping[int, str],
        along: Set[Place],
        rows: Sequence[Row],
        body: int,
        part: Part,
    ) -> tuple[Part, list[Text]]:
        """The columns of a table: those that are ``named``, and what the others tell of themselves."""
        doubled = False
        below = body_of(rows, body)
        captions, roles = [], self.kinds.parted(named, _by_column(below))
        printed = printed_in([head.column for head in heads], below)
        under = {below[0].column(i) for i in range(len(below[0].texts))} if below else set()
        first = min((k for k, role in named.items() if role in (*LEVELS, "indicator")), default=0)
        for head in heads:
            if head.column in roles:
                continue
            levels = self.kinds.holds_levels(printed[head.column])
            is_before = head.column < first and (
                head.column not in under or self.role(head.text) not in (None, "note")
            )
            is_caption = self._is_caption(head.text) or is_before
            if (is_caption and not levels) or head.text.place in along:
                captions.append(head.text)
            else:
                own = () if levels or head.is_spare else self.roles(head.text)
                free = [role for role in own if role not in roles.values() and (not named or role in _BESIDE)]
                doubled |= bool(own and own[0] in TARGETS and not free)
                begin = NOTE if head.is_spare or own else OTHER
                roles[head.column] = free[0] if free else _another(begin, head.text, set(roles.values()))
        roles = self.kinds.levelled(roles, printed_in(roles, below))
        if not TARGETS & set(roles.values()):  # targets that nobody adjusted are the targets
            roles = {k: "full_year" if role == "initial_target" else role for k, role in roles.items()}
        chance = 1.0
        if not ({"indicator", "level1"} <= set(roles.values()) and TARGETS & set(roles.values())):
            roles, chance = self.kinds.told(roles, printed_in(roles, below))
        if doubled:  # two columns of targets, and mappings do not tell of what period each is
            chance = min(chance, DOUBTFUL)
        ends = {head.column: head.column + head.colspan for head in heads}
        starts = [*sorted(roles), 1_000]
        spans = {
            k: min(after, ends.get(k, max(ends[h] for h in ends if h <= k))) - k
            for k, after in pairwise(starts)
        }
        return replace(part, header=_ordered(roles, spans if heads[0].ruled else {}), chance=chance), captions

    def _read(self, line: Row) -> Header | None:
        """The columns of a line that mappings know."""
        known = [i for i, text in enumerate(line.texts) if self.role(text)]
        if len(known) < max(1, min(_LEAST_KNOWN, len(line.texts) // 3)):
            return None
        own = read_header(line, self.own)
        named = self._named(line, known)
        if named is None or own is None:
            return named or own
        return named if len(named.roles) > len(own.roles) or self._contradicts(own, line) else own

    def _contradicts(self, own: Header, line: Row) -> bool:
        """Whether a header that is named in full was taken for a cut one (单位 for 单位名称)."""
        read = dict(zip(own.columns, own.roles, strict=True))
        return any(
            line.column(i) in read and read[line.column(i)] not in self.roles(text)
            for i, text in enumerate(line.texts)
            if self.roles(text)
        )

    def _named(self, line: Row, known: Sequence[int]) -> Header | None:
        """The columns that ``known`` texts of a line name in full, each another one; a name that may be of
        several takes what is left."""
        if len(known) < _LEAST_KNOWN:
            return None
        taken: dict[int, str] = {}
        for i in sorted(
            known, key=lambda i: (self._is_like(line.texts[i]), len(self.roles(line.texts[i])), i)
        ):
            role = next((role for role in self.roles(line.texts[i]) if role not in taken.values()), None)
            if role:
                taken[line.column(i)] = role
        spans = {line.column(i): line.colspan(i) for i in known} if line.ruled else {}
        return _ordered(taken, spans)


def with_others(header: Header, row: Row, captions: Sequence[object]) -> Header:
    """The header of ``row`` with the columns behind its first that no mapping knows, save ``captions`` (one
    for each text, None where it is none)."""
    roles = dict(zip(header.columns, header.roles, strict=True))
    spans = {row.column(i): row.colspan(i) for i in range(len(row.texts))}
    for i, text in enumerate(row.texts):
        if captions[i] is None and row.column(i) > min(header.columns) and row.column(i) not in roles:
            roles[row.column(i)] = _another(OTHER, text, set(roles.values()))
    return _ordered(roles, spans if row.ruled else {})


def _by_column(body: Sequence[Row]) -> dict[int, list[str]]:
    """What the rows of a table print, by the column in which it stands."""
    printed: dict[int, list[str]] = {}
    for row in body:
        for i, text in enumerate(row.texts):
            printed.setdefault(row.column(i), []).append(text.text)
    return printed


def _ordered(roles: Mapping[int, str], spans: Mapping[int, int]) -> Header:
    """The header of columns with their roles; ``spans`` where the table shows its cells as printed."""
    order = sorted(roles)
    colspans = tuple(spans[column] for column in order) if spans else ()
    return Header(tuple(roles[column] for column in order), tuple(order), colspans, bool(spans))


def _another(begin: str, text: Text, taken: Set[str]) -> str:
    """The role of a column that is none of the table's, one that no other column has."""
    role, number = begin + text.text, 2
    while role in taken:
        role, number = f"{begin}{text.text} {number}", number + 1
    return role
