"""What entries of the log mean: each becomes the event that the rest of the world hears of.

Events are made from the entry and from rows that do not change any more, or only get names; so whoever makes
the event of an entry, and whenever, gets the same one, with the same id.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._base.labels import RESOURCE_ID, RESOURCE_NAME, RESOURCE_ROLE
from prefect._base.state import DETAIL_DEFAULTS
from prefect._service.events import task_payload
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Queries, Statement
from prefect._wire.operation import JsonObject

sql = Queries(__file__)

TOLD = "prefect.event.told"
Row = Mapping[str, Any]
Resource = dict[str, str]

# events that follow another within this time say so
CLOSE_US = 5 * 60 * 1_000_000
MAX_MESSAGE = 100_000
_RUN = re.compile(r"prefect\.(flow|task)-run\.")
_KINDS = frozenset(
    {
        "artifact",
        "artifact-collection",
        "automation",
        "block-document",
        "block-type",
        "concurrency-limit",
        "deployment",
        "flow",
        "variable",
        "work-pool",
        "work-queue",
        "worker",
    }
)
# entries of the log that are about waiting, and nobody else's business
_INTERNAL = frozenset({"prefect.concurrency-limit.waiter-left"})


async def events_of(unit: Unit, entries: Sequence[Row]) -> list[JsonObject]:
    """The events of some entries, in their order, each with the number of its entry under ``seq``.

    Entries that are no event for others have none.
    """
    bodies: dict[int, JsonObject] = {
        entry["seq"]: loads(entry["body"]) if entry["body"] else {} for entry in entries
    }
    told = await _told(unit, [entry["subject"] for entry in entries if entry["topic"] == TOLD])
    states = await _transitions(unit, entries, bodies)
    around = await _Around.read(unit, entries)
    found: list[JsonObject] = []
    for entry in entries:
        topic, body = entry["topic"], bodies[entry["seq"]]
        if topic == TOLD:
            event = told.get(entry["subject"])
        elif _RUN.match(topic) and "resource" not in body:
            event = states.get(body.get("state_id", ""))
        else:
            event = _generic(entry, body, around)
        if event is not None:
            found.append({**event, "seq": entry["seq"]})
    return found


def to_json(row: Row) -> JsonObject:
    """The event of a row as the API tells it."""
    return {
        "occurred": to_iso(row["occurred_us"]),
        "event": row["event"],
        "resource": loads(row["resource"]),
        "related": loads(row["related"]),
        "payload": loads(row["payload"]),
        "id": row["id"],
        "follows": row["follows"],
        "received": to_iso(row["received_us"]),
    }


async def _told(unit: Unit, ids: list[str]) -> dict[str, JsonObject]:
    rows = await _some(unit, sql.events_by_id, "event.id", ids)
    return {row["id"]: to_json(row) for row in rows}


async def _some(unit: Unit, statement: Statement, column: str, ids: Iterable[Any]) -> Sequence[Row]:
    wanted = sorted({id for id in ids if id is not None})
    return await unit.all(statement.fill(where=c.one_of(column, wanted))) if wanted else []


# -- states of runs -----------------------------------------------------------------------------------


async def _transitions(
    unit: Unit, entries: Sequence[Row], bodies: Mapping[int, JsonObject]
) -> dict[str, JsonObject]:
    """The events of transitions, by the ids of their states."""
    moves = [
        (entry, bodies[entry["seq"]])
        for entry in entries
        if _RUN.match(entry["topic"]) and bodies[entry["seq"]].get("state_id")
    ]
    if not moves:
        return {}
    task_ids = {entry["subject"] for entry, _ in moves if entry["topic"].startswith("prefect.task-run.")}
    ids = {body["state_id"] for _, body in moves} | {
        body["from"]["id"] for _, body in moves if body.get("from")
    }
    states = {row["id"]: row for row in await _some(unit, sql.states_by_id, "run_state.id", ids)}
    former: dict[str, Row] = {}
    last: Row | None = None
    for row in await _some(unit, sql.states_of_runs, "run_state.run_id", task_ids):
        if last is not None and last["run_id"] == row["run_id"]:
            former[row["id"]] = last
        last = row
    tasks = {row["id"]: row for row in await _some(unit, sql.task_runs_told, "task_run.id", task_ids)}
    flow_run_ids = {entry["subject"] for entry, _ in moves} - task_ids
    flow_run_ids |= {row["flow_run_id"] for row in tasks.values() if row["flow_run_id"]}
    runs = {row["id"]: row for row in await _some(unit, sql.flow_runs_around, "flow_run.id", flow_run_ids)}
    found: dict[str, JsonObject] = {}
    for entry, body in moves:
        state = states.get(body["state_id"])
        if state is None:
            continue  # its run was deleted
        before = states.get(body["from"]["id"]) if body.get("from") else former.get(state["id"])
        if entry["subject"] in task_ids:
            event = _task_run(entry, state, before, tasks.get(entry["subject"]), runs)
        else:
            event = _flow_run(entry, body, state, before, runs.get(entry["subject"]))
        if event is not None:
            found[state["id"]] = event
    return found


def _flow_run(
    entry: Row, body: JsonObject, state: Row, before: Row | None, run: Row | None
) -> JsonObject | None:
    if run is None:
        return None
    if before is None and run["auto_scheduled"] and state["type"] == "SCHEDULED":
        return None  # plans are no news
    related: list[Resource] = _around_flow_run(run)
    if run["parent_task_run_id"]:
        related.append(_related("task-run", run["parent_task_run_id"]))
    related += _tags(run["tags"])
    related += _creator(run["created_by"])
    resource = _of_state("flow-run", run, state, body.get("run_count", run["run_count"]))
    payload = {
        "intended": {"from": None if before is None else before["type"], "to": state["type"]},
        "initial_state": None if before is None else _state(before),
        "validated_state": _state(state),
    }
    return _event(entry, state, before, resource, related, payload)


def _task_run(
    entry: Row, state: Row, before: Row | None, run: Row | None, flow_runs: Mapping[str, Row]
) -> JsonObject | None:
    if run is None:
        return None
    related: list[Resource] = []
    if run["flow_run_id"]:
        flow_run = flow_runs.get(run["flow_run_id"])
        name = None if flow_run is None else flow_run["name"]
        related.append(_related("flow-run", run["flow_run_id"], name))
        if flow_run is not None:
            related += _around_flow_run(flow_run)
    related += _tags(run["tags"])
    resource = _of_state("task-run", run, state, run["run_count"])
    resource["prefect.orchestration"] = "client"
    return _event(entry, state, before, resource, related, task_payload.payload(run, state, before))


def _event(
    entry: Row,
    state: Row,
    before: Row | None,
    resource: Resource,
    related: list[Resource],
    payload: JsonObject,
) -> JsonObject:
    is_close = before is not None and state["at_us"] - before["at_us"] < CLOSE_US
    return {
        "occurred": to_iso(state["at_us"]),
        "event": entry["topic"],
        "resource": resource,
        "related": related,
        "payload": payload,
        "id": state["id"],
        "follows": before["id"] if is_close and before is not None else None,
        "received": to_iso(entry["at_us"]),
    }


def _of_state(kind: str, run: Row, state: Row, run_count: int) -> Resource:
    return {
        RESOURCE_ID: f"prefect.{kind}.{run['id']}",
        RESOURCE_NAME: run["name"],
        "prefect.run-count": str(run_count),
        "prefect.state-message": (state["message"] or "")[:MAX_MESSAGE],
        "prefect.state-name": state["name"],
        "prefect.state-timestamp": to_iso(state["at_us"]),
        "prefect.state-type": state["type"],
    }


def _state(row: Row) -> JsonObject:
    told: JsonObject = {"type": row["type"], "name": row["name"]}
    if row["message"]:
        told["message"] = row["message"][:MAX_MESSAGE]
    if row["type"] == "PAUSED":
        details: JsonObject = loads(row["details"]) if row["details"] else {}
        reschedule = details.get("pause_reschedule", DETAIL_DEFAULTS.get("pause_reschedule"))
        told["pause_reschedule"] = str(bool(reschedule)).lower()
    return told


def _around_flow_run(run: Row) -> list[Resource]:
    related = [_related("flow", run["flow_id"], run["flow_name"])]
    if run["deployment_id"]:
        related.append(_related("deployment", run["deployment_id"], run["deployment_name"]))
    return related + _queue_and_pool(run)


def _queue_and_pool(row: Row) -> list[Resource]:
    related: list[Resource] = []
    if row["work_queue_id"]:
        related.append(_related("work-queue", row["work_queue_id"], row["work_queue_name"]))
    if row["work_pool_id"]:
        related.append(_pool(row))
    return related


def _pool(row: Row) -> Resource:
    pool = _related("work-pool", row["work_pool_id"], row["work_pool_name"])
    return pool | {"prefect.work-pool.type": row["work_pool_type"]}


def _related(kind: str, id: str, name: str | None = None, role: str | None = None) -> Resource:
    resource = {RESOURCE_ID: f"prefect.{kind}.{id}", RESOURCE_ROLE: role or kind}
    if name:
        resource[RESOURCE_NAME] = name
    return resource


def _tags(text: str | None) -> list[Resource]:
    return [
        {RESOURCE_ID: f"prefect.tag.{tag}", RESOURCE_ROLE: "tag"}
        for tag in sorted(loads(text) if text else [])
    ]


def _creator(text: str | None) -> list[Resource]:
    made_by: JsonObject = (loads(text) if text else None) or {}
    kind = {"DEPLOYMENT": "deployment", "AUTOMATION": "automation"}.get(str(made_by.get("type")))
    if kind is None or not made_by.get("id"):
        return []
    return [_related(kind, made_by["id"], made_by.get("display_value"), "creator")]


# -- everything else ----------------------------------------------------------------------------------


class _Around:
    """Names and surroundings of what some entries are about."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {}

    @classmethod
    async def read(cls, unit: Unit, entries: Sequence[Row]) -> _Around:
        subjects: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            kind = _kind(entry["topic"])
            if kind:
                subjects[kind].add(entry["subject"])
        found = cls()
        for kind, statement, column in (
            ("deployment", sql.deployments_around, "deployment.id"),
            ("work-pool", sql.work_pools_named, "work_pool.id"),
            ("work-queue", sql.work_queues_named, "work_queue.id"),
            ("flow", sql.flows_named, "flow.id"),
        ):
            rows = await _some(unit, statement, column, subjects.get(kind, ()))
            found.rows[kind] = {row["id"]: row for row in rows}
        return found

    def of(self, kind: str, id: str) -> Row | None:
        return self.rows.get(kind, {}).get(id)


def _kind(topic: str) -> str | None:
    """The kind of thing that a topic is about, if events tell of it."""
    parts = topic.split(".")
    return parts[1] if len(parts) > 2 and parts[0] == "prefect" and parts[1] in _KINDS else None


def _generic(entry: Row, body: JsonObject, around: _Around) -> JsonObject | None:
    """The event of an entry whose body tells it: by ``resource``, ``related`` and ``payload``, or whole."""
    topic, kind = entry["topic"], _kind(entry["topic"])
    if topic in _INTERNAL or (kind is None and "resource" not in body):
        return None
    row = around.of(kind, entry["subject"]) if kind else None
    resource: Resource = {RESOURCE_ID: f"prefect.{kind}.{entry['subject']}"}
    name = (
        body.get("name") or (row["name"] if row is not None else None) or body.get("key") or body.get("slug")
    )
    if name:
        resource[RESOURCE_NAME] = str(name)
    if row is not None and kind == "work-pool":
        resource["prefect.work-pool.type"] = row["type"]
    is_whole = any(key in body for key in ("resource", "related", "payload"))
    at_us = body.get("occurred_us", entry["at_us"])
    return {
        "occurred": to_iso(at_us),
        "event": topic,
        "resource": resource | (body.get("resource") or {}),
        "related": body["related"] if "related" in body else _usual(kind, row),
        "payload": body.get("payload") or {} if is_whole else body,
        "id": body.get("id") or entry_id(entry["seq"], entry["at_us"]),
        "follows": body.get("follows"),
        "received": to_iso(entry["at_us"]),
    }


def _usual(kind: str | None, row: Row | None) -> list[Resource]:
    """What takes part in whatever happens to a thing of that kind."""
    if row is None:
        return []
    if kind == "deployment":
        flow = _related("flow", row["flow_id"], row["flow_name"])
        return [flow, *_queue_and_pool(row)]
    return [_pool(row)] if kind == "work-queue" else []


def entry_id(seq: int, at_us: int) -> str:
    """The id of the event of an entry: a UUID of version 7 made from its time and its number."""
    ms, rest_us = divmod(at_us, 1000)
    text = f"{(ms << 16) | 0x7000 | rest_us:016x}{(seq & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
