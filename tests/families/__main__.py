"""The forms of every family as files, each with its truth, as ``tests.render`` writes its own.

    python -m tests.families OUT [--formats txt,docx,xlsx,html,pdf] [--looks 2]

writes OUT/filings and OUT/truth, for ``shared/score.py`` or ``tests.bench_truths``.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.families.layouts import NAMES, plain, sheet, truth
from tests.render.formats import write
from tests.render.generate import Case
from tests.render.sheet import Look, any_look


def cases(looks: int) -> Iterator[Case]:
    """Every form in several looks, the first a plain one."""
    for name in NAMES:
        for number in range(looks):
            look = any_look(Random(f"{name}:{number}")) if number else Look()
            answer = truth(name) | {"family": name}
            yield Case(f"{name}_{number}", "none", [sheet(name)], replace(look, apart=False), answer)


def write_plain(out: Path) -> None:
    """Every form as text."""
    for name in NAMES:
        path = out / "filings" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(plain(sheet(name)), encoding="utf-8")
        answer = truth(name) | {"family": name, "format": "txt"}
        (out / "truth").mkdir(exist_ok=True)
        (out / "truth" / f"{name}.txt.json").write_text(
            json.dumps(answer, ensure_ascii=False), encoding="utf-8"
        )


def main() -> None:
    """Parse the command line and write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.families",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--formats", default="txt,docx,xlsx,html,pdf")
    parser.add_argument("--looks", type=int, default=2)
    options = parser.parse_args()
    formats = options.formats.split(",")
    if "txt" in formats:
        write_plain(options.out)
    write(cases(options.looks), options.out, [name for name in formats if name != "txt"], every=True)


if __name__ == "__main__":
    main()
