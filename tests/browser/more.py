"""What the seeded store has that is made through the API: blocks, limits, automations, events and so on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from tests.browser import seed

# what a form cannot draw: it asks for JSON instead
UNDRAWABLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "tree": {"$ref": "#/definitions/Tree", "title": "Tree", "position": 0},
        "strange": {"title": "Strange", "position": 1, "not": {"type": "string"}},
        "nowhere": {"$ref": "#/definitions/Nowhere", "title": "Nowhere", "position": 2},
        "count": {"type": "integer", "title": "Count", "position": 3, "default": 3},
    },
    "definitions": {
        "Tree": {"type": "object", "properties": {"left": {"$ref": "#/definitions/Tree"}}, "title": "Tree"},
    },
}
DRAWN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "city": {
            "type": "string",
            "title": "City",
            "enum": ["Oslo", "Rome"],
            "default": "Oslo",
            "position": 0,
        },
        "since": {"type": "string", "format": "date", "title": "Since", "position": 1},
        "rows": {"type": "integer", "title": "Rows", "minimum": 1, "default": 100, "position": 2},
        "notify": {"type": "boolean", "title": "Notify", "default": True, "position": 3},
    },
    "required": ["since"],
}
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
TRIGGER = {
    "type": "event",
    "posture": "Reactive",
    "expect": ["prefect.flow-run.Failed"],
    "match": {"prefect.resource.id": "prefect.flow-run.*"},
    "for_each": ["prefect.resource.id"],
    "threshold": 1,
    "within": 0,
}


def fill(api: httpx.Client) -> dict[str, str]:
    """Make it; the addresses of pages that show something of it, by name."""

    def post(path: str, body: Any) -> Any:
        answer = api.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        return answer.json() if answer.content else None

    pages: dict[str, str] = {}
    post("/variables/", {"name": "region", "value": {"name": "north", "zones": [1, 2]}, "tags": ["team"]})
    post("/variables/", {"name": "retries", "value": 3})
    limit = post("/v2/concurrency_limits/", {"name": "warehouse", "limit": 4, "active_slots": 1})
    post("/concurrency_limits/", {"tag": "warehouse", "concurrency_limit": 2})
    pages["limit"] = f"/concurrency-limits/concurrency-limit/{limit['id']}"
    made = post(
        "/automations/",
        {
            "name": "Stop what fails",
            "description": "So that nobody waits",
            "trigger": TRIGGER,
            "actions": [{"type": "cancel-flow-run"}],
        },
    )
    pages["automation"] = f"/automations/automation/{made['id']}"
    pages["automation form"] = f"/automations/automation/{made['id']}/edit"
    post("/work_queues/", {"name": "slow"})
    post("/work_pools/laptop/queues", {"name": "express", "concurrency_limit": 2})
    post("/work_pools/laptop/workers/heartbeat", {"name": "desk"})
    post("/block_types/install_system_block_types", {})
    types = post("/block_types/filter", {"block_types": {"slug": {"any_": ["secret"]}}})
    (schema, *_) = post(
        "/block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [types[0]["id"]]}}}
    )
    block = post(
        "/block_documents/",
        {
            "name": "token",
            "data": {"value": "very secret"},
            "block_type_id": types[0]["id"],
            "block_schema_id": schema["id"],
        },
    )
    pages["block"] = f"/blocks/block/{block['id']}"
    pages["block form"] = f"/blocks/block/{block['id']}/edit"
    for number in range(3):
        table = [{"city": "Oslo", "rows": number}, {"city": "Rome", "rows": 5 * number}]
        last = post("/artifacts/", {"key": "cities", "type": "table", "data": json.dumps(table)})
    pages["table"] = f"/artifacts/artifact/{last['id']}"
    pages["versions"] = "/artifacts/key/cities"
    for key, type_, data in (
        ("done", "progress", 70.5),
        ("plot", "image", PNG),
        ("value", "result", {"a": 1}),
    ):
        made = post("/artifacts/", {"key": key, "type": type_, "data": data})
        pages[f"artifact {type_}"] = f"/artifacts/artifact/{made['id']}"
    pages |= _events(post)
    pages |= _runs(post)
    deployment = seed.id_of("deployment report")
    schedule = {"schedule": {"cron": "0 6 * * *", "timezone": "UTC"}, "active": True}
    post(f"/deployments/{deployment}/schedules", [schedule])
    return pages


def _events(post: Any) -> dict[str, str]:
    now = datetime.now(UTC)
    events = [
        {
            "id": seed.id_of(f"event {number}"),
            "occurred": (now - timedelta(minutes=number)).isoformat(),
            "event": ("orders.arrived", "orders.lost", "stock.counted")[number % 3],
            "resource": {"prefect.resource.id": f"shop.{number % 4}", "prefect.resource.name": "shop"},
            "payload": {"number": number},
        }
        for number in range(30)
    ]
    post("/events", events)
    return {"event": f"/events/event/{now.date().isoformat()}/{events[1]['id']}"}


def _runs(post: Any) -> dict[str, str]:
    """What is hard to show: control characters in a log, parameters of which no form can be drawn."""
    flow = seed.id_of("cleanup")
    odd = post("/flow_runs/", {"flow_id": flow, "name": "odd", "state": {"type": "RUNNING"}})["id"]
    at = datetime.now(UTC).isoformat()
    messages = (
        "bell \x07 and \x1b[31mred\x1b[0m and \x1b[2J cleared",
        "backspaces \x08\x08\x08 and a return\rover",
        "turned \u202egnitirw\u202c and zero\u200bwidth",
        "<img src=x onerror='window.harmed = 1'>",
        "link \x1b]8;;javascript:window.harmed=1\x07click\x1b]8;;\x07 end",
        "\ufffd\ufffe long " + "x" * 20_000,
    )
    lines = [
        {"level": 20, "name": "odd", "message": message, "timestamp": at, "flow_run_id": odd}
        for message in messages
    ]
    post("/logs/", lines)
    body = {
        "name": "strange",
        "flow_id": flow,
        "parameter_openapi_schema": UNDRAWABLE,
        "enforce_parameter_schema": False,
    }
    strange = post("/deployments/", body)["id"]
    body |= {"name": "weekly", "flow_id": seed.id_of("report"), "parameter_openapi_schema": DRAWN}
    weekly = post("/deployments/", body)["id"]
    return {
        "weekly form": f"/deployments/deployment/{weekly}/run",
        "odd log": f"/runs/flow-run/{odd}",
        "large parameters": f"/runs/flow-run/{seed.LARGE}?tab=Parameters",
        "strange form": f"/deployments/deployment/{strange}/run",
    }
