"""Deployments and their schedules, as clients know them: more lenient than what a server takes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self, TypeVar
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from prefect._base import lazy
from prefect._wire.common import (
    ActionBaseModel,
    CreatedBy,
    DateTime,
    KeyValueLabels,
    Name,
    ObjectBaseModel,
    UpdatedBy,
)
from prefect._wire.concurrency import GlobalConcurrencyLimitResponse
from prefect._wire.deployments import (
    CatchUp,
    ConcurrencyOptions,
    Overlap,
    PositiveInteger,
    PositiveSeconds,
    VersionInfo,
    WholeSchedule,
)
from prefect._wire.flow_runs import FlowRunPolicy
from prefect._wire.states import StateCreate
from prefect.client.schemas.schedules import SCHEDULE_TYPES, NoSchedule, is_schedule_type

settings: Any = lazy.module("prefect.settings")

M = TypeVar("M")
Json = dict[str, Any]
# keys of bodies of former versions
_OLD = ("worker_pool_queue_id", "worker_pool_name", "worker_pool_queue_name", "work_pool_queue_name")


def remove_old_deployment_fields(values: M) -> M:
    """`values` without the keys of former versions; other than a dict it is left alone."""
    if not isinstance(values, dict):
        return values
    return {key: value for key, value in values.items() if key not in _OLD}  # pyright: ignore[reportReturnType, reportUnknownVariableType]


def validate_schedule_max_scheduled_runs(v: int | None, limit: int) -> int | None:
    """The number; raises `ValueError` where a schedule asks for more runs in advance than `limit`."""
    if v is not None and v > limit:
        raise ValueError(f"`max_scheduled_runs` must be {limit} at most.")
    return v


def convert_to_strings(value: Any) -> Any:
    """A value, or each of a collection of them, as text."""
    if isinstance(value, list | tuple | set | frozenset):
        return [str(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)


def _within_limit(v: int | None) -> int | None:
    limit: int = settings.active()["server.deployment_schedule_max_scheduled_runs"]
    return validate_schedule_max_scheduled_runs(v, limit)


class BranchingScheduleHandling(StrEnum):
    """What becomes of the schedules of a deployment in a branch of it."""

    KEEP = "keep"
    REMOVE = "remove"
    INACTIVE = "inactive"


class DeploymentStatus(StrEnum):
    """Whether anything is there that would run the deployment."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    DISABLED = "DISABLED"


class DeploymentBranchingOptions(ObjectBaseModel):
    """How a deployment is branched."""

    schedule_handling: BranchingScheduleHandling = BranchingScheduleHandling.REMOVE


class DeploymentScheduleCreate(ActionBaseModel):
    """Give a deployment a schedule; `slug` names it inside its deployment."""

    schedule: WholeSchedule | NoSchedule
    active: bool = True
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Json = Field(default_factory=dict[str, Any])
    slug: str | None = None
    replaces: str | None = None
    catch_up: CatchUp | None = None
    catch_up_window: PositiveSeconds | None = None
    overlap: Overlap | None = None

    @field_validator("max_scheduled_runs")
    @classmethod
    def validate_max_scheduled_runs(cls, v: int | None) -> int | None:
        return _within_limit(v)

    @classmethod
    def from_schedule(cls, schedule: Any) -> Self:
        """From a schedule of `prefect.schedules`."""
        import prefect.client.schemas.schedules as schedules

        made = schedules.construct_schedule(
            interval=schedule.interval,
            anchor_date=schedule.anchor_date if schedule.interval is not None else None,
            cron=schedule.cron,
            rrule=schedule.rrule,
            timezone=schedule.timezone,
        )
        if isinstance(made, schedules.CronSchedule) and not schedule.day_or:
            made.day_or = False
        beside = ("replaces", "catch_up", "catch_up_window", "overlap")
        further = {name: getattr(schedule, name, None) for name in beside}
        return cls(
            schedule=made,
            active=schedule.active,
            parameters=dict(schedule.parameters),
            slug=schedule.slug,
            **{name: value for name, value in further.items() if value is not None},
        )


class DeploymentScheduleUpdate(ActionBaseModel):
    """Change a schedule; what is left out stays. `replaces` is the slug it had before."""

    schedule: WholeSchedule | NoSchedule | None = None
    active: bool | None = None
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Json | None = None
    slug: str | None = None
    replaces: str | None = None
    catch_up: CatchUp | None = None
    catch_up_window: PositiveSeconds | None = None
    overlap: Overlap | None = None

    @field_validator("max_scheduled_runs")
    @classmethod
    def validate_max_scheduled_runs(cls, v: int | None) -> int | None:
        return _within_limit(v)


class DeploymentSchedule(ObjectBaseModel):
    """A schedule of a deployment."""

    deployment_id: UUID | None = None
    schedule: SCHEDULE_TYPES
    active: bool = True
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Json = Field(default_factory=dict[str, Any])
    slug: str | None = None
    catch_up: CatchUp | None = None
    catch_up_window: float | None = None
    overlap: Overlap | None = None


class _Deploying(ActionBaseModel):
    """What the bodies that create and change a deployment have in common."""

    @model_validator(mode="before")
    @classmethod
    def remove_old_fields(cls, values: Any) -> Any:
        return remove_old_deployment_fields(values)

    def check_valid_configuration(self, base_job_template: dict[str, Any]) -> None:
        """Raise where the job variables of the deployment do not fit to the template of its work pool.

        A variable without a value is no error where the pool has a default for it or a worker may fill it in.
        """
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import ValidationError

        schema = _without_defaults(base_job_template.get("variables", {}))
        chosen: dict[str, Any] = getattr(self, "job_variables", None) or {}
        for error in Draft202012Validator(schema).iter_errors(chosen):  # pyright: ignore[reportUnknownMemberType]
            raise ValidationError(f"The job variables do not fit to the work pool: {error.message}")


def _without_defaults(variables: dict[str, Any]) -> dict[str, Any]:
    """The schema of a pool's variables, in which nothing that has a default is required."""
    properties: dict[str, dict[str, Any]] = variables.get("properties", {})
    required = [
        name
        for name in variables.get("required", ())
        if not ("default" in properties.get(name, {}) or properties.get(name, {}).get("type") == "null")
    ]
    return {**variables, "required": required}


class DeploymentCreate(_Deploying):
    """Create a deployment, or change the one of that flow and name."""

    name: Name
    flow_id: UUID
    paused: bool | None = None
    schedules: list[DeploymentScheduleCreate] = Field(default_factory=list[DeploymentScheduleCreate])
    concurrency_limit: PositiveInteger | None = None
    concurrency_options: ConcurrencyOptions | None = None
    enforce_parameter_schema: bool | None = None
    parameter_openapi_schema: Json | None = Field(default_factory=dict[str, Any])
    parameters: Json = Field(default_factory=dict[str, Any])
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels = Field(default_factory=dict)
    pull_steps: list[Json] | None = None
    work_queue_name: str | None = None
    work_pool_name: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    description: str | None = None
    path: str | None = None
    entrypoint: str | None = None
    job_variables: Json = Field(default_factory=dict[str, Any])
    version: str | None = None
    version_info: VersionInfo | None = None
    branch: str | None = None
    base: UUID | None = None
    root: UUID | None = None

    @field_validator("tags", mode="before")
    @classmethod
    def convert_to_strings(cls, values: Any) -> Any:
        return values if values is None else convert_to_strings(values)


class DeploymentUpdate(_Deploying):
    """Change a deployment; what is left out stays."""

    version: str | None = None
    version_info: VersionInfo | None = None
    description: str | None = None
    parameters: Json | None = None
    paused: bool | None = None
    schedules: list[DeploymentScheduleUpdate] | None = None
    concurrency_limit: PositiveInteger | None = None
    concurrency_options: ConcurrencyOptions | None = None
    tags: list[str] = Field(default_factory=list[str])
    work_queue_name: str | None = None
    work_pool_name: str | None = None
    path: str | None = None
    job_variables: Json | None = Field(default_factory=dict[str, Any])
    entrypoint: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    enforce_parameter_schema: bool | None = None
    parameter_openapi_schema: Json | None = Field(default_factory=dict[str, Any])
    pull_steps: list[Json] | None = None


class DeploymentBranch(ActionBaseModel):
    """Make a branch of a deployment."""

    branch: str = Field(min_length=1)
    options: DeploymentBranchingOptions = Field(default_factory=DeploymentBranchingOptions)
    overrides: DeploymentUpdate | None = None

    @field_validator("branch")
    @classmethod
    def validate_branch_length(cls, v: str) -> str:
        if not v.strip():
            raise ValueError("A branch needs a name.")
        return v


class DeploymentFlowRunCreate(ActionBaseModel):
    """Create a flow run of a deployment."""

    state: StateCreate | None = None
    name: str | None = None
    parameters: Json = Field(default_factory=dict[str, Any])
    enforce_parameter_schema: bool | None = None
    context: Json = Field(default_factory=dict[str, Any])
    infrastructure_document_id: UUID | None = None
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    idempotency_key: str | None = None
    parent_task_run_id: UUID | None = None
    work_queue_name: str | None = None
    job_variables: Json | None = None
    labels: KeyValueLabels = Field(default_factory=dict)


class _DeploymentFields(ObjectBaseModel):
    name: Name
    version: str | None = None
    version_id: UUID | None = None
    version_info: VersionInfo | None = None
    description: str | None = None
    flow_id: UUID
    concurrency_limit: int | None = None
    paused: bool = False
    schedules: list[DeploymentSchedule] = Field(default_factory=list[DeploymentSchedule])
    job_variables: Json = Field(default_factory=dict[str, Any])
    parameters: Json = Field(default_factory=dict[str, Any])
    pull_steps: list[Json] | None = None
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels = Field(default_factory=dict)
    work_queue_name: str | None = None
    last_polled: DateTime | None = None
    parameter_openapi_schema: Json | None = None
    path: str | None = None
    entrypoint: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    created_by: CreatedBy | None = None
    updated_by: UpdatedBy | None = None
    work_queue_id: UUID | None = None
    enforce_parameter_schema: bool = True


class Deployment(_DeploymentFields):
    """A deployment: a flow, and how and where its runs are to be run."""


class DeploymentResponse(_DeploymentFields):
    """A deployment as the API answers it."""

    branch: str | None = None
    base: UUID | None = None
    root: UUID | None = None
    global_concurrency_limit: GlobalConcurrencyLimitResponse | None = None
    concurrency_options: ConcurrencyOptions | None = None
    work_pool_name: str | None = None
    status: DeploymentStatus | None = None

    def as_related_resource(self, role: str = "deployment") -> Any:
        """The deployment as what an event is related to."""
        import prefect.events.schemas.events as events

        return events.RelatedResource(
            {
                "prefect.resource.id": f"prefect.deployment.{self.id}",
                "prefect.resource.name": self.name,
                "prefect.resource.role": role,
            }
        )


def schedule_of(given: Any, beside: dict[str, Any]) -> DeploymentScheduleCreate:
    """A schedule to be created, from one, or from a pair of a schedule and whether it is active.

    `beside` is what holds for schedules that come as pairs, or bare.
    """
    if isinstance(given, DeploymentScheduleCreate):
        return given
    schedule, active = (given, True) if is_schedule_type(given) else given
    return DeploymentScheduleCreate(schedule=schedule, active=active, **beside)
