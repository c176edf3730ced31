"""The rules that hold for every endpoint."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.api.conftest import running

from prefect._api import openapi
from prefect._base.version import __version__

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/health", True),
        ("/ready", {"message": "OK"}),
        ("/version", "0.8.4"),
        ("/admin/version", __version__),
    ],
)
def test_a_server_says_that_it_is_there(http: httpx.Client, path: str, value: Any) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.json()) == (200, value)
    assert answer.headers["content-type"] == "application/json"


def test_a_body_that_does_not_fit_is_explained(http: httpx.Client) -> None:
    sent = {"name": "a/b", "x": 1}
    answer = http.post("/flows/", json=sent)
    assert answer.status_code == 422
    told = answer.json()
    assert told["exception_message"] == "Invalid request received."
    assert told["request_body"] == sent
    assert [(each["type"], each["loc"], each["input"]) for each in told["exception_detail"]] == [
        ("string_pattern_mismatch", ["body", "name"], "a/b"),
        ("extra_forbidden", ["body", "x"], 1),
    ]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}),
        (b'{"name":', {"type": "json_invalid", "loc": ["body", 8]}),
        (b'"text"', {"type": "model_type", "loc": ["body"]}),
    ],
)
def test_a_body_that_is_no_object_is_refused(http: httpx.Client, content: bytes, detail: Any) -> None:
    answer = http.post("/flows/", content=content)
    assert answer.status_code == 422
    (told,) = answer.json()["exception_detail"]
    assert detail.items() <= told.items()


def test_keys_that_a_filter_does_not_know_are_refused_inside_and_ignored_on_top(http: httpx.Client) -> None:
    assert http.post("/flows/filter", json={"colour": "red"}).status_code == 200
    answer = http.post("/flows/filter", json={"flows": {"nme": 1}})
    assert answer.json()["exception_detail"][0]["loc"] == ["body", "flows", "nme"]


def test_a_body_that_only_asks_may_be_left_out(http: httpx.Client) -> None:
    assert http.post("/flows/filter").json() == []
    assert http.post("/flow_runs/count").json() == 0


@pytest.mark.parametrize("limit", [201, -1])
def test_a_limit_has_its_limits(http: httpx.Client, limit: int) -> None:
    answer = http.post("/flows/filter", json={"limit": limit})
    assert answer.status_code == 422
    assert list(answer.json()) == ["detail", "exception_message"]


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/nothing", 404, {"detail": "Not Found"}),
        ("GET", "/flows/not-an-id", 404, {"detail": "Not Found"}),
        ("GET", f"/flows/{MISSING}", 404, dict.fromkeys(("detail", "exception_message"), "Flow not found.")),
        ("GET", "/flows/filter", 405, {"detail": "Method Not Allowed"}),
        ("DELETE", "/health", 405, {"detail": "Method Not Allowed"}),
    ],
)
def test_what_is_not_there(http: httpx.Client, method: str, path: str, status: int, body: Any) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.json()) == (status, body)


def test_the_wrong_method_is_told_the_right_one(http: httpx.Client) -> None:
    assert http.get("/flows/filter").headers["allow"] == "POST"


@pytest.mark.parametrize(("path", "exact"), [("/flows?a=b", "/flows/?a=b"), ("/health/", "/health")])
def test_a_slash_too_few_or_too_many_leads_on(http: httpx.Client, path: str, exact: str) -> None:
    answer = http.post(path)
    assert (answer.status_code, answer.headers["location"]) == (307, str(http.base_url).rstrip("/") + exact)


def test_ids_are_understood_in_any_spelling(http: httpx.Client, post: Callable[..., Any]) -> None:
    flow = post("/flows/", {"name": "f"})
    odd = flow["id"].replace("-", "").upper()
    assert http.get(f"/flows/{odd}").json() == flow
    assert post("/flow_runs/", {"flow_id": odd})["flow_id"] == flow["id"]


def test_a_name_with_odd_characters_is_found_in_a_path(http: httpx.Client, post: Callable[..., Any]) -> None:
    flow = post("/flows/", {"name": "grün & 1?".replace(" & ", " ")})
    assert http.get("/flows/name/gr%C3%BCn%201%3F").json() == flow


@pytest.mark.parametrize(("query", "type_"), [("", "missing"), ("?flow_run_id=12", "uuid_parsing")])
def test_a_query_that_does_not_fit_is_explained(http: httpx.Client, query: str, type_: str) -> None:
    answer = http.get(f"/flow_run_states/{query}")
    (told,) = answer.json()["exception_detail"]
    assert (answer.status_code, told["type"], told["loc"]) == (422, type_, ["query", "flow_run_id"])


@pytest.mark.parametrize(
    ("version", "status"), [("0.8.4", 200), ("0.8.0", 200), ("1.0.0", 200), ("0.7.9", 400), ("new", 400)]
)
def test_clients_that_are_too_old_are_refused(http: httpx.Client, version: str, status: int) -> None:
    headers = {"X-PREFECT-API-VERSION": version}
    assert http.post("/flows/count", headers=headers).status_code == status
    assert http.get("/health", headers=headers).status_code == 200


def test_201_is_for_what_is_new(http: httpx.Client) -> None:
    assert [http.post("/flows/", json={"name": "f"}).status_code for _ in range(2)] == [201, 200]


def test_what_names_a_missing_thing_conflicts(http: httpx.Client) -> None:
    answer = http.post("/flow_runs/", json={"flow_id": MISSING})
    assert (answer.status_code, list(answer.json())) == (409, ["detail", "exception_message"])


def test_long_answers_are_compressed_for_those_who_ask(http: httpx.Client, post: Callable[..., Any]) -> None:
    post("/flows/", {"name": "f", "tags": ["x" * 600]})
    packed = http.post("/flows/filter")
    plain = http.post("/flows/filter", headers={"Accept-Encoding": "identity"})
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.json() == plain.json()
    assert "content-encoding" not in http.get("/health").headers


def test_browsers_of_other_origins_are_let_in(http: httpx.Client) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    assert http.get("/health", headers=origin).headers["access-control-allow-origin"] == "*"
    asked = {**origin, "Access-Control-Request-Method": "POST"}
    assert http.options("/flows/", headers=asked).status_code == 200


def test_a_defect_tells_nothing_of_the_inside(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from prefect._service.flows import operations

    async def _fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(operations, "count", _fail)
    from prefect._api import backend

    backend.service_function.cache_clear()
    answer = http.post("/flows/count")
    backend.service_function.cache_clear()
    assert (answer.status_code, answer.json()) == (500, {"exception_message": "Internal Server Error"})
    assert "secret" in caplog.text


def test_a_store_that_cannot_be_used_asks_for_another_try(http: httpx.Client, server: Any) -> None:
    server.store.close()
    answer = http.post("/flows/", json={"name": "f"})
    assert (answer.status_code, answer.json()) == (503, {"exception_message": "Service Unavailable"})
    assert float(answer.headers["retry-after"]) > 0


def test_making_the_description_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def document(*_: Any) -> dict[str, Any]:
        begun.set()
        may_go_on.wait(10)
        return {"made": True}

    monkeypatch.setattr(openapi, "document", document)
    with running() as server, ThreadPoolExecutor(1) as pool:
        described = pool.submit(httpx.get, server.root + "/openapi.json", trust_env=False, timeout=20)
        assert begun.wait(10)
        assert httpx.get(server.url + "/health", trust_env=False).json() is True
        assert not described.done()
        may_go_on.set()
        assert described.result(20).json() == {"made": True}


def test_the_root_page_and_the_description(server: Any) -> None:
    page = httpx.get(server.root + "/", trust_env=False)
    assert page.status_code == 200
    # the page that says that there is no web UI here, or the UI where it was built
    assert "web UI" in page.text or '<div id="app">' in page.text
    described = httpx.get(server.root + "/openapi.json", trust_env=False, timeout=60).json()
    create = described["paths"]["/api/flow_runs/"]["post"]
    assert create["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("FlowRunCreate")
    assert "FlowRunCreate" in described["components"]["schemas"]
    references = {text.split('"')[0] for text in json.dumps(described).split("#/components/schemas/")[1:]}
    assert references <= described["components"]["schemas"].keys()
    assert httpx.get(server.root + "/docs", trust_env=False).status_code == 200


def test_the_ui_learns_where_the_api_is(server: Any) -> None:
    told = httpx.get(server.root + "/ui-settings", trust_env=False).json()
    assert told["csrf_enabled"] is False
    assert told["api_url"].endswith("/api")


@pytest.mark.parametrize("levels", [201, 254, 300, 1_500, 100_000])
def test_a_body_that_is_too_deep_is_refused_in_words(http: httpx.Client, levels: int) -> None:
    value = "[" * levels + "]" * levels
    answer = http.post("/variables/", content=f'{{"name": "deep", "value": {value}}}')
    assert answer.status_code == 422
    assert "200 times at most" in answer.json()["exception_detail"][0]["msg"]
    assert http.post("/variables/filter", json={}).json() == []
