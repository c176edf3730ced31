# Made by tools/make_sync_client.py from _async/task_runs.py: change that and run it again.
"""Task runs and their states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._wire.states import OrchestrationResult, State
from prefect._wire.task_runs import TaskRun
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient

if TYPE_CHECKING:
    import httpx

    from prefect._wire.filters import DeploymentFilter, FlowFilter, FlowRunFilter, TaskRunFilter
    from prefect._wire.sorts import TaskRunSort
    from prefect._wire.task_runs import TaskInputs
    from prefect.tasks import Task as TaskObject


class TaskRunClient(BaseClient):
    """What can be done with task runs."""

    def create_task_run(
        self,
        task: TaskObject[..., Any],
        flow_run_id: UUID | None,
        dynamic_key: str,
        id: UUID | None = None,
        name: str | None = None,
        extra_tags: Iterable[str] | None = None,
        state: State[Any] | None = None,
        task_inputs: TaskInputs | None = None,
    ) -> TaskRun:
        """Create a run of `task`, or get the one of that flow run and dynamic key; PENDING by default."""
        optional = {
            "id": None if id is None else bodies.text(id),
            "flow_run_id": None if flow_run_id is None else bodies.text(flow_run_id),
            "state": None if state is None else bodies.state_create(state),
        }
        body: dict[str, Any] = {
            "name": name or f"{task.name}-{dynamic_key}",
            "task_key": task.task_key,
            "dynamic_key": str(dynamic_key),
            "tags": sorted({*task.tags, *bodies.tag_list(extra_tags)}),
            "task_version": task.version,
            "empirical_policy": {
                "retries": task.retries,
                "retry_delay": bodies.jsonable(task.retry_delay_seconds),
                "retry_jitter_factor": task.retry_jitter_factor,
            },
            "task_inputs": bodies.jsonable(task_inputs or {}),
        }
        body |= {key: value for key, value in optional.items() if value is not None}
        return TaskRun.model_validate(self._call("task_runs.create", body=body))

    def read_task_run(self, task_run_id: UUID) -> TaskRun:
        """The task run of this id; raises `ObjectNotFound`."""
        return TaskRun.model_validate(self._call("task_runs.read", id=bodies.text(task_run_id)))

    def read_task_runs(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        sort: TaskRunSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[TaskRun]:
        """The task runs that fit all of the filters, at most `limit` of them."""
        body = bodies.listing(
            flow_filter=flow_filter,
            flow_run_filter=flow_run_filter,
            task_run_filter=task_run_filter,
            deployment_filter=deployment_filter,
            sort=sort,
            limit=limit,
            offset=offset,
        )
        return [TaskRun.model_validate(found) for found in self._call("task_runs.filter", body=body)]

    def set_task_run_name(self, task_run_id: UUID, name: str) -> httpx.Response:
        """Give a task run another name; raises `ObjectNotFound`."""
        self._call("task_runs.update", id=bodies.text(task_run_id), body={"name": name})
        return bodies.no_content()

    def delete_task_run(self, task_run_id: UUID) -> None:
        """Remove a task run; raises `ObjectNotFound`."""
        self._call("task_runs.delete", id=bodies.text(task_run_id))

    def set_task_run_state(
        self, task_run_id: UUID, state: State[Any], force: bool = False
    ) -> OrchestrationResult[Any]:
        """Propose a state; the answer says what was decided. Raises `ObjectNotFound`."""
        body = bodies.proposal(state, force)
        answer = self._call("task_runs.set_state", id=bodies.text(task_run_id), body=body)
        return OrchestrationResult.model_validate(answer)

    def read_task_run_states(self, task_run_id: UUID) -> list[State[Any]]:
        """The states that a task run went through, in the order of time."""
        found = self._call("run_states.read_for_task_run", task_run_id=bodies.text(task_run_id))
        return [State.model_validate(state) for state in found]
