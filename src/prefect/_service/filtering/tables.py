"""Where the filters' fields are in the store, and how resources are related."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.errors import Invalid
from prefect._service.filtering import conditions as c
from prefect._service.filtering.compile import Special, Table, compile_filter, search
from prefect._store.sql import Part
from prefect._wire.filters import tables as declared
from prefect._wire.filters.declare import Filter
from prefect._wire.operation import JsonObject

# warnings and worse
CONCERN = 30


def _plain(table: str, filter_: Filter, **other: str | Special) -> dict[str, str | Special]:
    """Each field with the column of its name, unless `other` says differently."""
    columns: dict[str, str | Special] = {}
    for field, member in filter_.fields.items():
        if isinstance(member, Filter):
            columns.update({f"{field}.{name}": f"{table}.{field}_{name}" for name in member.fields})
        else:
            columns[field] = f"{table}.{field}"
    return columns | other


def _parents_flow_run(operator: str, value: list[str]) -> Part:
    text = "flow_run.parent_task_run_id IN (SELECT stand_in.id FROM task_run AS stand_in WHERE {})"
    return c.Within(text, c.one_of("stand_in.flow_run_id", value))


def _maker(operator: str, value: Any) -> Part:
    if operator == "is_null_":
        return c.Text(f"flow_run.created_by IS {'' if value else 'NOT '}NULL")
    return c.member_of("flow_run.created_by", operator.removesuffix("_"), value)


def _tagged(operator: str, value: Any) -> Part:
    """The lists of tags that fit are few, and found in an index; runs are compared with those."""
    if operator == "is_null_":
        return c.Text(f"flow_run.tags {'=' if value else '<>'} '[]'")
    if not value:
        return c.ALWAYS if operator == "all_" else c.NEVER
    fits = (c.has_all if operator == "all_" else c.has_any)("had.tags", value)
    # not by the index of tags: runs are walked in the order in which they are listed
    text = (
        "flow_run.tags || '' IN (SELECT had.tags FROM (SELECT DISTINCT tags FROM flow_run) AS had WHERE {})"
    )
    return c.Within(text, fits)


def _task_tagged(operator: str, value: Any) -> Part:
    """As of flow runs; most task runs have no tags, and the index has only those that do."""
    if operator == "is_null_":
        return c.Text(f"task_run.tags {'=' if value else '<>'} '[]'")
    if not value:
        return c.ALWAYS if operator == "all_" else c.NEVER
    fits = (c.has_all if operator == "all_" else c.has_any)("had.tags", value)
    text = (
        "(task_run.tags <> '[]' AND task_run.tags IN (SELECT had.tags FROM"
        " (SELECT DISTINCT tags FROM task_run WHERE tags <> '[]') AS had WHERE {}))"
    )
    return c.Within(text, fits)


def _state_named(table: str, usual: tuple[str, ...]) -> Special:
    """Names of states: an index has those that are not `usual`."""
    names = ", ".join(f"'{name}'" for name in usual)

    def _named(operator: str, value: list[str]) -> Part:
        column = f"{table}.state_name"
        if operator == "not_any_":
            return c.none_of(column, value)
        found = c.one_of(column, value)
        if not set(value).isdisjoint(usual):
            return found
        return c.every((found, c.Text(f"{column} NOT IN ({names})")))  # in the words of the index

    return _named


def _level(operator: str, value: int) -> Part:
    found = c.compared("log.level", ">=" if operator == "ge_" else "<=", value)
    if operator == "ge_" and value >= CONCERN:  # in words that the index of these lines has, too
        return c.every((found, c.Text(f"log.level >= {CONCERN}")))
    return found


def _has_subflow(operator: str, value: bool) -> Part:
    found = "EXISTS (SELECT 1 FROM flow_run AS subflow WHERE subflow.parent_task_run_id = task_run.id)"
    return c.Text(found if value else f"NOT {found}")


def _deployed(operator: str, value: bool) -> Part:
    found = (
        "EXISTS (SELECT 1 FROM flow_run AS run WHERE run.flow_id = flow.id AND run.deployment_id IS NOT NULL)"
    )
    return c.Text(f"NOT {found}" if value else found)


FLOWS = Table(declared.FLOWS, _plain("flow", declared.FLOWS, deployment=_deployed), {})

FLOW_RUNS = Table(
    declared.FLOW_RUNS,
    _plain(
        "flow_run",
        declared.FLOW_RUNS,
        start_time="coalesce(flow_run.start_us, flow_run.expected_start_us)",
        end_time="flow_run.end_us",
        expected_start_time="flow_run.expected_start_us",
        next_scheduled_start_time="flow_run.next_scheduled_us",
        parent_flow_run_id=_parents_flow_run,
        created_by=_maker,
        tags=_tagged,
        **{"state.name": _state_named("flow_run", ("Completed", "Running", "Pending", "Scheduled"))},
    ),
    {"start_time": "flow_run.start_us"},
)

TASK_RUNS = Table(
    declared.TASK_RUNS,
    _plain(
        "task_run",
        declared.TASK_RUNS,
        start_time="coalesce(task_run.start_us, task_run.expected_start_us)",
        end_time="task_run.end_us",
        expected_start_time="task_run.expected_start_us",
        subflow_runs=_has_subflow,
        tags=_task_tagged,
        **{"state.name": _state_named("task_run", ("Completed", "Running", "Pending"))},
    ),
    {"start_time": "task_run.start_us"},
)


def _named_or_of_flow(operator: str, value: str) -> Part:
    flow_named = c.Within(
        "deployment.flow_id IN (SELECT flow.id FROM flow WHERE {})", c.contains("flow.name", value)
    )
    return c.some([c.contains("deployment.name", value), flow_named])


DEPLOYMENTS = Table(
    declared.DEPLOYMENTS,
    _plain("deployment", declared.DEPLOYMENTS, flow_or_deployment_name=_named_or_of_flow),
    {},
)

LOGS = Table(
    declared.LOGS,
    _plain(
        "log",
        declared.LOGS,
        timestamp="log.at_us",
        level=_level,
        text=lambda _, query: search(["log.message", "log.name"], query),
    ),
    {},
)

ARTIFACTS = Table(declared.ARTIFACTS, _plain("artifact", declared.ARTIFACTS), {})
ARTIFACT_COLLECTIONS = Table(
    declared.ARTIFACT_COLLECTIONS, _plain("artifact_collection", declared.ARTIFACT_COLLECTIONS), {}
)
BLOCK_TYPES = Table(declared.BLOCK_TYPES, _plain("block_type", declared.BLOCK_TYPES), {})
BLOCK_SCHEMAS = Table(
    declared.BLOCK_SCHEMAS,
    _plain("block_schema", declared.BLOCK_SCHEMAS, block_capabilities="block_schema.capabilities"),
    {},
)
BLOCK_DOCUMENTS = Table(declared.BLOCK_DOCUMENTS, _plain("block_document", declared.BLOCK_DOCUMENTS), {})
VARIABLES = Table(declared.VARIABLES, _plain("variable", declared.VARIABLES), {})
WORK_POOLS = Table(declared.WORK_POOLS, _plain("work_pool", declared.WORK_POOLS), {})
WORK_QUEUES = Table(declared.WORK_QUEUES, _plain("work_queue", declared.WORK_QUEUES), {})
WORKERS = Table(
    declared.WORKERS,
    _plain("worker", declared.WORKERS, last_heartbeat_time="worker.last_heartbeat_us"),
    {},
)

# the keys of a request that filter by related objects -> table, and from each resource the way to it.
# Ways up are lists of ids made once, ways down are tests that use the index of the relation.
TABLES: Mapping[str, Table] = {
    "flows": FLOWS,
    "flow_runs": FLOW_RUNS,
    "task_runs": TASK_RUNS,
    "deployments": DEPLOYMENTS,
    "block_types": BLOCK_TYPES,
    "block_schemas": BLOCK_SCHEMAS,
    "work_pools": WORK_POOLS,
    "work_pool_queues": WORK_QUEUES,
}
# the queues of some pools; what is in a queue carries its id
_QUEUES_OF_POOLS = (
    "SELECT work_queue.id FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id"
)
_RUNS_OF_FLOWS = "SELECT flow_run.id FROM flow_run JOIN flow ON flow.id = flow_run.flow_id"
_RUNS_OF_DEPLOYMENTS = (
    "SELECT flow_run.id FROM flow_run JOIN deployment ON deployment.id = flow_run.deployment_id"
)
WAYS: Mapping[str, Mapping[str, str]] = {
    "flows": {
        "flow_runs": "flow.id IN (SELECT flow_run.flow_id FROM flow_run WHERE {})",
        "task_runs": "EXISTS (SELECT 1 FROM flow_run JOIN task_run ON task_run.flow_run_id = flow_run.id"
        " WHERE flow_run.flow_id = flow.id AND {})",
        "deployments": "EXISTS (SELECT 1 FROM deployment WHERE deployment.flow_id = flow.id AND {})",
        "work_pools": "flow.id IN (SELECT deployment.flow_id FROM deployment"
        f" WHERE deployment.work_queue_id IN ({_QUEUES_OF_POOLS} WHERE {{}}))",
        "work_pool_queues": "flow.id IN (SELECT deployment.flow_id FROM deployment"
        " WHERE deployment.work_queue_id IN (SELECT work_queue.id FROM work_queue WHERE {}))",
    },
    "flow_runs": {
        "deployments": "flow_run.deployment_id IN (SELECT deployment.id FROM deployment WHERE {})",
        "flows": "flow_run.flow_id IN (SELECT flow.id FROM flow WHERE {})",
        "task_runs": "EXISTS (SELECT 1 FROM task_run WHERE task_run.flow_run_id = flow_run.id AND {})",
        "work_pools": f"flow_run.work_queue_id IN ({_QUEUES_OF_POOLS} WHERE {{}})",
        "work_pool_queues": "flow_run.work_queue_id IN (SELECT work_queue.id FROM work_queue WHERE {})",
    },
    "task_runs": {
        "flows": f"task_run.flow_run_id IN ({_RUNS_OF_FLOWS} WHERE {{}})",
        "flow_runs": "task_run.flow_run_id IN (SELECT flow_run.id FROM flow_run WHERE {})",
        "deployments": "task_run.flow_run_id IN (SELECT flow_run.id FROM flow_run JOIN deployment"
        " ON deployment.id = flow_run.deployment_id WHERE {})",
    },
    "deployments": {
        "flows": "deployment.flow_id IN (SELECT flow.id FROM flow WHERE {})",
        "flow_runs": "deployment.id IN (SELECT flow_run.deployment_id FROM flow_run WHERE {})",
        "task_runs": "EXISTS (SELECT 1 FROM flow_run JOIN task_run ON task_run.flow_run_id = flow_run.id"
        " WHERE flow_run.deployment_id = deployment.id AND {})",
        "work_pools": f"deployment.work_queue_id IN ({_QUEUES_OF_POOLS} WHERE {{}})",
        "work_pool_queues": "deployment.work_queue_id IN (SELECT work_queue.id FROM work_queue WHERE {})",
    },
    "artifacts": {
        "flow_runs": "artifact.flow_run_id IN (SELECT flow_run.id FROM flow_run WHERE {})",
        "task_runs": "artifact.task_run_id IN (SELECT task_run.id FROM task_run WHERE {})",
        "flows": f"artifact.flow_run_id IN ({_RUNS_OF_FLOWS} WHERE {{}})",
        "deployments": f"artifact.flow_run_id IN ({_RUNS_OF_DEPLOYMENTS} WHERE {{}})",
    },
    "artifact_collections": {
        "flow_runs": "artifact_collection.flow_run_id IN (SELECT flow_run.id FROM flow_run WHERE {})",
        "task_runs": "artifact_collection.task_run_id IN (SELECT task_run.id FROM task_run WHERE {})",
        "flows": f"artifact_collection.flow_run_id IN ({_RUNS_OF_FLOWS} WHERE {{}})",
        "deployments": f"artifact_collection.flow_run_id IN ({_RUNS_OF_DEPLOYMENTS} WHERE {{}})",
    },
    "block_types": {
        "block_schemas": "block_type.id IN (SELECT block_schema.block_type_id FROM block_schema WHERE {})",
    },
    "block_documents": {
        "block_types": "block_document.block_type_id IN (SELECT block_type.id FROM block_type WHERE {})",
        "block_schemas": "block_document.block_schema_id IN"
        " (SELECT block_schema.id FROM block_schema WHERE {})",
    },
}


def where(resource: str, table: Table, body: JsonObject) -> Part:
    """The condition of a request body of `resource`: its own filter, and those of related objects."""
    ways = WAYS.get(resource, {})
    parts = [compile_filter(table, body[resource])] if body.get(resource) else []
    for key, given in body.items():
        if given is None or key == resource:
            continue
        if key in ways:
            parts.append(c.Within(ways[key], compile_filter(TABLES[key], given)))
    return c.every(parts)


def order(orders: Mapping[str, str], asked: str | None, default: str) -> Part:
    """The ORDER BY of a request; raises `Invalid` for an order that does not exist."""
    chosen = asked or default
    if chosen not in orders:
        raise Invalid(f"There is no order {chosen!r}: there are {', '.join(orders)}.")
    return c.Text(orders[chosen])
