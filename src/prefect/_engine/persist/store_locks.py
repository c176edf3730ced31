"""The part of a result store that keeps runs of one key apart."""

from __future__ import annotations

import os
import platform
import threading
from typing import TYPE_CHECKING, Any

from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect.exceptions import ConfigurationError

if TYPE_CHECKING:
    from prefect.locking.protocol import LockManager


class StoreLocks:
    """Locks by key. A holder is any text; without one it is the thread at hand."""

    lock_manager: LockManager | None

    @staticmethod
    def generate_default_holder() -> str:
        """Who holds a lock if nobody says so: this host, process and thread."""
        return f"{platform.node()}:{os.getpid()}:{threading.get_ident()}"

    def supports_isolation_level(self, level: Any) -> bool:
        """Whether this store can keep runs of the same key apart as `level` (an `IsolationLevel`) asks."""
        return str(getattr(level, "value", level)) == "READ_COMMITTED" or self.lock_manager is not None

    def _locks(self) -> LockManager:
        if self.lock_manager is None:
            raise ConfigurationError(
                "This result store has no lock manager. Give it one, for instance "
                "`ResultStore(lock_manager=MemoryLockManager())`."
            )
        return self.lock_manager

    async def hold(
        self, ports: Ports, key: str, holder: str | None = None, timeout: float | None = None
    ) -> bool:
        """Take the lock of `key`, waiting at most `timeout` seconds (None: as long as it takes)."""
        locks, holder = self._locks(), holder or self.generate_default_holder()
        if ports.is_async:
            return await locks.aacquire_lock(key, holder, timeout)
        return locks.acquire_lock(key, holder, timeout)

    async def wait_until_free(self, ports: Ports, key: str, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds until nobody holds the lock of `key`; whether that is so."""
        locks = self._locks()
        return (
            await locks.await_for_lock(key, timeout) if ports.is_async else locks.wait_for_lock(key, timeout)
        )

    def acquire_lock(self, key: str, holder: str | None = None, timeout: float | None = None) -> bool:
        """Take the lock of `key`, waiting at most `timeout` seconds; whether it was taken."""
        return drive(self.hold(BLOCKING, key, holder, timeout))

    async def aacquire_lock(self, key: str, holder: str | None = None, timeout: float | None = None) -> bool:
        """Take the lock of `key`, waiting at most `timeout` seconds; whether it was taken."""
        return await self.hold(AWAITING, key, holder, timeout)

    def release_lock(self, key: str, holder: str | None = None) -> None:
        """Give the lock of `key` back; raises `ValueError` if `holder` does not have it."""
        self._locks().release_lock(key, holder or self.generate_default_holder())

    def is_locked(self, key: str) -> bool:
        return self._locks().is_locked(key)

    def is_lock_holder(self, key: str, holder: str | None = None) -> bool:
        return self._locks().is_lock_holder(key, holder or self.generate_default_holder())

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds until nobody holds the lock of `key`; whether that is so."""
        return drive(self.wait_until_free(BLOCKING, key, timeout))

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds until nobody holds the lock of `key`; whether that is so."""
        return await self.wait_until_free(AWAITING, key, timeout)
