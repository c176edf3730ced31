"""Ending pauses whose time is over while no process waits in them: those of suspended runs, above all."""

from __future__ import annotations

from prefect._base.state import StateType
from prefect._core.values import make
from prefect._service.flow_runs.statements import sql
from prefect._service.runs import states, transition
from prefect._service.unit import Unit


async def expire(unit: Unit) -> int:
    """Fail the paused and suspended runs that were not resumed in time; tells how many."""
    expired = 0
    for row in await unit.all(sql.paused_flow_runs):
        current = states.current(row)
        assert current is not None
        until_us = current.details.get("pause_timeout_us")
        if until_us is not None and until_us < unit.now_us:
            verb = "suspended" if current.details.get("pause_reschedule") else "paused"
            message = f"The flow was {verb} and never resumed."
            failed = make(StateType.FAILED, unit.now_us, message=message)
            whole = await transition.to_move(unit, "flow", row["id"])
            await transition.move(unit, "flow", whole, current, failed, "minimal")
            expired += 1
    return expired
