"""Operations on events."""

from __future__ import annotations

from prefect._base.clock import from_iso
from prefect._base.jsontext import dumps
from prefect._service.events import task_runs
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)


async def create(unit: Unit, *, body: list[JsonObject]) -> None:
    """Take what clients tell: states of task runs become those runs, other events are kept as they are.

    Telling an event again, under the same id, changes nothing.
    """
    transitions = [event for event in body if task_runs.is_transition(event)]
    others = [event for event in body if not task_runs.is_transition(event)]
    if transitions:
        await task_runs.record(unit, transitions)
    if others:
        await unit.many(sql.event_insert, [_params(unit, event) for event in others])


def _params(unit: Unit, event: JsonObject) -> JsonObject:
    return {
        "id": event["id"],
        "occurred_us": from_iso(event["occurred"]),
        "now_us": unit.now_us,
        "event": event["event"],
        "resource_id": event["resource"]["prefect.resource.id"],
        "resource": dumps(event["resource"]),
        "related": dumps(event.get("related") or []),
        "payload": dumps(event.get("payload") or {}),
        "follows": event.get("follows"),
    }
