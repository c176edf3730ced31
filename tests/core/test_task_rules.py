"""Every rule that a proposal for a task run can meet, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._core.decision import (
    Abort,
    Accept,
    Enqueue,
    Reject,
    ReleaseHeld,
    StoreCache,
    TakeSlots,
    Wait,
    after,
)
from prefect._core.facts import Facts, Parent, Run, TagLimit
from prefect._core.policy import decide, needs
from prefect._core.transitions import TYPES, is_refused

S = 1_000_000
NOW = 1_000 * S
T = StateType
POLICIES: list[Any] = ["core", "background"]


def state(type_: str, name: str | None = None, at_us: int = NOW - 10 * S, data: Any = None, **details: Any):
    return StateValue(T(type_), name or type_.capitalize(), "id", at_us, None, details, data)


def wanted(type_: str, name: str | None = None, data: Any = None, **details: Any) -> StateValue:
    return state(type_, name, 0, data, **details)


RUNNING_FLOW = Parent(state("RUNNING"), run_count=1)


def run(**fields: Any) -> Run:
    return Run(**{"kind": "task", "id": "task", "flow_run_id": "flow", **fields})


def ask(
    current: StateValue | None,
    proposed: StateValue,
    policy: Any = "core",
    of: Run | None = None,
    **given: Any,
):
    known = {"parent": RUNNING_FLOW, "fresh_id": "fresh", **given}
    return decide(of or run(), current, proposed, Facts(now_us=NOW, **known), policy)


# -- claims and guards ----------------------------------------------------------------------------


@pytest.mark.parametrize("claimed", ["PENDING", "RUNNING", "CANCELLING", "CANCELLED"])
def test_only_deferred_runs_are_claimed(claimed: str):
    assert isinstance(ask(state(claimed), wanted("PENDING"), "background"), Abort)
    assert isinstance(ask(state(claimed), wanted("PENDING"), "core"), Accept)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("ended", sorted(TERMINAL))
@pytest.mark.parametrize("to", ["CANCELLING", "PAUSED", "CRASHED"])
def test_an_ended_run_is_not_cancelled_paused_or_crashed(policy: Any, ended: str, to: str):
    assert isinstance(ask(state(ended), wanted(to), policy), Abort)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_stored_result_keeps_a_run_completed(policy: Any):
    current = state("COMPLETED", data={"storage_key": "k"})
    for to in ("RUNNING", "SCHEDULED", "FAILED", "COMPLETED"):
        decision = ask(current, wanted(to), policy)
        assert isinstance(decision, Reject)
        assert decision.state is current


@pytest.mark.parametrize("policy", POLICIES)
def test_an_ended_run_starts_again_from_nothing(policy: Any):
    of = run(run_count=3, flow_run_run_count=1)
    decision = ask(state("FAILED"), wanted("RUNNING"), policy, of)
    assert isinstance(decision, Accept)
    assert decision.state.name == "Running"
    assert decision.changes["run_count"] == 1
    again = ask(state("FAILED"), wanted("RUNNING"), policy, of, parent=Parent(state("RUNNING"), 2))
    assert isinstance(again, Accept)
    assert again.state.name == "Retrying"
    assert again.changes["flow_run_run_count"] == 2


def test_the_count_is_kept_when_a_later_rule_refuses_the_restart():
    of = run(run_count=3)
    assert isinstance(ask(state("FAILED"), wanted("RUNNING"), of=of, parent=Parent(None)), Abort)
    paused = ask(state("FAILED"), wanted("RUNNING"), of=of, parent=Parent(state("PAUSED")))
    assert isinstance(paused, Reject)
    assert "run_count" not in paused.changes


@pytest.mark.parametrize("around", [None, *sorted(TYPES - {T.RUNNING, T.PAUSED})])
def test_a_task_starts_only_while_its_flow_runs(around: StateType | None):
    parent = Parent(None if around is None else state(around))
    assert isinstance(ask(state("PENDING"), wanted("RUNNING"), parent=parent), Abort)
    assert isinstance(ask(state("PENDING"), wanted("RUNNING"), "background", parent=parent), Accept)
    alone = run(flow_run_id=None)
    assert isinstance(ask(state("PENDING"), wanted("RUNNING"), of=alone, parent=None), Accept)


def test_a_task_in_a_paused_flow_is_not_ready():
    parent = Parent(state("PAUSED", pause_timeout_us=9, pause_reschedule=True))
    decision = ask(state("PENDING"), wanted("RUNNING"), parent=parent)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.name) == (T.PAUSED, "NotReady")
    assert decision.state.details["pause_timeout_us"] == 9
    assert decision.state.details["pause_reschedule"] is True


# -- the cache ------------------------------------------------------------------------------------

CACHED = StateValue(
    T.COMPLETED,
    "Completed",
    "old",
    5,
    "done",
    {"cache_key": "k", "task_run_id": "other"},
    {"storage_key": "r"},
)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_known_result_completes_the_run(policy: Any):
    decision = ask(state("PENDING"), wanted("RUNNING", cache_key="k"), policy, cached=CACHED)
    assert isinstance(decision, Reject)
    new = decision.state
    assert new is not None
    assert (new.type, new.name, new.id, new.at_us, new.data) == (T.COMPLETED, "Cached", "", NOW, CACHED.data)
    assert new.details == {"cache_key": "k", "task_run_id": "task", "flow_run_id": "flow"}
    assert "run_count" not in decision.changes
    assert decision.changes["end_us"] == NOW


@pytest.mark.parametrize("details", [{}, {"cache_key": "k", "refresh_cache": True}])
def test_the_cache_is_not_asked(details: dict[str, Any]):
    assert isinstance(ask(state("PENDING"), wanted("RUNNING", **details), cached=CACHED), Accept)
    assert "cached" not in needs("task", state("PENDING"), wanted("RUNNING", **details))
    assert "cached" in needs("task", state("PENDING"), wanted("RUNNING", cache_key="k"))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_result_is_entered_under_its_key(policy: Any):
    decision = ask(state("RUNNING"), wanted("COMPLETED", cache_key="k", cache_expiration_us=9), policy)
    assert isinstance(decision, Accept)
    assert decision.effects == (StoreCache("k", 9),)
    assert ask(state("RUNNING"), wanted("COMPLETED"), policy).effects == ()  # type: ignore[union-attr]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_key_that_is_too_long_is_said_to_be(policy: Any):
    decision = ask(
        state("RUNNING"), wanted("COMPLETED", cache_key="k" * 11), policy, run(tags=("t",)),
        max_cache_key_length=10,
    )  # fmt: skip
    assert isinstance(decision, Reject)
    assert decision.writes
    assert decision.state is not None
    assert decision.state.type is T.COMPLETED
    assert decision.effects == (ReleaseHeld(),)
    assert decision.changes["end_us"] == NOW


# -- tags -----------------------------------------------------------------------------------------


def tag(name: str, limit: int, active: int, **fields: Any) -> TagLimit:
    return TagLimit(name, f"tag:{name}", limit, active, **fields)


def test_a_task_takes_a_slot_of_each_tag():
    limits = (tag("a", 2, 1), tag("b", 1, 0))
    decision = ask(state("PENDING"), wanted("RUNNING"), tag_limits=limits)
    assert isinstance(decision, Accept)
    assert decision.effects == (TakeSlots("fresh", ("tag:a", "tag:b"), None),)


def test_slots_that_it_has_are_not_taken_again():
    limits = (tag("a", 1, 1, held=True), tag("b", 1, 0))
    decision = ask(state("SCHEDULED"), wanted("RUNNING"), tag_limits=limits)
    assert decision.effects == (TakeSlots("fresh", ("tag:b",), None),)  # type: ignore[union-attr]
    decision = ask(state("RUNNING"), wanted("RUNNING"), tag_limits=limits[:1])
    assert decision.effects == ()  # type: ignore[union-attr]


def test_a_full_tag_makes_it_wait():
    limits = (tag("b", 1, 1, occupancy_s=100.0), tag("a", 2, 2), tag("c", 5, 0))
    decision = ask(state("PENDING"), wanted("RUNNING"), tag_limits=limits, draw=0.5)
    assert isinstance(decision, Wait)
    assert "a, b" in decision.reason
    assert "c" not in decision.reason.rpartition(":")[2]
    for draw in (0.0, 0.3, 0.999):
        wait = ask(state("PENDING"), wanted("RUNNING"), tag_limits=limits[:1], draw=draw)
        assert isinstance(wait, Wait)
        assert 7 <= wait.delay_s <= 13


def test_a_closed_tag_aborts():
    decision = ask(state("PENDING"), wanted("RUNNING"), tag_limits=(tag("a", 0, 0),))
    assert isinstance(decision, Abort)


@pytest.mark.parametrize("policy", ["core", "background", "minimal"])
@pytest.mark.parametrize("to", sorted(TYPES))
def test_slots_are_freed_unless_it_runs_on(policy: Any, to: StateType):
    decision = ask(state("RUNNING"), wanted(to, "X"), policy, run(tags=("a",)))
    if policy == "background" and to is T.PENDING:
        assert isinstance(decision, Abort)
        return
    assert isinstance(decision, Accept)
    assert (ReleaseHeld() in decision.effects) is (to not in (T.RUNNING, T.CANCELLING))


def test_tag_slots_are_kept_while_a_retry_is_waited_for():
    decision = ask(state("RUNNING"), wanted("FAILED"), of=run(tags=("a",), retries=1, run_count=1))
    assert isinstance(decision, Reject)
    assert decision.effects == ()


# -- retries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    ("retries", "run_count", "retriable", "again"),
    [
        (None, 1, None, False),
        (0, 1, None, False),
        (2, 1, None, True),
        (2, 2, True, True),
        (2, 3, None, False),
        (2, 1, False, False),
    ],
)
def test_a_failed_task_is_tried_again(
    policy: Any, retries: int | None, run_count: int, retriable: bool | None, again: bool
):
    details = {} if retriable is None else {"retriable": retriable}
    of = run(retries=retries, run_count=run_count, retry_delay_s=(1.0, 4.0))
    decision = ask(state("RUNNING"), wanted("FAILED", **details), policy, of)
    assert isinstance(decision, Reject if again else Accept)
    if again:
        assert decision.state is not None
        assert decision.state.name == "AwaitingRetry"
        assert decision.state.details["scheduled_us"] == NOW + (1 if run_count == 1 else 4) * S


def test_the_delay_is_spread_out():
    of = run(retries=1, run_count=1, retry_delay_s=10.0, retry_jitter_factor=0.3)
    delays = [
        ask(state("RUNNING"), wanted("FAILED"), of=of, draw=draw).state.details["scheduled_us"] - NOW  # type: ignore[union-attr]
        for draw in (0.0, 0.5, 0.999)
    ]
    assert sorted(delays) == delays
    assert 7.4 * S < delays[0] < delays[2] < 13.1 * S


def test_a_deferred_retry_is_queued_with_its_parameters():
    of = run(retries=1, run_count=1, retry_delay_s=3.0, deferred=True)
    decision = ask(state("RUNNING"), wanted("FAILED", task_parameters_id="p"), "background", of)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.details["deferred"] is True
    assert decision.state.details["task_parameters_id"] == "p"
    assert decision.effects == (Enqueue(NOW + 3 * S, is_retry=True),)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_names_of_later_attempts(policy: Any):
    first = ask(state("PENDING"), wanted("RUNNING"), policy)
    assert first.state.name == "Running"  # type: ignore[union-attr]
    of = run(run_count=1)
    waited = ask(state("SCHEDULED", "AwaitingRetry", scheduled_us=0), wanted("RUNNING"), policy, of)
    assert waited.state.name == "Retrying"  # type: ignore[union-attr]
    other = ask(state("RUNNING"), wanted("RUNNING"), policy, of)
    assert other.state.name == "Rerunning"  # type: ignore[union-attr]


@pytest.mark.parametrize("policy", [*POLICIES, "client"])
def test_a_task_knows_the_attempt_of_its_flow(policy: Any):
    decision = ask(state("PENDING"), wanted("RUNNING"), policy, parent=Parent(state("RUNNING"), 4))
    assert isinstance(decision, Accept)
    assert decision.changes["flow_run_run_count"] == 4


# -- the background -------------------------------------------------------------------------------


def test_a_deferred_run_is_queued_for_its_time():
    decision = ask(None, wanted("SCHEDULED", deferred=True, scheduled_us=NOW + S), "background")
    assert isinstance(decision, Accept)
    assert decision.effects == (Enqueue(NOW + S, is_retry=False),)
    retry = ask(None, wanted("SCHEDULED", "AwaitingRetry", deferred=True), "background")
    assert retry.effects == (Enqueue(NOW, is_retry=True),)  # type: ignore[union-attr]
    assert ask(None, wanted("SCHEDULED"), "background").effects == ()  # type: ignore[union-attr]


def test_stored_parameters_follow_the_run():
    current = state("SCHEDULED", task_parameters_id="p", scheduled_us=3)
    decision = ask(current, wanted("PENDING"), "background")
    assert decision.state.details["task_parameters_id"] == "p"  # type: ignore[union-attr]
    assert decision.state.details["scheduled_us"] == 3  # type: ignore[union-attr]
    kept = ask(
        state("PENDING", task_parameters_id="p"), wanted("RUNNING", task_parameters_id="q"), "background"
    )
    assert kept.state.details["task_parameters_id"] == "q"  # type: ignore[union-attr]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_task_waits_for_its_time(policy: Any):
    decision = ask(state("SCHEDULED", scheduled_us=NOW + 7 * S), wanted("RUNNING"), policy)
    assert isinstance(decision, Wait)
    assert decision.delay_s == 7


# -- orchestrated by the client -------------------------------------------------------------------


def test_a_retry_without_delay_begins_at_once():
    of = run(retries=1, run_count=1, start_us=1)
    decision = ask(state("RUNNING"), wanted("FAILED"), "client", of)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.name) == (T.RUNNING, "Retrying")
    of = after(of, decision)
    assert (of.run_count, of.total_run_us, of.end_us) == (2, 10 * S, None)
    assert isinstance(ask(decision.state, wanted("FAILED"), "client", of), Accept)


def test_a_retry_with_delay_is_waited_for():
    of = run(retries=1, run_count=1, retry_delay_s=2.0)
    decision = ask(state("RUNNING"), wanted("FAILED"), "client", of)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.name == "AwaitingRetry"
    again = ask(decision.state, wanted("RUNNING"), "client", of)
    assert isinstance(again, Accept)
    assert again.state.name == "Retrying"


@pytest.mark.parametrize("policy", ["client", "minimal"])
@pytest.mark.parametrize("source", [None, *sorted(TYPES)])
@pytest.mark.parametrize("target", sorted(TYPES))
def test_nothing_else_is_refused_there(policy: Any, source: StateType | None, target: StateType):
    current = None if source is None else state(source)
    assert isinstance(ask(current, wanted(target), policy), Accept)


@pytest.mark.parametrize("source", [None, *sorted(TYPES)])
@pytest.mark.parametrize("target", sorted(TYPES))
def test_the_table_of_refused_transitions_is_true(source: StateType | None, target: StateType):
    current = None if source is None else state(source)
    decision = ask(current, wanted(target))
    assert isinstance(decision, Accept) is not is_refused("task", source, target)
