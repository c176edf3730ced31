"""``prefect global-concurrency-limit`` and ``prefect concurrency-limit`` on the embedded store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._base import ids
from prefect._cli import client
from prefect._link import choose

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


def test_the_life_of_a_limit(prefect: Run, tmp_path: Path) -> None:
    assert "No concurrency limits found" in prefect("gcl", "ls").out
    made = prefect("gcl", "create", "db", "--limit", "2", "--disable", "--slot-decay-per-second", "0.5")
    assert (made.code, "Created global concurrency limit 'db'" in made.out) == (0, True)
    again = prefect("global-concurrency-limit", "create", "db", "-l", "2")
    assert (again.code, "already exists" in again.out) == (1, True)
    found = prefect("gcl", "inspect", "db", "-o", "json").json
    assert (found["limit"], found["active"], found["slot_decay_per_second"]) == (2, False, 0.5)
    assert prefect("gcl", "enable", "db").code == 0
    assert prefect("gcl", "enable", "db").code == 1
    assert prefect("gcl", "disable", "db").code == 0
    assert prefect("gcl", "disable", "db").code == 1
    assert prefect("gcl", "update", "db", "--enable", "-l", "7", "--active-slots", "3").code == 0
    (listed,) = prefect("gcl", "ls", "-o", "json").json
    assert (listed["limit"], listed["active"]) == (7, True)
    assert "db" in prefect("gcl", "ls").out
    assert "slot decay per second" in prefect("gcl", "inspect", "db").out
    file = tmp_path / "limit.json"
    assert prefect("gcl", "inspect", "db", "--file", str(file)).code == 0
    assert json.loads(file.read_text())["name"] == "db"
    assert prefect("gcl", "delete", "db").code == 0
    assert prefect("gcl", "inspect", "db").code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["create", "db", "--limit", "-1"], 1),
        (["create", "a/b", "--limit", "1"], 1),
        (["create", "db"], 2),
        (["update", "nope", "--limit", "1"], 1),
        (["update", "nope"], 1),
        (["update", "nope", "--enable", "--disable"], 1),
        (["delete", "nope"], 1),
        (["enable", "nope"], 1),
        (["inspect", "nope", "-o", "yaml"], 1),
    ],
)
def test_what_is_refused(prefect: Run, words: list[str], code: int) -> None:
    assert prefect("gcl", *words).code == code


def test_a_file_that_cannot_be_written(prefect: Run, tmp_path: Path) -> None:
    prefect("gcl", "create", "db", "-l", "1")
    refused = prefect("gcl", "inspect", "db", "-f", str(tmp_path))
    assert (refused.code, "cannot be written" in refused.out) == (1, True)


def test_limits_of_tags(prefect: Run) -> None:
    assert prefect("concurrency-limit", "create", "db", "2").code == 0
    assert prefect("concurrency-limits", "create", "db", "3").code == 0
    run = ids.new_id()
    client.call("tag_limits.increment", body={"names": ["db"], "task_run_id": run})
    found = prefect("concurrency-limit", "inspect", "db", "-o", "json").json
    assert (found["concurrency_limit"], found["active_slots"]) == (3, [run])
    assert run in prefect("concurrency-limit", "inspect", "db").out
    assert "db" in prefect("concurrency-limit", "ls").out
    assert prefect("concurrency-limit", "ls", "--offset", "1", "-o", "json").json == []
    assert prefect("concurrency-limit", "reset", "db").code == 0
    assert prefect("concurrency-limit", "inspect", "db", "-o", "json").json["active_slots"] == []
    assert prefect("concurrency-limit", "delete", "db").code == 0
    for words in (["inspect"], ["reset"], ["delete"]):
        assert prefect("concurrency-limit", *words, "db").code == 1
