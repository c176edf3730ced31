"""Runs, a limited deployment, processes that come and go: what holds whatever is proposed in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._core.decision import (
    Abort,
    Accept,
    PinLease,
    Reject,
    ReleaseLease,
    RenewLease,
    TakeSlots,
    Wait,
    after,
)
from prefect._core.facts import ANONYMOUS, Caller, Deployment, Facts, Parent, Run
from prefect._core.policy import decide
from prefect._core.transitions import IN_PROGRESS, is_refused

S = 1_000_000
T = StateType
LEASE = "deployment_concurrency_lease_id"
LIMIT = 2
NAMES = {T.SCHEDULED: ["Scheduled", "Late", "Resuming"], T.PENDING: ["Pending", "Submitting"]}


@dataclass
class Held:
    """A run with its state, as a store has it, and the attempt that each process believes to have."""

    run: Run
    state: StateValue | None = None
    believed: dict[str, int] = field(default_factory=dict[str, int])


class Runs(RuleBasedStateMachine):
    """Proposals of every kind for three runs of a deployment with two slots."""

    @initialize(strategy=st.sampled_from(["ENQUEUE", "CANCEL_NEW"]), retries=st.sampled_from([None, 0, 2]))
    def begin(self, strategy: Any, retries: int | None) -> None:
        self.now_us = 1_000 * S
        self.ids = (f"id{number}" for number in count())
        self.strategy = strategy
        self.active_slots = 0
        self.leases: dict[str, str] = {}  # lease -> run
        self.runs = [
            Held(Run(kind="flow", id=name, deployment_id="d", retries=retries)) for name in ("x", "y", "z")
        ]

    @rule(seconds=st.sampled_from([0.0, 0.4, 5.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.now_us += round(seconds * S)

    @rule(which=st.integers(0, 2))
    def a_slot_lease_is_reaped(self, which: int) -> None:
        if len(self.leases) > which:
            del self.leases[sorted(self.leases)[which]]
            self.active_slots -= 1

    @rule(
        which=st.integers(0, 2),
        type_=st.sampled_from(sorted(StateType)),
        name=st.integers(0, 2),
        who=st.sampled_from([None, "A", "B"]),
        under_claim=st.booleans(),
        policy=st.sampled_from(["core", "core", "core", "minimal", "late"]),
        version=st.sampled_from(["3.8.8", None]),
        with_result=st.booleans(),
    )
    def propose(
        self, which: int, type_: StateType, name: int, who: str | None, under_claim: bool, policy: Any,
        version: str | None, with_result: bool,
    ) -> None:  # fmt: skip
        held = self.runs[which]
        believed = held.believed.get(who or "")
        attempt = believed if under_claim else None
        caller = Caller(who, attempt, version) if who is not None else Caller(client_version=version)
        names = NAMES.get(type_, [type_.value.capitalize()])
        data = {"storage_key": "r"} if with_result and type_ is T.COMPLETED else None
        details = {"pause_reschedule": True} if type_ is T.PAUSED and name == 1 else {}
        proposed = StateValue(type_, names[name % len(names)], "", 0, None, details, data)
        lease_id = None if held.state is None else held.state.details.get(LEASE)
        facts = Facts(
            now_us=self.now_us,
            caller=caller,
            deployment=Deployment(LIMIT, "limit", self.active_slots, self.strategy, 300.0, 30.0),
            lease=lease_id in self.leases,
            fresh_id=next(self.ids),
        )
        decision = decide(held.run, held.state, proposed, facts, policy)
        assert decision == decide(held.run, held.state, proposed, facts, policy)
        if isinstance(decision, Wait | Abort) or (isinstance(decision, Reject) and not decision.writes):
            return
        self.check(held, proposed, decision, facts, policy)
        self.write(held, decision, who)

    def check(self, held: Held, proposed: StateValue, decision: Any, facts: Facts, policy: str) -> None:
        old, new, caller = held.state, decision.state, facts.caller
        if policy == "core" and isinstance(decision, Accept):
            assert not is_refused("flow", None if old is None else old.type, proposed.type)
        if old is not None:
            assert new.at_us > old.at_us
            if old.type in TERMINAL and policy == "core" and new.type not in TERMINAL:
                assert not (old.type is T.COMPLETED and old.data)
                assert new.type in (T.SCHEDULED, T.PENDING, T.RUNNING)
        if caller.attempt is not None:
            assert caller.attempt == held.run.attempt, "a stale attempt was written"
        run, was = after(held.run, decision), held.run
        assert run.attempt in (was.attempt, was.attempt + 1)
        assert 0 <= run.run_count - was.run_count <= int(new.type is T.RUNNING)
        assert run.total_run_us >= was.total_run_us
        if old is None or old.type is not T.RUNNING:
            assert run.total_run_us == was.total_run_us
        if isinstance(decision, Reject) and new.name == "AwaitingRetry":
            assert was.retries is not None
            assert was.run_count <= was.retries

    def write(self, held: Held, decision: Any, who: str | None) -> None:
        for effect in decision.effects:
            if isinstance(effect, TakeSlots):
                assert effect.lease_id not in self.leases
                self.leases[effect.lease_id] = held.run.id
                self.active_slots += 1
            elif isinstance(effect, ReleaseLease):
                if self.leases.pop(effect.lease_id, None) is not None:
                    self.active_slots -= 1
            elif isinstance(effect, RenewLease | PinLease):
                assert effect.lease_id in self.leases
        held.run = after(held.run, decision)
        held.state = decision.state
        if who is not None and held.run.owner == who:
            held.believed[who] = held.run.attempt

    @invariant()
    def slots_balance(self) -> None:
        if not hasattr(self, "leases"):
            return
        assert self.active_slots == len(self.leases) <= LIMIT
        recorded = {
            held.state.details[LEASE]: held.run.id
            for held in self.runs
            if held.state is not None and LEASE in held.state.details
        }
        assert self.leases.items() <= recorded.items(), "a slot is held that no run knows of"
        for held in self.runs:
            if held.state is not None and LEASE in held.state.details:
                assert held.state.type in IN_PROGRESS or held.state.name == "AwaitingRetry"

    @invariant()
    def the_books_agree_with_the_state(self) -> None:
        for held in getattr(self, "runs", ()):
            state, run = held.state, held.run
            if state is None:
                continue
            assert (run.end_us is not None) is (state.type in TERMINAL)
            assert (run.next_scheduled_us is not None) is (state.type is T.SCHEDULED)
            assert run.expected_start_us is not None
            if state.type is T.RUNNING:
                assert run.start_us is not None
                assert run.run_count >= 1 or run.resuming is False
            if run.start_us is not None:
                assert run.total_run_us <= state.at_us - run.start_us
            if state.details.get("scheduled_us") is None:
                assert state.type is not T.SCHEDULED

    @invariant()
    def the_ended_have_no_owner(self) -> None:
        for held in getattr(self, "runs", ()):
            run = held.run
            assert (run.owner is None) is (run.lease_until_us is None)
            if held.state is not None and held.state.type in TERMINAL:
                assert run.owner is None


Runs.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestRuns = Runs.TestCase


@given(
    retries=st.integers(0, 6),
    delay=st.one_of(st.none(), st.floats(0, 9), st.lists(st.floats(0, 9), max_size=4).map(tuple)),
    jitter=st.one_of(st.none(), st.floats(0, 2)),
    draw=st.floats(0, 1, exclude_max=True),
    kind=st.sampled_from([("flow", "core"), ("task", "core"), ("task", "background"), ("task", "client")]),
)
@settings(deadline=None)
def test_a_run_that_always_fails_is_tried_as_often_as_it_may(
    retries: int, delay: Any, jitter: float | None, draw: float, kind: Any
):
    """One attempt and `retries` more, then it has failed; the time between attempts is no running time."""
    kind_, policy = kind
    if kind_ == "flow" and isinstance(delay, tuple):
        delay = 1.0
    run = Run(
        kind=kind_, id="r", retries=retries, retry_delay_s=delay,
        retry_jitter_factor=None if kind_ == "flow" else jitter,
    )  # fmt: skip
    now_us, ran_us, attempts = 1_000 * S, 0, 0
    state: StateValue | None = StateValue(T.PENDING, "Pending", "p", now_us)
    parent = Parent(StateValue(T.RUNNING, "Running"), 1)
    proposed = StateValue(T.RUNNING, "Running")
    for _ in range(4 * retries + 8):
        decision = decide(run, state, proposed, Facts(now_us, ANONYMOUS, parent, draw=draw), policy)
        if isinstance(decision, Wait):
            now_us += decision.delay_s * S
            continue
        assert isinstance(decision, Accept | Reject)
        run, state = after(run, decision), decision.state
        assert state is not None
        if state.type is T.RUNNING:
            attempts += 1
            now_us += 3 * S
            proposed = StateValue(T.FAILED, "Failed")
        elif state.type is T.FAILED:
            break
        else:
            proposed = StateValue(T.RUNNING, "Running")
        if state.type is T.RUNNING:
            ran_us += now_us - state.at_us
    assert state is not None
    assert state.type is T.FAILED
    assert attempts == run.run_count == retries + 1
    assert run.total_run_us == ran_us
