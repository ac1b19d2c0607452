"""The good filings: a form of every known family in five formats."""

import re
from functools import cache
from random import Random

from tests.extract import pdfs
from tests.families.layouts import NAMES, plain, sheet
from tests.render import docx, web, xlsx
from tests.render.sheet import Look, Sheet

FAMILIES = ("department_evaluation", *(name for name in NAMES if re.match(r"f\d\d_", name)))
FORMATS = ("txt", "docx", "xlsx", "html", "pdf")
_EM, _LINE, _WIDTH, _MARGIN = 10, 14, 900, 30  # points


@cache
def filing(name: str, format: str) -> bytes:
    """A form of ``tests.families`` in one of ``FORMATS``."""
    form, rng = sheet(name), Random(name)
    if format == "txt":
        return plain(form).encode()
    if format == "pdf":
        return printed(form)
    render = {"docx": docx.render, "xlsx": xlsx.render, "html": web.render}[format]
    return render([form], Look(), rng)


def filings() -> dict[str, bytes]:
    """The 60 good files by their names."""
    return {f"good/{name}.{format}": filing(name, format) for name in FAMILIES for format in FORMATS}


def printed(form: Sheet) -> bytes:
    """A form on one page as long as it takes."""
    share = (_WIDTH - 2 * _MARGIN) / sum(form.widths)
    columns = [_MARGIN + share * sum(form.widths[:n]) for n in range(len(form.widths) + 1)]
    wrapped = {}
    heights = [_LINE + 6] * form.row_count
    for cell in form.cells:
        width = columns[cell.column + cell.colspan] - columns[cell.column]
        fits = max(1, int((width - 6) / _EM))
        lines = [line[k : k + fits] for line in cell.text.split("\n") for k in range(0, len(line) or 1, fits)]
        wrapped[cell.row, cell.column] = lines
        needed = len(lines) * _LINE + 6 - sum(heights[cell.row : cell.row + cell.rowspan])
        heights[cell.row + cell.rowspan - 1] += max(0, needed)
    top = _MARGIN + 20 * (1 + len(form.above))
    rows = [top + sum(heights[:n]) for n in range(len(heights) + 1)]
    high = rows[-1] + _MARGIN
    shift = high - pdfs.HEIGHT  # the helpers count from the top of a page of their own height
    drawn = [pdfs.text(300, 30 - shift, form.title, 16)]
    drawn += [pdfs.text(300, 50 + 20 * n - shift, line) for n, line in enumerate(form.above)]
    for cell in form.cells:
        left, right = columns[cell.column], columns[cell.column + cell.colspan]
        upper, lower = rows[cell.row] - shift, rows[cell.row + cell.rowspan] - shift
        corners = [(left, upper, right, upper), (left, lower, right, lower)]
        corners += [(left, upper, left, lower), (right, upper, right, lower)]
        drawn += [pdfs.line(*corner) for corner in corners]
        for n, line in enumerate(wrapped[cell.row, cell.column]):
            drawn.append(pdfs.text(left + 3, upper + 13 + n * _LINE, line))
    return pdfs.pdf("\n".join(drawn), box=f"0 0 {_WIDTH} {high}")
