"""Stage 6, woven texts: a page cut ran through a text, and its lines came out in two columns.

All left pieces of the lines were exported first, one after the other, then all right pieces. The printed
lines alternate: left piece, right piece, left piece ... The left pieces are of one display width, those of
all texts of the sheet, and so are the right pieces, save where a paragraph ends. Among the cuts of that
shape the best one makes the likeliest words: the woven text's probability by the word frequencies of jieba's
dictionary (a unigram model), which only changes where something was cut or joined.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import exp, inf, log

_STOPS = frozenset("，。；：、！？）》”’】,;:!?)")
_ENDS = frozenset("。；！？;!?")
_CONTEXT = 4  # characters on each side of a junction that can be in one word with it
_OFF = 1.0  # log-likelihood lost by a line that is a character longer or shorter than the others
_HANGING = 0.6  # ... by a line over whose end a stop hangs
_SHORT_LINE = 5.0  # ... by a line that ends before the page does
_MID_SENTENCE = 3.0  # ... by a text that ends in the middle of a sentence
_LEFT_LOST = 4.0  # ... by a line whose left piece is lost
_TWO_STOPS, _NUMBER_ALONE, _NUMBER_AND_UNIT = -2.0, -2.0, 2.0  # log-odds of what meets at a junction
_SHARE, _EDGES = {"B": 0.3, "M": 0.1, "E": 0.3, "S": 0.3}, 0.6  # how often characters stand where in words
_NEW_WORD = -4.0  # log-probability of a word that the dictionary does not know
_BROKEN = 3.0  # log-probability that a cut through a word costs, at least
_RARE = -16.0  # ... of a character that begins or ends no word
_LEFT_WIDTHS, _RIGHT_WIDTHS, _TRIES, _WIDTHS = 12, 90, 40, 6
# How many widths of pieces are worth a look and a try, and how many of those that fit are weighed.
_BEAM = 24


@dataclass(frozen=True, slots=True)
class Woven:
    """A rewoven text with the probability (0..1) of its cuts and the runner-up, if any."""

    text: str
    confidence: float
    alternative: str | None


@dataclass(frozen=True, slots=True)
class Pieces:
    """The left pieces of one or more texts, and the right pieces of all of them in one string."""

    lefts: tuple[str, ...]
    right: str


def weave(cells: Sequence[Pieces]) -> list[tuple[Woven, ...]]:
    """The texts of all ``cells`` of a sheet, one for each left; they share the widths of lines."""
    options: list[tuple[float, list[list[_State]]]] = []
    for wide, narrow in _widths(cells):
        found = [_best(cell, wide, narrow) for cell in cells]
        if all(found):
            options.append((sum(states[0].score for states in found), found))
        if len(options) == _WIDTHS:
            break
    if not options:
        return [_unwoven(cell) for cell in cells]
    options.sort(key=lambda option: -option[0])
    return [_told(cell, [(total, found[k]) for total, found in options[:20]]) for k, cell in enumerate(cells)]


def _unwoven(cell: Pieces) -> tuple[Woven, ...]:
    """The pieces one after the other: all characters kept, nothing known of their order."""
    return tuple(
        Woven(left + (cell.right if k == len(cell.lefts) - 1 else ""), 0.0, None)
        for k, left in enumerate(cell.lefts)
    )


@dataclass(frozen=True, slots=True)
class _State:
    """A partial weave: which left text, how far in it and in the right string, the lines so far."""

    text: int
    left: int
    right: int
    score: float
    lines: tuple[tuple[int, str], ...]


def width(text: str) -> int:
    """Display width: 2 for a full-width character, 1 for a half-width one."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _widths(cells: Sequence[Pieces]) -> list[tuple[int, int]]:
    """The likeliest widths of left and right pieces: those whose plain cuts, no line a character off, make
    the likeliest words. Of a cell with several texts the first tells."""
    longest = max((width(left) for cell in cells for left in cell.lefts), default=0)
    lefts = {
        wide: sum(_broken(left, wide) for cell in cells for left in cell.lefts)
        for wide in range(12, min(80, longest) + 1)
    }
    scores: dict[tuple[int, int], float] = {}
    for wide in sorted(lefts, key=lambda wide: lefts[wide])[:_LEFT_WIDTHS]:
        least = max(
            8,
            *(
                width(cell.right) // (sum(-(-width(left) // wide) for left in cell.lefts) + 3)
                for cell in cells
            ),
        )
        for narrow in range(least, least + _RIGHT_WIDTHS):
            scores[wide, narrow] = sum(_rigid(cell, wide, narrow) for cell in cells)
    return sorted(scores, key=lambda widths: -scores[widths])[:_TRIES]


def _broken(left: str, wide: int) -> float:
    """What words lose by cuts of ``left`` every ``wide`` units, less what they lose by a cut at random.

    A true line end parts what never stood together, and costs no word.
    """
    usual = sum(_cut(left, at) for at in range(1, len(left))) / max(1, len(left) - 1)
    start, broken = 0, 0.0
    while (end := _fill(left, start, wide)) < len(left):
        broken += _cut(left, end) - usual
        start = end
    return broken


def _rigid(cell: Pieces, wide: int, narrow: int) -> float:
    """Score of the cell's first text with all lines of just these widths."""
    left, right, score = cell.lefts[0], cell.right, 0.0
    state = _State(0, 0, 0, 0.0, ())
    while state.left < len(left) and state.right < len(right):
        to, end = _fill(left, state.left, wide), _fill(right, state.right, narrow)
        score += _line_score(left, right, state, to, end)
        state = _State(0, to, end, 0.0, ())
    return score


def _fill(text: str, start: int, wide: int) -> int:
    """Where a line of display width ``wide`` that begins at ``start`` is full."""
    widths = _widths_to(text)
    return bisect_right(widths, widths[start] + wide, start) - 1


@lru_cache(maxsize=64)
def _widths_to(text: str) -> tuple[int, ...]:
    """Display width up to each character, and of the whole."""
    return tuple(accumulate((width(char) for char in text), initial=0))


def _best(cell: Pieces, wide: int, narrow: int) -> list[_State]:
    """The best weaves of one cell, best first; empty where none has these widths."""
    beam = [_State(0, 0, 0, 0.0, ())]
    done: list[_State] = []
    while beam:
        grown: dict[tuple[int, int, int], list[_State]] = {}
        for state in beam:
            for new in _next_lines(cell, state, wide, narrow):
                grown.setdefault((new.text, new.left, new.right), []).append(new)
        beam = []
        for states in grown.values():
            states.sort(key=lambda state: -state.score)
            for state in states[:2]:
                (done if state.text == len(cell.lefts) else beam).append(state)
        beam = sorted(beam, key=lambda state: -state.score)[:_BEAM]
    ended = [state for state in done if state.right == len(cell.right)]
    return sorted(ended, key=lambda state: -state.score)[:8]


def _next_lines(cell: Pieces, state: _State, wide: int, narrow: int) -> list[_State]:
    """``state`` with one more printed line, in all ways that its width allows.

    A text ends with a line that prints the rest of its left piece, or with later lines of which the export
    lost the left piece; the last text of a cell ends where the right string does.
    """
    left, right = cell.lefts[state.text], cell.right
    lost = state.left == len(left)
    found: list[_State] = []
    for to, left_cost in [(len(left), _LEFT_LOST)] if lost else _ends(left, state.left, wide):
        done = to == len(left)
        for end, right_cost, ends_text in _right_ends(right, state.right, narrow, done):
            line = left[state.left : to] + right[state.right : end]
            if (
                not line
                or (end == state.right and not done)
                or (ends_text and not _may_end(cell, state, end))
            ):
                continue
            score = state.score - left_cost - right_cost + _line_score(left, right, state, to, end)
            lines = (*state.lines, (state.text, line))
            found.append(_State(state.text + ends_text, 0 if ends_text else to, end, score, lines))
    return found


def _may_end(cell: Pieces, state: _State, end: int) -> bool:
    return state.text < len(cell.lefts) - 1 or end == len(cell.right)


def _ends(text: str, start: int, wide: int) -> list[tuple[int, float]]:
    """Where a left piece may end: at the common width, a character off, or with the text."""
    full = _fill(text, start, wide)
    if full == len(text):
        return [(full, 0.0)]
    return [(end, _OFF * abs(end - full)) for end in (full - 1, full, full + 1) if start < end <= len(text)]


def _right_ends(text: str, start: int, narrow: int, done: bool) -> list[tuple[int, float, bool]]:
    """Where a right piece may end, what it costs, and whether the text ends with it.

    A full line ends at the common width or a character off (a stop may hang over), a shorter one where a
    paragraph does; the last line of a text (``done``: nothing is left of the left piece) ends anywhere, most
    likely where a sentence does.
    """
    full = _fill(text, start, narrow)
    ends: list[tuple[int, float, bool]] = []
    for end in range(start, min(full + 1, len(text)) + 1):
        off = (_HANGING if text[max(0, end - 1) : end] in _STOPS else _OFF) * (end > full)
        if done:
            sentence = end == len(text) or bool({text[max(0, end - 1) : end], text[end : end + 1]} & _ENDS)
            ends.append((end, off + (0.0 if sentence else _MID_SENTENCE), True))
        if start < end and end >= full - 1:
            ends.append((end, off or _OFF * (end < full), False))
        elif start < end < len(text) and text[end - 1] in _ENDS:
            ends.append((end, _SHORT_LINE, False))
    return ends


def _line_score(left: str, right: str, state: _State, to: int, end: int) -> float:
    """What the words gain by joining this line's pieces, less what they lose where the pieces were cut."""
    score = 0.0
    if end > state.right and to > state.left:
        score += junction(
            left[max(0, to - _CONTEXT) : to], right[state.right : min(end, state.right + _CONTEXT)]
        )
    if to < len(left):
        score += junction(right[max(state.right, end - _CONTEXT) : end], left[to : to + _CONTEXT]) - _cut(
            left, to
        )
    return score - _cut(right, end)


def _cut(text: str, at: int) -> float:
    """What words lose where ``text`` is cut."""
    return junction(text[max(0, at - _CONTEXT) : at], text[at : at + _CONTEXT])


@lru_cache(maxsize=200_000)
def junction(before: str, after: str) -> float:
    """Log-odds that ``after`` follows ``before``: what words gain by running over the junction, and how
    usual it is that a phrase ends or begins there where a stop stands beside it."""
    if not before or not after:
        return 0.0
    last, first = before[-1], after[0]
    if last in _STOPS and first in _STOPS:
        return _TWO_STOPS
    if last in _STOPS:
        return _edge(first, "BS")
    if first in _STOPS:
        return _NUMBER_ALONE if last.isdigit() else _edge(last, "ES")
    if last.isdigit() and not first.isascii():
        return _NUMBER_AND_UNIT
    return fluency(before + after) - fluency(before) - fluency(after)


@lru_cache(maxsize=20_000)
def _edge(char: str, states: str) -> float:
    """Log-odds that ``char`` begins (states B, S) or ends (E, S) a word, by jieba's hidden Markov model."""
    emissions = _dictionary().emissions
    chances = {state: _SHARE[state] * exp(emissions[state].get(char, _RARE)) for state in "BMES"}
    return log(sum(chances[state] for state in states) / sum(chances.values()) / _EDGES)


def breaks_word(before: str, after: str) -> bool:
    """Whether the likeliest words of the dictionary run over the junction of ``before`` and ``after``."""
    before, after = before[-_CONTEXT:], after[:_CONTEXT]
    return (
        fluency(before + after, new=False) - fluency(before, new=False) - fluency(after, new=False) > _BROKEN
    )


@lru_cache(maxsize=200_000)
def fluency(text: str, new: bool = True) -> float:
    """Log-probability of the best segmentation of ``text`` into words, by jieba's dictionary.

    Two characters that the dictionary does not know as a word may be a new one, by how usual they are as
    the beginning and the end of words (the emissions of jieba's hidden Markov model), unless ``new`` is off.
    """
    words = _dictionary()
    begins, ends = words.emissions["B"], words.emissions["E"]
    best = [0.0] + [-inf] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 6), end):
            word = text[start:end]
            count = words.frequency.get(word, 0)
            if count or end - start == 1:
                best[end] = max(best[end], best[start] + log(count or 1) - words.total)
            elif new and end - start == 2:
                unknown = _NEW_WORD + begins.get(word[0], _RARE) + ends.get(word[1], _RARE)
                best[end] = max(best[end], best[start] + unknown)
    return best[-1]


@dataclass(frozen=True, slots=True)
class _Dictionary:
    """jieba's words with their frequencies, the logarithm of their sum, and for each state of its hidden
    Markov model (B begins, M inside, E ends, S alone) the log-probabilities of characters."""

    frequency: Mapping[str, int]
    total: float
    emissions: Mapping[str, Mapping[str, float]]


@lru_cache(maxsize=1)
def _dictionary() -> _Dictionary:
    """The dictionary, loaded when first needed (half a second)."""
    import jieba
    from jieba.finalseg import emit_P

    jieba.setLogLevel(60)
    jieba.initialize()
    return _Dictionary(jieba.dt.FREQ, log(jieba.dt.total), emit_P)


def _told(cell: Pieces, options: Sequence[tuple[float, list[_State]]]) -> tuple[Woven, ...]:
    """The best weave as texts, each with the share of all weaves' probability that agrees with it.

    ``options`` are (score of the whole sheet, weaves of this cell) for the widths tried, best first.
    """
    top = options[0][0]
    weighed: dict[tuple[str, ...], float] = {}
    for total, states in options:
        for state in states:
            texts = tuple(
                "".join(line for text, line in state.lines if text == k) for k in range(len(cell.lefts))
            )
            chance = exp(total - top + state.score - states[0].score)
            weighed[texts] = weighed.get(texts, 0.0) + chance
    best = next(iter(weighed))
    woven = []
    for k, text in enumerate(best):
        agree = sum(weight for texts, weight in weighed.items() if texts[k] == text)
        other = next((texts[k] for texts in weighed if texts[k] != text), None)
        woven.append(Woven(text, agree / sum(weighed.values()), other))
    return tuple(woven)
