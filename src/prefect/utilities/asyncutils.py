"""Between blocking and asynchronous code."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from prefect._base.dispatch import is_async_caller
from prefect._base.loopthread import LoopThread

P = ParamSpec("P")
R = TypeVar("R")

_MOST_THREADS = 250
_run_sync_loop = LoopThread("prefect-run-sync")
_workers: ThreadPoolExecutor | None = None
_workers_lock = threading.Lock()

RUNNING_IN_RUN_SYNC_LOOP_FLAG: contextvars.ContextVar[bool] = contextvars.ContextVar(
    "running_in_run_sync_loop", default=False
)
RUNNING_ASYNC_FLAG: contextvars.ContextVar[bool] = contextvars.ContextVar("run_async", default=False)


def _without_wrappers(func: Any) -> Any:
    while True:
        if isinstance(func, functools.partial):
            func = func.func
        elif hasattr(func, "__wrapped__"):
            func = func.__wrapped__
        else:
            return func


def is_async_fn(func: Callable[..., Any]) -> bool:
    """Whether calling `func`, or the function that it wraps, gives a coroutine."""
    return inspect.iscoroutinefunction(_without_wrappers(func))


def is_async_gen_fn(func: Callable[..., Any]) -> bool:
    """Whether calling `func`, or the function that it wraps, gives an async generator."""
    return inspect.isasyncgenfunction(_without_wrappers(func))


# ------------------------------------------------------------------ from blocking code into coroutines


def run_coro_as_sync(
    coroutine: Coroutine[Any, Any, R], *, force_new_thread: bool = False, wait_for_result: bool = True
) -> R | None:
    """Run a coroutine from blocking code and return its result.

    It runs on an event loop that all callers of this process share, on a thread of its own, with the caller's
    context variables. An interrupt of the waiting caller cancels it.

    Args:
        coroutine: what to run.
        force_new_thread: use a new thread with a new loop instead; a caller on the shared loop always does.
        wait_for_result: without it the call returns None at once and the coroutine goes on by itself.
    """

    async def marked() -> R:
        RUNNING_IN_RUN_SYNC_LOOP_FLAG.set(True)
        RUNNING_ASYNC_FLAG.set(True)
        return await coroutine

    if not wait_for_result:
        _run_sync_loop.submit(marked())
        return None
    if not force_new_thread and not _run_sync_loop.is_current():
        return _run_sync_loop.submit(marked()).result()
    context = contextvars.copy_context()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefect-run-sync-once") as once:
        return once.submit(context.run, asyncio.run, marked()).result()


def in_run_sync_loop() -> bool:
    """Whether this code runs on the event loop that blocking callers share."""
    return _run_sync_loop.is_current()


def sync_compatible(async_fn: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Any]:
    """Make an async function that blocking code can call too: it then waits and gets the result.

    The keyword ``_sync`` forces the choice; ``aio`` is the async function itself.
    """

    @functools.wraps(async_fn)
    def coroutine_wrapper(
        *args: Any, _sync: bool | None = None, **kwargs: Any
    ) -> R | Coroutine[Any, Any, R] | None:
        coroutine = async_fn(*args, **kwargs)
        if _sync is None:
            _sync = not (_on_marked_loop() or is_async_caller())
        return run_coro_as_sync(coroutine) if _sync else coroutine

    if not is_async_fn(async_fn):
        raise TypeError("The decorated function must be async.")
    wrapper: Any = coroutine_wrapper
    wrapper.aio = async_fn
    return wrapper


def _on_marked_loop() -> bool:
    """Whether this is code that a blocking caller had run for it: there the async form is always wanted."""
    if not RUNNING_ASYNC_FLAG.get():
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_async_in_new_loop(__fn: Callable[P, Coroutine[Any, Any, R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call an async function on a new event loop in this thread."""
    return asyncio.run(__fn(*args, **kwargs))


# ------------------------------------------------------------------ from coroutines into blocking code


def _forget_workers() -> None:
    global _workers, _workers_lock
    _workers, _workers_lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_workers)


def _worker_pool() -> ThreadPoolExecutor:
    global _workers
    with _workers_lock:
        if _workers is None:
            _workers = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="prefect-worker-thread")
        return _workers


async def run_sync_in_worker_thread(__fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a blocking function on a thread, with the caller's context variables; at most 250 at once.

    Cancelling the caller does not stop the thread.
    """
    context = contextvars.copy_context()
    call = functools.partial(context.run, __fn, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_worker_pool(), call)


# ------------------------------------------------------------------ coroutines among themselves


async def gather(*calls: Callable[[], Coroutine[Any, Any, R]]) -> list[R]:
    """Call async functions without arguments all at once; their results in order.

    If one raises, the others are cancelled and an exception group is raised.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(call()) for call in calls]
    return [task.result() for task in tasks]


@asynccontextmanager
async def asyncnullcontext(value: Any = None, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
    """An async context manager that does nothing and yields `value`."""
    yield value
