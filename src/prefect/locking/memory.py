"""Locks that hold within this process, for threads and coroutines alike."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import ClassVar, Self

from prefect._base import clock as clocks
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect.locking.protocol import LockManager


class _Held:
    __slots__ = ("ends_s", "holder")

    def __init__(self, holder: str, ends_s: float | None) -> None:
        self.holder = holder
        self.ends_s = ends_s


class _Waiter:
    """Somebody who waits for a key; `takes` tells whether they then take the lock."""

    __slots__ = ("takes", "turn")

    def __init__(self, takes: bool) -> None:
        self.takes = takes
        self.turn: Future[None] = Future()


class MemoryLockManager(LockManager):
    """The locks of this process; every ``MemoryLockManager()`` is the same object. Waiters get the lock in
    turn.
    """

    _instance: ClassVar[MemoryLockManager | None] = None
    _making: ClassVar[threading.Lock] = threading.Lock()

    def __new__(cls) -> Self:
        with cls._making:
            if cls._instance is None:
                cls._instance = super().__new__(cls)
                cls._instance._begin()
            return cls._instance  # pyright: ignore[reportReturnType]

    def __init__(self) -> None:
        """There is nothing to set up: the one instance keeps its locks."""

    def _begin(self) -> None:
        self._mutex = threading.Lock()
        self._held: dict[str, _Held] = {}
        self._waiting: dict[str, deque[_Waiter]] = {}
        self._clock = clocks.system

    def __reduce__(self) -> tuple[type[MemoryLockManager], tuple[()]]:
        return MemoryLockManager, ()  # elsewhere it is the manager of that process

    # -- the one implementation -------------------------------------------------------------------

    async def _acquire(
        self, ports: Ports, key: str, holder: str, acquire_timeout: float | None, hold_timeout: float | None
    ) -> bool:
        return await self._wait(
            ports, key, acquire_timeout, takes=True, attempt=lambda: self._take(key, holder, hold_timeout)
        )

    async def _until_free(self, ports: Ports, key: str, timeout: float | None) -> bool:
        return await self._wait(
            ports, key, timeout, takes=False, attempt=lambda: self._holder_of(key) is None
        )

    async def _wait(
        self, ports: Ports, key: str, timeout: float | None, *, takes: bool, attempt: Callable[[], bool]
    ) -> bool:
        """Call `attempt` (under the mutex) at each chance until it succeeds or the time is over."""
        deadline_s = None if timeout is None else self._clock.monotonic_s() + timeout
        while True:
            with self._mutex:
                if attempt():
                    return True
                waiter = _Waiter(takes)
                self._waiting.setdefault(key, deque()).append(waiter)
                pause_s = self._pause(key, deadline_s)
            try:
                await _turn(ports, waiter.turn, pause_s)
            except BaseException:
                self._leave(key, waiter, gives_up=True)
                raise
            self._leave(key, waiter, gives_up=False)
            if deadline_s is not None and self._clock.monotonic_s() >= deadline_s:
                with self._mutex:
                    return attempt()

    def _pause(self, key: str, deadline_s: float | None) -> float | None:
        """How long to wait at most: until the deadline, or until the lock's own time is over."""
        held = self._held.get(key)
        ends = [at_s for at_s in (deadline_s, held.ends_s if held else None) if at_s is not None]
        return max(0.0, min(ends) - self._clock.monotonic_s()) if ends else None

    def _leave(self, key: str, waiter: _Waiter, *, gives_up: bool) -> None:
        """Stop waiting. The turn of somebody who gives up goes to the next."""
        with self._mutex:
            queue = self._waiting.get(key)
            if queue is not None and waiter in queue:
                queue.remove(waiter)
                if not queue:
                    del self._waiting[key]
            elif gives_up and self._holder_of(key) is None:
                self._wake(key)

    def _take(self, key: str, holder: str, hold_timeout: float | None) -> bool:
        current = self._holder_of(key)
        if current is not None and current != holder:
            return False
        if current is None or hold_timeout is not None:
            ends_s = None if hold_timeout is None else self._clock.monotonic_s() + hold_timeout
            self._held[key] = _Held(holder, ends_s)
        return True

    def _holder_of(self, key: str) -> str | None:
        """Who holds the lock now; a lock whose time is over is dropped."""
        held = self._held.get(key)
        if held is None:
            return None
        if held.ends_s is not None and held.ends_s <= self._clock.monotonic_s():
            del self._held[key]
            self._wake(key)
            return None
        return held.holder

    def _wake(self, key: str) -> None:
        """Give their turn to all who only wait, and to the first who takes the lock."""
        queue = self._waiting.get(key)
        if queue is None:
            return
        given = False
        for waiter in list(queue):
            if waiter.takes and given:
                continue
            given = given or waiter.takes
            queue.remove(waiter)
            waiter.turn.set_result(None)
        if not queue:
            del self._waiting[key]

    # -- the public methods -----------------------------------------------------------------------

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        return drive(self._acquire(BLOCKING, key, holder, acquire_timeout, hold_timeout))

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        return await self._acquire(AWAITING, key, holder, acquire_timeout, hold_timeout)

    def release_lock(self, key: str, holder: str) -> None:
        with self._mutex:
            if self._holder_of(key) != holder:
                raise ValueError(f"The lock of {key!r} is not held by {holder!r}.")
            del self._held[key]
            self._wake(key)

    def is_locked(self, key: str) -> bool:
        with self._mutex:
            return self._holder_of(key) is not None

    def is_lock_holder(self, key: str, holder: str) -> bool:
        with self._mutex:
            return self._holder_of(key) == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        return drive(self._until_free(BLOCKING, key, timeout))

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        return await self._until_free(AWAITING, key, timeout)


async def _turn(ports: Ports, turn: Future[None], timeout_s: float | None) -> None:
    """Wait for a turn, but no longer than `timeout_s`."""
    try:
        if ports.is_async:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(turn)), timeout_s)
        else:
            turn.result(timeout_s)
    except (FutureTimeout, TimeoutError):
        return
