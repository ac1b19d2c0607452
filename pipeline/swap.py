"""Replacing a folder by another in one step, so that whoever looks sees the old one or the new one."""

import ctypes
import errno
import os
import shutil
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV)  # kernel or file system cannot exchange


def swap_in(new: Path, out: Path, ours: frozenset[str]) -> None:
    """Put the folder ``new`` in the place of ``out``; what stood there, if anything, is then in ``new``.

    Entries of ``out`` that are not in ``ours`` belong to somebody else and stay: they are linked into
    ``new`` first. Both folders are on one file system. Raises ``OSError``, with ``out`` as it was.
    """
    if not out.exists():
        new.rename(out)
        return
    for entry in sorted(out.iterdir()):
        if entry.name not in ours:
            _keep(entry, new / entry.name)
    shutil.copymode(out, new)
    _exchange(new, out)


def _keep(entry: Path, target: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, target, symlinks=True, copy_function=_link)
    else:
        _link(entry, target)


def _link(source: Path | str, target: Path | str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> None:
    """Let the folders ``one`` and ``other`` change names: at once where possible, else in three steps."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        renameat2 = libc.renameat2
    except (OSError, AttributeError, TypeError):  # Windows has no library of that name
        error = errno.ENOSYS
    else:
        names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
        error = ctypes.get_errno() if renameat2(*names, _RENAME_EXCHANGE) else 0
    if error in _NOT_HERE:
        _exchange_by_renames(one, other)
    elif error:
        raise OSError(error, os.strerror(error), str(other))


def _exchange_by_renames(one: Path, other: Path) -> None:
    aside = one.with_name(f"{one.name}.old")
    shutil.rmtree(aside, ignore_errors=True)  # what a killed run left
    other.rename(aside)
    try:
        one.rename(other)
    except OSError:
        aside.rename(other)
        raise
    aside.rename(one)
