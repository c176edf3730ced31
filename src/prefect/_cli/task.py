"""``prefect task``: execute the background runs of tasks."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Flag, Group
from prefect._cli.errors import CommandError

importtools: Any = lazy.module("prefect.utilities.importtools")
broken: Any = lazy.module("prefect._code.broken")
exceptions: Any = lazy.module("prefect.exceptions")
task_worker: Any = lazy.module("prefect.task_worker")
tasks: Any = lazy.module("prefect.tasks")

app = Group("task", "Execute the background runs of tasks.")


@app.command("serve")
def serve(
    entrypoints: Annotated[
        list[str] | None, Flag(help="Tasks, each as path/to/file.py:task or package.module:task.")
    ] = None,
    *,
    module: Annotated[
        list[str] | None, Flag("--module", "-m", help="A module all of whose tasks are served.")
    ] = None,
    limit: Annotated[int, Flag(help="How many runs at a time.")] = 10,
) -> None:
    """Execute the runs of tasks that were delayed, until it is stopped."""
    if not entrypoints and not module:
        raise CommandError(
            "Name the tasks: 'prefect task serve path/to/file.py:my_task', or '--module name'."
        )
    if entrypoints and module:
        raise CommandError("Name tasks or modules, not both.")
    found = [_task(each) for each in entrypoints or ()]
    for name in module or ():
        found += _tasks_of(name)
    render.line(f"Serving {', '.join(task.name for task in found)}. Stop with Ctrl-C.")
    try:
        task_worker.serve(*found, limit=limit)
    except PermissionError as refused:
        raise CommandError(str(refused)) from None


def _task(entrypoint: str) -> Any:
    if ".py:" not in entrypoint and ":" not in entrypoint:
        raise CommandError(
            f"{entrypoint!r} is no entrypoint; expected 'path/to/file.py:task' or 'package.module:task'."
        )
    try:
        found = importtools.import_object(entrypoint)
    except exceptions.ScriptError as error:
        raise CommandError(f"{entrypoint} cannot be loaded:\n{broken.last_lines(error.user_exc)}") from error
    except (AttributeError, ImportError, OSError, ValueError) as error:
        raise CommandError(f"{entrypoint} cannot be loaded: {error}") from error
    if not isinstance(found, tasks.Task):
        raise CommandError(f"{entrypoint} is not a task; decorate the function with `@task`.")
    return found


def _tasks_of(name: str) -> list[Any]:
    try:
        loaded = importtools.load_module(name)
    except ImportError as error:
        raise CommandError(f"The module {name!r} cannot be loaded: {error}") from error
    found = list({id(each): each for each in vars(loaded).values() if isinstance(each, tasks.Task)}.values())
    if not found:
        raise CommandError(f"There is no task in the module {name!r}.")
    return found
