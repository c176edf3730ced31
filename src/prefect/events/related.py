"""What takes part in whatever a run tells: the run itself, its flow, its deployment, its tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prefect._base import jsontext
from prefect._engine import scope
from prefect.events.schemas.events import RelatedResource

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

MAX_CACHE_SIZE = 100
# kept for programs that clear it: nothing has to be asked for, so nothing is cached
RESOURCE_CACHE: dict[str, Any] = {}

Resource = dict[str, str]


def tags_as_related_resources(tags: Iterable[str]) -> list[RelatedResource]:
    """Tags as resources."""
    return [RelatedResource.model_validate(each) for each in _tags(tags)]


def object_as_related_resource(kind: str, role: str, object: Any) -> RelatedResource:
    """An object of the API as a resource in a role."""
    resource = _resource(kind, str(object.id), getattr(object, "name", None), role)
    if kind == "work-pool":
        resource["prefect.work-pool.type"] = object.type
    return RelatedResource.model_validate(resource)


async def related_resources_from_run_context(
    client: PrefectClient | None = None, exclude: set[str] | None = None
) -> list[RelatedResource]:
    """The runs at hand and what is around them, but for the ids to `exclude`."""
    left_out = exclude or set()
    return [
        RelatedResource.model_validate(each)
        for each in around_runs()
        if each["prefect.resource.id"] not in left_out
    ]


def around_runs() -> list[Resource]:
    """The runs at hand and what is around them, as labels."""
    flow, task = scope.flow_scope.get(), scope.task_scope.get()
    found: list[Resource] = []
    tags: set[str] = set()
    if flow is not None:
        found.append(_resource("flow-run", flow.run.id, flow.run.name))
        tags |= set(flow.run.tags)
    if task is not None:
        found.append(_resource("task-run", task.run.id, task.run.name))
        tags |= set(jsontext.loads(task.run.tags_json))
    if flow is not None:
        data = flow.run.data
        found.append(_resource("flow", data["flow_id"], flow.run.flow_name))
        for kind, id_, name in (
            ("deployment", data.get("deployment_id"), None),
            ("work-queue", data.get("work_queue_id"), data.get("work_queue_name")),
            ("work-pool", data.get("work_pool_id"), data.get("work_pool_name")),
        ):
            if id_:
                found.append(_resource(kind, str(id_), name))
    return found + _tags(tags)


def _tags(tags: Iterable[str]) -> list[Resource]:
    return [
        {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
        for tag in sorted(set(tags))
    ]


def _resource(kind: str, id_: str, name: str | None, role: str | None = None) -> Resource:
    labels = {"prefect.resource.id": f"prefect.{kind}.{id_}", "prefect.resource.role": role or kind}
    return labels if name is None else {**labels, "prefect.resource.name": name}
