"""Ending pauses whose time is over while no process waits in them: those of suspended runs, above all."""

from __future__ import annotations

from prefect._base.state import StateType, StateValue
from prefect._core.values import make
from prefect._service.flow_runs.statements import sql
from prefect._service.runs import states, transition
from prefect._service.unit import Unit

# the longest that is slept on one look, since runs may be paused by processes that tell nobody
_LOOK_S = 60.0


async def next_end_s(unit: Unit) -> float | None:
    """In how many seconds the next pause ends, None if no pause ends within a minute."""
    ends = [
        until_us
        for row in await unit.all(sql.paused_flow_runs)
        if (until_us := _until_us(states.current(row))) is not None
    ]
    if not ends:
        return None
    # a moment later than its end, so that it is over by then
    left_s = max(0.0, (min(ends) - unit.now_us) / 1e6) + 0.001
    return left_s if left_s < _LOOK_S else None


async def expire(unit: Unit) -> int:
    """Fail the paused and suspended runs that were not resumed in time; tells how many."""
    expired = 0
    for row in await unit.all(sql.paused_flow_runs):
        current = states.current(row)
        assert current is not None
        until_us = _until_us(current)
        if until_us is not None and until_us < unit.now_us:
            verb = "suspended" if current.details.get("pause_reschedule") else "paused"
            message = f"The flow was {verb} and never resumed."
            failed = make(StateType.FAILED, unit.now_us, message=message)
            whole = await transition.to_move(unit, "flow", row["id"])
            await transition.move(unit, "flow", whole, current, failed, "minimal")
            expired += 1
    return expired


def _until_us(state: StateValue | None) -> int | None:
    return None if state is None else state.details.get("pause_timeout_us")
