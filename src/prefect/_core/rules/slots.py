"""Rules about the slots of a deployment that limits how many of its runs are in progress.

A slot is always held under a lease whose id is in the details of the state. Giving back a lease that is gone
does nothing, so no slot is freed twice.
"""

from __future__ import annotations

from prefect._base.state import StateValue
from prefect._core.decision import (
    Abort,
    Amend,
    Effect,
    PinLease,
    Reject,
    ReleaseLease,
    RenewLease,
    TakeSlots,
    Verdict,
)
from prefect._core.facts import Deployment, Facts, Run
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import ANY, CANCELLED, CANCELLING, IN_PROGRESS, PENDING, RUNNING, SCHEDULED
from prefect._core.values import AWAITING_SLOT, LATE, LEASE, detailed, make
from prefect._core.versions import counts_slots_itself, renews_leases

FULL = "The deployment's concurrency limit is reached."


def take_slot(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A run that becomes PENDING takes a slot of its deployment, waits for one, or is cancelled."""
    if run.deployment_id is None or counts_slots_itself(facts.caller.client_version):
        return None
    deployment = facts.deployment
    if deployment is None:
        return Abort("The deployment of the run does not exist any more.")
    if deployment.limit is None:
        return None
    if deployment.limit == 0:
        return Abort("The deployment's concurrency limit is 0, so the run would wait for ever.")
    held = _recorded_lease(current)
    if held is not None and facts.lease:
        renewal = RenewLease(held, _lease_end(deployment, facts))
        return Amend(detailed(proposed, **{LEASE: held}), effects=(renewal,))
    if deployment.active_slots < deployment.limit:
        return _with_new_slot(proposed, deployment, facts)
    if deployment.strategy == "CANCEL_NEW":
        return Reject(make(CANCELLED, facts.now_us, message=FULL), FULL)
    again_us = facts.now_us + round(deployment.wait_s * 1e6)
    details = {"scheduled_us": again_us}
    return Reject(make(SCHEDULED, facts.now_us, name=AWAITING_SLOT, details=details), FULL)


def keep_slot(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A run that starts renews its slot; one whose slot was taken away takes another or is cancelled."""
    lease_id = _recorded_lease(current)
    deployment = facts.deployment
    if lease_id is None or deployment is None or not renews_leases(facts.caller.client_version):
        return None
    if facts.lease:
        return Amend(effects=(RenewLease(lease_id, _lease_end(deployment, facts)),))
    if deployment.limit is None:
        return None
    if deployment.active_slots < deployment.limit:
        return _with_new_slot(proposed, deployment, facts)
    reason = "The run lost its concurrency slot of the deployment before it started."
    return Reject(make(CANCELLED, facts.now_us, message=reason), reason)


def pin_slot(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A client that cannot renew a lease keeps its slot until the run leaves it."""
    lease_id = _recorded_lease(current)
    if lease_id is None or not facts.lease or renews_leases(facts.caller.client_version):
        return None
    return Amend(effects=(PinLease(lease_id),))


def cancel_late_when_full(
    run: Run, current: StateValue | None, proposed: StateValue, facts: Facts
) -> Verdict:
    """A run that becomes late because its deployment is full is cancelled where new runs are to be."""
    deployment = facts.deployment
    if proposed.name != LATE or run.deployment_id is None or deployment is None or deployment.limit is None:
        return None
    if deployment.strategy == "CANCEL_NEW" and deployment.active_slots >= deployment.limit:
        return Reject(make(CANCELLED, facts.now_us, message=FULL), FULL)
    return None


def settle(
    current: StateValue | None, state: StateValue, waits_in_process: bool
) -> tuple[StateValue, tuple[Effect, ...]]:
    """Carry the lease on to a state that still occupies the slot; give it back with any other.

    A run that waits for its retry in its process keeps the slot.
    """
    lease_id = _recorded_lease(current)
    if lease_id is None:
        return state, ()
    if state.type in IN_PROGRESS or waits_in_process:
        return (state if state.details.get(LEASE) else detailed(state, **{LEASE: lease_id})), ()
    return detailed(state, **{LEASE: None}), (ReleaseLease(lease_id),)


def _recorded_lease(current: StateValue | None) -> str | None:
    return None if current is None else current.details.get(LEASE)


def _lease_end(deployment: Deployment, facts: Facts) -> int:
    return facts.now_us + round(deployment.lease_s * 1e6)


def _with_new_slot(proposed: StateValue, deployment: Deployment, facts: Facts) -> Amend:
    taken = TakeSlots(facts.fresh_id, (deployment.limit_id,), _lease_end(deployment, facts))
    return Amend(detailed(proposed, **{LEASE: facts.fresh_id}), effects=(taken,))


_NEEDS = frozenset({"deployment", "lease", "fresh_id"})

TAKE_SLOT = Rule(take_slot, source=ANY - IN_PROGRESS, target=types(PENDING), needs=_NEEDS)
KEEP_SLOT = Rule(keep_slot, source=sources(PENDING), target=types(RUNNING), needs=_NEEDS)
PIN_SLOT = Rule(
    pin_slot, source=sources(PENDING), target=types(RUNNING, CANCELLING), needs=frozenset({"lease"})
)
CANCEL_LATE_WHEN_FULL = Rule(
    cancel_late_when_full,
    source=sources(SCHEDULED),
    target=types(SCHEDULED),
    needs=frozenset({"deployment"}),
)
