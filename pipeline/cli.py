"""The command line: ``jixiao extract IN -o OUT``. A command imports what it needs, so that help is quick."""

from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline import __version__
from pipeline.terminal import shown
from pipeline.vocabulary_cli import app as vocabulary

app = typer.Typer(
    help="Reads budget-performance forms, repairs them and publishes tidy tables. 预算绩效表 → 整洁数据表",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(vocabulary, name="vocabulary")


def main() -> None:
    """The command ``jixiao``."""
    app()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"jixiao {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version. 版本")
    ] = False,
) -> None:
    """Options that need no command."""


@app.command()
def extract(
    folder: Annotated[Path, typer.Argument(metavar="IN", help="Folder of filings. 表格文件夹")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Output folder. 输出文件夹")] = Path(
        "out"
    ),
    no_personal: Annotated[
        bool,
        typer.Option("--no-personal", help="Leave out names and telephone numbers of people. 略去个人信息"),
    ] = False,
) -> None:
    """Read every file under IN and publish the tables in OUT. 读取文件夹并发布数据表

    Ends with 0; with 1 if a file failed; with 2 if nothing could be done.
    """
    _check_folders(folder, out)
    from rich.console import Console
    from rich.progress import Progress

    from normalize.mappings import MappingError, load
    from pipeline import batch, summary
    from pipeline.publish import publish

    try:
        mappings = load()
    except MappingError as error:
        _stop(f"mappings: {error}")
    stderr = Console(stderr=True)
    with Progress(console=stderr, transient=True, disable=not stderr.is_terminal) as progress:
        track = partial(progress.track, description="Reading 读取")
        tables = batch.run(folder, out, mappings, personal=not no_personal, track=track)
    try:
        publish(tables, out, mappings.fingerprint)
    except OSError as error:
        reason = error.strerror or error
        _stop(f"{out}: the tables cannot be written ({reason}); choose another folder with -o")
    summary.show(tables, out, Console(highlight=False))
    if "failed" in tables["files"]["status"].to_pylist():
        raise typer.Exit(1)


def _check_folders(folder: Path, out: Path) -> None:
    """Stop with one line where IN is no folder, or where OUT may not be replaced by a new folder."""
    if not folder.is_dir():
        problem = (
            "is not a folder; name the folder that holds it" if folder.exists() else "there is no such folder"
        )
        _stop(f"{folder}: {problem}")
    if out.exists() and not out.is_dir():
        _stop(f"{out}: is not a folder; choose another one with -o")
    target = out.resolve()
    for place in (folder.resolve(), Path.cwd()):
        if place.is_relative_to(target):
            _stop(
                f"{out}: a run replaces the whole folder, so it must not be or hold {place}; use another -o"
            )


def _stop(problem: str) -> NoReturn:
    """End with status 2 and one line on stderr."""
    typer.echo(f"jixiao: {shown(problem)}", err=True)
    raise typer.Exit(2)


if __name__ == "__main__":
    main()
