"""Workflow orchestration for plain Python.

``from prefect import flow, task`` is all that a program needs. Every public name is imported when it is first
asked for, so that starting costs next to nothing.
"""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from prefect._base import lazy
from prefect._base.version import __version__

if TYPE_CHECKING:
    from prefect._fleet.serve import aserve, serve
    from prefect.client.orchestration import get_client
    from prefect.context import tags
    from prefect.deployments.runner import deploy
    from prefect.flow_runs import (
        apause_flow_run,
        aresume_flow_run,
        asuspend_flow_run,
        pause_flow_run,
        resume_flow_run,
        suspend_flow_run,
    )
    from prefect.flows import Flow, flow
    from prefect.logging import get_run_logger
    from prefect.states import State
    from prefect.tasks import Task, task
    from prefect.transactions import Transaction
    from prefect.utilities.annotations import allow_failure, unmapped

__module_path__ = pathlib.Path(__file__).parent

_NAMES = {
    "adeploy": "prefect.deployments.runner",
    "allow_failure": "prefect.utilities.annotations",
    "apause_flow_run": "prefect.flow_runs",
    "aserve": "prefect._fleet.serve",
    "serve": "prefect._fleet.serve",
    "aresume_flow_run": "prefect.flow_runs",
    "asuspend_flow_run": "prefect.flow_runs",
    "deploy": "prefect.deployments.runner",
    "flow": "prefect.flows",
    "Flow": "prefect.flows",
    "get_client": "prefect.client.orchestration",
    "get_run_logger": "prefect.logging",
    "pause_flow_run": "prefect.flow_runs",
    "resume_flow_run": "prefect.flow_runs",
    "State": "prefect.states",
    "suspend_flow_run": "prefect.flow_runs",
    "tags": "prefect.context",
    "task": "prefect.tasks",
    "Task": "prefect.tasks",
    "Transaction": "prefect.transactions",
    "unmapped": "prefect.utilities.annotations",
    "__version_info__": "prefect._base.version:version_info",
}

__all__ = [
    "allow_failure",
    "apause_flow_run",
    "aresume_flow_run",
    "aserve",
    "asuspend_flow_run",
    "deploy",
    "flow",
    "Flow",
    "get_client",
    "get_run_logger",
    "pause_flow_run",
    "resume_flow_run",
    "serve",
    "State",
    "suspend_flow_run",
    "tags",
    "task",
    "Task",
    "Transaction",
    "unmapped",
    "__version__",
]

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
