"""Following the log: whoever waits for something to happen is woken within milliseconds of its commit.

A commit of this process wakes at once. Other processes send a notification after theirs; it is a hint alone,
and what it missed is found a second later. Notifications are sent apart from the transactions that they tell
of, since those would commit one after the other otherwise.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from time import monotonic
from typing import Any

from prefect._store.postgres.address import Address
from prefect._store.postgres.errors import is_lost, translate
from prefect._store.postgres.pool import Pool, connect
from prefect._store.postgres.tx import PostgresTx
from prefect._store.sql import Queries
from prefect._store.store import Row, Tx

sql = Queries(__file__, "follower.sql")

ANY = "*"
CHANNEL = "prefect_outbox"
POLL_S = 1.0
# while a transaction with a lower number is under way, what came after it is not shown yet
UNSETTLED_S, UNSETTLED_MOST_S = 0.002, 0.05
IDLE_S = 10.0


@dataclass(slots=True, eq=False)
class _Wait:
    wanted: frozenset[str]
    after: int
    until_s: float
    future: Future[bool]


class Follower:
    """Tells those who wait; all but `follow` is for the loop of the store."""

    def __init__(self, pool: Pool, address: Address, loop: asyncio.AbstractEventLoop) -> None:
        self._pool = pool
        self._address = address
        self._loop = loop
        self._waits: list[_Wait] = []
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listener: Any = None
        self._to_tell = False
        self._telling: asyncio.Task[None] | None = None
        self._closed = False

    def follow(self, wanted: Collection[str], after: int, timeout_s: float) -> Future[bool]:
        """See `Store.follow`; from any thread."""
        wait = _Wait(frozenset(wanted), after, monotonic() + timeout_s, Future())
        self._loop.call_soon_threadsafe(self._add, wait)
        return wait.future

    def _add(self, wait: _Wait) -> None:
        if self._closed:
            _tell(wait.future, False)
            return
        self._waits.append(wait)
        self._news.set()
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._follow())

    def notice(self) -> None:
        """This process has entered something into the log: look, and tell the others."""
        self._news.set()
        self._to_tell = True
        if self._telling is None or self._telling.done():
            self._telling = self._loop.create_task(self._tell_others())

    async def _tell_others(self) -> None:
        """One notification for all that was committed while the one before was sent."""
        while self._to_tell and not self._closed:
            self._to_tell = False
            try:
                connection = await self._pool.take()
            except Exception:  # noqa: BLE001 - a hint: the others look by themselves
                return
            try:
                await connection.execute(f"NOTIFY {CHANNEL}")
            except BaseException:  # noqa: BLE001 - the same
                self._pool.drop(connection)
                return
            self._pool.give(connection)

    async def _follow(self) -> None:
        pause_s = 0.0
        idle_since_s = monotonic()
        try:
            while True:
                self._news.clear()
                if self._waits:
                    settled = await self._try_to_look()
                    pause_s = 0.0 if settled else min(max(pause_s * 2, UNSETTLED_S), UNSETTLED_MOST_S)
                    idle_since_s = monotonic()
                elif monotonic() - idle_since_s >= IDLE_S:
                    break
                await self._pause(pause_s)
        finally:
            await self._disconnect()

    async def _pause(self, pause_s: float) -> None:
        ends_s = min((wait.until_s for wait in self._waits), default=monotonic() + IDLE_S)
        until_s = min(ends_s - monotonic(), pause_s or POLL_S)
        try:
            async with asyncio.timeout(max(until_s, 0.0005)):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _try_to_look(self) -> bool:
        """Tell those for whom something came or whose time is over; False while more may come soon."""
        waits = list(self._waits)
        try:
            settled = await self._look(waits)
        except Exception as error:  # noqa: BLE001 - who waits is told, and the follower goes on
            await self._disconnect()
            for wait in waits:
                self._waits.remove(wait)
                _fail(wait.future, translate(error, self._address.shown))
            return True
        now_s = monotonic()
        for wait in waits:
            if wait.future.cancelled():
                self._drop(wait)
            elif wait.until_s <= now_s:
                self._end(wait, False)
        return settled

    async def _look(self, waits: list[_Wait]) -> bool:
        connection = await self._connect()
        wanted = sorted(frozenset[str]().union(*(wait.wanted for wait in waits)))
        after = min(wait.after for wait in waits)
        tx: Tx = PostgresTx(connection, self._address.shown)
        edge = await tx.one(sql.edge, after=after)
        assert edge is not None
        statement = sql.newest_entry if ANY in wanted else sql.entries
        entries = await tx.all(statement, after=after, until=edge["edge"], wanted=json.dumps(wanted))
        for wait in waits:
            if any(_is_wanted(entry, wait) for entry in entries):
                self._end(wait, True)
            wait.after = max(wait.after, edge["edge"] - 1)
        return not edge["unsettled"]

    async def _connect(self) -> Any:
        if self._listener is None or self._listener.is_closed():
            try:
                self._listener = await connect(self._address, isolation="read committed")
                await self._listener.add_listener(CHANNEL, self._hear)
            except Exception as error:
                if not is_lost(error):
                    raise
                self._pool.give(await self._pool.take())  # waits for the end of the outage, or says why not
                raise
        return self._listener

    def _hear(self, *_: object) -> None:
        self._news.set()

    async def _disconnect(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.terminate()

    def _end(self, wait: _Wait, came: bool) -> None:
        self._drop(wait)
        _tell(wait.future, came)

    def _drop(self, wait: _Wait) -> None:
        if wait in self._waits:
            self._waits.remove(wait)

    async def close(self) -> None:
        """End; those who still wait are told that nothing came."""
        self._closed = True
        for task in (self._task, self._telling):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.wait([task])
        for wait in self._waits:
            _tell(wait.future, False)
        self._waits.clear()


def _is_wanted(entry: Row, wait: _Wait) -> bool:
    if entry["seq"] <= wait.after:
        return False
    return ANY in wait.wanted or entry["topic"] in wait.wanted or entry["subject"] in wait.wanted


def _tell(future: Future[bool], came: bool) -> None:
    try:
        future.set_result(came)
    except InvalidStateError:  # whoever waited has gone away
        pass


def _fail(future: Future[bool], error: Exception) -> None:
    try:
        future.set_exception(error)
    except InvalidStateError:
        pass
