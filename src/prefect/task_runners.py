"""Task runners: where the runs that a flow submits are executed."""

from __future__ import annotations

import abc
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._engine import mapping
from prefect._engine.future import PrefectConcurrentFuture, PrefectFuture, PrefectFutureList
from prefect._engine.pool import Pool
from prefect._engine.submission import Outstanding, Submission, submit
from prefect._engine.task import TaskRunEngine
from prefect.logging.loggers import get_logger
from prefect.settings import active

if TYPE_CHECKING:
    from prefect._engine import loops
    from prefect._engine.processes import ProcessPoolTaskRunner
    from prefect._engine.remote import PrefectDistributedFuture
    from prefect.context import FlowRunContext
    from prefect.tasks import Task
else:
    loops = lazy.module("prefect._engine.loops")

__all__ = [
    "ConcurrentTaskRunner",
    "PrefectTaskRunner",
    "ProcessPoolTaskRunner",
    "SequentialTaskRunner",
    "TaskRunner",
    "ThreadPoolTaskRunner",
]

F = TypeVar("F", bound="PrefectFuture[Any]")
R = TypeVar("R")

processes: Any = lazy.module("prefect._engine.processes")
deferred: Any = lazy.module("prefect._engine.deferred")

ABORT_S = 0.25
DEFAULT_MAX_THREADS = 256
"""How many submitted tasks run at once in threads, unless `max_workers` or the settings say otherwise."""


def of(context: FlowRunContext) -> TaskRunner[Any]:
    """The started task runner of a flow run."""
    return context.task_runner


class TaskRunner(abc.ABC, Generic[F]):
    """Runs submitted tasks. Subclasses supply `submit` and `duplicate`; integrations do so for clusters.

    A runner is a context manager: it takes tasks while it is entered. The engine enters a duplicate of the
    flow's runner for each run.
    """

    def __init__(self) -> None:
        self.logger: Any = get_logger(f"task_runner.{self.name}")
        self._started = False

    @property
    def name(self) -> str:
        """The name of the class in lower case, without ``taskrunner``."""
        return type(self).__name__.lower().replace("taskrunner", "")

    @abc.abstractmethod
    def duplicate(self) -> Self:
        """A runner of the same configuration that is not started."""

    @abc.abstractmethod
    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: Mapping[str, Iterable[Any]] | None = None,
    ) -> F:
        """Run `task` with `parameters` and return its future at once."""

    def map(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
    ) -> PrefectFutureList[Any]:
        """Submit one run of `task` per element of the iterable parameters."""
        self._require_started()
        calls = mapping.calls_of(task, parameters)
        return PrefectFutureList(
            self.submit(task=task, parameters=each, wait_for=wait_for, dependencies=dependencies)
            for each, dependencies in calls
        )

    def drain(self) -> None:
        """Wait until everything submitted has ended; runners that cannot tell return at once."""

    def cancel_all(self) -> None:
        """Begin nothing more, and interrupt what can be interrupted."""

    def _require_started(self) -> None:
        if not self._started:
            raise RuntimeError("Task runner is not started")

    def __enter__(self) -> Self:
        if self._started:
            raise RuntimeError("This task runner is already started")
        self.logger.debug("Starting task runner")
        self._started = True
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        self.logger.debug("Stopping task runner")
        self._started = False


class _LocalTaskRunner(TaskRunner["PrefectConcurrentFuture[Any]"]):
    """What the runners of this machine share: runs wait for their inputs without occupying a worker."""

    def __init__(self) -> None:
        super().__init__()
        self._outstanding = Outstanding()
        self._cancelled = False

    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: Mapping[str, Iterable[Any]] | None = None,
    ) -> PrefectConcurrentFuture[Any]:
        self._require_started()
        return submit(task, parameters, wait_for, dependencies, self._outstanding, self._begin)

    def _begin(self, submission: Submission) -> None:
        if self._cancelled:
            submission.cancel()
        else:
            self._start(submission)

    @abc.abstractmethod
    def _start(self, submission: Submission) -> None:
        """Have the run executed, whose inputs are there."""

    def drain(self) -> None:
        self._outstanding.wait()

    @property
    def is_idle(self) -> bool:
        """Whether everything submitted has ended, so that there is nothing to drain."""
        return self._outstanding.is_empty


class ThreadPoolTaskRunner(_LocalTaskRunner):
    """Runs blocking tasks in threads and async tasks on one event loop of their own.

    :param max_workers: how many run at once; by default the setting
        `tasks.runner.thread_pool_max_workers`, else 256
    """

    def __init__(self, max_workers: int | None = None) -> None:
        super().__init__()
        if max_workers is not None and max_workers < 1:
            raise ValueError("`max_workers` must be at least 1.")
        given = max_workers or active()["tasks.runner.thread_pool_max_workers"]
        self._given_workers = given
        self._max_workers: int = given or DEFAULT_MAX_THREADS
        self._pool: Pool | None = None
        self._loops: dict[int, loops.LoopThread] = {}
        self._lock = threading.Lock()

    def duplicate(self) -> Self:
        return type(self)(max_workers=self._given_workers)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets a runner of the same configuration that is not started."""
        return type(self), (self._given_workers,)

    def _start(self, submission: Submission) -> None:
        context = submission.context
        if submission.task.isasync:
            depth = context.get(loops.depth, 0)
            self._loop(depth).submit(partial(self._work_async, submission, depth), context)
            return
        assert self._pool is not None
        submission.future.job = self._pool.submit(lambda: context.run(self._work, submission))

    def _work(self, submission: Submission) -> None:
        task, run, parameters, wait_for, future, _ = submission
        try:
            if self._cancelled:
                submission.cancel()
                return
            engine = TaskRunEngine(task, run, parameters, BLOCKING, wait_for)
            future.completion.set(drive(engine.execute()))
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits for the future
            future.completion.fail(error)

    async def _work_async(self, submission: Submission, depth: int) -> None:
        if self._cancelled:
            submission.cancel()
            return
        loops.depth.set(depth + 1)
        task, run, parameters, wait_for, future, _ = submission
        try:
            engine = TaskRunEngine(task, run, parameters, AWAITING, wait_for)
            future.completion.set(await engine.execute())
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits for the future
            future.completion.fail(error)

    def _loop(self, depth: int) -> loops.LoopThread:
        with self._lock:
            if depth not in self._loops:
                self._loops[depth] = loops.LoopThread(f"prefect-async-{depth}", self._given_workers)
            return self._loops[depth]

    def cancel_all(self) -> None:
        self._cancelled = True
        if self._pool is not None:
            for job in self._pool.close(wait=False):
                job.run()
        with self._lock:
            for loop in self._loops.values():
                loop.cancel()

    def __enter__(self) -> Self:
        super().__enter__()
        self._pool = Pool(self._max_workers, "prefect-task")
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        assert self._pool is not None
        is_abort = exc_type is not None and not issubclass(exc_type, Exception)
        if is_abort:
            self.cancel_all()
        if not self._cancelled:
            self.drain()
        # what is about to end may still be recorded; what hangs holds nobody up
        self._pool.close(wait=is_abort or not self._cancelled, within_s=ABORT_S if is_abort else None)
        for loop in self._loops.values():
            loop.close()
        self._loops.clear()
        super().__exit__(exc_type, exc_value, traceback)

    def __eq__(self, value: object) -> bool:
        return isinstance(value, ThreadPoolTaskRunner) and self._max_workers == value._max_workers

    __hash__ = object.__hash__


ConcurrentTaskRunner = ThreadPoolTaskRunner


class SequentialTaskRunner(ThreadPoolTaskRunner):
    """One submitted task at a time, in the order of submission."""

    def __init__(self, max_workers: int | None = 1) -> None:
        super().__init__(max_workers=1)


class PrefectTaskRunner(TaskRunner["PrefectDistributedFuture[Any]"]):
    """Hands submitted tasks to task workers, as `Task.delay` does.

    The flow waits at its end until all of them have ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self._submitted: list[PrefectDistributedFuture[Any]] = []

    def duplicate(self) -> Self:
        return type(self)()

    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: Mapping[str, Iterable[Any]] | None = None,
    ) -> PrefectDistributedFuture[Any]:
        self._require_started()
        future = deferred.submit(task, parameters, wait_for, dependencies)
        self._submitted.append(future)
        return future

    def drain(self) -> None:
        for future in self._submitted:
            future.wait()
        self._submitted.clear()

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if exc_type is None:
            self.drain()
        super().__exit__(exc_type, exc_value, traceback)


def map_deferred(
    task: Task[..., Any], parameters: dict[str, Any], wait_for: Iterable[Any] | None
) -> PrefectFutureList[Any]:
    """One background run of `task` per element of the iterable parameters."""
    waited = list(wait_for) if wait_for else None
    return PrefectFutureList(
        deferred.submit(task, each, waited, dependencies)
        for each, dependencies in mapping.calls_of(task, parameters)
    )


def __getattr__(name: str) -> Any:
    if name == "ProcessPoolTaskRunner":
        return processes.ProcessPoolTaskRunner
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
