# Made by tools/make_sync_client.py from _async/work_pools.py: change that and run it again.
"""Work pools and their workers."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient
from prefect.client.schemas._pools import (
    Worker,
    WorkerFlowRunResponse,
    WorkPool,
    WorkPoolConcurrencyStatus,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.exceptions import ObjectAlreadyExists

if TYPE_CHECKING:
    from prefect._wire.filters import WorkerFilter, WorkPoolFilter
    from prefect.client.schemas._pools import WorkerMetadata


class WorkPoolClient(BaseClient):
    """What can be done with work pools."""

    def send_worker_heartbeat(
        self,
        work_pool_name: str,
        worker_name: str,
        heartbeat_interval_seconds: float | None = None,
        get_worker_id: bool = False,
        worker_metadata: WorkerMetadata | None = None,
    ) -> UUID | None:
        """Tell that a worker is alive; answers its id where that is asked for and the server tells it.

        Raises `ObjectNotFound` if there is no such pool.
        """
        body: dict[str, Any] = {"name": worker_name}
        if heartbeat_interval_seconds is not None:
            body["heartbeat_interval_seconds"] = int(heartbeat_interval_seconds)
        query: dict[str, Any] = {}
        if self._is_cloud:  # other servers tell no ids, and keep nothing about workers
            body |= bodies.without_none({"metadata": bodies.dumped(worker_metadata)})
            query |= {"return_id": True} if get_worker_id else {}
        told = self._call("work_pools.heartbeat", work_pool_name=work_pool_name, body=body, **query)
        return UUID(told["worker_id"]) if isinstance(told, dict) and told.get("worker_id") else None  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]

    def read_workers_for_work_pool(
        self,
        work_pool_name: str,
        worker_filter: WorkerFilter | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> list[Worker]:
        """The workers of a pool, those that were heard of last at the front; raises `ObjectNotFound`."""
        body = bodies.listing(limit=limit, offset=offset)
        if worker_filter is not None:
            body["workers"] = bodies.dumped(worker_filter)
        found = self._call("work_pools.filter_workers", work_pool_name=work_pool_name, body=body)
        return [Worker.model_validate(each) for each in found]

    def read_work_pool(self, work_pool_name: str) -> WorkPool:
        """The work pool of this name; raises `ObjectNotFound`."""
        return WorkPool.model_validate(self._call("work_pools.read", name=work_pool_name))

    def read_work_pools(
        self,
        limit: int | None = None,
        offset: int = 0,
        work_pool_filter: WorkPoolFilter | None = None,
    ) -> list[WorkPool]:
        """The work pools that fit the filter, at most `limit` of them."""
        body = bodies.listing(work_pool_filter=work_pool_filter, limit=limit, offset=offset)
        return [WorkPool.model_validate(each) for each in self._call("work_pools.filter", body=body)]

    def create_work_pool(self, work_pool: WorkPoolCreate, overwrite: bool = False) -> WorkPool:
        """Create a work pool; with `overwrite`, one of that name is changed instead.

        The type of a pool cannot be changed. Raises `ObjectAlreadyExists`.
        """
        try:
            return WorkPool.model_validate(self._call("work_pools.create", body=bodies.given(work_pool)))
        except ObjectAlreadyExists:
            if not overwrite:
                raise
        there = self.read_work_pool(work_pool.name)
        if there.type != work_pool.type:
            warnings.warn(
                f"The type of work pool {there.name!r} stays {there.type!r}: a type cannot be changed.",
                UserWarning,
                stacklevel=2,
            )
        changes = work_pool.model_dump(exclude={"name", "type"}, exclude_unset=True)
        self.update_work_pool(work_pool.name, WorkPoolUpdate(**changes))
        return self.read_work_pool(work_pool.name)

    def update_work_pool(self, work_pool_name: str, work_pool: WorkPoolUpdate) -> None:
        """Change what is set on `work_pool`; raises `ObjectNotFound`."""
        self._call("work_pools.update", name=work_pool_name, body=bodies.given(work_pool))

    def delete_work_pool(self, work_pool_name: str) -> None:
        """Remove a work pool with its queues; raises `ObjectNotFound`."""
        self._call("work_pools.delete", name=work_pool_name)

    def get_scheduled_flow_runs_for_work_pool(
        self,
        work_pool_name: str,
        work_queue_names: list[str] | None = None,
        scheduled_before: datetime | None = None,
    ) -> list[WorkerFlowRunResponse]:
        """The runs of a pool that wait to be started, in the order in which they should be.

        Raises `ObjectNotFound` for a pool or a queue that is not there.
        """
        body: dict[str, Any] = {}
        if work_queue_names is not None:
            body["work_queue_names"] = work_queue_names
        if scheduled_before is not None:
            body["scheduled_before"] = bodies.jsonable(scheduled_before)
        found = self._call("work_pools.get_scheduled_flow_runs", name=work_pool_name, body=body)
        return [WorkerFlowRunResponse.model_validate(each) for each in found]

    def read_work_pool_concurrency_status(
        self,
        work_pool_name: str,
        page: int = 1,
        limit: int | None = None,
        flow_run_limit: int = 10,
    ) -> WorkPoolConcurrencyStatus:
        """The slots of a pool, a page of its queues; raises `ObjectNotFound`."""
        body = bodies.listing(page=page, limit=limit, flow_run_limit=flow_run_limit)
        found = self._call("work_pools.concurrency_status", name=work_pool_name, body=body)
        return WorkPoolConcurrencyStatus.model_validate(found)
