"""Lists are the same whichever way they are read, and no way reads a large table for a few rows."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._service.filtering import conditions as c
from prefect._service.filtering import tables, ways
from prefect._service.runs import orders
from prefect._service.task_runs.statements import sql as task_runs
from prefect._store.dialect import POSTGRES, SQLITE
from prefect._store.sql import Statement

FILTERS: list[dict[str, Any]] = [
    {"name": {"like_": "one"}},
    {"name": {"any_": ["one-3", "two-4"]}},
    {"tags": {"all_": ["a"]}},
    {"tags": {"is_null_": True}},
    {"state": {"name": {"any_": ["Late"]}}},
    {"state": {"name": {"any_": ["Pending", "Late"]}}},
    {"state": {"type": {"any_": ["SCHEDULED"]}}},
    {"start_time": {"after_": "2020-01-01T00:00:00Z"}},
]


@pytest.fixture
def runs(api: Any) -> Any:
    for number in range(12):
        name = ("one", "two", "three")[number % 3]
        state = {"type": "SCHEDULED", "name": "Late"} if number % 4 == 0 else {"type": "PENDING"}
        api.task_run(
            name=f"{name}-{number}", tags=["a", "b"][: number % 3], dynamic_key=str(number), state=state
        )
        api.flow_run(name=f"{name}-{number}", tags=["a", "b"][: number % 3], state=state)
        api.clock.advance(1)
    return api


@pytest.mark.parametrize("resource", ["task_runs", "flow_runs"])
@pytest.mark.parametrize("given", FILTERS)
def test_each_way_finds_the_same(
    runs: Any, resource: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = orders.TASK_RUNS if resource == "task_runs" else orders.FLOW_RUNS
    for sort in known:
        found: list[list[str]] = []
        for few, sorted_ in ((1_000, 40_000), (0, 40_000), (0, 0)):
            monkeypatch.setattr(ways, "FEW", few)
            monkeypatch.setattr(ways, "SORTED", sorted_)
            rows = runs(f"{resource}.filter", body={resource: given, "sort": sort})
            found.append([row["name"] for row in rows])
        assert found[0]
        if sort.startswith(("NEXT_SCHEDULED", "END_TIME")):  # those without one are in no order
            found = [sorted(names) for names in found]
        assert found[0] == found[1] == found[2], sort


def test_an_order_that_no_index_has() -> None:
    order = c.SortedAfter(c.Text("coalesce(start_us, expected_start_us) DESC, id DESC"))
    assert order.render(SQLITE, {}) == "+coalesce(start_us, expected_start_us) DESC, id DESC"
    assert (
        order.render(POSTGRES, {}) == "coalesce(start_us, expected_start_us, expected_start_us) DESC, id DESC"
    )
    name = c.SortedAfter(c.Text("task_run.name ASC, task_run.id"))
    assert name.render(POSTGRES, {}) == "coalesce(task_run.name, task_run.name) ASC, task_run.id"


@pytest.mark.parametrize("api", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({"state": {"name": {"any_": ["Late"]}}}, "task_run_by_state_name"),
        ({"tags": {"all_": ["a"]}}, "task_run_by_tags"),
        ({"name": {"any_": ["one"]}}, "task_run_by_name"),
        ({"name": {"like_": "one"}}, "task_run_by_name"),
        ({"start_time": {"after_": "2020-01-01T00:00:00Z"}}, "task_run_by_start"),
    ],
)
def test_what_is_counted_comes_from_an_index(api: Any, given: dict[str, Any], index: str) -> None:
    where = tables.where("task_runs", tables.TASK_RUNS, {"task_runs": given})
    for statement in (ways.sql.task_runs_found, task_runs.task_run_count):
        text, params = statement.fill(where=where).render(SQLITE, {"limit": 1})

        async def explain(unit: Any, text: str = text, params: Any = params) -> str:
            rows = await unit.all(Statement("plan", f"EXPLAIN QUERY PLAN {text}"), **params)
            return "\n".join(row["detail"] for row in rows)

        assert index in api.unit(explain)
