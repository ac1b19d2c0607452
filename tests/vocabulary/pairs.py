"""Labelled pairs of indicator names: `pairs.csv`, written from forms, not from what the matcher does.

`same` is a pair for which an analyst wants one name; `opposite` one that must never be taken for the other;
`different` any other two things. Half of them, by a hash of the pair, is held out: nothing is tuned on it.
"""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

PAIRS = Path(__file__).with_name("pairs.csv")
LABELS = ("same", "different", "opposite")
SPLITS = ("tune", "held_out")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names as forms print them, each under its level 2, and what they are to each other."""

    one: str
    one_level2: str
    other: str
    other_level2: str
    label: str
    split: str


def split_of(one: str, other: str, one_level2: str, other_level2: str) -> str:
    """The half that a pair belongs to."""
    digest = hashlib.sha256(f"{one}|{other}|{one_level2}|{other_level2}".encode()).digest()
    return SPLITS[digest[0] % 2]


def labelled() -> list[Pair]:
    """All pairs, as they stand in the file."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [Pair(**row) for row in csv.DictReader(file)]
