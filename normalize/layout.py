"""Stage 3, form: its rows filed under fields, blocks of amounts and indicator tables.

Rows are taken in order: a row of known column headers begins an indicator table or a block of amounts, a
row that begins with a known field label ends it. What no mapping knows stays a field of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from normalize.amountblocks import AmountBlocks, AmountSection, named_unit, without
from normalize.clues import OTHER
from normalize.columns import Header
from normalize.families import Family
from normalize.fieldrows import FieldReader, LabelledValue
from normalize.grid import Row
from normalize.headcells import Part, TableHeader, stacked
from normalize.headers import HeaderReader
from normalize.lexicon import Found, Lexicon
from normalize.mappings import Form, Mappings, fold
from normalize.model import Text
from normalize.rowshapes import is_filled, is_numbering, runs_over
from normalize.titles import ABOVE, is_title
from normalize.values import is_blank, parse_amount, parse_points, target_likeness

_LEAST_SHARE = 0.45  # of a label that must be printed for it to end a block of amounts
_LONG_TEXT = 20  # characters from which a text is no name of a line
_HEADING = re.compile(r"^20\d\d\s*年|单位[:：]|^第\s*\d+\s*页")
_NUMBERED = re.compile("[（(]?[一二三四五六七八九十]{1,2}[)）、．.]+[^。；]{2,20}")
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明|注释)\s*[:：]")


# ... and what stands alone in its row: a note, or the numbered heading of a part of the form.
_ALONE = re.compile(rf"{_NOTE.pattern}|[一二三四五六七八九十]{{1,2}}、[^。；;，,:：]{{2,16}}$")


@dataclass(slots=True)
class IndicatorSection:
    """An indicator table: its rows, each with the header that governs it (headers may be repeated)."""

    part: Part
    rows: list[Row] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of its columns."""
        return self.part.header.roles


@dataclass(slots=True)
class Layout:
    """A form taken apart: its title lines, fields, blocks of amounts and indicator tables."""

    form: Form
    rest: Form
    lines: list[Text] = field(default_factory=list)
    fields: list[LabelledValue] = field(default_factory=list)
    amounts: list[AmountSection] = field(default_factory=list)
    indicators: list[IndicatorSection] = field(default_factory=list)

    @property
    def unknown_columns(self) -> list[str]:
        """The headers of indicator tables that no mapping knows."""
        roles = [role for table in self.indicators for role in table.roles if role.startswith(OTHER)]
        return list(dict.fromkeys(role.removeprefix(OTHER) for role in roles))


def take_apart(
    rows: Sequence[Row], family: Family, mappings: Mappings, fields: Sequence[LabelledValue] = ()
) -> Layout:
    """The sections of a form, with the ``fields`` that are known already."""
    return _Walk(family, mappings, fields).over(rows)


class _Walk:
    """Goes over the rows of a form and files each under its section."""

    def __init__(self, family: Family, mappings: Mappings, fields: Sequence[LabelledValue]) -> None:
        self.form, self.rest, self.mappings = family.form, family.rest, mappings
        self.layout = Layout(family.form, family.rest)
        self.headers = HeaderReader(family.form, family.rest, mappings)
        self.blocks = AmountBlocks(family.form, family.rest)
        self.reader = FieldReader(
            family.form, family.rest, self.blocks.names(), self.blocks.other_names(), self._take
        )
        self.reader.fields += fields
        self.given = len(fields)
        self.layout.fields, self.layout.amounts = self.reader.fields, self.blocks.sections
        both = (family.form, family.rest)
        self.totals = Lexicon((name, name) for form in both for name in form.totals)
        self.captions = Lexicon((name, name) for form in both for name in form.captions)
        self.periods = Lexicon(
            (name, period) for form in both for period, names in form.periods.items() for name in names
        )
        self.levels = Lexicon(
            (name, level.name) for level in mappings.levels for name in (level.name, *level.aliases)
        )
        # The open section: a block of amounts, or the tables of indicators that stand side by side.
        self.block: AmountSection | None = None
        self.tables: list[IndicatorSection] = []
        # The period that a caption above the next table tells, and that of the open ones.
        self.period: str | None = None
        self.table_period: str | None = None
        self.summed = False

    def over(self, rows: Sequence[Row]) -> Layout:
        passed = 0
        for i, row in enumerate(rows):
            if i < passed:
                continue
            if row.is_line and not self._labelled_line(row):
                self._line(row.texts[0])
            elif not row.is_line:
                below = rows[i + 1] if i + 1 < len(rows) else None
                if header := self.headers.at(rows, i):
                    self._begin_tables(header)
                    passed = i + header.rows
                elif below and (section := self._stacked(row, below)):
                    self._begin_block(section)
                    passed = i + 2
                else:
                    self._file(row, below)
        return self.layout

    def _line(self, text: Text) -> None:
        """A line outside tables: below a long text it goes on with it, else it is title, year or unit."""
        titled = is_title(text.text, self.form) or is_title(text.text, self.rest)
        heading = titled or _HEADING.search(text.text)
        begun = len(self.reader.fields) > self.given
        if heading or not begun or self.block or self.tables or not self.reader.goes_on(text):
            self.layout.lines.append(text)
        self.period = self._period(text) or self.period

    def _labelled_line(self, row: Row) -> bool:
        parts = list(self.reader.unglued(row.texts))
        if not any(self.reader.whole(text.text) for text in parts):
            return False
        self.layout.lines += [text for text in parts if ABOVE.fullmatch(text.text)]
        self.reader.row(row.with_texts(tuple(t for t in parts if not ABOVE.fullmatch(t.text))), None)
        return True

    def _file(self, row: Row, below: Row | None) -> None:
        if row.side == "whole" and self._is_title(row):
            self.layout.lines.append(row.texts[0])
        elif self.tables and (section := self._captioned(row)):
            self._begin_block(section)
        elif self.tables and len(row.texts) == 1 and self._period(row.texts[0]):
            self.tables = []
            self._fields(row, below)
        elif len(self.tables) == 1 and self._names_level1(row):
            self._begin_level1(row.texts[0])
        elif self.tables and below and self._is_between(row, below):
            self.layout.lines.append(row.texts[0])
        elif self.tables and not self._ends_table(row):
            self._file_indicator(row)
        elif section := self.blocks.paired(row, self._units_above()):
            self.block, self.tables = section, []
            self._rates_behind(row)
        elif section := self._amount_header(row):
            self._begin_block(section)
        elif self.block and (section := self.blocks.next_under(self.block, row)):
            self._begin_block(section)
            self.block.add(without(row, [self.blocks.caption(text) for text in row.texts]))
        elif self.block and not self._ends_block(row):
            if unit := next((named_unit(text) for text in row.texts if self.blocks.caption(text)), None):
                self.block.unit = unit
            self.block.add(without(row, [self._table_caption(text) for text in row.texts]))
        else:
            self.block, self.tables = None, []
            self._fields(row, below)

    def _rates_behind(self, row: Row) -> None:
        """The rate that stands with its label behind the amounts of a row."""
        for label, value in pairwise(row.texts):
            if parse_points(value.text) is not None and (key := self.blocks.rate(label)):
                bare = replace(label, text=label.text.rstrip(":： "))
                self.reader.fields.append(LabelledValue(bare, key, value))

    def _is_title(self, row: Row) -> bool:
        return len(row.texts) == 1 and is_title(row.texts[0].text, self.form)

    def _begin_block(self, section: AmountSection) -> None:
        self.blocks.sections.append(section)
        self.block, self.tables = section, []

    def _begin_tables(self, header: TableHeader) -> None:
        """The tables under ``header``; those that are open go on where their columns are the same."""
        inherited = self.table_period if self.tables else None
        period = header.period or self.period or inherited
        parts = [part.for_period(period) for part in header.parts] if len(header.parts) == 1 else header.parts
        if [table.roles for table in self.tables] != [part.header.roles for part in parts]:
            self.tables = [IndicatorSection(part) for part in parts]
            self.layout.indicators += self.tables
        for table, part in zip(self.tables, parts, strict=True):
            table.part = part
        self.block, self.period, self.table_period, self.summed = None, None, period, False

    def _names_level1(self, row: Row) -> bool:
        """Whether a row of a table without level 1 names one for the rows below, over all columns. Where one
        did, any other caption does too."""
        part, text = self.tables[0].part, row.texts[0].text
        own = "level1" in part.header.roles and part.level1 is None
        if len(row.texts) > 1 or own or (row.ruled and not runs_over(row, part.header)):
            return False
        named = self.headers.kinds.is_level1(text)
        return named or (part.level1 is not None and _NUMBERED.fullmatch(text) is not None)

    def _begin_level1(self, label: Text) -> None:
        """The table goes on under a level 1 that heads its next rows."""
        part = self.tables[0].part.under(label)
        if self.tables[0].rows:
            self.tables = [IndicatorSection(part)]
            self.layout.indicators += self.tables
        self.tables[0].part = part

    def _file_indicator(self, row: Row) -> None:
        row = without(row, self._captions_along(row))
        if not row.texts or is_numbering(row) or self._sum_row(row):
            return
        if len(row.texts) == 1 and _NOTE.match(row.texts[0].text):
            self.layout.lines.append(row.texts[0])
            return
        for table in self.tables:
            own = table.part.of(row)
            if own.texts:
                table.rows.append(own)
                table.headers.append(table.part.header)

    def _sum_row(self, row: Row) -> bool:
        """Whether a row is the sum of an evaluation's points; its score is a field."""
        label, *others = row.texts
        part = fold(label.text) in self.mappings.words.totals
        if not self.layout.indicators or not (part or self.totals.named(label.text)):
            return False
        points = [parse_points(text.text) is not None or is_blank(text.text) for text in others]
        if points != sorted(points, reverse=True) or (points and not points[0]):
            return False  # words may stand behind the points alone: a rating, a remark
        if not self.totals.named(label.text):
            self.layout.lines += row.texts if others else ()
            return bool(others)
        header = self.layout.indicators[-1].part.header
        if "score" in header.roles:
            role = header.roles.index("score")
            under = [text for i, text in enumerate(row.texts) if i and header.off(role, row, i) == 0]
            self._total_score(label, under or (others[-1:] if len(others) > 1 else []))
        elif others and "actual" in header.roles and "weight" not in header.roles:
            self._total_score(label, others)
        self.summed = True
        return True

    def _total_score(self, label: Text, values: Sequence[Text]) -> None:
        bare_label = replace(label, text=label.text.rstrip(":： "))
        self.reader.fields.append(LabelledValue(bare_label, "total_score", values[0] if values else None))

    def _captioned(self, row: Row) -> AmountSection | None:
        """The block of amounts that begins below an indicator table, with a caption of its own."""
        return self._amount_header(row) if any(self.blocks.caption(text) for text in row.texts) else None

    def _amount_header(self, row: Row) -> AmountSection | None:
        return self.blocks.header(row, self._units_above())

    def _stacked(self, row: Row, below: Row) -> AmountSection | None:
        """The block of amounts whose header takes two rows: its caption in the first, some columns in the
        second alone."""
        if below.is_line or not any(self.blocks.caption(text) for text in row.texts):
            return None
        if any(parse_amount(text.text) is not None for text in below.texts):
            return None
        both = stacked(row, below)
        section = self.blocks.header(both, [*row.texts, *self._units_above()]) if both else None
        if section is None or "item" not in section.header.roles:
            return None
        alone = self._amount_header(row)
        return section if alone is None or len(section.header.roles) > len(alone.header.roles) else None

    def _units_above(self) -> list[Text]:
        """Texts above that may name the unit of amounts, nearest first."""
        labels = [pair.label for pair in self.reader.fields if pair.key is None]
        return [*labels, *reversed(self.layout.lines)]

    def _is_between(self, row: Row, below: Row) -> bool:
        """Whether a row stands between rows of a table and is none: a caption or remark over all its columns,
        or numbered as headings are."""
        header = self.tables[0].part.header
        whole = runs_over(row, header) if row.ruled else _NUMBERED.fullmatch(row.texts[0].text) is not None
        heads = len(below.texts) > 2 and all(self.headers.names.role(text) for text in below.texts)
        return len(row.texts) == 1 and whole and not below.is_line and (heads or is_filled(below, header))

    def _ends_table(self, row: Row) -> bool:
        """Whether a row below an indicator table is none of its rows."""
        first, *others = row.texts
        header = self.tables[0].part.header
        if row.side != "whole" or self.totals.named(first.text):
            return False
        if runs_over(row, header) or (self.summed and not self.levels.named(first.text)):
            return True
        if self._stands_before(row, header) or self._is_signed(row):
            return True
        if is_filled(row, header) and not any(self.reader.whole(text.text) for text in others):
            return False
        found = self.reader.label(first.text, 0.6)
        if (
            not found
            or (row.is_whole and found.cut != "whole")
            or (row.ruled and row.column(0) > header.columns[0])
        ):
            return False
        if found.cut == "whole" or not others or any(self.reader.label(text.text, 0.6) for text in others):
            return True
        return len(others) == 1 and not self._is_target(others[0])

    def _is_signed(self, row: Row) -> bool:
        """Whether a row begins with label and value in one text, as lines under a table do (填表人：…)."""
        parts = list(self.reader.unglued(row.texts[:1]))
        return len(parts) > 1 and self.reader.whole(parts[0].text) is not None

    def _is_target(self, text: Text) -> bool:
        return target_likeness(text.text, self.mappings) >= 1.0

    def _stands_before(self, row: Row, header: Header) -> bool:
        """Whether a row begins before the table, where captions stand, and prints neither name nor target."""
        if row.column(0) >= header.columns[0] or self.levels.named(row.texts[0].text):
            return False
        name = header.columns[header.roles.index("indicator")]
        if any(target_likeness(text.text, self.mappings) >= 3.0 for text in row.texts):
            return False
        return len(row.texts) > 1 and all(row.column(i) < name for i in range(len(row.texts)))

    def _ends_block(self, row: Row) -> bool:
        """Whether a row below a block of amounts is none of its lines."""
        texts = [text for text in row.texts if not self.blocks.caption(text)]
        if not texts or self.block is None:
            return False
        if self.block.names.named(texts[0].text):
            return False
        found = self.reader.label(texts[0].text, _LEAST_SHARE)
        if any(parse_amount(text.text) is not None for text in texts[1:]):
            return found is not None and not self.blocks.is_line(found.key)
        known = found is not None or any(self.reader.whole(text.text) for text in texts[1:])
        return known or any(len(text.text) >= _LONG_TEXT for text in texts[1:])

    def _captions_along(self, row: Row) -> list[Found | None]:
        """For each text of an indicator table's row the caption that it is, if it stands where captions do:
        before the first column, or at the edge of a row that was pushed aside."""
        first = self.tables[0].part.header.columns[0]
        edges = [row.column(i) < first + (i == 0 and not row.ruled) for i in range(len(row.texts))]
        return [
            self._table_caption(text) if edge else None for text, edge in zip(row.texts, edges, strict=True)
        ]

    def _table_caption(self, text: Text) -> Found | None:
        """The caption that is printed along an indicator table and pushes its rows aside."""
        return self.captions.named(text.text)

    def _fields(self, row: Row, below: Row | None) -> None:
        """The fields of a row; what no label goes with is a line."""
        if len(row.texts) == 1 and (period := self._period(row.texts[0])):
            self.period = period
        for index in reversed(range(len(row.texts))):
            if self._is_line(row, index):
                self.layout.lines.append(row.texts[index])
                row = row.without(index)
        if row.texts and not self._sum_row(row):
            self.reader.row(row, below)

    def _is_line(self, row: Row, index: int) -> bool:
        """Whether a text of a row is no field but a line in the table: a year, a unit, a note, a heading;
        what stands alone above the first field."""
        text = row.texts[index].text
        if ABOVE.fullmatch(text) or (len(row.texts) == 1 and _ALONE.match(text)):
            return True
        parts = self.reader.unglued(row.texts)
        alone = len(row.texts) == 1 and not any(self.reader.label(part.text) for part in parts)
        return alone and len(self.reader.fields) == self.given and not self.layout.indicators

    def _period(self, text: Text) -> str | None:
        """The period of the table below that a caption tells."""
        found = self.periods.named(text.text)
        return found.key if found else None

    def _take(self, pair: LabelledValue, row: Row) -> bool:
        return self.blocks.take(pair, row, self._units_above())
