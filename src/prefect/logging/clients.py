"""Hearing of lines of log as they are written."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
from prometheus_client import Counter

from prefect._base import clock, lazy
from prefect._link import streams as _sockets
from prefect._link.subscriber import Subscriber, cloud
from prefect._wire.common import now
from prefect._wire.operation import JsonObject, named
from prefect.client.schemas.filters import LogFilter, LogFilterTimestamp
from prefect.client.schemas.objects import Log

choose: Any = lazy.module("prefect._link.choose")

SEEN_LOGS_SIZE = 500_000
SEEN_LOGS_TTL = 120
LOGS_OBSERVED = Counter("prefect_logs_observed", "Lines of log that were received.", ["client"])
LOG_WEBSOCKET_CONNECTIONS = Counter(
    "prefect_log_websocket_connections", "Connections for lines of log.", ["client", "direction", "initial"]
)


def http_to_ws(url: str) -> str:
    """The address of an API for websockets."""
    return _sockets.http_to_ws(url)


def logs_out_socket_from_api_url(url: str) -> str:
    """Where an API sends lines of log by websocket."""
    return http_to_ws(url) + "/logs/out"


def create_ssl_context_for_websocket(uri: str) -> ssl.SSLContext | None:
    """How a connection is secured by the settings; None for one without encryption."""
    return _sockets.ssl_context(uri)


class PrefectLogsSubscriber(Subscriber[Log]):
    """Hears of the lines of log that a filter finds: ``async for log in subscriber``.

    They come from a server as they are written, or without an API URL from the store of this process.
    """

    kind, kinds = "log", "Lines of log"

    def __init__(
        self,
        api_url: str | None = None,
        filter: LogFilter | None = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        super().__init__(api_url, reconnection_attempts, reconnect_on_clean_close)
        self._filter: Any = (filter or LogFilter()).model_copy(deep=True)
        if self._filter.timestamp is None:
            self._filter.timestamp = LogFilterTimestamp(
                after_=now() - timedelta(minutes=1), before_=now() + timedelta(days=365)
            )

    def _hello(self) -> JsonObject:
        return {"type": "filter", "filter": orjson.loads(self._filter.model_dump_json(exclude_none=True))}

    def _socket(self, api_url: str) -> str:
        return logs_out_socket_from_api_url(api_url)

    def _local(self) -> AsyncIterator[JsonObject]:
        return _local(self._hello()["filter"])

    def _note_connection(self) -> None:
        LOG_WEBSOCKET_CONNECTIONS.labels(self.client_name, "out", "initial").inc()

    def _taken(self, told: JsonObject) -> Log:
        line = Log.model_validate(told)
        LOGS_OBSERVED.labels(self.client_name).inc()
        return line


# how often the store of this process is asked, and for how many lines
_LOOK_S, _PAGE = 0.1, 200


async def _local(given: JsonObject) -> AsyncIterator[JsonObject]:
    """The lines of this process's store, as they are written."""
    link, seen = choose.awaiting(), _sockets.Seen(SEEN_LOGS_SIZE)
    while True:
        lines = await link.call(
            named("logs.filter"), body={"logs": given, "limit": _PAGE, "sort": "TIMESTAMP_ASC"}
        )
        for line in lines:
            if seen.is_new(line["id"]):
                yield line
        if len(lines) == _PAGE and lines[-1]["timestamp"] != lines[0]["timestamp"]:
            given = {**given, "timestamp": {**given["timestamp"], "after_": lines[-1]["timestamp"]}}
        else:
            await clock.system.asleep(_LOOK_S)


class PrefectCloudLogsSubscriber(PrefectLogsSubscriber):
    """Hears of lines of log from Prefect Cloud."""

    def __init__(
        self,
        api_url: str | None = None,
        api_key: str | None = None,
        filter: LogFilter | None = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        url, key = cloud(api_url, api_key)
        super().__init__(url, filter, reconnection_attempts, reconnect_on_clean_close)
        self._api_key = key


def get_logs_subscriber(
    filter: LogFilter | None = None,
    reconnection_attempts: int = 10,
    reconnect_on_clean_close: bool = False,
) -> PrefectLogsSubscriber:
    """The subscriber for where logs are by the settings."""
    return PrefectLogsSubscriber(
        filter=filter,
        reconnection_attempts=reconnection_attempts,
        reconnect_on_clean_close=reconnect_on_clean_close,
    )
