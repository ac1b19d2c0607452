"""``jixiao review``: the page in the browser, or the queue as a file to fill in and take back."""

import socket
from pathlib import Path

import typer
import uvicorn

from normalize.mappings import FOLDER
from pipeline import decisions
from pipeline.review.desk import Desk
from pipeline.review.items import as_records, queue
from pipeline.review.server import HOST, application
from pipeline.store import place_of
from pipeline.terminal import shown


def review(
    out: Path, store: Path | None, file: Path | None, port: int, to_file: Path | None, taken: Path | None
) -> None:
    """Do what the options of the command ask for; without ``to_file`` and ``taken``, serve until stopped."""
    file = file or decisions.place_of(out)
    if taken:
        records = decisions.read_records(taken)
        decisions.write_records(file, decisions.merged([*decisions.read_records(file), *records]))
        typer.echo(f"{len(records)} taken into {shown(str(file))} 已导入")
    if to_file:
        items = queue(out)
        decisions.write_records(to_file, as_records(items))
        typer.echo(f"{len(items)} rows to decide: {shown(str(to_file))} 待核定")
    if not (taken or to_file):
        _serve(Desk(out, store or place_of(out), file, FOLDER), port)


def _serve(desk: Desk, port: int) -> None:
    """Serve on this machine alone until Ctrl-C."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen()
        typer.echo(f"http://{HOST}:{listening.getsockname()[1]}/  (Ctrl-C ends 结束)")
        config = uvicorn.Config(application(desk), log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])
