"""What a review works on: the queue, the originals beside it, and the file that decisions go to."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from normalize.decisions import DECIDED
from normalize.mappings import MappingError, load
from pipeline import decisions
from pipeline.accept import accept
from pipeline.decisions import Record
from pipeline.report.originals import kept
from pipeline.report.pictures import pdf_pictures, picture_name
from pipeline.report.view import FormView, form_view
from pipeline.review.items import Item, queue
from pipeline.store import opened
from pipeline.suggest import suggest, write

_FORMS = 8  # kept at hand


class Desk:
    """The rows to decide, as published in ``out``, and what was decided so far in ``file``.

    The store is opened only while a form is looked up, so that runs are not kept waiting.
    """

    def __init__(self, out: Path, store: Path, file: Path, mappings: Path) -> None:
        self.out, self.store, self.file, self.mappings = out, store, file, mappings
        self.items = queue(out)
        self._records = {_key(record): record for record in decisions.read_records(file)}
        self._lock = Lock()
        self.form = lru_cache(_FORMS)(self._form)
        self.picture = lru_cache(_FORMS)(self._picture)

    def decided(self, item: Item) -> Record | None:
        """What was decided about a row."""
        return self._records.get(item.key)

    def decide(self, item: Item, verdict: str, values: Mapping[str, str | None], note: str) -> None:
        """Write a decision down: what the row says (``save``), that it is ``lost``, or none (``undo``).

        Raises ``OSError``, with nothing decided, where the file cannot be replaced.
        """
        with self._lock:
            records = dict(self._records)
            if verdict == "undo":
                records.pop(item.key, None)
            else:
                same = all(values[column] == item.values[column] for column in DECIDED[item.table])
                word = "lost" if verdict == "lost" else "accept" if same else "correct"
                records[item.key] = item.record(word, values, note)
            decisions.write_records(self.file, decisions.merged(records.values()))
            self._records = records

    def names(self) -> list[dict[str, object]]:
        """Names that the vocabulary does not have, as ``suggest`` lists them."""
        return suggest(self.out, load(self.mappings))

    def accept(self, name: str, decision: str) -> str:
        """Take a name into the vocabulary, as an alias of the indicator with an id or as a ``new`` one; what
        came of it."""
        with self._lock, TemporaryDirectory() as scratch:
            rows = [row | {"decision": decision} for row in self.names() if row["name"] == name]
            file = Path(scratch) / "names.csv"
            write(rows, file)
            try:
                changes = accept(file, self.mappings)
            except MappingError as error:
                return error.message
        return f"{name} ✓" if changes else f"{name} –"

    def _form(self, filing_id: str, sha256: str) -> FormView:
        """The form that a row is of, with the paths of its pictures."""
        with self._lock, opened(self.store) as store:
            tables = store.forms([filing_id])[filing_id]
            held = kept(store, [sha256])[sha256]
        source = held.opened()
        numbers = [page.number for page in source.document.pages] if source.pictured else []
        names = {number: picture_name(sha256, number) for number in numbers}
        return form_view(tables, source.document, names)

    def _picture(self, sha256: str, page: int) -> bytes | None:
        with self._lock, opened(self.store) as store:
            held = kept(store, [sha256])[sha256]
        source = held.opened()
        data = source.pictured
        return pdf_pictures(data, source.hidden, [page]).get(page) if data else None


def _key(record: Record) -> tuple[str, str, str, str]:
    return record["sha256"], record["table"], record["location"], record["part"]
