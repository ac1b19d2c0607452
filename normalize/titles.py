"""Titles: whether a printed line names a form, and what else stands above one."""

import re
from collections.abc import Sequence
from functools import lru_cache

from normalize.maptypes import Form, fold

_LONGEST = 60  # characters of a title line
_SENTENCE = re.compile("[。；;，,]")
ABOVE = re.compile(
    r"[（(]?\s*(?:20\d\d\s*年\s*度?|(?:金额|货币)?单位\s*[:：]\s*[亿万千百]?元(?:人民币)?)\s*[)）]?"
)
"""The year of a form, or the unit of its amounts, in a line of its own."""
_ANY = "[^:]{0,20}?"  # what a `*` in a mapping's title stands for
# What may follow the name of a form in its title: a year, remarks in brackets, the project after a dash.
_TAIL = r"(?:[(][^()]*[)]|20[0-9]{2}(?:[-—–至]20[0-9]{2})?年?度?|续表?|[-—–_].{1,30}|[*])*"


def is_title(text: str, form: Form) -> bool:
    """Whether ``text`` is a title of ``form``, with what stands before and behind the name of the form."""
    return title_share(text, form) > 0


def title_share(text: str, form: Form) -> int:
    """How many characters of a title of ``form`` the line ``text`` prints, the most of any; 0 for none."""
    folded = fold(text.lstrip("# "))
    if folded in _captions(form):
        return 0
    if len(folded) > _LONGEST or _SENTENCE.search(folded) or not _pattern(form.titles).search(folded):
        return 0
    return max(len(title.replace("*", "")) for title in form.titles if _pattern((title,)).search(folded))


@lru_cache(maxsize=512)
def _captions_of(periods: Sequence[tuple[str, Sequence[str]]]) -> frozenset[str]:
    return frozenset(fold(name) for _, names in periods for name in names)


def _captions(form: Form) -> frozenset[str]:
    """What stands above one of several tables of a form (年度绩效目标表), and is no title."""
    return _captions_of(tuple(form.periods.items()))


@lru_cache(maxsize=512)
def _pattern(titles: Sequence[str]) -> re.Pattern[str]:
    names = "|".join(_ANY.join(map(re.escape, fold(title).split("*"))) for title in titles)
    return re.compile(f"(?:{names}){_TAIL}$")
