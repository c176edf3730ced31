"""What a worker puts onto infrastructure: the configuration of a job, made from a template and values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from prefect._base import lazy, owner
from prefect._code.execution import ATTEMPT, RUN_ID
from prefect._fleet.worker import telling
from prefect.utilities.templating import (
    apply_values,
    resolve_block_document_references,
    resolve_variables,
)

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import Flow, FlowRun, WorkPool
    from prefect.client.schemas.responses import DeploymentResponse

settings: Any = lazy.module("prefect.settings")
clients: Any = lazy.module("prefect.client.orchestration")

Json = dict[str, Any]
_LABEL = "prefect.io/"
# the template of a run's name may ask for these
_CONTEXT = re.compile(r"{{\s*ctx\.(flow_run|flow)\.(\w+)\s*}}")


def return_v_or_none(v: str | None) -> str | None:
    """The text, None for an empty one."""
    return v or None


class BaseJobConfiguration(BaseModel):
    """The job that a worker starts for a run; types of infrastructure add fields of their own.

    The extra ``template`` of a field says how it is made from variables, where that is not the variable of
    its name: ``Field(json_schema_extra={"template": "{{ image }}:latest"})``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    command: str | None = Field(
        default=None,
        description="The command that starts a run; the worker knows one if this is left out.",
    )
    env: dict[str, str | None] = Field(
        default_factory=dict[str, str | None], title="Environment Variables", description="Variables to set."
    )
    labels: dict[str, str] = Field(
        default_factory=dict[str, str], description="Labels to give to the infrastructure."
    )
    name: str | None = Field(default=None, description="The name to give to the infrastructure.")

    _related_objects: Json = {}

    @property
    def is_using_a_runner(self) -> bool:
        """Whether the command is one that executes a run by its id."""
        return self.command is not None and "prefect flow-run execute" in self.command

    @field_validator("command")
    @classmethod
    def _coerce_command(cls, v: str | None) -> str | None:
        return return_v_or_none(v)

    @field_validator("env", mode="before")
    @classmethod
    def _coerce_env(cls, v: Any) -> Any:
        if not isinstance(v, Mapping):
            return v
        given = cast("Mapping[str, Any]", v)
        return {key: None if value is None else str(value) for key, value in given.items()}

    # -- from a template --------------------------------------------------------------------------------

    @classmethod
    def json_template(cls) -> Json:
        """The fields as placeholders, as they stand in the template of a pool."""
        properties: Json = cls.model_json_schema()["properties"]
        return {
            name: schema["template"] if schema.get("template") else "{{ " + name + " }}"
            for name, schema in properties.items()
        }

    @staticmethod
    def _get_base_config_defaults(variables: Json) -> Json:
        """The defaults of the variables of a template that are not null."""
        properties: Json = variables.get("properties") or {}
        return {
            name: schema["default"]
            for name, schema in properties.items()
            if schema.get("default") is not None
        }

    @classmethod
    async def from_template_and_values(
        cls, base_job_template: Json, values: Json, client: PrefectClient | None = None
    ) -> Self:
        """The configuration that a template gives with `values` for its variables.

        Values go before the defaults of the template; environments are merged, variable by variable. Blocks
        and variables that are referred to are read by `client`.
        """
        configuration: Json = dict(base_job_template["job_configuration"])
        variables = cls._get_base_config_defaults(base_job_template.get("variables") or {})
        environment: Json = {}
        own: Any = configuration.get("env")
        if isinstance(own, dict):
            environment.update(cast(Json, own))
        environment.update(variables.get("env") or {})
        variables.update(expanded(values))
        environment.update(variables.get("env") or {})
        if environment:
            variables["env"] = environment
            if isinstance(own, dict):
                configuration["env"] = "{{ env }}"
        populated: Json = apply_values(template=configuration, values=variables)
        if _refers(populated):
            client = client or clients.get_client()
            populated = await resolve_block_document_references(template=populated, client=client)
            populated = await resolve_variables(template=populated, client=client)
        return cls(**populated)

    @classmethod
    async def resolve_for_flow_run(
        cls,
        flow_run: FlowRun,
        *,
        client: PrefectClient,
        work_pool: WorkPool,
        worker_name: str,
        worker_id: UUID | None = None,
        deployment: DeploymentResponse | None = None,
    ) -> Self:
        """The configuration for a run of a pool, ready to be started."""
        if deployment is None and flow_run.deployment_id is not None:
            deployment = await client.read_deployment(flow_run.deployment_id)
        flow = await client.read_flow(flow_run.flow_id)
        made = await cls.from_template_and_values(
            work_pool.base_job_template,
            merged(deployment.job_variables if deployment else {}, flow_run.job_variables or {}),
            client=client,
        )
        made.prepare_for_flow_run(
            flow_run,
            deployment=deployment,
            flow=flow,
            work_pool=work_pool,
            worker_name=worker_name,
            worker_id=worker_id,
        )
        return made

    # -- for a run --------------------------------------------------------------------------------------

    def prepare_for_flow_run(
        self,
        flow_run: FlowRun,
        deployment: DeploymentResponse | None = None,
        flow: Flow | None = None,
        work_pool: WorkPool | None = None,
        worker_name: str | None = None,
        worker_id: UUID | None = None,
    ) -> None:
        """Add what belongs to a run: its environment, labels, name and command."""
        self._related_objects = {"deployment": deployment, "flow": flow, "flow-run": flow_run}
        known: dict[str, str | None] = {
            **self._base_environment(),
            **self._base_flow_run_environment(flow_run),
            **_attributed(deployment, flow, worker_name, worker_id),
        }
        self.env = {**known, **self.env}
        self.labels = {
            **self._base_flow_run_labels(flow_run),
            **self._base_work_pool_labels(work_pool),
            **self._base_worker_name_label(worker_name),
            **self._base_flow_labels(flow),
            **self._base_deployment_labels(deployment),
            **self.labels,
        }
        self.name = _with_context(self.name, flow, flow_run) or flow_run.name
        self.command = self.command or self._base_flow_run_command()

    @staticmethod
    def _base_flow_run_command() -> str:
        """The command of containers."""
        return "prefect flow-run execute"

    @staticmethod
    def _base_environment() -> dict[str, str]:
        """The settings that somebody has changed here."""
        found: dict[str, str] = settings.get_current_settings().to_environment_variables(exclude_unset=True)
        return found

    @staticmethod
    def _base_flow_run_environment(flow_run: FlowRun) -> dict[str, str]:
        """Which run it is, and under which attempt it was claimed for it."""
        if flow_run is None:  # pyright: ignore[reportUnnecessaryComparison]
            return {}
        run_id = str(flow_run.id)
        attempt = owner.attempts.get(run_id)
        return {RUN_ID: run_id, **({ATTEMPT: str(attempt)} if attempt is not None else {})}

    @staticmethod
    def _base_flow_run_labels(flow_run: FlowRun) -> dict[str, str]:
        if flow_run is None:  # pyright: ignore[reportUnnecessaryComparison]
            return {}
        return {
            f"{_LABEL}flow-run-id": str(flow_run.id),
            f"{_LABEL}flow-run-name": flow_run.name,
            f"{_LABEL}version": _version(),
        }

    @staticmethod
    def _base_deployment_labels(deployment: DeploymentResponse | None) -> dict[str, str]:
        if deployment is None:
            return {}
        labels = {
            f"{_LABEL}deployment-id": str(deployment.id),
            f"{_LABEL}deployment-name": deployment.name,
        }
        if deployment.updated is not None:
            at = deployment.updated.astimezone(datetime.UTC)
            labels[f"{_LABEL}deployment-updated"] = at.isoformat().replace("+00:00", "Z")
        return labels

    @staticmethod
    def _base_flow_labels(flow: Flow | None) -> dict[str, str]:
        if flow is None:
            return {}
        return {f"{_LABEL}flow-id": str(flow.id), f"{_LABEL}flow-name": flow.name}

    @staticmethod
    def _base_work_pool_labels(work_pool: WorkPool | None) -> dict[str, str]:
        if work_pool is None:
            return {}
        return {f"{_LABEL}work-pool-name": work_pool.name, f"{_LABEL}work-pool-id": str(work_pool.id)}

    @staticmethod
    def _base_worker_name_label(worker_name: str | None) -> dict[str, str]:
        return {} if worker_name is None else {f"{_LABEL}worker-name": worker_name}

    def _related_resources(self) -> list[Any]:
        """What events about the job are related to: `RelatedResource`."""
        return telling.related_to_job(self)


class BaseVariables(BaseModel):
    """The variables of the template of a pool; types of infrastructure add their own."""

    name: str | None = Field(default=None, description="The name of the infrastructure of a run.")
    env: dict[str, str | None] = Field(
        default_factory=dict[str, str | None],
        title="Environment Variables",
        description="Variables to set for a run; null takes one away.",
    )
    labels: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="Labels of the infrastructure of a run.",
    )
    command: str | None = Field(
        default=None,
        description="The command that starts a run; the worker knows one if this is left out.",
    )

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> Json:
        """The schema, with the names by which templates refer to definitions."""
        schema = super().model_json_schema(*args, **kwargs)
        if "$defs" in schema:
            schema["definitions"] = schema.pop("$defs")
        return cast(Json, _renamed(schema))


class BaseWorkerResult(BaseModel):
    """How a job ended: what identifies it, and the status with which it exited."""

    identifier: str
    status_code: int

    def __bool__(self) -> bool:
        return self.status_code == 0


def expanded(values: Mapping[str, Any]) -> Json:
    """Values whose names may have dots: ``env.NAME`` goes into `env`, unless that has such a key itself."""
    found: Json = {}
    for name, value in values.items():
        if "." in name:
            _put(found, name.split("."), value)
    for name, value in values.items():
        if "." in name:
            continue
        nested: Any = found.get(name)
        both = isinstance(nested, dict) and isinstance(value, dict)
        found[name] = {**cast(Json, nested), **cast(Json, value)} if both else value
    return found


def _put(into: Json, path: list[str], value: Any) -> None:
    *outer, last = path
    for name in outer:
        inner = into.setdefault(name, {})
        into = cast(Json, inner) if isinstance(inner, dict) else {}
    into[last] = value


def merged(deployment: Mapping[str, Any], run: Mapping[str, Any]) -> Json:
    """The job variables of a deployment and of a run, the run's first; environments by variable."""
    ours, theirs = expanded(run), expanded(deployment)
    values = {**theirs, **ours}
    environment = {**(theirs.get("env") or {}), **(ours.get("env") or {})}
    if environment:
        values["env"] = environment
    return values


def _refers(value: Any) -> bool:
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        return any(map(_refers, cast("dict[Any, Any]", value).values()))
    return isinstance(value, list) and any(map(_refers, cast("list[Any]", value)))


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return {
            key: inner.replace("#/$defs/", "#/definitions/")
            if key == "$ref" and isinstance(inner, str)
            else _renamed(inner)
            for key, inner in given.items()
        }
    return [_renamed(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def _with_context(name: str | None, flow: Any, flow_run: Any) -> str | None:
    def filled(match: re.Match[str]) -> str:
        source = flow if match[1] == "flow" else flow_run
        return str(getattr(source, match[2], ""))

    return None if name is None else _CONTEXT.sub(filled, name)


def _attributed(
    deployment: Any, flow: Any, worker_name: str | None, worker_id: UUID | None
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if flow is not None:
        found |= {"PREFECT__FLOW_ID": str(flow.id), "PREFECT__FLOW_NAME": flow.name}
    if deployment is not None:
        found |= {"PREFECT__DEPLOYMENT_ID": str(deployment.id), "PREFECT__DEPLOYMENT_NAME": deployment.name}
    if worker_name is not None:
        found["PREFECT__WORKER_NAME"] = worker_name
    if worker_id is not None:
        found["PREFECT__WORKER_ID"] = str(worker_id)
    return found


def _version() -> str:
    from prefect._base.version import __version__

    return __version__


for _public in (BaseJobConfiguration, BaseVariables, BaseWorkerResult):
    _public.__module__ = "prefect.workers.base"
