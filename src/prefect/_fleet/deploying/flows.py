"""What `Flow.deploy` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._fleet.deploying import many
from prefect.deployments.runner import RunnerDeployment

if TYPE_CHECKING:
    from prefect.flows import Flow


async def deploy_flow(
    flow: Flow[..., Any],
    name: str,
    work_pool_name: str | None,
    image: Any,
    build: bool,
    push: bool,
    print_next_steps: bool,
    ignore_warnings: bool,
    options: dict[str, Any],
) -> UUID:
    """Deploy one flow; the id of the deployment."""
    deployment = RunnerDeployment.from_flow(flow, name, **options)
    ids = await many.adeploy(
        deployment,
        work_pool_name=work_pool_name,
        image=image,
        build=build,
        push=push,
        print_next_steps_message=print_next_steps,
        ignore_warnings=ignore_warnings,
    )
    return ids[0]
