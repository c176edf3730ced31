"""Claims, the attempt that goes with them, and who is refused."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.state import StateType, StateValue
from prefect._core.decision import Abort, Accept, Decision, Reject, after
from prefect._core.facts import ANONYMOUS, Caller, Facts, Run
from prefect._core.policy import decide

S = 1_000_000
NOW = 1_000 * S
LEASE_END = NOW + 30 * S
T = StateType
A, B = "host:boot:1:1", "host:boot:2:2"


def state(type_: str, name: str | None = None, **details: Any) -> StateValue:
    return StateValue(T(type_), name or type_.capitalize(), "id", NOW - 10 * S, None, details)


def ask(of: Run, current: StateValue | None, to: str, caller: Caller, policy: Any = "core", **details: Any):
    proposed = StateValue(T(to), to.capitalize(), "", 0, None, details)
    return decide(of, current, proposed, Facts(now_us=NOW, caller=caller), policy)


def run(**fields: Any) -> Run:
    return Run(kind="flow", id="run", **fields)


OWNED = run(owner=A, attempt=3, lease_until_us=LEASE_END)
MINE = Caller(A, 3)


def claimed(decision: Decision, of: Run) -> tuple[str | None, int, int | None]:
    assert isinstance(decision, Accept | Reject)
    run_ = after(of, decision)
    return run_.owner, run_.attempt, run_.lease_until_us


@pytest.mark.parametrize(
    ("current", "to", "policy"),
    [
        (None, "PENDING", "minimal"),
        (state("SCHEDULED"), "PENDING", "core"),
        (state("SCHEDULED"), "RUNNING", "core"),
        (state("FAILED"), "RUNNING", "core"),
        (state("PENDING"), "RUNNING", "core"),
    ],
)
def test_a_claim_gives_owner_attempt_and_lease(current: StateValue | None, to: str, policy: str):
    of = run(attempt=4)
    assert claimed(ask(of, current, to, Caller(A), policy), of) == (A, 5, LEASE_END)


def test_what_follows_renews_the_lease_under_the_same_attempt():
    of = OWNED._replace(lease_until_us=NOW + 1)
    assert claimed(ask(of, state("PENDING"), "RUNNING", MINE), of) == (A, 3, LEASE_END)
    assert claimed(ask(of, state("RUNNING"), "RUNNING", MINE), of) == (A, 3, LEASE_END)


def test_a_claim_is_handed_on_to_the_process_that_was_started_for_it():
    decision = ask(OWNED, state("PENDING"), "RUNNING", Caller(B, 3))
    assert claimed(decision, OWNED) == (B, 3, LEASE_END)
    of = after(OWNED, decision)
    assert isinstance(ask(of, state("RUNNING"), "RUNNING", MINE), Abort)
    assert isinstance(ask(of, state("RUNNING"), "COMPLETED", MINE), Abort)
    assert isinstance(ask(of, state("RUNNING"), "CRASHED", MINE), Accept)


@pytest.mark.parametrize("policy", ["core", "minimal"])
@pytest.mark.parametrize("to", sorted(StateType))
def test_an_older_attempt_is_refused_even_with_force(policy: str, to: str):
    assert isinstance(ask(OWNED, state("RUNNING"), to, Caller(A, 2), policy), Abort)
    assert isinstance(ask(OWNED, state("RUNNING"), to, Caller(B, 2), policy), Abort)


@pytest.mark.parametrize("policy", ["core", "minimal"])
@pytest.mark.parametrize("current", [state("SCHEDULED"), state("CRASHED"), state("CANCELLED")])
@pytest.mark.parametrize("to", ["RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PENDING"])
def test_who_lost_the_claim_is_refused(policy: str, current: StateValue, to: str):
    given_back = run(attempt=3)
    assert isinstance(ask(given_back, current, to, MINE, policy), Abort)


@pytest.mark.parametrize("to", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"])
def test_the_end_frees_the_run_but_keeps_the_attempt(to: str):
    decision = ask(OWNED, state("RUNNING"), to, MINE)
    assert claimed(decision, OWNED) == (None, 3, None)


@pytest.mark.parametrize(
    ("to", "details", "kept"),
    [
        ("PAUSED", {}, True),
        ("PAUSED", {"pause_reschedule": True}, False),
        ("CANCELLING", {}, True),
        ("SCHEDULED", {}, False),
    ],
)
def test_what_keeps_the_claim(to: str, details: dict[str, Any], kept: bool):
    of = OWNED._replace(deployment_id="d")
    decision = ask(of, state("RUNNING"), to, MINE, **details)
    assert claimed(decision, of) == ((A, 3, LEASE_END) if kept else (None, 3, None))


def test_a_retry_in_the_process_keeps_the_claim():
    of = OWNED._replace(retries=1, run_count=1)
    decision = ask(of, state("RUNNING"), "FAILED", MINE)
    assert isinstance(decision, Reject)
    assert claimed(decision, of) == (A, 3, LEASE_END)
    assert decision.state is not None
    of = after(of, decision)
    assert isinstance(ask(of, decision.state, "PENDING", Caller(B)), Abort)
    assert claimed(ask(of, decision.state, "RUNNING", MINE), of) == (A, 3, LEASE_END)


@pytest.mark.parametrize(
    ("to", "refused"),
    [
        ("RUNNING", True),
        ("COMPLETED", True),
        ("FAILED", True),
        ("CRASHED", True),
        ("CANCELLING", False),
        ("CANCELLED", False),
        ("PAUSED", False),
    ],
)
def test_an_outsider_commands_but_does_not_report(to: str, refused: bool):
    decision = ask(OWNED, state("RUNNING"), to, Caller(B))
    assert isinstance(decision, Abort if refused else Accept)


def test_an_outsider_may_resume_and_force():
    of = OWNED
    assert claimed(ask(of, state("PAUSED"), "RUNNING", Caller(B)), of) == (A, 3, LEASE_END)
    assert claimed(ask(of, state("RUNNING"), "CRASHED", Caller(B), "minimal"), of) == (None, 3, None)
    assert claimed(ask(of, state("PENDING"), "RUNNING", Caller(B), "minimal"), of) == (A, 3, LEASE_END)


def test_a_lapsed_claim_can_be_taken_over():
    of = OWNED._replace(lease_until_us=NOW - 1)
    decision = ask(of, state("RUNNING"), "RUNNING", Caller(B))
    assert claimed(decision, of) == (B, 4, LEASE_END)
    assert isinstance(ask(after(of, decision), state("RUNNING"), "COMPLETED", MINE), Abort)


@pytest.mark.parametrize("to", ["RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"])
def test_a_caller_without_owner_is_served_as_ever(to: str):
    assert isinstance(ask(OWNED, state("RUNNING"), to, ANONYMOUS), Accept)


def test_a_caller_without_owner_that_begins_to_run_takes_the_run_over():
    started = ask(OWNED, state("PENDING"), "RUNNING", ANONYMOUS)
    assert claimed(started, OWNED) == (None, 3, None)
    of = after(OWNED, started)
    assert isinstance(ask(of, state("RUNNING"), "CRASHED", MINE), Accept), "whoever started it may report"
    rerun = ask(OWNED, state("RUNNING"), "RUNNING", ANONYMOUS)
    assert claimed(rerun, OWNED) == (None, 4, None)


def test_without_owners_nothing_is_entered():
    decision = ask(run(), state("PENDING"), "RUNNING", ANONYMOUS)
    assert isinstance(decision, Accept)
    assert not {"owner", "attempt", "lease_until_us"} & set(decision.changes)
