"""Forms of the samples, of the families and of the generator, printed, then scanned."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2

from extract import read
from tests.families.layouts import NAMES, sheet, truth
from tests.render.formats import write as print_cases
from tests.render.generate import Case, generated, sample_cases
from tests.render.sheet import Look, any_look
from tests.scans.containers import write_pdf, write_picture, write_tiff
from tests.scans.damage import KINDS, Picture

DPI = (150, 200, 300)
GROUPS = ("samples", "families", "generator")  # where forms come from
CONTENTS = ("none", "content")  # kinds of the generator that damage nothing
MOST_PAGES = 7  # longer prints are left out: they take their time and show nothing else


@dataclass(frozen=True, slots=True)
class Scan:
    """How a print is scanned: the damage and the dots per inch."""

    kind: str
    dpi: int

    def rng(self, name: str) -> np.random.Generator:
        """Random numbers for one page, the same in every run."""
        return np.random.default_rng(list(f"{name}:{self.kind}:{self.dpi}".encode()))


def cases(count: int, seed: int, groups: Collection[str] = GROUPS, samples: Path | None = None) -> list[Case]:
    """Forms of ``groups`` (see ``GROUPS``) in turn."""
    rng = Random(seed)
    families = [_family(name, Look() if seed % 2 else any_look(rng)) for name in NAMES]
    rng.shuffle(families)
    kinds = [generated(number, seed, CONTENTS[number % len(CONTENTS)]) for number in range(count)]
    known = list(sample_cases(samples, dict.fromkeys((0, *range(seed, seed + 5))))) if samples else []
    rng.shuffle(known)
    forms = dict(zip(GROUPS, (known, families, kinds), strict=True))
    turns = [forms[group] for group in groups if forms[group]]
    mixed = chain.from_iterable(
        (group[at] for group in turns if at < len(group)) for at in range(max(map(len, turns), default=0))
    )
    chosen = list(islice(mixed, count))
    rng.shuffle(chosen)  # else each group has a producer of its own
    return chosen


def _family(name: str, look: Look) -> Case:
    return Case(name, "none", [sheet(name)], replace(look, apart=False), truth(name) | {"damage": ["none"]})


def scans(seed: int, kinds: tuple[str, ...], dpi: tuple[int, ...]) -> Iterator[Scan]:
    """All kinds at all resolutions, shuffled, without end."""
    all_of_them = [Scan(kind, dots) for kind in kinds for dots in dpi]
    rng = Random(f"{seed}:scans")
    while True:
        rng.shuffle(all_of_them)
        yield from all_of_them


def drawn(path: Path, dpi: int) -> list[Picture]:
    """The pages of a PDF as pictures."""
    pages = (page.render(scale=dpi / 72, rev_byteorder=True) for page in pypdfium2.PdfDocument(path))
    return [np.array(page.to_numpy()[..., :3]) for page in pages]


def write(
    out: Path,
    count: int,
    seed: int,
    kinds: tuple[str, ...],
    dpi: tuple[int, ...],
    groups: Collection[str] = GROUPS,
    samples: Path | None = None,
) -> int:
    """Write OUT/printed, OUT/filings and OUT/truth; how many scans there are."""
    forms = out / "forms"
    print_cases(cases(count, seed, groups, samples), forms, ["pdf"])
    (forms / "filings").rename(out / "printed")
    (out / "filings").mkdir(parents=True)
    (out / "truth").mkdir()
    prints = sorted((out / "printed").iterdir())
    prints = [path for path in prints if len(pypdfium2.PdfDocument(path)) <= MOST_PAGES]
    waiting, written = scans(seed, kinds, dpi), 0
    for turn in range(-(-count // len(prints)) if prints else 0):
        for path in prints[: count - turn * len(prints)]:
            answer = json.loads((forms / "truth" / f"{path.name}.json").read_text(encoding="utf-8"))
            name, told = scan(path, next(waiting), out / "filings")
            text = json.dumps(answer | told, ensure_ascii=False, indent=1) + "\n"
            (out / "truth" / f"{name}.json").write_text(text, encoding="utf-8")
            written += 1
    for file in (forms / "truth").iterdir():
        file.unlink()
    (forms / "truth").rmdir()
    forms.rmdir()
    return written


def damaged(picture: Picture, how: Scan, name: str) -> Picture:
    """A page as a scanner leaves it; its ``name`` and the scan make the random numbers."""
    rng = how.rng(name)
    for damage in KINDS[how.kind]:
        picture = damage(picture, how.dpi, rng)
    return picture


def scan(path: Path, how: Scan, folder: Path) -> tuple[str, dict[str, object]]:
    """Scan a print into ``folder``: the file's name, and what tells it from others."""
    pages: list[Picture | None] = []
    for number, page in enumerate(drawn(path, how.dpi)):
        is_text = how.kind == "mixed" and number % 2
        pages.append(None if is_text else damaged(page, how, f"{path.stem}:{number}"))
    stem = f"{path.stem}_{how.kind}{how.dpi}"
    container = _container(Random(stem), how.kind, len(pages))
    target = folder / f"{stem}.{container}"
    pictures = [page for page in pages if page is not None]
    if container == "tiff":
        write_tiff(pictures, how.dpi, target)
    elif container == "pdf":
        layer = read(path).pages if how.kind == "layer" else ()
        write_pdf(pages, how.dpi, target, path, layer)
    else:
        write_picture(pictures[0], how.dpi, target)
    told = {"format": "scan", "damage": [how.kind], "dpi": how.dpi, "container": container}
    told |= {"how": f"{how.kind} {how.dpi}"}
    return target.name, told | {"printed": path.name}


def _container(rng: Random, kind: str, pages: int) -> str:
    if kind in ("mixed", "layer"):
        return "pdf"
    return rng.choice(["pdf", "pdf", "tiff", *(["png", "jpg"] if pages == 1 else [])])
