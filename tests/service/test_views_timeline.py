"""The attempts of tasks on the timeline of a flow run."""

from __future__ import annotations

from typing import Any

import pytest


def test_what_ran_again_is_told_in_attempts(api: Any) -> None:
    run = api.flow_run(state={"type": "PENDING"})
    api.set_flow(run["id"], "RUNNING")
    again = api.task_run(
        "0", flow_run_id=run["id"], state={"type": "PENDING"}, empirical_policy={"retries": 2}
    )
    once = api.task_run("1", flow_run_id=run["id"], state={"type": "PENDING"})
    for state in ("RUNNING", "FAILED", "RUNNING", "COMPLETED"):
        api.clock.advance(2)
        api.set_task(again["id"], state, force=True)
    api.set_task(once["id"], "RUNNING")
    api.set_task(once["id"], "COMPLETED")
    told = api("views.timeline", id=run["id"])
    (first, second) = told["attempts"][again["id"]]
    assert (first[2], second[2]) == ("FAILED", "COMPLETED")
    assert [first[1] - first[0], second[1] - second[0]] == pytest.approx([2000, 2000])
    assert second[0] >= first[1]
    assert list(told["attempts"]) == [again["id"]]


def test_an_attempt_that_goes_on_has_no_end(api: Any) -> None:
    run = api.flow_run(state={"type": "PENDING"})
    api.set_flow(run["id"], "RUNNING")
    task = api.task_run(
        "0", flow_run_id=run["id"], state={"type": "PENDING"}, empirical_policy={"retries": 1}
    )
    for state in ("RUNNING", "FAILED", "RUNNING"):
        api.clock.advance(1)
        api.set_task(task["id"], state, force=True)
    told = api("views.timeline", id=run["id"])
    assert [piece[1:] for piece in told["attempts"][task["id"]]][1] == [None, "RUNNING"]
