"""How much of scanned forms comes back: `python -m tests.bench_scans [--count 48] [--samples DIR]`.

Prints forms, scans them (see tests/scans), runs the pipeline over them as a user would, and compares what it
publishes with the truth: by dots per inch, damage, font and container. The measures are those of
tests/bench.py; the last lines tell how many rows of each band of confidence are right. How cells are read
beside other programs, and how fast, is measured by tests/bench_ocr.py.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench import BANDS, rate
from tests.bench_formats import report, run, score
from tests.scans.__main__ import add_options, write_all

GROUPS = ("dpi", "damage", "font", "container", "how")


def main() -> None:
    """Scan, run, compare."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench_scans", description=__doc__, formatter_class=layout
    )
    add_options(parser)
    parser.add_argument("--keep", type=Path, help="keep scans, truths and output here, a new folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch) / "scans"
        if folder.exists():
            parser.error(f"{folder} is there already: what an earlier run left would count as well")
        write_all(folder, options)
        start = time.perf_counter()
        run(folder)
        seconds = time.perf_counter() - start
        totals = score(folder, folder / "out", GROUPS)
        report(totals)
        for low in BANDS[:-1]:
            right, rows, _ = totals["", ""][f"band {low}"]
            print(f"confidence from {low:<5g}{rows:6.0f} rows{rate([right, rows, 0], 'precision')} right")
        files = len(list((folder / "filings").iterdir()))
        print(f"{files} files read in {seconds:.0f} s; seed {options.seed}")


if __name__ == "__main__":
    main()
