"""Taking slots of concurrency limits, and giving them back, for blocking and for async callers.

Of those who wait in one process for the same limits only the first asks; the others stand in line behind it.
Where the store is at hand it asks again as soon as something happens to a full limit; at a server when the
server says so.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from prefect._base import ids, lazy
from prefect._base.errors import ApiUnreachable, Locked, OperationError
from prefect._base.ports import Ports
from prefect._link.waiting import wait_for_change
from prefect._wire.operation import JsonObject, named
from prefect.logging.loggers import get_logger
from prefect.settings import active

if TYPE_CHECKING:
    import asyncio

    from prefect._link.link import Link
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")

choose: Any = lazy.module("prefect._link.choose")
limits: Any = lazy.module("prefect._link.journal.limits")

Mode = Literal["concurrency", "rate_limit"]
# a process that dies tells nobody, so whoever waits looks for itself now and then
LOOK_S = 1.0
_SOON_S = 0.001
# for how long a server is asked to wait, with one request
PATIENCE_S = 2.0

# the names of the limits that the code at hand holds slots of
held_names: ContextVar[frozenset[str]] = ContextVar("prefect_held_limits", default=frozenset())


class ConcurrencySlotAcquisitionError(Exception):
    """The slots could not be taken, and waiting would not help."""

    __module__ = "prefect.concurrency.asyncio"


class AcquireConcurrencySlotTimeoutError(TimeoutError):
    """No slot became free in the time that was given."""

    __module__ = "prefect.concurrency.asyncio"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take: `slots` of each limit. `lease_s` None takes them without a lease.

    `timeout_s` and `max_retries` end the wait; None waits for as long as it takes.
    """

    names: tuple[str, ...]
    slots: int
    mode: Mode = "concurrency"
    timeout_s: float | None = None
    max_retries: int | None = None
    lease_s: float | None = None
    holder: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The limits that slots were taken of, as the API tells them, and the lease on those."""

    limits: Sequence[JsonObject]
    lease_id: str | None = None


def link_for(ports: Ports) -> Link:
    """The link of this process for callers of that kind."""
    return choose.awaiting() if ports.is_async else choose.blocking()


async def take(wanted: Wanted, ports: Ports) -> Taken:
    """Wait for the slots and take them.

    Raises `AcquireConcurrencySlotTimeoutError`, or `ConcurrencySlotAcquisitionError` for what can never be.
    """
    clock = ports.clock
    deadline_s = None if wanted.timeout_s is None else clock.monotonic_s() + wanted.timeout_s
    # who holds slots of a limit goes ahead of those who have none: it could be the one they wait for
    passes = not held_names.get().isdisjoint(wanted.names)
    line = None if passes else _Line(wanted.names)
    if line is not None:
        await line.enter(wanted, ports, deadline_s)
    try:
        return await _tried(wanted, ports, deadline_s, passes)
    except Locked as locked:
        raise ConcurrencySlotAcquisitionError(
            f"No slot of the concurrency limits {list(wanted.names)} became free: 423 Locked."
        ) from locked
    except OperationError as refused:
        raise ConcurrencySlotAcquisitionError(
            f"Unable to acquire concurrency slots on {list(wanted.names)}: {refused.message}"
        ) from refused
    finally:
        if line is not None:
            line.leave()


async def give_back(lease_id: str, ports: Ports) -> None:
    """End a lease; if that fails its slots are free when its time has come."""
    try:
        await link_for(ports).call(
            named("concurrency_limits.decrement_with_lease"), body={"lease_id": lease_id}
        )
    except OperationError as error:
        get_logger("concurrency").warning(
            "The slots under lease %s could not be given back, they are free when it ends: %s",
            lease_id,
            error.message,
        )


async def _tried(wanted: Wanted, ports: Ports, deadline_s: float | None, passes: bool) -> Taken:
    link = link_for(ports)
    ticket = ids.new_id()
    clock = ports.clock
    retries, retry_at_s = 0, float("-inf")
    waits = is_asked_to_wait = False
    patience_s = 0.0
    away_s: float | None = None
    try:
        while True:
            try:
                return await _asked(link, wanted, ticket, passes, patience_s)
            except ApiUnreachable as away:
                # a server that was there is waited for, as runs do
                away_s = clock.monotonic_s() if away_s is None else away_s
                left_s = away_s + limits.patience_s() - clock.monotonic_s()
                if not away.was_there or left_s <= 0:
                    raise
                if deadline_s is not None:
                    left_s = _left_s(wanted, deadline_s, clock.monotonic_s())
                await ports.sleep(min(left_s, LOOK_S))
            except Locked as locked:
                away_s = None
                waits = not passes
                now_s = clock.monotonic_s()
                # a try that was worth it because something happened is none of those that are counted
                if now_s >= retry_at_s:
                    if wanted.max_retries is not None and retries >= wanted.max_retries:
                        raise
                    retries += 1
                    retry_at_s = now_s + locked.retry_after_s
                pause_s = max(retry_at_s - now_s, _SOON_S)
                if deadline_s is not None:
                    pause_s = min(pause_s, _left_s(wanted, deadline_s, now_s))
                patience_s = 0.0
                if locked.waits_for:
                    look_s = min(pause_s, LOOK_S)
                    await wait_for_change(link, ports, locked.waits_for, look_s, after=locked.after)
                elif passes:  # without a place in the queue nobody can wait in our stead
                    await ports.sleep(min(pause_s, LOOK_S))
                elif locked.waited_s or not is_asked_to_wait:  # a server of ours waits for us
                    is_asked_to_wait, patience_s = True, min(pause_s, PATIENCE_S)
                else:
                    await ports.sleep(pause_s)
    except BaseException as error:
        # a place in a queue is given up; so are slots that were granted to somebody who waits no more
        if waits or not isinstance(error, OperationError):
            await _withdraw(link, ticket)
        raise


async def _asked(link: Link, wanted: Wanted, ticket: str, passes: bool, patience_s: float) -> Taken:
    body: JsonObject = {
        "names": list(wanted.names),
        "slots": wanted.slots,
        "mode": wanted.mode,
        "ticket": ticket,
    }
    if passes:
        body["passes"] = True
    if patience_s:
        body["wait_s"] = patience_s
    if wanted.lease_s is None:
        return Taken(await link.call(named("concurrency_limits.increment"), body=body))
    body["lease_duration"] = wanted.lease_s
    if wanted.holder is not None:
        body["holder"] = wanted.holder
    answer = await link.call(named("concurrency_limits.increment_with_lease"), body=body)
    return Taken(answer["limits"], answer["lease_id"])


async def _withdraw(link: Link, ticket: str) -> None:
    try:
        await link.call(named("concurrency_limits.withdraw"), body={"ticket": ticket})
    except OperationError:  # servers of other makes keep no queue; elsewhere the place is lost with time
        pass


def _left_s(wanted: Wanted, deadline_s: float, now_s: float) -> float:
    left_s = deadline_s - now_s
    if left_s <= 0:
        raise AcquireConcurrencySlotTimeoutError(
            f"No slot of the concurrency limits {list(wanted.names)} became free within"
            f" {wanted.timeout_s} second(s)."
        )
    return left_s


# -- the line inside this process ------------------------------------------------------------------------

_lines: dict[object, deque[Future[None]]] = {}
_lining_up = threading.Lock()


class _Line:
    """The line of this process for one set of limits: the first in it asks, the others wait."""

    __slots__ = ("_key",)

    def __init__(self, names: Collection[str]) -> None:
        values = active()
        self._key = (values["api.url"], values["home"], frozenset(names))

    async def enter(self, wanted: Wanted, ports: Ports, deadline_s: float | None) -> None:
        """Line up and wait until this is the first; raises `AcquireConcurrencySlotTimeoutError`."""
        with _lining_up:
            line = _lines.get(self._key)
            if line is None:
                _lines[self._key] = deque()
                return
            turn: Future[None] = Future()
            line.append(turn)
        try:
            if deadline_s is None:
                await ports.wait(turn)
                return
            left_s = max(deadline_s - ports.clock.monotonic_s(), 0.0)
            await _within(turn, left_s, ports)
        except BaseException as error:
            if not turn.cancel():  # it had its turn in this very moment
                self.leave()
            if isinstance(error, TimeoutError) and deadline_s is not None:
                _left_s(wanted, deadline_s, max(ports.clock.monotonic_s(), deadline_s))
            raise

    def leave(self) -> None:
        """Let the next one be the first."""
        with _lining_up:
            line = _lines[self._key]
            while line:
                turn = line.popleft()
                if turn.set_running_or_notify_cancel():
                    turn.set_result(None)
                    return
            del _lines[self._key]


async def _within(turn: Future[None], left_s: float, ports: Ports) -> None:
    if ports.is_async:
        await asyncio.wait_for(asyncio.wrap_future(turn), left_s)
    else:
        turn.result(left_s)


def _after_fork_in_child() -> None:
    """Those who stood in line did so in the parent."""
    global _lining_up
    _lining_up = threading.Lock()
    _lines.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
