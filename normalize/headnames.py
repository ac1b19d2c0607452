"""What the headers of an indicator table say: roles of columns, captions, and periods of targets."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from normalize.lexicon import bare
from normalize.mappings import Form, fold
from normalize.model import Text

_KEPT = 4096  # headers of which the roles are kept
_LONGEST = 24  # characters of a header that may fit a pattern


@lru_cache(maxsize=64)
def _roles(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, tuple[str, ...]]:
    """The roles that each name has, folded, in the order of ``columns``."""
    roles: dict[str, tuple[str, ...]] = {}
    for role, names in columns:
        for name in map(fold, names):
            roles[name] = tuple(dict.fromkeys((*roles.get(name, ()), role)))
    return roles


@lru_cache(maxsize=64)
def _patterns(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> Sequence[tuple[str, re.Pattern[str]]]:
    """The names with a `*`, which stands for any characters, each with its role."""
    return [
        (role, re.compile(".*".join(map(re.escape, fold(name).split("*")))))
        for role, names in columns
        for name in names
        if "*" in name
    ]


class HeadNames:
    """What ``own`` says of headers, and what other mappings know of them (``rest``)."""

    def __init__(self, own: Form, rest: Form) -> None:
        self._roles_of = lru_cache(maxsize=_KEPT)(self._named)
        columns = tuple((role, names) for form in (own, rest) for role, names in form.columns.items())
        self.known, self.patterns = _roles(columns), _patterns(columns)
        self.periods = {
            fold(name): period
            for form in (rest, own)
            for period, names in form.periods.items()
            for name in names
        }
        self.captions = {fold(name) for form in (own, rest) for name in form.captions}

    def roles(self, text: Text) -> tuple[str, ...]:
        """The roles of columns that a header names in full, the likeliest first."""
        return self._roles_of(text.text)

    def _named(self, text: str) -> tuple[str, ...]:
        names = [fold(text), fold(bare(text))]
        whole = (roles for name in names if (roles := self.known.get(name)))
        like = (roles for name in names if (roles := self._like(name)))
        return next(whole, ()) or next(like, ())

    def _like(self, name: str) -> tuple[str, ...]:
        """The role of the pattern that a name fits, the one that says most."""
        fits = [(len(pattern.pattern), role) for role, pattern in self.patterns if pattern.fullmatch(name)]
        return (max(reversed(fits), key=itemgetter(0))[1],) if fits and len(name) <= _LONGEST else ()

    def is_like(self, text: Text) -> bool:
        """Whether a header is known by a pattern alone."""
        return not {fold(text.text), fold(bare(text.text))} & self.known.keys()

    def role(self, text: Text) -> str | None:
        """The likeliest of them."""
        return next(iter(self.roles(text)), None)

    def period(self, texts: Sequence[Text]) -> str | None:
        """The period that a caption tells."""
        said = (
            self.periods.get(fold(text.text)) or self.periods.get(fold(bare(text.text))) for text in texts
        )
        return next(filter(None, said), None)

    def is_caption(self, text: Text) -> bool:
        """Whether a text heads a whole table, or tells its period."""
        return fold(bare(text.text)) in self.captions or self.period([text]) is not None
