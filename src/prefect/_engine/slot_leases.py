"""Keeping leases on slots alive: one thread renews all that this process holds, when their time comes.

Most slots are held for seconds, a lease lasts for minutes: so the thread is started with the first lease that
grows old, and most processes never see it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.errors import OperationError, StoreError
from prefect._wire.operation import named
from prefect.logging.loggers import get_logger

if TYPE_CHECKING:
    from prefect._link.link import Link

choose: Any = lazy.module("prefect._link.choose")

# a lease is renewed when so much of it has passed
RENEW_AT = 0.75
TRIES = 3
RETRY_S = 1.0


@dataclass(slots=True, eq=False)
class Kept:
    """A lease that is kept alive. `on_lost` is called with the reason when it could not be renewed."""

    lease_id: str
    duration_s: float
    link: Link
    on_lost: Callable[[Exception], None]
    due_s: float
    failures: int = 0


_kept: set[Kept] = set()
_lock = threading.Condition()
_thread: threading.Thread | None = None


def keep(lease_id: str, duration_s: float, on_lost: Callable[[Exception], None]) -> Kept:
    """Renew a lease from now on, until :func:`forget`."""
    kept = Kept(lease_id, duration_s, choose.blocking(), on_lost, monotonic() + duration_s * RENEW_AT)
    global _thread
    with _lock:
        _kept.add(kept)
        if _thread is None:
            _thread = threading.Thread(target=_renew, name="prefect-slot-leases", daemon=True)
            _thread.start()
        elif len(_kept) == 1 or kept.due_s < min(each.due_s for each in _kept if each is not kept):
            _lock.notify()
    return kept


def forget(kept: Kept) -> None:
    """Renew a lease no more; it may have been lost before."""
    with _lock:
        _kept.discard(kept)


def _renew() -> None:
    while True:
        with _lock:
            due_s = min((each.due_s for each in _kept), default=None)
            if due_s is None or due_s > monotonic():
                _lock.wait(None if due_s is None else due_s - monotonic())
                continue
            due = [each for each in _kept if each.due_s <= monotonic()]
        for each in due:
            _renew_one(each)


def _renew_one(kept: Kept) -> None:
    operation = named("concurrency_limits.renew_lease")
    body = {"lease_duration": kept.duration_s}
    try:
        drive(kept.link.call(operation, lease_id=kept.lease_id, body=body))
    except (OperationError, StoreError) as error:
        kept.failures += 1
        is_gone = isinstance(error, OperationError) and error.status == 410
        if is_gone or kept.failures >= TRIES:
            _lose(kept, error)
        else:
            kept.due_s = monotonic() + RETRY_S * 2 ** (kept.failures - 1)
    else:
        kept.failures = 0
        kept.due_s = monotonic() + kept.duration_s * RENEW_AT


def _lose(kept: Kept, error: Exception) -> None:
    with _lock:
        if kept not in _kept:
            return
        _kept.discard(kept)
    try:
        kept.on_lost(error)
    except Exception:  # noqa: BLE001 - the thread renews the leases of others, too
        get_logger("concurrency").exception("The loss of lease %s could not be told", kept.lease_id)


def _after_fork_in_child() -> None:
    """The parent renews what it holds."""
    global _lock, _thread
    _lock, _thread = threading.Condition(), None
    _kept.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
