"""One conversation over REST that can be held with any server: what is asked, and the shape of each answer.

A later request names what an earlier one made as ``{name.field}``.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import httpx

NOBODY = "00000000-0000-4000-8000-000000000000"
BUSY_TRIES = 20
AT = "2030-01-01T00:00:00Z"
_REFERENCE = re.compile(r"{(\w+)\.(\w+)}")


class Ask(NamedTuple):
    """A request; its answer is remembered under `name`."""

    method: str
    path: str
    body: Any = None
    name: str = ""


class Answered(NamedTuple):
    """What is compared of an answer."""

    status: int
    shape: Any


def shape(value: Any) -> Any:
    """Keys and types of a JSON value. All numbers are one type; a list is what its first item is."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in sorted(value.items())}
        case list():
            return [shape(value[0])] if value else []
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return "text"


def held(url: str) -> dict[str, Answered]:
    """The whole conversation, by what was asked."""
    known: dict[str, Any] = {}
    answers: dict[str, Answered] = {}
    # a connection for each: a server may close those that it kept for a while
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=url, trust_env=False, timeout=60, limits=limits) as http:
        for number, ask in enumerate(CONVERSATION):
            path, body = _filled(ask.path, known), _filled(ask.body, known)
            asked = f"{number} {ask.method} {ask.path}"
            try:
                got = _answer(http, ask.method, path, {} if body is None else {"json": body})
            except httpx.ReadError:  # what the original's server does in some cases where it fails
                answers[asked] = Answered(500, None)
                continue
            told = got.json() if got.content and "json" in got.headers.get("content-type", "") else None
            if ask.name:
                known[ask.name] = told[0] if isinstance(told, list) and told else told
            answers[asked] = Answered(got.status_code, shape(told))
    return answers


def _answer(http: httpx.Client, method: str, path: str, sent: dict[str, Any]) -> httpx.Response:
    """The first answer that is not "later": the original's server says that while its file is locked."""
    for _ in range(BUSY_TRIES):
        got = http.request(method, path, **sent)
        if got.status_code != 503:
            break
    return got


def _filled(value: Any, known: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: str(known[found[1]][found[2]]), value)
    if isinstance(value, dict):
        return {key: _filled(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, known) for inner in value]
    return value


def _state(type_: str, **more: Any) -> dict[str, Any]:
    return {"state": {"type": type_, **more}}


_ALL = {
    "flows": {"name": {"any_": ["replies"]}},
    "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "SCHEDULED", "RUNNING"]}}},
}
_ETL_TRIGGER = {
    "type": "event",
    "posture": "Reactive",
    "expect": ["replies.*"],
    "match": {"prefect.resource.id": "replies.*"},
    "threshold": 1,
    "within": 0,
}
_EVENT = {
    "occurred": "2026-01-01T00:00:00Z",
    "event": "replies.happened",
    "resource": {"prefect.resource.id": "replies.1"},
    "related": [],
    "payload": {"a": 1},
    "id": "00000000-0000-4000-8000-00000000000e",
}

CONVERSATION: list[Ask] = [
    Ask("GET", "/health"),
    Ask("GET", "/ready"),
    Ask("GET", "/hello"),
    Ask("GET", "/version"),
    Ask("GET", "/csrf-token?client=x"),
    Ask("GET", "/nowhere"),
    Ask("PUT", "/flows/"),
    # flows
    Ask("POST", "/flows/", {"name": "replies", "tags": ["a"]}, "flow"),
    Ask("POST", "/flows/", {"name": "replies"}),
    Ask("POST", "/flows/", {"name": "with/slash"}),
    Ask("POST", "/flows/", {}),
    Ask("POST", "/flows/", {"name": "x", "surplus": 1}),
    Ask("GET", "/flows/{flow.id}"),
    Ask("GET", "/flows/name/replies"),
    Ask("GET", f"/flows/{NOBODY}"),
    Ask("GET", "/flows/no-id"),
    Ask("PATCH", "/flows/{flow.id}", {"tags": ["b"]}),
    Ask("PATCH", f"/flows/{NOBODY}", {"tags": ["b"]}),
    Ask("POST", "/flows/filter", {"flows": {"name": {"any_": ["replies"]}}}),
    Ask("POST", "/flows/filter", {"limit": 100_000}),
    Ask("POST", "/flows/filter", {"limit": -1}),
    Ask("POST", "/flows/filter", {"offset": -1}),
    Ask("POST", "/flows/filter", {"sort": "SIDEWAYS"}),
    Ask("POST", "/flows/count", _ALL),
    Ask("POST", "/flows/paginate", {"limit": 2, "flows": {"name": {"any_": ["replies"]}}}),
    # flow runs
    Ask("POST", "/flow_runs/", {"flow_id": "{flow.id}", "parameters": {"x": 1}, "tags": ["a"]}, "run"),
    Ask(
        "POST",
        "/flow_runs/",
        {"flow_id": "{flow.id}", "idempotency_key": "k", **_state("PENDING")},
        "pending",
    ),
    Ask("POST", "/flow_runs/", {"flow_id": "{flow.id}", "idempotency_key": "k"}),
    Ask("POST", "/flow_runs/", {"flow_id": NOBODY}),
    Ask("POST", "/flow_runs/", {}),
    Ask("GET", "/flow_runs/{run.id}"),
    Ask("GET", f"/flow_runs/{NOBODY}"),
    Ask("PATCH", "/flow_runs/{run.id}", {"name": "renamed"}),
    Ask("PATCH", f"/flow_runs/{NOBODY}", {"name": "renamed"}),
    Ask("POST", "/flow_runs/{run.id}/set_state", _state("PENDING")),
    Ask("POST", "/flow_runs/{run.id}/set_state", _state("PENDING")),
    Ask("POST", "/flow_runs/{run.id}/set_state", _state("RUNNING")),
    Ask("POST", "/flow_runs/{run.id}/set_state", _state("COMPLETED", message="done")),
    Ask("POST", "/flow_runs/{run.id}/set_state", _state("RUNNING")),
    Ask("POST", "/flow_runs/{run.id}/set_state", _state("WRONG")),
    Ask("POST", f"/flow_runs/{NOBODY}/set_state", _state("RUNNING")),
    Ask("POST", "/flow_runs/{run.id}/resume", {}),
    Ask("POST", f"/flow_runs/{NOBODY}/resume", {}),
    Ask("POST", "/flow_runs/filter", {"flow_runs": {"id": {"any_": ["{run.id}"]}}}),
    Ask("POST", "/flow_runs/filter", {**_ALL, "sort": "START_TIME_DESC", "limit": 1}),
    Ask("POST", "/flow_runs/filter", {"flow_runs": {"surplus": {}}}),
    Ask("POST", "/flow_runs/count", _ALL),
    Ask("POST", "/flow_runs/paginate", {"limit": 1, "page": 1, **_ALL, "sort": "NAME_ASC"}),
    Ask(
        "POST",
        "/flow_runs/history",
        {
            "history_start": "2026-01-01T00:00:00Z",
            "history_end": "2026-01-01T01:00:00Z",
            "history_interval_seconds": 900,
        },
    ),
    Ask("POST", "/flow_runs/lateness", {}),
    Ask("GET", "/flow_runs/{run.id}/graph-v2"),
    Ask("POST", "/flow_runs/{run.id}/input", {"key": "k", "value": "1"}),
    Ask("POST", "/flow_runs/{run.id}/input", {"key": "k", "value": "1"}),
    Ask("POST", "/flow_runs/{run.id}/input/filter", {"prefix": "k"}),
    Ask("GET", "/flow_runs/{run.id}/input/k"),
    Ask("GET", "/flow_runs/{run.id}/input/none"),
    Ask("DELETE", "/flow_runs/{run.id}/input/k"),
    Ask("GET", "/flow_run_states/?flow_run_id={run.id}", name="state"),
    Ask("GET", "/flow_run_states/{state.id}"),
    Ask("GET", f"/flow_run_states/{NOBODY}"),
    # task runs
    Ask("POST", "/task_runs/", {"flow_run_id": "{run.id}", "task_key": "t", "dynamic_key": "0"}, "task"),
    Ask("POST", "/task_runs/", {"flow_run_id": "{run.id}", "task_key": "t", "dynamic_key": "0"}),
    Ask("POST", "/task_runs/", {"flow_run_id": NOBODY, "task_key": "t", "dynamic_key": "0"}),
    Ask("GET", "/task_runs/{task.id}"),
    Ask("GET", f"/task_runs/{NOBODY}"),
    Ask("PATCH", "/task_runs/{task.id}", {"name": "t-1"}),
    Ask("POST", "/task_runs/{task.id}/set_state", _state("RUNNING")),
    Ask("POST", "/task_runs/{task.id}/set_state", _state("COMPLETED")),
    Ask("POST", f"/task_runs/{NOBODY}/set_state", _state("RUNNING")),
    Ask("POST", "/task_runs/filter", {"task_runs": {"id": {"any_": ["{task.id}"]}}}),
    Ask("POST", "/task_runs/count", {}),
    Ask("GET", "/task_run_states/?task_run_id={task.id}"),
    Ask("DELETE", "/task_runs/{task.id}"),
    Ask("DELETE", "/task_runs/{task.id}"),
    # logs, artifacts, variables
    Ask(
        "POST",
        "/logs/",
        [{"name": "n", "level": 20, "message": "m", "timestamp": AT, "flow_run_id": "{run.id}"}],
    ),
    Ask("POST", "/logs/", [{"name": "n"}]),
    Ask("POST", "/logs/filter", {"logs": {"flow_run_id": {"any_": ["{run.id}"]}}, "sort": "TIMESTAMP_ASC"}),
    Ask("POST", "/artifacts/", {"key": "replies", "type": "markdown", "data": "x"}, "artifact"),
    Ask("POST", "/artifacts/", {"key": "Not A Key", "data": "x"}),
    Ask("GET", "/artifacts/{artifact.id}"),
    Ask("GET", "/artifacts/replies/latest"),
    Ask("GET", "/artifacts/unknown/latest"),
    Ask("PATCH", "/artifacts/{artifact.id}", {"data": "y"}),
    Ask("POST", "/artifacts/filter", {"artifacts": {"key": {"any_": ["replies"]}}}),
    Ask("POST", "/artifacts/latest/filter", {"artifacts": {"key": {"any_": ["replies"]}}}),
    Ask("POST", "/artifacts/count", {}),
    Ask("DELETE", "/artifacts/{artifact.id}"),
    Ask("POST", "/variables/", {"name": "replies", "value": {"a": 1}, "tags": ["t"]}, "variable"),
    Ask("POST", "/variables/", {"name": "replies", "value": 1}),
    Ask("POST", "/variables/", {"name": "Not Fine", "value": 1}),
    Ask("GET", "/variables/name/replies"),
    Ask("GET", "/variables/name/unknown"),
    Ask("PATCH", "/variables/name/replies", {"value": 2}),
    Ask("POST", "/variables/filter", {"variables": {"name": {"like_": "repl"}}}),
    Ask("POST", "/variables/count", {}),
    Ask("DELETE", "/variables/{variable.id}"),
    Ask("DELETE", "/variables/{variable.id}"),
    # blocks
    Ask("POST", "/block_types/", {"name": "Replies", "slug": "replies"}, "type"),
    Ask("POST", "/block_types/", {"name": "Replies", "slug": "replies"}),
    Ask("GET", "/block_types/slug/replies"),
    Ask("GET", "/block_types/slug/unknown"),
    Ask(
        "POST",
        "/block_schemas/",
        {
            "fields": {
                "title": "R",
                "type": "object",
                "properties": {"v": {"type": "string"}},
                "secret_fields": ["v"],
            },
            "block_type_id": "{type.id}",
            "capabilities": ["x"],
        },
        "schema",
    ),
    Ask("GET", "/block_schemas/checksum/{schema.checksum}"),
    Ask("GET", "/block_schemas/checksum/sha256:none"),
    Ask("GET", "/block_capabilities/"),
    Ask(
        "POST",
        "/block_documents/",
        {"name": "doc", "data": {"v": "s"}, "block_schema_id": "{schema.id}", "block_type_id": "{type.id}"},
        "document",
    ),
    Ask(
        "POST",
        "/block_documents/",
        {"name": "doc", "data": {"v": "s"}, "block_schema_id": "{schema.id}", "block_type_id": "{type.id}"},
    ),
    Ask("GET", "/block_documents/{document.id}?include_secrets=true"),
    Ask("GET", f"/block_documents/{NOBODY}"),
    Ask("PATCH", "/block_documents/{document.id}", {"data": {"v": "other"}}),
    Ask("POST", "/block_documents/filter", {"block_types": {"slug": {"any_": ["replies"]}}}),
    Ask("GET", "/block_types/slug/replies/block_documents/name/doc"),
    Ask("DELETE", "/block_documents/{document.id}"),
    Ask("DELETE", "/block_types/{type.id}"),
    # limits
    Ask("POST", "/v2/concurrency_limits/", {"name": "replies", "limit": 1}, "limit"),
    Ask("POST", "/v2/concurrency_limits/", {"name": "replies", "limit": 1}),
    Ask("GET", "/v2/concurrency_limits/replies"),
    Ask("GET", "/v2/concurrency_limits/unknown"),
    Ask("POST", "/v2/concurrency_limits/increment", {"names": ["replies"], "slots": 1}),
    Ask("POST", "/v2/concurrency_limits/increment", {"names": ["replies"], "slots": 1}),
    Ask("POST", "/v2/concurrency_limits/decrement", {"names": ["replies"], "slots": 1}),
    Ask("POST", "/v2/concurrency_limits/increment-with-lease", {"names": ["replies"], "slots": 1}, "lease"),
    Ask("POST", "/v2/concurrency_limits/leases/{lease.lease_id}/renew", {"lease_duration": 60}),
    Ask("POST", f"/v2/concurrency_limits/leases/{NOBODY}/renew", {"lease_duration": 60}),
    Ask("POST", "/v2/concurrency_limits/decrement-with-lease", {"lease_id": "{lease.lease_id}"}),
    Ask("PATCH", "/v2/concurrency_limits/replies", {"limit": 2}),
    Ask("POST", "/v2/concurrency_limits/filter", {}),
    Ask("DELETE", "/v2/concurrency_limits/{limit.id}"),
    Ask("POST", "/concurrency_limits/", {"tag": "replies", "concurrency_limit": 1}),
    Ask("POST", "/concurrency_limits/", {"tag": "replies", "concurrency_limit": 2}),
    Ask("GET", "/concurrency_limits/tag/replies"),
    Ask("GET", "/concurrency_limits/tag/unknown"),
    Ask("POST", "/concurrency_limits/tag/replies/reset", {}),
    Ask("DELETE", "/concurrency_limits/tag/replies"),
    # pools, queues, workers, deployments
    Ask("POST", "/work_pools/", {"name": "replies", "type": "process"}, "pool"),
    Ask("POST", "/work_pools/", {"name": "replies", "type": "process"}),
    Ask("POST", "/work_pools/", {"name": "prefect-own", "type": "process"}),
    Ask("GET", "/work_pools/replies"),
    Ask("GET", "/work_pools/unknown"),
    Ask("PATCH", "/work_pools/replies", {"concurrency_limit": 3}),
    Ask("POST", "/work_pools/filter", {"work_pools": {"name": {"any_": ["replies"]}}}),
    Ask("POST", "/work_pools/replies/queues", {"name": "side", "priority": 2}, "queue"),
    Ask("POST", "/work_pools/replies/queues", {"name": "side"}),
    Ask("GET", "/work_pools/replies/queues/side"),
    Ask("GET", "/work_pools/replies/queues/unknown"),
    Ask("POST", "/work_pools/replies/queues/filter", {}),
    Ask("GET", "/work_queues/{queue.id}"),
    Ask("GET", "/work_queues/{queue.id}/status"),
    Ask("POST", "/work_pools/replies/workers/heartbeat", {"name": "w", "heartbeat_interval_seconds": 30}),
    Ask("POST", "/work_pools/replies/workers/filter", {}),
    Ask(
        "POST",
        "/deployments/",
        {
            "name": "replies",
            "flow_id": "{flow.id}",
            "work_pool_name": "replies",
            "parameters": {"x": 1},
            "parameter_openapi_schema": {"type": "object", "properties": {"x": {"type": "integer"}}},
            "enforce_parameter_schema": True,
            "schedules": [{"schedule": {"interval": 3600}, "active": False, "slug": "hourly"}],
            "concurrency_limit": 2,
        },
        "deployment",
    ),
    Ask("POST", "/deployments/", {"name": "replies", "flow_id": "{flow.id}", "work_pool_name": "unknown"}),
    Ask("POST", "/deployments/", {"name": "a/b", "flow_id": "{flow.id}"}),
    Ask("POST", "/deployments/", {"name": "x", "flow_id": NOBODY}),
    Ask("GET", "/deployments/{deployment.id}"),
    Ask("GET", "/deployments/name/replies/replies"),
    Ask("GET", "/deployments/name/replies/unknown"),
    Ask("PATCH", "/deployments/{deployment.id}", {"description": "d"}),
    Ask("GET", "/deployments/{deployment.id}/schedules", name="schedule"),
    Ask(
        "POST",
        "/deployments/{deployment.id}/schedules",
        [{"schedule": {"cron": "0 0 * * *"}, "active": False}],
    ),
    Ask("POST", "/deployments/{deployment.id}/schedules", [{"schedule": {"cron": "never"}}]),
    Ask("PATCH", "/deployments/{deployment.id}/schedules/{schedule.id}", {"active": False}),
    Ask("DELETE", "/deployments/{deployment.id}/schedules/{schedule.id}"),
    Ask("POST", "/deployments/{deployment.id}/create_flow_run", {"parameters": {"x": 2}}, "deployed"),
    Ask("POST", "/deployments/{deployment.id}/create_flow_run", {"parameters": {"x": "no number"}}),
    Ask("POST", f"/deployments/{NOBODY}/create_flow_run", {}),
    Ask("POST", "/deployments/get_scheduled_flow_runs", {"deployment_ids": ["{deployment.id}"]}),
    Ask("POST", "/work_pools/replies/get_scheduled_flow_runs", {"scheduled_before": AT}),
    Ask("POST", "/deployments/filter", {"deployments": {"name": {"any_": ["replies"]}}}),
    Ask("POST", "/deployments/count", {}),
    Ask("POST", "/deployments/paginate", {"limit": 1, "flows": {"name": {"any_": ["replies"]}}}),
    Ask("POST", "/deployments/{deployment.id}/pause_deployment"),
    Ask("POST", "/deployments/{deployment.id}/resume_deployment"),
    Ask("GET", "/deployments/{deployment.id}/work_queue_check"),
    Ask("DELETE", "/deployments/{deployment.id}"),
    Ask("DELETE", "/work_pools/replies/workers/w"),
    Ask("DELETE", "/work_pools/replies/queues/side"),
    Ask("DELETE", "/work_pools/replies"),
    # events and automations
    Ask("POST", "/events", [_EVENT]),
    Ask("POST", "/events", [{"event": "x"}]),
    Ask("POST", "/events/filter", {"filter": {"event": {"name": ["nothing.at.all"]}}}),
    Ask("POST", "/events/count-by/day", {"filter": {"event": {"name": ["nothing.at.all"]}}}),
    Ask("POST", "/events/count-by/nothing", {"filter": {}}),
    Ask(
        "POST",
        "/automations/",
        {"name": "replies", "trigger": _ETL_TRIGGER, "actions": [{"type": "do-nothing"}]},
        "automation",
    ),
    Ask("POST", "/automations/", {"name": "replies", "trigger": {"type": "unknown"}, "actions": []}),
    Ask("GET", "/automations/{automation.id}"),
    Ask("GET", f"/automations/{NOBODY}"),
    Ask("PATCH", "/automations/{automation.id}", {"enabled": False}),
    Ask("POST", "/automations/filter", {"automations": {"name": {"any_": ["replies"]}}}),
    Ask("POST", "/automations/count", {}),
    Ask("POST", "/templates/validate", "{{ flow.name }}"),
    Ask("POST", "/templates/validate", "{{ flow.name "),
    Ask("DELETE", "/automations/{automation.id}"),
    Ask("DELETE", f"/automations/{NOBODY}"),
    # the rest
    Ask("PUT", "/saved_searches/", {"name": "replies", "filters": []}, "search"),
    Ask("GET", "/saved_searches/{search.id}"),
    Ask("POST", "/saved_searches/filter", {}),
    Ask("DELETE", "/saved_searches/{search.id}"),
    Ask("GET", "/admin/version"),
    Ask("GET", "/admin/storage"),
    Ask("GET", "/collections/views/aggregate-worker-metadata-unknown"),
    Ask("POST", "/task_workers/filter", {}),
    Ask("POST", "/ui/schemas/validate", {"schema": {"type": "object"}, "values": {}}),
    Ask("DELETE", "/flow_runs/{pending.id}"),
    Ask("DELETE", "/flow_runs/{pending.id}"),
    Ask("DELETE", "/flows/{flow.id}"),
    Ask("DELETE", "/flows/{flow.id}"),
]
