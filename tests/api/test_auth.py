"""A server with a secret."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.api.conftest import running


@pytest.fixture
def http(home: Callable[..., None]) -> Iterator[httpx.Client]:
    home(PREFECT_SERVER_API_AUTH_STRING="user:pass")
    with running() as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


def _basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (_basic("user:wrong"), 401),
        ({"Authorization": "Bearer x"}, 401),
        (_basic("user:pass"), 200),
    ],
)
def test_requests_need_the_secret(http: httpx.Client, headers: dict[str, str], status: int) -> None:
    answer = http.post("/flows/filter", headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert answer.json() == {"exception_message": "Unauthorized"}


def test_health_is_open_to_everybody(http: httpx.Client) -> None:
    assert [http.get(path).status_code for path in ("/health", "/ready", "/version")] == [200, 200, 401]
