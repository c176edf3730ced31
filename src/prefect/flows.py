"""Flows: functions whose calls are recorded runs that hold task runs together."""

from __future__ import annotations

import copy
import functools
import inspect
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
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

from prefect._base import late, lazy
from prefect._base.drive import drive
from prefect._code.deployable import Deployable
from prefect._engine import function, persistence
from prefect.exceptions import InvalidNameError
from prefect.settings import active
from prefect.utilities import visualization
from prefect.utilities.annotations import NotSet
from prefect.utilities.callables import get_call_parameters

if TYPE_CHECKING:
    import hashlib

    from prefect import task_runners
    from prefect._base import ports
    from prefect._engine import flow as engine
    from prefect._engine import frames, inputs, params
    from prefect._engine.future import WaitFor
    from prefect.futures import PrefectFuture
    from prefect.results import ResultSerializer, ResultStorage
    from prefect.states import State
    from prefect.task_runners import TaskRunner
    from prefect.utilities.callables import ParameterSchema
else:  # decorating a function needs none of these, running it does
    hashlib = lazy.module("hashlib")
    task_runners = lazy.module("prefect.task_runners")
    ports = lazy.module("prefect._base.ports")
    engine = lazy.module("prefect._engine.flow")
    params = lazy.module("prefect._engine.params")
    frames = lazy.module("prefect._engine.frames")
    inputs = lazy.module("prefect._engine.inputs")

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R", covariant=True)
T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])

callables: Any = lazy.module("prefect.utilities.callables")
validation: Any = lazy.module("prefect._engine.validation")
flow_generators: Any = lazy.module("prefect._engine.flow_generator")
scope: Any = lazy.module("prefect._engine.scope")
asyncutils: Any = lazy.module("prefect.utilities.asyncutils")
drawing: Any = lazy.module("prefect._engine.drawing")
sources: Any = lazy.module("prefect._code.sources")
entrypoints: Any = lazy.module("prefect._code.entrypoints")
execution: Any = lazy.module("prefect._code.execution")

BANNED_CHARACTERS = "/%&><"
_UNVALIDATED_NAMES = ("v__args", "v__kwargs", "v__positional_only", "v__duplicate_kwargs")


class Flow(Deployable, Generic[P, R]):
    """A function whose calls are flow runs; made by :func:`flow`, which describes the options."""

    fn: Callable[P, R]

    def __init__(
        self,
        fn: Callable[P, R],
        name: str | None = None,
        version: str | None = None,
        flow_run_name: Callable[[], str] | str | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | None = None,
        task_runner: type[TaskRunner[PrefectFuture[Any]]] | TaskRunner[PrefectFuture[Any]] | None = None,
        description: str | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool = True,
        persist_result: bool | None = None,
        result_storage: ResultStorage | None = None,
        result_serializer: ResultSerializer | None = None,
        cache_result_in_memory: bool = True,
        log_prints: bool | None = None,
        on_completion: list[Callable[..., Any]] | None = None,
        on_failure: list[Callable[..., Any]] | None = None,
        on_cancellation: list[Callable[..., Any]] | None = None,
        on_crashed: list[Callable[..., Any]] | None = None,
        on_running: list[Callable[..., Any]] | None = None,
    ) -> None:
        self._kind = function.kind_of(fn)
        self.fn = self._kind.fn
        functools.update_wrapper(self, self.fn)
        function.refuse_reserved_arguments(self.fn, "flow")
        self.isasync = self._kind.isasync
        self.isgenerator = self._kind.isgenerator
        self.name = _checked_name(name) or function.name_of(self.fn).replace("_", "-").replace(
            "<lambda>", "unknown-lambda"
        )
        if version:
            self.version = version
        self.flow_run_name = _checked_run_name(flow_run_name)
        self.description = description or inspect.getdoc(self.fn)
        settings = active()
        self.retries: int = settings["flows.default_retries"] if retries is None else retries
        self.retry_delay_seconds: float = (
            settings["flows.default_retry_delay_seconds"]
            if retry_delay_seconds is None
            else retry_delay_seconds
        )
        if task_runner is not None:
            self.task_runner = task_runner() if isinstance(task_runner, type) else task_runner
        self.timeout_seconds = float(timeout_seconds) if timeout_seconds else None
        self.should_validate_parameters = validate_parameters
        if validate_parameters:
            _refuse_unvalidated_names(self.fn)
        self.result_storage = persistence.checked_storage(result_storage)
        self.result_serializer = result_serializer
        if persist_result is None and (result_storage is not None or result_serializer is not None):
            persist_result = True
        self.persist_result = persist_result
        self.cache_result_in_memory = cache_result_in_memory
        self.log_prints = log_prints
        self.on_completion_hooks = function.checked_hooks("on_completion", on_completion)
        self.on_failure_hooks = function.checked_hooks("on_failure", on_failure)
        self.on_cancellation_hooks = function.checked_hooks("on_cancellation", on_cancellation)
        self.on_crashed_hooks = function.checked_hooks("on_crashed", on_crashed)
        self.on_running_hooks = function.checked_hooks("on_running", on_running)
        self._storage: Any = None
        self._entrypoint = _entrypoint(self.fn)
        self._tracking_key: str | None = None
        self._parameters: ParameterSchema | None = None

    # -- what is known of the function --------------------------------------------------------------

    @property
    def parameters(self) -> ParameterSchema:
        """The JSON schema of the flow's parameters."""
        if self._parameters is None:
            self._parameters = callables.parameter_schema(self.fn)
        return self._parameters  # pyright: ignore[reportReturnType]

    @functools.cached_property
    def task_runner(self) -> TaskRunner[Any]:
        """Runs what `.submit` and `.map` hand over; each flow run gets a duplicate of it."""
        return task_runners.ThreadPoolTaskRunner()

    @functools.cached_property
    def version(self) -> str | None:
        """The version that was given, else a digest of the file that defines the function."""
        return _file_version(self.fn)

    @property
    def tracking_key(self) -> str:
        """The key of the task runs that stand for runs of this flow in their parents."""
        if self._tracking_key is None:
            name = function.qualified_name_of(self.fn).rpartition(".")[2]
            self._tracking_key = f"{name}-{function.code_digest(self.fn)}"
        return self._tracking_key

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
    def __get__(self, instance: None, owner: type) -> Flow[P, R]: ...
    @overload
    def __get__(self: Flow[Concatenate[Any, Q], R], instance: object, owner: type) -> Flow[Q, R]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Flow[P, R]: ...

    def __get__(self, instance: Any, owner: type) -> Flow[..., R]:
        bound = function.bind(instance, owner, self.fn, self._kind)
        if bound is None:
            return self
        own = copy.copy(self)
        own.fn = bound
        own._parameters = None
        return own

    def __repr__(self) -> str:
        return f"<Flow {self.name!r}>"

    def validate_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters as the annotations demand them; raises `ParameterTypeError` if they do not fit."""
        return params.validated(self, parameters)

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters as JSON values, as the record of a run tells them."""
        return params.told(parameters)

    # -- hooks as decorators --------------------------------------------------------------------------

    def on_completion(self, fn: H) -> H:
        """Call `fn(flow, flow_run, state)` when a run completes."""
        self.on_completion_hooks.append(fn)
        return fn

    def on_failure(self, fn: H) -> H:
        """Call `fn(flow, flow_run, state)` when a run has failed for good."""
        self.on_failure_hooks.append(fn)
        return fn

    def on_cancellation(self, fn: H) -> H:
        """Call `fn(flow, flow_run, state)` when a run is being cancelled."""
        self.on_cancellation_hooks.append(fn)
        return fn

    def on_crashed(self, fn: H) -> H:
        """Call `fn(flow, flow_run, state)` when a run crashes."""
        self.on_crashed_hooks.append(fn)
        return fn

    def on_running(self, fn: H) -> H:
        """Call `fn(flow, flow_run, state)` at the start of every attempt."""
        self.on_running_hooks.append(fn)
        return fn

    # -- variants ---------------------------------------------------------------------------------------

    def with_options(
        self,
        *,
        name: str | None = None,
        version: str | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | None = None,
        description: str | None = None,
        flow_run_name: Callable[[], str] | str | None = None,
        task_runner: type[TaskRunner[PrefectFuture[Any]]] | TaskRunner[PrefectFuture[Any]] | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool | None = None,
        persist_result: bool | type[NotSet] | None = NotSet,
        result_storage: ResultStorage | type[NotSet] | None = NotSet,
        result_serializer: ResultSerializer | type[NotSet] | None = NotSet,
        cache_result_in_memory: bool | None = None,
        log_prints: bool | type[NotSet] | None = NotSet,
        on_completion: list[Callable[..., Any]] | None = None,
        on_failure: list[Callable[..., Any]] | None = None,
        on_cancellation: list[Callable[..., Any]] | None = None,
        on_crashed: list[Callable[..., Any]] | None = None,
        on_running: list[Callable[..., Any]] | None = None,
    ) -> Flow[P, R]:
        """A flow with the same function and some other options; what is not given stays as it is."""

        def given(value: Any, own: Any) -> Any:
            return own if value is None else value

        def kept(value: Any, own: Any) -> Any:
            return own if value is NotSet else value

        variant = type(self)(
            self._original_fn(),
            name=name or self.name,
            version=version or self.version,
            retries=given(retries, self.retries),
            retry_delay_seconds=given(retry_delay_seconds, self.retry_delay_seconds),
            description=description or self.description,
            flow_run_name=flow_run_name or self.flow_run_name,
            task_runner=task_runner or self.task_runner,
            timeout_seconds=given(timeout_seconds, self.timeout_seconds),
            validate_parameters=given(validate_parameters, self.should_validate_parameters),
            persist_result=kept(persist_result, self.persist_result),
            result_storage=kept(result_storage, self.result_storage),
            result_serializer=kept(result_serializer, self.result_serializer),
            cache_result_in_memory=given(cache_result_in_memory, self.cache_result_in_memory),
            log_prints=kept(log_prints, self.log_prints),
            on_completion=on_completion or self.on_completion_hooks,
            on_failure=on_failure or self.on_failure_hooks,
            on_cancellation=on_cancellation or self.on_cancellation_hooks,
            on_crashed=on_crashed or self.on_crashed_hooks,
            on_running=on_running or self.on_running_hooks,
        )
        variant._storage = self._storage
        variant._entrypoint = self._entrypoint
        return variant

    def _original_fn(self) -> Any:
        if self._kind.isclassmethod and not self.ismethod:
            return classmethod(cast("Callable[..., Any]", self.fn))
        return staticmethod(self.fn) if self._kind.isstaticmethod else self.fn

    # -- code that is somewhere else --------------------------------------------------------------------

    @classmethod
    async def afrom_source(cls, source: Any, entrypoint: str) -> Flow[..., Any]:
        """:meth:`from_source` for async code."""
        return await sources.load_from_source(source, entrypoint)

    @classmethod
    def from_source(cls, source: Any, entrypoint: str) -> Any:
        """The flow that `entrypoint` names in code fetched from `source`; in async code to be awaited.

        >>> flow.from_source("https://github.com/org/repo.git", "flows/etl.py:etl").serve("etl")

        :param source: an address (of a Git repository, or one that fsspec reaches), a local path, a storage
            object of `prefect.runner.storage`, or a block that can download a directory
        :param entrypoint: ``path/to/file.py:function`` or ``package.module.function`` below `source`

        Raises `TypeError` for anything else as `source`, `MissingFlowError` if there is no such flow and
        `RuntimeError` if the code cannot be fetched.
        """
        loading = cls.afrom_source(source, entrypoint)
        return loading if scope.dispatches_async() else asyncutils.run_coro_as_sync(loading)

    # -- pictures -----------------------------------------------------------------------------------------

    async def avisualize(self, *args: Any, **kwargs: Any) -> None:
        """:meth:`visualize` for async code."""
        tracker = await drawing.tracked(self, get_call_parameters(self.fn, args, kwargs))
        graph = visualization.build_task_dependencies(tracker)
        visualization.visualize_task_dependencies(graph, self.name, tracker)

    def visualize(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the tasks that a call would run, with Graphviz; in async code to be awaited.

        What is not a task or a flow really runs. Raises `GraphvizImportError` or
        `GraphvizExecutableNotFoundError` where Graphviz is not installed, with the tasks as text;
        `VisualizationUnsupportedError` for `.submit` and `.map`.
        """
        drawn = self.avisualize(*args, **kwargs)
        return drawn if scope.dispatches_async() else asyncutils.run_coro_as_sync(drawn)

    async def agenerate_mermaid_graph(self, *args: Any, **kwargs: Any) -> str:
        """:meth:`generate_mermaid_graph` for async code."""
        tracker = await drawing.tracked(self, get_call_parameters(self.fn, args, kwargs))
        return visualization.build_mermaid_dependencies(tracker)

    def generate_mermaid_graph(self, *args: Any, **kwargs: Any) -> str:
        """The tasks that a call with these arguments would run, as a flowchart of Mermaid.

        What is not a task or a flow really runs.
        """
        return asyncutils.run_coro_as_sync(self.agenerate_mermaid_graph(*args, **kwargs))

    # -- running --------------------------------------------------------------------------------------

    # No keyword can stand beside `P.args` and `P.kwargs`, so that the arguments of the function are only
    # checked in calls without `return_state` and `wait_for`. Overlaps are meant: the first that fits counts.

    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self: Flow[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, State[T]]: ...
    @overload
    def __call__(
        self: Flow[P, T],
        *args: Any,
        return_state: Literal[True],
        wait_for: WaitFor = ...,
        **kwargs: Any,
    ) -> State[T]: ...
    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self: Flow[P, NoReturn], *args: P.args, **kwargs: P.kwargs
    ) -> None: ...
    @overload
    def __call__(
        self: Flow[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, T]: ...
    @overload
    def __call__(self: Flow[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...
    @overload
    def __call__(
        self: Flow[P, Coroutine[Any, Any, T]],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: WaitFor,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, T]: ...
    @overload
    def __call__(
        self: Flow[P, T],
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
        """Run the flow; its result, or a coroutine of it for an async flow.

        With ``return_state=True`` the final state instead. `wait_for`: a future or state, or several, of runs
        that must complete first. Raises what the function raised, `ParameterBindError` for arguments that do
        not fit the function and `ParameterTypeError` for values that do not fit the annotations.
        """
        parameters = get_call_parameters(self.fn, args, kwargs)
        if any(type(value).__name__ == "FieldInfo" for value in parameters.values()):
            parameters = {name: validation.field_default(value) for name, value in parameters.items()}
        if visualization.current.get() is not None:
            return visualization.track_viz_task(self.isasync, self.name, parameters)
        if self.isgenerator:
            return flow_generators.iterate_flow(self, parameters, inputs.waited(wait_for), return_state)
        if self.isasync:
            return engine.run_flow(self, parameters, ports.AWAITING, inputs.waited(wait_for), return_state)
        try:
            return drive(
                engine.run_flow(self, parameters, ports.BLOCKING, inputs.waited(wait_for), return_state)
            )
        except BaseException as error:
            frames.trim(error)
            raise


def _checked_name(name: Any) -> str | None:
    if name is not None and not isinstance(name, str):
        raise TypeError(f"Expected string for flow parameter 'name'; got {type(name).__name__} instead.")
    if name and any(character in name for character in BANNED_CHARACTERS):
        raise InvalidNameError(
            f"Flow name {name!r} contains an invalid character. "
            f"Must not contain any of: {' '.join(BANNED_CHARACTERS)}."
        )
    return name


def _checked_run_name(template: Any) -> Callable[..., str] | str | None:
    if template is not None and not isinstance(template, str) and not callable(template):
        raise TypeError(
            f"Expected string or callable for 'flow_run_name'; got {type(template).__name__} instead."
        )
    return cast("Callable[..., str] | str | None", template)


def _refuse_unvalidated_names(fn: Any) -> None:
    code = getattr(fn, "__code__", None)
    taken = [
        name
        for name in _UNVALIDATED_NAMES
        if code is not None and name in code.co_varnames[: code.co_argcount]
    ]
    if taken:
        raise ValueError(
            f"The parameter names {taken} cannot be validated; "
            "rename them or pass `validate_parameters=False`."
        )


def _file_version(fn: Any) -> str | None:
    """The MD5 of the file that defines the function, None where there is no file."""
    code = getattr(inspect.unwrap(fn), "__code__", None)
    if code is None:
        return None
    return _file_digest(code.co_filename)


@functools.cache
def _file_digest(path: str) -> str | None:
    try:
        return hashlib.md5(Path(path).read_bytes(), usedforsecurity=False).hexdigest()
    except OSError:
        return None


def _entrypoint(fn: Any) -> str:
    module = getattr(fn, "__module__", None) or "__main__"
    where = module
    if module == "__main__" or module not in sys.modules:
        code = getattr(inspect.unwrap(fn), "__code__", None)
        where = code.co_filename if code is not None else module
    return f"{where}:{function.qualified_name_of(fn)}"


class FlowDecorator:
    """``@flow``; see :meth:`__call__`."""

    @overload
    def __call__(self, __fn: Callable[P, R], /, **options: Any) -> Flow[P, R]: ...
    @overload
    def __call__(
        self,
        __fn: None = None,
        /,
        *,
        name: str | None = None,
        version: str | None = None,
        flow_run_name: Callable[[], str] | str | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | None = None,
        task_runner: Any = None,
        description: str | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool = True,
        persist_result: bool | None = None,
        result_storage: ResultStorage | None = None,
        result_serializer: ResultSerializer | None = None,
        cache_result_in_memory: bool = True,
        log_prints: bool | None = None,
        on_completion: list[Callable[..., Any]] | None = None,
        on_failure: list[Callable[..., Any]] | None = None,
        on_cancellation: list[Callable[..., Any]] | None = None,
        on_crashed: list[Callable[..., Any]] | None = None,
        on_running: list[Callable[..., Any]] | None = None,
    ) -> Callable[[Callable[P, R]], Flow[P, R]]: ...

    def __call__(self, __fn: Any = None, /, **options: Any) -> Any:
        """Make a flow of a function: ``@flow``, ``@flow(retries=3)`` or ``flow(fn, name="etl")``.

        :param name: the function's name with dashes if not given
        :param flow_run_name: template over the parameters (``"load-{table}"``) or a callable
        :param retries: how often a failed run is tried again
        :param retry_delay_seconds: seconds before each retry
        :param timeout_seconds: fail a run that takes longer
        :param task_runner: runs what `.submit` and `.map` hand over; threads by default
        :param validate_parameters: hold the arguments against the annotations and convert them
        :param persist_result: write the results of the flow and its tasks to storage
        :param log_prints: send what the flow and its tasks print to the log
        :param on_completion, on_failure, on_cancellation, on_crashed, on_running: callables
            ``hook(flow, flow_run, state)``
        """
        if __fn is not None:
            return Flow(__fn, **options)
        return functools.partial(self, **options)

    from_source = staticmethod(Flow.from_source)
    afrom_source = staticmethod(Flow.afrom_source)


flow = FlowDecorator()

_LOADING = {
    "is_entrypoint_async",
    "load_flow_arguments_from_entrypoint",
    "load_flow_from_entrypoint",
    "load_function_and_convert_to_flow",
    "load_placeholder_flow",
    "safe_load_flow_from_entrypoint",
    "select_flow",
}


_BOUND = {"InfrastructureBoundFlow", "bind_flow_to_infrastructure"}
_SERVING = {"aserve", "serve"}


def __getattr__(name: str) -> Any:
    if name in _LOADING:
        return getattr(entrypoints, name)
    if name == "load_flow_from_flow_run":
        return execution.load_flow_from_flow_run
    if name in _BOUND:
        return late.call("flow.bound", name)
    if name in _SERVING:
        return late.call("flow.functions", name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
