"""Old Word documents (doc, wps) and Rich Text: read as what LibreOffice makes of them."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from extract import docx
from extract.errors import EncryptedFile, UnreadableFile
from extract.limits import CONVERT_SECONDS
from extract.model import Document
from extract.ole import SIGNATURE, read_streams
from extract.registry import find_format
from extract.source import SourceFile

_NO_PROGRAM = "LibreOffice (soffice) is needed to read this format; install it, or save the file as {}"
_TOO_SLOW = f"LibreOffice did not read the file within {CONVERT_SECONDS} seconds; save it as {{}}"
_FAILED = "LibreOffice cannot read the file; export or upload it again, or save it as {}"
_CUT = "the file is cut short; export or upload it again"
_FLAGS, _ENCRYPTED = slice(10, 12), 0x100  # of the main stream's header
_BRACE = re.compile(rb"\\[\\{}]|[{}]")  # of Rich Text, and what only looks like one

# Whoever converts runs under a shell that hears of the end of the process that wants it (a worker over its
# limits is killed), and then clears away all that is left: LibreOffice starts further processes.
_WATCH = 'folder=$1; shift; trap \'rm -rf "$folder"; kill -9 0\' TERM; "$@" & wait'
_PR_SET_PDEATHSIG = 1
_PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
)
# No macro runs, nothing that is linked is fetched or updated, and what goes to the network all the same goes
# to a proxy that is not there.
_SAFE = (
    *(
        ("Office.Common/Security/Scripting", name, value)
        for name, value in (
            ("MacroSecurityLevel", "3"),
            ("DisableMacrosExecution", "true"),
            ("DisableActiveContent", "true"),
            ("BlockUntrustedRefererLinks", "true"),
        )
    ),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetNoProxy", ""),
    *(("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
)


def read(file: SourceFile) -> Document:
    """Read ``file``.

    Raises ``EmptyFile``, ``EncryptedFile``, ``TooLarge``, and ``UnreadableFile``, also without LibreOffice.
    """
    # What LibreOffice reads of a file that is cut short looks whole.
    if file.data.startswith(SIGNATURE):
        flags = read_streams(file).get("worddocument", b"")[_FLAGS]
        if int.from_bytes(flags, "little") & _ENCRYPTED:
            raise EncryptedFile(file.source)
    else:
        _check_braces(file)
    pages = docx.read(convert(file, "docx")).pages
    return file.document(find_format(file).name, pages)


def _check_braces(file: SourceFile) -> None:
    """Raise ``UnreadableFile`` where Rich Text ends before all that it opens is closed."""
    braces = _BRACE.findall(file.data)
    if braces.count(b"{") > braces.count(b"}"):
        raise UnreadableFile(file.source, _CUT)


def convert(file: SourceFile, target: str) -> SourceFile:
    """What LibreOffice makes of ``file`` in the format ``target``. Raises ``UnreadableFile``."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableFile(file.source, _NO_PROGRAM.format(target))
    with TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # A profile of its own: a second LibreOffice on the same one gives up without a word.
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        settings = _SETTINGS.format("".join(_SETTING.format(*setting) for setting in _SAFE))
        (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
        (folder / "in").write_bytes(file.data)
        options = ("--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}")
        try:
            _run((program, *options, "--convert-to", target, "--outdir", name, str(folder / "in")), folder)
        except subprocess.TimeoutExpired as error:
            raise UnreadableFile(file.source, _TOO_SLOW.format(target)) from error
        result = folder / f"in.{target}"
        if not result.is_file():
            raise UnreadableFile(file.source, _FAILED.format(target))
        return replace(file, data=result.read_bytes())


def _run(command: tuple[str, ...], folder: Path) -> None:
    """Run ``command`` in ``folder``, and end all that it started, also if this process is killed.

    Raises ``TimeoutExpired``.
    """
    command = (*_without_network(), *command)
    watched = ("/bin/sh", "-c", _WATCH, "sh", str(folder), *command) if _PRCTL else command
    process = subprocess.Popen(
        watched,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_hear_of_death if _PRCTL else None,
    )
    try:
        process.wait(CONVERT_SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@cache
def _without_network() -> tuple[str, ...]:
    """What a command begins with to have no network; nothing where the kernel does not allow that."""
    begun = (shutil.which("unshare") or "unshare", "--user", "--map-root-user", "--net", "--")
    try:
        subprocess.run((*begun, "/bin/sh", "-c", ":"), check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ()
    return begun


def _hear_of_death() -> None:
    """Let the kernel terminate this process when the one that started it ends."""
    if _PRCTL:
        _PRCTL(_PR_SET_PDEATHSIG, signal.SIGTERM)
