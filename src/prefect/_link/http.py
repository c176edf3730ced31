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

from prefect._base import jsontext, lazy, owner
from prefect._base.errors import ApiUnreachable
from prefect._base.ports import Ports
from prefect._base.records import LogLine, TaskTransition
from prefect._base.state import TERMINAL
from prefect._link import ids_refused, proposals, retrying
from prefect._link.journal import folder, limits
from prefect._link.journal.folder import Folder
from prefect._link.journal.heirs import Heir
from prefect._link.lane import Lane
from prefect._link.leases import Leases
from prefect._link.link import Record
from prefect._link.proposals import Proposals
from prefect._link.refusals import refusal
from prefect._link.reply import Reply, Unanswered
from prefect._link.retrying import Tries
from prefect._link.told import Transitions, log_line
from prefect._link.transport import NO_OPTIONS, Options, Transport
from prefect._wire.operation import Operation

hearing: Any = lazy.module("prefect._link.hearing")

EVENTS, LOGS = "/events", "/logs/"
# requests of event loops that may be under way at once; each waits in a thread of its own
THREADS = 16
# of what else than runs a server does not tell: who waits looks for itself every so many seconds
LOOK_S = 1.0
_STATES = frozenset({"flow_runs.set_state", "task_runs.set_state"})
_FINAL = frozenset(type_.value for type_ in TERMINAL)
# operations that depend on nothing that was recorded before
_ALONE = frozenset({"results.keep", "results.read", "task_runs.defer"})
# what a running flow cannot go on without
_PATIENT = frozenset({"flows.create", "flow_runs.create", "flow_runs.set_state", "flow_runs.update"})
# how long the end of a run waits for a server that does not answer, before it is kept
END_PATIENCE_S = 2.0


class Records:
    """The lanes of one process to a server: all kinds of records, in memory and in its folder."""

    def __init__(self, transport: Transport, place: Folder) -> None:
        self.transitions: Lane[TaskTransition] = Lane(
            transport, EVENTS, Transitions().event, place.spool("events")
        )
        self.logs: Lane[LogLine] = Lane(transport, LOGS, log_line, place.spool("logs"))
        before = [self.transitions, self.logs]
        self.ends = Proposals(transport, before, place.spool("ends"))
        self.all: list[Lane[Any]] = [self.transitions, self.logs, self.ends]

    def deliver(self) -> int:
        """Send what another process left here; tells how many records. Raises `ApiUnreachable`."""
        count = sum(lane.adopt() for lane in self.all)
        for lane in self.all:
            lane.flush().result()
        return count

    def close(self, within_s: float | None = None) -> None:
        for lane in self.all:
            lane.close(within_s)


class Legacy(Records):
    """The lanes out of the folder that another process left, with a way of their own."""

    def __init__(self, transport: Transport, place: Folder) -> None:
        super().__init__(transport, place)
        self._transport = transport

    def close(self, within_s: float | None = None) -> None:
        super().close(within_s)
        self._transport.close()


class Connection:
    """What all links of this process to one server share."""

    def __init__(self, url: str, options: Options = NO_OPTIONS) -> None:
        self.url = url
        self._options = options
        self._begin()
        self._heir.look()
        _connections.add(self)

    def _begin(self) -> None:
        self.transport = Transport(self.url, self._options)
        self._folder = folder.mine(self.transport.url)
        self.records = Records(self.transport, self._folder)
        self.transitions, self.logs, self.ends = self.records.all
        self.leases = Leases(self.transport)
        self._hearing: Any = None
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="prefect-link")
        self._heir = Heir(self.transport.url, self._inherit)
        self.was_answered = False
        self.takes_ids = True

    def _inherit(self, place: Folder) -> Legacy:
        return Legacy(Transport(self.url, self._options, place.owner), place)

    def reset(self) -> None:
        """Begin anew, as in a forked child: connections, threads, queues and the journal are the parent's."""
        self._folder.abandon()
        self._begin()

    def close(self) -> None:
        """Send what was recorded, then close the connections."""
        self._heir.close()
        if self._hearing is not None:
            self._hearing.close()
        self.records.close()
        self._folder.close()
        self.threads.shutdown(wait=False)
        self.transport.close()

    @property
    def hearing(self) -> Any:
        """What tells of runs; made for the first who waits for one."""
        with _opening:
            if self._hearing is None:
                self._hearing = hearing.Hearing(self.transport.url)
            return self._hearing

    def position(self) -> int:
        """Up to where was heard of runs."""
        return 1 if self._hearing is None else self._hearing.position

    def record(self, item: Record) -> None:
        if isinstance(item, TaskTransition):
            self.transitions.put(item)
        else:
            self.logs.put(item)


_connections: weakref.WeakSet[Connection] = weakref.WeakSet()
_by_url: dict[tuple[str, Options], Connection] = {}
_opening = threading.Lock()


def link(url: str, ports: Ports, options: Options = NO_OPTIONS) -> HttpLink:
    """The link to the API at `url` for callers who wait by `ports`; `options` replace what settings say."""
    with _opening:
        connection = _by_url.get((url, options))
        if connection is None:
            connection = _by_url[url, options] = Connection(url, options)
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
        connection = self._connection
        if operation.name == "flow_runs.set_state" and connection.leases.ends(*_proposed(args)):
            return await self._end(operation, args)
        # what was recorded before is known to the server before it is asked for anything else
        if operation.name not in _ALONE:
            await self._flush(
                [connection.transitions, connection.ends, *self._logs_to_flush(operation, args)]
            )
        return await self._asked(operation, args, self._patience_s(operation))

    async def _asked(self, operation: Operation, args: Mapping[str, Any], patience_s: float | None) -> Any:
        connection = self._connection
        has_id = ids_refused.has_id(operation, args.get("body"))
        if has_id and not connection.takes_ids:
            args, has_id = {**args, "body": ids_refused.without_id(args["body"])}, False
        path, query, body = request_of(operation, args)
        attempt = owner.attempts.get(str(args.get("id"))) if owner.attempts else None
        reply = await self._sent(operation, path, query, body, patience_s, attempt)
        if has_id and ids_refused.refuses_id(reply):
            connection.takes_ids = False
            return await self._asked(operation, args, patience_s)
        if reply.status >= 300:
            raise refusal(reply.status, reply.body, reply.retry_after_s)
        if operation.answers_text:
            return reply.body.decode()
        value = jsontext.loads(reply.body) if reply.body else None
        connection.leases.notice(operation.name, args, value)
        return value

    async def _end(self, operation: Operation, args: Mapping[str, Any]) -> Any:
        """End a run of this process: nobody else decides on that, so it need not wait for a server."""
        connection = self._connection
        await self._flush([connection.transitions, connection.ends, connection.logs], kept_is_enough=True)
        if not any(lane.is_away for lane in connection.records.all):
            try:
                return await self._asked(operation, args, END_PATIENCE_S)
            except ApiUnreachable:
                pass
        proposal = proposals.end(str(args["id"]), args["body"])
        connection.ends.put(proposal)
        await self._flush([connection.ends], kept_is_enough=True)
        connection.leases.forget(proposal["run_id"])
        return proposals.accepted(proposal)

    def _patience_s(self, operation: Operation) -> float | None:
        """How long this process waits for a server that has answered before; None for a number of tries."""
        is_patient = operation.name in _PATIENT and self._connection.was_answered
        return limits.patience_s() if is_patient else None

    def record(self, item: Record, /) -> None:
        """See `Link.record`; the item is sent within some 20 ms, together with its neighbours."""
        self._connection.record(item)

    async def flush(self) -> None:
        """See `Link.flush`."""
        await self._flush(self._connection.records.all, kept_is_enough=True)

    async def position(self) -> int:
        return self._connection.position()

    async def follow(self, wanted: Collection[str], after: int, timeout_s: float, /) -> bool:
        """See `Link.follow`. Of runs the server tells; where it was it who waited, `after` is 0."""
        if after and hearing.are_runs(wanted):
            return await self._ports.wait(self._connection.hearing.follow(wanted, after, timeout_s))
        await self._ports.sleep(min(timeout_s, LOOK_S))
        return False

    async def _flush(self, lanes: list[Lane[Any]], kept_is_enough: bool = False) -> None:
        for done in [lane.flush(kept_is_enough) for lane in lanes if lane.pending]:
            await self._ports.wait(done)

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
        patience_s: float | None,
        attempt: int | None,
    ) -> Reply:
        """The first answer that asks for no other try, or the last that there was."""
        transport = self._connection.transport
        transport.use_current_settings()
        tries = Tries(transport.url, patience_s)
        while True:
            try:
                reply = await self._send(transport, operation.method, path, query, body, attempt)
            except Unanswered as error:
                pause_s = tries.pause_s(None)
                if pause_s is None:
                    was_there = self._connection.was_answered
                    raise ApiUnreachable(transport.url, str(error), was_there) from error
            else:
                pause_s = tries.pause_s(reply.retry_after_s) if retrying.is_retried(reply.status) else None
                if pause_s is None:
                    self._connection.was_answered = True
                    return reply
            await self._ports.sleep(pause_s)

    async def _send(self, transport: Transport, *request: Any) -> Reply:
        if not self._ports.is_async:
            return transport.send(*request)
        return await self._ports.wait(self._connection.threads.submit(transport.send, *request))


def _proposed(args: Mapping[str, Any]) -> tuple[str, str]:
    return str(args["id"]), args["body"]["state"]["type"]


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
    return path, query, jsontext.encoded(body)


def _after_fork_in_child() -> None:
    global _opening
    _opening = threading.Lock()
    for connection in list(_connections):
        connection.reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
