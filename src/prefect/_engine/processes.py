"""The task runner whose tasks run in processes of their own."""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Self

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._base.state import StateType, StateValue
from prefect._core.facts import Run
from prefect._engine import crossing, inputs, outcome
from prefect._engine.result import Held
from prefect._engine.run import LiveTaskRun, new_state
from prefect._engine.submission import Submission
from prefect._engine.task import TaskRunEngine
from prefect.exceptions import UpstreamTaskError
from prefect.logging.configuration import ensure_logging_setup
from prefect.settings import active
from prefect.task_runners import _LocalTaskRunner  # pyright: ignore[reportPrivateUsage]

if TYPE_CHECKING:
    pass

cloudpickle: Any = lazy.module("cloudpickle")
choose: Any = lazy.module("prefect._link.choose")
hooks: Any = lazy.module("prefect._engine.hooks")

_PRELOADED = ["prefect._engine.processes", "prefect.tasks", "prefect._link.local"]


class ProcessPoolTaskRunner(_LocalTaskRunner):
    """Runs each submitted task in one of a pool of processes, which are started once and reused.

    Tasks, their parameters and their results must be picklable (by cloudpickle), and a script that uses this
    runner needs the ``if __name__ == "__main__":`` guard.

    :param max_workers: the number of processes; by default the setting
        `tasks.runner.process_pool_max_workers`, else the number of processors
    :param initializer: called with `initargs` at the start of each process
    """

    def __init__(
        self,
        max_workers: int | None = None,
        subprocess_message_processor_factories: Iterable[Callable[..., Any]] | None = None,
        initializer: Callable[..., Any] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        super().__init__()
        if max_workers is not None and max_workers < 1:
            raise ValueError("`max_workers` must be at least 1.")
        self._given_workers = max_workers
        self._max_workers: int = (
            max_workers or active()["tasks.runner.process_pool_max_workers"] or os.cpu_count() or 1
        )
        self.subprocess_message_processor_factories = tuple(subprocess_message_processor_factories or ())
        self._initializer = initializer
        self._initargs = initargs
        self._executor: ProcessPoolExecutor | None = None
        self._context: bytes | None = None

    def duplicate(self) -> Self:
        return type(self)(
            self._given_workers,
            self.subprocess_message_processor_factories,
            self._initializer,
            self._initargs,
        )

    def __enter__(self) -> Self:
        super().__enter__()
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if context.get_start_method() == "forkserver":
            context.set_forkserver_preload(_PRELOADED)
        self._executor = ProcessPoolExecutor(
            self._max_workers,
            mp_context=context,
            initializer=_initialize,
            initargs=(_initializer_bytes(self._initializer, self._initargs),),
        )
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        assert self._executor is not None
        if not self._cancelled:
            self.drain()
        self._executor.shutdown(wait=True, cancel_futures=True)
        super().__exit__(exc_type, exc_value, traceback)

    def cancel_all(self) -> None:
        self._cancelled = True
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _start(self, submission: Submission) -> None:
        submission.context.run(self._hand_over, submission)

    def _hand_over(self, submission: Submission) -> None:
        task, run, parameters, wait_for, future, _ = submission
        try:
            if wait_for:
                inputs.resolved(wait_for)
            parameters = {name: inputs.resolved(value) for name, value in parameters.items()}
            payload = cloudpickle.dumps((task, _packed(run), parameters, self._packed_context()))
            assert self._executor is not None
            handed = self._executor.submit(_execute, payload)
        except UpstreamTaskError as error:
            future.completion.set(run.enter(new_state(*inputs.not_ready(error))))
        except Exception as error:  # noqa: BLE001 - pickling runs the user's code; the run fails with it
            explained = TypeError(
                f"Task {task.name!r} cannot be handed to another process: {error}. "
                "The task, its parameters and what they refer to must be picklable."
            )
            explained.__cause__ = error
            future.completion.set(run.enter(outcome.failed_state(explained, "task")))
        else:
            handed.add_done_callback(functools.partial(self._arrived, submission))

    def _packed_context(self) -> bytes:
        if self._context is None:
            packed: bytes = cloudpickle.dumps(crossing.pack())
            self._context = packed
        return self._context

    def _arrived(self, submission: Submission, handed: Future[bytes]) -> None:
        if handed.cancelled():
            submission.cancel()
            return
        run, completion = submission.run, submission.future.completion
        error = handed.exception()
        if error is None:
            state = cloudpickle.loads(handed.result())
            if isinstance(state, BaseException):
                completion.fail(state)
            else:
                completion.set(state)
            return
        if isinstance(error, BrokenProcessPool):
            message = "The process that ran this task ended abruptly."
        else:
            message = f"The process that ran this task failed: {outcome.described(error)}"
        completion.set(run.enter(new_state(StateType.CRASHED, None, message, data=Held(error))))


def _initializer_bytes(initializer: Callable[..., Any] | None, initargs: tuple[Any, ...]) -> bytes | None:
    return cloudpickle.dumps((initializer, initargs)) if initializer is not None else None


def _initialize(packed: bytes | None) -> None:
    if packed is not None:
        initializer, initargs = cloudpickle.loads(packed)
        initializer(*initargs)


def _packed(run: LiveTaskRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in LiveTaskRun.__slots__ if name not in ("link", "id")} | {
        "books": tuple(run.books)
    }


def _unpacked(packed: dict[str, Any], link: Any) -> LiveTaskRun:
    run = LiveTaskRun.__new__(LiveTaskRun)
    for name, value in packed.items():
        setattr(run, name, value)
    run.books = Run(*packed["books"])
    run.id = run.books.id
    run.link = link
    return run


def _execute(payload: bytes) -> bytes:
    """In the other process: run the task; its final state, or the abort that it raised, pickled."""
    task, packed_run, parameters, packed_context = cloudpickle.loads(payload)
    try:
        # the settings come with the context: the run is recorded where those of its flow say
        with crossing.unpacked(cloudpickle.loads(packed_context)):
            link = choose.blocking()
            ensure_logging_setup()
            try:
                return _state_of(task, _unpacked(packed_run, link), parameters)
            finally:
                drive(link.flush())
    except BaseException as error:  # noqa: BLE001 - crosses to the process that waits for it
        return cloudpickle.dumps(error)


def _state_of(task: Any, run: LiveTaskRun, parameters: dict[str, Any]) -> bytes:
    if task.isasync:
        state = hooks.run_to_end(TaskRunEngine(task, run, parameters, AWAITING).execute())
    else:
        state = drive(TaskRunEngine(task, run, parameters, BLOCKING).execute())
    return _state_bytes(state)


def _state_bytes(state: StateValue) -> bytes:
    try:
        return cloudpickle.dumps(state)
    except Exception as error:  # noqa: BLE001 - pickling runs the user's code; the run fails with it
        result = state.data.result if isinstance(state.data, Held) else None
        explained = TypeError(
            f"The result of the task, a {type(result).__name__}, cannot be handed back "
            f"to the flow's process: {error}."
        )
        return cloudpickle.dumps(
            StateValue(
                StateType.FAILED,
                "Failed",
                state.id,
                state.at_us,
                f"Task run encountered an exception {outcome.described(explained)}",
                state.details,
                Held(explained),
            )
        )
