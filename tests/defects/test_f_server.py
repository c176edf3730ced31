"""F: what servers did wrong: refusing when many write, standing still, failing at users' mistakes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

import fuzz

WRITERS = 64
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=WRITERS)
    with (
        fuzz.serving() as root,
        httpx.Client(base_url=f"{root}/api", trust_env=False, timeout=60, limits=limits) as client,
    ):
        yield client


def made(http: httpx.Client, path: str, body: Any) -> Any:
    answer = http.post(path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


def moved(http: httpx.Client, kind: str, id: str, state_type: str) -> str:
    """What the server says to a state that is proposed for a run."""
    return made(http, f"/{kind}/{id}/set_state", {"state": {"type": state_type}})["status"]


def test_f1_sixty_four_writers_are_all_served(http: httpx.Client) -> None:
    flow = made(http, "/flows/", {"name": "many"})["id"]

    def _write(number: int) -> list[int]:
        run = http.post("/flow_runs/", json={"flow_id": flow, "state": {"type": "PENDING"}})
        path = f"/flow_runs/{run.json()['id']}/set_state"
        line = {"name": "n", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
        others = [
            http.post(path, json={"state": {"type": "RUNNING"}}),
            http.post("/logs/", json=[line]),
            http.post("/artifacts/", json={"key": f"k-{number}", "data": "x"}),
            http.post(path, json={"state": {"type": "COMPLETED"}}),
        ]
        return [answer.status_code for answer in (run, *others)]

    with ThreadPoolExecutor(WRITERS) as threads:
        answers = Counter(status for found in threads.map(_write, range(2 * WRITERS)) for status in found)
    assert answers == {201: 5 * 2 * WRITERS}


def test_f2_a_task_with_a_limited_tag_begins_and_the_server_goes_on(http: httpx.Client) -> None:
    made(http, "/concurrency_limits/", {"tag": "narrow", "concurrency_limit": 1})
    tasks = [
        made(http, "/task_runs/", {"task_key": "t", "dynamic_key": str(i), "tags": ["narrow"]})["id"]
        for i in range(2)
    ]
    answers = [moved(http, "task_runs", id, "RUNNING") for id in tasks]
    assert answers == ["ACCEPT", "WAIT"]
    assert moved(http, "task_runs", tasks[0], "COMPLETED") == "ACCEPT"
    assert moved(http, "task_runs", tasks[1], "RUNNING") == "ACCEPT"


def test_f3_what_is_wanted_and_not_wanted_is_nothing(http: httpx.Client) -> None:
    flow = made(http, "/flows/", {"name": "f"})["id"]
    for state_type in ("COMPLETED", "FAILED"):
        made(http, "/flow_runs/", {"flow_id": flow, "state": {"type": state_type}})
    both = {"flow_runs": {"state": {"type": {"any_": ["FAILED"], "not_any_": ["FAILED"]}}}}
    assert made(http, "/flow_runs/filter", both) == []
    assert made(http, "/flow_runs/bulk_delete", both)["deleted"] == []
    assert made(http, "/flow_runs/count", {}) == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", f"/flow_runs/{NOBODY}/resume", {}, 404),
        ("POST", "/deployments/", {"name": "a/b", "flow_id": NOBODY}, 422),
        ("DELETE", "/work_pools/pool/queues/default", None, 409),
        ("POST", "/flow_runs/", {"flow_id": NOBODY}, 409),
        ("POST", "/deployments/", {"name": "d", "flow_id": NOBODY}, 409),
        ("POST", "/task_runs/", {"flow_run_id": NOBODY, "task_key": "t", "dynamic_key": "0"}, 409),
        ("POST", "/concurrency_limits/", {"tag": "t", "concurrency_limit": 2**63}, 422),
        ("POST", "/flows/filter", {"flows": {"name": {"like_": "\0"}}}, 200),
    ],
)
def test_f10_mistakes_are_told_in_words(
    http: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    made(http, "/work_pools/", {"name": "pool", "type": "process"})
    answer = http.request(method, path, **({} if body is None else {"json": body}))
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.json().get("detail") or answer.json()["exception_detail"]


def test_f10_a_refusal_is_told_under_both_keys(http: httpx.Client) -> None:
    told = http.get(f"/flows/{NOBODY}").json()
    assert told == {"detail": "Flow not found.", "exception_message": "Flow not found."}


def test_f11_one_process_runs_a_run(http: httpx.Client) -> None:
    flow = made(http, "/flows/", {"name": "f"})["id"]
    run = made(http, "/flow_runs/", {"flow_id": flow, "state": {"type": "SCHEDULED"}})["id"]
    with ThreadPoolExecutor(12) as threads:
        answers = Counter(threads.map(lambda _: moved(http, "flow_runs", run, "PENDING"), range(12)))
    assert answers == {"ACCEPT": 1, "ABORT": 11}

    def _begin(number: int) -> str:
        whose = {"x-prefect-owner": f"host:{uuid.uuid4()}:{number}:1"}
        proposed = {"state": {"type": "RUNNING"}}
        return http.post(f"/flow_runs/{run}/set_state", json=proposed, headers=whose).json()["status"]

    with ThreadPoolExecutor(8) as threads:
        assert Counter(threads.map(_begin, range(8)))["ACCEPT"] == 1
