"""Labelled fields: the label/value pairs of the rows that no table takes.

A label may stand beside its value, above it (预期目标 over a text), in one text with it (填报人：张三), or be
two fields in one (项目负责人及电话). A label that other labels stand beside is a caption, no field.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from normalize.fieldlabels import LEAST_SHARE, PAIR, FieldLabels, Names
from normalize.grid import Row
from normalize.lexicon import Found
from normalize.mappings import Form
from normalize.model import Text
from normalize.values import parse_amount

_CERTAIN_CUT = 0.97  # confidence that a cut label is the one it could be
_WHOLE_SHARE = 0.75  # ... in a format that cuts none itself, though its content may come from one that does
_LONG_TEXT = 20  # characters from which a value is a text that a page break may cut
_SINGLE_LABEL = 12  # characters up to which a text may be a label that no mapping knows
_LINE_OFPAIRS = 60  # characters up to which a text may hold several labels with their values
LINE = "line:"
"""Begins the key of a label that is a line of amounts."""

_COLON = re.compile("[:：]")
_REMARK = re.compile(r"[（(][^（()）]*[)）]")
_SENTENCE_END = re.compile("[。；;，]")
_GLUEDPAIR = re.compile(r"(?P<label>[一-鿿（）()、/]{2,12})\s*[:：]\s*(?P<value>[^:：]{1,30})")
_UNIT = re.compile(r"[（(]?(?:金额|货币)?单位\s*[:：]\s*[亿万千百]?元(?:人民币)?[)）]?$")
_POINTS = re.compile(r"[（(]([0-9]+(?:\.[0-9]+)?)分?[)）]$")
_NAME_AND_PHONE = re.compile(
    r"(?P<name>[^0-9]*?)(?P<phone>[0-9][0-9\s\-－—()（）转/,，、;；]{5,})", re.DOTALL
)
_FOOTER = re.compile(r"第\s*\d+\s*页.*|[-—–]\s*\d+\s*[-—–]")


@dataclass(slots=True)
class LabelledValue:
    """A label with what stands beside it; ``key`` is the field, None for a label that no mapping knows."""

    label: Text
    key: str | None
    value: Text | None


Pairs = list[tuple[LabelledValue, Text]]
"""Labels with their values, each with the text that prints the label."""
Take = Callable[[LabelledValue, Row], bool]
"""Takes a pair that is no field (a line of amounts), or says that it does not."""


def _no(pair: LabelledValue, row: Row) -> bool:
    return False


class FieldReader(FieldLabels):
    """Reads the fields of a form, row by row, into ``fields``; ``rest`` is what other mappings know.

    ``names`` (and ``others``, of other mappings) are labels with their keys, whose pairs ``take`` takes.
    """

    def __init__(
        self, form: Form, rest: Form, names: Names = (), others: Names = (), take: Take = _no
    ) -> None:
        super().__init__(form, rest, names, others)
        self.fields: list[LabelledValue] = []
        self.pairs = {**rest.pairs, **form.pairs}
        self.take = take
        self.heads: list[tuple[LabelledValue, int, int]] = []
        self.caption_above: Text | None = None

    def row(self, row: Row, below: Row | None) -> None:
        """Reads a row; ``below`` is the one under it."""
        texts = list(self.unglued(row.texts))
        if len(texts) == 1 and self._is_no_label(texts[0], row):
            return
        heads, self.heads = self.heads, []
        if heads and self._under_heads(texts, row, heads):
            return
        over = self._heads_of(texts, row, below) or self._heads_over(texts, row, below)
        pairs = over or self._pairs(texts, row, below)
        if over:
            self.heads = [(pair, *_columns_of(row, text)) for pair, text in over]
        elif all(pair.value is None for pair, _ in pairs):
            known = any(pair.key for pair, _ in pairs)
            self.heads = [(pair, *_columns_of(row, text)) for pair, text in pairs if pair.key or not known]
        for pair, _ in pairs:
            self._file(pair, row)

    def _is_no_label(self, text: Text, row: Row) -> bool:
        """Whether the only text of a row is a footer, or goes on with the field above; it is then joined."""
        if _FOOTER.fullmatch(text.text) or (row.top and self.goes_on(text)):
            return True
        last = self.fields[-1] if self.fields else None
        if last is None or last.value is None or self.whole(text.text) or self.caption(text.text):
            return False
        if self.caption_above and _covers(self.caption_above, row):
            self.fields.append(LabelledValue(self.caption_above, None, text))
            self.caption_above = None
            return True
        covered = _covers(last.label, row)
        under = not row.ruled and text.place.column == last.value.place.column > last.label.place.column
        if not covered and not (under and text.place.row == last.value.place.row + 1):
            return False
        both = last.value.with_parts(text)
        last.value = replace(both, text=f"{last.value.text}\n{text.text}")
        return True

    def _heads_of(self, texts: Sequence[Text], row: Row, below: Row | None) -> Pairs:
        """Labels that no mapping knows, each above a value, behind the caption of both rows; empty where the
        row is none of such."""
        if not row.ruled or below is None or len(texts) < 3 or not _covers(texts[0], below):
            return []
        heads = texts[1:]
        if [_columns_of(row, text) for text in heads] != [_columns_of(below, text) for text in below.texts]:
            return []
        if any(self.whole(text.text) or _is_amount(text) for text in (*heads, *below.texts[:1])):
            return []
        if any(self.whole(text.text) for text in below.texts):
            return []
        return [
            (LabelledValue(replace(text, text=text.text.rstrip(":：")), None, None), text) for text in heads
        ]

    def _heads_over(self, texts: Sequence[Text], row: Row, below: Row | None) -> Pairs:
        """Labels each above its value, where mappings know some of them: below stand as many texts in the
        same columns, none of which is a label and those under known ones too long to be any. What stands
        before them is a caption."""
        if below is None or below.is_line or len(texts) != len(row.texts) or len(below.texts) < 2:
            return []
        heads = texts[-len(below.texts) :]
        if len(texts) - len(heads) > 1 or any(map(_is_amount, heads)):
            return []
        if any(self.whole(text.text) for text in below.texts):
            return []
        columns = [_columns_of(row, text) for text in heads]
        if columns != [_columns_of(below, text) for text in below.texts]:
            return []
        found = [self.whole(text.text) for text in heads]
        under = [text.text for one, text in zip(found, below.texts, strict=True) if one]
        beside = any(a and b for a, b in pairwise(found))  # two labels, neither of which is a value
        short = any(len(text) <= _SINGLE_LABEL for text in under)
        if not under or (short and not beside) or any(map(_is_long, heads)):
            return []
        return [
            (LabelledValue(replace(text, text=text.text.rstrip(":：")), one.key if one else None, None), text)
            for one, text in zip(found, heads, strict=True)
        ]

    def _pairs(self, texts: Sequence[Text], row: Row, below: Row | None) -> Pairs:
        """The labels of a row, each with the text beside it, if any."""
        pairs: Pairs = []
        pending: LabelledValue | None = None
        for i, text in enumerate(texts):
            found = self._label_beside(text, pending, row)
            if found and pending and self._is_value(found, pending, texts[i + 1 : i + 2]):
                found = None
            if not found and self.caption(text.text):
                if i + 1 == len(texts) or self.label(texts[i + 1].text) or self.caption(texts[i + 1].text):
                    pending = None
                    continue
            elif not found and pending and not self._is_apart(pending, text, row):
                pending.value = text
                pending = None
                continue
            elif found and pending and self._is_caption(pending, found, text, row, below):
                self.caption_above = pairs.pop()[0].label
            elif i == 0 and not found and self._heads_rows(texts, below):
                self.caption_above = text
                continue
            if not found and pairs and pairs[-1][0].value and parse_amount(text.text) is not None:
                # A number is no label: one more value of the label before it.
                pairs.append((LabelledValue(pairs[-1][0].label, None, text), text))
                continue
            label = _completed(text, found) if found else replace(text, text=text.text.rstrip(":："))
            pending = LabelledValue(label, found.key if found else None, None)
            pairs.append((pending, text))
        return pairs

    def _label_beside(self, text: Text, pending: LabelledValue | None, row: Row) -> Found | None:
        """The field label that ``text`` is; beside a label a cut one must be nearly whole, or apart."""
        found = self.label(text.text, _WHOLE_SHARE if row.is_whole else LEAST_SHARE)
        if not found or found.cut == "whole" or pending is None:
            return found
        apart = text.place.column - pending.label.place.column > 1
        return found if apart or found.share >= 0.75 else None

    def _heads_rows(self, texts: Sequence[Text], below: Row | None) -> bool:
        """Whether the first of ``texts``, which no mapping knows, stands beside several rows: a caption, with
        a value where a text stands alone in one of them."""
        return len(texts) > 2 and _covers(texts[0], below) and not self.whole(texts[1].text)

    def _is_value(self, found: Found, pending: LabelledValue, behind: Sequence[Text]) -> bool:
        """Whether the name of a line of amounts is the value of the label before it (资金来源: 财政拨款): no
        amount stands behind it."""
        if not found.key.startswith(LINE) or (pending.key or "").startswith(LINE):
            return False
        return not any(parse_amount(text.text) is not None for text in behind)

    def _is_apart(self, pending: LabelledValue, text: Text, row: Row) -> bool:
        """Whether a blank cell stands between a label that no mapping knows and a text: then they are two."""
        if not row.ruled or pending.key:
            return False
        start, end = _columns_of(row, text)[0], _columns_of(row, pending.label)[1]
        return start > end

    def _is_caption(
        self, pending: LabelledValue, found: Found, text: Text, row: Row, below: Row | None
    ) -> bool:
        """Whether a label heads the labels beside it, and is no field itself."""
        if pending.key == found.key:
            return True
        adjacent = row.ruled and _columns_of(row, pending.label)[1] == _columns_of(row, text)[0]
        return adjacent and _covers(pending.label, below)

    def _under_heads(
        self, texts: Sequence[Text], row: Row, heads: Sequence[tuple[LabelledValue, int, int]]
    ) -> bool:
        """Whether ``texts`` are the values of the labels in the row above, each below its own."""
        if not texts or any(self.whole(text.text) for text in texts):
            return False
        found: list[tuple[LabelledValue, Text]] = []
        for text in texts:
            start, end = _columns_of(row, text)
            above = [pair for pair, left, right in heads if start < right and left < end]
            if not row.ruled:
                above = [pair for pair, left, right in heads if left <= start < right]
            if len(above) != 1 or any(above[0] is pair for pair, _ in found):
                return False
            found.append((above[0], text))
        for pair, text in found:
            pair.value = text
        first = heads[0][0]
        if first.value is None and self._heads_others(first, heads, row):
            self.fields[:] = [pair for pair in self.fields if pair is not first]
        # What no mapping knows beside them and has no value heads them.
        line, start = (first.label.place.page, first.label.place.row), len(self.fields)
        while start and _line(self.fields[start - 1]) == line:
            start -= 1
        self.fields[start:] = [pair for pair in self.fields[start:] if pair.key or pair.value]
        return True

    def _heads_others(
        self, first: LabelledValue, heads: Sequence[tuple[LabelledValue, int, int]], row: Row
    ) -> bool:
        """Whether the first of some labels over values is the caption of the others."""
        if row.ruled:
            return _covers(first.label, row)
        return len(heads) > 1 and heads[1][1] - heads[0][1] == 1

    def _file(self, pair: LabelledValue, row: Row) -> None:
        """File a label with its value: as a field, as two, or as what ``take`` takes."""
        if self.take(pair, row):
            return
        if pair.key and pair.key.startswith(PAIR):
            keys = self.pairs[pair.key.removeprefix(PAIR)]
            values = _parted(pair.value) if pair.value else (None, None)
            self.fields += [
                LabelledValue(pair.label, key, value) for key, value in zip(keys, values, strict=True)
            ]
            return
        if pair.key is None and pair.value is None and (glued := _GLUEDPAIR.fullmatch(pair.label.text)):
            pair.value = replace(pair.label, text=glued["value"].strip())
            pair.label = replace(pair.label, text=glued["label"])
        if pair.key == "budget_execution_weight" and pair.value is None:
            pair.value = _points_of(pair.label)
        self.fields.append(pair)

    def goes_on(self, text: Text) -> bool:
        """Whether a text at the top of a page goes on with the field above; if so, it is joined."""
        last = self.fields[-1] if self.fields else None
        if not last or not last.value or self.label(text.text, 0.5):
            return False
        if len(text.text) <= _SINGLE_LABEL and (
            len(last.value.text) < _LONG_TEXT or last.value.text[-1] in "。；"
        ):
            return False
        last.value = last.value.with_parts(text).changed(
            "page_break_joined", last.value.text + text.text, "goes on after the page break", 0.95
        )
        return True

    def unglued(self, texts: Iterable[Text]) -> Iterable[Text]:
        """Texts; labels and values in one text (`填报单位：某局 填报人：张三`) each for itself, but in a long
        text beside a label."""
        label = False
        for text in texts:
            if label and len(text.text) > _LONG_TEXT:
                parts = [text]
            else:
                unit = _UNIT.search(text.text)
                head = text.text[: unit.start()].strip() if unit else text.text
                parts = self._parts(text, head) + ([replace(text, text=unit[0])] if unit else [])
            label = len(parts) == 1 and self.whole(text.text) is not None
            yield from parts

    def _parts(self, text: Text, words: str) -> list[Text]:
        """The labels and values of the ``words`` of a text; all of them where no label and colon begin."""
        colons = [match.start() for match in _COLON.finditer(words)]
        label = words[: colons[0]] if colons else ""
        value = words[colons[0] + 1 :].strip() if colons else ""
        if not value or not self.whole(label) or _REMARK.fullmatch(value):
            return [text if words == text.text else replace(text, text=words)] if words else []
        parts = [replace(text, text=label)]
        for at in colons[1:] if len(words) <= _LINE_OFPAIRS else []:
            value = words[colons[0] + 1 : at]
            if name := self.at_end(value):
                value = value.removesuffix(name).strip()
                parts += [replace(text, text=value)] if value else []
                return [*parts, *self._parts(text, words[at - len(name) :].strip())]
        return [*parts, replace(text, text=words[colons[0] + 1 :].strip())]


def _is_amount(text: Text) -> bool:
    return parse_amount(text.text) is not None


def _is_long(text: Text) -> bool:
    return len(text.text) >= _LONG_TEXT or _SENTENCE_END.search(text.text) is not None


def _line(pair: LabelledValue) -> tuple[int, int]:
    """The printed line of a field's label: page and row."""
    return pair.label.place.page, pair.label.place.row


def _columns_of(row: Row, text: Text) -> tuple[int, int]:
    """The columns of a text of ``row``: the first, and the one behind the last; without spans it may reach as
    far as the next one."""
    places = [one.place for one in row.texts]
    index = places.index(text.place)
    start = row.column(index)
    if row.ruled:
        return start, start + row.colspan(index)
    later = [row.column(i) for i in range(index + 1, len(places)) if row.column(i) > start]
    return start, later[0] if later else 1_000


def _covers(text: Text, row: Row | None) -> bool:
    """Whether a text of a row above covers ``row`` too."""
    return row is not None and any(cell.text.place == text.place for cell in row.covering)


def _parted(value: Text) -> tuple[Text | None, Text | None]:
    """A name and the telephone number behind it; either may be missing."""
    match = _NAME_AND_PHONE.fullmatch(value.text)
    if not match:
        return value, None
    name, phone = match["name"].rstrip(" ,，、/:：\n"), match["phone"]
    return (replace(value, text=name) if name else None), replace(value, text=phone)


def _points_of(label: Text) -> Text | None:
    """The points that a label prints with its name: 执行率分值（10）."""
    found = _POINTS.search(label.text)
    return replace(label, text=found[1]) if found else None


def _completed(text: Text, found: Found) -> Text:
    """A label as its mapping names it; only what was cut off is changed."""
    if found.cut == "whole":
        return replace(text, text=text.text.rstrip(":： "))
    evidence = f"cut {found.cut}; the only label of the form that it can be"
    return text.changed("label_completed", found.name, evidence, _CERTAIN_CUT)
