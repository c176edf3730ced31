"""What becomes of runs whose owner is gone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._core.lapse import Claim, is_lapsed, lapsed

NOW = 1_000
T = StateType


def claim(type_: str = "RUNNING", name: str | None = None, **fields: Any) -> Claim:
    details = fields.pop("details", {})
    state = StateValue(T(type_), name or type_.capitalize(), "s", 5, None, details)
    return Claim(**{"kind": "flow", "id": "f", "state": state, "owner": "A", "attempt": 2, **fields})


@pytest.mark.parametrize(
    ("owner", "lease", "alive", "expected"),
    [
        (None, 0, {}, False),
        ("A", NOW + 1, {"A": False}, True),
        ("A", None, {"A": False}, True),
        ("A", NOW - 1, {"A": True}, False),
        ("A", NOW - 1, {"A": None}, True),
        ("A", NOW - 1, {}, True),
        ("A", NOW, {}, False),
        ("A", NOW + 1, {}, False),
        ("A", None, {}, False),
    ],
)
def test_who_has_lost_the_claim(owner: str | None, lease: int | None, alive: Any, expected: bool):
    assert is_lapsed(claim(owner=owner, lease_until_us=lease), NOW, alive) is expected


@pytest.mark.parametrize(
    ("type_", "name", "queued", "next_"),
    [
        ("RUNNING", None, True, ("CRASHED", "Crashed")),
        ("RUNNING", None, False, ("CRASHED", "Crashed")),
        ("PAUSED", None, True, ("CRASHED", "Crashed")),
        ("PENDING", None, False, ("CRASHED", "Crashed")),
        ("PENDING", None, True, ("SCHEDULED", "Scheduled")),
        ("CANCELLING", None, True, ("CANCELLED", "Cancelled")),
        ("SCHEDULED", "AwaitingRetry", False, ("CRASHED", "Crashed")),
        ("SCHEDULED", "AwaitingRetry", True, ("SCHEDULED", "AwaitingRetry")),
        ("SCHEDULED", None, True, None),
    ],
)
def test_what_becomes_of_the_run(type_: str, name: str | None, queued: bool, next_: Any):
    found = lapsed([claim(type_, name, is_queued=queued)], NOW, {"A": False})
    if next_ is None:
        assert found == []
        return
    (move,) = found
    assert (move.kind, move.id, move.attempt, move.state_id) == ("flow", "f", 2, "s")
    assert (move.state.type.value, move.state.name) == next_
    assert "its process ended" in (move.state.message or "")


def test_a_lease_is_named_as_the_reason():
    (move,) = lapsed([claim(lease_until_us=NOW - 1)], NOW, {})
    assert (
        move.state.message
        == "The run crashed because its process has not been heard of since its lease ended."
    )


def test_a_retry_that_is_queued_keeps_its_time_and_its_parameters():
    details = {"scheduled_us": 9_000, "deferred": True, "task_parameters_id": "p", "cache_key": "k"}
    waiting = claim("SCHEDULED", "AwaitingRetry", kind="task", is_queued=True, details=details)
    (move,) = lapsed([waiting], NOW, {"A": False})
    assert move.state.details == {"scheduled_us": 9_000, "deferred": True, "task_parameters_id": "p"}


def test_task_runs_end_with_their_flow_run():
    tasks = [
        claim(kind="task", id="t1", owner=None, flow_run_id="f"),
        claim("PENDING", kind="task", id="t2", owner=None, flow_run_id="f"),
        claim(kind="task", id="t3", owner=None, flow_run_id="other"),
    ]
    found = lapsed([*tasks, claim()], NOW, {"A": False})
    assert [(move.id, move.state.type) for move in found] == [
        ("f", T.CRASHED),
        ("t1", T.CRASHED),
        ("t2", T.CRASHED),
    ]
    assert "the flow run around it ended" in (found[1].state.message or "")


def test_a_flow_run_that_goes_back_to_the_queue_takes_nothing_with_it():
    task = claim(kind="task", id="t", owner=None, flow_run_id="f")
    found = lapsed([task, claim("PENDING", is_queued=True)], NOW, {"A": False})
    assert [move.id for move in found] == ["f"]


@given(
    st.sampled_from(sorted(set(StateType) - TERMINAL)),
    st.booleans(),
    st.sampled_from([True, False, None]),
    st.integers(0, 2 * NOW),
)
def test_nothing_live_is_left_with_a_dead_owner(type_: StateType, queued: bool, lives: Any, lease: int):
    one = claim(type_.value, is_queued=queued, lease_until_us=lease)
    found = lapsed([one], NOW, {"A": lives})
    lost = lives is False or (lives is None and lease < NOW)
    assert bool(found) is (lost and type_ is not T.SCHEDULED)
    if found:
        assert found[0].state.type in TERMINAL | {T.SCHEDULED}
