"""Rows of the table ``work_pool`` as the API answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service.runs.values import decoded, instant
from prefect._wire.operation import JsonObject

_STORAGE: JsonObject = {
    "bundle_upload_step": None,
    "bundle_execution_step": None,
    "default_result_storage_block_id": None,
}


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The work pool of `row`."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "description": row["description"],
        "type": row["type"],
        "base_job_template": decoded(row["base_job_template"], "{}", {}),
        "is_paused": bool(row["is_paused"]),
        "concurrency_limit": row["concurrency_limit"],
        "status": row["status"],
        "default_queue_id": row["default_queue_id"],
        "storage_configuration": {**_STORAGE, **loads(row["storage_configuration"])},
        "active_slots": row["active_slots"],
    }


def slot(row: Mapping[str, Any], now_us: int) -> JsonObject:
    """A run that takes a slot."""
    at_us = row["state_at_us"]
    return {
        "id": row["id"],
        "name": row["name"],
        "state_type": row["state_type"],
        "state_name": row["state_name"],
        "start_time": instant(row["start_us"]),
        "state_timestamp": instant(at_us),
        "time_in_current_state": None if at_us is None else max(0, now_us - at_us) / 1e6,
    }


def page(body: JsonObject, count: int, limit: int) -> JsonObject:
    """The numbers of a page out of `count` things."""
    pages = -(-count // limit) if limit else 0
    return {"count": count, "limit": limit, "pages": pages, "page": body.get("page") or 1}
