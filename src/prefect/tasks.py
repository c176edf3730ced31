"""Tasks: functions whose every call is a recorded run, with retries, caching and concurrency."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    Literal,
    NoReturn,
    ParamSpec,
    TypeVar,
    cast,
    overload,
)

from prefect._base import jsontext, late, lazy
from prefect._core import retries as retry_rules
from prefect._engine import function, persistence
from prefect._engine.scope import flow_scope
from prefect.settings import active
from prefect.utilities import visualization
from prefect.utilities.annotations import NotSet
from prefect.utilities.callables import get_call_parameters

if TYPE_CHECKING:
    from prefect._engine import calls, frames, inputs
    from prefect._engine.future import WaitFor
    from prefect.cache_policies import CachePolicy
    from prefect.context import FlowRunContext, TaskRunContext
    from prefect.futures import PrefectDistributedFuture, PrefectFuture, PrefectFutureList
    from prefect.results import ResultSerializer, ResultStorage, ResultStore
    from prefect.states import State
else:  # decorating a function does not need the engine, running it does
    calls = lazy.module("prefect._engine.calls")
    frames = lazy.module("prefect._engine.frames")
    inputs = lazy.module("prefect._engine.inputs")

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R", covariant=True)
T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])

cache_policies: Any = lazy.module("prefect.cache_policies")
persist_keys: Any = lazy.module("prefect._engine.persist.keys")
caching_options: Any = lazy.module("prefect._engine.persist.resolution")
task_runners: Any = lazy.module("prefect.task_runners")
deferred_runs: Any = lazy.module("prefect._engine.deferred")
assets: Any = lazy.module("prefect._engine.assets")
asset_tasks: Any = lazy.module("prefect.assets._task")

NUM_CHARS_DYNAMIC_KEY = 8
_HOOKS = ("on_completion", "on_failure", "on_running", "on_rollback", "on_commit")


class TaskPlan:
    """The parts of a run's record that are the same for every run of a task, as JSON text."""

    __slots__ = ("no_inputs_json", "policy_json", "retry_delay_s", "tags_json")

    def __init__(self, task: Task[..., Any]) -> None:
        delays = task.retry_delay_seconds
        self.retry_delay_s = tuple(delays) if isinstance(delays, list) else delays
        self.policy_json = jsontext.dumps(
            {
                "max_retries": 0,
                "retry_delay_seconds": 0.0,
                "retries": task.retries,
                "retry_delay": delays,
                "retry_jitter_factor": task.retry_jitter_factor,
            }
        )
        self.tags_json = function.json_list(task.tags)
        try:
            names = list(inspect.signature(task.fn).parameters)
        except ValueError:  # a builtin that does not tell
            names = []
        self.no_inputs_json = jsontext.dumps({name: [] for name in names})

    @staticmethod
    def tags_text(tags: Iterable[str]) -> str:
        return function.json_list(tags)


class Task(Generic[P, R]):
    """A function whose calls are task runs; made by :func:`task`, which describes the options."""

    fn: Callable[P, R]

    def __init__(
        self,
        fn: Callable[P, R],
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | None = None,
        version: str | None = None,
        cache_policy: CachePolicy | type[NotSet] | None = NotSet,
        cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None] | None = None,
        cache_expiration: timedelta | None = None,
        task_run_name: Callable[..., str] | str | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | list[float] | Callable[[int], list[float]] | None = None,
        retry_jitter_factor: float | None = None,
        persist_result: bool | None = None,
        result_storage: ResultStorage | None = None,
        result_serializer: ResultSerializer | None = None,
        result_storage_key: str | None = None,
        cache_result_in_memory: bool = True,
        timeout_seconds: float | None = None,
        log_prints: bool | None = False,
        refresh_cache: bool | None = None,
        on_completion: list[Callable[..., Any]] | None = None,
        on_failure: list[Callable[..., Any]] | None = None,
        on_running: list[Callable[..., Any]] | None = None,
        on_rollback: list[Callable[..., Any]] | None = None,
        on_commit: list[Callable[..., Any]] | None = None,
        retry_condition_fn: Callable[..., Any] | None = None,
        viz_return_value: Any = None,
        asset_deps: list[Any] | None = None,
    ) -> None:
        self._kind = function.kind_of(fn)
        self.fn = self._kind.fn
        functools.update_wrapper(self, self.fn)
        function.refuse_reserved_arguments(self.fn, "task")
        self.isasync = self._kind.isasync
        self.isgenerator = self._kind.isgenerator
        self.name = name or function.name_of(self.fn)
        self.description = description or inspect.getdoc(self.fn)
        self.version = version
        self.tags = _checked_tags(tags)
        self.task_run_name = _checked_run_name(task_run_name)
        settings = active()
        self.retries: int = settings["tasks.default_retries"] if retries is None else retries
        self.retry_delay_seconds = _retry_delays(
            settings["tasks.default_retry_delay_seconds"]
            if retry_delay_seconds is None
            else retry_delay_seconds,
            self.retries,
        )
        if retry_jitter_factor is not None and retry_jitter_factor < 0:
            raise ValueError("`retry_jitter_factor` must be >= 0.")
        self.retry_jitter_factor = retry_jitter_factor
        if retry_condition_fn is not None and not callable(retry_condition_fn):
            raise TypeError("`retry_condition_fn` must be callable")
        self.retry_condition_fn = retry_condition_fn
        self.timeout_seconds = float(timeout_seconds) if timeout_seconds else None
        self.log_prints = log_prints
        self.cache_key_fn = cache_key_fn
        self.cache_expiration = cache_expiration
        self.refresh_cache = refresh_cache
        self.cache_result_in_memory = cache_result_in_memory
        self.result_storage = persistence.checked_storage(result_storage)
        self.result_serializer = result_serializer
        self.result_storage_key = result_storage_key
        self._given_policy = cache_policy
        self._given_persist = persist_result
        self._caching: tuple[Any, bool | None] | None = None
        if self._has_caching_options():
            self._caching = self._resolve_caching()
        self.on_completion_hooks = function.checked_hooks("on_completion", on_completion)
        self.on_failure_hooks = function.checked_hooks("on_failure", on_failure)
        self.on_running_hooks = function.checked_hooks("on_running", on_running)
        self.on_rollback_hooks = function.checked_hooks("on_rollback", on_rollback)
        self.on_commit_hooks = function.checked_hooks("on_commit", on_commit)
        self.viz_return_value = viz_return_value
        self.asset_deps = [assets.as_asset(each) for each in asset_deps] if asset_deps else []
        self.uses_assets = bool(asset_deps)
        self._plan: TaskPlan | None = None

    # -- caching and persistence ------------------------------------------------------------------

    def _has_caching_options(self) -> bool:
        return (
            self._given_policy is not NotSet
            or self.cache_key_fn is not None
            or self._given_persist is not None
            or self.result_storage is not None
            or self.result_serializer is not None
            or self.result_storage_key is not None
        )

    def _resolve_caching(self) -> tuple[Any, bool | None]:
        settings = active()
        return caching_options.resolve_caching(
            cache_policy=self._given_policy,
            cache_key_fn=self.cache_key_fn,
            persist_result=self._given_persist,
            result_storage=self.result_storage,
            result_serializer=self.result_serializer,
            result_storage_key=self.result_storage_key,
            cache_expiration=self.cache_expiration,
            default_no_cache=settings["tasks.default_no_cache"],
            disable_caching=settings["tasks.disable_caching"],
        )

    @property
    def cache_policy(self) -> CachePolicy | None:
        """How the cache key of a run is computed, None if results are never reused."""
        if self._caching is None:
            self._caching = self._resolve_caching()
        return self._caching[0]

    @property
    def persist_result(self) -> bool | None:
        """Whether results are written to storage; None leaves it to the flow run and the settings."""
        return self._caching[1] if self._caching is not None else None

    def persists(self, context: FlowRunContext | None) -> bool:
        """Whether a run in `context` writes its result."""
        return persistence.persists_task(self.persist_result, context)

    def result_store(self, context: FlowRunContext | None) -> ResultStore:
        """The store for the results of a run in `context`."""
        return persistence.store_for_task(self, context)

    # -- what is known of the function --------------------------------------------------------------

    @functools.cached_property
    def task_key(self) -> str:
        """The function's name and a digest of its code; the same in every process."""
        return _task_key(self.fn)

    @property
    def plan(self) -> TaskPlan:
        if self._plan is None:
            self._plan = TaskPlan(self)
        return self._plan

    @property
    def source_code(self) -> str | None:
        """The text of the function, None where it is not at hand."""
        try:
            return inspect.getsource(inspect.unwrap(self.fn))
        except (OSError, TypeError):
            return None

    @property
    def ismethod(self) -> bool:
        return hasattr(self.fn, "__self__")

    @property
    def isclassmethod(self) -> bool:
        return self._kind.isclassmethod

    @property
    def isstaticmethod(self) -> bool:
        return self._kind.isstaticmethod

    @overload
    def __get__(self, instance: None, owner: type) -> Task[P, R]: ...
    @overload
    def __get__(self: Task[Concatenate[Any, Q], R], instance: object, owner: type) -> Task[Q, R]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Task[P, R]: ...

    def __get__(self, instance: Any, owner: type) -> Task[..., R]:
        bound = function.bind(instance, owner, self.fn, self._kind)
        if bound is None:
            return self
        own = copy.copy(self)
        own.fn = bound
        own._plan = None
        return own

    def __repr__(self) -> str:
        return f"<Task {self.name!r}>"

    # -- hooks as decorators --------------------------------------------------------------------------

    def on_completion(self, fn: H) -> H:
        """Call `fn(task, task_run, state)` when a run completes."""
        self.on_completion_hooks.append(fn)
        return fn

    def on_failure(self, fn: H) -> H:
        """Call `fn(task, task_run, state)` when a run has failed for good."""
        self.on_failure_hooks.append(fn)
        return fn

    def on_running(self, fn: H) -> H:
        """Call `fn(task, task_run, state)` at the start of every attempt."""
        self.on_running_hooks.append(fn)
        return fn

    def on_commit(self, fn: H) -> H:
        """Call `fn(transaction)` before the result of a run is committed."""
        self.on_commit_hooks.append(fn)
        return fn

    def on_rollback(self, fn: H) -> H:
        """Call `fn(transaction)` when the transaction that a run belongs to is rolled back."""
        self.on_rollback_hooks.append(fn)
        return fn

    # -- variants ---------------------------------------------------------------------------------------

    def with_options(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | None = None,
        cache_policy: CachePolicy | type[NotSet] | None = NotSet,
        cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None] | None = None,
        task_run_name: Callable[..., str] | str | type[NotSet] | None = NotSet,
        cache_expiration: timedelta | None = None,
        retries: int | type[NotSet] | None = NotSet,
        retry_delay_seconds: float
        | list[float]
        | Callable[[int], list[float]]
        | type[NotSet]
        | None = NotSet,
        retry_jitter_factor: float | type[NotSet] | None = NotSet,
        persist_result: bool | type[NotSet] | None = NotSet,
        result_storage: ResultStorage | type[NotSet] | None = NotSet,
        result_serializer: ResultSerializer | type[NotSet] | None = NotSet,
        result_storage_key: str | type[NotSet] | None = NotSet,
        cache_result_in_memory: bool | None = None,
        timeout_seconds: float | None = None,
        log_prints: bool | type[NotSet] | None = NotSet,
        refresh_cache: bool | type[NotSet] | None = NotSet,
        on_completion: list[Callable[..., Any]] | None = None,
        on_failure: list[Callable[..., Any]] | None = None,
        on_running: list[Callable[..., Any]] | None = None,
        on_rollback: list[Callable[..., Any]] | None = None,
        on_commit: list[Callable[..., Any]] | None = None,
        retry_condition_fn: Callable[..., Any] | None = None,
        viz_return_value: Any = None,
        asset_deps: list[Any] | None = None,
    ) -> Task[P, R]:
        """A task with the same function and some other options; what is not given stays as it is."""

        def kept(given: Any, own: Any) -> Any:
            return own if given is NotSet else given

        return self._variant(
            self._original_fn(),
            name=name or self.name,
            description=description or self.description,
            tags=tags or self.tags,
            version=self.version,
            cache_policy=kept(cache_policy, self._given_policy),
            cache_key_fn=cache_key_fn or self.cache_key_fn,
            cache_expiration=cache_expiration or self.cache_expiration,
            task_run_name=kept(task_run_name, self.task_run_name),
            retries=kept(retries, self.retries),
            retry_delay_seconds=kept(retry_delay_seconds, self.retry_delay_seconds),
            retry_jitter_factor=kept(retry_jitter_factor, self.retry_jitter_factor),
            persist_result=kept(persist_result, self._given_persist),
            result_storage=kept(result_storage, self.result_storage),
            result_serializer=kept(result_serializer, self.result_serializer),
            result_storage_key=kept(result_storage_key, self.result_storage_key),
            cache_result_in_memory=self.cache_result_in_memory
            if cache_result_in_memory is None
            else cache_result_in_memory,
            timeout_seconds=self.timeout_seconds if timeout_seconds is None else timeout_seconds,
            log_prints=kept(log_prints, self.log_prints),
            refresh_cache=kept(refresh_cache, self.refresh_cache),
            on_completion=on_completion or self.on_completion_hooks,
            on_failure=on_failure or self.on_failure_hooks,
            on_running=on_running or self.on_running_hooks,
            on_rollback=on_rollback or self.on_rollback_hooks,
            on_commit=on_commit or self.on_commit_hooks,
            retry_condition_fn=retry_condition_fn or self.retry_condition_fn,
            viz_return_value=viz_return_value or self.viz_return_value,
            asset_deps=asset_deps or self.asset_deps,
        )

    def _variant(self, fn: Any, **options: Any) -> Task[P, R]:
        return type(self)(fn, **options)

    def _original_fn(self) -> Any:
        if self._kind.isclassmethod and not self.ismethod:
            return classmethod(cast("Callable[..., Any]", self.fn))
        return staticmethod(self.fn) if self._kind.isstaticmethod else self.fn

    # -- running --------------------------------------------------------------------------------------

    # No keyword can stand beside `P.args` and `P.kwargs`, so that the arguments of the function are only
    # checked in calls without `return_state` and `wait_for`. Overlaps are meant: the first that fits counts.

    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self: Task[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, State[T]]: ...
    @overload
    def __call__(
        self: Task[P, T],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        **kwargs: Any,
    ) -> State[T]: ...
    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self: Task[P, NoReturn], *args: P.args, **kwargs: P.kwargs
    ) -> None: ...
    @overload
    def __call__(
        self: Task[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, T]: ...
    @overload
    def __call__(self: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...
    @overload
    def __call__(
        self: Task[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, T]: ...
    @overload
    def __call__(
        self: Task[P, T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor,
        **kwargs: Any,
    ) -> T: ...
    @overload
    def __call__(self, *args: Any, return_state: bool, wait_for: WaitFor = ..., **kwargs: Any) -> Any: ...

    def __call__(
        self, *args: Any, return_state: bool = False, wait_for: WaitFor = None, **kwargs: Any
    ) -> Any:
        """Run the task here and now; its result, a coroutine of it for an async task.

        With ``return_state=True`` the final state instead. `wait_for`: a future or state, or several, of runs
        that must complete first. Raises what the function raised, and `ParameterBindError` for wrong
        arguments.
        """
        parameters = get_call_parameters(self.fn, args, kwargs)
        if visualization.current.get() is not None:
            return visualization.track_viz_task(self.isasync, self.name, parameters, self.viz_return_value)
        try:
            return calls.call_task(self, parameters, inputs.waited(wait_for), return_state)
        except BaseException as error:
            frames.trim(error)
            raise

    @overload
    def submit(
        self: Task[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        **kwargs: Any,
    ) -> State[T]: ...
    @overload
    def submit(
        self: Task[P, T],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        **kwargs: Any,
    ) -> State[T]: ...
    @overload
    def submit(
        self: Task[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> PrefectFuture[T]: ...
    @overload
    def submit(self: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> PrefectFuture[T]: ...
    @overload
    def submit(
        self: Task[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor,
        **kwargs: Any,
    ) -> PrefectFuture[T]: ...
    @overload
    def submit(
        self: Task[P, T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor,
        **kwargs: Any,
    ) -> PrefectFuture[T]: ...
    @overload
    def submit(self, *args: Any, return_state: bool, wait_for: WaitFor = ..., **kwargs: Any) -> Any: ...

    def submit(self, *args: Any, return_state: bool = False, wait_for: WaitFor = None, **kwargs: Any) -> Any:
        """Give the task to the flow's task runner and go on; the future of its result.

        With ``return_state=True`` waits and gives the final state. Raises `RuntimeError` outside of a flow.
        """
        parameters = get_call_parameters(self.fn, args, kwargs)
        future = self._runner("submit").submit(self, parameters, inputs.waited(wait_for))
        if return_state:
            future.wait()
            return future.state
        return future

    @overload
    def map(
        self: Task[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> list[State[T]]: ...
    @overload
    def map(
        self: Task[P, T],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> list[State[T]]: ...
    @overload
    def map(
        self: Task[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> PrefectFutureList[T]: ...
    @overload
    def map(
        self: Task[P, T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> PrefectFutureList[T]: ...
    @overload
    def map(
        self,
        *args: Any,
        return_state: bool,
        wait_for: WaitFor = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> Any: ...

    def map(
        self,
        *args: Any,
        return_state: bool = False,
        wait_for: WaitFor = None,
        deferred: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Submit one run per element of the iterable arguments; the list of their futures.

        With ``deferred=True`` they go to task workers, as by :meth:`delay`; no flow is needed then.

        Wrap an argument in `unmapped` to hand it whole to every run. Raises `MappingLengthMismatch` when the
        iterables differ in length and `MappingMissingIterable` when there is none.
        """
        parameters = get_call_parameters(self.fn, args, kwargs, apply_defaults=False)
        if deferred:
            visualization.refuse("`.map`")
            futures = task_runners.map_deferred(self, parameters, inputs.waited(wait_for))
        else:
            futures = self._runner("map").map(self, parameters, inputs.waited(wait_for))
        if return_state:
            futures.wait()
            return [future.state for future in futures]
        return futures

    @overload
    def delay(
        self: Task[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> PrefectDistributedFuture[T]: ...
    @overload
    def delay(self: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> PrefectDistributedFuture[T]: ...

    def delay(self, *args: Any, **kwargs: Any) -> Any:
        """Hand the task to a task worker and go on; works inside and outside of flows.

        >>> future = send_mail.delay("ann@example.org")
        >>> future.result()

        Returns once the run is safe. A process with ``send_mail.serve()`` executes it, now or later. Raises
        `ParameterBindError` for wrong arguments and `SerializationError` for some that cannot be pickled.
        """
        return self.apply_async(args, kwargs)

    @overload
    def apply_async(
        self: Task[P, Coroutine[Any, Any, T]],
        args: tuple[Any, ...] | None = ...,
        kwargs: dict[str, Any] | None = ...,
        wait_for: WaitFor = ...,
        dependencies: Mapping[str, Iterable[Any]] | None = ...,
        *,
        scheduled_time: datetime | None = ...,
    ) -> PrefectDistributedFuture[T]: ...
    @overload
    def apply_async(
        self: Task[P, T],
        args: tuple[Any, ...] | None = ...,
        kwargs: dict[str, Any] | None = ...,
        wait_for: WaitFor = ...,
        dependencies: Mapping[str, Iterable[Any]] | None = ...,
        *,
        scheduled_time: datetime | None = ...,
    ) -> PrefectDistributedFuture[T]: ...

    def apply_async(
        self,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        wait_for: WaitFor = None,
        dependencies: Mapping[str, Iterable[Any]] | None = None,
        *,
        scheduled_time: datetime | None = None,
    ) -> Any:
        """:meth:`delay` with options.

        `wait_for`: futures of runs that must complete first, or one. `dependencies`: further runs that it
        comes from, by parameter. `scheduled_time`: when it is due, if not at once.
        """
        visualization.refuse("`.apply_async` and `.delay`")
        parameters = get_call_parameters(self.fn, tuple(args or ()), dict(kwargs or {}))
        return deferred_runs.submit(self, parameters, inputs.waited(wait_for), dependencies, scheduled_time)

    def serve(self) -> NoReturn:
        """Execute the background runs of this task until the program is ended; see `prefect.task_worker`."""
        late.call("task_worker.serve", self)
        raise SystemExit(0)

    async def aserve(self) -> NoReturn:
        """:meth:`serve` for async code."""
        await late.call("task_worker.aserve", self)
        raise SystemExit(0)

    def _runner(self, method: str) -> Any:
        visualization.refuse(f"`.{method}`")
        context = flow_scope.get()
        if context is None:
            raise RuntimeError(
                f"Task {self.name!r}: `.{method}` needs a flow around it, whose task runner runs the task. "
                "Call the task directly to run it outside of a flow, "
                "or use `.delay` to hand it to a task worker."
            )
        return task_runners.of(context)


def _checked_tags(tags: Iterable[str] | None) -> frozenset[str]:
    if isinstance(tags, str):
        raise TypeError(f"`tags` is a list of texts, not one text: tags=[{tags!r}].")
    return frozenset(tags or ())


def _checked_run_name(template: Any) -> Callable[..., str] | str | None:
    if template is not None and not isinstance(template, str) and not callable(template):
        raise TypeError(
            f"Expected string or callable for 'task_run_name'; got {type(template).__name__} instead."
        )
    return cast("Callable[..., str] | str | None", template)


def _task_key(fn: Any) -> str:
    name = function.qualified_name_of(fn)
    return f"{name.rpartition('.')[2]}-{function.code_digest(fn)}"


def _retry_delays(delays: Any, retries: int) -> float | list[float]:
    if callable(delays):
        delays = delays(retries)
    if delays is None:
        return 0
    if isinstance(delays, list | tuple):
        delays = cast("Sequence[float]", delays)
        if len(delays) > retry_rules.MAX_DELAYS:
            raise ValueError("A task takes at most 50 retry delays.")
        return list(retry_rules.check_delays(delays))
    if isinstance(delays, int | float):
        return delays
    raise TypeError(
        "`retry_delay_seconds` is a number of seconds, a list of them "
        "or a function of the number of retries, "
        f"not {type(delays).__name__}."
    )


@overload
def task(__fn: Callable[P, R], /, **options: Any) -> Task[P, R]: ...
@overload
def task(
    __fn: None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    tags: Iterable[str] | None = None,
    version: str | None = None,
    cache_policy: CachePolicy | type[NotSet] | None = NotSet,
    cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None] | None = None,
    cache_expiration: timedelta | None = None,
    task_run_name: Callable[..., str] | str | None = None,
    retries: int | None = None,
    retry_delay_seconds: float | list[float] | Callable[[int], list[float]] | None = None,
    retry_jitter_factor: float | None = None,
    persist_result: bool | None = None,
    result_storage: ResultStorage | None = None,
    result_storage_key: str | None = None,
    result_serializer: ResultSerializer | None = None,
    cache_result_in_memory: bool = True,
    timeout_seconds: float | None = None,
    log_prints: bool | None = None,
    refresh_cache: bool | None = None,
    on_completion: list[Callable[..., Any]] | None = None,
    on_failure: list[Callable[..., Any]] | None = None,
    on_running: list[Callable[..., Any]] | None = None,
    on_rollback: list[Callable[..., Any]] | None = None,
    on_commit: list[Callable[..., Any]] | None = None,
    retry_condition_fn: Callable[..., Any] | None = None,
    viz_return_value: Any = None,
    asset_deps: list[Any] | None = None,
) -> Callable[[Callable[P, R]], Task[P, R]]: ...


def task(__fn: Any = None, /, **options: Any) -> Any:
    """Make a task of a function: ``@task``, ``@task(retries=3)`` or ``task(fn, name="load")``.

    :param name: the function's name if not given
    :param tags: texts that each run gets; each may have a limit on how many runs with it go at once
    :param retries: how often a failed run is tried again
    :param retry_delay_seconds: seconds before each retry: a number, a list, or `exponential_backoff(factor)`
    :param retry_jitter_factor: spreads the delays out; 0.5 lets them grow by up to a half
    :param retry_condition_fn: ``fn(task, task_run, state) -> bool``: whether this failure is worth a retry
    :param timeout_seconds: fail an attempt that takes longer
    :param cache_policy: from what the key of reusable results is made, see `prefect.cache_policies`
    :param cache_key_fn: ``fn(context, parameters) -> str``: the key itself
    :param cache_expiration: how long a result is reused, from its completion
    :param persist_result: write results to storage, so that they can be reused and read from elsewhere
    :param task_run_name: template over the parameters (``"load-{table}"``) or a callable
    :param log_prints: send what the function prints to the run's log
    :param on_completion, on_failure, on_running: callables ``hook(task, task_run, state)``
    """
    if __fn is not None:
        options.setdefault("log_prints", None)
        return Task(__fn, **options)
    return functools.partial(task, **options)


def exponential_backoff(backoff_factor: float) -> Callable[[int], list[float]]:
    """Delays that double: ``retry_delay_seconds=exponential_backoff(10)`` is 10, 20, 40... seconds."""

    def delays(retries: int) -> list[float]:
        return retry_rules.backoff_delays(backoff_factor, retries)

    return delays


def task_input_hash(context: TaskRunContext, arguments: dict[str, Any]) -> str | None:
    """A cache key from the task, its code and its arguments, for ``cache_key_fn=task_input_hash``.

    None (no caching) if an argument cannot be hashed.
    """
    return persist_keys.task_input_hash(context, arguments)


def __getattr__(name: str) -> Any:
    if name in ("MaterializingTask", "TaskOptions"):
        return getattr(asset_tasks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
