"""Rows as published: the repairs of each, the texts that it was made of, and what else it may say."""

from collections.abc import Iterable

from normalize.model import Alternative, Change, Origin, Repair, Text


class Ledger:
    """Collects the repairs of a form's rows, where their texts are printed, what else they may say, and the
    texts that found no place in them (``unplaced``)."""

    def __init__(self) -> None:
        self.repairs: list[Repair] = []
        self.origins: list[Origin] = []
        self.alternatives: list[Alternative] = []
        self.unplaced: list[str] = []

    def record(self, table: str, row: int, column: str, changes: Iterable[Change]) -> None:
        """The changes made for one cell of a published row."""
        for change in changes:
            repair = Repair(
                table,
                row,
                column,
                change.kind,
                change.before,
                change.after,
                round(change.confidence, 4),
                change.page,
                change.evidence,
            )
            if repair not in self.repairs[-40:]:
                self.repairs.append(repair)
                self.alternatives += [
                    Alternative(table, row, column, text, round(chance, 4)) for text, chance in change.others
                ]

    def record_stray(self, table: str, row: int, column: str, text: Text, evidence: str) -> None:
        """A printed text that found no place in the tables: flagged, and counted for the checks."""
        lost = text.lost(evidence)
        self.record(table, row, column, lost.changes)
        self.unplaced.append(text.text)

    def record_text(self, table: str, row: int, column: str, text: Text | None) -> None:
        """Where a text is printed, and the changes that it went through."""
        if text:
            self.locate(table, row, column, text)
            self.record(table, row, column, text.changes)

    def locate(self, table: str, row: int, column: str, text: Text) -> None:
        """Where a text of a published row is printed; nowhere, where mappings supplied it."""
        if text.raw:
            self.origins.append(Origin(table, row, column, text.place.page, str(text.place)))
