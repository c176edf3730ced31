"""Running a flow of this program on the infrastructure of a worker."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy

bound: Any = lazy.module("prefect._fleet.deploying.bound")


async def submit(worker: Any, flow: Any, parameters: Any, job_variables: Any, flow_run: Any) -> Any:
    """Bundle the flow, start a job for it, and give the future of its run."""
    return await bound.submit_to_worker(worker, flow, parameters, job_variables, flow_run)
