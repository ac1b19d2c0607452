"""Stage 3, form: where the forms of a document begin and end.

A form begins with its title, or with the name of another project. What of a book stands before and behind
its forms (accounts, contents, explanations) is no part of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from normalize.families import Family, Heads, headers_in, known_to, recognise
from normalize.fieldrows import FieldReader, LabelledValue
from normalize.grid import Row
from normalize.lexicon import level_names
from normalize.manyforms import holds_projects, projects, with_projects
from normalize.mappings import Form, Mappings
from normalize.titles import is_title, title_share

_FEW = 1  # rows of tables that may stand above a title that begins no new form
_NAMES = frozenset({"project_name", "project_code", "unit_name", "unit_code"})
_REACH = 5  # rows above the name of a project in which its form may begin

_HEADING = re.compile(
    r"第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|附[件表录]|公开\d+表|名词解释"
)
_PUNCTUATION = re.compile("[:：，。；]")
_TABLE_TITLE = re.compile(r"[^。；，,、]{4,40}表(?:[（(].*[)）])?")


@dataclass(frozen=True, slots=True)
class FormRows:
    """The rows of a form with the fields that a sheet of many forms prints for it, and its family."""

    rows: Sequence[Row]
    family: Family
    fields: tuple[LabelledValue, ...] = ()


def find_forms(rows: Sequence[Row], mappings: Mappings) -> list[FormRows]:
    """The forms that ``rows`` hold, in order."""
    found = []
    splitter = _Splitter(_with_whole_titles(rows, known_to(mappings)), mappings)
    for start, end in splitter.spans():
        part = splitter.rows[start:end]
        heads: Heads = {i - start: head for i, head in splitter.heads.items() if start <= i < end}
        family = recognise(part, mappings, heads)
        if family and not any(splitter.key(row) for row in part[: min(heads, default=0)]):
            heads = with_projects(part, heads)
        if family and holds_projects(heads):
            found += [FormRows(own, family, tuple(fields)) for own, fields in projects(part, heads)]
        elif family:
            found.append(FormRows(part, family))
    return found


def _with_whole_titles(rows: Sequence[Row], known: Form) -> list[Row]:
    """``rows`` with the titles that take two lines on one: together they say more of a title than alone."""
    whole: list[Row] = []
    for row in rows:
        above = whole[-1] if whole else None
        if above and above.is_line and row.is_line and above.page == row.page:
            upper, lower = above.texts[0], row.texts[0]
            share = title_share(upper.text + lower.text, known)
            alone = max(title_share(upper.text, known), title_share(lower.text, known))
            if share > alone and not _PUNCTUATION.search(upper.text):
                joined = upper.text + lower.text
                text = upper.with_parts(lower).changed("wrap_joined", joined, "a title on two lines")
                whole[-1] = above.with_texts((text,))
                continue
        whole.append(row)
    return whole


def split_forms(rows: Sequence[Row], mappings: Mappings) -> list[list[Row]]:
    """The rows of each form of a document, and of what else stands between titles."""
    splitter = _Splitter(rows, mappings)
    return [list(rows[start:end]) for start, end in splitter.spans()]


class _Splitter:
    """Finds the first row of each form, and the last."""

    def __init__(self, rows: Sequence[Row], mappings: Mappings) -> None:
        self.rows, self.mappings = rows, mappings
        self.known = known_to(mappings)
        self.reader = FieldReader(self.known, self.known)
        self.heads = headers_in(rows, mappings)
        self.levels = level_names(mappings.levels)["level1"]

    def spans(self) -> list[tuple[int, int]]:
        """The first row of each form and the one behind its last."""
        starts = [0]
        for i in range(len(self.rows)):
            start = self._start(i, starts[-1])
            if start is not None and start > starts[-1]:
                starts.append(start)
        ends = [*starts[1:], len(self.rows)]
        return [self._of_form(start, end) for start, end in zip(starts, ends, strict=True) if start < end]

    def _start(self, i: int, begun: int) -> int | None:
        """The first row of the form that row ``i`` begins, the one before having begun at row ``begun``;
        None where it begins none."""
        if self._is_title(i):
            above = [row for row in self.rows[begun:i] if not row.is_line]
            return i if len(above) > _FEW and not self._is_repeated(i, begun) else None
        if any(begun <= head < i for head in self.heads):
            if self._names_project(i):
                return self._first_label(i, begun)
            if self._opens_table(i):
                return i
        return None

    def _opens_table(self, i: int) -> bool:
        """Whether row ``i`` begins a table that names a unit or a project first, and has its own header."""
        row, above = self.rows[i], self.rows[i - 1]
        if row.is_line or (row.page, row.table) == (above.page, above.table) or self.key(row) not in _NAMES:
            return False
        return any(
            head > i and (self.rows[head].page, self.rows[head].table) == (row.page, row.table)
            for head in self.heads
        )

    def _is_title(self, i: int) -> bool:
        row = self.rows[i]
        return len(row.texts) == 1 and is_title(row.texts[0].text, self.known)

    def _is_repeated(self, i: int, begun: int) -> bool:
        """Whether a title is that of the form above, printed again on the next page."""
        titles = {self.rows[k].texts[0].text for k in range(begun, i) if self._is_title(k)}
        below = [row for row in self.rows[i + 1 : i + 1 + _REACH] if not row.is_line]
        same = self.rows[i].texts[0].text in titles
        return same and not any(self.key(row) for row in below[:2])

    def key(self, row: Row) -> str | None:
        """The field whose label begins a row."""
        texts = list(self.reader.unglued(row.texts))
        if len(texts) > 1 and self.reader.caption(texts[0].text):
            texts = texts[1:]
        found = self.reader.whole(texts[0].text)
        return found.key if found else None

    def _names_project(self, i: int) -> bool:
        return i not in self.heads and self.key(self.rows[i]) == "project_name"

    def _first_label(self, i: int, begun: int) -> int:
        """The row in which the form of the project named in row ``i`` begins: that of the label with which
        the form above begins."""
        first = next((key for row in self.rows[begun:] if (key := self.key(row))), None)
        for k in range(i, max(begun, i - _REACH), -1):
            if self.key(self.rows[k]) == first:
                i = k
                break
        while i - 1 > begun and self.rows[i - 1].is_line:
            i -= 1
        return i

    def _of_form(self, start: int, end: int) -> tuple[int, int]:
        """The rows from ``start`` to ``end`` without those of a book that stand around the form."""
        heads = [head for head in self.heads if start <= head < end]
        if heads:
            below = (k for k in range(max(heads) + 1, end) if self._ends_form(k, max(heads)))
            end = next(below, end)
            above = [k for k in range(start, min(heads)) if self._is_heading(k, min(heads))]
            labelled = [
                k
                for k in above
                if any(self.key(row) for row in self.rows[k : min(heads)])
                and not self._is_under_title(k, start)
            ]
            if labelled and any(not row.is_line for row in self.rows[start : labelled[-1]]):
                start = labelled[-1]
        return start, end

    def _is_under_title(self, k: int, start: int) -> bool:
        """Whether row ``k`` stands in the table that follows a title at or behind row ``start``."""
        title = max((i for i in range(start, k) if self._is_title(i)), default=None)
        if title is None:
            return False
        table = self.rows[k].page, self.rows[k].table
        return all((row.page, row.table) == table for row in self.rows[title + _REACH : k])

    def _ends_form(self, i: int, head: int) -> bool:
        """Whether row ``i`` is a heading below a form, and heads no fields of its own."""
        if not self._is_heading(i, head):
            return False
        row, below = self.rows[i], self.rows[i + 1] if i + 1 < len(self.rows) else None
        same = below is not None and not row.is_line and (row.page, row.table) == (below.page, below.table)
        return not (same and below is not None and self.key(below))

    def _goes_on(self, i: int) -> bool:
        """Whether a row of a table follows row ``i``."""
        row, below = self.rows[i], self.rows[i + 1] if i + 1 < len(self.rows) else None
        same = below is not None and (below.page, below.table) == (row.page, row.table)
        return same and below is not None and len(below.texts) > 2

    def _is_heading(self, i: int, head: int) -> bool:
        """Whether row ``i`` is a heading of a book, outside the table whose header is row ``head``."""
        row, table = self.rows[i], self.rows[head]
        inside = (row.page, row.table) == (table.page, table.table) and i > head
        if len(row.texts) != 1 or (inside and (row.ruled or self._goes_on(i))):
            return False
        text = row.texts[0].text
        if self.levels.named(text):  # 一、产出指标 heads rows of the table
            return False
        if row.is_line and _TABLE_TITLE.fullmatch(text):
            return True
        return row.column(0) == 0 and len(text) <= 40 and _HEADING.match(text) is not None
