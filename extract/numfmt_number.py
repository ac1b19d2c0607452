"""Numbers in number formats: digits put in their places."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from extract.numbering import number
from extract.numfmt_date import NUMERALS, Token, in_digits

_EXACT = Context(prec=2_000, rounding=ROUND_HALF_UP)  # no number with as many places as a code has is cut
_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
_WIDEST_GENERAL = 11  # characters that a number in the General format takes, its sign not counted
_SMALLEST_FIXED = Decimal("0.0001")  # smaller numbers take powers of ten there, unless no digit is lost
_MANTISSA = 5  # digits after its point in the General format
_LONGEST_DENOMINATOR = 7
_LONGEST_SPELLED = 12  # digits: units up to 亿


@dataclass(frozen=True, slots=True)
class Layout:
    """A section for numbers: tokens with the places of digits told apart.

    Their kinds are ``whole``, ``part`` (after the point), ``power`` (of ten), ``over`` and ``under`` (of a
    fraction); ``form`` is what is computed for them. ``scale`` is the power of ten that the number is
    multiplied by, ``wholes`` are the places before the point, ``unit`` is the last place after it.
    """

    tokens: tuple[Token, ...]
    form: str
    scale: int
    grouped: bool
    wholes: int
    unit: Decimal


def layout_of(tokens: Sequence[Token]) -> Layout:
    """The layout of a section's ``tokens``. Raises ``ValueError``."""
    last = max((at for at, (kind, _) in enumerate(tokens) if kind == "place"), default=-1)
    told: list[Token] = []
    state, scale, grouped, after_place = "whole", 0, False, False
    for at, (kind, text) in enumerate(tokens):
        if kind == "comma" and after_place:
            scales = at > last or next(kind for kind, _ in tokens[at:] if kind != "comma") == "point"
            grouped |= state == "whole" and not scales
            scale -= 3 if scales else 0
            continue
        after_place = kind in ("place", "point")
        if kind == "place" or (state == "under" and text.isdecimal()):
            if told and told[-1][0] == state:
                told[-1] = (state, told[-1][1] + text)
            else:
                told.append((state, text))
        elif kind == "point" and state == "whole":
            if not any(kind == "whole" for kind, _ in told):
                told.append(("whole", "#"))
            told.append(("literal", text))
            state = "part"
        elif kind == "exponent" and state != "power":
            told.append((kind, text.upper()))
            state = "power"
        elif kind == "slash" and (over := [i for i, (kind, _) in enumerate(told) if kind == "whole"]):
            told[over[-1]] = ("over", told[over[-1]][1])
            told.append((kind, text))
            state = "under"
        else:
            told.append((kind if kind == "general" else "literal", text))
            scale += 2 if kind == "percent" else 0
    kinds = {kind for kind, _ in told}
    form = next((form for form in ("general", "under", "power", "whole") if form in kinds), "literal")
    if ("exponent" in kinds and form != "power") or (form == "general" and "whole" in kinds):
        raise ValueError("digits of more than one kind")
    if any(kind == "under" and len(text) > _LONGEST_DENOMINATOR for kind, text in told):
        raise ValueError("a denominator too long")
    unit = Decimal(1).scaleb(-_length(told, "part"))
    return Layout(tuple(told), form, scale, grouped, _length(told, "whole"), unit)


def _length(tokens: Sequence[Token], wanted: str) -> int:
    return sum(len(text) for kind, text in tokens if kind == wanted)


def number_text(layout: Layout, value: Decimal, signed: bool, script: str) -> str:
    """What ``layout`` prints of ``value``, with a minus where ``signed`` and any digit is not zero."""
    magnitude = abs(value).scaleb(layout.scale)
    is_zero = False
    texts: dict[str, str] = {}
    if layout.form == "general":
        texts["general"] = _general(magnitude, script)
    elif layout.form == "under":
        texts, is_zero = _fraction(layout, magnitude)
    elif layout.form != "literal":
        texts, is_zero = _digits(layout, magnitude)
    minus = "-" if signed and value < 0 and not is_zero else ""
    return minus + "".join(_pieces(layout, texts, script))


def _digits(layout: Layout, magnitude: Decimal) -> tuple[dict[str, str], bool]:
    """The digits of ``magnitude`` before and after the point and of its power, and whether all are zero."""
    power = 0
    if layout.form == "power":
        step = max(1, layout.wholes)
        power = magnitude.adjusted() // step * step if magnitude else 0
        if magnitude.scaleb(-power).quantize(layout.unit, context=_EXACT) >= 10**step:
            power += step
        magnitude = magnitude.scaleb(-power)
    rounded = magnitude.quantize(layout.unit, context=_EXACT)
    whole, _, part = f"{rounded:f}".partition(".")
    return {"whole": whole.lstrip("0"), "part": part, "power": str(power)}, not rounded


def _fraction(layout: Layout, magnitude: Decimal) -> tuple[dict[str, str], bool]:
    """The whole of ``magnitude`` and the numerator and the denominator of the rest; whether all are zero."""
    exact = Fraction(magnitude)
    whole = int(exact) if layout.wholes else 0
    under = next(text for kind, text in layout.tokens if kind == "under")
    if under.isdecimal() and int(under):
        below = int(under)
        over = int((exact - whole) * below + Fraction(1, 2))
    else:
        over, below = _convergent(exact - whole, 10 ** len(under) - 1)
    if layout.wholes and over == below:
        whole, over = whole + 1, 0
    if layout.wholes and not over:
        return {"whole": str(whole)}, not whole
    return {"whole": str(whole or ""), "over": str(over), "under": str(below)}, not whole and not over


def _convergent(exact: Fraction, most: int) -> tuple[int, int]:
    """The last convergent of ``exact`` with no denominator above ``most``, which Excel takes."""
    (over, below), (next_over, next_below) = (0, 1), (1, 0)
    while True:
        whole = exact.numerator // exact.denominator
        over, next_over = next_over, next_over * whole + over
        below, next_below = next_below, next_below * whole + below
        if next_below > most:
            return over, below
        if exact == whole:
            return next_over, next_below
        exact = 1 / (exact - whole)


def _pieces(layout: Layout, texts: Mapping[str, str], script: str) -> Iterator[str]:
    """What each token prints, the digits in ``texts`` put in their places."""
    whole, part, places_left = texts.get("whole", ""), texts.get("part", ""), layout.wholes
    for kind, text in layout.tokens:
        if kind == "literal":
            yield text
        elif kind == "whole":
            places_left -= len(text)
            cut = max(0, len(whole) - places_left)
            yield in_digits(_filled(whole[:cut], text, layout.grouped), script)
            whole = whole[cut:]
        elif kind == "part":
            digits, part = part[: len(text)], part[len(text) :]
            yield in_digits(_part(digits, part, text), script)
        elif kind == "exponent":
            yield "E-" if texts["power"].startswith("-") else text.rstrip("-")
        elif kind == "power":
            yield _filled(texts["power"].lstrip("-0"), text)
        elif kind == "over":
            yield _filled(texts[kind], text) if kind in texts else ""
        elif kind in ("under", "slash"):
            yield texts.get(kind, text) if "over" in texts else ""
        else:
            yield texts["general"]


def _filled(digits: str, places: str, grouped: bool = False) -> str:
    """``digits`` in their ``places``: those that are missing on the left print as their places say."""
    if missing := places[: max(0, len(places) - len(digits))]:
        digits = missing.replace("#", "").replace("?", " ") + digits
    return _THOUSANDS.sub(",", digits) if grouped else digits


def _part(digits: str, following: str, places: str) -> str:
    """``digits`` after the point in their ``places``; zeros at the end of all print as their places say."""
    kept = len(digits) if following.strip("0") else len(digits.rstrip("0"))
    return digits[:kept] + places[kept:].replace("#", "").replace("?", " ")


def _general(magnitude: Decimal, script: str) -> str:
    """``magnitude`` as the General format prints it, in no more than 11 characters."""
    text = _fixed(magnitude)
    if len(text) > _WIDEST_GENERAL or (magnitude < _SMALLEST_FIXED and Decimal(text) != magnitude):
        unit = Decimal(1).scaleb(magnitude.adjusted() - _MANTISSA)
        mantissa, _, power = f"{magnitude.quantize(unit, context=_EXACT):E}".partition("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{power[0]}{power[1:]:0>2}"
    return _spelled(text, script) if script else text


def _fixed(magnitude: Decimal) -> str:
    places = max(0, _WIDEST_GENERAL - 1 - max(1, magnitude.adjusted() + 1))
    text = f"{magnitude.quantize(Decimal(1).scaleb(-places), context=_EXACT):f}"
    return text.rstrip("0").rstrip(".") if places else text


def _spelled(text: str, script: str) -> str:
    """A number in Chinese numerals with their units: 一千二百三十, 壹仟贰佰叁拾."""
    whole, point, part = text.partition(".")
    if script not in NUMERALS or len(whole) > _LONGEST_SPELLED:
        return in_digits(text, script)
    whole, spelled = whole.zfill(_LONGEST_SPELLED), ""
    for start, unit in ((0, "亿"), (4, "万"), (8, "")):
        if group := int(whole[start : start + 4]):
            gap = "零" if spelled and group < 1_000 else ""
            spelled += gap + number(group, NUMERALS[script]) + unit
    return (spelled or in_digits("0", script)) + point + in_digits(part, script)
