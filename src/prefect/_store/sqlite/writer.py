"""The one thread of a process that writes: a queue in strict order, emptied in groups, each a transaction.

Whoever waits for a durable write ends the gathering of a group at once; what nobody waits for lingers a few
milliseconds to share a transaction. A queue that grows too long makes its producers wait. Nothing is dropped.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from prefect._base import owner
from prefect._base.drive import drive
from prefect._base.errors import StoreBusy, StoreClosed, StoreError
from prefect._base.records import LogLine, TaskTransition
from prefect._store import faults
from prefect._store.sqlite import place
from prefect._store.sqlite.errors import is_busy, translate
from prefect._store.sqlite.filelock import FileLock
from prefect._store.sqlite.records import write_records
from prefect._store.sqlite.tx import SqliteTx
from prefect._store.store import Record, Work

logger = logging.getLogger("prefect.store")

LINGER_S = 0.005
GROUP_ITEMS = 1_000  # a group holds the write lock for some 10 ms at most
BOUND_ITEMS = 20_000
IDLE_S = 1.0
RETRY_S = 0.5
BUSY_S = 60.0
CONTENDED_S = 0.0005
CHECKPOINT_ROWS = 4_000
# While a group is written the interpreter lock changes hands at each statement. With a busy main thread each
# return would cost the default interval of 5 ms with the write lock held, so it is shorter meanwhile.
SWITCH_S = 0.00005


@dataclass(frozen=True, slots=True)
class _Job:
    """A unit of work in the queue; without `work` a mark that tells when all before it is durable."""

    work: Work[Any] | None
    future: Future[Any] | None


@dataclass(slots=True)
class _Repeat:
    period_s: float
    due_s: float
    work: Work[None]


_Item = Record | _Job
_Outcome = tuple[Future[Any] | None, Any, BaseException | None]


class _RolledBackError(Exception):
    """SQLite gave up the whole transaction while a job ran; `__cause__` says why."""


class Writer:
    """See the module. `turn` is held while a transaction is open, so that a fork can wait for its end."""

    def __init__(self, path: Path, *, synchronous: str = "NORMAL", bound: int = BOUND_ITEMS) -> None:
        self._path = path
        self._synchronous = synchronous
        self._bound = bound
        self._repeats: list[_Repeat] = []
        self._reset()

    def _reset(self) -> None:
        self._queue: deque[_Item] = deque()
        self._gate = threading.Lock()
        self._gate.acquire()
        self._starting = threading.Lock()
        self._room = threading.Condition()
        self.turn = threading.Lock()
        self._waiting_room = FileLock(place.lock_path(self._path))
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._owner: str | None = None
        self._asleep = True
        self._urgent = False
        self._closing = False
        self._failure: StoreError | None = None
        self._woken_s = 0.0
        self._begun_s = 0.0
        self._unchecked_rows = 0

    # -- the producers' side: any thread -------------------------------------------------------------------

    def put(self, item: _Item) -> None:
        """Hand over without waiting, unless the queue is full."""
        queue = self._queue
        queue.append(item)
        if self._asleep:
            self._wake()
        elif len(queue) > self._bound:
            self._wait_for_room()

    def enqueue(self, work: Work[None]) -> None:
        self.put(_Job(work, None))

    def submit(self, work: Work[Any] | None) -> Future[Any]:
        """Hand over, with a future that is done once the work, or all before it, is durable."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()  # from here on it cannot be cancelled: a write is carried out
        self._queue.append(_Job(work, future))
        self._urgent = True
        self._wake()
        if len(self._queue) > self._bound:
            self._wait_for_room()
        return future

    def every(self, period_s: float, work: Work[None]) -> None:
        self._repeats.append(_Repeat(period_s, monotonic() + period_s, work))

    @property
    def pending(self) -> bool:
        """Whether something is queued or being written."""
        return bool(self._queue) or not self._asleep

    def close(self, timeout_s: float = BUSY_S) -> None:
        """Write what is queued and end the thread; what cannot be written is reported."""
        with self._starting:
            self._closing = True
            thread = self._thread
        self._open_gate()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout_s)
        if lost := sum(not isinstance(item, _Job) or item.work is not None for item in self._queue):
            logger.error(
                "%d records were not written to %s: %s", lost, self._path, self._failure or "no time left"
            )

    def _wake(self) -> None:
        self._woken_s = monotonic()
        if self._thread is None or self._closing:
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
                self._queue.clear()
                raise StoreClosed(self._path, "is closed.", "Open the store again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="prefect-store-writer", daemon=True)
                self._thread.start()

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
                if self._closing:
                    break
                self._sleep()
            self._add_repeats()
            if not self._queue:
                continue
            self._linger()
            self._write_group()
            if self._failure is not None and self._closing:
                break
        with self.turn:
            self._disconnect()
        self._waiting_room.close()

    def _sleep(self) -> None:
        """Until something is handed over, or something is due."""
        due_s = min((repeat.due_s for repeat in self._repeats), default=monotonic() + IDLE_S)
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
                self._queue.append(_Job(repeat.work, None))

    def _write_group(self) -> None:
        self._urgent = False
        self._begun_s = monotonic()
        queue = self._queue
        group = [queue.popleft() for _ in range(min(len(queue), GROUP_ITEMS))]
        try:
            outcomes = self._commit(group)
        except StoreError as error:
            self._put_back(group, error)
            return
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever goes wrong in one group
            self._put_back(
                group, StoreError(self._path, f"could not be written: {error!r}.", "See the cause.")
            )
            return
        if self._failure is not None:
            self._failure = None
            logger.warning("The database at %s can be written again.", self._path)
        with self._room:
            self._room.notify_all()
        for future, value, error in outcomes:
            _deliver(future, value, error)
        self._checkpoint()

    def _commit(self, group: list[_Item]) -> list[_Outcome]:
        """Carry out `group` in one transaction; returns what its jobs are to be told when it is durable.

        While another process has the write lock, writers queue up in the waiting room; the first asks again
        and again.
        """
        outcomes = self._attempt(group)
        if outcomes is not None:
            return outcomes
        deadline_s = monotonic() + BUSY_S
        with self._waiting_room:
            while monotonic() < deadline_s:
                outcomes = self._attempt(group)
                if outcomes is not None:
                    return outcomes
                sleep(CONTENDED_S)
        raise StoreBusy(
            self._path,
            f"was kept locked by another process for {BUSY_S:.0f} s.",
            "End the program that holds it open in a transaction.",
        )

    def _attempt(self, group: list[_Item]) -> list[_Outcome] | None:
        """None if another process has the write lock."""
        interval_s = sys.getswitchinterval()
        with self.turn:
            sys.setswitchinterval(min(interval_s, SWITCH_S))
            try:
                connection = self._connect()
                return self._carry_out(connection, group) if self._begin(connection) else None
            finally:
                if sys.getswitchinterval() <= SWITCH_S:  # unless the program has set another meanwhile
                    sys.setswitchinterval(interval_s)

    def _begin(self, connection: sqlite3.Connection) -> bool:
        """Whether the write lock is ours; False while another process has it."""
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if is_busy(error):
                return False
            raise translate(error, self._path) from error
        return True

    def _carry_out(self, connection: sqlite3.Connection, group: list[_Item]) -> list[_Outcome]:
        rows_before = connection.total_changes
        try:
            faults.point("sqlite.group.begun")
            outcomes = self._work_through(connection, group)
            faults.point("sqlite.group.before_commit")
            if connection.in_transaction:
                connection.execute("COMMIT")
        except _RolledBackError as lost:
            cause = lost.__cause__
            raise (
                cause if isinstance(cause, StoreError) else StoreError(self._path, f"gave up: {cause}.", "")
            ) from cause
        except sqlite3.Error as error:
            raise translate(error, self._path) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        faults.point("sqlite.group.after_commit")
        self._unchecked_rows += connection.total_changes - rows_before
        return outcomes

    def _work_through(self, connection: sqlite3.Connection, group: list[_Item]) -> list[_Outcome]:
        outcomes: list[_Outcome] = []
        batch: list[TaskTransition | LogLine] = []
        for item in group:
            if not isinstance(item, _Job):
                batch.append(item)
                continue
            if batch:
                write_records(connection, batch, self._identity())
                batch = []
            outcomes.append(self._do(connection, item, alone=len(group) == 1))
        if batch:
            write_records(connection, batch, self._identity())
        return outcomes

    def _do(self, connection: sqlite3.Connection, job: _Job, alone: bool) -> _Outcome:
        """Run one job; whatever it raises is its own affair, its changes are taken back."""
        if job.work is None:
            return job.future, None, None
        if not alone:
            connection.execute("SAVEPOINT job")
        try:
            value = drive(job.work(SqliteTx(connection, self._path)))
        except BaseException as error:  # delivered to whoever waits for the job
            if not connection.in_transaction:
                raise _RolledBackError from error
            if alone:
                connection.execute("ROLLBACK")
            else:
                connection.execute("ROLLBACK TO job")
                connection.execute("RELEASE job")
            return job.future, None, error
        if not alone:
            connection.execute("RELEASE job")
        return job.future, value, None

    def _put_back(self, group: list[_Item], error: StoreError) -> None:
        """After a failed commit: who waits is told, the rest is tried again in its old order."""
        if self._failure is None:
            logger.error("%s Writing is tried again until it succeeds.", error)
        self._failure = error
        kept = [item for item in group if not isinstance(item, _Job) or item.future is None]
        self._queue.extendleft(reversed(kept))
        with self._room:
            self._room.notify_all()
        for item in group:
            if isinstance(item, _Job) and item.future is not None:
                item.future.set_exception(error)

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = place.connect(self._path, busy_timeout_s=0, synchronous=self._synchronous)
        return self._connection

    def _identity(self) -> str:
        if self._owner is None:
            self._owner = owner.current()
        return self._owner

    def _checkpoint(self) -> None:
        """Move the log of SQLite into its file now and then: after the answers, before the next group."""
        if self._unchecked_rows < CHECKPOINT_ROWS or self._connection is None:
            return
        self._unchecked_rows = 0
        with self.turn:
            try:
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except sqlite3.Error as error:
                if not is_busy(error):
                    logger.warning("%s", translate(error, self._path))

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def after_fork_in_child(self) -> None:
        """Start afresh: queue and thread belong to the parent. No transaction is open (`turn` was held)."""
        self._disconnect()
        self._waiting_room.close()
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
