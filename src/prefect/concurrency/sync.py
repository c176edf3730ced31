"""Limits for blocking code.

::

    from prefect.concurrency.sync import concurrency, rate_limit

    with concurrency("database", occupy=1):
        ...
    rate_limit("api")
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect.concurrency import _block as block

if TYPE_CHECKING:
    from prefect._wire.concurrency import ConcurrencyLeaseHolder

__all__ = ["concurrency", "rate_limit"]


class _LostSlots(BaseException):
    """Ends a block whose slots were lost; never seen outside."""


@contextmanager
def concurrency(
    names: str | list[str],
    occupy: int = 1,
    timeout_seconds: float | None = None,
    max_retries: int | None = None,
    lease_duration: float = 300,
    strict: bool = False,
    holder: ConcurrencyLeaseHolder | None = None,
    raise_on_lease_renewal_failure: bool | None = None,
) -> Generator[None]:
    """Hold `occupy` slots of each of the limits `names` while the block runs; wait until they are free.

    Limits that do not exist are left out with a warning, or are an error if `strict`. The slots are leased
    for `lease_duration` seconds (60 to 86400) at a time and the lease is renewed; if that fails the block
    goes on with a warning, or is ended if `raise_on_lease_renewal_failure` (by default: if `strict`), once
    it does not wait for something outside of Python.

    Raises `AcquireConcurrencySlotTimeoutError` after `timeout_seconds` without a free slot, and
    `ConcurrencySlotAcquisitionError` after `max_retries`, or for what can never be.
    """
    wanted = block.wanted(
        names,
        occupy,
        timeout_seconds=timeout_seconds,
        max_retries=max_retries,
        lease_duration=lease_duration,
        holder=holder,
    )
    if wanted is None:
        yield
        return
    taken = drive(block.take(wanted, BLOCKING, strict))
    if not taken.limits:
        yield
        return
    raises = strict if raise_on_lease_renewal_failure is None else raise_on_lease_renewal_failure
    interrupt = _Interrupt()
    holding = block.Holding(taken, lease_duration, raises, interrupt)
    try:
        yield
    except _LostSlots:
        raise holding.error() from holding.lost
    finally:
        interrupt.disarm()
        drive(holding.end(BLOCKING))


class _Interrupt:
    """Raises `_LostSlots` in the thread that made it, unless that has left the block."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._is_armed = True
        self._is_sent = False

    def __call__(self) -> None:
        with self._lock:
            if self._is_armed:
                self._is_sent = True
                self._send(_LostSlots)

    def disarm(self) -> None:
        """Raise nothing any more; what was sent and has not arrived is taken back."""
        with self._lock:
            self._is_armed = False
            if self._is_sent:
                self._send(None)

    def _send(self, error: type[BaseException] | None) -> None:
        thread = ctypes.c_ulong(self._thread)
        told = None if error is None else ctypes.py_object(error)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, told)


def rate_limit(
    names: str | list[str],
    occupy: int = 1,
    timeout_seconds: float | None = None,
    strict: bool = False,
) -> None:
    """Wait until `occupy` slots of each of the limits `names` are free and take them; they decay with time.

    Raises `AcquireConcurrencySlotTimeoutError`, and `ConcurrencySlotAcquisitionError` for a limit without
    slot decay, or, if `strict`, for one that does not exist.
    """
    wanted = block.wanted(names, occupy, mode="rate_limit", timeout_seconds=timeout_seconds)
    if wanted is not None:
        drive(block.take(wanted, BLOCKING, strict))
