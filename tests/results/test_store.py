"""The result store: what it writes, what it finds again, where, and who may."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from prefect._base import clock as clocks
from prefect._base import late
from prefect._base.clock import ManualClock
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._engine.persist.local_storage import LocalStorage, NullFileSystem
from prefect.exceptions import ConfigurationError, SerializationError
from prefect.locking.memory import MemoryLockManager
from prefect.results import (
    ResultRecord,
    ResultRecordMetadata,
    ResultStore,
    get_default_persist_setting,
    get_default_persist_setting_for_tasks,
    get_default_result_storage,
    get_result_store,
    read_record,
    resolve_result_storage,
    resolve_serializer,
    should_persist_result,
)
from prefect.serializers import JSONSerializer, PickleSerializer, Serializer, UnknownSerializer


class Blocking:
    """A storage in memory with blocking methods."""

    _block_document_id: UUID | None = None

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.threads: set[int] = set()

    def read_path(self, path: str) -> bytes:
        self.threads.add(threading.get_ident())
        return self.content[path]

    def write_path(self, path: str, content: bytes) -> None:
        self.threads.add(threading.get_ident())
        self.content[path] = content


class Awaiting:
    """A storage in memory with async methods that really wait."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    async def read_path(self, path: str) -> bytes:
        await asyncio.sleep(0)
        return self.content[path]

    async def write_path(self, path: str, content: bytes) -> None:
        await asyncio.sleep(0)
        self.content[path] = content


class Both(Blocking):
    """A storage with a blocking and an awaiting form of each method."""

    async def aread_path(self, path: str) -> bytes:
        return self.content[path]

    async def awrite_path(self, path: str, content: bytes) -> None:
        self.content[path] = content


@pytest.fixture(params=["path", "text", "local", "blocking", "awaiting", "both"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return {
        "path": lambda: tmp_path / "results",
        "text": lambda: str(tmp_path / "results"),
        "local": lambda: LocalStorage(tmp_path / "results"),
        "blocking": Blocking,
        "awaiting": Awaiting,
        "both": Both,
    }[request.param]()


def fresh(store: ResultStore) -> ResultStore:
    """The same store without what it remembers."""
    return store.model_copy(update={"cache": None})


# -- writing and reading ------------------------------------------------------------------------------


@pytest.mark.parametrize("apart", [False, True])
def test_what_is_written_is_read_in_both_colours(storage: Any, apart: bool, tmp_path: Path) -> None:
    store = ResultStore(storage, metadata_storage=tmp_path / "keys" if apart else None)
    assert not store.exists("k")
    store.write({"a": 1}, key="k")
    again = fresh(store)
    assert again.exists("k")
    assert again.read("k").result == {"a": 1}

    async def other_colour() -> None:
        assert await fresh(store).aexists("k")
        assert (await fresh(store).aread("k")).result == {"a": 1}
        await store.awrite([2], key="l")

    asyncio.run(other_colour())
    assert fresh(store).read("l").result == [2]


def test_async_callers_do_not_block_on_blocking_storage() -> None:
    storage = Blocking()
    asyncio.run(ResultStore(storage).awrite(1, key="k"))
    assert storage.threads
    assert threading.get_ident() not in storage.threads


def test_the_file_of_a_record(tmp_path: Path) -> None:
    ResultStore(tmp_path, serializer="json").write({"a": 1}, key="k")
    stored = json.loads((tmp_path / "k").read_bytes())
    assert stored["result"] == '{"a": 1}'
    assert stored["metadata"] == {
        "storage_key": str(tmp_path / "k"),
        "expiration": None,
        "serializer": JSONSerializer().model_dump(),
        "prefect_version": ResultRecordMetadata().prefect_version,
        "storage_block_id": None,
    }


def test_metadata_can_be_kept_apart(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results", metadata_storage=tmp_path / "keys")
    store.write(5, key="k")
    assert (tmp_path / "results/k").read_bytes() == PickleSerializer().dumps(5)
    assert json.loads((tmp_path / "keys/k").read_bytes())["storage_key"] == str(tmp_path / "results/k")


def test_without_metadata_the_result_alone_is_written(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, metadata_storage=NullFileSystem())
    store.write(5, key="k")
    assert (tmp_path / "k").read_bytes() == PickleSerializer().dumps(5)
    assert fresh(store).read("k").result == 5


def test_a_saved_block_gets_keys_and_an_id(tmp_path: Path) -> None:
    block = Blocking()
    block._block_document_id = UUID(int=7)
    record = ResultStore(block).create_result_record(1, key="k")
    assert record.metadata.storage_key == "k"
    assert record.metadata.storage_block_id == UUID(int=7) == ResultStore(block).result_storage_block_id


def test_a_result_without_key_gets_one_of_its_own(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, storage_key_fn=iter(["one", "two"]).__next__)
    store.write(1)
    store.write(2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    assert len(store.cache) == 0  # nobody can ask for these again


def test_a_key_that_leads_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        ResultStore(tmp_path / "results").write(1, key="../out")


def test_a_missing_record_is_an_error_of_reading(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no file"):
        ResultStore(tmp_path).read("nothing")


def test_a_value_that_cannot_be_stored_leaves_no_trace(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with pytest.raises(SerializationError, match="lock"):
        store.write(threading.Lock(), key="k")
    assert not list(tmp_path.iterdir())
    assert not store.exists("k")


@pytest.mark.parametrize("apart", [False, True])
def test_a_record_ends_with_its_expiration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    manual = ManualClock()
    monkeypatch.setattr(clocks, "system", manual)
    store = ResultStore(tmp_path / "r", metadata_storage=tmp_path / "m" if apart else None)
    store.write(1, key="k", expiration=clocks.to_datetime(manual.now_us()) + timedelta(seconds=10))
    for seconds, there in ((9, True), (2, False)):
        manual.advance(seconds)
        assert store.exists("k") is there
        assert fresh(store).exists("k") is there


def test_records_in_memory_are_not_read_again(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.write([1], key="k")
    (tmp_path / "k").unlink()
    assert store.read("k").result == [1]
    assert not fresh(store).exists("k")
    forgetful = ResultStore(tmp_path, cache_result_in_memory=False)
    forgetful.write(1, key="l")
    assert len(forgetful.cache) == 0


def test_memory_holds_a_thousand_records(tmp_path: Path) -> None:
    store = ResultStore(Blocking(), serializer="json")
    for n in range(1005):
        store.write(n, key=str(n))
    assert len(store.cache) == 1000
    assert "0" not in store.cache


def test_stores_with_other_storage_do_not_share_memory(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "a")
    store.write(1, key="k")
    assert store.model_copy().read("k") is store.read("k")
    assert not store.model_copy(update={"result_storage": tmp_path / "b"}).exists("k")


# -- records ------------------------------------------------------------------------------------------


def test_a_record_and_its_bytes() -> None:
    record = ResultRecord(result=[1], metadata=ResultRecordMetadata(storage_key="k", serializer="json"))
    assert not record.is_persisted
    assert ResultRecord.deserialize(record.serialize()) == record
    two = ResultRecord.deserialize_from_result_and_metadata(
        record.serialize_result(), record.serialize_metadata()
    )
    assert two == record
    assert two.is_persisted
    assert two.serializer == JSONSerializer()


def test_other_bytes_are_read_with_the_backup() -> None:
    blob = PickleSerializer().dumps({"a": 1})
    assert ResultRecord.deserialize(blob, backup_serializer=PickleSerializer()).result == {"a": 1}
    with pytest.raises(ValueError, match="not a stored result"):
        ResultRecord.deserialize(blob)


def test_the_older_form_is_understood() -> None:
    old = {"serializer": {"type": "json"}, "data": "[1]", "storage_key": "k", "prefect_version": "3.0.0"}
    record = ResultRecord.deserialize(json.dumps(old).encode())
    assert (record.result, record.metadata.storage_key) == ([1], "k")


def test_a_record_of_an_unknown_serializer_fails_when_it_is_decoded() -> None:
    metadata = {"storage_key": "k", "serializer": {"type": "elsewhere"}}
    assert isinstance(
        ResultRecord.model_validate({"metadata": metadata, "result": None}).serializer, UnknownSerializer
    )
    with pytest.raises(SerializationError, match="elsewhere"):
        ResultRecord.deserialize(json.dumps({"metadata": metadata, "result": "x"}).encode())


def test_bytes_that_are_no_text_need_their_own_file(tmp_path: Path) -> None:
    class Raw(Serializer):
        type: str = "raw"

        def dumps(self, obj: bytes) -> bytes:
            return obj

        def loads(self, blob: bytes) -> bytes:
            return blob

    with pytest.raises(SerializationError, match="base64"):
        ResultStore(tmp_path, serializer=Raw()).write(b"\xff", key="k")
    apart = ResultStore(tmp_path / "r", metadata_storage=tmp_path / "m", serializer=Raw())
    apart.write(b"\xff", key="k")
    assert fresh(apart).read("k").result == b"\xff"


@pytest.mark.parametrize("null", [False, True])
def test_a_result_is_read_by_the_metadata_of_a_state(tmp_path: Path, null: bool) -> None:
    store = ResultStore(tmp_path / "elsewhere", metadata_storage=NullFileSystem() if null else None)
    record = store.create_result_record({"a": 1})
    store.persist_result_record(record)
    wire = ResultRecordMetadata.load_bytes(record.metadata.dump_bytes())
    assert drive(read_record(wire, BLOCKING)).result == {"a": 1}
    assert asyncio.run(read_record(wire, AWAITING)).result == {"a": 1}


def test_a_result_that_appears_late_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ResultStore(tmp_path)
    record = store.create_result_record(1, key="k")

    class Late(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if len(self.slept_s) == 3:
                store.persist_result_record(record)

    clock = Late()
    monkeypatch.setattr(clocks, "system", clock)
    assert drive(read_record(record.metadata, BLOCKING)).result == 1
    assert clock.slept_s == [0.25] * 3
    (tmp_path / "k").unlink()
    with pytest.raises(ValueError, match="no file"):
        drive(read_record(record.metadata, BLOCKING, attempts=2))


# -- choices ------------------------------------------------------------------------------------------


def options(**given: Any) -> Any:
    base: dict[str, Any] = {
        "result_storage": None,
        "result_serializer": None,
        "result_storage_key": None,
        "cache_result_in_memory": True,
        "cache_policy": None,
    }
    return SimpleNamespace(**{**base, **given})


def test_the_store_of_a_flow_and_of_its_tasks(tmp_path: Path) -> None:
    flow = ResultStore().update_for_flow(
        options(result_storage=tmp_path / "flow", result_serializer="json"), _sync=True
    )
    assert (flow.result_storage, flow.serializer) == (LocalStorage(tmp_path / "flow"), JSONSerializer())
    assert flow.metadata_storage == NullFileSystem()
    inherited = flow.update_for_task(options(), _sync=True)
    assert inherited.result_storage == flow.result_storage
    assert inherited.serializer == JSONSerializer()
    assert inherited.metadata_storage is None
    locks = MemoryLockManager()
    own = flow.update_for_task(
        options(
            result_storage=tmp_path / "task",
            cache_result_in_memory=False,
            cache_policy=SimpleNamespace(key_storage=tmp_path / "keys", lock_manager=locks),
        ),
        _sync=True,
    )
    assert own.result_storage == LocalStorage(tmp_path / "task")
    assert own.metadata_storage == LocalStorage(tmp_path / "keys")
    assert own.lock_manager is locks
    assert not own.cache_result_in_memory


def test_a_storage_key_is_a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"flow_run": SimpleNamespace(name="calm"), "parameters": {"x": 3}}
    monkeypatch.setitem(late._loaded, "result.key_names", lambda: names)
    store = ResultStore(tmp_path)

    def for_key(template: str) -> ResultStore:
        return store.update_for_task(options(result_storage_key=template), _sync=True)

    for_key("sk-{parameters[x]}-{flow_run.name}.json").write(1)
    assert [path.name for path in tmp_path.iterdir()] == ["sk-3-calm.json"]
    for template in ("{parameters[y]}", "{nothing}", "{flow_run.nothing}"):
        with pytest.raises(ValueError, match="cannot be filled"):
            for_key(template).write(1)


def test_what_can_be_a_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = Blocking()

    async def load(reference: Any, ports: Ports) -> Any:
        return {"kind/name": block, UUID(int=1): block}[reference]

    monkeypatch.setitem(late._loaded, "block.by_name", load)
    monkeypatch.setitem(late._loaded, "block.by_id", load)
    assert resolve_result_storage(tmp_path, _sync=True) == LocalStorage(tmp_path)
    assert resolve_result_storage(str(tmp_path), _sync=True) == LocalStorage(tmp_path)
    assert resolve_result_storage("kind/name", _sync=True) is block
    assert resolve_result_storage(UUID(int=1), _sync=True) is block
    assert resolve_result_storage(block, _sync=True) is block
    assert asyncio.run(resolve_result_storage.aio(tmp_path)) == LocalStorage(tmp_path)
    store = ResultStore("kind/name")
    store.write(1, key="k")
    assert store.result_storage is block
    for wrong in (3, object(), Blocking):
        with pytest.raises(TypeError, match="cannot store results"):
            resolve_result_storage(wrong, _sync=True)


def test_defaults_come_from_the_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import settings

    assert get_default_result_storage(_sync=True) == LocalStorage(home / "storage")
    store = get_result_store()
    assert store.serializer == PickleSerializer()
    store.write(1, key="k")
    assert (home / "storage/k").exists()
    assert not should_persist_result()
    monkeypatch.setenv("PREFECT_RESULTS_PERSIST_BY_DEFAULT", "true")
    monkeypatch.setenv("PREFECT_RESULTS_DEFAULT_SERIALIZER", "json")
    monkeypatch.setenv("PREFECT_TASKS_DEFAULT_PERSIST_RESULT", "false")
    settings.refresh()
    assert should_persist_result()
    assert get_default_persist_setting()
    assert not get_default_persist_setting_for_tasks()
    assert get_result_store().serializer == JSONSerializer()


def test_serializers_are_named_or_given() -> None:
    assert resolve_serializer("json") == JSONSerializer()
    assert resolve_serializer(JSONSerializer()) == JSONSerializer()
    with pytest.raises(ValueError, match="nope"):
        resolve_serializer("nope")
    with pytest.raises(TypeError, match="3"):
        resolve_serializer(3)  # type: ignore[arg-type]


def test_the_type_aliases_can_be_imported() -> None:
    from prefect.results import ResultSerializer

    assert str in ResultSerializer.__args__


# -- locks --------------------------------------------------------------------------------------------


def test_without_a_lock_manager_there_are_no_locks(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    for operation in (store.acquire_lock, store.release_lock, store.is_locked, store.wait_for_lock):
        with pytest.raises(ConfigurationError, match="lock manager"):
            operation("k")
    assert store.supports_isolation_level("READ_COMMITTED")
    assert not store.supports_isolation_level("SERIALIZABLE")


def test_a_key_that_somebody_else_holds_is_not_written(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, lock_manager=MemoryLockManager())
    assert store.acquire_lock("held", holder="me")
    assert store.is_lock_holder("held", "me")
    assert not store.is_lock_holder("held")
    with pytest.raises(RuntimeError, match="locked by another holder"):
        store.write(1, key="held")
    store.write(1, key="held", holder="me")
    assert store.read("held", holder="me").result == 1
    assert not store.wait_for_lock("held", timeout=0)
    store.release_lock("held", holder="me")
    assert store.read("held").result == 1


def test_reading_waits_for_the_lock(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, lock_manager=MemoryLockManager(), cache_result_in_memory=False)
    store.write("old", key="waited")
    assert store.acquire_lock("waited", holder="writer")
    read: list[Any] = []
    reader = threading.Thread(target=lambda: read.append(store.read("waited").result))
    reader.start()
    store.write("new", key="waited", holder="writer")
    store.release_lock("waited", holder="writer")
    reader.join()
    assert read == ["new"]


def test_a_thread_is_its_own_default_holder(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, lock_manager=MemoryLockManager())
    store.acquire_lock("mine")
    assert store.is_lock_holder("mine")
    other: list[bool] = []
    thread = threading.Thread(target=lambda: other.append(store.is_lock_holder("mine")))
    thread.start()
    thread.join()
    assert other == [False]
    store.release_lock("mine")
