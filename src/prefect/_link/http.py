"""The link to a server: operations become requests, records travel in acknowledged batches."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import orjson

from prefect._base import owner
from prefect._base.errors import ApiUnreachable
from prefect._base.ports import Ports
from prefect._base.records import LogLine, TaskTransition
from prefect._base.state import TERMINAL
from prefect._link import retrying
from prefect._link.lane import Lane
from prefect._link.leases import Leases
from prefect._link.link import Record
from prefect._link.refusals import refusal
from prefect._link.reply import Reply, Unanswered
from prefect._link.told import Transitions, log_line
from prefect._link.transport import Transport
from prefect._wire.operation import Operation

EVENTS, LOGS = "/events", "/logs/"
# requests of event loops that may be under way at once; each waits in a thread of its own
THREADS = 16
# a server's log is not followed from here: who waits looks for itself every so many seconds
LOOK_S = 1.0
_STATES = frozenset({"flow_runs.set_state", "task_runs.set_state"})
_FINAL = frozenset(type_.value for type_ in TERMINAL)


class Connection:
    """What all links of this process to one server share."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reset()
        _connections.add(self)

    def reset(self) -> None:
        """Begin anew, as in a forked child: connections, threads and queues are the parent's."""
        self.transport = Transport(self.url)
        self.transitions: Lane[TaskTransition] = Lane(self.transport, EVENTS, Transitions().event)
        self.logs: Lane[LogLine] = Lane(self.transport, LOGS, log_line)
        self.leases = Leases(self.transport)
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="prefect-link")

    def close(self) -> None:
        """Send what was recorded, then close the connections."""
        self.transitions.close()
        self.logs.close()
        self.threads.shutdown(wait=False)
        self.transport.close()

    def record(self, item: Record) -> None:
        if isinstance(item, TaskTransition):
            self.transitions.put(item)
        else:
            self.logs.put(item)


_connections: weakref.WeakSet[Connection] = weakref.WeakSet()
_by_url: dict[str, Connection] = {}
_opening = threading.Lock()


def link(url: str, ports: Ports) -> HttpLink:
    """The link to the API at `url` for callers who wait by `ports`."""
    with _opening:
        connection = _by_url.get(url)
        if connection is None:
            connection = _by_url[url] = Connection(url)
    return HttpLink(connection, ports)


def reset() -> None:
    """Close all links, as at the end of the process; the next one that is asked for is opened anew."""
    with _opening:
        closing = list(_by_url.values())
        _by_url.clear()
    for connection in closing:
        connection.close()


atexit.register(reset)


class HttpLink:
    """A `Link` to a server."""

    __slots__ = ("_connection", "_ports", "flow_ids")

    def __init__(self, connection: Connection, ports: Ports) -> None:
        self._connection = connection
        self._ports = ports
        self.flow_ids: dict[str, str] = {}

    async def call(self, operation: Operation, /, **args: Any) -> Any:
        """See `Link.call`. Raises `ApiUnreachable` when no answer comes, however often it is asked for."""
        # what was recorded before is known to the server before it is asked for anything else
        await self._flush([self._connection.transitions, *self._logs_to_flush(operation, args)])
        path, query, body = request_of(operation, args)
        attempt = owner.attempts.get(str(args.get("id"))) if owner.attempts else None
        reply = await self._sent(operation, path, query, body, attempt)
        if reply.status >= 300:
            raise refusal(reply.status, reply.body, reply.retry_after_s)
        if operation.answers_text:
            return reply.body.decode()
        value = orjson.loads(reply.body) if reply.body else None
        self._connection.leases.notice(operation.name, args, value)
        return value

    def record(self, item: Record, /) -> None:
        """See `Link.record`; the item is sent within some 20 ms, together with its neighbours."""
        self._connection.record(item)

    async def flush(self) -> None:
        """See `Link.flush`."""
        await self._flush([self._connection.transitions, self._connection.logs])

    async def position(self) -> int:
        return 0

    async def follow(self, wanted: Collection[str], after: int, timeout_s: float, /) -> bool:
        await self._ports.sleep(min(timeout_s, LOOK_S))
        return False

    async def _flush(self, lanes: list[Lane[Any]]) -> None:
        for sent in [lane.flush() for lane in lanes if lane.pending]:
            await self._ports.wait(sent)

    def _logs_to_flush(self, operation: Operation, args: Mapping[str, Any]) -> list[Lane[Any]]:
        """Whoever sees that a run has ended, or asks for lines of log, finds all that was logged."""
        ends = operation.name in _STATES and args["body"]["state"]["type"] in _FINAL
        return [self._connection.logs] if ends or operation.name.startswith("logs.") else []

    async def _sent(
        self,
        operation: Operation,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        under: int | None,
    ) -> Reply:
        """The first answer that asks for no other try, or the last that there was."""
        transport = self._connection.transport
        transport.use_current_settings()
        most = retrying.most()
        attempt = 0
        while True:
            try:
                reply = await self._send(transport, operation.method, path, query, body, under)
            except Unanswered as error:
                if attempt >= most:
                    raise ApiUnreachable(transport.url, str(error)) from error
                retry_after_s = None
            else:
                if attempt >= most or not retrying.is_retried(reply.status):
                    return reply
                retry_after_s = reply.retry_after_s
            await self._ports.sleep(retrying.pause_s(attempt, retry_after_s))
            attempt += 1

    async def _send(self, transport: Transport, *request: Any) -> Reply:
        if not self._ports.is_async:
            return transport.send(*request)
        return await self._ports.wait(self._connection.threads.submit(transport.send, *request))


def request_of(operation: Operation, args: Mapping[str, Any]) -> tuple[str, dict[str, str], bytes | None]:
    """Path, query and body of the request that stands for a call of `operation`."""
    path = operation.path
    for name in operation.path_names:
        path = path.replace(f"{{{name}}}", quote(str(args[name]), safe=""))
    query: dict[str, str] = {}
    for name in operation.query:
        value = args.get(name.replace("-", "_"))
        if value is not None:
            query[name] = str(value).lower() if isinstance(value, bool) else str(value)
    body = args.get("body")
    if body is None and (operation.body is None or operation.reads):
        return path, query, None
    return path, query, orjson.dumps(body)


def _after_fork_in_child() -> None:
    global _opening
    _opening = threading.Lock()
    for connection in list(_connections):
        connection.reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
