"""What becomes of runs whose owner is gone.

A run that nobody had begun to execute goes back to the queue where there is one; a run that was being
cancelled is cancelled; any other has crashed. The flow run takes with it the task runs inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prefect._base.state import StateValue
from prefect._core.facts import Kind
from prefect._core.transitions import CANCELLED, CANCELLING, CRASHED, LIVE, PENDING, SCHEDULED
from prefect._core.values import AWAITING_RETRY, make


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is not final, with the claim on it.

    `is_queued` says that somebody else can take the run up: it belongs to a deployment, or is a deferred task
    run.
    """

    kind: Kind
    id: str
    state: StateValue
    owner: str | None
    attempt: int = 0
    lease_until_us: int | None = None
    flow_run_id: str | None = None
    is_queued: bool = False


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The state to force on the run, as long as it is still at `attempt` and in the state `state_id`."""

    kind: Kind
    id: str
    attempt: int
    state_id: str
    state: StateValue


def is_lapsed(claim: Claim, now_us: int, alive: Mapping[str, bool | None]) -> bool:
    """Whether the owner of the claim has lost it.

    `alive` says of owners whether their process lives: True and False are known on the owner's own host, None
    (or nothing) means that only the lease can tell. A living process keeps its claims even when it is late to
    renew them: its machine may have slept.
    """
    if claim.owner is None:
        return False
    lives = alive.get(claim.owner)
    if lives is not None:
        return not lives
    return claim.lease_until_us is not None and claim.lease_until_us < now_us


def lapsed(claims: Iterable[Claim], now_us: int, alive: Mapping[str, bool | None]) -> list[Lapsed]:
    """What to force on which of the runs: flow runs first, then task runs."""
    listed = sorted(claims, key=lambda claim: claim.kind)
    found: list[Lapsed] = []
    ended: set[str] = set()
    for claim in listed:
        inside = claim.kind == "task" and claim.flow_run_id in ended
        if not inside and not is_lapsed(claim, now_us, alive):
            continue
        why = "the flow run around it ended" if inside else _why(claim, alive)
        state = _next(claim, now_us, why)
        if state is None:
            continue
        if claim.kind == "flow" and state.type is not SCHEDULED:
            ended.add(claim.id)
        found.append(Lapsed(claim.kind, claim.id, claim.attempt, claim.state.id, state))
    return found


def _why(claim: Claim, alive: Mapping[str, bool | None]) -> str:
    gone = claim.owner is not None and alive.get(claim.owner) is False
    return "its process ended" if gone else "its process has not been heard of since its lease ended"


def _next(claim: Claim, now_us: int, why: str) -> StateValue | None:
    type_ = claim.state.type
    waits = type_ is SCHEDULED and claim.state.name == AWAITING_RETRY
    if type_ is CANCELLING:
        return make(CANCELLED, now_us, message=f"The run was being cancelled when {why}.")
    if claim.is_queued and (waits or type_ is PENDING):
        name = AWAITING_RETRY if waits else None
        due_us = claim.state.details.get("scheduled_us", now_us) if waits else now_us
        kept = {key: claim.state.details[key] for key in _CARRIED if key in claim.state.details}
        message = f"The run is scheduled again because {why} before it had started."
        details = {**kept, "scheduled_us": due_us}
        return make(SCHEDULED, now_us, name=name, message=message, details=details)
    if type_ in LIVE or waits:
        return make(CRASHED, now_us, message=f"The run crashed because {why}.")
    return None


_CARRIED = ("deferred", "task_parameters_id")
