"""The orders in which runs are listed."""

from __future__ import annotations

from collections.abc import Mapping

FLOW_RUNS: Mapping[str, str] = {
    "ID_DESC": "flow_run.id DESC",
    "START_TIME_ASC": "coalesce(flow_run.start_us, flow_run.expected_start_us) ASC",
    "START_TIME_DESC": "coalesce(flow_run.start_us, flow_run.expected_start_us) DESC",
    "EXPECTED_START_TIME_ASC": "flow_run.expected_start_us ASC",
    "EXPECTED_START_TIME_DESC": "flow_run.expected_start_us DESC",
    "NAME_ASC": "flow_run.name ASC, flow_run.id",
    "NAME_DESC": "flow_run.name DESC, flow_run.id",
    "NEXT_SCHEDULED_START_TIME_ASC": "flow_run.next_scheduled_us ASC",
    "END_TIME_DESC": "flow_run.end_us DESC",
}

TASK_RUNS: Mapping[str, str] = {
    "ID_DESC": "task_run.id DESC",
    "EXPECTED_START_TIME_ASC": "task_run.expected_start_us ASC, task_run.id",
    "EXPECTED_START_TIME_DESC": "task_run.expected_start_us DESC, task_run.id",
    "NAME_ASC": "task_run.name ASC, task_run.id",
    "NAME_DESC": "task_run.name DESC, task_run.id",
    "NEXT_SCHEDULED_START_TIME_ASC": "task_run.next_scheduled_us ASC",
    "END_TIME_DESC": "task_run.end_us DESC",
}
