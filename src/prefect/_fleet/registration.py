"""Registering a deployment: its flow, itself, and the automations that start it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import lazy
from prefect._engine import params
from prefect._fleet import schedules as forms
from prefect._fleet.deploying import changes
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

clients: Any = lazy.module("prefect.client.orchestration")
bodies: Any = lazy.module("prefect.client.orchestration._bodies")
actions: Any = lazy.module("prefect.client.schemas.actions")
schema_tools: Any = lazy.module("prefect.utilities.schema_tools.validation")


async def registered(
    deployment: RunnerDeployment,
    schedules: list[dict[str, Any]] | None,
    work_pool_name: str | None,
    image: str | None,
    version_info: Any,
) -> UUID:
    """Create the deployment or change the one of its name; its id."""
    given = _given(deployment, schedules, work_pool_name, image, version_info)
    async with clients.get_client() as client:
        flow_id = await client.create_flow_from_name(deployment.flow_name)
        deployment_id: UUID = await client.create_deployment(flow_id, deployment.name, **given)
        if deployment.triggers:
            await _automate(client, deployment, deployment_id)
        if deployment._sla:  # pyright: ignore[reportPrivateUsage]
            agreed = deployment._sla if isinstance(deployment._sla, list) else [deployment._sla]  # pyright: ignore[reportPrivateUsage]
            await client.apply_slas_for_deployment(deployment_id, agreed)
    return deployment_id


async def planned(
    deployment: RunnerDeployment, work_pool_name: str | None, image: str | None
) -> dict[str, Any] | None:
    """What registering it would change; None for a new one, and where the server does not tell."""
    given = _given(deployment, None, work_pool_name, image, None)
    async with clients.get_client() as client:
        try:
            flow = await client.read_flow_by_name(deployment.flow_name)
        except ObjectNotFound:
            return None
        body = bodies.without_none({"flow_id": flow.id, "name": deployment.name, **given})
        made = actions.DeploymentCreate(**body)
        return await changes.planned(made.model_dump(mode="json", exclude_unset=True))


def _given(
    deployment: RunnerDeployment,
    schedules: list[dict[str, Any]] | None,
    work_pool_name: str | None,
    image: str | None,
    version_info: Any,
) -> dict[str, Any]:
    """What is sent of it, besides its names."""
    pool = work_pool_name or deployment.work_pool_name
    if pool is None:
        _refuse_without_pool(deployment, image)
    job_variables = dict(deployment.job_variables)
    if image is not None:
        job_variables["image"] = image
    path, pull_steps = _code_of(deployment, pool, image)
    parameters, schema = params.told(deployment.parameters), _schema_of(deployment)
    if deployment.enforce_parameter_schema:
        _check(parameters, schema)
    return {
        "version": deployment.version,
        "version_info": version_info,
        "schedules": forms.normalized(schedules) if schedules is not None else deployment.schedules,
        "concurrency_limit": deployment.concurrency_limit,
        "concurrency_options": deployment.concurrency_options,
        "parameters": parameters,
        "description": deployment.description,
        "work_queue_name": deployment.work_queue_name,
        "work_pool_name": pool,
        "tags": deployment.tags,
        "path": path,
        "entrypoint": deployment.entrypoint,
        "parameter_openapi_schema": schema,
        "paused": deployment.paused,
        "pull_steps": pull_steps,
        "enforce_parameter_schema": deployment.enforce_parameter_schema,
        "job_variables": job_variables if pool is not None else None,
    }


class UnfitParameters(ValueError):
    """The parameters of a deployment do not fit to its flow."""


def _check(parameters: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise `UnfitParameters`. What is filled in later, and what is missing, is looked at for each run."""
    known = {name: value for name, value in parameters.items() if not _is_later(value)}
    if not known or not schema:
        return
    errors: list[Any] = schema_tools.validate(known, schema, ignore_required=True)
    if errors:
        told = "; ".join(
            f"{'.'.join(str(step) for step in each.absolute_path) or 'parameters'}: {each.message}"
            for each in errors
        )
        raise UnfitParameters(f"the parameters do not fit to the flow: {told}")


def _is_later(value: Any) -> bool:
    text = str(value)
    return "{{" in text or "__prefect_kind" in text or "$ref" in text


def _refuse_without_pool(deployment: RunnerDeployment, image: str | None) -> None:
    given = {
        "image": image,
        "work_queue_name": deployment.work_queue_name,
        "job_variables": deployment.job_variables or None,
    }
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"`{name}` is for work pools, and deployment {deployment.name!r} has none.")


def _schema_of(deployment: RunnerDeployment) -> dict[str, Any]:
    schema = deployment._parameter_openapi_schema  # pyright: ignore[reportPrivateUsage]
    return schema.model_dump_for_openapi()


def _code_of(
    deployment: RunnerDeployment, pool: str | None, image: str | None
) -> tuple[str | None, list[dict[str, Any]] | None]:
    """The path of the code, and the steps by which a worker gets it."""
    steps = deployment._pull_steps  # pyright: ignore[reportPrivateUsage]
    if steps is not None:
        return deployment._path, steps  # pyright: ignore[reportPrivateUsage]
    storage = deployment.storage
    if storage is None:
        return deployment._path, None  # pyright: ignore[reportPrivateUsage]
    if pool is None:
        return deployment._path or str(storage.destination), None  # pyright: ignore[reportPrivateUsage]
    steps = storage.to_pull_step()
    return None, steps if isinstance(steps, list) else [steps]


async def _automate(client: Any, deployment: RunnerDeployment, deployment_id: UUID) -> None:
    """Have exactly the automations of the triggers."""
    await client.delete_resource_owned_automations(f"prefect.deployment.{deployment_id}")
    for trigger in deployment.triggers:
        trigger.set_deployment_id(deployment_id)
        await client.create_automation(trigger.as_automation())
