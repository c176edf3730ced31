"""Carrying out units of work, any number at once, so that each might have been alone.

A transaction sees what was committed before its first statement, and loses against another one that has
changed the same row since: then the whole unit is carried out again, and sees what that one left. What two
units would both insert is settled by unique indexes in the same way. So a unit must write to the row that its
decision depends on; all that count, claim or move something do.
"""

from __future__ import annotations

import asyncio
import random
from time import monotonic
from typing import Any, TypeVar

from prefect._base.errors import StoreUnavailable
from prefect._store import faults
from prefect._store.postgres.address import Address
from prefect._store.postgres.errors import has_collided, is_lost, may_have_collided, translate
from prefect._store.postgres.pool import Pool
from prefect._store.postgres.tx import PostgresTx
from prefect._store.store import Work

T = TypeVar("T")

# how long a unit that loses against others is tried again
COLLIDING_S = 30.0
PAUSE_S, PAUSE_MOST_S = 0.001, 0.1
# how often a row that is in the way may turn out to be new
SURPRISES = 3


class Units:
    """Runs units on the connections of a pool."""

    def __init__(self, pool: Pool, address: Address) -> None:
        self._pool = pool
        self._address = address
        # units that have lost go on one at a time: at least that one gets through
        self._turn = asyncio.Lock()
        # told of each commit that entered something into the log
        self.on_news: Any = None
        self.retries = 0

    async def write(self, work: Work[T]) -> T:
        """What `work` answers, when it is durable. Raises what it raises, or a `StoreError`."""
        begun_s = monotonic()
        surprises = losses = 0
        while True:
            try:
                if losses:
                    async with self._turn:
                        return await self._once(work)
                return await self._once(work)
            except _RetryError as retry:
                error = retry.__cause__
                assert error is not None
                losses += 1
                self.retries += 1
                if retry.is_surprise:
                    surprises += 1
                waited_s = monotonic() - begun_s
                if surprises > SURPRISES:  # the row in the way was to be seen: what the unit made of it holds
                    raise retry.raised from retry.raised.__cause__
                if waited_s > COLLIDING_S:
                    raise translate(error, self._address.shown) from error
                if retry.is_lost and waited_s > self._address.patience_s:
                    raise translate(error, self._address.shown) from error
            if losses > 1:
                await asyncio.sleep(min(PAUSE_S * 2**losses, PAUSE_MOST_S) * random.random())

    async def _once(self, work: Work[T]) -> T:
        connection = await self._pool.take()
        tx = PostgresTx(connection, self._address.shown)
        try:
            await connection.execute("BEGIN")
            value = await work(tx)
            if tx.failure is not None:  # caught by the unit, but nothing of it can be committed
                raise translate(tx.failure, self._address.shown) from tx.failure
        except BaseException as error:
            await self._roll_back(connection)
            cause = tx.failure or error
            if is_lost(cause):
                raise _RetryError(error, is_lost=True) from cause
            if has_collided(cause):
                raise _RetryError(error) from cause
            if may_have_collided(cause):
                raise _RetryError(error, is_surprise=True) from cause
            raise
        faults.point("postgres.unit.before_commit")
        await self._commit(connection)
        faults.point("postgres.unit.after_commit")
        if tx.tells and self.on_news is not None:
            self.on_news()
        return value

    async def read(self, work: Work[T]) -> T:
        """What `work` answers, on a snapshot of what is committed."""
        begun_s = monotonic()
        while True:
            connection = await self._pool.take()
            tx = PostgresTx(connection, self._address.shown)
            try:
                await connection.execute("BEGIN READ ONLY")
                return await work(tx)
            except Exception as error:
                cause = tx.failure or error
                if not is_lost(cause):
                    raise
                if monotonic() - begun_s > self._address.patience_s:
                    raise translate(cause, self._address.shown) from cause
            finally:
                # the answer need not wait for the end of the transaction
                asyncio.get_running_loop().create_task(self._roll_back(connection))

    async def _commit(self, connection: Any) -> None:
        try:
            await connection.execute("COMMIT")
        except BaseException as error:
            self._pool.drop(connection)
            if isinstance(error, Exception) and is_lost(error):
                raise StoreUnavailable(
                    self._address.shown,
                    "was lost while it stored something: perhaps it did, perhaps not.",
                    "Look, and ask again.",
                ) from error
            raise translate(error, self._address.shown) if isinstance(error, Exception) else error from error
        self._pool.give(connection)

    async def _roll_back(self, connection: Any) -> None:
        try:
            if connection.is_in_transaction():
                await connection.execute("ROLLBACK")
        except BaseException as error:
            self._pool.drop(connection)
            if not isinstance(error, Exception):
                raise
            return
        self._pool.give(connection)


class _RetryError(Exception):
    """The unit is to be carried out again; `__cause__` says why, `raised` is what the unit made of it."""

    def __init__(self, raised: BaseException, *, is_lost: bool = False, is_surprise: bool = False) -> None:
        super().__init__()
        self.raised = raised
        self.is_lost = is_lost
        self.is_surprise = is_surprise
