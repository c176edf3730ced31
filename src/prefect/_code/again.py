"""Running a flow run again by its id: finished tasks whose results were kept are not run a second time."""

from __future__ import annotations

import os
from typing import Any, cast
from uuid import UUID

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType
from prefect._code.entrypoints import load_flow_from_entrypoint, split
from prefect._engine import flow as engine
from prefect._engine import flow_generator, rerun
from prefect._wire.operation import named
from prefect.exceptions import MissingFlowError
from prefect.flows import Flow

choose: Any = lazy.module("prefect._link.choose")
client_errors: Any = lazy.module("prefect.client.orchestration._errors")
asyncutils: Any = lazy.module("prefect.utilities.asyncutils")

Json = dict[str, Any]


def run_again(flow_run_id: UUID | str, flow: Flow[..., Any] | str | None, return_state: bool) -> Any:
    """The result (or state) of one more attempt of a run; for blocking callers, whatever the flow is."""
    data = drive(read_ended(flow_run_id, BLOCKING))
    found = flow if isinstance(flow, Flow) else load(data, flow)
    if found.isasync and not found.isgenerator:
        return asyncutils.run_coro_as_sync(_awaited(found, data, return_state))
    return _called(found, data, return_state)


async def arun_again(flow_run_id: UUID | str, flow: Flow[..., Any] | str | None, return_state: bool) -> Any:
    """:func:`run_again` for async callers; a blocking flow makes their loop wait, as a call of it does."""
    data = await read_ended(flow_run_id, AWAITING)
    found = flow if isinstance(flow, Flow) else load(data, flow)
    if found.isasync and not found.isgenerator:
        return await _awaited(found, data, return_state)
    return _called(found, data, return_state)


async def _awaited(flow: Flow[..., Any], data: Json, return_state: bool) -> Any:
    parameters = rerun.parameters_of(data)
    return await engine.run_flow(flow, parameters, AWAITING, None, return_state, data)


def _called(flow: Flow[..., Any], data: Json, return_state: bool) -> Any:
    parameters = rerun.parameters_of(data)
    if flow.isgenerator:
        return flow_generator.iterate_flow(flow, parameters, None, return_state, data)
    return drive(engine.run_flow(flow, parameters, BLOCKING, None, return_state, data))


async def read_ended(flow_run_id: UUID | str, ports: Ports) -> Json:
    """The record of a run that has ended; raises `ObjectNotFound`, and `ValueError` for one that has not."""
    link = choose.awaiting() if ports.is_async else choose.blocking()
    try:
        data = cast("Json", await link.call(named("flow_runs.read"), id=str(flow_run_id)))
    except OperationError as refused:
        raise client_errors.public(refused, "flow_runs.read") from refused
    state = data["state_type"]
    if state is None or StateType(state) not in TERMINAL:
        raise ValueError(
            f"Flow run {data['name']!r} is {data['state_name']}; only a run that has ended can be run again."
        )
    return data


def load(data: Json, entrypoint: str | None = None) -> Flow[..., Any]:
    """The flow of a run, from `entrypoint` or from where its record says it was.

    Raises `MissingFlowError` if that is not known, or not there any more.
    """
    context: Json = data.get("context") or {}
    where = cast("str | None", entrypoint or context.get("entrypoint"))
    if not where:
        raise MissingFlowError(
            f"Where the flow of run {data['name']!r} is defined was not recorded. "
            "Give its entrypoint, such as 'path/to/file.py:function'."
        )
    try:
        path, name = split(where)
        if os.path.isabs(path) and not path.endswith(".py"):
            raise FileNotFoundError(path)  # what a notebook or an interactive session called its cells
        return load_flow_from_entrypoint(f"{path}:{name}", use_placeholder_flow=False)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        raise MissingFlowError(
            f"The flow of run {data['name']!r} is not at {where!r} any more: {error}. "
            "Give its entrypoint, such as 'path/to/file.py:function'."
        ) from error
