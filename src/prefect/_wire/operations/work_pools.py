"""Endpoints of work pools."""

from __future__ import annotations

from prefect._wire.operation import op

_HOME = "prefect._wire.work_pools:"
_POOL = _HOME + "WorkPoolResponse"

op(
    "POST",
    "/work_pools/",
    "work_pools.create",
    body=_HOME + "WorkPoolCreate",
    reply=_POOL,
    status=201,
    errors=(403, 409),
    summary="Create a work pool",
)
op(
    "GET",
    "/work_pools/{name}",
    "work_pools.read",
    reply=_POOL,
    errors=(404,),
    reads=True,
    summary="Read a work pool",
)
op(
    "PATCH",
    "/work_pools/{name}",
    "work_pools.update",
    body=_HOME + "WorkPoolUpdate",
    status=204,
    errors=(403, 404),
    summary="Change a work pool",
)
op(
    "DELETE",
    "/work_pools/{name}",
    "work_pools.delete",
    status=204,
    errors=(403, 404),
    summary="Remove a work pool with its queues and workers",
)
op(
    "POST",
    "/work_pools/filter",
    "work_pools.filter",
    body=_HOME + "WorkPoolsFilter",
    reply=f"{_POOL}[]",
    reads=True,
    summary="List work pools",
)
op(
    "POST",
    "/work_pools/count",
    "work_pools.count",
    body=_HOME + "WorkPoolsCount",
    reads=True,
    summary="Count work pools",
)
op(
    "POST",
    "/work_pools/{name}/concurrency_status",
    "work_pools.concurrency_status",
    body=_HOME + "WorkPoolSlots",
    reply=_HOME + "WorkPoolConcurrencyStatus",
    errors=(404,),
    reads=True,
    summary="Which runs take the slots of a work pool",
)
op(
    "POST",
    "/work_pools/{name}/get_scheduled_flow_runs",
    "work_pools.get_scheduled_flow_runs",
    body=_HOME + "ScheduledRuns",
    body_optional=True,
    reply=f"{_HOME}WorkerFlowRunResponse[]",
    errors=(404,),
    summary="The runs that a worker may start next",
)
op(
    "POST",
    "/work_pools/{name}/claim",
    "work_pools.claim",
    body="prefect._wire.claims:PoolClaim",
    body_optional=True,
    reply="prefect._wire.claims:Claimed",
    errors=(404,),
    summary="Claim due runs of a work pool for one owner, waiting for the first if asked to",
)
