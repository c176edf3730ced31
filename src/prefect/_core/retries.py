"""How long a retry waits: lists of delays, exponential back-off, jitter."""

from __future__ import annotations

import math
from collections.abc import Sequence

MAX_DELAYS = 50
"""The most delays that a task may list."""


def check_delays(delays_s: Sequence[float]) -> tuple[float, ...]:
    """The delays as a tuple; more than `MAX_DELAYS` of them, or a negative one, is a :class:`ValueError`."""
    if len(delays_s) > MAX_DELAYS:
        raise ValueError(f"At most {MAX_DELAYS} retry delays can be given, not {len(delays_s)}.")
    if any(delay < 0 for delay in delays_s):
        raise ValueError("A retry delay is a number of seconds and cannot be negative.")
    return tuple(delays_s)


def backoff_delays(factor: float, retries: int) -> list[float]:
    """Exponential back-off: `factor` seconds before the first retry, twice as long before each later one."""
    if factor < 0:
        raise ValueError("The back-off factor is a number of seconds and cannot be negative.")
    return [factor * 2**retry for retry in range(min(retries, MAX_DELAYS))]


def base_delay_s(delays_s: float | Sequence[float] | None, run_count: int) -> float:
    """The delay before the retry that follows attempt number `run_count`; the last of a list repeats."""
    if delays_s is None:
        return 0.0
    if isinstance(delays_s, int | float):
        return float(delays_s)
    if not delays_s:
        return 0.0
    return float(delays_s[min(max(run_count - 1, 0), len(delays_s) - 1)])


def delay_s(
    delays_s: float | Sequence[float] | None, run_count: int, jitter_factor: float | None, draw: float
) -> float:
    """The delay of a task's retry, spread out by `jitter_factor` when that is given and positive."""
    delay = base_delay_s(delays_s, run_count)
    if delay > 0 and jitter_factor is not None and jitter_factor > 0:
        return jittered(delay, jitter_factor, draw)
    return delay


def jitter_bounds(average: float, factor: float) -> tuple[float, float]:
    """The least and the greatest value of :func:`jittered`.

    The least is ``c * average`` with ``c = log2(2^k / (2^k - 1))`` and ``k = 1 + factor``: half of the
    exponential distribution that would go beyond one bound is balanced by what would fall short of the other,
    so that the mean stays near the average.
    """
    k = 1.0 + factor
    least = -math.log2(1.0 - 2.0**-k)
    return least * average, k * average


def jittered(average: float, factor: float, draw: float) -> float:
    """An interval drawn from an exponential distribution with mean `average`, within :func:`jitter_bounds`.

    `draw` is a uniform random number, ``0 <= draw < 1``; a greater draw gives a longer interval.
    """
    least, greatest = jitter_bounds(average, factor)
    if average <= 0:
        return 0.0
    low, high = -math.expm1(-least / average), -math.expm1(-greatest / average)
    interval = -average * math.log1p(-(low + (high - low) * draw))
    return min(max(interval, least), greatest)
