"""Endpoints of workers."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/work_pools/{work_pool_name}/workers/heartbeat",
    "workers.heartbeat",
    body="prefect._wire.workers:WorkerHeartbeat",
    status=204,
    errors=(404,),
    summary="Tell that a worker is there",
)
op(
    "POST",
    "/work_pools/{work_pool_name}/workers/filter",
    "workers.filter",
    body="prefect._wire.workers:WorkersFilter",
    reply="prefect._wire.workers:WorkerResponse[]",
    errors=(404,),
    reads=True,
    summary="List the workers of a work pool",
)
op(
    "DELETE",
    "/work_pools/{work_pool_name}/workers/{name}",
    "workers.delete",
    status=204,
    errors=(404,),
    summary="Forget a worker",
)
