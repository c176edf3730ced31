"""Endpoints of work queues: those inside of pools, and the older ones by id."""

from __future__ import annotations

from prefect._wire.operation import op

_HOME = "prefect._wire.work_queues:"
_QUEUE = _HOME + "WorkQueueResponse"
_CREATE, _UPDATE, _FILTER = _HOME + "WorkQueueCreate", _HOME + "WorkQueueUpdate", _HOME + "WorkQueuesFilter"

op(
    "POST",
    "/work_pools/{work_pool_name}/queues",
    "work_queues.create_in_pool",
    body=_CREATE,
    reply=_QUEUE,
    status=201,
    errors=(404, 409),
    summary="Create a queue in a work pool",
)
op(
    "POST",
    "/work_pools/{work_pool_name}/queues/filter",
    "work_queues.filter_in_pool",
    body=_FILTER,
    reply=f"{_QUEUE}[]",
    errors=(404,),
    reads=True,
    summary="List the queues of a work pool, by priority",
)
op(
    "GET",
    "/work_pools/{work_pool_name}/queues/{name}",
    "work_queues.read_in_pool",
    reply=_QUEUE,
    errors=(404,),
    reads=True,
    summary="Read a queue of a work pool",
)
op(
    "PATCH",
    "/work_pools/{work_pool_name}/queues/{name}",
    "work_queues.update_in_pool",
    body=_UPDATE,
    status=204,
    errors=(404, 409),
    summary="Change a queue of a work pool",
)
op(
    "DELETE",
    "/work_pools/{work_pool_name}/queues/{name}",
    "work_queues.delete_in_pool",
    status=204,
    errors=(404, 409),
    summary="Remove a queue of a work pool",
)
op(
    "POST",
    "/work_queues/",
    "work_queues.create",
    body=_CREATE,
    reply=_QUEUE,
    status=201,
    errors=(409,),
    summary="Create a queue in the default agent pool",
)
op(
    "POST",
    "/work_queues/filter",
    "work_queues.filter",
    body=_FILTER,
    reply=f"{_QUEUE}[]",
    reads=True,
    summary="List queues of all work pools",
)
op(
    "GET",
    "/work_queues/{id}",
    "work_queues.read",
    reply=_QUEUE,
    errors=(404,),
    reads=True,
    summary="Read a queue",
)
op(
    "PATCH",
    "/work_queues/{id}",
    "work_queues.update",
    body=_UPDATE,
    status=204,
    errors=(404, 409),
    summary="Change a queue",
)
op(
    "DELETE",
    "/work_queues/{id}",
    "work_queues.delete",
    status=204,
    errors=(404, 409),
    summary="Remove a queue",
)
op(
    "GET",
    "/work_queues/name/{name}",
    "work_queues.read_by_name",
    reply=_QUEUE,
    errors=(404,),
    reads=True,
    summary="Read a queue of the default agent pool by its name",
)
op(
    "POST",
    "/work_queues/{id}/get_runs",
    "work_queues.get_runs",
    body=_HOME + "QueueRuns",
    body_optional=True,
    reply="prefect._wire.flow_runs:FlowRunResponse[]",
    errors=(404,),
    summary="The runs of a queue that may start next",
)
op(
    "POST",
    "/work_queues/{id}/concurrency_status",
    "work_queues.concurrency_status",
    body=_HOME + "WorkQueueSlots",
    reply=_HOME + "WorkQueueConcurrencyStatus",
    errors=(404,),
    reads=True,
    summary="Which runs take the slots of a queue",
)
op(
    "GET",
    "/work_queues/{id}/status",
    "work_queues.status",
    reply=_HOME + "WorkQueueStatusDetail",
    errors=(404,),
    reads=True,
    summary="How a queue is doing",
)
