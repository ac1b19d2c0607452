"""Headers of indicator tables that take two rows: 年度指标值 over 指标性质, 指标值 and 度量单位."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from normalize.clues import LEVELS
from normalize.columnkinds import ColumnKinds
from normalize.grid import Row
from normalize.headcells import Head, heads_of, over
from normalize.headnames import HeadNames
from normalize.mappings import fold
from normalize.model import Place

POINTS = ("weight", "score")
_MOST_KNOWN = 0.6  # share of the texts over a header that must be known to belong to it


@dataclass(frozen=True, slots=True)
class TwoRows:
    """Finds them, by what is known of their ``names``."""

    names: HeadNames
    kinds: ColumnKinds

    def of(self, upper: Row, lower: Row) -> list[Head] | None:
        """The columns of a header that takes two rows; None where these are none."""
        roles = [{self.names.role(text) for text in row.texts} for row in (upper, lower)]
        if "indicator" in roles[0]:
            fits = self._is_below(upper, lower)
        else:
            fits = "indicator" in roles[1] and self._is_above(upper, lower)
        if not fits:
            return None
        heads = over(upper, lower)
        if not lower.ruled and any(map(self._is_foreign, heads)):
            return heads_of(upper)  # the export moved the second row aside
        return self._by_above(heads)

    def _is_foreign(self, head: Head) -> bool:
        """Whether a header of another kind stands below that of a level or of the indicators."""
        above = self.names.role(head.above) if head.above else None
        under = self.names.role(head.text)
        return above in (*LEVELS, "indicator") and under not in (None, "indicator", above, *POINTS)

    def _by_above(self, heads: Sequence[Head]) -> list[Head]:
        """The columns under a cell that is a header itself (三级指标 over 名称 and 权重): the first whose own
        name says nothing is the column that it names, what else a level has is spare."""
        found: list[Head] = []
        named: set[Place] = set()
        for head in heads:
            role, own = self.names.role(head.above) if head.above else None, self.names.role(head.text)
            if head.above and role and head.above.place not in named:
                if own is None or (own == "indicator" and role in LEVELS):
                    named.add(head.above.place)
                    head = replace(head, text=head.above)
            elif role in LEVELS:
                head = replace(head, is_spare=True)
            found.append(head)
        return found

    def _is_below(self, upper: Row, lower: Row) -> bool:
        """Whether ``lower`` is the second row of a header whose first names the indicators."""
        if self._repeats(lower):
            return True
        if lower.ruled:
            covered = {cell.text.place for cell in lower.covering}
            return any(self.names.role(text) == "indicator" and text.place in covered for text in upper.texts)
        if self._divides(upper, lower):
            return True
        roles = [self.names.role(text) for text in lower.texts]
        if len(roles) > 1 and all(roles) and not {"indicator", "level1"} & set(roles):
            return True
        return self._is_between(upper, lower)

    def _is_between(self, upper: Row, lower: Row) -> bool:
        """Whether ``lower``, of a table without spans, stands where nothing stands in ``upper``: two words or
        more under a header that takes several columns."""
        columns = [upper.column(i) for i in range(len(upper.texts))]
        heads = [
            max((k for k, column in enumerate(columns) if column <= lower.column(i)), default=-1)
            for i in range(len(lower.texts))
        ]
        wide = all(0 <= k < len(columns) - 1 and columns[k + 1] - columns[k] > 1 for k in heads)
        starts = {lower.column(i) for i in range(len(lower.texts))} & set(columns)
        words = not any(
            self.kinds.is_level(text.text) or self.kinds.is_target(text.text) for text in lower.texts
        )
        return wide and bool(starts) and len(heads) > len(set(heads)) and words

    def _divides(self, upper: Row, lower: Row) -> bool:
        """Whether ``lower`` prints names behind the indicators' alone, some where ``upper`` has none."""
        name = next(
            upper.column(i) for i, text in enumerate(upper.texts) if self.names.role(text) == "indicator"
        )
        above = {upper.column(i) for i in range(len(upper.texts))}
        columns = [lower.column(i) for i in range(len(lower.texts))]
        if min(columns) <= name or above.issuperset(columns):
            return False
        return len(columns) > 1 and not any(self.kinds.is_target(text.text) for text in lower.texts)

    def _repeats(self, row: Row) -> bool:
        """Whether a row prints the same few names again and again, points among them: under each level."""
        counts = Counter(fold(text.text) for text in row.texts)
        points = [text for text in row.texts if self.names.role(text) in POINTS]
        return bool(points) and min(counts.values()) > 1 and len(points) < len(row.texts)

    def _is_above(self, upper: Row, lower: Row) -> bool:
        """Whether ``upper`` is the first row of a header whose second names the indicators: what is not known
        goes down through both rows, or over several columns beside a header that does."""
        known = [self.names.role(text) or self.names.is_caption(text) for text in upper.texts]
        if not lower.ruled:
            return len(known) > 1 and sum(map(bool, known)) >= _MOST_KNOWN * len(known)
        covering = {cell.text.place for cell in lower.covering}
        goes_down = any(self.names.role(text) and text.place in covering for text in upper.texts)
        return (
            len(known) > 1
            and any(known)
            and all(
                name or text.place in covering or (goes_down and upper.colspan(i) > 1)
                for i, (name, text) in enumerate(zip(known, upper.texts, strict=True))
            )
        )
