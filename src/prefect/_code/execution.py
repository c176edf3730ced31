"""Executing the flow run of an id in this process: find its code, run it, tell how that went.

This is what a process does that a runner or worker started, warm or new: `main` of ``python -m
prefect.engine``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._base import late, lazy, owner
from prefect._base.drive import drive
from prefect._base.errors import NotFound
from prefect._base.ports import AWAITING, BLOCKING
from prefect._base.state import StateType, StateValue
from prefect._code import arguments, entrypoints
from prefect._engine import intent, outcome, proposals, supervised
from prefect._engine.run import new_state
from prefect._wire.operation import named
from prefect.exceptions import Abort, Pause
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import flow_run_logger, get_logger

if TYPE_CHECKING:
    from prefect._wire.flow_runs import FlowRun
    from prefect.client.orchestration import PrefectClient
    from prefect.flows import Flow

choose: Any = lazy.module("prefect._link.choose")
flow_generators: Any = lazy.module("prefect._engine.flow_generator")

RUN_ID, ATTEMPT = "PREFECT__FLOW_RUN_ID", "PREFECT__FLOW_RUN_ATTEMPT"
ENTRYPOINT, BASE_PATH = "PREFECT__FLOW_ENTRYPOINT", "PREFECT__STORAGE_BASE_PATH"
LOADING = "PREFECT__LOADING_FLOW"

ENDED, FAILED, ILL = 0, 1, 2


def main(run_id: str | None = None, get_flow: Callable[[], Flow[..., Any]] | None = None) -> int:
    """Execute the run of `run_id`, or of the environment; the exit code of the process.

    `get_flow` gives the flow, where its code is not to be found as the deployment says.

    0: the run completed, paused or was told to stop; 1: it failed, or never came to run. Under a supervisor
    of this machine 0 also stands for a failure that was written. A signal that aborts the run is sent on.
    """
    run_id = run_id or os.environ.get(RUN_ID)
    if not run_id:
        print(f"Say which flow run: give its id, or set {RUN_ID}.", file=sys.stderr)
        return ILL
    ensure_logging_setup()
    attempt = os.environ.get(ATTEMPT, "")
    if attempt.isdecimal():
        owner.attempts[run_id] = int(attempt)
    try:
        return execute(run_id, get_flow)
    finally:
        drive(choose.blocking().flush())


def execute(run_id: str, get_flow: Callable[[], Flow[..., Any]] | None = None) -> int:
    """As :func:`main`, for a run whose attempt is known."""
    ensure_logging_setup()
    link, logger = choose.blocking(), get_logger("engine")
    try:
        data: dict[str, Any] = drive(link.call(named("flow_runs.read"), id=run_id))
    except NotFound:
        logger.error("There is no flow run with id %s.", run_id)
        return FAILED
    deployment = deployment_of(data)
    try:
        flow = load(data, deployment) if get_flow is None else get_flow()
    except BaseException as error:
        drive(_crash(data, error))
        logger.error("The code of flow run %r cannot be loaded:", data["name"], exc_info=error)
        if not isinstance(error, Exception):
            raise
        return FAILED
    given: dict[str, Any] = deployment["parameters"] if deployment is not None else {}
    try:
        run_logger = flow_run_logger(flow=flow, flow_run_id=run_id, flow_run_name=data["name"])
        parameters = arguments.bound(flow, data.get("parameters") or {}, given, run_logger)
    except TypeError as error:
        drive(_tell(data, outcome.failed_state(error, "flow")))
        logger.error("%s", error)
        return ENDED
    _policy(flow, data)
    return _run(flow, data, parameters)


def _run(flow: Flow[..., Any], data: Mapping[str, Any], parameters: dict[str, Any]) -> int:
    try:
        if flow.isgenerator:
            _consume(flow_generators.iterate_flow(flow, parameters, None, False, existing=data), flow)
            return ENDED
        if flow.isasync:
            state = asyncio.run(supervised.run_flow(flow, data, parameters, AWAITING))
        else:
            state = drive(supervised.run_flow(flow, data, parameters, BLOCKING))
    except (Abort, Pause) as told:
        get_logger("engine").info("The flow run was told to stop: %s", told)
        return ENDED
    except Exception:
        if flow.isgenerator:  # its run has ended with this
            return _unless_supervised(FAILED)
        raise
    return ENDED if state.type is StateType.COMPLETED else _unless_supervised(FAILED)


def _unless_supervised(code: int) -> int:
    """Infrastructure of its own is to see the failure; a supervisor here reads the state of the run."""
    return ENDED if intent.VARIABLE in os.environ else code


def _consume(items: Any, flow: Flow[..., Any]) -> None:
    async def consumed() -> None:
        async for _ in items:
            pass

    if flow.isasync:
        asyncio.run(consumed())
    else:
        for _ in items:
            pass


async def load_flow_from_flow_run(
    client: PrefectClient,
    flow_run: FlowRun,
    ignore_storage: bool = False,
    storage_base_path: str | None = None,
    use_placeholder_flow: bool = True,
) -> Flow[..., Any]:
    """The flow of a run of a deployment, loaded as its process would.

    :param ignore_storage: take the code from here instead of carrying out pull steps
    :param storage_base_path: where code lies that a runner has fetched
    :param use_placeholder_flow: whether a script that cannot be run is stood for by a flow that raises

    Raises `ValueError` for a run without a deployment.
    """
    if flow_run.deployment_id is None:
        raise ValueError("A flow run without a deployment says nothing of where its code is.")
    deployment = await client.read_deployment(flow_run.deployment_id)
    entrypoint = os.environ.get(ENTRYPOINT) or deployment.entrypoint
    if not entrypoint:
        raise ValueError(f"Deployment {deployment.name!r} has no entrypoint.")
    path, colon, name = entrypoint.rpartition(":")
    directory = Path((deployment.path or ".").replace("$STORAGE_BASE_PATH", storage_base_path or "."))
    if deployment.pull_steps and not ignore_storage:
        pulled = await asyncio.to_thread(late.call, "code.pull", deployment.pull_steps, deployment, flow_run)
        directory = Path(pulled) if pulled else directory
    if colon and path.endswith(".py"):
        entrypoint = f"{directory / path}:{name}"
    return entrypoints.load_flow_from_entrypoint(entrypoint, use_placeholder_flow=use_placeholder_flow)


def load(data: Mapping[str, Any], deployment: Mapping[str, Any] | None) -> Flow[..., Any]:
    """The flow of a run: by the entrypoint in the environment, else as its deployment says."""
    entrypoint = os.environ.get(ENTRYPOINT)
    if entrypoint is None and deployment is None:
        context: Mapping[str, Any] = data.get("context") or {}
        entrypoint = context.get("entrypoint")
        if not entrypoint:
            raise ValueError(f"Flow run {data['id']} has no deployment, so that its code cannot be found.")
    elif entrypoint is None:
        assert deployment is not None
        entrypoint = deployment["entrypoint"]
        if not entrypoint:
            raise ValueError(f"Deployment {deployment['name']!r} has no entrypoint.")
        _go_to_code(deployment, data)
    # imports of the flow's neighbours are looked for beside it
    sys.path.insert(0, os.getcwd())
    os.environ[LOADING] = "1"
    try:
        return entrypoints.load_function_and_convert_to_flow(entrypoint)
    finally:
        del os.environ[LOADING]


def _go_to_code(deployment: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    steps = deployment.get("pull_steps")
    if steps:
        directory = late.call("code.pull", steps, deployment, data)
        if directory:
            os.chdir(directory)
        return
    base = os.environ.get(BASE_PATH)
    path = deployment.get("path") or "."
    directory = path.replace("$STORAGE_BASE_PATH", base) if base else path
    if Path(directory).is_dir():
        os.chdir(directory)
    else:
        raise FileNotFoundError(
            f"The code of deployment {deployment['name']!r} should be in {directory}, which is not there."
        )


def deployment_of(data: Mapping[str, Any]) -> dict[str, Any] | None:
    if not data.get("deployment_id"):
        return None
    try:
        return drive(choose.blocking().call(named("deployments.read"), id=data["deployment_id"]))
    except NotFound:
        return None


def _policy(flow: Flow[..., Any], data: dict[str, Any]) -> None:
    """The retries of the flow, which whoever created the run could not know."""
    policy: dict[str, Any] = data.get("empirical_policy") or {}
    if flow.retries and not policy.get("retries"):
        policy = {**policy, "retries": flow.retries, "retry_delay": int(flow.retry_delay_seconds or 0)}
        body = {"empirical_policy": policy}
        drive(choose.blocking().call(named("flow_runs.update"), id=data["id"], body=body))


async def _crash(data: Mapping[str, Any], error: BaseException) -> None:
    message = f"The code of the flow cannot be loaded: {outcome.described(error)}"
    await _tell(data, new_state(StateType.CRASHED, None, message))


async def _tell(data: Mapping[str, Any], state: StateValue) -> None:
    body = proposals.to_body(state, force=True)
    await choose.blocking().call(named("flow_runs.set_state"), id=data["id"], body=body)


def is_loading() -> bool:
    """Whether the code of a flow run is being loaded in this process."""
    return bool(os.environ.get(LOADING))


def refuse_while_loading(what: str) -> None:
    """Raise `RuntimeError` when the code of a run is being loaded: serving there would never end."""
    if is_loading():
        raise RuntimeError(
            f"{what} was reached while the code of a flow run was being loaded, which would start it again."
            " Put it below `if __name__ == '__main__':`."
        )
