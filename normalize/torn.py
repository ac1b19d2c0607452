"""Stage 2 again, once columns are known: a row of an indicator table that a page break tore is one row.

A word processor lets a row run over the page and closes both parts with rulings, so that the second looks
like a row of its own: the first of its page, with what was left of a long text and nothing in the columns
where the text was done. Such a row has no name of its own, or no targets beside a piece of one.
"""

from collections.abc import Sequence
from dataclasses import replace

from normalize.clues import LEVELS, TARGETS
from normalize.columns import Assigned
from normalize.labels import is_indicator
from normalize.model import Text
from normalize.weave import breaks_word

_GOES_ON = 0.95  # confidence in a row without a name, or with a name that a word runs into
_MAY_GO_ON = 0.85  # ... with a name that may be one of its own
_EVIDENCE = "goes on at the top of the next page"


def join_torn(lines: Sequence[Assigned]) -> list[Assigned]:
    """``lines`` with torn rows of ruled tables joined; labels stay where they are printed."""
    joined: list[Assigned] = []
    for line in lines:
        if joined and _is_rest(joined[-1], line):
            joined[-1] = _one(joined[-1], line)
        else:
            joined.append(line)
    return joined


def _is_rest(line: Assigned, rest: Assigned) -> bool:
    """Whether ``rest`` is what the page break left of ``line``."""
    if not rest.row.top or not rest.row.ruled or not is_indicator(line) or not is_indicator(rest):
        return False
    if rest.row.page == line.row.page or any(role in rest.cells for role in LEVELS):
        return False
    if "indicator" not in rest.cells:
        return "indicator" in line.cells and not _both_have_targets(line, rest)
    return "indicator" in line.cells and _has_targets(line) and not _has_targets(rest)


def _has_targets(line: Assigned) -> bool:
    return any(role in TARGETS for role in line.cells)


def _both_have_targets(line: Assigned, rest: Assigned) -> bool:
    return any(role in line.cells and role in rest.cells for role in TARGETS)


def _one(line: Assigned, rest: Assigned) -> Assigned:
    cells = dict(line.cells)
    for role, text in rest.cells.items():
        cells[role] = _joined(cells[role], text) if role in cells else text
    return replace(line, cells=cells, stray=(*line.stray, *rest.stray))


def _joined(text: Text, rest: Text) -> Text:
    sure = _GOES_ON if len(text.text) > 30 or breaks_word(text.text, rest.text) else _MAY_GO_ON
    return text.with_parts(rest).changed("page_break_joined", text.text + rest.text, _EVIDENCE, sure)
