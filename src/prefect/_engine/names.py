"""Names of runs from templates and callables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.tasks import Task


def task_run_name(task: Task[..., Any], parameters: Mapping[str, Any]) -> str:
    """The name that `task_run_name` gives this run; a callable may take the parameters as `parameters`."""
    template = task.task_run_name
    if callable(template) and "parameters" in inspect.signature(template).parameters:
        return _checked(template(parameters=dict(parameters)), template)
    return _rendered(template, parameters, "task_run_name")


def flow_run_name(flow: Flow[..., Any], parameters: Mapping[str, Any]) -> str:
    """The name that `flow_run_name` gives this run."""
    return _rendered(flow.flow_run_name, parameters, "flow_run_name")


def _rendered(template: str | Callable[..., str] | None, parameters: Mapping[str, Any], option: str) -> str:
    if isinstance(template, str):
        try:
            return template.format(**parameters)
        except KeyError as missing:
            known = ", ".join(parameters) or "none"
            raise ValueError(
                f"`{option}` {template!r} names {missing}, which is no parameter of the function "
                f"(its parameters: {known})."
            ) from missing
    if callable(template):
        return _checked(template(), template)
    raise TypeError(f"`{option}` must be text or a callable, not {type(template).__name__}.")


def _checked(name: Any, template: Callable[..., Any]) -> str:
    if not isinstance(name, str):
        raise TypeError(
            f"Callable {template!r} for generating a run's name must return a string, "
            f"got {type(name).__name__}."
        )
    return name
