"""Which files a folder holds, in which order, and what their bytes are. A ZIP archive is a folder."""

import os
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extract.errors import UnreadableFile
from extract.limits import MAX_EXPANDED, MAX_MEMBERS, MAX_RATIO
from extract.package import Package
from extract.signatures import kind_of
from extract.source import SourceFile

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UTF8 = 0x800  # bit of a member's flags: its name is in UTF-8
_MACOS = "__MACOSX"  # where macOS puts what is no content
_SMALL = 50 * 2**20  # bytes; an archive that expands to no more may do so many times over

_DAMAGED = "the file is a damaged ZIP archive or Office file; export or upload it again"
_EMPTY = "no file is in the archive"
_TOO_MANY = f"more than {MAX_MEMBERS:,} files are in the archive; split it, or unpack it into the folder"
_TOO_LARGE = (
    f"the archive expands to more than {MAX_EXPANDED >> 20} MiB; split it, or unpack it into the folder"
)
_BOMB = (
    f"the archive expands to more than {MAX_RATIO} times its size; if it is sound, unpack it into the folder"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the input folder: where it is, and its name in the tables (relative, ``/``-separated).

    ``member`` is its name in the archive at ``path``, where it is in one. ``problem`` is set for a folder
    that could not be listed and an archive that is not opened, in one line.
    """

    source: str
    path: Path
    problem: str | None = None
    member: str | None = None

    def load(self) -> SourceFile:
        """The file with its bytes. Raises ``OSError``; ``UnreadableFile`` for a member of an archive."""
        if self.member is None:
            return SourceFile.load(self.path, self.source)
        try:
            with zipfile.ZipFile(self.path) as archive:
                data = Package(self.source, archive).read(self.member)
        except zipfile.BadZipFile as error:
            raise UnreadableFile(self.source, _DAMAGED) from error
        return SourceFile(self.source, data or b"")


def find(folder: Path, skip: Path) -> list[Found]:
    """The regular files under ``folder``, by source; ``skip`` (the output folder) is left out.

    So are hidden entries and symbolic links: what they point to is either in the folder anyway or outside.
    The members of an archive ``a.zip`` are found as ``a.zip/b.pdf``, those of an archive in it are not.
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
            yield from _file(Path(entry.path), source)
        elif entry.is_dir(follow_symlinks=False) and Path(entry.path).resolve() != skip:
            yield from _walk(Path(entry.path), f"{source}/", skip)


def _readable(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 are written ``\\xNN``, since tables hold text alone."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _file(path: Path, source: str) -> Iterator[Found]:
    """The file at ``path``, or the members of the archive that it is."""
    found = Found(source, path)
    try:
        with path.open("rb") as file:
            is_zip = file.read(len(_ZIP[0])) in _ZIP
            size = os.fstat(file.fileno()).st_size
        if is_zip and size > MAX_EXPANDED:
            yield replace(found, problem=_TOO_LARGE)
            return
        kind = kind_of(path.read_bytes()).name if is_zip else ""
    except OSError:
        kind = ""  # said when the file is loaded
    if kind == "zip":
        yield from _members(found, size)
    else:
        yield replace(found, problem=_DAMAGED) if kind == "broken zip" else found


def _members(archive: Found, size: int) -> Iterator[Found]:
    """The members of ``archive``, which has ``size`` bytes, or the archive with the reason why not."""
    with zipfile.ZipFile(archive.path) as opened:
        members = opened.infolist()
    named = {member.filename: parts for member in members if (parts := _parts(member))}
    if problem := _problem(members, size) or (None if named else _EMPTY):
        yield replace(archive, problem=problem)
        return
    for name, parts in named.items():
        yield replace(archive, source="/".join((archive.source, *parts)), member=name)


def _problem(members: Sequence[zipfile.ZipInfo], size: int) -> str | None:
    """Why an archive is not opened: its members are too many, or too large for their archive."""
    expanded = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        return _TOO_MANY
    if expanded > MAX_EXPANDED:
        return _TOO_LARGE
    return _BOMB if expanded > max(_SMALL, MAX_RATIO * size) else None


def _parts(member: zipfile.ZipInfo) -> list[str]:
    """The names of folders and file on the way to a member; none for what is no file, and hidden ones.

    Only names: nothing is written under them, so that those that lead out of the archive are harmless.
    """
    if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16):
        return []
    parts = [part for part in _name(member).replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return [] if any(part.startswith(".") or part == _MACOS for part in parts) else parts


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member. Where it does not say its encoding, it is UTF-8 or GBK, rarely the old one."""
    if member.flag_bits & _UTF8:
        return member.filename
    written = member.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
