"""What the blocking and the awaiting form of `concurrency` and `rate_limit` have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import Token
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.ports import Ports
from prefect._engine import scope, slot_leases, slots
from prefect._engine.slots import ConcurrencySlotAcquisitionError, Mode, Taken, Wanted
from prefect._wire.operation import JsonObject

if TYPE_CHECKING:
    from prefect._wire.concurrency import ConcurrencyLeaseHolder

loggers: Any = lazy.module("prefect.logging.loggers")

LEASE_S = (60.0, 86_400.0)


def wanted(
    names: str | Sequence[str] | None,
    occupy: int,
    *,
    mode: Mode = "concurrency",
    timeout_seconds: float | None,
    max_retries: int | None = None,
    lease_duration: float | None = None,
    holder: ConcurrencyLeaseHolder | None = None,
) -> Wanted | None:
    """What the arguments ask for; None if that is nothing."""
    each = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names or ()))
    if not each or occupy == 0:
        return None
    if occupy < 0:
        raise ConcurrencySlotAcquisitionError(f"One or more slots can be occupied, not {occupy}.")
    if lease_duration is not None and not LEASE_S[0] <= lease_duration <= LEASE_S[1]:
        raise ConcurrencySlotAcquisitionError(
            f"A lease lasts from {LEASE_S[0]:g} to {LEASE_S[1]:g} seconds, not {lease_duration:g}."
        )
    described: JsonObject | None = None if holder is None else holder.model_dump(mode="json")
    return Wanted(each, occupy, mode, timeout_seconds, max_retries, lease_duration, described)


async def take(wanted: Wanted, ports: Ports, strict: bool) -> Taken:
    """Take the slots; a limit that does not exist is an error if `strict`, else a warning."""
    taken = await slots.take(wanted, ports)
    found = {limit["name"] for limit in taken.limits}
    missing = [name for name in wanted.names if name not in found]
    if missing and strict:
        if taken.lease_id is not None and found:
            await slots.give_back(taken.lease_id, ports)
        raise ConcurrencySlotAcquisitionError(
            f"Concurrency limits {missing} do not exist."
            " 'prefect global-concurrency-limit create' makes one, strict=False goes on without."
        )
    if missing:
        logger().warning("Concurrency limits %s do not exist - skipping acquisition.", missing)
    return taken


def logger() -> Any:
    """The logger of the run at hand, else the one of this package."""
    return loggers.get_run_logger() if scope.innermost() is not None else loggers.get_logger("concurrency")


class Holding:
    """Slots that are held for a block: their lease is kept alive, nested blocks are let pass."""

    __slots__ = ("_kept", "_lease_id", "_on_lost", "_strict", "_token", "lost")

    def __init__(
        self, taken: Taken, duration_s: float, strict: bool, on_lost: Callable[[], None] | None
    ) -> None:
        assert taken.lease_id is not None
        self.lost: Exception | None = None
        self._on_lost = on_lost
        self._strict = strict
        self._lease_id = taken.lease_id
        names = frozenset(limit["name"] for limit in taken.limits)
        self._token: Token[frozenset[str]] = slots.held_names.set(slots.held_names.get() | names)
        self._kept = slot_leases.keep(taken.lease_id, duration_s, self._lose)

    def _lose(self, error: Exception) -> None:
        """Called from the thread that renews."""
        if self._strict and self._on_lost is not None:
            self.lost = error
            self._on_lost()
            return
        loggers.get_logger("concurrency").warning(
            "The lease on concurrency slots was lost; the block goes on, and others may take its slots: %s",
            error,
        )

    async def end(self, ports: Ports) -> None:
        """Give the slots back."""
        slot_leases.forget(self._kept)
        try:
            slots.held_names.reset(self._token)
        except ValueError:  # the block ends in another context than it began in
            pass
        await slots.give_back(self._lease_id, ports)

    def error(self) -> ConcurrencySlotAcquisitionError:
        """What is raised instead of how the block was ended."""
        return ConcurrencySlotAcquisitionError(f"The lease on the concurrency slots was lost: {self.lost}")
