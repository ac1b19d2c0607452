"""Personal data: what of a form names people, and how all of it is left out of what is published.

Personal are the fields that a mapping lists as such, and fields that no mapping knows whose label speaks of
a person. Their values are null, the repairs of their rows are gone, the names and numbers in them are painted
over wherever else the file prints them; so is what stands behind such a label inside another text.
"""

import json
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, is_dataclass, replace
from dataclasses import fields as dataclass_fields
from typing import Any, TypeVar

from extract.model import Box, Cell, Document, Page
from normalize.mappings import Mappings
from normalize.model import Field, Filing, Place

PAINTED = "***"
"""What stands in the place of a name or a number."""

_OTHER = "other:"
_PERSON = re.compile(
    "负责人|联系人|填报人|填表人|填制人|制表人|编制人|经办人|审核人|复核人|评价人|报告人|主管领导|分管领导|法定代表人|法人代表|"
    "姓名|签字|签名|电话|手机|传真|邮箱|邮件|身份证|微信"
)
_PARTS = re.compile(r"[\s,，、;；/|()（）:：。\[\]【】]+")
_ROLES = re.compile(
    r"(?:同志|先生|女士|老师|主任|科长|处长|局长|院长|校长|所长|馆长|站长|部长|书记|经理|会计|出纳|副?科员|职员)$"
)
_LEAST, _MOST = 2, 24  # characters of a name or number; a longer part is a sentence
# Parts that name nobody: years and amounts, offices, and words for nobody.
_ORDINARY = re.compile(
    r"[\d.\-–—%]{1,6}|.+(?:科|处|室|局|股|中心|部门|公司|单位|委员会)|暂无|没有|不详|同上|详?见.*|20\d\d[年.\-/].*"
)
_BETWEEN = r"[\s\-－–—]*"  # what may stand inside a number or a name that is printed again
_NUMBERS = (
    r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|(?<!\d)[(（]?0\d{2,3}[)）]?[\s-]\d{7,8}(?!\d)"  # telephones
    r"|(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"  # identity cards
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
)
_KEPT = frozenset({"form", "section", "period", "kind", "table", "column", "comparator", "status", "check"})
"""Attributes that hold words of ours alone."""

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Personal:
    """What names people in a file.

    ``pattern`` finds their names and numbers, ``labelled`` what a label announces inside a text; ``places``
    are those that the values of personal fields are printed at, as ``location`` says them.
    """

    pattern: re.Pattern[str]
    labelled: re.Pattern[str]
    places: frozenset[str]

    def packed(self) -> str:
        """As a text, for the store: what shows the file later has no unredacted rows to learn it from."""
        return json.dumps([self.pattern.pattern, self.labelled.pattern, sorted(self.places)])

    @classmethod
    def unpacked(cls, text: str) -> "Personal":
        """What ``packed`` made ``text`` of."""
        pattern, labelled, places = json.loads(text)
        return cls(re.compile(pattern), re.compile(labelled), frozenset(places))

    def paint(self, text: str) -> str:
        """``text`` with every personal part painted over."""
        text = self.labelled.sub(lambda found: found["label"] + PAINTED, text)
        return self.pattern.sub(PAINTED, text)

    def painted(self, record: Record) -> Record:
        """A dataclass with all its texts painted, those of dataclasses in it too."""
        changed = {
            field.name: self._value(getattr(record, field.name))
            for field in dataclass_fields(record)  # type: ignore[arg-type]
            if field.name not in _KEPT
        }
        return replace(record, **changed)  # type: ignore[type-var]

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.paint(value)
        if isinstance(value, tuple):
            return tuple(map(self._value, value))
        return self.painted(value) if is_dataclass(value) else value

    def document(self, document: Document) -> Document:
        """``document`` as it may be shown: what is personal in it is painted over."""
        pages = []
        for page in document.pages:
            tables = [
                replace(table, cells=tuple(self._cell(page, number, cell) for cell in table.cells))
                for number, table in enumerate(page.tables, 1)
            ]
            pages.append(replace(page, tables=tuple(tables)))
        return self.painted(replace(document, pages=tuple(pages)))

    def _cell(self, page: Page, table: int, cell: Cell) -> Cell:
        if not self._is_value(page, table, cell):
            return cell
        return replace(cell, text=PAINTED, lines=(), line_boxes=(), alternatives=())

    def _is_value(self, page: Page, table: int, cell: Cell) -> bool:
        """Whether the value of a personal field stands in a cell."""
        place = Place(page.number, table, cell.row + 1, cell.column + 1, cell.bbox, page.name)
        return str(place) in self.places

    def boxes(self, document: Document) -> Iterator[tuple[int, Box]]:
        """Page and place of each text of ``document`` that is personal or holds something personal: what a
        picture of the page must not show. In formats without places there are none."""
        for page in document.pages:
            for number, table in enumerate(page.tables, 1):
                for cell in table.cells:
                    hidden = self._is_value(page, number, cell) or self.paint(cell.text) != cell.text
                    if cell.bbox and hidden:
                        yield page.number, cell.bbox
            for line in page.lines:
                if line.bbox and self.paint(line.text) != line.text:
                    yield page.number, line.bbox


def personal_of(filings: Sequence[Filing], mappings: Mappings) -> Personal:
    """What of a file's forms is personal."""
    parts: dict[str, None] = {}
    places: set[str] = set()
    for filing in filings:
        rows = personal_rows(filing, mappings)
        ordinary = _ordinary(filing, rows)
        for field in filing.fields:
            if field.row in rows:
                texts = (
                    field.value,
                    field.raw,
                    None if field.value else field.label if _is_stray(field) else None,
                )
                parts |= dict.fromkeys(part for text in texts if text for part in _parts(text, ordinary))
                places |= {field.location} if field.value else set()
        places |= {
            origin.location
            for origin in filing.origins
            if origin.table == "fields" and origin.row in rows and origin.column == "value"
        }
    found = [_printed(part) for part in sorted(parts, key=lambda part: (-len(part), part))]
    return Personal(re.compile("|".join([*found, _NUMBERS])), _labelled(mappings), frozenset(places))


def personal_rows(filing: Filing, mappings: Mappings) -> frozenset[int]:
    """The rows of ``fields`` that are personal: by their key, by a word in a label that no mapping knows, and
    as a lone text behind a personal field, which is more of it."""
    rows: set[int] = set()
    before = False
    for field in filing.fields:
        named = field.field.startswith(_OTHER) and _PERSON.search(field.label) is not None
        before = field.field in mappings.personal or named or (before and _is_stray(field))
        if before:
            rows.add(field.row)
    return frozenset(rows)


def _is_stray(field: Field) -> bool:
    """Whether a field is a text that no mapping knows, with nothing beside it."""
    return field.field.startswith(_OTHER) and field.value is None


def redacted(filings: Sequence[Filing], personal: Personal, mappings: Mappings) -> tuple[Filing, ...]:
    """The forms of a file without what is ``personal`` in them. The rows of personal fields stay, so that the
    table shows what the form asks for."""
    return tuple(personal.painted(_emptied(filing, personal_rows(filing, mappings))) for filing in filings)


def _emptied(filing: Filing, rows: Set[int]) -> Filing:
    """``filing`` without the values of some of its fields, and without what tells of them."""

    def kept(table: str, row: int) -> bool:
        return table != "fields" or row not in rows

    return replace(
        filing,
        fields=tuple(
            replace(field, value=None, raw=None) if field.row in rows else field for field in filing.fields
        ),
        repairs=tuple(one for one in filing.repairs if kept(one.table, one.row)),
        alternatives=tuple(one for one in filing.alternatives if kept(one.table, one.row)),
    )


def redacted_line(text: str, mappings: Mappings) -> str:
    """A line on a file of which no form is known: what a label or its shape tells is painted over."""
    return Personal(re.compile(_NUMBERS), _labelled(mappings), frozenset()).paint(text)


def _ordinary(filing: Filing, rows: Set[int]) -> str:
    """What a form prints of itself: what occurs there names no person, or the form is of that person."""
    own = (filing.title, filing.unit_name, filing.project_name, filing.region)
    labels = (field.label for field in filing.fields if field.row not in rows)
    return "\n".join(text for text in (*own, *labels) if text)


def _parts(text: str, ordinary: str) -> Iterator[str]:
    """The names and numbers in a personal text."""
    yield from re.findall(_NUMBERS, text)
    for part in _PARTS.split(text):
        name = _ROLES.sub("", part)
        for one in (part, name):
            if _LEAST <= len(one) <= _MOST and one not in ordinary and not _ORDINARY.fullmatch(one):
                yield one


def _printed(part: str) -> str:
    """A pattern for ``part`` as it may be printed elsewhere: with blanks in it, digits not inside others."""
    pattern = _BETWEEN.join(re.escape(char) for char in part if not re.fullmatch(_BETWEEN, char))
    if part[0].isdigit():
        pattern = rf"(?<!\d){pattern}"
    return rf"{pattern}(?!\d)" if part[-1].isdigit() else pattern


_LABELLED: dict[str, re.Pattern[str]] = {}


def _labelled(mappings: Mappings) -> re.Pattern[str]:
    """What stands behind a personal label and a colon, up to the next mark or label."""
    if mappings.fingerprint not in _LABELLED:
        names = {
            name for form in mappings.forms for key in form.personal for name in form.fields.get(key, ())
        }
        names |= {
            label for form in mappings.forms for label, keys in form.pairs.items() if {*keys} & form.personal
        }
        known = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
        label = rf"(?:{known}|{_PERSON.pattern})"
        value = rf"(?:(?!{label})[^\s:：,，;；。、]){{1,40}}(?: [一-鿿]{{1,2}}(?=\s|$))?"
        _LABELLED.clear()
        _LABELLED[mappings.fingerprint] = re.compile(
            rf"(?P<label>{label}[^\s:：,，。;；]{{0,8}}[:：]\s*){value}"
        )
    return _LABELLED[mappings.fingerprint]
