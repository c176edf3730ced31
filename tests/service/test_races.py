"""What many ask for at the same time comes out as if they had asked one after the other, on each store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prefect._base.errors import OperationError
from prefect._store import check


@pytest.fixture
def at_once(api: Any) -> Iterator[Callable[..., list[Any]]]:
    """``at_once(12, function)``: the answers of twelve calls of ``function(number)``, or their errors.

    Whatever happened, the rules of the store hold afterwards.
    """

    def _run(number: int, function: Callable[[int], Any]) -> list[Any]:
        def call(each: int) -> Any:
            try:
                return function(each)
            except OperationError as error:
                return error

        with ThreadPoolExecutor(number) as threads:
            return list(threads.map(call, range(number)))

    yield _run
    assert api.store.read(check.of_the_rows) == []


def statuses(answers: list[Any]) -> Counter[str]:
    return Counter(answer["status"] for answer in answers)


def test_one_of_many_moves_a_run_to_pending(api: Any, at_once: Any) -> None:
    run = api.flow_run(state={"type": "SCHEDULED"})
    answers = at_once(12, lambda _: api.set_flow(run["id"], "PENDING"))
    assert statuses(answers) == {"ACCEPT": 1, "ABORT": 11}


def test_a_limit_of_a_deployment_lets_as_many_through_as_it_says(api: Any, at_once: Any) -> None:
    flow = api.flow()
    deployment = api("deployments.create", body={"flow_id": flow, "name": "d", "concurrency_limit": 3})["id"]
    runs = [
        api.flow_run(flow_id=flow, deployment_id=deployment, state={"type": "SCHEDULED"})["id"]
        for _ in range(12)
    ]
    answers = at_once(12, lambda i: api.set_flow(runs[i], "PENDING"))
    assert statuses(answers)["ACCEPT"] == 3


def test_one_key_makes_one_run(api: Any, at_once: Any) -> None:
    flow = api.flow()
    answers = at_once(12, lambda _: api.flow_run(flow_id=flow, idempotency_key="k"))
    assert len({answer["id"] for answer in answers}) == 1


def test_a_limit_is_never_exceeded(api: Any, at_once: Any) -> None:
    api("concurrency_limits.create", body={"name": "l", "limit": 5})
    body = {"names": ["l"], "slots": 1, "mode": "concurrency"}
    answers = at_once(20, lambda _: api("concurrency_limits.increment", body=body))
    refused = [answer for answer in answers if isinstance(answer, OperationError)]
    assert (len(answers) - len(refused), {error.status for error in refused}) == (5, {423})
    assert api("concurrency_limits.read", id_or_name="l")["active_slots"] == 5


def test_one_name_makes_one_flow(api: Any, at_once: Any) -> None:
    answers = at_once(12, lambda _: api("flows.create", body={"name": "same"}))
    assert len({answer["id"] for answer in answers}) == 1


def test_one_name_makes_one_variable(api: Any, at_once: Any) -> None:
    answers = at_once(12, lambda i: api("variables.create", body={"name": "same", "value": i}))
    assert [getattr(answer, "status", 201) for answer in answers].count(201) == 1


def test_a_deployment_is_made_once(api: Any, at_once: Any) -> None:
    flow = api.flow()
    schedule = {"schedule": {"interval": 3600}, "active": True}
    body = {"flow_id": flow, "name": "d", "schedules": [schedule]}
    answers = at_once(8, lambda _: api("deployments.create", body=body))
    assert len({answer["id"] for answer in answers}) == 1
    assert len(api("deployments.read", id=answers[0]["id"])["schedules"]) == 1


def test_artifacts_of_one_key_have_one_latest(api: Any, at_once: Any) -> None:
    answers = at_once(12, lambda i: api("artifacts.create", body={"key": "k", "data": i}))
    assert len({answer["id"] for answer in answers}) == 12
    latest = api("artifacts.read_latest", key="k")
    assert latest["data"] in range(12)


def test_task_runs_end_once_each(api: Any, at_once: Any) -> None:
    run = api.flow_run(state={"type": "RUNNING"})["id"]
    ids = [api.task_run(f"{i}", flow_run_id=run, state={"type": "RUNNING"})["id"] for i in range(6)]
    at_once(24, lambda i: api.set_task(ids[i % 6], "COMPLETED" if i < 12 else "FAILED"))
    found = api("task_runs.filter", body={"flow_runs": {"id": {"any_": [run]}}})
    assert {row["state_type"] for row in found} <= {"COMPLETED", "FAILED"}
