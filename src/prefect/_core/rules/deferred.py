"""Rules for task runs that a task worker runs in the background."""

from __future__ import annotations

from prefect._base.state import StateValue
from prefect._core.decision import Amend, Enqueue, Verdict
from prefect._core.facts import Facts, Run
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import PENDING, RUNNING, SCHEDULED
from prefect._core.values import AWAITING_RETRY, detailed

_PARAMETERS = "task_parameters_id"


def keep_parameters(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """The stored parameters follow the run to whoever runs it."""
    if current is None or proposed.details.get(_PARAMETERS) is not None:
        return None
    stored = current.details.get(_PARAMETERS)
    return None if stored is None else Amend(detailed(proposed, **{_PARAMETERS: stored}))


def enqueue(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A scheduled run waits in the queue of its task."""
    if not run.deferred and not proposed.details.get("deferred"):
        return None
    at_us = proposed.details.get("scheduled_us", facts.now_us)
    return Amend(effects=(Enqueue(at_us, is_retry=proposed.name == AWAITING_RETRY),))


KEEP_PARAMETERS = Rule(keep_parameters, source=sources(SCHEDULED, PENDING), target=types(PENDING, RUNNING))
ENQUEUE = Rule(enqueue, target=types(SCHEDULED))
