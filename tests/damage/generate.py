"""Filings by the hundred: every kind of damage in turn, each filing from a seed of its own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.damage import department, halves, project, project_halves
from tests.damage.content import PLAIN, any_style
from tests.damage.cuts import cut_texts
from tests.damage.fieldblock import damage_fields
from tests.damage.labels import lose, move
from tests.damage.model import Form, Row, truth
from tests.damage.pages import pages_of, paginate, repeat
from tests.damage.shifts import shift
from tests.damage.slides import push, slide
from tests.damage.style import printed, restyle
from tests.damage.targets import PERIODS, Target

KINDS = (
    "none",
    "shifted",
    "labels_moved",
    "labels_lost",
    "cut",
    "page_breaks",
    "halves",
    "targets_lost",
    "mixed",
    "project_halves",
    "fields",
    "slid",
    "pushed",
    "style",
    "content",
    "mixed_more",
)
MIXES = (
    ("shifted", "cut"),
    ("shifted", "labels_moved"),
    ("cut", "labels_moved"),
    ("shifted", "labels_lost"),
    ("shifted", "page_breaks"),
    ("cut", "targets_lost"),
    ("halves", "cut"),
    ("halves", "targets_lost"),
    ("cut", "labels_moved", "shifted"),
    ("cut", "labels_lost", "page_breaks"),
    ("shifted", "labels_moved", "targets_lost"),
)
MORE = (
    ("style", "fields"),
    ("style", "slid"),
    ("style", "labels_moved"),
    ("fields", "cut"),
    ("fields", "slid", "pushed"),
    ("slid", "labels_lost", "cut"),
    ("slid", "page_breaks", "pushed"),
    ("style", "halves"),
    ("cut", "targets_lost", "halves"),
    ("style", "cut", "halves"),
    ("style", "cut", "shifted", "fields"),
    ("cut", "labels_moved", "shifted", "pushed"),
    ("style", "cut", "labels_lost", "page_breaks"),
    ("fields", "cut", "page_breaks", "slid"),
    ("style", "fields", "pushed", "shifted"),
)
ENCODINGS = ("utf-8",) * 14 + ("utf-8-sig",) * 2 + ("gb18030",) * 3 + ("utf-16",)


def lose_targets(form: Form, rng: Random) -> None:
    """Some indicators keep their rows and lose their targets, now and then one of the two."""
    rows = [row for row in form.rows if row.kind == "indicator"]
    for row in rng.sample(rows, min(len(rows), rng.choice([1, 2, 3, 5]))):
        assert row.indicator is not None
        periods = [p for p in row.indicator.targets if p in row.columns]
        if len(periods) == 2 and rng.random() < 0.25 and form.damage == ["targets_lost"]:
            periods = [rng.choice(periods)]
        for period in periods:
            row.parts[period] = ""
            row.indicator.targets[period] = Target()


def widen(form: Form, rng: Random) -> None:
    """Some forms are typed with full-width signs and digits in their targets."""
    wide = str.maketrans(
        {"%": "％", "=": "＝"} | ({str(d): chr(0xFF10 + d) for d in range(10)} if rng.random() < 0.3 else {})
    )
    for row in form.rows:
        for period in PERIODS:
            if row.kind == "indicator" and row.parts.get(period) and rng.random() < 0.7:
                row.parts[period] = row.parts[period].translate(wide)


def break_pages(form: Form, rng: Random) -> None:
    """More page breaks than usual, with what is printed again at the top."""
    for row in form.rows:
        row.breaks = 0
    paginate(form, rng, 3, 16)
    repeat(form, rng)


# The order in which damages come about: what is cut or lost is so on every page; shifts come last.
def split(form: Form, rng: Random) -> None:
    """Cut the form into left and right halves."""
    (halves if form.family == "department" else project_halves).split(form, rng)


STEPS: dict[str, Callable[[Form, Random], None]] = {
    "cut": cut_texts,
    "style": restyle,
    "targets_lost": lose_targets,
    "labels_lost": lose,
    "page_breaks": break_pages,
    "labels_moved": move,
    "pushed": push,
    "slid": slide,
    "shifted": shift,
    "fields": damage_fields,
    "halves": split,
}


def _rule(rows: list[Row]) -> str:
    """A row of hyphens as converters leave it."""
    return "\t".join("-" * max(8, min(700, len(cell))) for cell in rows[-1].grid())


def render(form: Form, rng: Random) -> str:
    """The text of the file."""
    parts = ["", "", form.title, ""]
    for line in filter(None, [form.year_line, *form.above]):
        parts += [line, ""]
    rule = rng.random() < 0.35 and (form.family == "project" or "rule" in form.printing)
    for page in pages_of(form.rows):
        width = max(len(row.grid()) for row in page)
        if page[0].breaks:
            parts += [""] * page[0].breaks
        parts += ["\t".join([*row.grid(), *[""] * (width - len(row.grid()))]) for row in page]
        if rule and page[-1].kind == "field":
            parts.append(_rule(page))
            rule = False
    return "\n".join(parts)


def _steps(rng: Random, kind: str) -> tuple[str, ...]:
    """The damages of a kind."""
    if kind in ("mixed", "mixed_more"):
        return rng.choice(MIXES if kind == "mixed" else MORE)
    return {"none": (), "content": (), "project_halves": ("halves",)}.get(kind, (kind,))


def one(seed: int, number: int, kind: str) -> Form:
    """The filing of a number: its form, damaged, with its text."""
    rng = Random(f"{seed}:{number}:{kind}")
    steps = _steps(rng, kind)
    if kind == "project_halves":
        whole = False
    elif kind in ("halves", "mixed"):
        whole = "halves" in steps or rng.random() < 0.65
    else:
        whole = rng.random() < 0.65
    style = any_style(rng) if kind == "content" or (kind == "mixed_more" and rng.random() < 0.5) else PLAIN
    form = department.build(rng, style) if whole else project.build(rng, style)
    form.damage, form.steps = list(steps), list(steps)
    if rng.random() < 0.06:
        widen(form, rng)
    if kind in ("labels_moved", "mixed"):
        paginate(form, rng, 5, 20)
    elif rng.random() < 0.8:
        paginate(form, rng)
    for name, step in STEPS.items():
        if name in steps:
            step(form, rng)
    form.text = printed(form, form.text or render(form, rng))
    form.damage = [kind]
    return form


def encode(text: str, rng: Random) -> bytes:
    """The text as bytes, in one of the encodings that exports use."""
    if rng.random() < 0.1 and "\r" not in text:
        text = text.replace("\n", "\r\n")
    return text.encode(rng.choice(ENCODINGS))


def generate(
    count: int, seed: int, kinds: tuple[str, ...] = KINDS
) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """(name, bytes of the file, truth) of every filing."""
    for number in range(count):
        kind = kinds[number % len(kinds)]
        form = one(seed, number, kind)
        yield f"{number:04d}_{kind}", encode(form.text, Random(f"{seed}:{number}:bytes")), truth(form)


def write(out: Path, count: int, seed: int, kinds: tuple[str, ...] = KINDS) -> None:
    """Write filings and truths below ``out``."""
    for folder in ("filings", "truth"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for name, data, answer in generate(count, seed, kinds):
        (out / "filings" / f"{name}.txt").write_bytes(data)
        text = json.dumps(answer, ensure_ascii=False, indent=1)
        (out / "truth" / f"{name}.json").write_text(text + "\n", encoding="utf-8")
