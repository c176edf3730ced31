# Made by tools/make_sync_client.py from _async/flows.py: change that and run it again.
"""Flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._wire.flows import Flow
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient

if TYPE_CHECKING:
    from prefect._wire.filters import (
        DeploymentFilter,
        FlowFilter,
        FlowRunFilter,
        TaskRunFilter,
        WorkPoolFilter,
        WorkQueueFilter,
    )
    from prefect._wire.sorts import FlowSort
    from prefect.flows import Flow as FlowObject


class FlowClient(BaseClient):
    """What can be done with flows."""

    def create_flow(self, flow: FlowObject[..., Any]) -> UUID:
        """Make the flow known to the API; answers its id."""
        return self.create_flow_from_name(flow.name)

    def create_flow_from_name(self, flow_name: str) -> UUID:
        """Make a flow of this name known to the API, unless it is; answers its id."""
        return UUID((self._call("flows.create", body={"name": flow_name}))["id"])

    def read_flow(self, flow_id: UUID) -> Flow:
        """The flow of this id; raises `ObjectNotFound`."""
        return Flow.model_validate(self._call("flows.read", id=bodies.text(flow_id)))

    def read_flow_by_name(self, flow_name: str) -> Flow:
        """The flow of this name; raises `ObjectNotFound`."""
        return Flow.model_validate(self._call("flows.read_by_name", name=flow_name))

    def delete_flow(self, flow_id: UUID) -> None:
        """Remove a flow with its runs; raises `ObjectNotFound`."""
        self._call("flows.delete", id=bodies.text(flow_id))

    def read_flows(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        sort: FlowSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Flow]:
        """The flows that fit all of the filters, at most `limit` of them."""
        body = bodies.listing(
            flow_filter=flow_filter,
            flow_run_filter=flow_run_filter,
            task_run_filter=task_run_filter,
            deployment_filter=deployment_filter,
            work_pool_filter=work_pool_filter,
            work_queue_filter=work_queue_filter,
            sort=sort,
            limit=limit,
            offset=offset,
        )
        return [Flow.model_validate(found) for found in self._call("flows.filter", body=body)]
