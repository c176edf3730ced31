"""Endpoints of the web UI's pages; they change with it, and promise nothing to anybody else."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/ui/dashboard",
    "views.dashboard",
    body="prefect._wire.views:DashboardView",
    reads=True,
    summary="What the dashboard shows",
)
op(
    "POST",
    "/ui/runs",
    "views.runs",
    body="prefect._wire.views:RunsView",
    errors=(422,),
    reads=True,
    summary="A page of flow runs with what belongs to each",
)
op(
    "POST",
    "/ui/task-runs",
    "views.task_runs",
    body="prefect._wire.views:TaskRunsView",
    errors=(422,),
    reads=True,
    summary="A page of task runs with what belongs to each",
)
op(
    "POST",
    "/ui/runs/histogram",
    "views.histogram",
    body="prefect._wire.views:HistogramView",
    reads=True,
    summary="Flow runs over time and duration",
)
op(
    "POST",
    "/ui/runs/tags",
    "views.tag_runs",
    body="prefect._wire.views:RunTags",
    errors=(422,),
    summary="Give tags to many flow runs, and take tags away",
)
op(
    "GET",
    "/ui/flow-runs/{id}/view",
    "views.flow_run",
    errors=(404,),
    reads=True,
    summary="A flow run with all that its page shows first",
)
op(
    "GET",
    "/ui/flow-runs/{id}/timeline",
    "views.timeline",
    query={"since": "datetime?"},
    errors=(404,),
    reads=True,
    summary="The parts of a flow run over time, in columns",
)
op(
    "GET",
    "/ui/task-runs/{id}/view",
    "views.task_run",
    errors=(404,),
    reads=True,
    summary="A task run with all that its page shows first",
)
op(
    "POST",
    "/ui/logs",
    "views.logs",
    body="prefect._wire.views:LogsView",
    errors=(422,),
    reads=True,
    summary="A page of lines of log",
)
op(
    "POST",
    "/ui/flows",
    "views.flows",
    body="prefect._wire.views:NamesView",
    reads=True,
    summary="A page of flows with their last and next runs",
)
op(
    "POST",
    "/ui/deployments",
    "views.deployments",
    body="prefect._wire.views:DeploymentsView",
    reads=True,
    summary="A page of deployments with their schedules and last runs",
)
op(
    "GET",
    "/ui/search",
    "views.search",
    query={"q": "text", "limit": "integer?"},
    reads=True,
    summary="Find things by name or id",
)
op(
    "GET",
    "/ui/schedule",
    "views.schedule",
    query={"since": "datetime", "until": "datetime"},
    reads=True,
    summary="Planned and past runs of deployments over time",
)
op(
    "POST",
    "/ui/compare",
    "views.compare",
    body="prefect._wire.views:CompareView",
    errors=(404,),
    reads=True,
    summary="Flow runs side by side",
)
op(
    "POST",
    "/ui/schedules/preview",
    "views.schedule_preview",
    body="prefect._wire.views:SchedulePreview",
    errors=(422,),
    reads=True,
    summary="When a schedule would fire",
)
op(
    "GET",
    "/ui/concurrency-limits/{id}",
    "views.concurrency_limit",
    errors=(404,),
    reads=True,
    summary="A concurrency limit with who holds and who waits",
)
op(
    "GET",
    "/ui/settings",
    "views.settings",
    reads=True,
    summary="The settings of the server, with where each value comes from",
)
op(
    "POST",
    "/ui/automations/test",
    "views.rehearse",
    body="prefect._wire.views:Rehearsal",
    errors=(422,),
    reads=True,
    summary="When a trigger would have fired",
)
