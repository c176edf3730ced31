"""What requests have to show, and how large they may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.api.conftest import running

from prefect._api import exchange


@pytest.fixture
def protected(home: Callable[..., None]) -> Iterator[httpx.Client]:
    home(PREFECT_SERVER_CSRF_PROTECTION_ENABLED="true")
    with running() as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


def test_changes_show_a_token(protected: httpx.Client) -> None:
    assert protected.post("/flows/", json={"name": "f"}).json() == {"detail": "Missing CSRF token."}
    headers = {"Prefect-Csrf-Token": "x"}
    answer = protected.post("/flows/", json={"name": "f"}, headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"detail": "Missing client identifier."})
    token = protected.get("/csrf-token", params={"client": "c"}).json()
    assert (len(token["token"]), token["client"]) == (64, "c")
    headers = {"Prefect-Csrf-Client": "c", "Prefect-Csrf-Token": "x"}
    answer = protected.post("/flows/", json={"name": "f"}, headers=headers)
    assert answer.json() == {"detail": "Invalid CSRF token or client identifier."}
    headers["Prefect-Csrf-Token"] = token["token"]
    assert protected.post("/flows/", json={"name": "f"}, headers=headers).status_code == 201
    assert protected.get("/flows/name/f").status_code == 200
    protected.get("/csrf-token", params={"client": "c"})
    assert protected.post("/flows/", json={"name": "f"}, headers=headers).status_code == 403


def test_our_clients_fetch_their_token(protected: httpx.Client) -> None:
    from prefect._link.transport import Transport

    transport = Transport(str(protected.base_url))
    replies = [transport.send("POST", "/flows/", None, b'{"name": "f"}').status for _ in range(2)]
    transport.close()
    assert replies == [201, 200]


def test_without_protection_there_are_no_tokens(http: httpx.Client) -> None:
    answer = http.get("/csrf-token", params={"client": "c"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "CSRF protection is disabled.")


def test_a_body_that_is_too_large_is_refused(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_BODY_BYTES", 1000)

    def _parts() -> Any:
        yield from [b" " * 600] * 3

    assert http.post("/flows/filter", content=b" " * 1001).status_code == 413
    assert http.post("/flows/filter", content=_parts()).status_code == 413
    assert http.post("/flows/filter", content=b" " * 900 + b"{}").status_code == 200


def test_answers_are_what_they_say(http: httpx.Client) -> None:
    assert http.get("/health").headers["x-content-type-options"] == "nosniff"


def test_browsers_of_other_sites_are_let_in_by_setting(home: Callable[..., None]) -> None:
    home(PREFECT_SERVER_CORS_ALLOWED_ORIGINS="https://a.example,https://b.example")
    with running() as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        answers = [http.get("/health", headers={"Origin": f"https://{host}.example"}) for host in ("b", "c")]
    found = [answer.headers.get("access-control-allow-origin") for answer in answers]
    assert found == ["https://b.example", None]
