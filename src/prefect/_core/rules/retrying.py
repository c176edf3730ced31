"""Rules that turn a failure into another attempt, and name the attempts that follow."""

from __future__ import annotations

from typing import Any

from prefect._base.state import StateValue
from prefect._core.decision import Amend, Enqueue, Reject, Verdict
from prefect._core.facts import Facts, Run
from prefect._core.retries import base_delay_s, delay_s
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import FAILED, RUNNING, SCHEDULED
from prefect._core.values import AWAITING_RETRY, RERUNNING, RETRYING, make, renamed

REASON = "The run failed and is tried again."


def retry_flow(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A flow run with retries left waits, in its process, for the next attempt."""
    if run.retries is None or run.run_count > run.retries:
        return Amend(changes={"retry_type": None})
    state = _awaiting_retry(proposed, facts, base_delay_s(run.retry_delay_s, run.run_count), {})
    changes = {"resuming": False, "pause_keys": frozenset[str](), "retry_type": "in_process"}
    return Reject(state, REASON, changes=changes)


def retry_task(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A task run with retries left is scheduled for the next attempt."""
    if not has_retry_left(run, proposed):
        return None
    delay = delay_s(run.retry_delay_s, run.run_count, run.retry_jitter_factor, facts.draw)
    kept = {
        key: proposed.details[key] for key in ("deferred", "task_parameters_id") if key in proposed.details
    }
    if not run.deferred and not kept.get("deferred"):
        return Reject(_awaiting_retry(proposed, facts, delay, kept), REASON)
    state = _awaiting_retry(proposed, facts, delay, {**kept, "deferred": True})
    return Reject(state, REASON, effects=(Enqueue(state.details["scheduled_us"], is_retry=True),))


def retry_task_in_process(
    run: Run, current: StateValue | None, proposed: StateValue, facts: Facts
) -> Verdict:
    """A task run in its flow's process is tried again at once when there is no delay to wait for."""
    if not has_retry_left(run, proposed):
        return None
    delay = delay_s(run.retry_delay_s, run.run_count, run.retry_jitter_factor, facts.draw)
    if delay > 0:
        return Reject(_awaiting_retry(proposed, facts, delay, {}), REASON)
    return Reject(make(RUNNING, facts.now_us, name=RETRYING), REASON)


def has_retry_left(run: Run, proposed: StateValue) -> bool:
    """Whether a failure that is not declared final is followed by another attempt."""
    if run.retries is None or run.run_count > run.retries:
        return False
    return proposed.details.get("retriable") is not False


def name_rerun(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """Any attempt but the first is called Retrying or Rerunning."""
    if run.run_count == 0:
        return None
    waited = current is not None and current.name == AWAITING_RETRY
    return Amend(renamed(proposed, RETRYING if waited else RERUNNING))


def name_retry(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """The attempt that was waited for in the process is called Retrying."""
    if run.run_count == 0 or current is None or current.name != AWAITING_RETRY:
        return None
    return Amend(renamed(proposed, RETRYING))


def count_flow_attempts(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A task run remembers in which attempt of its flow run it started."""
    if facts.parent is None or facts.parent.run_count == run.flow_run_run_count:
        return None
    return Amend(after={"flow_run_run_count": facts.parent.run_count})


def _awaiting_retry(proposed: StateValue, facts: Facts, delay: float, details: dict[str, Any]) -> StateValue:
    return make(
        SCHEDULED,
        facts.now_us,
        name=AWAITING_RETRY,
        message=proposed.message,
        details={**details, "scheduled_us": facts.now_us + round(delay * 1e6)},
        data=proposed.data,
    )


RETRY_FLOW = Rule(retry_flow, source=sources(RUNNING), target=types(FAILED))
RETRY_TASK = Rule(retry_task, source=sources(RUNNING), target=types(FAILED), needs=frozenset({"draw"}))
RETRY_TASK_IN_PROCESS = Rule(
    retry_task_in_process, source=sources(RUNNING), target=types(FAILED), needs=frozenset({"draw"})
)
NAME_RERUN = Rule(name_rerun, target=types(RUNNING))
NAME_RETRY = Rule(name_retry, source=sources(SCHEDULED), target=types(RUNNING))
COUNT_FLOW_ATTEMPTS = Rule(count_flow_attempts, target=types(RUNNING), needs=frozenset({"parent"}))
