"""Rows of the tables ``deployment`` and ``deployment_schedule`` as the API answers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service.runs.values import decoded, instant
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]


def to_json(row: Row, schedules: Iterable[Row], limit: JsonObject | None) -> JsonObject:
    """The deployment of `row` with its schedules and its concurrency limit."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "version": row["version"],
        "description": row["description"],
        "flow_id": row["flow_id"],
        "paused": bool(row["paused"]),
        "schedules": [schedule_json(schedule) for schedule in schedules],
        "concurrency_limit": None,
        "global_concurrency_limit": limit,
        "concurrency_options": _or_none(row["concurrency_options"]),
        "job_variables": decoded(row["job_variables"], "{}", {}),
        "parameters": decoded(row["parameters"], "{}", {}),
        "tags": decoded(row["tags"], "[]", []),
        "labels": decoded(row["labels"], "{}", {}),
        "work_queue_name": row["work_queue_name"],
        "work_queue_id": row["work_queue_id"],
        "last_polled": instant(row["last_polled_us"]),
        "parameter_openapi_schema": decoded(row["parameter_openapi_schema"], "{}", {}),
        "path": row["path"],
        "pull_steps": decoded(row["pull_steps"], "[]", []),
        "entrypoint": row["entrypoint"],
        "storage_document_id": row["storage_document_id"],
        "infrastructure_document_id": row["infrastructure_document_id"],
        "created_by": _or_none(row["created_by"]),
        "updated_by": _or_none(row["updated_by"]),
        "work_pool_name": row["work_pool_name"],
        "status": row["status"],
        "enforce_parameter_schema": bool(row["enforce_parameter_schema"]),
    }


def schedule_json(row: Row) -> JsonObject:
    """The schedule of `row`; what few schedules have is told of those only."""
    told: JsonObject = {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "deployment_id": row["deployment_id"],
        "schedule": loads(row["schedule"]),
        "active": bool(row["active"]),
        "max_scheduled_runs": row["max_scheduled_runs"],
        "parameters": decoded(row["parameters"], "{}", {}),
        "slug": row["slug"],
    }
    if row["catch_up"] != "none":
        told["catch_up"] = row["catch_up"]
        if row["catch_up_window_s"] is not None:
            told["catch_up_window"] = row["catch_up_window_s"]
    if row["overlap"] != "allow":
        told["overlap"] = row["overlap"]
    return told


def _or_none(text: str | None) -> Any:
    return None if text is None else loads(text)
