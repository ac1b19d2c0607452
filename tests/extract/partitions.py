"""Grids cut into merged cells, to write in some format and to read back."""

from hypothesis import strategies as st

from extract import Table

Place = tuple[int, int, int, int, str]  # row, column, rowspan, colspan, text


@st.composite
def partitions(draw: st.DrawFn) -> list[Place]:
    """The cells of a grid without a hole, in reading order; in every row and column one begins."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    taken: set[tuple[int, int]] = set()
    cells: list[Place] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            free = next((at for at in range(column, columns) if (row, at) in taken), columns) - column
            # The first row and column stay unmerged, so that the grid is told by them.
            height = 1 if column == 0 else draw(st.integers(1, min(3, rows - row)))
            width = 1 if row == 0 else draw(st.integers(1, min(3, free)))
            covered = {
                (at, beside) for at in range(row, row + height) for beside in range(column, column + width)
            }
            taken |= covered
            cells.append((row, column, height, width, draw(st.text("甲乙1%≥", max_size=3))))
    return cells


def places(table: Table) -> list[Place]:
    """The cells of ``table`` as tuples."""
    return [(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in table.cells]
