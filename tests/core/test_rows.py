"""Between rows and runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prefect._base.state import StateType, StateValue
from prefect._core import rows
from prefect._core.versions import counts_slots_itself, parse, renews_leases

COMMON: dict[str, Any] = {
    "id": "r", "run_count": 2, "expected_start_us": 1, "next_scheduled_us": None, "start_us": 3,
    "end_us": None, "total_run_us": 4,
}  # fmt: skip
FLOW_ROW: dict[str, Any] = {
    **COMMON, "parent_task_run_id": None, "deployment_id": "d", "infrastructure_pid": "7", "owner": "A",
    "attempt": None, "lease_until_us": 5,
    "empirical_policy": '{"retries": 2, "retry_delay": 3, "pause_keys": ["a"], "resuming": true, "other": 1}',
}  # fmt: skip
TASK_ROW: dict[str, Any] = {
    **COMMON, "flow_run_id": "f", "flow_run_run_count": 1, "tags": '["x", "y"]', "owner": None,
    "empirical_policy": '{"retries": 1, "retry_delay": [1, 2], "retry_jitter_factor": 0.5}',
}  # fmt: skip


def test_a_flow_run():
    run = rows.flow_run(FLOW_ROW)
    assert (run.kind, run.retries, run.retry_delay_s, run.pause_keys) == ("flow", 2, 3, {"a"})
    assert (run.resuming, run.retry_type, run.attempt, run.owner, run.lease_until_us) == (
        True,
        None,
        0,
        "A",
        5,
    )
    bare = rows.flow_run({**FLOW_ROW, "empirical_policy": None})
    assert (bare.retries, bare.pause_keys, bare.resuming) == (None, frozenset(), False)
    decoded = rows.flow_run({**FLOW_ROW, "empirical_policy": json.loads(FLOW_ROW["empirical_policy"])})
    assert decoded == run


def test_a_task_run():
    run = rows.task_run(TASK_ROW)
    assert (run.kind, run.retry_delay_s, run.retry_jitter_factor) == ("task", (1, 2), 0.5)
    assert (run.tags, run.deferred, run.attempt) == (("x", "y"), False, 0)
    deferred = StateValue(StateType.SCHEDULED, "Scheduled", details={"deferred": True})
    assert rows.task_run(TASK_ROW, deferred).deferred


def test_changes_become_columns():
    columns = rows.columns(
        FLOW_ROW, {"run_count": 3, "pause_keys": frozenset({"b", "a"}), "resuming": False, "retry_type": None}
    )
    assert columns["run_count"] == 3
    policy = json.loads(columns.pop("empirical_policy"))
    assert policy == {
        "retries": 2, "retry_delay": 3, "pause_keys": ["a", "b"], "resuming": False, "other": 1,
        "retry_type": None,
    }  # fmt: skip
    assert set(columns) == {"run_count"}
    assert rows.columns(FLOW_ROW, {"owner": None}) == {"owner": None}


@pytest.mark.parametrize(
    ("text", "renews", "counts"),
    [
        ("3.9.1.dev0", True, False),
        ("3.4.11", True, False),
        ("3.4.10", False, False),
        ("3.0.0rc20", False, True),
        ("3.0.0", False, True),
        ("3.0.0rc3", False, False),
        ("3.0.4", False, False),
        ("v3.5", True, False),
        ("nonsense", False, False),
        (None, False, False),
    ],
)
def test_versions(text: str | None, renews: bool, counts: bool):
    assert renews_leases(text) is renews
    assert counts_slots_itself(text) is counts


def test_versions_are_ordered():
    texts = ["3.0.0.dev1", "3.0.0a1", "3.0.0b2", "3.0.0rc1", "3.0.0rc20", "3.0.0", "3.0.1.dev0", "3.0.1"]
    parsed = [parse(text) for text in texts]
    assert None not in parsed
    assert parsed == sorted(parsed)  # type: ignore[type-var]
