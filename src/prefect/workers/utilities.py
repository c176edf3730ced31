"""Which types of work pools there are, and their templates."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from prefect._base import lazy
from prefect.exceptions import PrefectHTTPStatusError
from prefect.logging.loggers import get_logger
from prefect.workers.base import BaseWorker

clients: Any = lazy.module("prefect.client.collections")

__all__ = ["get_available_work_pool_types", "get_default_base_job_template_for_infrastructure_type"]


async def _known() -> dict[str, dict[str, Any]]:
    """The types that the server knows without their packages; none where it cannot be asked."""
    try:
        async with clients.get_collections_metadata_client() as client:
            return await client.read_worker_metadata()
    except (ImportError, AttributeError, OSError, PrefectHTTPStatusError) as error:
        get_logger("workers").debug("The known types of work pools cannot be read: %s", error)
        return {}


async def get_available_work_pool_types() -> list[str]:
    """The types of work pools that can be created: of installed workers, and those that the server knows."""
    types = set(BaseWorker.get_all_available_worker_types())
    for workers in (await _known()).values():
        types.update(workers)
    return sorted(types)


async def get_default_base_job_template_for_infrastructure_type(infra_type: str) -> dict[str, Any] | None:
    """The template of new pools of a type; None for a type that nobody knows."""
    found = BaseWorker.get_worker_class_from_type(infra_type)
    if found is not None:
        return deepcopy(found.get_default_base_job_template())
    for workers in (await _known()).values():
        described = workers.get(infra_type)
        if described is not None:
            return deepcopy(described["default_base_job_configuration"])
    return None
