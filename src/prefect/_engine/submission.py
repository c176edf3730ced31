"""Submitted runs: what a runner of this machine needs to execute one, and when it may."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from prefect._base import ids
from prefect._base.state import StateType
from prefect._engine.calls import link_at_hand
from prefect._engine.future import PrefectConcurrentFuture, PrefectFuture
from prefect._engine.inputs import futures_in
from prefect._engine.run import LiveTaskRun, new_state
from prefect._engine.task import begin

if TYPE_CHECKING:
    from prefect.tasks import Task


class Submission(NamedTuple):
    """One submitted run; whoever executes it completes `future` with the final state."""

    task: Task[..., Any]
    run: LiveTaskRun
    parameters: dict[str, Any]
    wait_for: list[Any] | None
    future: PrefectConcurrentFuture[Any]
    context: contextvars.Context

    def cancel(self) -> None:
        """End a run that nobody has begun."""
        message = "The flow run ended before this task run could begin."
        self.future.completion.set(self.run.enter(new_state(StateType.CANCELLED, message=message)))


class Outstanding:
    """Counts the runs that were submitted and have not ended."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        with self._changed:
            self._count += 1

    def done(self) -> None:
        with self._changed:
            self._count -= 1
            if not self._count:
                self._changed.notify_all()

    @property
    def is_empty(self) -> bool:
        """Whether all have ended."""
        return not self._count

    def wait(self) -> None:
        """Block until all have ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0)


def submit(
    task: Task[..., Any],
    parameters: dict[str, Any],
    wait_for: Iterable[PrefectFuture[Any]] | None,
    dependencies: Mapping[str, Iterable[Any]] | None,
    outstanding: Outstanding,
    start: Callable[[Submission], None],
) -> PrefectConcurrentFuture[Any]:
    """Begin a run of `task` (it is Pending at once) and `start` it as soon as its inputs are there."""
    waited = list(wait_for) if wait_for else None
    run = begin(task, parameters, link_at_hand(), id=ids.new_id(), wait_for=waited, dependencies=dependencies)
    future: PrefectConcurrentFuture[Any] = PrefectConcurrentFuture(run.id)
    future.run = run
    submission = Submission(task, run, parameters, waited, future, contextvars.copy_context())
    outstanding.add()
    future.completion.on_done(lambda: _end(future, outstanding))
    upstream = futures_in(parameters)
    if waited:
        upstream += futures_in(waited)
    _after(upstream, lambda: start(submission))
    return future


def _end(future: PrefectConcurrentFuture[Any], outstanding: Outstanding) -> None:
    """Of what ended only its state is kept: programs hold on to futures by the hundred thousand."""
    future.job = future.run = None
    outstanding.done()


def _after(futures: Iterable[PrefectFuture[Any]], start: Callable[[], None]) -> None:
    """Call `start` once all `futures` have ended: here if they have, else where the last one ends."""
    pending = [
        future
        for future in futures
        if not (isinstance(future, PrefectConcurrentFuture) and future.completion.done)
    ]
    if not pending:
        start()
        return
    lock = threading.Lock()
    left = len(pending)

    def ended(_: Any) -> None:
        nonlocal left
        with lock:
            left -= 1
            last = left == 0
        if last:
            start()

    for future in pending:
        future.add_done_callback(ended)
