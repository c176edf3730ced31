"""What a server tells of runs as it happens: one websocket for all in this process who wait for one.

Whoever waits is told to look when its run is heard of, and also each time the connection was made anew, since
something may have been missed. Where there is no connection nobody waits for long.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Collection
from concurrent.futures import Future
from typing import Any

from prefect._base import clock, lazy
from prefect._base.loopthread import LoopThread

orjson: Any = lazy.module("orjson")
streams: Any = lazy.module("prefect._link.streams")

_PREFIXES = ("prefect.task-run.", "prefect.flow-run.")
# what a run goes through on its way; nobody waits for a task run to come so far
_ON_THE_WAY = ("Pending", "Running", "Scheduled", "AwaitingRetry", "Retrying")
_RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REMEMBERED = 10_000
UNHEARD_S = 1.0
"""How long somebody waits while there is no connection."""
IDLE_S = 30.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0

_thread = LoopThread("prefect-hearing")


def are_runs(wanted: Collection[str]) -> bool:
    """Whether all that is waited for are ids, as runs have."""
    return all(_RUN_ID.fullmatch(each) for each in wanted)


class _Waiter:
    __slots__ = ("after", "future", "wanted")

    def __init__(self, wanted: Collection[str], after: int) -> None:
        self.wanted = frozenset(wanted)
        self.after = after
        self.future: Future[bool] = Future()

    def tell(self, is_news: bool) -> None:
        if not self.future.done():
            self.future.set_result(is_news)


class Hearing:
    """Hears of the runs of one server; connected while somebody waits, and for half a minute after."""

    def __init__(self, url: str) -> None:
        self._url = streams.http_to_ws(url) + "/events/out"
        self._lock = threading.Lock()
        self._numbers = itertools.count(2)
        self._newest = 1
        self._since = 1
        self._heard: OrderedDict[str, int] = OrderedDict()
        self._waiters: dict[_Waiter, None] = {}
        self._connected = False
        self._call: Any = None

    @property
    def position(self) -> int:
        """Up to where one has heard, for `follow`; never 0."""
        return self._newest

    def follow(self, wanted: Collection[str], after: int, timeout_s: float) -> Future[bool]:
        """A future: True once one of the runs `wanted` was heard of after `after`, or may have been."""
        waiter = _Waiter(wanted, after)
        with self._lock:
            if self._connected and any(self._heard.get(id, 0) > after for id in waiter.wanted):
                waiter.tell(True)
                return waiter.future
            if self._connected and self._since > after:
                waiter.tell(True)
                return waiter.future
            self._waiters[waiter] = None
            if self._call is None:
                self._call = _thread.submit(self._listen())
            limit_s = timeout_s if self._connected else min(timeout_s, UNHEARD_S)
        _thread.loop.call_soon_threadsafe(self._end_later, waiter, limit_s)
        return waiter.future

    def close(self) -> None:
        with self._lock:
            call, self._call = self._call, None
            waiters = list(self._waiters)
            self._waiters.clear()
        for waiter in waiters:
            waiter.tell(False)
        if call is not None:
            call.cancel()

    def _end_later(self, waiter: _Waiter, seconds: float) -> None:
        if not waiter.future.done():
            handle = _thread.loop.call_later(max(0.0, seconds), self._end, waiter)
            waiter.future.add_done_callback(lambda _: _thread.loop.call_soon_threadsafe(handle.cancel))

    def _end(self, waiter: _Waiter) -> None:
        with self._lock:
            self._waiters.pop(waiter, None)
        waiter.tell(False)

    # -- on the thread that listens -----------------------------------------------------------------

    async def _listen(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                connection = await streams.opened(self._url, _hello())
            except Exception as error:  # noqa: BLE001 - whoever waits looks for itself meanwhile
                logging.getLogger("prefect.client").debug("Not connected to %s: %r", self._url, error)
            else:
                pause_s = _FIRST_PAUSE_S
                try:
                    self._begin()
                    if await self._hear(connection):
                        return
                except streams.RETRYABLE:
                    pass
                finally:
                    self._connected = False
                    await connection.close()
            if self._is_over():
                return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _hear(self, connection: Any) -> bool:
        """Take in what comes; True when nobody has waited for a while."""
        while True:
            try:
                message = await asyncio.wait_for(connection.recv(), IDLE_S)
            except TimeoutError:
                if self._is_over():
                    return True
                continue
            self._take_in(orjson.loads(message)["event"]["resource"]["prefect.resource.id"])

    def _is_over(self) -> bool:
        with self._lock:
            if self._waiters:
                return False
            self._connected = False
            self._call = None
            return True

    def _begin(self) -> None:
        """Connected: what happened before may have been missed."""
        with self._lock:
            self._newest = self._since = next(self._numbers)
            self._connected = True
            waiters = list(self._waiters)
            self._waiters.clear()
        for waiter in waiters:
            waiter.tell(True)

    def _take_in(self, resource: str) -> None:
        id = resource.rpartition(".")[2]
        with self._lock:
            self._newest = self._heard[id] = next(self._numbers)
            self._heard.move_to_end(id)
            if len(self._heard) > _REMEMBERED:
                self._since = self._heard.popitem(last=False)[1]
            waiters = [waiter for waiter in self._waiters if id in waiter.wanted]
            for waiter in waiters:
                del self._waiters[waiter]
        for waiter in waiters:
            waiter.tell(True)


def _hello() -> dict[str, Any]:
    now_us = clock.system.now_us()
    return {
        "type": "filter",
        "backfill": False,
        "filter": {
            "occurred": {
                "since": clock.to_iso(now_us - 60_000_000),
                "until": clock.to_iso(now_us + 365 * 86_400_000_000),
            },
            "event": {
                "prefix": list(_PREFIXES),
                "exclude_name": [f"{_PREFIXES[0]}{name}" for name in _ON_THE_WAY],
            },
        },
    }
