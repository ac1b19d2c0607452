"""Stage 3, form: which mapping a form follows, and what the other mappings know beside it.

What its own mapping does not name another one may: labels and columns mean the same in all of them. So a
form of a family that no mapping knows is read by the nearest one and by what all the others know.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from normalize.clues import LEVELS, TARGETS
from normalize.columns import Header
from normalize.fieldrows import FieldReader
from normalize.grid import Row
from normalize.headcells import TableHeader
from normalize.headers import HeaderReader
from normalize.lexicon import Lexicon
from normalize.mappings import Form, Mappings, fold
from normalize.titles import title_share

_TITLE, _PER_CHARACTER = 1.5, 0.25  # what a title says for a form, the more the longer it is; a label says 1
_COLUMN, _FOREIGN = 1.5, -0.5  # what a column of its table says, and one that only other mappings know
_OWN_LEVEL, _OTHER_LEVEL = (
    0.25,
    -0.5,
)  # a label of level 1 that the form always has, and one that it never has
_FIELDS = 2  # fields with values that make a form of a title, or of a table of indicators
_FEW_LINES = 3  # lines beside which a table of indicators is all that a file holds
_CLOSE = 6  # rows below a title in which the fields of its form begin
_FEW = 2  # labels below which a form without a title is of no kind


Heads = Mapping[int, TableHeader]
"""Headers of tables by the row in which they begin."""


@dataclass(frozen=True, slots=True)
class Family:
    """The mapping that a form follows, what all others know, and the kind of form, `unknown` where nothing
    tells it."""

    form: Form
    rest: Form
    kind: str


def headers_in(rows: Sequence[Row], mappings: Mappings) -> Heads:
    """The headers of tables of indicators among ``rows``, by their first row."""
    reader = _known_headers(mappings)
    found: dict[int, TableHeader] = {}
    below = 0
    for i in range(len(rows)):
        if i >= below and (header := reader.at(rows, i)):
            found[i], below = header, i + header.rows
    return found


def recognise(rows: Sequence[Row], mappings: Mappings, heads_in: Heads | None = None) -> Family | None:
    """The family that title, labels and headers of ``rows`` speak for; None where they are no form."""
    everything = known_to(mappings)
    found = headers_in(rows, mappings) if heads_in is None else heads_in
    headers = [part.header for header in found.values() for part in header.parts]
    heads = {i + k for i, header in found.items() for k in range(header.rows)}
    pairs = _pairs([row for i, row in enumerate(rows) if i not in heads], everything)
    titles = _titles(rows, mappings.forms)
    kinds = {form.kind for form, title in zip(mappings.forms, titles, strict=True) if title == max(titles)}
    levels = _printed_levels(rows, mappings)
    scored = []
    for number, (form, title) in enumerate(zip(mappings.forms, titles, strict=True)):
        if form.kind not in kinds:
            continue
        own = Lexicon((name, key) for key, names in form.fields.items() for name in names)
        labels = len({name for name, _ in pairs if own.named(name)})
        score = (_TITLE + _PER_CHARACTER * title) * bool(title) + labels + _columns(headers, form)
        score += _levels(levels, form)
        scored.append((score, -number, labels))
    _, number, labels = max(scored)
    titled = any(titles)
    lines, fields = sum(row.is_line for row in rows), {key for _, key in pairs}
    if not headers:
        fields = {key for _, key in _pairs(_below_titles(rows, everything), everything)}
    if not _is_form(titled, headers, fields, lines):
        return None
    form = mappings.forms[-number]
    kind = form.kind if titled or labels >= _FEW else "unknown"
    return Family(form, rest_of(form, mappings), kind)


def _titles(rows: Sequence[Row], forms: Sequence[Form]) -> list[int]:
    """How much of a title of each form the rows print: what says most of a title tells the kind of form. The
    title of an evaluation says so, and is none of targets, whatever a `*` of theirs stands for."""
    lines = dict.fromkeys(row.texts[0].text for row in rows if row.texts)
    shares = [max((title_share(line, form) for line in lines), default=0) for form in forms]
    evaluates = [form.kind.endswith("evaluation") for form in forms]
    if any(share and is_one for share, is_one in zip(shares, evaluates, strict=True)):
        return [share * is_one for share, is_one in zip(shares, evaluates, strict=True)]
    return shares


def _is_form(titled: bool, headers: Sequence[Header], fields: Set[str], lines: int) -> bool:
    """Whether there is a form: a table of indicators with their targets that has a title or labelled
    ``fields``, or levels and little beside it; without targets a title with levels or fields."""
    targets = [set(header.roles) for header in headers if set(header.roles) & TARGETS]
    if targets:
        levels = any(not roles.isdisjoint(LEVELS) for roles in targets)
        return titled or len(fields) >= _FIELDS or (levels and lines <= _FEW_LINES)
    levelled = any(not {*LEVELS}.isdisjoint(header.roles) for header in headers)
    return titled and (levelled or len(fields) >= (1 if headers else _FIELDS))


def _below_titles(rows: Sequence[Row], known: Form) -> Sequence[Row]:
    """The rows close below titles: books name forms in passing, and print projects and units elsewhere."""
    titles = [i for i, row in enumerate(rows) if any(title_share(t.text, known) for t in row.texts[:1])]
    return [row for i in titles for row in rows[i + 1 : i + 1 + _CLOSE] if row.page == rows[i].page]


def _columns(headers: Sequence[Header], form: Form) -> float:
    """What the columns of the widest table say for a form."""
    own = [sum(_COLUMN if role in form.columns else _FOREIGN for role in header.roles) for header in headers]
    return max(own, default=0.0)


def _printed_levels(rows: Sequence[Row], mappings: Mappings) -> Set[str]:
    """The labels of level 1 that some rows print, folded."""
    known = (level for level in mappings.levels if level.level == 1)
    names = {fold(name) for level in known for name in (level.name, *level.aliases)}
    return {fold(text.text) for row in rows for text in row.texts} & names


def _levels(printed: Set[str], form: Form) -> float:
    """What the printed labels of level 1 say for a form that always has the same."""
    own = {fold(name) for name in form.level1}
    return _OWN_LEVEL * len(printed & own) + _OTHER_LEVEL * len(printed - own) if own else 0.0


def _pairs(rows: Sequence[Row], everything: Form) -> set[tuple[str, str]]:
    """The labels that stand beside a value, with their fields."""
    reader = FieldReader(everything, everything)
    for row in rows:
        reader.row(row, None)
    return {
        (fold(pair.label.text), pair.key)
        for pair in reader.fields
        if pair.key and pair.value and reader.whole(pair.label.raw)
    }


_Cache = dict[tuple[str, str], Form]
_known: _Cache = {}
_readers: dict[str, HeaderReader] = {}


def rest_of(form: Form, mappings: Mappings) -> Form:
    """What the mappings of other forms know, those of its kind first, then those of projects or departments
    as it is."""
    subject = form.kind.partition("_")[0]
    others = sorted(
        (other for other in mappings.forms if other.id != form.id),
        key=lambda other: (other.kind != form.kind, not other.kind.startswith(subject)),
    )
    return _merged(mappings, form.id, others)


def known_to(mappings: Mappings) -> Form:
    """What the mappings of all forms know together."""
    return _merged(mappings, "", mappings.forms)


def _known_headers(mappings: Mappings) -> HeaderReader:
    """Finds the headers that the mappings of all forms know; kept for the last mappings."""
    if mappings.fingerprint not in _readers:
        _readers.clear()
        _readers[mappings.fingerprint] = HeaderReader(known_to(mappings), known_to(mappings), mappings)
    return _readers[mappings.fingerprint]


def _merged(mappings: Mappings, name: str, forms: Sequence[Form]) -> Form:
    """The forms as one; of what several name the first has its say. Kept for the last mappings."""
    if (mappings.fingerprint, name) not in _known:
        if any(fingerprint != mappings.fingerprint for fingerprint, _ in _known):
            _known.clear()
        _known[mappings.fingerprint, name] = _merge(forms or mappings.forms)
    return _known[mappings.fingerprint, name]


def _merge(forms: Sequence[Form]) -> Form:
    return replace(
        forms[0],
        titles=tuple(dict.fromkeys(title for form in forms for title in form.titles)),
        fields=_names(form.fields for form in forms),
        captions=tuple(dict.fromkeys(name for form in forms for name in form.captions)),
        amounts=tuple(block for form in forms for block in form.amounts),
        columns=_columns_of(forms),
        level1=(),
        fixed=frozenset(),
        by_task=frozenset(),
        pairs={label: keys for form in reversed(forms) for label, keys in form.pairs.items()},
        periods=_names(form.periods for form in forms),
        totals=tuple(dict.fromkeys(name for form in forms for name in form.totals)),
    )


def _columns_of(forms: Sequence[Form]) -> dict[str, tuple[str, ...]]:
    """The headers of all forms by role; one may head columns of several."""
    columns: dict[str, tuple[str, ...]] = {}
    for form in forms:
        for role, names in form.columns.items():
            columns[role] = tuple(dict.fromkeys((*columns.get(role, ()), *names)))
    return columns


def _names(parts: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """The names of all parts by key; a name that several keys have is of the first."""
    merged: dict[str, list[str]] = {}
    seen: set[str] = set()
    for part in parts:
        own: set[str] = set()
        for key, names in part.items():
            merged.setdefault(key, []).extend(name for name in names if fold(name) not in seen)
            own |= {fold(name) for name in names}
        seen |= own
    return {key: tuple(names) for key, names in merged.items()}
