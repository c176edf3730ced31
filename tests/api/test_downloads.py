"""The log of a flow run as a file."""

from __future__ import annotations

import csv
from typing import Any

import httpx

from prefect._api import downloads


def test_all_lines_come_in_the_order_of_time(http: httpx.Client, post: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(downloads, "BATCH", 3)
    flow = post("/flows/", {"name": "f"})
    run = post("/flow_runs/", {"flow_id": flow["id"], "name": 'a "b"/c'})
    lines = [
        {
            "name": "l",
            "level": 20,
            "message": f'no "{number}",\nreally',
            "timestamp": f"2026-01-01T00:00:{number // 2:02d}Z",
            "flow_run_id": run["id"],
        }
        for number in range(8)
    ]
    post("/logs/", lines)
    answer = http.get(f"/flow_runs/{run['id']}/logs/download")
    assert answer.headers["content-disposition"] == 'attachment; filename="a__b__c-logs.csv"'
    rows = list(csv.DictReader(answer.text.splitlines(keepends=True)))
    assert {row["message"] for row in rows} == {line["message"] for line in lines}
    assert [row["timestamp"] for row in rows] == sorted(row["timestamp"] for row in rows)
    assert len(rows) == 8
    assert http.get(f"/flow_runs/{flow['id']}/logs/download").status_code == 404
