"""A row of the table ``task_run`` as the API answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._service.runs.states import row_json
from prefect._service.runs.values import decoded, instant, lateness_s, run_time_s
from prefect._wire.operation import JsonObject

POLICY: JsonObject = {
    "max_retries": 0,
    "retry_delay_seconds": 0.0,
    "retries": None,
    "retry_delay": None,
    "retry_jitter_factor": None,
}


def to_json(row: Mapping[str, Any], now_us: int) -> JsonObject:
    """The task run of `row`, as it stands at `now_us`."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "flow_run_id": row["flow_run_id"],
        "task_key": row["task_key"],
        "dynamic_key": row["dynamic_key"],
        "cache_key": row["cache_key"],
        "cache_expiration": instant(row["cache_expiration_us"]),
        "task_version": row["task_version"],
        "empirical_policy": {**POLICY, **decoded(row["empirical_policy"], "{}", {})},
        "tags": decoded(row["tags"], "[]", []),
        "labels": decoded(row["labels"], "{}", {}),
        "state_id": row["state_id"],
        "task_inputs": decoded(row["task_inputs"], "{}", {}),
        "state_type": row["state_type"],
        "state_name": row["state_name"],
        "run_count": row["run_count"],
        "flow_run_run_count": row["flow_run_run_count"],
        "expected_start_time": instant(row["expected_start_us"]),
        "next_scheduled_start_time": instant(row["next_scheduled_us"]),
        "start_time": instant(row["start_us"]),
        "end_time": instant(row["end_us"]),
        "total_run_time": row["total_run_us"] / 1e6,
        "estimated_run_time": run_time_s(row, now_us),
        "estimated_start_time_delta": lateness_s(row, now_us),
        "state": row_json(row, row["flow_run_id"], row["id"]),
    }
