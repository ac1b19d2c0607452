"""A run that is killed at any moment, and run again: `python -m tests.crash [--rounds 100] [--seed 1]`.

Each round takes in 200 files, is killed with all its processes at a random moment, and is run again. What is
then published must be, byte for byte, what runs that nobody disturbed publish; and what is there after the
kill must be whole: what was published before, or what the run publishes. Every other round begins with a
store that holds 120 of the files, so that 80 are new, some of them later uploads of forms that are known.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.small import filing

FILES, KNOWN, AGAIN = 200, 120, 10


def write_forms(folder: Path, numbers: range) -> None:
    """Forms of one indicator a kind; the last ``AGAIN`` are corrected uploads of the first ones, but for
    one whose bytes another file has too, and one that no reader takes."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        form = number - (FILES - AGAIN)
        text = filing(number, 1) if form < 0 else filing(form, 1) + f"备注\t第{form}次更正\n"
        (folder / f"{number:03d}.txt").write_text(text, encoding="utf-8")
    last = numbers[-1]
    shutil.copy(folder / f"{numbers[0]:03d}.txt", folder / f"{last:03d}.txt")
    (folder / f"{last - 1:03d}.txt").write_bytes(b"%PDF-1.7\n1 0 obj")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a round happens: the input, the output and its store."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def start(self) -> subprocess.Popen[bytes]:
        """Begin a run, in a process group of its own."""
        command = [
            sys.executable,
            "-m",
            "pipeline.cli",
            "extract",
            str(self.folder / "in"),
            "-o",
            str(self.out),
        ]
        return subprocess.Popen(
            command,
            cwd=Path(__file__).parents[1],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self) -> float:
        """A run that nobody disturbs; its seconds."""
        started = time.monotonic()
        with self.start() as process:
            _, said = process.communicate()
        if process.returncode != 1:  # one file is failed
            sys.exit(f"a run ended with {process.returncode}: {said.decode()}")
        return time.monotonic() - started

    def killed_run(self, after: float) -> bool:
        """A run that is killed with its whole group ``after`` some seconds; whether it still ran."""
        with self.start() as process:
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return True
        return False

    def published(self) -> dict[str, str]:
        """The hashes of the published tables and their description."""
        if not self.out.exists():
            return {}
        tables = [path for path in self.out.iterdir() if path.suffix in (".parquet", ".csv", ".json")]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tables}

    def whole(self) -> bool:
        """Whether what is published is of one run: the hashes are those of its package."""
        found = self.published()
        if not found:
            return True
        package = json.loads((self.out / "datapackage.json").read_bytes())
        said = {one["path"]: one["hash"].removeprefix("sha256:") for one in package["resources"]}
        return {name: digest for name, digest in found.items() if name != "datapackage.json"} == said

    def clear(self) -> None:
        """The place as it is before any run."""
        for path in self.folder.iterdir():
            if path.name != "in":
                shutil.rmtree(path)

    def save(self, to: Path) -> None:
        shutil.copytree(self.folder, to, ignore=lambda folder, _: {"in"} & set(os.listdir(folder)))

    def restore(self, saved: Path) -> None:
        self.clear()
        shutil.copytree(saved, self.folder, dirs_exist_ok=True)


def test(place: Place, rounds: int, random: Random) -> int:
    """Run all rounds; how many failed."""
    saved = place.folder.with_name("saved")
    write_forms(place.folder / "in", range(KNOWN))
    place.run()
    place.save(saved)
    before = place.published()
    write_forms(place.folder / "in", range(KNOWN, FILES))
    seconds = {"more": place.run()}
    expected = {"more": place.published()}
    place.clear()
    seconds["all"] = place.run()
    expected["all"] = place.published()
    assert expected["all"] != expected["more"], "the order in which files came shows"
    failures = disturbed = 0
    for number in range(rounds):
        kind = ("all", "more")[number % 2]
        place.clear()
        if kind == "more":
            place.restore(saved)
        after = random.uniform(0, seconds[kind])
        killed = place.killed_run(after)
        disturbed += killed
        problems = [] if place.whole() else ["what was published is not whole"]
        if place.published() not in ({}, before, expected[kind]):
            problems.append("what was published is of no run")
        place.run()
        if place.published() != expected[kind]:
            problems.append("the second run published something else")
        if left := {path.name for path in place.folder.iterdir()} - {"in", "out", "out.store"}:
            problems.append(f"left behind: {', '.join(sorted(left))}")
        failures += bool(problems)
        said = "; ".join(problems) or "ok"
        print(
            f"round {number + 1}: {kind}, {'killed' if killed else 'ended'} after {after:.2f} s: {said}",
            flush=True,
        )
    print(f"{rounds} rounds, {disturbed} of them killed, {failures} failures")
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jixiao-crash-") as scratch:
        place = Place(Path(scratch) / "place")
        place.folder.mkdir()
        sys.exit(1 if test(place, options.rounds, Random(options.seed)) else 0)


if __name__ == "__main__":
    main()
