"""When a request is sent again, and after how long."""

from __future__ import annotations

import logging
import random
from time import monotonic
from typing import Any

from prefect._base import lazy

settings: Any = lazy.module("prefect.settings")

logger = logging.getLogger("prefect.link")

RETRIED = frozenset({408, 429, 502, 503})
FIRST_S, FACTOR, LONGEST_S = 0.2, 3.0, 20.0
LONGEST_PATIENT_S = 2.0  # who waits for long asks more often, to go on soon when the server is back
WARNED_AFTER = 3


def is_retried(status: int) -> bool:
    """Whether an answer with this status asks for another try."""
    return status in RETRIED or status in settings.active()["client.retry_extra_codes"]


class Tries:
    """How often and how long one request is tried: a number of times, or for some seconds."""

    def __init__(self, url: str, patience_s: float | None) -> None:
        self._url = url
        self._begun_s = monotonic()
        self._patience_s = patience_s
        self._most = most()
        self._count = 0

    def pause_s(self, retry_after_s: float | None) -> float | None:
        """Seconds until the next try after one has failed; None if that was the last one."""
        count, self._count = self._count, self._count + 1
        if self._patience_s is None:
            return pause_s(count, retry_after_s) if count < self._most else None
        if monotonic() - self._begun_s >= self._patience_s:
            return None
        if count == WARNED_AFTER:
            logger.warning("%s does not answer; it is waited for, %g s at most.", self._url, self._patience_s)
        pause = pause_s(count, retry_after_s)
        return pause if retry_after_s is not None else min(pause, LONGEST_PATIENT_S)


def most() -> int:
    """How often a request is sent again."""
    return settings.active()["client.max_retries"]


def pause_s(attempt: int, retry_after_s: float | None) -> float:
    """Seconds to wait after `attempt` (from 0) has failed: what the server asks for, or ever longer."""
    wanted = retry_after_s
    if wanted is None:
        wanted = min(FIRST_S * FACTOR**attempt, LONGEST_S)
    return wanted * (1 + settings.active()["client.retry_jitter_factor"] * random.random())
