"""Work pools, their queues and workers: what the API does with them."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._service.errors import AlreadyExists, Conflict, Forbidden, Invalid, NotFound
from prefect._service.work_queues.priorities import first_free, made_room


def queues(api: Any, pool: str = "p") -> dict[str, int]:
    found = api("work_queues.filter_in_pool", work_pool_name=pool)
    return {queue["name"]: queue["priority"] for queue in found}


def topics(api: Any, prefix: str = "prefect.work-") -> list[str]:
    from prefect._store.sql import Statement

    async def read(tx: Any) -> Any:
        return await tx.all(Statement("log", "SELECT topic FROM outbox ORDER BY seq"))

    rows = api.store.read(read)
    return [row["topic"].removeprefix("prefect.") for row in rows if row["topic"].startswith(prefix)]


@pytest.fixture
def pool(api: Any) -> dict[str, Any]:
    return api("work_pools.create", body={"name": "p", "type": "process"})


def test_a_new_pool_has_a_default_queue_and_waits_for_a_worker(api: Any, pool: dict[str, Any]) -> None:
    assert pool["status"] == "NOT_READY"
    queue = api("work_queues.read_in_pool", work_pool_name="p", name="default")
    assert (queue["id"], queue["priority"]) == (pool["default_queue_id"], 1)
    assert api("work_pools.read", name="p") == pool
    assert topics(api) == ["work-queue.created", "work-pool.created", "work-pool.not-ready"]


def test_names_are_taken_once_and_some_are_reserved(api: Any, pool: dict[str, Any]) -> None:
    with pytest.raises(AlreadyExists):
        api("work_pools.create", body={"name": "p"})
    with pytest.raises(Forbidden):
        api("work_pools.create", body={"name": "Prefect-managed"})
    with pytest.raises(Forbidden):
        api("work_pools.delete", name="prefect-x")
    with pytest.raises(Forbidden):
        api("work_pools.update", name="prefect-x", body={"description": "d"})
    with pytest.raises(NotFound):
        api("work_pools.read", name="other")


def test_a_pool_of_the_oldest_type_has_no_status_until_it_is_paused(api: Any) -> None:
    assert api("work_pools.create", body={"name": "a"})["status"] is None
    api("work_pools.update", name="a", body={"is_paused": True})
    assert api("work_pools.read", name="a")["status"] == "PAUSED"


def test_the_status_follows_workers_and_pauses(api: Any, pool: dict[str, Any]) -> None:
    beat = {"name": "w", "heartbeat_interval_seconds": 5}
    api("workers.heartbeat", work_pool_name="p", body=beat)
    assert api("work_pools.read", name="p")["status"] == "READY"
    api("work_pools.update", name="p", body={"is_paused": True})
    api("workers.heartbeat", work_pool_name="p", body=beat)
    assert api("work_pools.read", name="p")["status"] == "PAUSED"
    api("work_pools.update", name="p", body={"is_paused": False})
    assert api("work_pools.read", name="p")["status"] == "READY"
    [worker] = api("workers.filter", work_pool_name="p")
    assert (worker["name"], worker["status"], worker["heartbeat_interval_seconds"]) == ("w", "ONLINE", 5)
    api("workers.delete", work_pool_name="p", name="w")
    with pytest.raises(NotFound):
        api("workers.delete", work_pool_name="p", name="w")


def test_only_what_is_given_of_a_pool_changes(api: Any, pool: dict[str, Any]) -> None:
    api("work_pools.update", name="p", body={"concurrency_limit": 3})
    api("work_pools.update", name="p", body={"description": "d"})
    found = api("work_pools.read", name="p")
    assert (found["concurrency_limit"], found["description"], found["is_paused"]) == (3, "d", False)
    api("work_pools.update", name="p", body={"concurrency_limit": None})
    assert api("work_pools.read", name="p")["concurrency_limit"] is None


def test_a_default_must_satisfy_its_own_schema(api: Any) -> None:
    variables = {"type": "object", "properties": {"n": {"type": "integer", "default": "x"}}}
    template = {"job_configuration": {"n": "{{ n }}"}, "variables": variables}
    with pytest.raises(Invalid, match="'n'"):
        api("work_pools.create", body={"name": "t", "base_job_template": template})


def test_deleting_a_pool_takes_its_queues_and_frees_what_named_them(api: Any, pool: dict[str, Any]) -> None:
    api("workers.heartbeat", work_pool_name="p", body={"name": "w"})
    api("work_pools.delete", name="p")
    assert api("work_queues.filter") == []
    assert api("work_pools.count") == 0


def test_pools_are_found_by_name_and_type(api: Any, pool: dict[str, Any]) -> None:
    api("work_pools.create", body={"name": "q", "type": "docker"})
    by_type = api("work_pools.filter", body={"work_pools": {"type": {"any_": ["docker"]}}})
    assert [found["name"] for found in by_type] == ["q"]
    assert api("work_pools.count", body={"work_pools": {"name": {"any_": ["p", "q"]}}}) == 2


# -- queues --------------------------------------------------------------------------------------


def test_the_push_ends_at_the_first_gap() -> None:
    assert first_free({1, 2, 4}) == 3
    assert made_room({"a": 1, "b": 2, "c": 4}, 1) == {"a": 2, "b": 3}
    assert made_room({"a": 1}, 2) == {}


def test_a_queue_takes_the_first_gap_or_pushes_others_down(api: Any, pool: dict[str, Any]) -> None:
    def add(**body: Any) -> None:
        api("work_queues.create_in_pool", work_pool_name="p", body=body)

    add(name="q1", priority=1)
    add(name="q2")
    add(name="q5", priority=5)
    add(name="q6")
    assert queues(api) == {"q1": 1, "default": 2, "q2": 3, "q6": 4, "q5": 5}
    api("work_queues.update_in_pool", work_pool_name="p", name="q6", body={"priority": 1})
    assert queues(api) == {"q6": 1, "q1": 2, "default": 3, "q2": 4, "q5": 5}
    assert list(queues(api)) == ["q6", "q1", "default", "q2", "q5"]
    with pytest.raises(AlreadyExists, match="'q6' in the work pool 'p'"):
        add(name="q6")


def test_the_default_queue_stays_and_tells_nothing_of_a_failed_removal(
    api: Any, pool: dict[str, Any]
) -> None:
    with pytest.raises(Conflict):
        api("work_queues.delete_in_pool", work_pool_name="p", name="default")
    assert "work-queue.deleted" not in topics(api)
    with pytest.raises(NotFound, match="'x' of the work pool 'p'"):
        api("work_queues.delete_in_pool", work_pool_name="p", name="x")
    with pytest.raises(NotFound, match="Work pool 'y'"):
        api("work_queues.read_in_pool", work_pool_name="y", name="x")


def test_a_queue_is_renamed_unless_the_name_is_taken(api: Any, pool: dict[str, Any]) -> None:
    api("work_queues.create_in_pool", work_pool_name="p", body={"name": "q"})
    with pytest.raises(AlreadyExists):
        api("work_queues.update_in_pool", work_pool_name="p", name="q", body={"name": "default"})
    api("work_queues.update_in_pool", work_pool_name="p", name="q", body={"name": "r"})
    assert "r" in queues(api)


def test_a_queue_is_paused_and_goes_on(api: Any, pool: dict[str, Any]) -> None:
    def status() -> str:
        return api("work_queues.read_in_pool", work_pool_name="p", name="default")["status"]

    def pause(paused: bool) -> None:
        api("work_queues.update_in_pool", work_pool_name="p", name="default", body={"is_paused": paused})

    assert status() == "NOT_READY"
    pause(True)
    assert status() == "PAUSED"
    pause(False)
    assert status() == "NOT_READY"
    api("work_pools.get_scheduled_flow_runs", name="p")
    assert status() == "READY"
    pause(True)
    pause(False)
    assert status() == "READY"


def test_the_older_queues_live_in_the_default_agent_pool(api: Any) -> None:
    made = api("work_queues.create", body={"name": "old", "filter": {"tags": ["t"]}})
    assert made["work_pool_name"] == "default-agent-pool"
    assert made["priority"] == 2
    assert made["filter"] == {"tags": ["t"], "deployment_ids": None}
    assert api("work_queues.read_by_name", name="old")["id"] == made["id"]
    assert api("work_queues.status", id=made["id"])["healthy"] is False
    flow_id = api.flow()
    tagged = api.flow_run(flow_id=flow_id, tags=["t"], state={"type": "SCHEDULED"})
    api.flow_run(flow_id=flow_id, tags=["u"], state={"type": "SCHEDULED"})
    assert [run["id"] for run in api("work_queues.get_runs", id=made["id"])] == [tagged["id"]]
    assert api("work_queues.status", id=made["id"])["healthy"] is True
    with pytest.raises(AlreadyExists):
        api("work_queues.create", body={"name": "old"})
    api("work_queues.delete", id=made["id"])
    with pytest.raises(NotFound):
        api("work_queues.read", id=made["id"])
