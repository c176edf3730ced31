"""The contract between a keeper and whoever runs it: a server, or a process that works without one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from prefect._service.unit import Unit

Settings: TypeAlias = Mapping[str, Any]
Round: TypeAlias = Callable[[Unit, Settings], Coroutine[Any, Any, float | None]]


@dataclass(frozen=True, slots=True)
class Keeper:
    """One kind of work that is done in rounds.

    `round` does a bounded piece of work in one write transaction. It claims what it works on by what it
    writes (rows change, so that a second round finds nothing), hence any number of servers may run it at
    once. It returns after how many seconds it wants to be called again (0: there is more to do), or None for
    the usual period. It may be run a second time when its group could not be committed: no effects outside
    of the unit.
    """

    name: str
    """What it is called in reports, such as ``planner``."""
    round: Round
    period_s: Callable[[Settings], float]
    """Seconds from one round to the next, by the settings."""
    is_enabled: Callable[[Settings], bool] = lambda _settings: True
    wakes_on: frozenset[str] = frozenset()
    """Topics of the log of which an entry starts a round at once; ``*`` stands for any."""
    runs_embedded: bool = False
    """Whether a process that serves or works without a server runs it as well."""
