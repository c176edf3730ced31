"""Asking for a new state of a flow run, and what the answers mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prefect._base import clock, details
from prefect._base.ports import Ports
from prefect._base.state import StateType, StateValue
from prefect._engine.result import Held
from prefect._wire.operation import named
from prefect.exceptions import Abort, Pause

if TYPE_CHECKING:
    from prefect._engine.run import LiveFlowRun
    from prefect._link.link import Link


def to_body(state: StateValue, force: bool = False) -> dict[str, Any]:
    """The body of a proposal; of the result only where it was persisted is told."""
    metadata = state.data.metadata if isinstance(state.data, Held) else None
    return {
        "state": {
            "type": state.type.value,
            "name": state.name,
            "message": state.message,
            "data": metadata.model_dump(mode="json") if metadata is not None else None,
            "state_details": details.to_wire(state.details),
        },
        "force": force,
    }


async def propose(
    run: LiveFlowRun, state: StateValue, link: Link, ports: Ports, force: bool = False
) -> StateValue:
    """The state that the run is in once `state` was proposed: that one, or the one that it is to adopt.

    Waits as long as it is told to. Raises `Abort` when the run must stop and `Pause` when it is paused.
    """
    body = to_body(state, force)
    while True:
        answer = await link.call(named("flow_runs.set_state"), id=run.id, body=body)
        match answer["status"]:
            case "ACCEPT":
                accepted = from_wire(answer["state"])
                run.state = StateValue(
                    accepted.type,
                    state.name,
                    accepted.id,
                    accepted.at_us,
                    state.message,
                    accepted.details,
                    state.data,
                )
                return run.state
            case "REJECT":
                run.state = _adopted(from_wire(answer["state"]), state)
                if run.state.type is StateType.PAUSED:
                    raise Pause(
                        answer["details"].get("reason") or "The run is paused.", state=run.public_state()
                    )
                return run.state
            case "WAIT":
                await ports.sleep(answer["details"]["delay_seconds"])
            case _:
                raise Abort(answer["details"].get("reason") or "The run was told to stop.")


def _adopted(told: StateValue, proposed: StateValue) -> StateValue:
    """The state that the run is told to be in; a failure that has another reason keeps its exception."""
    if told.type is not proposed.type or told.type is not StateType.FAILED:
        return told
    return replace(told, data=proposed.data)


def from_wire(data: dict[str, Any]) -> StateValue:
    """The plain value of a state as the API tells it."""
    return StateValue(
        StateType(data["type"]),
        data["name"],
        data["id"],
        clock.from_iso(data["timestamp"]),
        data.get("message"),
        details.from_wire(data.get("state_details") or {}),
        data.get("data"),
    )
