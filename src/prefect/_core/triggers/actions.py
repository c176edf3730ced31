"""The actions of automations as plain values: which kinds there are, and their fields where not told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prefect._base.durations import seconds_of

Json = dict[str, Any]

_DEPLOYMENT: Json = {"source": "selected", "deployment_id": None}
_QUEUE: Json = {"source": "selected", "work_queue_id": None}
_POOL: Json = {"source": "selected", "work_pool_id": None}
_AUTOMATION: Json = {"source": "selected", "automation_id": None}
DEFAULTS: Mapping[str, Json] = {
    "do-nothing": {},
    "run-deployment": {**_DEPLOYMENT, "parameters": None, "job_variables": None, "schedule_after": 0.0},
    "pause-deployment": _DEPLOYMENT,
    "resume-deployment": _DEPLOYMENT,
    "cancel-flow-run": {},
    "delete-flow-run": {},
    "suspend-flow-run": {},
    "resume-flow-run": {},
    "change-flow-run-state": {"name": None, "message": None, "force": False},
    "pause-work-queue": _QUEUE,
    "resume-work-queue": _QUEUE,
    "pause-work-pool": _POOL,
    "resume-work-pool": _POOL,
    "pause-automation": _AUTOMATION,
    "resume-automation": _AUTOMATION,
    "send-notification": {"subject": "Prefect automated notification"},
    "call-webhook": {"payload": ""},
}
# the fields without a default
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "change-flow-run-state": ("state",),
    "send-notification": ("block_document_id", "body"),
    "call-webhook": ("block_document_id",),
}
# the field that names what an action is about -> the kind of resource
SUBJECTS: Mapping[str, str] = {
    "deployment_id": "deployment",
    "work_queue_id": "work-queue",
    "work_pool_id": "work-pool",
    "automation_id": "automation",
    "block_document_id": "block-document",
}
# texts in these fields are templates
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "send-notification": ("subject", "body"),
    "call-webhook": ("payload",),
}


def normal(told: Mapping[str, Any]) -> Json:
    """The action with all its fields; raises `ValueError` that says what is wrong with it."""
    kind = told.get("type") or ""
    defaults = DEFAULTS.get(kind)
    if defaults is None:
        raise ValueError(f"There is no action {kind!r}: there are {', '.join(DEFAULTS)}.")
    needed = _NEEDED.get(kind, ())
    for field in needed:
        if told.get(field) is None:
            raise ValueError(f"The action {kind!r} needs {field!r}.")
    known = {"type", *defaults, *needed}
    action = {"type": kind, **defaults, **{key: value for key, value in told.items() if key in known}}
    if "schedule_after" in action:
        action["schedule_after"] = seconds_of(action["schedule_after"])
    if kind == "call-webhook" and not isinstance(action["payload"], str):
        raise ValueError("The payload of a webhook is a text.")
    _check_selection(action)
    return action


def _check_selection(action: Json) -> None:
    if "source" not in action:
        return
    key = next(field for field in SUBJECTS if field in action)
    if action["source"] not in ("selected", "inferred"):
        raise ValueError(f"There is no source {action['source']!r}: there are 'selected' and 'inferred'.")
    if action["source"] == "selected" and not action[key]:
        raise ValueError(f"The action {action['type']!r} needs {key!r} where its source is 'selected'.")
    if action["source"] == "inferred" and action[key]:
        raise ValueError(f"The action {action['type']!r} takes no {key!r} where its source is 'inferred'.")


def resources(action: Mapping[str, Any]) -> Iterator[str]:
    """The ids of the resources that an action names."""
    for field, kind in SUBJECTS.items():
        if action.get(field):
            yield f"prefect.{kind}.{action[field]}"
