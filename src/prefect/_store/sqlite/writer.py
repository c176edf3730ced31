"""The one thread of a process that writes: a queue in strict order, emptied in groups, each a transaction.

Whoever waits for a durable write ends the gathering of a group at once; what nobody waits for lingers a few
milliseconds to share a transaction. A queue that grows too long makes its producers wait. Nothing is dropped.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from prefect._base.errors import StoreClosed, StoreError
from prefect._store.sqlite import haste
from prefect._store.sqlite.groups import Groups, Item, Job
from prefect._store.store import Work

logger = logging.getLogger("prefect.store")

LINGER_S = 0.002
# so that a group holds the write lock for some 10 ms at most
GROUP_ITEMS = 1_000
GROUP_JOBS = 50
BOUND_ITEMS = 20_000
IDLE_S = 1.0
RETRY_S = 0.5
CLOSE_S = 60.0


@dataclass(slots=True)
class _Repeat:
    period_s: float
    due_s: float
    work: Work[None]
    when: Callable[[], bool] | None


class Writer:
    """The queue and its thread; see the module."""

    def __init__(self, path: Path, *, synchronous: str, bound: int, on_start: Callable[[], None]) -> None:
        """`on_start` is called in each process that begins to write, the forked ones too."""
        self._path = path
        self._on_start = on_start
        self._synchronous = synchronous
        self._bound = bound
        self._repeats: list[_Repeat] = []
        # told of each commit, once somebody waits for what happens
        self.on_commit: Callable[[], None] | None = None
        self._reset()

    def _reset(self) -> None:
        self._queue: deque[Item] = deque()
        self._gate = threading.Lock()
        self._gate.acquire()
        self._starting = threading.Lock()
        self._room = threading.Condition()
        self._groups = Groups(self._path, self._synchronous)
        self._thread: threading.Thread | None = None
        self._asleep = True
        self._urgent = False
        self._writing = False
        self._closing = False
        self._failure: StoreError | None = None
        self._woken_s = 0.0
        self._begun_s = 0.0

    # -- the producers' side: any thread -------------------------------------------------------------------

    def put(self, item: Item) -> None:
        """Hand over without waiting, unless the queue is full."""
        queue = self._queue
        queue.append(item)
        if self._asleep:
            self._wake()
        elif len(queue) > self._bound:
            self._wait_for_room()

    def enqueue(self, work: Work[None]) -> None:
        self.put(Job(work, None))

    def submit(self, work: Work[Any] | None) -> Future[Any]:
        """Hand over, with a future that is done once the work, or all before it, is durable."""
        if self._closing:
            raise self._closed()
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()  # from here on it cannot be cancelled: a write is carried out
        self._queue.append(Job(work, future))
        self._urgent = True
        self._wake()
        if len(self._queue) > self._bound:
            self._wait_for_room()
        return future

    def every(self, period_s: float, work: Work[None], when: Callable[[], bool] | None = None) -> None:
        self._repeats.append(_Repeat(period_s, monotonic() + period_s, work, when))

    @property
    def pending(self) -> bool:
        """Whether something is queued or being written."""
        return bool(self._queue) or self._writing

    def close(self, timeout_s: float = CLOSE_S) -> None:
        """Write what is queued and end the thread; what cannot be written is reported."""
        with self._starting:
            self._closing = True
            thread = self._thread
        self._open_gate()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout_s)
        # jobs that nobody waits for are the house's own, and the next process does them anew
        if lost := sum(not isinstance(item, Job) for item in self._queue):
            logger.error(
                "%d records were not written to %s: %s", lost, self._path, self._failure or "no time left"
            )

    def _wake(self) -> None:
        haste.hurry()
        self._woken_s = monotonic()
        if self._thread is None:
            self._start()
        self._asleep = False
        self._open_gate()

    def _open_gate(self) -> None:
        try:
            self._gate.release()
        except RuntimeError:  # it is open already
            pass

    def _start(self) -> None:
        with self._starting:
            if self._closing:
                raise self._closed()
            if self._thread is None:
                self._on_start()
                self._thread = threading.Thread(target=self._loop, name="prefect-store-writer", daemon=True)
                self._thread.start()

    def _closed(self) -> StoreClosed:
        return StoreClosed(self._path, "is closed.", "Open the store again.")

    def _wait_for_room(self) -> None:
        if threading.current_thread() is self._thread:
            return
        with self._room:
            while len(self._queue) > self._bound:
                if self._failure is not None:
                    raise self._failure
                self._room.wait(0.1)

    # -- the writer's side: its own thread -----------------------------------------------------------------

    def _loop(self) -> None:
        while True:
            if not self._queue:
                if self._closing and self._is_over():
                    break
                self._sleep()
            self._add_repeats()
            if not self._queue:
                continue
            self._linger()
            self._write_group()
            if self._failure is not None and self._closing:
                break
        haste.relax()
        self._groups.close()

    def _is_over(self) -> bool:
        """Whether the queue is empty for good: who comes later finds no thread, and is told."""
        self._thread = None
        self._asleep = True
        if self._queue:  # handed over just before that
            self._thread = threading.current_thread()
            self._asleep = False
        return self._asleep

    def _sleep(self) -> None:
        """Until something is handed over, or something is due."""
        due_s = min((repeat.due_s for repeat in self._repeats), default=monotonic() + IDLE_S)
        haste.relax()
        self._asleep = True
        if not self._queue and not self._closing:
            self._gate.acquire(timeout=min(max(due_s - monotonic(), 0.0), IDLE_S))
        self._asleep = False

    def _linger(self) -> None:
        """Let neighbours come, for at most `LINGER_S` since the first of them or since the last group."""
        if self._failure is not None and not self._closing:
            self._gate.acquire(timeout=RETRY_S)
            return
        wait_s = max(self._woken_s, self._begun_s) + LINGER_S - monotonic()
        if wait_s > 0 and not self._urgent and not self._closing and len(self._queue) < GROUP_ITEMS:
            self._gate.acquire(timeout=wait_s)

    def _add_repeats(self) -> None:
        now_s = monotonic()
        for repeat in self._repeats:
            if repeat.due_s <= now_s:
                repeat.due_s = now_s + repeat.period_s
                if repeat.when is None or repeat.when():
                    self._queue.append(Job(repeat.work, None))

    def _write_group(self) -> None:
        self._urgent = False
        self._begun_s = monotonic()
        self._writing = True  # before the queue is emptied: see `pending`
        queue = self._queue
        group: list[Item] = []
        jobs = 0
        while queue and len(group) < GROUP_ITEMS and jobs < GROUP_JOBS:
            group.append(queue.popleft())
            jobs += isinstance(group[-1], Job)
        try:
            outcomes = self._groups.commit(group)
        except StoreError as error:
            self._put_back(group, error)
            return
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever goes wrong in one group
            self._put_back(
                group, StoreError(self._path, f"could not be written: {error!r}.", "See the cause.")
            )
            return
        self._writing = False
        if self._failure is not None:
            self._failure = None
            logger.warning("The database at %s can be written again.", self._path)
        with self._room:
            self._room.notify_all()
        if self.on_commit is not None:
            self.on_commit()
        for future, value, error in outcomes:
            _deliver(future, value, error)
        self._groups.checkpoint()

    def _put_back(self, group: list[Item], error: StoreError) -> None:
        """After a failed commit: who waits is told, the rest is tried again in its old order.

        That holds for the whole queue: what stands behind the group could not be written before it.
        """
        if self._failure is None:
            logger.error("%s Writing is tried again until it succeeds.", error)
        self._failure = error
        queue = self._queue
        items = list(group)
        while queue:
            items.append(queue.popleft())
        waiters = [item.future for item in items if isinstance(item, Job) and item.future is not None]
        kept = [item for item in items if not isinstance(item, Job) or item.future is None]
        queue.extendleft(reversed(kept))
        self._writing = False
        with self._room:
            self._room.notify_all()
        for future in waiters:
            future.set_exception(error)

    def before_fork(self) -> None:
        """Wait for the end of the transaction that is open, and let no other begin."""
        self._groups.turn.acquire()

    def after_fork_in_parent(self) -> None:
        self._groups.turn.release()

    def after_fork_in_child(self) -> None:
        """Start afresh: queue and thread belong to the parent."""
        self._groups.turn.release()
        self._groups.close()
        haste.relax()
        for repeat in self._repeats:
            repeat.due_s = monotonic() + repeat.period_s
        self._reset()


def _deliver(future: Future[Any] | None, value: Any, error: BaseException | None) -> None:
    if future is None:
        if error is not None:
            logger.error("A queued write failed and was left out.", exc_info=error)
    elif error is not None:
        future.set_exception(error)
    else:
        future.set_result(value)
