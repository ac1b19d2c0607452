"""What two names of indicators have in common if they are one: their form, that is what they say.

A name is rewritten by the lists of words.yaml, never compared by likeness. Synonyms are replaced by the first
of their list; words that may stand anywhere (及时发放率, 发放及时率) are taken out of their places; function
words go, and what says no more than the rest (2024年, 全县, 举办 … 次数). Names of one form say the same.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from normalize.maptypes import Naming, fold

Form = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What is left of a name, the words of it that may stand anywhere, and its actions in their order."""

_QUOTES = re.compile("[\"'“”‘’「」『』]")
_POINTS = re.compile(r"[、,，;；.。·:：()（）\[\]【】《》<>/\\_—–-]")
_JOINING = frozenset(["及", "和", "与", "以及", "并", "、", ",", "，", "/", ";", "；"])
"""Words and points that say the same as each other, but not the same as nothing: 学生和家长 are two."""
_FUNCTION = frozenset(["的", "之", "及", "和", "与", "以及", "并", "工作", "情况"])
"""Words that may differ in names of one thing, where they stand as words of their own (not 及 in 普及率)."""
_INNER = frozenset(["工作", "情况"])
"""Those of them that mean nothing only after a word that they belong to (组织建设工作, but not 工作计划)."""
_FUNCTIONAL = re.compile("|".join(sorted(_FUNCTION, key=lambda word: (-len(word), word))))
_YEAR = re.compile(r"^(?:(?:19|20)\d\d年度?|本年度?)")
_STATE = "情况|状况|程度"  # behind a change they say no more than the change (服务水平提升情况)


def key_of(name: str) -> str:
    """``name`` as it is looked up: quotes are optional (“三公经费”变动率)."""
    return _QUOTES.sub("", fold(name))


def in_place(key: str, level2: str) -> str:
    """A name with the level 2 that it goes on from: 资产管理, 管理制度健全性 are 资产管理制度健全性."""
    level = key_of(level2).removesuffix("指标")
    if key.startswith(level):
        return key
    shared = range(min(len(level), len(key)) - 1, 1, -1)
    return next((level + key[size:] for size in shared if level.endswith(key[:size])), key)


class Wording:
    """Forms of names, by the lists of ``naming``. Names are given as their keys (``key_of``)."""

    def __init__(self, naming: Naming) -> None:
        self._synonyms, self._heads = _first_of(naming.synonyms), _first_of(naming.heads)
        self._synonym, self._head = _pattern(self._synonyms), _pattern(self._heads, "", "$")
        self._floating, self._actions = _pattern(naming.floating), _pattern(naming.actions)
        self._area = _pattern(naming.areas, "^")
        self._state = _pattern(naming.changes, "(?<=.)", f"(?:{_STATE})$")
        self._count, self._occasions = _pattern(naming.counts, "", "$"), _pattern(naming.occasions, "", "$")
        self._events, self._deed = _pattern(naming.events), _pattern(naming.deeds, "^")
        self._persons = _pattern(naming.persons, "", "人数$")
        self.form = lru_cache(maxsize=16_384)(partial(self._rewritten, content=_content))
        self.loose = lru_cache(maxsize=16_384)(partial(self._rewritten, content=_without_function))
        """The form but for function words, which take a dictionary to tell: equal wherever forms are."""

    def _rewritten(self, key: str, content: Callable[[str], str]) -> Form:
        text = self._synonym.sub(lambda found: self._synonyms[found[0]], key)
        text, floating = _without(self._floating, text)
        text = self._state.sub(r"\g<word>", content(self._state.sub(r"\g<word>", text)))
        text = self._area.sub("", _YEAR.sub("", text)) or text
        text = self._head.sub(lambda found: self._heads[found[0]], text)
        if self._count.search(text):
            text = self._events.sub("", text)
            rest = self._deed.sub("", text)
            if self._actions.search(rest) or self._occasions.search(rest):
                text = rest
        text, actions = _without(self._actions, text)
        return self._persons.sub(r"\g<word>数", text), tuple(sorted(floating)), actions


def _pattern(words: Iterable[str], before: str = "", after: str = "") -> re.Pattern[str]:
    """Finds the longest of ``words`` that stands somewhere; nothing where there are none."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(f"{before}(?P<word>{'|'.join(map(re.escape, longest_first)) or '(?!)'}){after}")


def _first_of(lists: Sequence[Sequence[str]]) -> dict[str, str]:
    """Each word of the lists, with the first of its list, which stands for it."""
    return {word: words[0] for words in lists for word in words}


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without what ``pattern`` finds in it, and that in its order."""
    return pattern.sub("", text), tuple(found[0] for found in pattern.finditer(text))


def _without_function(text: str) -> str:
    """``text`` without points and what may be function words, also where one stood inside of another."""
    text = _POINTS.sub("", text)
    while (rest := _FUNCTIONAL.sub("", text)) != text:
        text = rest
    return text


def _content(text: str) -> str:
    """``text`` without function words and points, joining ones as 、; by a dictionary loaded for it alone."""
    if not _FUNCTIONAL.search(text):
        return _POINTS.sub(lambda found: "、" if found[0] in _JOINING else "", text)
    import jieba  # loads a dictionary of 5 MB, which most runs do not need

    jieba.setLogLevel("ERROR")
    kept: list[str] = []
    for word in jieba.lcut(text, HMM=False):
        if word in _JOINING:
            kept.append("、")
        elif not (_POINTS.fullmatch(word) or (word in _FUNCTION and (kept or word not in _INNER))):
            kept.append(word)
    return "".join(kept)
