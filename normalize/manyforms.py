"""A sheet of many forms: each project of its first columns is a form of its own.

The header has columns that are named like fields (单位名称、项目名称; 项目年度绩效目标). What they print is a
field of all the rows that it covers; a name alone in its row, above that of a project, is the unit's. In a
sheet of whole units each unit is a form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import get_args

from normalize.clues import OTHER
from normalize.columns import Header
from normalize.families import Heads
from normalize.fieldrows import LabelledValue
from normalize.grid import Row
from normalize.headcells import TableHeader
from normalize.maptypes import Role
from normalize.model import Text

_ROLES = frozenset(get_args(Role))
_PROJECT, _UNIT = "project_name", "unit_name"

Project = tuple[list[Row], list[LabelledValue]]
"""The rows of a project's form, and its fields."""


def holds_projects(heads: Heads) -> bool:
    """Whether one of some tables has a column of projects."""
    return any(map(_names_projects, heads.values()))


def with_projects(rows: Sequence[Row], heads: Heads) -> Heads:
    """``heads`` with the column that names projects, where a mapping knows none: the first that no mapping
    knows, left of the levels, with names beside which a level 1 begins."""
    return {i: header if holds_projects(heads) else _told(rows[i:], header) for i, header in heads.items()}


def _told(rows: Sequence[Row], header: TableHeader) -> TableHeader:
    part = header.parts[0]
    columns = part.header
    if len(header.parts) > 1 or "level1" not in columns.roles:
        return header
    left = [role for role in columns.roles[: columns.roles.index("level1")] if role.startswith(OTHER)]
    body = [row for row in rows[header.rows :] if not row.is_line and not _is_numbering(row)]
    lines = [{_role(row, i, columns): text.text for i, text in enumerate(row.texts)} for row in body]
    named = [cells for cells in lines if left and left[0] in cells and len(cells) > 1]
    names = {cells[left[0]] for cells in named}
    if len(names) < 2 or len(named) == len(lines) or not all("level1" in cells for cells in named):
        return header
    roles = tuple(_PROJECT if role == left[0] else role for role in columns.roles)
    return replace(header, parts=(replace(part, header=replace(columns, roles=roles)),))


@dataclass(slots=True)
class _Project:
    name: str
    fields: list[LabelledValue]
    rows: list[Row] = field(default_factory=list)

    def add(self, cells: Mapping[str, Text], labels: Mapping[str, Text], rest: Row) -> None:
        """A row of the project: its fields, where they are not known yet, and the ``rest`` of it."""
        for key, text in cells.items():
            if _is_field(key) and not any(pair.key == key for pair in self.fields):
                self.fields.append(LabelledValue(labels[key], key, text))
        if rest.texts:
            self.rows.append(rest)


def projects(rows: Sequence[Row], heads: Heads) -> list[Project]:
    """The forms of a sheet that has tables with columns of projects below ``heads``."""
    starts = [i for i, header in sorted(heads.items()) if _names_projects(header)]
    titles = rows[: starts[0]]
    found: list[Project] = []
    for start, end in pairwise([*starts, len(rows)]):
        count, columns = heads[start].rows, heads[start].parts[0].header
        head = rows[start : start + count]
        body = [row for row in rows[start + count : end] if not row.is_line]
        bare_head = [_without(row, columns) for row in head]
        found += [
            ([*titles, *bare_head, *project.rows], project.fields)
            for project in _grouped(body, columns, _labels(head, columns))
        ]
    return found


def _names_projects(header: TableHeader) -> bool:
    roles = header.parts[0].header.roles
    return bool({_PROJECT, _UNIT} & set(roles[: roles.index("indicator")]))


def _labels(head: Sequence[Row], columns: Header) -> dict[str, Text]:
    """The headers of the columns that hold fields."""
    texts = {row.column(i): text for row in head for i, text in enumerate(row.texts)}
    return {
        role: texts[column]
        for role, column in zip(columns.roles, columns.columns, strict=True)
        if _is_field(role)
    }


def _is_field(role: str) -> bool:
    return role not in _ROLES and ":" not in role


def _role(row: Row, index: int, columns: Header) -> str:
    """The role of the column that a text stands in, or right of."""
    here = [k for k, column in enumerate(columns.columns) if column <= row.column(index)]
    over = [k for k in range(len(columns.roles)) if columns.off(k, row, index) == 0]
    return columns.roles[over[0] if over else here[-1] if here else 0]


def _without(row: Row, columns: Header) -> Row:
    """``row`` without what stands in the columns of fields."""
    for index in reversed(range(len(row.texts))):
        if _is_field(_role(row, index, columns)):
            row = row.without(index)
    return row


def _grouped(body: Sequence[Row], columns: Header, labels: dict[str, Text]) -> list[_Project]:
    """The projects of a table's rows. A name that stands alone is that of the project whose rows follow, or
    else of the unit whose projects do."""
    found: list[_Project] = []
    alone: list[Text] = []
    unit: Text | None = None
    key = _PROJECT if _PROJECT in labels else _UNIT
    for row in body:
        cells = {_role(row, i, columns): text for i, text in enumerate(row.texts)}
        name = cells.pop(key, None)
        indicator = any(not _is_field(role) and not role.startswith(OTHER) for role in cells)
        if _is_numbering(row) or (name and not indicator):
            alone += [name] if name else []
            continue
        if name is None and alone:
            name = alone.pop()
        if alone:
            unit, alone = alone[-1], []
        unit = cells.pop(_UNIT, unit)
        if name and not (found and found[-1].name == name.text):
            label = labels.get(_UNIT, labels[key])
            fields = [LabelledValue(label, _UNIT, unit)] if unit and key == _PROJECT else []
            found.append(_Project(name.text, [*fields, LabelledValue(labels[key], key, name)]))
        if found:
            found[-1].add(cells, labels, _without(row, columns))
    return found


def _is_numbering(row: Row) -> bool:
    return [text.text for text in row.texts] == [str(n) for n in range(1, len(row.texts) + 1)]
