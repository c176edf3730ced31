"""Runs of a pool that are to be cancelled and have no process that would know: their jobs are ended here."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._base.state import StateType
from prefect._fleet.supervision import force
from prefect._wire.operation import named
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import InfrastructureNotAvailable, InfrastructureNotFound
from prefect.settings import active

choose: Any = lazy.module("prefect._link.choose")

GRACE_S = 30


async def observe(worker: Any) -> None:
    """Look for such runs now and then, until cancelled."""
    while True:
        try:
            await look(worker)
        except (OperationError, OSError) as error:
            worker._logger.warning("Whether runs are to be cancelled cannot be asked: %s", error)
        await asyncio.sleep(active()["worker.cancellation_poll_seconds"])


async def look(worker: Any) -> None:
    """End the jobs of runs that are Cancelling and were never begun."""
    wanted = {"state": {"type": {"any_": ["CANCELLING"]}}, "start_time": {"is_null_": True}}
    body = {
        "flow_runs": wanted,
        "work_pools": {"name": {"any_": [worker._work_pool_name]}},
        "limit": 200,
    }
    for run in await choose.awaiting().call(named("flow_runs.filter"), body=body):
        await cancel(worker, run)


async def cancel(worker: Any, run: dict[str, Any]) -> None:
    """End the job of a run, if it has one, and let the run be Cancelled."""
    pid = run.get("infrastructure_pid")
    message = "Flow run was cancelled before its job began."
    if pid:
        flow_run = FlowRun.model_validate(run)
        try:
            deployment = None
            if flow_run.deployment_id is not None:
                deployment = await worker.client.read_deployment(flow_run.deployment_id)
            configuration = await worker._get_configuration(flow_run, deployment)
            await worker.kill_infrastructure(pid, configuration, GRACE_S)
            message = "Flow run was cancelled; its job was ended."
        except InfrastructureNotFound:
            message = "Flow run was cancelled; its job was gone."
        except InfrastructureNotAvailable as error:
            worker._logger.warning("The job of flow run %s is out of reach here: %s", run["id"], error)
            return
        except NotImplementedError as error:
            worker._logger.error("%s", error)
            return
    await force(run["id"], StateType.CANCELLED, message)
