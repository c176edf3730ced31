"""Executing the flow run of a bundle: in a process of its own, which is supervised like that of any run."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shlex
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect._code import execution
from prefect._fleet.supervision import Supervisor
from prefect._wire.operation import named
from prefect.bundles import _packing as packing
from prefect.bundles._archives import ZipExtractor
from prefect.bundles._steps import SerializedBundle
from prefect.context import hydrated_context
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger
from prefect.utilities.asyncutils import run_coro_as_sync

choose: Any = lazy.module("prefect._link.choose")


async def execute_bundle(bundle: Mapping[str, Any]) -> None:
    """Execute the run of a bundle and wait for its end; what becomes of it is in its state.

    Raises `NotFound` if the run is not known here.
    """
    supervisor = Supervisor()
    try:
        await supervise_bundle(bundle, supervisor)
    finally:
        await supervisor.close()


async def supervise_bundle(
    bundle: Mapping[str, Any],
    supervisor: Supervisor,
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str | None] | None = None,
) -> None:
    """Execute the run of a bundle among those of `supervisor`, and wait for its end.

    An archive of files that lies under the bundle's ``files_key`` is unpacked into its directory first.

    :param cwd: the working directory of its process, instead of that of this one
    :param env: what differs in the environment of its process; None takes a variable away

    Raises `NotFound` if the run is not known here.
    """
    ensure_logging_setup()
    id = str(bundle["flow_run"]["id"])
    _unpack(bundle.get("files_path") or bundle.get("files_key"), cwd)
    run = await choose.awaiting().call(named("flow_runs.read"), id=id)
    handle, name = await asyncio.to_thread(tempfile.mkstemp, ".json", "prefect-bundle-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(bundle, file)
        command = shlex.join([sys.executable, "-m", "prefect.bundles", name])
        directory = None if cwd is None else str(cwd)
        code = await supervisor.execute(run, None, directory=directory, env=env, command=command)
    finally:
        Path(name).unlink(missing_ok=True)
    if code:
        get_logger("bundles").error("The process of flow run %r ended with code %s.", run["name"], code)


def _unpack(archive: str | None, directory: Path | str | None) -> None:
    """Unpack the files of a flow into its directory; whoever fetched the bundle fetched them."""
    if archive is None or not Path(archive).exists():
        return
    extractor = ZipExtractor(archive)
    extractor.extract(None if directory is None else Path(directory))
    extractor.cleanup()


def execute_bundle_from_file(key: str) -> None:
    """Execute the run of the bundle in the file `key`."""
    run_coro_as_sync(execute_bundle(json.loads(Path(key).read_text(encoding="utf-8"))))


def execute_bundle_in_subprocess(
    bundle: SerializedBundle, env: dict[str, str | None] | None = None, cwd: Path | str | None = None
) -> SpawnProcess:
    """Start a process that executes the run of a bundle; its exit code is 0 when it has completed."""
    process = multiprocessing.get_context("spawn").Process(
        target=_in_process, args=(dict(bundle), dict(env or {}), None if cwd is None else str(cwd))
    )
    process.start()
    return process


def _in_process(bundle: dict[str, Any], env: dict[str, str | None], cwd: str | None) -> None:
    for name, value in env.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if cwd is not None:
        os.chdir(cwd)
    sys.exit(run_here(bundle))


def run_here(bundle: Any) -> int:
    """Run the flow of a bundle here; an exit code."""
    with hydrated_context(packing.context_of(bundle)):
        return execution.main(str(bundle["flow_run"]["id"]), lambda: packing.extract_flow_from_bundle(bundle))
