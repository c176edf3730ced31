"""A row of the table ``flow_run`` as the API answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service.runs.states import row_json
from prefect._service.runs.values import decoded, instant, lateness_s, run_time_s
from prefect._wire.operation import JsonObject

POLICY: JsonObject = {
    "max_retries": 0,
    "retry_delay_seconds": 0.0,
    "retries": None,
    "retry_delay": None,
    "pause_keys": [],
    "resuming": False,
    "retry_type": None,
}


def to_json(row: Mapping[str, Any], now_us: int) -> JsonObject:
    """The flow run of `row`, as it stands at `now_us`; its pool is told if the row tells it."""
    created_by = row["created_by"]
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "flow_id": row["flow_id"],
        "state_id": row["state_id"],
        "deployment_id": row["deployment_id"],
        "deployment_version": row["deployment_version"],
        "work_queue_id": row["work_queue_id"],
        "work_queue_name": row.get("queue_name") or row["work_queue_name"],
        "flow_version": row["flow_version"],
        "parameters": decoded(row["parameters"], "{}", {}),
        "idempotency_key": row["idempotency_key"],
        "context": decoded(row["context"], "{}", {}),
        "empirical_policy": {**POLICY, **decoded(row["empirical_policy"], "{}", {})},
        "tags": decoded(row["tags"], "[]", []),
        "labels": decoded(row["labels"], "{}", {}),
        "parent_task_run_id": row["parent_task_run_id"],
        "state_type": row["state_type"],
        "state_name": row["state_name"],
        "run_count": row["run_count"],
        "expected_start_time": instant(row["expected_start_us"]),
        "next_scheduled_start_time": instant(row["next_scheduled_us"]),
        "start_time": instant(row["start_us"]),
        "end_time": instant(row["end_us"]),
        "total_run_time": row["total_run_us"] / 1e6,
        "estimated_run_time": run_time_s(row, now_us),
        "estimated_start_time_delta": lateness_s(row, now_us),
        "auto_scheduled": bool(row["auto_scheduled"]),
        "infrastructure_document_id": None,
        "infrastructure_pid": row["infrastructure_pid"],
        "created_by": None if created_by is None else loads(created_by),
        "work_pool_id": row.get("work_pool_id"),
        "work_pool_name": row.get("work_pool_name"),
        "state": row_json(row, row["id"]),
        "job_variables": decoded(row["job_variables"], "{}", {}),
    }
