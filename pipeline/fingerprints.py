"""By what a result was made: one hash over the code, the libraries, the mappings and the options."""

import hashlib
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
_READING = ("extract/**/*.py", "pipeline/inputs.py", "pipeline/work.py", "pipeline/documents.py")
_MEANING = ("normalize/**/*.py", "pipeline/tables.py", "pipeline/schema.py", "pipeline/privacy.py")
_PUBLISHING = ("pipeline/**/*.py",)
_DISTRIBUTION = "jixiao"


def of_reading(*options: object) -> str:
    """Of what makes a stored Document: the readers, and the libraries that they read with."""
    return _digest([*_sources(_READING), *_libraries(), *map(repr, options)])


def of_meaning(mappings: str, *options: object) -> str:
    """Of what makes rows of a Document: ``mappings`` is the fingerprint of the mappings."""
    return _digest([*_sources(_MEANING), *_libraries(), mappings, *map(repr, options)])


def of_publishing(*given: object) -> str:
    """Of what makes published files of the store."""
    return _digest([*_sources(_PUBLISHING), *_libraries(), *map(repr, given)])


def of_code() -> str:
    """Of all code that works on a file, for machines that do so together."""
    return _digest([*_sources((*_READING, *_MEANING, *_PUBLISHING)), *_libraries()])


def _sources(patterns: Iterable[str]) -> list[str]:
    """Name and hash of each module: in a tree that is worked on, a version number says nothing."""
    paths = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    return [
        f"{path.relative_to(ROOT).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in paths
    ]


def _libraries() -> list[str]:
    """What Jixiao needs to run, with the versions that are installed."""
    try:
        required = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # run from a tree that is not installed
        return []
    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required if 'extra == "dev"' not in line}
    return [f"{name} {_version(name)}" for name in sorted(names)]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # an extra that is not installed
        return "-"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
