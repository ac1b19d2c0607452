"""Numbers that a program prints before paragraphs, though the text does not hold them: 1. (2) 三、 Ⅳ ①."""

import string
from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_LARGEST = 9_999  # beyond it, and below 1, a number is printed in digits


def number(value: int, style: str) -> str:
    """``value`` in ``style``, as Office Open XML names it (ST_NumberFormat); digits where it is unknown."""
    style = style.removesuffix("Chinese") if style.startswith("decimalEnclosed") else style
    write = _STYLES.get(style)
    return write(value) if write and 0 < value <= _LARGEST else str(value)


def _chinese(digits: str, units: tuple[str, ...]) -> Callable[[int], str]:
    """Counting with units: 三十二, 一百零五."""

    def write(value: int) -> str:
        text = ""
        for power, digit in zip(range(len(str(value)) - 1, -1, -1), str(value), strict=True):
            text += digits[int(digit)] + units[power] if digit != "0" else digits[0]
        text = text.rstrip(digits[0])
        while digits[0] * 2 in text:
            text = text.replace(digits[0] * 2, digits[0])
        text = text.replace("〇", "零")
        return text[1:] if 10 <= value < 20 and digits is _DIGITS else text

    return write


def _letters(alphabet: str) -> Callable[[int], str]:
    """One letter of ``alphabet``, which is repeated on every further round: z, aa, bb."""
    return lambda value: alphabet[(value - 1) % len(alphabet)] * ((value - 1) // len(alphabet) + 1)


def _sequence(characters: str) -> Callable[[int], str]:
    """One of ``characters``; digits once they run out."""
    return lambda value: characters[value - 1] if value <= len(characters) else str(value)


def _replaced(digits: str) -> Callable[[int], str]:
    return lambda value: str(value).translate(str.maketrans(string.digits, digits))


def _roman(value: int) -> str:
    text = ""
    for amount, letters in _ROMAN:
        count, value = divmod(value, amount)
        text += letters * count
    return text


_STYLES: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02}",
    "lowerLetter": _letters(string.ascii_lowercase),
    "upperLetter": _letters(string.ascii_uppercase),
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperRoman": _roman,
    "decimalFullWidth": _replaced("０１２３４５６７８９"),
    "decimalEnclosedCircle": _sequence("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedParen": _sequence("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _sequence("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "ideographTraditional": _sequence("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _sequence("子丑寅卯辰巳午未申酉戌亥"),
    "ideographDigital": _replaced(_DIGITS),
    "japaneseDigitalTenThousand": _replaced(_DIGITS),
    "chineseLegalSimplified": _chinese(_LEGAL_DIGITS, ("", "拾", "佰", "仟")),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"),
        _chinese(_DIGITS, ("", "十", "百", "千")),
    ),
}
