"""Processes of runs, from their start to what is to be said about their end.

A run whose process died is Crashed at once, with the reason. A run that is to be cancelled is asked, then
told, then killed, and is Cancelled in the end whatever its process does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect._base import lazy, owner
from prefect._base.errors import NotFound, OperationError
from prefect._base.ports import AWAITING
from prefect._base.state import TERMINAL, StateType
from prefect._engine import intent
from prefect._fleet import endings
from prefect._fleet.child import Child, NewChild, send, send_to_group
from prefect._fleet.warm.templates import NoTemplate, Templates, fits
from prefect._wire.operation import named
from prefect.exceptions import InfrastructureNotFound
from prefect.logging.loggers import get_logger

choose: Any = lazy.module("prefect._link.choose")
waiting: Any = lazy.module("prefect._link.waiting")
environment: Any = lazy.module("prefect._fleet.environment")

logger = get_logger("runner")

Json = dict[str, Any]
_FINAL = frozenset(type_.value for type_ in TERMINAL)
_TO_END = ("prefect.flow-run.Cancelling", "prefect.flow-run.Suspended", "prefect.flow-run.Cancelled")
LOOK_S = 10.0
SUSPENDS_ITSELF_S = 1.0
HOOKS_S = 60.0


@dataclass(frozen=True, slots=True)
class Grace:
    """How long each step of ending a run may take before the next: asked, told with its group, killed."""

    asked_s: float = 10.0
    told_s: float = 20.0
    killed_s: float = 5.0


@dataclass(slots=True, eq=False)
class Flight:
    """A run of which the process lives."""

    run: Json
    control: Path
    attempt: int | None = None
    child: Child | None = None
    meant: intent.Intent | None = None
    ending: asyncio.Task[None] | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        return self.run["id"]


class Supervisor:
    """Executes claimed runs, each in a process of its own."""

    def __init__(self, grace: Grace | None = None) -> None:
        self.grace = grace or Grace()
        self.templates = Templates()
        self.flights: dict[str, Flight] = {}
        self._controls: Path | None = None
        self._watching: asyncio.Task[None] | None = None
        self._began = asyncio.Event()

    async def execute(
        self,
        run: Json,
        attempt: int | None,
        *,
        directory: str | None = None,
        env: Mapping[str, str | None] | None = None,
        command: str | None = None,
        stream_output: bool = True,
        on_started: Callable[[int], Any] | None = None,
    ) -> int | None:
        """Execute `run`, which is claimed; the exit code of its process, once all is told about its end."""
        flight = Flight(run, self._control(run["id"]), attempt)
        self.flights[flight.id] = flight
        owner.attempts.pop(flight.id, None)  # what others here ask of the run, they ask from outside
        self._watch()
        try:
            changes = {**(env or {}), intent.VARIABLE: str(flight.control)}
            flight.child = await self._start(run["id"], attempt, directory, changes, command, stream_output)
            if on_started is not None:
                on_started(flight.child.pid)
            if flight.meant is not None:  # it was to end before it began
                self._end(flight, flight.meant)
            code = await flight.child.wait()
            flight.ended.set()
            await self._conclude(flight, code)
            return code
        finally:
            flight.ended.set()
            self.flights.pop(flight.id, None)
            flight.control.unlink(missing_ok=True)

    async def _start(
        self,
        run_id: str,
        attempt: int | None,
        directory: str | None,
        env: Mapping[str, str | None],
        command: str | None,
        stream_output: bool,
    ) -> Child:
        changes = {**environment.settings(), **env}
        if command is None and fits(changes):
            try:
                with _streams(stream_output) as streams:
                    return await self.templates.start(
                        run_id, attempt, directory=directory, env=changes, streams=streams
                    )
            except NoTemplate as error:
                logger.warning("%s Flow run %s starts in a new interpreter.", error, run_id)
        full = environment.complete(changes, run_id, attempt)
        words = shlex.split(command) if command else [sys.executable, "-m", "prefect.engine"]
        quiet = None if stream_output else asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *words,
            env=full,
            cwd=directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
        )
        return NewChild(process)

    def _control(self, run_id: str) -> Path:
        if self._controls is None:
            self._controls = Path(tempfile.mkdtemp(prefix="prefect-runs-"))
        return self._controls / run_id

    # -- the end of a process ---------------------------------------------------------------------------

    async def _conclude(self, flight: Flight, code: int | None) -> None:
        """Have the end of the process agree with the state of the run, and nothing of it left behind."""
        assert flight.child is not None
        if flight.meant is not None:
            send_to_group(flight.child.pid, signal.SIGKILL)  # what it started and did not take along
        try:
            state = await self._state(flight.id)
        except NotFound:
            return
        type_ = state["type"] if state else None
        if type_ in _FINAL or type_ == "SCHEDULED" or _is_suspended(state):
            return
        if type_ == "CANCELLING" or flight.meant == "cancel":
            await self._force(flight, StateType.CANCELLED, "Flow run was cancelled.")
            await self._hooks(flight, "cancellation")
        elif flight.meant == "suspend":
            return  # whoever let it end says what becomes of it
        elif flight.meant == "reschedule":
            await self._force(flight, StateType.SCHEDULED, "The process of the run was told to end.")
        else:
            why = endings.explained(code)
            logger.error("Flow run %r has crashed: %s", flight.run.get("name"), why)
            await self._force(flight, StateType.CRASHED, why)
            await self._hooks(flight, "crashed")

    async def _state(self, run_id: str) -> Json | None:
        run = await choose.awaiting().call(named("flow_runs.read"), id=run_id)
        return run.get("state")

    async def _force(self, flight: Flight, type_: StateType, message: str) -> None:
        await force(flight.id, type_, message, flight.attempt)

    async def _hooks(self, flight: Flight, kind: str) -> None:
        """Call hooks that the process could not call any more, in a process of their own."""
        env = dict(environment.settings())
        if not fits(env):
            return
        child: Child | None = None
        try:
            child = await self.templates.start(flight.id, None, env=env, hooks=kind)
            await asyncio.wait_for(child.wait(), HOOKS_S)
        except NoTemplate:
            logger.warning("The %s hooks of flow run %s could not be called.", kind, flight.id)
        except TimeoutError:
            logger.warning("The %s hooks of flow run %s take too long.", kind, flight.id)
            if child is not None:
                send_to_group(child.pid, signal.SIGKILL)

    # -- ending runs ------------------------------------------------------------------------------------

    async def cancel(self, run_id: str, meant: intent.Intent = "cancel") -> None:
        """End a run; returns when its process is gone."""
        flight = self.flights.get(run_id)
        if flight is not None:
            self._end(flight, meant)
            await flight.ended.wait()

    def end_soon(self, run_id: str, meant: intent.Intent) -> None:
        """Begin to end a run."""
        flight = self.flights.get(run_id)
        if flight is not None:
            self._end(flight, meant)

    async def end_all(self, meant: intent.Intent = "cancel") -> None:
        """End all runs; returns when all is told about their ends."""
        flights = list(self.flights.values())
        for flight in flights:
            self._end(flight, meant)
        while self.flights:
            await asyncio.wait([asyncio.ensure_future(each.ended.wait()) for each in self.flights.values()])
            await asyncio.sleep(0.005)  # the ends are written by those who wait for the processes

    def _end(self, flight: Flight, meant: intent.Intent) -> None:
        flight.meant = meant
        if flight.child is not None and flight.ending is None:
            flight.ending = asyncio.get_running_loop().create_task(self._ladder(flight, meant))

    async def _ladder(self, flight: Flight, meant: intent.Intent) -> None:
        child, grace = flight.child, self.grace
        assert child is not None
        if meant == "suspend" and await _ends(flight, SUSPENDS_ITSELF_S):
            return
        intent.write(flight.control, meant)
        send(child, signal.SIGTERM)
        if await _ends(flight, grace.asked_s):
            return
        logger.warning("Flow run %r does not end; its processes are told to.", flight.run.get("name"))
        send_to_group(child.pid, signal.SIGTERM)
        if await _ends(flight, grace.told_s):
            return
        logger.warning("Flow run %r does not end; its processes are killed.", flight.run.get("name"))
        send_to_group(child.pid, signal.SIGKILL)
        if not await _ends(flight, grace.killed_s):
            logger.error("Process %d of flow run %r cannot be killed.", child.pid, flight.run.get("name"))
            await self._force(flight, StateType.CANCELLED, "Flow run was cancelled; its process is stuck.")

    # -- being told that runs are to end ----------------------------------------------------------------

    def _watch(self) -> None:
        if self._watching is None or self._watching.done():
            self._watching = asyncio.get_running_loop().create_task(self._watched())

    async def _watched(self) -> None:
        while self.flights:
            try:
                link = choose.awaiting()
                position = await link.position()
                await self._look(link)
                await waiting.wait_for_change(link, AWAITING, _TO_END, LOOK_S, after=position)
            except (OperationError, OSError) as error:
                logger.warning("Whether runs are to be cancelled cannot be asked: %s", error)
                await asyncio.sleep(LOOK_S)

    async def _look(self, link: Any) -> None:
        ids = [flight.id for flight in self.flights.values() if flight.meant is None]
        for start in range(0, len(ids), 200):
            wanted: Json = {"id": {"any_": ids[start : start + 200]}}
            wanted["state"] = {"type": {"any_": ["CANCELLING", "CANCELLED", "PAUSED"]}}
            for run in await link.call(named("flow_runs.filter"), body={"flow_runs": wanted, "limit": 200}):
                flight = self.flights.get(run["id"])
                if flight is None or flight.meant is not None:
                    continue
                if run["state_type"] != "PAUSED":
                    self._end(flight, "cancel")
                elif _is_suspended(run.get("state")):
                    self._end(flight, "suspend")

    async def close(self) -> None:
        """Forget the template; no run may be under way."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        self.templates.close()
        if self._controls is not None:
            shutil.rmtree(self._controls, ignore_errors=True)


async def force(run_id: str, type_: StateType, message: str, attempt: int | None = None) -> None:
    """Put a run into a state whatever it is in, unless it is at another attempt by now."""
    state: Json = {"type": type_.value, "name": type_.value.capitalize(), "message": message}
    body = {"state": state, "force": True}
    if attempt is not None:
        owner.attempts[run_id] = attempt
    try:
        await choose.awaiting().call(named("flow_runs.set_state"), id=run_id, body=body)
    finally:
        owner.attempts.pop(run_id, None)


async def end_group(pid: int, grace_s: float) -> None:
    """End a process of nobody's here, with its group: told first, then killed.

    Raises `InfrastructureNotFound` if it is gone.
    """
    identity = owner.of(pid)
    if not owner.is_alive(identity):
        raise InfrastructureNotFound(f"There is no process {pid} any more.")
    send_to_group(pid, signal.SIGTERM)
    loop = asyncio.get_running_loop()
    until = loop.time() + grace_s
    while owner.is_alive(identity):
        if loop.time() >= until:
            send_to_group(pid, signal.SIGKILL)
            return
        await asyncio.sleep(0.05)


def _is_suspended(state: Mapping[str, Any] | None) -> bool:
    if state is None or state["type"] != "PAUSED":
        return False
    return bool((state.get("state_details") or {}).get("pause_reschedule"))


async def _ends(flight: Flight, within_s: float) -> bool:
    try:
        await asyncio.wait_for(flight.ended.wait(), within_s)
    except TimeoutError:
        return False
    return True


@contextlib.contextmanager
def _streams(shown: bool) -> Any:
    """Descriptors for output and errors; None for those of the template, which are ours."""
    if shown:
        yield None
        return
    descriptor = os.open(os.devnull, os.O_WRONLY)
    try:
        yield (descriptor, descriptor)
    finally:
        os.close(descriptor)
