"""What code outside of the engine asks of it: upstream runs of a value, results for futures, state proposals.

Task runners and workers of other packages reach these as `prefect.utilities.engine`.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from prefect._base import lazy
from prefect._base.shapes import type_of
from prefect._base.state import StateType
from prefect._engine import inputs, result, scope
from prefect._engine.future import PrefectFuture
from prefect._engine.links import LOOK_INTO_AT_MOST, NO_LINKS, SCALARS, Links
from prefect.exceptions import Abort, Pause
from prefect.settings import active
from prefect.utilities.annotations import allow_failure, quote
from prefect.utilities.collections import StopVisiting, visit_collection

if TYPE_CHECKING:
    import asyncio

    from prefect._wire.states import OrchestrationResult, RunType, State
    from prefect._wire.task_runs import FlowRunResult, TaskRunResult
    from prefect.client.orchestration import PrefectClient, SyncPrefectClient
    from prefect.flows import Flow
    from prefect.tasks import Task
else:
    asyncio = lazy.module("asyncio")

wire_states: Any = lazy.module("prefect._wire.states")
wire_task_runs: Any = lazy.module("prefect._wire.task_runs")
lookup: Any = lazy.module("prefect._engine.lookup")

UNTRACKABLE_TYPES: set[type] = {bool, type(None), type(...), type(NotImplemented)}
"""Types whose values are the same object everywhere, so that it does not tell which run one came from."""


# ------------------------------------------------------------------ upstream runs


def collect_task_run_inputs_sync(
    expr: Any, future_cls: Any = PrefectFuture, max_depth: int = -1
) -> set[TaskRunResult | FlowRunResult]:
    """The runs that `expr` came from: of its futures, states and tracked results, at any depth.

    :param future_cls: the class of futures to look for; they have a ``task_run_id``
    :param max_depth: how many levels to go down, a negative number for all
    """
    found: set[TaskRunResult | FlowRunResult] = set()
    context = scope.flow_scope.get()
    links = context.run_results if context is not None else NO_LINKS

    def visit(item: Any, context: dict[str, Any]) -> Any:
        if isinstance(context.get("annotation"), quote):
            raise StopVisiting
        origin = _origin(item, future_cls, links)
        if origin is not None:
            found.add(origin)
        if type_of(item) in (list, tuple, set, dict) and _plain(item, links):
            raise StopVisiting
        return item

    if type(expr) not in SCALARS or links:
        visit_collection(expr, visit_fn=visit, return_data=False, max_depth=max_depth, context={})
    return found


async def collect_task_run_inputs(expr: Any, max_depth: int = -1) -> set[TaskRunResult | FlowRunResult]:
    """:func:`collect_task_run_inputs_sync` of `expr`; does not block."""
    return collect_task_run_inputs_sync(expr, max_depth=max_depth)


def _origin(item: Any, future_cls: Any, links: Links) -> TaskRunResult | FlowRunResult | None:
    if isinstance(item, future_cls):
        run_id: Any = getattr(item, "task_run_id", None)
        if run_id is not None:
            return wire_task_runs.TaskRunResult(id=run_id)
        return wire_task_runs.FlowRunResult(id=item.flow_run_id)
    if result.is_state(item):
        details = item.state_details
        if details.task_run_id is not None:
            return wire_task_runs.TaskRunResult(id=details.task_run_id)
        if details.flow_run_id is not None:
            return wire_task_runs.FlowRunResult(id=details.flow_run_id)
        return None
    origin = links.of(item)
    return wire_task_runs.TaskRunResult(id=UUID(origin)) if origin is not None else None


def _plain(items: Any, links: Links) -> bool:
    """Whether a collection holds scalars only, none of which a run is known to have made."""
    scalars = SCALARS.issuperset(map(type, items))
    if type(items) is dict:
        scalars = scalars and SCALARS.issuperset(map(type, cast("dict[Any, Any]", items).values()))
    return scalars and (not links or len(cast("Collection[Any]", items)) > LOOK_INTO_AT_MOST)


def get_state_for_result(obj: Any) -> tuple[State[Any], RunType] | None:
    """The state of the run that `obj` came from, and the kind of that run; None if it is not known."""
    context = scope.flow_scope.get()
    origin = context.run_results.of(obj) if context is not None else None
    if origin is None:
        return None
    state = wire_states.State(type=StateType.COMPLETED, state_details={"task_run_id": origin})
    return state, wire_states.RunType.TASK_RUN


def link_state_to_task_run_result(state: State[Any], result: Any) -> None:
    """Remember that `result` came from the task run of `state`, so that its users depend on that run."""
    context = scope.flow_scope.get()
    run_id = state.state_details.task_run_id
    if context is not None and run_id is not None:
        context.run_results.remember(result, str(run_id))


def link_state_to_flow_run_result(state: State[Any], result: Any) -> None:
    """Remember that `result` came from the flow run of `state`: from the task run that stands for it here."""
    link_state_to_task_run_result(state, result)


def link_state_to_result(state: State[Any], result: Any, run_type: RunType) -> None:
    """Remember which run `result` came from."""
    link_state_to_task_run_result(state, result)


# ------------------------------------------------------------------ inputs


def resolve_to_final_result(expr: Any, context: dict[str, Any]) -> Any:
    """A visitor for `visit_collection`: the result for a future or state, anything else as it is.

    Waits for futures. Raises `UpstreamTaskError` for a run that did not complete and is not under
    `allow_failure`; leaves alone what is under `quote`.
    """
    annotation = context.get("annotation")
    if isinstance(annotation, quote):
        raise StopVisiting
    if isinstance(expr, PrefectFuture):
        cast("PrefectFuture[Any]", expr).wait()
    elif not result.is_state(expr):
        return expr  # pyright: ignore[reportUnknownVariableType]
    found = cast("Any", expr)
    return inputs.resolved(allow_failure(found) if isinstance(annotation, allow_failure) else found)


def resolve_inputs_sync(
    parameters: dict[str, Any], return_data: bool = True, max_depth: int = -1
) -> dict[str, Any]:
    """`parameters` with futures and states replaced by their results; empty with ``return_data=False``.

    Raises as :func:`resolve_to_final_result` does.
    """
    resolved = {
        name: visit_collection(
            value,
            visit_fn=resolve_to_final_result,
            return_data=return_data,
            max_depth=max_depth,
            remove_annotations=True,
            context={},
        )
        for name, value in parameters.items()
    }
    return resolved if return_data else {}


async def resolve_inputs(
    parameters: dict[str, Any], return_data: bool = True, max_depth: int = -1
) -> dict[str, Any]:
    """:func:`resolve_inputs_sync` without blocking the event loop."""
    return await asyncio.to_thread(resolve_inputs_sync, parameters, return_data, max_depth)


# ------------------------------------------------------------------ proposals


async def propose_state(
    client: PrefectClient, state: State[Any], flow_run_id: UUID, force: bool = False
) -> State[Any]:
    """Propose a state of a flow run; the state that the run is in then, which may be another one.

    Waits as long as the API asks to. Raises `Abort` when the run must stop and `Pause` when it is paused.
    """
    while True:
        answer = await client.set_flow_run_state(flow_run_id, state, force=force)
        delay_s = _delay_s(answer)
        if delay_s is None:
            return _decided(answer, state)
        await asyncio.sleep(delay_s)


def propose_state_sync(
    client: SyncPrefectClient, state: State[Any], flow_run_id: UUID, force: bool = False
) -> State[Any]:
    """:func:`propose_state` for blocking code."""
    while True:
        answer = client.set_flow_run_state(flow_run_id, state, force=force)
        delay_s = _delay_s(answer)
        if delay_s is None:
            return _decided(answer, state)
        time.sleep(delay_s)


def _delay_s(answer: OrchestrationResult[Any]) -> float | None:
    return getattr(answer.details, "delay_seconds", None) if answer.status.value == "WAIT" else None


def _decided(answer: OrchestrationResult[Any], proposed: State[Any]) -> State[Any]:
    reason = getattr(answer.details, "reason", None)
    if answer.status.value == "ABORT":
        raise Abort(reason or "The run was told to stop.")
    stands = answer.state
    if stands is None:
        raise ValueError("The API answered a proposed state without telling the state that stands now.")
    if answer.status.value == "REJECT":
        if stands.type is StateType.PAUSED:
            raise Pause(reason or "The run is paused.", state=stands)
        return stands
    # the API never has the result itself, only where it was written
    return stands.model_copy(update={"data": proposed.data}) if proposed.data is not None else stands


# ------------------------------------------------------------------ smaller things


def should_log_prints(flow_or_task: Flow[..., Any] | Task[..., Any]) -> bool:
    """Whether prints are logged: the word of `flow_or_task`, else of the flow run, else of the settings."""
    if flow_or_task.log_prints is not None:
        return flow_or_task.log_prints
    context = scope.flow_scope.get()
    return context.log_prints if context is not None else bool(active()["logging.log_prints"])


def get_deadline(timeout: float | None) -> float | None:
    """The value of the monotonic clock `timeout` seconds from now; None for None."""
    return None if timeout is None else time.monotonic() + timeout


async def check_api_reachable(client: PrefectClient, fail_message: str) -> None:
    """Raise `RuntimeError`, beginning with `fail_message`, if the API does not answer."""
    error = await client.api_healthcheck()
    if error is not None:
        raise RuntimeError(f"{fail_message}. Failed to reach API at {client.api_url!s}.") from error
