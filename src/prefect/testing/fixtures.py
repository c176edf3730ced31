"""Fixtures for pytest: import those that you use into your ``conftest.py``.

::

    from prefect.testing.fixtures import manual_clock, prefect_home  # noqa: F401
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Generator
from datetime import datetime, tzinfo
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from prefect.testing.clock import ManualClock
from prefect.testing.harness import prefect_test_harness
from prefect.types import _datetime

__all__ = [
    "add_prefect_loggers_to_caplog",
    "is_port_in_use",
    "manual_clock",
    "mock_anyio_sleep",
    "prefect_home",
]


@pytest.fixture
def prefect_home() -> Generator[None]:
    """An empty database and result storage for the test; see `prefect_test_harness`."""
    with prefect_test_harness():
        yield


@pytest.fixture
def manual_clock(prefect_home: None) -> Generator[ManualClock]:
    """A clock that moves when somebody sleeps, in a home of its own; see `ManualClock`."""
    with ManualClock() as clock:
        yield clock


@pytest.fixture
def add_prefect_loggers_to_caplog(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Let `caplog` see what Prefect's loggers say, whatever the logging configuration does with it."""
    logger = logging.getLogger("prefect")
    propagates, logger.propagate = logger.propagate, True
    try:
        yield
    finally:
        logger.propagate = propagates


@pytest.fixture
def mock_anyio_sleep(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], Any]:
    """`anyio.sleep` returns at once, and the time that `prefect.types._datetime.now` tells moves on.

    Its `assert_sleeps_for(seconds, extra_tolerance=0)` is a context manager that checks how much was slept.
    """
    clock = ManualClock()

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        await anyio.lowlevel.checkpoint()

    @contextlib.contextmanager
    def assert_sleeps_for(seconds: float, extra_tolerance: float = 0) -> Generator[None]:
        before = len(clock.slept_s)
        yield
        slept = sum(clock.slept_s[before:])
        assert seconds <= slept <= seconds + extra_tolerance + 1, f"Slept for {slept} seconds."

    def now(tz: tzinfo | None = None) -> datetime:
        return clock.now() if tz is None else clock.now().astimezone(tz)

    told: Any = sleep
    told.assert_sleeps_for = assert_sleeps_for
    monkeypatch.setattr(anyio, "sleep", sleep)
    monkeypatch.setattr(_datetime, "now", now)
    return told


def is_port_in_use(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
