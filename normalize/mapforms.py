"""Mappings of forms: one YAML file each, read and checked."""

import re
from collections.abc import Mapping, Sequence
from typing import cast, get_args

from normalize.mapfiles import Node, names, unique
from normalize.maptypes import (
    AmountBlock,
    AmountLine,
    Form,
    FormKind,
    Period,
    Role,
    Section,
)

_TARGETS = frozenset({"half_year", "full_year", "long_term"})
# Fields of an evaluation form that stand in the total line of its funds.
_TOTAL_FIELDS = ("budget_execution_rate", "budget_execution_weight", "budget_execution_score")
_FIELD_KEY = re.compile("[a-z][a-z0-9_]*")


def read_form(id: str, root: Node) -> Form:
    """The form ``id`` of a YAML file. Raises ``MappingError``."""
    entries = root.entries_of(
        ("kind", "titles", "fields", "indicators"), ("personal", "captions", "amounts", "pairs")
    )
    fields = entries["fields"].entries()
    for key, node in fields.items():
        if not _FIELD_KEY.fullmatch(key):
            raise node.error(f"field {key!r} is no key; use small letters, digits and _")
    unique(_labels(fields), "label")
    for node in entries["personal"].items() if "personal" in entries else ():
        if node.text() not in fields:
            raise node.error(
                f"personal field {node.text()!r} is none of the form's; name it under fields first"
            )
    pairs = entries["pairs"].entries() if "pairs" in entries else {}
    unique([*_labels(fields), *pairs.items()], "label")
    for node in pairs.values():
        if len(node.texts()) != 2 or not set(node.texts()) <= fields.keys():
            raise node.error("a pair is two of the form's fields; name two that stand under fields")
    table = entries["indicators"].entries_of(("columns",), ("level1", "fixed", "by_task", "periods", "total"))
    columns = table["columns"]
    roles = columns.entries_of(
        ("indicator",), [*(role for role in get_args(Role) if role != "indicator"), *fields]
    )
    # The same header may stand over targets of two periods; which is which their order says.
    unique(_labels({role: node for role, node in roles.items() if role not in _TARGETS}), "header")
    for role in _TARGETS & roles.keys():
        others = {other: node for other, node in roles.items() if other not in _TARGETS}
        unique(_labels(others | {role: roles[role]}), "header")
    order = names(table.get("level1"), "level-1 name")
    for node in (node for key in ("fixed", "by_task") if key in table for node in table[key].items()):
        if node.text() not in order:
            raise node.error(f"{node.text()!r} is not listed under level1; add it there or take it out here")
    return Form(
        id,
        cast(FormKind, entries["kind"].choice(get_args(FormKind), "kind")),
        names(entries.get("titles"), "title"),
        _texts(fields),
        frozenset(names(entries.get("personal"), "field")),
        names(entries.get("captions"), "caption"),
        tuple(_block(node) for node in entries["amounts"].items()) if "amounts" in entries else (),
        _texts(roles),
        order,
        frozenset(names(table.get("fixed"), "level-1 name")),
        frozenset(names(table.get("by_task"), "level-1 name")),
        {label: (node.texts()[0], node.texts()[1]) for label, node in pairs.items()},
        _periods(table.get("periods")),
        names(table.get("total"), "name"),
    )


def _periods(node: Node | None) -> dict[str, tuple[str, ...]]:
    """The captions of tables by the period of their targets."""
    if node is None:
        return {}
    entries = node.entries_of((), sorted(_TARGETS))
    unique(_labels(entries), "caption")
    return _texts(entries)


def _labels(entries: Mapping[str, Node]) -> list[tuple[str, Node]]:
    return [(item.text(), item) for node in entries.values() for item in node.items()]


def _texts(entries: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    return {key: node.texts() for key, node in entries.items()}


def _block(root: Node) -> AmountBlock:
    entries = root.entries_of(("section", "captions", "lines"), ("items", "columns", "period"))
    if ("columns" in entries) == ("period" in entries):
        raise root.error("a block has columns or one period; write either")
    columns = entries["columns"].entries() if "columns" in entries else {}
    for key, node in columns.items():
        if key not in (*get_args(Period), *_TOTAL_FIELDS):
            known = ", ".join((*get_args(Period), *_TOTAL_FIELDS))
            raise node.error(f"unknown period {key!r}; use one of: {known}")
    headers = columns | ({"items": entries["items"]} if "items" in entries else {})
    unique(_labels(headers), "header")
    return AmountBlock(
        cast(Section, entries["section"].choice(get_args(Section), "section")),
        names(entries["captions"], "caption"),
        names(entries.get("items"), "header"),
        _texts(columns),
        _lines(entries["lines"].items()),
        _period(entries.get("period")),
    )


def _period(node: Node | None) -> Period | None:
    return cast(Period, node.choice(get_args(Period), "period")) if node else None


def _lines(nodes: Sequence[Node]) -> tuple[AmountLine, ...]:
    lines = [_line(node) for node in nodes]
    names = [
        (name, node) for line, node in zip(lines, nodes, strict=True) for name in (line.item, *line.aliases)
    ]
    unique(((name or "any: true", node) for name, node in names), "line")
    items = {line.item for line in lines}
    for line, node in zip(lines, nodes, strict=True):
        if line.parent is not None and line.parent not in items:
            raise node.error(f"unknown parent {line.parent!r}; name a line of this block")
    return tuple(lines)


def _line(root: Node) -> AmountLine:
    if "any" in root.entries():
        entries = root.entries_of(("any",), ("parent",))
        if not entries["any"].flag():
            raise entries["any"].error("any is false; write `any: true` or an item")
        return AmountLine(None, parent=entries["parent"].text() if "parent" in entries else None)
    entries = root.entries_of(("item",), ("aliases", "parent", "total", "group", "period"))
    return AmountLine(
        entries["item"].text(),
        entries["aliases"].texts() if "aliases" in entries else (),
        entries["parent"].text() if "parent" in entries else None,
        "total" in entries and entries["total"].flag(),
        "group" in entries and entries["group"].flag(),
        _period(entries.get("period")),
    )
