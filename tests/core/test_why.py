"""Why a run is not running: situations, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._base.state import StateType
from prefect._core.why import Deployment, Facts, Limit, Pause, Pool, Queue, why

S = 1_000_000
NOW = 1_800_000_000 * S
OWNER = "box:boot-1:42:7"

SERVED = Deployment("d", asked_us=NOW - S)
POLLED = Queue("q", asked_us=NOW - S)
ALIVE = Pool("p", online=("w1",), heard_us=NOW - S)


def scheduled(**more: Any) -> Facts:
    """A run of a deployment in a pool that is due for a minute."""
    facts = Facts(
        NOW,
        StateType.SCHEDULED,
        "Scheduled",
        NOW - 60 * S,
        due_us=NOW - 60 * S,
        has_deployment=True,
        deployment=SERVED,
        queue=POLLED,
        pool=ALIVE,
    )
    return replace(facts, **more)


def pending(**more: Any) -> Facts:
    return scheduled(
        type=StateType.PENDING,
        name="Pending",
        since_us=NOW - 5 * S,
        owner=OWNER,
        lease_until_us=NOW + S,
        **more,
    )


NO_POOL: dict[str, Any] = {"queue": None, "pool": None}
SITUATIONS: dict[str, tuple[Facts, str, str]] = {
    "over": (scheduled(type=StateType.COMPLETED, name="Completed"), "ended", "was Completed 60 seconds ago"),
    "running": (scheduled(type=StateType.RUNNING, name="Running"), "running", "began 60 seconds ago"),
    "running, process gone": (
        scheduled(type=StateType.RUNNING, name="Running", owner=OWNER, lives=False),
        "owner-silent",
        "process 42 on box has ended",
    ),
    "being cancelled": (
        scheduled(type=StateType.CANCELLING, name="Cancelling", owner=OWNER, lives=True),
        "cancelling",
        "has not ended yet",
    ),
    "paused": (
        scheduled(type=StateType.PAUSED, name="Suspended", pause_ends_us=NOW + 600 * S),
        "paused",
        "was suspended 60 seconds ago and waits to be resumed; without that it fails in 10 minutes",
    ),
    "claimed by a living process": (pending(lives=True), "starting", "by process 42 on box"),
    "claimed elsewhere and silent": (
        replace(pending(), lease_until_us=NOW - 90 * S),
        "owner-silent",
        "nothing has been heard of process 42 on box, whose claim ended 90 seconds ago. It goes back",
    ),
    "claimed before its time": (
        replace(pending(lives=True), due_us=NOW + 8 * S),
        "prepared",
        "starts in 8 seconds",
    ),
    "claimed by a client without a name": (replace(pending(), owner=None), "starting", "did not name"),
    "due later": (scheduled(due_us=NOW + 7200 * S), "scheduled-later", "due in 2 hours, at 2027-01-15T10"),
    "awaiting its retry": (
        scheduled(name="AwaitingRetry", due_us=NOW + 30 * S),
        "awaiting-retry",
        "failed and is tried again in 30 seconds",
    ),
    "awaiting its retry in the process": (
        scheduled(name="AwaitingRetry", due_us=NOW + 30 * S, retries_in_process=True, **NO_POOL),
        "awaiting-retry",
        "in the same process",
    ),
    "awaiting a slot": (
        scheduled(
            name="AwaitingConcurrencySlot",
            due_us=NOW + 30 * S,
            deployment=replace(SERVED, limit=Limit(1, 1, ("kind-owl",))),
        ),
        "awaiting-slot",
        "its slot is taken by 'kind-owl'; it asks again in 30 seconds",
    ),
    "pool paused": (
        scheduled(pool=replace(ALIVE, pause=Pause(NOW - 300 * S, OWNER))),
        "pool-paused",
        "work pool 'p' is paused: that was done 5 minutes ago by process 42 on box",
    ),
    "queue paused": (
        scheduled(queue=replace(POLLED, pause=Pause())),
        "queue-paused",
        "work queue 'q' is paused.",
    ),
    "deployment paused": (
        scheduled(deployment=replace(SERVED, pause=Pause(NOW - S, "ann"))),
        "deployment-paused",
        "1 second ago by ann",
    ),
    "deployment gone": (scheduled(deployment=None), "deployment-gone", "was removed"),
    "no deployment": (
        scheduled(deployment=None, has_deployment=False, **NO_POOL),
        "no-deployment",
        "program that created it",
    ),
    "served by nobody": (
        scheduled(deployment=Deployment("d"), **NO_POOL),
        "not-served",
        "'d' (nobody ever did): start",
    ),
    "not served any more": (
        scheduled(deployment=Deployment("d", asked_us=NOW - 7200 * S), **NO_POOL),
        "not-served",
        "the last time was 2 hours ago",
    ),
    "no worker": (
        scheduled(pool=Pool("p"), queue=Queue("q")),
        "no-worker",
        "No worker polls the work pool 'p' (nobody ever did): start one",
    ),
    "workers of other queues": (
        scheduled(queue=Queue("q", asked_us=NOW - 600 * S)),
        "queue-not-polled",
        "('w1'), but none of them asks for the work queue 'q' (the last time was 10 minutes ago)",
    ),
    "a pool that nobody here serves": (
        scheduled(pool=Pool("p", type="modal:push")),
        "pool-without-workers",
        "'modal:push'",
    ),
    "pool full": (
        scheduled(pool=replace(ALIVE, limit=Limit(2, 5, ("a", "b", "c", "d")))),
        "pool-limit",
        "all 2 slots are taken by 'a', 'b', 'c' and 2 more",
    ),
    "queue full": (
        scheduled(queue=replace(POLLED, limit=Limit(0, 0))),
        "queue-limit",
        "it is 0, which lets nothing run",
    ),
    "deployment full": (
        scheduled(deployment=replace(SERVED, limit=Limit(1, 1, ("a",)))),
        "deployment-limit",
        "'d' is reached: its slot is taken by 'a'",
    ),
    "behind others": (scheduled(queue=replace(POLLED, ahead=3)), "behind-others", "3 runs are due before"),
    "just due": (scheduled(due_us=NOW - S), "just-due", "just now"),
    "worker busy": (scheduled(), "worker-busy", "whoever serves it ('w1') asks for runs"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_situation(situation: str) -> None:
    facts, code, words = SITUATIONS[situation]
    first = why(facts)[0]
    assert first.code == code
    assert words in first.text
    assert first.text.endswith(".")


def test_all_that_holds_a_run_up_is_told() -> None:
    facts = scheduled(
        pool=Pool("p", pause=Pause(), limit=Limit(1, 1)), queue=Queue("q", ahead=1), due_us=NOW - S
    )
    codes = [reason.code for reason in why(facts)]
    assert codes == ["pool-paused", "no-worker", "pool-limit", "behind-others"]


@given(
    type_=st.sampled_from(list(StateType)),
    name=st.sampled_from(["Scheduled", "AwaitingRetry", "AwaitingConcurrencySlot", "x"]),
    due_us=st.none() | st.integers(NOW - 10 * S, NOW + 10 * S),
    owner=st.none() | st.just(OWNER) | st.just("somebody"),
    lives=st.none() | st.booleans(),
    deployment=st.none() | st.just(SERVED) | st.just(Deployment("d", Pause(), Limit(0, 0))),
    pool=st.none() | st.just(ALIVE) | st.just(Pool("p")),
    queue=st.none() | st.just(POLLED) | st.just(Queue("q", Pause(NOW, "a"), Limit(1, 0))),
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_there_is_always_a_reason(
    type_: StateType, name: str, due_us: Any, flags: tuple[bool, bool], **more: Any
) -> None:
    has_deployment, in_process = flags
    facts = Facts(
        NOW,
        type_,
        name,
        NOW,
        due_us=due_us,
        has_deployment=has_deployment,
        retries_in_process=in_process,
        **more,
    )
    reasons = why(facts)
    assert reasons
    assert len({reason.code for reason in reasons}) == len(reasons)
    assert all(reason.text for reason in reasons)
