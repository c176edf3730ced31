"""What was decided: one of four answers, carrying everything that is to be written as values.

A unit of work that gets `Accept`, or `Reject` with `writes`, inserts `state` (giving it an id when its `id`
is empty), copies it onto the run, sets `changes` on the run and carries out `effects`, all in the same
transaction. The other answers write nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from prefect._base.state import StateValue
from prefect._core.facts import Run

# -- effects: what else to write ------------------------------------------------------------------


@dataclass(frozen=True)
class TakeSlots:
    """Take a slot of each limit and record that under a new lease held by this run.

    `expires_us` None means that the lease lasts until the run gives it back.
    """

    lease_id: str
    limit_ids: tuple[str, ...]
    expires_us: int | None = None


@dataclass(frozen=True)
class RenewLease:
    """Move the end of a slot lease."""

    lease_id: str
    expires_us: int


@dataclass(frozen=True)
class PinLease:
    """Let a slot lease last until the run gives it back: its client does not know how to renew it."""

    lease_id: str


@dataclass(frozen=True)
class ReleaseLease:
    """Delete a slot lease and free its slots; nothing happens when it is gone already."""

    lease_id: str


@dataclass(frozen=True)
class ReleaseHeld:
    """Free every slot and lease that this task run holds."""


@dataclass(frozen=True)
class StoreCache:
    """Enter the written state under a cache key; `expiration_us` None means for ever."""

    key: str
    expiration_us: int | None = None


@dataclass(frozen=True)
class Enqueue:
    """Hand the deferred task run to task workers once `at_us` has come; retries are handed out first."""

    at_us: int
    is_retry: bool


@dataclass(frozen=True)
class MirrorToParent:
    """Force a copy of the written state onto the task run that stands for this subflow.

    :func:`prefect._core.parents.mirrored` makes the copy.
    """

    task_run_id: str


@dataclass(frozen=True)
class CancelRuns:
    """Ask for the cancellation of other flow runs."""

    run_ids: tuple[str, ...]


Effect: TypeAlias = (
    TakeSlots
    | RenewLease
    | PinLease
    | ReleaseLease
    | ReleaseHeld
    | StoreCache
    | Enqueue
    | MirrorToParent
    | CancelRuns
)


# -- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accept:
    """Go on: write `state`, which is the proposal, possibly renamed or completed."""

    state: StateValue
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """Adopt `state` instead of the proposal.

    `writes` tells a new state from the current one, which stays (and is None for a run that has none).
    """

    state: StateValue | None
    reason: str
    writes: bool = True
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is written; propose again after `delay_s`."""

    delay_s: int
    reason: str


@dataclass(frozen=True, slots=True)
class Abort:
    """Nothing is written; stop working on this run."""

    reason: str


Decision: TypeAlias = Accept | Reject | Wait | Abort


# -- what a single rule says ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amend:
    """A rule lets the transition pass with additions.

    `state` replaces the proposal by one of the same type (None keeps it). `changes` are made before the books
    are kept, `after` once they are. All of it is dropped when a later rule replaces the proposal.
    """

    state: StateValue | None = None
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])
    effects: tuple[Effect, ...] = ()


Verdict: TypeAlias = Amend | Reject | Wait | Abort | None


def status(decision: Decision) -> str:
    """The word that stands for the decision on the wire: ACCEPT, REJECT, WAIT or ABORT."""
    return type(decision).__name__.upper()


def after(run: Run, decision: Decision) -> Run:
    """The run as it stands once `decision` is written; the keys of `changes` are the fields of `Run`."""
    if isinstance(decision, Accept | Reject) and decision.changes:
        return run._replace(**decision.changes)
    return run
