"""Number formats: what a spreadsheet shows of the number or the text that a cell holds.

The codes are those of ECMA-376 (part 1, 18.8.31), rendered as Excel renders them. What depends on where a
workbook is opened (the short date, the names of weekdays) is shown as Excel in China shows it. Space that
only aligns (``_)``, ``* ``, ``?`` at an end) is not shown.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from extract.numfmt_date import TOO_WIDE, Token, date_text, date_tokens
from extract.numfmt_number import Layout, layout_of, number_text

GENERAL = "General"
_CURRENCY = '"¥"#,##0{0};"¥"\\-#,##0{0}', '"¥"#,##0{0};[Red]"¥"\\-#,##0{0}'
_ACCOUNTING = '_ * #,##0{0}_ ;_ * \\-#,##0{0}_ ;_ * "-"{1}_ ;_ @_ '
_MONEY = '_ "¥"* #,##0{0}_ ;_ "¥"* \\-#,##0{0}_ ;_ "¥"* "-"{1}_ ;_ @_ '
_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_NOON, _NOON_SECONDS = '上午/下午h"时"mm"分"', '上午/下午h"时"mm"分"ss"秒"'
_LONG_DATE, _LONG_TIME = 'yyyy"年"m"月"d"日"', "h:mm:ss"
_NUMBERED: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, (GENERAL, "0", "0.00", "#,##0", "#,##0.00")),
    (5, tuple(code.format(places) for places in ("", ".00") for code in _CURRENCY)),
    (9, ("0%", "0.00%", "0.00E+00", "# ?/?", "# ??/??")),
    (14, ("yyyy/m/d", "d-mmm-yy", "d-mmm", "mmm-yy", "h:mm AM/PM", "h:mm:ss AM/PM", "h:mm", "h:mm:ss")),
    (22, ("yyyy/m/d h:mm",)),
    (27, (_YEAR_MONTH, _MONTH_DAY, _MONTH_DAY, "m-d-yy", _LONG_DATE, 'h"时"mm"分"', 'h"时"mm"分"ss"秒"')),
    (34, (_NOON, _NOON_SECONDS, _YEAR_MONTH)),
    (37, ("#,##0;\\-#,##0", "#,##0;[Red]\\-#,##0", "#,##0.00;\\-#,##0.00", "#,##0.00;[Red]\\-#,##0.00")),
    (
        41,
        tuple(code.format(*places) for places in (("", ""), (".00", "??")) for code in (_ACCOUNTING, _MONEY)),
    ),
    (45, ("mm:ss", "[h]:mm:ss", "mm:ss.0", "##0.0E+0", "@")),
    (50, (_YEAR_MONTH, _MONTH_DAY, _YEAR_MONTH, _MONTH_DAY, _MONTH_DAY, _NOON, _NOON_SECONDS)),
    (57, (_YEAR_MONTH, _MONTH_DAY)),
)
BUILT_IN = {first + index: code for first, codes in _NUMBERED for index, code in enumerate(codes)}
"""The codes that workbooks refer to by a number alone; where countries differ, those of China."""

_LONGEST_CODE = 1_000  # characters; Excel takes 255
_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | _(?P<space>.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/通用格式) | (?P<noon>AM/PM|A/P|上午/下午)
    | (?P<exponent>(?-i:E)[+-]|(?<=[0#?.])e[+-]) | (?P<date>y+|m+|d+|h+|s+|e+|a{3,4})
    | (?P<place>[0#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<slash>/)
    | (?P<text>@) | (?P<section>;) | (?P<unknown>[bg"\\_*\[]) | (?P<literal>.)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d*\.?\d+)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LOCALE = re.compile(r"\$([^-]*)-?(.*)", re.DOTALL)
_DBNUM = re.compile(r"DBNum([1-3])", re.IGNORECASE)
_SETTINGS = ("condition", "locale", "script")
_SYSTEM = {"F800": _LONG_DATE, "X-SYSDATE": _LONG_DATE, "F400": _LONG_TIME, "X-SYSTIME": _LONG_TIME}
_CHINESE = 0x04  # the language in a locale's number
_GREGORIAN = (0, 1)  # the calendar in it
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_ZERO = Decimal(0)

Condition = tuple[str, Decimal]


class FormatError(ValueError):
    """A code is not understood."""


@dataclass(frozen=True, slots=True)
class Section:
    """One of the sections of a code, for the numbers of which ``condition`` holds (None: for all others).

    ``content`` is the layout of a number or the tokens of a date. A negative number prints its own minus
    where ``signed``. ``script`` is the N of ``[DBNumN]``, ``chinese`` says whether the locale is.
    """

    content: Layout | tuple[Token, ...]
    condition: Condition | None = None
    signed: bool = True
    chinese: bool = False
    script: str = ""

    def holds(self, value: Decimal) -> bool:
        return self.condition is None or _OPERATORS[self.condition[0]](value, self.condition[1])


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled code: sections for numbers, of which the first that fits is taken, and one for texts."""

    numbers: tuple[Section, ...]
    text: tuple[Token, ...]


def shown(value: float, code: str, *, epoch_1904: bool = False) -> str:
    """What a cell that holds the number ``value`` shows. Raises ``FormatError``."""
    exact = Decimal(f"{value:.15g}")  # spreadsheets keep no more digits
    for section in compile_code(code).numbers:
        if not section.holds(exact):
            continue
        if isinstance(section.content, Layout):
            text = number_text(section.content, exact, section.signed, section.script)
        else:
            text = date_text(section.content, exact, epoch_1904, section.chinese, section.script)
        return text.strip(" ")
    return TOO_WIDE


def shown_text(text: str, code: str) -> str:
    """What a cell that holds ``text`` shows. Raises ``FormatError``."""
    tokens = compile_code(code).text
    return "".join(text if kind == "text" else piece for kind, piece in tokens if kind != "space")


@lru_cache(maxsize=1_024)
def compile_code(code: str) -> Code:
    """``code`` with its sections told apart. Raises ``FormatError``."""
    if len(code) > _LONGEST_CODE:
        raise FormatError("too long")
    sections: list[list[Token]] = [[]]
    for token in _tokens(code):
        if token[0] == "section":
            sections.append([])
        else:
            sections[-1].append(token)
    texts = [section for section in sections if any(kind == "text" for kind, _ in section)]
    if len(sections) > 4 or len(texts) > 1:
        raise FormatError("too many sections")
    text = sections[3] if len(sections) == 4 else texts[0] if texts else [("text", "@")]
    numbers = [_section(section) for section in sections[:3] if section is not text]
    return Code(tuple(_by_value(numbers)), tuple(_printed(text)))


def _tokens(code: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "unknown":
            raise FormatError(f"not understood: {text}")
        if kind in ("quoted", "escaped", "literal"):
            yield "literal", text
        elif kind == "bracket":
            yield from _bracket(text)
        elif kind == "date":
            yield kind, text.lower()
        elif kind != "fill":
            yield kind, " " if kind == "space" else text


def _bracket(text: str) -> Iterator[Token]:
    """The tokens of what stands in brackets; colours are none."""
    if _CONDITION.fullmatch(text):
        yield "condition", text
    elif _ELAPSED.fullmatch(text):
        yield "elapsed", text.lower()
    elif script := _DBNUM.fullmatch(text):
        yield "script", script[1]
    elif locale := _LOCALE.fullmatch(text):
        yield "locale", locale[2]
        yield "literal", locale[1]
    elif text.lower().startswith("natnum"):
        raise FormatError(f"not understood: {text}")


def _section(tokens: Sequence[Token]) -> Section:
    settings = {kind: text for kind, text in tokens if kind in _SETTINGS}
    locale = settings.get("locale", "").upper()
    if locale in _SYSTEM:
        tokens = list(_tokens(_SYSTEM[locale]))
    condition = _CONDITION.fullmatch(settings.get("condition", ""))
    is_date = any(kind in ("date", "elapsed", "noon") for kind, _ in tokens)
    try:
        content = (date_tokens if is_date else layout_of)(_printed(tokens))
    except ValueError as error:
        raise FormatError(str(error)) from error
    return Section(
        content,
        condition=(condition[1], Decimal(condition[2])) if condition else None,
        chinese=_is_chinese(locale),
        script=settings.get("script", ""),
    )


def _printed(tokens: Iterable[Token]) -> list[Token]:
    """``tokens`` without those that only set something."""
    return [token for token in tokens if token[0] not in _SETTINGS]


def _is_chinese(locale: str) -> bool:
    """Whether ``locale`` (``804``, ``zh-CN``) is Chinese. Raises ``FormatError`` for other calendars."""
    try:
        number_of = int(locale or "0", 16)
    except ValueError:
        return locale.startswith("ZH")
    if number_of >> 16 & 0xFF not in _GREGORIAN or number_of >> 24 > 1:
        raise FormatError(f"another calendar or script: {locale}")
    return number_of & 0x3FF == _CHINESE


def _by_value(sections: list[Section]) -> list[Section]:
    """``sections`` with the numbers that each is for, and whether it prints a minus of its own accord."""
    if not sections:
        return [_section(list(_tokens(GENERAL)))]
    if not any(section.condition for section in sections):
        conditions = {1: (None,), 2: ((">=", _ZERO), ("<", _ZERO)), 3: ((">", _ZERO), ("<", _ZERO), None)}
        sections = [
            replace(section, condition=condition)
            for section, condition in zip(sections, conditions[len(sections)], strict=True)
        ]
        return [replace(section, signed=not _is_negative(section.condition)) for section in sections]
    first = replace(sections[0], condition=sections[0].condition or (">", _ZERO))
    others = sections[1:] or [_section(list(_tokens(GENERAL)))]
    if len(others) == 2 and not others[0].condition:
        others[0] = replace(others[0], condition=("<", _ZERO))
    printed = [replace(section, signed=not _is_negative(section.condition)) for section in (first, *others)]
    if len(sections) < 3 and printed[1].condition is None and first.condition:
        # Excel's own rule for what is left over of one condition.
        sign, limit = first.condition
        printed[1] = replace(printed[1], signed=sign == "=" or (limit >= 0 and sign in (">", ">=")))
    return printed


def _is_negative(condition: Condition | None) -> bool:
    """Whether ``condition`` holds of negative numbers alone, so that their sign goes without saying."""
    if condition is None:
        return False
    sign, limit = condition
    return (limit < 0 and sign in ("<", "<=", "=")) or (limit == 0 and sign == "<")
