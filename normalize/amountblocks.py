"""Blocks of amounts: their headers, and the lines that print an amount beside their name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import itemgetter

from normalize.clues import OTHER
from normalize.columns import Header, read_header
from normalize.fieldrows import LINE, LabelledValue
from normalize.grid import Row
from normalize.headers import with_others
from normalize.lexicon import Found, Lexicon, bare
from normalize.mappings import PERIODS, AmountBlock, AmountLine, Form, fold
from normalize.model import Place, Text
from normalize.values import parse_amount

_UNIT = re.compile(r"[（(]\s*(?:单位[:：]\s*)?(亿元|万元|千元|元)\s*[)）]|单位[:：]\s*(亿元|万元|千元|元)")

# Sections whose lines say little without a caption.
_CAPTIONED = ("income", "expenditure")
_OF_A_SUM = 2  # characters of such a name
_UNIT_BEHIND = re.compile(r"\s*[（(]\s*(?:单位[:：])?\s*[亿万千]?元\s*[)）]$")


@dataclass(slots=True)
class AmountSection:
    """A block of amounts: its rows under the periods of its header (role ``item`` is the line's name), and
    the unit that the form prints for it, None where it prints none. ``heads`` is the row of its headers.

    ``beside`` are the blocks that stand on its right, each with lines of its own; then ``total`` is the name
    of the first line, which names the period and is the sum of the others (预算数：120, 执行数：118).
    """

    block: AmountBlock
    header: Header
    unit: str | None
    rows: list[Row] = field(default_factory=list)
    heads: Row | None = None
    beside: tuple["AmountSection", ...] = ()
    total: str | None = None

    def add(self, row: Row) -> None:
        """Add a row, of which each of the blocks side by side takes its columns."""
        if not self.beside:
            self.rows.append(row)
            return
        blocks = (self, *self.beside)
        starts = [block.header.columns[0] for block in blocks]
        for block, start, end in zip(blocks, starts, [*starts[1:], None], strict=True):
            own = row
            for i in reversed(range(len(row.texts))):
                if row.column(i) < start or (end is not None and row.column(i) >= end):
                    own = own.without(i)
            if own.texts:
                block.rows.append(own)

    @property
    def names(self) -> Lexicon:
        """The names of its lines."""
        named = [
            (line.item, name) for line in self.block.lines if line.item for name in (line.item, *line.aliases)
        ]
        return Lexicon((name, item) for item, name in named)


class AmountBlocks:
    """The blocks of amounts of a form as they come, in ``sections``."""

    def __init__(self, form: Form, rest: Form) -> None:
        self.form = replace(form, amounts=tuple(_with_names(block, rest.amounts) for block in form.amounts))
        self.rest = rest
        form = self.form
        self.sections: list[AmountSection] = []
        self.captions = Lexicon((name, name) for block in form.amounts for name in block.captions)
        self.other_captions = Lexicon((name, name) for block in rest.amounts for name in block.captions)
        self.other_columns = Lexicon(
            (name, key) for block in rest.amounts for key, names in block.columns.items() for name in names
        )
        self.lines = {
            f"{LINE}{number}:{line.item}": (block, line)
            for number, block in enumerate((*form.amounts, *rest.amounts))
            for line in block.lines
            if block.period and line.item
        }
        self._totals: list[tuple[int, AmountSection]] = []
        self.totals = _sums(rest)
        self._open: dict[tuple[Place, str], list[AmountSection]] = {}
        self._last: Row | None = None

    def names(self) -> list[tuple[str, str]]:
        """The names of the form's lines that print their amount beside them, with their keys."""
        return self._names(self.form.amounts)

    def other_names(self) -> list[tuple[str, str]]:
        """... and those that other mappings know."""
        return self._names(self.rest.amounts)

    def _names(self, blocks: Sequence[AmountBlock]) -> list[tuple[str, str]]:
        return [
            (name, key)
            for key, (block, line) in self.lines.items()
            if any(block is one for one in blocks)
            for name in (line.item or "", *line.aliases)
        ]

    def is_line(self, key: str | None) -> bool:
        """Whether a label's key is that of a line."""
        return key in self.lines

    def caption(self, text: Text) -> Found | None:
        """The caption of a block that a text is."""
        found = self.captions.named(text.text) or self.captions.longer(text.text, 0.6)
        return found or self.other_captions.named(text.text)

    def rate(self, label: Text) -> str | None:
        """The field that a label of a block's total names beside amounts (执行率)."""
        for block in (*self.form.amounts, *self.rest.amounts):
            for key, names in block.columns.items():
                if key not in PERIODS and fold(bare(label.text)) in map(fold, names):
                    return key
        return None

    def header(self, row: Row, above: Sequence[Text]) -> AmountSection | None:
        """The block whose columns ``row`` heads, by the form's mapping or else by another one; ``above`` are
        the texts that may name its unit, nearest first."""
        own = self._header(row, above, self.form.amounts)
        if own or not any(self.other_columns.named(text.text) for text in row.texts):
            return own
        return self._header(row, above, self.rest.amounts)

    def _header(self, row: Row, above: Sequence[Text], blocks: Sequence[AmountBlock]) -> AmountSection | None:
        best: tuple[float, AmountSection] | None = None
        names = [self.caption(text) for text in row.texts]
        for block in (block for block in blocks if block.columns):
            columns = {"item": block.items, **block.columns}
            caption = any(found and _is_caption(found, block) for found in names)
            header = read_header(row, columns, 1) or _read(without(row, names), columns, caption)
            if not header or not set(header.roles) & block.columns.keys() & set(PERIODS):
                continue
            score = 2.0 * caption + len(header.roles) - 0.5 * len(block.columns.keys() - set(header.roles))
            if best is None or score > best[0]:
                whole = with_others(header, row, names)
                best = (score, AmountSection(block, whole, self.unit(row.texts, above), heads=row))
        return best[1] if best else None

    def paired(self, row: Row, above: Sequence[Text]) -> AmountSection | None:
        """The blocks side by side whose first line ``row`` prints: the names of periods, each with its amount
        beside it (预算数：120, 执行数：118)."""
        for blocks in (self.form.amounts, self.rest.amounts):
            for block in (block for block in blocks if block.columns):
                names = Lexicon((name, role) for role, names in block.columns.items() for name in names)
                if pairs := _period_pairs(row, names):
                    unit = self.unit([*(cell.text for cell in row.covering), *row.texts], above)
                    first, *others = [
                        AmountSection(block, header, unit, total=without_unit(name.text.rstrip(":： ")))
                        for name, header in pairs
                    ]
                    first.beside = tuple(others)
                    first.add(row)
                    self.sections += (first, *others)
                    return first
        return None

    def next_under(self, open_block: AmountSection, row: Row) -> AmountSection | None:
        """The block that begins in ``row`` with a caption alone, under the columns of the ``open_block``."""
        names = [found for text in row.texts if (found := self.caption(text))]
        for block in (*self.form.amounts, *self.rest.amounts):
            own = block.columns.keys() & set(open_block.header.roles)
            if block is open_block.block or not own or not any(_is_caption(name, block) for name in names):
                continue
            if any(_is_caption(name, open_block.block) for name in names):
                continue
            return replace(open_block, block=block, rows=[])
        return None

    def unit(self, texts: Sequence[Text], above: Sequence[Text]) -> str | None:
        """The unit that amounts are printed in: named in their header, or above it; None if nowhere."""
        sections = [section.unit for section in reversed(self.sections)]
        return next(filter(None, [*map(named_unit, texts), *sections, *map(named_unit, above)]), None)

    def take(self, pair: LabelledValue, row: Row, above: Sequence[Text]) -> bool:
        """A line with its amount beside it, filed under its block; whether the label is one."""
        column = row.column([text.place for text in row.texts].index(pair.label.place))
        under = [section for at, section in self._totals if at == column]
        sections = under or [section for _, section in self._totals]
        section = sections[-1] if sections else None
        if pair.key is None:
            if section is None or not under or not self._is_free_line(pair, row):
                return False
        elif pair.key not in self.lines:
            return False
        else:
            caption = self._caption_of(pair, row)
            own = self._of(caption, pair) if caption else None
            block, line = own or self.lines[pair.key]
            if own is None and block.section in _CAPTIONED:
                pair.key = None
                return False
            period = line.period or block.period or "full_year"
            if caption and own:
                open_ones = self._open.get((caption.place, block.section), [])
                section = next((one for one in reversed(under) if one in open_ones), None)
                section = section or (open_ones[-1] if open_ones else None)
            if line.is_total or section is None:
                captions = [covering.text for covering in row.covering]
                unit = self.unit([*captions, *row.texts], above)
                section = AmountSection(block, Header(("item", period), (0, 1)), unit)
                self.sections.append(section)
                self._totals.append((column, section))
                if caption and own:
                    self._open.setdefault((caption.place, block.section), []).append(section)
        texts = (pair.label, pair.value) if pair.value else (pair.label,)
        section.rows.append(replace(row, texts=texts, columns=(0, 1)[: len(texts)], colspans=(), ruled=False))
        self._last = row
        return True

    def _caption_of(self, pair: LabelledValue, row: Row) -> Text | None:
        """The caption that stands before a pair (收入预算, 支出预算); None where none does."""
        starts = {text.place: row.column(i) for i, text in enumerate(row.texts)}
        cells = [(cell.column, cell.text) for cell in row.covering]
        cells += [(starts[text.place], text) for text in row.texts]
        own = starts[pair.label.place]
        before = [(at, text) for at, text in cells if at < own and self.caption(text)]
        return max(before, key=itemgetter(0))[1] if before else None

    def _of(self, caption: Text, pair: LabelledValue) -> tuple[AmountBlock, AmountLine] | None:
        """The block under a caption, and the line of it that a pair is; None where it has no such line."""
        found, name = self.caption(caption), self.lines[pair.key or ""][1].item
        lines = (
            (block, line)
            for block in (*self.form.amounts, *self.rest.amounts)
            if found and _is_caption(found, block) and block.period
            for line in block.lines
            if line.item
            and (
                name in (line.item, *line.aliases)
                or (line.is_total and not line.period and name in self.totals)
            )
        )
        return next(lines, None)

    def _is_free_line(self, pair: LabelledValue, row: Row) -> bool:
        """Whether a label that no mapping knows is a line of the block above: an amount beside it, and no
        other row between."""
        last = self._last
        if last is None or pair.value is None or parse_amount(pair.value.text) is None:
            return False
        return (last.page, last.table) == (row.page, row.table) and row.row - last.row <= 1


def _with_names(block: AmountBlock, others: Sequence[AmountBlock]) -> AmountBlock:
    """A block with the names that other mappings have for the columns that it has."""
    taken = {fold(name) for names in block.columns.values() for name in names}
    columns = dict(block.columns)
    for other in (other for other in others if other.section == block.section):
        for role in columns.keys() & other.columns.keys():
            more = [name for name in other.columns[role] if fold(name) not in taken]
            columns[role] = (*columns[role], *more)
            taken |= {fold(name) for name in more}
    return replace(block, columns=columns)


def _sums(form: Form) -> set[str]:
    """What sums are called whatever they are of (合计, 总额)."""
    lines = [line for block in form.amounts for line in block.lines if line.is_total]
    return {name for line in lines for name in (line.item or "", *line.aliases) if len(name) == _OF_A_SUM}


def _period_pairs(row: Row, names: Lexicon) -> list[tuple[Text, Header]]:
    """The names of a row that stand each before an amount, with the columns of both; what stands behind is of
    another column. Empty unless two of them are periods."""
    amounts = [parse_amount(text.text) is not None for text in row.texts]
    starts = [i for i in range(len(row.texts) - 1) if amounts[i + 1] and not amounts[i]]
    found = [names.named(row.texts[i].text) for i in starts]
    if len({one.key for one in found if one and one.key in PERIODS}) < 2 or not _alternate(row, starts):
        return []
    pairs = []
    for i, end, one in zip(starts, [*starts[1:], len(row.texts)], found, strict=True):
        others = [f"{OTHER}{row.texts[k].text}" for k in range(i + 2, end)]
        period = one.key if one and one.key in PERIODS else OTHER + row.texts[i].text
        spans = tuple(map(row.colspan, range(i, end))) if row.ruled else ()
        columns = tuple(map(row.column, range(i, end)))
        pairs.append((row.texts[i], Header(("item", period, *others), columns, spans, row.ruled)))
    return pairs


def _alternate(row: Row, starts: Sequence[int]) -> bool:
    """Whether names stand before all amounts of a row, but for a caption before and a rate behind."""
    return (
        starts[0] <= 1 and all(b - a == 2 for a, b in pairwise(starts)) and starts[-1] + 4 >= len(row.texts)
    )


def _is_caption(found: Found, block: AmountBlock) -> bool:
    return any(fold(found.name) == fold(name) for name in block.captions)


def _read(row: Row, columns: Mapping[str, Sequence[str]], captioned: bool) -> Header | None:
    """The header of a row without captions; beside the caption of its block columns may be unknown."""
    if captioned:
        names = Lexicon((name, role) for role, names in columns.items() for name in names)
        for i in reversed(range(len(row.texts))):
            if not names.named(row.texts[i].text):
                row = row.without(i)
    return read_header(row, columns, 1) if row.texts else None


def without(row: Row, captions: Sequence[Found | None]) -> Row:
    """``row`` without its captions."""
    for index in reversed([i for i, found in enumerate(captions) if found]):
        row = row.without(index)
    return row


def without_unit(name: str) -> str:
    """A line's name without the unit of its amounts in brackets behind it."""
    return _UNIT_BEHIND.sub("", name)


def named_unit(text: Text) -> str | None:
    """The unit that a caption, a header or a line names."""
    found = _UNIT.search(text.text)
    return found[1] or found[2] if found else None
