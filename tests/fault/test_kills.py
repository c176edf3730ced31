"""A short sample of the campaign of kills; `benchmarks/kills.py` runs it in full."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import World


def test_a_dozen_kills(program: Callable[[str], ModuleType], tmp_path: Path) -> None:
    kills = program("kills")

    results = kills.campaign(12, seed=7, folder=tmp_path)

    assert [each.wrong for each in results] == [[]] * 12
    assert sum(each.moment == "in the flow" for each in results) >= 6
    assert sum(each.told for each in results) > 100


ENDLESS = """
import threading
from prefect import flow

@flow
def endless():
    print("ready", flush=True)
    threading.Event().wait()

endless()
"""


def test_the_command_line_shows_a_dead_run_as_crashed_at_once(world: World) -> None:
    process = world.start(ENDLESS)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    alive = world.command("flow-run", "ls", "-o", "json")
    process.kill()
    process.communicate(timeout=30)

    dead = world.command("flow-run", "ls", "-o", "json")

    assert [run["state"]["type"] for run in json.loads(alive.stdout)] == ["RUNNING"]
    assert [run["state"]["type"] for run in json.loads(dead.stdout)] == ["CRASHED"]
