"""Lists that people look at all day come from an index, whatever the size of the table."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._service.filtering import conditions as c
from prefect._service.filtering import tables
from prefect._service.flow_runs.statements import sql as flow_runs
from prefect._service.logs.operations import ORDERS as LOG_ORDERS
from prefect._service.logs.operations import sql as logs
from prefect._service.runs import orders
from prefect._service.task_runs.statements import sql as task_runs
from prefect._store.dialect import POSTGRES, SQLITE
from prefect._store.sql import Filled, Statement

RUN = "00000000-0000-4000-8000-000000000000"
FAILED = {"state": {"type": {"any_": ["FAILED"]}}}


def flow_run_list(sort: str, **body: Any) -> Filled:
    where = tables.where("flow_runs", tables.FLOW_RUNS, body)
    return flow_runs.flow_run_filter.fill(
        where=where, by=c.NOTHING, order=tables.order(orders.FLOW_RUNS, sort, sort)
    )


def task_run_list(sort: str, **body: Any) -> Filled:
    where = tables.where("task_runs", tables.TASK_RUNS, body)
    return task_runs.task_run_filter.fill(
        where=where, by=c.NOTHING, order=tables.order(orders.TASK_RUNS, sort, sort)
    )


def log_list(sort: str, **body: Any) -> Filled:
    where = tables.where("logs", tables.LOGS, body)
    return logs.log_filter.fill(where=where, order=tables.order(LOG_ORDERS, sort, sort))


LISTS = [
    (flow_run_list("START_TIME_DESC"), "flow_run_overview"),
    (flow_run_list("START_TIME_DESC", flow_runs=FAILED), "flow_run_by_state"),
    (flow_run_list("EXPECTED_START_TIME_DESC", flows={"id": {"any_": [RUN]}}), "flow_run_of_flow"),
    (flow_run_list("ID_DESC", flow_runs={"id": {"any_": [RUN]}}), "sqlite_autoindex_flow_run_1"),
    (flow_run_list("ID_DESC", flow_runs={"parent_task_run_id": {"any_": [RUN]}}), "flow_run_of_parent"),
    (flow_run_list("EXPECTED_START_TIME_DESC"), "flow_run_history"),
    (flow_run_list("END_TIME_DESC"), "flow_run_by_end"),
    (task_run_list("EXPECTED_START_TIME_DESC"), "task_run_by_expected_start"),
    (task_run_list("END_TIME_DESC"), "task_run_by_end"),
    (log_list("TIMESTAMP_DESC"), "log_by_time"),
    (log_list("TIMESTAMP_DESC", logs={"level": {"ge_": 40}}), "log_of_concern_by_time"),
    (task_run_list("ID_DESC", task_runs={"flow_run_id": {"any_": [RUN]}}), "task_run_in_flow"),
    (log_list("TIMESTAMP_ASC", logs={"flow_run_id": {"any_": [RUN]}}), "log_of_flow_run"),
    (log_list("TIMESTAMP_ASC", logs={"task_run_id": {"any_": [RUN]}}), "log_of_task_run"),
]
# few rows are found by the index, and sorted afterwards
SELECTIVE = [
    listing
    for listing, index in LISTS
    if index in ("sqlite_autoindex_flow_run_1", "flow_run_of_parent", "task_run_in_flow")
]


@pytest.mark.parametrize("api", ["postgres"], indirect=True)
@pytest.mark.parametrize(("listing", "index"), LISTS)
def test_plans_of_postgresql(api: Any, listing: Filled, index: str) -> None:
    index = {"sqlite_autoindex_flow_run_1": "flow_run_pkey"}.get(index, index)
    text, params = listing.render(POSTGRES, {"limit": 10, "offset": 0})

    async def explain(unit: Any) -> str:
        off = ["enable_seqscan", "enable_bitmapscan"]  # as if the tables were large
        for setting in off if listing in SELECTIVE else [*off, "enable_sort"]:
            await unit.run(Statement("set", f"SET LOCAL {setting} = off"))
        rows = await unit.all(Statement("plan", f"EXPLAIN {text}"), **params)
        return "\n".join(row["QUERY PLAN"] for row in rows)

    plan = api.unit(explain)
    assert index in plan
    assert listing in SELECTIVE or "Sort" not in plan.replace("Incremental Sort", "").replace("Sort Key", "")


@pytest.mark.parametrize("api", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("listing", "index"), LISTS)
def test_plans(api: Any, listing: Filled, index: str) -> None:
    text, params = listing.render(SQLITE, {"limit": 10, "offset": 0})

    async def explain(unit: Any) -> str:
        rows = await unit.all(Statement("plan", f"EXPLAIN QUERY PLAN {text}"), **params)
        return "\n".join(row["detail"] for row in rows)

    assert index in api.unit(explain)
