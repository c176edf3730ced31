"""What only a database on a server has: parallel writers, other processes, outages, versions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from tests import postgres

from prefect._base import errors
from prefect._base.records import LogLine, TaskTransition
from prefect._store import migrate
from prefect._store.postgres import PostgresStore
from prefect._store.postgres.address import Address, parse
from prefect._store.sql import Queries, Statement
from prefect._store.store import Tx, Work

T = TypeVar("T")

sql = Queries(__file__)
DEADLINE_S = 30
VALUE = sql.value
CHANGE = Statement("change", "UPDATE configuration SET value = :value WHERE key = :key")
TELL = Statement("tell", "INSERT INTO outbox (at_us, topic, subject) VALUES (:at_us, :topic, :subject)")
LOG = Statement("log", "SELECT seq, subject FROM outbox WHERE seq > :after ORDER BY seq")


@pytest.fixture
def url() -> Iterator[str]:
    found = postgres.cluster().ready()
    yield found
    postgres.cluster().drop(found)


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[..., PostgresStore]]:
    """Opens stores on one database, as several processes would."""
    opened: list[PostgresStore] = []

    def open_(**options: Any) -> PostgresStore:
        opened.append(PostgresStore(url, **options))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


def put(key: str, value: str = "1") -> Work[int]:
    async def work(tx: Tx) -> int:
        return await tx.run(sql.put, key=key, value=value)

    return work


def count(store: PostgresStore, key: str) -> int:
    row = store.read(lambda tx: tx.one(VALUE, key=key))
    assert row is not None
    return int(row["value"])


def test_units_that_read_and_write_one_row_are_as_good_as_alone(open_store: Any) -> None:
    stores = [open_store(), open_store()]
    stores[0].write(put("count", "0")).result(DEADLINE_S)

    async def increment(tx: Tx) -> None:
        row = await tx.one(VALUE, key="count")
        assert row is not None
        await tx.run(CHANGE, key="count", value=str(int(row["value"]) + 1))

    with ThreadPoolExecutor(32) as threads:
        futures = [threads.submit(lambda i: stores[i % 2].write(increment).result(60), i) for i in range(100)]
        for future in futures:
            future.result(DEADLINE_S * 2)
    assert count(stores[0], "count") == 100


def test_of_units_that_insert_the_same_one_finds_the_others_row(open_store: Any) -> None:
    stores = [open_store(), open_store()]

    async def create(tx: Tx) -> str:
        row = await tx.one(VALUE, key="name")
        if row is not None:
            return "found"
        await tx.run(sql.put, key="name", value="1")
        return "made"

    with ThreadPoolExecutor(16) as threads:
        futures = [threads.submit(lambda i: stores[i % 2].write(create).result(30), i) for i in range(32)]
        answers = [future.result(DEADLINE_S * 2) for future in futures]
    assert sorted(answers) == ["found"] * 31 + ["made"]


def test_units_that_lock_rows_crosswise_both_come_through(open_store: Any) -> None:
    store = open_store()
    for key in "ab":
        store.write(put(key, "0")).result(DEADLINE_S)

    def both(*keys: str) -> Work[None]:
        async def work(tx: Tx) -> None:
            for key in keys:
                row = await tx.one(VALUE, key=key)
                assert row is not None
                await tx.run(CHANGE, key=key, value=str(int(row["value"]) + 1))

        return work

    futures = [store.write(both("a", "b") if i % 2 else both("b", "a")) for i in range(12)]
    for future in futures:
        future.result(DEADLINE_S)
    assert (count(store, "a"), count(store, "b")) == (12, 12)


def test_whoever_remembers_the_last_number_of_the_log_misses_nothing(open_store: Any) -> None:
    stores = [open_store(), open_store(), open_store()]
    reader = stores[2]

    def tell(name: str) -> Work[None]:
        async def work(tx: Tx) -> None:
            await tx.run(TELL, at_us=1, topic="t", subject=f"{name} first")
            await tx.all(sql["all"])
            await tx.run(TELL, at_us=1, topic="t", subject=f"{name} second")

        return work

    for i in range(200):
        stores[i % 2].write(tell(f"{i}"))
    seen: list[str] = []
    after = 0
    while len(seen) < 400:
        for row in reader.read(lambda tx, after=after: tx.all(LOG, after=after)):
            after = row["seq"]
            seen.append(row["subject"])
        if len(seen) < 400:
            assert reader.follow(["t"], after, 5.0).result(DEADLINE_S), f"{400 - len(seen)} are missing"
    assert len(set(seen)) == 400
    for i in range(200):
        assert seen.index(f"{i} second") == seen.index(f"{i} first") + 1


def test_who_waits_is_woken_by_another_process_at_once(open_store: Any) -> None:
    here, there = open_store(), open_store()
    waiting = here.follow(["topic"], 0, 10.0)
    other = here.follow(["subject-of-nobody"], 0, 0.2)
    assert not other.result(DEADLINE_S)

    async def tell(tx: Tx) -> None:
        await tx.run(TELL, at_us=1, topic="topic", subject="x")

    there.write(tell).result(DEADLINE_S)
    assert waiting.result(0.9)  # the poll comes after a second only
    assert here.follow(["*"], 0, 1.0).result(DEADLINE_S)


def test_numbers_go_on_rising_after_a_move_to_a_younger_server(url: str, open_store: Any) -> None:
    far = 2**52
    database = url.rpartition("/")[2]
    postgres.cluster().execute(
        f"INSERT INTO outbox_entry (seq, at_us, topic, subject) VALUES ({far}, 1, 't', 'old')", database
    )
    store = open_store()

    async def tell(tx: Tx) -> None:
        await tx.run(TELL, at_us=1, topic="t", subject="new")

    assert [row["subject"] for row in store.read(lambda tx: tx.all(LOG, after=0))] == ["old"]
    store.write(tell).result(DEADLINE_S)
    assert store.follow(["t"], far, 5.0).result(DEADLINE_S)
    assert [row["subject"] for row in store.read(lambda tx: tx.all(LOG, after=far))] == ["new"]


def test_a_task_run_known_by_its_keys_takes_the_id_that_tells_of_a_later_state(
    open_store: Any, transition: Callable[..., TaskTransition]
) -> None:
    store = open_store()
    first = transition("RUNNING", at_us=1, flow_run_id="f")
    again = transition("RUNNING", at_us=5, flow_run_id="f")
    again = again._replace(run=again.run._replace(dynamic_key=first.run.dynamic_key))
    for item in (first, again):
        store.record(item)
        store.flush().result(DEADLINE_S)
    rows = store.read(lambda tx: tx.all(Statement("ids", "SELECT id FROM task_run")))
    assert rows == [{"id": again.run.id}]


# -- outages ------------------------------------------------------------------------------------------


@pytest.fixture
def own_cluster() -> Iterator[postgres.Cluster]:
    """A server that the test may stop."""
    found = postgres.Cluster(postgres.cluster().programs)
    yield found
    found.remove()


def test_an_outage_is_told_and_survived(
    own_cluster: postgres.Cluster, line: Callable[..., LogLine], caplog: pytest.LogCaptureFixture
) -> None:
    address = parse(own_cluster.create(), {"server.database.connection_timeout": 0.5})
    store = PostgresStore(address)
    store.write(put("before")).result(DEADLINE_S)
    own_cluster.stop()
    with pytest.raises(errors.StoreUnavailable) as told:
        store.write(put("lost")).result(DEADLINE_S)
    assert "s3cr3t" not in str(told.value)
    with pytest.raises(errors.StoreUnavailable):
        store.read(lambda tx: tx.all(sql["all"]))
    for i in range(20):
        store.record(line(f"{i}"))
    with pytest.raises(errors.StoreUnavailable):
        store.flush().result(DEADLINE_S)
    own_cluster.start()
    assert _once_it_is_back(lambda: store.write(put("after")).result(DEADLINE_S)) == 1
    store.flush().result(DEADLINE_S)
    assert len(store.read(lambda tx: tx.all(sql.messages))) == 20
    assert [row["key"] for row in store.read(lambda tx: tx.all(sql["all"]))] == ["after", "before"]
    assert "can be written again" in caplog.text
    store.close()


def _once_it_is_back(asked: Callable[[], T]) -> T:
    """Who asks while the first connection is made again may be refused once more."""
    until_s = time.monotonic() + DEADLINE_S
    while True:
        try:
            return asked()
        except errors.StoreUnavailable:
            assert time.monotonic() < until_s


def test_a_short_outage_is_noticed_by_nobody(own_cluster: postgres.Cluster) -> None:
    store = PostgresStore(own_cluster.create())
    store.write(put("before")).result(DEADLINE_S)
    waiting = store.follow(["*"], 0, 0.1)
    own_cluster.stop()
    future = store.write(put("during"))
    own_cluster.start()
    assert future.result(DEADLINE_S) == 1
    waiting.exception(DEADLINE_S)
    assert len(store.read(lambda tx: tx.all(sql["all"]))) == 2
    store.close()


def test_a_server_that_is_not_there_is_told_without_credentials() -> None:
    address = parse("postgresql+asyncpg://me:s3cr3t@127.0.0.1:1/name?timeout=1")
    with pytest.raises(errors.StoreUnavailable, match=r"postgresql://127\.0\.0\.1:1/name") as told:
        PostgresStore(address)
    assert "s3cr3t" not in str(told.value)
    assert "s3cr3t" not in repr(address)


def test_a_wrong_password_is_told_at_once() -> None:
    with pytest.raises(errors.StoreUnavailable, match="does not let us in"):
        PostgresStore(postgres.cluster().url().replace("s3cr3t", "other"))


# -- versions -----------------------------------------------------------------------------------------


def test_many_that_start_at_once_make_one_schema() -> None:
    url = postgres.cluster().create()
    with ThreadPoolExecutor(8) as threads:
        stores = [future.result(60) for future in [threads.submit(PostgresStore, url) for _ in range(8)]]
    for number, store in enumerate(stores):
        assert store.write(put(f"{number}")).result(DEADLINE_S) == 1
    for store in stores:
        store.close()


def test_a_database_of_a_newer_version(url: str) -> None:
    _set_version(url, migrate.LATEST + 1)
    with pytest.raises(errors.StoreTooNew, match="Upgrade"):
        PostgresStore(url)


def test_an_older_database_is_brought_up_to_date(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_a_later_script(monkeypatch, "CREATE TABLE later (id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID")
    PostgresStore(url).close()
    database = url.rpartition("/")[2]
    assert postgres.cluster().execute("SELECT version FROM prefect_schema", database)[0][0] == migrate.LATEST
    assert postgres.cluster().execute("SELECT count(*) FROM later", database)[0][0] == 0


def test_an_older_database_stays_as_it_is_where_nothing_migrates(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_a_later_script(monkeypatch, "CREATE TABLE later (id TEXT)")
    with pytest.raises(errors.StoreUnavailable, match="prefect server database upgrade"):
        PostgresStore(parse(url, {"server.database.migrate_on_start": False}))


def test_a_step_that_fails_leaves_the_old_version(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_a_later_script(monkeypatch, "CREATE TABLE later (id TEXT); CREATE TABLE later (id TEXT)")
    with pytest.raises(errors.StoreError, match="already exists"):
        PostgresStore(url)
    monkeypatch.undo()
    PostgresStore(url).close()


def test_the_database_of_another_program() -> None:
    url = postgres.cluster().create()
    postgres.cluster().execute("CREATE TABLE alembic_version (version_num TEXT)", url.rpartition("/")[2])
    with pytest.raises(errors.StoreForeign, match="another program"):
        PostgresStore(url)


def _set_version(url: str, version: int) -> None:
    postgres.cluster().execute(f"UPDATE prefect_schema SET version = {version}", url.rpartition("/")[2])


def _with_a_later_script(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    later = migrate.LATEST + 1
    known = migrate.script
    monkeypatch.setattr(migrate, "LATEST", later)
    monkeypatch.setattr(migrate, "script", lambda version: script if version == later else known(version))


# -- processes ----------------------------------------------------------------------------------------

WORKERS = """
    import os, sys, multiprocessing
    from prefect._store.sql import Statement
    from prefect._store.postgres import PostgresStore
    put = Statement("put", "INSERT INTO configuration (key, value) VALUES (:key, '1')")
    store = PostgresStore(sys.argv[1])
    def queue(key):
        async def work(tx):
            await tx.run(put, key=key)
        store.enqueue(work)
    def child(number):
        for i in range(50):
            queue(f"child-{number}-{i}")
    context = multiprocessing.get_context("fork")
    for i in range(200):
        queue(f"parent-{i}")
    processes = []
    for number in range(4):
        processes.append(context.Process(target=child, args=(number,)))
        processes[-1].start()
        for i in range(20):
            queue(f"parent-between-{number}-{i}")
    for process in processes:
        process.join()
        assert process.exitcode == 0
"""


def test_forked_workers_write_too_and_each_item_once(url: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WORKERS), url],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert (process.returncode, process.stderr) == (0, "")
    found = postgres.cluster().execute("SELECT count(*) FROM configuration", url.rpartition("/")[2])
    assert found[0][0] == 200 + 4 * 50 + 4 * 20


def test_a_full_queue_makes_its_producers_wait(open_store: Any, line: Callable[..., LogLine]) -> None:
    store = open_store(bound=10)
    gate = threading.Event()
    inside = threading.Event()

    async def hold(tx: Tx) -> None:
        await tx.all(sql["all"])
        inside.set()
        gate.wait(DEADLINE_S)

    store.enqueue(hold)
    assert inside.wait(DEADLINE_S)
    handed_over: list[int] = []

    def produce() -> None:
        for i in range(100):
            store.record(line(f"{i}"))
            handed_over.append(i)

    producer = threading.Thread(target=produce)
    producer.start()
    producer.join(0.2)
    assert producer.is_alive()
    gate.set()
    producer.join(DEADLINE_S)
    store.flush().result(DEADLINE_S)
    assert [row["message"] for row in store.read(lambda tx: tx.all(sql.messages))] == [
        f"{i}" for i in range(100)
    ]


# -- addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "dsn"),
    [
        ("postgresql+asyncpg://u:p@h:1/d", "postgresql://u:p@h:1/d"),
        ("postgresql://u@h/d?ssl=require", "postgresql://u@h/d?sslmode=require"),
        ("postgres://u@h/d?sslmode=verify-full&sslrootcert=/a%20b", "postgresql://u@h/d?sslmode=verify-full&sslrootcert=/a%20b"),
        ("postgresql+asyncpg://u:p%40ss@[::1]:5432/d?prepared_statement_cache_size=0", "postgresql://u:p%40ss@[::1]:5432/d"),
    ],
)  # fmt: skip
def test_the_forms_of_urls(url: str, dsn: str) -> None:
    assert parse(url).dsn.replace("%2F", "/") == dsn


def test_options_of_urls_and_settings() -> None:
    values = {
        "server.database.timeout": 3.0,
        "server.database.connection_timeout": 2.0,
        "server.database.sqlalchemy.pool_size": 2,
        "server.database.sqlalchemy.max_overflow": 1,
        "server.database.sqlalchemy.connect_args.application_name": "mine",
        "server.database.sqlalchemy.connect_args.statement_cache_size": 0,
    }
    address = parse("postgresql://h/d?command_timeout=7", values)
    assert isinstance(address, Address)
    assert (address.statement_s, address.patience_s, address.pool_size) == (7.0, 2.0, 3)
    assert address.connect["statement_cache_size"] == 0
    assert address.connect["server_settings"] == {"application_name": "mine"}


@pytest.mark.parametrize(
    "url", ["postgresql://h/d?ssl=perhaps", "postgresql://h/d?timeout=soon", "mysql://h/d"]
)
def test_urls_that_cannot_be_meant(url: str) -> None:
    with pytest.raises(errors.StoreUnavailable):
        parse(url)


def test_texts_that_postgresql_cannot_keep_are_spelled_out(open_store: Any) -> None:
    store = open_store()
    store.write(put("a", json.dumps("\0") + "\0 \ud800")).result(DEADLINE_S)
    assert store.read(lambda tx: tx.one(VALUE, key="a")) == {"value": '"\\u0000"\\x00 \\ud800'}
