"""What nobody waits for is written in strict order: records and queued work, in groups, each a transaction.

Whoever hands over a unit that is waited for is let through once all before it is written; such units then go
on at the same time. A queue that grows too long makes its producers wait. Nothing is dropped.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeAlias

from prefect._base import owner
from prefect._base.errors import StoreError
from prefect._store import faults
from prefect._store.postgres.address import Address
from prefect._store.postgres.errors import has_collided, is_lost, may_have_collided, translate
from prefect._store.postgres.pool import Pool
from prefect._store.postgres.records import write_records
from prefect._store.postgres.tx import PostgresTx
from prefect._store.store import Record, Work

logger = logging.getLogger("prefect.store")

LINGER_S = 0.002
GROUP_ITEMS = 1_000
GROUP_JOBS = 50
BOUND_ITEMS = 20_000
RETRY_S, RETRY_MOST_S = 0.01, 0.5
# how often a group is tried anew because a row that is in the way may be a new one
SURPRISES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """Work that nobody waits for."""

    work: Work[None]


@dataclass(frozen=True, slots=True)
class Mark:
    """Told when all before it is written: None, or why that cannot be done at present."""

    tell: Callable[[StoreError | None], None]


Item: TypeAlias = Record | Job | Mark


class Lane:
    """The queue, and the task that empties it on the loop of the store."""

    def __init__(self, pool: Pool, address: Address, loop: asyncio.AbstractEventLoop, bound: int) -> None:
        self._pool = pool
        self._address = address
        self._loop = loop
        self._bound = bound
        self._queue: deque[Item] = deque()
        self._room = threading.Condition()
        self._news = asyncio.Event()
        self._urgent = False
        self._asleep = True
        self._writing = False
        self._failure: StoreError | None = None
        self._failing_since_s = 0.0
        self.on_news: Callable[[], None] | None = None
        self._task = loop.create_task(self._work())

    # -- the producers' side: any thread -------------------------------------------------------------------

    def put(self, item: Item) -> None:
        """Hand over without waiting, unless the queue is full."""
        queue = self._queue
        queue.append(item)
        if self._asleep:
            self._asleep = False
            self._loop.call_soon_threadsafe(self._news.set)
        elif len(queue) > self._bound:
            self._wait_for_room()

    def mark(self, tell: Callable[[StoreError | None], None]) -> None:
        """Have `tell` called, on the loop, when all that was handed over before is durable."""
        self._queue.append(Mark(tell))
        self._urgent = True
        self._asleep = False
        self._loop.call_soon_threadsafe(self._news.set)

    @property
    def pending(self) -> bool:
        """Whether something is queued or being written."""
        return bool(self._queue) or self._writing

    @property
    def failure(self) -> StoreError | None:
        """Why writing does not succeed at present."""
        return self._failure

    def lost(self) -> int:
        """How many records wait."""
        return sum(not isinstance(item, Job | Mark) for item in self._queue)

    def _wait_for_room(self) -> None:
        try:
            if asyncio.get_running_loop() is self._loop:
                return
        except RuntimeError:
            pass
        with self._room:
            while len(self._queue) > self._bound and not self._task.done():
                self._room.wait(0.1)

    # -- its task ------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            if not self._queue:
                await self._sleep()
                continue
            if not self._urgent and len(self._queue) < GROUP_ITEMS:
                await self._linger()
            self._urgent = False
            group = self._next_group()
            while not await self._write(group):
                await asyncio.sleep(RETRY_S if self._failure is None else RETRY_MOST_S)
            self._writing = False
            with self._room:
                self._room.notify_all()

    async def _sleep(self) -> None:
        self._news.clear()
        self._asleep = True
        if not self._queue:
            await self._news.wait()
        self._asleep = False

    async def _linger(self) -> None:
        self._news.clear()
        if not self._urgent:
            try:
                async with asyncio.timeout(LINGER_S):
                    await self._news.wait()
            except TimeoutError:
                pass

    def _next_group(self) -> list[Item]:
        """The next items; a mark ends the group, so that whoever waits for it is told first."""
        self._writing = True  # before the queue is emptied: see `pending`
        group: list[Item] = []
        jobs = 0
        while self._queue and len(group) < GROUP_ITEMS and jobs < GROUP_JOBS:
            item = self._queue.popleft()
            group.append(item)
            if isinstance(item, Mark):
                break
            jobs += isinstance(item, Job)
        return group

    async def _write(self, group: list[Item]) -> bool:
        """Whether the group is written, and those who wait for it are told."""
        if all(isinstance(item, Mark) for item in group):
            self._tell(group, None)
            return True
        try:
            for surprises in range(SURPRISES + 1):
                try:
                    tells = await self._commit(group, patient=surprises == SURPRISES)
                    break
                except _AgainError:
                    continue
            else:
                return False
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the lane must outlive whatever goes wrong in one group
            if has_collided(error):
                return False
            self._fail(group, translate(error, self._address.shown))
            return False
        if self._failure is not None:
            self._failure = None
            logger.warning("The database at %s can be written again.", self._address.shown)
        if tells and self.on_news is not None:
            self.on_news()
        self._tell(group, None)
        return True

    async def _commit(self, group: list[Item], *, patient: bool) -> bool:
        """Carry out `group` in one transaction; whether it entered anything into the log."""
        connection = await self._pool.take()
        try:
            await connection.execute("BEGIN")
            faults.point("postgres.group.begun")
            tells, failures = await self._work_through(connection, group, patient)
            faults.point("postgres.group.before_commit")
            await connection.execute("COMMIT")
        except BaseException as error:
            await self._give_up(connection, error)
            raise
        self._pool.give(connection)
        faults.point("postgres.group.after_commit")
        for failure in failures:
            logger.error("A queued write failed and was left out.", exc_info=failure)
        return tells

    async def _give_up(self, connection: Any, error: BaseException) -> None:
        try:
            if is_lost(error) or not isinstance(error, Exception):
                raise error
            await connection.execute("ROLLBACK")
        except BaseException:  # noqa: BLE001 - the connection is of no more use; the cause is raised by the caller
            self._pool.drop(connection)
        else:
            self._pool.give(connection)

    async def _work_through(
        self, connection: Any, group: list[Item], patient: bool
    ) -> tuple[bool, list[BaseException]]:
        failures: list[BaseException] = []
        batch: list[Record] = []
        tells = False
        for item in group:
            if not isinstance(item, Job | Mark):
                batch.append(item)
                continue
            if batch:
                tells |= await write_records(connection, batch, owner.current())
                batch = []
            if isinstance(item, Job):
                tx = PostgresTx(connection, self._address.shown)
                if (failure := await self._do(connection, tx, item, patient)) is not None:
                    failures.append(failure)
                tells |= tx.tells
        if batch:
            tells |= await write_records(connection, batch, owner.current())
        return tells, failures

    async def _do(self, connection: Any, tx: PostgresTx, job: Job, patient: bool) -> BaseException | None:
        """Run one job; what goes wrong in it is its own affair, its changes are taken back."""
        await connection.execute("SAVEPOINT job")
        try:
            await job.work(tx)
            if tx.failure is not None:
                raise tx.failure
        except Exception as error:
            cause = tx.failure or error
            if is_lost(cause) or has_collided(cause):
                raise cause from error
            if may_have_collided(cause) and not patient:
                raise _AgainError from cause
            await connection.execute("ROLLBACK TO job")
            return error
        await connection.execute("RELEASE job")
        return None

    def _fail(self, group: list[Item], error: StoreError) -> None:
        """Whoever waits for something of the queue is told; the rest is tried again in its order."""
        if self._failure is None:
            self._failing_since_s = monotonic()
            logger.error("%s Writing is tried again until it succeeds.", error)
        self._failure = error
        items = [*group, *self._queue]
        kept = [item for item in items if not isinstance(item, Mark)]
        for _ in range(len(items) - len(group)):
            self._queue.popleft()
        group[:] = [item for item in group if not isinstance(item, Mark)]
        self._queue.extendleft(reversed(kept[len(group) :]))
        self._tell(items, error)

    def _tell(self, items: list[Item], error: StoreError | None) -> None:
        for item in items:
            if isinstance(item, Mark):
                item.tell(error)

    def stop(self) -> None:
        self._task.cancel()


class _AgainError(Exception):
    """A job met a row that may be new to its snapshot."""
