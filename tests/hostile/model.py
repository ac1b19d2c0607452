"""What a hostile file is, and what has to become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECRET = "机密-7f3a91-不得外泄"
"""What stands in the file that hostile files try to draw in."""

Statuses = tuple[str, ...]
READ: Statuses = ("ok", "needs_review")
ANY: Statuses = ("ok", "needs_review", "no_form", "failed", "unsupported")


@dataclass(frozen=True, slots=True)
class Lures:
    """What hostile files point to: a file that is none of the folder's, and a server that nobody may call."""

    secret: Path
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """The row that a source deserves: one of ``statuses``, a line that ``line`` (a pattern) is found in, and,
    where the file is a good filing with something hostile in it, the rows of that one (``like``)."""

    statuses: Statuses
    line: str = ""
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A file of the folder; ``rows`` by what follows its name in the sources (members of archives)."""

    name: str
    data: bytes
    rows: Mapping[str, Row]

    def expected(self) -> dict[str, Row]:
        """The rows by source."""
        return {self.name + more: row for more, row in self.rows.items()}


def failed(name: str, data: bytes, line: str) -> Case:
    """A file that its reader refuses."""
    return Case(name, data, {"": Row(("failed",), line)})


def unsupported(name: str, data: bytes, line: str) -> Case:
    """A file that no reader takes."""
    return Case(name, data, {"": Row(("unsupported",), line)})


def formless(name: str, data: bytes, line: str = "no performance form") -> Case:
    """A file that is read and holds no form."""
    return Case(name, data, {"": Row(("no_form",), line)})


def like(name: str, data: bytes, good: str, statuses: Statuses = READ) -> Case:
    """A good filing with something hostile in it, which changes nothing of what is read."""
    return Case(name, data, {"": Row(statuses, like=good)})


def survived(name: str, data: bytes, statuses: Statuses = ANY, line: str = "") -> Case:
    """A file of which it only matters that it ends in time, with a line that says why."""
    return Case(name, data, {"": Row(statuses, line)})
