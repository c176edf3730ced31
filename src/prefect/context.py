"""What the code at hand runs in: the flow run, the task run, the tags and the settings around it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextvars import ContextVar, Token
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, TypeVar

from prefect._base import clock, lazy
from prefect._engine import scope
from prefect._engine.links import Links
from prefect.exceptions import MissingContextError

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


if TYPE_CHECKING:
    from prefect._engine.run import LiveFlowRun, LiveTaskRun
    from prefect._link.link import Link
    from prefect._wire.flow_runs import FlowRun
    from prefect._wire.task_runs import TaskRun
    from prefect.flows import Flow
    from prefect.results import ResultStore
    from prefect.tasks import Task

assets: Any = lazy.module("prefect._engine.assets")
crossing: Any = lazy.module("prefect._engine.crossing")
client_contexts: Any = lazy.module("prefect._engine.client_contexts")
settings_context: Any = lazy.module("prefect.settings.context")
results: Any = lazy.module("prefect.results")

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="_Context")


class _Context:
    """A context that is entered with ``with``, once at a time, and found again with :meth:`get`."""

    _var: ClassVar[ContextVar[Any]]
    __slots__ = ("_token",)
    _token: Token[Any] | None

    def __enter__(self: C) -> C:
        if getattr(self, "_token", None) is not None:
            raise RuntimeError("This context is already entered; enter a copy of it (`model_copy`) instead.")
        self._token = self._var.set(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        token, self._token = self._token, None
        if token is None:
            raise RuntimeError("This context was left without having been entered.")
        self._var.reset(token)

    @classmethod
    def get(cls: type[C]) -> C | None:
        """The innermost context of this kind, or None."""
        return cls._var.get()

    def model_copy(self: C, *, update: Mapping[str, Any] | None = None) -> C:
        """A copy that can be entered by itself, with the attributes of `update` replaced."""
        copy = object.__new__(type(self))
        for name in _slots(type(self)):
            if name != "_token" and hasattr(self, name):
                setattr(copy, name, getattr(self, name))
        copy._token = None
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy


def _slots(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        yield from getattr(base, "__slots__", ())


RunContext = _Context
"""What the contexts of flow runs and of task runs have in common."""


class FlowRunContext(_Context):
    """The context of a running flow.

    `run` is the live run that the engine keeps; `flow_run` the public model of it as it stands now.
    """

    _var = scope.flow_scope
    __slots__ = (
        "detached",
        "flow",
        "is_async",
        "link",
        "log_prints",
        "loop",
        "observed_flow_pauses",
        "parameters",
        "persist_result",
        "result_store",
        "run",
        "run_results",
        "start_us",
        "task_counters",
        "task_run_assets",
        "task_runner",
    )

    def __init__(
        self,
        flow: Flow[..., Any] | None,
        run: LiveFlowRun,
        link: Link,
        *,
        is_async: bool = False,
        task_runner: Any = None,
        parameters: Mapping[str, Any] | None = None,
        log_prints: bool = False,
        persist_result: bool = False,
        result_store: ResultStore | None = None,
        detached: bool = False,
    ) -> None:
        self._token = None
        self.flow = flow
        self.run = run
        self.link = link
        self.is_async = is_async
        self.loop: asyncio.AbstractEventLoop | None = scope.running_loop()
        self.task_runner = task_runner
        self.parameters = parameters
        self.log_prints = log_prints
        self.persist_result = persist_result
        self.result_store = result_store
        self.detached = detached
        self.run_results = Links()
        self.task_counters: dict[str, int] = {}
        self.task_run_assets: dict[str, set[Any]] = {}
        self.observed_flow_pauses: dict[str, int] = {}
        self.start_us = clock.system.now_us()

    @property
    def flow_run(self) -> FlowRun:
        return self.run.model()

    @property
    def start_time(self) -> datetime:
        return clock.to_datetime(self.start_us)


class TaskRunContext(_Context):
    """The context of a running task."""

    _var = scope.task_scope
    __slots__ = (
        "is_async",
        "log_prints",
        "loop",
        "parameters",
        "persist_result",
        "result_store",
        "run",
        "start_us",
        "task",
    )

    def __init__(
        self,
        task: Task[..., Any],
        run: LiveTaskRun,
        *,
        is_async: bool = False,
        parameters: Mapping[str, Any],
        log_prints: bool = False,
        persist_result: bool = False,
        result_store: ResultStore | None = None,
    ) -> None:
        self._token = None
        self.task = task
        self.run = run
        self.is_async = is_async
        self.loop: asyncio.AbstractEventLoop | None = scope.running_loop()
        self.parameters = parameters
        self.log_prints = log_prints
        self.persist_result = persist_result
        self.result_store = result_store
        self.start_us = clock.system.now_us()

    @property
    def task_run(self) -> TaskRun:
        return self.run.model()

    @property
    def start_time(self) -> datetime:
        return clock.to_datetime(self.start_us)


EngineContext = FlowRunContext


class TagsContext:
    """The tags that runs started here get."""

    __slots__ = ("current_tags",)

    def __init__(self, current_tags: frozenset[str] | set[str] = frozenset()) -> None:
        self.current_tags = set(current_tags)

    @classmethod
    def get(cls) -> TagsContext:
        return cls(scope.tag_scope.get())


@contextlib.contextmanager
def tags(*new_tags: str) -> Generator[set[str]]:
    """Give `new_tags` to every flow run and task run that is started inside; yields all tags that hold there.

    >>> with tags("nightly"):
    ...     my_flow()
    """
    for tag in new_tags:
        if not isinstance(tag, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"A tag is text; got {tag!r} of type {type(tag).__name__}.")
    current = scope.tag_scope.get().union(new_tags)
    token = scope.tag_scope.set(current)
    try:
        yield set(current)
    finally:
        scope.tag_scope.reset(token)


def get_run_context() -> FlowRunContext | TaskRunContext:
    """The context of the task run at hand, else of the flow run.

    Raises `MissingContextError` outside of any run.
    """
    context = scope.innermost()
    if context is None:
        raise MissingContextError("There is no run at hand: call this inside of a flow or a task.")
    return context


def serialize_context(asset_ctx_kwargs: dict[str, Any] | None = None) -> dict[str, Any]:
    """The context at hand as a dictionary to pickle, for :func:`hydrated_context` in another process."""
    return crossing.pack(asset_ctx_kwargs)


@contextlib.contextmanager
def hydrated_context(serialized_context: dict[str, Any] | None = None, client: Any = None) -> Generator[None]:
    """Run the body in the context that :func:`serialize_context` packed; None leaves it as it is."""
    with crossing.unpacked(serialized_context):
        yield


class _WithContext(Generic[P, R]):
    def __init__(self, fn: Callable[P, R], packed: dict[str, Any]) -> None:
        self.fn = fn
        self.packed = packed

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        with hydrated_context(self.packed):
            return self.fn(*args, **kwargs)


def with_context(fn: Callable[P, R]) -> Callable[P, R]:
    """`fn` bound to the context at hand, so that it finds it in the thread or process that calls it."""
    return _WithContext(fn, serialize_context())


def __getattr__(name: str) -> Any:
    if name in {
        "SettingsContext",
        "use_profile",
        "get_settings_context",
        "refresh_global_settings_context",
        "root_settings_context",
    }:
        return getattr(settings_context, name)
    if name in {"SyncClientContext", "AsyncClientContext"}:
        return getattr(client_contexts, name)
    if name == "GLOBAL_SETTINGS_CONTEXT":
        return settings_context.root_settings_context()
    if name == "AssetContext":
        return assets.AssetContext
    if name == "ContextModel":
        from prefect._engine.context_model import ContextModel

        return ContextModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
