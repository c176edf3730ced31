"""Which run the code at hand belongs to, and whether it is called the blocking or the awaiting way."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from contextvars import ContextVar
from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


if TYPE_CHECKING:
    from prefect.context import FlowRunContext, TaskRunContext

flow_scope: ContextVar[FlowRunContext | None] = ContextVar("prefect_flow_run", default=None)
task_scope: ContextVar[TaskRunContext | None] = ContextVar("prefect_task_run", default=None)
tag_scope: ContextVar[frozenset[str]] = ContextVar("prefect_tags", default=frozenset())
_forced: ContextVar[bool | None] = ContextVar("prefect_forced_dispatch", default=None)


def innermost() -> FlowRunContext | TaskRunContext | None:
    """The context of the task run at hand, else of the flow run, else None."""
    return task_scope.get() or flow_scope.get()


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread, if any."""
    if "asyncio" not in sys.modules:  # then none can
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def dispatches_async() -> bool:
    """Whether a function with a blocking and an awaiting form should take the awaiting one here.

    Inside a run the run's function decides; a loop that was started after the run was entered counts as async
    code of its own. Outside a run a running loop decides.
    """
    forced = _forced.get()
    if forced is not None:
        return forced
    context = innermost()
    loop = running_loop()
    if context is None:
        return loop is not None
    return context.is_async or (loop is not None and loop is not context.loop)


@contextlib.contextmanager
def dispatching(is_async: bool) -> Generator[None]:
    """Force the choice of :func:`dispatches_async`, while a callback of the user's runs."""
    token = _forced.set(is_async)
    try:
        yield
    finally:
        _forced.reset(token)
