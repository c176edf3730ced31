"""Making the runs of schedules ahead of their time."""

from __future__ import annotations

from prefect._base.jsontext import dumps
from prefect._service.deployments import planned
from prefect._service.keepers import due
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit

PREFIX = "server.services.scheduler"
MOST_RUNS = 200


async def round(unit: Unit, settings: Settings) -> float | None:
    """Plan the schedules whose time has come, a page of them; the next is due with the next schedule.

    A schedule says itself when it is to be looked at again, so nothing is read that need not be planned. Two
    servers may plan one schedule at once: the keys of runs tell that they mean the same ones.
    """
    limit: int = settings[f"{PREFIX}.deployment_batch_size"]
    found_due = await unit.all(planned.sql.schedules_to_plan, now_us=unit.now_us, limit=limit)
    if found_due:
        ids = dumps(sorted({row["deployment_id"] for row in found_due}))
        found = await unit.all(planned.sql.deployments_to_plan, ids=ids)
        made, is_done = await planned.plan_schedules(
            unit,
            found_due,
            {row["id"]: row for row in found},
            planned.terms(settings),
            # what else is to be written does not wait for longer than this takes
            most=min(MOST_RUNS, settings[f"{PREFIX}.insert_batch_size"]),
        )
        if made:
            await unit.emit(planned.PLANNED, "planner")
        if len(found_due) == limit or not is_done:
            return 0.0
    row = await unit.one(planned.sql.next_to_plan)
    if row is None or row["plan_us"] is None:
        return None
    return max(0.0, (row["plan_us"] - unit.now_us) / 1e6)


KEEPER = Keeper(
    "planner",
    round,
    period_s=lambda settings: settings[f"{PREFIX}.loop_seconds"],
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
    wakes_on=frozenset({"prefect.deployment.created", "prefect.deployment.updated", due.SET_BACK}),
    runs_embedded=True,
)
