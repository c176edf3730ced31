"""Connections that go through proxies or speak HTTP/2: httpx knows the ways."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

import httpx

from prefect._link.reply import Reply, Unanswered, seconds

CONNECTIONS = 100


class HttpxPool:
    """Connections to one server, as the environment's proxies want them."""

    def __init__(self, origin: str, timeout_s: float, context: ssl.SSLContext | None, http2: bool) -> None:
        self._origin = origin
        self._client = httpx.Client(
            verify=False if context is None else context,
            http2=http2,
            timeout=httpx.Timeout(timeout_s),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS // 4),
        )

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One request, one answer. Raises `Unanswered`."""
        try:
            answer = self._client.request(method, self._origin + target, content=body, headers=dict(headers))
        except httpx.TransportError as error:
            raise Unanswered(str(error) or type(error).__name__) from error
        return Reply(answer.status_code, answer.content, seconds(answer.headers.get("Retry-After")))

    def close(self) -> None:
        self._client.close()
