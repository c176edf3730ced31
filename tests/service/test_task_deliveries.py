"""The queue of background task runs, without sockets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prefect._base.clock import to_iso
from prefect._service.keepers import deliveries as keeper
from prefect._service.task_workers import deliveries, operations


def deferred(api: Any, key: str = "0", in_s: float = 0, task_key: str = "work", **state: Any) -> str:
    at = to_iso(api.clock.now_us() + round(in_s * 1e6))
    details = {"deferred": True, "task_parameters_id": None, "scheduled_time": at}
    made = api.task_run(
        key, task_key=task_key, state={"type": "SCHEDULED", "state_details": details, **state}
    )
    return made["id"]


def take(api: Any, worker: str = "w", limit: int = 1, keys: tuple[str, ...] = ("work",)) -> list[str]:
    return [run["id"] for run in api.unit(deliveries.take, worker, keys, limit).runs]


def keep(api: Any) -> float | None:
    return api.unit(keeper.KEEPER.round, {})


def test_each_run_is_handed_out_once_in_the_order_of_time(api: Any) -> None:
    one = deferred(api, "1")
    two = deferred(api, "2")
    deferred(api, "3", task_key="other")
    assert take(api) == [one]
    assert take(api, "v", limit=9) == [two]
    assert take(api) == []


def test_nothing_is_handed_out_before_its_time(api: Any) -> None:
    run = deferred(api, in_s=10)
    found = api.unit(deliveries.take, "w", ["work"], 1)
    assert found.runs == []
    assert found.next_due_us == api.clock.now_us() + 10_000_000
    api.clock.advance(10)
    assert take(api) == [run]


def test_a_run_that_is_scheduled_again_is_still_one(api: Any) -> None:
    run = deferred(api)
    api.set_task(run, "SCHEDULED", state_details={"deferred": True})
    assert take(api) == [run]
    assert take(api) == []


def test_retries_go_first(api: Any) -> None:
    deferred(api, "1")
    later = deferred(api, "2", name="AwaitingRetry")
    assert take(api) == [later]


def test_what_was_not_received_is_handed_out_again_in_front(api: Any) -> None:
    one = deferred(api, "1")
    two = deferred(api, "2")
    assert take(api, "w") == [one]
    api.unit(operations.disconnect, "c", "w", [one])
    assert take(api, "v") == [one]
    assert take(api, "v") == [two]


def test_what_a_lost_worker_had_received_comes_back_unless_it_began(api: Any) -> None:
    began, waits, pending = (deferred(api, str(number)) for number in range(3))
    for id in (began, waits, pending):
        assert take(api, "w") == [id]
        assert api.unit(deliveries.received, "w", id)
    api.set_task(pending, "PENDING", state_details={"deferred": True})
    api.set_task(began, "PENDING", state_details={"deferred": True})
    api.set_task(began, "RUNNING", state_details={"deferred": True})
    api.clock.advance(20)
    api.unit(operations.renew, "c", "w")
    api.clock.advance(20)
    assert keep(api) is not None
    assert take(api, "v") == []  # the worker is still there
    api.clock.advance(20)
    keep(api)
    assert sorted(take(api, "v", limit=9)) == sorted([waits, pending])
    assert api("task_runs.read", id=pending)["state_type"] == "SCHEDULED"
    assert api("task_runs.read", id=began)["state_type"] == "CRASHED"
    assert not api.unit(deliveries.received, "w", waits)


def test_a_run_that_nobody_begins_crashes_in_the_end(api: Any) -> None:
    run = deferred(api)
    for _ in range(deliveries.MOST_DELIVERIES):
        assert take(api, "w") == [run]
        api.clock.advance(31)
        keep(api)
    assert take(api, "w") == []
    found = api("task_runs.read", id=run)
    assert found["state_type"] == "CRASHED"
    assert "5 times" in found["state"]["message"]


def test_a_cancelled_run_leaves_the_queue(api: Any) -> None:
    run = deferred(api)
    following = deferred(api, "1")
    api.set_task(run, "CANCELLED")
    assert take(api) == [following]
    assert take(api) == []


def test_no_run_goes_to_two_workers(api: Any) -> None:
    runs = {deferred(api, str(number)) for number in range(30)}

    def work(number: int) -> list[str]:
        found: list[str] = []
        while got := take(api, f"w{number}", limit=2):
            found += got
        return found

    with ThreadPoolExecutor(6) as threads:
        taken = [id for found in threads.map(work, range(6)) for id in found]
    assert len(taken) == len(set(taken))
    assert set(taken) == runs


def test_workers_are_listed_while_they_are_connected(api: Any) -> None:
    api.unit(operations.connect, "c1", "host-1", ["work", "other"])
    api.unit(operations.connect, "c2", "host-2", ["other"])
    found = api("task_workers.filter")
    assert [(one["identifier"], one["task_keys"]) for one in found] == [
        ("host-1", ["other", "work"]),
        ("host-2", ["other"]),
    ]
    asked = {"task_worker_filter": {"task_keys": ["work"]}}
    assert [one["identifier"] for one in api("task_workers.filter", body=asked)] == ["host-1"]
    api.unit(operations.disconnect, "c1", "host-1", [])
    assert [one["identifier"] for one in api("task_workers.filter")] == ["host-2"]
    api.clock.advance(31)
    assert api("task_workers.filter") == []


def test_what_is_handed_back_is_given_out_again_with_its_arguments(api: Any) -> None:
    details = {"deferred": True, "task_parameters_id": "01a1fed5-0be3-79d3-aebe-f90babb2d933"}
    state = {"type": "SCHEDULED", "state_details": details}
    kept = {"key": f"parameters/{details['task_parameters_id']}", "content": "arguments"}
    body = {"task_run": {"task_key": "work", "dynamic_key": "0", "state": state}, "parameters": kept}
    run = api("task_runs.defer", body=body)["id"]
    worker = {"connection": "c1", "identifier": "host-1", "task_keys": ["work"]}
    (taken,) = api("task_workers.take", body={**worker, "limit": 5})["runs"]
    assert (taken["task_run"]["id"], taken["parameters"]) == (run, "arguments")
    assert [one["identifier"] for one in api("task_workers.filter")] == ["host-1"]
    assert api("task_workers.take", body={**worker, "connection": "c2", "limit": 5}) == {"runs": []}
    api("task_workers.leave", body={"connection": "c1"})
    assert take(api) == [run]
    api.set_task(run, "PENDING", state_details={"deferred": True})
    api.set_task(run, "RUNNING", state_details={"deferred": True})
    api.set_task(run, "SCHEDULED", state_details=details)
    assert take(api, "v") == [run]
    api.clock.advance(31)
    keep(api)  # the second worker is gone before it began, and that the first one had begun does not matter
    assert take(api, "u") == [run]
