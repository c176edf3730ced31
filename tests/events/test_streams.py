"""Events and logs by websocket, told and heard by the SDK, embedded and with a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.api.conftest import running
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from prefect import flow, settings
from prefect._link import choose
from prefect.events import emit_event, get_events_client, get_events_subscriber
from prefect.events.clients import AssertingEventsClient
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.events.schemas.events import Event
from prefect.events.subscribers import FlowRunSubscriber
from prefect.events.worker import EventsWorker

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED", "1")
    monkeypatch.setenv("PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED", "1")
    settings.refresh()
    yield
    choose.reset()
    monkeypatch.undo()
    settings.refresh()


@pytest.fixture(params=["embedded", "server"])
def place(request: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    if request.param == "embedded":
        yield "embedded"
        return
    with running() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        yield server.url
        EventsWorker.drain_all()


def named(*names: str) -> EventFilter:
    return EventFilter(event=EventNameFilter(prefix=list(names)))


async def first(subscriber: Any, count: int) -> list[Event]:
    async with asyncio.timeout(20):
        found: list[Event] = []
        async for event in subscriber:
            found.append(event)
            if len(found) == count:
                break
        return found


async def test_what_is_emitted_is_heard_before_and_after(place: str) -> None:
    emit_event("it.began", {"prefect.resource.id": "r"})
    await asyncio.to_thread(EventsWorker.instance().wait_until_empty)
    async with get_events_subscriber(named("it.")) as subscriber:
        assert [event.event for event in await first(subscriber, 1)] == ["it.began"]
        emit_event("other", {"prefect.resource.id": "r"})
        emit_event("it.went.on", {"prefect.resource.id": "r"}, payload={"n": 1})
        (event,) = await first(subscriber, 1)
        assert (event.event, event.payload) == ("it.went.on", {"n": 1})


async def test_runs_are_heard_of(place: str) -> None:
    @flow
    async def work() -> None:
        emit_event("inside", {"prefect.resource.id": "r"})

    async with get_events_subscriber(named("prefect.flow-run.", "inside")) as subscriber:
        await work()
        found = await first(subscriber, 4)
    assert {event.event for event in found} == {
        "prefect.flow-run.Pending",
        "prefect.flow-run.Running",
        "prefect.flow-run.Completed",
        "inside",
    }
    (inside,) = [event for event in found if event.event == "inside"]
    assert "flow-run" in inside.resource_in_role


async def test_a_run_is_followed_to_its_end(place: str) -> None:
    @flow
    def work() -> None:
        pass

    state = await asyncio.to_thread(work, return_state=True)
    run_id = state.state_details.flow_run_id
    assert run_id
    async with asyncio.timeout(20), FlowRunSubscriber(run_id, straggler_timeout=0) as subscriber:
        found = [item.event async for item in subscriber if isinstance(item, Event)]
    assert found[-1] == "prefect.flow-run.Completed"


async def test_clients_send_what_they_are_given(place: str) -> None:
    async with get_events_client() as client:
        await client.emit(Event(event="told", resource={"prefect.resource.id": "r"}))  # pyright: ignore[reportArgumentType]
    async with get_events_subscriber(named("told")) as subscriber:
        assert len(await first(subscriber, 1)) == 1


def test_tests_can_look_at_what_is_emitted() -> None:
    EventsWorker.set_client_override(AssertingEventsClient)
    try:
        emit_event("seen", {"prefect.resource.id": "r"})
        EventsWorker.instance().wait_until_empty()
        assert AssertingEventsClient.last is not None
        assert [event.event for event in AssertingEventsClient.last.events] == ["seen"]
    finally:
        EventsWorker.set_client_override(None)
        AssertingEventsClient.reset()


async def hello(url: str, path: str, *messages: Any) -> tuple[int, str]:
    socket = await connect(url.replace("http", "ws") + path, subprotocols=[Subprotocol("prefect")])
    try:
        for message in messages:
            await socket.send(orjson.dumps(message).decode())
        async with asyncio.timeout(20):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        frame: Any = closed.rcvd
    finally:
        await socket.close()
    return frame.code, frame.reason


@pytest.mark.parametrize("path", ["/events/out", "/logs/out"])
async def test_who_breaks_the_rules_is_sent_away(path: str) -> None:
    auth = {"type": "auth", "token": None}
    with running() as server:
        assert await hello(server.url, path, {"type": "x"}) == (1008, "Expected 'auth' message")
        assert await hello(server.url, path, auth, {"type": "x"}) == (1002, "Expected 'filter' message")
        code, reason = await hello(
            server.url, path, auth, {"type": "filter", "filter": {"level": 1, "event": 2}}
        )
        assert code == 1002
        assert reason.startswith("Invalid filter: ")


async def test_logs_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    from prefect.logging.clients import get_logs_subscriber

    with running() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        async with get_logs_subscriber() as subscriber, httpx.AsyncClient(trust_env=False) as http:
            line = {"name": "n", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
            from prefect._base.clock import system, to_iso

            line["timestamp"] = to_iso(system.now_us())
            await http.post(server.url + "/logs/", json=[line])
            (found,) = await first(subscriber, 1)
            assert found.message == "m"  # pyright: ignore[reportAttributeAccessIssue]
