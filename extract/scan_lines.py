"""Dark lines of a scanned page: where they are, how dark and how even, and whether in a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extract.content import Flags, Floats
from extract.recognise import Image

# Of its usual darkness, that a ruling has nearly everywhere: in a text, through the lines of one.
EVEN, EVEN_THROUGH = 0.5, 0.8
_TOUCHING = 0.5  # of the darkness of a ruling where it is darkest, that what touches it has at most
CROSSING = 4  # pixels at the ends of a ruling that others may cross
MOSTLY = 0.6  # of a line, in which strokes are and rulings are there


@dataclass(frozen=True, slots=True, eq=False)
class Ridges:
    """Of each pixel how much darker it is than what is on both sides of it, across one direction, and where
    it is ``crossed`` by what may be a ruling of the other one. What is below ``least`` is none."""

    darkness: Image
    crossed: Image
    least: float

    def along(self, across: float, start: float, end: float) -> Floats:
        """The darkness along a line, not a number where others cross it."""
        part = np.s_[max(round(across) - 2, 0) : round(across) + 3, max(round(start), 0) : round(end) + 1]
        profile = self.darkness[part].max(axis=0).astype(np.float64)
        profile[self.crossed[part].any(axis=0)] = np.nan
        return np.asarray(profile)

    def middle(self, top: float, left: float, width: float, thickness: float) -> float:
        """The middle across a line in a box, of what is darker than texts that may touch it."""
        part = np.s_[round(top) : round(top + thickness), round(left) : round(left + width)]
        clear = self.crossed[part].max(axis=0) == 0
        profile = self.darkness[part][:, clear].sum(axis=1, dtype=np.float64)
        core = (profile - _TOUCHING * profile.max()).clip(0)
        return float(top + np.average(np.arange(len(profile)), weights=core + 1e-6))


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Dark lines of one direction: of each the position across it, where it starts and ends, and how dark it
    is from pixel to pixel."""

    across: Floats
    start: Floats
    end: Floats
    darkness: Sequence[Floats]

    def chosen(self, kept: Flags) -> "Lines":
        """Those of the lines that are ``kept``."""
        darkness = [profile for profile, is_kept in zip(self.darkness, kept, strict=True) if is_kept]
        return Lines(self.across[kept], self.start[kept], self.end[kept], darkness)

    def with_more(self, others: "Lines") -> "Lines":
        """These lines and ``others``."""
        return Lines(
            np.concatenate((self.across, others.across)),
            np.concatenate((self.start, others.start)),
            np.concatenate((self.end, others.end)),
            [*self.darkness, *others.darkness],
        )

    def between_crossings(self, ridges: Ridges) -> "Lines":
        """The parts of the lines between where others cross them."""
        parts = []
        for across, start, profile in zip(self.across, self.start, self.darkness, strict=True):
            crossed = np.flatnonzero(np.isnan(profile))
            runs = np.split(crossed, np.flatnonzero(np.diff(crossed) > 1) + 1) if len(crossed) else []
            cuts = [0.0, *(float(run.mean()) for run in runs), float(len(profile) - 1)]
            parts += [(across, start + first, start + last) for first, last in pairwise(cuts)]
        found = np.array(parts, dtype=np.float64).reshape(-1, 3)
        return with_darkness(found[:, 0], found[:, 1], found[:, 2], ridges)

    def evenness(self) -> Floats:
        """How dark each line is where it is faintest, but for a tenth of it, by how dark it is mostly."""
        return np.array([evenness(profile, profile) for profile in self.darkness], dtype=np.float64)

    def usual(self) -> Floats:
        """How dark each line is mostly."""
        return np.array([usual(profile) for profile in self.darkness], dtype=np.float64)

    def are_broken(self) -> Flags:
        """Which lines are even where they are, and are in most places."""
        parts = [profile[profile >= EVEN * usual(profile)] for profile in self.darkness]
        there = np.array(
            [len(part) / max(1, len(whole)) for part, whole in zip(parts, self.darkness, strict=True)]
        )
        even = np.array([evenness(part, part) for part in parts])
        return np.asarray((there >= MOSTLY) & (even >= EVEN_THROUGH))

    def meets(self, places: Floats, other: "Lines", reach: float) -> Flags:
        """Which of the lines have an ``other`` one at their ``places``."""
        crosses = (other.start - reach <= self.across[:, None]) & (self.across[:, None] <= other.end + reach)
        return np.asarray((crosses & (abs(places[:, None] - other.across) <= reach)).any(axis=1))

    def in_text(self, texts: Floats, inset: Floats | float = 0.0) -> Floats:
        """The share of each line that is inside of ``texts`` (n × 4, along and across it), at least ``inset``
        (n) from their sides across it."""
        first, low, last, high = texts.T
        inside = (low + inset < self.across[:, None]) & (self.across[:, None] < high - inset)
        shared = np.minimum(self.end[:, None], last) - np.maximum(self.start[:, None], first)
        shared = np.where(inside, shared, 0).clip(0).sum(axis=1)
        return np.asarray(shared / np.maximum(self.end - self.start, 1))


def with_darkness(across: Floats, start: Floats, end: Floats, ridges: Ridges) -> Lines:
    darkness = [ridges.along(*line) for line in zip(across, start, end, strict=True)]
    return Lines(across, start, end, darkness)


def evenness(part: Floats, whole: Floats) -> float:
    """How dark a ``part`` of a line is where it is faintest, by how dark the ``whole`` is mostly. Its ends,
    and where others cross it, are left out."""
    inner = part[CROSSING:-CROSSING] if len(part) > 4 * CROSSING else part
    inner, whole = inner[~np.isnan(inner)], whole[~np.isnan(whole)]
    return float(np.percentile(inner, 10) / max(usual(whole), 1.0)) if len(inner) else 1.0


def usual(profile: Floats) -> float:
    """How dark a line is mostly; 0 where others cross it everywhere."""
    profile = profile[~np.isnan(profile)]
    return float(np.median(profile)) if len(profile) else 0.0
