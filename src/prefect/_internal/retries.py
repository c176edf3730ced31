"""Calling an async function again when it fails."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from prefect._base import lazy
from prefect.utilities.math import clamped_poisson_interval

loggers: Any = lazy.module("prefect.logging.loggers")

P = ParamSpec("P")
R = TypeVar("R")


def exponential_backoff_with_jitter(attempt: int, base_delay: float, max_delay: float) -> float:
    """The seconds to wait after the attempt with this index: doubling, capped, and somewhat at random."""
    return clamped_poisson_interval(min(base_delay * 2**attempt, max_delay))


def retry_async_fn(
    max_attempts: int = 3,
    backoff_strategy: Callable[[int, float, float], float] = exponential_backoff_with_jitter,
    base_delay: float = 1,
    max_delay: float = 10,
    retry_on_exceptions: tuple[type[Exception], ...] = (Exception,),
    operation_name: str | None = None,
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Callable[P, Coroutine[Any, Any, R]]]:
    """Decorator: call an async function up to `max_attempts` times while it raises these exceptions."""

    def decorate(func: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        name = operation_name or func.__name__

        @functools.wraps(func)
        async def retried(*args: P.args, **kwargs: P.kwargs) -> R:
            attempt = 0
            while True:
                try:
                    return await func(*args, **kwargs)
                except retry_on_exceptions as error:
                    attempt += 1
                    logger = loggers.get_logger("retries")
                    if attempt >= max_attempts:
                        logger.error("%s failed after %s attempts: %s", name, attempt, error)
                        raise
                    delay = backoff_strategy(attempt - 1, base_delay, max_delay)
                    logger.warning(
                        "Attempt %s of %s of %s failed: %s. Trying again in %.2f seconds.",
                        attempt,
                        max_attempts,
                        name,
                        error,
                        delay,
                    )
                    await asyncio.sleep(delay)

        return retried

    return decorate
