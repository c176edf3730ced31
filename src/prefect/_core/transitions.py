"""Which types of state mean what, and which transitions the core policies refuse whatever else is known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from prefect._base.state import TERMINAL, StateType
from prefect._core.facts import Kind

SCHEDULED = StateType.SCHEDULED
PENDING = StateType.PENDING
RUNNING = StateType.RUNNING
COMPLETED = StateType.COMPLETED
FAILED = StateType.FAILED
CANCELLED = StateType.CANCELLED
CRASHED = StateType.CRASHED
PAUSED = StateType.PAUSED
CANCELLING = StateType.CANCELLING

TYPES: frozenset[StateType] = frozenset(StateType)
ANY: frozenset[StateType | None] = TYPES | {None}
"""Every type a transition can start from; None stands for a run that has no state yet."""

NOT_FINAL = TYPES - TERMINAL
IN_PROGRESS = frozenset({PENDING, RUNNING, CANCELLING})
"""The types in which a flow run occupies a slot of its deployment."""

LIVE = frozenset({PENDING, RUNNING, PAUSED, CANCELLING})
"""The types in which some process is expected to look after the run."""

_FROM_TERMINAL = frozenset({CANCELLING, PAUSED, CRASHED})

REFUSED: Mapping[Kind, Mapping[StateType, frozenset[StateType]]] = MappingProxyType(
    {
        "flow": {
            SCHEDULED: frozenset({PAUSED}),
            PENDING: frozenset({PAUSED}),
            RUNNING: frozenset({PENDING}),
            PAUSED: frozenset({PENDING, PAUSED}),
            CANCELLING: TYPES - {CANCELLED},
            COMPLETED: _FROM_TERMINAL,
            FAILED: _FROM_TERMINAL,
            CRASHED: _FROM_TERMINAL,
            CANCELLED: _FROM_TERMINAL | {PENDING},
        },
        "task": dict.fromkeys(sorted(TERMINAL), _FROM_TERMINAL),
    }
)
"""Transitions that no fact makes possible without force. What is not listed may still depend on facts."""


def is_refused(kind: Kind, current: StateType | None, proposed: StateType) -> bool:
    """Whether a run in `current` can never be moved to `proposed` without force."""
    if current is None:
        return kind == "flow" and proposed is PAUSED
    return proposed in REFUSED[kind].get(current, frozenset())
