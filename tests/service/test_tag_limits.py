"""The limits of tags in the form of older clients."""

from __future__ import annotations

import pytest

from prefect._base import ids
from prefect._base.errors import Locked, NotFound

from .conftest import Api


def make(api: Api, tag: str = "db", most: int = 1) -> dict[str, object]:
    return api("tag_limits.create", body={"tag": tag, "concurrency_limit": most})


def take(api: Api, run: str, *tags: str) -> object:
    return api("tag_limits.increment", body={"names": list(tags) or ["db"], "task_run_id": run})


def test_a_limit_and_its_life(api: Api) -> None:
    made = make(api, most=3)
    assert api.status is None
    assert list(made) == ["id", "created", "updated", "tag", "concurrency_limit", "active_slots"]
    again = make(api, most=5)
    assert api.status == 200
    assert (again["id"], again["concurrency_limit"]) == (made["id"], 5)
    assert api("tag_limits.read", id=made["id"]) == again == api("tag_limits.read_by_tag", tag="db")
    assert api("concurrency_limits.read", id_or_name="tag:db")["limit"] == 5
    api("concurrency_limits.create", body={"name": "other", "limit": 1})
    make(api, "a")
    assert [each["tag"] for each in api("tag_limits.filter")] == ["a", "db"]
    api("tag_limits.delete", id=made["id"])
    api("tag_limits.delete_by_tag", tag="a")
    with pytest.raises(NotFound):
        api("tag_limits.read_by_tag", tag="a")
    other = api("concurrency_limits.read", id_or_name="other")
    with pytest.raises(NotFound):
        api("tag_limits.read", id=other["id"])


def test_runs_hold_slots(api: Api) -> None:
    make(api)
    make(api, "b", 2)
    first, second = ids.new_id(), ids.new_id()
    take(api, first, "db", "b")
    take(api, first, "db", "unlimited")
    assert api("tag_limits.read_by_tag", tag="db")["active_slots"] == [first]
    locked = take(api, second)
    assert isinstance(locked, Locked)
    assert locked.retry_after_s == 10
    api("tag_limits.decrement", body={"names": ["db"], "task_run_id": first})
    api("tag_limits.decrement", body={"names": ["db"], "task_run_id": first})
    take(api, second)
    assert api("tag_limits.read_by_tag", tag="db")["active_slots"] == [second]


def test_a_limit_of_nothing(api: Api) -> None:
    make(api, most=0)
    locked = take(api, ids.new_id())
    assert isinstance(locked, Locked)
    assert "would wait for ever" in locked.message


def test_a_reset_counts_anew(api: Api) -> None:
    make(api, most=3)
    for _ in range(2):
        take(api, ids.new_id())
    api("concurrency_limits.increment", body={"names": ["tag:db"], "slots": 1})
    kept = ids.new_id()
    api("tag_limits.reset", tag="db", body={"slot_override": [kept]})
    assert api("tag_limits.read_by_tag", tag="db")["active_slots"] == [kept]
    assert api("concurrency_limits.read", id_or_name="tag:db")["active_slots"] == 1
    api("tag_limits.reset", tag="db")
    assert api("concurrency_limits.read", id_or_name="tag:db")["active_slots"] == 0
