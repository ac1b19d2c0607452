"""Leaving out personal data: the names and telephone numbers of the people that a form names."""

import re
from collections.abc import Set
from dataclasses import replace

from normalize.model import Filing

_PERSON = re.compile("负责人|联系人|填报人|经办人|电话|手机|邮箱")


def without_personal(filing: Filing, keys: Set[str]) -> Filing:
    """``filing`` with value and raw text of the fields in ``keys`` nulled, and without those fields' repairs.

    The rows stay, so that it shows what the form asks for. Only labelled fields are covered, those of which
    the label speaks of a person also where no mapping knows it; a name in the running text of another field
    stays.
    """
    personal = {
        field.row
        for field in filing.fields
        if field.field in keys or (field.field.startswith("other:") and _PERSON.search(field.label))
    }
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
