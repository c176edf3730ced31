"""The pull steps of a deployment, carried out in the process of a run."""

from __future__ import annotations

import importlib.util
from typing import Any

from prefect._base import lazy
from prefect._code.storage import RemoteStorage
from prefect.utilities.asyncutils import run_coro_as_sync

steps_core: Any = lazy.module("prefect.deployments.steps.core")
git: Any = lazy.module("prefect._code.git")
pathlib: Any = lazy.module("pathlib")


def carried_out(steps: list[dict[str, Any]]) -> str | None:
    """Bring the code here; the directory that it is in, None for this one."""
    if importlib.util.find_spec("prefect.deployments.steps") is not None:
        output = run_coro_as_sync(steps_core.run_steps(steps))
        return (output or {}).get("directory")
    directory: str | None = None
    for step in steps:
        for name, options in step.items():
            directory = run_coro_as_sync(_one(name.rpartition(".")[2], dict(options or {}))) or directory
    return directory


async def _one(name: str, options: dict[str, Any]) -> str | None:
    options.pop("id", None)
    options.pop("requires", None)
    if name == "set_working_directory":
        return str(options["directory"])
    if name == "git_clone":
        storage = git.GitRepository(options.pop("repository"), **options)
    elif name == "pull_from_remote_storage":
        storage = RemoteStorage(**options)
    else:
        raise ValueError(f"There is no pull step {name!r} here.")
    storage.set_base_path(pathlib.Path.cwd())
    await storage.pull_code()
    return str(storage.destination)
