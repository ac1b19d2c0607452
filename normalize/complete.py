"""Stage 6, labels: texts that were cut at the head or the tail get back what stands elsewhere.

Only what mappings or the filing itself print in full comes back, and only where nothing else could be
meant. What is printed nowhere stays cut.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from normalize.clues import LEVELS, TARGETS, Clues
from normalize.columns import Assigned
from normalize.lexicon import Found, Lexicon
from normalize.mappings import fold
from normalize.model import Text
from normalize.spans import Placed
from normalize.weave import breaks_word, width

_BY_MAPPING, _BY_FILING = 0.96, 0.95  # confidence in a completion that mappings, or the filing, bear out
_OWN_NAME = 0.97  # ... in a label that could be a cut where cells show their whole text
_LONGEST_CUT = 5  # characters that a cut takes off a text, at most
_LEAST_SHARE = 0.5  # of a name that must be left
_LEAST_SHARE_WHOLE = 0.7  # ... of a label where cells show their whole text: 服务对象 is a name of its own
_TYPED = "率数性度量"
_DOUBTED = 0.88  # what may be a cut, or a name of its own
_CUT_FROM, _CUT_WITHIN, _CUT_OFTEN = 40, 4, 3  # width of a text that an export cut; how many there are
_MOST = 0.8  # of a table's key tasks, to be its style
_RUN = 3  # phrases that one name may hold
_ENUMERATED = re.compile(
    r"^\s*(?:[（(]?[0-9一二三四五六七八九十]+[)）]?[.、．]|[（(][0-9一二三四五六七八九十]+[)）])\s*"
)


class Completer:
    """Completes the texts of a form's indicator rows.

    ``names`` are whole names that the form prints (of projects, say), ``texts`` its long texts, whose
    phrases may name a task in full.
    """

    def __init__(self, clues: Clues, names: Iterable[str], texts: Iterable[str]) -> None:
        self.clues = clues
        self.names = Lexicon((name, fold(name)) for name in dict.fromkeys(names))
        phrases = (phrase for text in texts for phrase in _phrases(text))
        self.tasks_are_verbs = False
        self.phrases = Lexicon((phrase, fold(phrase)) for phrase in dict.fromkeys(phrases))

    def labels(self, table: Sequence[Assigned], roles: Sequence[str]) -> list[Assigned]:
        """The lines of an indicator table with their labels completed; also from labels that it prints
        twice, cut here and whole there."""
        completed = []
        twice = {role: _printed(table, role) for role in LEVELS}
        self.tasks_are_verbs = self._tasks_are_verbs(table)
        for line in table:
            cells = dict(line.cells)
            for role in (role for role in LEVELS if role in cells):
                cells[role] = replace(cells[role], text=cells[role].text.rstrip(":： "))
                again = twice[role] if line.row.top else None
                least = _LEAST_SHARE_WHOLE if line.row.is_whole else _LEAST_SHARE
                cells[role] = self._label(cells[role], role, "key_task" in roles, again, least)
            completed.append(replace(line, cells=cells))
        return completed

    def _tasks_are_verbs(self, table: Sequence[Assigned]) -> bool:
        """Whether the key tasks of a table begin with verbs, most of them, so that one without lacks its."""
        tasks = [line.cells["key_task"].text for line in table if "key_task" in line.cells]
        verbs = sum(task.startswith(self.clues.mappings.words.task_verbs) for task in tasks)
        return verbs >= _MOST * max(1, len(tasks) - 1)

    def row(self, placed: Placed) -> Placed:
        """An indicator row with its name and its subprojects completed."""
        cells = dict(placed.assigned.cells)
        if name := cells.get("indicator"):
            cells["indicator"] = self._name(name, placed)
        if listed := cells.get("subprojects"):
            cells["subprojects"] = self._subprojects(listed)
        return replace(placed, assigned=replace(placed.assigned, cells=cells))

    def _label(self, text: Text, role: str, by_task: bool, twice: Lexicon | None, least: float) -> Text:
        # In a table by tasks level-2 names are the form's own.
        found = (
            None
            if role == "key_task" or (role == "level2" and by_task)
            else self.clues.level(text.text, role)
        )
        if found and found.cut != "whole" and found.share >= least:
            if not _is_cut(text.text, found.name):  # 服务对象 and 组织 are names of their own
                sure = _OWN_NAME if least == _LEAST_SHARE_WHOLE else _DOUBTED
                return replace(text, confidence=min(text.confidence, sure))
            return _longer(text, found, _BY_MAPPING, "the only level of the frameworks that it can be")
        return text if found else self._as_printed(text, role, twice)

    def _name(self, text: Text, placed: Placed) -> Text:
        """An indicator's name, completed by the one canonical name that it is a cut of.

        Where all names are canonical ones (the fixed rows of a form) any cut tells, elsewhere only one that
        leaves half a word or no typed head: 验收合格率 is no cut 项目验收合格率.
        """
        if known := self.clues.vocabulary.known(text.text):
            return _with_quotes(text, [entry.name for entry in known])
        fixed = self.clues.is_fixed(placed.labels.get("level1"))
        full = [
            name for name in self.clues.vocabulary.completions(text.text) if fixed or _is_cut(text.text, name)
        ]
        if len(full) == 1 and not fixed and not _fits_targets(full[0], placed):
            return text.lost(f"cut; it may be {full[0]}, but its target is another kind", _DOUBTED)
        if len(full) == 1:
            evidence = "the only canonical indicator that it can be"
            return text.changed("label_completed", full[0], evidence, _BY_MAPPING)
        if len(full) > 1:
            return text.lost(f"cut; it may be {' or '.join(full)}", 0.6)
        return text

    def _as_printed(self, text: Text, role: str, twice: Lexicon | None) -> Text:
        """``text`` completed by the one phrase or name of the filing that it is a cut of.

        A name may also be a part of a longer one; only a cut that goes through a word tells, and a task
        that lacks its verb. What else could be a cut is left as it is, and doubted.
        """
        if self.phrases.whole(text.text) or self.names.whole(text.text):
            return text
        for printed in filter(None, (self.phrases, self.names, twice)):
            found = printed.longer(text.text, _LEAST_SHARE, _LONGEST_CUT)
            missing = len(found.name) - len(text.text) if found else 0
            if not found or found.cut == "both":
                continue
            verbs = self.clues.mappings.words.task_verbs if self.tasks_are_verbs else ()
            lacks_verb = role == "key_task" and found.name[:missing] in verbs
            if _is_cut(text.text, found.name) or (found.cut == "head" and lacks_verb):
                whole = printed is not twice and _is_cut(text.text, found.name)
                sure = _BY_FILING if whole else _DOUBTED
                return _longer(text, found, sure, "printed whole elsewhere in the filing")
            if printed is self.phrases:
                return replace(text, confidence=min(text.confidence, _DOUBTED))
        return text

    def _subprojects(self, text: Text) -> Text:
        parts = self.clues.split_list(text.text)
        found = self.clues.listed(text.text)
        full = [hit.name if hit else part for part, hit in zip(parts, found, strict=True)]
        evidence = "the only subproject of the funds block that it can be"
        if full == list(parts):
            return (
                text
                if all(found) or not self.clues.subprojects
                else text.lost("not in the funds block", 0.85)
            )
        return text.changed("label_completed", ", ".join(full), evidence, _BY_FILING)


def _longer(text: Text, found: Found, confidence: float, evidence: str) -> Text:
    return text.changed("label_completed", found.name, f"cut {found.cut}; {evidence}", confidence)


def _with_quotes(text: Text, names: Sequence[str]) -> Text:
    """A known name with the quotation mark that was cut off it; for knowing a name quotes count nothing."""
    if text.text.count("“") == text.text.count("”"):
        return text
    full = sorted({name for name in names if fold(text.text) in fold(name) and len(name) > len(text.text)})
    if len(full) != 1:
        return text
    return text.changed("label_completed", full[0], "a quotation mark was cut", _BY_MAPPING)


def with_cuts_flagged(table: Sequence[Assigned]) -> list[Assigned]:
    """The lines of a table with the texts flagged that the export cut at a width of its own: several
    explanations end there, in the middle of a sentence; so does a name that is one of them."""
    texts = [line.cells["explanation"] for line in table if "explanation" in line.cells]
    widest = max((width(text.text) for text in texts), default=0)
    cut = {
        text.text
        for text in texts
        if width(text.text) >= max(_CUT_FROM, widest - _CUT_WITHIN) and text.text[-1] not in "。！？；"
    }
    if len(cut) < _CUT_OFTEN:
        return list(table)
    flagged = []
    for line in table:
        cells = dict(line.cells)
        for role, sure in (("explanation", 1.0), ("indicator", _DOUBTED)):
            if role in cells and cells[role].text in cut:
                cells[role] = cells[role].lost("ends where the export cuts this column", sure)
        flagged.append(replace(line, cells=cells))
    return flagged


def _printed(table: Sequence[Assigned], role: str) -> Lexicon:
    texts = dict.fromkeys(line.cells[role].text for line in table if role in line.cells)
    return Lexicon((text, fold(text)) for text in texts)


def _fits_targets(name: str, placed: Placed) -> bool:
    """Whether targets are of the kind that a name asks for: a rate in per cent, a quality in words."""
    targets = [text.text for role, text in placed.assigned.cells.items() if role in TARGETS]
    if name.endswith("率"):
        return not targets or any("%" in target or "百分" in target for target in targets)
    return not name.endswith("性") or not any(re.search(r"\d", target) for target in targets)


def _is_cut(piece: str, name: str) -> bool:
    """Whether ``piece`` of ``name`` is no name of its own: half a word, or all but the head that types it."""
    at = name.find(piece)
    head, tail = name[:at], name[at + len(piece) :]
    if at < 0 or (tail and tail == name[-1] and name[-1] in _TYPED):
        return at >= 0 and not head
    return (not head or breaks_word(head, piece)) and (not tail or breaks_word(piece, tail))


def _phrases(text: str) -> list[str]:
    """What stands between stops in a text, and runs of such phrases up to the end of the sentence."""
    found: list[str] = []
    for sentence in re.split(r"[。；;\n]", text):
        parts = [_ENUMERATED.sub("", part) for part in re.split(r"(?<=[，、,])", sentence)]
        for start in range(len(parts)):
            for end in range(start + 1, min(len(parts), start + _RUN) + 1):
                found.append("".join(parts[start:end]).strip("，、, "))
    return [phrase for phrase in found if 4 <= len(phrase) <= 60]
