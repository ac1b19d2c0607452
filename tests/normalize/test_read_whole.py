"""What a reader could not read, or read though nobody sees it, stands in a check of the form."""

from dataclasses import replace

import pytest

from normalize import normalize
from tests.normalize.grids import DEPARTMENT, GOALS, MAPPINGS, document


@pytest.mark.parametrize(
    ("notes", "status"),
    [((), "pass"), (("rows of dashes left out: 1",), "pass"), (("hidden rows: 3-5",), "fail")],
)
def test_the_notes_of_a_reader_are_a_check(notes: tuple[str, ...], status: str) -> None:
    read = document(DEPARTMENT, GOALS)
    pages = (replace(read.pages[0], notes=notes), *read.pages[1:])
    (one,) = normalize(replace(read, pages=pages), MAPPINGS)
    (check,) = (check for check in one.checks if check.check == "pages_read_whole")
    assert check.status == status
    assert [note for note in notes if note in check.message] == list(notes if status == "fail" else ())
