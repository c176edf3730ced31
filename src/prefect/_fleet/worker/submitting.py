"""Running a flow of this program on the infrastructure of a worker."""

from __future__ import annotations

import importlib.util
from typing import Any

from prefect._base import lazy

bundles: Any = lazy.module("prefect.bundles")


async def submit(worker: Any, flow: Any, parameters: Any, job_variables: Any, flow_run: Any) -> Any:
    """Bundle the flow, start a job for it, and give the future of its run."""
    if importlib.util.find_spec("prefect.bundles") is None:
        raise NotImplementedError("Flows cannot be bundled here; deploy the flow to the work pool instead.")
    return await bundles.submit_to_worker(worker, flow, parameters, job_variables, flow_run)
