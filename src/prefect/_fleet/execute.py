"""Executing one flow run on infrastructure of its own: what containers and jobs do."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, Literal, cast
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._code import execution
from prefect._fleet import claims
from prefect._fleet.child import send
from prefect._fleet.claims import Claimed
from prefect._fleet.runner.serving import ended_by_signals
from prefect._fleet.supervision import Supervisor
from prefect._wire.operation import named
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger

choose: Any = lazy.module("prefect._link.choose")
asyncio: Any = lazy.module("asyncio")

VARIABLE = "PREFECT_FLOW_RUN_EXECUTE_SIGTERM_BEHAVIOR"
Behavior = Literal["crash", "reschedule", "relinquish"]
_KNOWN = ("crash", "reschedule", "relinquish")


async def execute(run_id: UUID) -> int:
    """Execute a run under supervision, so that it can be cancelled; an exit code."""
    ensure_logging_setup()
    logger, link = get_logger("runner"), choose.awaiting()
    try:
        run = await link.call(named("flow_runs.read"), id=str(run_id))
    except NotFound:
        logger.error("There is no flow run with id %s.", run_id)
        return 1
    claimed = Claimed(run, _attempt())
    if run["state_type"] == "SCHEDULED":
        found = await claims.take(run)
        if found is None:
            logger.info("Flow run %r is not to be started now.", run["name"])
            return 0
        claimed = found
    supervisor = Supervisor()
    relinquished = False

    def told(number: int) -> None:
        nonlocal relinquished
        behavior = sigterm_behavior()
        if number == signal.SIGTERM and behavior != "crash":
            relinquished = behavior == "relinquish"
            meant = "reschedule" if behavior == "reschedule" else "suspend"
            supervisor.end_soon(str(run_id), meant)
            return
        for flight in supervisor.flights.values():
            if flight.child is not None:
                send(flight.child, signal.Signals(number))

    try:
        with ended_by_signals(told):
            command = f"{sys.executable} -m prefect.engine"
            code = await supervisor.execute(run, claimed.attempt, command=command)
    finally:
        await supervisor.close()
    if relinquished:
        return 1
    return 0 if code in (0, None) else abs(code)


def sigterm_behavior() -> Behavior:
    """What SIGTERM means for the run; a word that nobody knows means that it crashes."""
    word = os.environ.get(VARIABLE, "crash").lower()
    return cast("Behavior", word) if word in _KNOWN else "crash"


def _attempt() -> int | None:
    given = os.environ.get(execution.ATTEMPT, "")
    return int(given) if given.isdecimal() else None
