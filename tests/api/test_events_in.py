"""Events told over a websocket."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from tests.api.conftest import running
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from prefect._base import ids


def _open(url: str, *, greeted: bool = True) -> ClientConnection:
    address = url.replace("http", "ws", 1) + "/events/in"
    return connect(address, subprotocols=["prefect"] if greeted else None, proxy=None)  # type: ignore[list-item]


def _greet(socket: ClientConnection, **message: Any) -> Any:
    socket.send(json.dumps({"type": "auth", **message}))
    return json.loads(socket.recv())


def _event(name: str) -> dict[str, Any]:
    return {
        "id": ids.new_id(),
        "occurred": "2026-01-01T00:00:00Z",
        "event": name,
        "resource": {"prefect.resource.id": "thing.1"},
    }


def _kept(server: Any) -> list[str]:
    from prefect._store.sql import Statement

    async def _read(tx: Any) -> Any:
        return await tx.all(Statement("kept", "SELECT event FROM event ORDER BY id"))

    return [row["event"] for row in server.store.read(_read)]


def _until_closed(socket: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=10)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize("greeted", [True, False])
def test_events_are_kept(server: Any, greeted: bool) -> None:
    with _open(server.url, greeted=greeted) as socket:
        if greeted:
            assert socket.subprotocol == "prefect"
            assert _greet(socket, token=None) == {"type": "auth_success"}
        for number in range(300):
            socket.send(json.dumps(_event(f"happened.{number:03}")))
        # one that cannot be an event ends the connection after those before it are written
        socket.send(json.dumps({"event": "nothing else"}))
        assert _until_closed(socket) == (1007, "Invalid event")
    assert _kept(server) == [f"happened.{number:03}" for number in range(300)]


def test_states_of_task_runs_become_task_runs(server: Any, http: httpx.Client) -> None:
    from prefect._base.records import TaskRunRow, TaskTransition
    from prefect._base.state import StateType, StateValue
    from prefect._link.told import Transitions

    run_id = ids.new_id()
    state = StateValue(StateType.COMPLETED, "Completed", ids.new_id(), 1_800_000_000_000_000)
    row = TaskRunRow(run_id, "work-0", None, "work", "0", state.at_us)
    broken = {**_event("prefect.task-run.Completed")}
    broken["resource"] = {"prefect.resource.id": "prefect.task-run.1", "prefect.orchestration": "client"}
    with _open(server.url) as socket:
        _greet(socket)
        socket.send(json.dumps(broken))
        socket.send(orjson.dumps(Transitions().event(TaskTransition(row, state))).decode())
        socket.send("no JSON")
        assert _until_closed(socket)[0] == 1007
    assert http.get(f"/task_runs/{run_id}").json()["state_name"] == "Completed"


def test_the_first_message_is_the_greeting(server: Any) -> None:
    with _open(server.url) as socket:
        socket.send(json.dumps(_event("too.early")))
        assert _until_closed(socket) == (1008, "Expected 'auth' message")


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (None, "Auth required but no token provided"),
        ("user:wrong", "Invalid token"),
        ("user:pass", None),
    ],
)
def test_a_secret_is_asked_for(home: Callable[..., None], token: str | None, reason: str | None) -> None:
    home(PREFECT_SERVER_API_AUTH_STRING="user:pass")
    with running() as server:
        with _open(server.url) as socket:
            socket.send(json.dumps({"type": "auth", "token": token}))
            if reason is None:
                assert json.loads(socket.recv()) == {"type": "auth_success"}
            else:
                assert _until_closed(socket) == (1008, reason)
        with pytest.raises(InvalidStatus):
            _open(server.url, greeted=False)


def test_other_sockets_are_not_there(server: Any) -> None:
    with pytest.raises(InvalidStatus):
        connect(server.url.replace("http", "ws", 1) + "/nothing", proxy=None)
