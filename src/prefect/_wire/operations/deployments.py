"""Endpoints of deployments."""

from __future__ import annotations

from prefect._wire.operation import op

_WIRE = "prefect._wire.deployments"
_DEPLOYMENT = f"{_WIRE}:DeploymentResponse"
_SCHEDULE = f"{_WIRE}:DeploymentSchedule"
_BACKFILL = f"{_WIRE}:Backfill"
_FLOW_RUN = "prefect._wire.flow_runs:FlowRunResponse"

op(
    "POST",
    "/deployments/",
    "deployments.create",
    body="prefect._wire.deployments:DeploymentCreate",
    reply=_DEPLOYMENT,
    status=201,
    may_exist=True,
    errors=(404, 409),
    summary="Create a deployment, or change the one of that flow and name",
)
op(
    "PATCH",
    "/deployments/{id}",
    "deployments.update",
    body="prefect._wire.deployments:DeploymentUpdate",
    status=204,
    errors=(404, 409),
    summary="Change a deployment",
)
op(
    "GET",
    "/deployments/{id}",
    "deployments.read",
    reply=_DEPLOYMENT,
    errors=(404,),
    reads=True,
    summary="Read a deployment",
)
op(
    "DELETE",
    "/deployments/{id}",
    "deployments.delete",
    status=204,
    errors=(404,),
    summary="Remove a deployment",
)
op(
    "GET",
    "/deployments/name/{flow_name}/{deployment_name}",
    "deployments.read_by_name",
    reply=_DEPLOYMENT,
    errors=(404,),
    reads=True,
    summary="Read a deployment by the names of its flow and its own",
)
op(
    "POST",
    "/deployments/count",
    "deployments.count",
    body="prefect._wire.deployments:DeploymentsCount",
    reads=True,
    summary="Count deployments",
)
op(
    "POST",
    "/deployments/filter",
    "deployments.filter",
    body="prefect._wire.deployments:DeploymentsFilter",
    reply=f"{_DEPLOYMENT}[]",
    reads=True,
    summary="List deployments",
)
op(
    "POST",
    "/deployments/paginate",
    "deployments.paginate",
    body=f"{_WIRE}:DeploymentsPage",
    reply=f"{_WIRE}:DeploymentPaginationResponse",
    reads=True,
    summary="List deployments by pages",
)
op(
    "POST",
    "/deployments/bulk_delete",
    "deployments.bulk_delete",
    body=f"{_WIRE}:DeploymentsBulkDelete",
    body_optional=True,
    reply=f"{_WIRE}:DeploymentBulkDeleteResponse",
    summary="Remove deployments",
)
op(
    "POST",
    "/deployments/plan",
    "deployments.plan",
    body=f"{_WIRE}:DeploymentCreate",
    reply=f"{_WIRE}:DeploymentPlan",
    reads=True,
    summary="Tell what creating or changing a deployment would do",
)
op(
    "POST",
    "/deployments/get_scheduled_flow_runs",
    "deployments.get_scheduled_flow_runs",
    body=f"{_WIRE}:DeploymentsScheduledRuns",
    reply=f"{_FLOW_RUN}[]",
    summary="List the runs of deployments that wait to be started",
)
op(
    "POST",
    "/deployments/{id}/schedule",
    "deployments.schedule",
    body=f"{_WIRE}:DeploymentScheduleRange",
    body_optional=True,
    errors=(404,),
    summary="Make the runs of the schedules in a range",
)
op(
    "POST",
    "/deployments/{id}/resume_deployment",
    "deployments.resume",
    errors=(404,),
    summary="Make runs by the schedules again",
)
op(
    "POST",
    "/deployments/{id}/pause_deployment",
    "deployments.pause",
    errors=(404,),
    summary="Make no more runs by the schedules",
)
op(
    "POST",
    "/deployments/{id}/create_flow_run",
    "deployments.create_flow_run",
    body=f"{_WIRE}:DeploymentFlowRunCreate",
    reply=_FLOW_RUN,
    status=201,
    may_exist=True,
    errors=(400, 404, 409),
    summary="Create a run of a deployment",
)
op(
    "POST",
    "/deployments/{id}/create_flow_run/bulk",
    "deployments.create_flow_runs",
    body=f"{_WIRE}:DeploymentFlowRunCreate[]",
    reply="prefect._wire.flow_runs:FlowRunBulkCreateResponse",
    errors=(400, 404),
    summary="Create many runs of a deployment",
)
op(
    "GET",
    "/deployments/{id}/work_queue_check",
    "deployments.work_queue_check",
    reply="prefect._wire.work_queues:WorkQueueResponse[]",
    errors=(404,),
    reads=True,
    summary="List the queues from which the runs of a deployment are taken",
)
op(
    "GET",
    "/deployments/{id}/schedules",
    "deployments.read_schedules",
    reply=f"{_SCHEDULE}[]",
    errors=(404,),
    reads=True,
    summary="List the schedules of a deployment",
)
op(
    "POST",
    "/deployments/{id}/schedules",
    "deployments.create_schedules",
    body=f"{_WIRE}:DeploymentScheduleCreate[]",
    reply=f"{_SCHEDULE}[]",
    status=201,
    errors=(404, 409),
    summary="Give a deployment further schedules",
)
op(
    "PATCH",
    "/deployments/{id}/schedules/{schedule_id}",
    "deployments.update_schedule",
    body=f"{_WIRE}:DeploymentScheduleUpdate",
    status=204,
    errors=(404, 409),
    summary="Change a schedule",
)
op(
    "DELETE",
    "/deployments/{id}/schedules/{schedule_id}",
    "deployments.delete_schedule",
    status=204,
    errors=(404,),
    summary="Remove a schedule",
)
op(
    "POST",
    "/deployments/{id}/backfills",
    "deployments.backfill",
    body=f"{_WIRE}:BackfillCreate",
    reply=_BACKFILL,
    status=201,
    errors=(404,),
    summary="Create the runs of a schedule that are missing in a range",
)
op(
    "GET",
    "/deployments/{id}/backfills",
    "deployments.read_backfills",
    reply=f"{_BACKFILL}[]",
    errors=(404,),
    reads=True,
    summary="List the backfills of a deployment",
)
op(
    "GET",
    "/deployments/{id}/backfills/{backfill_id}",
    "deployments.read_backfill",
    reply=_BACKFILL,
    errors=(404,),
    reads=True,
    summary="Read a backfill",
)
op(
    "PATCH",
    "/deployments/{id}/backfills/{backfill_id}",
    "deployments.update_backfill",
    body=f"{_WIRE}:BackfillUpdate",
    reply=_BACKFILL,
    errors=(404, 409),
    summary="Pause, continue or end a backfill",
)
