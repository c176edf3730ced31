"""Slots of the tags of a task run: how many runs with a tag go on at once, wherever they are."""

from __future__ import annotations

import json
from contextvars import Token
from time import monotonic
from typing import Any

from prefect._base.ports import Ports
from prefect._engine import slot_leases, slots
from prefect._engine.run import LiveTaskRun
from prefect._engine.slots import Wanted
from prefect.settings import active

PREFIX = "tag:"
LEASE_S = 300.0
# tags that nobody limits are not asked about again for so long
UNLIMITED_S = 5.0
_MOST_REMEMBERED = 1_000

_unlimited: dict[object, float] = {}


class TagSlots:
    """The slots that a task run holds until its end, also while it waits for a retry."""

    __slots__ = ("_kept", "_lease_id", "_logger", "_names", "_ports", "_token")

    def __init__(self, lease_id: str, names: frozenset[str], ports: Ports, logger: Any) -> None:
        self._lease_id = lease_id
        self._names = names
        self._ports = ports
        self._logger = logger
        self._kept = slot_leases.keep(lease_id, LEASE_S, self._lost)
        # a task that this one calls is not to wait behind those who wait for this one
        self._token: Token[frozenset[str]] | None = slots.held_names.set(slots.held_names.get() | names)

    async def give_back(self) -> None:
        """Free the slots; a second call does nothing."""
        token, self._token = self._token, None
        if token is None:
            return
        slot_leases.forget(self._kept)
        try:
            slots.held_names.reset(token)
        except ValueError:  # the run ends in another context than it began in
            pass
        await slots.give_back(self._lease_id, self._ports)

    def _lost(self, error: Exception) -> None:
        self._logger.warning(
            "The lease on the concurrency slots of the tags %s was lost; the run goes on without: %s",
            sorted(name.removeprefix(PREFIX) for name in self._names),
            error,
        )


async def take(run: LiveTaskRun, ports: Ports, logger: Any) -> TagSlots | None:
    """Wait for a slot of each limited tag of `run`; None if none of its tags is limited.

    Raises `ConcurrencySlotAcquisitionError` if nothing may run with one of the tags.
    """
    values = active()
    key = (values["api.url"], values["home"], run.tags_json)
    if _unlimited.get(key, 0.0) > monotonic():
        return None
    names = tuple(f"{PREFIX}{tag}" for tag in json.loads(run.tags_json))
    holder = {"type": "task_run", "id": run.id}
    taken = await slots.take(Wanted(names, 1, lease_s=LEASE_S, holder=holder), ports)
    if not taken.limits or taken.lease_id is None:
        _remember(key)
        return None
    limited = frozenset(limit["name"] for limit in taken.limits)
    return TagSlots(taken.lease_id, limited, ports, logger)


def _remember(key: object) -> None:
    now_s = monotonic()
    if len(_unlimited) >= _MOST_REMEMBERED:
        for old in [each for each, until_s in _unlimited.items() if until_s <= now_s]:
            _unlimited.pop(old, None)
    if len(_unlimited) < _MOST_REMEMBERED:
        _unlimited[key] = now_s + UNLIMITED_S
