"""Runs counted over time."""

from __future__ import annotations

from prefect._wire.common import DateTime, PrefectBaseModel
from prefect._wire.filters import (
    DeploymentFilter,
    FlowFilter,
    FlowRunFilter,
    TaskRunFilter,
    WorkPoolFilter,
    WorkQueueFilter,
)
from prefect._wire.states import StateType


class Period(PrefectBaseModel):
    """A stretch of time, cut into intervals."""

    history_start: DateTime
    history_end: DateTime
    history_interval_seconds: float


class FlowRunsHistory(Period):
    """Which flow runs are counted."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None
    work_queues: WorkQueueFilter | None = None


class TaskRunsHistory(Period):
    """Which task runs are counted."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None


class HistoryResponseState(PrefectBaseModel):
    """The runs of an interval that are in one state; sums are in seconds."""

    state_type: StateType
    state_name: str
    count_runs: int
    sum_estimated_run_time: float
    sum_estimated_lateness: float


class HistoryResponse(PrefectBaseModel):
    """The runs that were expected to start in an interval, by their state."""

    interval_start: DateTime
    interval_end: DateTime
    states: list[HistoryResponseState]
