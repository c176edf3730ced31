"""Rows of the table ``work_queue`` as the API answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service.runs.values import instant
from prefect._wire.operation import JsonObject


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The queue of `row`."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "description": row["description"],
        "is_paused": bool(row["is_paused"]),
        "concurrency_limit": row["concurrency_limit"],
        "priority": row["priority"],
        "work_pool_id": row["work_pool_id"],
        "filter": _filter(row["filter"]),
        "last_polled": instant(row["last_polled_us"]),
        "work_pool_name": row["work_pool_name"],
        "status": row["status"],
        "active_slots": row["active_slots"],
    }


def _filter(text: str | None) -> JsonObject | None:
    return None if text is None else {"tags": None, "deployment_ids": None, **loads(text)}
