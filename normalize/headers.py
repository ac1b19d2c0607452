"""The headers of indicator tables: which columns a table has, and over which rows its header runs.

A header may take two rows (年度指标值 over 指标性质, 指标值 and 度量单位), may hold two tables side by side
(二级指标, 三级指标, 指标值 of the whole term, then the same of the year) and columns that no mapping knows:
these are columns all the same, so that what they print is taken for nothing else.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise, takewhile

from normalize.clues import LEVELS, NOTE, OTHER, TARGETS
from normalize.columnkinds import ColumnKinds
from normalize.columnroles import Column, RoleReader
from normalize.columns import Header, read_header
from normalize.grid import Row
from normalize.headcells import NONE, Head, Part, TableHeader, body_of, by_body, heads_of, over, printed_in
from normalize.headgroups import GroupReader
from normalize.headnames import HeadNames
from normalize.headrows import POINTS, TwoRows
from normalize.lexicon import bare
from normalize.mappings import Form, Mappings, fold
from normalize.model import Place, Text

_FEW = 2  # texts that a column prints at least
_LONGEST = 24  # characters of a header that may fit a pattern
# Columns that may stand beside those which the form's own mapping names.
_BESIDE = frozenset(
    {
        *LEVELS,
        "indicator",
        "actual",
        "score",
        "weight",
        "deviation_reason",
        "explanation",
        "evidence_source",
        "note",
    }
)
_MOST_LIKE = 0.5  # share of the texts of a header that must look like one
_MOST_SAME = 0.5  # share of their names that two tables side by side have both, if they are of two periods
_UNTOLD = 0.85  # confidence in the periods of such tables that no caption tells
_LIKELY = 0.4  # chance from which columns that no mapping knows make a table
_DOUBTFUL = 0.9  # confidence below which a header may be another
_LEAST_KNOWN = 3  # headers that are named in full and make a row of many unknown ones a header


class HeaderReader:
    """Finds the headers of indicator tables: those of ``own``, and what other mappings know (``rest``); by
    what their columns print, also those that no mapping knows."""

    def __init__(self, own: Form, rest: Form, mappings: Mappings) -> None:
        self.own, self.kinds = own.columns, ColumnKinds(mappings)
        self.names, self.reader = HeadNames(own, rest), RoleReader(self.kinds)
        self.groups = GroupReader(self.names.role, self.names.is_caption, self.kinds)
        self.two = TwoRows(self.names, self.kinds)

    def at(self, rows: Sequence[Row], i: int) -> TableHeader | None:
        """The header that begins in row ``i``; None where none does."""
        if rows[i].is_line or rows[i].side != "whole":
            return None
        return self._known(rows, i) or self._told(rows, i)

    def _known(self, rows: Sequence[Row], i: int) -> TableHeader | None:
        """The header that row ``i`` begins by what mappings know."""
        if groups := self.groups.at(rows, i):
            return groups
        upper, lower = rows[i], rows[i + 1] if i + 1 < len(rows) else None
        if lower and not lower.is_line and (heads := self.two.of(upper, lower)):
            below = rows[i + 2] if i + 2 < len(rows) else None
            if found := self._header(heads, upper, below, rows, i, 2):
                return found
        return self._header(heads_of(upper), upper, lower, rows, i, 1)

    def _told(self, rows: Sequence[Row], i: int) -> TableHeader | None:
        """The header that row ``i`` begins of which mappings know too little: its columns tell what they
        are."""
        if found := self._told_by(rows, i, 1):
            return found
        if i + 1 >= len(rows) or rows[i + 1].is_line or not self._may_head(rows[i]):
            return None
        better = self._known(rows, i + 1) or self._told_by(rows, i + 1, 1)
        return None if better else self._told_by(rows, i, 2)

    def _told_by(self, rows: Sequence[Row], i: int, count: int) -> TableHeader | None:
        """The header that ``count`` rows are by what their columns print; None where they are none."""
        heading, below = rows[i : i + count], rows[i + count] if i + count < len(rows) else None
        if below is None or below.is_line or not all(map(self._may_head, heading)):
            return None
        roles_known = [role for row in heading for text in row.texts if (role := self.names.role(text))]
        names = "indicator" in roles_known or len(roles_known) >= _LEAST_KNOWN
        if not (names or any(self.kinds.is_level(text.text) for text in below.texts)):
            return None
        heads = heads_of(heading[0]) if count == 1 else over(*heading)
        along = {cell.text.place for cell in below.covering}
        part, captions = self._columns(heads, {}, along, rows, i + count, Part(NONE, 0, None, 0))
        roles = set(part.header.roles)
        levels = names or roles & {"level1", "level2"}
        if "indicator" not in roles or not roles & TARGETS or not levels or part.chance < _LIKELY:
            return None
        name = part.header.columns[part.header.roles.index("indicator")]
        if not printed_in(part.header.columns, self._body(rows, i + count))[name]:
            return None
        return TableHeader((part,), count, self.names.period(captions))

    def _may_head(self, row: Row) -> bool:
        """Whether the texts of a row may be headers: short words, many of which say what headers do."""
        texts = [text for text in row.texts if not self.names.is_caption(text)]
        if len(row.texts) <= 2 or row.side != "whole" or any(len(text.text) > _LONGEST for text in texts):
            return False
        heads = sum(bool(self.names.role(text)) or self.kinds.is_header(text.text) for text in texts)
        if heads < _MOST_LIKE * len(texts):
            return False
        return all(self.names.role(text) or self.kinds.kind(text.text) in ("words", "name") for text in texts)

    def _without_points(self, heads: Sequence[Head]) -> list[Head]:
        """... with the points of levels as spare: those before the indicators, where others stand behind."""
        roles = [self.names.role(head.text) for head in heads]
        at = roles.index("indicator") if "indicator" in roles else 0
        return [
            replace(head, is_spare=True) if role in POINTS and k < at and role in roles[at:] else head
            for k, (head, role) in enumerate(zip(heads, roles, strict=True))
        ]

    def _is_plain_caption(self, text: Text) -> bool:
        return self.names.is_caption(text) and self.names.role(text) is None

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
            return TableHeader((part,), count, self.names.period([*captions, *above]))
        told = [self.names.period([head.above for head in some if head.above]) for some, *_ in parts]
        return TableHeader(self._sides([part for part, _ in found], told, rows, i + count), count, None)

    def _sides(
        self, parts: Sequence[Part], told: Sequence[str | None], rows: Sequence[Row], body: int
    ) -> tuple[Part, ...]:
        """Tables side by side with their periods. What no caption tells is a doubt: the same indicators twice
        are those of the whole term and of the year, others are more of the year's."""
        first, second = parts
        if all(told) or {*first.header.columns} & {*second.header.columns}:
            # Under the same levels stand the targets of the term and of the year (family F3).
            sides = zip(parts, told, ("long_term", "full_year"), strict=True)
            return tuple(part.for_period(said or period) for part, said, period in sides)
        below = self._body(rows, body)
        names = [
            {text for row in below for text in _texts_of(part.of(row), part.header, "indicator")}
            for part in parts
        ]
        same = len(set.intersection(*names)) >= _MOST_SAME * min(map(len, names))
        usual = ("long_term", "full_year") if same else ("full_year", "full_year")
        return tuple(
            replace(part.for_period(said or period), chance=min(part.chance, _UNTOLD))
            for part, said, period in zip(parts, told, usual, strict=True)
        )

    def _again(self, heads: Sequence[Head]) -> tuple[int, int] | None:
        """Where a second table begins beside the first: the header that it repeats, and the repetition."""
        texts = [fold(bare(head.text.text)) for head in heads]
        named = [k for k, head in enumerate(heads) if self.names.role(head.text) == "indicator"]
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
        whole = [head for head in heads if not (head.is_spare or self._is_plain_caption(head.text))]
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
        found, captions = self._columns(heads, named, along, rows, body, part)
        # What the columns print may gainsay what their headers seemed to be.
        return (found, captions) if "indicator" in found.header.roles else (None, [])

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
        below = [own for row in self._body(rows, body) if (own := part.of(row)).texts]
        heads = by_body(heads, below)
        captions: list[Text] = []
        columns: list[Column] = []
        printed = printed_in([head.column for head in heads], below)
        under = {below[0].column(i) for i in range(len(below[0].texts))} if below else set()
        first = min((k for k, role in named.items() if role in (*LEVELS, "indicator")), default=0)
        for head in heads:
            levels = self.kinds.holds_levels(printed[head.column])
            is_before = head.column < first and (
                head.column not in under or self.names.role(head.text) not in (None, "note")
            )
            leftmost = head.column == heads[0].column
            heads_none = len(printed[head.column]) < _FEW or (leftmost and not head.ruled)
            is_caption = head.is_first and ((self.names.is_caption(head.text) and heads_none) or is_before)
            if head.column in named:
                known: tuple[str, ...] = (named[head.column],)
            elif (is_caption and not levels) or (head.is_first and head.text.place in along):
                captions.append(head.text)
                continue
            elif head.is_spare:
                known = ("note",)
            else:
                known = tuple(role for role in self.names.roles(head.text) if not named or role in _BESIDE)
                if levels and not {*known} & {*LEVELS}:
                    known = ()
            columns.append(
                Column(
                    head.column,
                    head.text.text if head.is_first else "",
                    known if head.is_first else (),
                    printed[head.column],
                    head.column in named and not self.names.is_like(head.text),
                    not head.is_whole,
                )
            )
        read, chance = self.reader.read(columns, sum(len(row.texts) > 1 for row in below))
        texts = {head.column: head.text for head in heads}
        roles: dict[int, str] = {}
        for column in columns:
            role = read[column.at]
            if role in (NOTE, OTHER) or role in roles.values():
                begin = NOTE if role == NOTE else OTHER
                role = _another(begin, texts[column.at], set(roles.values()))
            roles[column.at] = role
            if role.startswith(OTHER) and column.at in under:  # it may be one that is known, misread
                chance *= _sure(texts[column.at])
        if not TARGETS & set(roles.values()):  # targets that nobody adjusted are the targets
            roles = {k: "full_year" if role == "initial_target" else role for k, role in roles.items()}
        ends = {head.column: head.column + head.colspan for head in heads}
        starts = [*sorted(roles), 1_000]
        spans = {
            k: min(after, ends.get(k, max(ends[h] for h in ends if h <= k))) - k
            for k, after in pairwise(starts)
        }
        return replace(part, header=_ordered(roles, spans if heads[0].ruled else {}), chance=chance), captions

    def _body(self, rows: Sequence[Row], start: int) -> Sequence[Row]:
        """The rows of a table from number ``start`` on, up to the next header; without captions over it."""
        return [
            row
            for row in takewhile(lambda row: not self._is_known(row), body_of(rows, start))
            if len(row.texts) > 1 or row.colspan(0) == 1
        ]

    def _is_known(self, row: Row) -> bool:
        """Whether a row is headers alone, in full."""
        return len(row.texts) >= _LEAST_KNOWN and all(self.names.role(text) for text in row.texts)

    def _read(self, line: Row) -> Header | None:
        """The columns of a line that mappings know."""
        known = [i for i, text in enumerate(line.texts) if self.names.role(text)]
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
            line.column(i) in read and read[line.column(i)] not in self.names.roles(text)
            for i, text in enumerate(line.texts)
            if self.names.roles(text)
        )

    def _named(self, line: Row, known: Sequence[int]) -> Header | None:
        """The columns that ``known`` texts of a line name in full, each another one; a name that may be of
        several takes what is left."""
        if len(known) < _LEAST_KNOWN:
            return None
        taken: dict[int, str] = {}
        for i in sorted(
            known, key=lambda i: (self.names.is_like(line.texts[i]), len(self.names.roles(line.texts[i])), i)
        ):
            role = next(
                (role for role in self.names.roles(line.texts[i]) if role not in taken.values()), None
            )
            if role:
                taken[line.column(i)] = role
        spans = {line.column(i): line.colspan(i) for i in known} if line.ruled else {}
        return _ordered(taken, spans)


def _sure(text: Text) -> float:
    """How sure a header is, where that is in doubt."""
    return text.confidence if text.confidence < _DOUBTFUL else 1.0


def with_others(header: Header, row: Row, captions: Sequence[object]) -> Header:
    """The header of ``row`` with the columns behind its first that no mapping knows, save ``captions`` (one
    for each text, None where it is none)."""
    roles = dict(zip(header.columns, header.roles, strict=True))
    spans = {row.column(i): row.colspan(i) for i in range(len(row.texts))}
    for i, text in enumerate(row.texts):
        if captions[i] is None and row.column(i) > min(header.columns) and row.column(i) not in roles:
            roles[row.column(i)] = _another(OTHER, text, set(roles.values()))
    return _ordered(roles, spans if row.ruled else {})


def _texts_of(row: Row, header: Header, role: str) -> list[str]:
    """What a row prints in the column of a role."""
    column = header.columns[header.roles.index(role)]
    return [text.text for i, text in enumerate(row.texts) if row.column(i) == column]


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
