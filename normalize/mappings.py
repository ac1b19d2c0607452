"""Mappings: what analysts know of forms, levels, indicators, units, words and regions, read and checked.

The files stand in the folder ``mappings`` beside this package and hold no code. A form is one YAML file
under ``forms``; the rest are tables and one file of word lists. A fault in them is a ``MappingError`` that
names file and line.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast, get_args

from normalize.mapfiles import MappingError, Node, Row, names, read_csv, read_yaml, unique
from normalize.mapforms import read_form
from normalize.maptypes import (
    AmountBlock,
    AmountLine,
    CanonicalIndicator,
    ColumnHint,
    Direction,
    Form,
    Level,
    Mappings,
    Naming,
    Period,
    Region,
    RegionLevel,
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
FOLDER = Path(__file__).parent.parent / "mappings"
"""The mappings that came with the software."""
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
        read_form(Path(name).stem, read_yaml(root / name, content))
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
    unique(
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
    unique(((found.id, row) for found, row in pairs), "id")
    unique(((f"{one.name} ({one.level1}/{one.level2})", row) for one, row in pairs), "indicator")
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
    unique(
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
        if len(names(node, "word")) < 2:
            raise node.error("sets no words against each other; write two or more")
    return Words(
        names(entries["qualitative"], "word"),
        names(entries["evidence_words"], "word"),
        names(entries["task_verbs"], "word"),
        tuple(node.texts() for node in opposites),
        names(entries["typed_heads"], "word"),
        names(entries["natures"], "word"),
        names(entries["totals"], "word"),
        names(entries["column_heads"], "word"),
        _column_hints(entries["column_hints"]),
        _naming(entries["naming"]),
    )


def _column_hints(root: Node) -> dict[ColumnHint, tuple[str, ...]]:
    entries = root.entries_of(get_args(ColumnHint))
    return {hint: names(entries[hint], "word") for hint in get_args(ColumnHint)}


def _naming(root: Node) -> Naming:
    entries = root.entries_of(Naming.__slots__)
    synonyms, heads, *plain = (entries[key] for key in Naming.__slots__)
    return Naming(_synonyms(synonyms), _synonyms(heads), *(names(node, "word") for node in plain))


def _synonyms(root: Node) -> tuple[tuple[str, ...], ...]:
    """Lists of words of which the first stands for the others; no word is in two of them."""
    lists = root.items()
    unique(((item.text(), item) for node in lists for item in node.items()), "word")
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
    unique(
        ((f"{region.parent} {region.name}", row) for region, row in zip(regions, rows, strict=True)), "region"
    )
    return tuple(regions)
