"""Bodies of requests for one page of a list, and for changes of many objects at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prefect._wire.common import PrefectBaseModel, RequestBody
from prefect._wire.filters import FlowFilter, FlowRunFilter
from prefect._wire.requests import FlowRunsCount, FlowsCount, TaskRunsCount
from prefect._wire.sorts import FlowRunSort, FlowSort, TaskRunSort
from prefect._wire.states import StateCreate
from prefect._wire.task_runs import TaskRun

MOST_AT_ONCE = 50
AtOnce = Annotated[int, Field(ge=1, le=MOST_AT_ONCE)]


class Paged(PrefectBaseModel):
    """Which page of a list, and how many objects a page has (None: as many as the server gives)."""

    page: int = Field(default=1, ge=1)
    limit: int | None = None


class FlowsPage(FlowsCount, Paged):
    """A page of flows."""

    sort: FlowSort = FlowSort.NAME_ASC


class FlowRunsPage(FlowRunsCount, Paged):
    """A page of flow runs."""

    sort: FlowRunSort = FlowRunSort.ID_DESC


class TaskRunsPage(TaskRunsCount, Paged):
    """A page of task runs."""

    sort: TaskRunSort = TaskRunSort.ID_DESC


class TaskRunPaginationResponse(PrefectBaseModel):
    """One page of task runs."""

    results: list[TaskRun]
    count: int
    limit: int
    pages: int
    page: int


class FlowsDelete(RequestBody):
    """Which flows to remove, and how many at most."""

    flows: FlowFilter | None = None
    limit: AtOnce = MOST_AT_ONCE


class FlowRunsDelete(RequestBody):
    """Which flow runs to remove, and how many at most."""

    flow_runs: FlowRunFilter | None = None
    limit: AtOnce = MOST_AT_ONCE


class FlowRunsSetState(RequestBody):
    """For which flow runs to propose a state, and how many at most."""

    flow_runs: FlowRunFilter | None = None
    state: StateCreate
    force: bool = False
    limit: AtOnce = MOST_AT_ONCE
