"""Which files a folder holds, in which order, and what their bytes are. A ZIP archive is a folder."""

import os
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from extract.errors import ExtractError, TooLarge, UnreadableFile, UnsupportedFormat
from extract.limits import MAX_BYTES, MAX_EXPANDED, MAX_MEMBERS, MAX_RATIO
from extract.package import Package, open_zip
from extract.signatures import kind_of
from extract.source import SourceFile
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
class Found:
    """An entry of the input folder: where it is, and its name in the tables (relative, ``/``-separated).

    ``member`` is its number in the archive at ``path``, where it is in one. ``problem`` is set for a folder
    that could not be listed and an archive that is not opened, in one line.
    """

    source: str
    path: Path
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


@contextmanager
def _opened(path: Path, source: str) -> Iterator[BinaryIO]:
    """The regular file ``path``, open for reading. Raises as ``load`` does, also where it changes."""
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


def find(folder: Path, skip: Path) -> list[Found]:
    """The entries under ``folder`` that are no folders, by source; ``skip`` (the output folder) is left out.

    So are hidden entries. Symbolic links, pipes and devices are found, so that they are told of, and not
    followed or opened. The members of an archive ``a.zip`` are found as ``a.zip/b.pdf``, those of an archive
    in it are not. No two have one source: of those with the same name the later ones get a number.
    """
    found = sorted(_walk(folder, skip.resolve()), key=lambda found: found.source)
    return sorted(_told_apart(found), key=lambda found: found.source)


def _walk(top: Path, skip: Path) -> Iterator[Found]:
    folders = [(top, "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            problem = f"the folder cannot be listed ({error.strerror}); check its permissions"
            yield Found(prefix.rstrip("/") or ".", folder, problem)
            continue
        for entry in entries:
            source, path = prefix + _readable(entry.name), Path(entry.path)
            is_file = entry.is_file(follow_symlinks=False)
            if entry.name.startswith(".") or (not is_file and os.path.realpath(path) == str(skip)):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((path, f"{source}/"))
            else:
                yield from _file(path, source)


def _told_apart(found: Iterable[Found]) -> Iterator[Found]:
    """``found`` with a number in those sources that another has too, as names shown harmlessly may agree."""
    taken: set[str] = set()
    for one in found:
        name, number, source = PurePosixPath(one.source), 1, one.source
        while source in taken:
            number += 1
            source = str(name.with_name(f"{name.stem} ({number}){name.suffix}"))
        taken.add(source)
        yield replace(one, source=source)


def _readable(name: str) -> str:
    """A file name as text that does nothing where it is shown: bytes that are no UTF-8 are written ``\\xNN``,
    characters that break lines or turn their direction ``\\n`` and ``\\u202e``."""
    return shown(os.fsencode(name).decode("utf-8", "backslashreplace"))


def _file(path: Path, source: str) -> Iterator[Found]:
    """The file at ``path``, or the members of the archive that it is."""
    found, data = Found(source, path), b""
    try:
        with _opened(path, source) as file:
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
    for number, name in names.items():
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
