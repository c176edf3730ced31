"""What is entered with every written state."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.state import StateType, StateValue
from prefect._core.decision import Accept, after
from prefect._core.facts import Facts, Run
from prefect._core.parents import mirrored
from prefect._core.policy import decide

NOW = 1_000
T = StateType


def state(type_: str, at_us: int = 0, **details: Any) -> StateValue:
    return StateValue(T(type_), type_.capitalize(), "", at_us, None, details)


def write(of: Run, current: StateValue | None, to: StateValue, now_us: int = NOW) -> tuple[Run, StateValue]:
    decision = decide(of, current, to, Facts(now_us=now_us), "minimal")
    assert isinstance(decision, Accept)
    return after(of, decision), decision.state


FLOW = Run(kind="flow", id="f")


def test_the_life_of_a_run():
    of, scheduled = write(FLOW, None, state("SCHEDULED", scheduled_us=500), 100)
    assert (of.expected_start_us, of.next_scheduled_us) == (500, 500)
    of, pending = write(of, scheduled, state("PENDING"), 550)
    assert (of.next_scheduled_us, of.start_us, of.run_count) == (None, None, 0)
    of, running = write(of, pending, state("RUNNING"), 600)
    assert (of.start_us, of.run_count, of.total_run_us) == (600, 1, 0)
    of, waiting = write(of, running, state("SCHEDULED", scheduled_us=900), 700)
    assert (of.total_run_us, of.next_scheduled_us, of.end_us) == (100, 900, None)
    of, running = write(of, waiting, state("RUNNING"), 900)
    assert (of.start_us, of.run_count) == (600, 2)
    of, done = write(of, running, state("COMPLETED"), 1000)
    assert (of.end_us, of.total_run_us, of.expected_start_us) == (1000, 200, 500)
    of, failed = write(of, done, state("FAILED"), 1100)
    assert of.end_us == 1000, "going from one end to another does not move the end"
    of, _ = write(of, failed, state("RUNNING"), 1200)
    assert (of.end_us, of.run_count, of.start_us, of.total_run_us) == (None, 3, 600, 200)


@pytest.mark.parametrize("end", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"])
def test_a_run_that_ends_before_it_began(end: str):
    of, ended = write(FLOW, state("PENDING", 5), state(end))
    assert (of.start_us, of.end_us, of.run_count, of.total_run_us) == (NOW, NOW, 0, 0)
    assert ended.at_us == NOW


def test_running_twice_counts_twice_and_adds_the_time():
    of, first = write(FLOW, state("PENDING", 5), state("RUNNING"), 10)
    of, _ = write(of, first, state("RUNNING"), 30)
    assert (of.run_count, of.total_run_us, of.start_us) == (2, 20, 10)


def test_a_first_state_that_is_not_scheduled_is_expected_now():
    of, _ = write(FLOW, None, state("PENDING"))
    assert of.expected_start_us == NOW
    of, _ = write(FLOW._replace(expected_start_us=7), None, state("PENDING"))
    assert of.expected_start_us == 7


def test_states_follow_one_another_whatever_the_clock_says():
    current = state("PENDING", NOW)
    for at_us, now_us in ((0, NOW), (NOW, NOW + 9), (0, NOW - 500), (NOW - 1, NOW)):
        _, written = write(FLOW, current, state("RUNNING", at_us), now_us)
        assert written.at_us == NOW + 1
    _, written = write(FLOW, current, state("RUNNING", NOW + 7), NOW)
    assert written.at_us == NOW + 7


def test_a_scheduled_state_has_a_time():
    of, written = write(FLOW, None, state("SCHEDULED"))
    assert written.details["scheduled_us"] == NOW
    assert of.next_scheduled_us == NOW


def test_a_state_names_its_runs():
    _, written = write(FLOW, None, state("PENDING", flow_run_id="other", task_run_id="x"))
    assert written.details == {"flow_run_id": "f"}
    _, written = write(FLOW._replace(parent_task_run_id="p"), None, state("PENDING"))
    assert written.details == {"flow_run_id": "f", "task_run_id": "p"}
    task = Run(kind="task", id="t", flow_run_id="f")
    _, written = write(task, None, state("PENDING"))
    assert written.details == {"flow_run_id": "f", "task_run_id": "t"}
    _, written = write(task._replace(flow_run_id=None), None, state("PENDING"))
    assert written.details == {"task_run_id": "t"}


def test_a_state_that_is_complete_is_written_as_it_is():
    proposed = StateValue(
        T.RUNNING, "Running", "id", NOW, None, {"flow_run_id": "f", "task_run_id": "t"}, None
    )
    task = Run(kind="task", id="t", flow_run_id="f")
    assert write(task, state("PENDING", 5), proposed)[1] is proposed


def test_the_copy_for_the_parent():
    details = {
        "flow_run_id": "child",
        "task_run_id": "t",
        "deployment_concurrency_lease_id": "l",
        "cache_key": "k",
    }
    copied = mirrored(StateValue(T.RUNNING, "Running", "id", 5, "m", details), "child", "t", "parent")
    assert copied.id == ""
    assert (copied.type, copied.name, copied.at_us, copied.message) == (T.RUNNING, "Running", 5, "m")
    assert copied.details == {
        "flow_run_id": "parent", "task_run_id": "t", "child_flow_run_id": "child", "cache_key": "k",
    }  # fmt: skip
