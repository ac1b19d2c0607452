"""Document → filings: the stages in their order."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from extract.model import Document
from normalize.amounts import read_amounts
from normalize.beside import with_columns_beside
from normalize.breaks import join_breaks
from normalize.characters import read_rows
from normalize.checks import check, check_labels, check_placed, check_read, check_title
from normalize.clues import Clues
from normalize.complete import Completer
from normalize.decisions import Deciding, Decision
from normalize.expected import Knowledge
from normalize.fields import lines_left, read_fields, read_title, read_year, region_of, unit_of, value_of
from normalize.forms import FormRows, find_forms
from normalize.grid import Row
from normalize.heads import without_running_heads
from normalize.indicators import read_indicators
from normalize.layout import take_apart
from normalize.ledger import Ledger
from normalize.lexicon import Lexicon
from normalize.mappings import Mappings
from normalize.model import REVIEW_BELOW, Amount, Check, Field, Filing, Indicator
from normalize.pages import rejoin
from normalize.readings import choose_readings
from normalize.sheets import read_sheets, with_common_columns
from normalize.strips import rejoin_strips
from normalize.vocabulary import Vocabulary


def normalize(
    document: Document, mappings: Mappings, decisions: Iterable[Decision] = ()
) -> tuple[Filing, ...]:
    """The forms of a document, repaired; empty where it holds none. Pure: same input, same output.

    ``decisions`` are what people decided about rows of this document.
    """
    sheets = choose_readings(read_sheets(document), Knowledge(mappings, _vocabulary(mappings)))
    sheets = rejoin_strips(sheets, mappings.forms)
    sheets = with_columns_beside(without_running_heads(sheets, _headers(mappings)))
    sheets = join_breaks(sheets, _labels(mappings))
    rows = rejoin(read_rows(with_common_columns(sheets)), mappings)
    parts = find_forms(rows, mappings)
    pages = len(document.pages)
    deciding = Deciding(decisions, _vocabulary(mappings), mappings)
    found = [
        _filing(
            part,
            mappings,
            pages if len(parts) == 1 else len(_pages_of(part.rows)),
            _notes(document, None if len(parts) == 1 else _pages_of(part.rows)),
            deciding,
        )
        for part in parts
    ]
    filled = [one for one in found if one.indicators or one.amounts or any(f.value for f in one.fields)]
    filled[:1] = [_with_checks(one, deciding.checks()) for one in filled[:1]]
    return tuple(replace(one, ordinal=ordinal) for ordinal, one in enumerate(filled, start=1))


def _with_checks(filing: Filing, checks: Sequence[Check]) -> Filing:
    failed = any(check.status == "fail" for check in checks)
    return replace(filing, checks=(*filing.checks, *checks), needs_review=filing.needs_review or failed)


def _headers(mappings: Mappings) -> Lexicon:
    """The headers of columns of all forms."""
    return _lexicon(
        name
        for form in mappings.forms
        for columns in (form.columns, *(block.columns for block in form.amounts))
        for names in columns.values()
        for name in names
    )


def _labels(mappings: Mappings) -> Lexicon:
    """The labels that stand whole on forms: of levels, of fields, of columns."""
    levels = (name for level in mappings.levels for name in (level.name, *level.aliases))
    fields = (name for form in mappings.forms for names in form.fields.values() for name in names)
    return _lexicon(chain(levels, fields, _headers(mappings).names))


def _lexicon(names: Iterable[str]) -> Lexicon:
    return Lexicon((name, name) for name in dict.fromkeys(names))


def _pages_of(rows: Sequence[Row]) -> set[int]:
    return {text.place.page for row in rows for text in row.texts}


def _notes(document: Document, pages: set[int] | None) -> list[str]:
    """What readers say of a form's pages: of all where a document is one form (``pages`` None), since one
    that could not be read may be its own."""
    return [note for page in document.pages if pages is None or page.number in pages for note in page.notes]


_VOCABULARIES: dict[str, Vocabulary] = {}


def _vocabulary(mappings: Mappings) -> Vocabulary:
    """The vocabulary of ``mappings``, indexed once."""
    if mappings.fingerprint not in _VOCABULARIES:
        _VOCABULARIES.clear()
        _VOCABULARIES[mappings.fingerprint] = Vocabulary(mappings)
    return _VOCABULARIES[mappings.fingerprint]


def _filing(
    part: FormRows, mappings: Mappings, pages: int, notes: Sequence[str], deciding: Deciding
) -> Filing:
    ledger, form = Ledger(), part.family.form
    layout = take_apart(part.rows, part.family, mappings, part.fields)
    title = read_title(layout)
    for line in filter(None, [title, *lines_left(layout, title)]):
        ledger.record_text("filings", 1, "title", line)
    fields = read_fields(layout.fields, ledger)
    amounts, of_totals = read_amounts(layout.amounts, mappings, ledger)
    fields += read_fields(of_totals, ledger, len(fields))
    subprojects = [row.item for row in amounts if row.section == "subproject" and not row.is_total]
    clues = Clues(mappings, _vocabulary(mappings), form, list(dict.fromkeys(subprojects)))
    texts = [field.value for field in fields if field.value]
    completer = Completer(clues, [row.item for row in amounts], texts)
    indicators, empty = read_indicators(layout.indicators, clues, completer, ledger)
    fields, amounts = deciding.fields(fields, ledger), deciding.amounts(amounts, ledger)
    indicators = deciding.indicators(indicators, ledger)
    checks = [check_title(title, part.family), check_read(notes), check_placed(ledger.unplaced)]
    checks += check_labels(fields, layout.unknown_columns, part.family)
    checks += check(amounts, indicators, empty, fields)
    published: list[Field | Amount | Indicator] = [*fields, *amounts, *indicators]
    confidence = min((row.confidence for row in published), default=0.0)
    unit, unit_code = unit_of(fields)
    return Filing(
        ordinal=1,
        form=part.family.kind,
        title=title.text if title else None,
        region=region_of(mappings, title.text if title else None, unit),
        fiscal_year=read_year(layout, fields),
        unit_code=unit_code,
        unit_name=unit,
        project_name=value_of(fields, "project_name"),
        pages=pages,
        confidence=confidence,
        needs_review=confidence < REVIEW_BELOW or any(one.status == "fail" for one in checks),
        fields=tuple(fields),
        amounts=tuple(amounts),
        indicators=tuple(indicators),
        repairs=tuple(ledger.repairs),
        checks=tuple(checks),
        origins=tuple(ledger.origins),
        alternatives=tuple(ledger.alternatives),
    )
