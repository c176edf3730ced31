"""Ids that sort by the time of their making."""

from __future__ import annotations

import os
from collections.abc import Callable
from uuid import UUID

from prefect._base import clock, ids


def _time_ms() -> int:
    return clock.system.now_us() // 1000


def uuid7(ms: int | None = None, time_func: Callable[[], int] = _time_ms) -> UUID:
    """A UUID of version 7: for the present, or for an instant in milliseconds since 1970."""
    if ms is None and time_func is _time_ms:
        return ids.new_uuid()
    at_ms = time_func() if ms is None else ms
    noise = int.from_bytes(os.urandom(10), "big")
    high = (at_ms & 0xFFFFFFFFFFFF) << 16 | 0x7000 | noise >> 68
    low = 0x8000000000000000 | noise & 0x3FFFFFFFFFFFFFFF
    return UUID(int=high << 64 | low)
