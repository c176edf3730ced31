"""Runs of deployments, asked for from a program: `run_deployment`.

>>> run = run_deployment("etl/nightly", parameters={"day": "2026-06-01"})
>>> run.state.is_completed()
True
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import clock as clocks
from prefect._base import ids, lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType
from prefect._core.facts import Run
from prefect._engine import inputs, scope
from prefect._engine.flow import result_tags
from prefect._engine.run import LiveTaskRun, new_state
from prefect._wire.operation import named
from prefect.utilities.slugify import slugify

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

given: Any = lazy.module("prefect._link.given")
waiting: Any = lazy.module("prefect._link.waiting")
bodies: Any = lazy.module("prefect.client.orchestration._bodies")
client_errors: Any = lazy.module("prefect.client.orchestration._errors")
wire_flow_runs: Any = lazy.module("prefect._wire.flow_runs")

__all__ = ["arun_deployment", "run_deployment"]

Json = dict[str, Any]
_FINAL = frozenset(each.value for each in TERMINAL)


async def arun_deployment(
    name: str | UUID,
    client: PrefectClient | None = None,
    parameters: dict[str, Any] | None = None,
    scheduled_time: datetime | None = None,
    flow_run_name: str | None = None,
    timeout: float | None = None,
    poll_interval: float | None = 5,
    tags: Iterable[str] | None = None,
    idempotency_key: str | None = None,
    work_queue_name: str | None = None,
    as_subflow: bool | None = True,
    job_variables: dict[str, Any] | None = None,
) -> FlowRun:
    """Have a deployment run; see :func:`run_deployment`."""
    wanted = _wanted(scheduled_time, flow_run_name, tags, idempotency_key, work_queue_name, job_variables)
    link = given.awaiting(client)
    return await _run(link, AWAITING, name, parameters or {}, wanted, timeout, poll_interval, as_subflow)


@async_dispatch(arun_deployment)
def run_deployment(
    name: str | UUID,
    client: PrefectClient | None = None,
    parameters: dict[str, Any] | None = None,
    scheduled_time: datetime | None = None,
    flow_run_name: str | None = None,
    timeout: float | None = None,
    poll_interval: float | None = 5,
    tags: Iterable[str] | None = None,
    idempotency_key: str | None = None,
    work_queue_name: str | None = None,
    as_subflow: bool | None = True,
    job_variables: dict[str, Any] | None = None,
) -> Any:
    """Have a deployment run, and wait for the end of the run. A coroutine in async code.

    :param name: ``"flow/deployment"``, or the id of the deployment
    :param client: the client of the API that has the deployment; by default the one of the settings
    :param parameters: they go before those of the deployment
    :param scheduled_time: when it is to start; at once if that is past or not given
    :param timeout: seconds to wait; 0 to wait not at all, None to wait for however long it takes. A run that
        has not ended by then is returned as it is
    :param poll_interval: how often to look where no news come, in seconds
    :param tags: for the run, besides those of the deployment
    :param idempotency_key: a run that was made under the same key is returned instead of a new one
    :param work_queue_name: instead of the queue of the deployment
    :param as_subflow: whether the run belongs to the flow run that the caller is in
    :param job_variables: for the infrastructure of this run

    Returns the run, in its final state if it has ended; `run.state.result()` gives its result or raises its
    error. Raises `ObjectNotFound` if there is no such deployment, `ValueError` for a negative timeout and for
    what is no name, and `PrefectHTTPStatusError` for parameters or job variables that do not fit.
    """
    wanted = _wanted(scheduled_time, flow_run_name, tags, idempotency_key, work_queue_name, job_variables)
    link = given.blocking(client)
    return drive(_run(link, BLOCKING, name, parameters or {}, wanted, timeout, poll_interval, as_subflow))


def _wanted(
    scheduled_time: datetime | None,
    flow_run_name: str | None,
    tags: Iterable[str] | None,
    idempotency_key: str | None,
    work_queue_name: str | None,
    job_variables: Mapping[str, Any] | None,
) -> Json:
    """The body of the request, without the parameters."""
    details: Json = {}
    if scheduled_time is not None:
        at = scheduled_time if scheduled_time.tzinfo is not None else scheduled_time.astimezone()
        details["scheduled_time"] = clocks.to_iso(clocks.to_us(at))
    body: Json = {
        "state": {"type": "SCHEDULED", "name": "Scheduled", "state_details": details},
        "tags": None if tags is None else list(tags),
        "name": flow_run_name,
        "idempotency_key": idempotency_key,
        "work_queue_name": work_queue_name,
        "job_variables": None if job_variables is None else bodies.jsonable(job_variables),
    }
    return {key: value for key, value in body.items() if value is not None}


async def _run(
    link: Link,
    ports: Ports,
    name: str | UUID,
    parameters: Json,
    wanted: Json,
    timeout_s: float | None,
    look_s: float | None,
    as_subflow: bool | None,
) -> FlowRun:
    if timeout_s is not None and timeout_s < 0:
        raise ValueError("`timeout` cannot be negative; give 0 to wait not at all, None to wait forever.")
    deployment = await _deployment(link, name)
    if inputs.anything_to_resolve():
        await inputs.wait_for_futures(inputs.futures_in(parameters), ports)
    tracked = parameters
    parameters = {key: inputs.resolved(value) for key, value in parameters.items()}
    body = {**wanted, "parameters": bodies.jsonable(parameters)}
    tracking = _tracking_run(link, deployment, tracked) if as_subflow else None
    if tracking is not None:
        body["parent_task_run_id"] = tracking.id
    try:
        run: Json = await link.call(named("deployments.create_flow_run"), id=deployment["id"], body=body)
    except OperationError as refused:
        if tracking is not None:
            tracking.enter(new_state(StateType.FAILED, None, f"The run was refused: {refused}"))
        raise _refusal(refused, "deployments.create_flow_run") from refused
    if timeout_s != 0:
        run = await _ended(link, ports, run, timeout_s, 5.0 if look_s is None else max(look_s, 0.05))
    return wire_flow_runs.FlowRun.model_validate(run)


async def _deployment(link: Link, name: str | UUID) -> Json:
    operation, words = "deployments.read", {"id": str(name)}
    if not isinstance(name, UUID) and not _is_id(name):
        flow_name, slash, deployment_name = name.partition("/")
        if not (flow_name and slash and deployment_name):
            raise ValueError(f"{name!r} names no deployment; write it as 'flow/deployment', or give its id.")
        operation = "deployments.read_by_name"
        words = {"flow_name": flow_name, "deployment_name": deployment_name}
    try:
        return await link.call(named(operation), **words)
    except OperationError as refused:
        raise _refusal(refused, operation) from refused


def _refusal(refused: OperationError, operation: str) -> Exception:
    """What is not there is `ObjectNotFound`; a conflict is one of the request, and nothing exists already."""
    answer = client_errors.public if refused.status == 404 else client_errors.status_error
    return answer(refused, operation)


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _tracking_run(link: Link, deployment: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    """The task run that stands for the new run in the flow run of the caller; None outside of flow runs."""
    parent = scope.flow_scope.get()
    if parent is None:
        return None
    within = scope.task_scope.get()
    key = f"{__name__}.run_deployment.{slugify(deployment['name'])}"
    is_inside = within is not None and within.run.flow_run_id == parent.run.id
    dynamic_key = ids.new_id()
    if not is_inside:
        count = parent.task_counters.get(key, 0)
        parent.task_counters[key] = count + 1
        dynamic_key = str(count)
    run = LiveTaskRun(
        Run("task", ids.new_id(), flow_run_id=parent.run.id, flow_run_run_count=parent.run.run_count),
        f"{deployment['name']}-{dynamic_key}",
        key,
        dynamic_key,
        link,
        tags_json=result_tags(sorted(scope.tag_scope.get())),
        inputs_json=inputs.upstream_json(
            parameters, None, parent.run_results, (within.run.id,) if within is not None else ()
        ),
    )
    run.enter(new_state(StateType.PENDING))
    return run


async def _ended(link: Link, ports: Ports, run: Json, timeout_s: float | None, look_s: float) -> Json:
    """The run once it has ended, or as it is when the time is over."""
    until_s = None if timeout_s is None else ports.clock.monotonic_s() + timeout_s
    while True:
        position = await link.position()
        run = await link.call(named("flow_runs.read"), id=run["id"])
        left_s = threading.TIMEOUT_MAX if until_s is None else until_s - ports.clock.monotonic_s()
        if run["state_type"] in _FINAL or left_s <= 0:
            return run
        await waiting.wait_for_change(link, ports, [run["id"]], min(left_s, look_s), after=position)
