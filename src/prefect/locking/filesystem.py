"""Locks as files in a directory, for all processes that see it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Generator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from prefect._base import clock as clocks
from prefect._base import owner as owners
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect.locking.protocol import LockManager

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# between two looks at a lock that somebody else holds; other processes cannot wake us
_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.1
_LONGEST_NAME = 200


class _Lock(NamedTuple):
    holder: str
    ends_us: int | None
    owner: str | None

    @property
    def is_over(self) -> bool:
        """Whether its time has passed, or the process that took it has ended."""
        if self.ends_us is not None and self.ends_us <= clocks.system.now_us():
            return True
        return self.owner is not None and owners.is_alive(self.owner) is False


class FileSystemLockManager(LockManager):
    """One ``<key>.lock`` file for each lock that is held, below `lock_files_directory`.

    A lock is over when it is released, when its time has passed, or, on the host where it was taken, when the
    process that took it has ended.
    """

    def __init__(self, lock_files_directory: Path | str) -> None:
        self.lock_files_directory = Path(lock_files_directory).expanduser().absolute()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FileSystemLockManager)
            and self.lock_files_directory == other.lock_files_directory
        )

    def __hash__(self) -> int:
        return hash(self.lock_files_directory)

    def __repr__(self) -> str:
        return f"FileSystemLockManager({str(self.lock_files_directory)!r})"

    # -- the one implementation -------------------------------------------------------------------

    async def _acquire(
        self, ports: Ports, key: str, holder: str, acquire_timeout: float | None, hold_timeout: float | None
    ) -> bool:
        async def attempt() -> bool:
            return await ports.run(self._take, key, holder, hold_timeout)

        return await _repeat(ports, attempt, acquire_timeout)

    async def _until_free(self, ports: Ports, key: str, timeout: float | None) -> bool:
        async def attempt() -> bool:
            return await ports.run(self._read, key) is None

        return await _repeat(ports, attempt, timeout)

    def _take(self, key: str, holder: str, hold_timeout: float | None) -> bool:
        current = self._read(key)
        if current is not None and current.holder != holder:
            return False
        with self._alone():
            current = self._read(key)
            if current is not None and current.holder != holder:
                return False
            if current is None or hold_timeout is not None:
                self._write(key, holder, hold_timeout)
            return True

    def _write(self, key: str, holder: str, hold_timeout: float | None) -> None:
        """Put the lock's file in its place in one step, so that a reader never sees half of one."""
        ends = None if hold_timeout is None else clocks.system.now_us() + round(hold_timeout * 1e6)
        content = {
            "holder": holder,
            "expiration": None if ends is None else clocks.to_iso(ends),
            "owner": owners.current(),
        }
        handle, temporary = tempfile.mkstemp(prefix=".taking-", dir=self.lock_files_directory)
        with os.fdopen(handle, "w") as file:
            json.dump(content, file)
        os.replace(temporary, self._path(key))

    def _read(self, key: str) -> _Lock | None:
        """The lock of `key` as it stands, None if it is free."""
        try:
            data: dict[str, Any] = json.loads(self._path(key).read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise RuntimeError(
                f"{self._path(key)} is not the file of a lock. Remove it if nothing is running."
            ) from error
        expiration = data.get("expiration")
        ends = clocks.to_us(datetime.fromisoformat(expiration)) if expiration else None
        lock = _Lock(data["holder"], ends, data.get("owner"))
        return None if lock.is_over else lock

    def _path(self, key: str) -> Path:
        name = quote(key, safe=" ")
        if len(name) > _LONGEST_NAME:
            name = hashlib.sha256(key.encode()).hexdigest()
        return self.lock_files_directory / f"{name}.lock"

    @contextlib.contextmanager
    def _alone(self) -> Generator[None, None, None]:
        """Only one thread of all processes is inside; the kernel lets the next one in when a process dies."""
        self.lock_files_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        guard = os.open(self.lock_files_directory / ".guard", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                msvcrt.locking(guard, msvcrt.LK_LOCK, 1)
            else:
                fcntl.flock(guard, fcntl.LOCK_EX)
            yield
        finally:
            os.close(guard)

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
        with self._alone():
            current = self._read(key)
            if current is None or current.holder != holder:
                raise ValueError(f"The lock of {key!r} is not held by {holder!r}.")
            self._path(key).unlink()

    def is_locked(self, key: str, use_cache: bool = False) -> bool:
        """Whether somebody holds the lock. `use_cache` is accepted and changes nothing: the file is always
        read.
        """
        return self._read(key) is not None

    def is_lock_holder(self, key: str, holder: str) -> bool:
        current = self._read(key)
        return current is not None and current.holder == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        return drive(self._until_free(BLOCKING, key, timeout))

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        return await self._until_free(AWAITING, key, timeout)


async def _repeat(ports: Ports, attempt: Callable[[], Awaitable[bool]], timeout_s: float | None) -> bool:
    """Call `attempt` until it succeeds or the time is over, less and less often."""
    deadline_s = None if timeout_s is None else ports.clock.monotonic_s() + timeout_s
    pause_s = _FIRST_PAUSE_S
    while not await attempt():
        if deadline_s is not None:
            left_s = deadline_s - ports.clock.monotonic_s()
            if left_s <= 0:
                return False
            pause_s = min(pause_s, left_s)
        await ports.sleep(pause_s)
        pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)
    return True
