"""Homes and databases that cannot be used: one clear error for who calls a flow, and nothing is touched."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prefect._store.check import violations

if TYPE_CHECKING:
    from conftest import World

PROGRAM = """
from prefect import flow, task

@task
def step(x):
    return x

@flow
def work():
    return step(1)

work()
"""
TRACEBACK = "Traceback (most recent call last)"


def the_one_error(world: World, program: str = PROGRAM) -> str:
    """What the failing program says in the end; there is one traceback, and no library's among its frames."""
    done = world.run(program)
    assert done.returncode == 1
    assert done.stderr.count(TRACEBACK) == 1, done.stderr
    assert "sqlite3" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_home_that_is_missing_is_made(world: World) -> None:
    world.home = world.folder / "not" / "yet"

    world.succeed(PROGRAM)

    assert world.look()[0] == {"work": ["Completed"]}


def test_a_home_that_is_a_file(world: World) -> None:
    world.home.write_text("mine")

    error = the_one_error(world)

    assert "StoreUnavailable" in error
    assert str(world.home) in error
    assert "PREFECT_HOME" in error
    assert world.home.read_text() == "mine"


def test_a_database_that_is_none(world: World) -> None:
    world.home.mkdir()
    world.database.write_bytes(b"not a database " * 100)

    error = the_one_error(world)

    assert "StoreCorrupt" in error
    assert "Move the file away" in error
    assert world.database.read_bytes() == b"not a database " * 100


def test_a_database_that_is_damaged_inside(world: World) -> None:
    world.succeed(PROGRAM)
    connection = sqlite3.connect(world.database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    pages = bytearray(world.database.read_bytes())
    pages[4096 * 2 :] = b"\xa5" * (len(pages) - 4096 * 2)
    world.database.write_bytes(pages)

    error = the_one_error(world)

    assert "StoreCorrupt" in error
    assert "backup" in error


def test_a_database_of_a_newer_version(world: World) -> None:
    world.succeed(PROGRAM)
    with sqlite3.connect(world.database) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = world.database.read_bytes()

    error = the_one_error(world)

    assert "StoreTooNew" in error
    assert "9999" in error
    assert "Upgrade" in error
    assert world.database.read_bytes() == before


@pytest.mark.parametrize("by_url", [False, True])
def test_the_database_of_another_program(world: World, by_url: bool) -> None:
    world.home.mkdir()
    file = world.home / ("theirs.db" if by_url else "orchestrator.db")
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()
    if by_url:
        world.variables["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{file}"
    before = file.read_bytes()

    error = the_one_error(world)

    assert "StoreForeign" in error
    assert "another program" in error
    assert file.read_bytes() == before
    assert os.listdir(world.home) == [file.name]


def test_a_task_called_outside_of_flows_says_the_same(world: World) -> None:
    world.home.write_text("mine")

    assert "StoreUnavailable" in the_one_error(world, PROGRAM.replace("\nwork()", "\nstep(1)"))


def test_an_async_flow_says_the_same(world: World) -> None:
    world.home.write_text("mine")
    program = PROGRAM.replace("def work", "async def work").replace(
        "\nwork()", "\nimport asyncio\nasyncio.run(work())"
    )

    assert "StoreUnavailable" in the_one_error(world, program)


@pytest.fixture
def fixed_home(world: World) -> Iterator[Path]:
    """A home in which nothing can be written; root may write anywhere but on a disk that is read-only."""
    world.home.mkdir()
    if os.getuid():
        world.home.chmod(0o555)
        yield world.home
        return
    with mounted(world.home, "ro"):
        yield world.home


def test_a_home_that_cannot_be_written(world: World, fixed_home: Path) -> None:
    error = the_one_error(world)

    assert "StoreUnavailable" in error
    assert "permission" in error.lower()
    assert "PREFECT_HOME" in error
    assert os.listdir(fixed_home) == []


@contextlib.contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    """A disk of its own at `place` while the body runs."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a disk is not permitted here")
    try:
        yield
    finally:
        # lazily: a program that a failed test left behind may still have files open
        subprocess.run(["umount", "-l", str(place)], check=True)


# -- no room -------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(world: World) -> Iterator[Path]:
    disk = world.folder / "disk"
    disk.mkdir()
    with mounted(disk, "size=4m"):
        yield disk


def leave_room(disk: Path, room: int) -> None:
    """Fill `disk` with ballast so that `room` bytes are free."""
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(b"x" * (free.f_bavail * free.f_frsize - room))


def test_a_full_disk_at_the_start(world: World, small_disk: Path) -> None:
    world.home = small_disk / "home"
    leave_room(small_disk, 100_000)

    error = the_one_error(world)

    assert "StoreFull" in error
    assert "Free some space" in error
    assert not any(small_disk.glob("home/*.new"))
    (small_disk / "ballast").unlink()
    world.succeed(PROGRAM)
    assert world.look()[0] == {"work": ["Completed"]}


FILLING = """
from prefect import flow, task
import sys

@task
def step(x):
    return x

@flow
def filling():
    for number in range(3000):
        step(number)

filling()
"""


def test_a_disk_that_fills_up(world: World, small_disk: Path) -> None:
    world.home = small_disk / "home"
    world.succeed(PROGRAM)
    leave_room(small_disk, 400_000)

    done = world.run(FILLING)

    assert done.returncode == 1
    assert done.stderr.count(TRACEBACK) == 1
    assert "StoreFull" in done.stderr
    assert "records were not written" in done.stderr
    (small_disk / "ballast").unlink()
    assert violations(world.database) == []
    flows, tasks = world.look()
    assert flows == {"work": ["Completed"], "filling": ["Crashed"]}
    assert set(tasks["step"]) <= {"Completed", "Crashed"}


def test_room_that_comes_back_in_time_loses_nothing(world: World, small_disk: Path) -> None:
    world.home = small_disk / "home"
    world.succeed(PROGRAM)
    leave_room(small_disk, 300_000)
    program = FILLING.replace("range(3000)", "range(200)").replace(
        "        step(number)\n",
        "        step(number)\n"
        "    from pathlib import Path\n"
        "    print('full', flush=True)\n"
        "    sys.stdin.readline()\n",
    )

    process = world.start(program)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "full\n"
    assert process.stderr is not None
    first = process.stderr.readline()
    (small_disk / "ballast").unlink()
    second = process.stderr.readline()
    process.communicate("go on\n", timeout=30)

    assert "no room is left" in first
    assert "can be written again" in second
    assert process.returncode == 0
    flows, tasks = world.look()
    assert flows["filling"] == ["Completed"]
    assert tasks["step"] == ["Completed"] * 201
