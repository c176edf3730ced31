"""A flow run in a process of its own, which a runner or worker started and may want to end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from prefect._base.ports import BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._engine import frames, hooks, intent, signals
from prefect._engine.rerun import ExistingFlowRunEngine
from prefect._engine.run import new_state
from prefect.exceptions import TerminationSignal

if TYPE_CHECKING:
    from prefect.flows import Flow

HOOKS_VARIABLE = "PREFECT__ENABLE_CANCELLATION_AND_CRASHED_HOOKS"


async def run_flow(
    flow: Flow[..., Any], data: Mapping[str, Any], parameters: Mapping[str, Any], ports: Ports
) -> StateValue:
    """Execute the existing run in `data`; its final state. Raises what aborted it."""
    engine = SupervisedFlowRunEngine(flow, data, parameters, ports)
    try:
        with signals.terminating(engine.flush):
            return await engine.execute()
    except BaseException as error:
        frames.trim(error)
        raise


class SupervisedFlowRunEngine(ExistingFlowRunEngine):
    """As any run that exists already; what SIGTERM means is asked of the supervisor."""

    __slots__ = ()

    def _cancellable(self) -> AbstractContextManager[None]:
        return nullcontext()  # it is the supervisor who hears of requests

    async def _crash(self, error: BaseException) -> None:
        cause = signals.cause_of(error)
        meant = intent.read() if isinstance(cause, TerminationSignal) else None
        if meant == "cancel":
            await self._cancel()
        elif meant == "suspend":
            self.logger.info("The flow run was suspended; its process ends")
        elif meant == "reschedule":
            await self._reschedule()
        else:
            await super()._crash(error)

    async def _cancel(self) -> None:
        if self.run.state.type in TERMINAL:
            return
        await self._told(new_state(StateType.CANCELLED, None, "Flow run was cancelled."))
        self.logger.info("The flow run was cancelled")
        self.flush()
        if os.environ.get(HOOKS_VARIABLE, "true").lower() != "false":
            callbacks = self.flow.on_cancellation_hooks
            await hooks.call_hooks(callbacks, BLOCKING, self.logger, *self._shown(callbacks))

    async def _reschedule(self) -> None:
        now_us = self.ports.clock.now_us()
        message = "Flow run was rescheduled because its process was told to end."
        details = {"scheduled_us": now_us}
        await self._told(new_state(StateType.SCHEDULED, "AwaitingRetry", message, details))
        self.logger.info("The flow run is scheduled again")
