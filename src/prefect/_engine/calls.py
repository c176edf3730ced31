"""Calling a task directly: the blocking way, the awaiting way, and as a generator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._base.state import StateType, StateValue
from prefect._engine import frames, result, scope
from prefect._engine.result import Held
from prefect._engine.run import LiveTaskRun
from prefect._engine.task import TaskRunEngine, begin

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect.tasks import Task

choose: Any = lazy.module("prefect._link.choose")
generators: Any = lazy.module("prefect._engine.generator")


def link_at_hand() -> Link:
    """The link of the flow run at hand, else that of the process."""
    context = scope.flow_scope.get()
    return context.link if context is not None else choose.blocking()


def call_task(
    task: Task[..., Any], parameters: Mapping[str, Any], wait_for: Iterable[Any] | None, return_state: bool
) -> Any:
    """Run `task` in this thread; a coroutine or generator for functions of that kind."""
    if task.isgenerator:
        if return_state:
            return generators.refused_return_state(task)
        return generators.iterate_task(task, parameters, wait_for)
    if task.isasync:
        return _call_async(task, parameters, wait_for, return_state)
    run = begin(task, parameters, link_at_hand(), wait_for=wait_for)
    state = drive(TaskRunEngine(task, run, parameters, BLOCKING, wait_for).execute())
    return concluded(run, state, return_state)


async def _call_async(
    task: Task[..., Any], parameters: Mapping[str, Any], wait_for: Iterable[Any] | None, return_state: bool
) -> Any:
    try:
        run = begin(task, parameters, link_at_hand(), wait_for=wait_for)
        state = await TaskRunEngine(task, run, parameters, AWAITING, wait_for).execute()
        if return_state:
            return run.public_state()
        if state.type is StateType.COMPLETED and isinstance(state.data, Held):
            return await _unwrapped(state.data.result)
        return await result.result_of(state, AWAITING)
    except BaseException as error:
        frames.trim(error)
        raise


async def _unwrapped(value: Any) -> Any:
    if result.is_state(value):
        return await result.result_of(value, AWAITING)
    return value


def concluded(run: LiveTaskRun, state: StateValue, return_state: bool) -> Any:
    """What the caller of a blocking run gets: its value or state; raises what the run raised."""
    if return_state:
        return run.public_state()
    if state.type is StateType.COMPLETED and isinstance(state.data, Held):
        value = state.data.result
        if result.is_state(value):
            return drive(result.result_of(value, BLOCKING))
        return value
    return drive(result.result_of(state, BLOCKING))
