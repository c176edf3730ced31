"""Taking and giving back slots of tags for a task run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._base.ports import Ports
from prefect._wire.operation import named

if TYPE_CHECKING:
    from prefect._wire.concurrency import MinimalConcurrencyLimitResponse

choose: Any = lazy.module("prefect._link.choose")
schemas: Any = lazy.module("prefect._wire.concurrency")

_LOCKED = 423
_LOOK_S = 1.0


class ConcurrencySlotAcquisitionError(Exception):
    """Slots could not be taken, for a reason that waiting does not end."""


class AcquireConcurrencySlotTimeoutError(TimeoutError):
    """No slot became free in time."""


async def take(
    names: list[str], task_run_id: UUID, timeout_s: float | None, ports: Ports
) -> list[MinimalConcurrencyLimitResponse]:
    """Wait for a slot of each limited tag in `names`; the limits that there are."""
    link = choose.awaiting() if ports.is_async else choose.blocking()
    body = {"names": names, "task_run_id": str(task_run_id)}
    until_s = None if timeout_s is None else ports.clock.monotonic_s() + timeout_s
    while True:
        try:
            return _limits(await link.call(named("tag_limits.increment"), body=body))
        except OperationError as refused:
            if refused.status != _LOCKED:
                raise ConcurrencySlotAcquisitionError(
                    f"Unable to acquire concurrency limits {names}: {refused}"
                ) from refused
            pause_s = float(getattr(refused, "retry_after_s", None) or _LOOK_S)
        left_s = pause_s if until_s is None else until_s - ports.clock.monotonic_s()
        if left_s <= 0:
            raise AcquireConcurrencySlotTimeoutError(
                f"No slot of {', '.join(names)} became free within {timeout_s} second(s)."
            )
        await ports.sleep(min(pause_s, left_s))


async def give_back(
    names: list[str], task_run_id: UUID, held_s: float, ports: Ports
) -> list[MinimalConcurrencyLimitResponse]:
    """Give the slots back that were held for `held_s` seconds."""
    link = choose.awaiting() if ports.is_async else choose.blocking()
    body = {"names": names, "task_run_id": str(task_run_id), "occupancy_seconds": held_s}
    return _limits(await link.call(named("tag_limits.decrement"), body=body))


def _limits(found: list[dict[str, Any]]) -> list[MinimalConcurrencyLimitResponse]:
    return [schemas.MinimalConcurrencyLimitResponse.model_validate(each) for each in found]


def as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
