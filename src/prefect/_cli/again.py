"""``prefect flow-run retry``: a run that has ended is run again, here or by whoever runs its deployment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._base import clock, lazy
from prefect._base.state import TERMINAL, StateType
from prefect._cli import client, render, runs
from prefect._cli.errors import CommandError
from prefect._code import broken
from prefect.exceptions import MissingFlowError, ScriptError

again: Any = lazy.module("prefect._code.again")

_ENDED = frozenset(type_.value for type_ in TERMINAL)


def retry(id_or_name: str, entrypoint: str | None) -> None:
    """Run it again: in this process, or, if it has a deployment and no entrypoint is given, by schedule."""
    run = _found(id_or_name)
    if run["state_type"] not in _ENDED:
        raise CommandError(
            f"Flow run '{run['name']}' is {run['state_name']}; only a run that has ended can be run again."
        )
    if run["deployment_id"] is not None and entrypoint is None:
        _schedule(run)
    else:
        _run_here(run, entrypoint)


def _found(id_or_name: str) -> dict[str, Any]:
    try:
        return runs.read("flow_runs.read", "Flow run", str(UUID(id_or_name)))
    except ValueError:
        pass
    found = client.call("flow_runs.filter", body={"flow_runs": {"name": {"any_": [id_or_name]}}, "limit": 5})
    if not found:
        raise CommandError(
            f"Flow run '{id_or_name}' not found! 'prefect flow-run ls' lists those that exist."
        )
    if len(found) > 1:
        ids = ", ".join(run["id"] for run in found)
        raise CommandError(f"There are several flow runs named '{id_or_name}': {ids}. Give the id.")
    return found[0]


def _schedule(run: dict[str, Any]) -> None:
    now = clock.to_iso(clock.system.now_us())
    state = {"type": "SCHEDULED", "name": "AwaitingRetry", "state_details": {"scheduled_time": now}}
    answer = client.call("flow_runs.set_state", id=run["id"], body={"state": state})
    if answer["status"] != "ACCEPT":
        raise CommandError(
            f"Flow run '{run['name']}' cannot be scheduled again: {answer['details'].get('reason')}"
        )
    render.success(f"Flow run '{run['name']}' is scheduled to be run again by a worker of its deployment.")


def _run_here(run: dict[str, Any], entrypoint: str | None) -> None:
    try:
        flow = again.load(run, entrypoint)
    except (MissingFlowError, ValueError) as error:
        raise CommandError(str(error)) from None
    except ScriptError as error:
        raise CommandError(
            f"The script of the flow cannot be run:\n{broken.last_lines(error.user_exc)}"
        ) from error
    try:
        state = again.run_again(run["id"], flow, True)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if StateType(state.type) is not StateType.COMPLETED:
        raise CommandError(f"Flow run '{run['name']}' was run again and is {state.name}: {state.message}")
    render.success(f"Flow run '{run['name']}' was run again and is {state.name}.")
