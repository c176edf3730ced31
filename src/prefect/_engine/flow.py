"""A flow run from call to final state, once for blocking and for async callers."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from prefect._base import asked, ids, lazy
from prefect._base.drive import drive
from prefect._base.errors import Conflict, NotFound
from prefect._base.ports import BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType, StateValue, describe
from prefect._core.facts import Run
from prefect._engine import (
    cancelling,
    frames,
    hooks,
    inputs,
    names,
    outcome,
    params,
    persistence,
    proposals,
    result,
    scope,
    signals,
    timeout,
)
from prefect._engine.result import Held
from prefect._engine.run import LiveFlowRun, LiveTaskRun, new_state
from prefect._wire.operation import named
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, Pause, UnfinishedRun, UpstreamTaskError
from prefect.logging import prints
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import flow_run_logger, get_logger
from prefect.settings import active

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect.flows import Flow

choose: Any = lazy.module("prefect._link.choose")
caching: Any = lazy.module("prefect._engine.caching")
rerun: Any = lazy.module("prefect._engine.rerun")

SCHEDULED, PENDING, RUNNING = StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING
COMPLETED, FAILED = StateType.COMPLETED, StateType.FAILED
CANCELLING, CANCELLED = StateType.CANCELLING, StateType.CANCELLED


_AWAITED_BY_NOBODY = (
    "An async task or flow that is called in a blocking flow gives a coroutine. "
    "Take the result of a task with `.submit(...).result()`, or make the flow `async def` and await it."
)


class FlowRunTimeoutError(TimeoutError):
    """The flow did not end within its `timeout_seconds`."""


async def run_flow(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any],
    ports: Ports,
    wait_for: Iterable[Any] | None = None,
    return_state: bool = False,
    existing: Mapping[str, Any] | None = None,
) -> Any:
    """Call `flow`: its result, or its final state with `return_state`. Raises what the run raised.

    The run is a new one, or `existing`, as the service tells it.
    """
    engine = (
        FlowRunEngine(flow, parameters, ports, wait_for)
        if existing is None
        else rerun.ExistingFlowRunEngine(flow, existing, parameters, ports, wait_for)
    )
    try:
        with signals.terminating(engine.flush):
            state = await engine.execute()
        return await engine.concluded(state, return_state)
    except BaseException as error:
        frames.trim(error)
        raise


class FlowRunEngine:
    """Brings one flow run to its end."""

    __slots__ = (
        "flow",
        "id",
        "link",
        "logger",
        "parameters",
        "parent",
        "persist",
        "ports",
        "returned",
        "run",
        "upstream",
        "wait_for",
    )

    def __init__(
        self,
        flow: Flow[..., Any],
        parameters: Mapping[str, Any],
        ports: Ports,
        wait_for: Iterable[Any] | None,
    ) -> None:
        self.flow = flow
        self.parameters = parameters
        self.ports = ports
        self.wait_for = list(wait_for) if wait_for else None
        self.parent = scope.flow_scope.get()
        self.link: Link = choose.awaiting() if ports.is_async else choose.blocking()
        self.persist = persistence.persists_flow(flow.persist_result, self.parent)
        self.returned: Any = None
        self.upstream: UpstreamTaskError | None = None
        self.id: str | None = None
        self.run: LiveFlowRun
        self.logger: Any

    async def execute(self) -> StateValue:
        """Create the run and run it; its final state, or NotReady when an upstream run did not complete.

        An abort (`SystemExit`, `KeyboardInterrupt`, SIGTERM, cancellation) crashes the run and is raised.
        When somebody outside cancels the run, it ends as Cancelled.
        """
        try:
            parameters = await self._begin()
            if parameters is None:
                return self.run.state
            with self._cancellable():
                return await self._attempts(parameters)
        except (Abort, Pause):
            raise
        except Exception as error:
            abort = signals.abort_behind(error)
            if abort is None:
                raise
            is_over = await self._aborted(abort)
            get_logger("engine").error("This came up while the flow run was aborted: %r", error)
            if is_over:
                return self.run.state
            raise abort from None
        except BaseException as error:
            if await self._aborted(error):
                return self.run.state
            raise
        finally:
            if self.id is not None:
                asked.forget(self.id)

    async def _begin(self) -> dict[str, Any] | None:
        """Create and prepare the run; the parameters to call with, None when the run cannot begin."""
        await self._create()
        try:
            return await self._prepare()
        except UpstreamTaskError as error:
            self.upstream = error
            await self._propose(new_state(*inputs.not_ready(error)))
        except _Unprepared as failure:
            await self._end(await self._propose(failure.state, force=True))
        return None

    def flush(self) -> None:
        """Have everything that was recorded written."""
        drive(choose.blocking().flush())

    # -- creation ---------------------------------------------------------------------------------

    async def _create(self) -> None:
        flow = self.flow
        ensure_logging_setup()
        tags = sorted(scope.tag_scope.get())
        self.id = ids.new_id()
        body: dict[str, Any] = {
            "id": self.id,
            "flow_version": flow.version,
            "parameters": params.told(self.parameters),
            "tags": tags,
            "context": _whence(flow),
            "empirical_policy": {"retries": flow.retries, "retry_delay": int(flow.retry_delay_seconds or 0)},
            "state": {"type": "PENDING", "name": "Pending"},
        }
        tracking = self._tracking_run(self.parent, tags) if self.parent is not None else None
        if tracking is not None:
            body["parent_task_run_id"] = tracking.id
        data = await self._created(body, tracking)
        self.id = data["id"]  # a server may insist on an id of its own
        self.run = LiveFlowRun(data, flow.name, proposals.from_wire(data["state"]))
        self.run.parameters = self.parameters
        self.logger = flow_run_logger(self.run, flow)
        kind = "subflow run" if self.parent is not None else "flow run"
        self.logger.info("Beginning %s %r for flow %r", kind, self.run.name, flow.name)
        ui_url = active()["ui_url"] or None
        if ui_url:
            self.logger.info(
                "View at %s/runs/flow-run/%s", ui_url.rstrip("/"), self.run.id, extra={"send_to_api": False}
            )

    async def _created(self, body: dict[str, Any], tracking: LiveTaskRun | None) -> dict[str, Any]:
        """The run that `body` asks for. The id of its flow is kept, and asked for again if it was deleted."""
        name, known = self.flow.name, self.link.flow_ids
        flow = known.get(name)
        if flow is not None:
            try:
                return await self.link.call(named("flow_runs.create"), body={**body, "flow_id": flow})
            except Conflict:
                known.pop(name, None)
        body["flow_id"] = known[name] = await flow_id(name, self.link)
        try:
            return await self.link.call(named("flow_runs.create"), body=body)
        except Conflict:
            if tracking is None:
                raise
            # the original's servers write what they are told of task runs some time later
            await self.link.call(named("task_runs.create"), body=tracking.creation())
            return await self.link.call(named("flow_runs.create"), body=body)

    def _tracking_run(self, parent: FlowRunContext, tags: list[str]) -> LiveTaskRun:
        """The task run that stands for this subflow in its parent; the service keeps their states equal."""
        within = scope.task_scope.get()
        key = self.flow.tracking_key
        if within is not None and within.run.flow_run_id == parent.run.id:
            dynamic_key = ids.new_id()
        else:
            count = parent.task_counters.get(key, 0)
            parent.task_counters[key] = count + 1
            dynamic_key = str(count)
        parents = (within.run.id,) if within is not None else ()
        run = LiveTaskRun(
            Run("task", ids.new_id(), flow_run_id=parent.run.id, flow_run_run_count=parent.run.run_count),
            f"{self.flow.name}-{dynamic_key}",
            key,
            dynamic_key,
            self.link,
            tags_json=result_tags(tags),
            inputs_json=inputs.upstream_json(self.parameters, self.wait_for, parent.run_results, parents),
        )
        run.enter(new_state(PENDING))
        return run

    # -- before the function ----------------------------------------------------------------------

    async def _prepare(self) -> dict[str, Any]:
        """Resolve, validate, name; raises `_Unprepared` with the state of a run that cannot begin."""
        parameters = self.parameters
        if inputs.anything_to_resolve():
            futures = inputs.futures_in(parameters)
            if self.wait_for:
                futures += inputs.futures_in(self.wait_for)
            await inputs.wait_for_futures(futures, self.ports)
            if self.wait_for:
                inputs.resolved(self.wait_for)
        resolved = {name: inputs.resolved(value) for name, value in parameters.items()}
        if self.flow.should_validate_parameters:
            try:
                resolved = params.validated(self.flow, resolved)
            except Exception as error:
                message = "Validation of flow parameters failed with error: "
                self.logger.error("%s%s", message, outcome.described(error))
                raise _Unprepared(
                    new_state(FAILED, None, message + outcome.described(error), data=Held(error))
                ) from error
        if self.flow.flow_run_name is not None:
            await self._name(resolved)
        return resolved

    async def _name(self, parameters: dict[str, Any]) -> None:
        with self._context(parameters):
            try:
                name = names.flow_run_name(self.flow, parameters)
            except Exception as error:
                self.logger.exception("The name of the run could not be made:")
                raise _Unprepared(outcome.failed_state(error, "flow")) from error
        await self.link.call(named("flow_runs.update"), id=self.run.id, body={"name": name})
        self.run.name = name
        self.logger = flow_run_logger(self.run, self.flow)

    def _context(self, parameters: Mapping[str, Any], runner: Any = None) -> FlowRunContext:
        log_prints = self.flow.log_prints
        if log_prints is None:
            log_prints = self.parent.log_prints if self.parent else active()["logging.log_prints"]
        if log_prints:
            prints.watch_print()
        store = None
        if self.persist or self.flow.result_storage is not None or self.flow.result_serializer is not None:
            store = persistence.store_for_flow(self.flow, self.parent)
        elif self.parent is not None:
            store = self.parent.result_store
        context = FlowRunContext(
            self.flow,
            self.run,
            self.link,
            is_async=self.flow.isasync,
            task_runner=runner,
            parameters=parameters,
            log_prints=log_prints,
            persist_result=self.persist,
            result_store=store,
        )
        context.loop = scope.running_loop()
        return context

    # -- attempts ---------------------------------------------------------------------------------

    async def _attempts(self, parameters: dict[str, Any]) -> StateValue:
        while True:
            context = await self._start(parameters)
            if context is None:
                return await self._unless_cancelling(self.run.state)
            no_task = scope.task_scope.set(None)
            try:
                with context:
                    await self._call_running_hooks()
                    with context.task_runner:
                        state = await self._propose(await self._attempt(context))
                    if state.type is CANCELLING:
                        return await self._unless_cancelling(state)
                    if state.type is not SCHEDULED:
                        return await self._end(state)
            finally:
                scope.task_scope.reset(no_task)
            await self._await_retry(state)

    async def _start(self, parameters: dict[str, Any]) -> FlowRunContext | None:
        """Go to Running; the context of the attempt, None when the run was told to be something else."""
        await self._propose(new_state(RUNNING))
        if self.run.state.type is not RUNNING:
            return None
        self.run.run_count += 1
        return self._context(parameters, self.flow.task_runner.duplicate())

    # -- in pieces, for generators ------------------------------------------------------------------

    async def open(self) -> FlowRunContext | None:
        """Begin the run of a generator flow; the context of its first attempt, None when it cannot begin."""
        parameters = await self._begin()
        return None if parameters is None else await self._open_attempt(parameters)

    async def _open_attempt(self, parameters: dict[str, Any]) -> FlowRunContext | None:
        context = await self._start(parameters)
        if context is not None:
            context.task_runner.__enter__()
            with context.model_copy():
                await self._call_running_hooks()
        return context

    async def close(
        self, context: FlowRunContext, value: Any = None, error: Exception | None = None
    ) -> FlowRunContext | None:
        """End an attempt of a generator flow; the context of the next one if the run is tried again."""
        with context.model_copy():
            await self._drain(context.task_runner)
            if error is None:
                state = outcome.state_of(value)
            elif isinstance(error, timeout.RunTimeout):
                state = self._timed_out(error)
            else:
                state = self._failed(error)
            state = await self._propose(await self._persisted(state, context))
            context.task_runner.__exit__(None, None, None)
            if state.type is not SCHEDULED:
                await self._end(state)
                return None
        await self._await_retry(state)
        return await self._open_attempt(dict(context.parameters or {}))

    async def abort(self, context: FlowRunContext, error: BaseException) -> None:
        """Report that an attempt of a generator flow was aborted."""
        context.task_runner.cancel_all()
        context.task_runner.__exit__(None, None, None)
        await self._crash(error)

    async def _attempt(self, context: FlowRunContext) -> StateValue:
        """Call the function once and wait for what it submitted; the state to propose."""
        runner = context.task_runner
        try:
            value = await self._call(context.parameters or {})
            if inspect.iscoroutine(value):
                value = await value if self.ports.is_async else hooks.run_to_end(value)
            value = inputs.resolve_futures_to_states(value)
            await self._drain(runner)
            state = outcome.state_of(value)
            if isinstance(state.data, Held):
                self._warn_of_failed_members(state)
            return await self._persisted(state, context)
        except timeout.RunTimeout as error:
            runner.cancel_all()
            return self._timed_out(error)
        except Exception as error:  # noqa: BLE001 - the user's function may raise anything: the run failed
            error.__traceback__ = frames.users_part(error.__traceback__)
            await self._drain(runner)
            return await self._persisted(self._failed(error), context)
        except BaseException:
            runner.cancel_all()
            raise

    async def _call(self, parameters: Mapping[str, Any]) -> Any:
        flow = self.flow
        args, kwargs = params_to_call(flow.fn, dict(parameters))
        if flow.isasync:
            return await timeout.call_async(flow.fn, flow.timeout_seconds, *args, **kwargs)
        return timeout.call(flow.fn, flow.timeout_seconds, *args, **kwargs)

    async def _drain(self, runner: Any) -> None:
        drain = getattr(runner, "drain", None)
        if drain is not None and not getattr(runner, "is_idle", False):
            await self.ports.run(drain)

    def _warn_of_failed_members(self, state: StateValue) -> None:
        members = state.data.result
        if state.type is not COMPLETED or not isinstance(members, list | tuple | set | dict):
            return
        if not result.wire_states_loaded():
            return
        values = cast("Iterable[Any]", members.values() if isinstance(members, dict) else members)
        if any(result.is_state(each) and each.type is not COMPLETED for each in values):
            self.logger.warning(
                "The flow returned a collection in which some states did not complete; "
                "since it holds other values too, the flow run is Completed."
            )

    async def _persisted(self, state: StateValue, context: FlowRunContext) -> StateValue:
        if not self.persist or not isinstance(state.data, Held):
            return state
        return await caching.written(state, context.result_store, self.ports, self.logger)

    def _failed(self, error: Exception) -> StateValue:
        state = outcome.failed_state(error, "flow")
        if not self.flow.isasync and outcome.is_misused_coroutine(error):
            error.add_note(_AWAITED_BY_NOBODY)
            state = replace(state, message=f"{state.message} ({_AWAITED_BY_NOBODY})")
        self.logger.error("Encountered exception during execution: %r", error, exc_info=error)
        return state

    def _timed_out(self, cause: BaseException) -> StateValue:
        limit_s = self.flow.timeout_seconds or 0.0
        error = FlowRunTimeoutError(f"Flow run exceeded timeout of {limit_s} second(s)")
        self.logger.error("%s", error)
        error.__traceback__ = frames.users_part(cause.__traceback__)
        return outcome.timed_out_state(error, "flow", limit_s)

    async def _await_retry(self, state: StateValue) -> None:
        self.logger.info(
            "Received non-final state %r when proposing final state; will attempt to run again", state.name
        )
        due_us = state.details.get("scheduled_us", 0)
        delay_s = (due_us - self.ports.clock.now_us()) / 1e6
        if delay_s > 0:
            await self.ports.sleep(delay_s)

    # -- the end ----------------------------------------------------------------------------------

    async def _propose(self, state: StateValue, force: bool = False) -> StateValue:
        return await proposals.propose(self.run, state, self.link, self.ports, force)

    async def _end(self, state: StateValue) -> StateValue:
        if state.type in TERMINAL:
            self.returned = state.data.result if isinstance(state.data, Held) else None
        flow = self.flow
        by_type = {
            FAILED: flow.on_failure_hooks,
            COMPLETED: flow.on_completion_hooks,
            StateType.CRASHED: flow.on_crashed_hooks,
        }
        await self._call_hooks(by_type.get(state.type))
        log = self.logger.info if state.type is COMPLETED else self.logger.error
        log("Finished in state %s", describe(state))
        return state

    def _cancellable(self) -> AbstractContextManager[None]:
        """While it lasts, a request from outside to cancel the run interrupts the flow."""
        return cancelling.possible(self.run.id, self.ports.is_async)

    async def _aborted(self, error: BaseException) -> bool:
        """Report the abort; whether the run was cancelled on request, and its caller is to go on."""
        if cancelling.is_meant(self.id, error):
            await self._cancel()
            cancelling.settled(self.run.id, self.ports.is_async)
            return True
        if cancelling.comes_from(self.parent.run.id if self.parent else None, error):
            await self._cancel()
        else:
            await self._crash(error)
        return False

    async def _unless_cancelling(self, state: StateValue) -> StateValue:
        """`state`; of a run that was to be cancelled while it came to its end, that it is."""
        if state.type is CANCELLING:
            await self._cancel()
        return self.run.state

    async def _cancel(self) -> None:
        """End the run as Cancelled; this part always blocks, as that of a crash."""
        if self.run.state.type in TERMINAL:
            return
        await self._told(new_state(CANCELLED, None, "Flow run was cancelled."))
        self.logger.info("The flow run was cancelled")
        self.flush()
        callbacks = self.flow.on_cancellation_hooks
        await hooks.call_hooks(callbacks, BLOCKING, self.logger, *self._shown(callbacks))

    async def _told(self, state: StateValue) -> None:
        """Have the run enter a state, whatever stands against it."""
        link = choose.blocking()
        try:
            await proposals.propose(self.run, state, link, BLOCKING)
        except (Abort, Pause):
            pass
        if self.run.state.type is not state.type:
            await proposals.propose(self.run, state, link, BLOCKING, force=True)

    async def _crash(self, error: BaseException) -> None:
        """Report the abort, whatever becomes of the loop of an async caller: this part always blocks."""
        state = outcome.crashed_state(signals.cause_of(error))
        if not hasattr(self, "run"):
            await self._crash_unseen(state)
            return
        if self.run.state.type in TERMINAL or not await self._crashes(state):
            return
        self.logger.error("Crash detected! %s", state.message)
        self.logger.debug("Crash details:", exc_info=error)
        self.flush()
        await hooks.call_hooks(
            self.flow.on_crashed_hooks, BLOCKING, self.logger, *self._shown(self.flow.on_crashed_hooks)
        )

    async def _crashes(self, state: StateValue) -> bool:
        """Whether the run crashes; it does not if its end was written when the abort came."""
        link = choose.blocking()
        try:
            await proposals.propose(self.run, state, link, BLOCKING)
        except Abort:
            return False
        except Pause:
            pass
        if self.run.state.type not in TERMINAL:
            await proposals.propose(self.run, state, link, BLOCKING, force=True)
        return True

    async def _crash_unseen(self, state: StateValue) -> None:
        """The abort came before the answer to the creation of the run: it may be there all the same."""
        if self.id is None:
            return
        body = proposals.to_body(state, force=True)
        try:
            await choose.blocking().call(named("flow_runs.set_state"), id=self.id, body=body)
        except NotFound:
            pass

    async def _call_hooks(self, callbacks: Iterable[Any] | None) -> None:
        if callbacks:
            await hooks.call_hooks(callbacks, self.ports, self.logger, *self._shown(callbacks))

    async def _call_running_hooks(self) -> None:
        """Hooks see how many attempts have ended: 0 when the first begins."""
        callbacks = self.flow.on_running_hooks
        if not callbacks:
            return
        flow, run, state = self._shown(callbacks)
        shown = run.model_copy(update={"run_count": self.run.run_count - 1})
        await hooks.call_hooks(callbacks, self.ports, self.logger, flow, shown, state)

    def _shown(self, callbacks: Iterable[Any] | None) -> tuple[Any, ...]:
        return (self.flow, self.run.model(), self.run.public_state()) if callbacks else ()

    async def concluded(self, state: StateValue, return_state: bool) -> Any:
        """What the caller gets: the value, or the state; raises what the run raised."""
        if return_state:
            return self.run.public_state()
        if not isinstance(state.data, Held):
            try:
                return await result.result_of(state, self.ports)
            except UnfinishedRun as error:
                raise error from self.upstream
        value = state.data.result
        if isinstance(value, BaseException) and state.type is not COMPLETED:
            raise value
        if state.type is not COMPLETED and not isinstance(value, list | tuple | set):
            return await result.result_of(state, self.ports)
        return cast(Any, value)


class _Unprepared(Exception):
    """The run cannot begin; `state` is the one it ends in."""

    def __init__(self, state: StateValue) -> None:
        super().__init__(state.message)
        self.state = state


async def flow_id(name: str, link: Link) -> str:
    """The id of the flow of this name, which is created if there is none yet."""
    data = await link.call(named("flows.create"), body={"name": name})
    return data["id"]


def _whence(flow: Flow[..., Any]) -> dict[str, str]:
    """Where the flow can be loaded from when its run is to be run again; {} if it has no place of its own."""
    entrypoint: str = flow._entrypoint  # pyright: ignore[reportPrivateUsage]
    return {} if "<" in entrypoint else {"entrypoint": entrypoint}


def params_to_call(fn: Any, parameters: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    from prefect.utilities.callables import parameters_to_args_kwargs

    return parameters_to_args_kwargs(fn, parameters)


def result_tags(tags: list[str]) -> str:
    from prefect._base import jsontext

    return jsontext.dumps(tags)
