"""Resuming a paused flow run: the answer it waits for is checked, kept, and the run goes on, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.state import StateType, StateValue
from prefect._core.decision import Accept
from prefect._core.values import RESUMING, make
from prefect._service.flow_run_inputs import operations as inputs
from prefect._service.runs import states, transition
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

answers: Any = lazy.module("prefect._service.flow_run_inputs.answers")


async def resume(unit: Unit, *, id: str, body: JsonObject | None = None) -> JsonObject:
    """Let a paused run go on, or schedule a suspended one again; answers an ``OrchestrationResult``.

    A run that is not paused stays as it is (ABORT), and so does one whose question `run_input` of the body
    does not answer (REJECT).
    """
    row = await transition.to_move(unit, "flow", id)
    current = states.current(row)
    if current is None or current.type is not StateType.PAUSED:
        return _refused(unit, None, "ABORT", "The flow run is not paused, so it cannot be resumed.")
    keyset: Mapping[str, str] | None = current.details.get("run_input_keyset")
    answer: Any = (body or {}).get("run_input") or {}
    if keyset:
        schema = await inputs.find(unit, id, keyset["schema"])
        if schema is None:
            return _refused(unit, current, "REJECT", "What the run asks for is not there any more.")
        try:
            answer = await answers.filled(unit, answer)
            answers.check(answer, schema)
        except answers.BadAnswer as wrong:
            return _refused(unit, current, "REJECT", str(wrong))
    decided = await transition.move(unit, "flow", row, current, _next(unit, current), "core")
    if keyset and isinstance(decided, Accept):
        await inputs.put(unit, id, keyset["response"], answer)
    if not transition.is_written(decided):
        unit.status = 200
    return transition.answer(unit, row, current, decided)


def _next(unit: Unit, current: StateValue) -> StateValue:
    if current.details.get("pause_reschedule"):
        details = {"scheduled_us": unit.now_us}
        return make(StateType.SCHEDULED, unit.now_us, name=RESUMING, details=details)
    return make(StateType.RUNNING, unit.now_us)


def _refused(unit: Unit, state: StateValue | None, status: str, reason: str) -> JsonObject:
    unit.status = 200
    return {
        "state": None if state is None else states.to_json(state),
        "status": status,
        "details": {"type": "abort_details", "reason": reason},
    }
