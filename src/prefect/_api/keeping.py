"""The keepers of a server: which of them run, and how they fare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._api.acting import Acting
from prefect._base import clock, lazy, owner
from prefect._service.keepers.keeper import Keeper
from prefect._service.keepers.table import keepers
from prefect._service.unit import Unit
from prefect._store.rounds import Chore, Report, Rounds
from prefect._store.store import Store, Tx, Work

settings: Any = lazy.module("prefect.settings")

# a keeper that failed this often in a row is told of when somebody asks whether the server is ready
KEEPS_FAILING = 3


class Keeping:
    """The keepers that the settings let run, on one store."""

    def __init__(self, store: Store) -> None:
        values = settings.active()
        self.all = keepers()
        self.off = [keeper.name for keeper in self.all if not keeper.is_enabled(values)]
        running = [keeper for keeper in self.all if keeper.name not in self.off]
        self._rounds = Rounds(store, [chore(keeper, values) for keeper in running])
        self._acting = Acting(store)

    def start(self) -> None:
        self._rounds.start()
        self._acting.start()

    def close(self) -> None:
        self._acting.close()
        self._rounds.close()

    def wake(self, name: str) -> None:
        """Have a round of that keeper begin at once."""
        self._rounds.wake(name)

    @property
    def reports(self) -> list[Report]:
        return self._rounds.reports

    def failing(self) -> list[Report]:
        """Those that do not recover."""
        return [report for report in self.reports if report.failures >= KEEPS_FAILING]

    def told(self) -> dict[str, Any]:
        """How each of them fares, as JSON."""
        found: dict[str, Any] = {report.name: _told(report) for report in self.reports}
        return found | {name: {"status": "off"} for name in self.off}


def chore(keeper: Keeper, values: Mapping[str, Any]) -> Chore:
    """A keeper's rounds, each in a unit of work of this process."""
    return Chore(keeper.name, _in_unit(keeper, values), keeper.period_s(values), keeper.wakes_on)


def _in_unit(keeper: Keeper, values: Mapping[str, Any]) -> Work[float | None]:
    async def work(tx: Tx) -> float | None:
        return await keeper.round(Unit(tx, clock.system.now_us(), owner.current()), values)

    return work


def _told(report: Report) -> dict[str, Any]:
    return {
        "status": "failing" if report.failures else "ok" if report.rounds else "starting",
        "rounds": report.rounds,
        "last_round": _instant(report.last_round_us),
        "failures": report.failures,
        "last_failure": _instant(report.last_failure_us),
        "why": report.why,
    }


def _instant(at_us: int | None) -> str | None:
    return None if at_us is None else clock.to_iso(at_us)
