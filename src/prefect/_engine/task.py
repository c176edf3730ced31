"""A task run from call to final state, once for blocking and for async callers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import random
from typing import TYPE_CHECKING, Any

from prefect._base import ids, lazy
from prefect._base.ports import Ports
from prefect._base.state import StateType, StateValue, describe
from prefect._core.facts import Run
from prefect._engine import asset_scope, frames, hooks, inputs, names, outcome, scope, timeout
from prefect._engine.links import NO_LINKS
from prefect._engine.result import Held
from prefect._engine.run import LiveTaskRun, new_state
from prefect.context import TaskRunContext
from prefect.exceptions import UpstreamTaskError
from prefect.logging import prints
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import task_run_logger
from prefect.settings import active
from prefect.utilities.callables import parameters_to_args_kwargs

if TYPE_CHECKING:
    from prefect._engine.tag_slots import TagSlots
    from prefect._link.link import Link
    from prefect.tasks import Task

assets: Any = lazy.module("prefect._engine.assets")
caching: Any = lazy.module("prefect._engine.caching")
tag_slots: Any = lazy.module("prefect._engine.tag_slots")
wire_states: Any = lazy.module("prefect._wire.states")

PENDING, RUNNING = StateType.PENDING, StateType.RUNNING
COMPLETED, FAILED = StateType.COMPLETED, StateType.FAILED


class TaskRunTimeoutError(TimeoutError):
    """The task did not end within its `timeout_seconds`."""


def begin(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    link: Link,
    *,
    id: str | None = None,
    wait_for: Iterable[Any] | None = None,
    dependencies: Mapping[str, Iterable[Any]] | None = None,
) -> LiveTaskRun:
    """A new run of `task`, Pending, in the run that is at hand."""
    flow_context = scope.flow_scope.get()
    parent = scope.task_scope.get()
    tags = scope.tag_scope.get()
    plan = task.plan
    tags = tags | task.tags if tags else task.tags
    if flow_context is not None:
        dynamic_key = ids.new_key()
        name = f"{task.name}-{dynamic_key[:3]}"
        links = flow_context.run_results
        flow_run_id, attempt = flow_context.run.id, flow_context.run.run_count
    else:
        dynamic_key = f"{task.task_key}-{ids.new_key()}"
        name, links, flow_run_id, attempt = task.name, NO_LINKS, None, 0
        ensure_logging_setup()
    parents = (parent.run.id,) if parent is not None and parent.run.flow_run_id == flow_run_id else ()
    books = Run(
        "task",
        id or ids.new_id(),
        flow_run_id=flow_run_id,
        flow_run_run_count=attempt,
        retries=task.retries,
        retry_delay_s=plan.retry_delay_s,
        retry_jitter_factor=task.retry_jitter_factor,
    )
    run = LiveTaskRun(
        books,
        name,
        task.task_key,
        dynamic_key,
        link,
        tags_json=plan.tags_json if tags is task.tags else plan.tags_text(tags),
        policy_json=plan.policy_json,
        inputs_json=plan.no_inputs_json
        if not links
        and not parents
        and not wait_for
        and not dependencies
        and not inputs.anything_to_resolve()
        else inputs.upstream_json(parameters, wait_for, links, parents, dependencies),
        version=task.version,
    )
    run.enter(new_state(PENDING))
    return run


class TaskRunEngine:
    """Brings one task run, which :func:`begin` made, to its end."""

    __slots__ = (
        "cache_key",
        "flow_context",
        "link",
        "logger",
        "parameters",
        "persist",
        "ports",
        "run",
        "tag_slots",
        "task",
        "wait_for",
    )

    def __init__(
        self,
        task: Task[..., Any],
        run: LiveTaskRun,
        parameters: Mapping[str, Any],
        ports: Ports,
        wait_for: Iterable[Any] | None = None,
    ) -> None:
        self.cache_key: list[str | None] = []  # computed by the first attempt that needs it
        self.task = task
        self.run = run
        self.parameters = parameters
        self.ports = ports
        self.wait_for = wait_for
        self.link = run.link
        self.flow_context = scope.flow_scope.get()
        flow_run = self.flow_context.run if self.flow_context else None
        flow = self.flow_context.flow if self.flow_context else None
        self.logger = task_run_logger(run, task, flow_run, flow)
        self.persist = task.persists(self.flow_context)
        self.tag_slots: TagSlots | None = None

    async def execute(self) -> StateValue:
        """Run the task; the final state, or NotReady when an upstream run did not complete.

        An abort (`SystemExit`, `KeyboardInterrupt`, cancellation, ...) crashes the run and is raised.
        """
        context = await self._ready()
        if context is None:
            assert self.run.state is not None
            return self.run.state
        with context:
            try:
                if asset_scope.wanted(self.task, self.flow_context):
                    return await assets.attempts(self, context)
                return await self.attempts(context)
            except Exception:
                raise
            except BaseException as error:
                self._crash(error)
                raise
            finally:
                if self.tag_slots is not None:
                    await self.free()

    async def _ready(self) -> TaskRunContext | None:
        """The context to run in; None when the run has ended before it began (or can never begin)."""
        try:
            parameters = await self._prepare()
            if self.run.tags_json != "[]":
                self.tag_slots = await tag_slots.take(self.run, self.ports, self.logger)
            return self._context(parameters)
        except UpstreamTaskError as error:
            self._log_end(self.run.enter(new_state(*inputs.not_ready(error))))
        except Exception as error:
            self.logger.exception("Encountered exception while preparing the run:")
            state = replace(outcome.failed_state(error, "task"), details={"retriable": False})
            await self._end(self.run.enter(state))
        except BaseException as error:
            self._crash(error)
            raise
        return None

    async def free(self) -> None:
        """Give back the slots that the run holds of its tags."""
        held, self.tag_slots = self.tag_slots, None
        if held is not None:
            await held.give_back()

    def _crash(self, error: BaseException) -> None:
        if self.run.state is not None and self.run.state.is_final:  # the abort came after its end
            return
        state = self.run.enter(outcome.crashed_state(error))
        if state.type is StateType.CANCELLED:
            self.logger.info("The task run was cancelled: %s", state.message)
        else:
            self.logger.error("Crash detected! %s", state.message)

    # -- in pieces, for generators ------------------------------------------------------------------

    async def open(self) -> TaskRunContext | None:
        """Begin the first attempt of a generator; None when the run cannot begin."""
        context = await self._ready()
        if context is not None:
            with context.model_copy():
                await self._start()
        return context

    async def close(self, context: TaskRunContext, state: StateValue) -> bool:
        """End an attempt of a generator in `state`; whether the run ends well or is tried again."""
        with context.model_copy():
            settled = await self._settle(state)
            if settled.is_final or settled.type is StateType.PAUSED:
                await self._end(settled)
                await self.free()
                return settled.type is COMPLETED
            await self._again(settled)
            return True

    def start_async(self, parameters: Mapping[str, Any]) -> Any:
        """The async generator that the user's function makes."""
        args, kwargs = parameters_to_args_kwargs(self.task.fn, dict(parameters))
        return self.task.fn(*args, **kwargs)

    # -- before the function ----------------------------------------------------------------------

    async def _prepare(self) -> Mapping[str, Any]:
        parameters = self.parameters
        inputs.refuse_run_models(parameters)
        if inputs.anything_to_resolve():
            futures = inputs.futures_in(parameters)
            if self.wait_for:
                futures += inputs.futures_in(list(self.wait_for))
            await inputs.wait_for_inputs(self.run.id, futures, self.ports)
            if self.wait_for:
                inputs.resolved(list(self.wait_for))
        parameters = {name: inputs.resolved(value) for name, value in parameters.items()}
        if self.task.task_run_name is not None:
            with self._context(parameters):
                self.run.name = names.task_run_name(self.task, parameters)
        return parameters

    def _context(self, parameters: Mapping[str, Any]) -> TaskRunContext:
        log_prints = self._log_prints()
        if log_prints:
            prints.watch_print()
        return TaskRunContext(
            self.task,
            self.run,
            is_async=self.task.isasync,
            parameters=parameters,
            log_prints=log_prints,
            persist_result=self.persist,
            result_store=self.task.result_store(self.flow_context) if self.persist else None,
        )

    def _log_prints(self) -> bool:
        if self.task.log_prints is not None:
            return self.task.log_prints
        if self.flow_context is not None:
            return self.flow_context.log_prints
        return active()["logging.log_prints"]

    # -- attempts ---------------------------------------------------------------------------------

    async def attempts(self, context: TaskRunContext) -> StateValue:
        """Call the function until the run has ended; its final state."""
        await self._start()
        while True:
            state = await self._settle(await self._attempt(context))
            if state.is_final or state.type is StateType.PAUSED:
                return await self._end(state)
            await self._again(state)

    async def _settle(self, state: StateValue) -> StateValue:
        """Propose the state that an attempt would end in; the run is in it then, or on its way to a retry."""
        run = self.run
        if state.type is not FAILED:
            return run.enter(state)
        if run.run_count <= self.task.retries and not await self._worth_a_retry(state):
            state = replace(state, details={**state.details, "retriable": False})
        draw = random() if self.task.retry_jitter_factor else 0.5
        settled = run.enter(state, draw)
        self._log_failure(state, settled)
        return settled

    async def _again(self, state: StateValue) -> None:
        """Begin the next attempt, after the delay if `state` tells one."""
        due_us = state.details.get("scheduled_us")
        if due_us is not None:
            await self.ports.sleep(max(0.0, (due_us - self.ports.clock.now_us()) / 1e6))
            self.run.enter(new_state(RUNNING))
        await self._call_hooks(self.task.on_running_hooks)

    async def _start(self) -> None:
        self.run.enter(new_state(RUNNING))
        await self._call_hooks(self.task.on_running_hooks)

    async def _attempt(self, context: TaskRunContext) -> StateValue:
        """Call the function once; the state that this attempt would end in, not entered yet."""
        try:
            if caching.wanted(self.task, context):
                return await caching.attempt(self, context, self.call)
            return outcome.state_of(await self.call(context.parameters))
        except timeout.RunTimeout as error:
            return self.timed_out(error)
        except Exception as error:  # noqa: BLE001 - the user's function may raise anything: the run failed
            error.__traceback__ = frames.users_part(error.__traceback__)
            return outcome.failed_state(error, "task")

    async def call(self, parameters: Mapping[str, Any]) -> Any:
        """Call the user's function with `parameters`; raises what it raises."""
        task = self.task
        args, kwargs = parameters_to_args_kwargs(task.fn, dict(parameters))
        limit = task.timeout_seconds
        if task.isasync:
            if limit is None:
                return await task.fn(*args, **kwargs)
            return await timeout.call_async(task.fn, limit, *args, **kwargs)
        if limit is None:
            return task.fn(*args, **kwargs)
        return timeout.call(task.fn, limit, *args, **kwargs)

    def timed_out(self, cause: BaseException) -> StateValue:
        """The state of an attempt that took longer than the task allows."""
        limit_s = self.task.timeout_seconds or 0.0
        error = TaskRunTimeoutError(f"Task run exceeded timeout of {limit_s} second(s)")
        error.__traceback__ = frames.users_part(cause.__traceback__)
        return outcome.timed_out_state(error, "task", limit_s)

    # -- retries ----------------------------------------------------------------------------------

    async def _worth_a_retry(self, state: StateValue) -> bool:
        """What the user's retry condition says of a failure; True without one, False if it raises."""
        condition = self.task.retry_condition_fn
        if condition is None:
            return True
        message = f"Task run encountered unexpected exception: {_reason(state)}"
        shown = wire_states.State.from_value(
            replace(state, message=message, details={"task_run_id": self.run.id})
        )
        try:
            return bool(await hooks.call(condition, self.ports, self.task, self.run.model(), shown))
        except Exception:
            self.logger.exception(
                "The retry condition of task '%s' raised; the run is not retried", self.task.name
            )
            return False

    def _log_failure(self, failure: StateValue, settled: StateValue) -> None:
        error = failure.data.result if isinstance(failure.data, Held) else None
        trace = error if isinstance(error, BaseException) else None
        if settled.is_final:
            ending = (
                " - Retries are exhausted" if self.task.retries and "retriable" not in failure.details else ""
            )
            self.logger.error(
                "Task run failed with exception: %s%s", _reason(failure), ending, exc_info=trace
            )
            return
        due_us = settled.details.get("scheduled_us")
        when = f"{(due_us - settled.at_us) / 1e6:g} second(s) from now" if due_us else "immediately"
        self.logger.info(
            "Task run failed with exception: %s - Retry %s/%s will start %s",
            _reason(failure),
            self.run.run_count if due_us else self.run.run_count - 1,
            self.task.retries,
            when,
        )

    # -- the end ----------------------------------------------------------------------------------

    async def _end(self, state: StateValue) -> StateValue:
        """What follows the final state, which the run has entered."""
        task = self.task
        if state.type is COMPLETED:
            if self.flow_context is not None and isinstance(state.data, Held):
                self.flow_context.run_results.remember(state.data.result, self.run.id)
            await self._call_hooks(task.on_completion_hooks)
        elif state.type is FAILED:
            await self._call_hooks(task.on_failure_hooks)
        self._log_end(state)
        return state

    def rolled_back(self, transaction: Any) -> None:
        """Record that what the run had done was undone with its transaction."""
        message = "Task rolled back as part of transaction"
        self.run.enter(new_state(COMPLETED, "RolledBack", message))

    async def _call_hooks(self, callbacks: list[Any]) -> None:
        if not callbacks:
            return
        await hooks.call_hooks(
            callbacks, self.ports, self.logger, self.task, self.run.model(), self.run.public_state()
        )

    def _log_end(self, state: StateValue) -> None:
        if state.type is COMPLETED:
            self.logger.info("Finished in state %s", describe(state))
        else:
            self.logger.error("Finished in state %s", describe(state))


def _reason(state: StateValue) -> str:
    error = state.data.result if isinstance(state.data, Held) else None
    return repr(error) if isinstance(error, BaseException) else str(state.message)
