"""What Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from tests.api.conftest import running


def test_there_are_none_unless_asked_for(http: httpx.Client) -> None:
    assert http.get("/metrics").status_code == 404


def test_requests_runs_and_happenings_are_counted(home: Callable[..., None]) -> None:
    home(PREFECT_SERVER_METRICS_ENABLED="true")
    with running() as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        flow = http.post("/flows/", json={"name": "f"}).json()
        body = {"flow_id": flow["id"], "state": {"type": "SCHEDULED"}}
        run = http.post("/flow_runs/", json=body).json()
        http.get(f"/flow_runs/{run['id']}")
        answer = http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'prefect_flow_runs{state="SCHEDULED"} 1.0' in lines
    assert "prefect_flow_runs_due 1.0" in lines
    assert (
        'prefect_server_request_seconds_count{method="GET",operation="/flow_runs/{id}",status="200"} 1.0'
        in lines
    )


def test_the_secret_protects_them(home: Callable[..., None]) -> None:
    home(PREFECT_SERVER_METRICS_ENABLED="true", PREFECT_SERVER_API_AUTH_STRING="a:b")
    with running() as found:
        assert httpx.get(f"{found.url}/metrics", trust_env=False).status_code == 401
        headers = {"Authorization": "bearer a:b"}
        assert httpx.get(f"{found.url}/metrics", headers=headers, trust_env=False).status_code == 200
