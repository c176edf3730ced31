"""Setting up infrastructure for work pools that push runs to a cloud.

Such pools are pushed by Prefect Cloud alone. This package sets nothing up in anybody's cloud account; it says
what to do instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

__all__ = ["Provisioner", "get_infrastructure_provisioner_for_work_pool_type"]

_WORKERS = {
    "cloud-run:push": ("cloud-run", "prefect-gcp"),
    "cloud-run-v2:push": ("cloud-run-v2", "prefect-gcp"),
    "ecs:push": ("ecs", "prefect-aws"),
    "azure-container-instance:push": ("azure-container-instance", "prefect-azure"),
    "modal:push": ("process", "prefect"),
    "coiled:push": ("process", "prefect"),
}


class Provisioner(Protocol):
    """Sets up the infrastructure of a work pool; a class with these attributes is one."""

    @property
    def console(self) -> Any:
        """Where it tells what it does."""
        ...

    @console.setter
    def console(self, value: Any) -> None: ...

    async def provision(
        self, work_pool_name: str, base_job_template: dict[str, Any], client: PrefectClient | None = None
    ) -> dict[str, Any]:
        """Set it up; the template of the pool with what was made in it."""
        ...


def get_infrastructure_provisioner_for_work_pool_type(work_pool_type: str) -> Provisioner:
    """What sets up the infrastructure of pools of a type.

    Raises `ValueError`: nothing is set up from here, for any type; the message names the pool that a worker
    of your own serves instead.
    """
    instead = _WORKERS.get(work_pool_type)
    if instead is None:
        raise ValueError(f"Unsupported work pool type: {work_pool_type}; nothing can be set up for it.")
    kind, package = instead
    raise ValueError(
        f"Unsupported work pool type: {work_pool_type}. Infrastructure is not set up from here; create a pool"
        f" of type {kind!r} (package {package}), and start a worker for it where your cloud is at hand."
    )
