"""A worker may die at any moment: its task is lost, the others are done."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from pipeline.pool import Here, Limits, Lost, Pool, Workers, tell

Task = tuple[str, int]


def act(settings: int, task: Task) -> int:
    """What a task says: answer a number plus ``settings``, or die in some way."""
    kind, number = task
    match kind:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "end":
            os._exit(7)
        case "abort":
            os.abort()
        case "spin":
            while True:
                pass
        case "steps":
            for step in range(1, number + 1):
                end = time.process_time() + 0.8
                while time.process_time() < end:
                    pass
                tell(step)
        case "hang":
            signal.pause()
        case "grow":
            return len(bytearray(number << 20))
        case "pid":
            return os.getpid()
        case "raise":
            raise LookupError(str(number))
    return settings + number


def outcomes(workers: Workers, *tasks: Task) -> dict[Task, int | str]:
    return {
        task: result.problem if isinstance(result, Lost) else result
        for task, result in workers.run(act, tasks)
    }


def test_every_task_is_done_once_wherever() -> None:
    tasks = [("add", number) for number in range(50)]
    with Pool(100, 2) as pool:
        for workers in (pool, Here(100)):
            done = list(workers.run(act, tasks))
            assert sorted(done) == [(task, 100 + task[1]) for task in tasks]


def test_who_dies_takes_one_task_along() -> None:
    good: list[Task] = [("add", number) for number in range(20)]
    bad: list[Task] = [("crash", 1), ("end", 2), ("crash", 3)]
    with Pool(0, 2) as pool:
        found = outcomes(pool, *bad[:1], *good[:10], *bad[1:], *good[10:])
        assert {task: found[task] for task in good} == {task: task[1] for task in good}
        assert "reading it crashed (SIGSEGV)" in str(found["crash", 1])
        assert "reading it crashed (status 7)" in str(found["end", 2])
        assert outcomes(pool, ("add", 5)) == {("add", 5): 5}, "the pool goes on"


def test_who_hangs_is_ended() -> None:
    with Pool(0, 1, Limits(seconds=2, patience=1.5)) as pool:
        found = outcomes(pool, ("add", 1), ("hang", 2), ("add", 3))
    assert found.pop(("hang", 2)) == (
        "reading it took more than 3 s on the clock; split it into smaller files, or allow more with "
        "--seconds"
    )
    assert found == {("add", 1): 1, ("add", 3): 3}


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the processor are the system's")
def test_who_never_ends_is_ended() -> None:
    with Pool(0, 1, Limits(seconds=1, patience=600)) as pool:
        found = outcomes(pool, ("spin", 1), ("add", 2))
    assert found.pop(("spin", 1)) == (
        "reading it took more than 1 s of the processor; split it into smaller files, or allow more with "
        "--seconds"
    )
    assert found == {("add", 2): 2}


def test_who_tells_of_steps_may_take_longer_and_is_heard() -> None:
    heard: list[tuple[Task, int]] = []
    with Pool(0, 1, Limits(seconds=1), lambda task, step: heard.append((task, step))) as pool:
        assert outcomes(pool, ("steps", 4), ("add", 2)) == {("steps", 4): 4, ("add", 2): 2}
    assert heard == [(("steps", 4), step) for step in (1, 2, 3, 4)]
    with Pool(0, 1) as unheard:
        assert outcomes(unheard, ("steps", 1)) == {("steps", 1): 1}
    assert outcomes(Here(0), ("steps", 1)) == {("steps", 1): 1}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_who_aborts_had_no_memory_left() -> None:
    with Pool(0, 1, Limits(memory=300)) as pool:
        assert outcomes(pool, ("abort", 1)) == {
            ("abort", 1): "reading it took more than the 300 MiB of memory that a file may take "
            "(SIGABRT); split it into smaller files, or allow more with --memory"
        }


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are the system's")
def test_memory_beyond_the_limit_is_not_given_and_a_large_worker_is_replaced() -> None:
    with Pool(0, 1, Limits(memory=256)) as pool:
        with pytest.raises(MemoryError):
            outcomes(pool, ("grow", 300))
        ((_, before),) = pool.run(act, [("pid", 0)])
        outcomes(pool, ("grow", 100), ("add", 1))
        ((_, after),) = pool.run(act, [("pid", 0)])
        assert before == after, "what was given back does not count"


def test_what_a_function_raises_is_raised() -> None:
    with Pool(0, 1) as pool, pytest.raises(LookupError, match="3"):
        outcomes(pool, ("raise", 3))


def test_large_tasks_fill_no_pipe() -> None:
    tasks = [("add" + "x" * 500_000, number) for number in range(6)]
    with Pool(1, 2) as pool:
        assert Counter(result for _, result in pool.run(act, tasks)) == Counter(range(1, 7))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    code = (
        "from pipeline.pool import Pool; from tests.pipeline.test_pool import act\n"
        "if __name__ == '__main__':\n"
        "    for task, pid in Pool(0, 1).run(act, [('pid', 0), ('hang', 0)]): print(pid, flush=True)\n"
    )
    (tmp_path / "main.py").write_text(code)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "main.py")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{worker}").exists()
