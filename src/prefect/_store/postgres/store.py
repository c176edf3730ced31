"""The store on PostgreSQL: a thread with an event loop, connections, and any number of units at once."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable, Collection, Coroutine
from concurrent.futures import Future
from time import monotonic
from typing import Any, TypeVar

from prefect._base.errors import StoreClosed, StoreError
from prefect._store import forks
from prefect._store.ending import at_exit, forget_exit
from prefect._store.postgres import place
from prefect._store.postgres.address import Address, parse
from prefect._store.postgres.follower import Follower
from prefect._store.postgres.lane import BOUND_ITEMS, Job, Lane
from prefect._store.postgres.pool import Pool
from prefect._store.postgres.units import Units
from prefect._store.store import Record, Work

logger = logging.getLogger("prefect.store")

T = TypeVar("T")
CLOSE_S = 60.0
# a fork waits no longer for a step of the loop
HOLD_S = 10.0


class _Running:
    """What lives on the loop of one process; a forked child makes its own."""

    def __init__(self, address: Address, bound: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="prefect-store-postgres", daemon=True)
        self.units_under_way: set[asyncio.Task[Any]] = set()
        self.repeats: list[asyncio.Task[None]] = []
        self.count = 0
        made: Future[None] = Future()
        self.loop.call_soon(self._make, address, bound, made)
        self.thread.start()
        made.result()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _make(self, address: Address, bound: int, made: Future[None]) -> None:
        self.pool = Pool(address)
        self.units = Units(self.pool, address)
        self.lane = Lane(self.pool, address, self.loop, bound)
        self.follower = Follower(self.pool, address, self.loop)
        self.units.on_news = self.lane.on_news = self.follower.notice
        made.set_result(None)

    def call(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def hold(self) -> threading.Event | None:
        """Keep the loop between two of its steps until the answer is set; None where the caller is on it."""
        if threading.current_thread() is self.thread:
            return None
        reached, go_on = threading.Event(), threading.Event()

        def stand() -> None:
            reached.set()
            go_on.wait()

        try:
            self.loop.call_soon_threadsafe(stand)
        except RuntimeError:  # it has come to its end
            return None
        reached.wait(HOLD_S)
        return go_on

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin `work` now; on the loop."""
        task = self.loop.create_task(work)
        self.units_under_way.add(task)
        task.add_done_callback(self.units_under_way.discard)
        return task

    async def end(self) -> None:
        for task in self.repeats:
            task.cancel()
        self.lane.stop()
        await self.follower.close()
        if self.units_under_way:
            await asyncio.wait(list(self.units_under_way), timeout=1)
        await self.pool.close()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


class PostgresStore:
    """A `Store` on PostgreSQL. Making one makes or updates the tables, or raises `StoreError`."""

    record: Callable[[Record], None]

    def __init__(self, where: str | Address, *, bound: int = BOUND_ITEMS) -> None:
        self._address = parse(where) if isinstance(where, str) else where
        self._bound = bound
        self._repeats: list[tuple[float, Work[None], Callable[[], bool] | None]] = []
        self._reset()
        _on_another_thread(place.prepare(self._address))
        forks.watch(self)
        at_exit(self)

    def _reset(self) -> None:
        self._starting = threading.Lock()
        self._running: _Running | None = None
        self._closed = False
        self.record = self._record_first

    @property
    def path(self) -> str:
        """Where the database is, without credentials."""
        return self._address.shown

    def _now_running(self) -> _Running:
        running = self._running
        if running is not None:
            return running
        with self._starting:
            if self._closed:
                raise StoreClosed(self._address.shown, "is closed.", "Open the store again.")
            if self._running is None:
                running = _Running(self._address, self._bound)
                for repeat in self._repeats:
                    self._repeat(running, *repeat)
                at_exit(self)
                self.record = running.lane.put  # the hot path has no layer in between
                self._running = running
            assert self._running is not None
            return self._running

    def _record_first(self, item: Record) -> None:
        self._now_running().lane.put(item)

    # -- writing -------------------------------------------------------------------------------------------

    def write(self, work: Work[T], /) -> Future[T]:
        running = self._now_running()
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # from here on it cannot be cancelled: a write is carried out

        def begin(failure: StoreError | None) -> None:
            if failure is not None:
                future.set_exception(failure)
            else:
                running.start(_delivered(running.units.write(work), future))

        if running.lane.pending:
            running.lane.mark(begin)
        else:
            running.loop.call_soon_threadsafe(begin, None, context=contextvars.Context())
        running.count += 1
        return future

    def enqueue(self, work: Work[None], /) -> None:
        self._now_running().lane.put(Job(work))

    def every(self, period_s: float, work: Work[None], /, when: Callable[[], bool] | None = None) -> None:
        self._repeats.append((period_s, work, when))
        if self._running is not None:
            self._repeat(self._running, period_s, work, when)

    def _repeat(
        self, running: _Running, period_s: float, work: Work[None], when: Callable[[], bool] | None
    ) -> None:
        async def again() -> None:
            while True:
                await asyncio.sleep(period_s)
                if running.lane.failure is None and (when is None or when()):
                    running.lane.put(Job(work))

        running.loop.call_soon_threadsafe(lambda: running.repeats.append(running.loop.create_task(again())))

    # -- reading -------------------------------------------------------------------------------------------

    def read(self, work: Work[T], /) -> T:
        return self.fetch(work).result()

    def fetch(self, work: Work[T], /) -> Future[T]:
        """Like `read`, for callers that must not wait."""
        running = self._now_running()
        return running.call(running.units.read(work))

    def follow(self, wanted: Collection[str], after: int, timeout_s: float, /) -> Future[bool]:
        return self._now_running().follower.follow(wanted, after, timeout_s)

    # -- the end -------------------------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        running = self._running
        return running is not None and (running.lane.pending or bool(running.units_under_way))

    def flush(self) -> Future[None]:
        future: Future[None] = Future()
        running = self._running
        if running is None or not self.pending:
            future.set_result(None)
            return future

        def written(failure: StoreError | None) -> None:
            if failure is not None:
                future.set_exception(failure)
                return
            others = list(running.units_under_way)
            running.start(_delivered(_all_done(others), future))

        future.set_running_or_notify_cancel()
        running.lane.mark(written)
        return future

    def close(self, timeout_s: float = CLOSE_S) -> None:
        with self._starting:
            if self._closed:
                return
            self._closed = True
            self.record = self._record_first
        forks.forget(self)
        forget_exit(self)
        running, self._running = self._running, None
        if running is None:
            return
        _flush(running, timeout_s)
        if lost := running.lane.lost():
            logger.error(
                "%d records were not written to %s: %s",
                lost,
                self._address.shown,
                running.lane.failure or "no time left",
            )
        running.call(running.end()).result()
        running.stop()

    # -- around a fork, see `forks` ------------------------------------------------------------------------

    def before_fork(self) -> threading.Event | None:
        self._starting.acquire()
        return None if self._running is None else self._running.hold()

    def after_fork_in_parent(self, held: threading.Event | None) -> None:
        if held is not None:
            held.set()
        self._starting.release()

    def after_fork_in_child(self) -> None:
        """Start afresh: queue, thread and connections belong to the parent, and are never touched here."""
        if self._running is not None:
            _of_the_parent.append(self._running)
        self._reset()


async def _delivered(work: Coroutine[Any, Any, T], future: Future[T]) -> None:
    try:
        value = await work
    except asyncio.CancelledError as error:
        future.set_exception(error)
        raise
    except BaseException as error:  # noqa: BLE001 - delivered to whoever waits
        future.set_exception(error)
    else:
        future.set_result(value)


async def _all_done(tasks: list[asyncio.Task[Any]]) -> None:
    if tasks:
        await asyncio.wait(tasks)


def _flush(running: _Running, timeout_s: float) -> None:
    """Write what is queued; an outage is waited for until the time is over."""
    until_s = monotonic() + timeout_s
    while running.lane.pending or running.units_under_way:
        done: Future[StoreError | None] = Future()
        running.lane.mark(done.set_result)
        try:
            failure = done.result(max(0.0, until_s - monotonic()))
        except TimeoutError:
            return
        if failure is None:
            others = running.call(_all_done(list(running.units_under_way)))
            try:
                others.result(max(0.0, until_s - monotonic()))
            except TimeoutError:
                return


def _on_another_thread(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end; the thread of the caller may have a loop of its own."""
    found: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as problem:  # noqa: BLE001 - raised in the thread that waits
            found.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if found:
        raise found[0] from None


# kept, so that nothing of theirs is ever ended in a child: sockets and the poll are shared with the parent
_of_the_parent: list[_Running] = []
