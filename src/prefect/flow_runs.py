"""Pausing, suspending and resuming flow runs, and waiting for their end.

::

    @flow
    def release():
        build()
        if pause_flow_run(wait_for_input=bool, timeout=3600):
            publish()

    resume_flow_run(flow_run_id, run_input={"value": True})   # elsewhere

Called in async code, the functions return coroutines; their twins with an ``a`` in front always do.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar, overload
from uuid import UUID

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType
from prefect._engine import pausing, proposals, scope
from prefect._wire.operation import named
from prefect.context import FlowRunContext
from prefect.exceptions import FlowPauseTimeout, FlowRunWaitTimeout, NotPausedError, Pause
from prefect.logging.loggers import flow_run_logger, get_logger

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect._wire.flow_runs import FlowRun
    from prefect.client.orchestration import PrefectClient
    from prefect.flows import Flow

choose: Any = lazy.module("prefect._link.choose")
given: Any = lazy.module("prefect._link.given")
waiting: Any = lazy.module("prefect._link.waiting")
again: Any = lazy.module("prefect._code.again")
client_errors: Any = lazy.module("prefect.client.orchestration._errors")
models: Any = lazy.module("prefect.input._models")
wire_flow_runs: Any = lazy.module("prefect._wire.flow_runs")
wire_states: Any = lazy.module("prefect._wire.states")

T = TypeVar("T")

__all__ = [
    "apause_flow_run",
    "aresume_flow_run",
    "asuspend_flow_run",
    "aretry_flow_run",
    "pause_flow_run",
    "resume_flow_run",
    "retry_flow_run",
    "suspend_flow_run",
    "wait_for_flow_run",
]

_LOOK_S = 10.0


# ------------------------------------------------------------------ pausing


@overload
async def apause_flow_run(
    wait_for_input: None = None, timeout: int = 3600, poll_interval: int = 10, key: str | None = None
) -> None: ...
@overload
async def apause_flow_run(
    wait_for_input: type[T], timeout: int = 3600, poll_interval: int = 10, key: str | None = None
) -> T: ...
async def apause_flow_run(
    wait_for_input: type[T] | None = None,
    timeout: int = 3600,
    poll_interval: int = 10,
    key: str | None = None,
) -> T | None:
    """Pause the flow run at hand; see `pause_flow_run`."""
    return await _pause(choose.awaiting(), AWAITING, wait_for_input, timeout, poll_interval, key)


@async_dispatch(apause_flow_run)
def pause_flow_run(
    wait_for_input: type[T] | None = None,
    timeout: int = 3600,
    poll_interval: int = 10,
    key: str | None = None,
) -> Any:
    """Pause the flow run at hand until it is resumed: its process waits here, submitted tasks go on.

    With `wait_for_input` the run asks for something: a `RunInput`, a pydantic model or any type, such as
    `int`. The answer is returned; one that does not fit is refused, and the run stays paused. Otherwise None
    is returned.

    After `timeout` seconds the run fails and `FlowPauseTimeout` is raised. A run pauses once for each `key`
    (by default the number of the pause); when it comes by again, as after a restart, it goes on at once with
    the same answer. Where no news come, the run looks every `poll_interval` seconds whether it was resumed.

    Raises `RuntimeError` outside of flow runs. In async code it returns a coroutine.
    """
    return drive(_pause(choose.blocking(), BLOCKING, wait_for_input, timeout, poll_interval, key))


async def _pause(
    link: Link, ports: Ports, asks_for: Any, timeout_s: float, look_s: float, key: str | None
) -> Any:
    context = _context("paused")
    pause_key = key or _count(context)
    question = models.run_input_subclass_from_type(asks_for) if asks_for is not None else None
    keyset = models.keyset_from_base_key(f"paused-{pause_key}") if question is not None else None
    if question is not None:
        await question.ask(link, keyset, context.run.uuid)
    logger = flow_run_logger(context.run, context.flow)
    logger.info("Pausing the flow run; it goes on when it is resumed")
    await pausing.pause(
        context.run, pausing.Request(pause_key, timeout_s, keyset), link, ports, max(look_s, 0.05)
    )
    logger.info("Going on with the flow run")
    return None if question is None else await question.answered(link, keyset, context.run.uuid)


# ------------------------------------------------------------------ suspending


@overload
async def asuspend_flow_run(
    wait_for_input: None = None,
    flow_run_id: UUID | None = None,
    timeout: int | None = None,
    key: str | None = None,
) -> None: ...
@overload
async def asuspend_flow_run(
    wait_for_input: type[T],
    flow_run_id: UUID | None = None,
    timeout: int | None = None,
    key: str | None = None,
) -> T: ...
async def asuspend_flow_run(
    wait_for_input: type[T] | None = None,
    flow_run_id: UUID | None = None,
    timeout: int | None = None,
    key: str | None = None,
) -> T | None:
    """Suspend a flow run; see `suspend_flow_run`."""
    return await _suspend(choose.awaiting(), AWAITING, wait_for_input, flow_run_id, timeout, key)


@async_dispatch(asuspend_flow_run)
def suspend_flow_run(
    wait_for_input: type[T] | None = None,
    flow_run_id: UUID | None = None,
    timeout: int | None = None,
    key: str | None = None,
) -> Any:
    """Suspend the flow run at hand, or that of `flow_run_id`: its process ends, resuming schedules it again.

    The run then begins from the top. Results that were persisted are used again, and a suspension under the
    same `key` (by default its number) is passed by, with the answer to `wait_for_input`. Without `timeout`
    (seconds) the run can be resumed for ever.

    Raises `RuntimeError` for a run without a deployment, inside of a task, and, without `flow_run_id`,
    outside of flow runs. In async code it returns a coroutine.
    """
    return drive(_suspend(choose.blocking(), BLOCKING, wait_for_input, flow_run_id, timeout, key))


async def _suspend(
    link: Link,
    ports: Ports,
    asks_for: Any,
    flow_run_id: UUID | None,
    timeout_s: float | None,
    key: str | None,
) -> Any:
    context = scope.flow_scope.get()
    is_own = flow_run_id is None or (context is not None and context.run.id == str(flow_run_id))
    if is_own:
        context = _context("suspended")
        if scope.task_scope.get() is not None:
            raise RuntimeError("A task cannot suspend its flow run; suspend it in the flow.")
    run_id = context.run.id if is_own and context is not None else str(flow_run_id)
    suspend_key = key or (_count(context) if is_own and context is not None else run_id)
    question = models.run_input_subclass_from_type(asks_for) if asks_for is not None else None
    keyset = models.keyset_from_base_key(f"suspended-{suspend_key}") if question is not None else None
    if question is not None:
        await question.ask(link, keyset, UUID(run_id))
    wanted = pausing.Request(suspend_key, timeout_s, keyset, suspends=True)
    state = await pausing.request(run_id, wanted, link, ports)
    if state.type is not StateType.PAUSED:  # it was suspended here before
        return None if question is None else await question.answered(link, keyset, UUID(run_id))
    if not is_own or context is None:
        return None
    context.run.state = state
    flow_run_logger(context.run, context.flow).info(
        "Suspending the flow run; it is scheduled when it is resumed"
    )
    raise Pause("The flow run is suspended.", state=context.run.public_state())


def _context(verb: str) -> FlowRunContext:
    context = scope.flow_scope.get()
    if context is None:
        raise RuntimeError(
            f"A flow run can be {verb} only from within it; this is called outside of flow runs."
        )
    return context


def _count(context: FlowRunContext) -> str:
    """The number of this pause among those without a key in this attempt of the run, from 1."""
    pauses = context.observed_flow_pauses
    pauses["counter"] = pauses.get("counter", 0) + 1
    return str(pauses["counter"])


# ------------------------------------------------------------------ resuming


async def aresume_flow_run(flow_run_id: UUID, run_input: dict[str, Any] | None = None) -> None:
    """Let a paused or suspended flow run go on; see `resume_flow_run`."""
    await _resume(choose.awaiting(), flow_run_id, run_input)


@async_dispatch(aresume_flow_run)
def resume_flow_run(flow_run_id: UUID, run_input: dict[str, Any] | None = None) -> None:
    """Let a paused or suspended flow run go on, with the answer to what it asks for, if anything.

    For a run that asks for a value of a plain type the answer is ``{"value": ...}``. Raises `NotPausedError`
    if the run is not paused, `FlowPauseTimeout` if it is too late, `RuntimeError` if the answer does not fit
    (the run stays paused) and `ObjectNotFound`. In async code it returns a coroutine.
    """
    drive(_resume(choose.blocking(), flow_run_id, run_input))


async def _resume(link: Link, flow_run_id: UUID, run_input: dict[str, Any] | None) -> None:
    from pydantic_core import to_jsonable_python

    body = {} if run_input is None else {"run_input": to_jsonable_python(run_input)}
    try:
        answer = await link.call(named("flow_runs.resume"), id=str(flow_run_id), body=body)
    except OperationError as refused:
        raise client_errors.public(refused, "flow_runs.resume") from refused
    reason = answer["details"].get("reason")
    if answer["status"] == "ABORT":
        raise NotPausedError(reason)
    if answer["status"] == "REJECT":
        if answer["state"]["type"] == "FAILED":
            raise FlowPauseTimeout(f"The flow run cannot be resumed any more: {reason}")
        raise RuntimeError(f"The flow run cannot be resumed: {reason}")


# ------------------------------------------------------------------ running again


async def aretry_flow_run(
    flow_run_id: UUID | str, flow: Flow[..., Any] | str | None = None, return_state: bool = False
) -> Any:
    """Run a flow run that has ended again; see `retry_flow_run`."""
    return await again.arun_again(flow_run_id, flow, return_state)


@async_dispatch(aretry_flow_run)
def retry_flow_run(
    flow_run_id: UUID | str, flow: Flow[..., Any] | str | None = None, return_state: bool = False
) -> Any:
    """Run a flow run that has ended again, in this process, under its id and with its parameters.

    Tasks that completed before are not run again if their results were kept (``persist_result=True`` on the
    flow or on them) and neither their code nor their arguments have changed.

    `flow` is the flow, or its entrypoint (``path/to/file.py:function``); without it, it is loaded from where
    the record of the run says it was. Gives the result of the flow, or its final state with `return_state`,
    and raises what the flow raises.

    Raises `ObjectNotFound`, `ValueError` if the run has not ended or if one of its parameters cannot be had
    again, and `MissingFlowError` if the flow cannot be found. In async code it returns a coroutine.
    """
    return again.run_again(flow_run_id, flow, return_state)


# ------------------------------------------------------------------ waiting for the end


async def wait_for_flow_run(
    flow_run_id: UUID,
    timeout: int | None = 10800,
    poll_interval: int | None = None,
    client: PrefectClient | None = None,
    log_states: bool = False,
) -> FlowRun:
    """Wait for the end of a flow run; gives the run in its final state.

    Raises `FlowRunWaitTimeout` after `timeout` seconds (None: never) and `ObjectNotFound`. `log_states` logs
    each state that is seen. Where no news come, it looks every `poll_interval` seconds.
    """
    link: Link = given.awaiting(client)
    clock = AWAITING.clock
    until_s = None if timeout is None else clock.monotonic_s() + timeout
    seen: str | None = None
    while True:
        position = await link.position()
        try:
            data = await link.call(named("flow_runs.read"), id=str(flow_run_id))
        except OperationError as refused:
            raise client_errors.public(refused, "flow_runs.read") from refused
        state = None if data["state"] is None else proposals.from_wire(data["state"])
        if log_states and state is not None and state.id != seen:
            seen = state.id
            get_logger().info("Flow run %r is in state %r", data["name"], state.name)
        if state is not None and state.type in TERMINAL:
            return wire_flow_runs.FlowRun.model_validate(data)
        left_s = threading.TIMEOUT_MAX if until_s is None else until_s - clock.monotonic_s()
        if left_s <= 0:
            raise FlowRunWaitTimeout(f"Flow run {flow_run_id} did not end within {timeout} seconds.")
        look_s = _LOOK_S if poll_interval is None else poll_interval
        await waiting.wait_for_change(link, AWAITING, [str(flow_run_id)], min(left_s, look_s), after=position)
