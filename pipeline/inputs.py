"""Which files a folder holds, in which order, and what their bytes are."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the input folder: where it is, and its name in the tables (relative, ``/``-separated).

    ``problem`` is set for a folder that could not be listed, in one line.
    """

    source: str
    path: Path
    problem: str | None = None


def find(folder: Path, skip: Path) -> list[Found]:
    """The regular files under ``folder``, by source; ``skip`` (the output folder) is left out.

    So are hidden entries and symbolic links: what they point to is either in the folder anyway or outside.
    """
    return sorted(_walk(folder, "", skip.resolve()), key=lambda found: found.source)


def _walk(folder: Path, prefix: str, skip: Path) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problem = f"the folder cannot be listed ({error.strerror}); check its permissions"
        yield Found(prefix or ".", folder, problem)
        return
    for entry in entries:
        source = prefix + _readable(entry.name)
        if entry.name.startswith("."):
            continue
        if entry.is_file(follow_symlinks=False):
            yield Found(source, Path(entry.path))
        elif entry.is_dir(follow_symlinks=False) and Path(entry.path).resolve() != skip:
            yield from _walk(Path(entry.path), f"{source}/", skip)


def _readable(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 are written ``\\xNN``, since tables hold text alone."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def digest(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 in hex of the file at ``path``; raises ``OSError``."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), sha256
