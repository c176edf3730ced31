"""When a request is sent again, and after how long."""

from __future__ import annotations

import random
from typing import Any

from prefect._base import lazy

settings: Any = lazy.module("prefect.settings")

RETRIED = frozenset({408, 429, 502, 503})
FIRST_S, FACTOR, LONGEST_S = 0.2, 3.0, 20.0


def is_retried(status: int) -> bool:
    """Whether an answer with this status asks for another try."""
    return status in RETRIED or status in settings.active()["client.retry_extra_codes"]


def most() -> int:
    """How often a request is sent again."""
    return settings.active()["client.max_retries"]


def pause_s(attempt: int, retry_after_s: float | None) -> float:
    """Seconds to wait after `attempt` (from 0) has failed: what the server asks for, or ever longer."""
    wanted = retry_after_s
    if wanted is None:
        wanted = min(FIRST_S * FACTOR**attempt, LONGEST_S)
    return wanted * (1 + settings.active()["client.retry_jitter_factor"] * random.random())
