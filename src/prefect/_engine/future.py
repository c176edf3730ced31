"""Futures: what `.submit` and `.map` give back."""

from __future__ import annotations

import abc
import concurrent.futures
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.errors import StoreClosed
from prefect._base.ports import BLOCKING
from prefect._base.state import StateValue
from prefect._engine.completion import Completion
from prefect._engine.pool import Job, wait_helping
from prefect._engine.result import result_of
from prefect.logging.loggers import get_logger

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


if TYPE_CHECKING:
    from prefect._engine.run import LiveTaskRun
    from prefect._wire.states import State

R = TypeVar("R")
F = TypeVar("F")

wire_states: Any = lazy.module("prefect._wire.states")
runs: Any = lazy.module("prefect._engine.lookup")

_made = 0


def any_made() -> bool:
    """Whether a future exists in this process; while none does, nobody needs to search for them."""
    return _made > 0


class PrefectFuture(abc.ABC, Generic[R]):
    """The result to come of a task run or flow run.

    ``future.result()`` waits and gives the result, ``await future`` does so without blocking the event loop.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        global _made
        _made += 1

    @property
    @abc.abstractmethod
    def state(self) -> State:
        """The state of the run as it is now."""

    @abc.abstractmethod
    def wait(self, timeout: float | None = None) -> None:
        """Block until the run has ended, at most `timeout` seconds; returns None in either case."""

    @abc.abstractmethod
    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """The result of the run; waits for it.

        Raises the exception that ended the run (or returns it, with ``raise_on_failure=False``),
        `TimeoutError` after `timeout` seconds and `UnfinishedRun` for a run that could not start because an
        upstream run did not complete.
        """

    @abc.abstractmethod
    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        """Call ``fn(future)`` once the run has ended; at once if it has."""

    async def aresult(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """:meth:`result` without blocking the event loop."""
        return await asyncio.to_thread(self.result, timeout, raise_on_failure)

    async def await_(self, timeout: float | None = None) -> None:
        """:meth:`wait` without blocking the event loop."""
        await asyncio.to_thread(self.wait, timeout)

    def __await__(self) -> Generator[Any, None, R]:
        return self.aresult().__await__()


# what a run may be told to wait for: one future or state, or several in a list or another iterable
WaitFor: TypeAlias = "Iterable[Any] | PrefectFuture[Any] | State[Any] | None"


class PrefectTaskRunFuture(PrefectFuture[R]):
    """The future of a task run whose id is known."""

    def __init__(self, task_run_id: UUID) -> None:
        super().__init__()
        self._task_run_id = task_run_id
        self._final_state: State | None = None

    @property
    def task_run_id(self) -> UUID:
        return self._task_run_id

    @property
    def state(self) -> State:
        if self._final_state is not None:
            return self._final_state
        return runs.task_run_state(self.task_run_id)


class PrefectWrappedFuture(PrefectTaskRunFuture[R], Generic[R, F]):
    """A task run whose future is that of some executor; its result is the final state or the plain value."""

    def __init__(self, task_run_id: UUID, wrapped_future: F) -> None:
        self._wrapped_future = wrapped_future
        super().__init__(task_run_id)

    @property
    def wrapped_future(self) -> F:
        return self._wrapped_future

    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        if self._final_state is not None:
            fn(self)
            return
        self._wrapped_future.add_done_callback(lambda _: fn(self))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownLambdaType]


class PrefectConcurrentFuture(PrefectWrappedFuture[R, "concurrent.futures.Future[Any]"]):
    """The future of a task run in a thread or process of this machine."""

    def __init__(
        self,
        task_run_id: UUID | str,
        wrapped_future: concurrent.futures.Future[Any] | None = None,
        completion: Completion[Any] | None = None,
    ) -> None:
        global _made
        _made += 1
        self._id = task_run_id
        self._final_state = None
        self.job: Job | None = None
        self.run: LiveTaskRun | None = None
        if completion is None:
            completion = Completion()
            if wrapped_future is not None:
                _follow(wrapped_future, completion)
        self.completion: Completion[Any] = completion

    @property
    def task_run_id(self) -> UUID:
        return self._id if isinstance(self._id, UUID) else UUID(self._id)

    @property
    def id_text(self) -> str:
        return str(self._id)

    @property
    def wrapped_future(self) -> concurrent.futures.Future[Any]:
        return self.completion.as_future()

    @property
    def final(self) -> Any:
        """The final state (a `StateValue`, or a `State` from another process), None while the run goes on."""
        return self.completion.get() if self.completion.done else None

    @property
    def state(self) -> State:
        final = self.final
        if final is None:
            return runs.live_state(self)
        if isinstance(final, StateValue):
            if self._final_state is None:
                self._final_state = wire_states.State.from_value(final, task_run_id=self.id_text)
            return self._final_state  # pyright: ignore[reportReturnType]
        return final

    def wait(self, timeout: float | None = None) -> None:
        self._wait(timeout)

    def _wait(self, timeout: float | None) -> bool:
        completion = self.completion
        if not completion.done and not wait_helping(self.job, lambda: completion.wait(timeout)):
            return False
        completion.get()  # an abort of the worker is raised here
        return True

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        if not self._wait(timeout):
            raise TimeoutError(f"Task run {self.id_text} did not complete within {timeout} seconds")
        return drive(result_of(self.completion.get(), BLOCKING, raise_on_failure))

    async def aresult(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        try:
            async with asyncio.timeout(timeout):
                await asyncio.wrap_future(self.completion.as_future())
        except TimeoutError:
            raise TimeoutError(f"Task run {self.id_text} did not complete within {timeout} seconds") from None
        return self.result(0, raise_on_failure)

    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        self.completion.on_done(lambda: call_back(fn, self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrefectConcurrentFuture) and other.id_text == self.id_text

    def __hash__(self) -> int:
        return hash(self.id_text)


def call_back(fn: Callable[[Any], None], future: PrefectFuture[Any]) -> None:
    try:
        fn(future)
    except StoreClosed:  # the process ends: the run came too late to be recorded, and the next one sees that
        get_logger("futures").debug("A callback came after the end of the program.", exc_info=True)
    except Exception:  # noqa: BLE001 - the user's; the run has ended, and other callbacks wait
        get_logger("futures").exception("A callback that was added to a future raised:")


def _follow(source: concurrent.futures.Future[Any], completion: Completion[Any]) -> None:
    def transfer(done: concurrent.futures.Future[Any]) -> None:
        error = done.exception()
        if error is not None:
            completion.fail(error)
        else:
            completion.set(done.result())

    source.add_done_callback(transfer)


class PrefectFutureList(list["PrefectFuture[R]"]):
    """The futures of a map, in the order of its inputs."""

    def wait(self, timeout: float | None = None) -> None:
        """Block until all have ended, at most `timeout` seconds altogether."""
        from prefect.futures import wait

        wait(self, timeout=timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> list[R]:
        """All results in order; raises the exception of the first run (by time) that failed.

        Raises `TimeoutError` when they are not all there after `timeout` seconds.
        """
        from prefect.futures import as_completed

        try:
            if raise_on_failure:
                for future in as_completed(list(self), timeout=timeout):
                    future.result()
            else:
                for _ in as_completed(list(self), timeout=timeout):
                    pass
        except TimeoutError as late:
            if not all(_done(future) for future in self):
                raise TimeoutError(f"Timed out waiting for all futures to complete: {late}") from late
            raise
        return [future.result(raise_on_failure=raise_on_failure) for future in self]

    async def aresult(self, timeout: float | None = None, raise_on_failure: bool = True) -> list[R]:
        """:meth:`result` without blocking the event loop."""
        return await asyncio.to_thread(self.result, timeout, raise_on_failure)

    def __await__(self) -> Generator[Any, None, list[R]]:
        return self.aresult().__await__()


def _done(future: PrefectFuture[Any]) -> bool:
    return future.completion.done if isinstance(future, PrefectConcurrentFuture) else future.state.is_final()
