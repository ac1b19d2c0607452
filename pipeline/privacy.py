"""Leaving out personal data: the names and telephone numbers of the people that a form names."""

from collections.abc import Set
from dataclasses import replace

from normalize.model import Filing


def without_personal(filing: Filing, keys: Set[str]) -> Filing:
    """``filing`` with value and raw text of the fields in ``keys`` nulled, and without those fields' repairs.

    The rows stay, so that it shows what the form asks for. Only labelled fields are covered: a name in the
    running text of another field, or under a label that no mapping knows, stays.
    """
    personal = {field.row for field in filing.fields if field.field in keys}
    return replace(
        filing,
        fields=tuple(
            replace(field, value=None, raw=None) if field.row in personal else field
            for field in filing.fields
        ),
        repairs=tuple(
            repair for repair in filing.repairs if not (repair.table == "fields" and repair.row in personal)
        ),
    )
