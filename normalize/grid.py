"""Printed rows on their way through the stages: the texts that a row prints, left to right."""

from dataclasses import dataclass, replace
from typing import Literal

from normalize.model import Text

Side = Literal["whole", "left", "right"]


@dataclass(frozen=True, slots=True)
class Covering:
    """A merged cell that began in a row above and covers this one too: its text, its first column (from 0)
    and the columns that it takes."""

    text: Text
    column: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Row:
    """The non-empty texts of one printed row, left to right; a line outside tables is a row of one text.

    ``page`` is the printed page (from 1); ``sheet`` the page of the sheet before it was cut into halves
    (the same as ``page`` where nothing was cut). ``side`` says which half of a row that could not be
    rejoined this is. ``top`` marks the first table row of a printed page. ``columns`` are the columns
    (from 0) of the texts in the sheet, as far as the export tells.

    A ``ruled`` row is of a table that shows its cells as they are printed, merged ones with their spans:
    its texts stand where their columns say. ``colspans`` are the columns that each text takes, ``covering``
    are the merged cells from above.
    """

    page: int
    table: int
    row: int
    texts: tuple[Text, ...]
    sheet: int
    side: Side = "whole"
    top: bool = False
    columns: tuple[int, ...] = ()
    ruled: bool = False
    colspans: tuple[int, ...] = ()
    covering: tuple[Covering, ...] = ()

    @property
    def is_line(self) -> bool:
        """Whether it stands outside tables (a title, the year)."""
        return self.table == 0

    @property
    def is_whole(self) -> bool:
        """Whether its texts are as they were written: a format that tells spans and draws nothing cuts
        none."""
        return self.ruled and all(text.place.bbox is None for text in self.texts)

    def column(self, index: int) -> int:
        """Column (from 0) of text ``index`` in the sheet."""
        return self.columns[index] if self.columns else self.texts[index].place.column - 1

    def colspan(self, index: int) -> int:
        """Columns of the sheet that text ``index`` takes."""
        return self.colspans[index] if self.colspans else 1

    def moved(self, by: int) -> "Row":
        """The same row with its texts ``by`` columns to the right in the sheet."""
        return replace(self, columns=tuple(self.column(i) + by for i in range(len(self.texts))))

    def with_texts(self, texts: tuple[Text, ...]) -> "Row":
        """The same row with other texts in the same columns, where there are as many."""
        if len(texts) != len(self.texts):
            return replace(self, texts=texts, columns=(), colspans=(), ruled=False)
        return replace(self, texts=texts)

    def without(self, index: int) -> "Row":
        """The same row without text ``index``."""
        kept = [i for i in range(len(self.texts)) if i != index]
        return replace(
            self,
            texts=tuple(self.texts[i] for i in kept),
            columns=tuple(self.column(i) for i in kept),
            colspans=tuple(self.colspan(i) for i in kept) if self.colspans else (),
        )
