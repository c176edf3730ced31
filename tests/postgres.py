"""A PostgreSQL of the tests' own: one cluster for each process that runs tests, databases from a template."""

from __future__ import annotations

import asyncio
import atexit
import getpass
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

REQUIRED = os.environ.get("PREFECT_TEST_REQUIRE", "").replace(",", " ").split()
WITHIN_S = 60
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "autovacuum": "off",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}


class Cluster:
    """A running PostgreSQL in a temporary folder; the user is `prefect`, with the password ``s3cr3t``."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="prefect-postgres-"))
        self.port = _free_port()
        self._numbers = itertools.count(1)
        self._hand_over()
        password = self.folder / "password"
        password.write_text("s3cr3t")
        password.chmod(0o644)
        self._run(
            "initdb", "-D", self.data, "-U", "prefect", "--auth=scram-sha-256", f"--pwfile={password}",
            "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        lines = "".join(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
        with open(self.data / "postgresql.auto.conf", "a") as file:
            file.write(lines)
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        self._run(
            "pg_ctl", "-D", self.data, "-o", f"-p {self.port}", "-l", self.folder / "log", "-w", "start"
        )

    def stop(self) -> None:
        """End it as a crash of the machine would, at once."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://prefect:s3cr3t@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """The URL of a new database."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> Any:
        return self.connected(lambda connection: connection.fetch(statement), database)

    def connected(self, use: Callable[[Any], Any], database: str = "postgres") -> Any:
        """What `use(connection)`, a coroutine, answers."""
        import asyncpg

        async def run() -> Any:
            connection = await asyncpg.connect(self.url(database).replace("+asyncpg", ""))
            try:
                return await use(connection)
            finally:
                await connection.close()

        return asyncio.run(run())

    @cache  # noqa: B019 - a cluster lives as long as the process
    def template(self) -> str:
        """The name of a database with the schema and nothing in it."""
        from prefect._store.postgres import PostgresStore

        url = self.create()
        PostgresStore(url).close()
        return url.rpartition("/")[2]

    def ready(self) -> str:
        """The URL of a new database that has the schema."""
        return self.create(self.template())

    def _hand_over(self) -> None:
        if _changes_user():
            shutil.chown(self.folder, "postgres")

    def _run(self, program: str, *words: object) -> None:
        command = [str(self.programs / program), *map(str, words)]
        if _changes_user():
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=WITHIN_S
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")


_EMPTY = """
CREATE FUNCTION test_empty() RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  name TEXT;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = current_schema() AND tablename <> 'prefect_schema'
  LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(name);
  END LOOP;
END
$$
"""


@cache
def _shared() -> Any:
    from prefect._store.postgres import PostgresStore

    url = cluster().ready()
    cluster().execute(_EMPTY, url.rpartition("/")[2])
    return PostgresStore(url)


def shared_store() -> Any:
    """A store with nothing in it, which is opened once and emptied for each test."""
    from prefect._store.sql import Statement

    async def empty(tx: Any) -> None:
        await tx.one(Statement("empty", "SELECT test_empty()"))

    store = _shared()
    store.write(empty).result(WITHIN_S)
    return store


def _changes_user() -> bool:
    """PostgreSQL refuses to run for root."""
    return sys.platform != "win32" and getpass.getuser() == "root"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _programs() -> Path | None:
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: path.parts[-3])
    return folders[-1].parent if folders else None


@cache
def _started() -> Cluster | None:
    programs = _programs()
    if programs is None:
        return None
    cluster = Cluster(programs)
    atexit.register(cluster.remove)
    return cluster


def cluster() -> Cluster:
    """The cluster of this process; a test that needs one is skipped where there is no PostgreSQL."""
    found = _started()
    if found is None:
        message = "there is no PostgreSQL on this machine"
        if {"all", "postgres"} & set(REQUIRED):
            pytest.fail(message)
        pytest.skip(message)
    return found
