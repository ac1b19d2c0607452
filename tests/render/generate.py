"""Cases: forms of the generator and of the samples, laid out, damaged, each with its truth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.damage import department, project
from tests.damage.content import PLAIN, any_style
from tests.damage.cuts import cut_texts
from tests.damage.model import Form, truth
from tests.damage.style import restyle
from tests.render.damage import GRID
from tests.render.layout import lay
from tests.render.samples import form_of, samples
from tests.render.sheet import Look, Sheet, any_look

KINDS = ("none", "style", "content", "unmerged", "repeated", "shifted", "cut", "padded", "several")


@dataclass(frozen=True, slots=True)
class Case:
    """Sheets of one file, how they look, and the truth but for what the format adds."""

    name: str
    kind: str
    sheets: list[Sheet]
    look: Look
    truth: dict[str, Any]

    def rng(self, use: str) -> Random:
        """Random numbers for one use, the same in every run."""
        return Random(f"{self.name}:{use}")


def _form(rng: Random, kind: str) -> Form:
    """A form, with what its texts suffer before they are laid out."""
    style = any_style(rng) if kind == "content" else PLAIN
    form: Form = (department.build if rng.random() < 0.6 else project.build)(rng, style)
    form.damage = [kind]
    if kind == "cut":
        form.steps = ["cut"]
        cut_texts(form, rng)
    elif kind == "style":
        restyle(form, rng)
    return form


def _laid(form: Form, kind: str, rng: Random, look: Look) -> Sheet:
    sheet = lay(form, rng, look)
    return GRID[kind](sheet, rng) if kind in GRID else sheet


def generated(number: int, seed: int, kind: str) -> Case:
    """The case of a number."""
    rng = Random(f"{seed}:{number}:{kind}")
    look = any_look(rng)
    forms = [_form(rng, kind) for _ in range(2 if kind == "several" else 1)]
    truths = [truth(form) for form in forms]
    answer = {"forms": truths, "damage": [kind]} if len(truths) > 1 else truths[0]
    return Case(f"{number:04d}_{kind}", kind, [_laid(form, kind, rng, look) for form in forms], look, answer)


def cases(count: int, seed: int, kinds: tuple[str, ...] = KINDS) -> Iterator[Case]:
    """Every kind in turn."""
    for number in range(count):
        yield generated(number, seed, kinds[number % len(kinds)])


def sample_cases(folder: Path, looks: Iterable[int] = (0, 1, 2)) -> Iterator[Case]:
    """The filings whose answers are in ``folder``, each in ``looks``, told by number; 0 is the plain one."""
    for name, answer in samples(folder):
        for number in looks:
            rng = Random(f"{name}:{number}")
            look = any_look(rng) if number else Look()
            form = form_of(answer)
            form.damage = ["sample"]
            yield Case(f"{name}_{number}", "sample", [lay(form, rng, look)], look, truth(form))
