"""The result store: where results go, how they are written and read, and who may do so at the moment.

Every operation that touches storage is one coroutine over ports; the blocking and the awaiting method of the
same name run it. The engine calls the coroutines directly.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID, uuid4

from prefect._base import clock, lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._engine.persist import form, storage, storage_keys
from prefect._engine.persist.defaults import default_result_storage, default_serializer
from prefect._engine.persist.local_storage import LocalStorage, NoSuchPath, NullFileSystem
from prefect._engine.persist.recent import RecentRecords
from prefect._engine.persist.store_locks import StoreLocks

if TYPE_CHECKING:
    from prefect._engine.persist.record import ResultRecord
    from prefect.flows import Flow
    from prefect.locking.protocol import LockManager
    from prefect.serializers import Serializer
    from prefect.tasks import Task

records: Any = lazy.module("prefect._engine.persist.record")
_log = logging.getLogger("prefect.results")

_FIELDS = (
    "result_storage",
    "metadata_storage",
    "lock_manager",
    "cache_result_in_memory",
    "serializer",
    "storage_key_fn",
    "cache",
)


def new_storage_key() -> str:
    """A key that nothing else has."""
    return uuid4().hex


class Found(NamedTuple):
    """A stored record that is still valid, as it was read: bytes, not yet decoded, or a record from
    memory.
    """

    result: bytes | None
    metadata: bytes | None
    record: Any = None


class ResultStore(StoreLocks):
    """Writes results and reads them again.

    `result_storage` is a path, a saved block's ``type/name`` or an object with `read_path` and `write_path`;
    None is the default storage. `metadata_storage` keeps the metadata apart from the results (None: in the
    same file). `serializer` is a serializer or the name of its type. `storage_key_fn` makes the key of a
    result that is written without one. `lock_manager` makes exclusive access to a key possible.
    """

    def __init__(
        self,
        result_storage: Any = None,
        metadata_storage: Any = None,
        lock_manager: LockManager | None = None,
        cache_result_in_memory: bool = True,
        serializer: Serializer | str | None = None,
        storage_key_fn: Callable[[], str] = new_storage_key,
        cache: RecentRecords | None = None,
    ) -> None:
        self.result_storage = _opened(result_storage)
        self.metadata_storage = _opened(metadata_storage)
        self.lock_manager = lock_manager
        self.cache_result_in_memory = cache_result_in_memory
        self._serializer = serializer
        self.storage_key_fn = storage_key_fn
        self.cache = RecentRecords() if cache is None else cache

    @property
    def serializer(self) -> Serializer:
        """How results become bytes; made when it is first needed."""
        config = default_serializer() if self._serializer is None else self._serializer
        self._serializer = serializer = records.serializer_of(config)
        return serializer

    @serializer.setter
    def serializer(self, value: Serializer | str | None) -> None:
        self._serializer = value

    @property
    def result_storage_block_id(self) -> UUID | None:
        """The id of the saved block that results go to, if they do."""
        return storage.block_id(self.result_storage)

    # -- copies for runs --------------------------------------------------------------------------

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with the fields in `update` replaced; on the same storage it shares the records in
        memory.
        """
        fields: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS if name != "serializer"}
        fields["serializer"] = self._serializer
        update = update or {}
        if "result_storage" in update or "metadata_storage" in update:
            fields["cache"] = None  # records of another storage
        return type(self)(**{**fields, **update})

    async def aupdate_for_flow(self, flow: Flow[..., Any]) -> Self:
        """The store for a run of `flow`: its options over those of this store."""
        return self._for_flow(flow)

    @async_dispatch(aupdate_for_flow)
    def update_for_flow(self, flow: Flow[..., Any]) -> Self:
        """The store for a run of `flow`: its options over those of this store."""
        return self._for_flow(flow)

    async def aupdate_for_task(self, task: Task[..., Any]) -> Self:
        """The store for a run of `task`: its options over those of this store."""
        return self._for_task(task)

    @async_dispatch(aupdate_for_task)
    def update_for_task(self, task: Task[..., Any]) -> Self:
        """The store for a run of `task`: its options over those of this store."""
        return self._for_task(task)

    def _for_flow(self, flow: Flow[..., Any]) -> Self:
        update = _run_options(flow)
        update["metadata_storage"] = NullFileSystem()
        return self.model_copy(update=update)

    def _for_task(self, task: Task[..., Any]) -> Self:
        update = _run_options(task)
        policy = task.cache_policy
        key_storage = getattr(policy, "key_storage", None)
        lock_manager = getattr(policy, "lock_manager", None)
        if key_storage is not None:
            update["metadata_storage"] = key_storage
        elif storage.is_null(self.metadata_storage):
            update["metadata_storage"] = None  # records of tasks carry their expiration with them
        if lock_manager is not None:
            update["lock_manager"] = lock_manager
        if task.result_storage_key is not None:
            update["storage_key_fn"] = storage_keys.StorageKey(task.result_storage_key)
        return self.model_copy(update=update)

    # -- looking for a record ---------------------------------------------------------------------

    async def find(self, ports: Ports, key: str) -> Found | None:
        """The unexpired record of `key`, not decoded; None if there is none."""
        recent = self.cache.get(key) if self.cache_result_in_memory else None
        if recent is not None and not _expired(recent):
            return Found(None, None, recent)
        found = await self._fetch(ports, key)
        if found is None:
            return None
        if found.metadata is not None:
            metadata = form.parse_metadata(found.metadata)
        else:
            metadata = form.metadata_in(found.result or b"")
        return None if form.is_expired(metadata) else found

    async def _fetch(self, ports: Ports, key: str) -> Found | None:
        """What is stored under `key`. With metadata apart, the result itself is not read yet."""
        try:
            if self._keeps_metadata_apart:
                return Found(None, await storage.read(await self._metadata_storage(ports), ports, key))
            return Found(await storage.read(await self._result_storage(ports), ports, key), None)
        except (NoSuchPath, FileNotFoundError, KeyError):
            return None
        except Exception as error:  # noqa: BLE001 - each kind of storage has its own error for "not there"
            _log.debug("No record of key %r could be read: %r", key, error)
            return None

    async def decode(self, ports: Ports, found: Found) -> ResultRecord[Any]:
        """The record of what :meth:`find` found. Raises what the serializer raises."""
        if found.record is not None:
            return found.record
        if found.metadata is None:
            return records.ResultRecord.deserialize(found.result, backup_serializer=self.serializer)
        metadata = form.parse_metadata(found.metadata) or {}
        result = await storage.read(await self._result_storage(ports), ports, metadata["storage_key"])
        return records.ResultRecord.deserialize_from_result_and_metadata(result, found.metadata)

    # -- reading ----------------------------------------------------------------------------------

    async def load(self, ports: Ports, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """The record of `key`, expired or not; waits for whoever else holds its lock."""
        if self.lock_manager is not None and not self.is_lock_holder(key, holder):
            await self.wait_until_free(ports, key)
        recent = self.cache.get(key) if self.cache_result_in_memory else None
        if recent is not None:
            return recent
        if self._keeps_metadata_apart:
            found = Found(None, await storage.read(await self._metadata_storage(ports), ports, key))
        else:
            found = Found(await storage.read(await self._result_storage(ports), ports, key), None)
        record = await self.decode(ports, found)
        self._remember(key, record)
        return record

    def exists(self, key: str) -> bool:
        """Whether there is a record of `key` that has not expired."""
        return drive(self.find(BLOCKING, key)) is not None

    async def aexists(self, key: str) -> bool:
        """Whether there is a record of `key` that has not expired."""
        return await self.find(AWAITING, key) is not None

    def read(self, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """The record of `key`; raises what the storage raises if there is none (a `ValueError` for local
        files).
        """
        return drive(self.load(BLOCKING, key, holder))

    async def aread(self, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """The record of `key`; raises what the storage raises if there is none (a `ValueError` for local
        files).
        """
        return await self.load(AWAITING, key, holder)

    # -- writing ----------------------------------------------------------------------------------

    async def make_record(
        self, ports: Ports, obj: Any, key: str | None = None, expiration: datetime | None = None
    ) -> ResultRecord[Any]:
        """A record of `obj` for this store, not written yet. Raises `ValueError` if `key` leads out of it."""
        named = key is not None
        key = self.storage_key_fn() if key is None else key
        target = await self._result_storage(ports)
        record = records.ResultRecord(
            metadata=records.ResultRecordMetadata(
                storage_key=storage.storage_key(target, key),
                expiration=expiration,
                serializer=self.serializer,
                storage_block_id=storage.block_id(target),
            ),
            result=obj,
        )
        record.belongs_to(key, named)
        return record

    async def save(self, ports: Ports, record: ResultRecord[Any], holder: str | None = None) -> None:
        """Write a record. Raises `RuntimeError` if somebody else holds the lock of its key.

        With metadata apart, the result is written first: whoever finds metadata finds its result.
        """
        if record.metadata.storage_key is None:
            raise ValueError("This record has no storage key. Make it with `create_result_record`.")
        target = await self._result_storage(ports)
        key = record.key or storage_keys.relative_key(target, record.metadata.storage_key)
        if self.lock_manager is not None and self.is_locked(key) and not self.is_lock_holder(key, holder):
            raise RuntimeError(
                f"The result of key {key!r} is locked by another holder and cannot be written."
            )
        produce = record.write_to if self.metadata_storage is None else record.write_result_to
        await storage.write_pieces(target, ports, record.metadata.storage_key, produce, record.expiration)
        if self._keeps_metadata_apart:
            metadata_storage = await self._metadata_storage(ports)
            await storage.write(metadata_storage, ports, key, record.serialize_metadata())
        record.mark_persisted()
        if record.is_named:
            self._remember(key, record)

    def create_result_record(
        self, obj: Any, key: str | None = None, expiration: datetime | None = None
    ) -> ResultRecord[Any]:
        """A record of `obj` for this store, not written yet."""
        return drive(self.make_record(BLOCKING, obj, key, expiration))

    def persist_result_record(self, result_record: ResultRecord[Any], holder: str | None = None) -> None:
        """Write a record that :meth:`create_result_record` made."""
        drive(self.save(BLOCKING, result_record, holder))

    async def apersist_result_record(
        self, result_record: ResultRecord[Any], holder: str | None = None
    ) -> None:
        """Write a record that :meth:`create_result_record` made."""
        await self.save(AWAITING, result_record, holder)

    def write(
        self, obj: Any, key: str | None = None, expiration: datetime | None = None, holder: str | None = None
    ) -> None:
        """Write `obj` under `key`, valid until `expiration` (None: forever)."""
        drive(self._write(BLOCKING, obj, key, expiration, holder))

    async def awrite(
        self, obj: Any, key: str | None = None, expiration: datetime | None = None, holder: str | None = None
    ) -> None:
        """Write `obj` under `key`, valid until `expiration` (None: forever)."""
        await self._write(AWAITING, obj, key, expiration, holder)

    async def _write(
        self, ports: Ports, obj: Any, key: str | None, expiration: datetime | None, holder: str | None
    ) -> None:
        await self.save(ports, await self.make_record(ports, obj, key, expiration), holder)

    # -- inside -----------------------------------------------------------------------------------

    @property
    def _keeps_metadata_apart(self) -> bool:
        return self.metadata_storage is not None and not storage.is_null(self.metadata_storage)

    async def _result_storage(self, ports: Ports) -> storage.Storage:
        if self.result_storage is None:
            self.result_storage = await default_result_storage(ports)
        elif isinstance(self.result_storage, str | UUID):
            self.result_storage = await storage.resolve(self.result_storage, ports)
        return self.result_storage

    async def _metadata_storage(self, ports: Ports) -> storage.Storage:
        if isinstance(self.metadata_storage, str | UUID):
            self.metadata_storage = await storage.resolve(self.metadata_storage, ports)
        return self.metadata_storage

    def _remember(self, key: str, record: ResultRecord[Any]) -> None:
        if self.cache_result_in_memory:
            self.cache.put(key, record)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResultStore):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _FIELDS if name != "cache")

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in _FIELDS[:4])
        return f"ResultStore({shown})"


def _opened(reference: Any) -> Any:
    """A storage that can be opened without asking anybody is opened at once; a block's name waits for its
    first use.
    """
    if isinstance(reference, Path) or (
        isinstance(reference, str) and not storage.is_block_reference(reference)
    ):
        return LocalStorage(reference)
    return reference


def _run_options(run_of: Any) -> dict[str, Any]:
    """What a flow or task says about its results."""
    update: dict[str, Any] = {"cache_result_in_memory": run_of.cache_result_in_memory}
    if run_of.result_storage is not None:
        update["result_storage"] = run_of.result_storage
    if run_of.result_serializer is not None:
        update["serializer"] = run_of.result_serializer
    return update


def _expired(record: ResultRecord[Any]) -> bool:
    expiration = record.expiration
    return expiration is not None and clock.to_us(expiration) <= clock.system.now_us()
