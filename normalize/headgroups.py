"""Tables with columns for every level 1: 产出指标 over 三级指标 and 指标值, 效益指标 over the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from normalize.clues import OTHER
from normalize.columnkinds import ColumnKinds
from normalize.columns import Header
from normalize.grid import Row
from normalize.headcells import LED, Part, TableHeader
from normalize.model import Text

_MOST_ROWS = 3  # of such a header: what heads all groups, the levels, the names of columns


@dataclass(frozen=True, slots=True)
class GroupReader:
    """Finds such headers; ``role`` is what mappings know a header as, ``is_caption`` tells captions."""

    role: Callable[[Text], str | None]
    is_caption: Callable[[Text], bool]
    kinds: ColumnKinds

    def at(self, rows: Sequence[Row], i: int) -> TableHeader | None:
        """The header of groups that begins in row ``i``; None where none does."""
        for count in range(_MOST_ROWS, 1, -1):
            heading = rows[i : i + count]
            if len(heading) == count and not any(row.is_line for row in heading):
                levels = [k for k, text in enumerate(heading[-2].texts) if self.kinds.is_level1(text.text)]
                names = sum(self.role(text) == "indicator" for text in heading[-1].texts)
                if 1 < len(levels) == names and all(map(self._is_head, heading[:-2])):
                    return self._header(heading, levels)
        return None

    def _is_head(self, row: Row) -> bool:
        return all(
            self.role(text) or self.is_caption(text) or self.kinds.is_header(text.text) for text in row.texts
        )

    def _header(self, heading: Sequence[Row], levels: Sequence[int]) -> TableHeader | None:
        middle, last = heading[-2:]
        starts = [middle.column(k) for k in levels]
        shared = {
            row.column(k): (text, row.colspan(k))
            for row in heading
            for k, text in enumerate(row.texts)
            if row.column(k) < starts[0]
        }
        parts = []
        for number, (level, start) in enumerate(zip(levels, starts, strict=True)):
            end = starts[number + 1] if number + 1 < len(starts) else None
            own = {
                last.column(k): (text, last.colspan(k))
                for k, text in enumerate(last.texts)
                if start <= last.column(k) and (end is None or last.column(k) < end)
            }
            columns = {LED: "level1"}
            for column, (text, _) in sorted({**shared, **own}.items()):
                role = self.role(text)
                taken = role is None or role in columns.values()
                columns[column] = f"{OTHER}{text.text} {column}" if taken or role is None else role
            spans = {LED: 1, **{column: span for column, (_, span) in {**shared, **own}.items()}}
            header = Header(
                tuple(columns.values()),
                tuple(columns),
                tuple(spans[column] for column in columns) if last.ruled else (),
                last.ruled,
            )
            if "indicator" not in header.roles:
                return None
            parts.append(Part(header, start, end, starts[0], level1=middle.texts[level]))
        return TableHeader(tuple(parts), len(heading), None)
