"""Hooks of a run whose process could not call them any more; called in a process of their own."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.errors import NotFound
from prefect._base.ports import BLOCKING
from prefect._code import execution
from prefect._engine import hooks, proposals
from prefect._engine.run import LiveFlowRun
from prefect._wire.operation import named
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import flow_run_logger, get_logger

choose: Any = lazy.module("prefect._link.choose")


def call_hooks(run_id: str, kind: str) -> int:
    """Call the hooks of a run for an end of `kind` ("cancellation" or "crashed"); an exit code."""
    ensure_logging_setup()
    link = choose.blocking()
    try:
        data: dict[str, Any] = drive(link.call(named("flow_runs.read"), id=run_id))
        flow = execution.load(data, execution.deployment_of(data))
    except NotFound:
        return execution.FAILED
    except Exception:  # noqa: BLE001 - loading runs the code of the user
        get_logger("runner").exception("The %s hooks of flow run %s cannot be called:", kind, run_id)
        return execution.FAILED
    callbacks = getattr(flow, f"on_{kind}_hooks")
    run = LiveFlowRun(data, flow.name, proposals.from_wire(data["state"]))
    drive(
        hooks.call_hooks(
            callbacks, BLOCKING, flow_run_logger(run, flow), flow, run.model(), run.public_state()
        )
    )
    drive(link.flush())
    return execution.ENDED
