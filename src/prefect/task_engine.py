"""Running a task from outside of its own call: what task runners of integrations use."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._engine.calls import link_at_hand
from prefect._engine.crossing import unpacked
from prefect._engine.result import result_of
from prefect._engine.task import TaskRunEngine, TaskRunTimeoutError, begin
from prefect.logging.configuration import ensure_logging_setup

if TYPE_CHECKING:
    from prefect.tasks import Task

__all__ = ["TaskRunTimeoutError", "run_task", "run_task_async", "run_task_sync"]


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
    ensure_logging_setup()
    with unpacked(context):
        run = begin(
            task,
            parameters or {},
            link_at_hand(),
            id=_id(task_run_id, task_run),
            wait_for=wait_for,
            dependencies=dependencies,
        )
        state = drive(TaskRunEngine(task, run, parameters or {}, BLOCKING, wait_for).execute())
        drive(run.link.flush())
        return run.public_state() if return_type == "state" else drive(result_of(state, BLOCKING))


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
    ensure_logging_setup()
    with unpacked(context):
        run = begin(
            task,
            parameters or {},
            link_at_hand(),
            id=_id(task_run_id, task_run),
            wait_for=wait_for,
            dependencies=dependencies,
        )
        state = await TaskRunEngine(task, run, parameters or {}, AWAITING, wait_for).execute()
        await AWAITING.run(lambda: drive(run.link.flush()))
        return run.public_state() if return_type == "state" else await result_of(state, AWAITING)


def run_task(task: Task[..., Any], **options: Any) -> Any | Coroutine[Any, Any, Any]:
    """:func:`run_task_sync` or :func:`run_task_async`, as the task's function demands."""
    return run_task_async(task, **options) if task.isasync else run_task_sync(task, **options)


def _id(task_run_id: UUID | None, task_run: Any) -> str | None:
    found = task_run_id or (task_run.id if task_run is not None else None)
    return str(found) if found is not None else None
