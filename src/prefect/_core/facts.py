"""What a decision is made from: the run, who asks, and what the unit of work read inside its transaction.

A unit of work asks :func:`prefect._core.policy.needs` which facts a transition can depend on, reads those,
and leaves the others at their defaults.

`Run` and `Facts` are tuples with names because the engine makes new ones for every transition of every task
run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from prefect._base.state import StateValue

Kind = Literal["flow", "task"]
PolicyName = Literal["core", "background", "minimal", "late", "client"]

RUN_LEASE_S = 30.0
"""How long a claim on a run lasts unless its process renews it."""


class Run(NamedTuple):
    """A flow run or task run as it stands, without its state. Instants and durations are microseconds
    (``_us``).

    `attempt` counts the claims of this run and is the token that fences off processes which lost it; `owner`
    is the process that holds the present claim, None when nobody (or a client that names no owner) does.
    """

    kind: Kind
    id: str
    run_count: int = 0
    flow_run_id: str | None = None  # task runs: the flow run they belong to
    flow_run_run_count: int = 0  # task runs: the flow run's count when they last started
    parent_task_run_id: str | None = None  # subflows: the task run that stands for them in the parent
    deployment_id: str | None = None
    infrastructure_pid: str | None = None
    retries: int | None = None
    retry_delay_s: float | tuple[float, ...] | None = None
    retry_jitter_factor: float | None = None
    expected_start_us: int | None = None
    next_scheduled_us: int | None = None
    start_us: int | None = None
    end_us: int | None = None
    total_run_us: int = 0
    pause_keys: frozenset[str] = frozenset()
    resuming: bool = False
    retry_type: Literal["in_process", "reschedule"] | None = None
    deferred: bool = False  # task runs: a task worker runs it in the background
    owner: str | None = None
    attempt: int = 0
    lease_until_us: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who proposes the transition.

    `owner` names the process and `attempt` the claim it acts under; a process that does not execute the run
    (a command line, a keeper) gives no attempt, the clients of other implementations give neither.
    `client_version` is the package version that the client names in its User-Agent, None when it names none.
    """

    owner: str | None = None
    attempt: int | None = None
    client_version: str | None = None


ANONYMOUS = Caller()


@dataclass(frozen=True, slots=True)
class Deployment:
    """The concurrency limit of the run's deployment.

    `limit` is None when there is no (active) limit. `lease_s` is the grace period of the deployment, or the
    default of the settings; `wait_s` is how long a run that found no slot stays scheduled.
    """

    limit: int | None = None
    limit_id: str = ""
    active_slots: int = 0
    strategy: Literal["ENQUEUE", "CANCEL_NEW"] = "ENQUEUE"
    lease_s: float = 300.0
    wait_s: float = 30.0


@dataclass(frozen=True, slots=True)
class TagLimit:
    """The limit on one of the task run's tags; tags without an active limit are left out.

    `held` says that this task run has a slot of it already.
    """

    tag: str
    limit_id: str
    limit: int
    active_slots: int
    occupancy_s: float = 2.0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the schedule of the run wants while earlier runs of it, `open_ids`, have not ended."""

    policy: Literal["skip", "queue", "cancel"]
    open_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parent:
    """The flow run that a task run belongs to; `state` is None when it has none."""

    state: StateValue | None
    run_count: int = 0


class Facts(NamedTuple):
    """What is known besides the run and its two states.

    Fields are named as :func:`prefect._core.policy.needs` names them, except for what is always given: the
    instant and the caller.
    """

    now_us: int
    caller: Caller = ANONYMOUS
    parent: Parent | None = None  # the task run's flow run
    deployment: Deployment | None = None  # None when the run's deployment does not exist
    overlap: Overlap | None = None  # None when the run's schedule lets its runs overlap, or it has none
    lease: bool = False  # the slot lease recorded in the current state is still there
    tag_limits: tuple[TagLimit, ...] = ()
    tag_wait_s: float = 10.0  # the longest wait for a slot of a tag
    cached: StateValue | None = None  # the newest unexpired completed state under the proposed cache key
    max_cache_key_length: int = 2000
    fresh_id: str = ""  # a new id, for the lease or the pause key that a decision may make
    draw: float = 0.5  # a random number, 0 <= draw < 1
    run_lease_s: float = RUN_LEASE_S


def has_data(state: StateValue) -> bool:
    """Whether the state refers to a result that is stored."""
    data: Any = state.data
    return data is not None and not (type(data) is dict and data.get("type") == "unpersisted")  # pyright: ignore[reportUnknownMemberType]
