"""Scans of forms, each with its truth, as ``tests.render`` writes its own.

    python -m tests.scans OUT [--count 30] [--seed 7] [--kinds clean,poor] [--dpi 150,200] [--samples DIR]

writes OUT/filings and OUT/truth, and OUT/printed, the PDFs that were scanned. The truth carries `damage`,
`dpi`, `container`, `font`, `border` and `printed` (the PDF) to group by. Needs LibreOffice, Chromium and
Chinese fonts. ``--samples`` adds the filings whose answers are in DIR (`*.json`).
``python -m tests.bench_scans`` does this, reads what is written and scores it.
"""

import argparse
import time
from pathlib import Path

from tests.render.__main__ import listed
from tests.scans.damage import KINDS
from tests.scans.generate import DPI, GROUPS, write


def add_options(parser: argparse.ArgumentParser) -> None:
    """What says which scans are written."""
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", type=listed, default=tuple(KINDS))
    parser.add_argument("--dpi", type=listed, default=tuple(map(str, DPI)))
    parser.add_argument("--forms", type=listed, default=GROUPS, help="of samples, families, generator")
    parser.add_argument("--samples", type=Path, help="folder of answers to print and scan too")


def write_all(out: Path, options: argparse.Namespace) -> None:
    """Write what the options say."""
    for chosen, known in ((options.kinds, KINDS), (options.forms, GROUPS)):
        if unknown := set(chosen) - set(known):
            raise SystemExit(f"unknown {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if not options.samples and set(options.forms) == {"samples"}:
        raise SystemExit("--forms samples: say with --samples where their answers are")
    start = time.perf_counter()
    dpi = tuple(map(int, options.dpi))
    count = write(out, options.count, options.seed, options.kinds, dpi, options.forms, options.samples)
    print(f"{count} scans in {time.perf_counter() - start:.0f} s", flush=True)


def main() -> None:
    """Parse the command line and write."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.scans", description=__doc__, formatter_class=layout
    )
    parser.add_argument("out", type=Path, help="a new folder")
    add_options(parser)
    options = parser.parse_args()
    write_all(options.out, options)


if __name__ == "__main__":
    main()
