"""Why a flow run is not running: from what is known to reasons in plain sentences, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prefect._base.clock import to_iso
from prefect._base.state import TERMINAL, StateType

# who asks for runs does so at least this often
ASKED_US = 60_000_000
# a run that is due for less is not worth a word
JUST_DUE_US = 2_000_000
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody paused something; either may be unknown."""

    since_us: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once; `holders` are the names of the runs that hold slots (of many the first ones)."""

    limit: int
    taken: int
    holders: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        return self.taken >= self.limit


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of a run."""

    name: str
    pause: Pause | None = None
    limit: Limit | None = None
    asked_us: int | None = None
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """The pool of that queue; `online` are its workers that are there, `heard_us` is the last sign of any."""

    name: str
    type: str = "process"
    pause: Pause | None = None
    limit: Limit | None = None
    online: tuple[str, ...] = ()
    heard_us: int | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """The deployment of a run."""

    name: str
    pause: Pause | None = None
    limit: Limit | None = None
    asked_us: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known. `lives` says whether the owner's process does, None when that cannot be seen here."""

    now_us: int
    type: StateType
    name: str
    since_us: int
    message: str | None = None
    due_us: int | None = None
    retries_in_process: bool = False
    pause_ends_us: int | None = None
    owner: str | None = None
    lives: bool | None = None
    lease_until_us: int | None = None
    has_deployment: bool = False
    deployment: Deployment | None = None
    queue: Queue | None = None
    pool: Pool | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a word for programs, a sentence for people, and since and until when it holds."""

    code: str
    text: str
    since_us: int | None = None
    until_us: int | None = None


def why(facts: Facts) -> list[Reason]:
    """The reasons why the run is not running; there is always one."""
    if facts.type in TERMINAL:
        return [Reason("ended", f"The run is over: it was {facts.name} {_ago(facts, facts.since_us)}.")]
    match facts.type:
        case StateType.RUNNING:
            return [_running(facts)]
        case StateType.CANCELLING:
            return [_cancelling(facts)]
        case StateType.PAUSED:
            return [_paused(facts)]
        case StateType.PENDING:
            return [_pending(facts)]
        case _:
            return list(_scheduled(facts))


# -- runs that somebody has ----------------------------------------------------------------------


def _running(facts: Facts) -> Reason:
    silence = _silence(facts)
    if silence:
        text = (
            f"The run counts as running, but {silence}. It is marked as crashed as soon as that is certain."
        )
        return Reason("owner-silent", text, facts.since_us, facts.lease_until_us)
    return Reason("running", f"The run is running; it began {_ago(facts, facts.since_us)}.", facts.since_us)


def _cancelling(facts: Facts) -> Reason:
    silence = _silence(facts)
    more = f", but {silence}" if silence else ": its process has been told to stop and has not ended yet"
    text = f"The run is being cancelled, as was asked {_ago(facts, facts.since_us)}{more}."
    return Reason("cancelling", text, facts.since_us)


def _paused(facts: Facts) -> Reason:
    text = f"The run was {facts.name.lower()} {_ago(facts, facts.since_us)} and waits to be resumed"
    if facts.pause_ends_us is not None:
        text += f"; without that it fails {_until(facts, facts.pause_ends_us)}"
    return Reason("paused", text + ".", facts.since_us, facts.pause_ends_us)


def _pending(facts: Facts) -> Reason:
    since = _ago(facts, facts.since_us)
    if facts.due_us is not None and facts.due_us > facts.now_us:
        text = f"The run has been prepared and starts {_until(facts, facts.due_us)}, when it is due."
        return Reason("prepared", text, facts.since_us, facts.due_us)
    silence = _silence(facts)
    if silence:
        back = " It goes back into its queue." if facts.has_deployment else ""
        text = f"The run was claimed {since}, but {silence}.{back}"
        return Reason("owner-silent", text, facts.since_us, facts.lease_until_us)
    if facts.owner is not None:
        text = f"The run was claimed {since} by {_process(facts.owner)}, which is starting it."
        return Reason("starting", text, facts.since_us)
    text = f"The run was claimed {since} by a client that did not name its process; it should be starting it."
    return Reason("starting", text, facts.since_us)


def _silence(facts: Facts) -> str:
    """What is wrong with the process that has the run; empty if nothing is."""
    if facts.owner is None:
        return ""
    if facts.lives is False:
        return f"{_process(facts.owner)} has ended"
    if facts.lives is None and facts.lease_until_us is not None and facts.lease_until_us < facts.now_us:
        ended = _ago(facts, facts.lease_until_us)
        return f"nothing has been heard of {_process(facts.owner)}, whose claim ended {ended}"
    return ""


# -- runs that wait for somebody -----------------------------------------------------------------


def _scheduled(facts: Facts) -> Iterator[Reason]:
    found = False
    for reason in (*_not_due(facts), *_held_up(facts), *_unserved(facts), *_full(facts), *_others(facts)):
        found = True
        yield reason
    if not found:
        yield _nothing_known(facts)


def _not_due(facts: Facts) -> Iterator[Reason]:
    if facts.due_us is None or facts.due_us <= facts.now_us:
        return
    when = _until(facts, facts.due_us)
    match facts.name:
        case "AwaitingRetry":
            where = " in the same process" if facts.retries_in_process else ""
            yield Reason(
                "awaiting-retry", f"The run failed and is tried again{where} {when}.", None, facts.due_us
            )
        case "AwaitingConcurrencySlot":
            limit = facts.deployment.limit if facts.deployment else None
            what = _held(limit) if limit and limit.is_full else "which was full when it asked"
            text = f"The run waits for a slot of the limit of its deployment, {what}; it asks again {when}."
            yield Reason("awaiting-slot", text, facts.since_us, facts.due_us)
        case _:
            yield Reason(
                "scheduled-later", f"The run is scheduled for later: it is due {when}.", None, facts.due_us
            )


def _held_up(facts: Facts) -> Iterator[Reason]:
    if facts.retries_in_process and facts.due_us is not None and facts.due_us <= facts.now_us:
        silence = _silence(facts)
        if silence:
            yield Reason("owner-silent", f"The run was to be tried again in its process, but {silence}.")
    pool, queue, deployment = facts.pool, facts.queue, facts.deployment
    if pool and pool.pause:
        yield _pause(facts, "pool-paused", f"The work pool {pool.name!r}", pool.pause)
    if queue and queue.pause:
        yield _pause(facts, "queue-paused", f"The work queue {queue.name!r}", queue.pause)
    if facts.has_deployment and deployment is None:
        yield Reason(
            "deployment-gone", "The deployment of the run was removed, so nothing knows how to start it."
        )
    if deployment and deployment.pause:
        reason = _pause(facts, "deployment-paused", f"The deployment {deployment.name!r}", deployment.pause)
        yield reason


def _unserved(facts: Facts) -> Iterator[Reason]:
    """Nobody is there who would take the run."""
    pool, queue, deployment = facts.pool, facts.queue, facts.deployment
    if pool is None or queue is None:
        if deployment is None:
            if not facts.has_deployment:
                text = "The run belongs to no deployment, so it waits for the program that created it."
                yield Reason("no-deployment", text)
        elif not _is_fresh(facts, deployment.asked_us):
            text = (
                f"Nobody asks for the runs of the deployment {deployment.name!r}"
                f"{_last(facts, deployment.asked_us)}: start the program that serves it."
            )
            yield Reason("not-served", text, deployment.asked_us)
        return
    if pool.type.endswith((":push", ":managed")):
        text = f"Pools of the type {pool.type!r} are served by nobody here: use one that has workers."
        yield Reason("pool-without-workers", text)
    elif not pool.online and not _is_fresh(facts, queue.asked_us):
        text = (
            f"No worker polls the work pool {pool.name!r}{_last(facts, pool.heard_us or queue.asked_us)}:"
            f" start one with `prefect worker start --pool {pool.name!r}`."
        )
        yield Reason("no-worker", text, pool.heard_us)
    elif not _is_fresh(facts, queue.asked_us):
        text = (
            f"Workers of the pool {pool.name!r} are there ({_names(pool.online)}), but none of them asks for"
            f" the work queue {queue.name!r}{_last(facts, queue.asked_us)}."
        )
        yield Reason("queue-not-polled", text, queue.asked_us)


def _full(facts: Facts) -> Iterator[Reason]:
    pool, queue, deployment = facts.pool, facts.queue, facts.deployment
    if pool and pool.limit and pool.limit.is_full:
        text = f"The limit of the work pool {pool.name!r} is reached: {_held(pool.limit)}."
        yield Reason("pool-limit", text)
    if queue and queue.limit and queue.limit.is_full:
        text = f"The limit of the work queue {queue.name!r} is reached: {_held(queue.limit)}."
        yield Reason("queue-limit", text)
    waits = facts.name == "AwaitingConcurrencySlot" and facts.due_us and facts.due_us > facts.now_us
    if deployment and deployment.limit and deployment.limit.is_full and not waits:
        text = f"The limit of the deployment {deployment.name!r} is reached: {_held(deployment.limit)}."
        yield Reason("deployment-limit", text)


def _others(facts: Facts) -> Iterator[Reason]:
    queue = facts.queue
    if queue and queue.ahead and facts.due_us is not None and facts.due_us <= facts.now_us:
        runs = "One run is" if queue.ahead == 1 else f"{queue.ahead} runs are"
        yield Reason("behind-others", f"{runs} due before it in this pool and handed out first.")


def _nothing_known(facts: Facts) -> Reason:
    due_us = facts.due_us if facts.due_us is not None else facts.since_us
    if facts.now_us - due_us < JUST_DUE_US:
        return Reason("just-due", "The run has become due just now and is about to be handed out.", due_us)
    who = f" ({_names(facts.pool.online)})" if facts.pool and facts.pool.online else ""
    text = (
        f"The run became due {_ago(facts, due_us)}, and whoever serves it{who} asks for runs, but has not"
        " taken it: most likely it is busy at its own limit of runs at once."
    )
    return Reason("worker-busy", text, due_us)


# -- words ---------------------------------------------------------------------------------------


def _pause(facts: Facts, code: str, what: str, pause: Pause) -> Reason:
    since = f": that was done {_ago(facts, pause.since_us)}" if pause.since_us is not None else ""
    by = f" by {_process(pause.by)}" if pause.by else ""
    return Reason(code, f"{what} is paused{since}{by}.", pause.since_us)


def _held(limit: Limit) -> str:
    if limit.limit == 0:
        return "it is 0, which lets nothing run"
    by = f" by {_names(limit.holders, limit.taken)}" if limit.holders else ""
    slots = "its slot is" if limit.limit == 1 else f"all {limit.limit} slots are"
    return f"{slots} taken{by}"


def _names(names: tuple[str, ...], count: int | None = None) -> str:
    shown = names[:MOST_NAMES]
    more = (len(names) if count is None else max(count, len(names))) - len(shown)
    listed = ", ".join(repr(name) for name in shown)
    return f"{listed} and {more} more" if more > 0 else listed


def _process(owner: str) -> str:
    """The process of an owner, ``host:boot:pid:start``, in words; any other name as it is."""
    parts = owner.rsplit(":", 3)
    return f"process {parts[2]} on {parts[0]}" if len(parts) == 4 else owner


def _is_fresh(facts: Facts, at_us: int | None) -> bool:
    return at_us is not None and facts.now_us - at_us <= ASKED_US


def _last(facts: Facts, at_us: int | None) -> str:
    return " (nobody ever did)" if at_us is None else f" (the last time was {_ago(facts, at_us)})"


def _ago(facts: Facts, at_us: int) -> str:
    return f"{_span(facts.now_us - at_us)} ago"


def _until(facts: Facts, at_us: int) -> str:
    return f"in {_span(at_us - facts.now_us)}, at {to_iso(at_us)}"


def _span(duration_us: int) -> str:
    seconds = max(0, round(duration_us / 1e6))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
