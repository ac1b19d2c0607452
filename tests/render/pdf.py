"""PDF by the programs that people print with: LibreOffice (Writer, Calc) and Chromium."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

SECONDS = 600  # for one call of LibreOffice
BATCH = 60  # files of one call


def office() -> str | None:
    """LibreOffice's program, if it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def chromium() -> str | None:
    """Chromium's program, if it is installed."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def convert(files: Iterable[Path], out: Path, to: str = "pdf") -> None:
    """Files of LibreOffice's formats, in calls of many, each call with a profile of its own."""
    program, left = office(), iter(files)
    assert program, "LibreOffice is not installed"
    out.mkdir(parents=True, exist_ok=True)
    while batch := list(islice(left, BATCH)):
        with tempfile.TemporaryDirectory() as profile:
            command = [program, "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", to]
            subprocess.run(
                [*command, "--outdir", str(out), *map(str, batch)],
                check=True,
                timeout=SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        missing = [file.name for file in batch if not (out / file.with_suffix(f".{to}").name).exists()]
        assert not missing, f"LibreOffice wrote nothing for {missing}"


def browse(files: Iterable[Path], out: Path) -> None:
    """Web pages, one call of Chromium each."""
    program = chromium()
    assert program, "Chromium is not installed"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        for file in files:
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            target = out / file.with_suffix(".pdf").name
            subprocess.run(
                [program, *flags, f"--user-data-dir={profile}", f"--print-to-pdf={target}", file.as_uri()],
                check=True,
                timeout=120,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert target.exists(), f"Chromium wrote nothing for {file.name}"
