"""What the pages of the web UI ask for: one request a page, answered with rows that need no second one."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from prefect._wire.common import DateTime, PrefectBaseModel
from prefect._wire.requests import FlowRunsCount, TaskRunsCount
from prefect._wire.schedules import Schedule

MOST_ROWS = 200
Rows = Annotated[int, Field(ge=1, le=MOST_ROWS)]


class MoreOfRuns(FlowRunsCount):
    """What filters of flow runs ask for, and what the API has no filter for.

    `longer_than` is in seconds, `created_by` the beginning of a name, `parameters` are values by name.
    """

    without_tags: list[str] = Field(default_factory=list)
    longer_than: float | None = Field(default=None, ge=0)
    queues: list[str] = Field(default_factory=list)
    created_by: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class RunsView(MoreOfRuns):
    """A page of flow runs: `after` is the `next` of the page before it."""

    sort: Literal["START_DESC", "START_ASC", "NAME_ASC", "DURATION_DESC"] = "START_DESC"
    limit: Rows = 50
    after: str | None = None


class TaskRunsView(TaskRunsCount):
    """A page of task runs: `after` is the `next` of the page before it."""

    sort: Literal["START_DESC", "START_ASC", "NAME_ASC"] = "START_DESC"
    limit: Rows = 50
    after: str | None = None


class HistogramView(MoreOfRuns):
    """Flow runs over time and duration: single points while there are few, else counts in cells."""

    since: DateTime
    until: DateTime
    columns: int = Field(default=120, ge=10, le=400)


class RunTags(PrefectBaseModel):
    """Tags that many flow runs get, and tags that they lose."""

    flow_run_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ROWS)]
    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class LogsView(PrefectBaseModel):
    """Lines of log of one run: a page `after` or `before` a cursor, those that match what is asked for.

    With `around` it is the page in the middle of which the line of that id stands. `context` adds so many
    lines of the log before and after each that is found, whatever else is asked for.
    """

    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None
    level_from: int = 0
    level_to: int = 100
    text: str | None = None
    pattern: str | None = None
    logger: str | None = None
    context: int = Field(default=0, ge=0, le=20)
    limit: int = Field(default=200, ge=1, le=1000)
    after: str | None = None
    before: str | None = None
    around: UUID | None = None


class DashboardView(PrefectBaseModel):
    """What the dashboard shows of a range of time."""

    since: DateTime
    until: DateTime
    tags: list[str] = Field(default_factory=list)
    hide_subflows: bool = False
    columns: int = Field(default=60, ge=1, le=400)


class NamesView(PrefectBaseModel):
    """A page of a list of named things, in the order of their names unless `sort` says otherwise."""

    search: str | None = None
    tags: list[str] = Field(default_factory=list)
    sort: Literal["NAME_ASC", "NAME_DESC", "CREATED_DESC"] = "NAME_ASC"
    limit: Rows = 50
    offset: int = Field(default=0, ge=0)


class DeploymentsView(NamesView):
    """A page of deployments."""

    flow_id: UUID | None = None
    work_pool: str | None = None


class SchedulePreview(PrefectBaseModel):
    """A schedule that is being written: how many of its next times are shown."""

    schedule: Schedule
    limit: int = Field(default=10, ge=1, le=50)


class Rehearsal(PrefectBaseModel):
    """A trigger that is being written, and over how many hours of the past it is tried."""

    trigger: dict[str, Any]
    hours: float = Field(default=24, gt=0, le=24 * 90)


class CompareView(PrefectBaseModel):
    """Which flow runs are compared."""

    flow_run_ids: Annotated[list[UUID], Field(min_length=2, max_length=10)]


class Topics(PrefectBaseModel):
    """What one tab of a browser wants to hear of."""

    topics: Annotated[list[str], Field(max_length=500)]
    ago: float = Field(default=0, ge=0, description="Seconds since the tab began to read what it shows.")
