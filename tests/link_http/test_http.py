"""What a link over HTTP answers, and how it takes trouble."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from prefect import settings
from prefect._base import ids
from prefect._base.drive import drive
from prefect._base.errors import ApiUnreachable, Invalid, NotFound, OperationError, Unauthorized
from prefect._base.ports import AWAITING, BLOCKING
from prefect._base.records import LogLine, TaskRunRow, TaskTransition
from prefect._base.state import StateType, StateValue
from prefect._link import http, retrying
from prefect._link.local import LocalLink
from prefect._link.refusals import CREDENTIALS
from prefect._link.roundabout import HttpxPool
from prefect._store.sqlite.store import TemporaryStore
from prefect._wire.operation import named

MISSING = "00000000-0000-4000-8000-000000000000"


def call(link: Any, name: str, /, **args: Any) -> Any:
    return drive(link.call(named(name), **args))


def story(link: Any) -> list[Any]:
    """A little of everything; the answers without what differs by chance."""
    told: list[Any] = []

    def _ask(name: str, /, **args: Any) -> Any:
        try:
            answer = call(link, name, **args)
        except OperationError as error:
            told.append((name, type(error), error.status, error.message))
            return None
        told.append((name, _shape(answer)))
        return answer

    flow = _ask("flows.create", body={"name": "f", "tags": ["a"]})
    _ask("flows.create", body={"name": "f"})
    _ask("flows.read", id=MISSING)
    _ask("flows.read_by_name", name="f")
    run_body = {"flow_id": flow["id"], "parameters": {"x": [1, "é"]}, "state": {"type": "PENDING"}}
    run = _ask("flow_runs.create", body=run_body)
    _ask("flow_runs.set_state", id=run["id"], body={"state": {"type": "RUNNING"}})
    _ask("flow_runs.set_state", id=run["id"], body={"state": {"type": "COMPLETED"}})
    _ask("flow_runs.set_state", id=run["id"], body={"state": {"type": "PENDING"}})
    _ask("flow_runs.set_state", id=MISSING, body={"state": {"type": "PENDING"}})
    _ask("flow_runs.update", id=run["id"], body={"name": "n"})
    _ask("flow_runs.filter", body={"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
    _ask("flow_runs.filter", body={"limit": 10_000})
    _ask("flow_runs.count", body={})
    _ask("run_states.read_for_flow_run", flow_run_id=run["id"])
    _ask("deployments.create", body={"name": "d", "flow_id": MISSING})
    _ask("deployments.create", body={"name": "d", "flow_id": flow["id"]})
    _ask("deployments.read_by_name", flow_name="f", deployment_name="d")
    _ask("flows.delete", id=flow["id"])
    return told


_BY_CHANCE = frozenset({"timestamp", "created", "updated", "attempt"})


def _shape(value: Any) -> Any:
    """JSON with ids, instants and durations replaced by their kinds."""
    if isinstance(value, dict):
        return {key: None if key in _BY_CHANCE else _shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shape(each) for each in value]
    if isinstance(value, float):
        return float
    if isinstance(value, str) and (len(value) == 36 or value.endswith("Z")):
        return "id or instant"
    return value


def test_answers_are_those_of_the_store_in_process(url: str, store: TemporaryStore) -> None:
    own = TemporaryStore()
    try:
        ours = _without_names(story(http.link(url, BLOCKING)))
        theirs = _without_names(story(LocalLink(own, BLOCKING)))
    finally:
        own.close()
    assert ours == theirs


def _without_names(told: list[Any]) -> str:
    import re

    text = re.sub(r"'name': '[a-z]+-[a-z]+'", "'name': '...'", repr(told))
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", text)


def test_async_callers_get_the_same_and_do_not_block_each_other(url: str) -> None:
    link = http.link(url, AWAITING)

    async def _many() -> list[Any]:
        calls = [link.call(named("flows.create"), body={"name": f"f{number}"}) for number in range(40)]
        return await asyncio.gather(*calls)

    assert [flow["name"] for flow in asyncio.run(_many())] == [f"f{number}" for number in range(40)]
    assert call(http.link(url, BLOCKING), "flows.count", body={}) == 40


def transition(run_id: str, type_: StateType, at_us: int) -> TaskTransition:
    row = TaskRunRow(run_id, "work-0", None, "work", run_id, at_us)
    return TaskTransition(row, StateValue(type_, type_.value.capitalize(), ids.new_id(), at_us))


def test_what_was_recorded_is_there_when_something_is_asked(url: str) -> None:
    link = http.link(url, BLOCKING)
    runs = [ids.new_id() for _ in range(300)]
    for run_id in runs:
        for at_us, type_ in enumerate((StateType.PENDING, StateType.RUNNING, StateType.COMPLETED)):
            link.record(transition(run_id, type_, 1_800_000_000_000_000 + at_us))
    assert call(link, "task_runs.count", body={}) == 300
    states = call(link, "run_states.read_for_task_run", task_run_id=runs[-1])
    assert [state["name"] for state in states] == ["Pending", "Running", "Completed"]


def test_lines_of_log_are_there_after_a_flush(url: str) -> None:
    link = http.link(url, BLOCKING)
    for number in range(50):
        link.record(LogLine(ids.new_id(), 1_800_000_000_000_000 + number, 20, "l", f"m{number}", None, None))
    drive(link.flush())
    lines = call(link, "logs.filter", body={})
    assert [line["message"] for line in lines] == [f"m{number}" for number in range(50)]


def test_whoever_sees_the_end_of_a_run_finds_its_log(url: str) -> None:
    link = http.link(url, BLOCKING)
    flow = call(link, "flows.create", body={"name": "f"})
    run = call(link, "flow_runs.create", body={"flow_id": flow["id"]})
    link.record(LogLine(ids.new_id(), 1_800_000_000_000_000, 20, "l", "last words", run["id"], None))
    call(link, "flow_runs.set_state", id=run["id"], body={"state": {"type": "FAILED"}})
    other = http.Connection(url)
    lines = call(http.HttpLink(other, BLOCKING), "logs.filter", body={})
    other.close()
    assert [line["message"] for line in lines] == ["last words"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(url: str) -> None:
    link = http.link(url, BLOCKING)
    call(link, "flows.create", body={"name": "parent"})
    link.record(transition(ids.new_id(), StateType.PENDING, 1_800_000_000_000_000))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            link.record(transition(ids.new_id(), StateType.PENDING, 1_800_000_000_000_001))
            call(link, "flows.create", body={"name": "child"})
            drive(link.flush())
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert call(link, "flows.count", body={}) == 2
    assert call(link, "task_runs.count", body={}) == 2


# -- trouble ---------------------------------------------------------------------------------------


@contextmanager
def answering(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[Any]]]:
    """A server that gives these answers one after the other, then 200; its address and what it was asked."""
    asked: list[Any] = []
    left = list(answers)

    class _Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append((self.path, dict(self.headers)))
            status, headers, body = left.pop(0) if left else (200, {}, b"true")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/base/api", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The seconds that a server asked to wait, instead of waiting."""
    found: list[Any] = []

    def _pause_s(attempt: int, retry_after_s: float | None) -> float:
        found.append(retry_after_s)
        return 0.0

    monkeypatch.setattr(retrying, "pause_s", _pause_s)
    return found


def test_answers_that_ask_for_another_try_get_one(pauses: list[Any]) -> None:
    troubles = [(503, {"Retry-After": "0.5"}, b""), (429, {}, b""), (502, {}, b""), (408, {}, b"")]
    with answering(*troubles) as (address, asked):
        assert call(http.link(address, BLOCKING), "flows.count", body={}) is True
    assert (len(asked), pauses) == (5, [0.5, None, None, None])
    assert asked[0][0] == "/base/api/flows/count"


def test_tries_come_to_an_end(pauses: list[Any]) -> None:
    answers = [(503, {}, b'{"exception_message":"Service Unavailable"}')] * 9
    refusal = pytest.raises(OperationError, match="Service Unavailable")
    with answering(*answers) as (address, asked), refusal as refused:
        call(http.link(address, BLOCKING), "flows.count", body={})
    assert (refused.value.status, len(asked)) == (503, 6)


def test_a_server_that_is_not_there_is_named(pauses: list[Any]) -> None:
    with pytest.raises(ApiUnreachable, match=r"http://127\.0\.0\.1:9/api") as refused:
        call(http.link("http://127.0.0.1:9/api", BLOCKING), "flows.count", body={})
    assert refused.value.status == 503
    assert len(pauses) == 5


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (404, b'{"detail":"Flow not found"}', NotFound, "Flow not found."),
        (
            404,
            b'{"exception_message":"Flow run with id 1 not found"}',
            NotFound,
            "Flow run with id 1 not found.",
        ),
        (401, b'{"exception_message":"Unauthorized"}', Unauthorized, f"Unauthorized. {CREDENTIALS}"),
        (500, b"<html>", OperationError, "The server answered with status 500."),
        (301, b"", OperationError, "The server answered with status 301."),
        (
            422,
            b'{"exception_message":"x","exception_detail":[{"loc":["body","name"],"msg":"is too long"}]}',
            Invalid,
            "name: is too long",
        ),
    ],
)
def test_refusals_are_the_errors_of_the_services(
    status: int, body: bytes, kind: type[Exception], message: str
) -> None:
    with answering((status, {}, body)) as (address, _), pytest.raises(kind) as refused:
        call(http.link(address, BLOCKING), "flows.count", body={})
    assert type(refused.value) is kind
    assert (refused.value.status, refused.value.message) == (status, message)  # type: ignore[attr-defined]


def test_credentials_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "user:pass")
    monkeypatch.setenv("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Team": "red"}')
    settings.refresh()
    with answering() as (address, asked):
        call(http.link(address, BLOCKING), "flows.count", body={})
    headers = asked[0][1]
    assert headers["Authorization"] == "Basic dXNlcjpwYXNz"
    assert (headers["X-Team"], headers["X-PREFECT-API-VERSION"]) == ("red", "0.8.4")


def test_a_connection_that_the_server_closed_is_replaced_at_once() -> None:
    with answering((200, {"Connection": "close"}, b"1"), (200, {}, b"2")) as (address, _):
        link = http.link(address, BLOCKING)
        assert [call(link, "flows.count", body={}) for _ in range(3)] == [1, 2, True]


def test_the_way_through_proxies_gives_the_same_answers(url: str) -> None:
    origin = url.removesuffix("/api")
    pool = HttpxPool(origin, 10, None, http2=False)
    try:
        reply = pool.exchange("POST", "/api/flows/", {"Content-Type": "application/json"}, b'{"name":"f"}')
    finally:
        pool.close()
    assert (reply.status, b'"name":"f"' in reply.body) == (201, True)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="has to begin with http"):
        http.link("localhost:4200/api", BLOCKING)


def test_a_token_is_fetched_where_the_server_wants_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect._link.reply import Reply
    from prefect._link.transport import Transport

    transport = Transport("http://server/api")
    seen: list[tuple[str, str, str | None]] = []

    class Pool:
        def exchange(self, method: str, target: str, headers: Any, body: bytes | None) -> Reply:
            token = headers.get("Prefect-Csrf-Token")
            seen.append((method, target.partition("?")[0], token))
            if method == "GET":
                return Reply(200, b'{"token": "secret"}')
            return Reply(201 if token else 403, b'{"detail": "Missing CSRF token."}')

        def close(self) -> None: ...

    monkeypatch.setattr(transport, "_pool", Pool())
    assert transport.send("POST", "/things", None, b"{}").status == 201
    assert transport.send("POST", "/things", None, b"{}").status == 201
    assert seen == [
        ("POST", "/api/things", None),
        ("GET", "/api/csrf-token", None),
        ("POST", "/api/things", "secret"),
        ("POST", "/api/things", "secret"),
    ]


def test_a_client_may_have_options_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect._link.transport import Options, credentials

    values = {"client.custom_headers": {"X": "1"}, "api.auth_string": "a:b", "api.key": None}
    assert credentials(values) == {"X": "1", "Authorization": "Basic YTpi"}
    own = Options(api_key="key", headers=(("Y", "2"),))
    assert credentials(values, own) == {"X": "1", "Y": "2", "Authorization": "Bearer key"}
