"""Worker processes, of which any may die at any moment: that costs the task it was at, and no other.

The pools of the standard library give up as a whole when one process of theirs is killed, which is what a
hostile file, a limit of memory and the kernel's own killer do.
"""

import ctypes
import math
import os
import pickle
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from pipeline.lean import without_pandas

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 2  # tasks that a worker has, so that it need not wait while results are stored
_SMALL = 32 * 2**10  # bytes of a task that may wait in the pipe; a full pipe would hold up the whole pool
_STEPS = 15  # that a task may do in its time; for each more of them it has more
_PR_SET_PDEATHSIG = 1
_SLOW = getattr(signal, "SIGXCPU", None)
# How libraries end that get no memory, and how the kernel ends a process that takes too much of it.
_STARVED = tuple(getattr(signal, name, None) for name in ("SIGABRT", "SIGTRAP", "SIGKILL"))
# A worker is one of many processes: the libraries in it shall not start threads of their own.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: ``seconds`` of the processor, MiB of ``memory`` of its process.

    On the clock it may take ``patience`` times as long: a machine may be crowded, but no task waits for ever.
    A task that tells of steps (``tell``) gets a fifteenth of it for each.
    """

    seconds: float = 300
    memory: int = 3072
    patience: float = 10

    @property
    def clock(self) -> float:
        """Seconds on the clock."""
        return self.seconds * self.patience


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that cost its worker the life; ``problem`` says how, and what to do, in one line."""

    problem: str


class WorkersError(Exception):
    """The workers cannot be had; one line says why and what to do."""


class Workers(Protocol):
    """Whoever calls a function with what is the same for all tasks, and each task."""

    def run(
        self, function: Callable[[Any, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """``function(settings, task)`` of each task, as they get ready."""
        ...


class Pool:
    """Processes (started when first needed, by ``spawn``) that call functions with ``settings`` and a task.

    ``settings``, tasks and results are pickled. ``told`` is told the steps of tasks that take long. Use it as
    a context manager: the processes end with it.
    """

    def __init__(
        self,
        settings: object,
        count: int,
        limits: Limits | None = None,
        told: Callable[[Any, int], None] | None = None,
    ) -> None:
        self._settings = pickle.dumps(settings)
        self._count, self._limits, self._told = count, limits or Limits(), told
        self._workers: list[_Worker] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def run(
        self, function: Callable[[Any, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """``function(settings, task)`` of each task, as they get ready. What it raises is raised here."""
        waiting = _Waiting(function, tasks)
        while self._feed(waiting):
            busy = {worker.connection: worker for worker in self._workers if worker.tasks}
            left = min(worker.since for worker in busy.values()) + self._limits.clock - time.monotonic()
            ready = connection.wait(list(busy), max(0.0, left))
            for one in ready:
                worker = busy[one]  # type: ignore[index]
                try:
                    result = worker.receive()
                except (EOFError, OSError, pickle.UnpicklingError):
                    yield self._lose(worker, waiting, None)
                    continue
                if isinstance(result, _Step):
                    if self._told:
                        self._told(worker.tasks[0], result.number)
                    continue
                task = worker.tasks.popleft()
                if worker.retired:
                    waiting.again(worker.tasks)
                    worker.tasks.clear()
                    worker.end()
                self._feed(waiting)
                if isinstance(result, _Raised):
                    raise result.error
                yield task, result
            late = time.monotonic() - self._limits.clock
            for worker in [w for c, w in busy.items() if c not in ready and w.since < late]:
                yield self._lose(worker, waiting, f"more than {self._limits.clock:g} s on the clock")

    def _feed(self, waiting: "_Waiting") -> bool:
        """Give the workers what they can have; whether any has something to do."""
        self._workers = [worker for worker in self._workers if not worker.retired]
        for depth in range(_AHEAD):
            while (worker := self._free(depth)) and (task := waiting.next(idle=depth == 0)):
                worker.give(*task)
        return any(worker.tasks for worker in self._workers)

    def _free(self, depth: int) -> "_Worker | None":
        """A worker with no more than ``depth`` tasks; a new one where all have tasks and there may be one."""
        for worker in self._workers:
            if len(worker.tasks) <= depth:
                return worker
        if depth == 0 and len(self._workers) < self._count:
            self._workers.append(_Worker(self._settings, self._limits))
            return self._workers[-1]
        return None

    def _lose(self, worker: "_Worker", waiting: "_Waiting", took: str | None) -> tuple[Any, Lost]:
        """End ``worker``, which ``took`` too long or has died; the task that it was at, and why that is lost.
        Its others are given again."""
        code = worker.end() or 0
        self._workers.remove(worker)
        lost, *others = worker.tasks
        waiting.again(others)
        return lost, Lost(self._problem(took, code))

    def _problem(self, took: str | None, code: int) -> str:
        """What was wrong with a task, in a line: it ``took`` too long, or its worker ended with ``code``."""
        if not took and -code == _SLOW:
            took = f"more than {self._limits.seconds:g} s of the processor"
        if took:
            return f"reading it took {took}; split it into smaller files, or allow more with --seconds"
        if -code in _STARVED:
            return (
                f"reading it took more than the {self._limits.memory} MiB of memory that a file may take "
                f"({signal.Signals(-code).name}); split it into smaller files, or allow more with --memory"
            )
        how = signal.Signals(-code).name if code < 0 else f"status {code}"
        return f"reading it crashed ({how}); export it again, and if that does not help, report it"


class Here:
    """The same in this process, for tests and debuggers: nothing is limited, and what crashes ends it all."""

    def __init__(self, settings: object) -> None:
        self._settings = settings

    def run(
        self, function: Callable[[Any, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """``function(settings, task)`` of each task, in their order."""
        for task in tasks:
            yield task, function(self._settings, task)


class _Waiting:
    """Tasks that no worker has yet, each as it was given and as the bytes that are sent."""

    def __init__(self, function: Callable[..., object], tasks: Iterable[Any]) -> None:
        self._function, self._rest, self._first = function, iter(tasks), deque[tuple[Any, bytes]]()

    def next(self, *, idle: bool) -> tuple[Any, bytes] | None:
        """The next task, for a worker that is ``idle`` or has one already: that one gets no large ones."""
        if not self._first:
            for task in self._rest:
                self.again([task])
                break
        if not self._first or (not idle and len(self._first[0][1]) > _SMALL):
            return None
        return self._first.popleft()

    def again(self, tasks: Iterable[Any]) -> None:
        self._first.extend((task, pickle.dumps((self._function, task))) for task in tasks)


class _Worker:
    """A process and this end of its pipe."""

    def __init__(self, settings: bytes, limits: Limits) -> None:
        spawn = get_context("spawn")
        self.connection, there = spawn.Pipe()
        self.tasks: deque[Any] = deque()
        self.since = time.monotonic()
        self.retired = False
        self._process = spawn.Process(target=_serve, args=(there, os.getpid(), limits), daemon=True)
        self._process.start()
        there.close()
        self._send(settings)

    def give(self, task: Any, data: bytes) -> None:
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append(task)
        self._send(data)

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # it is dead, which shows when its answer is waited for
            self.connection.send_bytes(data)

    def receive(self) -> Any:
        """The result of the first task, or a step of it; a worker that had enough says so with it."""
        result, self.retired = self.connection.recv()
        self.since = time.monotonic()
        return result

    def end(self) -> int | None:
        """Kill the process; its exit code, negative for a signal."""
        self.connection.close()
        self._process.join(0.2 if self.tasks else 0)  # one that has crashed tells how
        self._process.kill()
        self._process.join()
        return self._process.exitcode


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


@dataclass(frozen=True, slots=True)
class _Step:
    number: int


class _Teller:
    """Where a worker tells of its steps; in other processes nowhere."""

    pipe: Connection | None = None
    seconds = 0.0


def tell(number: int) -> None:
    """In a worker: tell that a step of the task is done which takes long, so that it may take longer."""
    if _Teller.pipe:
        _limit_time(_Teller.seconds, more=True)
        _Teller.pipe.send((_Step(number), False))


def _serve(pipe: Connection, parent: int, limits: Limits) -> None:
    """What a worker does: call, answer, until nobody asks any more or it has grown too large."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C the parent hears too
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what libraries say of hostile files is for no terminal
        os.dup2(silence, stream)
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    _limit_memory(limits.memory << 20)
    without_pandas()
    with suppress(EOFError, OSError):
        settings = pickle.loads(pipe.recv_bytes())
        _Teller.pipe, _Teller.seconds = pipe, limits.seconds / _STEPS
        retired = False
        while not retired:
            function, task = pickle.loads(pipe.recv_bytes())
            _limit_time(limits.seconds)
            try:
                result = function(settings, task)
            except Exception as error:
                result = _Raised(error)
            retired = _memory() > limits.memory << 19
            pipe.send((result, retired))


def _die_with(parent: int) -> None:
    """Let the kernel kill this process when the one that started it ends, in whatever way."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def _limit_memory(size: int) -> None:
    """Let allocations beyond ``size`` bytes fail, and let the kernel, short of memory, kill this first."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows, or limited further already
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def _limit_time(seconds: float, *, more: bool = False) -> None:
    """Let the kernel end this process once it has used the processor for so many seconds from now on, or so
    many ``more`` than it may already."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        start = soft if more else used.ru_utime + used.ru_stime
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(start + seconds), hard))


def _memory() -> int:
    """Bytes of memory that this process has asked for, as they are limited; 0 where the system does not
    tell."""
    with suppress(OSError), open("/proc/self/statm") as file:
        return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    return 0
