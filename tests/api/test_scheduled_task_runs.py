"""Background task runs handed out on a websocket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from tests.api.conftest import Server
from tests.api.sockets import Talk, talk

PATH = "/task_runs/subscriptions/scheduled"


@contextmanager
def worker(server: Server, *keys: str, client_id: str = "host-1", **more: Any) -> Iterator[Talk]:
    with talk(server.url, PATH) as found:
        found.say(type="subscribe", keys=list(keys or ("work",)), client_id=client_id, **more)
        yield found


def submit(http: httpx.Client, dynamic_key: str, task_key: str = "work") -> str:
    state = {"type": "SCHEDULED", "state_details": {"deferred": True}}
    body = {"task_key": task_key, "dynamic_key": dynamic_key, "state": state}
    return http.post("/task_runs/", json=body).json()["id"]


def connected(http: httpx.Client) -> list[str]:
    return [one["identifier"] for one in http.post("/task_workers/filter", json={}).json()]


def until(condition: Any) -> None:
    """Look again and again, for ten seconds at most."""
    end_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end_s, "it did not come true"


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ({"type": "hello"}, "'subscribe' message"),
        ({"type": "subscribe"}, "'keys' in subscribe message"),
        ({"type": "subscribe", "keys": ["a"]}, "'client_id' in subscribe message"),
    ],
)
def test_a_subscription_must_be_whole(server: Server, message: dict[str, Any], missing: str) -> None:
    with talk(server.url, PATH) as found:
        found.say(**message)
        assert found.close_reason() == (4001, f"Protocol violation: expected {missing}")


def test_runs_come_one_after_the_other(server: Server, http: httpx.Client) -> None:
    waiting = submit(http, "1")
    with worker(server) as found:
        told = found.hear()
        assert (told["id"], told["state"]["type"]) == (waiting, "SCHEDULED")
        coming = submit(http, "2")
        with pytest.raises(TimeoutError):
            found.hear(0.05)
        found.say(type="ack")
        assert found.hear()["id"] == coming
        found.say(type="quit")
        assert found.close_reason()[0] == 1000


def test_a_run_is_pushed_as_soon_as_it_is_there(server: Server, http: httpx.Client) -> None:
    with worker(server) as found:
        until(lambda: connected(http))
        run = submit(http, "1")
        began_s = time.monotonic()
        assert found.hear()["id"] == run
        assert time.monotonic() - began_s < 1


def test_what_was_not_received_goes_to_the_next(server: Server, http: httpx.Client) -> None:
    run = submit(http, "1")
    with worker(server) as found:
        assert found.hear()["id"] == run
    with worker(server, client_id="host-2") as found:
        assert found.hear()["id"] == run
        found.say(type="what")
        assert found.close_reason()[0] == 4001
    with worker(server, client_id="host-3") as found:
        assert found.hear()["id"] == run
        found.say(type="ack")
    with worker(server, client_id="host-4") as found, pytest.raises(TimeoutError):
        found.hear(0.05)


def test_a_worker_may_ask_for_several_ahead(server: Server, http: httpx.Client) -> None:
    runs = [submit(http, str(number)) for number in range(5)]
    with worker(server, window=3) as found:
        assert [found.hear()["id"] for _ in range(3)] == runs[:3]
        found.say(type="ack")
        assert found.hear()["id"] == runs[3]


def test_workers_are_listed_while_they_are_connected(server: Server, http: httpx.Client) -> None:
    with worker(server, "b", "a"):
        until(lambda: connected(http) == ["host-1"])
        [told] = http.post("/task_workers/filter", json={}).json()
        assert told["task_keys"] == ["a", "b"]
        asked = {"task_worker_filter": {"task_keys": ["c"]}}
        assert http.post("/task_workers/filter", json=asked).json() == []
    until(lambda: not connected(http))
