"""Task workers: processes that execute background runs of tasks.

::

    @task
    def send_mail(to: str): ...

    if __name__ == "__main__":
        serve(send_mail)              # elsewhere: send_mail.delay("ann@example.org")

With an API URL they get their runs from that server, else from the embedded database of their home.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._base.ports import AWAITING, BLOCKING
from prefect._code import execution as loading
from prefect._engine import deferred
from prefect._engine.pool import Pool
from prefect._fleet.tasks import feeds
from prefect._fleet.tasks.delivered import Cancelled, Delivered, Execution, NoArguments
from prefect._fleet.tasks.ending import Watch
from prefect._fleet.tasks.status import create_status_server, serving
from prefect._wire.operation import named
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger
from prefect.settings import active
from prefect.tasks import Task
from prefect.utilities.annotations import NotSet

if TYPE_CHECKING:
    from prefect._wire.task_runs import TaskRun
    from prefect.results import ResultStore

choose: Any = lazy.module("prefect._link.choose")
keeping: Any = lazy.module("prefect._link.keeping")

__all__ = [
    "StopTaskWorker",
    "TaskWorker",
    "aserve",
    "create_status_server",
    "read_parameters",
    "serve",
    "should_try_to_read_parameters",
    "store_parameters",
]

T = TypeVar("T")

logger = get_logger("task_worker")

GRACE_S = 5.0
"""How long runs may go on after the worker was told to stop, before they are handed back."""
_MOST_THREADS = 250


class StopTaskWorker(Exception):
    """Raised inside of a task worker, it stops it."""


class TaskWorker:
    """Executes background runs of some tasks: blocking ones in threads, async ones on its event loop.

    :param tasks: the tasks; raises `ValueError` without any
    :param limit: how many runs at a time; None for any number
    """

    def __init__(self, *tasks: Task[..., Any], limit: int | None = 10) -> None:
        if not tasks:
            raise ValueError("A task worker needs at least one task: `serve(my_task)`.")
        if limit is not None and limit < 1:
            raise ValueError("`limit` must be at least 1, or None.")
        self.tasks: list[Task[..., Any]] = [_kept(task) for task in tasks]
        self._by_key = {task.task_key: task for task in self.tasks}
        self._limit = limit
        self._started_at: datetime | None = None
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._room = asyncio.Condition()
        self._in_flight: dict[str, Execution | None] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._works: dict[str, asyncio.Task[None]] = {}
        self._watch = Watch(self._cancel)
        self._pool: Pool | None = None
        self._exit_stack = AsyncExitStack()
        self.finished_tasks = 0
        self.grace_s = GRACE_S

    # -- what it does at the moment -------------------------------------------------------------------

    @property
    def client_id(self) -> str:
        """How servers call this worker: the host and the process."""
        return f"{socket.gethostname()}-{os.getpid()}"

    @property
    def started_at(self) -> datetime | None:
        return self._started_at

    @property
    def started(self) -> bool:
        return self._started_at is not None

    @property
    def stopping(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    @property
    def limit(self) -> int | None:
        return self._limit

    @property
    def current_tasks(self) -> int | None:
        """How many runs go on; None without a limit."""
        return None if self._limit is None else len(self._in_flight)

    @property
    def available_tasks(self) -> int | None:
        """How many more runs there is room for; None without a limit."""
        return None if self._limit is None else max(0, self._limit - len(self._in_flight))

    @property
    def in_flight_tasks(self) -> list[str]:
        """The ids of the runs that go on."""
        return list(self._in_flight)

    # -- starting and stopping ------------------------------------------------------------------------

    async def astart(self, timeout: float | None = None) -> None:
        """Execute runs until the worker is stopped, or `timeout` seconds have passed."""
        loading.refuse_while_loading("TaskWorker.start()")
        ensure_logging_setup()
        restore = self._on_sigterm()
        try:
            async with asyncio.timeout(timeout), self:
                logger.info("Serving the tasks %s", ", ".join(task.name for task in self.tasks))
                await self._serve()
        except (StopTaskWorker, TimeoutError):
            pass
        finally:
            restore()

    @async_dispatch(astart)
    def start(self, timeout: float | None = None) -> None:
        """Execute runs until the worker is stopped, or `timeout` seconds have passed."""
        try:
            asyncio.run(self.astart(timeout))
        except KeyboardInterrupt:
            logger.info("Stopped.")

    async def astop(self) -> None:
        """Take no more runs; those that go on get a few seconds, then others get them."""
        self._ask_to_stop()

    @async_dispatch(astop)
    def stop(self) -> None:
        """Take no more runs; those that go on get a few seconds, then others get them."""
        self._ask_to_stop()

    def handle_sigterm(self, signum: int, frame: object) -> None:
        """Stop, as whoever sent the signal expects."""
        self._ask_to_stop()

    def _ask_to_stop(self) -> None:
        if self._loop is None or self._stop is None:
            raise RuntimeError("This task worker has not been started.")
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    def _on_sigterm(self) -> Callable[[], None]:
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        before = signal.signal(signal.SIGTERM, self.handle_sigterm)

        def restore() -> None:
            signal.signal(signal.SIGTERM, before)

        return restore

    async def __aenter__(self) -> Self:
        if self.started:
            raise RuntimeError("This task worker was started before; make another one.")
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._pool = Pool(self._limit or _MOST_THREADS, "prefect-task-worker")
        if not active()["api.url"]:
            self._exit_stack.enter_context(keeping.leading())
        await self._exit_stack.__aenter__()
        self._started_at = datetime.now(UTC)
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        assert self._stop is not None
        assert self._pool is not None
        self._stop.set()
        await self._end_runs()
        await self._watch.close()
        self._pool.close(wait=False)
        await AWAITING.run(_flush)
        await self._exit_stack.aclose()

    # -- the runs -------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        feed = feeds.feed(list(self._by_key), self.client_id, self._limit or _MOST_THREADS)
        await self._while_running(feed.open())
        try:
            while not self.stopping:
                if await self._while_running(self._has_room()) is None:
                    break
                found = await self._while_running(feed.next(self._free()))
                for delivered in found or ():
                    self._begin(delivered)
        finally:
            await self._end_runs()
            await feed.close()

    async def run_once(self) -> int:
        """Execute what is due now, and tell how many runs that were.

        For tests and for jobs that a timer starts. Raises `RuntimeError` for a server that only hands out
        runs over websockets.
        """
        ensure_logging_setup()
        done = 0
        async with self:
            feed = feeds.LinkFeed(list(self._by_key), self.client_id)
            try:
                while True:
                    await self._has_room()
                    found = await feed.take(min(self._free(), feeds.MOST_AHEAD), 0.0)
                    if not found and not self._running:
                        return done
                    done += len(found)
                    for delivered in found:
                        self._begin(delivered)
                    if not found:
                        await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            except OperationError as error:
                if error.status not in (404, 405):
                    raise
                raise RuntimeError(
                    "This server hands out runs over websockets only; use `start` instead of `run_once`."
                ) from error
            finally:
                if done or not self.stopping:
                    await self._end_runs()

    def _free(self) -> int:
        free = self.available_tasks
        return feeds.MOST_AHEAD if free is None else min(free, feeds.MOST_AHEAD)

    async def _has_room(self) -> bool:
        async with self._room:
            await self._room.wait_for(lambda: self._free() > 0)
        return True

    async def _while_running(self, coro: Coroutine[Any, Any, T]) -> T | None:
        """What `coro` gives; None when the worker is stopped first."""
        assert self._stop is not None
        work = asyncio.ensure_future(coro)
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else None
        finally:
            for each in (work, stop):
                each.cancel()

    def _begin(self, delivered: Delivered) -> None:
        self._in_flight[delivered.id] = None
        running = self._works[delivered.id] = asyncio.create_task(self._execute(delivered))
        self._watch.begin(delivered.id)
        self._running.add(running)
        running.add_done_callback(self._running.discard)

    async def _execute(self, delivered: Delivered) -> None:
        task = self._by_key.get(delivered.run["task_key"])
        try:
            if task is None:
                await self._give_up(delivered, f"Task {delivered.run['task_key']!r} is not served here.")
                return
            execution = self._in_flight[delivered.id] = Execution(task, delivered)
            try:
                found = await execution.prepare(AWAITING)
                if task.isgenerator:
                    raise NoArguments(f"Task {task.name!r} is a generator, which runs in its caller only.")
            except NoArguments as error:
                execution.is_over = True
                await self._give_up(delivered, str(error))
                return
            if task.isasync:
                await execution.execute(found, AWAITING)
            else:
                work = partial(_driven, execution, found)
                await self._in_thread(partial(execution.in_this_thread, work))
        except Exception:
            logger.exception("Task run %s ended by an error:", delivered.id)
        except BaseException as abort:  # noqa: BLE001 - the run has crashed and is told so; the worker goes on
            if not isinstance(abort, asyncio.CancelledError | Cancelled):
                logger.error("Task run %s ended by %r", delivered.id, abort)
        finally:
            self._in_flight.pop(delivered.id, None)
            self._works.pop(delivered.id, None)
            self._watch.over(delivered.id)
            self.finished_tasks += 1
            async with self._room:
                self._room.notify_all()

    async def _cancel(self, run_id: str, type_: str) -> None:
        """End a run that was cancelled: what it does is not told any more, and interrupted."""
        execution = self._in_flight.get(run_id)
        if execution is None or execution.is_over:
            return
        logger.info("Task run %s was cancelled.", run_id)
        await execution.cancel(type_)
        if not execution.interrupt() and run_id in self._works:
            self._works[run_id].cancel()

    async def _in_thread(self, function: Callable[[], None]) -> None:
        assert self._pool is not None
        assert self._loop is not None
        loop = self._loop
        done: asyncio.Future[None] = loop.create_future()

        def end(error: BaseException | None) -> None:
            if not done.done():
                done.set_result(None) if error is None else done.set_exception(error)

        def work() -> None:
            error: BaseException | None = None
            try:
                function()
            except BaseException as raised:  # noqa: BLE001 - raised again where it is awaited
                error = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(end, error)

        self._pool.submit(work)
        await done

    async def _give_up(self, delivered: Delivered, why: str) -> None:
        """A run that cannot be executed is deleted, or crashes, as the settings say."""
        logger.error("Task run %s cannot be executed: %s", delivered.id, why)
        link = choose.awaiting()
        if active()["tasks.scheduling.delete_failed_submissions"]:
            await AWAITING.run(_flush)
            await link.call(named("task_runs.delete"), id=delivered.id)
            return
        state = {"type": "CRASHED", "name": "Crashed", "message": why}
        await link.call(named("task_runs.set_state"), id=delivered.id, body={"state": state, "force": True})

    async def execute_task_run(self, task_run: TaskRun) -> None:
        """Execute a run that was created by `Task.delay`, now and here."""
        if self._pool is None:
            raise RuntimeError("Enter the task worker first: `async with TaskWorker(...) as worker:`.")
        delivered = Delivered(task_run.model_dump(mode="json"))
        await self._has_room()
        self._begin(delivered)
        await asyncio.wait([each for each in self._running if not each.done()])

    async def _end_runs(self) -> None:
        """Wait a little for the runs that go on, then hand them back."""
        if not self._running:
            return
        await asyncio.wait(self._running, timeout=self.grace_s)
        going_on = [each for each in self._in_flight.values() if each is not None]
        left = [each for each in going_on if not each.is_over and not each.is_cancelled]
        if left:
            logger.info("Handing back %d task run(s) that have not ended.", len(left))
        for execution in left:
            try:
                await execution.hand_back("The task worker that ran it was stopped.")
            except OperationError as error:
                logger.error("Task run %s could not be handed back: %s", execution.run.id, error)
        for running in list(self._running):
            running.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=self.grace_s)


def _kept(task: Any) -> Task[..., Any]:
    """The task with its results kept, since whoever waits for them is another process."""
    if not isinstance(task, Task):
        raise TypeError(f"A task worker serves tasks, not {task!r}; decorate the function with `@task`.")
    found = cast("Task[..., Any]", task)
    if found.persist_result:
        return found
    if found._given_persist is False or not found.cache_policy:  # pyright: ignore[reportPrivateUsage]
        return found.with_options(persist_result=True, cache_policy=NotSet)
    return found.with_options(persist_result=True)


def _driven(execution: Execution, found: dict[str, Any]) -> None:
    drive(execution.execute(found, BLOCKING))


def _flush() -> None:
    drive(choose.blocking().flush())


# -- serving ------------------------------------------------------------------------------------------


async def aserve(
    *tasks: Task[..., Any],
    limit: int | None = 10,
    status_server_port: int | None = None,
    timeout: float | None = None,
) -> None:
    """:func:`serve` for async code."""
    worker = TaskWorker(*tasks, limit=limit)
    async with serving(worker, status_server_port):
        await worker.astart(timeout)


@async_dispatch(aserve)
def serve(
    *tasks: Task[..., Any],
    limit: int | None = 10,
    status_server_port: int | None = None,
    timeout: float | None = None,
) -> None:
    """Execute the background runs of `tasks` until the program is ended.

    :param limit: how many runs at a time; None for any number
    :param status_server_port: a port of this machine on which ``GET /status`` is answered
    :param timeout: end after so many seconds

    Raises `ValueError` without tasks, and `PermissionError` where a server does not let us in.
    """
    try:
        asyncio.run(aserve(*tasks, limit=limit, status_server_port=status_server_port, timeout=timeout))
    except KeyboardInterrupt:
        logger.info("Stopped.")


# -- the arguments of runs ------------------------------------------------------------------------------


def should_try_to_read_parameters(task: Task[..., Any], task_run: TaskRun) -> bool:
    """Whether arguments were stored for a run of `task`."""
    return task_run.state is not None and task_run.state.state_details.task_parameters_id is not None


async def store_parameters(result_store: ResultStore, identifier: UUID, parameters: dict[str, Any]) -> None:
    """Store the arguments of a run in `result_store`."""
    await result_store.awrite(parameters, deferred.key_of(identifier))


async def read_parameters(result_store: ResultStore, identifier: UUID) -> dict[str, Any]:
    """The arguments that :func:`store_parameters` stored; raises what the storage raises without any."""
    return (await result_store.aread(deferred.key_of(identifier))).result
