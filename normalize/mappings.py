"""Mappings: what analysts know of forms, levels, indicators, units, words and regions, read and checked.

The files stand in the folder ``mappings`` beside this package and hold no code. A form is one YAML file
under ``forms``; the rest are tables and one file of word lists. A fault in them is a ``MappingError`` that
names file and line.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast, get_args

from normalize.mapfiles import MappingError, Node, Row, Sourced, read_csv, read_yaml
from normalize.maptypes import (
    AmountBlock,
    AmountLine,
    CanonicalIndicator,
    Direction,
    Form,
    FormKind,
    Level,
    Mappings,
    Naming,
    Period,
    Region,
    RegionLevel,
    Role,
    Section,
    Unit,
    UnitKind,
    Words,
    fold,
    is_unit,
)

__all__ = [
    "FOLDER",
    "PERIODS",
    "AmountBlock",
    "AmountLine",
    "CanonicalIndicator",
    "Form",
    "Level",
    "MappingError",
    "Mappings",
    "Region",
    "Unit",
    "Words",
    "fold",
    "is_unit",
    "load",
]

PERIODS = get_args(Period)
_TARGETS = frozenset({"half_year", "full_year", "long_term"})
# Fields of an evaluation form that stand in the total line of its funds.
_TOTAL_FIELDS = ("budget_execution_rate", "budget_execution_weight", "budget_execution_score")
FOLDER = Path(__file__).parent.parent / "mappings"
"""The mappings that came with the software."""
_FIELD_KEY = re.compile("[a-z][a-z0-9_]*")
_INDICATOR_ID = re.compile(r"JX\d{4,}")


def load(folder: Path | str | None = None) -> Mappings:
    """The mappings in ``folder``, by default those that came with the software; read once while unchanged."""
    root = Path(folder) if folder is not None else FOLDER
    for path in root.glob("forms/*.yml"):
        raise MappingError(path, 1, "is passed over by its name; let it end in .yaml")
    paths = sorted([*root.glob("*.csv"), *root.glob("*.yaml"), *root.glob("forms/*.yaml")])
    return _read(root, tuple((path.relative_to(root).as_posix(), path.read_bytes()) for path in paths))


@lru_cache(maxsize=4)
def _read(root: Path, files: tuple[tuple[str, bytes], ...]) -> Mappings:
    contents = dict(files)

    def rows(name: str, columns: str) -> list[Row]:
        return read_csv(root / name, _content(root / name, contents.get(name)), columns.split())

    words = read_yaml(root / "words.yaml", _content(root / "words.yaml", contents.get("words.yaml")))
    levels = _levels(rows("levels.csv", "level name parent aliases cues"))
    units = _units(rows("units.csv", "unit aliases kind factor"))
    columns = "id name aliases level1 level2 unit direction definition formula source confirmed"
    forms = tuple(
        _form(Path(name).stem, read_yaml(root / name, content))
        for name, content in contents.items()
        if name.startswith("forms/")
    )
    if not forms:
        raise MappingError(root / "forms", 1, "holds no form; add a YAML file for each form")
    return Mappings(
        forms,
        levels,
        _indicators(rows("indicators.csv", columns), levels, units),
        units,
        _words(words),
        _regions(rows("regions.csv", "name parent level")),
        frozenset(key for form in forms for key in form.personal),
        _fingerprint(files),
    )


def _content(path: Path, content: bytes | None) -> bytes:
    if content is None:
        raise MappingError(path, 1, "is missing; put the file back")
    return content


def _fingerprint(files: Iterable[tuple[str, bytes]]) -> str:
    """One SHA-256 over the names of the files and the hashes of their bytes."""
    digest = hashlib.sha256()
    for name, content in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


_Entry = TypeVar("_Entry", bound=Sourced)


def _unique(named: Iterable[tuple[str, _Entry]], what: str) -> None:
    """Nothing, or the error that two entries have the same name (folded)."""
    seen: set[str] = set()
    for name, entry in named:
        if fold(name) in seen:
            raise entry.error(f"{what} {name!r} stands twice; keep one of them")
        seen.add(fold(name))


# --- forms


def _form(id: str, root: Node) -> Form:
    entries = root.entries_of(
        ("kind", "titles", "fields", "indicators"), ("personal", "captions", "amounts", "pairs")
    )
    fields = entries["fields"].entries()
    for key, node in fields.items():
        if not _FIELD_KEY.fullmatch(key):
            raise node.error(f"field {key!r} is no key; use small letters, digits and _")
    _unique(_labels(fields), "label")
    for node in entries["personal"].items() if "personal" in entries else ():
        if node.text() not in fields:
            raise node.error(
                f"personal field {node.text()!r} is none of the form's; name it under fields first"
            )
    pairs = entries["pairs"].entries() if "pairs" in entries else {}
    _unique([*_labels(fields), *pairs.items()], "label")
    for node in pairs.values():
        if len(node.texts()) != 2 or not set(node.texts()) <= fields.keys():
            raise node.error("a pair is two of the form's fields; name two that stand under fields")
    table = entries["indicators"].entries_of(("columns",), ("level1", "fixed", "by_task", "periods", "total"))
    columns = table["columns"]
    roles = columns.entries_of(
        ("indicator",), [*(role for role in get_args(Role) if role != "indicator"), *fields]
    )
    # The same header may stand over targets of two periods; which is which their order says.
    _unique(_labels({role: node for role, node in roles.items() if role not in _TARGETS}), "header")
    for role in _TARGETS & roles.keys():
        others = {other: node for other, node in roles.items() if other not in _TARGETS}
        _unique(_labels(others | {role: roles[role]}), "header")
    order = _names(table.get("level1"), "level-1 name")
    for node in (node for key in ("fixed", "by_task") if key in table for node in table[key].items()):
        if node.text() not in order:
            raise node.error(f"{node.text()!r} is not listed under level1; add it there or take it out here")
    return Form(
        id,
        cast(FormKind, entries["kind"].choice(get_args(FormKind), "kind")),
        _names(entries.get("titles"), "title"),
        _texts(fields),
        frozenset(_names(entries.get("personal"), "field")),
        _names(entries.get("captions"), "caption"),
        tuple(_block(node) for node in entries["amounts"].items()) if "amounts" in entries else (),
        _texts(roles),
        order,
        frozenset(_names(table.get("fixed"), "level-1 name")),
        frozenset(_names(table.get("by_task"), "level-1 name")),
        {label: (node.texts()[0], node.texts()[1]) for label, node in pairs.items()},
        _periods(table.get("periods")),
        _names(table.get("total"), "name"),
    )


def _periods(node: Node | None) -> dict[str, tuple[str, ...]]:
    """The captions of tables by the period of their targets."""
    if node is None:
        return {}
    entries = node.entries_of((), sorted(_TARGETS))
    _unique(_labels(entries), "caption")
    return _texts(entries)


def _labels(entries: Mapping[str, Node]) -> list[tuple[str, Node]]:
    return [(item.text(), item) for node in entries.values() for item in node.items()]


def _texts(entries: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    return {key: node.texts() for key, node in entries.items()}


def _names(node: Node | None, what: str) -> tuple[str, ...]:
    """The texts of a list in which none stands twice; none where the list is not there."""
    if node is None:
        return ()
    _unique(((item.text(), item) for item in node.items()), what)
    return node.texts()


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
    _unique(_labels(headers), "header")
    return AmountBlock(
        cast(Section, entries["section"].choice(get_args(Section), "section")),
        _names(entries["captions"], "caption"),
        _names(entries.get("items"), "header"),
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
    _unique(((name or "any: true", node) for name, node in names), "line")
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


# --- tables and words


def _levels(rows: Sequence[Row]) -> tuple[Level, ...]:
    levels = [
        Level(
            int(row.choice("level", ("1", "2"))),
            row.text("name"),
            row.optional("parent"),
            row.texts("aliases"),
            row.texts("cues"),
        )
        for row in rows
    ]
    first = {level.name for level in levels if level.level == 1}
    for level, row in zip(levels, rows, strict=True):
        if level.level == 1 and level.parent:
            raise row.error(f"level 1 has the parent {level.parent!r}; leave it empty or make it level 2")
        if level.level == 2 and level.parent not in first:
            raise row.error(f"unknown parent {level.parent!r}; name a level-1 row of this file")
    _unique(
        ((f"{lv.level} {lv.parent} {lv.name}", row) for lv, row in zip(levels, rows, strict=True)), "level"
    )
    for number in (1, 2):
        some = [(level, row) for level, row in zip(levels, rows, strict=True) if level.level == number]
        _own_aliases([(level.name, level.aliases, row) for level, row in some])
    return tuple(levels)


def _own_aliases(named: Iterable[tuple[str, Collection[str], Row]]) -> None:
    """Nothing, or the error that an alias stands for two names."""
    named = list(named)
    owner = {fold(name): name for name, _, _ in named}
    for name, aliases, row in named:
        for alias in aliases:
            other = owner.setdefault(fold(alias), name)
            if other != name or fold(alias) == fold(name):
                raise row.error(f"alias {alias!r} stands for {other!r} already; take it out of one row")


def _indicators(
    rows: Sequence[Row], levels: Sequence[Level], units: Sequence[Unit]
) -> tuple[CanonicalIndicator, ...]:
    places = {("", level.name) if level.level == 1 else (level.parent, level.name) for level in levels}
    indicators = []
    for row in rows:
        if not _INDICATOR_ID.fullmatch(row.text("id")):
            raise row.error(
                f"id {row.text('id')!r} is none; write JX and four digits, a number that is not taken"
            )
        if ("", row.text("level1")) not in places:
            raise row.error(f"unknown level1 {row.text('level1')!r}; add it to levels.csv or correct it")
        row.text("source")  # may name several documents, but one at least
        level1, level2, unit = row.text("level1"), row.optional("level2"), row.optional("unit")
        if level2 and (level1, level2) not in places:
            raise row.error(f"unknown level2 {level2!r} under {level1}; add it to levels.csv or correct it")
        if unit and not is_unit(unit, units):
            raise row.error(f"unknown unit {unit!r}; add it to units.csv or correct it")
        indicators.append(
            CanonicalIndicator(
                row.text("id"),
                row.text("name"),
                row.texts("aliases"),
                level1,
                level2,
                unit,
                cast(Direction, row.choice("direction", get_args(Direction))),
                row.optional("definition"),
                row.optional("formula"),
                "|".join(row.texts("source")),
                row.choice("confirmed", ("yes", "no")) == "yes",
            )
        )
    pairs = list(zip(indicators, rows, strict=True))
    _unique(((found.id, row) for found, row in pairs), "id")
    _unique(((f"{one.name} ({one.level1}/{one.level2})", row) for one, row in pairs), "indicator")
    _own_aliases([(found.name, found.aliases, row) for found, row in pairs])
    return tuple(indicators)


def _units(rows: Sequence[Row]) -> tuple[Unit, ...]:
    units = [
        Unit(
            row.text("unit"),
            row.texts("aliases"),
            cast(UnitKind, row.choice("kind", get_args(UnitKind))),
            _factor(row),
        )
        for row in rows
    ]
    # An alias may differ from its unit in width alone (％); one of two units may not.
    _unique(
        ((name, row) for unit, row in zip(units, rows, strict=True) for name in sorted(_folded_names(unit))),
        "unit",
    )
    return tuple(units)


def _folded_names(unit: Unit) -> set[str]:
    return {fold(name) for name in (unit.unit, *unit.aliases)}


def _factor(row: Row) -> float | None:
    """The factor of a unit of money; other units have none."""
    found, money = row.optional("factor"), row.optional("kind") == "money"
    if not money and not found:
        return None
    try:
        factor = float(found)
    except ValueError:
        factor = 0.0
    if not money or not factor > 0:
        raise row.error(
            f"factor {found!r} is wrong; write how many 万元 a unit of money is, nothing for others"
        )
    return factor


def _words(root: Node) -> Words:
    entries = root.entries_of(Words.__slots__)
    opposites = entries["opposites"].items()
    for node in opposites:
        if len(_names(node, "word")) < 2:
            raise node.error("sets no words against each other; write two or more")
    return Words(
        _names(entries["qualitative"], "word"),
        _names(entries["evidence_words"], "word"),
        _names(entries["task_verbs"], "word"),
        tuple(node.texts() for node in opposites),
        _names(entries["typed_heads"], "word"),
        _names(entries["natures"], "word"),
        _names(entries["totals"], "word"),
        _names(entries["column_heads"], "word"),
        _naming(entries["naming"]),
    )


def _naming(root: Node) -> Naming:
    entries = root.entries_of(Naming.__slots__)
    synonyms, heads, *plain = (entries[key] for key in Naming.__slots__)
    return Naming(_synonyms(synonyms), _synonyms(heads), *(_names(node, "word") for node in plain))


def _synonyms(root: Node) -> tuple[tuple[str, ...], ...]:
    """Lists of words of which the first stands for the others; no word is in two of them."""
    lists = root.items()
    _unique(((item.text(), item) for node in lists for item in node.items()), "word")
    for node in lists:
        if len(node.items()) < 2:
            raise node.error("names no synonym; write two or more")
    return tuple(node.texts() for node in lists)


def _regions(rows: Sequence[Row]) -> tuple[Region, ...]:
    regions = [
        Region(
            row.text("name"),
            row.optional("parent"),
            cast(RegionLevel, row.choice("level", get_args(RegionLevel))),
        )
        for row in rows
    ]
    names = {region.name: region.level for region in regions}
    above = {"province": (None,), "city": ("province",), "county": ("province", "city")}
    for region, row in zip(regions, rows, strict=True):
        if names.get(region.parent) not in above[region.level] or (
            region.level == "province" and region.parent
        ):
            raise row.error(
                f"unknown parent {region.parent!r} of a {region.level}; name a row of the level above"
            )
    _unique(
        ((f"{region.parent} {region.name}", row) for region, row in zip(regions, rows, strict=True)), "region"
    )
    return tuple(regions)
