"""Deployments as objects, as programs for earlier versions have them: `Deployment.build_from_flow`.

New programs say `flow.deploy`, `flow.serve` or `prefect deploy`, which do the same by fewer words.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._code import execution
from prefect._code.entrypoints import load_flow_from_entrypoint
from prefect._fleet.deploying import pools
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.logging.loggers import get_logger
from prefect.settings import active
from prefect.utilities.asyncutils import run_coro_as_sync

if TYPE_CHECKING:
    from prefect.flows import Flow

clients: Any = lazy.module("prefect.client.orchestration")
documents: Any = lazy.module("prefect._fleet.deploying.document")

__all__ = ["Deployment"]

_FIELDS = {
    "parameters": dict,
    "schedule": None,
    "schedules": None,
    "tags": list,
    "description": None,
    "version": None,
    "work_queue_name": None,
    "work_pool_name": None,
    "infra_overrides": dict,
    "job_variables": dict,
    "path": None,
    "entrypoint": None,
    "storage": None,
    "infrastructure": None,
    "is_schedule_active": None,
    "enforce_parameter_schema": None,
    "triggers": list,
    "flow_name": None,
}


class Deployment:
    """A deployment that is to be. Its fields:

    :param name: its name
    :param flow_name: the name of the flow; that of the flow at `entrypoint` if left out
    :param entrypoint: where the flow is: ``path/to/file.py:function``
    :param path: the directory from which `entrypoint` counts; by default this one
    :param parameters: for runs that are not given others
    :param schedule: when it runs: a schedule of any kind; `schedules` for several
    :param is_schedule_active: whether the schedules make runs
    :param tags: tags of its runs
    :param work_pool_name: the pool; by default that of the settings, else ``default-agent-pool``
    :param work_queue_name: the queue of the pool; both are created if they are missing
    :param infra_overrides: values for the template of the pool; also called `job_variables`
    :param triggers: what is to happen so that a run is made

    Raises `TypeError` for other fields. `storage` and `infrastructure` are what work pools do now; they are
    left out, with a warning.
    """

    parameters: dict[str, Any]
    schedule: Any
    schedules: Any
    tags: list[str]
    description: str | None
    version: str | None
    work_queue_name: str | None
    work_pool_name: str | None
    infra_overrides: dict[str, Any] | None
    job_variables: dict[str, Any] | None
    path: str | None
    entrypoint: str | None
    storage: Any
    infrastructure: Any
    is_schedule_active: bool | None
    enforce_parameter_schema: bool | None
    triggers: list[Any]
    flow_name: str | None

    def __init__(self, name: str, **fields: Any) -> None:
        self.name = name
        for field, kind in _FIELDS.items():
            setattr(self, field, None if kind is None else kind())
        self._flow: Flow[..., Any] | None = None
        self._told = False
        self.update(**fields)

    # -- making ---------------------------------------------------------------------------------------

    @classmethod
    async def abuild_from_flow(
        cls,
        flow: Flow[..., Any],
        name: str,
        output: str | Path | None = None,
        skip_upload: bool = False,
        ignore_file: str = ".prefectignore",
        apply: bool = False,
        load_existing: bool = True,
        **fields: Any,
    ) -> Self:
        """:meth:`build_from_flow` for async code."""
        made = cls._of_flow(flow, name, fields)
        if output is not None:
            made._write(Path(output))
        if apply:
            await made.aapply()
        return made

    @classmethod
    @async_dispatch(abuild_from_flow)
    def build_from_flow(
        cls,
        flow: Flow[..., Any],
        name: str,
        output: str | Path | None = None,
        skip_upload: bool = False,
        ignore_file: str = ".prefectignore",
        apply: bool = False,
        load_existing: bool = True,
        **fields: Any,
    ) -> Any:
        """A deployment of a flow. A coroutine in async code.

        :param output: a ``prefect.yaml`` into which it is written
        :param apply: register it at once
        :param fields: fields of the deployment

        The others mean nothing any more: code is not uploaded, and what is registered already is changed.
        """
        made = cls._of_flow(flow, name, fields)
        if output is not None:
            made._write(Path(output))
        if apply:
            run_coro_as_sync(made.aapply())
        return made

    @classmethod
    def _of_flow(cls, flow: Flow[..., Any], name: str, fields: dict[str, Any]) -> Self:
        warnings.warn(
            "`Deployment.build_from_flow` is kept for programs of earlier versions; use `flow.deploy` or"
            " `flow.serve`.",
            DeprecationWarning,
            stacklevel=4,
        )
        made = cls(name, **fields)
        made._flow = flow
        made.flow_name = flow.name
        if made.entrypoint is None:
            made.entrypoint = RunnerDeployment.from_flow(flow, name).entrypoint
        return made

    def update(self, ignore_none: bool = False, **fields: Any) -> None:
        """Set fields; with `ignore_none` not those that are None. Raises `TypeError` for unknown ones."""
        unknown = fields.keys() - _FIELDS.keys() - {"name"}
        if unknown:
            raise TypeError(f"Deployments have no field {', '.join(sorted(unknown))}.")
        for field, value in fields.items():
            if value is not None or not ignore_none:
                setattr(self, field, value)
        for field in ("storage", "infrastructure"):
            if fields.get(field) is not None:
                warnings.warn(
                    f"`{field}` is left out: where runs are executed, and how they get their code, is said by"
                    " work pools and pull steps now; see `flow.deploy` and `flow.from_source`.",
                    DeprecationWarning,
                    stacklevel=4,
                )

    def load(self) -> bool:
        """Take over what the registered one says where this one says nothing; whether there is one."""
        return bool(run_coro_as_sync(self._load()))

    async def _load(self) -> bool:
        async with clients.get_client() as client:
            try:
                found = await client.read_deployment_by_name(f"{self.flow_name}/{self.name}")
            except ObjectNotFound:
                return False
        for field in ("parameters", "tags", "description", "version", "job_variables", "entrypoint", "path"):
            if not getattr(self, field):
                setattr(self, field, getattr(found, field))
        return True

    # -- registering ----------------------------------------------------------------------------------

    async def aapply(self, upload: bool = False, work_queue_concurrency: int | None = None) -> UUID | None:
        """Register it; see :meth:`apply`."""
        if execution.is_loading():
            get_logger("deployments").warning(
                "Deployment %r is not registered while the code of a run is loaded; put `apply()` below"
                " `if __name__ == '__main__':`.",
                self.name,
            )
            return None
        deployment = self._deployment()
        async with clients.get_client() as client:
            pool = self.work_pool_name or active()["deployments.default_work_pool_name"] or pools.AGENT_POOL
            if pool == pools.AGENT_POOL:
                await pools.ensured(client, pool)
            made = await deployment.aapply(work_pool_name=pool)
            if work_queue_concurrency is not None:
                queue = await client.read_work_queue_by_name(self.work_queue_name or "default", pool)
                await client.update_work_queue(queue.id, concurrency_limit=work_queue_concurrency)
        if sys.stdout.isatty() and not self._told:
            print(f"Deployment '{deployment.full_name}' successfully created with id '{made}'.")
            self._told = True
        return made

    @async_dispatch(aapply)
    def apply(self, upload: bool = False, work_queue_concurrency: int | None = None) -> Any:
        """Register the deployment, or change the one of that name; its id. A coroutine in async code.

        :param upload: means nothing any more
        :param work_queue_concurrency: how many runs of its queue go on at once

        A pool that is not named is created, for processes. Raises `DeploymentApplyError` for a refusal.
        """
        return run_coro_as_sync(self.aapply(upload, work_queue_concurrency))

    def _deployment(self) -> RunnerDeployment:
        directory = Path(self.path) if self.path else Path.cwd()
        if self._flow is None:
            if not self.entrypoint:
                raise ValueError("Say where the flow is: `entrypoint='path/to/file.py:function'`.")
            path, colon, function = str(self.entrypoint).rpartition(":")
            where = f"{directory / path}:{function}" if colon and path.endswith(".py") else self.entrypoint
            self._flow = load_flow_from_entrypoint(where)
        schedules: Any = {"schedules": self.schedules} if self.schedules else {"schedule": self.schedule}
        enforced = self.enforce_parameter_schema
        made = RunnerDeployment.from_flow(
            self._flow,
            self.name,
            parameters=self.parameters,
            tags=self.tags,
            description=self.description,
            version=self.version,
            triggers=self.triggers,
            work_queue_name=self.work_queue_name,
            job_variables={**(self.infra_overrides or {}), **(self.job_variables or {})},
            enforce_parameter_schema=True if enforced is None else enforced,
            **schedules,
        )
        made.flow_name = self.flow_name or made.flow_name
        made.entrypoint = self.entrypoint
        made.storage = None
        made._path = str(directory.resolve())  # pyright: ignore[reportPrivateUsage]
        if self.is_schedule_active is not None and made.schedules is not None:
            for schedule in made.schedules:
                schedule.active = self.is_schedule_active
        return made

    def _write(self, path: Path) -> None:
        """Put it into a ``prefect.yaml``, from which `prefect deploy` makes the same."""
        made = self._deployment()
        file = path if path.suffix in (".yaml", ".yml") else path / "prefect.yaml"
        target = documents.read(file) if file.exists() else documents.empty(file)
        entry: dict[str, Any] = {
            "name": self.name,
            "entrypoint": self.entrypoint,
            "description": made.description,
            "tags": made.tags,
            "parameters": made.parameters,
            "schedules": [_schedule(each) for each in made.schedules or []],
            "work_pool": {
                "name": self.work_pool_name or pools.AGENT_POOL,
                "work_queue_name": self.work_queue_name,
                "job_variables": made.job_variables,
            },
        }
        target.save(entry)


def _schedule(made: Any) -> dict[str, Any]:
    found: dict[str, Any] = made.schedule.model_dump(mode="json", exclude_none=True)
    return {**found, "active": made.active} if made.active is not None else found
