"""Leases are renewed while their process lives; what dead processes left is moved on by the next one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._base import owner
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._link import keeping
from prefect._link.local import LocalLink
from prefect._service.leases import operations as leases
from prefect._service.unit import Unit
from prefect._store.sqlite import SqliteStore
from prefect._store.store import Tx
from prefect._wire.operation import named

DYING = """
import os, sys
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._link.local import LocalLink
from prefect._store.sqlite import SqliteStore
from prefect._wire.operation import named
link = LocalLink(SqliteStore(sys.argv[1]), BLOCKING)
flow = drive(link.call(named("flows.create"), body={"name": "f"}))
run = drive(link.call(named("flow_runs.create"), body={"flow_id": flow["id"], "state": {"type": "PENDING"}}))
drive(link.call(named("flow_runs.set_state"), id=run["id"], body={"state": {"type": "RUNNING"}}))
print(run["id"], flush=True)
os._exit(9)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "x.db")
    yield opened
    opened.close()


def leased(store: SqliteStore) -> Any:
    connection = sqlite3.connect(store.path)
    try:
        return connection.execute("SELECT owner, lease_until_us FROM flow_run").fetchone()
    finally:
        connection.close()


def test_a_running_flow_run_keeps_its_lease(store: SqliteStore) -> None:
    link = LocalLink(store, BLOCKING)
    flow = drive(link.call(named("flows.create"), body={"name": "f"}))
    body = {"flow_id": flow["id"], "state": {"type": "PENDING"}}
    run = drive(link.call(named("flow_runs.create"), body=body))
    drive(link.call(named("flow_runs.set_state"), id=run["id"], body={"state": {"type": "RUNNING"}}))
    holder, until_us = leased(store)
    assert holder == owner.current()

    async def renew(tx: Tx) -> int:
        return await leases.renew(Unit(tx, until_us, owner.current()))

    assert store.write(renew).result(10) == 1
    assert leased(store) == (holder, until_us + 30_000_000)


def test_a_process_without_runs_renews_nothing(store: SqliteStore) -> None:
    async def renew(tx: Tx) -> int:
        return await leases.renew(Unit(tx, 1, owner.current()))

    assert store.write(renew).result(10) == 0


def test_the_runs_of_a_dead_process_end_when_the_next_one_begins(store: SqliteStore) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(store.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == 9, died.stderr
    keeping.keep(store)
    link = LocalLink(store, BLOCKING)
    assert drive(link.call(named("flow_runs.read"), id=died.stdout.strip()))["state_type"] == "CRASHED"


def test_alone_in_its_home_a_process_finds_nothing_to_reap(store: SqliteStore) -> None:
    async def others(tx: Tx) -> bool:
        return await leases.others_hold(Unit(tx, 1, owner.current()))

    assert store.write(others).result(10) is False
