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
_pool = b""  # random bytes in stock: asking the system for each id would cost more than all the rest
_POOL_BYTES = 512


def _draw() -> tuple[int, int]:
    """Nanoseconds since 1970 in steps of 256 ns, never the same twice in this process, and 62 random bits."""
    global _last_tick, _pool
    with _lock:
        tick = time.time_ns() >> 8
        if tick <= _last_tick:
            tick = _last_tick + 1
        _last_tick = tick
        if not _pool:
            _pool = os.urandom(_POOL_BYTES)
        bits, _pool = _pool[:8], _pool[8:]
    return tick << 8, int.from_bytes(bits, "big") & 0x3FFFFFFFFFFFFFFF


def _after_fork() -> None:
    global _lock, _pool
    _lock, _pool = threading.Lock(), b""


os.register_at_fork(after_in_child=_after_fork)


def new_id() -> str:
    """A new id as text.

    Ids made by one process sort in the order of their making (RFC 9562, section 6.2, method 3).
    """
    ns, rand = _draw()
    ms, rest = divmod(ns, 1_000_000)
    sub = (rest << 12) // 1_000_000  # 12 bits of the fraction of the millisecond
    text = f"{(ms << 16) | 0x7000 | sub:016x}{rand | 0x8000000000000000:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def first_of(at_us: int) -> str:
    """What sorts before all ids made at or after an instant, and after all that were made before it."""
    text = f"{max(at_us // 1000, 0):012x}"
    return f"{text[:8]}-{text[8:]}-0000-0000-000000000000"


def new_key() -> str:
    """A random UUID (version 4) as text, for keys that must not tell when they were made."""
    _, high = _draw()
    _, low = _draw()
    text = f"{(high << 2) & 0xFFFFFFFFFFFF0FFF | 0x4000:016x}{low | 0x8000000000000000:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_uuid() -> UUID:
    """A new id as :class:`uuid.UUID`."""
    return UUID(new_id())
