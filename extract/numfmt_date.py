"""Dates and times in number formats: what is printed of a count of days.

Day 1 is 1900-01-01, and day 60 is 1900-02-29, which never was: every spreadsheet keeps that fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from extract.numbering import number

Token = tuple[str, str]
"""A piece of a format code: its kind, and its text."""

TOO_WIDE = "########"
"""What a cell shows where its format cannot express the value: a date before the first or after the last."""

NUMERALS = {"1": "chineseCounting", "2": "chineseLegalSimplified"}
"""The style of numbers (see numbering.py) that each ``[DBNumN]`` asks for."""

_SCRIPTS = {"1": "〇一二三四五六七八九", "2": "零壹贰叁肆伍陆柒捌玖", "3": "０１２３４５６７８９"}
_DAY = 86_400  # seconds
_UNITS = {"h": 3_600, "m": 60, "s": 1}  # seconds
_LAST_DAY = 2_958_465  # 9999-12-31
_DAYS_TO_1904 = 1_462
_FIRST_DAY = date(1899, 12, 31)  # the day before day 1
_NO_DAYS = {0: (1900, 1, 0), 60: (1900, 2, 29)}
_MOST_PLACES = 3  # of seconds
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_CHINESE_WEEKDAYS = "六日一二三四五"


@dataclass(frozen=True, slots=True)
class _Moment:
    """A count of days as a date and the seconds of its day; ``elapsed`` are the seconds of all its days."""

    elapsed: int
    days: int
    seconds: Decimal
    year: int
    month: int
    day: int


def in_digits(text: str, script: str) -> str:
    """``text`` with its digits in the script that ``[DBNum1]`` to ``[DBNum3]`` asks for (empty: as it is)."""
    return text.translate(str.maketrans("0123456789", _SCRIPTS[script])) if script else text


def date_tokens(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens of a section for dates, ``m`` that are minutes and parts of a second told apart.

    Raises ``ValueError`` where digits of a number stand among them.
    """
    units = [(at, text[0]) for at, (kind, text) in enumerate(tokens) if kind in ("date", "elapsed")]
    beside = {at for (_, before), (at, _) in pairwise(units) if before == "h"}
    beside |= {at for (at, _), (_, after) in pairwise(units) if after == "s"}
    told: list[Token] = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "date" and text in ("m", "mm") and at in beside:
            told.append(("minute", text))
        elif kind == "place" and text == "0" and told and told[-1][0] in ("point", "fraction"):
            told[-1] = ("fraction", told[-1][1] + text)
        elif kind in ("place", "percent", "exponent", "general", "text"):
            raise ValueError("a date and a number in one section")
        else:
            told.append((kind, text))
    return tuple(told)


def date_text(tokens: Sequence[Token], value: Decimal, epoch_1904: bool, chinese: bool, script: str) -> str:
    """What ``tokens`` print of ``value`` days, with ``chinese`` names and the digits of ``script``."""
    places = max((len(text) - 1 for kind, text in tokens if kind == "fraction"), default=0)
    moment = _moment(value, min(places, _MOST_PLACES), epoch_1904)
    if moment is None:
        return TOO_WIDE
    hours = 12 if any(kind == "noon" for kind, _ in tokens) else 24
    return "".join(_piece(kind, text, moment, hours, chinese, script) for kind, text in tokens)


def _moment(value: Decimal, places: int, epoch_1904: bool) -> _Moment | None:
    """``value`` days, rounded to ``places`` of a second; None where it is out of range."""
    if not 0 <= value <= _LAST_DAY + 1:
        return None
    elapsed = (value * _DAY).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    days = int(elapsed // _DAY)
    seconds = elapsed - days * _DAY
    days += _DAYS_TO_1904 if epoch_1904 else 0
    if days > _LAST_DAY:
        return None
    year, month, day = _NO_DAYS.get(days) or (_FIRST_DAY + timedelta(days - (days > 60))).timetuple()[:3]
    return _Moment(int(elapsed), days, seconds, year, month, day)


def _piece(kind: str, text: str, moment: _Moment, hours: int, chinese: bool, script: str) -> str:
    minutes, seconds = divmod(int(moment.seconds), 60)
    if kind == "date" and text[0] in "ye":
        return in_digits(f"{moment.year % 100:02}" if text in ("y", "yy") else str(moment.year), script)
    if kind == "date" and text[0] in "mda" and len(text) > 2:
        return _month(moment.month, text, chinese) if text[0] == "m" else _weekday(moment.days, text, chinese)
    if kind == "date":
        hour = minutes // 60 % hours or (12 if hours == 12 else 0)
        value = {"m": moment.month, "d": moment.day, "h": hour, "s": seconds}[text[0]]
        return _counted(value, text, script)
    if kind == "minute":
        return _counted(minutes % 60, text, script)
    if kind == "elapsed":
        return f"{moment.elapsed // _UNITS[text[0]]:0{len(text)}}"
    if kind == "fraction":
        return f"{moment.seconds % 1:.{_MOST_PLACES}f}"[1 : len(text) + 1]
    if kind == "noon":
        names = ("上午", "下午") if chinese else (text.upper() if len(text) > 3 else text).split("/")
        return names[moment.seconds >= _DAY // 2]
    return text


def _counted(value: int, text: str, script: str) -> str:
    if value and script in NUMERALS:
        return number(value, NUMERALS[script])
    return in_digits(f"{value:0{min(2, len(text))}}", script)


def _month(month: int, text: str, chinese: bool) -> str:
    name, short = _MONTHS[month - 1], _MONTHS[month - 1][:3]
    if chinese:
        name, short = number(month, "chineseCounting") + "月", f"{month}月"
    return short if len(text) == 3 else name[0] if len(text) == 5 else name


def _weekday(days: int, text: str, chinese: bool) -> str:
    name, short = _WEEKDAYS[days % 7], _WEEKDAYS[days % 7][:3]
    if chinese or text[0] == "a":
        day = _CHINESE_WEEKDAYS[days % 7]
        name, short = f"星期{day}", day if text[0] == "a" else f"周{day}"
    return short if len(text) == 3 else name
