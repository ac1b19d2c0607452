"""How a run gets on: a bar on the terminal, and a log of JSON lines."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.terminal import shown

_LONGEST = 20  # characters of a name
_NAMES = {"look": "Looking 检查", "take in": "Reading 读取"}


class Terminal:
    """A bar with files, rate and time left on ``console`` if that is a terminal, and a log at ``log``."""

    def __init__(self, console: Console, log: Path | None) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[done]}/{task.fields[files]}"),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left 剩余"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[page]}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._log = log.open("a", encoding="utf-8") if log else None
        self._task = self._progress.add_task("", visible=False, done=0, files=0, rate="", page="")
        self._done = 0

    def __enter__(self) -> "Terminal":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        if self._log:
            self._log.close()

    def step(self, name: str, files: int, work: int) -> None:
        self._done = 0
        self._progress.reset(
            self._task,
            description=_NAMES[name],
            total=work,
            visible=True,
            done=0,
            files=files,
            rate="",
            page="",
        )

    def advance(self, work: int) -> None:
        self._done += 1
        elapsed = self._progress.tasks[0].elapsed or 0
        rate = f"{self._done / elapsed:.1f}/s" if elapsed else ""
        self._progress.update(self._task, advance=work, done=self._done, rate=rate, page="")

    def page(self, source: str, number: int) -> None:
        """A page of a file was recognised, which takes seconds."""
        self._progress.update(self._task, page=f"{shown(source)[-_LONGEST:]}, page 第{number}页")

    def log(self, event: str, **facts: object) -> None:
        if self._log:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            given = {name: value for name, value in facts.items() if value is not None}
            self._log.write(json.dumps({"time": now, "event": event, **given}, ensure_ascii=False) + "\n")
            self._log.flush()
