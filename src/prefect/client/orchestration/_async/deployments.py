"""Deployments, their schedules and their runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from prefect._wire.flow_runs import FlowRun
from prefect._wire.states import State
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._async.base import BaseAsyncClient
from prefect.client.schemas._deployments import (
    DeploymentBranch,
    DeploymentBranchingOptions,
    DeploymentCreate,
    DeploymentFlowRunCreate,
    DeploymentResponse,
    DeploymentSchedule,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
    schedule_of,
)

if TYPE_CHECKING:
    from prefect._wire.common import KeyValueLabels
    from prefect._wire.deployments import ConcurrencyOptions, VersionInfo
    from prefect._wire.filters import (
        DeploymentFilter,
        FlowFilter,
        FlowRunFilter,
        TaskRunFilter,
        WorkPoolFilter,
        WorkQueueFilter,
    )
    from prefect._wire.sorts import DeploymentSort
    from prefect.client.schemas._deployments import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import SCHEDULE_TYPES


class DeploymentAsyncClient(BaseAsyncClient):
    """What can be done with deployments."""

    async def create_deployment(
        self,
        flow_id: UUID,
        name: str,
        version: str | None = None,
        version_info: VersionInfo | None = None,
        schedules: list[DeploymentScheduleCreate] | None = None,
        concurrency_limit: int | None = None,
        concurrency_options: ConcurrencyOptions | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        work_queue_name: str | None = None,
        work_pool_name: str | None = None,
        tags: list[str] | None = None,
        storage_document_id: UUID | None = None,
        path: str | None = None,
        entrypoint: str | None = None,
        infrastructure_document_id: UUID | None = None,
        parameter_openapi_schema: dict[str, Any] | None = None,
        paused: bool | None = None,
        pull_steps: list[dict[str, Any]] | None = None,
        enforce_parameter_schema: bool | None = None,
        job_variables: dict[str, Any] | None = None,
        branch: str | None = None,
        base: UUID | None = None,
        root: UUID | None = None,
    ) -> UUID:
        """Create a deployment, or change the one of that flow and name; answers its id.

        What is None is left to the server. Raises `ObjectNotFound` for a flow or a work pool that is not
        there.
        """
        given = {
            "flow_id": flow_id,
            "name": name,
            "version": version,
            "version_info": version_info,
            "schedules": schedules,
            "concurrency_limit": concurrency_limit,
            "concurrency_options": concurrency_options,
            "parameters": bodies.jsonable(parameters),
            "description": description,
            "work_queue_name": work_queue_name,
            "work_pool_name": work_pool_name,
            "tags": tags,
            "storage_document_id": storage_document_id,
            "path": path,
            "entrypoint": entrypoint,
            "infrastructure_document_id": infrastructure_document_id,
            "parameter_openapi_schema": parameter_openapi_schema,
            "paused": paused,
            "pull_steps": pull_steps,
            "enforce_parameter_schema": enforce_parameter_schema,
            "job_variables": job_variables,
            "branch": branch,
            "base": base,
            "root": root,
        }
        deployment = DeploymentCreate(**bodies.without_none(given))
        body = deployment.model_dump(mode="json", exclude_unset=True)
        return UUID((await self._call("deployments.create", body=body))["id"])

    async def set_deployment_paused_state(self, deployment_id: UUID, paused: bool) -> None:
        """Stop or go on making runs by the schedules of a deployment; raises `ObjectNotFound`."""
        await self._call("deployments.update", id=bodies.text(deployment_id), body={"paused": paused})

    async def pause_deployment(self, deployment_id: UUID | str) -> None:
        """Make no more runs by the schedules of a deployment; raises `ObjectNotFound`."""
        await self._call("deployments.pause", id=bodies.text(deployment_id))

    async def resume_deployment(self, deployment_id: UUID | str) -> None:
        """Make runs by the schedules of a deployment again; raises `ObjectNotFound`."""
        await self._call("deployments.resume", id=bodies.text(deployment_id))

    async def update_deployment(self, deployment_id: UUID, deployment: DeploymentUpdate) -> None:
        """Change what is set on `deployment`; raises `ObjectNotFound`."""
        await self._call("deployments.update", id=bodies.text(deployment_id), body=bodies.given(deployment))

    async def read_deployment(self, deployment_id: UUID | str) -> DeploymentResponse:
        """The deployment of this id; raises `ObjectNotFound`, and `ValueError` for what is no id."""
        found = await self._call("deployments.read", id=bodies.text(deployment_id))
        return DeploymentResponse.model_validate(found)

    async def read_deployment_by_name(self, name: str) -> DeploymentResponse:
        """The deployment of this name, ``flow/deployment``.

        Raises `ObjectNotFound`, and `ValueError` for a name of another form.
        """
        flow_name, slash, deployment_name = name.partition("/")
        if not slash or "/" in deployment_name:
            raise ValueError(f"The name of a deployment has the form 'flow/deployment', unlike {name!r}.")
        found = await self._call(
            "deployments.read_by_name", flow_name=flow_name, deployment_name=deployment_name
        )
        return DeploymentResponse.model_validate(found)

    async def read_deployments(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        limit: int | None = None,
        sort: DeploymentSort | None = None,
        offset: int = 0,
    ) -> list[DeploymentResponse]:
        """The deployments that fit all of the filters, at most `limit` of them."""
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
        found = await self._call("deployments.filter", body=body)
        return [DeploymentResponse.model_validate(each) for each in found]

    async def delete_deployment(self, deployment_id: UUID) -> None:
        """Remove a deployment; raises `ObjectNotFound`."""
        await self._call("deployments.delete", id=bodies.text(deployment_id))

    async def create_deployment_schedules(
        self,
        deployment_id: UUID,
        schedules: list[tuple[SCHEDULE_TYPES, bool]] | list[DeploymentScheduleCreate],
        max_scheduled_runs: int | None = None,
        parameters: dict[str, Any] | None = None,
        slug: str | None = None,
    ) -> list[DeploymentSchedule]:
        """Give a deployment further schedules; raises `ObjectNotFound`.

        A pair says whether its schedule is active; what is given beside holds for all pairs.
        """
        beside = bodies.without_none(
            {"max_scheduled_runs": max_scheduled_runs, "parameters": parameters, "slug": slug}
        )
        body = [bodies.jsonable(schedule_of(given, beside)) for given in cast("list[Any]", schedules)]
        found = await self._call("deployments.create_schedules", id=bodies.text(deployment_id), body=body)
        return [DeploymentSchedule.model_validate(each) for each in found]

    async def read_deployment_schedules(self, deployment_id: UUID) -> list[DeploymentSchedule]:
        """The schedules of a deployment; raises `ObjectNotFound`."""
        found = await self._call("deployments.read_schedules", id=bodies.text(deployment_id))
        return [DeploymentSchedule.model_validate(each) for each in found]

    async def update_deployment_schedule(
        self,
        deployment_id: UUID,
        schedule_id: UUID,
        active: bool | None = None,
        schedule: SCHEDULE_TYPES | None = None,
        max_scheduled_runs: int | None = None,
        parameters: dict[str, Any] | None = None,
        slug: str | None = None,
    ) -> None:
        """Change what is given of a schedule; raises `ObjectNotFound`."""
        given = {
            "active": active,
            "schedule": schedule,
            "max_scheduled_runs": max_scheduled_runs,
            "parameters": parameters,
            "slug": slug,
        }
        change = DeploymentScheduleUpdate(**bodies.without_none(given))
        await self._call(
            "deployments.update_schedule",
            id=bodies.text(deployment_id),
            schedule_id=bodies.text(schedule_id),
            body=bodies.given(change),
        )

    async def delete_deployment_schedule(self, deployment_id: UUID, schedule_id: UUID) -> None:
        """Take a schedule away; raises `ObjectNotFound`."""
        await self._call(
            "deployments.delete_schedule", id=bodies.text(deployment_id), schedule_id=bodies.text(schedule_id)
        )

    async def get_scheduled_flow_runs_for_deployments(
        self,
        deployment_ids: list[UUID],
        scheduled_before: datetime | None = None,
        limit: int | None = None,
    ) -> list[FlowRun]:
        """The runs of these deployments that wait to be started, those that are due first at the front."""
        body: dict[str, Any] = {"deployment_ids": [bodies.text(each) for each in deployment_ids]}
        if scheduled_before is not None:
            body["scheduled_before"] = bodies.jsonable(scheduled_before)
        if limit is not None:
            body["limit"] = limit
        found = await self._call("deployments.get_scheduled_flow_runs", body=body)
        return [FlowRun.model_validate(each) for each in found]

    async def create_flow_run_from_deployment(
        self,
        deployment_id: UUID,
        *,
        parameters: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
        state: State[Any] | None = None,
        name: str | None = None,
        tags: Iterable[str] | None = None,
        idempotency_key: str | None = None,
        parent_task_run_id: UUID | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        labels: KeyValueLabels | None = None,
    ) -> FlowRun:
        """Create a run of a deployment, to be started at once unless `state` says otherwise.

        With an idempotency key that was used before, the run that was made then is answered. Raises
        `ObjectNotFound`.
        """
        given: dict[str, Any] = {
            "parameters": bodies.jsonable(parameters or {}),
            "context": bodies.jsonable(context or {}),
            "state": {"type": "SCHEDULED"} if state is None else bodies.state_create(state),
            "tags": bodies.tag_list(tags),
            "name": name,
            "idempotency_key": idempotency_key,
            "parent_task_run_id": parent_task_run_id,
            "work_queue_name": work_queue_name,
            "job_variables": bodies.jsonable(job_variables),
            "labels": labels,
        }
        run = DeploymentFlowRunCreate(**bodies.without_none(given))
        body = bodies.given(run) | {"state": given["state"]}
        found = await self._call("deployments.create_flow_run", id=bodies.text(deployment_id), body=body)
        return FlowRun.model_validate(found)

    async def create_deployment_branch(
        self,
        deployment_id: UUID,
        branch: str,
        options: DeploymentBranchingOptions | None = None,
        overrides: DeploymentUpdate | None = None,
    ) -> UUID:
        """Make a branch of a deployment, where the server knows branches; answers its id."""
        body = DeploymentBranch(
            branch=branch, options=options or DeploymentBranchingOptions(), overrides=overrides
        )
        made = await self._call("deployments.branch", id=bodies.text(deployment_id), body=bodies.given(body))
        return UUID(made["id"])


class SlaAsyncClient(BaseAsyncClient):
    """What can be done with service level agreements, where the server knows them."""

    async def apply_slas_for_deployment(self, deployment_id: UUID, slas: list[Any]) -> UUID:
        """Let exactly these agreements hold for a deployment."""
        for sla in slas:
            sla.set_deployment_id(deployment_id)
        return await self._call(
            "slas.apply", id=bodies.text(deployment_id), body=[bodies.dumped(sla) for sla in slas]
        )
