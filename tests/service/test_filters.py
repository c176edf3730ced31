"""The filter language, one line a case, over a handful of runs."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import Invalid

PARENT = "00000000-0000-7000-8000-0000000000a1"
IDS = {letter: f"00000000-0000-7000-8000-0000000000{n:02d}" for n, letter in enumerate("abcd", 1)}


@pytest.fixture
def runs(api: Any) -> Any:
    """Four runs: a, b of the flow `one`, c, d of `two`; one second apart."""
    one, two = api.flow("one"), api.flow("two")
    stand_in = api.task_run("s", id=PARENT, name="stand-in")
    api.flow_run(id=IDS["a"], flow_id=one, name="alpha_1", tags=["x", "y"], flow_version="v1")
    api.clock.advance(1)
    api.flow_run(id=IDS["b"], flow_id=one, name="beta%", tags=["x"], idempotency_key="kb")
    api.clock.advance(1)
    scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-02-01T00:00:00Z"}}
    api.flow_run(id=IDS["c"], flow_id=two, name="Gamma", state=scheduled)
    api.clock.advance(1)
    api.flow_run(id=IDS["d"], flow_id=two, name="delta", parent_task_run_id=stand_in["id"])
    api.set_flow(IDS["a"], "RUNNING")
    api.task_run("0", flow_run_id=IDS["a"], name="work-0", tags=["t"])
    api.clock.advance(1)
    api.set_flow(IDS["a"], "FAILED", name="TimedOut")
    api.set_flow(IDS["b"], "RUNNING")
    return api


def ids(*letters: str) -> list[str]:
    return [IDS[letter] for letter in letters]


CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "abcd"),
    ({"id": {"any_": ids("a", "b")}}, "ab"),
    ({"id": {"any_": ids("a")}}, "a"),
    ({"id": {"any_": []}}, ""),
    ({"id": {"not_any_": ids("a", "b")}}, "cd"),
    ({"id": {"not_any_": []}}, "abcd"),
    ({"id": None}, "abcd"),
    ({"name": {"any_": ["Gamma", "delta"]}}, "cd"),
    ({"name": {"like_": "GAMMA"}}, "c"),
    ({"name": {"like_": "_"}}, "a"),
    ({"name": {"like_": "%"}}, "b"),
    ({"name": {"like_": "\\"}}, ""),
    ({"tags": {"all_": ["x", "y"]}}, "a"),
    ({"tags": {"all_": []}}, "abcd"),
    ({"tags": {"any_": ["y", "z"]}}, "a"),
    ({"tags": {"any_": []}}, ""),
    ({"tags": {"is_null_": True}}, "cd"),
    ({"tags": {"is_null_": False}}, "ab"),
    ({"tags": {"operator": "or_", "all_": ["y"], "is_null_": True}}, "acd"),
    ({"state": {"type": {"any_": ["FAILED", "RUNNING"]}}}, "ab"),
    ({"state": {"type": {"any_": ["FAILED"], "not_any_": ["FAILED"]}}}, ""),
    ({"state": {"name": {"any_": ["TimedOut"]}}}, "a"),
    ({"state": {"operator": "or_", "type": {"any_": ["RUNNING"]}, "name": {"any_": ["TimedOut"]}}}, "ab"),
    ({"state": {"name": {"not_any_": ["TimedOut"]}}}, "bcd"),
    ({"flow_version": {"any_": ["v1"]}}, "a"),
    ({"start_time": {"is_null_": True}}, "cd"),
    ({"start_time": {"is_null_": False}}, "ab"),
    ({"start_time": {"after_": "2026-01-15T00:00:00Z"}}, "c"),
    ({"start_time": {"before_": "2026-01-01T02:00:03+02:00"}}, "ad"),
    ({"end_time": {"is_null_": False}}, "a"),
    ({"expected_start_time": {"before_": "2026-01-01T00:00:01Z"}}, "ab"),
    ({"next_scheduled_start_time": {"after_": "2026-02-01T00:00:00Z"}}, "c"),
    ({"deployment_id": {"is_null_": True}}, "abcd"),
    ({"parent_task_run_id": {"any_": [PARENT]}}, "d"),
    ({"parent_task_run_id": {"is_null_": True}}, "abc"),
    ({"parent_flow_run_id": {"any_": [IDS["a"]]}}, ""),
    ({"idempotency_key": {"any_": ["kb"]}}, "b"),
    ({"idempotency_key": {"not_any_": ["other"]}}, "b"),
    ({"created_by": {"is_null_": True}}, "abcd"),
    ({"created_by": {"type_": ["AUTOMATION"]}}, ""),
    ({"work_queue_name": {"any_": ["q"]}}, ""),
    ({"operator": "or_", "name": {"any_": ["Gamma"]}, "tags": {"all_": ["y"]}}, "ac"),
    ({"name": {"any_": ["Gamma"]}, "tags": {"all_": ["y"]}}, ""),
]


@pytest.mark.parametrize(("given", "letters"), CASES)
def test_flow_runs(runs: Any, given: dict[str, Any], letters: str) -> None:
    body = {"flow_runs": given}
    found = runs("flow_runs.filter", body={**body, "sort": "NAME_ASC"})
    assert {run["id"] for run in found} == set(ids(*letters))
    assert runs("flow_runs.count", body=body) == len(letters)


RELATED: list[tuple[str, dict[str, Any], int]] = [
    ("flow_runs", {"flows": {"name": {"any_": ["one"]}}}, 2),
    ("flow_runs", {"flows": {"name": {"any_": ["one"]}}, "flow_runs": {"tags": {"all_": ["y"]}}}, 1),
    ("flow_runs", {"task_runs": {"name": {"like_": "work"}}}, 1),
    ("flow_runs", {"task_runs": {}}, 1),
    ("flow_runs", {"deployments": {"name": {"any_": ["d"]}}}, 0),
    ("flows", {}, 2),
    ("flows", {"flows": {"name": {"like_": "ON"}}}, 1),
    ("flows", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}, 1),
    ("flows", {"task_runs": {"tags": {"all_": ["t"]}}}, 1),
    ("flows", {"flows": {"deployment": {"is_null_": True}}}, 2),
    ("flows", {"flows": {"deployment": {"is_null_": False}}}, 0),
    ("task_runs", {}, 2),
    ("task_runs", {"task_runs": {"flow_run_id": {"is_null_": True}}}, 1),
    ("task_runs", {"task_runs": {"flow_run_id": {"any_": ids("a"), "is_null_": False}}}, 1),
    ("task_runs", {"task_runs": {"subflow_runs": {"exists_": True}}}, 1),
    ("task_runs", {"task_runs": {"subflow_runs": {"exists_": False}}}, 1),
    ("task_runs", {"flows": {"name": {"any_": ["one"]}}}, 1),
    ("task_runs", {"flow_runs": {"id": {"any_": ids("b")}}}, 0),
    ("task_runs", {"task_runs": {"state": {"type": {"any_": ["PENDING"]}}}}, 2),
]


@pytest.mark.parametrize(("resource", "body", "count"), RELATED)
def test_related_objects(runs: Any, resource: str, body: dict[str, Any], count: int) -> None:
    assert len(runs(f"{resource}.filter", body=body)) == count
    assert runs(f"{resource}.count", body=body) == count


ORDERS = [
    ("ID_DESC", "dcba"),
    ("NAME_ASC", "cabd"),
    ("EXPECTED_START_TIME_DESC", "cdba"),
    ("START_TIME_ASC", "adbc"),
]


@pytest.mark.parametrize(("sort", "letters"), ORDERS)
def test_orders_and_pages(runs: Any, sort: str, letters: str) -> None:
    body = {"sort": sort, "limit": 2}
    pages = [runs("flow_runs.filter", body={**body, "offset": offset}) for offset in (0, 2, 4)]
    assert [[run["id"] for run in page] for page in pages] == [ids(*letters[:2]), ids(*letters[2:]), []]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"limit": 201}, "less than or equal to 200"),
        ({"limit": -1}, "greater than or equal to 0"),
        ({"offset": -1}, "Invalid offset"),
        ({"sort": "BEST_FIRST"}, "no order"),
        ({"flow_runs": {"colour": {"any_": []}}}, "no criterion 'colour'"),
        ({"flow_runs": {"id": {"like_": "x"}}}, "no operator 'like_'"),
        ({"flow_runs": {"start_time": {"after_": "soon"}}}, "ISO 8601"),
    ],
)
def test_what_is_wrong_is_told(api: Any, body: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        api("flow_runs.filter", body=body)


def test_a_limit_of_zero_gives_nothing(runs: Any) -> None:
    assert runs("flow_runs.filter", body={"limit": 0}) == []
