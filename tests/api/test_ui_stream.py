"""The stream of the web UI, as a tab hears it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.api.conftest import running

from prefect._api import ui_stream


@pytest.fixture
def server() -> Iterator[Any]:
    with running() as server:
        yield server


def _messages(stream: httpx.Response) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in stream.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def test_a_tab_hears_of_what_it_asked_for(server: Any) -> None:
    with (
        httpx.Client(base_url=server.url, timeout=20) as client,
        client.stream("GET", "/ui/stream") as stream,
    ):
        assert stream.headers["content-type"] == "text/event-stream"
        messages = _messages(stream)
        name, hello = next(messages)
        assert name == "hello"
        flow = client.post("/flows/", json={"name": "demo"}).json()["id"]
        run = client.post("/flow_runs/", json={"flow_id": flow}).json()["id"]
        other = client.post("/flow_runs/", json={"flow_id": flow}).json()["id"]
        topics = [f"flow-run:{run}", f"log:{run}", "variable"]
        told = client.post(f"/ui/stream/{hello['id']}/topics", json={"topics": topics})
        assert told.status_code == 204
        for id in (other, run):
            client.post(f"/flow_runs/{id}/set_state", json={"state": {"type": "RUNNING"}, "force": True})
        seen = ""
        while seen != "RUNNING":  # that it was created may be told first
            name, patches = next(messages)
            assert name == "patches"
            assert {(patch["topic"], patch["subject"]) for patch in patches} == {("flow-run", run)}
            seen = patches[-1]["body"]["state_type"]
        line = {
            "level": 20,
            "name": "n",
            "message": "m",
            "timestamp": "2026-01-01T00:00:00Z",
            "flow_run_id": run,
        }
        client.post("/logs/", json=[line])
        topics = {"flow-run"}
        while topics == {"flow-run"}:  # the run may be told of once more before
            topics = {patch["topic"] for patch in next(messages)[1]}
        assert topics == {"log"}


def test_a_stream_that_nobody_has_is_not_found(server: Any) -> None:
    answer = httpx.post(f"{server.url}/ui/stream/nobody/topics", json={"topics": []})
    assert answer.status_code == 404


def test_what_happened_before_it_was_asked_for_is_told(server: Any) -> None:
    with (
        httpx.Client(base_url=server.url, timeout=20) as client,
        client.stream("GET", "/ui/stream") as stream,
    ):
        messages = _messages(stream)
        _, hello = next(messages)
        client.post("/variables/", json={"name": "early", "value": 1})
        flow = client.post("/flows/", json={"name": "demo"}).json()["id"]
        run = client.post("/flow_runs/", json={"flow_id": flow}).json()["id"]
        client.post(f"/flow_runs/{run}/set_state", json={"state": {"type": "RUNNING"}, "force": True})
        path = f"/ui/stream/{hello['id']}/topics"
        assert client.post(path, json={"topics": [f"flow-run:{run}"], "ago": 30}).status_code == 204
        _, patches = next(messages)
        assert {(patch["topic"], patch["subject"]) for patch in patches} == {("flow-run", run)}
        assert patches[-1]["body"]["state_type"] == "RUNNING"
        # a topic that is new is told of; what was wanted before is not told again
        assert (
            client.post(path, json={"topics": [f"flow-run:{run}", "variable"], "ago": 30}).status_code == 204
        )
        _, patches = next(messages)
        assert [patch["topic"] for patch in patches] == ["variable"]


def test_a_tab_that_missed_too_much_is_told_so(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_stream, "AT_ONCE", 3)
    with (
        httpx.Client(base_url=server.url, timeout=20) as client,
        client.stream("GET", "/ui/stream") as stream,
    ):
        messages = _messages(stream)
        _, hello = next(messages)
        for number in range(4):
            client.post("/variables/", json={"name": f"v{number}", "value": 1})
        client.post(f"/ui/stream/{hello['id']}/topics", json={"topics": ["flow-run"], "ago": 30})
        assert next(messages)[0] == "missed"


def test_a_line_of_log_is_told_although_nothing_else_happens(server: Any) -> None:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        flow = client.post("/flows/", json={"name": "demo"}).json()["id"]
        run = client.post("/flow_runs/", json={"flow_id": flow}).json()["id"]
        with client.stream("GET", "/ui/stream") as stream:
            messages = _messages(stream)
            _, hello = next(messages)
            client.post(f"/ui/stream/{hello['id']}/topics", json={"topics": [f"log:{run}"], "ago": 0})
            line = {"level": 20, "name": "n", "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
            since = time.monotonic()
            client.post("/logs/", json=[{**line, "flow_run_id": run}])
            _, patches = next(messages)
            assert [patch["topic"] for patch in patches] == ["log"]
            assert time.monotonic() - since < ui_stream.FOLLOW_S / 2


def test_a_server_that_stops_lets_its_tabs_go(caplog: pytest.LogCaptureFixture) -> None:
    with (
        running() as server,
        httpx.Client(base_url=server.url, timeout=20) as client,
        client.stream("GET", "/ui/stream") as stream,
    ):
        messages = _messages(stream)
        assert next(messages)[0] == "hello"
        server.stop()
        assert list(messages) == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
