"""Deploying: `deploy` and `adeploy`, which build the image, register deployments and say what is next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._code import execution
from prefect._fleet.deploying import changes, pools
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.asyncutils import run_coro_as_sync
from prefect.utilities.dockerutils import BuildError, PushError, parse_image_tag

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.docker.docker_image import DockerImage

clients: Any = lazy.module("prefect.client.orchestration")
images: Any = lazy.module("prefect.docker.docker_image")
runner: Any = lazy.module("prefect.deployments.runner")
settings: Any = lazy.module("prefect.settings")


async def adeploy(
    *deployments: RunnerDeployment,
    work_pool_name: str | None = None,
    image: str | DockerImage | None = None,
    build: bool = True,
    push: bool = True,
    print_next_steps_message: bool = True,
    ignore_warnings: bool = False,
) -> list[UUID]:
    """Deploy to a work pool; see :func:`deploy`."""
    execution.refuse_while_loading("deploy()")
    if not deployments:
        raise ValueError("Give at least one deployment, as `flow.to_deployment(...)` makes them.")
    name = pools.name_of_pool(work_pool_name)
    _require_code(deployments, image)
    async with clients.get_client() as client:
        pool = await pools.read(client, name)
        if image is not None and not (pools.takes_images(pool) or pools.is_managed(pool)):
            raise ValueError(
                f"Work pool {name!r} of type {pool.type!r} does not run images: its base job template has no"
                " variable `image`. Leave out `image`, or use a pool whose workers run containers."
            )
        reference = await _provided(image, build, push, pool)
        if pool.type == "process" and not ignore_warnings:
            print(
                "The pool's workers run flows as processes. Where one machine is enough,"
                " `flow.serve` or `serve` does the same without a pool."
            )
        made, failed = await _applied(deployments, name, reference)
        _report(deployments, made, failed)
        if (failed and len(deployments) == 1) or not made:
            raise next(iter(failed.values()))
        if print_next_steps_message:
            served = not pools.has_workers(pool) or await pools.is_served(client, name)
            _print_next_steps([d for d in deployments if d.full_name in made], None if served else name)
    return list(made.values())


@async_dispatch(adeploy)
def deploy(
    *deployments: RunnerDeployment,
    work_pool_name: str | None = None,
    image: str | DockerImage | None = None,
    build: bool = True,
    push: bool = True,
    print_next_steps_message: bool = True,
    ignore_warnings: bool = False,
) -> Any:
    """Deploy to a work pool, whose workers run the flows; the ids. A coroutine in async code.

    >>> deploy(extract.to_deployment("extract"), load.to_deployment("load"), work_pool_name="docker",
    ...     image="registry.example/etl:1")

    :param deployments: what `flow.to_deployment` makes
    :param work_pool_name: the pool; by default that of the settings
    :param image: what runs are executed in: a name, or a `DockerImage` that says more about the build
    :param build: whether to build the image from the working directory; False if it exists
    :param push: whether to push it
    :param print_next_steps_message: say how to go on
    :param ignore_warnings: do not remark on the type of the pool

    Raises `ValueError` if there is no such pool, if it runs no images and one is given, and for flows whose
    code no worker could get: without an image they need one that is loaded by `flow.from_source`, or the
    entrypoint type `MODULE_PATH`. Of one deployment the error is raised; of several, those that cannot be
    registered are listed.
    """
    deploying = adeploy(
        *deployments,
        work_pool_name=work_pool_name,
        image=image,
        build=build,
        push=push,
        print_next_steps_message=print_next_steps_message,
        ignore_warnings=ignore_warnings,
    )
    return run_coro_as_sync(deploying)


def _require_code(deployments: tuple[RunnerDeployment, ...], image: Any) -> None:
    if image is not None:
        return
    without = [
        each.full_name
        for each in deployments
        if each.storage is None and each.entrypoint_type is not EntrypointType.MODULE_PATH
    ]
    if without:
        raise ValueError(
            f"Workers cannot get the code of {', '.join(without)}: either an image or remote storage location"
            " must be provided when deploying to a work pool. Give `image`, or load the flow by"
            " `flow.from_source(source=..., entrypoint=...)`; for workers of this machine the source may be"
            " a directory."
        )


async def _provided(image: str | DockerImage | None, build: bool, push: bool, pool: Any) -> str | None:
    """The reference of the image, built and pushed if that is wanted."""
    if image is None:
        return None
    wanted: DockerImage = images.DockerImage(*parse_image_tag(image)) if isinstance(image, str) else image
    if pools.is_managed(pool):
        return wanted.reference
    if build:
        await _carried_out("build", wanted.build, wanted.reference)
    if build and push:
        await _carried_out("push", wanted.push, wanted.reference)
    return wanted.reference


async def _carried_out(what: str, work: Any, reference: str) -> None:
    print(
        f"{what.capitalize()}ing image {reference!r}..."
        if what == "push"
        else f"Building image {reference!r}..."
    )
    try:
        await asyncio.to_thread(work)
    except (RuntimeError, BuildError, PushError) as error:
        way_out = (
            "To use an image that exists already, pass build=False."
            if what == "build"
            else "To leave it on this machine, pass push=False."
        )
        raise type(error)(f"Could not {what} the image {reference!r}: {error}\n{way_out}") from error


async def _applied(
    deployments: tuple[RunnerDeployment, ...], pool: str, image: str | None
) -> tuple[dict[str, UUID], dict[str, Exception]]:
    made: dict[str, UUID] = {}
    failed: dict[str, Exception] = {}
    for deployment in deployments:
        try:
            for line in await told_changes(deployment, pool, image):
                print(line)
            made[deployment.full_name] = await deployment.aapply(work_pool_name=pool, image=image)
        except (runner.DeploymentApplyError, ValueError) as error:
            failed[deployment.full_name] = error
    return made, failed


async def told_changes(deployment: RunnerDeployment, pool: str | None, image: str | None) -> list[str]:
    """What applying would change of the deployment that is there, headed by its name; [] for a new one."""
    plan = await deployment.aplan(work_pool_name=pool, image=image)
    found = changes.lines(plan)
    return [f"Deployment '{deployment.full_name}' changes:", *found] if found else []


def _report(
    deployments: tuple[RunnerDeployment, ...], made: dict[str, UUID], failed: dict[str, Exception]
) -> None:
    if len(deployments) == 1:
        for name, id_ in made.items():
            print(f"Successfully created/updated deployment '{name}' with id '{id_}'.")
        return
    rows = [
        (each.full_name, "failed", str(failed[each.full_name]))
        if each.full_name in failed
        else (each.full_name, "applied", str(made[each.full_name]))
        for each in deployments
    ]
    print("\n".join(changes.table(("Name", "Status", "Details"), rows)))


def _print_next_steps(deployments: list[RunnerDeployment], pool: str | None) -> None:
    if pool is not None:
        print(
            "\nTo execute runs of it, start a worker:\n" if len(deployments) == 1 else "\nStart a worker:\n"
        )
        print(f"    prefect worker start --pool {pool!r}")
    print("\nTo start a run now:\n")
    print(f"    prefect deployment run '{deployments[0].full_name}'")
    values = settings.active()
    if values["ui_url"] and values["api.url"]:
        print(f"\nThe deployments are shown at {values['ui_url'].rstrip('/')}/deployments")


for _public in (deploy, adeploy):
    _public.__module__ = "prefect.deployments.runner"
