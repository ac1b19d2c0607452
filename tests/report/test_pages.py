"""Pages that cannot be drawn cost no other page, and no run."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from normalize.mappings import load
from pipeline import batch
from pipeline.pool import Here, Lost
from pipeline.publish import publish
from pipeline.report.originals import kept
from pipeline.store import opened
from pipeline.work import Settings
from tests.pipeline.examples import KEY, filing, store_file
from tests.report.site import form_pdf


@dataclass
class Dying:
    """Workers that die of the pages of a form, so many times each."""

    filing_id: str
    times: int
    seen: Counter[str] = field(default_factory=Counter)

    def run(self, function: Callable[[Any, Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for task in tasks:
            name = task.form["filing_id"]
            self.seen[name] += 1
            dies = name == self.filing_id and self.seen[name] <= self.times
            yield task, Lost("it crashed") if dies else function(None, task)


@pytest.mark.parametrize(("times", "pages"), [(1, 2), (2, 1)])
def test_a_page_that_a_worker_dies_of_is_tried_once_more_and_then_left_out(
    tmp_path: Path, times: int, pages: int
) -> None:
    out = tmp_path / "out"
    with opened(None) as store:
        for number in (1, 2):
            store_file(store, filing(), source=f"{number}.txt", sha256=str(number) * 64)
        publish(store, out, "mappings", Dying("1" * 16 + "-1", times))
    assert len(list((out / "report" / "filings").iterdir())) == pages
    lines = (out / "report" / "filings.js").read_text(encoding="utf-8").splitlines()[1:-1]
    listed = [json.loads(line.removesuffix(","))["page"] for line in lines]
    assert listed == [f"filings/{'1' * 16}-1.html" if pages == 2 else None, f"filings/{'2' * 16}-1.html"]


def test_a_file_is_pictured_while_it_has_the_bytes_that_were_read(tmp_path: Path) -> None:
    file = tmp_path / "in" / "form.pdf"
    file.parent.mkdir()
    file.write_bytes(form_pdf())
    with opened(None) as store:
        batch.run(file.parent, (), store, Here(Settings(load())), KEY)
        ((sha256,),) = store.rows("SELECT sha256 FROM contents")
        (held,) = kept(store, [sha256]).values()
    assert held.opened().pictured == form_pdf()
    file.write_bytes(form_pdf() + b"% another one")
    original = held.opened()
    assert original.pictured is None and len(original.document.pages) == 1
    file.unlink()
    assert held.opened().pictured is None
