"""The policies: ordered tables of rules, and the one function that walks them.

``core`` is what a proposal meets, ``background`` the same for deferred task runs, ``minimal`` what force does
not override, ``late`` what a run meets that is marked as late. ``client`` is for task runs that the process
of their flow orchestrates itself: what it does not check (the state of the flow run, tags, the cache) the
engine did.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from prefect._base.state import StateType, StateValue
from prefect._core import books, fence
from prefect._core.decision import Abort, Accept, Amend, Decision, Effect, MirrorToParent, Reject, Wait
from prefect._core.facts import Facts, Kind, PolicyName, Run
from prefect._core.rules import slots
from prefect._core.rules.caching import FIND_CACHED, STORE_CACHED
from prefect._core.rules.deferred import ENQUEUE, KEEP_PARAMETERS
from prefect._core.rules.guards import (
    CANCELLING_IS_ONE_WAY,
    CLAIMED_ONCE,
    ENDED_FLOW_RUN,
    ENDED_TASK_RUN,
    FLOW_MUST_RUN,
    KEPT_RESULT,
    LATE_ONLY_WHEN_SCHEDULED,
    NOTHING_TO_CANCEL,
    SAME_TRANSITION,
)
from prefect._core.rules.overlap import ONE_AT_A_TIME
from prefect._core.rules.pauses import LEAVING_PAUSE, PAUSING
from prefect._core.rules.retrying import (
    COUNT_FLOW_ATTEMPTS,
    NAME_RERUN,
    NAME_RETRY,
    RETRY_FLOW,
    RETRY_TASK,
    RETRY_TASK_IN_PROCESS,
)
from prefect._core.rules.rule import Check, Rule
from prefect._core.rules.slots import CANCEL_LATE_WHEN_FULL, KEEP_SLOT, PIN_SLOT, TAKE_SLOT
from prefect._core.rules.tags import FREE_TAG_SLOTS, TAKE_TAG_SLOTS
from prefect._core.rules.times import KEEP_SCHEDULED_TIME, NOT_BEFORE_ITS_TIME
from prefect._core.values import AWAITING_RETRY, LEASE

POLICIES: Mapping[tuple[PolicyName, Kind], tuple[Rule, ...]] = MappingProxyType(
    {
        ("core", "flow"): (
            SAME_TRANSITION,
            ENDED_FLOW_RUN,
            CANCELLING_IS_ONE_WAY,
            NOTHING_TO_CANCEL,
            CLAIMED_ONCE,
            ONE_AT_A_TIME,
            KEEP_SLOT,
            TAKE_SLOT,
            PIN_SLOT,
            LATE_ONLY_WHEN_SCHEDULED,
            PAUSING,
            LEAVING_PAUSE,
            KEEP_SCHEDULED_TIME,
            NOT_BEFORE_ITS_TIME,
            RETRY_FLOW,
        ),
        ("minimal", "flow"): (KEPT_RESULT, NOTHING_TO_CANCEL),
        ("late", "flow"): (LATE_ONLY_WHEN_SCHEDULED, CANCEL_LATE_WHEN_FULL),
        ("core", "task"): (
            FIND_CACHED,
            ENDED_TASK_RUN,
            FLOW_MUST_RUN,
            TAKE_TAG_SLOTS,
            KEEP_SCHEDULED_TIME,
            NOT_BEFORE_ITS_TIME,
            RETRY_TASK,
            NAME_RERUN,
            COUNT_FLOW_ATTEMPTS,
            STORE_CACHED,
            FREE_TAG_SLOTS,
        ),
        ("background", "task"): (
            CLAIMED_ONCE,
            FIND_CACHED,
            ENDED_TASK_RUN,
            KEEP_SCHEDULED_TIME,
            NOT_BEFORE_ITS_TIME,
            KEEP_PARAMETERS,
            RETRY_TASK,
            NAME_RERUN,
            COUNT_FLOW_ATTEMPTS,
            STORE_CACHED,
            FREE_TAG_SLOTS,
            ENQUEUE,
        ),
        ("minimal", "task"): (FREE_TAG_SLOTS,),
        ("client", "task"): (RETRY_TASK_IN_PROCESS, NAME_RETRY, COUNT_FLOW_ATTEMPTS),
    }
)

_Route = tuple[PolicyName, Kind, StateType | None, StateType]


class _Checks(dict[_Route, tuple[Check, ...]]):
    """The checks of each transition, gathered from the tables when it is first asked for."""

    def __missing__(self, route: _Route) -> tuple[Check, ...]:
        checks = self[route] = tuple(rule.check for rule in _rules(route))
        return checks


_checks = _Checks()


def policy_for(kind: Kind, proposed: StateValue, *, force: bool = False) -> PolicyName:
    """The policy that a proposal over the API meets; force does not apply to deferred task runs."""
    if kind == "task" and proposed.details.get("deferred"):
        return "background"
    return "minimal" if force else "core"


def needs(
    kind: Kind, current: StateValue | None, proposed: StateValue, policy: PolicyName = "core"
) -> frozenset[str]:
    """The fields of `Facts` that the transition can depend on, besides the instant and the caller.

    What the run has no part in (a deployment, limited tags, a flow run around it) need not be read.
    """
    wanted = _needs((policy, kind, None if current is None else current.type, proposed.type))
    if "cached" in wanted and (
        proposed.details.get("cache_key") is None or proposed.details.get("refresh_cache")
    ):
        wanted -= {"cached"}
    if "lease" in wanted and (current is None or current.details.get(LEASE) is None):
        wanted -= {"lease"}
    return wanted


def decide(
    run: Run,
    current: StateValue | None,
    proposed: StateValue,
    facts: Facts,
    policy: PolicyName = "core",
) -> Decision:
    """What becomes of `run`, in the state `current` (None: in none yet), when `proposed` is asked for.

    `proposed.at_us` 0 stands for the present instant, an empty `id` for one that the writer gives. The same
    arguments always lead to the same decision.
    """
    kind = run.kind
    checks = _checks[policy, kind, None if current is None else current.type, proposed.type]
    if facts.caller.owner is not None:
        refusal = fence.refuse(run, current, proposed, facts, policy)
        if refusal is not None:
            return refusal

    state = proposed
    reason: str | None = None
    changes: dict[str, Any] = {}
    later: dict[str, Any] | None = None
    effects: tuple[Effect, ...] = ()
    stood = run
    for check in checks:
        verdict = check(stood, current, state, facts)
        if verdict is None:
            continue
        if isinstance(verdict, Amend):
            if verdict.state is not None:
                state = verdict.state
            if verdict.changes:
                changes.update(verdict.changes)
                stood = stood._replace(**verdict.changes)
            if verdict.after:
                later = {**later, **verdict.after} if later else dict(verdict.after)
            if verdict.effects:
                effects += verdict.effects
            continue
        if isinstance(verdict, Wait | Abort) or not verdict.writes or verdict.state is None:
            return verdict
        reason = verdict.reason
        state = verdict.state
        if state.type is not proposed.type:
            # another transition than the one the rules so far were asked about: what they said is void
            changes = dict(verdict.changes)
            later, effects = None, verdict.effects
            stood = run._replace(**changes) if changes else run
            break
        changes.update(verdict.changes)
        effects += verdict.effects

    waits = reason is not None and state.name == AWAITING_RETRY and not run.deferred
    if kind == "flow":
        state, given_back = slots.settle(current, state, waits)
        effects += given_back
        if run.parent_task_run_id is not None:
            effects += (MirrorToParent(run.parent_task_run_id),)
    state = books.complete(run, current, state, facts.now_us)
    books.keep(stood, current, state, changes)
    if facts.caller.owner is not None or run.owner is not None:
        fence.claim(run, current, state, facts, policy, waits, changes)
    if later is not None:
        changes.update(later)
    if reason is None:
        return Accept(state, changes, effects)
    return Reject(state, reason, True, changes, effects)


def _rules(route: _Route) -> tuple[Rule, ...]:
    policy, kind, source, target = route
    rules = POLICIES.get((policy, kind))
    if rules is None:
        raise ValueError(f"There is no policy {policy!r} for a {kind} run.")
    return tuple(rule for rule in rules if rule.applies(source, target))


@cache
def _needs(route: _Route) -> frozenset[str]:
    return frozenset[str]().union(*(rule.needs for rule in _rules(route)))
