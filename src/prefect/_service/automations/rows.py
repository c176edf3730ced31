"""Automations as rows and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps, loads
from prefect._core.triggers import actions, loops, model
from prefect._service.automations import templates
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

LISTS = ("actions", "actions_on_trigger", "actions_on_resolve")


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The automation of `row` as the API answers it."""
    return {
        "name": row["name"],
        "description": row["description"],
        "enabled": bool(row["enabled"]),
        "tags": loads(row["tags"]),
        "trigger": loads(row["condition"]),
        **{name: loads(row[name]) for name in LISTS},
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
    }


def checked(unit: Unit, body: JsonObject) -> JsonObject:
    """The columns of an automation as a body tells it; raises `Invalid`.

    Its triggers get ids of our own: what was counted for others does not count for them.
    """
    try:
        trigger = model.identified(model.parse(body["trigger"]), unit.new_id)
        lists = {name: [actions.normal(each) for each in body.get(name) or ()] for name in LISTS}
        loops.check(trigger, [*lists["actions"], *lists["actions_on_trigger"]])
    except (ValueError, TypeError) as wrong:
        raise Invalid(str(wrong)) from wrong
    for each in (action for found in lists.values() for action in found):
        _check_templates(each)
    return {
        "name": body["name"],
        "description": body.get("description") or "",
        "enabled": int(body.get("enabled", True)),
        "tags": dumps(body.get("tags") or []),
        "condition": dumps(model.to_json(trigger)),
        **{name: dumps(found) for name, found in lists.items()},
    }


def _check_templates(action: JsonObject) -> None:
    for field in actions.TEMPLATES.get(action["type"], ()):
        _check(action[field], f"the {field} of {action['type']}")
    if action["type"] == "run-deployment":
        for text in templates.texts_in(action["parameters"]):
            _check(text, "the parameters of run-deployment")


def _check(text: str, where: str) -> None:
    problem = templates.problem(text)
    if problem is not None:
        raise Invalid(f"There is an invalid template in {where}: {problem['error']['message']}")


def resources(columns: JsonObject) -> set[str]:
    """The ids of the resources that the actions name."""
    return {id for name in LISTS for action in loads(columns[name]) for id in actions.resources(action)}


def trigger_of(row: Mapping[str, Any]) -> JsonObject:
    """The trigger of a row as JSON."""
    return loads(row["condition"])
