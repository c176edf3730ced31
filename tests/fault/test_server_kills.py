"""Short samples of the campaigns about servers; the programs in `benchmarks` run them in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from tests.postgres import cluster

Program = Callable[[str], ModuleType]
pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_three_kills_of_a_server_under_load(program: Program, tmp_path: Path, store: str) -> None:
    if store == "postgres":
        cluster()

    outcome = program("server_kills").campaign(3, seed=11, folder=tmp_path, store=store)

    assert outcome.wrong == []
    assert outcome.kills == 3
    assert outcome.told["state"] > 20
    assert outcome.told["task"] > 20


def test_one_of_two_servers_is_killed(program: Program, tmp_path: Path) -> None:
    cluster()

    outcome = program("server_kills").campaign(2, seed=12, folder=tmp_path, store="postgres", servers=2)

    assert outcome.wrong == []
    assert len(outcome.crashed_s) == 2


def test_each_process_of_a_fleet_is_killed_once(program: Program, tmp_path: Path) -> None:
    fleet_kills = program("fleet_kills")

    results, wrong = fleet_kills.campaign(4, seed=13, folder=tmp_path)

    assert [each.wrong for each in results] == [[]] * 4
    assert wrong == []
    assert {each.victim for each in results} == set(fleet_kills.VICTIMS)


@pytest.mark.parametrize("on_postgres", [False, True], ids=["sqlite", "postgres"])
def test_pages_of_a_database_made_for_measuring(program: Program, tmp_path: Path, on_postgres: bool) -> None:
    if on_postgres:
        cluster()
    big_data = program("big_data")
    size = program("big_data_rows").Size(300)

    measured = big_data.measure(tmp_path, size, on_postgres=on_postgres, calls=2, only="/")

    assert [each.error for each in measured.asked if each.error] == []
    assert len(measured.asked) > 50
