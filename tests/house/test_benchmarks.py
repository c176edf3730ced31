"""The benchmark programs are programs: each runs, briefly, and gives a number."""

from __future__ import annotations

import sys
from pathlib import Path

import costs
import many_tasks
import pytest
from serving import Server

import api


@pytest.mark.parametrize("measure", costs.MEASURES, ids=lambda measure: measure.name)
def test_each_measure_gives_a_number(measure: costs.Measure) -> None:
    small = measure.program.replace("1000", "10").replace("500", "10").replace("2000", "10")
    assert costs.once(sys.executable, measure._replace(program=small)) > 0


def test_a_row_tells_the_budget_and_the_ratio() -> None:
    measure = costs.Measure("half", "s", 1, "print(0.5)", inside=True)
    row = costs.row(measure, [sys.executable, sys.executable], 1)
    assert row == "| half | 0.5 s | <= 1 kept | 0.5 s | 1.0x |"


@pytest.mark.parametrize("form", many_tasks.FORMS)
def test_many_tasks_keep_order_and_records(form: str) -> None:
    found = many_tasks.in_process(form, 2_000)
    found["marks"] = [(0, 0.0), (1, 0.0)]  # what 2,000 tasks leave behind says nothing
    assert many_tasks.wrong_of(form, 2_000, found) == []
    assert many_tasks.wrong_of(form, 2_001, found) == ["2000 of 2001 task runs are recorded as Completed"]


def test_requests_are_measured_without_errors(tmp_path: Path) -> None:
    server = Server(tmp_path / "home")
    server.start()
    try:
        measured = list(api.measure(server, 0.002))
    finally:
        server.end()
    assert [each.errors for each in measured] == [0] * 5
    assert all(each.a_second > 0 and each.median_ms <= each.p99_ms for each in measured)
    assert "| list 200 runs |" in api.report(measured)
