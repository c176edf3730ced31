"""Deployments: flows that are registered, so that their runs can be asked for."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.deployments.base import initialize_project
    from prefect.deployments.flow_runs import arun_deployment, run_deployment
    from prefect.deployments.runner import deploy

_NAMES = {
    "Deployment": "prefect.deployments.deployments",
    "adeploy": "prefect.deployments.runner",
    "arun_deployment": "prefect.deployments.flow_runs",
    "deploy": "prefect.deployments.runner",
    "initialize_project": "prefect.deployments.base",
    "run_deployment": "prefect.deployments.flow_runs",
}

__all__ = ["arun_deployment", "deploy", "initialize_project", "run_deployment"]

_name, __dir__ = lazy.names(__name__, _NAMES)
flows: Any = lazy.module("prefect.flows")


def __getattr__(name: str) -> Any:
    if name != "load_flow_from_flow_run":
        return _name(name)
    warnings.warn(
        f"{__name__}.{name} is prefect.flows.{name} now; import it from there.",
        DeprecationWarning,
        stacklevel=2,
    )
    return flows.load_flow_from_flow_run
