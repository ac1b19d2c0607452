"""The labels of one level of an indicator table, in order: as printed, and those that mappings ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from normalize.clues import LEVELS, Clues
from normalize.columns import Assigned
from normalize.mappings import fold
from normalize.model import Change, Text

# Confidence in a label that is printed nowhere, before its rows are weighed: one that mappings place the row
# under, and one that the form always has in this place.
_UNPRINTED, _MISSING = 0.93, 0.88


@dataclass(frozen=True, slots=True)
class Block:
    """An indicator table: its ``lines``, those of them that are indicators (``steps``), its levels, finest
    first. ``lost`` are level-1 labels that the form has, prints nowhere, and that may be this table's;
    ``late`` says whether the form shows that labels are printed below their first rows."""

    lines: tuple[Assigned, ...]
    steps: tuple[Assigned, ...]
    levels: tuple[str, ...]
    clues: Clues
    lost: tuple[str, ...]
    late: bool

    @property
    def halves(self) -> bool:
        """Whether labels and indicators stand on different halves of a page."""
        return any(step.row.side == "right" for step in self.steps)

    def name(self, step: int) -> str:
        """The name of an indicator, empty if it is lost."""
        text = self.steps[step].cells.get("indicator")
        return text.text if text else ""


@dataclass(frozen=True, slots=True)
class Label:
    """A label: ``at`` is the item beside which (``own``) or before which it is printed.

    ``text`` None ends the label before it (a coarser label began without one); ``restored`` marks a
    label that is printed nowhere and that mappings ask for. A ``half`` label stands on a left half page,
    of which only the ``sheet`` is known; ``context`` is the coarser label that it stands under, ``floor``
    the first item that may be its own, since a coarser label printed above ends there. ``line`` is its
    line in the block.
    """

    text: Text | None
    at: int
    own: bool = True
    top: bool = False
    sheet: int = 0
    half: bool = False
    restored: bool = False
    line: int = -1
    context: str = ""
    floor: int = 0

    @property
    def words(self) -> str | None:
        """What the label says, None where there is none."""
        return self.text.text if self.text else None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a block: ``items`` are the segments of the ``finer`` level (steps of each), to be laid
    under the labels of ``role``; at the finest level each step is an item."""

    block: Block
    role: str
    items: list[list[int]]
    finer: list[Label]

    def labels(self) -> list[Label]:
        """All labels of the level in order, the first standing for no label yet."""
        return self._with_lost(self._with_restored(self._printed()))

    def _printed(self) -> list[Label]:
        block = self.block
        coarser = block.levels[block.levels.index(self.role) + 1 :]
        labels = [Label(None, 0, own=False)]
        opened: dict[str, str] = {}
        context = ""
        step, floor, floor_beside = 0, 0, False
        for number, line in enumerate(block.lines):
            above = [line.cells[role] for role in coarser if role in line.cells]
            news = [role for role in coarser if role in line.cells and opened.get(role) != _key(line, role)]
            opened |= {role: _key(line, role) for role in coarser if role in line.cells}
            context = " ".join(text.text for text in above) or context
            text = line.cells.get(self.role)
            at, beside = self._position(number, step)
            if at < (below := labels[-1].at + labels[-1].own):
                # It stands beside the segment of the label above, and begins below that.
                at, beside = min(below, len(self.items)), False
            # A label below a coarser one reaches up to it; one that begins with it stays below the last.
            low = floor + (bool(news) and floor_beside)
            half = line.row.side == "left" and not self.finer
            top, sheet = line.row.top, line.row.sheet
            label = Label(text, at, beside, top, sheet, half, line=number, context=context, floor=low)
            if news:
                floor, floor_beside = at, beside
            completed = text is not None and any(c.kind == "label_completed" for c in text.changes)
            if text and (news or completed or opened.get(self.role) != fold(text.text)):
                labels.append(label)
                opened[self.role] = fold(text.text)
            elif not text and news and not top and self._ends_finer(news, number):
                labels.append(replace(label, own=False, floor=at))
                opened.pop(self.role, None)
            step += is_indicator(line)
        return labels

    def _ends_finer(self, news: Sequence[str], number: int) -> bool:
        """Whether a coarser label printed alone begins a new one; the first of a block is just late."""
        return any(role in line.cells for line in self.block.lines[:number] for role in news)

    def _position(self, number: int, step: int) -> tuple[int, bool]:
        """The item beside or before which line ``number`` is printed, ``step`` being the next indicator."""
        own = is_indicator(self.block.lines[number])
        if not self.finer:
            return step, own
        for k, label in enumerate(self.finer):
            if label.line == number:
                return k, True
        later = [k for k, item in enumerate(self.items) if item and item[-1] >= step]
        return (later[0], own) if later else (len(self.items), False)

    def _with_restored(self, labels: list[Label]) -> list[Label]:
        """... with those that mappings ask for and that are printed nowhere, where the first row asks and the
        form has fixed rows; elsewhere authors choose what their labels are."""
        if self.role == "key_task" or not self.block.clues.fixed:
            return labels
        printed = {self.known(label) for label in labels}
        merged, asked = list(labels), set(printed)
        for number, item in enumerate(self.items):
            for name in self._asked(number) if item else ():
                if fold(name) in asked:
                    continue
                asked.add(fold(name))
                before = [
                    k for k, other in enumerate(merged) if k == 0 or other.at < number + (not other.own)
                ]
                merged.insert(before[-1] + 1, self._unprinted(name, item[0], number))
        return merged

    def known(self, label: Label) -> str:
        """A label's name in mappings, folded; as printed where they do not know it."""
        found = self.block.clues.level(label.words, self.role) if label.words else None
        return fold(found.key if found else label.words or "")

    def _unprinted(self, name: str, step: int, at: int, sure: float = _UNPRINTED) -> Label:
        """A label that stands nowhere on the page, at the place of the first row that it is for."""
        place = self.block.steps[step].row.texts[0].place
        evidence = "printed nowhere; mappings place the row under it"
        change = Change("label_completed", None, name, place.page, evidence, sure)
        return Label(Text(name, "", place, (change,), sure), at, own=False, restored=True)

    def _asked(self, number: int) -> set[str]:
        """The one label that mappings know for an item, as a set; empty where several or none."""
        clues = self.block.clues
        if self.role == "level1" and self.finer and (words := self.finer[number].words):
            found = clues.level(words, "level2")
            parents = clues.parents(found.key) & set(clues.order) if found else set()
            return parents if len(parents) == 1 else set()
        asked: set[str] = set()
        for step in self.items[number]:
            one = {
                name
                for name in clues.asked(self.block.name(step), self.role)
                if clues.is_level(name, self.role)
            }
            asked |= one if len(one) == 1 else set()
        return asked

    def _with_lost(self, labels: list[Label]) -> list[Label]:
        """... with the level-1 labels that the form prints nowhere, each at its place in the form's order."""
        order = {fold(name): k for k, name in enumerate(self.block.clues.order)}
        merged = list(labels)
        for name in self.block.lost if self.role == "level1" else ():
            if any(self.known(label) == fold(name) for label in merged):
                continue
            ranks = [order.get(self.known(label), -1) for label in merged]
            before = max(k for k, rank in enumerate(ranks) if k == 0 or rank < order[fold(name)])
            at = min((label.at for label in merged[before + 1 :]), default=merged[before].at)
            merged.insert(before + 1, self._unprinted(name, 0, at, _MISSING))
        return merged


def is_indicator(line: Assigned) -> bool:
    """Whether a line holds an indicator, and not labels alone."""
    return line.row.side != "left" and any(role not in LEVELS for role in line.cells)


def _key(line: Assigned, role: str) -> str:
    return fold(line.cells[role].text)
