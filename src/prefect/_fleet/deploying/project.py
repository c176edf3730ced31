"""Carrying out one deployment of a project: its steps, its templates, its code, its registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect._base import lazy
from prefect._code import arguments, broken, entrypoints
from prefect._fleet.deploying import changes, entries
from prefect._wire.concurrency import ConcurrencyLimitConfig
from prefect.deployments.runner import DeploymentApplyError, RunnerDeployment
from prefect.deployments.steps.core import StepExecutionError, run_steps
from prefect.exceptions import MissingFlowError, ScriptError
from prefect.utilities.templating import (
    apply_values,
    find_placeholders,
    resolve_block_document_references,
    resolve_variables,
)

pydantic: Any = lazy.module("pydantic")
schedule_checks: Any = lazy.module("prefect._wire.schedule_checks")
triggers_module: Any = lazy.module("prefect.events.schemas.deployment_triggers")

Json = dict[str, Any]
Say = Callable[[str], Any]
_STEPS = ("build", "push", "pull")
_AT_RUN_TIME = ["ctx."]
_DOCKER_STEP = "build_docker_image"


class CannotDeploy(Exception):
    """A deployment of a project cannot be made; the message says why and what to do."""


@dataclass
class Wanted:
    """A deployment that is to be made: its entry, and the steps of the file that hold for it."""

    entry: Json
    steps: Mapping[str, list[Json] | None] = field(default_factory=dict[str, "list[Json] | None"])
    where: str = ""


@dataclass
class Made:
    """A deployment that was made. `entry` is as it was asked for, with what was left out filled in."""

    id: UUID
    name: str
    pool: str
    entry: Json


async def carried_out(wanted: Wanted, pool: str, say: Say = print) -> Made:
    """Make a deployment, with a work pool that exists. Raises `CannotDeploy`."""
    entry = wanted.entry
    if not entry.get("entrypoint"):
        raise CannotDeploy(
            "An entrypoint must be provided: path/to/file.py:function, as `prefect deploy ENTRYPOINT`"
            " or as `entrypoint` of the deployment."
        )
    if not entry.get("name"):
        raise CannotDeploy("A deployment name must be provided: use --name, or `name` in the file.")
    try:
        early: Json = await _early({"name": entry["name"], "entrypoint": entry["entrypoint"]})
        flow = load(early["entrypoint"], say)
        outputs = await _built(wanted, say)
        pull = await _pull_steps(wanted, outputs)
        filled = await _filled(entry, outputs, pull)
        deployment = _deployment(filled, flow, pull, pool)
        plan = await deployment.aplan()
        for line in changes.lines(plan):
            say(line)
        made = await deployment.aapply()
    except StepExecutionError as error:
        raise CannotDeploy(f"{_at(wanted)}{error}") from error
    except (DeploymentApplyError, ValueError) as error:
        raise CannotDeploy(f"{_at(wanted)}{_told(error)}") from error
    return Made(made, deployment.full_name, pool, entry)


def load(entrypoint: str, say: Say) -> Any:
    """The flow of an entrypoint; a script that cannot be run here is read, which is said.

    Raises `CannotDeploy`: no such file or function, no flow, or a script that is no Python.
    """
    try:
        path, _ = entrypoints.split(entrypoint)
        try:
            return entrypoints.load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
        except ScriptError as error:
            last = broken.last_lines(error.user_exc)
            if isinstance(error.user_exc, SyntaxError):
                raise CannotDeploy(f"{path} is no Python that this version understands:\n{last}") from error
            try:
                found = entrypoints.safe_load_flow_from_entrypoint(entrypoint)
            except ValueError:  # it is not defined at the level of the script
                found = None
            if found is None:
                raise CannotDeploy(f"{path} cannot be imported:\n{last}") from error
            say(f"{path} cannot be run here, so that its flow is only read:\n{last}")
            return found
    except FileNotFoundError as error:
        raise CannotDeploy(f"There is no file {error.filename!r} here, in {Path.cwd()}.") from error
    except MissingFlowError as error:
        raise CannotDeploy(str(error)) from error
    except (ModuleNotFoundError, ValueError) as error:
        raise CannotDeploy(f"The entrypoint {entrypoint!r} cannot be loaded: {error}") from error


async def _built(wanted: Wanted, say: Say) -> Json:
    """Build and push; the outputs of these steps."""
    outputs: Json = {}
    for kind in ("build", "push"):
        steps = wanted.entry.get(kind, wanted.steps.get(kind))
        if steps:
            say(f"Running deployment {kind} steps...")
            outputs = await run_steps(steps, outputs, print_function=say)
    return outputs


async def _pull_steps(wanted: Wanted, outputs: Json) -> list[Json]:
    """The steps by which workers get the code. References to blocks and variables stay as they are."""
    steps = wanted.entry.get("pull", wanted.steps.get("pull"))
    if steps is None:
        steps = [_default_pull(wanted)]
    return apply_values(steps, outputs, remove_notset=False, skip_prefixes=_AT_RUN_TIME)


def _default_pull(wanted: Wanted) -> Json:
    """By default the code is where it is now, or where a step that builds an image puts it."""
    directory = str(Path.cwd())
    for step in wanted.entry.get("build", wanted.steps.get("build")) or []:
        name, given = next(iter(step.items()))
        if name.endswith(f".{_DOCKER_STEP}") and (given or {}).get("dockerfile") == "auto":
            directory = f"/opt/prefect/{Path.cwd().name}"
    return {"prefect.deployments.steps.set_working_directory": {"directory": directory}}


async def _early(values: Json) -> Json:
    filled = apply_values(values, {}, remove_notset=False)
    return await resolve_variables(await resolve_block_document_references(filled))


async def _filled(entry: Json, outputs: Json, pull: list[Json]) -> Json:
    """The entry with its templates filled in. What runs fill in by themselves stays."""
    config = {key: value for key, value in entry.items() if key not in _STEPS}
    later = {"triggers": config.pop("triggers", None)}
    config = apply_values(config, outputs, warn_on_notset=True, skip_prefixes=_AT_RUN_TIME)
    variables = (config.get("work_pool") or {}).pop("job_variables", None) if "work_pool" in config else None
    config = await resolve_block_document_references(config)
    config = await resolve_variables(config)
    if variables is not None:  # blocks in these are read by the worker, so that secrets are not copied
        config["work_pool"]["job_variables"] = await resolve_variables(variables)
    triggers: list[Json] = []
    for trigger in later["triggers"] or []:
        kept = {"parameters": trigger["parameters"]} if "parameters" in trigger else {}
        rest = {key: value for key, value in trigger.items() if key not in kept}
        triggers.append({**await _resolved(rest, outputs), **kept})
    return {**config, "triggers": triggers}


async def _resolved(template: Any, outputs: Json) -> Any:
    filled = apply_values(template, outputs, skip_prefixes=_AT_RUN_TIME)
    return await resolve_variables(await resolve_block_document_references(filled))


def _deployment(config: Json, flow: Any, pull: list[Json], pool: str) -> RunnerDeployment:
    work_pool: Json = config.get("work_pool") or {}
    parameters: Json = config.get("parameters") or {}
    schedules: Any = entries.schedules_of(config)
    enforced = config.get("enforce_parameter_schema")
    made = RunnerDeployment(
        name=config["name"],
        flow_name=flow.name,
        description=config.get("description") or flow.description,
        version=config.get("version") or flow.version,
        version_type=config.get("version_type"),
        tags=config.get("tags") or [],
        schedules=schedules,
        paused=_paused(config),
        parameters=parameters,
        triggers=triggers_of(config["triggers"]),
        enforce_parameter_schema=True if enforced is None else enforced,
        work_pool_name=pool,
        work_queue_name=work_pool.get("work_queue_name"),
        job_variables=work_pool.get("job_variables") or {},
        entrypoint=config["entrypoint"],
        **_limit(config.get("concurrency_limit")),
    )
    made._parameter_openapi_schema = flow.parameters  # pyright: ignore[reportPrivateUsage]
    made._sla = config.get("sla")  # pyright: ignore[reportPrivateUsage]
    made._path = config.get("path")  # pyright: ignore[reportPrivateUsage]
    made._pull_steps = pull  # pyright: ignore[reportPrivateUsage]
    unknown = arguments.unknown_to(flow.fn, parameters)
    if unknown and made.enforce_parameter_schema:
        known = ", ".join(flow.parameters.properties) or "none"
        raise ValueError(
            f"Flow {flow.name!r} takes no parameters {', '.join(sorted(unknown))}; it takes: {known}."
        )
    return made


def _paused(config: Json) -> bool | None:
    active = config.get("is_schedule_active")
    return config.get("paused") if active is None else not active


def _limit(given: Any) -> Json:
    if given is None or isinstance(given, int):
        return {"concurrency_limit": given}
    limit = ConcurrencyLimitConfig.model_validate(given)
    options: Json = {"collision_strategy": limit.collision_strategy}
    if limit.grace_period_seconds is not None:
        options["grace_period_seconds"] = limit.grace_period_seconds
    return {"concurrency_limit": limit.limit, "concurrency_options": options}


def triggers_of(given: list[Json]) -> list[Any]:
    """Triggers from what stands in a file; raises `ValueError`."""
    adapter = pydantic.TypeAdapter(triggers_module.DeploymentTriggerTypes)
    return [adapter.validate_python(each) for each in given]


def _told(error: Exception) -> str:
    """An error for people: the fields of what does not fit, without the ways of the library."""
    if not isinstance(error, pydantic.ValidationError):
        return str(error)
    return schedule_checks.in_one_line(cast("list[Json]", cast(Any, error).errors()))


def _at(wanted: Wanted) -> str:
    return f"{wanted.where}: " if wanted.where else ""


def refers_to_steps(entry: Json) -> bool:
    """Whether anything in an entry waits for the outputs of steps."""
    return any(each.type.value == "standard" for each in find_placeholders(entry))
