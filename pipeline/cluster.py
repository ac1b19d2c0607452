"""The workers of a Dask cluster: the same function on the same tasks, on many machines.

A Dask worker does not call the function itself: each of its threads has a process of its own to do so
(``pool.py``), with the same limits, so that a file kills that and not the worker.
"""

import multiprocessing
import pickle
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from pipeline import fingerprints
from pipeline.pool import Limits, Lost, Pool, Result, Task, WorkersError

LOCAL = "local"
"""In the place of an address: a cluster on this machine, for as long as it is needed."""
_PATIENCE = 30  # seconds that a scheduler has to answer
_AHEAD = 4  # tasks under way for each thread of the cluster: enough that none waits for this process
_DEAD = "the machines that were to read it died; run again, and if that does not help, report the file"


class Cluster:
    """Workers at ``address`` (``tcp://HOST:PORT``). Use it as a context manager.

    All need the same Jixiao, and to see the input under the same paths. Raises ``WorkersError``.
    """

    def __init__(self, address: str, settings: object, count: int, limits: Limits) -> None:
        self._limits = limits
        self._local = (
            LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None)
            if address == LOCAL
            else None
        )
        try:
            self._client = Client(self._local or address, timeout=_PATIENCE)
        except OSError as error:
            raise WorkersError(f"{address}: no Dask scheduler answers there ({error})") from error
        ours, others = fingerprints.of_code(), self._client.run(fingerprints.of_code)
        if strange := sorted(worker for worker, code in others.items() if code != ours):
            raise WorkersError(
                f"{strange[0]}: has another Jixiao, or other libraries; install the same on all"
            )
        # Sent once to each worker, and not with each task.
        self._settings = self._client.scatter(pickle.dumps(settings), broadcast=True)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        if self._local:
            self._local.close()

    def run(
        self, function: Callable[[Any, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """``function(settings, task)`` of each task, as they get ready."""
        waiting = iter(tasks)
        given: dict[str, Task] = {}

        def submit(some: Iterable[Task]) -> list[Future]:
            futures = []
            for task in some:
                futures.append(self._submit(function, task))
                given[futures[-1].key] = task
            return futures

        threads = sum(self._client.nthreads().values())
        ready = as_completed(submit(islice(waiting, _AHEAD * max(1, threads))))
        for future in ready:
            task = given.pop(future.key)
            for another in submit(islice(waiting, 1)):
                ready.add(another)
            # A file may kill one machine after the other, as Dask gives its task to the next.
            died = isinstance(future.exception(), KilledWorker)
            yield task, Lost(_DEAD) if died else future.result()

    def _submit(self, function: Callable[[Any, Task], Result], task: Task) -> Future:
        return self._client.submit(_isolated, self._settings, self._limits, function, task, pure=False)


_of_thread = threading.local()


def _isolated(settings: bytes, limits: Limits, function: Callable[[Any, Any], Any], task: Any) -> Any:
    """Call ``function`` in the process of this thread."""
    if getattr(_of_thread, "made_by", None) != (settings, limits):
        # Dask marks its workers as daemons, which may start no processes; these end with them all the same.
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _of_thread.pool = Pool(pickle.loads(settings), 1, limits)
        _of_thread.made_by = (settings, limits)
    ((_, result),) = _of_thread.pool.run(function, [task])
    return result
