"""Targets and amounts: what a printed value says as comparator, number and unit, and what looks like one.

Nothing is invented: a target that is not understood as a whole stays words (``qualitative``). Numbers are
read as decimals, so that 12.8万 is 128000 and not 128000.00000000001.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from normalize.mappings import Mappings, Unit, fold


@dataclass(frozen=True, slots=True)
class Target:
    """A target as data: a number with its comparator and unit, or words (``qualitative``), or nothing."""

    comparator: str | None = None
    value: float | None = None
    value_max: float | None = None
    unit: str | None = None
    qualitative: str | None = None


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = str.maketrans("═﹦﹥﹤〉〈≧⩾≮≦⩽≯﹪−–—―─∼〜", "==><><≥≥≥≤≤≤%-----~~")
_GLUED = re.compile(r"(?<=[0-9])\s+(?=[0-9])")

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,9})?|[0-9]{1,15}(?:\.[0-9]{1,9})?"
_SCALE = r"万亿|[十百千]?[万亿]"
_SCALES = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}  # powers of ten

_UNIT = r"[^0-9]*?(?:(?<=[a-z])[23])?"  # m2 as well

_BEFORE = {
    "≥": "≥ >= => 不低于 不少于 不小于 不得低于 不得少于 大于等于 大于或等于 大于或者等于 大等于 至少 最少",
    "≤": "≤ <= =< 不超过 不高于 不大于 不多于 不得超过 不得高于 小于等于 小于或等于 小于或者等于 小等于 "
    "至多 最多",
    ">": "> 大于 超过 高于 多于",
    "<": "< 小于 低于 少于",
    "=": "= == 等于",
    "": "达到 达 控制在",
}
_AFTER = {"≥": "以上", "≤": "以下 以内 之内 内"}
_COMPARATORS = {sign: comparator for comparator, signs in _BEFORE.items() for sign in signs.split()}
_LIMITS = {word: comparator for comparator, words in _AFTER.items() for word in words.split()}


def _either(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_SINGLE = re.compile(
    rf"(?P<before>(?:{_either(list(_COMPARATORS))})?)(?P<percent>(?:百分之)?)(?P<sign>[-+]?)(?P<number>{_NUMBER})"
    rf"(?P<scale>(?:{_SCALE})?)(?P<unit>{_UNIT})(?:(?:\(含\)|及其?)?(?P<after>{_either(list(_LIMITS))}))?(?:\(含\))?[。;]?"
)
_RANGE = re.compile(
    rf"(?P<before>=|控制在|在|)(?P<low>-?(?:{_NUMBER}))(?P<low_scale>(?:{_SCALE})?)(?P<low_unit>[^0-9~至到-]*?)"
    rf"[-~至到](?P<high>{_NUMBER})(?P<scale>(?:{_SCALE})?)(?P<unit>{_UNIT})(?:之间)?[。;]?"
)

_OF_COMPOUND = re.compile("([/·])")
_PLAIN_UNIT = re.compile(r"[一-鿿]{1,4}|[A-Za-zμΩ°℃℉‰]{1,6}[²³23]?")
_NO_MEASURE = re.compile(
    "[余多约几近左右来前后底初末旬月日号时起以及内外至到或与和无未不有均全各应已可约含为的了率比增减升降提完成达标合格]"
    "|事故|投诉|差错|失误|问题|违规|违法|季度|版"
)
_MEASURES_ALL_THE_SAME = frozenset(
    ["起", "时", "个月", "小时", "学时", "课时", "工时", "台时", "人时", "日", "人日", "工日", "人月", "台月"]
)
_BARE_DATE = re.compile(
    r"(?:19|20)[0-9]{2}(?:年|版|年度|\.(?:0[1-9]|1[0-2]))|(?:[1-9]|0[1-9]|1[0-2])月|[0-9]{1,2}[日号]"
)
_YEARS = re.compile(r"(?:19|20)[0-9]{2}(?:年度?|\.(?:0?[1-9]|1[0-2]))?")


class _Units:
    """The units of the mappings by what is printed for them."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._names = {fold(name): unit.unit for unit in units for name in (unit.unit, *unit.aliases)}

    def name(self, printed: str, measured: bool) -> str | None:
        """The unit that ``printed`` stands for; "" where nothing is printed, None where it is no unit.

        ``measured`` says that a comparator or a range shows the number to be one: then a word that no
        mapping knows may be its unit. Without, of Chinese words only a single character may: 12345热线,
        2等奖 and 100分制 are names.
        """
        if printed[:1] == "(" and printed[-1:] == ")":
            printed = printed[1:-1]
        if not printed or printed == "%":
            return printed
        known = self._names.get(fold(printed))
        if known is not None:
            return known
        parts = _OF_COMPOUND.split(printed)  # 元/人·天, its / and · kept
        units = [self._names.get(fold(part), part) for part in parts]
        if all(part in self._names or _is_measure(part, measured) for part in units[::2]):
            return "".join(units)
        return None


def _is_measure(word: str, measured: bool) -> bool:
    if word in _MEASURES_ALL_THE_SAME:
        return True
    if len(word) > 1 and "一" <= word[:1] <= "鿿" and not measured:
        return False
    return bool(_PLAIN_UNIT.fullmatch(word)) and not _NO_MEASURE.search(word)


_indexed: tuple[Sequence[Unit], _Units] | None = None


def _index(units: Sequence[Unit]) -> _Units:
    """The index of ``units``; that of the last tuple is kept, since a run parses all with the same."""
    global _indexed
    last = _indexed
    if last is None or last[0] is not units:
        last = (units, _Units(units))
        if isinstance(units, tuple):
            _indexed = last
    return last[1]


def _plain(text: str) -> str | None:
    """``text`` without width and white space; None where white space stands between digits."""
    text = text.translate(_WIDE).translate(_SIGNS).strip()
    return None if _GLUED.search(text) else "".join(text.split())


def parse_target(text: str | None, units: Sequence[Unit]) -> Target:
    """``text`` as comparator, number and unit; as words (``qualitative``) where it is anything else.

    A unit that ``units`` does not know stays as printed where it is a plain measure word (盅), a longer one
    (个乡镇) only beside a comparator or in a range.
    """
    if text is None or not text.strip():
        return Target()
    return _number(text, _index(units)) or Target(qualitative=text.strip())


def _number(text: str, units: _Units) -> Target | None:
    """The target that ``text`` is if it is a number or a range with what belongs to it."""
    plain = _plain(text)
    if plain is None or len(plain) > 40:
        return None
    if match := _SINGLE.fullmatch(plain):
        return _single(match, plain, units)
    match = _RANGE.fullmatch(plain)
    return _range(match, plain, units) if match else None


def _single(match: re.Match[str], plain: str, units: _Units) -> Target | None:
    comparator = _comparator(match["before"], match["after"])
    unit = "%" if match["percent"] and not match["unit"] else units.name(match["unit"], bool(comparator))
    if comparator is None or unit is None or (match["percent"] and match["unit"]):
        return None
    within = match["unit"] == "日" and "内" in (match["after"] or "")  # 3日内 is no day of a month
    if not (match["before"] or within) and _BARE_DATE.fullmatch(plain.removesuffix(match["after"] or "")):
        return None
    value = _decimal(match["number"], match["scale"])
    if match["sign"] == "-" and value:
        value = -value
    return Target(comparator or None, float(value), None, unit or None)


def _comparator(before: str, after: str | None) -> str | None:
    """The comparator that sign and words say together, "" for none; None where they contradict each other."""
    sign, limit = _COMPARATORS.get(before, ""), _LIMITS.get(after or "", "")
    if not limit:
        return None if before == "控制在" else sign
    if sign in ("", "=", limit):
        return limit
    return sign if (sign, limit) in ((">", "≥"), ("<", "≤")) else None


def _range(match: re.Match[str], plain: str, units: _Units) -> Target | None:
    first, unit = units.name(match["low_unit"], True), units.name(match["unit"], True)
    if first is None or unit is None or (first and first != unit):
        return None
    own = bool(match["low_scale"] or first)
    low, high = _decimal(match["low"], match["low_scale"]), _decimal(match["high"], match["scale"])
    shared = _decimal(match["low"], match["scale"])
    if not own and shared <= high:  # 5-8万: the scale is that of both
        low = shared
    if low >= high or _is_period(match):
        return None
    return Target("range", float(low), float(high), unit or None)


def _is_period(match: re.Match[str]) -> bool:
    """Whether a range is one of years or months: 2021-2023年, 3-5月."""
    low, high = match["low"] + match["low_unit"], match["high"] + match["unit"]
    years = bool(_YEARS.fullmatch(low) and _YEARS.fullmatch(high))
    return years or match["unit"] in ("月", "日", "号")


def _decimal(number: str, scale: str) -> Decimal:
    return Decimal(number.replace(",", "")).scaleb(sum(_SCALES[digit] for digit in scale))


_DEADLINE = re.compile(
    r"(?:19|20)[0-9]{2}年|[0-9]{1,2}月|[年月季旬]底|底前|之前|年内|按[年季月周日时期]|每[年季月周日天]"
)
_OUTCOME = re.compile(
    "[不无未零]|全部|完成|达到|达标|到位|以上|以下|以内|提[高升]|[增减]|改善|保障|确保|[,，;；。]"
)
_SHORT, _LONG = 6, 15


class _Likeness:
    """How much texts look like targets, by the words of one set of mappings."""

    def __init__(self, mappings: Mappings) -> None:
        self._units = _Units(mappings.units)
        self._words = frozenset(fold(word) for word in mappings.words.qualitative)
        self._heads = tuple(mappings.words.typed_heads)
        self.of = lru_cache(maxsize=8192)(self._score)

    def _score(self, text: str) -> float:
        number = _number(text, self._units)
        if number:
            return 4.0 if number.comparator else 3.0
        folded = fold(text)
        if folded in self._words:
            return 3.0
        if not folded:
            return 0.0
        if len(folded) <= _LONG and _DEADLINE.search(folded):
            return 1.0
        if folded.endswith(self._heads):
            return -2.0 if any(character.isdigit() for character in folded) else -3.0
        if len(folded) > _LONG:
            return -2.0
        return 0.0 if len(folded) <= 2 or _OUTCOME.search(folded) else -0.5


_likeness: dict[str, _Likeness] = {}


def target_likeness(text: str, mappings: Mappings) -> float:
    """How much ``text`` looks like a target, in log-odds (nats): 0 says nothing.

    +4 comparator and number; +3 a bare number, with a unit or none, or a word that targets are known to be;
    +1 a deadline or a rhythm; 0 to -0.5 other words, 0 where they say an outcome (全部整改完成，不逾期);
    -2 a long text; -3 a name that ends in a typed head (率, 数量, 性), -2 where it holds a digit.
    """
    likeness = _likeness.get(mappings.fingerprint)
    if likeness is None:
        likeness = _likeness[mappings.fingerprint] = _Likeness(mappings)
    return likeness.of(text)


def is_comparator(text: str) -> bool:
    """Whether ``text`` is a comparator alone, as a column of its own prints it (≥, 大于等于)."""
    plain = _plain(text)
    return plain is not None and bool(_COMPARATORS.get(plain))


_POINTS = re.compile(rf"(?P<number>{_NUMBER})(?:分|%)?")


def parse_points(text: str) -> Decimal | None:
    """The points (分值, 得分) that ``text`` prints; None if it prints none."""
    plain = _plain(text)
    match = _POINTS.fullmatch(plain) if plain else None
    return Decimal(match["number"].replace(",", "")) if match else None


_BLANK = re.compile(r"[-—–－/\\\\*]+|无|——")


def is_blank(text: str) -> bool:
    """Whether ``text`` is a mark that stands where a number is not given (—, /, 无)."""
    return _BLANK.fullmatch("".join(text.split())) is not None


_AMOUNT = re.compile(rf"(?P<sign>[-+]?)(?P<number>{_NUMBER})(?:\(?(?P<unit>[万亿]?元)\)?)?")
_IN_WAN = {"元": -4, "万元": 0, "亿元": 4}  # powers of ten to 万元


def parse_amount(text: str) -> Decimal | None:
    """An amount as printed; in 万元 where the text prints its unit (元, 万元, 亿元). None if it is no amount.

    A dash, a slash or nothing is no amount.
    """
    match = _amount(text)
    if not match:
        return None
    value = Decimal(match["number"].replace(",", "")).scaleb(_IN_WAN.get(match["unit"], 0))
    return -value if match["sign"] == "-" and value else value


def decimals(text: str) -> int:
    """The decimals of the amount that ``parse_amount`` reads: 2 for 12.50, 4 for 300元 (0.0300 万元)."""
    match = _amount(text)
    if not match:
        return 0
    return len(match["number"].partition(".")[2]) - _IN_WAN.get(match["unit"], 0)


@lru_cache(maxsize=8192)
def _amount(text: str) -> re.Match[str] | None:
    plain = _plain(text)
    return _AMOUNT.fullmatch(plain) if plain else None
