"""Events against automations: what they count, who fires, and which actions are to be performed then."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from prefect._base.clock import from_iso, to_iso
from prefect._base.jsontext import dumps, loads
from prefect._core.triggers import buckets, composite, matching, model
from prefect._core.triggers.buckets import Bucket, Fired, Step
from prefect._core.triggers.composite import ChildFiring
from prefect._core.triggers.model import Composite, EventTrigger, Happening
from prefect._service.automations import chains, rows
from prefect._service.automations.statements import sql
from prefect._service.unit import Unit
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

logger = logging.getLogger("prefect.server")

ACTION_TRIGGERED = "prefect.automation.action.triggered"
# windows whose end is looked at in one round
MOST_ENDS = 100
CLOSE_US = 5 * 60 * 1_000_000

Leaves = tuple[tuple[EventTrigger, tuple[Composite, ...]], ...]


@lru_cache(maxsize=1_000)
def _leaves(condition: str) -> Leaves:
    return tuple(model.leaves(model.parse(loads(condition))))


async def observe(unit: Unit, events: Sequence[JsonObject]) -> None:
    """Have the automations see events, in their order; each event comes here once."""
    watching = await unit.all(sql.automations_enabled)
    if not watching:
        return
    for event in events:
        causes = chains.of(event)
        happening = Happening(
            event["id"],
            event["event"],
            from_iso(event["occurred"]),
            event["resource"],
            tuple(event["related"]),
            {key: value for key, value in chains.shortened(event).items() if key != "seq"},
        )
        for automation in watching:
            if event["seq"] <= automation["since"] or automation["id"] in causes:
                continue
            for leaf, around in _leaves(automation["condition"]):
                if _concerns(leaf, happening):
                    await _noticed(unit, automation, leaf, around, happening)


async def _noticed(
    unit: Unit, automation: Row, leaf: EventTrigger, around: Sequence[Composite], event: Happening
) -> None:
    """As `_count`, but what cannot be written down of one event keeps no other from being noticed."""
    try:
        await _count(unit, automation, leaf, around, event)
    except (TypeError, ValueError, RecursionError) as error:
        what = (automation["name"], automation["id"], event.id, error)
        logger.error("The automation %r (%s) could not take the event %s: %s", *what)


def _concerns(leaf: EventTrigger, event: Happening) -> bool:
    by_name = matching.expects(leaf, event) or matching.starts_after(leaf, event)
    return by_name and matching.covers(leaf, event)


async def _count(
    unit: Unit, automation: Row, leaf: EventTrigger, around: Sequence[Composite], event: Happening
) -> None:
    key = matching.key(leaf, event)
    place = {"automation_id": automation["id"], "trigger_id": leaf.id, "bucket_key": dumps(list(key))}
    row = await unit.one(sql.bucket_read, **place)
    before = None if row is None else _bucket(row)
    step = buckets.observe(leaf, before, event)
    await _proceed(unit, automation, leaf, around, key, place, before, step)


async def end_windows(unit: Unit) -> float | None:
    """Let windows end whose time is over, and say in how many seconds the next one does.

    Everything that happened before now must have been observed.
    """
    over = await unit.all(sql.buckets_over, now_us=unit.now_us, limit=MOST_ENDS)
    for row in over:
        automation = await unit.one(sql.automation_by_id, id=row["automation_id"])
        assert automation is not None
        found = next(
            (each for each in _leaves(automation["condition"]) if each[0].id == row["trigger_id"]), None
        )
        place = {key: row[key] for key in ("automation_id", "trigger_id", "bucket_key")}
        if found is None:  # a window of a trigger that is no more
            await unit.run(sql.bucket_delete, **place)
            continue
        leaf, around = found
        before = _bucket(row)
        step = buckets.end(leaf, before, unit.now_us)
        key = tuple(loads(row["bucket_key"]))
        await _proceed(unit, automation, leaf, around, key, place, before, step)
    if len(over) == MOST_ENDS:
        return 0.0
    next_end = await unit.one(sql.bucket_next_end)
    end_us = next_end["end_us"] if next_end else None
    if end_us is None or end_us >= buckets.FOREVER_US:
        return None
    return max(0.0, (end_us - unit.now_us) / 1e6) + 0.001


def _bucket(row: Row) -> Bucket:
    return Bucket(row["start_us"], row["end_us"], row["events"], loads(row["body"]) if row["body"] else None)


async def _proceed(
    unit: Unit,
    automation: Row,
    leaf: EventTrigger,
    around: Sequence[Composite],
    key: Iterable[str],
    place: Mapping[str, Any],
    before: Bucket | None,
    step: Step,
) -> None:
    """Write the window as it is now, and follow its firings up."""
    if step.bucket is None:
        if before is not None:
            await unit.run(sql.bucket_delete, **place)
    elif step.bucket != before:
        after = step.bucket
        body = None if after.last_event is None else dumps(after.last_event)
        await unit.run(
            sql.bucket_write,
            **place,
            start_us=after.start_us,
            end_us=after.end_us,
            events=after.count,
            body=body,
        )
    for fired in step.firings:
        await _fire(unit, automation, leaf, around, matching.labels(leaf, key), fired)


async def _fire(
    unit: Unit,
    automation: Row,
    leaf: EventTrigger,
    around: Sequence[Composite],
    labels: JsonObject,
    fired: Fired,
) -> None:
    """What follows from the firing of a trigger: those that it is inside of, and at last the automation."""
    firing = _firing(unit, leaf, labels, fired.event, [])
    child = leaf.id
    for parent in around:
        place = {"automation_id": automation["id"], "trigger_id": parent.id, "bucket_key": "[]"}
        row = await unit.one(sql.bucket_read, **place)
        kept = () if row is None else tuple(ChildFiring(**each) for each in loads(row["body"]))
        now, by = composite.combine(parent, kept, ChildFiring(child, fired.at_us, firing))
        if now:
            body = dumps(
                [{"trigger_id": each.trigger_id, "at_us": each.at_us, "firing": each.firing} for each in now]
            )
            await unit.run(
                sql.bucket_write, **place, start_us=0, end_us=buckets.FOREVER_US, events=len(now), body=body
            )
        elif row is not None:
            await unit.run(sql.bucket_delete, **place)
        if by is None:
            return
        firing = _firing(unit, parent, {}, fired.event, [each.firing for each in by])
        child = parent.id
    await _act(unit, automation, firing)


def _firing(
    unit: Unit,
    trigger: model.Trigger,
    labels: JsonObject,
    event: JsonObject | None,
    children: list[JsonObject],
) -> JsonObject:
    return {
        "id": unit.new_id(),
        "trigger": model.to_json(trigger),
        "trigger_states": ["Triggered"],
        "triggered": to_iso(unit.now_us),
        "triggering_labels": labels,
        "triggering_firings": children,
        "triggering_event": event,
        "triggering_value": None,
    }


async def _act(unit: Unit, automation: Row, firing: JsonObject) -> None:
    """Tell that the automation fired, and put its actions down to be performed."""
    told = rows.to_json(automation)
    event: JsonObject | None = firing["triggering_event"]
    chain = [*chains.of(event), told["id"]]
    triggered: JsonObject = {
        "id": unit.new_id(),
        "occurred": to_iso(unit.now_us),
        "event": "prefect.automation.triggered",
        "resource": resource(told, firing),
        "related": related_events(event, None),
        "payload": {
            "triggering_labels": firing["triggering_labels"],
            "triggering_event": event,
            chains.CHAIN: chain,
        },
        "follows": _follows(unit, event),
    }
    # what is done on any firing is about the event that came, what is done on this state about the firing
    plan = [
        *((action, event) for action in told["actions"]),
        *((action, triggered) for action in told["actions_on_trigger"]),
    ]
    invocations: list[JsonObject] = [
        {
            "id": unit.new_id(),
            "automation": told,
            "firing": firing,
            "triggering_labels": firing["triggering_labels"],
            "triggering_event": about,
            "action": action,
            "action_index": index,
            "triggered_event_id": triggered["id"],
            "chain": chain,
            "told_id": unit.new_id(),
        }
        for index, (action, about) in enumerate(plan)
    ]
    # all of it can be written down, or nothing is
    bodies = [dumps(invocation) for invocation in invocations]
    await unit.emit(triggered["event"], told["id"], _entry(triggered))
    for invocation, body in zip(invocations, bodies, strict=True):
        await unit.run(
            sql.action_insert,
            id=invocation["id"],
            automation_id=told["id"],
            due_us=unit.now_us,
            body=body,
        )
        await tell_action(unit, invocation, "triggered", {}, [], triggered["id"])


def _follows(unit: Unit, event: JsonObject | None) -> str | None:
    if event is None or unit.now_us - from_iso(event["occurred"]) >= CLOSE_US:
        return None
    return event["id"]


def resource(automation: JsonObject, firing: JsonObject) -> dict[str, str]:
    """The automation as its events name it."""
    found = {
        "prefect.resource.id": f"prefect.automation.{automation['id']}",
        "prefect.resource.name": automation["name"],
        "prefect.trigger-type": firing["trigger"]["type"],
    }
    if firing["trigger"]["type"] == "event":
        found["prefect.posture"] = firing["trigger"]["posture"]
    return found


def related_events(event: JsonObject | None, triggered_id: str | None) -> list[dict[str, str]]:
    """The events that an event of an automation comes from."""
    found: list[dict[str, str]] = []
    if triggered_id is not None:
        found.append(_event_in_role(triggered_id, "automation-triggered-event"))
    if event is not None:
        found.append(_event_in_role(event["id"], "triggering-event"))
    return found


def _event_in_role(id: str, role: str) -> dict[str, str]:
    return {"prefect.resource.id": f"prefect.event.{id}", "prefect.resource.role": role}


def _entry(event: JsonObject) -> JsonObject:
    keys = ("id", "resource", "related", "payload", "follows")
    return {**{key: event[key] for key in keys}, "occurred_us": from_iso(event["occurred"])}


async def tell_action(
    unit: Unit,
    invocation: JsonObject,
    what: str,
    details: JsonObject,
    targets: list[dict[str, str]],
    follows: str | None,
) -> None:
    """Tell how an action fares: it was triggered, executed, or has failed."""
    automation = invocation["automation"]
    body = {
        "id": invocation["told_id"] if what == "triggered" else unit.new_id(),
        "resource": resource(automation, invocation["firing"]),
        "related": [
            *targets,
            *related_events(invocation["firing"]["triggering_event"], invocation["triggered_event_id"]),
        ],
        "payload": {
            "action_index": invocation["action_index"],
            "action_type": invocation["action"]["type"],
            "invocation": invocation["id"],
            chains.CHAIN: invocation["chain"],
            **details,
        },
        "follows": follows,
    }
    await unit.emit(f"prefect.automation.action.{what}", automation["id"], body)
