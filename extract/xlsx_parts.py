"""The large parts of Excel workbooks, sheets and shared strings, read as a stream."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from extract.flow import STRUCK
from extract.spreadsheet import COLUMNS, ROWS, Sheet, Spot
from extract.symbols import raised
from extract.xmlstream import Attributes, read_stream

ON = ("1", "true")
_BOOLEANS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAY_0, _DAY_0_OF_1904 = "1899-12-30", "1904-01-01"
_DAY = 86_400  # seconds
_DIGITS = "0123456789"
_LONGEST_RANGE = 100  # characters
_NO_RESULT = "formulas without a stored result, left empty"
_OLD_RESULT = "formulas that are to be computed anew, their stored results shown"
_CONDITIONAL = "ranges in which a condition may give numbers another format"


@dataclass(frozen=True, slots=True)
class Workbook:
    """What cells need of their workbook: the texts that they refer to by number, those of them of which a
    part is struck through, whether Excel computes all formulas anew when it opens the file, and the
    conditional styles that have a number format."""

    strings: Sequence[str]
    struck: frozenset[int] = frozenset()
    recalculates: bool = False
    conditional: frozenset[str] = frozenset()


def read_strings(data: bytes) -> tuple[list[str], frozenset[int]]:
    """The texts that cells refer to by number, and the numbers of those of which a part is struck through
    and left out. Raises ``ExpatError``, ``ValueError``."""
    strings: list[str] = []
    struck: set[int] = set()
    text = _RichText()

    def add(_: str) -> None:
        if text.is_struck:
            struck.add(len(strings))
        strings.append(text.take())

    read_stream(data, text.starts(), {**text.ends(), "si": add})
    return strings, frozenset(struck)


class _RichText:
    """Puts together the runs of a text; phonetic ones, which show how to read it, and those that are struck
    through are left out. ``is_struck`` says whether the text at hand has such."""

    def __init__(self) -> None:
        self.is_struck = False
        self._runs: list[str] = []
        self._phonetic = self._strikes = self._raises = False

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {"r": self.run, "strike": self.strike, "vertAlign": self.align, "rPh": self.skip}

    def ends(self) -> dict[str, Callable[[str], None]]:
        return {"t": self.add, "r": self.end_run, "rPh": self.go_on}

    def run(self, _: Attributes) -> None:
        self._strikes = self._raises = False

    def end_run(self, _: str) -> None:
        self._strikes = self._raises = False

    def strike(self, attributes: Attributes) -> None:
        self._strikes = attributes.get("val", "1") in ON

    def align(self, attributes: Attributes) -> None:
        self._raises = attributes.get("val") == "superscript"

    def skip(self, _: Attributes) -> None:
        self._phonetic = True

    def go_on(self, _: str) -> None:
        self._phonetic = False

    def add(self, run: str) -> None:
        if self._phonetic:
            return
        if self._strikes:
            self.is_struck = self.is_struck or bool(run.strip())
        else:
            self._runs.append(raised(run) if self._raises else run)

    def take(self) -> str:
        self.is_struck = False
        if not self._runs:
            return ""
        text = _unescaped("".join(self._runs))
        self._runs.clear()
        return text


def read_cells(data: bytes, sheet: Sheet, workbook: Workbook) -> str:
    """Read the part of a sheet into ``sheet``; returns what kind of sheet it is (``worksheet``).

    Raises ``ExpatError``, ``ValueError``, ``LookupError``.
    """
    reader = _Cells(sheet, workbook)
    starts = {
        "sheetView": reader.view,
        "col": reader.columns,
        "row": reader.row,
        "c": reader.cell,
        "f": reader.formula,
        **reader.text.starts(),
        "mergeCell": reader.merged,
        "conditionalFormatting": reader.conditional,
        "cfRule": reader.rule,
    }
    ends = {
        "v": reader.value,
        **reader.text.ends(),
        "c": reader.end,
    }
    return read_stream(data, starts, ends)


class _Cells:
    """What is known of the cell that is being read, and of the row that it is in."""

    def __init__(self, sheet: Sheet, workbook: Workbook) -> None:
        self.text = _RichText()
        self._sheet, self._workbook = sheet, workbook
        self._spot: Spot = (-1, -1)
        self._kind = "n"
        self._style = 0
        self._value: str | None = None
        self._has_formula = False
        self._range = ""

    def view(self, attributes: Attributes) -> None:
        if attributes.get("showZeros", "1") not in ON:
            self._sheet.shows_zeros = False

    def columns(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in ON:
            first, last = natural(attributes["min"]), natural(attributes["max"])
            if not 0 < first <= last:
                raise ValueError(f"columns {first} to {last}")
            self._sheet.hide_columns(first - 1, last - 1)

    def row(self, attributes: Attributes) -> None:
        row = natural(attributes["r"]) - 1 if "r" in attributes else self._spot[0] + 1
        self._spot = row, -1
        if attributes.get("hidden") in ON:
            self._sheet.hide_rows(row, row)

    def cell(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        self._spot = spot_of(name) if name else _after(self._spot)
        self._kind = attributes.get("t", "n")
        self.text.take()  # of another cell, which it was not meant for
        self._style = natural(attributes.get("s") or "0")
        self._value = None
        self._has_formula = False

    def formula(self, _: Attributes) -> None:
        self._has_formula = True

    def value(self, characters: str) -> None:
        self._value = characters

    def merged(self, attributes: Attributes) -> None:
        first, _, last = attributes["ref"].partition(":")
        (row, column), (last_row, last_column) = spot_of(first), spot_of(last or first)
        if row > last_row or column > last_column:
            raise ValueError(f"merged range {attributes['ref']}")
        self._sheet.merge((row, column, last_row, last_column))

    def conditional(self, attributes: Attributes) -> None:
        self._range = attributes.get("sqref", "")

    def rule(self, attributes: Attributes) -> None:
        if attributes.get("dxfId") in self._workbook.conditional:
            self._sheet.notes.append(f"{_CONDITIONAL}: {self._range[:_LONGEST_RANGE]}")

    def end(self, _: str) -> None:
        """The cell is complete."""
        sheet, spot, kind, value = self._sheet, self._spot, self._kind, self._value
        if self._has_formula and value and self._workbook.recalculates:
            sheet.remark(_OLD_RESULT, spot)
            sheet.doubtful.add(spot)
        if kind == "inlineStr":
            if self.text.is_struck:
                sheet.remark(STRUCK, spot)
            sheet.put_text(spot, self.text.take(), self._style)
        elif value is None or (not value and kind != "str"):
            if self._has_formula:
                sheet.remark(_NO_RESULT, spot)
        elif kind == "str":
            sheet.put_text(spot, _unescaped(value), self._style)
        elif kind == "s":
            if natural(value) in self._workbook.struck:
                sheet.remark(STRUCK, spot)
            sheet.put_text(spot, self._workbook.strings[natural(value)], self._style)
        elif kind == "n":
            sheet.put_number(spot, number(value), self._style)
        elif kind == "b":
            sheet.put(spot, _BOOLEANS[value])
        elif kind == "d":
            sheet.put_number(spot, _days(value, sheet.formats.epoch_1904), self._style)
        elif kind == "e":
            sheet.put(spot, value)
        else:
            raise ValueError(f"a cell of type {kind}")


def number(text: str) -> float:
    """``text`` as a finite number. Raises ``ValueError``."""
    value = float(text)
    if "_" in text or not math.isfinite(value):
        raise ValueError(f"a number {text}")
    return value


def natural(text: str) -> int:
    """``text`` as a number of digits alone. Raises ``ValueError``."""
    if not text.isdecimal():
        raise ValueError(f"a number {text}")
    return int(text)


def spot_of(name: str) -> Spot:
    """Row and column of the cell ``name`` (``C12``). Raises ``ValueError``."""
    letters = name.rstrip(_DIGITS)
    row, column = natural(name[len(letters) :]) - 1, _column(letters)
    if not 0 <= row < ROWS:
        raise ValueError(f"a cell {name}")
    return row, column


def _after(spot: Spot) -> Spot:
    """The next place in a row. Raises ``ValueError`` where there is none."""
    row, column = spot[0], spot[1] + 1
    if not (0 <= row < ROWS and column < COLUMNS):
        raise ValueError("more rows or columns than a sheet has")
    return row, column


@lru_cache(maxsize=COLUMNS)
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or column > COLUMNS:
            raise ValueError(f"a column {letters}")
        column = column * 26 + ord(letter) - ord("A") + 1
    if not 0 < column <= COLUMNS:
        raise ValueError(f"a column {letters}")
    return column - 1


def _days(text: str, epoch_1904: bool) -> float:
    """The number that stands for the date, the time, or both in ``text`` (ISO 8601)."""
    if "-" not in text:
        text = f"{_DAY_0_OF_1904 if epoch_1904 else _DAY_0}T{text}"
    since = datetime.fromisoformat(text).replace(tzinfo=None)
    return (since - datetime.fromisoformat(_DAY_0_OF_1904 if epoch_1904 else _DAY_0)).total_seconds() / _DAY


def _unescaped(text: str) -> str:
    """``text`` with ``_x000D_`` and the like as characters."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in "\t\n\r\u3000\xa0" else ""
