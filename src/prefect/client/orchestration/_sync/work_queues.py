# Made by tools/make_sync_client.py from _async/work_queues.py: change that and run it again.
"""Queues of work pools."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._wire.common import now
from prefect._wire.filters import WorkQueueFilter, WorkQueueFilterName
from prefect._wire.flow_runs import FlowRun
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient
from prefect.client.schemas._pools import (
    WorkQueue,
    WorkQueueConcurrencyStatus,
    WorkQueueCreate,
    WorkQueueStatusDetail,
    WorkQueueUpdate,
)

if TYPE_CHECKING:
    from prefect.client.orchestration._bodies import JsonObject


class WorkQueueClient(BaseClient):
    """What can be done with queues."""

    def create_work_queue(
        self,
        name: str,
        description: str | None = None,
        is_paused: bool | None = None,
        concurrency_limit: int | None = None,
        priority: int | None = None,
        work_pool_name: str | None = None,
    ) -> WorkQueue:
        """Create a queue in a work pool, or in that of the agents; raises `ObjectAlreadyExists`."""
        given = {
            "name": name,
            "description": description,
            "is_paused": is_paused,
            "concurrency_limit": concurrency_limit,
            "priority": priority,
        }
        body = bodies.given(WorkQueueCreate(**bodies.without_none(given)))
        if work_pool_name is None:
            made = self._call("work_queues.create", body=body)
        else:
            made = self._call("work_pools.create_queue", work_pool_name=work_pool_name, body=body)
        return WorkQueue.model_validate(made)

    def read_work_queue_by_name(self, name: str, work_pool_name: str | None = None) -> WorkQueue:
        """The queue of this name in a work pool, or in that of the agents; raises `ObjectNotFound`."""
        if work_pool_name is None:
            found = self._call("work_queues.read_by_name", name=name)
        else:
            found = self._call("work_pools.read_queue", work_pool_name=work_pool_name, name=name)
        return WorkQueue.model_validate(found)

    def update_work_queue(self, id: UUID, **kwargs: Any) -> None:
        """Change what is given of a queue; raises `ObjectNotFound`, and `ValueError` if nothing is given."""
        if not kwargs:
            raise ValueError("Say what is to be changed of the queue.")
        change = WorkQueueUpdate(**kwargs)
        self._call("work_queues.update", id=bodies.text(id), body=bodies.given(change))

    def get_runs_in_work_queue(
        self, id: UUID, limit: int = 10, scheduled_before: datetime | None = None
    ) -> list[FlowRun]:
        """The runs of a queue that wait to be started, by default those that are due."""
        before = now() if scheduled_before is None else scheduled_before
        body: JsonObject = {"limit": limit, "scheduled_before": bodies.jsonable(before)}
        found = self._call("work_queues.get_runs", id=bodies.text(id), body=body)
        return [FlowRun.model_validate(each) for each in found]

    def read_work_queue(self, id: UUID) -> WorkQueue:
        """The queue of this id; raises `ObjectNotFound`."""
        return WorkQueue.model_validate(self._call("work_queues.read", id=bodies.text(id)))

    def read_work_queue_status(self, id: UUID) -> WorkQueueStatusDetail:
        """How a queue is doing; raises `ObjectNotFound`."""
        found = self._call("work_queues.status", id=bodies.text(id))
        return WorkQueueStatusDetail.model_validate(found)

    def read_work_queue_concurrency_status(
        self, id: UUID, page: int = 1, limit: int | None = None
    ) -> WorkQueueConcurrencyStatus:
        """The slots of a queue, a page of the runs that take them; raises `ObjectNotFound`."""
        body = bodies.listing(page=page, limit=limit)
        found = self._call("work_queues.concurrency_status", id=bodies.text(id), body=body)
        return WorkQueueConcurrencyStatus.model_validate(found)

    def match_work_queues(self, prefixes: list[str], work_pool_name: str | None = None) -> list[WorkQueue]:
        """The queues whose names begin with one of `prefixes`."""
        wanted = WorkQueueFilter(name=WorkQueueFilterName(startswith_=prefixes))
        found: list[WorkQueue] = []
        while True:
            page = self.read_work_queues(work_pool_name, wanted, offset=len(found))
            found += page
            if not page:
                return found

    def delete_work_queue_by_id(self, id: UUID) -> None:
        """Remove a queue; raises `ObjectNotFound`."""
        self._call("work_queues.delete", id=bodies.text(id))

    def read_work_queues(
        self,
        work_pool_name: str | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> list[WorkQueue]:
        """The queues that fit the filter, of one work pool or of all, a page of them."""
        body = bodies.listing(limit=limit, offset=offset)
        if work_queue_filter is not None:
            body["work_queues"] = bodies.dumped(work_queue_filter)
        if work_pool_name is None:
            found = self._call("work_queues.filter", body=body)
        else:
            found = self._call("work_pools.filter_queues", work_pool_name=work_pool_name, body=body)
        return [WorkQueue.model_validate(each) for each in found]
