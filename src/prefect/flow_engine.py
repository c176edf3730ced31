"""Running a flow from outside of its own call: as a new run, or as one that exists."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Generator, Iterable, Iterator, Mapping
from logging import Logger
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._base.state import StateType
from prefect._engine import flow as engine
from prefect._engine import flow_generator, names, rerun
from prefect._engine.crossing import unpacked
from prefect._engine.flow import FlowRunTimeoutError
from prefect._engine.persist.txn_facts import hook_name as get_hook_name
from prefect._wire.operation import named

if TYPE_CHECKING:
    from prefect._wire.flow_runs import FlowRun
    from prefect.flows import Flow

execution: Any = lazy.module("prefect._code.execution")
again: Any = lazy.module("prefect._code.again")
choose: Any = lazy.module("prefect._link.choose")
wire_flow_runs: Any = lazy.module("prefect._wire.flow_runs")

__all__ = [
    "FlowRunTimeoutError",
    "get_hook_name",
    "is_suspended_flow_run_state",
    "load_flow",
    "load_flow_and_flow_run",
    "load_flow_run",
    "resolve_custom_flow_run_name",
    "run_flow",
    "run_flow_async",
    "run_flow_sync",
    "run_generator_flow_async",
    "run_generator_flow_sync",
]

Json = dict[str, Any]


def load_flow_run(flow_run_id: UUID) -> FlowRun:
    """The flow run of this id, as the API tells it."""
    return wire_flow_runs.FlowRun.model_validate(_read(flow_run_id))


def load_flow(flow_run: FlowRun) -> Flow[..., Any]:
    """The flow of a run, from where its record says it is; raises `MissingFlowError` if that is not known."""
    data = flow_run.model_dump(mode="json")
    if flow_run.deployment_id is None:
        return again.load(data)
    deployment = drive(choose.blocking().call(named("deployments.read"), id=str(flow_run.deployment_id)))
    return execution.load(data, deployment)


def load_flow_and_flow_run(flow_run_id: UUID) -> tuple[FlowRun, Flow[..., Any]]:
    """Both at once."""
    flow_run = load_flow_run(flow_run_id)
    return flow_run, load_flow(flow_run)


def _read(flow_run_id: UUID) -> Json:
    return drive(choose.blocking().call(named("flow_runs.read"), id=str(flow_run_id)))


def is_suspended_flow_run_state(state: Any) -> bool:
    """Whether a run in this state waits without a process, to be scheduled when it is resumed."""
    return state is not None and state.type is StateType.PAUSED and bool(state.state_details.pause_reschedule)


def resolve_custom_flow_run_name(flow: Flow[..., Any], parameters: dict[str, Any]) -> str:
    """The name that the flow gives a run with these parameters; raises what its template raises."""
    return names.flow_run_name(flow, parameters)


def _of_run(flow_run: Any, parameters: Mapping[str, Any] | None) -> tuple[Json | None, Mapping[str, Any]]:
    """The record of the run that is executed, None for a new one, and the parameters to call with."""
    if flow_run is None:
        return None, parameters or {}
    data: Json = flow_run.model_dump(mode="json")
    return data, rerun.parameters_of(data) if parameters is None else parameters


def run_flow_sync(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a blocking flow with all its parameters given; its result or state.

    The run is `flow_run`, with its own parameters if none are given, or a new one. `context` is what
    `prefect.context.serialize_context` packed.
    """
    existing, bound = _of_run(flow_run, parameters)
    with unpacked(context):
        run = engine.run_flow(flow, bound, BLOCKING, wait_for, return_type == "state", existing)
        return drive(run)


async def run_flow_async(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """Run an async flow with all its parameters given; see :func:`run_flow_sync`."""
    existing, bound = _of_run(flow_run, parameters)
    with unpacked(context):
        return await engine.run_flow(flow, bound, AWAITING, wait_for, return_type == "state", existing)


def run_generator_flow_sync(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    context: dict[str, Any] | None = None,
) -> Iterator[Any]:
    """The items of a blocking generator flow; see :func:`run_flow_sync`."""
    existing, bound = _of_run(flow_run, parameters)
    with unpacked(context):
        return flow_generator.iterate_flow(flow, bound, wait_for, return_type == "state", existing)


def run_generator_flow_async(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """The items of an async generator flow; see :func:`run_flow_sync`."""
    existing, bound = _of_run(flow_run, parameters)
    with unpacked(context):
        return flow_generator.iterate_flow(flow, bound, wait_for, return_type == "state", existing)


def run_flow(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    error_logger: Logger | None = None,
    context: dict[str, Any] | None = None,
) -> Any | Coroutine[Any, Any, Any]:
    """Run a flow as its function demands: its result or state, a coroutine of it, or a generator's items.

    What a blocking flow raises is logged to `error_logger`, too. See :func:`run_flow_sync`.
    """
    given: Json = {
        "flow_run": flow_run,
        "parameters": parameters,
        "wait_for": wait_for,
        "return_type": return_type,
        "context": context,
    }
    if flow.isgenerator:
        return (run_generator_flow_async if flow.isasync else run_generator_flow_sync)(flow, **given)
    if flow.isasync:
        return run_flow_async(flow, **given)
    with _logging(error_logger):
        return run_flow_sync(flow, **given)


@contextlib.contextmanager
def _logging(logger: Logger | None) -> Generator[None]:
    try:
        yield
    except (Exception, asyncio.CancelledError):
        if logger is not None:
            logger.exception("The flow run ended with an exception")
        raise
