"""``@materialize``: tasks that make assets."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, Unpack

from prefect.assets._task import MaterializingTask, TaskOptions
from prefect.assets.core import Asset

P = ParamSpec("P")
R = TypeVar("R")


def materialize(
    *assets: str | Asset, by: str | None = None, **task_kwargs: Unpack[TaskOptions]
) -> Callable[[Callable[P, R]], MaterializingTask[P, R]]:
    """Make a task of a function that makes `assets`; after each run it is told which were made of which.

    >>> @materialize("s3://bucket/orders.parquet", asset_deps=["postgres://host/orders"])
    ... def export_orders(): ...

    :param assets: the assets, or their keys
    :param by: the tool that makes them, ``"dbt"`` for instance
    :param task_kwargs: the options of ``@task``

    Raises `TypeError` without assets and `ValidationError` for a key that is no address.
    """
    if not assets:
        raise TypeError(
            "`materialize` needs at least one asset, e.g. `@materialize('s3://bucket/file.csv')`."
        )

    def decorate(fn: Callable[P, R]) -> MaterializingTask[P, R]:
        return MaterializingTask(fn, assets=assets, materialized_by=by, **task_kwargs)

    return decorate
