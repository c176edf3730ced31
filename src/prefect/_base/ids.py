"""Identifiers: time-ordered UUIDs, version 7 of RFC 9562.

Inside the house an id is its canonical 36-character text; the public faces hand out :class:`uuid.UUID`.
"""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_tick = 0


def _next_tick() -> int:
    """Nanoseconds since 1970 in steps of 256 ns, never the same twice in this process."""
    global _last_tick
    with _lock:
        tick = time.time_ns() >> 8
        if tick <= _last_tick:
            tick = _last_tick + 1
        _last_tick = tick
    return tick


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def new_id() -> str:
    """A new id as text. Ids made by one process sort in the order of their making (RFC 9562, section 6.2, method 3)."""
    ns = _next_tick() << 8
    ms, rest = divmod(ns, 1_000_000)
    sub = (rest << 12) // 1_000_000  # 12 bits of the fraction of the millisecond
    rand = int.from_bytes(os.urandom(8), "big") & 0x3FFFFFFFFFFFFFFF
    text = f"{(ms << 16) | 0x7000 | sub:016x}{rand | 0x8000000000000000:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_uuid() -> UUID:
    """A new id as :class:`uuid.UUID`."""
    return UUID(new_id())
