"""Which files a folder holds, and what their bytes are. A ZIP archive is a folder.

``walk`` looks at names and stats alone, for the process that runs a batch; ``expand`` opens what may be an
archive, in a worker.
"""

import os
import stat
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from extract.errors import ExtractError, TooLarge, UnreadableFile, UnsupportedFormat
from extract.limits import MAX_BYTES, MAX_EXPANDED, MAX_MEMBERS, MAX_RATIO
from extract.package import Package, open_zip
from extract.signatures import kind_of
from extract.source import SourceFile
from pipeline import remote
from pipeline.terminal import shown

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UTF8 = 0x800  # bit of a member's flags: its name is in UTF-8
_MACOS = "__MACOSX"  # where macOS puts what is no content
_SMALL = 50 * 2**20  # bytes; an archive that expands to no more may do so many times over
_LONGEST_NAME = 1_000  # characters of a member's; systems allow some 4,000 bytes, archives 65,535
# A file is never opened through a link, and opening waits for nobody (a pipe put in its place would).
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

_DAMAGED = "the file is a damaged ZIP archive or Office file; export or upload it again"
_EMPTY = "no file is in the archive"
_TOO_MANY = f"more than {MAX_MEMBERS:,} files are in the archive; split it, or unpack it into the folder"
_TOO_LARGE = (
    f"the archive expands to more than {MAX_EXPANDED >> 20} MiB; split it, or unpack it into the folder"
)
_BOMB = (
    f"the archive expands to more than {MAX_RATIO} times its size; if it is sound, unpack it into the folder"
)
_TOO_BIG = f"the file is larger than {MAX_BYTES >> 20} MiB; split it into smaller ones"
_CHANGED = "the file changed while it was read; it is taken in by the next run, once it is whole"
_NO_FILE = "{} is no file and is passed over; put the file itself into the folder"
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the input folder: its name in the tables (relative, ``/``-separated), and where it is.

    ``stamp`` changes whenever its bytes may have; None where that cannot be told. ``problem`` is set for a
    folder that could not be listed, in one line.
    """

    file: str
    path: str
    size: int
    stamp: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A source: its name in the tables, and where it is: a path, or a URL of remote storage.

    ``member`` is its number in the archive at ``path``, where it is in one. ``problem`` is set for a folder
    that could not be listed and an archive that is not opened, in one line.
    """

    source: str
    path: Path | str
    problem: str | None = None
    member: int | None = None

    def load(self) -> SourceFile:
        """The file with its bytes.

        Raises ``OSError``; ``UnsupportedFormat`` for links, pipes and devices; ``TooLarge``; and
        ``UnreadableFile`` for what changes while it is read, and for a damaged member of an archive.
        """
        with _opened(self.path, self.source) as file:
            data = _read(file) if self.member is None else self._member(file, self.member)
        return SourceFile(self.source, data)

    def _member(self, file: BinaryIO, number: int) -> bytes:
        """The bytes of a member of the archive that ``file`` is."""
        try:
            with zipfile.ZipFile(file) as archive:
                info = archive.infolist()[number]
                _check_kind(info.external_attr >> 16, self.source)
                return Package(self.source, archive).expand(info)
        except (zipfile.BadZipFile, LookupError) as error:
            raise UnreadableFile(self.source, _DAMAGED) from error


def _opened(path: Path | str, source: str) -> AbstractContextManager[BinaryIO]:
    """A file, open for reading. Raises as ``load`` does, also where it changes."""
    return remote.opened(path) if isinstance(path, str) else _opened_here(path, source)


@contextmanager
def _opened_here(path: Path, source: str) -> Iterator[BinaryIO]:
    """The regular file ``path``, open for reading."""
    _check_kind(os.lstat(path).st_mode, source)
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _SAFELY)) as file:
        before = os.fstat(file.fileno())
        _check_kind(before.st_mode, source)
        if before.st_size > MAX_BYTES:
            raise TooLarge(source, _TOO_BIG)
        yield file
        after = os.fstat(file.fileno())
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise UnreadableFile(source, _CHANGED)


def _read(file: BinaryIO) -> bytes:
    return file.read(MAX_BYTES + 1)


def _check_kind(mode: int, source: str) -> None:
    """Raise ``UnsupportedFormat`` where ``mode`` is that of a link or a device."""
    if kind := _KINDS.get(stat.S_IFMT(mode)):
        raise UnsupportedFormat(source, _NO_FILE.format(kind))


def walk(top: Path | str, skip: Collection[Path]) -> Iterator[Entry]:
    """The entries under ``top``, a folder or a URL, that are no folders; the folders ``skip`` are left out.

    So are hidden entries. Symbolic links, pipes and devices are found, so that they are told of, and not
    followed or opened. No two have one name: of those in a folder that would the later ones get a number.
    """
    if isinstance(top, str):
        yield from _walk_remote(top)
        return
    left_out = {identity for path in skip if (identity := _identity(path))}
    folders = [(top, "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            problem = f"the folder cannot be listed ({error.strerror}); check its permissions"
            yield Entry(prefix.rstrip("/") or ".", str(folder), 0, None, problem)
            continue
        seen = [entry for entry in entries if not entry.name.startswith(".")]
        names = _told_apart(_readable(entry.name) for entry in seen)
        for entry, name in zip(seen, names, strict=True):
            if not entry.is_file(follow_symlinks=False) and _identity(entry) in left_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((Path(entry.path), f"{prefix}{name}/"))
            else:
                yield _entry(prefix + name, entry)


def _walk_remote(url: str) -> Iterator[Entry]:
    found = list(remote.files(url))
    for name, (_, path, size, stamp) in zip(
        _told_apart(_readable(one[0]) for one in found), found, strict=True
    ):
        yield Entry(name, path, size, stamp)


def _identity(path: Path | os.DirEntry[str]) -> tuple[int, int] | None:
    """What is the same for all names of a folder; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _entry(file: str, entry: os.DirEntry[str]) -> Entry:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:  # gone by now, which is said when it is loaded
        return Entry(file, entry.path, 0, None)
    stamp = f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
    return Entry(file, entry.path, found.st_size, stamp)


def _told_apart(names: Iterable[str]) -> list[str]:
    """``names`` with a number in those that another has too, as names shown harmlessly may agree."""
    given = list(names)
    taken: set[str] = set()
    for at in sorted(range(len(given)), key=given.__getitem__):
        path, number, name = PurePosixPath(given[at]), 1, given[at]
        while name in taken:
            number += 1
            name = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        taken.add(name)
        given[at] = name
    return given


def _readable(name: str) -> str:
    """A file name as text that does nothing where it is shown: bytes that are no UTF-8 are written ``\\xNN``,
    characters that break lines or turn their direction ``\\n`` and ``\\u202e``."""
    return shown(os.fsencode(name).decode("utf-8", "backslashreplace"))


def place_of(entry: Entry) -> Path | str:
    """Where an entry is: a path, or a URL."""
    return entry.path if remote.is_url(entry.path) else Path(entry.path)


def expand(entry: Entry) -> Iterator[Found]:
    """The source that an entry is, or the members ``a.zip/b.pdf`` of the archive that it is; those of an
    archive in it are not found."""
    found, data = Found(entry.file, place_of(entry), entry.problem), b""
    try:
        if not entry.problem:
            with _opened(found.path, entry.file) as file:
                if file.read(len(_ZIP[0])) in _ZIP:
                    file.seek(0)
                    data = _read(file)
    except (OSError, ExtractError):
        pass  # said when the file is loaded
    kind = kind_of(data).name if data else ""
    if kind == "zip":
        yield from _members(found, data)
    else:
        yield replace(found, problem=_DAMAGED) if kind == "broken zip" else found


def _members(found: Found, data: bytes) -> Iterator[Found]:
    """The members of the archive ``found`` of ``data``, or the archive with the reason why not."""
    with open_zip(data) as archive:
        members = archive.infolist()
    names = {number: name for number, member in enumerate(members) if (name := _path(member))}
    if problem := _problem(members, len(data)) or (None if names else _EMPTY):
        yield replace(found, problem=problem)
        return
    for number, name in zip(names, _told_apart(names.values()), strict=True):
        yield replace(found, source=f"{found.source}/{name}", member=number)


def _problem(members: Sequence[zipfile.ZipInfo], size: int) -> str | None:
    """Why an archive is not opened: its members are too many, or too large for their archive."""
    expanded = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        return _TOO_MANY
    if expanded > MAX_EXPANDED:
        return _TOO_LARGE
    return _BOMB if expanded > max(_SMALL, MAX_RATIO * size) else None


def _path(member: zipfile.ZipInfo) -> str:
    """The path of a member in its archive; empty for folders and hidden ones.

    Only a name: nothing is written under it, so that one that leads out of the archive is harmless.
    """
    parts = [part for part in _name(member).replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if member.is_dir() or any(part.startswith(".") or part == _MACOS for part in parts):
        return ""
    path = shown("/".join(parts))
    half = _LONGEST_NAME // 2
    return path if len(path) <= _LONGEST_NAME else f"{path[:half]}…{path[-half:]}"


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member. Where it does not say its encoding, it is UTF-8 or GBK, rarely the old one."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        written = member.filename.encode("cp437")
    except UnicodeEncodeError:  # taken from an extra field
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
