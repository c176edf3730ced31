"""What a lock manager must be able to do, whoever writes it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class LockManager(Protocol):
    """Locks by key, each held by a holder (any text) until it is released or its time is over.

    Taking a lock that one holds already succeeds. Timeouts are seconds; None waits, or holds, without end.
    """

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Take the lock, waiting at most `acquire_timeout`; whether it was taken."""
        ...

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Take the lock, waiting at most `acquire_timeout`; whether it was taken."""
        ...

    def release_lock(self, key: str, holder: str) -> None:
        """Give the lock back; raises `ValueError` if `holder` does not have it."""
        ...

    def is_locked(self, key: str) -> bool: ...

    def is_lock_holder(self, key: str, holder: str) -> bool: ...

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait at most `timeout` until the lock is free; whether it is."""
        ...

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait at most `timeout` until the lock is free; whether it is."""
        ...
