"""A flow whose code is somewhere else: fetched, loaded, and remembered where it is from."""

from __future__ import annotations

import atexit
import contextlib
import tempfile
from pathlib import Path
from typing import Any

from prefect._code.entrypoints import load_flow_from_entrypoint
from prefect._code.storage import BlockStorageAdapter, LocalStorage, RunnerStorage, create_storage_from_source
from prefect.flows import Flow

# what was fetched stays until the process ends: the flow may import its neighbours late
_fetched = contextlib.ExitStack()
atexit.register(_fetched.close)


async def load_from_source(source: Any, entrypoint: str) -> Flow[Any, Any]:
    """The flow that `entrypoint` names below `source`; see `Flow.from_source`."""
    storage = storage_of(source)
    if not isinstance(storage, LocalStorage):
        storage.set_base_path(Path(_fetched.enter_context(tempfile.TemporaryDirectory(prefix="prefect-"))))
        await storage.pull_code()
    flow = load_flow_from_entrypoint(_below(storage.destination, entrypoint))
    flow._storage = storage  # pyright: ignore[reportPrivateUsage]
    flow._entrypoint = entrypoint  # pyright: ignore[reportPrivateUsage]
    return flow


def storage_of(source: Any) -> RunnerStorage:
    """What `source` stands for; raises `TypeError` for what nothing can be fetched from."""
    if isinstance(source, str):
        return create_storage_from_source(source)
    if isinstance(source, Path):
        return LocalStorage(source)
    if isinstance(source, RunnerStorage):
        return source
    if hasattr(source, "get_directory"):
        return BlockStorageAdapter(source)
    raise TypeError(
        f"Code cannot be fetched from a {type(source).__name__}; "
        "give an address, a path, a storage object or a block that can download a directory."
    )


def _below(directory: Path, entrypoint: str) -> str:
    """The entrypoint as a path below `directory`; a module's too, so that no other of that name is taken."""
    path, colon, name = entrypoint.rpartition(":")
    if colon and path.endswith(".py"):
        return f"{directory / path}:{name}"
    module, _, name = (path, "", name) if colon else entrypoint.rpartition(".")
    file = directory.joinpath(*module.split("."))
    return f"{file / '__init__.py' if file.is_dir() else file.with_name(f'{file.name}.py')}:{name}"
