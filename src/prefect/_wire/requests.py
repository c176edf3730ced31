"""Bodies of requests that list and count: filters by object, order, and which part of the list.

Keys that such a body does not have are ignored, those inside a filter are checked.
"""

from __future__ import annotations

from prefect._wire.common import RequestBody
from prefect._wire.filters import (
    DeploymentFilter,
    FlowFilter,
    FlowRunFilter,
    LogFilter,
    TaskRunFilter,
    WorkPoolFilter,
    WorkQueueFilter,
)
from prefect._wire.sorts import FlowRunSort, FlowSort, LogSort, TaskRunSort


class Page(RequestBody):
    """Which part of a list: at most `limit` objects (None: as many as the server gives) after `offset`."""

    limit: int | None = None
    offset: int = 0


class FlowsCount(RequestBody):
    """Which flows."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None


class FlowsFilter(FlowsCount, Page):
    """Which flows, in which order."""

    sort: FlowSort = FlowSort.NAME_ASC


class FlowRunsCount(RequestBody):
    """Which flow runs."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None
    work_pool_queues: WorkQueueFilter | None = None


class FlowRunsFilter(FlowRunsCount, Page):
    """Which flow runs, in which order."""

    sort: FlowRunSort = FlowRunSort.ID_DESC


class TaskRunsCount(RequestBody):
    """Which task runs."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None


class TaskRunsFilter(TaskRunsCount, Page):
    """Which task runs, in which order."""

    sort: TaskRunSort = TaskRunSort.ID_DESC


class LogsFilter(Page):
    """Which lines of log, in which order."""

    logs: LogFilter | None = None
    sort: LogSort = LogSort.TIMESTAMP_ASC
