"""Good filings with hostile and broken files among them, and the rows that these deserve.

    python -m tests.hostile OUT [--slow] [--url http://127.0.0.1:9]

writes OUT/in, which holds all of them, OUT/good with the good ones alone, OUT/secret.txt, which no run may
read, and OUT/expected.json: status and line (a pattern) by source. ``--slow`` adds what takes minutes.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.hostile import archives, folders, markup, packages, prints, texts
from tests.hostile.good import filings
from tests.hostile.model import SECRET, Case, Lures, Row


def cases(lures: Lures, slow: bool = False) -> Iterator[Case]:
    """Every hostile file."""
    yield from packages.all_cases(lures)
    yield from archives.all_cases()
    yield from prints.all_cases(lures)
    yield from markup.all_cases(lures)
    yield from texts.all_cases()
    if slow:
        yield from prints.monsters()
        yield from texts.monsters()


def write(out: Path, url: str, slow: bool = False) -> dict[str, Row]:
    """Write all below the new folder ``out``; the rows that the hostile files deserve."""
    lures = Lures(out.resolve() / "secret.txt", url)
    rows: dict[str, Row] = {}
    for folder in ("good", "in"):
        for name, data in filings().items():
            _put(out / folder / name, data)
    lures.secret.write_text(SECRET, encoding="utf-8")
    for case in cases(lures, slow):
        _put(out / "in" / case.name, case.data)
        rows |= case.expected()
    return rows | folders.plant(out / "in", lures)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> None:
    """Parse the command line and write."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile", description=__doc__, formatter_class=layout
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--url", default="http://127.0.0.1:9")
    options = parser.parse_args()
    rows = write(options.out, options.url, options.slow)
    expected = {source: asdict(row) for source, row in sorted(rows.items())}
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (options.out / "expected.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(filings())} good files, {len(rows)} hostile ones")


if __name__ == "__main__":
    main()
