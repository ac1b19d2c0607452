"""The run of every night: what it is to do stands in a file, what it did is a page and a few metrics."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.extraction import Result, Task, done
from pipeline.pool import Limits
from pipeline.remote import is_url
from pipeline.store import place_of
from pipeline.summary import Figures, counted, not_taken_in, to_review
from pipeline.terminal import shown

LISTED = 20
"""How many lines a list of the summary has before it is cut: a page is read, the rest is in the tables."""
_KINDS: dict[str, type | tuple[type, ...]] = {
    "in": str,
    "out": str,
    "store": str,
    "jobs": int,
    "seconds": (int, float),
    "memory": int,
    "dask": str,
    "mirror": str,
    "redact": bool,
    "partition": bool,
    "summary": str,
    "metrics": str,
}


class ConfigError(Exception):
    """The configuration cannot be used; one line says where and why."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a night is to do, and where its summary and its metrics go."""

    task: Task
    summary: Path
    metrics: Path | None


def read(path: Path) -> Config:
    """The configuration in a TOML file; its paths are relative to it. Raises ``ConfigError``, ``OSError``."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is no TOML: {error}") from error
    for key, value in given.items():
        if key not in _KINDS:
            raise ConfigError(f"{path}: unknown key {key!r}; there are {', '.join(_KINDS)}")
        if not isinstance(value, _KINDS[key]) or (isinstance(value, bool) and _KINDS[key] is not bool):
            raise ConfigError(f"{path}: {key} = {value!r} is of the wrong type; see docs/nightly.md")
    for key in ("in", "out"):
        if key not in given:
            raise ConfigError(f"{path}: {key} is missing; name the folder")
    places = {
        key: path.parent / given[key] for key in ("in", "out", "store", "summary", "metrics") if key in given
    }
    limits = {key: given[key] for key in ("seconds", "memory") if key in given}
    store = places.get("store", place_of(places["out"]))
    task = Task(
        given["in"] if is_url(given["in"]) else places["in"],
        places["out"],
        store,
        given.get("redact", False),
        given.get("jobs"),
        Limits(**limits),
        dask=given.get("dask"),
        mirror=given.get("mirror"),
        partition=given.get("partition", False),
    )
    return Config(task, places.get("summary", store / "nightly.txt"), places.get("metrics"))


def run(config: Config, console: Console) -> int:
    """Do what a night is to do; 1 if a file failed that was tried, else 0. Raises what ``done`` does."""
    with done(config.task, console) as result:
        before = result.published.store.facts_before(result.run.number)
        page = "\n".join(_page(result, before.get("figures", {}))) + "\n"
        _replace(config.summary, page)
        if config.metrics:
            _replace(config.metrics, "\n".join(_metrics(result)) + "\n")
        ((failed,),) = result.published.store.rows(
            f"SELECT count(*) FROM published_files WHERE status = 'failed' AND {_tried(result)}"
        )
    console.print(page, markup=False, highlight=False, soft_wrap=True, end="")
    return 1 if failed else 0


def _tried(result: Result) -> str:
    """The condition of files, and of filings, that the run looked at or took in."""
    number = result.run.number
    return f"""(
        sha256 IN (SELECT sha256 FROM contents WHERE run = {number})
        OR source IN (SELECT source FROM sources WHERE status IS NOT NULL AND arrived = {number})
    )"""


def _page(result: Result, before: Figures) -> Iterator[str]:
    """The summary of a night."""
    run, store = result.run, result.published.store
    ((started,),) = store.rows("SELECT started FROM runs WHERE run = ?", run.number)
    ((new,),) = store.rows("SELECT count(*) FROM sources WHERE arrived = ?", run.number)
    ((gone,),) = store.rows(
        "SELECT count(DISTINCT source) FROM sources WHERE current AND file NOT IN (SELECT file FROM walked)"
    )
    spent = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in run.seconds.items())
    yield f"Jixiao 绩效, run {run.number} of {started:%Y-%m-%d %H:%M} UTC ({spent})"
    yield ""
    yield f"In the folder 文件夹   {run.files} files; {gone} more are gone from it and kept 已删除但保留"
    yield f"Came in 新到           {new}"
    yield f"Taken in 处理          {counted(run.taken)}"
    yield f"Published 已发布       {'changed 有变化' if result.changed else 'unchanged 无变化'}"
    tried, most = _tried(result), LISTED + 1
    failed = not_taken_in(result.published, tried, most)
    yield from _listed("Failed or not read 失败或未收录", failed)
    yield from _listed("To review 需复核", to_review(result.published, tried, most))
    yield ""
    yield "Published altogether 全部已发布, and what changed since the run before 与上次相比"
    for name, counts in result.figures.items():
        earlier = before.get(name, {})
        changes = [
            f"{key} {counts.get(key, 0)} ({difference:+d})"
            if (difference := counts.get(key, 0) - earlier.get(key, 0))
            else f"{key} {counts.get(key, 0)}"
            for key in {**counts, **earlier}
        ]
        yield f"  {name:10} {', '.join(changes) or '-'}"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {shown(line)}" for line in lines[:LISTED])
        if len(lines) > LISTED:
            yield "  … and more, see files.csv and filings.csv"


def _metrics(result: Result) -> Iterator[str]:
    """What Prometheus' node exporter reads (the text format): names, meanings and values."""
    run, store = result.run, result.published.store
    ((ended,),) = store.rows("SELECT epoch(ended) FROM runs WHERE run = ?", run.number)
    size = store.path.stat().st_size if store.path else 0
    yield from _metric("last_run_timestamp_seconds", "When the last run ended", {"": ended})
    yield from _metric("run_seconds", "How long its parts took", _by("part", run.seconds))
    yield from _metric("folder_files", "Files in the input folder", {"": run.files})
    yield from _metric("run_looked", "Files that the last run looked at", {"": run.looked})
    yield from _metric("run_taken", "Files that the last run took in", _by("status", run.taken))
    for name, counts in result.figures.items():
        label = "what" if name == "review" else "kind"
        yield from _metric(f"published_{name}", f"Published rows of {name}", _by(label, counts))
    yield from _metric("store_bytes", "Size of the store", {"": size})


def _metric(name: str, meaning: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP jixiao_{name} {meaning}."
    yield f"# TYPE jixiao_{name} gauge"
    for labels, value in values.items():
        yield f"jixiao_{name}{labels} {value:.15g}"


def _by(label: str, counts: Mapping[Any, float]) -> dict[str, float]:
    return {f'{{{label}="{key}"}}': value for key, value in counts.items()}


def _replace(path: Path, text: str) -> None:
    """Write beside and rename: whoever reads sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
