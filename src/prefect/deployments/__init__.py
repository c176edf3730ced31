"""Deployments: flows that are registered, so that their runs can be asked for."""

from __future__ import annotations

from prefect._base import lazy

_NAMES = {
    "Deployment": "prefect.deployments.deployments",
    "adeploy": "prefect.deployments.runner",
    "arun_deployment": "prefect.deployments.flow_runs",
    "deploy": "prefect.deployments.runner",
    "initialize_project": "prefect.deployments.base",
    "run_deployment": "prefect.deployments.flow_runs",
}

__all__ = ["arun_deployment", "deploy", "initialize_project", "run_deployment"]

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
