"""From the rows of the store to `Run`, and back from what a decision changes to columns.

What the columns do not hold one by one (retries, pauses) is in the JSON column `empirical_policy`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from prefect._base.state import StateValue
from prefect._core.facts import Run

_IN_POLICY = frozenset({"resuming", "pause_keys", "retry_type"})


def flow_run(row: Mapping[str, Any]) -> Run:
    """The flow run of a row of the table ``flow_run``."""
    policy = _decoded(row["empirical_policy"])
    return Run(
        kind="flow",
        id=row["id"],
        run_count=row["run_count"],
        parent_task_run_id=row["parent_task_run_id"],
        deployment_id=row["deployment_id"],
        infrastructure_pid=row["infrastructure_pid"],
        retries=policy.get("retries"),
        retry_delay_s=policy.get("retry_delay"),
        expected_start_us=row["expected_start_us"],
        next_scheduled_us=row["next_scheduled_us"],
        start_us=row["start_us"],
        end_us=row["end_us"],
        total_run_us=row["total_run_us"],
        pause_keys=frozenset(policy.get("pause_keys") or ()),
        resuming=bool(policy.get("resuming")),
        retry_type=policy.get("retry_type"),
        owner=row["owner"],
        attempt=row["attempt"] or 0,
        lease_until_us=row["lease_until_us"],
    )


def task_run(row: Mapping[str, Any], current: StateValue | None = None) -> Run:
    """The task run of a row of the table ``task_run``; `current` tells whether it is deferred."""
    policy = _decoded(row["empirical_policy"])
    delay = policy.get("retry_delay")
    return Run(
        kind="task",
        id=row["id"],
        run_count=row["run_count"],
        flow_run_id=row["flow_run_id"],
        flow_run_run_count=row["flow_run_run_count"],
        retries=policy.get("retries"),
        retry_delay_s=tuple(delay) if isinstance(delay, list) else delay,  # pyright: ignore[reportUnknownArgumentType]
        retry_jitter_factor=policy.get("retry_jitter_factor"),
        expected_start_us=row["expected_start_us"],
        next_scheduled_us=row["next_scheduled_us"],
        start_us=row["start_us"],
        end_us=row["end_us"],
        total_run_us=row["total_run_us"],
        deferred=current is not None and bool(current.details.get("deferred")),
        owner=row.get("owner"),
        attempt=row.get("attempt") or 0,
        lease_until_us=row.get("lease_until_us"),
        tags=tuple(_decoded(row["tags"])),
    )


def columns(row: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `row` that a decision's `changes` set, with `empirical_policy` as JSON text."""
    written = {name: value for name, value in changes.items() if name not in _IN_POLICY}
    in_policy = {name: value for name, value in changes.items() if name in _IN_POLICY}
    if in_policy:
        if "pause_keys" in in_policy:
            in_policy["pause_keys"] = sorted(in_policy["pause_keys"])
        written["empirical_policy"] = json.dumps({**_decoded(row["empirical_policy"]), **in_policy})
    return written


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else (value or {})
