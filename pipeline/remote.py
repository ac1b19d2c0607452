"""Storage that is no folder of this machine, by its URL (``s3://bucket/inbox``): what fsspec can reach."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

LATEST = "latest.json"
NO_FILE = 0
"""The number of the errors raised here: they are of no file of this machine, and their text says it all."""
SNAPSHOTS = "snapshots"
_KEPT = 2  # snapshots: the latest, and the one before it, which somebody may be reading
# What storages call that which changes with a file's bytes.
_STAMPS = (
    "ETag",
    "etag",
    "md5Hash",
    "checksum",
    "mtime",
    "LastModified",
    "last_modified",
    "updated",
    "created",
)


def is_url(place: str) -> bool:
    """Whether ``place`` is a URL and no path."""
    return "://" in place


def files(url: str) -> Iterator[tuple[str, str, int, str | None]]:
    """The files below ``url`` but for hidden ones: name relative to it, URL, size, what changes with it.

    Raises ``OSError``.
    """
    system, root = _system(url)
    with _told(url):
        found = sorted(system.find(root, detail=True).items())
    for path, facts in found:
        name = path.removeprefix(root).strip("/")
        if not any(part.startswith(".") for part in name.split("/")):
            stamp = next((str(facts[key]) for key in _STAMPS if facts.get(key) is not None), None)
            size = int(facts.get("size") or 0)
            yield name, system.unstrip_protocol(path), size, stamp and f"{size} {stamp}"


@contextmanager
def opened(url: str) -> Iterator[BinaryIO]:
    """The file at ``url``, open for reading. Raises ``OSError``."""
    system, path = _system(url)
    with _told(url), system.open(path, "rb") as file:
        yield file


def mirror(folder: Path, url: str) -> None:
    """Bring what is published in ``folder`` to ``url``; nothing is done where that has it already.

    Such storage changes file by file. So the tables of a run go to a snapshot of their own, and
    ``latest.json``, which is written last, names it: whoever reads there sees one run. The same files right
    below ``url`` are for those who need no more than one. Raises ``OSError``.
    """
    system, root = _system(url)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name} {hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n".encode())
    snapshot = f"{SNAPSHOTS}/{digest.hexdigest()[:16]}"
    with _told(url):
        before = json.loads(system.cat(f"{root}/{LATEST}")) if system.exists(f"{root}/{LATEST}") else {}
        if before.get("snapshots", [""])[0] == snapshot:
            return
        for place in (snapshot, ""):
            for name in names:
                target = "/".join(part for part in (root, place, name) if part)
                system.makedirs(target.rpartition("/")[0], exist_ok=True)
                system.put_file(str(folder / name), target)
        others = [one for one in before.get("snapshots", []) if one != snapshot]
        kept = [snapshot, *others][:_KEPT]
        system.pipe(f"{root}/{LATEST}", json.dumps({"snapshots": kept}).encode())
        for one in others[_KEPT - 1 :]:
            system.rm(f"{root}/{one}", recursive=True)


def _system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise OSError(
            NO_FILE, f"{url}: {error}; pip install 'jixiao[cluster]' and what fsspec needs for it"
        ) from error
    return system, path.rstrip("/")


@contextmanager
def _told(url: str) -> Iterator[None]:
    """What a storage's own library raises, as ``OSError``."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(NO_FILE, f"{url}: {type(error).__name__}: {error}") from error
