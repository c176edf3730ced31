"""``prefect worker``: take runs of a work pool and execute them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._cli import client, render, session
from prefect._cli.command import Flag, Group
from prefect._cli.errors import CommandError

asyncio: Any = lazy.module("asyncio")
json: Any = lazy.module("json")
workers: Any = lazy.module("prefect.workers.base")
process: Any = lazy.module("prefect.workers.process")
logs: Any = lazy.module("prefect.logging.configuration")

app = Group("worker", "Execute the runs of work pools.")

DEFAULT_POOL, DEFAULT_TYPE = "default-agent-pool", "process"
POLICIES = ("always", "if-not-present", "never", "prompt")
# the packages that bring workers of other types
PACKAGES = {
    "docker": "prefect-docker",
    "kubernetes": "prefect-kubernetes",
    "ecs": "prefect-aws",
    "azure-container-instance": "prefect-azure",
    "cloud-run": "prefect-gcp",
    "cloud-run-v2": "prefect-gcp",
    "vertex-ai": "prefect-gcp",
    "snowflake": "prefect-snowflake",
}


@app.command("start")
def start(
    *,
    worker_name: Annotated[str | None, Flag("--name", "-n", help="The name of the worker.")] = None,
    work_pool_name: Annotated[str | None, Flag("--pool", "-p", help="The pool to take runs of.")] = None,
    work_queues: Annotated[
        list[str] | None,
        Flag("--work-queue", "-q", help="A queue to take runs of; all of the pool if left out."),
    ] = None,
    worker_type: Annotated[
        str | None, Flag("--type", "-t", help="The type of worker; that of the pool if left out.")
    ] = None,
    prefetch_seconds: Annotated[
        int | None, Flag(help="How long before they are due runs may be taken.")
    ] = None,
    run_once: Annotated[bool, Flag(help="Take what is due now, and end when that has ended.")] = False,
    limit: Annotated[int | None, Flag("--limit", "-l", help="How many runs at a time.")] = None,
    with_healthcheck: Annotated[bool, Flag(help="Answer requests about the health of the worker.")] = False,
    install_policy: Annotated[
        str,
        Flag(help="Whether the package of the type is installed: always, if-not-present, never or prompt."),
    ] = "prompt",
    base_job_template: Annotated[
        Path | None, Flag(help="A JSON file with the template of a pool that is created.")
    ] = None,
    create_pool_if_not_found: Annotated[bool, Flag(help="Whether a missing pool is created.")] = True,
) -> None:
    """Start a worker: it takes runs of a pool and executes them, until it is stopped."""
    if install_policy not in POLICIES:
        raise CommandError(f"--install-policy is one of {', '.join(POLICIES)}.")
    name = work_pool_name or DEFAULT_POOL
    pool = _pool(name)
    template = _template(base_job_template)
    if pool is not None:
        _warn_of_pauses(pool, work_queues or [])
    elif not create_pool_if_not_found:
        raise CommandError(f"There is no work pool {name!r}; create it, or leave out what forbids that here.")
    kind = worker_type or (pool["type"] if pool is not None else None)
    if kind is None or kind == "prefect-agent":
        kind = DEFAULT_TYPE
    elif worker_type is None:
        render.line(f"Discovered type {kind!r} for work pool {name!r}.")
    worker_class = _class_of(kind, install_policy)
    logs.ensure_logging_setup()
    worker = worker_class(
        name=worker_name,
        work_pool_name=name,
        work_queues=work_queues,
        limit=limit,
        prefetch_seconds=prefetch_seconds,
        heartbeat_interval_seconds=None,
        base_job_template=template,
        create_pool_if_not_found=create_pool_if_not_found,
    )
    try:
        asyncio.run(worker.start(run_once, with_healthcheck, render.line))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _pool(name: str) -> dict[str, Any] | None:
    try:
        return client.call("work_pools.read", name=name)
    except NotFound:
        return None


def _warn_of_pauses(pool: dict[str, Any], queues: list[str]) -> None:
    if pool["is_paused"]:
        render.line(f"Work pool {pool['name']!r} is paused: no run is taken until it is resumed.")
        return
    found = client.call("work_queues.filter_in_pool", work_pool_name=pool["name"], body={})
    paused = [each["name"] for each in found if each["is_paused"] and (not queues or each["name"] in queues)]
    if paused:
        render.line(f"These queues are paused: {', '.join(paused)}.")
    for missing in sorted(set(queues) - {each["name"] for each in found}):
        render.warning(
            f"Work pool {pool['name']!r} has no queue {missing!r}; it is served as soon as it is there:"
            f" prefect work-queue create '{missing}' --pool '{pool['name']}'"
        )


def _template(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise CommandError(f"The template cannot be read: {error}") from None
    except ValueError as error:
        raise CommandError(f"{path} holds no JSON: {error}") from None


def _class_of(kind: str, policy: str) -> Any:
    if kind == DEFAULT_TYPE:
        return process.ProcessWorker
    package = PACKAGES.get(kind)
    if package is not None and policy == "always":
        _install(package, upgrade=True)
    found = workers.BaseWorker.get_worker_class_from_type(kind)
    if found is None and package is not None and _is_to_install(kind, package, policy):
        _install(package)
        found = workers.BaseWorker.get_worker_class_from_type(kind)
    if found is None:
        hint = f" Install {package}." if package is not None else ""
        known = ", ".join(workers.BaseWorker.get_all_available_worker_types())
        raise CommandError(f"There are no workers of type {kind!r} here, only: {known}.{hint}")
    return found


def _is_to_install(kind: str, package: str, policy: str) -> bool:
    if policy == "if-not-present":
        return True
    if policy != "prompt" or not session.is_interactive():
        return False
    answer = input(f"Workers of type {kind!r} come with {package}. Install it now? [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def _install(package: str, upgrade: bool = False) -> None:
    words = [sys.executable, "-m", "pip", "install", package, *(["--upgrade"] if upgrade else [])]
    if subprocess.run(words, check=False).returncode != 0:
        raise CommandError(f"{package} could not be installed.")
