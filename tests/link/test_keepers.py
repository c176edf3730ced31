"""Keepers in processes without a server: one process runs them, and another follows when it is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from prefect._base import owner
from prefect._base.clock import ManualClock
from prefect._service.keepers import leader
from prefect._service.unit import Unit
from prefect._store.sqlite.store import TemporaryStore

ELSEWHERE = "elsewhere:boot:1:2"


@pytest.fixture
def ask() -> Iterator[Any]:
    store, clock = TemporaryStore(), ManualClock()

    def _ask(who: str, function: Any = leader.leads, after_s: float = 0) -> Any:
        clock.advance(after_s)

        async def work(tx: Any) -> Any:
            return await function(Unit(tx, clock.now_us(), who))

        return store.write(work).result(30)

    yield _ask
    store.close()


def test_one_leads(ask: Any) -> None:
    assert ask(ELSEWHERE)
    assert not ask(owner.current(), after_s=1)
    assert ask(ELSEWHERE, after_s=leader.LEASE_S * 0.9)
    assert not ask(owner.current(), after_s=leader.LEASE_S * 0.9)
    assert ask(owner.current(), after_s=leader.LEASE_S)
    assert not ask(ELSEWHERE)


def test_a_leader_that_gives_up_or_dies_is_followed_at_once(ask: Any) -> None:
    assert ask(ELSEWHERE)
    ask(ELSEWHERE, leader.give_up)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        dead = owner.of(child.pid)
        assert ask(dead)
        assert not ask(owner.current())
        child.communicate(b"\n")
    assert ask(owner.current())
