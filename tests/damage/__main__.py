"""`python -m tests.damage OUT --count 500 --seed 7 [--kinds shifted,cut]`: OUT/filings and OUT/truth."""

import argparse
from pathlib import Path

from tests.damage.generate import KINDS, write


def main() -> None:
    """Parse the command line and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.damage", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", type=lambda text: tuple(text.split(",")), default=KINDS)
    options = parser.parse_args()
    if unknown := set(options.kinds) - set(KINDS):
        parser.error(f"unknown kinds {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    write(options.out, options.count, options.seed, options.kinds)


if __name__ == "__main__":
    main()
