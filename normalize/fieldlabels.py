"""The labels of fields: what a text is the label of, printed in full, in other words, or cut."""

import re
from collections.abc import Sequence

from normalize.lexicon import Found, Lexicon, bare
from normalize.mappings import Form, fold

PAIR = "pair:"  # begins the key of a label of two fields
LEAST_SHARE = 0.45  # of a label that must be printed for it to be known
_ITEM_MARK = re.compile(r"^\s*(?:其中\s*[:：—–-]+\s*)?(?:[（(]?[0-9一二三四五六七八九十]{1,2}[)）.、．]\s*)?")
# What a label may have more or less and still be the same: whose department, and how it is signed.
_BEFORE = re.compile("^(?:中央|省|自治区|市|州|县|区|镇|乡|县区|县市|区县|市县|本)级|^[省市县区]直")
_BEHIND = re.compile("(?:签字|签名|签章|盖章)$")

Names = Sequence[tuple[str, str]]


class FieldLabels:
    """Finds the labels of ``form``, and what other mappings know (``rest``).

    ``names`` (and ``others``, of other mappings) are more labels with their keys.
    """

    def __init__(self, form: Form, rest: Form, names: Names = (), others: Names = ()) -> None:
        self.labels = Lexicon([*_labels(form), *names])
        self.others = Lexicon([*_labels(rest), *others])
        self.captions = Lexicon(_captions(form))
        self.other_captions = Lexicon(_captions(rest))
        self._plain = [_plain_names(lexicon) for lexicon in (self.labels, self.others)]

    def label(self, text: str, least: float = LEAST_SHARE) -> Found | None:
        """The label that ``text`` is, whole or cut, of this form or whole of another one."""
        found = self.labels.find(text, least)
        return found if found and found.cut == "whole" else self.whole(text) or found

    def whole(self, text: str) -> Found | None:
        """The label that ``text`` prints in full."""
        found = self.labels.named(text) or self.labels.whole(_ITEM_MARK.sub("", text))
        return found or self.others.named(text) or self._otherwise(text)

    def _otherwise(self, text: str) -> Found | None:
        """The label that ``text`` is but for words that change nothing (省级主管部门, 填表人签字)."""
        name = _plain(text)
        if name == fold(text):
            return None
        return next((found for names in self._plain if (found := names.get(name))), None)

    def caption(self, text: str) -> Found | None:
        """The caption that ``text`` is, and no label."""
        if self.labels.named(text):
            return None
        found = self.captions.named(text) or self.captions.longer(text, 0.6)
        return found or (None if self.others.named(text) else self.other_captions.named(text))

    def at_end(self, head: str) -> str | None:
        """The longest label that ``head`` ends with."""
        tails = (head[k:] for k in range(max(0, len(head) - 16), len(head) - 1))
        return next((tail for tail in tails if self.labels.whole(tail) or self.others.whole(tail)), None)


def _plain(text: str) -> str:
    """A label without the words that may stand around it."""
    name = fold(_ITEM_MARK.sub("", bare(text)))
    return _BEHIND.sub("", _BEFORE.sub("", name)).replace("的", "")


def _plain_names(lexicon: Lexicon) -> dict[str, Found]:
    """The names of a lexicon without those words; without what could then be two."""
    names: dict[str, set[str]] = {}
    found: dict[str, Found] = {}
    for name in lexicon.names:
        one = lexicon.whole(name)
        if one:
            names.setdefault(_plain(name), set()).add(one.key)
            found.setdefault(_plain(name), one)
    return {name: one for name, one in found.items() if len(names[name]) == 1}


def _labels(form: Form) -> list[tuple[str, str]]:
    names = [(name, key) for key, names in form.fields.items() for name in names]
    return names + [(label, PAIR + label) for label in form.pairs]


def _captions(form: Form) -> list[tuple[str, str]]:
    names = [*form.captions, *(name for block in form.amounts for name in block.captions)]
    return [(name, name) for name in names]
