"""Every filter, declared."""

from __future__ import annotations

from collections.abc import Mapping

from prefect._wire.filters.declare import Criterion, Filter, criterion

_IDS = criterion("uuid", "any_")
_IDS_NOT = criterion("uuid", "any_ not_any_")
_TEXTS = criterion("text", "any_")
_TEXTS_NOT = criterion("text", "any_ not_any_")
_NAMES = criterion("text", "any_ like_")
_TAGS = criterion("list", "all_ is_null_", grouped=True)
_TAGS_ANY = criterion("list", "all_ any_ is_null_", grouped=True)
_INSTANT = criterion("instant", "before_ after_")
_INSTANT_NULL = criterion("instant", "before_ after_ is_null_")

FLOWS = Filter(
    "FlowFilter",
    {
        "id": _IDS_NOT,
        "deployment": criterion("uuid", "is_null_", grouped=True),
        "name": _NAMES,
        "tags": _TAGS,
    },
)

FLOW_RUNS = Filter(
    "FlowRunFilter",
    {
        "id": _IDS_NOT,
        "name": _NAMES,
        "tags": _TAGS_ANY,
        "deployment_id": criterion("uuid", "any_ is_null_", grouped=True),
        "work_queue_name": criterion("text", "any_ is_null_", grouped=True),
        "state": Filter(
            "FlowRunFilterState",
            {"type": criterion("state_type", "any_ not_any_"), "name": _TEXTS_NOT},
        ),
        "flow_version": _TEXTS,
        "start_time": _INSTANT_NULL,
        "end_time": _INSTANT_NULL,
        "expected_start_time": _INSTANT,
        "next_scheduled_start_time": _INSTANT,
        "parent_flow_run_id": criterion("uuid", "any_", grouped=True),
        "parent_task_run_id": criterion("uuid", "any_ is_null_", grouped=True),
        "idempotency_key": _TEXTS_NOT,
        "created_by": criterion("uuid", "id_ type_ is_null_", grouped=True),
    },
)

TASK_RUNS = Filter(
    "TaskRunFilter",
    {
        "id": _IDS,
        "name": _NAMES,
        "tags": _TAGS,
        "state": Filter("TaskRunFilterState", {"type": criterion("state_type", "any_"), "name": _TEXTS}),
        "start_time": _INSTANT_NULL,
        "end_time": _INSTANT_NULL,
        "expected_start_time": _INSTANT,
        "subflow_runs": criterion("bool", "exists_", named="TaskRunFilterSubFlowRuns"),
        "flow_run_id": criterion("uuid", "any_ is_null_", grouped=True, defaults={"is_null_": False}),
    },
)

DEPLOYMENTS = Filter(
    "DeploymentFilter",
    {
        "id": _IDS_NOT,
        "name": _NAMES,
        "flow_or_deployment_name": criterion("text", "like_", named="DeploymentOrFlowNameFilter"),
        "paused": criterion("bool", "eq_"),
        "tags": _TAGS_ANY,
        "work_queue_name": _TEXTS,
        "concurrency_limit": criterion("int", "ge_ le_ is_null_"),
    },
)

LOGS = Filter(
    "LogFilter",
    {
        "level": criterion("int", "ge_ le_"),
        "timestamp": _INSTANT,
        "flow_run_id": _IDS,
        "task_run_id": criterion("uuid", "any_ is_null_"),
        "text": criterion("search", "query", named="LogFilterTextSearch"),
    },
)

ARTIFACTS = Filter(
    "ArtifactFilter",
    {
        "id": _IDS,
        "key": criterion("text", "any_ like_ exists_"),
        "flow_run_id": _IDS,
        "task_run_id": _IDS,
        "type": _TEXTS_NOT,
    },
)

ARTIFACT_COLLECTIONS = Filter(
    "ArtifactCollectionFilter",
    {
        "latest_id": _IDS,
        "key": criterion("text", "any_ like_ exists_"),
        "flow_run_id": _IDS,
        "task_run_id": _IDS,
        "type": _TEXTS_NOT,
    },
)

VARIABLES = Filter("VariableFilter", {"id": _IDS, "name": _NAMES, "tags": _TAGS})

WORK_POOLS = Filter("WorkPoolFilter", {"id": _IDS, "name": _TEXTS, "type": _TEXTS})

WORK_QUEUES = Filter("WorkQueueFilter", {"id": _IDS, "name": criterion("text", "any_ startswith_")})

WORKERS = Filter("WorkerFilter", {"last_heartbeat_time": _INSTANT, "status": _TEXTS_NOT})

BLOCK_TYPES = Filter("BlockTypeFilter", {"name": criterion("text", "like_"), "slug": _TEXTS}, grouped=False)

BLOCK_SCHEMAS = Filter(
    "BlockSchemaFilter",
    {
        "block_type_id": _IDS,
        "block_capabilities": criterion("list", "all_", named="BlockSchemaFilterCapabilities"),
        "id": _IDS,
        "version": _TEXTS,
    },
)

BLOCK_DOCUMENTS = Filter(
    "BlockDocumentFilter",
    {
        "id": _IDS,
        "is_anonymous": criterion("bool", "eq_"),
        "block_type_id": _IDS,
        "name": _NAMES,
    },
    defaults={"is_anonymous": {"eq_": False}},
)

FILTERS: tuple[Filter, ...] = (
    FLOWS,
    FLOW_RUNS,
    TASK_RUNS,
    DEPLOYMENTS,
    LOGS,
    ARTIFACTS,
    ARTIFACT_COLLECTIONS,
    VARIABLES,
    WORK_POOLS,
    WORK_QUEUES,
    WORKERS,
    BLOCK_TYPES,
    BLOCK_SCHEMAS,
    BLOCK_DOCUMENTS,
)

# criteria that users can import although no filter has such a field
LONE: Mapping[str, Criterion] = {"LogFilterName": _TEXTS, "WorkerFilterWorkPoolId": _IDS}


def _all() -> dict[str, Filter | Criterion]:
    found: dict[str, Filter | Criterion] = dict(LONE)

    def enter(filter_: Filter) -> None:
        found[filter_.class_name] = filter_
        for field, member in filter_.fields.items():
            if isinstance(member, Filter):
                enter(member)
            else:
                found[filter_.class_of(field)] = member

    for filter_ in FILTERS:
        enter(filter_)
    return found


CLASSES: Mapping[str, Filter | Criterion] = _all()
"""Every class name with what it is made from."""
