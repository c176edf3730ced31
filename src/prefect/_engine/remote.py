"""Futures of runs that go on elsewhere: their ends are heard of, and then read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.errors import NotFound
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.state import TERMINAL
from prefect._engine.future import PrefectFuture, PrefectTaskRunFuture, call_back
from prefect._engine.pool import wait_helping
from prefect._engine.result import result_of
from prefect._wire.operation import named

if TYPE_CHECKING:
    from prefect._wire.states import State

R = TypeVar("R")

choose: Any = lazy.module("prefect._link.choose")
loopthread: Any = lazy.module("prefect._base.loopthread")
waiting: Any = lazy.module("prefect._link.waiting")
wire_states: Any = lazy.module("prefect._wire.states")

# how long nobody looks while nothing is heard, and how soon again when something was that cannot be read yet
LOOK_S, _SOON_S, _SOON_TRIES = 10.0, 0.05, 40


@cache
def _callers() -> Any:
    """The event loop on which ends are waited for that somebody wants to be called about."""
    return loopthread.LoopThread("prefect-futures")


def is_over(state: State[Any]) -> bool:
    """Whether nothing more will become of the run: it has ended, or can never begin."""
    return state.type in TERMINAL or state.name == "NotReady"


async def read_state(operation: str, id: str, ports: Ports) -> State[Any]:
    """The state of a run; Pending while the API does not know the run or it has none."""
    link = choose.awaiting() if ports.is_async else choose.blocking()
    try:
        state = (await link.call(named(operation), id=id))["state"]
    except NotFound:
        state = None
    if state is None:
        return wire_states.State(type="PENDING", name="Pending")
    return wire_states.State.model_validate(state)


async def wait_for_end(operation: str, id: str, ports: Ports, timeout_s: float | None) -> State[Any] | None:
    """The state in which a run ends, once it does; None if it has not after `timeout_s` seconds."""
    link = choose.awaiting() if ports.is_async else choose.blocking()
    clock = ports.clock
    until_s = None if timeout_s is None else clock.monotonic_s() + timeout_s
    soon = 0
    while True:
        position = await link.position()
        state = await read_state(operation, id, ports)
        if is_over(state):
            return state
        left_s = LOOK_S if until_s is None else until_s - clock.monotonic_s()
        if left_s <= 0:
            return None
        if soon:  # a server may tell of an end a moment before it shows it
            soon -= 1
            left_s = min(left_s, _SOON_S)
        if await waiting.wait_for_change(link, ports, [id], min(left_s, LOOK_S), after=position):
            soon = _SOON_TRIES


class _RemoteFuture(PrefectFuture[R]):
    """What futures of runs elsewhere share; `_operation` reads the run."""

    _operation = ""
    _kind = "Run"
    _final_state: State[Any] | None

    def _id(self) -> str:
        raise NotImplementedError

    @property
    def state(self) -> State[Any]:
        """The state of the run as the API knows it; Pending while it knows none."""
        if self._final_state is not None:
            return self._final_state
        return self._note(drive(read_state(self._operation, self._id(), BLOCKING)))

    def _note(self, state: State[Any]) -> State[Any]:
        if is_over(state):
            self._final_state = state
        return state

    async def _end(self, ports: Ports, timeout: float | None) -> bool:
        if self._final_state is None:
            self._final_state = await wait_for_end(self._operation, self._id(), ports, timeout)
        return self._final_state is not None

    def _ended(self, timeout: float | None) -> State[Any]:
        if self._final_state is None:
            raise TimeoutError(f"{self._kind} {self._id()} did not complete within {timeout} seconds")
        return self._final_state

    def wait(self, timeout: float | None = None) -> None:
        wait_helping(None, lambda: drive(self._end(BLOCKING, timeout)))

    async def wait_async(self, timeout: float | None = None) -> None:
        """:meth:`wait` without blocking the event loop."""
        await self._end(AWAITING, timeout)

    async def await_(self, timeout: float | None = None) -> None:
        await self._end(AWAITING, timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        self.wait(timeout)
        return drive(result_of(self._ended(timeout), BLOCKING, raise_on_failure))

    async def aresult(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        await self._end(AWAITING, timeout)
        return await result_of(self._ended(timeout), AWAITING, raise_on_failure)

    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        if self._final_state is not None:
            call_back(fn, self)
            return

        async def later() -> None:
            await self._end(AWAITING, None)
            # it may wait for something itself, and others are to be called meanwhile
            threading.Thread(target=call_back, args=(fn, self), daemon=True).start()

        _callers().submit(later())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._id() == self._id()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue, reportUnknownMemberType]

    def __hash__(self) -> int:
        return hash(self._id())


class PrefectDistributedFuture(_RemoteFuture[R], PrefectTaskRunFuture[R]):
    """The future of a task run that a task worker executes.

    It can be pickled, and waited for in another process by its id: ``PrefectDistributedFuture(task_run_id)``.
    """

    _operation = "task_runs.read"
    _kind = "Task run"

    def _id(self) -> str:
        return str(self._task_run_id)

    async def result_async(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """:meth:`result` without blocking the event loop."""
        return await self.aresult(timeout, raise_on_failure)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._task_run_id,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._id()})"


class PrefectFlowRunFuture(_RemoteFuture[R]):
    """The future of a flow run that goes on elsewhere."""

    _operation = "flow_runs.read"
    _kind = "Flow run"

    def __init__(self, flow_run_id: UUID) -> None:
        super().__init__()
        self._flow_run_id = flow_run_id
        self._final_state = None

    @property
    def flow_run_id(self) -> UUID:
        return self._flow_run_id

    def _id(self) -> str:
        return str(self._flow_run_id)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._flow_run_id,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._id()})"
