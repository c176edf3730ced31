"""Flow runs and their states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._wire.flow_runs import FlowRun
from prefect._wire.inputs import FlowRunInput, check_key
from prefect._wire.states import OrchestrationResult, State
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._async.base import BaseAsyncClient
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

if TYPE_CHECKING:
    import httpx

    from prefect._wire.common import KeyValueLabels
    from prefect._wire.filters import (
        DeploymentFilter,
        FlowFilter,
        FlowRunFilter,
        TaskRunFilter,
        WorkPoolFilter,
        WorkQueueFilter,
    )
    from prefect._wire.flow_runs import FlowRunPolicy
    from prefect._wire.sorts import FlowRunSort
    from prefect.flows import Flow as FlowObject


class FlowRunAsyncClient(BaseAsyncClient):
    """What can be done with flow runs."""

    async def create_flow_run(
        self,
        flow: FlowObject[..., Any],
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
        tags: Iterable[str] | None = None,
        parent_task_run_id: UUID | None = None,
        state: State[Any] | None = None,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
    ) -> FlowRun:
        """Create a run of `flow`, PENDING unless `state` is given; a name is made up if there is none."""
        flow_id = (await self._call("flows.create", body={"name": flow.name}))["id"]
        body: dict[str, Any] = {
            "flow_id": flow_id,
            "flow_version": flow.version,
            "parameters": bodies.jsonable(parameters or {}),
            "context": bodies.jsonable(context or {}),
            "tags": bodies.tag_list(tags),
            "empirical_policy": {
                "retries": flow.retries,
                "retry_delay": int(flow.retry_delay_seconds or 0),
            },
        }
        optional = {
            "name": name,
            "parent_task_run_id": None if parent_task_run_id is None else bodies.text(parent_task_run_id),
            "state": None if state is None else bodies.state_create(state),
            "work_pool_name": work_pool_name,
            "work_queue_name": work_queue_name,
            "job_variables": bodies.jsonable(job_variables),
        }
        body |= {key: value for key, value in optional.items() if value is not None}
        found = FlowRun.model_validate(await self._call("flow_runs.create", body=body))
        found.parameters = parameters or {}
        return found

    async def update_flow_run(
        self,
        flow_run_id: UUID,
        flow_version: str | None = None,
        parameters: dict[str, Any] | None = None,
        name: str | None = None,
        tags: Iterable[str] | None = None,
        empirical_policy: FlowRunPolicy | None = None,
        infrastructure_pid: str | None = None,
        job_variables: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """Change what is given of a flow run; raises `ObjectNotFound`."""
        changes = {
            "flow_version": flow_version,
            "parameters": bodies.jsonable(parameters),
            "name": name,
            "tags": None if tags is None else list(tags),
            "empirical_policy": None if empirical_policy is None else bodies.given(empirical_policy),
            "infrastructure_pid": infrastructure_pid,
            "job_variables": bodies.jsonable(job_variables),
        }
        body = {key: value for key, value in changes.items() if value is not None}
        await self._call("flow_runs.update", id=bodies.text(flow_run_id), body=body)
        return bodies.no_content()

    async def set_flow_run_name(self, flow_run_id: UUID, name: str) -> httpx.Response:
        """Give a flow run another name; raises `ObjectNotFound`."""
        return await self.update_flow_run(flow_run_id, name=name)

    async def update_flow_run_labels(self, flow_run_id: UUID, labels: KeyValueLabels) -> None:
        """Add labels to a flow run; raises `ObjectNotFound`."""
        await self._call("flow_runs.update_labels", id=bodies.text(flow_run_id), body=dict(labels))

    async def delete_flow_run(self, flow_run_id: UUID) -> None:
        """Remove a flow run with its task runs and logs; raises `ObjectNotFound`."""
        await self._call("flow_runs.delete", id=bodies.text(flow_run_id))

    async def read_flow_run(self, flow_run_id: UUID) -> FlowRun:
        """The flow run of this id; raises `ObjectNotFound`."""
        return FlowRun.model_validate(await self._call("flow_runs.read", id=bodies.text(flow_run_id)))

    async def read_flow_runs(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        sort: FlowRunSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[FlowRun]:
        """The flow runs that fit all of the filters, at most `limit` of them."""
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
        return [FlowRun.model_validate(found) for found in await self._call("flow_runs.filter", body=body)]

    async def count_flow_runs(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
    ) -> int:
        """How many flow runs fit all of the filters."""
        body = bodies.listing(
            flow_filter=flow_filter,
            flow_run_filter=flow_run_filter,
            task_run_filter=task_run_filter,
            deployment_filter=deployment_filter,
            work_pool_filter=work_pool_filter,
            work_queue_filter=work_queue_filter,
        )
        return await self._call("flow_runs.count", body=body)

    async def set_flow_run_state(
        self, flow_run_id: UUID | str, state: State[Any], force: bool = False
    ) -> OrchestrationResult[Any]:
        """Propose a state; the answer says what was decided. Raises `ObjectNotFound`."""
        body = bodies.proposal(state, force)
        answer = await self._call("flow_runs.set_state", id=bodies.text(flow_run_id), body=body)
        return OrchestrationResult.model_validate(answer)

    async def read_flow_run_state(self, flow_run_state_id: UUID) -> State[Any]:
        """The state of this id; raises `ObjectNotFound`."""
        found = await self._call("run_states.read_flow_run_state", id=bodies.text(flow_run_state_id))
        return State.model_validate(found)

    async def read_flow_run_states(self, flow_run_id: UUID) -> list[State[Any]]:
        """The states that a flow run went through, in the order of time."""
        found = await self._call("run_states.read_for_flow_run", flow_run_id=bodies.text(flow_run_id))
        return [State.model_validate(state) for state in found]

    async def resume_flow_run(
        self, flow_run_id: UUID, run_input: dict[str, Any] | None = None
    ) -> OrchestrationResult[Any]:
        """Let a paused run go on; the answer says what was decided. Raises `ObjectNotFound`."""
        body = {} if run_input is None else {"run_input": bodies.jsonable(run_input)}
        answer = await self._call("flow_runs.resume", id=bodies.text(flow_run_id), body=body)
        return OrchestrationResult.model_validate(answer)

    # A refusal about inputs is a `PrefectHTTPStatusError`, unlike elsewhere: programs expect that.

    async def create_flow_run_input(
        self, flow_run_id: UUID, key: str, value: str, sender: str | None = None
    ) -> None:
        """Give a flow run an input, as text; raises `PrefectHTTPStatusError`."""
        body = {"key": check_key(key), "value": value, "sender": sender}
        try:
            await self._call("flow_run_inputs.create", id=bodies.text(flow_run_id), body=body)
        except (ObjectNotFound, ObjectAlreadyExists) as refusal:
            raise refusal.http_exc from refusal

    async def filter_flow_run_input(
        self, flow_run_id: UUID, key_prefix: str, limit: int, exclude_keys: set[str]
    ) -> list[FlowRunInput]:
        """The oldest inputs of a flow run whose keys begin with a prefix, without the excluded ones."""
        body = {"prefix": key_prefix, "limit": limit, "exclude_keys": sorted(exclude_keys)}
        found = await self._call("flow_run_inputs.filter", id=bodies.text(flow_run_id), body=body)
        return [FlowRunInput.model_validate(each) for each in found]

    async def read_flow_run_input(self, flow_run_id: UUID, key: str) -> str:
        """The text of an input; raises `PrefectHTTPStatusError`."""
        try:
            return await self._call("flow_run_inputs.read", id=bodies.text(flow_run_id), key=key)
        except ObjectNotFound as refusal:
            raise refusal.http_exc from refusal

    async def delete_flow_run_input(self, flow_run_id: UUID, key: str) -> None:
        """Remove an input; raises `PrefectHTTPStatusError`."""
        try:
            await self._call("flow_run_inputs.delete", id=bodies.text(flow_run_id), key=key)
        except ObjectNotFound as refusal:
            raise refusal.http_exc from refusal
