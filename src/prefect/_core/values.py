"""Small operations on state values: the changed copy, the new state, the name that a type gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.state import NO_DETAILS, StateType, StateValue

LEASE = "deployment_concurrency_lease_id"

AWAITING_RETRY = "AwaitingRetry"
AWAITING_PREVIOUS = "AwaitingPrevious"
AWAITING_SLOT = "AwaitingConcurrencySlot"
CACHED = "Cached"
LATE = "Late"
NOT_READY = "NotReady"
RERUNNING = "Rerunning"
RESUMING = "Resuming"
RETRYING = "Retrying"
SKIPPED = "Skipped"
TIMED_OUT = "TimedOut"


def default_name(type_: StateType) -> str:
    """The name of a state that was given none: ``Completed`` for COMPLETED."""
    return type_.value.capitalize()


def make(
    type_: StateType,
    at_us: int,
    *,
    name: str | None = None,
    message: str | None = None,
    details: Mapping[str, Any] = NO_DETAILS,
    data: Any = None,
) -> StateValue:
    """A state that a rule proposes instead; whoever writes it gives it its id."""
    return StateValue(type_, name or default_name(type_), "", at_us, message, details, data)


def renamed(state: StateValue, name: str) -> StateValue:
    return StateValue(state.type, name, state.id, state.at_us, state.message, state.details, state.data)


def detailed(state: StateValue, **details: Any) -> StateValue:
    """A copy with some details set; a detail that is None is left out."""
    merged = {key: value for key, value in {**state.details, **details}.items() if value is not None}
    return StateValue(state.type, state.name, state.id, state.at_us, state.message, merged, state.data)


def moved(state: StateValue, at_us: int) -> StateValue:
    return StateValue(state.type, state.name, state.id, at_us, state.message, state.details, state.data)
