"""What stands in a folder beside files: links, pipes, devices, names that do something."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.hostile.model import READ, Lures, Row

_NOTE = "这里没有表格。\n"
_LINK, _NO_FORM = Row(("unsupported",), "symbolic link"), Row(("no_form",), "no performance form")
_DENIED = Row(("failed",), "denied")


def plant(folder: Path, lures: Lures) -> dict[str, Row]:
    """Put them into ``folder``, as far as the system lets one, and return the rows that they deserve."""
    return dict(_plant(folder, lures))


def _plant(folder: Path, lures: Lures) -> Iterator[tuple[str, Row]]:
    (folder / "entries").mkdir()
    for name, target in {
        "secret.txt": str(lures.secret),
        "passwd.pdf": "/etc/passwd",
        "up": "..",
        "root": "/",
        "loop": "loop",
        "ring": ".",
        "nowhere.docx": "/nowhere/at/all",
        "good.txt": "../good",
        "zero.xlsx": "/dev/zero",
        "stdin.txt": "/proc/self/fd/0",
    }.items():
        (folder / "entries" / name).symlink_to(target)
        yield f"entries/{name}", _LINK
    os.link(next((folder / "good").glob("*.txt")), folder / "hard.txt")
    yield "hard.txt", Row(READ)
    os.mkfifo(folder / "pipe.pdf")
    yield "pipe.pdf", Row(("unsupported",), "named pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)  # a socket's path must be short
        server.bind("socket.txt")
        os.chdir(here)
    yield "socket.txt", Row(("unsupported",), "socket")
    for name, device in {"null.txt": (1, 3), "random.pdf": (1, 9)}.items():
        with suppress(OSError):  # only root may, and not in every container
            os.mknod(folder / name, 0o600 | 0o020000, os.makedev(*device))
            yield name, Row(("unsupported",), "device")
    yield from _names(folder)
    (folder / "denied.txt").write_text(_NOTE)
    (folder / "denied").mkdir()
    for name in ("denied.txt", "denied"):
        (folder / name).chmod(0)
        if not os.access(folder / name, os.R_OK):  # root may read it all the same
            yield name, _DENIED
        elif name == "denied.txt":
            yield name, _NO_FORM
    with (folder / "hole.txt").open("wb") as file:
        file.truncate(2**42)
    yield "hole.txt", Row(("failed",), "larger than 500 MiB")


def _names(folder: Path) -> Iterator[tuple[str, Row]]:
    """Names that break lines, turn directions, are no text, or say something else."""
    shown = {
        "line\nbreak\r.txt": "line\\nbreak\\r.txt",
        "\u202etxt.exe": "\\u202etxt.exe",
        "\x1b[31mred\x07.txt": "\\x1b[31mred\\x07.txt",
        "<script>alert(1)</script>.txt".replace("/", "∕"): "<script>alert(1)<∕script>.txt",
        "$(touch owned);`id`.txt": "$(touch owned);`id`.txt",
        "-rf.txt": "-rf.txt",
        "%s%n{0}.txt": "%s%n{0}.txt",
        "Case.txt": "Case.txt",
        "case.TXT": "case.TXT",
        "e\u0301.txt": "e\u0301.txt",
        "é.txt": "é.txt",
        "长" * 80 + ".txt": "长" * 80 + ".txt",
    }
    for number, (name, source) in enumerate(shown.items()):
        (folder / name).write_text(_NOTE + "甲" * number, encoding="utf-8")
        yield source, _NO_FORM
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xbc\xa8\xff.txt"))).write_text(_NOTE + "乙", encoding="utf-8")
    yield "\\xbc\\xa8\\xff.txt", _NO_FORM
    (folder / "folder.pdf").mkdir()
    (folder / "folder.pdf" / "a.txt").write_text(_NOTE + "丙", encoding="utf-8")
    yield "folder.pdf/a.txt", _NO_FORM
    deep = folder / "/".join(["deep"] * 200)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(_NOTE + "丁", encoding="utf-8")
    yield "/".join([*["deep"] * 200, "a.txt"]), _NO_FORM
