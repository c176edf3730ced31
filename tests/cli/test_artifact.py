"""``prefect artifact`` on the embedded store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from prefect._cli import client
from prefect._link import choose

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


def create(**body: Any) -> str:
    return client.call("artifacts.create", body={"data": "x", "type": "markdown", **body})["id"]


def test_ls(prefect: Run) -> None:
    assert prefect("artifact", "ls", "-o", "json").json == []
    first, second, lone = create(key="k"), create(key="k"), create()
    shown = prefect("artifact", "ls")
    assert shown.code == 0
    assert second in shown.out
    assert first not in shown.out
    every = prefect("artifact", "ls", "--all", "-o", "json").json
    assert {each["id"] for each in every} == {first, second, lone}
    assert len(prefect("artifact", "ls", "-a", "--limit", "2", "-o", "json").json) == 2


def test_inspect(prefect: Run) -> None:
    first, second = create(key="k"), create(key="k", data=[1])
    assert [each["id"] for each in prefect("artifact", "inspect", "k").json] == [second, first]
    assert [each["id"] for each in prefect("artifact", "inspect", "k", "--limit", "1").json] == [second]
    missing = prefect("artifact", "inspect", "nope")
    assert (missing.code, "not found" in missing.out) == (1, True)


def test_delete(prefect: Run) -> None:
    create(key="k")
    create(key="k")
    lone = create()
    assert "Deleted 2 artifact(s)" in prefect("artifact", "delete", "k").out
    assert prefect("artifact", "delete", "k").code == 1
    assert prefect("artifact", "delete", "--id", lone).code == 0
    assert prefect("artifact", "delete", "--id", lone).code == 1
    assert prefect("artifact", "delete").code == 1
    assert prefect("artifact", "delete", "k", "--id", lone).code == 1
    assert prefect("artifact", "delete", "--id", "no-uuid").code == 2
