"""Stage 7, amounts: blocks of amounts as rows in 万元."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from normalize.amountblocks import AmountSection, named_unit, without_unit
from normalize.clues import OTHER
from normalize.columns import Assigned, Header, assign
from normalize.fieldrows import LabelledValue
from normalize.grid import Row
from normalize.ledger import Ledger
from normalize.lexicon import Lexicon, bare
from normalize.mappings import PERIODS, AmountLine, Mappings, fold
from normalize.model import Amount, Text
from normalize.values import is_blank, parse_amount, parse_points

_CERTAIN_CUT = 0.97  # confidence that a cut line is the one it could be
_UNKNOWN_UNIT = 0.89  # ... in amounts of which no unit is printed: 万元 is usual
_STRAY = 0.85  # ... beside which a text stands that belongs under no column
_NAMES_UNIT = re.compile(r"元[）)]?$")
_OF_WHICH = re.compile(r"^\s*其中\s*[:：—–-]+\s*")


def read_amounts(
    sections: Sequence[AmountSection], mappings: Mappings, ledger: Ledger
) -> tuple[list[Amount], list[LabelledValue]]:
    """The amounts of all blocks in printed order; lines whose amounts are blank give none. With them the
    fields that stand in total lines (执行率, 分值, 得分)."""
    amounts: list[Amount] = []
    fields: list[LabelledValue] = []
    for section in sections:
        block = _Block(section, mappings, ledger)
        amounts += block.amounts(len(amounts))
        fields += block.fields
    return amounts, fields


class _Block:
    def __init__(self, section: AmountSection, mappings: Mappings, ledger: Ledger) -> None:
        self.section, self.mappings, self.ledger = section, mappings, ledger
        self.fields: list[LabelledValue] = []
        named = [line for line in section.block.lines if line.item]
        self.lines = {line.item: line for line in named if line.item}
        self.names = Lexicon(
            (name, line.item) for line in named if line.item for name in (line.item, *line.aliases)
        )
        self.groups = {
            fold(name) for line in named if line.is_group for name in (line.item or "", *line.aliases)
        }
        self.captions = {fold(name) for name in section.block.captions}
        self.free = next((line for line in section.block.lines if line.item is None), None)
        named_units = (named_unit(text) for row in section.rows[:1] for text in row.texts[:1])
        printed_unit = section.unit or next(named_units, None)
        self.most = 1.0 if printed_unit else _UNKNOWN_UNIT
        # The lines above: their names as printed, by the names of the mapping; the total, and the last one.
        self.printed: dict[str, str] = {}
        self.total: str | None = None
        self.last: tuple[str, bool] | None = None
        self.whole: str | None = None
        self.factor = next(
            (unit.factor for unit in mappings.units if unit.unit == (printed_unit or "万元") and unit.factor),
            1.0,
        )

    def amounts(self, before: int) -> list[Amount]:
        rows = [self._named(row) for row in map(self._uncaptioned, self.section.rows) if row.texts]
        if not rows:
            return []
        header = self._header(rows)
        amounts: list[Amount] = []
        for line in assign(rows, [header] * len(rows), self._like, self._fits):
            amounts += self._line(line, before + len(amounts))
        return amounts

    def _uncaptioned(self, row: Row) -> Row:
        """``row`` without the block's caption, which may be printed beside any of its lines."""
        for index in reversed(range(len(row.texts))):
            text = row.texts[index].text
            if fold(text) in self.captions and not self.names.whole(text):
                row = row.without(index)
        return row

    def _named(self, row: Row) -> Row:
        """``row``; amounts under a header without a column of names have the block's caption as theirs."""
        heads = self.section.heads
        if heads is None or "item" in self.section.header.roles:
            return row
        if heads.column(0) in self.section.header.columns or parse_amount(row.texts[0].text) is None:
            return row
        caption = replace(heads.texts[0], text=bare(heads.texts[0].text), confidence=_STRAY)
        self.section.total = caption.text
        columns = (heads.column(0), *map(row.column, range(len(row.texts))))
        spans = (heads.colspan(0), *map(row.colspan, range(len(row.texts)))) if row.colspans else ()
        return replace(row, texts=(caption, *row.texts), columns=columns, colspans=spans)

    def _header(self, rows: Sequence[Row]) -> Header:
        """The block's header with the columns of groups and items, which it may not print itself."""
        periods = [role for role in self.section.header.roles if role != "item"]
        columns = dict(zip(self.section.header.roles, self.section.header.columns, strict=True))
        usual = Counter(row.column(0) for row in rows).most_common(1)[0][0]
        item = columns.get("item", usual)
        return Header(("group", "item", *periods), (item, item, *(columns[role] for role in periods)))

    def _like(self, text: Text, role: str) -> float:
        if role not in ("group", "item") and is_blank(text.text):
            return 0.0
        number = parse_amount(text.text) is not None
        if role == "group":
            return 4.0 if fold(text.text) in self.groups else -12.0
        if role == "item":
            return -6.0 if number else 3.0 if self.names.whole(text.text) else 1.0
        if role.startswith(OTHER):
            return 0.0
        if role not in PERIODS:
            return 3.0 if parse_points(text.text) is not None else -6.0
        return 3.0 if number else -6.0

    def _fits(self, _: int, cells: Mapping[str, Text]) -> float:
        return 0.0 if "item" in cells else -4.0

    def _line(self, line: Assigned, before: int) -> list[Amount]:
        """The amounts of one line, a row each."""
        for text in line.stray:
            self.ledger.record_stray(
                "amounts", before + 1, "item", text, "stands under no column of the block"
            )
        item = line.cells.get("item")
        if item is None:
            for text in line.cells.values():
                self.ledger.record_stray(
                    "amounts", before + 1, "amount", text, "stands beside no line's name"
                )
            return []
        of_which = _OF_WHICH.match(item.text) is not None
        item, known = self._completed(item)
        parent = self._parent(item, known, of_which)
        found: list[Amount] = []
        for period in (role for role in line.cells if role not in ("group", "item")):
            text = line.cells[period]
            if period not in PERIODS:
                if not period.startswith(OTHER):
                    self._total_field(period, text, self._is_total(item, known))
                continue
            value = parse_amount(text.text)
            if value is None:
                if not is_blank(text.text):
                    self.ledger.record_stray(
                        "amounts", before + 1, "amount", text, "no amount that can be read"
                    )
                continue
            row = before + len(found) + 1
            own_unit = _NAMES_UNIT.search(text.text) is not None
            most = 1.0 if own_unit else self.most
            confidence = min(line.confidence, text.confidence, item.confidence, most)
            confidence = min(confidence, _STRAY) if line.stray else confidence
            found.append(
                Amount(
                    row,
                    self.section.block.section,
                    item.text,
                    parent,
                    self._is_total(item, known),
                    period,
                    float(value * (1 if own_unit else Decimal(str(self.factor)))),
                    text.raw,
                    text.place.page,
                    str(text.place),
                    round(confidence, 4),
                )
            )
            self._record(row, line, item, text, period)
        return found

    def _parent(self, item: Text, known: AmountLine | None, of_which: bool) -> str | None:
        """The line above that a line is a part of, as printed; what follows 其中 is a part of the line before
        it, and so are the lines after that, until one that the mapping places elsewhere."""
        if self.total and of_which and self.last and not self.last[1]:
            self.whole = self.last[0]
        elif known:
            self.whole = None
        name = known.parent if known else self.free.parent if self.free else None
        is_total = self._is_total(item, known)
        if is_total and not known:
            name = None
        parent = self.whole or self._as_printed(name)
        if known and known.item:
            self.printed[known.item] = item.text
        if is_total and name is None:
            self.total = item.text
        self.last = (item.text, is_total)
        return parent

    def _is_total(self, item: Text, known: AmountLine | None) -> bool:
        """Whether a line is a sum: by the mapping, or by its name where that does not know it."""
        if known:
            return known.is_total
        names_period = fold(item.text) == fold(self.section.total or "")
        return names_period or fold(item.text).endswith(self.mappings.words.totals)

    def _as_printed(self, name: str | None) -> str | None:
        """A line of the mapping as the form prints it; a total that is printed below is nobody's parent."""
        if name is None or name in self.printed:
            return self.printed[name] if name else None
        line = self.lines[name]
        return self.total if line.is_total and line.parent is None else name

    def _total_field(self, key: str, text: Text, is_total: bool) -> None:
        """A field of the total line, under the label that heads its column."""
        heads, header = self.section.heads, self.section.header
        if heads is None or not is_total:
            return
        column = header.columns[header.roles.index(key)]
        label = next(one for i, one in enumerate(heads.texts) if heads.column(i) == column)
        self.fields.append(LabelledValue(replace(label, text=label.text.rstrip(":： ")), key, text))

    def _completed(self, item: Text) -> tuple[Text, AmountLine | None]:
        """A line's name, completed where it is a cut one that the form prints; and that line."""
        name = without_unit(_OF_WHICH.sub("", item.text).rstrip(":： "))
        item = replace(item, text=name)
        found = self.names.find(item.text)
        if not found or (found.cut != "whole" and self.free and found.share < 0.6):
            return item, None
        if found.cut != "whole":
            evidence = f"cut {found.cut}; the only line of the block that it can be"
            item = item.changed("label_completed", found.name, evidence, _CERTAIN_CUT)
        return item, self.lines[found.key]

    def _record(self, row: int, line: Assigned, item: Text, text: Text, period: str) -> None:
        self.ledger.record_text("amounts", row, "item", item)
        self.ledger.record_text("amounts", row, "amount", text)
        self.ledger.record("amounts", row, "amount", line.changes)
