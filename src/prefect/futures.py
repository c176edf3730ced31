"""Futures of submitted runs, and waiting for several of them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from prefect._base import lazy
from prefect._engine.future import (
    PrefectConcurrentFuture,
    PrefectFuture,
    PrefectFutureList,
    PrefectTaskRunFuture,
    PrefectWrappedFuture,
)
from prefect._engine.inputs import resolve_futures_to_results, resolve_futures_to_states
from prefect._engine.pool import wait_helping

if TYPE_CHECKING:
    from prefect._engine.remote import PrefectDistributedFuture, PrefectFlowRunFuture
    from prefect.tasks import Task

R = TypeVar("R")

tasks: Any = lazy.module("prefect.tasks")

__all__ = [
    "as_completed",
    "DoneAndNotDoneFutures",
    "PrefectConcurrentFuture",
    "PrefectDistributedFuture",
    "PrefectFlowRunFuture",
    "PrefectFuture",
    "PrefectFutureList",
    "PrefectTaskRunFuture",
    "PrefectWrappedFuture",
    "resolve_futures_to_results",
    "resolve_futures_to_states",
    "submit",
    "wait",
]


class DoneAndNotDoneFutures(NamedTuple):
    """What :func:`wait` gives: the futures that have ended, and the others."""

    done: set[PrefectFuture[Any]]
    not_done: set[PrefectFuture[Any]]


class _Arrivals:
    """Futures in the order in which they end, for one consumer."""

    def __init__(self, futures: Iterable[PrefectFuture[Any]]) -> None:
        self._ended: deque[PrefectFuture[Any]] = deque()
        self._news = threading.Semaphore(0)
        for future in futures:
            future.add_done_callback(self._arrive)

    def _arrive(self, future: PrefectFuture[Any]) -> None:
        self._ended.append(future)
        self._news.release()

    def next(self, timeout: float | None) -> PrefectFuture[Any] | None:
        if not self._news.acquire(blocking=False):
            arrived = wait_helping(None, lambda: self._news.acquire(timeout=timeout))
            if not arrived:
                return None
        return self._ended.popleft()


def as_completed(
    futures: Iterable[PrefectFuture[R]], timeout: float | None = None
) -> Generator[PrefectFuture[R], None, None]:
    """Yield each future once, in the order in which the runs end.

    Raises `TimeoutError` if some have not ended `timeout` seconds after the first ``next``.
    """
    unique = list(dict.fromkeys(futures))
    end = None if timeout is None else time.monotonic() + timeout
    arrivals = _Arrivals(unique)
    for arrived in range(len(unique)):
        future = arrivals.next(None if end is None else max(0.0, end - time.monotonic()))
        if future is None:
            raise TimeoutError(f"{len(unique) - arrived} (of {len(unique)}) futures unfinished")
        yield future


def wait(futures: Iterable[PrefectFuture[R]], timeout: float | None = None) -> DoneAndNotDoneFutures:
    """Wait for all `futures`, at most `timeout` seconds altogether.

    >>> done, not_done = wait([task.submit(1), task.submit(2)])

    Raises `ValueError` for a negative timeout. An ended run may have failed: look at ``future.state``.
    """
    if timeout is not None and timeout < 0:
        raise ValueError("`timeout` must be 0 or more seconds.")
    not_done = set(futures)
    done: set[PrefectFuture[Any]] = set()
    end = None if timeout is None else time.monotonic() + timeout
    arrivals = _Arrivals(list(not_done))
    while not_done:
        future = arrivals.next(None if end is None else max(0.0, end - time.monotonic()))
        if future is None:
            break
        not_done.discard(future)
        done.add(future)
    return DoneAndNotDoneFutures(done, not_done)


def submit(task: Task[..., Any], *args: Any, **kwargs: Any) -> PrefectFuture[Any]:
    """``task.submit(*args, **kwargs)`` as a function; raises `TypeError` for anything but a task."""
    if not isinstance(task, tasks.Task):
        raise TypeError(
            f"submit() takes a task as its first argument, got {task!r}; decorate the function with @task."
        )
    return cast("PrefectFuture[Any]", task.submit(*args, **kwargs))


__getattr__, __dir__ = lazy.names(
    __name__,
    {
        "PrefectDistributedFuture": "prefect._engine.remote:PrefectDistributedFuture",
        "PrefectFlowRunFuture": "prefect._engine.remote:PrefectFlowRunFuture",
        "TaskRunWaiter": "prefect.task_runs:TaskRunWaiter",
    },
)
