"""Texts that regular expressions and spreadsheets stumble over, and bytes that are no text."""

import codecs
from collections.abc import Iterator

from tests.hostile.good import filing
from tests.hostile.model import Case, Row, formless, like, survived, unsupported
from tests.hostile.packages import FORM

_GOOD = f"good/{FORM}.txt"
_READ = ("ok", "needs_review")
_ENDS = ("ok", "needs_review", "no_form", "failed")
LONG = {
    "spaces": " " * 90_000 + "x",
    "brackets": "（" * 90_000,
    "pairs": "()" * 45_000,
    "digits": "9" * 90_000,
    "points": "1." * 45_000,
    "commas": "1," * 45_000,
    "percents": "≥90%" * 22_000,
    "colons": "项目：" * 30_000,
    "tags": "<b>" * 30_000,
    "entities": "&amp;" * 22_000,
    "words": "绩效目标完成情况" * 11_000,
    "years": "2024年" * 18_000,
    "lines": "、" * 90_000,
    "zeros": "0" * 90_000 + "万元",
}
"""Texts of some 90,000 characters that patterns are likely to go over again and again."""

PLACES = {
    "value": "近海生态观测台站运行维护",
    "label": "主管部门及代码",
    "amount": "1,286.50",
    "name": "单台站年运行成本",
    "target": "≤180万元",
    "level": "经济成本指标",
}
"""Where in a form a text stands: one of each kind of cell."""

FORMULAS = (
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/?"&A1)',
)


def placed(place: str, text: str) -> bytes:
    """A good form with ``text`` in one of ``PLACES``."""
    good = filing(FORM, "txt").decode()
    assert PLACES[place] in good
    return good.replace(PLACES[place], text, 1).encode()


def long_texts(every: bool = False) -> Iterator[Case]:
    """Every long text in one place, in turn, or ``every`` one in all."""
    for number, (name, text) in enumerate(LONG.items()):
        places = list(PLACES)
        for place in places if every else [places[number % len(places)]]:
            yield survived(
                f"texts/{name}_in_{place}.txt", placed(place, text), _ENDS, "^(?!.*internal error)"
            )
    title = filing(FORM, "txt").decode().partition("\n")[2]
    yield survived(
        "texts/title.txt", ("（绩效" * 30_000 + "\n" + title).encode(), _ENDS, "^(?!.*internal error)"
    )


def monsters() -> Iterator[Case]:
    """What takes minutes: every long text in every place, and rows without end."""
    yield from long_texts(every=True)
    yield survived("monsters/lines.txt", b"a\tb\n" * 400_000, ("no_form", "failed"))


def shapes() -> Iterator[Case]:
    """Texts of shapes that no export has."""
    good = filing(FORM, "txt")
    yield survived("texts/one_line.txt", "绩效".encode() * 2**20, ("no_form", "failed"))
    yield survived("texts/tabs.txt", b"\t" * 3_000_000, ("no_form", "failed", "unsupported"))
    yield survived("texts/cells.txt", "指标\t".encode() * 20_000, ("no_form", "failed"))
    yield survived(
        "texts/pages.txt", b"a\tb\n\n" * 10_000, ("no_form", "failed"), "pages|no performance form"
    )
    yield survived("texts/form_feeds.txt", good + b"\f" * 300_000, _ENDS)
    yield survived("texts/quotes.txt", b'"' * 3_000_000, ("no_form", "failed"))
    yield survived("texts/quoted.txt", b'"a\n' * 1_000 + good, _ENDS)
    yield survived("texts/headings.txt", b"# " * 500_000 + good, _ENDS)
    yield survived("texts/dashes.txt", b"--- " * 500_000 + good, _ENDS)
    yield survived("texts/forms.txt", good * 10, _ENDS)


def encodings() -> Iterator[Case]:
    """Bytes that are text in no encoding, or in two."""
    good = filing(FORM, "txt").decode()
    yield survived(
        "encodings/bad_utf8.txt", good.encode().replace("项目".encode(), b"\xff\xfe\x80", 1), _ENDS
    )
    yield survived(
        "encodings/overlong.txt",
        b"\xc0\xaf\xe0\x80\xaf" * 1_000 + good.encode(),
        ("failed", "unsupported", *_READ),
    )
    yield survived("encodings/half.txt", good.encode("gb18030")[:-1] + b"\x81", _ENDS)
    yield survived("encodings/odd.txt", good.encode("utf-16") + b"\0", _ENDS)
    yield survived(
        "encodings/two_marks.txt",
        codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + good.encode(),
        ("failed", "unsupported", *_READ),
    )
    yield survived(
        "encodings/wrong_mark.txt", codecs.BOM_UTF16_BE + good.encode(), ("failed", "no_form", "unsupported")
    )
    yield survived(
        "encodings/nuls.txt", good.replace("项", "\0项").encode(), ("failed", "unsupported", *_READ)
    )
    yield like("encodings/mark.txt", codecs.BOM_UTF8 + good.encode() + b"\n", _GOOD)
    yield like("encodings/gb18030.txt", good.encode("gb18030"), _GOOD)
    yield like("encodings/utf16.txt", good.encode("utf-16"), _GOOD)
    yield survived(
        "encodings/surrogates.txt", good.encode().replace("项目".encode(), b"\xed\xa0\x80", 1), _ENDS
    )
    yield unsupported("encodings/mark_alone.txt", codecs.BOM_UTF8, "empty")
    yield survived("encodings/escapes.txt", good.replace("研究院", "\x1b[2J\x07研究院\x08").encode(), _READ)
    turned = good.replace("研究院", "\u202e研究院\u2066\u200f")
    yield survived("encodings/directions.txt", turned.encode(), _READ)
    yield formless("encodings/tags.txt", "".join(chr(0xE0000 + n) for n in range(1, 128)).encode() + b"x")


def formulas() -> Iterator[Case]:
    """What a spreadsheet would run, in cells of every kind: published as it stands, guarded in CSV."""
    for number, formula in enumerate(FORMULAS):
        for place in ("value", "name", "label"):
            yield Case(f"formulas/{number}_{place}.txt", placed(place, formula), {"": Row(_READ)})
    yield Case("=1+1.txt", placed("value", "=1+1"), {"": Row(_READ)})


def all_cases() -> Iterator[Case]:
    """Every hostile text."""
    for cases in (long_texts, shapes, encodings, formulas):
        yield from cases()
