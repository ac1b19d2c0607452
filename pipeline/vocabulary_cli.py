"""``jixiao vocabulary suggest OUT`` and ``accept FILE``: names from filings taken into the vocabulary."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline.terminal import shown

app = typer.Typer(help="Make the vocabulary grow from what was read. 扩充指标库", no_args_is_help=True)

_Mappings = Annotated[
    Path | None,
    typer.Option("--mappings", metavar="FOLDER", help="Mappings to use, else those in use. 映射文件夹"),
]


@app.command()
def suggest(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that extract wrote. 输出文件夹")],
    file: Annotated[
        Path, typer.Option("--file", "-f", metavar="FILE", help="CSV to write. 待填写的CSV")
    ] = Path("suggestions.csv"),
    mappings: _Mappings = None,
) -> None:
    """List the names in OUT that match nothing, grouped and counted. 列出未匹配的指标名称

    Fill in the column decision: an id of indicators.csv (the name means the same), new (an indicator that
    the vocabulary lacks; complete the columns after it), or a name that is new in this file (means the same).
    """
    from normalize.mappings import MappingError, load
    from pipeline import suggest as suggestions

    if file.resolve().is_relative_to(out.resolve()):
        _stop(f"{file}: the next run replaces all that is in {out}; choose another place with -f")
    try:
        rows = suggestions.suggest(out, load(mappings))
        suggestions.write(rows, file)
    except MappingError as error:
        _stop(f"mappings: {error}")
    except FileExistsError:
        _stop(f"{file}: is there already and may be filled in; move it away or choose another name with -f")
    except OSError as error:
        _stop(
            f"{error.filename or out}: {error.strerror or error}; OUT is a folder that jixiao extract wrote"
        )
    typer.echo(f"{len(rows)} names that match nothing: {shown(str(file))} 已列出未匹配的名称")


@app.command()
def accept(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV that suggest wrote, filled in. 填好的CSV")
    ],
    mappings: _Mappings = None,
) -> None:
    """Take the decisions of FILE into indicators.csv, all or none. 将填好的决定写入指标库"""
    from normalize.mappings import FOLDER, MappingError
    from pipeline import accept as decisions

    folder = mappings or FOLDER
    try:
        changes = decisions.accept(file, folder)
    except MappingError as error:
        _stop(str(error))
    except OSError as error:
        problem = error.strerror or error
        _stop(f"{error.filename or file}: {problem}; name a file to read, and mappings that may be written")
    for change in changes:
        typer.echo(shown(f"{change.id} {change.name}" + (f" + {change.alias}" if change.alias else "")))
    new = sum(change.alias is None for change in changes)
    path = shown(str(folder / "indicators.csv"))
    typer.echo(f"{new} indicators and {len(changes) - new} aliases added to {path} 已更新指标库")


def _stop(problem: str) -> NoReturn:
    """End with status 2 and one line on stderr."""
    typer.echo(f"jixiao: {shown(problem)}", err=True)
    raise typer.Exit(2)
