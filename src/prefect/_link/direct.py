"""Straight connections to a server: kept open, shared by all threads, with nothing in between."""

from __future__ import annotations

import http.client
import select
import ssl
from collections import deque
from collections.abc import Mapping
from urllib.parse import SplitResult

from prefect._link.reply import Reply, Unanswered, seconds

IDLE_CONNECTIONS = 25
# what a connection does that the server closed between two requests
_STALE = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ConnectionAbortedError)


class DirectPool:
    """Connections to one server; the one that was used last is used first."""

    def __init__(self, server: SplitResult, timeout_s: float, context: ssl.SSLContext | None) -> None:
        self._host, self._port = server.hostname or "", server.port
        self._timeout_s = timeout_s
        self._context = context
        self._idle: deque[http.client.HTTPConnection] = deque()

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One request, one answer. Raises `Unanswered`."""
        try:
            connection = self._take()
            if connection is not None:
                try:
                    return self._ask(connection, method, target, headers, body)
                except _STALE:
                    connection.close()  # it had ended before the request was read
            return self._ask(self._open(), method, target, headers, body)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(str(error) or type(error).__name__) from error

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> http.client.HTTPConnection | None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.sock is not None and not _is_readable(connection.sock.fileno()):
                return connection
            connection.close()

    def _open(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=self._timeout_s, context=self._context
        )

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Reply:
        try:
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read()
        except BaseException:
            connection.close()
            raise
        if answer.will_close or len(self._idle) >= IDLE_CONNECTIONS:
            connection.close()
        else:
            self._idle.append(connection)
        if answer.headers.get("Content-Encoding") == "gzip":
            import gzip

            content = gzip.decompress(content)
        return Reply(answer.status, content, seconds(answer.headers.get("Retry-After")))


def _is_readable(descriptor: int) -> bool:
    """Whether something arrived on an idle connection: nothing but its end can."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))
    return bool(select.select([descriptor], [], [], 0)[0])
