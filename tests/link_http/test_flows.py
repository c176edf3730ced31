"""Flows of a program that works against a server: what it leaves there is what it leaves at home."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from prefect import flow, settings, task
from prefect._base.drive import drive
from prefect._link import choose
from prefect._wire.operation import named
from prefect.cache_policies import NO_CACHE


@task(retries=1, cache_policy=NO_CACHE)
def shaky(tries: list[int]) -> int:
    tries.append(1)
    if len(tries) < 2:
        raise ValueError("once more")
    return len(tries)


@task
def double(x: int) -> int:
    return 2 * x


@task
async def adouble(x: int) -> int:
    return 2 * x


@flow
def child(x: int) -> int:
    return double(x)


@flow(log_prints=True)
def parent() -> int:
    print("in the parent")
    futures = [double.submit(x) for x in range(5)]
    return sum(future.result() for future in futures) + shaky([]) + child(3)


@flow
async def aparent() -> list[int]:
    return await asyncio.gather(*(adouble(x) for x in range(10)))


@flow
def failing() -> None:
    raise RuntimeError("no good")


def _ask(name: str, /, **args: Any) -> Any:
    return drive(choose.blocking().call(named(name), **args))


def scenario() -> None:
    assert parent() == 20 + 2 + 6
    assert asyncio.run(aparent()) == [2 * x for x in range(10)]
    with pytest.raises(RuntimeError, match="no good"):
        failing()


def _without_names(line: str) -> str:
    """The line without the names that runs get by chance."""
    return re.sub(r"'[a-z]+-[a-z0-9]+'", "'...'", line)


def left_behind() -> list[Any]:
    """Runs with the states they went through, and the lines of log, without what differs by chance."""
    found: list[Any] = []
    for run in _ask("flow_runs.filter", body={}):
        name = _ask("flows.read", id=run["flow_id"])["name"]
        states = [s["name"] for s in _ask("run_states.read_for_flow_run", flow_run_id=run["id"])]
        found.append(("flow", name, states, run["run_count"]))
    for run in _ask("task_runs.filter", body={}):
        states = [s["name"] for s in _ask("run_states.read_for_task_run", task_run_id=run["id"])]
        found.append(("task", run["task_key"].partition("-")[0], states, run["run_count"]))
    lines = [line["message"] for line in _ask("logs.filter", body={})]
    found.extend(("log", _without_names(line)) for line in lines)
    return sorted(found, key=repr)


@pytest.fixture
def at_home() -> list[Any]:
    scenario()
    found = left_behind()
    choose.reset()
    return found


def test_a_server_keeps_what_the_embedded_store_keeps(
    at_home: list[Any], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    settings.refresh()
    scenario()
    assert left_behind() == at_home
    monkeypatch.delenv("PREFECT_API_URL")
