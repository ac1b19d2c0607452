"""Which filing a later upload of the same form supersedes: the same unit, year, project and kind."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from normalize.model import REVIEW_BELOW
from pipeline.store import Store

_DATE = re.compile(r"((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
CHECK = "one_upload"
MESSAGE = (
    "another upload of the same form (unit, year, project, kind) came with it, and no date of filling in "
    "(填报日期) tells which is the newer; both are kept"
)

# A form that names neither unit nor year is known to be the same as no other; a project's form names it.
_SAME = """
    SELECT f.filing_id, f.sha256, s.arrived, p.value AS prepared, p.confidence,
        [f.unit_name, f.fiscal_year::VARCHAR, f.form, f.project_name] AS form
    FROM filings f JOIN contents USING (extraction) JOIN first_sources s ON s.sha256 = f.sha256
        LEFT JOIN (SELECT filing_id, extraction, any_value(value ORDER BY place) AS value,
            any_value(confidence ORDER BY place) AS confidence
            FROM fields WHERE field = 'prepared_on' AND value IS NOT NULL GROUP BY ALL
        ) p USING (filing_id, extraction)
    WHERE f.unit_name IS NOT NULL AND f.fiscal_year IS NOT NULL AND f.form <> 'unknown'
        AND (f.project_name IS NOT NULL OR f.form NOT LIKE 'project%')
    QUALIFY count(*) OVER (PARTITION BY f.unit_name, f.fiscal_year, f.form, f.project_name) > 1
    ORDER BY form, filing_id
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A filing that others may supersede: the run that it ``arrived`` with, the date that it prints."""

    filing_id: str
    sha256: str
    arrived: int
    prepared: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a filing stands among the uploads of its form: what supersedes it, or that nothing tells."""

    filing_id: str
    superseded_by: str | None
    undecided: bool


def places(store: Store) -> list[Place]:
    """The filings of the store whose form was uploaded more than once. ``first_sources`` is a table there."""
    rows = store.rows(_SAME)
    found: list[Place] = []
    for _, same in groupby(rows, key=lambda row: row[-1]):
        uploads = [Upload(row[0], row[1], row[2], date_of(row[3], row[4])) for row in same]
        found += ordered(uploads)
    return found


def ordered(uploads: Sequence[Upload]) -> Iterator[Place]:
    """The places of the uploads of one form.

    By the dates that they print where all do, uploads of one date and the others by the order in which they
    came. Of those that came together none is the newer: none supersedes the other, and that is a failed
    check, unless one file holds them all.
    """
    dated = all(upload.prepared for upload in uploads)

    def age(upload: Upload) -> tuple[date, int]:
        return (upload.prepared if dated and upload.prepared else date.min, upload.arrived)

    newer: list[Upload] = []
    for _, tier in groupby(sorted(uploads, key=age, reverse=True), key=age):
        equal = sorted(tier, key=lambda upload: upload.filing_id)
        undecided = not newer and len({upload.sha256 for upload in equal}) > 1
        for upload in equal:
            yield Place(upload.filing_id, newer[0].filing_id if newer else None, undecided)
        newer = equal


def date_of(text: str | None, confidence: float | None) -> date | None:
    """The day that 填报日期 prints, where it is sure and whole."""
    found = _DATE.search(text or "")
    if not found or (confidence or 0) < REVIEW_BELOW:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
