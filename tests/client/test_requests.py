"""Requests of one's own: through the client's httpx face, with a server and without."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from prefect import exceptions
from prefect._link import retrying
from prefect.client import _httpx
from prefect.client._httpx import PrefectHttpxAsyncClient, PrefectHttpxSyncClient
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import VariableCreate


def test_requests_without_a_server_are_answered_in_this_process() -> None:
    with get_client(sync_client=True) as client:
        client.create_variable(VariableCreate(name="one", value=1))
        found = client._client.get("/variables/name/one")
        assert (found.status_code, found.json()["value"]) == (200, 1)
        assert client._client.get("/health").json() is True
        assert (
            client.request("GET", "/variables/name/{name}", path_params={"name": "one"}).json()["value"] == 1
        )
        with pytest.raises(exceptions.ObjectNotFound):
            client.request("GET", "/variables/name/two")
        with pytest.raises(exceptions.ObjectAlreadyExists):
            client.request("POST", "/variables/", json={"name": "one", "value": 2})
        with pytest.raises(exceptions.PrefectHTTPStatusError):
            client._client.get("/nowhere")


async def _use_the_async_client() -> None:
    async with get_client() as client:
        made = await client.request("POST", "/variables/", json={"name": "one", "value": 1})
        assert made.status_code == 201
        assert (await client._client.post("/variables/filter", json={})).json()[0]["name"] == "one"
        assert (await client._client.delete("/variables/name/one")).status_code == 204


def test_the_async_client_does_so_too() -> None:
    asyncio.run(_use_the_async_client())


class Answers:
    """A server of prepared answers."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    asked: list[float | None] = []

    def _pause_s(attempt: int, retry_after_s: float | None) -> float:
        asked.append(retry_after_s)
        return 0.0

    monkeypatch.setattr(retrying, "pause_s", _pause_s)
    return asked


def busy() -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": "7"})


def test_a_busy_server_is_asked_again_when_it_wants_to_be(no_pauses: list[float | None]) -> None:
    server = Answers(busy(), httpx.Response(503), httpx.ConnectError("gone"), httpx.Response(200, json=1))
    with PrefectHttpxSyncClient(transport=httpx.MockTransport(server), base_url="http://server") as client:
        assert client.get("/things").json() == 1
    assert no_pauses == [7.0, None, None]


async def _ask_again() -> None:
    server = Answers(busy(), httpx.ReadError("gone"), httpx.Response(200, json=1))
    transport = httpx.MockTransport(server)
    async with PrefectHttpxAsyncClient(transport=transport, base_url="http://server") as client:
        assert (await client.get("/things")).json() == 1


def test_the_async_client_asks_again_too() -> None:
    asyncio.run(_ask_again())


def test_there_is_a_last_try() -> None:
    server = Answers(*[httpx.Response(503, json={"detail": "busy"}) for _ in range(6)])
    with (
        PrefectHttpxSyncClient(transport=httpx.MockTransport(server), base_url="http://server") as client,
        pytest.raises(exceptions.PrefectHTTPStatusError, match="busy"),
    ):
        client.get("/things")
    assert not server.answers


def test_tokens_are_shown_with_changes() -> None:
    token = httpx.Response(200, json={"token": "secret"})
    server = Answers(httpx.Response(200, json=0), token, httpx.Response(201, json=1), httpx.Response(204))
    with PrefectHttpxSyncClient(
        transport=httpx.MockTransport(server), base_url="http://server", enable_csrf_support=True
    ) as client:
        client.get("/things")
        client.post("/things", json={})
        client.delete("/things/1")
    shown = [request.headers.get("Prefect-Csrf-Token") for request in server.requests]
    assert shown == [None, None, "secret", "secret"]
    assert server.requests[1].url.path == "/csrf-token"


def test_a_server_without_tokens_is_asked_for_none_again() -> None:
    server = Answers(httpx.Response(422), httpx.Response(201), httpx.Response(201))
    with PrefectHttpxSyncClient(
        transport=httpx.MockTransport(server), base_url="http://server", enable_csrf_support=True
    ) as client:
        client.post("/things", json={})
        client.post("/things", json={})
    assert [request.url.path for request in server.requests] == ["/csrf-token", "/things", "/things"]


def test_errors_may_be_answers() -> None:
    server = Answers(httpx.Response(404))
    with PrefectHttpxSyncClient(
        transport=httpx.MockTransport(server), base_url="http://server", raise_on_all_errors=False
    ) as client:
        answer = client.get("/things")
    assert isinstance(answer, _httpx.PrefectResponse)
    with pytest.raises(exceptions.PrefectHTTPStatusError):
        answer.raise_for_status()
