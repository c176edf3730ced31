"""Deployments made in Python: of flows that are served, or that workers run.

>>> deployment = my_flow.to_deployment("nightly", cron="0 2 * * *")
>>> serve(deployment)
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.errors import OperationError
from prefect._code import arguments, sources
from prefect._code.entrypoints import load_flow_from_entrypoint
from prefect._fleet import places, registration
from prefect._fleet import schedules as forms
from prefect._fleet.deploying.many import adeploy, deploy
from prefect._wire.concurrency import ConcurrencyLimitConfig
from prefect._wire.deployments import ConcurrencyOptions, VersionInfo
from prefect.client.schemas._deployments import DeploymentScheduleCreate, DeploymentScheduleUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.asyncutils import run_coro_as_sync
from prefect.utilities.callables import ParameterSchema

if TYPE_CHECKING:
    from prefect._code.storage import RunnerStorage
    from prefect.flows import Flow

clients: Any = lazy.module("prefect.client.orchestration")

__all__ = ["DeploymentApplyError", "RunnerDeployment", "adeploy", "deploy"]

_BANNED = "/%&><"
_REFUSALS = (
    PrefectHTTPStatusError,
    ObjectNotFound,
    ObjectAlreadyExists,
    OperationError,
    registration.UnfitParameters,
)


class DeploymentApplyError(RuntimeError):
    """A deployment could not be registered; the message says why."""


class RunnerDeployment(BaseModel):
    """A deployment that is to be: what `Flow.to_deployment` makes, and `serve` and `deploy` take."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        arbitrary_types_allowed=True, validate_assignment=True, extra="forbid"
    )

    name: str
    flow_name: str | None = None
    description: str | None = None
    version: str | None = None
    version_type: Any = None
    tags: list[str] = Field(default_factory=list[str])
    schedules: list[DeploymentScheduleCreate | DeploymentScheduleUpdate] | None = None
    concurrency_limit: int | None = None
    concurrency_options: ConcurrencyOptions | None = None
    paused: bool | None = None
    parameters: dict[str, Any] = Field(default_factory=dict[str, Any])
    entrypoint: str | None = None
    triggers: list[Any] = Field(default_factory=list[Any])
    enforce_parameter_schema: bool = True
    storage: Any = None
    work_pool_name: str | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Any] = Field(default_factory=dict[str, Any])

    _entrypoint_type: EntrypointType = PrivateAttr(default=EntrypointType.FILE_PATH)
    _path: str | None = PrivateAttr(default=None)
    _parameter_openapi_schema: ParameterSchema = PrivateAttr(default_factory=ParameterSchema)
    _sla: Any = PrivateAttr(default=None)
    # how workers get the code, where that does not follow from `storage`
    _pull_steps: list[dict[str, Any]] | None = PrivateAttr(default=None)
    _directory: str = PrivateAttr(default_factory=lambda: str(Path.cwd()))

    @property
    def entrypoint_type(self) -> EntrypointType:
        """Whether the entrypoint names a file or a module."""
        return self._entrypoint_type

    @property
    def full_name(self) -> str:
        """``flow/deployment``."""
        return f"{self.flow_name}/{self.name}"

    @field_validator("name", mode="before")
    @classmethod
    def validate_name(cls, value: str) -> str:
        """A name that is a Python file becomes the name without the ending."""
        name = Path(value).stem if str(value).endswith(".py") else value
        if any(letter in name for letter in _BANNED):
            raise ValueError(f"The name of a deployment has none of {' '.join(_BANNED)}, unlike {name!r}.")
        return name

    @model_validator(mode="before")
    @classmethod
    def reconcile_paused(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A deployment is active unless it is said to be paused."""
        if isinstance(values, dict) and values.get("paused") is None:  # pyright: ignore[reportUnnecessaryIsInstance]
            values = {**values, "paused": False}
        return values

    @model_validator(mode="before")
    @classmethod
    def reconcile_schedules(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Schedules may be given in any form."""
        if isinstance(values, dict) and values.get("schedules") is not None:  # pyright: ignore[reportUnnecessaryIsInstance]
            values = {**values, "schedules": forms.normalized(values["schedules"])}
        return values

    # -- registering ----------------------------------------------------------------------------------

    async def aapply(
        self,
        schedules: list[dict[str, Any]] | None = None,
        work_pool_name: str | None = None,
        image: str | None = None,
        version_info: VersionInfo | None = None,
    ) -> UUID:
        """Register the deployment, or change the one of that name; its id. See :meth:`apply`."""
        try:
            return await registration.registered(self, schedules, work_pool_name, image, version_info)
        except _REFUSALS as error:
            raise DeploymentApplyError(f"Deployment {self.full_name!r} is refused: {_told(error)}") from error

    @async_dispatch(aapply)
    def apply(
        self,
        schedules: list[dict[str, Any]] | None = None,
        work_pool_name: str | None = None,
        image: str | None = None,
        version_info: VersionInfo | None = None,
    ) -> Any:
        """Register the deployment, or change the one of that name; its id. A coroutine in async code.

        :param schedules: instead of those of the deployment
        :param work_pool_name: the pool whose workers run it, instead of that of the deployment
        :param image: the image in which they run it
        :param version_info: what this version of the code is

        Raises `DeploymentApplyError` if it is refused, and `ValueError` for what only makes sense with a
        work pool and has none.
        """
        return run_coro_as_sync(self.aapply(schedules, work_pool_name, image, version_info))

    async def aplan(
        self, work_pool_name: str | None = None, image: str | None = None
    ) -> dict[str, Any] | None:
        """What applying it would change, None for a new one and from a server that cannot tell.

        A dictionary with `deployment_id` and `changes`, each of which has `field`, `action` (set, kept, added
        or removed), `before` and `after`.
        """
        try:
            return await registration.planned(self, work_pool_name, image)
        except _REFUSALS as error:
            raise DeploymentApplyError(f"Deployment {self.full_name!r} is refused: {_told(error)}") from error

    # -- making ---------------------------------------------------------------------------------------

    @classmethod
    def from_flow(
        cls,
        flow: Flow[..., Any],
        name: str,
        interval: Any = None,
        cron: Any = None,
        rrule: Any = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        concurrency_limit: int | ConcurrencyLimitConfig | None = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: Any = None,
        enforce_parameter_schema: bool = True,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        _sla: Any = None,
        timezone: str | None = None,
    ) -> RunnerDeployment:
        """A deployment of `flow`; the options are those of `Flow.to_deployment`."""
        unknown = arguments.unknown_to(flow.fn, parameters or {})
        if unknown:
            warnings.warn(
                f"Flow {flow.name!r} takes no parameters {', '.join(sorted(unknown))}, which deployment"
                f" {name!r} gives it; they are left out when it runs.",
                UserWarning,
                stacklevel=4,
            )
        made = cls(
            name=name,
            flow_name=flow.name,
            description=description or flow.description,
            version=version or flow.version,
            version_type=version_type,
            tags=tags or [],
            schedules=forms.wanted(interval, cron, rrule, schedule, schedules, timezone),
            paused=paused,
            parameters=parameters or {},
            triggers=triggers or [],
            enforce_parameter_schema=enforce_parameter_schema,
            work_pool_name=work_pool_name,
            work_queue_name=work_queue_name,
            job_variables=job_variables or {},
            entrypoint=places.entrypoint_of(flow, entrypoint_type),
            storage=flow._storage,  # pyright: ignore[reportPrivateUsage]
            **_limits(concurrency_limit),
        )
        made._sla = _sla
        made._entrypoint_type = entrypoint_type
        made._parameter_openapi_schema = flow.parameters
        if made.storage is None:
            made._path = "."
        return made

    @classmethod
    def from_entrypoint(
        cls, entrypoint: str, name: str, flow_name: str | None = None, **options: Any
    ) -> RunnerDeployment:
        """A deployment of the flow that `entrypoint` names; the options are those of `Flow.to_deployment`."""
        flow = load_flow_from_entrypoint(entrypoint)
        made = cls.from_flow(flow, name, **options)
        made.entrypoint = entrypoint
        made.flow_name = flow_name or flow.name
        return made

    @classmethod
    async def afrom_storage(
        cls, storage: RunnerStorage, entrypoint: str, name: str, flow_name: str | None = None, **options: Any
    ) -> RunnerDeployment:
        """A deployment of a flow whose code is fetched from `storage`; see :meth:`from_storage`."""
        flow = await sources.load_from_source(storage, entrypoint)
        made = cls.from_flow(flow, name, **options)
        made.flow_name = flow_name or flow.name
        return made

    @classmethod
    def from_storage(
        cls, storage: RunnerStorage, entrypoint: str, name: str, flow_name: str | None = None, **options: Any
    ) -> Any:
        """A deployment of the flow `entrypoint` below `storage`, which is fetched to look at it.

        The options are those of `Flow.to_deployment`. In async code a coroutine.
        """
        making = cls.afrom_storage(storage, entrypoint, name, flow_name, **options)
        return making if scope.dispatches_async() else run_coro_as_sync(making)


scope: Any = lazy.module("prefect._engine.scope")


def _limits(limit: int | ConcurrencyLimitConfig | None) -> dict[str, Any]:
    if not isinstance(limit, ConcurrencyLimitConfig):
        return {"concurrency_limit": limit, "concurrency_options": None}
    options: dict[str, Any] = {"collision_strategy": limit.collision_strategy}
    if limit.grace_period_seconds is not None:
        options["grace_period_seconds"] = limit.grace_period_seconds
    return {"concurrency_limit": limit.limit, "concurrency_options": ConcurrencyOptions(**options)}


def _told(error: Exception) -> str:
    """What the API said."""
    answer: Any = getattr(error, "http_exc", None) or error
    try:
        detail = answer.response.json()["detail"]
    except (AttributeError, ValueError, KeyError):
        return str(error)
    return detail if isinstance(detail, str) else str(detail)
