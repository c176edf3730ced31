"""Schemas of the API for clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.flow_runs import FlowRun, FlowRunPolicy
    from prefect._wire.states import (
        OrchestrationResult,
        SetStateStatus,
        State,
        StateAbortDetails,
        StateAcceptDetails,
        StateCreate,
        StateDetails,
        StateRejectDetails,
        StateType,
    )
    from prefect._wire.task_runs import FlowRunResult, RunInput, TaskRun, TaskRunPolicy, TaskRunResult

_FLOW_RUNS = "prefect._wire.flow_runs"
_STATES = "prefect._wire.states"
_TASK_RUNS = "prefect._wire.task_runs"

_NAMES = {
    "BlockDocument": "prefect._wire.blocks",
    "BlockSchema": "prefect._wire.blocks",
    "BlockType": "prefect._wire.blocks",
    "BlockTypeUpdate": "prefect._wire.blocks",
    "DEFAULT_BLOCK_SCHEMA_VERSION": "prefect._wire.blocks",
    "FlowRun": _FLOW_RUNS,
    "FlowRunPolicy": _FLOW_RUNS,
    "FlowRunResult": _TASK_RUNS,
    "OrchestrationResult": _STATES,
    "RunInput": _TASK_RUNS,
    "SetStateStatus": _STATES,
    "State": _STATES,
    "StateAbortDetails": _STATES,
    "StateAcceptDetails": _STATES,
    "StateCreate": _STATES,
    "StateDetails": _STATES,
    "StateRejectDetails": _STATES,
    "StateType": _STATES,
    "TaskRun": _TASK_RUNS,
    "TaskRunPolicy": _TASK_RUNS,
    "TaskRunResult": _TASK_RUNS,
    "Workspace": "prefect.client.schemas._others",
}

__all__ = [
    "FlowRun",
    "FlowRunPolicy",
    "FlowRunResult",
    "OrchestrationResult",
    "RunInput",
    "SetStateStatus",
    "State",
    "StateAbortDetails",
    "StateAcceptDetails",
    "StateCreate",
    "StateDetails",
    "StateRejectDetails",
    "StateType",
    "TaskRun",
    "TaskRunPolicy",
    "TaskRunResult",
]

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
