"""Stage 2, pages: the halves of a page that was too wide are put together again.

A sheet wider than the page is printed as all left halves, then all right halves. The header rows tell: the
first pages print only the left columns of a known table, the later ones only the columns that are missing.
Rows are then rejoined page by page in their order, on what their texts say: halves of a known name, a label
and its value, a text that goes on. Labels that span rows (left) and the rows that they span (right) cannot
be rejoined one by one: they stay left and right rows of their sheet for stage 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile, zip_longest

from normalize.grid import Row
from normalize.halves import Halves, find_halves, half_header
from normalize.mappings import Mappings, fold
from normalize.model import Place, Text
from normalize.pairing import GOES_ON, Pairing, is_piece
from normalize.titles import ABOVE, is_title
from normalize.values import parse_amount
from normalize.weave import Pieces, Woven, weave

_JOINED, _GUESSED = 0.95, 0.85  # confidence that two halves are one text; that a value goes on


def rejoin(rows: Sequence[Row], mappings: Mappings) -> list[Row]:
    """``rows`` with the halves of cut pages rejoined; as they are where no page was cut."""
    halves = find_halves(rows, mappings.forms)
    if halves is None:
        return list(rows)
    lefts = {left for left, _ in halves.pages}
    width = max(
        (row.column(i) + 1 for row in rows if row.page in lefts for i in range(len(row.texts))), default=0
    )
    joiner = _Joiner(halves, mappings, width)
    joined: list[Row] = []
    for sheet, (left, right) in enumerate(halves.pages, start=1):
        here = [replace(row, sheet=sheet) for row in rows if row.page == left]
        there = [replace(row, sheet=sheet) for row in rows if row.page == right]
        joined += joiner.sheet(here, there)
    return joiner.rewoven(joined)


class _Joiner:
    """Joins the rows of one sheet after the other; collects the texts that are to be woven."""

    def __init__(self, halves: Halves, mappings: Mappings, width: int) -> None:
        self.halves, self.form, self.width = halves, halves.form, width
        self.pairing = Pairing(halves, mappings)
        self.torn: list[_Torn] = []
        self.in_table = False
        self.above: Row | None = None
        self.first_column = self.name_column = 0

    def sheet(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """The rows of one sheet from the rows of its two pages."""
        joined, lefts, rights = self._headings(lefts, rights)
        zones = zip_longest(self._zones(lefts), self._zones(rights), fillvalue=())
        for number, (left, right) in enumerate(zones):
            if number and left and right:
                header = half_header(right[0], self.form.columns)
                self.in_table, self.first_column = True, header.columns[0] if header else 0
                self.name_column = left[0].column(len(left[0].texts) - 1)
                joined.append(self._pair(left[0], right[0]))
                self.above = None
                left, right = left[1:], right[1:]
            by_rows = not self.in_table or self.halves.left_roles & {"indicator", "subprojects"}
            joined += self._by_rows(left, right) if by_rows else self._apart(left, right)
            self.above = left[-1] if left else self.above
        return joined

    def _zones(self, rows: Sequence[Row]) -> list[Sequence[Row]]:
        """The rows of a page, a new zone beginning with each header."""
        zones: list[list[Row]] = [[]]
        for row in rows:
            if half_header(row, self.form.columns):
                zones.append([])
            zones[-1].append(row)
        return list(zones)

    def _headings(
        self, lefts: Sequence[Row], rights: Sequence[Row]
    ) -> tuple[list[Row], list[Row], list[Row]]:
        """The lines outside tables, two being one where together they say a title or a year; and the rows of
        both pages, with the lines above the table that may be rows of which one cell is printed."""
        rest = [row for row in rights if row.is_line]
        above = _above(lefts)
        labels = [row for row in above if self.pairing.is_field(row)]
        joined: list[Row] = []
        for left in lefts:
            if not left.is_line or left in labels:
                continue
            head = left.texts[0].text
            partner = next((row for row in rest if self._is_heading(head + row.texts[0].text)), None)
            if partner and not self._is_heading(head):
                rest.remove(partner)
                left = replace(
                    left, texts=(_joined(left.texts[0], partner.texts[0], "two halves of a title"),)
                )
            joined.append(left)
        cells = [row for row in _above(rights) if row in rest and not self._is_heading(row.texts[0].text)]
        joined += [row for row in rest if row not in cells]
        own = [*(replace(row, table=1) for row in labels), *(row for row in lefts if not row.is_line)]
        return joined, own, [*cells, *(row for row in rights if not row.is_line)]

    def _is_heading(self, text: str) -> bool:
        return is_title(text, self.form) or bool(ABOVE.fullmatch(fold(text)))

    def _apart(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """Labels and the rows that they span, for stage 5 to tie together; closing fields are whole."""
        rows = [row if self.pairing.is_field(row) else replace(row, side="left") for row in lefts]
        return rows + [replace(row.moved(self.width), side="right") for row in rights]

    def _by_rows(self, lefts: Sequence[Row], rights: Sequence[Row]) -> list[Row]:
        """Left and right rows paired in their order; rows without a partner stay alone."""
        if not lefts or not rights:
            return [*lefts, *(row.moved(self.width) for row in rights)]
        pairs = self.pairing.pairs(
            lefts, rights, self.name_column if self.in_table else None, self.above if self.in_table else None
        )
        rows: list[Row] = []
        passed = 0
        for i, (left, (k, paired)) in enumerate(zip(lefts, pairs.places, strict=True)):
            rows += [self._lone(rights[n], pairs.alone[n]) for n in range(passed, k)]
            if not paired:
                rows.append(left)
                passed = max(passed, k)
                continue
            again = i > 0 and pairs.places[i - 1] == (k, True)
            rows.append(self._share(left, rights[k]) if again else self._pair(left, rights[k], pairs.sure[i]))
            passed = k + 1
        return rows + [self._lone(rights[n], pairs.alone[n]) for n in range(passed, len(rights))]

    def _lone(self, right: Row, sure: float) -> Row:
        """A right half row of which the left half was blank, as far as that is ``sure`` (0..1): beside the
        table of indicators, what begins with a known name is whole in any case."""
        named = not self.in_table and self.pairing.known.find(right.texts[0].text)
        return (right if named else _less_sure(right, sure)).moved(self.width)

    def _pair(self, left: Row, right: Row, sure: float = 1.0) -> Row:
        """Two half rows as one (``sure``: 0..1); their texts at the cut are one where they say so."""
        right = _less_sure(right, sure)
        last, first = left.texts[-1], right.texts[0]
        own = tuple(left.column(i) for i in range(len(left.texts)))
        columns = (*own, *(right.column(i) + self.width for i in range(len(right.texts))))
        texts = (*left.texts, *right.texts)
        if evidence := self._is_cut(left, right):
            torn = not self.in_table and is_piece(last) and is_piece(first)
            if torn:
                self.torn.append(_Torn([last], first))
            sure = _GUESSED if evidence == GOES_ON else _JOINED
            middle = last if torn else _joined(last, first, evidence, sure)
            texts, columns = (
                (*left.texts[:-1], middle, *right.texts[1:]),
                columns[: len(own)] + columns[len(own) + 1 :],
            )
        return replace(left, texts=texts, columns=columns, ruled=False, colspans=())

    def _is_cut(self, left: Row, right: Row) -> str | None:
        """Why the last text on the left and the first on the right are one text; None where they are two."""
        last, first = left.texts[-1].text, right.texts[0].text
        if not self.in_table or self.pairing.halves_of(last, first):
            return self.pairing.is_cut(left, right)
        # The right half begins with what is left of the column that the cut runs through.
        through = right.column(0) < self.first_column
        known = self.pairing.known
        if not through or known.named(last) or known.named(first) or parse_amount(first) is not None:
            return None
        return "the cut runs through this column"

    def _share(self, left: Row, right: Row) -> Row:
        """``left``, whose right pieces stand in one cell with those of the row before."""
        if self.torn and self.torn[-1].right.place == right.texts[0].place:
            self.torn[-1].lefts.append(left.texts[-1])
        return left

    def rewoven(self, rows: Sequence[Row]) -> list[Row]:
        """``rows`` with the texts that the cut ran through woven together."""
        if not self.torn:
            return list(rows)
        cells = [Pieces(tuple(left.text for left in torn.lefts), torn.right.text) for torn in self.torn]
        whole: dict[Place, Text] = {}
        for torn, texts in zip(self.torn, weave(cells), strict=True):
            for left, woven in zip(torn.lefts, texts, strict=True):
                whole[left.place] = _rewoven(left, torn.right, woven)
        return [row.with_texts(tuple(whole.get(text.place, text) for text in row.texts)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Torn:
    """Left pieces of one or more texts and the cell that holds their right pieces."""

    lefts: list[Text]
    right: Text


def _above(rows: Sequence[Row]) -> list[Row]:
    """The lines above the table of a page; none where it has no table."""
    lines = list(takewhile(lambda row: row.is_line, rows))
    return lines if len(lines) < len(rows) else []


def _less_sure(row: Row, sure: float) -> Row:
    """``row`` with no text surer than ``sure`` (0..1)."""
    return row.with_texts(tuple(replace(t, confidence=min(t.confidence, sure)) for t in row.texts))


def _joined(left: Text, right: Text, evidence: str, sure: float = _JOINED) -> Text:
    """Two halves of a text as one."""
    return left.with_parts(right).changed("split_pages_rejoined", left.text + right.text, evidence, sure)


def _rewoven(left: Text, right: Text, woven: Woven) -> Text:
    evidence = "lines of both halves in turn, cut where they make the likeliest words"
    if woven.alternative:
        evidence += f"; or: {woven.alternative}"
    sure = min(_JOINED, woven.confidence)
    return left.with_parts(right).changed("text_rewoven", woven.text, evidence, sure)
