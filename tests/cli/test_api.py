"""``prefect api`` on the embedded store and on a server."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import running

from prefect._link import choose
from prefect.settings import current

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "embedded":
        yield "embedded"
        return
    with running() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        yield server.url


def test_requests(place: str, prefect: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = prefect("api", "POST", "/flows/", "--data", '{"name": "f"}')
    assert (made.code, made.json["name"], made.err) == (0, "f", "")
    assert prefect("api", "get", "flows/name/f").json["id"] == made.json["id"]
    assert prefect("api", "POST", "/flows/filter").json == [made.json]
    file = tmp_path / "body.json"
    file.write_text('{"flows": {"name": {"any_": ["g"]}}}')
    assert prefect("api", "POST", "/flows/filter", "--data", f"@{file}").json == []
    monkeypatch.setattr("sys.stdin", io.StringIO(file.read_text()))
    assert prefect("api", "POST", "/flows/filter", "--data", "@-").json == []


def test_exit_codes(place: str, prefect: Run) -> None:
    code, out, err = prefect("api", "GET", "/flows/nope")
    assert (code, out) == (4, "")
    assert err.endswith("Error: 404 Not Found\n")
    assert json.loads(err.splitlines()[0])
    assert prefect("api", "POST", "/flows/", "--data", '{"nme": "f"}').code == 4


def test_what_is_sent_is_shown_on_request(place: str, prefect: Run) -> None:
    code, out, err = prefect("api", "POST", "/flows/filter", "-v", "-H", "Authorization: secret")
    assert (code, out) == (0, "[]\n")
    assert "> POST http://" in err
    assert "< 200 OK" in err
    assert "secret" not in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["BREW", "/flows"], 2, "METHOD has to be one of"),
        (["GET"], 2, "PATH is missing"),
        (["POST", "/flows/", "--data", "{"], 1, "is not JSON"),
        (["POST", "/flows/", "--data", "@nowhere"], 1, "cannot be read"),
        (["GET", "/flows", "-H", "x"], 1, "is no header"),
    ],
)
def test_what_is_refused(words: list[str], code: int, said: str, prefect: Run) -> None:
    outcome = prefect("api", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.err


def test_nobody_there(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    code, out, err = prefect("api", "GET", "/health")
    assert (code, out, len(err.splitlines())) == (7, "", 1)
    assert prefect("api", "GET", "/health", "--root").code == 1


def test_refused_credentials(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "user:secret")
    assert prefect("api", "POST", "/flows/filter").code == 3
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "user:secret")
    assert prefect("api", "POST", "/flows/filter").json == []


def test_cloud_paths(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as server:
        monkeypatch.setenv("PREFECT_CLOUD_API_URL", server.url)
        monkeypatch.setenv("PREFECT_API_URL", f"{server.url}/accounts/a/workspaces/w")
        assert prefect("api", "GET", "/health", "--root").json is True
        assert prefect("api", "GET", "/health").code == 4
        _, _, err = prefect("api", "GET", "/x", "--account", "-v")
        assert f"> GET {server.url}/accounts/a/x" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("deployment", "ls"), 1),
        (("api", "GET", "/flows/x"), 3),
        (("server", "status"), 0),
    ],
)
def test_who_is_not_let_in_is_told_what_to_set(
    prefect: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "admin:secret")
    current.forget()
    with running() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        refused = prefect(*words)
        assert refused.code == code
        assert "Set PREFECT_API_AUTH_STRING" in refused.out + refused.err
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", "admin:secret")
        choose.reset()
        let_in = prefect("deployment", "ls")
        assert let_in.code == 0
