"""What a place of a form expects to be printed there: the evidence by which readings are told apart.

All scores are log-odds (nats): 0 says nothing. They come from what the mappings know (labels, names, words,
units), from the grammar of values, and from what the table prints beside and above the place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import log

from normalize.characters import folded
from normalize.lexicon import Lexicon
from normalize.mappings import Mappings, fold, is_unit
from normalize.values import Target, is_blank, is_comparator, parse_target
from normalize.vocabulary import Vocabulary

_OWN = 2.0
"""How many mates of a column the usual forms weigh as much as."""
_USUAL = {"name": 0.25, "text": 0.25, "word": 0.1, "unit": 0.1, "blank": 0.1, "sign": 0.05, "number": 0.03}
_SAME_UNIT, _SAME_NAME = 0.3, 0.1
"""What a mate counts whose kind differs in the comparator alone, and one that is a number or a sign too."""
_STRANGE = -4.0  # nats: a letter or two with nothing else, characters that are not of simplified Chinese
_MOST = 4.0  # nats of all evidence together
_LETTER, _MOST_NAME = 0.9, 3.5  # nats for each letter of a name that the mappings know, up to so many
_AGAIN, _AGAIN_FROM = 1.5, 4  # nats for a text printed elsewhere too; letters from which that tells
_OVER_100, _BELOW_0, _FAR, _NO_UNIT = -2.5, -2.5, -1.5, -1.5
_THREE_DECIMALS = -3.0  # nats: 1.500, which forms hardly print, and 1,500 often
_RARE_SIGN = -2.5  # nats: > and <, which forms print far less often than ≥ and ≤
_FAR_FROM = log(2.5)  # a ratio of values that go together


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a text: name, word, unit, sign, number, blank (—) or text; of a number its comparator and
    unit."""

    name: str
    comparator: str = ""
    unit: str = ""


class Knowledge:
    """What mappings know of texts."""

    def __init__(self, mappings: Mappings, vocabulary: Vocabulary) -> None:
        self._units, self._vocabulary = mappings.units, vocabulary
        self._words = frozenset(fold(word) for word in mappings.words.qualitative)
        self._names = Lexicon((name, name) for name in dict.fromkeys(_names(mappings)))
        self.kind = lru_cache(maxsize=8192)(self._kind)
        self.target = lru_cache(maxsize=8192)(lambda text: parse_target(folded(text), self._units))

    def _kind(self, text: str) -> Kind:
        plain = fold(text)
        if self._names.named(text) or self._vocabulary.known(text):
            return Kind("name")
        if is_comparator(text):
            return Kind("sign", plain)
        if is_blank(text):
            return Kind("blank")
        if plain in self._words:
            return Kind("word")
        if is_unit(plain, self._units):
            return Kind("unit")
        target: Target = self.target(text)
        if target.value is None:
            return Kind("text")
        return Kind("number", target.comparator or "", target.unit or "")

    def is_measure(self, unit: str) -> bool:
        """Whether the mappings know ``unit``, or all parts of a compound one."""
        return all(part == "%" or is_unit(part, self._units) for part in re.split("[/·]", unit))


def _names(mappings: Mappings) -> Iterable[str]:
    """Labels, headers, captions, lines of amounts and levels."""
    for form in mappings.forms:
        yield from chain(form.captions, *form.fields.values(), *form.columns.values())
        for block in form.amounts:
            yield from chain(block.captions, block.items, *block.columns.values())
            yield from (name for line in block.lines if line.item for name in (line.item, *line.aliases))
    yield from (name for level in mappings.levels for name in (level.name, *level.aliases))


@dataclass(frozen=True, slots=True)
class Beside:
    """A value beside a place: itself, how much it tells (0..1), and in how many other rows those of both
    columns are of one ``kind``, of ``rows`` that have both."""

    text: str
    tells: float
    same: int
    rows: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one place expects: ``mates`` are the kinds of the other texts of its column, each as much as it is
    sure, ``beside`` the values of its row, ``printed`` all texts of the file; ``decimals``: whether its
    column prints three of them."""

    knowledge: Knowledge
    mates: Counter[Kind]
    beside: Sequence[Beside]
    printed: Counter[str]
    decimals: bool = False

    def of(self, text: str, least: float = -_MOST) -> float:
        """How much the place expects ``text``; ``least`` counts if it expects texts of its kind less."""
        strange = _STRANGE if _is_strange(text) else 0.0
        rare = _RARE_SIGN if _has_rare_sign(text) else 0.0
        return max(least, self.kind(text)) + self._value(text) + self._named(text) + strange + rare

    def kind(self, text: str) -> float:
        """How much it expects a text of the kind of ``text``: as column and row have it elsewhere."""
        kind = self.knowledge.kind(text)
        score = self._of_column(kind)
        if kind.name == "number":
            score += sum(other.tells * self._of_neighbour(kind, other) for other in self.beside)
        return max(-_MOST, min(_MOST, score))

    def _named(self, text: str) -> float:
        """How much speaks for ``text`` letter by letter: what is misread is hardly ever another name."""
        letters = len(fold(text))
        kind = self.knowledge.kind(text).name
        score = min(_MOST_NAME, _LETTER * letters) if kind in ("name", "word", "unit") else 0.0
        again = kind in ("name", "text") and letters >= _AGAIN_FROM and self.printed[fold(text)] > 1
        return score + (_AGAIN if again else 0.0)

    def _of_column(self, kind: Kind) -> float:
        usual, alike = _USUAL[kind.name], 0.0
        for other, count in self.mates.items():
            if other == kind:
                alike += count
            elif other.name == kind.name:
                alike += count * (_SAME_UNIT if other.unit == kind.unit else _SAME_NAME)
        return log((alike + _OWN * usual) / ((self.mates.total() + _OWN) * usual))

    def _of_neighbour(self, kind: Kind, other: Beside) -> float:
        """What a value of the same row says: as far as its column has the same kinds in other rows."""
        agree = (other.same + 0.5) / (other.rows + 1.5)  # a third where no other row tells
        alike = self.knowledge.kind(other.text) == kind
        return max(0.0, log(3 * agree)) if alike else min(0.0, log(1.5 * (1 - agree)))

    def _value(self, text: str) -> float:
        """What speaks against a value: a share above 100, one far from that beside it, no unit, decimals."""
        kind, value = self.knowledge.kind(text), self.knowledge.target(text).value
        if kind.name != "number" or value is None:
            return 0.0
        score = _OVER_100 if kind.unit == "%" and value > 100 else _BELOW_0 if value < 0 else 0.0
        if kind.unit and not self.knowledge.is_measure(kind.unit):
            score += _NO_UNIT
        if not self.decimals and has_three_decimals(text):
            score += _THREE_DECIMALS
        if kind.unit == "%":
            for other in self.beside:
                if self._goes(kind, other) and _is_far(value, self.knowledge.target(other.text).value):
                    score += other.tells * _FAR
        return score

    def _goes(self, kind: Kind, other: Beside) -> bool:
        """Whether a value beside is of the same kind, as those of both columns usually are."""
        return self.knowledge.kind(other.text) == kind and 2 * other.same > other.rows


_STRAY_LETTERS = re.compile(r"\s*[A-Za-zⅠ-Ⅻ#&|\\]{1,2}\s*")


def is_stray(text: str) -> bool:
    """Whether ``text`` is a letter or two, as which recognition reads marks that are none."""
    return _STRAY_LETTERS.fullmatch(text) is not None


def _has_rare_sign(text: str) -> bool:
    """Whether ``text`` begins with ``<`` or ``>`` alone."""
    return re.match("\\s*[<>](?!=)", folded(text)) is not None


def _is_strange(text: str) -> bool:
    """Whether ``text`` is what recognition makes of marks that are no letters, or holds characters that forms
    in simplified Chinese hardly print (満, 滿)."""
    if is_stray(text):
        return True
    return any("一" <= char <= "鿿" and not _is_simplified(char) for char in text)


@lru_cache(maxsize=8192)
def _is_simplified(char: str) -> bool:
    """Whether a character is of GB 2312, the first and still usual set."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_far(one: float, other: float | None) -> bool:
    return bool(one and other and abs(log(abs(one / other))) > _FAR_FROM)


_THOUSANDS = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})[.](?=[0-9]{3}(?![0-9]))")
"""A stop where thousands have a comma."""
_CONFUSED = (  # what a recogniser makes of what, and the share of the readings on a poor picture that are so
    (re.compile(r"^>(?=[0-9])"), "≥", 0.3),
    (re.compile(r"^<(?=[0-9])"), "≤", 0.3),
    (re.compile(r"^[2z](?=[0-9])", re.I), "≥", 0.03),
    (re.compile(r"^[二一—-](?=[0-9])"), "=", 0.3),
    (re.compile(r"^(?=[0-9])"), "≥", 0.001),
    (re.compile(r"(?<=[0-9])(?:96|%[0-9]|[69°])$"), "%", 0.1),
    (re.compile("%[0oO](?![0-9])"), "‰", 0.5),
    (_THOUSANDS, r"\1,", 0.3),
    (re.compile("兀"), "元", 0.5),
    (re.compile(r"(?<=[0-9.,Oo])[Oo]|[Oo](?=[0-9.,])"), "0", 0.5),
    (re.compile(r"(?<=[0-9.,])[Il]|[Il](?=[0-9.,])"), "1", 0.5),
    (re.compile("^(?=级)"), "一", 0.5),
)


def has_three_decimals(text: str) -> bool:
    """Whether a number has three decimals, as 1.500 has, which may be 1,500."""
    return _THOUSANDS.search(folded(text)) is not None


def confusions(text: str, decimals: bool = False) -> list[tuple[str, float]]:
    """What else a picture may say that reads as ``text``, and how often it does where it is poor (0..1);
    ``decimals``: a stop before three digits is none of thousands."""
    plain = folded(text)
    told = [one for one in _CONFUSED if not (decimals and one[0] is _THOUSANDS)]
    found = ((pattern.sub(other, plain), share) for pattern, other, share in told)
    return [(other, share) for other, share in found if other != plain]
