"""Numbers that clients send come back as they were, whatever their size."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from prefect.variables import Variable

LARGE = {"n": 2**64, "deep": [{"below": -(2**63) - 1}], "max": 2**64 - 1, "huge": 10**40, "part": 0.5}


def test_parameters_variables_and_artifacts(http: httpx.Client) -> None:
    flow = http.post("/flows/", json={"name": "numbers"}).json()["id"]
    run = http.post("/flow_runs/", json={"flow_id": flow, "parameters": LARGE}).json()
    assert run["parameters"] == LARGE
    assert http.get(f"/flow_runs/{run['id']}").json()["parameters"] == LARGE
    assert http.post("/flow_runs/filter", json={}).json()[0]["parameters"] == LARGE
    http.post("/variables/", json={"name": "numbers", "value": LARGE})
    value: Any = http.get("/variables/name/numbers").json()["value"]
    assert value == LARGE
    assert [type(each) for each in (value["n"], value["huge"], value["part"])] == [int, int, float]
    artifact = http.post("/artifacts/", json={"key": "numbers", "type": "table", "data": LARGE}).json()
    assert http.get(f"/artifacts/{artifact['id']}").json()["data"] == LARGE


@pytest.mark.parametrize("over_http", [True, False])
def test_variables(server: Any, home: Any, over_http: bool) -> None:
    home(PREFECT_API_URL=server.url if over_http else "")
    Variable.set("numbers", LARGE)
    assert Variable.get("numbers") == LARGE
