"""Getting runs to start: pushed by a server of ours or the embedded store, polled from any other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from prefect._base import clock, lazy, owner
from prefect._base.drive import drive
from prefect._base.errors import NotFound, OperationError
from prefect._base.ports import AWAITING
from prefect._wire.operation import Operation, named
from prefect.logging.loggers import get_logger
from prefect.settings import active

choose: Any = lazy.module("prefect._link.choose")
waiting: Any = lazy.module("prefect._link.waiting")

logger = get_logger("runner")

Json = dict[str, Any]
T = TypeVar("T")

LONG_POLL_S = 25.0
# what makes a run due that was not: the log is waited for these
NEWS = (
    "prefect.flow-run.Scheduled",
    "prefect.flow-run.AwaitingRetry",
    "prefect.flow-run.Resuming",
    "prefect.flow-run.Late",
    "prefect.flow-run.AwaitingConcurrencySlot",
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that belongs to this process, with what is known of it."""

    run: Json
    attempt: int | None = None
    flow: Json | None = None
    deployment: Json | None = None

    @property
    def id(self) -> str:
        return self.run["id"]


class Source(Protocol):
    """Where runs come from."""

    async def next(self, room: int) -> list[Claimed]:
        """Up to `room` runs to start now; waits for the first, but returns now and then without any."""
        ...


class Unclaimable(Exception):
    """The server does not hand out claims."""


@dataclass(slots=True)
class Claims:
    """Runs claimed by one operation, which waits for the first of them.

    `path` are the names of the operation's path, `body` says which runs.
    """

    operation: Operation
    path: Mapping[str, Any]
    body: Callable[[], Json]
    query_s: float
    _due_us: int | None = None
    _looked: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    async def next(self, room: int) -> list[Claimed]:
        """See `Source.next`. Raises `Unclaimable`."""
        over_http = bool(active()["api.url"])
        link = choose.awaiting()
        position = 0 if over_http else await link.position()
        body = {**self.body(), "limit": min(room, 200)}
        try:
            if over_http:
                body["wait_s"] = LONG_POLL_S
                answer = await _in_daemon(lambda: self._asked(body))
            else:
                answer = await link.call(self.operation, body=_checked(self.operation, body), **self.path)
        except OperationError as refused:
            if refused.status in (404, 405):
                raise Unclaimable(str(refused)) from refused
            raise
        runs = [claimed(each) for each in answer["runs"]]
        if not runs and not over_http:
            await self._news(link, position, answer.get("next_due"))
        return runs

    def _asked(self, body: Json) -> Json:
        """In a thread of its own: the answer of a server, given back if nobody waits for it any more."""
        link = choose.blocking()
        answer: Json = drive(link.call(self.operation, body=body, **self.path))
        if self.stopped.is_set() and answer["runs"]:
            drive(release(link, [each["flow_run"]["id"] for each in answer["runs"]]))
            return {"runs": []}
        return answer

    async def _news(self, link: Any, position: int, next_due: str | None) -> None:
        wait_s = self.query_s
        if next_due:
            wait_s = min(wait_s, (clock.from_iso(next_due) - clock.system.now_us()) / 1e6)
        await waiting.wait_for_change(link, AWAITING, NEWS, max(wait_s, 0.01), after=position)


def _checked(operation: Operation, body: Json) -> Json:
    """The embedded operations expect bodies as a server hands them on: with what was left out."""
    from prefect._wire.operation import resolve

    assert operation.body is not None
    return resolve(operation.body).model_validate(body).model_dump(mode="json")


def claimed(told: Json) -> Claimed:
    """A run that a server has handed to this process."""
    owner.attempts[told["flow_run"]["id"]] = told["attempt"]
    return Claimed(told["flow_run"], told["attempt"], told.get("flow"), told.get("deployment"))


async def release(link: Any, run_ids: list[str]) -> None:
    """Give back runs that were claimed and not started; what cannot be given back lapses by itself."""
    if not run_ids:
        return
    operation = named("claims.release")
    try:
        await link.call(operation, body=_checked(operation, {"flow_run_ids": run_ids}))
    except OperationError as refused:
        if refused.status not in (404, 405):
            raise
        for run_id in run_ids:
            body = {"state": {"type": "SCHEDULED", "name": "Scheduled"}, "force": True}
            await link.call(named("flow_runs.set_state"), id=run_id, body=body)
    for run_id in run_ids:
        owner.attempts.pop(run_id, None)


@dataclass(slots=True)
class Polls:
    """Runs looked for every so often and taken one by one, when they are due: any server knows how."""

    look: Callable[[str], Any]
    """Lists runs that are due before an instant: an awaitable of their records."""
    query_s: float
    skip: Callable[[str], bool]
    """Whether a run is being started here already."""
    waits: bool = True
    """Whether to wait until something may be due; not where one look is all that is asked for."""
    _known: dict[str, Json] = field(default_factory=dict[str, Json])
    _looked_us: int | None = None

    async def next(self, room: int) -> list[Claimed]:
        """See `Source.next`."""
        now_us = clock.system.now_us()
        if self._looked_us is None or now_us - self._looked_us >= self.query_s * 1e6:
            before = clock.to_iso(now_us + round(self.query_s * 1e6))
            found = await self.look(before)
            self._looked_us = now_us
            self._known = {run["id"]: run for run in found if not self.skip(run["id"])}
        taken: list[Claimed] = []
        for run in sorted(self._known.values(), key=_due_us):
            if len(taken) >= room or _due_us(run) > clock.system.now_us():
                break
            del self._known[run["id"]]
            claimed = await take(run)
            if claimed is not None:
                taken.append(claimed)
        if not taken and self.waits:
            await asyncio.sleep(self._pause_s())
        return taken

    def _pause_s(self) -> float:
        assert self._looked_us is not None
        now_us = clock.system.now_us()
        instants = [self._looked_us + round(self.query_s * 1e6), *map(_due_us, self._known.values())]
        return max(0.0, (min(instants) - now_us) / 1e6)


def _due_us(run: Mapping[str, Any]) -> int:
    at = run.get("next_scheduled_start_time") or run.get("expected_start_time")
    return clock.from_iso(at) if at else 0


async def take(run: Json) -> Claimed | None:
    """Make a run Pending, which makes it ours; None when it is somebody else's or may not start."""
    body = {"state": {"type": "PENDING", "name": "Pending"}}
    try:
        answer = await choose.awaiting().call(named("flow_runs.set_state"), id=run["id"], body=body)
    except NotFound:
        return None
    state = answer.get("state")
    if answer["status"] != "ACCEPT" or state is None or state["type"] != "PENDING":
        logger.debug("Flow run %r is not started here: %s", run.get("name"), answer.get("details"))
        return None
    attempt = answer.get("attempt")
    if attempt is not None:
        owner.attempts[run["id"]] = attempt
    return Claimed(run, attempt)


async def _in_daemon(function: Callable[[], T]) -> T:
    """Call a function that waits long in a thread that keeps no process from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(method: Callable[[Any], None], value: Any) -> None:
        if not future.done():
            method(value)

    def work() -> None:
        try:
            value = function()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            call, what = future.set_exception, error
        else:
            call, what = future.set_result, value
        try:
            loop.call_soon_threadsafe(tell, call, what)
        except RuntimeError:  # the loop has ended meanwhile
            pass

    threading.Thread(target=work, name="prefect-claims", daemon=True).start()
    return await future
