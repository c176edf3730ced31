"""Where results go and how they are written when nothing else is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect._base.ports import Ports
from prefect._engine.persist import storage
from prefect._engine.persist.kept import HomeStorage
from prefect.settings import active

# blocks that were loaded as default storages, by what names them; kept for the life of the process
_loaded: dict[Any, storage.Storage] = {}


def default_serializer() -> str:
    """The type of the serializer that the settings name."""
    return str(active()["results.default_serializer"])


async def default_result_storage(ports: Ports) -> storage.Storage:
    """The storage block of the settings, else the local directory of the settings."""
    return await _of_setting("results.default_storage_block", ports)


async def default_task_storage(ports: Ports) -> storage.Storage:
    """Where the arguments of background tasks go: the block of its own setting, else the local directory."""
    return await _of_setting("tasks.scheduling.default_storage_block", ports)


async def _of_setting(name: str, ports: Ports) -> storage.Storage:
    settings = active()
    reference = settings[name]
    if reference is None:
        return HomeStorage(Path(settings["results.local_storage_path"]))
    if not storage.is_block_reference(reference):
        raise ValueError(
            f"The setting {name} is {reference!r}; it must name a saved block as 'block-type/block-name'."
        )
    if reference not in _loaded:
        _loaded[reference] = await storage.resolve(reference, ports)
    return _loaded[reference]
