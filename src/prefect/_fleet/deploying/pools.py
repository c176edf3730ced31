"""The work pool that deployments go to: which one it is, and what it can do with images."""

from __future__ import annotations

import contextlib
from typing import Any

from prefect._base import lazy
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import active

actions: Any = lazy.module("prefect.client.schemas.actions")
process: Any = lazy.module("prefect.workers.process")
filters: Any = lazy.module("prefect._wire.filters")


def name_of_pool(given: str | None) -> str:
    """The given name, else that of the settings; raises `ValueError` if there is none."""
    name: str | None = given or active()["deployments.default_work_pool_name"]
    if not name:
        raise ValueError(
            "A work pool name must be provided: give `work_pool_name`, or set"
            " PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME."
        )
    return name


async def read(client: Any, name: str) -> Any:
    """The pool of that name; raises `ValueError` that says how to create one."""
    try:
        return await client.read_work_pool(name)
    except ObjectNotFound as error:
        raise ValueError(
            f"Could not find work pool {name!r}. Create it with `prefect work-pool create {name} --type"
            " process` (or another type), or name another one."
        ) from error


def takes_images(pool: Any) -> bool:
    """Whether the template of the pool has a variable for the image.

    An empty one may get it yet, from the first worker: only pools of processes are known to have none.
    """
    if not pool.base_job_template:
        return pool.type != "process"
    variables: Any = pool.base_job_template.get("variables") or {}
    return "image" in (variables.get("properties") or {})


def is_managed(pool: Any) -> bool:
    """Whether somebody else provides the infrastructure, with images of their own."""
    return pool.type.endswith(":managed")


def has_workers(pool: Any) -> bool:
    """Whether workers take runs from the pool; those of other pools are pushed somewhere."""
    return not pool.type.endswith((":push", ":managed"))


async def is_served(client: Any, name: str) -> bool:
    """Whether a worker of the pool is online."""
    online = filters.WorkerFilter.model_validate({"status": {"any_": ["ONLINE"]}})
    return bool(await client.read_workers_for_work_pool(name, online, limit=1))


AGENT_POOL = "default-agent-pool"


async def ensured(client: Any, name: str) -> bool:
    """Have a pool of processes of that name, if there is no pool of it; whether it was created."""
    try:
        await client.read_work_pool(name)
        return False
    except ObjectNotFound:
        template = process.ProcessWorker.get_default_base_job_template()
        wanted = actions.WorkPoolCreate(name=name, type="process", base_job_template=template)
        with contextlib.suppress(ObjectAlreadyExists):  # somebody else was faster
            await client.create_work_pool(wanted)
        return True


async def only_one(client: Any) -> str | None:
    """The name of the only pool there is; None if there are none or several."""
    found = await client.read_work_pools(limit=2)
    return found[0].name if len(found) == 1 else None
