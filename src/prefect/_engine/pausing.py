"""Pausing and suspending flow runs: asking for it, and waiting in the process of a paused run for its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.ports import Ports
from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._engine import proposals
from prefect._engine.run import new_state
from prefect._wire.operation import named
from prefect.exceptions import Abort, CancelledRun, FlowPauseTimeout

if TYPE_CHECKING:
    from prefect._engine.run import LiveFlowRun
    from prefect._link.link import Link

waiting: Any = lazy.module("prefect._link.waiting")

# looks that nothing asks for: in case that a word got lost
LOOK_S = 60.0
# a pause is over when its last instant has passed
_INSTANT_S = 1e-3


@dataclass(frozen=True, slots=True)
class Request:
    """How a run is to be paused: once for each `key`, for `timeout_s` seconds at most (None: for ever).

    `keyset` names the inputs with the schema of what the run asks for and with the answer.
    """

    key: str
    timeout_s: float | None = None
    keyset: Mapping[str, str] | None = None
    suspends: bool = False

    def state(self, now_us: int) -> StateValue:
        details: dict[str, Any] = {"pause_key": self.key}
        if self.timeout_s is not None:
            details["pause_timeout_us"] = now_us + round(self.timeout_s * 1e6)
        if self.keyset is not None:
            details["run_input_keyset"] = dict(self.keyset)
        if self.suspends:
            details["pause_reschedule"] = True
        return new_state(
            StateType.PAUSED, "Suspended" if self.suspends else "Paused", details=details, at_us=now_us
        )


async def request(run_id: str, wanted: Request, link: Link, ports: Ports) -> StateValue:
    """Propose the pause; the state that the run is in then, another one than PAUSED if the key had its pause.

    A run that something else has paused is asked again once it goes on. Raises `RuntimeError` for a run that
    cannot be paused.
    """
    verb = "suspended" if wanted.suspends else "paused"
    while True:
        body = proposals.to_body(wanted.state(ports.clock.now_us()))
        answer = await link.call(named("flow_runs.set_state"), id=run_id, body=body)
        reason = answer["details"].get("reason")
        if answer["status"] in ("ABORT", "WAIT"):
            raise RuntimeError(f"The flow run cannot be {verb}: {reason}")
        state = proposals.from_wire(answer["state"])
        if answer["status"] == "REJECT" and state.type is StateType.PAUSED:
            await resumed(run_id, link, ports)
            continue
        if state.type not in (StateType.PAUSED, StateType.RUNNING):
            raise RuntimeError(f"The flow run cannot be {verb}: it is {state.name}.")
        return state


async def pause(run: LiveFlowRun, wanted: Request, link: Link, ports: Ports, look_s: float = LOOK_S) -> None:
    """Pause `run` and wait until it is resumed; returns at once if `wanted.key` had its pause before.

    Raises what `resumed` raises.
    """
    state = await request(run.id, wanted, link, ports)
    if state.type is StateType.PAUSED:
        run.state = state
        state = await resumed(run.id, link, ports, look_s)
    run.state = state


async def resumed(run_id: str, link: Link, ports: Ports, look_s: float = LOOK_S) -> StateValue:
    """Wait for the end of a pause, woken when it comes; the state in which the run goes on.

    Raises `FlowPauseTimeout` when the time to resume it is over, `CancelledRun` when it is being cancelled
    and `Abort` when it was ended.
    """
    until_us: int | None = None
    while True:
        position = await link.position()
        state = proposals.from_wire((await link.call(named("flow_runs.read"), id=run_id))["state"])
        if state.type is StateType.PAUSED:
            until_us = state.details.get("pause_timeout_us")
        left_s = look_s if until_us is None else (until_us - ports.clock.now_us()) / 1e6 + _INSTANT_S
        if state.type is not StateType.PAUSED:
            return _goes_on(state, is_late=left_s <= 0)
        if left_s <= 0:
            raise FlowPauseTimeout("The flow run was paused and never resumed.")
        await waiting.wait_for_change(link, ports, [run_id], min(left_s, look_s), after=position)


def _goes_on(state: StateValue, is_late: bool) -> StateValue:
    if state.type is StateType.RUNNING:
        return state
    if state.type is StateType.FAILED and is_late:
        raise FlowPauseTimeout(state.message or "The flow run was paused and never resumed.")
    if state.type is StateType.CANCELLING:
        raise CancelledRun("The flow run was cancelled while it was paused.")
    ended = "ended" if state.type in TERMINAL else "taken away from this process"
    raise Abort(f"The flow run was {ended} while it was paused: it is {state.name}.")
