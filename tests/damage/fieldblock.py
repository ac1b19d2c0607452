"""The block of labelled fields: rows that slide, texts that a page break tears, labels cut, codes glued."""

import re
from random import Random

from tests.damage.cuts import FIELD_LABELS, cut
from tests.damage.model import Form, Row

LONG = 60  # printed characters from which a text may run over a page break


def _slide(cells: list[str], mode: str) -> list[str]:
    """The cells of a field row in another place."""
    if mode == "right":
        return ["", *cells]
    if mode == "far":
        return ["", "", *cells]
    if mode == "gap":  # every value one further from its label
        return [cells[0], "", *cells[1:]]
    left = cells[1:] if not cells[0] else [cells[0], *cells[2:]] if not cells[1] and any(cells[2:]) else cells
    return [*left, ""]


def _shift(form: Form, rng: Random) -> bool:
    """A run of rows slides."""
    rows = [row for row in form.rows if row.kind == "field" and row.cells is None]
    start = rng.randrange(len(rows))
    mode = rng.choice(["right", "right", "far", "gap", "left"])
    done = False
    for row in rows[start : start + rng.choice([1, 2, 4, 8])]:
        cells = row.grid()
        # A pair whose first value is blank would change places with the next label.
        if mode == "left" and len(row.fields) > 1 and cells[0]:
            continue
        moved = _slide(cells, mode)
        done = done or [c for c in moved if c] != moved or moved != cells
        row.cells = moved
    return done


def _tear(form: Form, rng: Random) -> bool:
    """A page break runs through a text: its rest stands in a row without a label."""
    rows = [row for row in form.rows if row.kind == "field" and row.fields and row.cells is None]
    rows = [row for row in rows if len(row.shown().get("value", "")) > LONG]
    for row in rng.sample(rows, min(len(rows), rng.choice([1, 1, 2, 3]))):
        text = row.shown()["value"]
        places = [
            at
            for at in range(20, len(text) - 12)
            if not re.search(r"<[^>]*$|&[^;]*$", text[:at])
            and not text[at - 1].isascii()
            and not text[at].isascii()
        ]
        if not places:
            continue
        at = rng.choice(places)
        rest = Row("field", row.columns, {"value": text[at:]}, breaks=rng.choice([1, 1, 2]))
        if rng.random() < 0.25:  # leading empty cells dropped
            rest.cells = [text[at:], *[""] * (len(row.columns) - 1)]
        row.parts["value"] = text[:at]
        form.rows.insert(form.rows.index(row) + 1, rest)
    return bool(rows)


def _cut_labels(form: Form, rng: Random) -> bool:
    """Many labels lose their head or their tail."""
    rate = rng.choice([0.4, 0.6, 0.9])
    done = False
    for row in form.rows:
        for one in row.fields:
            if len(one.label) < 4 or rng.random() >= rate:
                continue
            colon = one.shown_label.endswith(":")
            rest = cut(rng, one.label, FIELD_LABELS, 3, "h" if colon else "ht")
            if rest and rest != "单位负责人":  # a label of its own
                one.shown_label = rest + ":" * colon
                done = True
    return done


def _glue(form: Form, rng: Random) -> bool:
    """The unit's code runs into its name."""
    row = form.rows[0]
    row.parts["value"] = row.parts["value"].replace(" ", rng.choice(["", "", "　"]))
    return True


def damage_fields(form: Form, rng: Random) -> None:
    """One to three of the damages of the block."""
    ways = [_cut_labels, _tear, _shift]
    if form.family == "project":
        ways.append(_glue)
    done = False
    while not done:
        chosen = rng.sample(ways, rng.choice([1, 2, 2, 3]))
        done = any([way(form, rng) for way in ways if way in chosen])
