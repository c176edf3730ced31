"""The orders in which runs are listed, and the indexes that have them."""

from __future__ import annotations

from collections.abc import Mapping

FLOW_RUNS: Mapping[str, str] = {
    "ID_DESC": "flow_run.id DESC",
    "START_TIME_ASC": "coalesce(flow_run.start_us, flow_run.expected_start_us) ASC",
    "START_TIME_DESC": "coalesce(flow_run.start_us, flow_run.expected_start_us) DESC",
    "EXPECTED_START_TIME_ASC": "flow_run.expected_start_us ASC",
    "EXPECTED_START_TIME_DESC": "flow_run.expected_start_us DESC",
    "NAME_ASC": "flow_run.name ASC, flow_run.id",
    "NAME_DESC": "flow_run.name DESC, flow_run.id DESC",
    "NEXT_SCHEDULED_START_TIME_ASC": "flow_run.next_scheduled_us ASC",
    "END_TIME_DESC": "flow_run.end_us DESC",
}

TASK_RUNS: Mapping[str, str] = {
    "ID_DESC": "task_run.id DESC",
    "EXPECTED_START_TIME_ASC": "task_run.expected_start_us ASC, task_run.id",
    "EXPECTED_START_TIME_DESC": "task_run.expected_start_us DESC, task_run.id",
    "NAME_ASC": "task_run.name ASC, task_run.id",
    "NAME_DESC": "task_run.name DESC, task_run.id DESC",
    "NEXT_SCHEDULED_START_TIME_ASC": "task_run.next_scheduled_us ASC",
    "END_TIME_DESC": "task_run.end_us DESC",
}

FLOW_RUN_INDEXES: Mapping[str, str] = {
    "ID_DESC": "sqlite_autoindex_flow_run_1",
    "START_TIME_ASC": "flow_run_overview",
    "START_TIME_DESC": "flow_run_overview",
    "EXPECTED_START_TIME_ASC": "flow_run_history",
    "EXPECTED_START_TIME_DESC": "flow_run_history",
    "NAME_ASC": "flow_run_by_name",
    "NAME_DESC": "flow_run_by_name",
    "NEXT_SCHEDULED_START_TIME_ASC": "flow_run_by_next",
    "END_TIME_DESC": "flow_run_by_end",
}

TASK_RUN_INDEXES: Mapping[str, str] = {
    "ID_DESC": "sqlite_autoindex_task_run_1",
    "EXPECTED_START_TIME_ASC": "task_run_by_expected_start",
    "EXPECTED_START_TIME_DESC": "task_run_by_expected_start",
    "NAME_ASC": "task_run_by_name",
    "NAME_DESC": "task_run_by_name",
    "NEXT_SCHEDULED_START_TIME_ASC": "task_run_by_next",
    "END_TIME_DESC": "task_run_by_end",
}
