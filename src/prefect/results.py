"""Results of runs: the store that keeps them, the records it keeps, and where they go by default."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union
from uuid import UUID

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._engine import hooks, persistence, scope
from prefect._engine.persist import defaults, kept, storage
from prefect._engine.persist.local_storage import NullFileSystem
from prefect._engine.persist.recent import RecentRecords
from prefect._engine.persist.store import ResultStore, new_storage_key
from prefect.settings import active

if TYPE_CHECKING:
    from prefect._engine.persist.record import ResultRecord, ResultRecordMetadata
    from prefect.filesystems import WritableFileSystem
    from prefect.serializers import Serializer

    ResultStorage = WritableFileSystem | str
    ResultSerializer = Serializer[Any] | str

records: Any = lazy.module("prefect._engine.persist.record")

LITERAL_TYPES: set[type[Any]] = {type(None), bool, UUID}
DEFAULT_STORAGE_KEY_FN = new_storage_key
default_cache = RecentRecords

ResultStore.__module__ = __name__


# -- the store and the choices of the run at hand -----------------------------------------------------


def get_result_store() -> ResultStore:
    """The store of the run at hand, or one with the default storage."""
    context = scope.innermost()
    found = context.result_store if context is not None else None
    return ResultStore() if found is None else found


def should_persist_result() -> bool:
    """Whether the result of the run at hand is written to storage; outside of runs, what the settings say."""
    context = scope.innermost()
    return get_default_persist_setting() if context is None else bool(context.persist_result)


def get_default_persist_setting() -> bool:
    """Whether results are written to storage where neither flow nor task says so."""
    return persistence.default_persists()


def get_default_persist_setting_for_tasks() -> bool:
    """Whether results of tasks are written to storage where neither flow nor task says so."""
    own = active()["tasks.default_persist_result"]
    return get_default_persist_setting() if own is None else bool(own)


# -- storage and serializers --------------------------------------------------------------------------


async def aget_default_result_storage() -> storage.Storage:
    """The storage of results where nothing else is said."""
    return await defaults.default_result_storage(AWAITING)


@async_dispatch(aget_default_result_storage)
def get_default_result_storage() -> storage.Storage:
    """The storage of results where nothing else is said."""
    return drive(defaults.default_result_storage(BLOCKING))


async def aresolve_result_storage(result_storage: ResultStorage | UUID | Path) -> storage.Storage:
    """The storage that a path, the ``type/name`` or id of a saved block, or a storage itself means."""
    return await storage.resolve(result_storage, AWAITING)


@async_dispatch(aresolve_result_storage)
def resolve_result_storage(result_storage: ResultStorage | UUID | Path) -> storage.Storage:
    """The storage that a path, the ``type/name`` or id of a saved block, or a storage itself means."""
    return drive(storage.resolve(result_storage, BLOCKING))


async def get_or_create_default_task_scheduling_storage() -> storage.Storage:
    """Where the arguments of background tasks are kept until a worker takes them."""
    return await defaults.default_task_storage(AWAITING)


def get_default_result_serializer() -> Serializer[Any]:
    """The serializer that the settings name."""
    return records.serializer_of(defaults.default_serializer())


def resolve_serializer(serializer: ResultSerializer) -> Serializer[Any]:
    """The serializer of a type's name; a serializer is returned as it is."""
    return records.serializer_of(serializer)


# -- reading by reference -----------------------------------------------------------------------------

_ATTEMPTS = 10
_PAUSE_S = 0.25


async def read_record(
    metadata: ResultRecordMetadata, ports: Ports, attempts: int = _ATTEMPTS
) -> ResultRecord[Any]:
    """The record that the metadata of a state refers to.

    Storage that is shared may show a new file late, so it is tried `attempts` times, 0.25 s apart. Raises
    what the storage or the serializer raises at the last.
    """
    key = metadata.storage_key
    if key is None:
        raise ValueError("This result was not stored.")
    blob = await _read_patiently(await _source(metadata, ports), ports, key, attempts)
    record = records.ResultRecord.deserialize(
        blob, backup_serializer=records.serializer_of(metadata.serializer)
    )
    if record.metadata.storage_key is None:
        record.metadata = metadata
    return record


async def _read_patiently(source: storage.Storage, ports: Ports, key: str, attempts: int) -> bytes:
    for _ in range(attempts - 1):
        try:
            return await storage.read(source, ports, key)
        except Exception:  # noqa: BLE001 - each kind of storage has its own error for "not there"
            await ports.sleep(_PAUSE_S)
    return await storage.read(source, ports, key)


async def _source(metadata: ResultRecordMetadata, ports: Ports) -> storage.Storage:
    if metadata.storage_block_id is not None:
        return await storage.resolve(metadata.storage_block_id, ports)
    path = Path(metadata.storage_key or "")
    if path.is_absolute():
        return kept.ForeignFile(path.parent)
    return await defaults.default_result_storage(ports)


# -- names that live elsewhere ------------------------------------------------------------------------


def _aliases(name: str) -> Any:
    """The two type aliases; they name classes that are heavy to import."""
    if name == "ResultSerializer":
        from prefect.serializers import Serializer

        return Union[Serializer, str]  # noqa: UP007 - `|` with a class that overrides it is not safe
    from prefect.filesystems import WritableFileSystem

    return Union[WritableFileSystem, str]  # noqa: UP007


async def call_explicitly_async_block_method(
    block: Any, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call the awaiting form of a method of a storage; a blocking one is called on a thread."""
    function = getattr(block, f"a{method}", None) or getattr(block, method)
    if inspect.iscoroutinefunction(function):
        return await function(*args, **kwargs)
    value = await AWAITING.run(lambda: function(*args, **kwargs))
    return await value if inspect.isawaitable(value) else value


def call_explicitly_sync_block_method(
    block: Any, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call the blocking form of a method of a storage; an async one is run to its end."""
    value = getattr(block, method)(*args, **kwargs)
    return hooks.run_to_end(value) if inspect.isawaitable(value) else value


def result_storage_discriminator(x: Any) -> str:
    """Which kind of reference to a storage `x` is: its type name, or ``"none"``."""
    if isinstance(x, dict):
        found: dict[str, Any] = x  # pyright: ignore[reportUnknownVariableType]
        return "WritableFileSystem" if "block_type_slug" in found else "NullFileSystem"
    if isinstance(x, NullFileSystem):
        return "NullFileSystem"
    return "WritableFileSystem" if hasattr(x, "write_path") else type(x).__name__


_elsewhere, __dir__ = lazy.names(
    __name__,
    {
        "ResultRecord": "prefect._engine.persist.record:ResultRecord",
        "ResultRecordMetadata": "prefect._wire.results:ResultRecordMetadata",
        "Serializer": "prefect.serializers:Serializer",
        "WritableFileSystem": "prefect.filesystems:WritableFileSystem",
        "LocalFileSystem": "prefect.filesystems:LocalFileSystem",
        "Block": "prefect.blocks.core:Block",
        "LockManager": "prefect.locking.protocol:LockManager",
        "ConfigurationError": "prefect.exceptions:ConfigurationError",
        "MissingContextError": "prefect.exceptions:MissingContextError",
        "PrefectHTTPStatusError": "prefect.exceptions:PrefectHTTPStatusError",
        "NotSet": "prefect.utilities.annotations:NotSet",
    },
)


def __getattr__(name: str) -> Any:
    if name in ("ResultSerializer", "ResultStorage"):
        globals()[name] = value = _aliases(name)
        return value
    return _elsewhere(name)


__all__ = [
    "ResultStore",
    "ResultRecord",
    "ResultRecordMetadata",
    "ResultSerializer",
    "ResultStorage",
    "NullFileSystem",
    "get_result_store",
    "should_persist_result",
    "get_default_result_storage",
    "aget_default_result_storage",
    "resolve_result_storage",
    "aresolve_result_storage",
    "resolve_serializer",
    "get_default_result_serializer",
    "get_default_persist_setting",
    "get_default_persist_setting_for_tasks",
    "get_or_create_default_task_scheduling_storage",
    "read_record",
]
