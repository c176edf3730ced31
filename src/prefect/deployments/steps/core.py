"""Carrying out steps: finding the function of each, filling in its inputs, handing its outputs on.

A step is a dictionary of one entry, ``{"package.module.function": {inputs}}``. Two inputs are not the
function's: `id` gives its outputs a name, so that later steps say ``{{ id.output }}``; `requires` names
packages that are installed if they are missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import re
import shutil
from collections.abc import Callable, Mapping
from typing import Any, cast

from prefect._base import lazy
from prefect.logging.loggers import get_logger
from prefect.utilities.importtools import import_object
from prefect.utilities.processutils import get_sys_executable, run_process
from prefect.utilities.templating import (
    apply_values,
    resolve_block_document_references,
    resolve_variables,
)

events: Any = lazy.module("prefect.events.utilities")
sys: Any = lazy.module("sys")

__all__ = ["RESERVED_KEYWORDS", "StepExecutionError", "install_packages", "run_step", "run_steps"]

Step = dict[str, Any]
RESERVED_KEYWORDS = {"id", "requires"}
_NAME_OF_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.\-]*")


class StepExecutionError(Exception):
    """A step could not be carried out; its cause says why."""


async def run_step(step: Step, upstream_outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    """Carry out a step and return its outputs.

    :param upstream_outputs: values for the placeholders of its inputs, by their names

    Placeholders of blocks, variables and the environment are filled in, too. Raises `ValueError` for what is
    no step, `StepExecutionError` if its function cannot be had, and whatever the function raises.
    """
    name, given = _parts(step)
    keywords = {key: given.pop(key) for key in RESERVED_KEYWORDS if key in given}
    function = await _function(name, keywords.get("requires"))
    inputs: dict[str, Any] = apply_values(given, upstream_outputs or {})
    inputs = await resolve_block_document_references(inputs)
    inputs = await resolve_variables(inputs)
    return await _called(function, inputs)


async def run_steps(
    steps: list[Step],
    upstream_outputs: dict[str, Any] | None = None,
    print_function: Any = print,
    deployment: Any | None = None,
    flow_run: Any | None = None,
    logger: Any | None = None,
) -> dict[str, Any]:
    """Carry out steps one after the other; all of their outputs.

    :param upstream_outputs: values that are there before the first step
    :param print_function: told which step is carried out
    :param deployment: whose steps these are; an object or a dictionary with an `id`
    :param flow_run: for which run; then each step is told as an event of it
    :param logger: told about steps that fail

    Raises `StepExecutionError` for the first step that fails; the outputs of a step with an `id` are also
    found below that.
    """
    outputs: dict[str, Any] = dict(upstream_outputs or {})
    for index, step in enumerate(steps or []):
        if not step:
            continue
        name, given = _parts(step)
        print_function(f" > Running {name.rpartition('.')[2]} step...")
        try:
            output = await run_step(step, outputs)
        except Exception as error:
            if logger is not None:
                logger.error("Step %d, %s, failed: %s", index + 1, name, error)
            _tell("failed", index, name, given, flow_run, deployment)
            raise StepExecutionError(
                f"Step {index + 1}, {name}, failed: {type(error).__name__}: {error}"
            ) from error
        _tell("executed", index, name, given, flow_run, deployment)
        if not isinstance(output, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
            continue
        outputs.update(output)
        if given.get("id"):
            outputs[given["id"]] = output
    return outputs


def install_packages(packages: list[str], stream_output: bool = False, upgrade: bool = False) -> None:
    """Install packages into the environment of this process, with pip or, where that is not, with uv.

    Raises `RuntimeError` if that fails.
    """
    asyncio.run(_installed(packages, stream_output, upgrade))


def _parts(step: Step) -> tuple[str, dict[str, Any]]:
    """The name of the function of a step, and a copy of what it is given."""
    if not isinstance(step, Mapping) or len(step) != 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(
            f"A step has one key, the full name of its function, with its inputs below it, unlike {step!r}."
        )
    ((name, given),) = step.items()
    if given is not None and not isinstance(given, Mapping):
        raise ValueError(f"The inputs of step {name} stand as `name: value` below it, not as {given!r}.")
    return name, dict(cast("Mapping[str, Any]", given or {}))


async def _called(function: Callable[..., Any], inputs: dict[str, Any]) -> Any:
    awaiting = getattr(function, "aio", function)
    if inspect.iscoroutinefunction(awaiting):
        return await awaiting(**inputs)
    answer = await asyncio.to_thread(function, **inputs)
    return await answer if inspect.isawaitable(answer) else answer


async def _function(name: str, requires: str | list[str] | None) -> Callable[..., Any]:
    wanted = [requires] if isinstance(requires, str) else list(requires or [])
    missing = [package for package in wanted if not _is_installed(package)]
    if missing:
        await _installed(missing, stream_output=False, upgrade=False)
    try:
        found = import_object(name)
    except (ImportError, AttributeError, ValueError) as error:
        hint = "" if wanted else " Check how it is spelled, or name the packages that it needs as `requires`."
        raise StepExecutionError(f"There is no step {name!r}: {error}.{hint}") from error
    if not callable(found):
        raise StepExecutionError(f"{name!r} is no function that could be a step.")
    return found


def _is_installed(requirement: str) -> bool:
    match = _NAME_OF_REQUIREMENT.match(requirement.strip())
    if match is None:
        return False
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        importlib.metadata.distribution(match[0])
        return True
    try:
        return importlib.util.find_spec(match[0].replace("-", "_")) is not None
    except (ImportError, ValueError):
        return False


async def _installed(packages: list[str], stream_output: bool, upgrade: bool) -> None:
    command = [*installer(), *(["--upgrade"] if upgrade else []), *packages]
    done = await run_process(command, stream_output=stream_output)
    importlib.invalidate_caches()
    if done.returncode:
        raise RuntimeError(f"{', '.join(packages)} could not be installed: `{' '.join(command)}` failed.")


def installer() -> list[str]:
    """The beginning of a command that installs packages into the environment of this process."""
    if importlib.util.find_spec("pip") is None and shutil.which("uv"):
        return ["uv", "pip", "install", "--python", sys.executable]
    return [get_sys_executable().strip('"'), "-m", "pip", "install"]


def _tell(
    how: str, index: int, name: str, given: dict[str, Any], flow_run: Any | None, deployment: Any | None
) -> None:
    """Tell about a step for a run as an event; its inputs as they stand, with nothing filled in."""
    if flow_run is None:
        return
    resource = {
        "prefect.resource.id": f"prefect.flow-run.{_of(flow_run, 'id')}",
        "prefect.resource.name": _of(flow_run, "name") or "",
    }
    related = [
        {"prefect.resource.id": f"prefect.{kind}.{id_}", "prefect.resource.role": kind}
        for kind, id_ in (("deployment", _of(deployment, "id")), ("flow", _of(flow_run, "flow_id")))
        if id_
    ]
    inputs = {key: value for key, value in given.items() if key not in RESERVED_KEYWORDS}
    payload = {
        "index": index,
        "qualified_name": name,
        "step_name": name.rpartition(".")[2],
        "id": given.get("id"),
        "inputs": inputs,
    }
    try:
        events.emit_event(
            event=f"prefect.flow-run.pull-step.{how}", resource=resource, related=related, payload=payload
        )
    except Exception as error:  # noqa: BLE001 - the step itself has been carried out
        get_logger("deployments").warning("Step %s could not be told as an event: %s", name, error)


def _of(thing: Any, name: str) -> Any:
    if isinstance(thing, Mapping):
        return cast("Mapping[str, Any]", thing).get(name)
    return getattr(thing, name, None)
