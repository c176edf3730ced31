"""Running a task from outside of its own call: what task runners of integrations use."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._engine.calls import link_at_hand
from prefect._engine.crossing import unpacked
from prefect._engine.generator import iterate_task, refused_return_state
from prefect._engine.result import result_of
from prefect._engine.task import TaskRunEngine, TaskRunTimeoutError, begin
from prefect.logging.configuration import ensure_logging_setup

if TYPE_CHECKING:
    from prefect.tasks import Task

states: Any = lazy.module("prefect.states")

__all__ = [
    "TaskRunTimeoutError",
    "exception_to_crashed_state_sync",
    "exception_to_failed_state_sync",
    "return_value_to_state_sync",
    "run_generator_task_async",
    "run_generator_task_sync",
    "run_task",
    "run_task_async",
    "run_task_sync",
]


def run_task_sync(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: Any = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    dependencies: Mapping[str, Iterable[Any]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a blocking task in what `prefect.context.serialize_context` packed; its result or state."""
    id = _id(task_run_id, task_run)
    return drive(_run(task, id, parameters or {}, wait_for, return_type, dependencies, context, BLOCKING))


async def run_task_async(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: Any = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    dependencies: Mapping[str, Iterable[Any]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run an async task in what `prefect.context.serialize_context` packed; its result or state."""
    id = _id(task_run_id, task_run)
    return await _run(task, id, parameters or {}, wait_for, return_type, dependencies, context, AWAITING)


async def _run(
    task: Task[..., Any],
    id: str | None,
    given: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    return_type: str,
    dependencies: Mapping[str, Iterable[Any]] | None,
    context: dict[str, Any] | None,
    ports: Ports,
) -> Any:
    ensure_logging_setup()
    with unpacked(context):
        run = begin(task, given, link_at_hand(), id=id, wait_for=wait_for, dependencies=dependencies)
        state = await TaskRunEngine(task, run, given, ports, wait_for).execute()
        await ports.run(lambda: drive(run.link.flush()))
        return run.public_state() if return_type == "state" else await result_of(state, ports)


def run_generator_task_sync(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: Any = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    dependencies: Mapping[str, Iterable[Any]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """The items of a blocking generator task, in what `prefect.context.serialize_context` packed."""
    return _items(task, task_run_id, task_run, parameters, wait_for, return_type, dependencies, context)


def run_generator_task_async(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: Any = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    dependencies: Mapping[str, Iterable[Any]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """The items of an async generator task, in what `prefect.context.serialize_context` packed."""
    return _items(task, task_run_id, task_run, parameters, wait_for, return_type, dependencies, context)


def _items(
    task: Task[..., Any],
    task_run_id: UUID | None,
    task_run: Any,
    parameters: Mapping[str, Any] | None,
    wait_for: Iterable[Any] | None,
    return_type: str,
    dependencies: Mapping[str, Iterable[Any]] | None,
    context: dict[str, Any] | None,
) -> Any:
    if return_type != "result":
        return refused_return_state(task)
    given = parameters or {}
    ensure_logging_setup()
    with unpacked(context):
        id = _id(task_run_id, task_run)
        run = begin(task, given, link_at_hand(), id=id, wait_for=wait_for, dependencies=dependencies)
        return iterate_task(task, given, wait_for, run)


def run_task(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: Any = None,
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
    dependencies: Mapping[str, Iterable[Any]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any | Coroutine[Any, Any, Any]:
    """Run a task as its function demands: its result or state, a coroutine of it, or a generator's items."""
    options: dict[str, Any] = {
        "task_run_id": task_run_id,
        "task_run": task_run,
        "parameters": parameters,
        "wait_for": wait_for,
        "return_type": return_type,
        "dependencies": dependencies,
        "context": context,
    }
    if task.isgenerator:
        return (run_generator_task_async if task.isasync else run_generator_task_sync)(task, **options)
    return run_task_async(task, **options) if task.isasync else run_task_sync(task, **options)


def return_value_to_state_sync(
    retval: Any,
    result_store: Any,
    key: str | None = None,
    expiration: datetime | None = None,
    write_result: bool = False,
) -> Any:
    """`prefect.states.return_value_to_state` for blocking code."""
    return drive(states.value_to_state(retval, result_store, key, expiration, write_result, BLOCKING))


def exception_to_failed_state_sync(
    exc: BaseException | None = None, result_store: Any = None, write_result: bool = False, **kwargs: Any
) -> Any:
    """`prefect.states.exception_to_failed_state` for blocking code."""
    return drive(states.error_to_state(exc, result_store, write_result, BLOCKING, kwargs))


def exception_to_crashed_state_sync(exc: BaseException, result_store: Any = None) -> Any:
    """`prefect.states.exception_to_crashed_state` for blocking code."""
    return drive(states.exception_to_crashed_state(exc, result_store))


def _id(task_run_id: UUID | None, task_run: Any) -> str | None:
    found = task_run_id or (task_run.id if task_run is not None else None)
    return str(found) if found is not None else None
