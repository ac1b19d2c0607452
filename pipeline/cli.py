"""The command line: ``jixiao extract IN -o OUT``. A command imports what it needs, so that help is quick."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline import __version__
from pipeline.lean import without_pandas
from pipeline.remote import is_url
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
    """The command ``jixiao``. Of a character that the console lacks (as GBK does some) its code is shown."""
    without_pandas()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
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
    folder: Annotated[str, typer.Argument(metavar="IN", help="Folder of filings, or its URL. 表格文件夹")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Output folder. 输出文件夹")] = Path(
        "out"
    ),
    redact: Annotated[
        bool,
        typer.Option("--redact", help="Leave out names and telephone numbers of people. 略去个人信息"),
    ] = False,
    no_ocr: Annotated[
        bool,
        typer.Option("--no-ocr", help="Do not recognise pages that are pictures. 不识别扫描件"),
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the store, by default OUT.store. 存储文件夹"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Worker processes, by default one a core. 进程数"),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What people decided, by default OUT.decisions.csv. 人工核定文件"),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try failed files again. 重试失败的文件")] = False,
    rehash: Annotated[
        bool,
        typer.Option("--rehash", help="Look at the bytes of files that seem unchanged. 重新校验全部文件"),
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Scheduler of a Dask cluster, tcp://HOST:PORT. Dask 集群地址"),
    ] = None,
    mirror: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Storage that gets what is published, too. 同时发布到的存储"),
    ] = None,
    partition: Annotated[
        bool,
        typer.Option("--partition", help="Write tables parted by fiscal year, too. 另按年度分区输出"),
    ] = False,
    seconds: Annotated[
        float,
        typer.Option(min=1, help="Seconds of the processor that a file may take. 单个文件处理器时限（秒）"),
    ] = 300,
    memory: Annotated[
        int, typer.Option(min=256, help="MiB of memory that a file may take. 单个文件内存上限（MiB）")
    ] = 3072,
) -> None:
    """Take in what is new under IN and publish the tables in OUT. 读取文件夹并发布数据表

    Ends with 0; with 1 if a file failed; with 2 if nothing could be done; with 3 if another run is at work.
    """
    place = folder if is_url(folder) else Path(folder)
    _check_folders(place, out)
    from rich.console import Console

    from pipeline import extraction, summary
    from pipeline.pool import Limits

    limits = Limits(seconds, memory)
    task = extraction.Task(
        place,
        out,
        store,
        redact,
        jobs,
        limits,
        retry,
        rehash,
        decisions=decisions,
        dask=dask,
        mirror=mirror,
        ocr=not no_ocr,
        partition=partition,
    )
    with _problems(out), extraction.done(task, Console(stderr=True)) as result:
        summary.show(
            result.published, result.figures, result.run, out, result.changed, Console(highlight=False)
        )
        failed = "failed" in result.figures["files"]
    if failed:
        raise typer.Exit(1)


@app.command()
def nightly(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.toml", help="What to do. 配置文件")],
) -> None:
    """Do the run of a night: take in, publish, write a summary and metrics. 夜间任务

    Ends with 0; with 1 if a file failed that was tried; with 2 if nothing could be done; with 3 if another
    run is at work.
    """
    from rich.console import Console

    from pipeline import nightly as night

    try:
        given = night.read(config)
    except (night.ConfigError, OSError) as error:
        _stop(f"{config}: {error.strerror}" if isinstance(error, OSError) else str(error))
    _check_folders(given.task.folder, given.task.out)
    with _problems(given.task.out):
        status = night.run(given, Console())
    if status:
        raise typer.Exit(status)


@app.command()
def show(file: Annotated[Path, typer.Argument(metavar="FILE", help="A filing. 表格文件")]) -> None:
    """Show what is read, repaired and published of one file; nothing is written. 查看单个文件

    Ends with 0; with 1 if the file cannot be read; with 2 if it is not there.
    """
    from rich.console import Console

    from extract import ExtractError
    from normalize.mappings import MappingError
    from pipeline import showing

    try:
        showing.show(file, Console(highlight=False))
    except ExtractError as error:
        _stop(f"{file}: {error.problem}", status=1)
    except MappingError as error:
        _stop(f"mappings: {error}")
    except OSError as error:
        _stop(f"{file}: cannot be opened ({error.strerror})")


@app.command()
def forget(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Sources as in files.csv; FOLDER/ is all below. 来源文件"),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Output folder. 输出文件夹")] = Path(
        "out"
    ),
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the store, by default OUT.store. 存储文件夹"),
    ] = None,
) -> None:
    """Take files out of the store and publish what is left. 从存储中移除文件

    A file that is still in the input folder is taken in anew by the next run.
    """
    from pipeline import extraction

    with _problems(out):
        count = extraction.forget(sources, out, store)
    typer.echo(f"Forgotten 已移除: {count}")
    if not count:
        _stop("none of these is in the store; name sources as files.csv has them")


@app.command()
def review(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that extract wrote. 输出文件夹")] = Path(
        "out"
    ),
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the store, by default OUT.store. 存储文件夹"),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where decisions go, by default OUT.decisions.csv. 核定文件"),
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the page, by default any free one. 端口")] = 0,
    queue: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the queue as CSV or XLSX to fill in offline. 导出待核定"),
    ] = None,
    take: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take a queue that was filled in. 导入填好的核定"),
    ] = None,
) -> None:
    """Decide about doubtful rows beside what they were read from, in the browser. 复核存疑的行

    Decisions are written down at once; the next run of extract applies them.
    """
    from pipeline.review import run

    with _problems(out):
        run.review(out, store, decisions, port, queue, take)


@contextmanager
def _problems(out: Path) -> Iterator[None]:
    """What keeps a run from being done, as one line and a status."""
    from normalize.mappings import MappingError
    from pipeline import remote
    from pipeline.database import StoreBusy, StoreError
    from pipeline.pool import WorkersError

    try:
        yield
    except MappingError as error:
        _stop(f"mappings: {error}")
    except StoreBusy as error:
        _stop(str(error), status=3)
    except (StoreError, WorkersError) as error:
        _stop(str(error))
    except PermissionError as error:
        _stop(
            f"{error.filename or out}: cannot be replaced ({error.strerror}); close it where it is open "
            "(in Excel?), or choose another place; what stood there is unchanged 文件被占用，请关闭后重试"
        )
    except OSError as error:
        reason = error.strerror or error
        if error.errno == remote.NO_FILE:
            _stop(str(reason))
        _stop(f"{out}: the tables cannot be written ({reason}); choose another folder with -o")


def _check_folders(folder: Path | str, out: Path) -> None:
    """Stop with one line where IN is no folder, or where OUT may not be replaced by a new folder."""
    if isinstance(folder, Path) and not folder.is_dir():
        problem = (
            "is not a folder; name the folder that holds it" if folder.exists() else "there is no such folder"
        )
        _stop(f"{folder}: {problem}")
    if out.exists() and not out.is_dir():
        _stop(f"{out}: is not a folder; choose another one with -o")
    target = out.resolve()
    for place in (*([folder.resolve()] if isinstance(folder, Path) else []), Path.cwd()):
        if place.is_relative_to(target):
            _stop(
                f"{out}: a run replaces the whole folder, so it must not be or hold {place}; use another -o"
            )


def _stop(problem: str, status: int = 2) -> NoReturn:
    """End with one line on stderr."""
    typer.echo(f"jixiao: {shown(problem)}", err=True)
    raise typer.Exit(status)


if __name__ == "__main__":
    main()
