"""What `prefect transfer` copies: how each kind is read, how it is known again, and how it is created.

Ids differ from place to place. What a thing is known by there is its name, so the ids of the source are
mapped to those of the target in the order in which things refer to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from prefect._base.errors import NotFound, OperationError
from prefect._cli import client
from prefect._cli.errors import CommandError
from prefect._wire import operation as wire

Thing = dict[str, Any]


class Read(NamedTuple):
    """The things of one kind, as they are in the source."""

    kind: Kind
    items: Sequence[Thing]


@dataclass(slots=True)
class Done:
    """What became of the things of one kind, by their names."""

    title: str
    copied: list[str] = field(default_factory=list[str])
    skipped: list[str] = field(default_factory=list[str])
    failed: dict[str, str] = field(default_factory=dict[str, str])


class Kind(NamedTuple):
    """How things of a kind are read, found in the target, and created there.

    `find` answers the thing of the target that stands for one of the source, None if there is none.
    """

    title: str
    read: Callable[[], Sequence[Thing]]
    find: Callable[[Thing, Mapping[str, str]], Thing | None]
    create: Callable[[Thing, Mapping[str, str]], Thing]
    name: Callable[[Thing], str]


def read() -> list[Read]:
    """Everything that can be copied from where the settings lead."""
    return [Read(kind, kind.read()) for kind in KINDS]


def write(found: Iterable[Read]) -> list[Done]:
    """Copy to where the settings lead; what is there already stays as it is."""
    ids: dict[str, str] = {}
    report: list[Done] = []
    for kind, items in found:
        done = Done(kind.title)
        report.append(done)
        for thing in items:
            name = kind.name(thing)
            try:
                there = kind.find(thing, ids)
                made = there or kind.create(thing, ids)
            except (OperationError, CommandError) as error:
                done.failed[name] = str(error)
                continue
            ids[thing["id"]] = made["id"]
            (done.copied if there is None else done.skipped).append(name)
    return report


# -- what kinds have in common -----------------------------------------------------------------------


def _listed(operation: str) -> Callable[[], Sequence[Thing]]:
    return lambda: client.listed(operation, {}, limit=None)


def _found(operation: str, **arguments: Any) -> Thing | None:
    try:
        return client.call(operation, **arguments)
    except NotFound:
        return None


def _created(operation: str, thing: Thing, ids: Mapping[str, str], **arguments: Any) -> Thing:
    """Create what a body of the operation can hold of a thing, with the ids of the target."""
    body = wire.named(operation).body
    assert body is not None
    fields = wire.resolve(body).model_fields
    values = {
        name: thing.get(name)
        for name, field in fields.items()
        if field.is_required() or thing.get(name) is not None
    }
    return client.call(operation, **arguments, body=client.checked(operation, _mapped(values, ids)))


def _mapped(value: Any, ids: Mapping[str, str]) -> Any:
    """The value with every id of the source that is known replaced."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, dict):
        return {key: _mapped(each, ids) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_mapped(each, ids) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _name(thing: Thing) -> str:
    return thing["name"]


# -- blocks ------------------------------------------------------------------------------------------


def _documents() -> list[Thing]:
    body = {"include_secrets": True, "sort": "BLOCK_TYPE_AND_NAME_ASC"}
    return _after_references(client.listed("block_documents.filter", body, limit=None))


def _after_references(documents: Sequence[Thing]) -> list[Thing]:
    """Documents in an order in which each comes after those that it refers to."""
    by_id = {each["id"]: each for each in documents}
    ordered: dict[str, Thing] = {}

    def put(document: Thing) -> None:
        if document["id"] in ordered:
            return
        for id in _references(document).values():
            if id in by_id:
                put(by_id[id])
        ordered[document["id"]] = document

    for each in documents:
        put(each)
    return list(ordered.values())


def _references(document: Thing) -> dict[str, str]:
    found = document.get("block_document_references") or {}
    return {name: each["block_document"]["id"] for name, each in found.items()}


def _types() -> list[Thing]:
    used = {each["block_type_id"]: each["block_type"] for each in _documents()}
    return list(used.values())


def _schemas() -> list[Thing]:
    used = {each["block_schema_id"]: each["block_schema"] for each in _documents()}
    return list(used.values())


def _find_document(thing: Thing, ids: Mapping[str, str]) -> Thing | None:
    slug = thing["block_type"]["slug"]
    return _found("block_types.read_document_by_name", slug=slug, block_document_name=thing["name"])


def _create_document(thing: Thing, ids: Mapping[str, str]) -> Thing:
    data = dict(thing["data"])
    for name, id in _references(thing).items():
        if id not in ids:
            raise CommandError(f"It refers to a block that could not be copied, as {name}.")
        data[name] = {"$ref": {"block_document_id": id}}
    return _created("block_documents.create", {**thing, "data": data}, ids)


# -- pools, queues, deployments ----------------------------------------------------------------------


def _queues() -> list[Thing]:
    found = client.listed("work_queues.filter", {}, limit=None)
    return [each for each in found if each["work_pool_name"] is not None]


def _find_queue(thing: Thing, ids: Mapping[str, str]) -> Thing | None:
    pool, name = thing["work_pool_name"], thing["name"]
    return _found("work_queues.read_in_pool", work_pool_name=pool, name=name)


def _create_queue(thing: Thing, ids: Mapping[str, str]) -> Thing:
    return _created("work_queues.create_in_pool", thing, ids, work_pool_name=thing["work_pool_name"])


def _deployments() -> list[Thing]:
    found = client.listed("deployments.filter", {}, limit=None)
    flows = client.named("flows.filter", "flows", (each["flow_id"] for each in found))
    return [{**each, "flow_name": flows[each["flow_id"]]} for each in found]


def _find_deployment(thing: Thing, ids: Mapping[str, str]) -> Thing | None:
    return _found("deployments.read_by_name", flow_name=thing["flow_name"], deployment_name=thing["name"])


def _create_deployment(thing: Thing, ids: Mapping[str, str]) -> Thing:
    kept = (
        "active",
        "schedule",
        "max_scheduled_runs",
        "parameters",
        "slug",
        "catch_up",
        "catch_up_window",
        "overlap",
    )
    schedules = [
        {name: each[name] for name in kept if each.get(name) is not None} for each in thing["schedules"]
    ]
    limit = (thing.get("global_concurrency_limit") or {}).get("limit") or thing.get("concurrency_limit")
    return _created("deployments.create", {**thing, "schedules": schedules, "concurrency_limit": limit}, ids)


# -- automations -------------------------------------------------------------------------------------


def _find_automation(thing: Thing, ids: Mapping[str, str]) -> Thing | None:
    body = {"automations": {"name": {"any_": [thing["name"]]}}, "limit": 1}
    found = client.call("automations.filter", body=body)
    return found[0] if found else None


def _limit_name(thing: Thing) -> str:
    return thing["tag"]


KINDS: tuple[Kind, ...] = (
    Kind(
        "Block types",
        _types,
        lambda thing, _: _found("block_types.read_by_slug", slug=thing["slug"]),
        lambda thing, ids: _created("block_types.create", thing, ids),
        lambda thing: thing["slug"],
    ),
    Kind(
        "Block schemas",
        _schemas,
        lambda thing, _: _found("block_schemas.read_by_checksum", checksum=thing["checksum"]),
        lambda thing, ids: _created("block_schemas.create", thing, ids),
        lambda thing: thing["checksum"],
    ),
    Kind(
        "Blocks",
        _documents,
        _find_document,
        _create_document,
        lambda thing: f"{thing['block_type']['slug']}/{thing['name']}",
    ),
    Kind(
        "Variables",
        _listed("variables.filter"),
        lambda thing, _: _found("variables.read_by_name", name=thing["name"]),
        lambda thing, ids: _created("variables.create", thing, ids),
        _name,
    ),
    Kind(
        "Global concurrency limits",
        _listed("concurrency_limits.filter"),
        lambda thing, _: _found("concurrency_limits.read", id_or_name=thing["name"]),
        lambda thing, ids: _created("concurrency_limits.create", {**thing, "active_slots": 0}, ids),
        _name,
    ),
    Kind(
        "Tag limits",
        _listed("tag_limits.filter"),
        lambda thing, _: _found("tag_limits.read_by_tag", tag=thing["tag"]),
        lambda thing, ids: _created("tag_limits.create", {**thing, "active_slots": None}, ids),
        _limit_name,
    ),
    Kind(
        "Work pools",
        _listed("work_pools.filter"),
        lambda thing, _: _found("work_pools.read", name=thing["name"]),
        lambda thing, ids: _created("work_pools.create", thing, ids),
        _name,
    ),
    Kind(
        "Work queues",
        _queues,
        _find_queue,
        _create_queue,
        lambda thing: f"{thing['work_pool_name']}/{thing['name']}",
    ),
    Kind(
        "Flows",
        _listed("flows.filter"),
        lambda thing, _: _found("flows.read_by_name", name=thing["name"]),
        lambda thing, ids: _created("flows.create", thing, ids),
        _name,
    ),
    Kind(
        "Deployments",
        _deployments,
        _find_deployment,
        _create_deployment,
        lambda thing: f"{thing['flow_name']}/{thing['name']}",
    ),
    Kind(
        "Automations",
        _listed("automations.filter"),
        _find_automation,
        lambda thing, ids: _created("automations.create", thing, ids),
        _name,
    ),
)
