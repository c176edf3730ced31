"""Every rule that a proposal for a flow run can meet, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._core.decision import (
    Abort,
    Accept,
    MirrorToParent,
    PinLease,
    Reject,
    ReleaseLease,
    RenewLease,
    TakeSlots,
    Wait,
    after,
    status,
)
from prefect._core.facts import Caller, Deployment, Facts, Run
from prefect._core.policy import POLICIES, decide, needs, policy_for
from prefect._core.transitions import TYPES, is_refused

S = 1_000_000
NOW = 1_000 * S
LEASE = "deployment_concurrency_lease_id"
RESULT = {"storage_key": "k"}
NEW = Caller(client_version="3.8.8")
T = StateType


def state(type_: str, name: str | None = None, at_us: int = NOW - 10 * S, data: Any = None, **details: Any):
    return StateValue(T(type_), name or type_.capitalize(), "id", at_us, None, details, data)


def wanted(type_: str, name: str | None = None, data: Any = None, **details: Any) -> StateValue:
    return state(type_, name, 0, data, **details)


def run(**fields: Any) -> Run:
    return Run(kind="flow", id="run", **fields)


def facts(**fields: Any) -> Facts:
    return Facts(now_us=NOW, **{"fresh_id": "fresh", **fields})


def core(current: StateValue | None, proposed: StateValue, *, of: Run | None = None, **given: Any):
    return decide(of or run(), current, proposed, facts(**given), "core")


def forced(current: StateValue | None, proposed: StateValue, *, of: Run | None = None, **given: Any):
    return decide(of or run(), current, proposed, facts(**given), "minimal")


# -- guards ---------------------------------------------------------------------------------------


def test_a_transition_that_was_made_is_not_made_again():
    current = state("RUNNING", transition_id="t1")
    decision = core(current, wanted("RUNNING", transition_id="t1"))
    assert isinstance(decision, Reject)
    assert decision.state is current
    assert not decision.writes
    assert isinstance(core(current, wanted("COMPLETED", transition_id="t2")), Accept)
    assert isinstance(core(state("RUNNING"), wanted("RUNNING")), Accept)


@pytest.mark.parametrize("ended", sorted(TERMINAL))
@pytest.mark.parametrize("to", ["CANCELLING", "PAUSED", "CRASHED"])
def test_an_ended_run_is_not_cancelled_paused_or_crashed(ended: str, to: str):
    assert isinstance(core(state(ended), wanted(to)), Abort)


@pytest.mark.parametrize("to", ["SCHEDULED", "PENDING", "RUNNING"])
def test_a_stored_result_keeps_a_run_completed(to: str):
    current = state("COMPLETED", data=RESULT)
    decision = core(current, wanted(to), of=run(deployment_id="d"))
    assert isinstance(decision, Reject)
    assert decision.state is current


@pytest.mark.parametrize("policy", ["core", "minimal"])
def test_a_stored_result_is_not_replaced_by_none(policy: Any):
    current = state("COMPLETED", data=RESULT)
    decision = decide(run(), current, wanted("COMPLETED"), facts(), policy)
    assert isinstance(decision, Reject)
    assert not decision.writes
    other = decide(run(), current, wanted("COMPLETED", data={"storage_key": "k2"}), facts(), policy)
    assert isinstance(other, Accept)


def test_an_unpersisted_result_is_none():
    current = state("COMPLETED", data={"type": "unpersisted"})
    assert isinstance(core(current, wanted("RUNNING")), Accept)


def test_only_a_run_of_a_deployment_is_scheduled_again():
    assert isinstance(core(state("FAILED"), wanted("SCHEDULED")), Abort)
    decision = core(
        state("FAILED"), wanted("SCHEDULED"), of=run(deployment_id="d", pause_keys=frozenset("k"))
    )
    assert isinstance(decision, Accept)
    assert decision.changes["retry_type"] == "reschedule"
    assert decision.changes["pause_keys"] == frozenset()
    assert decision.changes["resuming"] is False


@pytest.mark.parametrize("ended", ["FAILED", "CRASHED", "CANCELLED", "COMPLETED"])
def test_an_ended_run_may_run_again(ended: str):
    decision = core(state(ended), wanted("RUNNING"), of=run(run_count=1, retry_type="in_process"))
    assert isinstance(decision, Accept)
    assert decision.changes["retry_type"] is None
    assert decision.changes["run_count"] == 2


def test_an_ended_run_may_end_otherwise():
    assert isinstance(core(state("COMPLETED"), wanted("FAILED")), Accept)


@pytest.mark.parametrize("to", sorted(TYPES - {T.CANCELLED}))
def test_cancelling_is_one_way(to: str):
    current = state("CANCELLING")
    decision = core(current, wanted(to))
    assert isinstance(decision, Reject)
    assert decision.state is current
    assert not decision.writes


def test_cancelling_ends_in_cancelled():
    assert isinstance(core(state("CANCELLING"), wanted("CANCELLED")), Accept)


@pytest.mark.parametrize("policy", ["core", "minimal"])
@pytest.mark.parametrize(
    ("current", "pid", "at_once"),
    [
        (state("SCHEDULED"), None, True),
        (state("SCHEDULED"), "123", False),
        (state("SCHEDULED", "Resuming"), "123", True),
        (state("PAUSED", "Suspended", pause_reschedule=True), "123", True),
        (state("PAUSED"), "123", False),
    ],
)
def test_what_nobody_executes_is_cancelled_at_once(
    policy: Any, current: StateValue, pid: str | None, at_once: bool
):
    of = run(infrastructure_pid=pid, deployment_id="d")
    decision = decide(of, current, wanted("CANCELLING"), facts(), policy)
    assert isinstance(decision, Reject if at_once else Accept)
    assert decision.state is not None
    assert decision.state.type is (T.CANCELLED if at_once else T.CANCELLING)


@pytest.mark.parametrize("claimed", ["PENDING", "RUNNING", "CANCELLED"])
def test_a_run_is_claimed_once(claimed: str):
    assert isinstance(core(state(claimed), wanted("PENDING")), Abort)


def test_the_stage_of_a_pending_run_may_change():
    current = state("PENDING", scheduled_us=5, **{LEASE: "l"})
    decision = core(current, wanted("PENDING", "Submitting"))
    assert isinstance(decision, Accept)
    assert decision.state.details["scheduled_us"] == 5
    assert decision.state.details[LEASE] == "l"
    assert isinstance(core(state("PENDING", "Submitting"), wanted("PENDING", "Submitting")), Abort)
    assert isinstance(core(state("PENDING", "Submitting"), wanted("PENDING")), Abort)


def test_only_a_scheduled_run_is_marked_late():
    for policy in ("core", "late"):
        assert isinstance(
            decide(run(), state("PENDING"), wanted("SCHEDULED", "Late"), facts(), policy), Reject
        )
        late = state("SCHEDULED", "Late")
        assert isinstance(decide(run(), late, wanted("SCHEDULED", "Late"), facts(), policy), Reject)
        on_time = state("SCHEDULED")
        assert isinstance(decide(run(), on_time, wanted("SCHEDULED", "Late"), facts(), policy), Accept)


# -- pauses ---------------------------------------------------------------------------------------


def test_only_a_running_run_pauses():
    assert isinstance(core(None, wanted("PAUSED")), Abort)
    assert isinstance(core(state("PENDING"), wanted("PAUSED")), Reject)
    decision = core(state("RUNNING"), wanted("PAUSED", pause_key="k"), of=run(pause_keys=frozenset({"a"})))
    assert isinstance(decision, Accept)
    assert decision.changes["pause_keys"] == {"a", "k"}


def test_a_pause_without_key_gets_one():
    decision = core(state("RUNNING"), wanted("PAUSED"))
    assert isinstance(decision, Accept)
    assert decision.changes["pause_keys"] == {"fresh"}


def test_a_pause_happens_once():
    current = state("RUNNING")
    decision = core(current, wanted("PAUSED", pause_key="k"), of=run(pause_keys=frozenset({"k"})))
    assert isinstance(decision, Reject)
    assert decision.state is current


def test_suspending_needs_a_deployment_and_no_parent():
    proposed = wanted("PAUSED", "Suspended", pause_reschedule=True)
    assert isinstance(core(state("RUNNING"), proposed), Abort)
    assert isinstance(
        core(state("RUNNING"), proposed, of=run(deployment_id="d", parent_task_run_id="t")), Abort
    )
    assert isinstance(core(state("RUNNING"), proposed, of=run(deployment_id="d")), Accept)


@pytest.mark.parametrize(
    ("to", "accepted"),
    [
        ("RUNNING", True),
        ("SCHEDULED", True),
        ("COMPLETED", True),
        ("FAILED", True),
        ("CANCELLED", True),
        ("CRASHED", True),
        ("CANCELLING", True),
        ("PENDING", False),
        ("PAUSED", False),
    ],
)
def test_leaving_a_pause(to: str, accepted: bool):
    decision = core(state("PAUSED"), wanted(to))
    assert isinstance(decision, Accept if accepted else Reject)
    if to in ("RUNNING", "SCHEDULED"):
        assert isinstance(decision, Accept)
        assert decision.changes["resuming"] is True


def test_a_suspended_run_without_deployment_does_not_go_on_but_can_end():
    current = state("PAUSED", "Suspended", pause_reschedule=True)
    assert isinstance(core(current, wanted("SCHEDULED")), Reject)
    assert isinstance(core(current, wanted("SCHEDULED"), of=run(deployment_id="d")), Accept)
    assert isinstance(core(current, wanted("CANCELLED")), Accept)


def test_a_pause_that_is_over_fails_the_run():
    decision = core(state("PAUSED", pause_timeout_us=NOW - 1), wanted("RUNNING"))
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.type is T.FAILED
    assert decision.state.message == "The flow was paused and never resumed."
    assert "resuming" not in decision.changes
    assert isinstance(core(state("PAUSED", pause_timeout_us=NOW), wanted("RUNNING")), Accept)


def test_resuming_costs_no_attempt():
    """Suspended, scheduled, claimed, running: the count stays; the next running after that counts."""
    of = run(deployment_id="d", run_count=1)
    current = state("PAUSED", "Suspended", pause_reschedule=True)
    for step, name in (("SCHEDULED", "Resuming"), ("PENDING", None), ("RUNNING", None)):
        decision = core(current, wanted(step, name), of=of, deployment=Deployment())
        assert isinstance(decision, Accept)
        of, current = after(of, decision), decision.state
    assert (of.run_count, of.resuming) == (1, False)
    assert core(current, wanted("RUNNING"), of=of).changes["run_count"] == 2  # type: ignore[union-attr]


def test_the_flag_of_a_resumed_pause_lasts_until_the_client_runs():
    of = run(run_count=1)
    decision = core(state("PAUSED"), wanted("RUNNING"), of=of)
    of = after(of, decision)
    assert (of.run_count, of.resuming) == (1, True)
    of = after(of, core(state("RUNNING"), wanted("RUNNING"), of=of))
    assert (of.run_count, of.resuming) == (1, False)


# -- times and retries ----------------------------------------------------------------------------


def test_a_claim_keeps_the_scheduled_time():
    decision = core(state("SCHEDULED", scheduled_us=7), wanted("PENDING"))
    assert isinstance(decision, Accept)
    assert decision.state.details["scheduled_us"] == 7
    decision = core(state("SCHEDULED", scheduled_us=7), wanted("PENDING", scheduled_us=8))
    assert decision.state.details["scheduled_us"] == 8  # type: ignore[union-attr]


@pytest.mark.parametrize("waiting", ["SCHEDULED", "PENDING"])
@pytest.mark.parametrize(
    ("ahead_us", "delay_s"), [(-S, None), (0, None), (S // 2, None), (S // 2 + 1, 1), (90 * S, 90)]
)
def test_a_run_waits_for_its_time(waiting: str, ahead_us: int, delay_s: int | None):
    decision = core(state(waiting, scheduled_us=NOW + ahead_us), wanted("RUNNING"))
    if delay_s is None:
        assert isinstance(decision, Accept)
    else:
        assert isinstance(decision, Wait)
        assert decision.delay_s == delay_s


@pytest.mark.parametrize(
    ("retries", "run_count", "again"), [(None, 1, False), (0, 1, False), (1, 1, True), (1, 2, False)]
)
def test_a_failed_flow_is_tried_again(retries: int | None, run_count: int, again: bool):
    of = run(
        retries=retries, run_count=run_count, retry_delay_s=5, resuming=True, pause_keys=frozenset("k"),
        retry_type="in_process",
    )  # fmt: skip
    proposed = StateValue(T.FAILED, "Failed", "x", 0, "why", {}, RESULT)
    decision = core(state("RUNNING"), proposed, of=of)
    if not again:
        assert isinstance(decision, Accept)
        assert decision.changes["retry_type"] is None
        return
    assert isinstance(decision, Reject)
    assert decision.writes
    new = decision.state
    assert new is not None
    assert (new.type, new.name, new.message, new.data) == (T.SCHEDULED, "AwaitingRetry", "why", RESULT)
    assert new.details["scheduled_us"] == NOW + 5 * S
    changes = decision.changes
    assert changes["retry_type"] == "in_process"
    assert changes["resuming"] is False
    assert changes["pause_keys"] == frozenset()
    assert changes["next_scheduled_us"] == NOW + 5 * S
    assert changes["total_run_us"] == 10 * S
    assert "end_us" not in changes


@pytest.mark.parametrize("policy", ["minimal"])
def test_force_knows_no_retries_and_no_waiting(policy: Any):
    of = run(retries=3, run_count=1)
    assert isinstance(decide(of, state("RUNNING"), wanted("FAILED"), facts(), policy), Accept)
    ahead = state("SCHEDULED", scheduled_us=NOW + S * 60)
    assert isinstance(decide(of, ahead, wanted("RUNNING"), facts(), policy), Accept)
    assert isinstance(decide(of, state("CANCELLING"), wanted("RUNNING"), facts(), policy), Accept)


# -- slots of the deployment ----------------------------------------------------------------------

OF_DEPLOYMENT = run(deployment_id="d")


def limited(active: int, **options: Any) -> Deployment:
    return Deployment(limit=2, limit_id="limit", active_slots=active, **options)


def test_a_claim_takes_a_slot():
    decision = core(
        state("SCHEDULED"), wanted("PENDING"), of=OF_DEPLOYMENT, deployment=limited(1), caller=NEW
    )
    assert isinstance(decision, Accept)
    assert decision.state.details[LEASE] == "fresh"
    assert decision.effects == (TakeSlots("fresh", ("limit",), NOW + 300 * S),)


@pytest.mark.parametrize("already", ["PENDING", "RUNNING", "CANCELLING"])
def test_a_run_in_progress_takes_no_other_slot(already: str):
    assert "deployment" not in needs("flow", state(already), wanted("PENDING"))


def test_a_full_deployment_puts_the_run_back():
    decision = core(state("SCHEDULED"), wanted("PENDING"), of=OF_DEPLOYMENT, deployment=limited(2, wait_s=30))
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.name == "AwaitingConcurrencySlot"
    assert decision.state.details["scheduled_us"] == NOW + 30 * S
    assert decision.effects == ()


def test_a_full_deployment_cancels_where_it_shall():
    deployment = limited(2, strategy="CANCEL_NEW")
    decision = core(state("SCHEDULED"), wanted("PENDING"), of=OF_DEPLOYMENT, deployment=deployment)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.type is T.CANCELLED
    late = decide(
        OF_DEPLOYMENT, state("SCHEDULED"), wanted("SCHEDULED", "Late"), facts(deployment=deployment), "late"
    )
    assert isinstance(late, Reject)
    assert late.state is not None
    assert late.state.type is T.CANCELLED
    room = facts(deployment=limited(1, strategy="CANCEL_NEW"))
    on_time = decide(OF_DEPLOYMENT, state("SCHEDULED"), wanted("SCHEDULED", "Late"), room, "late")
    assert isinstance(on_time, Accept)


def test_a_missing_deployment_or_a_limit_of_none_aborts():
    assert isinstance(core(state("SCHEDULED"), wanted("PENDING"), of=OF_DEPLOYMENT), Abort)
    closed = Deployment(limit=0, limit_id="limit")
    assert isinstance(core(state("SCHEDULED"), wanted("PENDING"), of=OF_DEPLOYMENT, deployment=closed), Abort)


@pytest.mark.parametrize(
    ("version", "skipped"),
    [
        ("3.0.0rc19", False),
        ("3.0.0rc20", True),
        ("3.0.3", True),
        ("3.0.4", False),
        ("3.9.1.dev0", False),
        (None, False),
    ],
)
def test_some_old_clients_count_slots_themselves(version: str | None, skipped: bool):
    decision = core(
        state("SCHEDULED"), wanted("PENDING"), of=OF_DEPLOYMENT, deployment=limited(0),
        caller=Caller(client_version=version),
    )  # fmt: skip
    assert isinstance(decision, Accept)
    assert (decision.effects == ()) is skipped


PROVISIONED = state("PENDING", **{LEASE: "lease"})


def test_starting_renews_the_slot():
    decision = core(
        PROVISIONED, wanted("RUNNING"), of=OF_DEPLOYMENT, deployment=limited(2, lease_s=60), lease=True,
        caller=NEW,
    )  # fmt: skip
    assert isinstance(decision, Accept)
    assert decision.effects == (RenewLease("lease", NOW + 60 * S),)
    assert decision.state.details[LEASE] == "lease"


def test_starting_after_the_slot_was_lost():
    again = core(
        PROVISIONED, wanted("RUNNING"), of=OF_DEPLOYMENT, deployment=limited(1), lease=False, caller=NEW
    )
    assert isinstance(again, Accept)
    assert again.state.details[LEASE] == "fresh"
    assert isinstance(again.effects[0], TakeSlots)
    lost = core(
        PROVISIONED, wanted("RUNNING"), of=OF_DEPLOYMENT, deployment=limited(2), lease=False, caller=NEW
    )
    assert isinstance(lost, Reject)
    assert lost.state is not None
    assert lost.state.type is T.CANCELLED


@pytest.mark.parametrize("version", [None, "3.4.10"])
@pytest.mark.parametrize("to", ["RUNNING", "CANCELLING"])
def test_an_old_client_keeps_its_slot_without_renewing(version: str | None, to: str):
    decision = core(
        PROVISIONED, wanted(to), of=OF_DEPLOYMENT, deployment=limited(2), lease=True,
        caller=Caller(client_version=version),
    )  # fmt: skip
    assert isinstance(decision, Accept)
    assert decision.effects == (PinLease("lease"),)


@pytest.mark.parametrize("policy", ["core", "minimal"])
@pytest.mark.parametrize("to", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "SCHEDULED", "PAUSED"])
def test_leaving_progress_frees_the_slot(policy: Any, to: str):
    current = state("RUNNING", **{LEASE: "lease"})
    decision = decide(OF_DEPLOYMENT, current, wanted(to), facts(lease=True), policy)
    assert isinstance(decision, Accept)
    assert decision.effects == (ReleaseLease("lease"),)
    assert LEASE not in decision.state.details


@pytest.mark.parametrize("policy", ["core", "minimal"])
def test_the_slot_stays_with_a_run_in_progress(policy: Any):
    for to in ("RUNNING", "CANCELLING"):
        current = state("RUNNING", **{LEASE: "lease"})
        decision = decide(OF_DEPLOYMENT, current, wanted(to), facts(lease=True), policy)
        assert isinstance(decision, Accept)
        assert decision.effects == ()
        assert decision.state.details[LEASE] == "lease"


def test_a_run_that_waits_for_its_retry_keeps_the_slot_and_one_that_is_cancelled_frees_it():
    current = state("RUNNING", **{LEASE: "lease"})
    of = OF_DEPLOYMENT._replace(retries=1, run_count=1)
    failed = core(current, wanted("FAILED"), of=of, lease=True)
    assert isinstance(failed, Reject)
    assert failed.state is not None
    assert failed.effects == ()
    assert failed.state.details[LEASE] == "lease"
    cancelled = core(failed.state, wanted("CANCELLED"), of=of, lease=True)
    assert isinstance(cancelled, Accept)
    assert cancelled.effects == (ReleaseLease("lease"),)
    claimed = core(failed.state, wanted("PENDING"), of=of, lease=True, deployment=limited(2), caller=NEW)
    assert isinstance(claimed, Accept)
    assert claimed.effects == (RenewLease("lease", NOW + 300 * S),)


def test_running_without_a_claim_takes_no_slot():
    decision = core(state("SCHEDULED"), wanted("RUNNING"), of=OF_DEPLOYMENT, deployment=limited(0))
    assert isinstance(decision, Accept)
    assert decision.effects == ()


def test_a_slot_is_not_taken_by_a_transition_that_a_later_rule_replaces():
    """Undone with everything else: a paused run that is too late for a claim keeps no slot."""
    current = state("PAUSED", pause_timeout_us=NOW - 1)
    decision = core(current, wanted("PENDING"), of=OF_DEPLOYMENT, deployment=limited(0))
    assert isinstance(decision, Reject)
    assert decision.effects == ()


# -- around the rules -----------------------------------------------------------------------------


def test_a_subflow_shows_its_states_in_the_parent():
    decision = core(state("PENDING"), wanted("RUNNING"), of=run(parent_task_run_id="t"))
    assert isinstance(decision, Accept)
    assert decision.effects == (MirrorToParent("t"),)
    assert decision.state.details["task_run_id"] == "t"
    assert decision.state.details["flow_run_id"] == "run"


def test_needs_names_fields_of_facts():
    for (policy, kind), rules in POLICIES.items():
        for rule in rules:
            assert rule.needs <= set(Facts._fields), (policy, kind, rule.name)


def test_needs_are_few_on_the_way_of_a_plain_run():
    assert needs("flow", state("RUNNING"), wanted("COMPLETED")) == frozenset()
    assert needs("flow", state("PENDING"), wanted("RUNNING")) == {"deployment", "fresh_id"}
    assert "lease" in needs("flow", PROVISIONED, wanted("RUNNING"))
    assert needs("flow", None, wanted("PENDING"), "minimal") == frozenset()


def test_an_unknown_policy_is_an_error():
    with pytest.raises(ValueError, match="no policy 'client' for a flow run"):
        decide(run(), None, wanted("PENDING"), facts(), "client")
    with pytest.raises(ValueError, match="no policy 'late' for a task run"):
        needs("task", None, wanted("PENDING"), "late")


def test_the_policy_of_a_proposal():
    deferred = wanted("SCHEDULED", deferred=True)
    assert policy_for("task", deferred, force=True) == "background"
    assert policy_for("task", wanted("RUNNING")) == "core"
    assert policy_for("flow", deferred, force=True) == "minimal"
    assert policy_for("flow", wanted("RUNNING")) == "core"


@pytest.mark.parametrize("source", [None, *sorted(TYPES)])
@pytest.mark.parametrize("target", sorted(TYPES))
def test_the_table_of_refused_transitions_is_true(source: StateType | None, target: StateType):
    """Whatever a name, a deployment or a process could change has no effect on what the table refuses."""
    current = None if source is None else state(source)
    written = set[StateType]()
    for of in (run(), run(deployment_id="d", infrastructure_pid="1")):
        for name in (None, "Named"):
            decision = core(current, wanted(target, name), of=of, deployment=Deployment())
            if isinstance(decision, Accept):
                written.add(decision.state.type)
    assert (target not in written) is is_refused("flow", source, target)


def test_the_words_on_the_wire():
    assert status(core(state("PENDING"), wanted("RUNNING"))) == "ACCEPT"
    assert status(core(state("CANCELLING"), wanted("RUNNING"))) == "REJECT"
    assert status(core(state("PENDING"), wanted("PENDING"))) == "ABORT"
    assert status(core(state("PENDING", scheduled_us=NOW + 9 * S), wanted("RUNNING"))) == "WAIT"
