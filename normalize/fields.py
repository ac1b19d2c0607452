"""Labelled fields of a form, as rows; and the header of the filing that stands in them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from normalize.fieldrows import LabelledValue
from normalize.layout import Layout
from normalize.ledger import Ledger
from normalize.mappings import Mappings
from normalize.model import Field, Text
from normalize.titles import is_title
from normalize.weave import breaks_word

_NAME = r"(?P<name>[^\s0-9A-Za-z年月日号度届期-].*)$"
_CODED = re.compile(rf"^(?P<code>[0-9A-Z][0-9A-Z-]{{5,}})[\s\-_]*{_NAME}", re.DOTALL)
# A short code before a unit is in brackets or apart ([173]研究院, 508 水务局), or announced by the
# label (主管部门及代码).
_SHORT_CODED = re.compile(
    rf"^(?:[\[［【(（](?P<inside>[0-9]{{3,}})[\]］】)）]|(?P<apart>[0-9]{{3,}}))(?P<gap>[\s\-_—]*){_NAME}",
    re.DOTALL,
)
_YEARS = re.compile(r"20\d\d\s*[-—–~至]\s*20\d\d")
_CODES = {
    "unit_name": "unit_code",
    "implementing_unit": "unit_code",
    "competent_department": "unit_code",
    "project_name": "project_code",
}
_NO_MARKET = "(?!场|民|容|政[^府协务法研治策])"  # 东方市场 and 黄山市政工程 are in no city of that name
_REGION = re.compile(r"(?![一-鿿]{0,3}[区县镇乡])[一-鿿]{2,3}?(?:省|市(?![政场民]))")
_YEAR = re.compile(r"(20\d\d)\s*年")
_SENTENCE = re.compile(r"[。；;\n]\s*")
_LONGEST_HEAD = 3  # characters that a cut takes off the head of a unit's name
_PRONOUNS = "本我全各该由对向在为是的"  # what may stand before a whole name
_WHOLE_UNIT = 0.88  # confidence in a unit's name that was completed
_TOLD = re.compile(r"20\d\d\s*年|单位[:：]|^第\s*\d+\s*页")  # a year, a unit, a page number
_UNKNOWN_LABEL = 0.8  # confidence in a field whose label no mapping knows


def read_fields(labelled: Sequence[LabelledValue], ledger: Ledger, before: int = 0) -> list[Field]:
    """The fields in printed order, ``before`` rows of them being taken; a code glued to a name gives a row
    of its own."""
    fields: list[Field] = []
    sentences = [sentence for pair in labelled if pair.value for sentence in _SENTENCE.split(pair.value.text)]
    for pair in labelled:
        key = pair.key or f"other:{pair.label.text}"
        for field, value in _uncoded(key, pair):
            value = _whole_unit(value, sentences) if field == "unit_name" and value else value
            row = before + len(fields) + 1
            fields.append(_field(row, field, pair.label, value, pair.value, pair.key is not None))
            ledger.record_text("fields", row, "label", pair.label)
            ledger.record_text("fields", row, "value", value)
    return fields


def _uncoded(key: str, pair: LabelledValue) -> list[tuple[str, Text | None]]:
    """A field's value; of a name with a code before it both, the code second."""
    value = pair.value
    if not value or key not in _CODES or _YEARS.match(value.text):
        return [(key, value)]
    coded, short = _CODED.match(value.text), _SHORT_CODED.match(value.text)
    if coded and any(char.isdigit() for char in coded["code"]):
        name, code = coded["name"], coded["code"].rstrip("-")
    elif short and _CODES[key] == "unit_code" and _is_apart(short, pair.label.text):
        name, code = short["name"], short["inside"] or short["apart"]
    else:
        return [(key, value)]
    return [(key, replace(value, text=name)), (_CODES[key], replace(value, text=code))]


def _is_apart(coded: re.Match[str], label: str) -> bool:
    return bool(coded["inside"] or coded["gap"]) or "码" in label


def _whole_unit(value: Text, sentences: Sequence[str]) -> Text:
    """A unit's name whose head was cut, completed where sentences of the form begin with all of it."""
    heads = {
        sentence[:at]
        for sentence in sentences
        if 0 < (at := sentence.find(value.text)) <= _LONGEST_HEAD
        and sentence[at - 1] not in _PRONOUNS
        and breaks_word(sentence[:at], value.text)
    }
    if len(heads) != 1:
        return value
    evidence = "a sentence of the form begins with the whole name"
    return value.changed("value_completed", heads.pop() + value.text, evidence, _WHOLE_UNIT)


def _field(row: int, key: str, label: Text, value: Text | None, read: Text | None, known: bool) -> Field:
    own = value or label
    confidence = min(label.confidence, value.confidence if value else 1.0, 1.0 if known else _UNKNOWN_LABEL)
    return Field(
        row,
        key,
        label.text,
        value.text if value else None,
        read.raw if read else None,
        own.place.page,
        str(own.place),
        round(confidence, 4),
    )


def value_of(fields: Sequence[Field], key: str) -> str | None:
    """The value of the first field ``key`` that has one."""
    return next((field.value for field in fields if field.field == key and field.value), None)


_UNIT_FIELDS = ("implementing_unit", "unit_name", "competent_department")


def unit_of(fields: Sequence[Field]) -> tuple[str | None, str | None]:
    """The unit that a form is of, and its code: the one glued to its name, or with a label of its own."""
    unit = next((f for key in _UNIT_FIELDS for f in fields if f.field == key and f.value), None)
    codes = [field for field in fields if field.field == "unit_code" and field.value]
    names = {field.label for field in fields if field.field in _UNIT_FIELDS}
    own = [field for field in codes if field.label not in names or (unit and field.label == unit.label)]
    return unit.value if unit else None, own[0].value if own else None


def read_title(layout: Layout) -> Text | None:
    """The title line: the one that names the form, else the first; a cut one is completed from mappings."""
    for form in (layout.form, layout.rest):
        for text in layout.lines:
            if is_title(text.text, form):
                return text
    for text in layout.lines:
        for name in layout.form.titles:
            missing = next(
                (n for n in range(1, 5) if text.text.endswith(name[:-n]) and len(name) - n >= 6), None
            )
            if missing:
                return text.changed(
                    "label_completed", text.text + name[-missing:], "the title of the form, cut", 0.95
                )
    return next((text for text in layout.lines if not _TOLD.search(text.text)), None)


def lines_left(layout: Layout, title: Text | None) -> list[Text]:
    """Lines outside tables that no table takes (附件3, a remark): flagged, so that no text goes unseen."""
    return [
        line.lost("a line outside the tables, which no table takes")
        for line in layout.lines
        if not (title and line.place == title.place)
        and not _TOLD.search(line.text)
        and not is_title(line.text, layout.form)
    ]


def read_year(layout: Layout, fields: Sequence[Field]) -> int | None:
    """The fiscal year: of a title or year line, else of the project's year."""
    texts = [text.text for text in layout.lines]
    texts += [value + "年" for key in ("project_year",) if (value := value_of(fields, key))]
    found = next((match for text in texts if (match := _YEAR.search(text))), None)
    return int(found[1]) if found else None


def region_of(mappings: Mappings, *texts: str | None) -> str | None:
    """The province or city that the first of ``texts`` to name one begins with, else holds."""
    given = [text for text in texts if text]
    for text in given:
        hits = [name for name in {region.name for region in mappings.regions} if name in text]
        places = {name: hit.start() for name in hits if (hit := re.search(name + _NO_MARKET, text))}
        if places:
            return min(places, key=lambda name: (places[name], -len(name), name))
    found = (_REGION.match(text) for text in given)
    return next((match[0] for match in found if match), None)
