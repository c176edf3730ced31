"""The tasks that `@materialize` makes, and the options that they share with all tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ParamSpec, TypedDict, TypeVar, Unpack

from prefect.assets.core import Asset
from prefect.tasks import Task

P = ParamSpec("P")
R = TypeVar("R")


class TaskOptions(TypedDict, total=False):
    """The options of ``@task``."""

    name: str | None
    description: str | None
    tags: Any
    version: str | None
    cache_policy: Any
    cache_key_fn: Callable[..., str | None] | None
    cache_expiration: timedelta | None
    task_run_name: Callable[..., str] | str | None
    retries: int | None
    retry_delay_seconds: float | list[float] | Callable[[int], list[float]] | None
    retry_jitter_factor: float | None
    persist_result: bool | None
    result_storage: Any
    result_serializer: Any
    result_storage_key: str | None
    cache_result_in_memory: bool
    timeout_seconds: float | None
    log_prints: bool | None
    refresh_cache: bool | None
    on_completion: list[Callable[..., Any]] | None
    on_failure: list[Callable[..., Any]] | None
    on_running: list[Callable[..., Any]] | None
    on_rollback: list[Callable[..., Any]] | None
    on_commit: list[Callable[..., Any]] | None
    retry_condition_fn: Callable[..., Any] | None
    viz_return_value: Any
    asset_deps: list[Any] | None


class MaterializingTask(Task[P, R]):
    """A task that makes assets; `materialize` makes these."""

    def __init__(
        self,
        fn: Callable[P, R],
        *,
        assets: Sequence[str | Asset],
        materialized_by: str | None = None,
        **task_kwargs: Unpack[TaskOptions],
    ) -> None:
        task_kwargs.setdefault("log_prints", None)
        super().__init__(fn, **task_kwargs)
        self.assets = [Asset(key=each) if isinstance(each, str) else each for each in assets]
        self.materialized_by = materialized_by
        self.uses_assets = True

    def _variant(self, fn: Any, **options: Any) -> MaterializingTask[P, R]:
        return MaterializingTask(fn, assets=self.assets, materialized_by=self.materialized_by, **options)

    def with_options(  # pyright: ignore[reportIncompatibleMethodOverride] - takes `assets` besides
        self, assets: Sequence[str | Asset] | None = None, **task_kwargs: Unpack[TaskOptions]
    ) -> MaterializingTask[P, R]:
        """A task with the same function and some other options; what is not given stays as it is."""
        options: dict[str, Any] = {**task_kwargs}
        version = options.pop("version", None)
        variant: Any = super().with_options(**options)
        if version is not None:
            variant.version = version
        if assets is not None:
            variant.assets = [Asset(key=each) if isinstance(each, str) else each for each in assets]
        return variant


MaterializingTask.__module__ = TaskOptions.__module__ = "prefect.tasks"
