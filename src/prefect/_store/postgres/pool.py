"""Connections to PostgreSQL: kept open, the one used last is used first, made anew after an outage."""

from __future__ import annotations

import asyncio
import random
from time import monotonic
from typing import Any

from prefect._base import lazy
from prefect._base.errors import StoreBusy, StoreClosed, StoreError
from prefect._store.postgres.address import Address
from prefect._store.postgres.errors import is_lost, translate

asyncpg: Any = lazy.module("asyncpg")

QUEUE_S = 30.0
RETRY_S, RETRY_MOST_S = 0.05, 1.0
# who comes late in an outage waits for one more attempt
LEAST_PATIENCE_S = 0.15
# a process that was stopped in the middle of a transaction keeps its rows locked for no longer than this
STALLED_S = 60


async def connect(address: Address, *, isolation: str = "repeatable read", limited: bool = True) -> Any:
    """A new connection with the settings of the house. Raises what the driver raises."""
    options = dict(address.connect)
    settings = {
        **options.pop("server_settings", {}),
        "default_transaction_isolation": isolation,
        "idle_in_transaction_session_timeout": str(STALLED_S * 1000),
        "jit": "off",
    }
    if limited and address.statement_s:
        settings["statement_timeout"] = str(round(address.statement_s * 1000))
    connection: Any = await asyncpg.connect(address.dsn, server_settings=settings, **options)
    # what SQLite answers for a sum of whole numbers
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text"
    )
    return connection


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


class Pool:
    """At most as many connections as the settings say; for the coroutines of one loop."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: list[Any] = []
        self._places = asyncio.Semaphore(address.pool_size)
        self._up = asyncio.Event()
        self._up.set()
        self._wanted = asyncio.Event()
        self._down_since_s = 0.0
        self._failure: StoreError | None = None
        self._probe: asyncio.Task[None] | None = None
        self._closed = False

    async def take(self) -> Any:
        """A connection for the caller alone, to be given back. Raises `StoreError`.

        While the database is away it waits for a few seconds, counted from the beginning of the outage.
        """
        if self._closed:
            raise StoreClosed(self._address.shown, "is closed.", "Open the store again.")
        if self._places.locked():
            await self._queue()
        else:
            await self._places.acquire()
        try:
            while True:
                while self._idle:
                    connection = self._idle.pop()
                    if not connection.is_closed():
                        return connection
                if not self._up.is_set():
                    await self._wait()
                    continue
                try:
                    return await connect(self._address)
                except Exception as error:
                    told = translate(error, self._address.shown)
                    if not is_lost(error):
                        raise told from error
                    self._go_down(told)
        except BaseException:
            self._places.release()
            raise

    def give(self, connection: Any) -> None:
        """Give back what was taken, with no transaction open."""
        self._places.release()
        if self._closed:
            connection.terminate()
        elif not connection.is_closed():
            self._idle.append(connection)

    def drop(self, connection: Any) -> None:
        """Give back a connection of which the state is unknown."""
        self._places.release()
        connection.terminate()

    async def close(self) -> None:
        self._closed = True
        if self._probe is not None:
            self._probe.cancel()
        while self._idle:
            connection = self._idle.pop()
            try:
                await connection.close(timeout=1.0)
            except (Exception, asyncio.CancelledError):  # noqa: BLE001 - the other side may be gone already
                connection.terminate()

    async def _queue(self) -> None:
        try:
            async with asyncio.timeout(QUEUE_S):
                await self._places.acquire()
        except TimeoutError:
            raise StoreBusy(
                self._address.shown,
                f"had no connection free for {QUEUE_S:.0f} s.",
                "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE says how many there are.",
            ) from None

    async def _wait(self) -> None:
        assert self._failure is not None
        patience_s = self._down_since_s + self._address.patience_s - monotonic()
        self._wanted.set()
        try:
            async with asyncio.timeout(max(patience_s, LEAST_PATIENCE_S)):
                await self._up.wait()
        except TimeoutError:
            raise _again(self._failure) from None

    def _go_down(self, failure: StoreError) -> None:
        self._failure = failure
        if self._up.is_set():
            self._up.clear()
            self._down_since_s = monotonic()
            self._probe = asyncio.create_task(self._try_again())

    async def _try_again(self) -> None:
        """Until a connection can be made; then all who wait go on."""
        pause_s = RETRY_S
        while True:
            await asyncio.sleep(RETRY_S * random.uniform(0.5, 1.0))
            try:  # later and later, unless somebody asks
                async with asyncio.timeout(pause_s):
                    await self._wanted.wait()
            except TimeoutError:
                pass
            self._wanted.clear()
            pause_s = min(pause_s * 2, RETRY_MOST_S)
            try:
                connection = await connect(self._address)
            except Exception as error:  # noqa: BLE001 - whoever waits is told when its patience ends
                self._failure = translate(error, self._address.shown)
                continue
            self._idle.append(connection)
            self._up.set()
            return


def _again(error: StoreError) -> StoreError:
    """An error of its own for each who is told."""
    return type(error)(error.path, error.problem, error.way_out)
