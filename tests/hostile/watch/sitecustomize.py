"""Put on ``PYTHONPATH`` of a run and of all processes that it starts: writes down what each opens, starts and
calls, one JSON array a line, into the file that ``JIXIAO_WATCH`` names."""

import json
import os
import sys

_WATCHED = (
    "open",
    "socket.",
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.system",
    "urllib.",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_log = os.open(os.environ["JIXIAO_WATCH"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_WATCHED):
        if event == "open" and isinstance(arguments[0], int):
            return
        path, written = arguments[0] if arguments else None, None
        if event == "open":
            written = isinstance(arguments[2], int) and bool(arguments[2] & _WRITES)
        shown = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else repr(arguments)
        os.write(_log, (json.dumps([event, shown, written]) + "\n").encode())


sys.addaudithook(_watch)
