"""What a state is, as a plain value.

The engine, the pure core and the store work with :class:`StateValue`; the public `State` of the faces is a
pydantic model made from it only when somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any


class StateType(str, Enum):  # noqa: UP042 - users see a text with the methods of `str`
    """The nine types; the type of a state decides what it means, its name only how people call it."""

    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CRASHED = "CRASHED"
    PAUSED = "PAUSED"
    CANCELLING = "CANCELLING"

    def __str__(self) -> str:
        return self.value


TERMINAL = frozenset({StateType.COMPLETED, StateType.CANCELLED, StateType.FAILED, StateType.CRASHED})
NO_DETAILS: Mapping[str, Any] = MappingProxyType({})

# the keys of `state_details` on the wire, with the value that stands for "not set"
DETAIL_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "flow_run_id": None,
        "task_run_id": None,
        "child_flow_run_id": None,
        "scheduled_time": None,
        "cache_key": None,
        "cache_expiration": None,
        "deferred": False,
        "untrackable_result": False,
        "pause_timeout": None,
        "pause_reschedule": False,
        "pause_key": None,
        "run_input_keyset": None,
        "refresh_cache": None,
        "retriable": None,
        "transition_id": None,
        "task_parameters_id": None,
        "traceparent": None,
        "deployment_concurrency_lease_id": None,
    }
)


@dataclass(frozen=True, slots=True)
class StateValue:
    """One state of a run.

    `id` is a canonical UUID text, `at_us` microseconds since 1970 (UTC). `details` holds only the keys that
    are set, spelled as on the wire, instants as microseconds under keys ending in ``_us`` (``scheduled_us``,
    ``cache_expiration_us``, ``pause_timeout_us``). `data` is the in-process result record or the stored
    reference to one; it is never written to the state itself.
    """

    type: StateType
    name: str
    id: str = ""
    at_us: int = 0
    message: str | None = None
    # a factory, since Python 3.11 takes a mapping proxy for a mutable default
    details: Mapping[str, Any] = field(default_factory=lambda: NO_DETAILS)
    data: Any = None

    @property
    def is_final(self) -> bool:
        return self.type in TERMINAL


def describe(state: StateValue) -> str:
    """The short text of logs and tables: ``Completed()``, ``Late(type=SCHEDULED)``, ``Failed('why')``."""
    parts: list[str] = []
    if state.message:
        parts.append(repr(state.message))
    if state.name.upper() != state.type.value:
        parts.append(f"type={state.type.value}")
    return f"{state.name}({', '.join(parts)})"
