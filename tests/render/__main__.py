"""Filings in office formats, as web pages and as PDF, each with its truth.

    python -m tests.render OUT --count 45 --seed 7 [--formats docx,xlsx,html,pdf,cutpdf,doc,xls]
                               [--kinds none,cut] [--samples DIR]

writes OUT/filings and OUT/truth. A case of the generator is written once in each format; ``--samples`` adds
the filings whose answers are in DIR (`*.json`), in three looks and by every producer. The truth carries
`format`, `producer` (writer, calc: LibreOffice; chromium; python), `damage`, `family`, `font` and `border` to
group by. DOC and XLS are written only if named. All producers but python need LibreOffice or Chromium.
``python -m tests.bench_formats`` does this, runs the pipeline over what is written and scores it.
"""

import argparse
import time
from pathlib import Path

from tests.render.formats import PRODUCERS, USUAL, write
from tests.render.generate import KINDS, cases, sample_cases


def listed(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(text.split(","))


def add_options(parser: argparse.ArgumentParser) -> None:
    """What says which filings are written."""
    parser.add_argument("--count", type=int, default=45, help="cases of the generator")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--formats", type=listed, default=USUAL)
    parser.add_argument("--kinds", type=listed, default=KINDS)
    parser.add_argument("--samples", type=Path, help="folder of answers to render too")


def checked(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The options, of which every name is known."""
    options = parser.parse_args()
    for given, known in ((options.kinds, KINDS), (options.formats, tuple(PRODUCERS))):
        if unknown := set(given) - set(known):
            parser.error(f"unknown {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return options


def write_all(out: Path, options: argparse.Namespace) -> None:
    """Write what the options say."""
    start = time.perf_counter()
    count = write(cases(options.count, options.seed, options.kinds), out, options.formats)
    if options.samples:
        count += write(sample_cases(options.samples), out, options.formats, every=True)
    print(f"{count} filings in {time.perf_counter() - start:.0f} s", flush=True)


def main() -> None:
    """Parse the command line and write."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.render", description=__doc__, formatter_class=layout
    )
    parser.add_argument("out", type=Path)
    add_options(parser)
    options = checked(parser)
    write_all(options.out, options)


if __name__ == "__main__":
    main()
