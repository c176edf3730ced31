"""Between blocking and asynchronous code."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import os
import threading
import warnings
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from prefect._base import lazy
from prefect._base.dispatch import is_async_caller
from prefect._base.loopthread import LoopThread

anyio: Any = lazy.module("anyio")

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


class GatherIncomplete(RuntimeError):
    """The results of a group were asked for before it had ended."""


class GatherTaskGroup:
    """A task group of anyio that keeps the results of what it starts; see `create_gather_task_group`."""

    def __init__(self, task_group: Any) -> None:
        self._group = task_group
        self._results: dict[UUID, Any] = {}

    async def _run(self, key: UUID, func: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._results[key] = await func(*args)

    def start_soon(self, func: Callable[..., Any], *args: Any, name: object = None) -> UUID:
        """Start an async function; the key of its result."""
        key = uuid4()
        self._results[key] = GatherIncomplete
        self._group.start_soon(self._run, key, func, args, name=name)
        return key

    async def start(self, func: Callable[..., Any], *args: Any, name: object = None) -> Any:
        """Not possible: what is started so tells one value when it is ready and has no other."""
        raise RuntimeError("A group that gathers results starts functions with `start_soon`.")

    def get_result(self, key: UUID) -> Any:
        """What the function returned; raises `GatherIncomplete` before the group has ended."""
        result = self._results[key]
        if result is GatherIncomplete:
            raise GatherIncomplete("The result is not there yet; ask for it when the group has ended.")
        return result

    @property
    def cancel_scope(self) -> Any:
        return self._group.cancel_scope

    async def __aenter__(self) -> GatherTaskGroup:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *exc_info: Any) -> bool | None:
        return await self._group.__aexit__(*exc_info)


def create_gather_task_group() -> GatherTaskGroup:
    """A task group whose results can be asked for when it has ended.

    >>> async with create_gather_task_group() as group:
    ...     key = group.start_soon(fetch, "orders")
    >>> group.get_result(key)
    """
    return GatherTaskGroup(anyio.create_task_group())


class LazySemaphore:
    """A semaphore whose size is asked for when it is first used."""

    def __init__(self, initial_value_func: Callable[[], int]) -> None:
        self._size = initial_value_func
        self._semaphore: asyncio.Semaphore | None = None

    async def __aenter__(self) -> asyncio.Semaphore:
        if self._semaphore is None:
            self._semaphore = asyncio.Semaphore(self._size())
        await self._semaphore.__aenter__()
        return self._semaphore

    async def __aexit__(self, *args: Any) -> None:
        assert self._semaphore is not None
        await self._semaphore.__aexit__(None, None, None)


# tasks that nobody awaits, which would be forgotten without a reference
BACKGROUND_TASKS: set[asyncio.Task[Any]] = set()
background_task_lock = threading.Lock()


def create_task(coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
    """A task of the running loop that is kept alive until it ends."""
    task = asyncio.create_task(coroutine)
    with background_task_lock:
        BACKGROUND_TASKS.add(task)
    task.add_done_callback(BACKGROUND_TASKS.discard)
    return task


def get_thread_limiter() -> Any:
    """How many blocking functions may run on threads of this loop at once, as a limiter of anyio."""
    limiter = _limiters.get(asyncio.get_running_loop())
    if limiter is None:
        limiter = _limiters[asyncio.get_running_loop()] = anyio.CapacityLimiter(_MOST_THREADS)
    return limiter


_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()
_worker_thread = threading.local()


def mark_as_worker_thread() -> None:
    """Let :func:`in_async_worker_thread` be true on this thread."""
    _worker_thread.is_marked = True


def call_with_mark(call: Callable[..., R]) -> R:
    """Call a function on a thread that is marked as a worker's."""
    mark_as_worker_thread()
    return call()


def in_async_worker_thread() -> bool:
    """Whether this is a thread that an event loop runs blocking code on."""
    name = threading.current_thread().name
    return bool(getattr(_worker_thread, "is_marked", False)) or name.startswith("prefect-worker-thread")


def in_async_main_thread() -> bool:
    """Whether an event loop runs on this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return not in_async_worker_thread()


def run_async_from_worker_thread(
    __fn: Callable[P, Coroutine[Any, Any, R]], *args: P.args, **kwargs: P.kwargs
) -> R | None:
    """Call an async function from a thread that a loop runs blocking code on, and wait for its result."""
    return run_coro_as_sync(__fn(*args, **kwargs))


def sync(__async_fn: Callable[P, Coroutine[Any, Any, R]], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """Call an async function from blocking code, and wait for its result."""
    if in_async_main_thread():
        warnings.warn(
            "`sync` blocks the event loop of this thread; await the function instead.", stacklevel=2
        )
    return run_coro_as_sync(__async_fn(*args, **kwargs))
