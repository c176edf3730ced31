"""Loops that run for as long as a service does, and survive a failure or two."""

from __future__ import annotations

import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any

from prefect._base import lazy
from prefect.utilities.math import clamped_poisson_interval

anyio: Any = lazy.module("anyio")
httpx: Any = lazy.module("httpx")
prometheus: Any = lazy.module("prometheus_client")
settings: Any = lazy.module("prefect.settings")

__all__ = ["critical_service_loop", "start_client_metrics_server", "stop_client_metrics_server"]

_MOST_DOUBLINGS = 4
_server: tuple[Any, Any] | None = None
_serving = threading.Lock()


async def critical_service_loop(
    workload: Callable[..., Coroutine[Any, Any, Any]],
    interval: float,
    memory: int = 10,
    consecutive: int = 3,
    backoff: int = 1,
    printer: Callable[..., None] = print,
    run_once: bool = False,
    jitter_range: float | None = None,
) -> None:
    """Await `workload` again and again, with `interval` seconds in between.

    Failures to reach the API, and answers of its servers that they are ill (502, 503 and the like), are
    forgiven until there are `consecutive` of them in a row; each such row doubles the interval. After
    `backoff` rows the last failure is raised; all others are at once.

    :param memory: how many failures are remembered, to be told when the loop gives up
    :param printer: is told of failures
    :param run_once: end after one round that went well
    :param jitter_range: spread the intervals at random, by this share
    """
    failures: deque[tuple[Exception, TracebackType | None]] = deque(maxlen=memory)
    in_a_row = rows = 0
    while True:
        try:
            await workload()
            in_a_row = 0
            if rows and not run_once:
                printer("Connection restored; going on as usual.")
            rows = 0
            if run_once:
                return
        except Exception as error:
            if not _is_passing(error):
                raise
            failures.append((error, sys.exc_info()[2]))
            in_a_row += 1
            if in_a_row >= consecutive:
                in_a_row, rows = 0, rows + 1
                _tell(failures, consecutive, printer)
                if rows >= backoff:
                    raise
        pause_s = interval * 2 ** min(rows, _MOST_DOUBLINGS)
        if jitter_range is not None:
            pause_s = clamped_poisson_interval(pause_s, clamping_factor=jitter_range)
        await anyio.sleep(pause_s)


def _is_passing(error: Exception) -> bool:
    response: Any = getattr(error, "response", None)
    if isinstance(error, httpx.HTTPStatusError):
        return response.status_code >= 500
    return isinstance(error, httpx.TransportError | ConnectionError | TimeoutError)


def _tell(
    failures: deque[tuple[Exception, TracebackType | None]], count: int, printer: Callable[..., None]
) -> None:
    error, trace = failures[-1]
    printer(f"Failed {count} times in a row; {len(failures)} failures are remembered. The last one:")
    printer("".join(traceback.format_exception(type(error), error, trace)))


def start_client_metrics_server() -> None:
    """Serve the metrics of this process, if the setting `client.metrics.enabled` says so; once."""
    values = settings.active()
    global _server
    with _serving:
        if _server is None and values["client.metrics.enabled"]:
            _server = prometheus.start_http_server(port=values["client.metrics.port"])


def stop_client_metrics_server() -> None:
    """Stop what :func:`start_client_metrics_server` started."""
    global _server
    with _serving:
        stopping, _server = _server, None
    if stopping is not None:
        server, thread = stopping
        server.shutdown()
        server.server_close()
        thread.join()
