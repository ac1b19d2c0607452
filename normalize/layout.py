"""Stage 3, form: which form it is, and where its sections begin.

Rows are taken in order: a row of known column headers begins an indicator table or a block of amounts, a
row that begins with a known field label ends it. What no mapping knows stays a field of its own.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from normalize.columns import Header, read_header
from normalize.grid import Row
from normalize.lexicon import Found, Lexicon, unitless
from normalize.mappings import AmountBlock, AmountLine, Form, Mappings, fold
from normalize.model import Text
from normalize.values import parse_amount, target_likeness

_CERTAIN_CUT = 0.97  # confidence that a cut label is the one it could be
_LEAST_SHARE = 0.45  # of a label that must be printed for it to be known
_LEAST_EVIDENCE = 5  # labels and headers that make a text a form
_LONG_TEXT = 20  # characters from which a value is a text that a page break may cut
_SINGLE_LABEL = 12  # characters up to which a text may be a label that no mapping knows


@dataclass(slots=True)
class LabelledValue:
    """A label with what stands beside it; ``key`` is the field, None for a label that no mapping knows."""

    label: Text
    key: str | None
    value: Text | None


@dataclass(slots=True)
class AmountSection:
    """A block of amounts: its rows under the periods of its header (role ``item`` is the line's name), and
    the unit that the form prints for it, None where it prints none."""

    block: AmountBlock
    header: Header
    unit: str | None
    rows: list[Row] = field(default_factory=list)
    heads: Row | None = None


@dataclass(slots=True)
class IndicatorSection:
    """An indicator table: its rows, each with the header that governs it (headers may be repeated)."""

    roles: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A form taken apart: its title lines, fields, blocks of amounts and indicator tables."""

    form: Form
    lines: list[Text] = field(default_factory=list)
    fields: list[LabelledValue] = field(default_factory=list)
    amounts: list[AmountSection] = field(default_factory=list)
    indicators: list[IndicatorSection] = field(default_factory=list)


def split_forms(rows: Sequence[Row], mappings: Mappings) -> list[list[Row]]:
    """The rows of each form of a document: a title that stands alone begins the next one."""
    titles = [fold(title) for form in mappings.forms for title in form.titles]
    parts: list[list[Row]] = [[]]
    for row in rows:
        is_title = len(row.texts) == 1 and any(fold(row.texts[0].text).endswith(title) for title in titles)
        if is_title and sum(not other.is_line for other in parts[-1]) > 1:
            parts.append([])
        parts[-1].append(row)
    return parts


def recognise(rows: Sequence[Row], mappings: Mappings) -> Form | None:
    """The form that the title, the labels and the headers of ``rows`` speak for; None for no form at all."""
    scored = [(_evidence(rows, form), -number) for number, form in enumerate(mappings.forms)]
    best, number = max(scored, default=(0.0, 0))
    return mappings.forms[-number] if best >= _LEAST_EVIDENCE else None


def _evidence(rows: Sequence[Row], form: Form) -> float:
    labels = {fold(name) for names in form.fields.values() for name in names}
    texts = [fold(text.text) for row in rows for text in row.texts]
    title = any(fold(title) in text for title in form.titles for text in texts[:40])
    headers = [header for row in rows if (header := read_header(row, form.columns))]
    widest = max((len(header.roles) for header in headers), default=0)
    return 3.0 * title + len(labels & set(texts)) + 1.5 * widest


def take_apart(rows: Sequence[Row], form: Form, mappings: Mappings) -> Layout:
    """The sections of a form."""
    return _Walk(form, mappings).over(rows)


class _Walk:
    """Goes over the rows of a form and files each under its section."""

    def __init__(self, form: Form, mappings: Mappings) -> None:
        self.layout = Layout(form)
        self.form, self.mappings = form, mappings
        # Lines of blocks without columns are labels with an amount beside them.
        self.lines = {
            f"{_LINE}{number}:{line.item}": (block, line)
            for number, block in enumerate(form.amounts)
            for line in block.lines
            if block.period and line.item
        }
        names = [(name, key) for key, names in form.fields.items() for name in names]
        names += [(label, _PAIR + label) for label in form.pairs]
        names += [
            (name, key) for key, (_, line) in self.lines.items() for name in (line.item or "", *line.aliases)
        ]
        self.labels = Lexicon(names)
        self.heads: list[tuple[LabelledValue, int, int]] = []
        captions = [*form.captions, *(name for block in form.amounts for name in block.captions)]
        self.captions = Lexicon((name, name) for name in captions)
        self.section: AmountSection | IndicatorSection | None = None

    def over(self, rows: Sequence[Row]) -> Layout:
        for row in rows:
            if row.is_line and not self._labelled_line(row):
                self._line(row.texts[0])
            elif not row.is_line:
                self._file(row)
        return self.layout

    def _line(self, text: Text) -> None:
        """A line outside tables: below a long text it goes on with it, else it is title, year or unit."""
        heading = _HEADING.search(text.text) or any(fold(t) in fold(text.text) for t in self.form.titles)
        if heading or self.section or not self._goes_on(text):
            self.layout.lines.append(text)

    def _labelled_line(self, row: Row) -> bool:
        parts = list(self._unglued(row.texts))
        if not any(self.labels.whole(text.text) for text in parts):
            return False
        self._fields(row.with_texts(tuple(parts)))
        return True

    def _file(self, row: Row) -> None:
        if row.side == "whole" and (self._is_title(row) or self._is_head(row)):
            self.layout.lines.append(row.texts[0])
        elif (
            row.side == "whole"
            and (header := read_header(row, self.form.columns))
            and "indicator" in header.roles
        ):
            self._begin_indicators(header)
        elif isinstance(self.section, IndicatorSection) and (section := self._captioned(row)):
            self.layout.amounts.append(section)
            self.section = section
        elif isinstance(self.section, IndicatorSection) and not self._ends_table(row):
            row = _without(row, [self._table_caption(text) for text in row.texts])
            if row.texts:
                self.section.rows.append(row)
                self.section.headers.append(self._header)
        elif section := self._amount_header(row):
            self.layout.amounts.append(section)
            self.section = section
        elif isinstance(self.section, AmountSection) and not self._ends_block(row):
            if unit := next((_named_unit(text) for text in row.texts if self._caption(text)), None):
                self.section.unit = unit
            self.section.rows.append(_without(row, [self._table_caption(text) for text in row.texts]))
        else:
            self.section = None
            self._fields(row)

    def _is_title(self, row: Row) -> bool:
        text = fold(row.texts[0].text)
        return len(row.texts) == 1 and any(fold(title) in text for title in self.form.titles)

    def _is_head(self, row: Row) -> bool:
        """Whether a row of a table prints a year or a unit alone, as lines above a table do."""
        return len(row.texts) == 1 and _HEAD.fullmatch(row.texts[0].text) is not None

    def _begin_indicators(self, header: Header) -> None:
        self._header = header
        if not isinstance(self.section, IndicatorSection) or self.section.roles != header.roles:
            self.section = IndicatorSection(header.roles)
            self.layout.indicators.append(self.section)

    def _captioned(self, row: Row) -> AmountSection | None:
        """The block of amounts that begins below an indicator table, with a caption of its own."""
        return self._amount_header(row) if any(self._caption(text) for text in row.texts) else None

    def _ends_table(self, row: Row) -> bool:
        """Whether a row below an indicator table is none of its rows."""
        if row.side != "whole":
            return False
        found = self.labels.find(row.texts[0].text, 0.6)
        if not found:
            return False
        others = row.texts[1:]
        if found.cut == "whole" or not others or any(self.labels.find(text.text, 0.6) for text in others):
            return True
        return len(others) == 1 and target_likeness(others[0].text, self.mappings) < 1.0

    def _ends_block(self, row: Row) -> bool:
        """Whether a row below a block of amounts is none of its lines."""
        texts = [text for text in row.texts if not self._caption(text)]
        if not texts:
            return False
        return self.labels.find(texts[0].text, _LEAST_SHARE) is not None and not any(
            parse_amount(text.text) is not None and not self.labels.find(texts[0].text) for text in texts[1:]
        )

    def _caption(self, text: Text) -> Found | None:
        return self.captions.find(text.text, 0.6) or self.captions.whole(unitless(text.text))

    def _table_caption(self, text: Text) -> Found | None:
        """The caption that is printed along an indicator table and pushes its rows aside."""
        found = self.captions.whole(text.text)
        return found if found and found.name in self.form.captions else None

    def _amount_header(self, row: Row) -> AmountSection | None:
        """The block of amounts whose columns ``row`` heads."""
        best: tuple[float, AmountSection] | None = None
        for block in (block for block in self.form.amounts if block.columns):
            header = read_header(row, {"item": block.items, **block.columns}, 1)
            names = [self._caption(text) for text in row.texts]
            captions = {fold(name) for name in block.captions}
            caption = any(found and fold(found.name) in captions for found in names)
            header = header or read_header(_without(row, names), {"item": block.items, **block.columns}, 1)
            if not header or not set(header.roles) & block.columns.keys():
                continue
            score = 2.0 * caption + len(header.roles) - 0.5 * len(block.columns.keys() - set(header.roles))
            if best is None or score > best[0]:
                best = (score, AmountSection(block, header, _unit(row, self.layout), heads=row))
        return best[1] if best else None

    def _fields(self, row: Row) -> None:
        """The label/value pairs of a row."""
        texts = [text for text in self._unglued(row.texts) if not self._is_block_caption(text)]
        if len(texts) == 1 and ((row.top and self._goes_on(texts[0])) or _FOOTER.fullmatch(texts[0].text)):
            return
        heads, self.heads = self.heads, []
        if heads and self._under_heads(texts, row, heads):
            return
        pending: LabelledValue | None = None
        found_here: list[tuple[LabelledValue, Text]] = []
        for text in texts:
            found = self._label(text, pending)
            if found:
                pending = LabelledValue(_completed(text, found), found.key, None)
                found_here.append((pending, text))
            elif pending:
                pending.value = text
                pending = None
            else:
                pending = LabelledValue(replace(text, text=text.text.rstrip(":：")), None, None)
                found_here.append((pending, text))
        if all(pair.key and pair.value is None for pair, _ in found_here):
            self.heads = [(pair, *_columns_of(row, text)) for pair, text in found_here]
        for pair, _ in found_here:
            self._take(pair, row)

    def _take(self, pair: LabelledValue, row: Row) -> None:
        """File a label with its value: as a field, as two, or as a line of a block of amounts."""
        if pair.key in self.lines:
            self._amount_line(*self.lines[pair.key], pair, row)
        elif pair.key and pair.key.startswith(_PAIR):
            keys = self.form.pairs[pair.key.removeprefix(_PAIR)]
            values = _parted(pair.value) if pair.value else (None, None)
            self.layout.fields += [
                LabelledValue(pair.label, key, value) for key, value in zip(keys, values, strict=True)
            ]
        else:
            self.layout.fields.append(pair)

    def _under_heads(
        self, texts: Sequence[Text], row: Row, heads: Sequence[tuple[LabelledValue, int, int]]
    ) -> bool:
        """Whether ``texts`` are the values of the labels in the row above, each below its own."""
        if not texts or any(self.labels.whole(text.text) for text in texts):
            return False
        found: list[tuple[LabelledValue, Text]] = []
        for text in texts:
            start, end = _columns_of(row, text)
            above = [pair for pair, left, right in heads if start < right and left < end]
            if len(above) != 1 or any(above[0] is pair for pair, _ in found):
                return False
            found.append((above[0], text))
        for pair, text in found:
            pair.value = text
        return True

    def _amount_line(self, block: AmountBlock, line: AmountLine, pair: LabelledValue, row: Row) -> None:
        """A line's name with the amount beside it, as a row of the block."""
        header = Header(("item", line.period or block.period or "full_year"), (0, 1))
        sections = (one for one in self.layout.amounts if one.block is block and one.header == header)
        section = next(sections, None)
        if section is None:
            captions = [covering.text for covering in row.covering]
            unit = next(filter(None, map(_named_unit, captions)), None) or _unit(row, self.layout)
            section = AmountSection(block, header, unit)
            self.layout.amounts.append(section)
        texts = (pair.label, pair.value) if pair.value else (pair.label,)
        section.rows.append(replace(row, texts=texts, columns=(0, 1)[: len(texts)], colspans=(), ruled=False))

    def _is_block_caption(self, text: Text) -> bool:
        found = self._caption(text)
        return found is not None and self.labels.whole(text.text) is None

    def _label(self, text: Text, pending: LabelledValue | None) -> Found | None:
        """The field label that ``text`` is; beside a label a cut one must be nearly whole, or apart."""
        found = self.labels.find(text.text, _LEAST_SHARE) or self.labels.whole(_ITEM_MARK.sub("", text.text))
        if not found or found.cut == "whole" or pending is None:
            return found
        apart = text.place.column - pending.label.place.column > 1
        return found if apart or found.share >= 0.75 else None

    def _goes_on(self, text: Text) -> bool:
        """Whether a text at the top of a page goes on with the field above; if so, it is joined."""
        last = self.layout.fields[-1] if self.layout.fields else None
        if not last or not last.value or self.labels.find(text.text):
            return False
        if len(text.text) <= _SINGLE_LABEL and (
            len(last.value.text) < _LONG_TEXT or last.value.text[-1] in "。；"
        ):
            return False
        joined = replace(
            last.value, raw=f"{last.value.raw}\n{text.raw}", changes=(*last.value.changes, *text.changes)
        )
        last.value = joined.changed(
            "page_break_joined", last.value.text + text.text, "goes on after the page break", 0.95
        )
        return True

    def _unglued(self, texts: Iterable[Text]) -> Iterable[Text]:
        """Texts, a label and its value in one text (`填报人：张三`) taken as two."""
        for text in texts:
            head, colon, value = (
                _COLON.split(text.text, 1) if _COLON.search(text.text) else (text.text, "", "")
            )
            if colon and value.strip() and self.labels.whole(head):
                yield replace(text, text=head)
                yield replace(text, text=value.strip())
            else:
                yield text


def _columns_of(row: Row, text: Text) -> tuple[int, int]:
    """The columns of a text of ``row``: the first, and the one behind the last."""
    places = [one.place for one in row.texts]
    index = places.index(text.place)
    return row.column(index), row.column(index) + row.colspan(index)


def _parted(value: Text) -> tuple[Text | None, Text | None]:
    """A name and the telephone number behind it; either may be missing."""
    match = _NAME_AND_PHONE.fullmatch(value.text)
    if not match:
        return value, None
    name, phone = match["name"].rstrip(" ,，、/:：\n"), match["phone"]
    return (replace(value, text=name) if name else None), replace(value, text=phone)


_LINE, _PAIR = "line:", "pair:"  # keys of labels that are no fields
_ITEM_MARK = re.compile(r"^\s*(?:其中\s*[:：]\s*)?(?:[（(]?[0-9一二三四五六七八九十]{1,2}[)）.、．]\s*)?")
_NAME_AND_PHONE = re.compile(
    r"(?P<name>[^0-9]*?)(?P<phone>[0-9][0-9\s\-－—()（）转/,，、;；]{5,})", re.DOTALL
)
_HEAD = re.compile(r"[（(]?20\d\d\s*年?\s*度?[)）]?|[（(]?(?:金额)?单位\s*[:：]\s*[万亿千百]?元[)）]?")
_HEADING = re.compile(r"^20\d\d\s*年|单位[:：]|^第\s*\d+\s*页")
_FOOTER = re.compile(r"第\s*\d+\s*页.*|[-—–]\s*\d+\s*[-—–]")
_COLON = re.compile("([:：])")
_UNIT = re.compile(r"[（(]\s*(?:单位[:：]\s*)?(亿元|万元|千元|元)\s*[)）]|单位[:：]\s*(亿元|万元|千元|元)")


def _without(row: Row, captions: Sequence[Found | None]) -> Row:
    """``row`` without its captions."""
    for index in reversed([i for i, found in enumerate(captions) if found]):
        row = row.without(index)
    return row


def _completed(text: Text, found: Found) -> Text:
    """A label as its mapping names it; only what was cut off is changed."""
    if found.cut == "whole":
        return replace(text, text=text.text.rstrip(":： "))
    evidence = f"cut {found.cut}; the only label of the form that it can be"
    return text.changed("label_completed", found.name, evidence, _CERTAIN_CUT)


def _named_unit(text: Text) -> str | None:
    """The unit that a caption, a header or a line names."""
    found = _UNIT.search(text.text)
    return found[1] or found[2] if found else None


def _unit(row: Row, layout: Layout) -> str | None:
    """The unit that a block of amounts is printed in: named in its header, or above it; None if nowhere."""
    above = [section.unit for section in reversed(layout.amounts)]
    alone = [_named_unit(pair.label) for pair in layout.fields if pair.key is None]
    lines = [_named_unit(line) for line in reversed(layout.lines)]
    return next(filter(None, [*map(_named_unit, row.texts), *above, *alone, *lines]), None)
